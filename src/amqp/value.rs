//! Field tables, arrays, and the values in them. (§4.2.5.5)
//!
//! Letters stand for types: which for which, is a matter of [`Dialect`].
//! `docs/amqp-disagreements.md` says who reads what.

use super::table::{Level, Token, Walk, skip};
use super::wire::next_key;
use super::{Dialect, ShortStr};
use crate::list::{Item, List};

/// A field table: keys and values, in order, and with duplicates if there are some.
///
/// ```
/// use fourwire::amqp::{Entry, Table, Value};
///
/// let entries = [
///     Entry::new("x-dead-letter-exchange", Value::text("late")),
///     Entry::new("x-message-ttl", Value::I32(60_000)),
/// ];
/// let arguments = Table::new(&entries);
/// assert_eq!(arguments.get("x-message-ttl"), Some(Value::I32(60_000)));
/// ```
pub type Table<'a> = List<'a, Entry<'a>>;

/// A field array: values in order.
pub type Array<'a> = List<'a, Value<'a>>;

/// A key of a [`Table`] and its value.
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Entry<'a> {
    /// The key: up to 128 bytes when it is sent; received ones may be longer, and be there twice.
    pub key: ShortStr<'a>,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Entry<'a> {
    /// An entry with a key that is text.
    pub const fn new(key: &'a str, value: Value<'a>) -> Self {
        Self { key: ShortStr::new(key.as_bytes()), value }
    }
}

impl<'a> Table<'a> {
    /// The table of `entries`, to be written in this dialect, and all that is nested in it. [`new`](Self::new) is in
    /// RabbitMQ's.
    pub const fn in_dialect(entries: &'a [Entry<'a>], dialect: Dialect) -> Self {
        Self::new_in(entries, dialect.spelling())
    }

    /// The dialect that it came in, or is to be written in.
    pub const fn dialect(&self) -> Dialect {
        Dialect::of(self.spelled())
    }

    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let Some(mut wire) = self.wire() else {
            return self.iter().find(|entry| entry.key == key).map(|entry| entry.value);
        };
        while !wire.is_empty() {
            let found = next_key(&mut wire)?;
            if found == key {
                return Value::next(&mut wire, self.spelled());
            }
            skip(&mut wire, self.dialect())?;
        }
        None
    }
}

