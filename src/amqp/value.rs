//! Field tables, arrays, and the values in them. (§4.2.5.5)
//!
//! The letters are RabbitMQ's, which all clients have; the printed specification has others for some types, which
//! nobody sends.

use super::table::{Level, Token, Walk, skip};
use super::{EncodeError, ShortStr};
use crate::list::{Item, List, sealed::Sealed};
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
    /// The key. RabbitMQ takes up to 128 bytes.
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
    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let Some(mut wire) = self.wire() else {
            return self.iter().find(|entry| entry.key == key).map(|entry| entry.value);
        };
        while !wire.is_empty() {
            let found = next_key(&mut wire)?;
            if found == key {
                return Value::next(&mut wire);
            }
            skip(&mut wire)?;
        }
        None
    }
}

/// A value in a [`Table`] or an [`Array`], of one of the types that RabbitMQ knows. The letter is the one on the wire.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Value<'a> {
    /// `t`: true or false.
    Bool(bool),
    /// `b`: a signed byte.
    I8(i8),
    /// `B`: an unsigned byte.
    U8(u8),
    /// `s`: 16 bits, signed. `U` is read as the same.
    I16(i16),
    /// `u`: 16 bits, unsigned.
    U16(u16),
    /// `I`: 32 bits, signed.
    I32(i32),
    /// `i`: 32 bits, unsigned.
    U32(u32),
    /// `l`: 64 bits, signed. `L` is read as the same.
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
    /// `F`: a table.
    Table(Table<'a>),
    /// `V`: nothing.
    Void,
}

impl<'a> Value<'a> {
    /// A long string that is text.
    pub const fn text(text: &'a str) -> Self {
        Self::LongStr(text.as_bytes())
    }

    /// The text of a long string, if it is UTF-8.
    pub fn as_text(&self) -> Option<&'a str> {
        match self {
            Self::LongStr(bytes) => core::str::from_utf8(bytes).ok(),
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
            Self::Timestamp(value) => i64::try_from(value).ok()?,
            _ => return None,
        })
    }

    /// The letter that stands for its type on the wire.
    #[inline]
    pub const fn letter(&self) -> u8 {
        match self {
            Self::Bool(_) => b't',
            Self::I8(_) => b'b',
            Self::U8(_) => b'B',
            Self::I16(_) => b's',
            Self::U16(_) => b'u',
            Self::I32(_) => b'I',
            Self::U32(_) => b'i',
            Self::I64(_) => b'l',
            Self::F32(_) => b'f',
            Self::F64(_) => b'd',
            Self::Decimal { .. } => b'D',
            Self::LongStr(_) => b'S',
            Self::Bytes(_) => b'x',
            Self::Array(_) => b'A',
            Self::Timestamp(_) => b'T',
            Self::Table(_) => b'F',
            Self::Void => b'V',
        }
    }

    /// The length behind the letter of a value that holds no others.
    #[inline]
    pub(super) fn scalar_len(&self) -> usize {
        let fixed: usize = match self {
            Self::Void => 0,
            Self::Bool(_) | Self::I8(_) | Self::U8(_) => 1,
            Self::I16(_) | Self::U16(_) => 2,
            Self::I32(_) | Self::U32(_) | Self::F32(_) => 4,
            Self::LongStr(_) | Self::Bytes(_) | Self::Array(_) | Self::Table(_) => 4,
            Self::Decimal { .. } => 5,
            Self::I64(_) | Self::F64(_) | Self::Timestamp(_) => 8,
        };
        match self {
            Self::LongStr(bytes) | Self::Bytes(bytes) => bytes.len().saturating_add(fixed),
            _ => fixed,
        }
    }

    /// Puts the letter, and what is behind it of a value that holds no others.
    #[inline]
    pub(super) fn put_scalar(&self, out: &mut Writer<'_>) {
        match *self {
            Self::Bool(value) => out.put(&[b't', u8::from(value)]),
            Self::I8(value) => out.put_behind(b'b', value.to_be_bytes()),
            Self::U8(value) => out.put(&[b'B', value]),
            Self::I16(value) => out.put_behind(b's', value.to_be_bytes()),
            Self::U16(value) => out.put_behind(b'u', value.to_be_bytes()),
            Self::I32(value) => out.put_behind(b'I', value.to_be_bytes()),
            Self::U32(value) => out.put_behind(b'i', value.to_be_bytes()),
            Self::I64(value) => out.put_behind(b'l', value.to_be_bytes()),
            Self::F32(value) => out.put_behind(b'f', value.to_be_bytes()),
            Self::F64(value) => out.put_behind(b'd', value.to_be_bytes()),
            Self::Decimal { scale, value } => out.put_head([b'D', scale], &value.to_be_bytes()),
            Self::LongStr(bytes) => put_long(b'S', bytes, out),
            Self::Bytes(bytes) => put_long(b'x', bytes, out),
            Self::Timestamp(value) => out.put_behind(b'T', value.to_be_bytes()),
            Self::Void => out.put(b"V"),
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
        (V::Timestamp(one), V::Timestamp(other)) => one == other,
        (V::Void, V::Void) => true,
        _ => false,
    }
}

