//! SUBACK and UNSUBACK. (§3.9, §3.11)

use super::header::{begin, packet_len};
use super::publish::packet_id;
use super::subscribe::{before_list, encode};
use super::{EncodeError, ErrorKind, Field, PacketId, PacketType, Properties, ReasonCode, Version};
use crate::Output;
use crate::list::{Item, List, Spelling, sealed::Sealed};
use crate::read::{Fault, fault, next_u8};
use crate::write::Writer;

/// A server's answer to SUBSCRIBE. (§3.9)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SubAck<'a> {
    /// The packet identifier of the SUBSCRIBE.
    pub packet_id: PacketId,
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// A result for each subscription, in order.
    pub reason_codes: ReasonCodes<'a>,
}

/// A server's answer to UNSUBSCRIBE. (§3.11)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct UnsubAck<'a> {
    /// The packet identifier of the UNSUBSCRIBE.
    pub packet_id: PacketId,
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// A result for each topic filter, in order (5.0; before that none).
    pub reason_codes: ReasonCodes<'a>,
}

/// The reason codes in a SUBACK or an UNSUBACK.
pub type ReasonCodes<'a> = List<'a, ReasonCode>;

impl Sealed for ReasonCode {}

impl<'a> Item<'a> for ReasonCode {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Spelling) -> Option<Self> {
        ReasonCode::from_value(next_u8(wire)?)
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        1
    }

    #[inline]
    fn put(&self, _: Spelling, out: &mut Writer<'_>) {
        out.put(&[self.value()]);
    }
}

impl SubAck<'_> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        remaining(version, &self.properties, &self.reason_codes)
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        let codes = measure(PacketType::SubAck, &self.reason_codes, version)?;
        encode(PacketType::SubAck, self.packet_id, &self.properties, (&self.reason_codes, codes), version, out)
    }
}

impl UnsubAck<'_> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        if version.is_v5() { remaining(version, &self.properties, &self.reason_codes) } else { packet_len(2) }
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        if version.is_v5() {
            let codes = measure(PacketType::UnsubAck, &self.reason_codes, version)?;
            let list = (&self.reason_codes, codes);
            return encode(PacketType::UnsubAck, self.packet_id, &self.properties, list, version, out);
        }
        if !self.properties.is_empty() {
            return Err(EncodeError::NotInThisVersion(Field::Properties));
        }
        if !self.reason_codes.is_empty() {
            return Err(EncodeError::NotInThisVersion(Field::ReasonCode));
        }
        let space = &mut begin(PacketType::UnsubAck.first_byte(), 2, out)?;
        space.put(&self.packet_id.get().to_be_bytes());
        Ok(())
    }
}

fn remaining(version: Version, properties: &Properties<'_>, codes: &ReasonCodes<'_>) -> usize {
    packet_len(codes.encoded_len().saturating_add(properties.prefixed_len(version)).saturating_add(2))
}

/// The length of the codes, if they can be sent.
fn measure(packet: PacketType, codes: &ReasonCodes<'_>, version: Version) -> Result<usize, EncodeError> {
    codes.sum(|code| match code.to_wire(packet, version) {
        Some(_) => Ok(1),
        None if code.belongs_to(packet) => Err(EncodeError::NotInThisVersion(Field::ReasonCode)),
        None => Err(ErrorKind::ReasonCode.into()),
    })
}

fn codes(packet: PacketType, wire: &[u8], version: Version) -> Result<ReasonCodes<'_>, nom::Err<Fault<ErrorKind>>> {
    let mut input = wire;
    while let [code, rest @ ..] = input {
        if ReasonCode::from_wire(*code, packet, version).is_none() {
            return Err(fault(ErrorKind::ReasonCode, input));
        }
        input = rest;
    }
    Ok(List::from_wire(wire))
}

pub(super) fn decode_suback(body: &[u8], version: Version) -> Result<SubAck<'_>, nom::Err<Fault<ErrorKind>>> {
    let (wire, (packet_id, properties)) = before_list(PacketType::SubAck, version, Field::ReasonCode)(body)?;
    Ok(SubAck { packet_id, properties, reason_codes: codes(PacketType::SubAck, wire, version)? })
}

pub(super) fn decode_unsuback(body: &[u8], version: Version) -> Result<UnsubAck<'_>, nom::Err<Fault<ErrorKind>>> {
    if !version.is_v5() {
        let (rest, packet_id) = packet_id(body)?;
        if !rest.is_empty() {
            return Err(fault(ErrorKind::TrailingBytes, rest));
        }
        return Ok(UnsubAck { packet_id, properties: Properties::EMPTY, reason_codes: List::EMPTY });
    }
    let (wire, (packet_id, properties)) = before_list(PacketType::UnsubAck, version, Field::ReasonCode)(body)?;
    Ok(UnsubAck { packet_id, properties, reason_codes: codes(PacketType::UnsubAck, wire, version)? })
}