/// A value in a [`Table`] or an [`Array`]. The letter is the one on the wire, in RabbitMQ's [`Dialect`].
///
/// RabbitMQ has no NaN and no infinity, for which it closes the connection: they are not sent.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Value<'a> {
    /// `t`: true or false.
    Bool(bool),
    /// `b`: a signed byte.
    I8(i8),
    /// `B`: an unsigned byte.
    U8(u8),
    /// `s`: 16 bits, signed. `U`, which RabbitMQ does not know, is read as the same.
    I16(i16),
    /// `u`: 16 bits, unsigned.
    U16(u16),
    /// `I`: 32 bits, signed.
    I32(i32),
    /// `i`: 32 bits, unsigned.
    U32(u32),
    /// `l`: 64 bits, signed. `L` is read as the same, by RabbitMQ, too.
    I64(i64),
    /// `f`: a single-precision number.
    F32(f32),
    /// `d`: a double-precision number.
    F64(f64),
    /// `D`: `value` with `scale` decimal places.
    Decimal {
        /// How many decimal places there are.
        scale: u8,
        /// The number without the decimal point; RabbitMQ reads it as unsigned.
        value: u32,
    },
    /// `S`: a long string: bytes, which are text as a rule.
    LongStr(&'a [u8]),
    /// `x`: bytes that are no text.
    Bytes(&'a [u8]),
    /// `A`: an array.
    Array(Array<'a>),
    /// `T`: seconds since 1970.
    Timestamp(u64),
    /// `s` in the specification's dialect alone: a short string.
    ShortStr(ShortStr<'a>),
    /// `l` in the specification's dialect alone: 64 bits, unsigned.
    U64(u64),
    /// `F`: a table.
    Table(Table<'a>),
    /// `V`: nothing.
    Void,
    /// A table or an array that came nested deeper than [`Limits::MAX_DEPTH`](super::Limits::MAX_DEPTH) in the headers of a
    /// message. It was not looked into, and is sent on as it came.
    TooDeep {
        /// Which of them it is.
        letter: u8,
        /// All of it, behind its length.
        bytes: &'a [u8],
    },
}

impl<'a> Value<'a> {
    /// A long string that is text.
    pub const fn text(text: &'a str) -> Self {
        Self::LongStr(text.as_bytes())
    }

    /// The text of a string, if it is UTF-8.
    pub fn as_text(&self) -> Option<&'a str> {
        match self {
            Self::LongStr(bytes) => core::str::from_utf8(bytes).ok(),
            Self::ShortStr(text) => text.as_str().ok(),
            _ => None,
        }
    }

    /// The number, if this is an integer that fits: clients choose types as they like.
    pub fn as_i64(&self) -> Option<i64> {
        Some(match *self {
            Self::I8(value) => value.into(),
            Self::U8(value) => value.into(),
            Self::I16(value) => value.into(),
            Self::U16(value) => value.into(),
            Self::I32(value) => value.into(),
            Self::U32(value) => value.into(),
            Self::I64(value) => value,
            Self::Timestamp(value) | Self::U64(value) => i64::try_from(value).ok()?,
            _ => return None,
        })
    }

    /// The letter that stands for its type on the wire.
    #[inline]
    pub const fn letter(&self, dialect: Dialect) -> u8 {
        match (self, dialect) {
            (Self::I16(_), Dialect::Specification) => b'U',
            (Self::I64(_), Dialect::Specification) => b'L',
            _ => self.usual_letter(),
        }
    }

    #[inline]
    const fn usual_letter(&self) -> u8 {
        match self {
            Self::Bool(_) => b't',
            Self::I8(_) => b'b',
            Self::U8(_) => b'B',
            Self::I16(_) | Self::ShortStr(_) => b's',
            Self::U16(_) => b'u',
            Self::I32(_) => b'I',
            Self::U32(_) => b'i',
            Self::I64(_) | Self::U64(_) => b'l',
            Self::F32(_) => b'f',
            Self::F64(_) => b'd',
            Self::Decimal { .. } => b'D',
            Self::LongStr(_) => b'S',
            Self::Bytes(_) => b'x',
            Self::Array(_) => b'A',
            Self::Timestamp(_) => b'T',
            Self::Table(_) => b'F',
            Self::Void => b'V',
            Self::TooDeep { letter, .. } => *letter,
        }
    }
}

/// Two values are equal if they are of the same type and hold the same, wherever they come from.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(one), Self::Array(other)) => same(Level::array(one), Level::array(other)),
            (Self::Table(one), Self::Table(other)) => same(Level::table(one), Level::table(other)),
            (one, other) => same_scalar(one, other),
        }
    }
}

fn same(one: Level<'_>, other: Level<'_>) -> bool {
    let (mut one, mut other) = (Walk::new(one), Walk::new(other));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(Token::Scalar(one)), Some(Token::Scalar(other))) if same_scalar(&one, &other) => {}
            (Some(Token::Key(one)), Some(Token::Key(other))) if one == other => {}
            (Some(Token::Open(one)), Some(Token::Open(other))) if one == other => {}
            (Some(Token::Raw(a, one)), Some(Token::Raw(b, other))) if (a, one) == (b, other) => {}
            (Some(Token::Close), Some(Token::Close)) => {}
            _ => return false,
        }
    }
}

fn same_scalar(one: &Value<'_>, other: &Value<'_>) -> bool {
    use Value as V;
    match (*one, *other) {
        (V::Bool(one), V::Bool(other)) => one == other,
        (V::I8(one), V::I8(other)) => one == other,
        (V::U8(one), V::U8(other)) => one == other,
        (V::I16(one), V::I16(other)) => one == other,
        (V::U16(one), V::U16(other)) => one == other,
        (V::I32(one), V::I32(other)) => one == other,
        (V::U32(one), V::U32(other)) => one == other,
        (V::I64(one), V::I64(other)) => one == other,
        // By their bits: what is sent on is the same, NaN too.
        (V::F32(one), V::F32(other)) => one.to_bits() == other.to_bits(),
        (V::F64(one), V::F64(other)) => one.to_bits() == other.to_bits(),
        (V::Decimal { scale: a, value: b }, V::Decimal { scale: c, value: d }) => (a, b) == (c, d),
        (V::LongStr(one), V::LongStr(other)) | (V::Bytes(one), V::Bytes(other)) => one == other,
        (V::Timestamp(one), V::Timestamp(other)) | (V::U64(one), V::U64(other)) => one == other,
        (V::ShortStr(one), V::ShortStr(other)) => one == other,
        (V::TooDeep { letter: a, bytes: one }, V::TooDeep { letter: b, bytes: other }) => (a, one) == (b, other),
        (V::Void, V::Void) => true,
        _ => false,
    }
}
