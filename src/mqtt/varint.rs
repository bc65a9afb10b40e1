//! Variable byte integers: 0 to 268,435,455 in one to four bytes. (§2.2.3, 5.0: §1.5.5)

use super::{ErrorKind, Field};
use crate::read::{Parsed, fault};
use crate::write::Writer;

/// The largest value.
pub(super) const MAX: u32 = 0x0FFF_FFFF;

/// What the first bytes of a variable byte integer say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum VarInt {
    /// The value, the bytes it took, and whether it could have been written in fewer.
    Whole { value: u32, len: usize, minimal: bool },
    /// More bytes are needed.
    Short,
    /// More than four bytes.
    TooLong,
}

#[inline]
pub(super) fn split(input: &[u8]) -> VarInt {
    match input {
        [first, ..] if *first < 0x80 => VarInt::Whole { value: u32::from(*first), len: 1, minimal: true },
        _ => split_long(input),
    }
}

#[inline]
fn split_long(input: &[u8]) -> VarInt {
    let mut value = 0;
    for (byte, (len, shift)) in input.iter().zip([(1, 0), (2, 7), (3, 14), (4, 21)]) {
        value |= u32::from(byte & 0x7F).wrapping_shl(shift);
        if *byte < 0x80 {
            return VarInt::Whole { value, len, minimal: *byte != 0 || len == 1 };
        }
    }
    if input.len() < 4 { VarInt::Short } else { VarInt::TooLong }
}

/// Reads one that must be whole and minimal, as in properties. `[MQTT-1.5.5-1]`
#[inline]
pub(super) fn minimal(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, u32, ErrorKind> {
    move |input| match split(input) {
        VarInt::Whole { value, len, minimal: true } => Ok((input.get(len..).unwrap_or_default(), value)),
        VarInt::Whole { .. } => Err(fault(ErrorKind::NotMinimal(field), input)),
        VarInt::Short => Err(fault(ErrorKind::Truncated(field), input)),
        VarInt::TooLong => Err(fault(ErrorKind::VariableByteInteger(field), input)),
    }
}

/// How many bytes `value` takes.
#[inline]
pub(super) const fn encoded_len(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

/// The bytes of `value`, of which the first [`encoded_len`] count.
#[inline]
pub(super) const fn encode(value: u32) -> [u8; 4] {
    [
        (value & 0x7F) as u8 | continuation(value >> 7),
        (value >> 7 & 0x7F) as u8 | continuation(value >> 14),
        (value >> 14 & 0x7F) as u8 | continuation(value >> 21),
        (value >> 21 & 0x7F) as u8,
    ]
}

/// Puts `value`.
#[inline]
pub(super) fn put(value: u32, out: &mut Writer<'_>) {
    let [a, b, c, d] = encode(value);
    match value {
        0..0x80 => out.put(&[a]),
        0x80..0x4000 => out.put(&[a, b]),
        0x4000..0x20_0000 => out.put(&[a, b, c]),
        _ => out.put(&[a, b, c, d]),
    }
}

#[inline]
const fn continuation(rest: u32) -> u8 {
    if rest == 0 { 0 } else { 0x80 }
}
