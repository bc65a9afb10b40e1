//! Packets of every type, written and not decoded: most are valid, some are nearly so.

use arbitrary::{Result, Unstructured};
use fourwire::mqtt::{
    Ack, Auth, ConnAck, Connect, Disconnect, Packet, PacketId, Properties, Property, Publish, QoS, ReasonCode,
    RetainHandling, SubAck, Subscribe, Subscription, UnsubAck, Unsubscribe, Version, Will,
};

use super::super::decoding::encodes;
use super::{Mqtt, VERSIONS, decoder};

/// Laws 3 and 4 for packets that were written: each is refused, and nothing is put, or decodes to an equal packet.
pub fn structured(u: &mut Unstructured<'_>) -> Result<()> {
    structured_packet(u, |version, packet| {
        let mut decoder = decoder(version);
        if let Some(bytes) = encodes::<Mqtt>(&decoder, packet) {
            assert_eq!(decoder.decode(&bytes), Ok(Some((as_read(*packet), bytes.len()))), "in {version}");
        }
    })
}

/// A packet as decoding tells it: no packet identifier with QoS 0.
fn as_read(packet: Packet<'_>) -> Packet<'_> {
    match packet {
        Packet::Publish(publish) if publish.qos == QoS::AtMostOnce => {
            Packet::Publish(Publish { packet_id: None, ..publish })
        }
        packet => packet,
    }
}

/// Makes a packet, and hands it to `check`.
pub fn structured_packet(u: &mut Unstructured<'_>, check: impl FnOnce(Version, &Packet<'_>)) -> Result<()> {
    let version = *u.choose(&VERSIONS)?;
    let v5 = version.is_v5();
    let packet_id = PacketId::new(u.arbitrary()?).unwrap_or(PacketId::MIN);
    let written = some_properties(u, v5)?;
    let properties = Properties::new(&written);
    let reason_code = code(u, v5)?;
    let ack = Ack { packet_id, reason_code, properties };
    match u.int_in_range(1..=15)? {
        1 => {
            let will_written = some_properties(u, v5)?;
            let connect = connect(u, version, properties, Properties::new(&will_written))?;
            check(version, &Packet::from(&connect));
        }
        2 => check(version, &ConnAck { session_present: rarely(u)?, reason_code, properties }.into()),
        4 => check(version, &Packet::PubAck(ack)),
        5 => check(version, &Packet::PubRec(ack)),
        6 => check(version, &Packet::PubRel(ack)),
        7 => check(version, &Packet::PubComp(ack)),
        8 => {
            let subscriptions = list(u, |u| subscription(u, v5))?;
            check(version, &Subscribe { packet_id, properties, subscriptions: (&subscriptions[..]).into() }.into());
        }
        9 => {
            let codes = list(u, |u| u.choose(&SUBACK).copied())?;
            check(version, &SubAck { packet_id, properties, reason_codes: (&codes[..]).into() }.into());
        }
        10 => {
            let filters = list(u, filter)?;
            check(version, &Unsubscribe { packet_id, properties, filters: (&filters[..]).into() }.into());
        }
        11 => {
            let codes = if v5 || rarely(u)? { list(u, |u| u.choose(&UNSUBACK).copied())? } else { Vec::new() };
            check(version, &UnsubAck { packet_id, properties, reason_codes: (&codes[..]).into() }.into());
        }
        12 => check(version, &Packet::PingReq),
        13 => check(version, &Packet::PingResp),
        14 => check(version, &Disconnect { reason_code, properties }.into()),
        15 => check(version, &Auth { reason_code, properties }.into()),
        _ => {
            let qos = *u.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])?;
            let packet_id = if rarely(u)? { None } else { Some(packet_id) };
            let (retain, dup) = (u.arbitrary()?, qos != QoS::AtMostOnce && u.arbitrary()? || rarely(u)?);
            let topic = topic(u)?;
            let payload = bytes(u)?;
            check(version, &Publish { topic, payload, properties, packet_id, qos, retain, dup }.into());
        }
    }
    Ok(())
}

const SUBACK: [ReasonCode; 6] = [
    ReasonCode::Success,
    ReasonCode::GrantedQoS1,
    ReasonCode::GrantedQoS2,
    ReasonCode::UnspecifiedError,
    ReasonCode::QuotaExceeded,
    ReasonCode::NoSubscriptionExisted,
];
const UNSUBACK: [ReasonCode; 4] = [
    ReasonCode::Success,
    ReasonCode::NoSubscriptionExisted,
    ReasonCode::PacketIdentifierInUse,
    ReasonCode::GrantedQoS1,
];

/// Longer than a length of two bytes can say.
static LONG: [u8; 0x1_0001] = [b'x'; 0x1_0001];

fn long(u: &mut Unstructured<'_>) -> Result<&'static str> {
    let len = *u.choose(&[0xFF, 0x100, 0xFFFE, 0xFFFF, 0x1_0000, 0x1_0001])?;
    Ok(core::str::from_utf8(&LONG[..len]).unwrap())
}

/// What would often spoil the packet must be seldom.
fn rarely(u: &mut Unstructured<'_>) -> Result<bool> {
    Ok(u.arbitrary::<u8>()? == 0xA5)
}

fn text<'a>(u: &mut Unstructured<'a>) -> Result<&'a str> {
    if rarely(u)? { long(u) } else { u.arbitrary() }
}

