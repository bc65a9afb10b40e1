//! The fixed header: packet type, flags, remaining length. (§2.2, 5.0: §2.1)

use super::varint::{self, VarInt};
use super::{DecodeError, EncodeError, ErrorKind, Field, PacketType, Version};
use crate::Output;
use crate::write::Writer;

/// The fixed header of one packet, with the rules checked that do not depend on the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct FixedHeader {
    pub(super) packet_type: PacketType,
    /// The first byte, for PUBLISH's flags.
    pub(super) first: u8,
    /// How many bytes the header itself took: 2 to 5.
    pub(super) len: usize,
    /// The remaining length: how many bytes follow.
    pub(super) remaining: u32,
    /// Whether the remaining length could have been written in fewer bytes.
    pub(super) minimal: bool,
}

impl FixedHeader {
    /// Reads the header as soon as its bytes are there, and refuses it as soon as one is wrong.
    #[inline]
    pub(super) fn read(input: &[u8], version: Version) -> Result<Option<Self>, DecodeError> {
        let [first, rest @ ..] = input else { return Ok(None) };
        let packet_type = first_byte(*first, version)?;
        let (remaining, len, minimal) = match varint::split(rest) {
            VarInt::Whole { value, len, minimal } => (value, len, minimal),
            VarInt::Short => return Ok(None),
            VarInt::TooLong => {
                return Err(DecodeError { kind: ErrorKind::VariableByteInteger(Field::RemainingLength), offset: 1 });
            }
        };
        // 3.1.1 does not forbid padding, and a CONNECT tells its version only in its body.
        if !minimal && version.is_v5() && packet_type != PacketType::Connect {
            return Err(NOT_MINIMAL);
        }
        Ok(Some(Self { packet_type, first: *first, len: len.saturating_add(1), remaining, minimal }))
    }
}

pub(super) const NOT_MINIMAL: DecodeError =
    DecodeError { kind: ErrorKind::NotMinimal(Field::RemainingLength), offset: 1 };

#[inline]
fn first_byte(byte: u8, version: Version) -> Result<PacketType, DecodeError> {
    let flags = byte & 0x0F;
    match PacketType::from_first_byte(byte) {
        Some(PacketType::Publish) if flags & 0b0110 != 0b0110 && flags & 0b1110 != 0b1000 => Ok(PacketType::Publish),
        Some(PacketType::Publish | PacketType::Auth) | None => unusual(byte, version),
        Some(packet_type) if flags == packet_type.flags() => Ok(packet_type),
        Some(_) => unusual(byte, version),
    }
}

/// What is wrong with a first byte, or allowed in one version only.
#[cold]
fn unusual(byte: u8, version: Version) -> Result<PacketType, DecodeError> {
    let flags = byte & 0x0F;
    let kind = match PacketType::from_first_byte(byte) {
        None => ErrorKind::ReservedPacketType,
        Some(PacketType::Auth) if !version.is_v5() => ErrorKind::ReservedPacketType,
        Some(PacketType::Auth) if flags == 0 => return Ok(PacketType::Auth),
        Some(PacketType::Publish) if flags & 0b0110 == 0b0110 => ErrorKind::PublishQoS3,
        Some(PacketType::Publish) => ErrorKind::DupWithQoS0,
        // 3.1 has a DUP flag wherever it has QoS 1.
        Some(packet_type) if version == Version::V3_1 && flags == 0b1010 && packet_type.flags() == 0b0010 => {
            return Ok(packet_type);
        }
        Some(_) => ErrorKind::ReservedFlags,
    };
    Err(DecodeError { kind, offset: 0 })
}

/// Asks for the space of a whole packet, and writes its fixed header there.
#[inline]
pub(super) fn begin(first: u8, remaining: usize, out: &mut impl Output) -> Result<Writer<'_>, EncodeError> {
    begin_reserving(first, remaining, 0, 0, out)
}

/// The same for a packet whose last `payload` bytes are put later, `reserve` of them made sure of now.
#[inline]
pub(super) fn begin_reserving(
    first: u8,
    head: usize,
    payload: usize,
    reserve: usize,
    out: &mut impl Output,
) -> Result<Writer<'_>, EncodeError> {
    let length = u32::try_from(head.saturating_add(payload)).unwrap_or(u32::MAX);
    if length > varint::MAX {
        return Err(EncodeError::TooLong(Field::RemainingLength));
    }
    // As most packets are.
    if length < 0x80 {
        let mut space = Writer::new(out.space(head.wrapping_add(2), reserve)?);
        space.put(&[first, length.to_le_bytes()[0]]);
        return Ok(space);
    }
    let [a, b, c, d] = varint::encode(length);
    let header = varint::encoded_len(length).wrapping_add(1);
    let mut space = Writer::new(out.space(head.wrapping_add(header), reserve)?);
    match header {
        3 => space.put(&[first, a, b]),
        4 => space.put(&[first, a, b, c]),
        _ => space.put(&[first, a, b, c, d]),
    }
    Ok(space)
}

/// The whole packet's length, from its remaining length.
#[inline]
pub(super) fn packet_len(remaining: usize) -> usize {
    let length = u32::try_from(remaining).unwrap_or(u32::MAX);
    remaining.saturating_add(varint::encoded_len(length)).saturating_add(1)
}