impl Sealed for Entry<'_> {}

impl<'a> Item<'a> for Entry<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8]) -> Option<Self> {
        Some(Self { key: next_key(wire)?, value: Value::next(wire)? })
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        self.key.len().saturating_add(1).saturating_add(self.value.encoded_len())
    }

    #[inline]
    fn put(&self, out: &mut Writer<'_>) {
        put_key(self.key, out);
        self.value.put(out);
    }
}

impl Sealed for Value<'_> {}

impl<'a> Item<'a> for Value<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8]) -> Option<Self> {
        Some(match next_u8(wire)? {
            b't' => Self::Bool(next_u8(wire)? != 0),
            b'b' => Self::I8(i8::from_be_bytes([next_u8(wire)?])),
            b'B' => Self::U8(next_u8(wire)?),
            b's' | b'U' => Self::I16(i16::from_be_bytes(*next_chunk(wire)?)),
            b'u' => Self::U16(u16::from_be_bytes(*next_chunk(wire)?)),
            b'I' => Self::I32(i32::from_be_bytes(*next_chunk(wire)?)),
            b'i' => Self::U32(u32::from_be_bytes(*next_chunk(wire)?)),
            b'l' | b'L' => Self::I64(i64::from_be_bytes(*next_chunk(wire)?)),
            b'f' => Self::F32(f32::from_be_bytes(*next_chunk(wire)?)),
            b'd' => Self::F64(f64::from_be_bytes(*next_chunk(wire)?)),
            b'D' => {
                let (scale, value) = (next_u8(wire)?, next_chunk(wire)?);
                Self::Decimal { scale, value: u32::from_be_bytes(*value) }
            }
            b'S' => Self::LongStr(next_long(wire)?),
            b'x' => Self::Bytes(next_long(wire)?),
            b'A' => Self::Array(List::from_wire(next_long(wire)?)),
            b'T' => Self::Timestamp(u64::from_be_bytes(*next_chunk(wire)?)),
            b'F' => Self::Table(List::from_wire(next_long(wire)?)),
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
    fn put(&self, out: &mut Writer<'_>) {
        match self {
            Self::Array(array) => *out = put_nested(b'A', Level::array(array), core::mem::take(out)),
            Self::Table(table) => *out = put_nested(b'F', Level::table(table), core::mem::take(out)),
            scalar => scalar.put_scalar(out),
        }
    }
}

/// Checks that a table can be sent, and measures it: the bytes behind its length.
pub(super) fn measure(table: &Table<'_>) -> Result<usize, EncodeError> {
    let Some(entries) = table.written() else { return Ok(table.encoded_len()) };
    // With 64 bits this cannot overflow: whatever is in memory is shorter, also if an entry is there a million times.
    let mut len: u64 = 0;
    for entry in entries {
        // Most tables have no others in them: a walk costs more than all of their values.
        if let Value::Array(_) | Value::Table(_) = entry.value {
            return measure_nested(table);
        }
        let (key, value) = (measure_key(entry.key)?, entry.value.scalar_len());
        len = len.wrapping_add(u64::from(key)).wrapping_add(u64::try_from(value).unwrap_or(u64::MAX)).wrapping_add(1);
    }
    Ok(usize::try_from(len).unwrap_or(usize::MAX))
}

#[cold]
fn measure_nested(table: &Table<'_>) -> Result<usize, EncodeError> {
    Walk::new(Level::table(table)).measure()
}

/// The length of a key, for which RabbitMQ closes the connection if it is longer than 128 bytes.
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
fn put_nested<'w>(letter: u8, level: Level<'_>, mut out: Writer<'w>) -> Writer<'w> {
    out.put(&[letter]);
    out.put_counted(|out| Walk::new(level).put(out));
    out
}

#[inline]
pub(super) fn put_key(key: ShortStr<'_>, out: &mut Writer<'_>) {
    out.put_head([u8::try_from(key.len()).unwrap_or(u8::MAX)], key.as_bytes());
}

#[inline]
fn put_long(letter: u8, bytes: &[u8], out: &mut Writer<'_>) {
    let [a, b, c, d] = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.put_head([letter, a, b, c, d], bytes);
}
