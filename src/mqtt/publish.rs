//! PUBLISH. (§3.3)

use super::decode::{Decoded, done};
use super::header::{begin_reserving, packet_len};
use super::properties::{Measured, Seen, properties_seen};
use super::property::Place;
use super::text::{no_wildcard, prefixed_len, put_prefixed, sendable, topic_name};
use super::{
    EncodeError, ErrorKind, Field, Packet, PacketId, PacketType, Properties, PropertyId, QoS, Version, varint,
};
use crate::Output;
use crate::read::{Fault, Parsed, be_u16, fault};

/// A message on its way. (§3.3)
///
/// ```
/// use fourwire::mqtt::{Publish, Version};
///
/// let mut out = Vec::new();
/// Publish::new("home/kitchen/temperature", b"21.5").encode(Version::V3_1_1, &mut out)?;
/// assert_eq!(out, b"\x30\x1E\x00\x18home/kitchen/temperature21.5");
/// # Ok::<(), fourwire::mqtt::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Publish<'a> {
    /// The topic name; empty only if the properties have a topic alias that stands for it.
    pub topic: &'a str,
    /// The payload: any bytes.
    pub payload: &'a [u8],
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// The packet identifier; `Some` if the QoS is 1 or 2. Not written with QoS 0. Machines choose it themselves.
    pub packet_id: Option<PacketId>,
    /// The quality of service.
    pub qos: QoS,
    /// Whether the server keeps, or kept, the message for later subscribers.
    pub retain: bool,
    /// Whether this may be a second delivery.
    pub dup: bool,
}

impl<'a> Publish<'a> {
    /// A message with QoS 0.
    pub const fn new(topic: &'a str, payload: &'a [u8]) -> Self {
        Self {
            topic,
            payload,
            properties: Properties::EMPTY,
            packet_id: None,
            qos: QoS::AtMostOnce,
            retain: false,
            dup: false,
        }
    }

    /// The same message with another QoS.
    #[must_use]
    pub const fn with_qos(self, qos: QoS) -> Self {
        Self { qos, ..self }
    }

    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(self.head_len(version).saturating_add(self.payload.len()))
    }

    /// Writes the packet.
    #[inline]
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        self.encode_with(version, None, out)
    }

    /// Writes the packet, with a topic alias behind its own properties.
    #[inline]
    pub(super) fn encode_with(
        &self,
        version: Version,
        alias: Option<u16>,
        out: &mut impl Output,
    ) -> Result<(), EncodeError> {
        let measured = self.check(version, alias)?;
        if measured.is_text && core::str::from_utf8(self.payload).is_err() {
            return Err(ErrorKind::PayloadFormat(Field::Payload).into());
        }
        let payload_len = self.payload.len();
        self.put_head(alias, measured, payload_len, payload_len, out)?;
        out.put_payload(self.payload);
        Ok(())
    }

    /// Writes the packet up to its payload, whose `payload_len` bytes the caller puts behind it in pieces.
    ///
    /// Room is made sure of for this part only: ask for the pieces' with [`Output::space`]. `self.payload` is not looked at, and no payload format is checked.
    pub fn encode_head(&self, version: Version, payload_len: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        let payload_len = usize::try_from(payload_len).unwrap_or(usize::MAX);
        let measured = self.check(version, None)?;
        self.put_head(None, measured, payload_len, 0, out)
    }

    fn head_len(&self, version: Version) -> usize {
        let packet_id = if self.qos == QoS::AtMostOnce { 0_usize } else { 2 };
        let properties = self.properties.prefixed_len(version);
        prefixed_len(self.topic.as_bytes()).saturating_add(packet_id).saturating_add(properties)
    }

    #[inline]
    fn check(&self, version: Version, alias: Option<u16>) -> Result<Measured, EncodeError> {
        sendable(self.topic.as_bytes(), Field::TopicName)?;
        no_wildcard(self.topic.as_bytes(), Field::TopicName).map_err(|(kind, _)| EncodeError::Invalid(kind))?;
        let measured = self.properties.measure(version, Place::of(PacketType::Publish))?;
        if self.topic.is_empty() && alias.or_else(|| self.properties.topic_alias()).is_none() {
            return Err(ErrorKind::TopicEmpty(Field::TopicName).into());
        }
        match (self.qos, self.packet_id) {
            (QoS::AtMostOnce, _) if self.dup => Err(ErrorKind::DupWithQoS0.into()),
            (QoS::AtLeastOnce | QoS::ExactlyOnce, None) => Err(ErrorKind::PacketIdZero.into()),
            _ => Ok(measured),
        }
    }

    #[inline]
    fn put_head(
        &self,
        alias: Option<u16>,
        mut measured: Measured,
        payload_len: usize,
        reserve: usize,
        out: &mut impl Output,
    ) -> Result<(), EncodeError> {
        let flags = u8::from(self.dup) << 3 | self.qos.level() << 1 | u8::from(self.retain);
        let packet_id = if self.qos == QoS::AtMostOnce { None } else { self.packet_id };
        if alias.is_some() {
            measured.len = measured.len.wrapping_add(ALIAS_LEN);
        }
        // Each part was measured: the sum is far from any limit.
        let head = prefixed_len(self.topic.as_bytes())
            .wrapping_add(if packet_id.is_some() { 2 } else { 0 })
            .wrapping_add(measured.prefixed_len());
        let space = &mut begin_reserving(PacketType::Publish.first_byte() | flags, head, payload_len, reserve, out)?;
        put_prefixed(self.topic.as_bytes(), space);
        if let Some(packet_id) = packet_id {
            space.put(&packet_id.get().to_be_bytes());
        }
        self.properties.put_prefixed(measured, space);
        if let Some(alias) = alias {
            space.put_behind(PropertyId::TopicAlias as u8, alias.to_be_bytes());
        }
        Ok(())
    }
}

