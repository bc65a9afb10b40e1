//! CONNACK. (§3.2)

use super::header::{begin, packet_len};
use super::properties::properties;
use super::property::Place;
use super::{EncodeError, ErrorKind, Field, PacketType, Properties, ReasonCode, Version};
use crate::Output;
use crate::read::{Fault, be_u8, fault};

/// A server's answer to CONNECT. (§3.2)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ConnAck<'a> {
    /// Whether the server has a session of this client. 3.1 does not say.
    pub session_present: bool,
    /// The result. 3.1.1's return codes are translated.
    pub reason_code: ReasonCode,
    /// The properties (5.0).
    pub properties: Properties<'a>,
}

impl<'a> ConnAck<'a> {
    /// A refusal.
    pub const fn refuse(reason_code: ReasonCode) -> Self {
        Self { session_present: false, reason_code, properties: Properties::EMPTY }
    }

    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(2_usize.saturating_add(self.properties.prefixed_len(version)))
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        let code = self.reason_code.to_wire(PacketType::ConnAck, version);
        let code = code.ok_or(EncodeError::NotInThisVersion(Field::ReasonCode))?;
        if self.session_present && code != 0 {
            return Err(ErrorKind::SessionPresentOnRefusal.into());
        }
        let properties = self.properties.measure(version, Place::of(PacketType::ConnAck))?;
        if self.session_present && version == Version::V3_1 {
            return Err(EncodeError::NotInThisVersion(Field::AcknowledgeFlags));
        }
        let remaining = properties.prefixed_len().saturating_add(2);
        let space = &mut begin(PacketType::ConnAck.first_byte(), remaining, out)?;
        space.put(&[u8::from(self.session_present), code]);
        self.properties.put_prefixed(properties, space);
        Ok(())
    }
}

pub(super) fn decode(body: &[u8], version: Version) -> Result<ConnAck<'_>, nom::Err<Fault<ErrorKind>>> {
    let (at_code, flags) = be_u8(ErrorKind::Truncated(Field::AcknowledgeFlags))(body)?;
    // 3.1 reserves the byte and says nothing of its value.
    let flags = if version == Version::V3_1 { 0 } else { flags };
    if flags > 1 {
        return Err(fault(ErrorKind::AcknowledgeFlags, body));
    }
    let (rest, code) = be_u8(ErrorKind::Truncated(Field::ReasonCode))(at_code)?;
    let reason_code = ReasonCode::from_wire(code, PacketType::ConnAck, version);
    let reason_code = reason_code.ok_or_else(|| fault(ErrorKind::ReasonCode, at_code))?;
    if flags == 1 && code != 0 {
        return Err(fault(ErrorKind::SessionPresentOnRefusal, body));
    }
    let (rest, properties) =
        if version.is_v5() { properties(Place::of(PacketType::ConnAck))(rest)? } else { (rest, Properties::EMPTY) };
    if !rest.is_empty() {
        return Err(fault(ErrorKind::TrailingBytes, rest));
    }
    Ok(ConnAck { session_present: flags == 1, reason_code, properties })
}
