//! How values are read from the wire, measured, and written. (§4.2.5.5)

use super::domain::Place;
use super::table::{Level, Rules, Walk, validate};
use super::{Dialect, EncodeError, Entry, Limits, ShortStr, Table, Value};
use crate::list::{Item, List, Spelling, sealed::Sealed};
use crate::read::{next_chunk, next_u8};
use crate::write::Writer;

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
pub(super) fn measure(table: &Table<'_>, place: Place) -> Result<usize, EncodeError> {
    let Some(entries) = table.written() else {
        // What came in a header may be nested deeper than a method's arguments can be.
        if place == Place::Method && Dialect::is_tolerated(table.spelled()) {
            return measure_nested(table, place);
        }
        return Ok(table.encoded_len());
    };
    let mut len: u64 = 0;
    for entry in entries {
        let Some(value) = entry.value.plain_len() else { return measure_nested(table, place) };
        // With 64 bits this cannot overflow: whatever is in memory is shorter, also if an entry is there a million times.
        len = len.wrapping_add(measure_key(entry.key)?.into()).wrapping_add(value);
    }
    Ok(usize::try_from(len).unwrap_or(usize::MAX))
}

#[cold]
fn measure_nested(table: &Table<'_>, place: Place) -> Result<usize, EncodeError> {
    if let (Some(wire), Place::Method) = (table.wire(), place) {
        let rules = Rules::new(Limits::MAX_DEPTH, table.dialect());
        return validate(wire, rules).map(|()| wire.len()).map_err(|_| EncodeError::TableDepth);
    }
    Walk::new(Level::table(table)).measure(table.dialect(), place)
}

/// The length of a value that holds no others, with its letter, if the dialect has it.
pub(super) fn measure_scalar(value: &Value<'_>, dialect: Dialect, place: Place) -> Result<usize, EncodeError> {
    match (value, dialect) {
        (Value::TooDeep { .. }, _) if place == Place::Method => Err(EncodeError::TableDepth),
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
pub(super) fn next_key<'a>(wire: &mut &'a [u8]) -> Option<ShortStr<'a>> {
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

impl Value<'_> {
    /// The length, with the letter, of a value that can be sent everywhere and holds no others: as most are. A walk costs
    /// more than all of their values.
    #[inline]
    fn plain_len(&self) -> Option<u64> {
        Some(match self {
            Self::Void => 1,
            Self::Bool(_) | Self::I8(_) | Self::U8(_) => 2,
            Self::I16(_) | Self::U16(_) => 3,
            Self::I32(_) | Self::U32(_) => 5,
            Self::Decimal { .. } => 6,
            Self::I64(_) | Self::Timestamp(_) => 9,
            Self::LongStr(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX).wrapping_add(5),
            _ => return None,
        })
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
