//! Field tables, arrays, and the values in them. (§4.2.5.5)
//!
//! Letters stand for types: which for which, is a matter of [`Dialect`].
//! `docs/amqp-disagreements.md` says who reads what.

use super::table::{Level, Token, Walk, skip};
use super::{Dialect, EncodeError, ShortStr};
use crate::list::{Item, List, Spelling, sealed::Sealed};
use crate::read::{next_chunk, next_u8};
use crate::write::Writer;

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

    /// The length behind the letter of a value that holds no others.
    #[inline]
    pub(super) fn scalar_len(&self) -> usize {
        let fixed: usize = match self {
            Self::Void => 0,
            Self::Bool(_) | Self::I8(_) | Self::U8(_) | Self::ShortStr(_) => 1,
            Self::I16(_) | Self::U16(_) => 2,
            Self::I32(_) | Self::U32(_) | Self::F32(_) => 4,
            Self::LongStr(_) | Self::Bytes(_) | Self::Array(_) | Self::Table(_) | Self::TooDeep { .. } => 4,
            Self::Decimal { .. } => 5,
            Self::I64(_) | Self::U64(_) | Self::F64(_) | Self::Timestamp(_) => 8,
        };
        match self {
            Self::LongStr(bytes) | Self::Bytes(bytes) | Self::TooDeep { bytes, .. } => {
                bytes.len().saturating_add(fixed)
            }
            Self::ShortStr(text) => text.len().saturating_add(fixed),
            _ => fixed,
        }
    }

    /// Puts the letter, and what is behind it of a value that holds no others.
    #[inline]
    pub(super) fn put_scalar(&self, dialect: Dialect, out: &mut Writer<'_>) {
        match *self {
            Self::Bool(value) => out.put(&[b't', u8::from(value)]),
            Self::I8(value) => out.put_behind(b'b', value.to_be_bytes()),
            Self::U8(value) => out.put(&[b'B', value]),
            Self::I16(value) => out.put_behind(self.letter(dialect), value.to_be_bytes()),
            Self::U16(value) => out.put_behind(b'u', value.to_be_bytes()),
            Self::I32(value) => out.put_behind(b'I', value.to_be_bytes()),
            Self::U32(value) => out.put_behind(b'i', value.to_be_bytes()),
            Self::I64(value) => out.put_behind(self.letter(dialect), value.to_be_bytes()),
            Self::U64(value) => out.put_behind(b'l', value.to_be_bytes()),
            Self::ShortStr(text) => {
                out.put(b"s");
                put_key(text, out);
            }
            Self::F32(value) => out.put_behind(b'f', value.to_be_bytes()),
            Self::F64(value) => out.put_behind(b'd', value.to_be_bytes()),
            Self::Decimal { scale, value } => out.put_head([b'D', scale], &value.to_be_bytes()),
            Self::LongStr(bytes) => put_long(b'S', bytes, out),
            Self::Bytes(bytes) => put_long(b'x', bytes, out),
            Self::Timestamp(value) => out.put_behind(b'T', value.to_be_bytes()),
            Self::Void => out.put(b"V"),
            Self::TooDeep { letter, bytes } => put_long(letter, bytes, out),
            Self::Array(_) | Self::Table(_) => {}
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

impl Sealed for Entry<'_> {}

impl<'a> Item<'a> for Entry<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self> {
        Some(Self { key: next_key(wire)?, value: Value::next(wire, spelling)? })
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        self.key.len().saturating_add(1).saturating_add(self.value.encoded_len())
    }

    #[inline]
    fn put(&self, spelling: Spelling, out: &mut Writer<'_>) {
        put_key(self.key, out);
        self.value.put(spelling, out);
    }
}

impl Sealed for Value<'_> {}

impl<'a> Item<'a> for Value<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self> {
        let dialect = Dialect::of(spelling);
        Some(match next_u8(wire)? {
            b't' => Self::Bool(next_u8(wire)? != 0),
            b'b' => Self::I8(i8::from_be_bytes([next_u8(wire)?])),
            b'B' => Self::U8(next_u8(wire)?),
            b's' => match dialect {
                Dialect::RabbitMq => Self::I16(i16::from_be_bytes(*next_chunk(wire)?)),
                Dialect::Specification => Self::ShortStr(next_key(wire)?),
            },
            b'U' => Self::I16(i16::from_be_bytes(*next_chunk(wire)?)),
            b'u' => Self::U16(u16::from_be_bytes(*next_chunk(wire)?)),
            b'I' => Self::I32(i32::from_be_bytes(*next_chunk(wire)?)),
            b'i' => Self::U32(u32::from_be_bytes(*next_chunk(wire)?)),
            b'l' => {
                let bytes = *next_chunk(wire)?;
                match dialect {
                    Dialect::RabbitMq => Self::I64(i64::from_be_bytes(bytes)),
                    Dialect::Specification => Self::U64(u64::from_be_bytes(bytes)),
                }
            }
            b'L' => Self::I64(i64::from_be_bytes(*next_chunk(wire)?)),
            b'f' => Self::F32(f32::from_be_bytes(*next_chunk(wire)?)),
            b'd' => Self::F64(f64::from_be_bytes(*next_chunk(wire)?)),
            b'D' => {
                let (scale, value) = (next_u8(wire)?, next_chunk(wire)?);
                Self::Decimal { scale, value: u32::from_be_bytes(*value) }
            }
            b'S' => Self::LongStr(next_long(wire)?),
            b'x' => Self::Bytes(next_long(wire)?),
            letter @ (b'A' | b'F') => nested(letter, next_long(wire)?, spelling),
            b'T' => Self::Timestamp(u64::from_be_bytes(*next_chunk(wire)?)),
            b'V' => Self::Void,
            _ => return None,
        })
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        let inner = match self {
            Self::Array(array) => Walk::new(Level::array(array)).len(),
            Self::Table(table) => Walk::new(Level::table(table)).len(),
            _ => 0,
        };
        inner.saturating_add(self.scalar_len()).saturating_add(1)
    }

    #[inline]
    fn put(&self, spelling: Spelling, out: &mut Writer<'_>) {
        let dialect = Dialect::of(spelling);
        match self {
            Self::Array(array) => *out = put_nested(b'A', Level::array(array), dialect, core::mem::take(out)),
            Self::Table(table) => *out = put_nested(b'F', Level::table(table), dialect, core::mem::take(out)),
            scalar => scalar.put_scalar(dialect, out),
        }
    }
}

