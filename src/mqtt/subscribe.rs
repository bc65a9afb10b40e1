//! SUBSCRIBE and UNSUBSCRIBE. (§3.8, §3.10)

use nom::Parser;
use nom::combinator::cond;

use super::header::{begin, packet_len};
use super::properties::properties;
use super::property::Place;
use super::publish::packet_id;
use super::text::{self, is_filter, prefixed_len, put_prefixed, sendable};
use super::{EncodeError, ErrorKind, Field, PacketId, PacketType, Properties, QoS, Version};
use crate::Output;
use crate::list::{Item, List, Spelling, sealed::Sealed};
use crate::read::{Fault, Parsed, be_u8, fault, next_text_u16, next_u8};
use crate::write::Writer;

/// A client's request for messages. (§3.8)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Subscribe<'a> {
    /// The packet identifier, which the SUBACK repeats.
    pub packet_id: PacketId,
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// What is asked for: at least one subscription.
    pub subscriptions: Subscriptions<'a>,
}

/// A client's request to end subscriptions. (§3.10)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Unsubscribe<'a> {
    /// The packet identifier, which the UNSUBACK repeats.
    pub packet_id: PacketId,
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// The topic filters, as they were in SUBSCRIBE: at least one.
    pub filters: TopicFilters<'a>,
}

/// The subscriptions in a SUBSCRIBE.
pub type Subscriptions<'a> = List<'a, Subscription<'a>>;

/// The topic filters in an UNSUBSCRIBE.
pub type TopicFilters<'a> = List<'a, &'a str>;

/// One topic filter and what is asked for with it. (§3.8.3)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Subscription<'a> {
    /// The topic filter.
    pub filter: &'a str,
    /// The highest QoS with which messages are wanted.
    pub qos: QoS,
    /// Whether the client's own messages are not wanted (5.0).
    pub no_local: bool,
    /// Whether messages come with the retain flag that they were published with (5.0).
    pub retain_as_published: bool,
    /// Whether retained messages are wanted (5.0).
    pub retain_handling: RetainHandling,
}

/// Which retained messages a new subscription brings (5.0 §3.8.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[repr(u8)]
pub enum RetainHandling {
    /// All that match.
    #[default]
    Send = 0,
    /// All that match, if the subscription was not there before.
    SendIfNew = 1,
    /// None.
    DoNotSend = 2,
}

impl<'a> Subscription<'a> {
    /// A subscription without options.
    pub const fn new(filter: &'a str, qos: QoS) -> Self {
        Self { filter, qos, no_local: false, retain_as_published: false, retain_handling: RetainHandling::Send }
    }

    #[inline]
    fn options(&self) -> u8 {
        self.qos.level()
            | u8::from(self.no_local) << 2
            | u8::from(self.retain_as_published) << 3
            | (self.retain_handling as u8) << 4
    }
}

impl Sealed for Subscription<'_> {}

impl<'a> Item<'a> for Subscription<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Spelling) -> Option<Self> {
        let filter = next_text_u16(wire)?;
        let options = next_u8(wire)?;
        Some(Subscription {
            filter,
            qos: QoS::from_level(options & 0b11)?,
            no_local: options & 4 != 0,
            retain_as_published: options & 8 != 0,
            retain_handling: match options >> 4 {
                0 => RetainHandling::Send,
                1 => RetainHandling::SendIfNew,
                _ => RetainHandling::DoNotSend,
            },
        })
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        prefixed_len(self.filter.as_bytes()).saturating_add(1)
    }

    #[inline]
    fn put(&self, _: Spelling, out: &mut Writer<'_>) {
        put_prefixed(self.filter.as_bytes(), out);
        out.put(&[self.options()]);
    }
}

impl Sealed for &str {}

impl<'a> Item<'a> for &'a str {
    #[inline]
    fn next(wire: &mut &'a [u8], _: Spelling) -> Option<Self> {
        next_text_u16(wire)
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        prefixed_len(self.as_bytes())
    }

    #[inline]
    fn put(&self, _: Spelling, out: &mut Writer<'_>) {
        put_prefixed(self.as_bytes(), out);
    }
}

impl Subscribe<'_> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(remaining(version, &self.properties, self.subscriptions.encoded_len()))
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        let len = self.subscriptions.sum(|subscription| {
            let len = measure_filter(subscription.filter, version)?;
            let options = subscription.options();
            if options & !0b11 != 0 && !version.is_v5() {
                return Err(EncodeError::NotInThisVersion(Field::SubscriptionOptions));
            }
            check_options(options, subscription.filter.as_bytes(), version)?;
            Ok(len.saturating_add(1))
        })?;
        encode(PacketType::Subscribe, self.packet_id, &self.properties, (&self.subscriptions, len), version, out)
    }
}

