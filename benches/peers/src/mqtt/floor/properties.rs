//! Properties: proved once, then read by length.

use super::error::{Error, Kind};
use super::reader::Reader;

/// The packet that the properties are in, as the set of those that it may have.
#[derive(Clone, Copy)]
pub struct Place(u64);

const fn set(ids: &[u8]) -> u64 {
    let mut set = 0;
    let mut i = 0;
    while i < ids.len() {
        set |= 1 << ids[i];
        i += 1;
    }
    set
}

const KNOWN: u64 =
    set(&[1, 2, 3, 8, 9, 11, 17, 18, 19, 21, 22, 23, 24, 25, 26, 28, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42]);
const USER: u8 = 38;
const SUBSCRIPTION_ID: u8 = 11;

impl Place {
    pub const CONNECT: Self = Self(set(&[17, 33, 39, 34, 25, 23, USER, 21, 22]));
    pub const WILL: Self = Self(set(&[24, 1, 2, 3, 8, 9, USER]));
    pub const PUBLISH: Self = Self(set(&[1, 2, 3, 8, 9, 35, SUBSCRIPTION_ID, USER]));
    pub const ACK: Self = Self(set(&[31, USER]));
    pub const SUBSCRIBE: Self = Self(set(&[SUBSCRIPTION_ID, USER]));

    /// Whether the property may be here (again).
    #[inline]
    pub(super) fn allows(self, id: u8, seen: &mut u64) -> bool {
        let bit = if id < 64 { 1 << id } else { 0 };
        let again = *seen & bit != 0 && id != USER && !(id == SUBSCRIPTION_ID && self.0 == Self::PUBLISH.0);
        *seen |= bit;
        bit & self.0 != 0 && !again
    }

    #[inline]
    pub(super) fn is_complete(self, seen: u64) -> bool {
        seen & 1 << 22 == 0 || seen & 1 << 21 != 0
    }
}

#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Properties<'a> {
    bytes: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    Byte(u8),
    Two(u16),
    Four(u32),
    Variable(u32),
    Bytes(&'a [u8]),
    Text(&'a str),
    Pair(&'a str, &'a str),
}

/// The properties, and whether the payload is said to be UTF-8, and which there are.
pub struct Read<'a> {
    pub properties: Properties<'a>,
    pub utf8: bool,
    pub seen: u64,
}

impl Read<'_> {
    pub const NONE: Self = Self { properties: Properties { bytes: &[] }, utf8: false, seen: 0 };

    #[inline]
    pub fn has(&self, id: u8) -> bool {
        self.seen & 1 << id != 0
    }
}

impl<'a> Properties<'a> {
    pub fn iter(self) -> impl Iterator<Item = (u8, Value<'a>)> {
        let mut left = Reader::new(self.bytes, self.bytes.len());
        std::iter::from_fn(move || next(&mut left).ok())
    }

    /// What was read before.
    pub(super) fn proved(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
}

#[inline]
pub fn read<'a>(input: &mut Reader<'a>, place: Place) -> Result<Read<'a>, Error> {
    let len = input.varint()? as usize;
    if len == 0 {
        return Ok(Read::NONE);
    }
    let bytes = input.take(len)?;
    validate(bytes, input.offset(), place)
}

#[inline(never)]
fn validate(bytes: &[u8], end: usize, place: Place) -> Result<Read<'_>, Error> {
    let mut left = Reader::new(bytes, end);
    let mut seen = 0u64;
    let mut utf8 = false;
    while let &[id, ..] = left.rest {
        let at = left;
        let bit = if id < 64 { 1 << id } else { 0 };
        if bit & place.0 == 0 {
            let known = bit & KNOWN != 0;
            return Err(at.error(if known { Kind::PropertyNotAllowed } else { Kind::PropertyUnknown }));
        }
        if seen & bit != 0 && id != USER && !(id == SUBSCRIPTION_ID && place.0 == Place::PUBLISH.0) {
            return Err(at.error(Kind::PropertyTwice));
        }
        seen |= bit;
        left.rest = &left.rest[1..];
        let good = match id {
            1 => {
                let value = left.u8()?;
                utf8 = value == 1;
                value <= 1
            }
            23 | 25 => left.u8()? <= 1,
            33 | 35 => left.u16()? != 0,
            34 => left.u16().map(|_| true)?,
            2 | 17 | 24 => left.u32().map(|_| true)?,
            39 => left.u32()? != 0,
            SUBSCRIPTION_ID => left.varint()? != 0,
            9 | 22 => left.bytes().map(|_| true)?,
            3 | 21 | 31 => left.prove_text().map(|()| true)?,
            8 => !left.topic_name()?.is_empty(),
            USER => {
                left.prove_text()?;
                left.prove_text().map(|()| true)?
            }
            _ => return Err(at.error(Kind::PropertyUnknown)),
        };
        if !good {
            return Err(at.error(Kind::PropertyValue));
        }
    }
    let read = Read { properties: Properties { bytes }, utf8, seen };
    if read.has(22) && !read.has(21) {
        return Err(left.error(Kind::PropertyMissing));
    }
    Ok(read)
}

/// One of the properties that were proved.
#[inline]
fn next<'a>(left: &mut Reader<'a>) -> Result<(u8, Value<'a>), Error> {
    let id = left.u8()?;
    let text = |left: &mut Reader<'a>| {
        let bytes = left.bytes()?;
        left.utf8(bytes)
    };
    let value = match id {
        1 | 23 | 25 => Value::Byte(left.u8()?),
        33..=35 => Value::Two(left.u16()?),
        2 | 17 | 24 | 39 => Value::Four(left.u32()?),
        SUBSCRIPTION_ID => Value::Variable(left.varint()?),
        9 | 22 => Value::Bytes(left.bytes()?),
        USER => Value::Pair(text(left)?, text(left)?),
        _ => Value::Text(text(left)?),
    };
    Ok((id, value))
}