/// A table or an array in another, which knows how deep it is.
#[inline]
fn nested(letter: u8, bytes: &[u8], outer: Spelling) -> Value<'_> {
    match (Dialect::deeper(outer), letter) {
        (None, letter) => Value::TooDeep { letter, bytes },
        (Some(inner), b'A') => Value::Array(List::from_wire_in(bytes, inner)),
        (Some(inner), _) => Value::Table(List::from_wire_in(bytes, inner)),
    }
}

/// Checks that a table can be sent, and measures it: the bytes behind its length.
pub(super) fn measure(table: &Table<'_>) -> Result<usize, EncodeError> {
    let Some(entries) = table.written() else { return Ok(table.encoded_len()) };
    // With 64 bits this cannot overflow: whatever is in memory is shorter, also if an entry is there a million times.
    let mut len: u64 = 0;
    for entry in entries {
        // Most tables have no others in them: a walk costs more than all of their values. And few have what is not the
        // same everywhere.
        match entry.value {
            Value::Array(_) | Value::Table(_) | Value::ShortStr(_) | Value::U64(_) | Value::Bytes(_) => {
                return measure_nested(table);
            }
            Value::F32(_) | Value::F64(_) => return measure_nested(table),
            _ => {}
        }
        let (key, value) = (measure_key(entry.key)?, entry.value.scalar_len());
        len = len.wrapping_add(u64::from(key)).wrapping_add(u64::try_from(value).unwrap_or(u64::MAX)).wrapping_add(1);
    }
    Ok(usize::try_from(len).unwrap_or(usize::MAX))
}

#[cold]
fn measure_nested(table: &Table<'_>) -> Result<usize, EncodeError> {
    Walk::new(Level::table(table)).measure(table.dialect())
}

/// The length of a value that holds no others, with its letter, if the dialect has it.
pub(super) fn measure_scalar(value: &Value<'_>, dialect: Dialect) -> Result<usize, EncodeError> {
    match (value, dialect) {
        (Value::ShortStr(_) | Value::U64(_), Dialect::RabbitMq) | (Value::Bytes(_), Dialect::Specification) => {
            Err(EncodeError::TableValueType)
        }
        (Value::F32(number), Dialect::RabbitMq) if !number.is_finite() => Err(EncodeError::NotFinite),
        (Value::F64(number), Dialect::RabbitMq) if !number.is_finite() => Err(EncodeError::NotFinite),
        (Value::ShortStr(text), _) => text.measure().map(|len| len.saturating_add(1)),
        _ => Ok(value.scalar_len().saturating_add(1)),
    }
}

/// The length of a key, which has no more than 128 bytes. (§4.2.5.5)
#[inline]
pub(super) fn measure_key(key: ShortStr<'_>) -> Result<u8, EncodeError> {
    match u8::try_from(key.len()) {
        Ok(len) if len <= 128 => Ok(len.wrapping_add(1)),
        _ => Err(EncodeError::TableKey),
    }
}

#[inline]
fn next_key<'a>(wire: &mut &'a [u8]) -> Option<ShortStr<'a>> {
    let len = usize::from(next_u8(wire)?);
    let (key, rest) = wire.split_at_checked(len)?;
    *wire = rest;
    Some(ShortStr::new(key))
}

#[inline]
pub(super) fn next_long<'a>(wire: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(u32::from_be_bytes(*next_chunk(wire)?)).ok()?;
    let (bytes, rest) = wire.split_at_checked(len)?;
    *wire = rest;
    Some(bytes)
}

/// Takes the writer and gives it back: one that is lent is kept in memory, not in registers.
#[cold]
fn put_nested<'w>(letter: u8, level: Level<'_>, dialect: Dialect, mut out: Writer<'w>) -> Writer<'w> {
    out.put(&[letter]);
    out.put_counted(|out| Walk::new(level).put(dialect, out));
    out
}

#[inline]
pub(super) fn put_key(key: ShortStr<'_>, out: &mut Writer<'_>) {
    out.put_head([u8::try_from(key.len()).unwrap_or(u8::MAX)], key.as_bytes());
}

#[inline]
pub(super) fn put_long(letter: u8, bytes: &[u8], out: &mut Writer<'_>) {
    let [a, b, c, d] = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.put_head([letter, a, b, c, d], bytes);
}