fn bytes<'a>(u: &mut Unstructured<'a>) -> Result<&'a [u8]> {
    if rarely(u)? { Ok(long(u)?.as_bytes()) } else { u.arbitrary() }
}

fn topic<'a>(u: &mut Unstructured<'a>) -> Result<&'a str> {
    match u.int_in_range(0..=3)? {
        0 => u.choose(&["", "a", "a/b", "/", "$SYS/x", "\u{FFFF}"]).copied(),
        1 => u.choose(&["+", "a/#", "\0", "a\u{0}b"]).copied(),
        _ => text(u),
    }
}

fn filter<'a>(u: &mut Unstructured<'a>) -> Result<&'a str> {
    match u.int_in_range(0..=3)? {
        0 => u.choose(&["#", "+", "a/+/b", "+/#", "$share/g/a", "$share/g/#", "$share", "/"]).copied(),
        1 => u.choose(&["", "a#", "#/a", "+a", "$share/", "$share//a", "$share/g/", "$share/+/a", "a\0"]).copied(),
        _ => text(u),
    }
}

fn subscription<'a>(u: &mut Unstructured<'a>, v5: bool) -> Result<Subscription<'a>> {
    let qos = *u.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])?;
    let plain = Subscription::new(filter(u)?, qos);
    if !v5 && !rarely(u)? {
        return Ok(plain);
    }
    let handling = [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend];
    Ok(Subscription {
        no_local: u.arbitrary()?,
        retain_as_published: u.arbitrary()?,
        retain_handling: *u.choose(&handling)?,
        ..plain
    })
}

fn code(u: &mut Unstructured<'_>, v5: bool) -> Result<ReasonCode> {
    if !v5 && !rarely(u)? {
        return Ok(ReasonCode::Success);
    }
    Ok(ReasonCode::from_value(u.arbitrary()?).unwrap_or_default())
}

fn list<'a, T>(u: &mut Unstructured<'a>, item: impl Fn(&mut Unstructured<'a>) -> Result<T>) -> Result<Vec<T>> {
    let len = if rarely(u)? { 0 } else { u.int_in_range(1..=4)? };
    (0..len).map(|_| item(u)).collect()
}

fn connect<'p, 'a: 'p>(
    u: &mut Unstructured<'a>,
    version: Version,
    properties: Properties<'p>,
    will_properties: Properties<'p>,
) -> Result<Connect<'p>> {
    let will = Will {
        topic: topic(u)?,
        payload: bytes(u)?,
        qos: *u.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])?,
        retain: u.arbitrary()?,
        properties: will_properties,
    };
    Ok(Connect {
        version,
        clean_start: u.arbitrary()?,
        keep_alive: u.arbitrary()?,
        properties,
        client_id: text(u)?,
        will: if u.arbitrary()? { Some(will) } else { None },
        user_name: if u.arbitrary()? { Some(text(u)?) } else { None },
        password: if u.arbitrary()? { Some(bytes(u)?) } else { None },
    })
}

fn some_properties<'a>(u: &mut Unstructured<'a>, v5: bool) -> Result<Vec<Property<'a>>> {
    let len = if v5 { u.int_in_range(0..=4)? } else { usize::from(rarely(u)?) };
    (0..len).map(|_| property(u)).collect()
}

fn property<'a>(u: &mut Unstructured<'a>) -> Result<Property<'a>> {
    use Property as P;
    Ok(match u.int_in_range(0..=29)? {
        0 => P::PayloadFormatIndicator(u.arbitrary()?),
        1 => P::MessageExpiryInterval(u.arbitrary()?),
        2 => P::ContentType(text(u)?),
        3 => P::ResponseTopic(topic(u)?),
        4 => P::CorrelationData(bytes(u)?),
        5 => P::SubscriptionIdentifier(u.arbitrary::<u32>()? >> u.int_in_range(0..=31)?),
        6 => P::SessionExpiryInterval(u.arbitrary()?),
        7 => P::AssignedClientIdentifier(text(u)?),
        8 => P::ServerKeepAlive(u.arbitrary()?),
        9 => P::AuthenticationMethod(text(u)?),
        10 => P::AuthenticationData(bytes(u)?),
        11 => P::RequestProblemInformation(u.arbitrary()?),
        12 => P::WillDelayInterval(u.arbitrary()?),
        13 => P::RequestResponseInformation(u.arbitrary()?),
        14 => P::ResponseInformation(text(u)?),
        15 => P::ServerReference(text(u)?),
        16 => P::ReasonString(text(u)?),
        17 => P::ReceiveMaximum(u.arbitrary()?),
        18 => P::TopicAliasMaximum(u.arbitrary()?),
        19 => P::TopicAlias(u.arbitrary()?),
        20 => P::MaximumQoS(*u.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])?),
        21 => P::RetainAvailable(u.arbitrary()?),
        22 => P::MaximumPacketSize(u.arbitrary()?),
        23 => P::WildcardSubscriptionAvailable(u.arbitrary()?),
        24 => P::SubscriptionIdentifierAvailable(u.arbitrary()?),
        25 => P::SharedSubscriptionAvailable(u.arbitrary()?),
        _ => P::UserProperty(text(u)?, text(u)?),
    })
}