impl Unsubscribe<'_> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self, version: Version) -> usize {
        packet_len(remaining(version, &self.properties, self.filters.encoded_len()))
    }

    /// Writes the packet.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        let len = self.filters.sum(|filter| measure_filter(filter, version))?;
        encode(PacketType::Unsubscribe, self.packet_id, &self.properties, (&self.filters, len), version, out)
    }
}

/// The filter's length, if it can be sent.
#[inline]
fn measure_filter(filter: &str, version: Version) -> Result<usize, EncodeError> {
    let len = sendable(filter.as_bytes(), Field::TopicFilter)?;
    match text::filter(filter.as_bytes(), version.is_v5()) {
        Ok(()) => Ok(len),
        Err((kind, _)) => Err(kind.into()),
    }
}

fn remaining(version: Version, properties: &Properties<'_>, list: usize) -> usize {
    list.saturating_add(properties.prefixed_len(version)).saturating_add(2)
}

/// Writes a packet that is an identifier, properties and a list, whose length was measured.
#[inline]
pub(super) fn encode<'a, T: Item<'a>>(
    packet: PacketType,
    packet_id: PacketId,
    properties: &Properties<'_>,
    (list, len): (&List<'a, T>, usize),
    version: Version,
    out: &mut impl Output,
) -> Result<(), EncodeError> {
    let measured = properties.measure(version, Place::of(packet))?;
    if list.is_empty() {
        let field = if packet.flags() == 0 { Field::ReasonCode } else { Field::TopicFilter };
        return Err(ErrorKind::Empty(field).into());
    }
    let remaining = len.saturating_add(measured.prefixed_len()).saturating_add(2);
    let space = &mut begin(packet.first_byte(), remaining, out)?;
    space.put(&packet_id.get().to_be_bytes());
    properties.put_prefixed(measured, space);
    list.put(space);
    Ok(())
}

/// Reads an identifier and properties; the rest is a list, which must not be empty.
#[inline]
pub(super) fn before_list(
    packet: PacketType,
    version: Version,
    field: Field,
) -> impl Fn(&[u8]) -> Parsed<'_, (PacketId, Properties<'_>), ErrorKind> {
    move |body| {
        let (rest, (packet_id, properties)) =
            (packet_id, cond(version.is_v5(), properties(Place::of(packet)))).parse_complete(body)?;
        if rest.is_empty() {
            return Err(fault(ErrorKind::Empty(field), rest));
        }
        Ok((rest, (packet_id, properties.unwrap_or_default())))
    }
}

/// The options' byte: QoS 0 to 2, and in 5.0 retain handling 0 to 2, no reserved bits, no No Local on a shared
/// subscription. `[MQTT-3-8.3-4]`; 5.0 `[MQTT-3.8.3-4]` `[MQTT-3.8.3-5]`
#[inline]
fn check_options(options: u8, filter: &[u8], version: Version) -> Result<(), ErrorKind> {
    let reserved = if version.is_v5() { 0xC0 } else { 0xFC };
    if options & reserved != 0 || options & 0b11 == 0b11 || options & 0x30 == 0x30 {
        return Err(ErrorKind::SubscriptionOptions);
    }
    if options & 4 != 0 && filter.starts_with(b"$share/") {
        return Err(ErrorKind::SharedNoLocal);
    }
    Ok(())
}

pub(super) fn decode_subscribe(body: &[u8], version: Version) -> Result<Subscribe<'_>, nom::Err<Fault<ErrorKind>>> {
    let (wire, (packet_id, properties)) = before_list(PacketType::Subscribe, version, Field::TopicFilter)(body)?;
    let mut input = wire;
    while !input.is_empty() {
        let (at_options, filter) = is_filter(version.is_v5())(input)?;
        let (rest, options) = be_u8(ErrorKind::Truncated(Field::SubscriptionOptions))(at_options)?;
        check_options(options, filter, version).map_err(|kind| fault(kind, at_options))?;
        input = rest;
    }
    Ok(Subscribe { packet_id, properties, subscriptions: List::from_wire(wire) })
}

pub(super) fn decode_unsubscribe(body: &[u8], version: Version) -> Result<Unsubscribe<'_>, nom::Err<Fault<ErrorKind>>> {
    let (wire, (packet_id, properties)) = before_list(PacketType::Unsubscribe, version, Field::TopicFilter)(body)?;
    let mut input = wire;
    while !input.is_empty() {
        (input, _) = is_filter(version.is_v5())(input)?;
    }
    Ok(Unsubscribe { packet_id, properties, filters: List::from_wire(wire) })
}
