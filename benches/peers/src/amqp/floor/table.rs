//! Tables: proved once, read lazily.

use super::reader::{Error, Kind, Reader};

/// How deep tables may be nested.
const DEPTH: u8 = 16;

/// Bytes that were proved.
#[derive(Clone, Copy, Default)]
pub struct Table<'a> {
    pub bytes: &'a [u8],
}

pub struct Entry<'a> {
    pub key: &'a [u8],
    pub value: Value<'a>,
}

#[derive(Clone, Copy)]
pub enum Value<'a> {
    Bool(bool),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    F32(f32),
    F64(f64),
    Decimal(u8, u32),
    LongStr(&'a [u8]),
    Bytes(&'a [u8]),
    Array(&'a [u8]),
    Timestamp(u64),
    Table(Table<'a>),
    Void,
}

impl<'a> Reader<'a> {
    /// What is nested deeper than it may be is wrong, or, where that is `tolerated`, not looked at.
    #[inline]
    pub fn table(&mut self, tolerated: bool) -> Result<Table<'a>, Error> {
        let bytes = self.long()?;
        if prove(bytes, DEPTH - 1, true, tolerated) { Ok(Table { bytes }) } else { Err(self.error(Kind::Table)) }
    }
}

/// Whether all entries are whole, with `more` levels in them at most.
fn prove(bytes: &[u8], more: u8, keys: bool, tolerated: bool) -> bool {
    prove_entries(bytes, more, keys, tolerated).is_ok()
}

fn prove_entries(bytes: &[u8], more: u8, keys: bool, tolerated: bool) -> Result<(), Error> {
    let mut left = Reader::new(bytes, bytes.len());
    while !left.rest.is_empty() {
        if keys {
            left.short()?;
        }
        let letter = left.u8()?;
        let len = match letter {
            b'V' => 0,
            b't' | b'b' | b'B' => 1,
            b's' | b'U' | b'u' => 2,
            b'I' | b'i' | b'f' => 4,
            b'D' => 5,
            b'l' | b'L' | b'd' | b'T' => 8,
            b'S' | b'x' | b'A' | b'F' => left.u32()? as usize,
            _ => return Err(left.error(Kind::Table)),
        };
        let value = left.take(len)?;
        let is_right = match (letter, more) {
            (b'A' | b'F', 0) => tolerated,
            (b'A' | b'F', _) => prove(value, more - 1, letter == b'F', tolerated),
            _ => true,
        };
        if !is_right {
            return Err(left.error(Kind::Table));
        }
    }
    Ok(())
}

impl<'a> Table<'a> {
    pub fn iter(self) -> impl Iterator<Item = Entry<'a>> {
        let mut left = Reader::new(self.bytes, 0);
        std::iter::from_fn(move || next(&mut left).ok())
    }
}

#[inline]
fn next<'a>(left: &mut Reader<'a>) -> Result<Entry<'a>, Error> {
    let key = left.short()?;
    let value = match left.u8()? {
        b't' => Value::Bool(left.u8()? != 0),
        b'b' => Value::I8(left.u8()? as i8),
        b'B' => Value::U8(left.u8()?),
        b's' | b'U' => Value::I16(left.u16()? as i16),
        b'u' => Value::U16(left.u16()?),
        b'I' => Value::I32(left.u32()? as i32),
        b'i' => Value::U32(left.u32()?),
        b'l' | b'L' => Value::I64(left.u64()? as i64),
        b'f' => Value::F32(f32::from_bits(left.u32()?)),
        b'd' => Value::F64(f64::from_bits(left.u64()?)),
        b'D' => Value::Decimal(left.u8()?, left.u32()?),
        b'S' => Value::LongStr(left.long()?),
        b'x' => Value::Bytes(left.long()?),
        b'A' => Value::Array(left.long()?),
        b'T' => Value::Timestamp(left.u64()?),
        b'F' => Value::Table(Table { bytes: left.long()? }),
        _ => Value::Void,
    };
    Ok(Entry { key, value })
}