/// Bytes of a topic alias among the properties.
const ALIAS_LEN: usize = 3;

/// Reads a packet identifier. `[MQTT-2.2.1-3]`
#[inline]
pub(super) fn packet_id(input: &[u8]) -> Parsed<'_, PacketId, ErrorKind> {
    let (rest, id) = be_u16(ErrorKind::Truncated(Field::PacketIdentifier))(input)?;
    match PacketId::new(id) {
        Some(id) => Ok((rest, id)),
        None => Err(fault(ErrorKind::PacketIdZero, input)),
    }
}

/// Reads all but the payload; the rest is the payload, or what is there of it.
#[inline]
pub(super) fn head(first: u8, body: &[u8], version: Version) -> Result<Publish<'_>, nom::Err<Fault<ErrorKind>>> {
    head_seen(first, body, version).map(|(publish, _)| publish)
}

#[inline]
fn head_seen(first: u8, body: &[u8], version: Version) -> Result<(Publish<'_>, Seen), nom::Err<Fault<ErrorKind>>> {
    // The fixed header was checked: the level is 0, 1 or 2.
    let qos = QoS::from_level(first >> 1 & 0b11).unwrap_or_default();
    let (mut payload, topic) = topic_name(Field::TopicName)(body)?;
    let mut id = None;
    if qos != QoS::AtMostOnce {
        let (rest, packet_id) = packet_id(payload)?;
        (payload, id) = (rest, Some(packet_id));
    }
    let (mut own, mut seen) = (Properties::EMPTY, Seen::default());
    if version.is_v5() {
        (payload, (own, seen)) = properties_seen(Place::of(PacketType::Publish))(payload)?;
    }
    if topic.is_empty() && !seen.has(PropertyId::TopicAlias) {
        return Err(fault(ErrorKind::TopicEmpty(Field::TopicName), body));
    }
    let (retain, dup) = (first & 1 != 0, first & 8 != 0);
    Ok((Publish { topic, payload, properties: own, packet_id: id, qos, retain, dup }, seen))
}

/// Reads the body of a PUBLISH that is there whole.
#[inline(never)]
pub(super) fn decode(first: u8, body: &[u8], version: Version, payload_format: bool, total: usize) -> Decoded<'_> {
    done(whole(first, body, version, payload_format).map(Packet::Publish), total)
}

#[inline]
fn whole(
    first: u8,
    body: &[u8],
    version: Version,
    payload_format: bool,
) -> Result<Publish<'_>, nom::Err<Fault<ErrorKind>>> {
    let (publish, seen) = head_seen(first, body, version)?;
    if payload_format && seen.is_text() {
        if let Err(error) = core::str::from_utf8(publish.payload) {
            let left = publish.payload.len().saturating_sub(error.valid_up_to());
            return Err(nom::Err::Error(Fault { kind: ErrorKind::PayloadFormat(Field::Payload), left }));
        }
    }
    Ok(publish)
}

/// How long the part before the payload is, once the bytes that say so are there.
///
/// A length that cannot be is for [`head`] to refuse: the answer is then no more than the body.
pub(super) fn head_span(first: u8, body: &[u8], version: Version) -> Option<usize> {
    let topic = usize::from(u16::from_be_bytes(*body.first_chunk()?));
    let packet_id = if first & 0b0110 == 0 { 0 } else { 2 };
    let before = topic.saturating_add(2).saturating_add(packet_id);
    if !version.is_v5() {
        return Some(before);
    }
    match varint::split(body.get(before..)?) {
        varint::VarInt::Whole { value, len, .. } => {
            Some(before.saturating_add(len).saturating_add(usize::try_from(value).unwrap_or(usize::MAX)))
        }
        varint::VarInt::Short => None,
        varint::VarInt::TooLong => Some(before.saturating_add(4)),
    }
}
