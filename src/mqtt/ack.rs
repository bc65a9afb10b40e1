//! PUBACK, PUBREC, PUBREL and PUBCOMP, which have one shape. (§3.4 to §3.7)

use super::header::{begin, packet_len};
use super::properties::properties;
use super::property::Place;
use super::publish::packet_id;
use super::{EncodeError, ErrorKind, Field, PacketId, PacketType, Properties, ReasonCode, Version};
use crate::Output;
use crate::read::{Fault, be_u8, fault};
use crate::write::Writer;

/// One step in the acknowledgement of a PUBLISH: the contents of PUBACK, PUBREC, PUBREL and PUBCOMP. (§3.4 to §3.7)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Ack<'a> {
    /// The packet identifier of the PUBLISH.
    pub packet_id: PacketId,
    /// The result (5.0; before that always success).
    pub reason_code: ReasonCode,
    /// The properties (5.0).
    pub properties: Properties<'a>,
}

impl<'a> Ack<'a> {
    /// Success, without properties: what every version can say.
    pub const fn new(packet_id: PacketId) -> Self {
        Self::with_reason(packet_id, ReasonCode::Success)
    }

    /// A result without properties.
    pub const fn with_reason(packet_id: PacketId, reason_code: ReasonCode) -> Self {
        Self { packet_id, reason_code, properties: Properties::EMPTY }
    }

    /// How many bytes a packet with these contents takes, whichever of the four it is.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(self.remaining(version))
    }

    fn is_short(&self, version: Version) -> bool {
        !version.is_v5() || self.reason_code == ReasonCode::Success && self.properties.is_empty()
    }

    fn remaining(&self, version: Version) -> usize {
        match (self.is_short(version), self.properties.is_empty()) {
            (true, _) => 2,
            (false, true) => 3,
            (false, false) => 3_usize.saturating_add(self.properties.prefixed_len(version)),
        }
    }

    /// Writes the packet of this type, one of the four.
    #[inline]
    pub(super) fn encode(
        &self,
        packet: PacketType,
        version: Version,
        out: &mut impl Output,
    ) -> Result<(), EncodeError> {
        let [high, low] = self.packet_id.get().to_be_bytes();
        if self.reason_code == ReasonCode::Success && self.properties.is_empty() {
            Writer::new(out.space(4, 0)?).put(&[packet.first_byte(), 2, high, low]);
            return Ok(());
        }
        self.encode_long(packet, version, out)
    }

    fn encode_long(&self, packet: PacketType, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        if !version.is_v5() && self.reason_code != ReasonCode::Success {
            return Err(EncodeError::NotInThisVersion(Field::ReasonCode));
        }
        let measured = self.properties.measure(version, Place::of(packet))?;
        if !self.reason_code.belongs_to(packet) {
            return Err(ErrorKind::ReasonCode.into());
        }
        let [high, low] = self.packet_id.get().to_be_bytes();
        let properties = if self.properties.is_empty() { 0 } else { measured.prefixed_len() };
        let space = &mut begin(packet.first_byte(), properties.saturating_add(3), out)?;
        space.put(&[high, low, self.reason_code.value()]);
        if !self.properties.is_empty() {
            self.properties.put_prefixed(measured, space);
        }
        Ok(())
    }
}

#[inline]
pub(super) fn decode(packet: PacketType, body: &[u8], version: Version) -> Result<Ack<'_>, nom::Err<Fault<ErrorKind>>> {
    let (rest, packet_id) = packet_id(body)?;
    match rest {
        [] => Ok(Ack::new(packet_id)),
        _ if !version.is_v5() => Err(fault(ErrorKind::TrailingBytes, rest)),
        // As most are.
        [code] | [code, 0] => match ReasonCode::from_wire(*code, packet, Version::V5) {
            Some(reason_code) => Ok(Ack::with_reason(packet_id, reason_code)),
            None => Err(fault(ErrorKind::ReasonCode, rest)),
        },
        _ => {
            let (reason_code, properties) = reason_and_properties(packet, rest)?;
            Ok(Ack { packet_id, reason_code, properties })
        }
    }
}

/// Reads a reason code and, unless the packet ends there, properties, to the packet's end.
pub(super) fn reason_and_properties(
    packet: PacketType,
    input: &[u8],
) -> Result<(ReasonCode, Properties<'_>), nom::Err<Fault<ErrorKind>>> {
    let (rest, code) = be_u8(ErrorKind::Truncated(Field::ReasonCode))(input)?;
    let Some(reason_code) = ReasonCode::from_wire(code, packet, Version::V5) else {
        return Err(fault(ErrorKind::ReasonCode, input));
    };
    if rest.is_empty() && packet != PacketType::Auth {
        return Ok((reason_code, Properties::EMPTY));
    }
    let (rest, properties) = properties(Place::of(packet))(rest)?;
    if !rest.is_empty() {
        return Err(fault(ErrorKind::TrailingBytes, rest));
    }
    Ok((reason_code, properties))
}
