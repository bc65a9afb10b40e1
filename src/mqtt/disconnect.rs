//! DISCONNECT and AUTH, which have one shape. (§3.14, 5.0: §3.15)

use super::ack::reason_and_properties;
use super::header::{begin, packet_len};
use super::property::Place;
use super::{EncodeError, ErrorKind, Field, PacketType, Properties, PropertyId, ReasonCode, Version};
use crate::Output;
use crate::read::{Fault, fault};

/// The last packet of a connection. (§3.14)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Disconnect<'a> {
    /// Why (5.0; before that always success).
    pub reason_code: ReasonCode,
    /// The properties (5.0).
    pub properties: Properties<'a>,
}

/// A step of enhanced authentication (5.0). (§3.15)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Auth<'a> {
    /// Success, continue, or re-authenticate.
    pub reason_code: ReasonCode,
    /// The properties, the authentication method among them.
    pub properties: Properties<'a>,
}

impl Disconnect<'_> {
    /// A DISCONNECT with this reason, without properties.
    pub const fn with_reason(reason_code: ReasonCode) -> Self {
        Self { reason_code, properties: Properties::EMPTY }
    }

    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(if version.is_v5() { remaining(&self.properties) } else { 0 })
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        if version.is_v5() {
            return encode(PacketType::Disconnect, self.reason_code, &self.properties, out);
        }
        if self.reason_code != ReasonCode::Success {
            return Err(EncodeError::NotInThisVersion(Field::ReasonCode));
        }
        if !self.properties.is_empty() {
            return Err(EncodeError::NotInThisVersion(Field::Properties));
        }
        begin(PacketType::Disconnect.first_byte(), 0, out).map(drop)
    }
}

impl Auth<'_> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self) -> usize {
        packet_len(if self.properties.is_empty() { 0 } else { remaining(&self.properties) })
    }

    /// Writes the packet, which only 5.0 has.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        if !version.is_v5() {
            return Err(EncodeError::NotInThisVersion(Field::Properties));
        }
        match (self.reason_code, self.properties.is_empty()) {
            (ReasonCode::Success, true) => begin(PacketType::Auth.first_byte(), 0, out).map(drop),
            (_, true) => Err(ErrorKind::PropertyMissing(PropertyId::AuthenticationMethod).into()),
            (_, false) => encode(PacketType::Auth, self.reason_code, &self.properties, out),
        }
    }
}

/// Reason code and property length could be left out, and are not: peers in wide use cannot read a DISCONNECT without
/// them.
fn remaining(properties: &Properties<'_>) -> usize {
    properties.prefixed_len(Version::V5).saturating_add(1)
}

fn encode(
    packet: PacketType,
    reason_code: ReasonCode,
    properties: &Properties<'_>,
    out: &mut impl Output,
) -> Result<(), EncodeError> {
    if !reason_code.belongs_to(packet) {
        return Err(ErrorKind::ReasonCode.into());
    }
    let measured = properties.measure(Version::V5, Place::of(packet))?;
    let space = &mut begin(packet.first_byte(), measured.prefixed_len().saturating_add(1), out)?;
    space.put(&[reason_code.value()]);
    properties.put_prefixed(measured, space);
    Ok(())
}

pub(super) fn decode_disconnect(body: &[u8], version: Version) -> Result<Disconnect<'_>, nom::Err<Fault<ErrorKind>>> {
    if body.is_empty() {
        return Ok(Disconnect::default());
    }
    if !version.is_v5() {
        return Err(fault(ErrorKind::TrailingBytes, body));
    }
    let (reason_code, properties) = reason_and_properties(PacketType::Disconnect, body)?;
    Ok(Disconnect { reason_code, properties })
}

pub(super) fn decode_auth(body: &[u8]) -> Result<Auth<'_>, nom::Err<Fault<ErrorKind>>> {
    // §3.15.2.1 allows an AUTH of success without anything, §3.15.2.2.2 demands the method in every AUTH. What is
    // allowed by name is taken; the machines, which know the method, refuse it.
    if body.is_empty() {
        return Ok(Auth::default());
    }
    let (reason_code, properties) = reason_and_properties(PacketType::Auth, body)?;
    Ok(Auth { reason_code, properties })
}
