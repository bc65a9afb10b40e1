//! §3.3: PUBLISH.

use fourwire::mqtt::{
    Config, Connect, Error, ErrorKind, Event, Field, Properties, Property, PropertyId, Publish, QoS, ReasonCode,
    Request, SendError, Session, Version, Violation,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

/// PUBLISH with these properties.
fn with_properties(list: &[u8]) -> Vec<u8> {
    packet(0x30, &[&string("a"), &[u8::try_from(list.len()).unwrap()], list, b"x"])
}

/// A client or server's end that takes two topic aliases.
const ALIASES: [Property<'static>; 1] = [Property::TopicAliasMaximum(2)];

#[test]
fn mqtt_3_3_1_1() {
    let mut first = client(V);
    let (id, _) = first.publishes("a", QoS::AtLeastOnce);
    let keep = Connect { clean_start: false, ..plain(V) };
    let mut again = client_with(&keep, &hex("20 03 01 00 00"), first.into_session(NOW), Config::default());
    let bytes = again.resends(id, &Publish::new("a", b"x"));
    assert_eq!(bytes, hex("3A 07 0001 61 0001 00 78"), "DUP is set");
}

#[test]
fn mqtt_3_3_1_2() {
    refuses(V, &hex("38 05 0001 61 00 78"), ErrorKind::DupWithQoS0, 0);
    not_encoded(V, Publish { dup: true, ..Publish::new("a", b"") }, ErrorKind::DupWithQoS0.into());
}

#[test]
fn mqtt_3_3_1_3() {
    let received = takes_publish(V, &hex("3A 07 0001 61 0009 00 78"));
    assert!(received.dup);
    let mut out = Vec::new();
    server(V).send(&received, &mut out).unwrap();
    assert_eq!(out, hex("32 07 0001 61 0001 00 78"), "sent on, it is a first delivery under an identifier of its own");
}

#[test]
fn mqtt_3_3_1_4() {
    for first in [0x36, 0x37, 0x3E, 0x3F] {
        refuses(V, &[first, 0], ErrorKind::PublishQoS3, 0);
        refuses_with(V, &[first, 0], ReasonCode::MalformedPacket);
    }
}

#[test]
fn mqtt_3_3_2_1() {
    refuses(V, &hex("30 03 0001 FF"), ErrorKind::Utf8(Field::TopicName), 4);
    refuses(V, &hex("30 03 0005 61"), ErrorKind::Truncated(Field::TopicName), 2);
    refuses(V, &hex("30 01 00"), ErrorKind::Truncated(Field::TopicName), 2);
}

#[test]
fn mqtt_3_3_2_2() {
    for (topic, at) in [("+", 0), ("a/#", 2), ("a+b", 1)] {
        let bytes = packet(0x30, &[&string(topic), &[0]]);
        refuses(V, &bytes, ErrorKind::TopicWildcard(Field::TopicName), 4 + at);
        refuses_with(V, &bytes, ReasonCode::TopicNameInvalid);
    }
}

#[test]
fn mqtt_3_3_2_4() {
    let bytes = with_properties(&hex("01 01"));
    let mut out = Vec::new();
    server(V).send(&takes_publish(V, &bytes), &mut out).unwrap();
    assert_eq!(out, bytes, "the indicator is sent on unaltered");
    let not_text = packet(0x30, &[&string("a"), &hex("02 01 01"), b"ab\xFFc"]);
    refuses(V, &not_text, ErrorKind::PayloadFormat(Field::Payload), 10);
    refuses_with(V, &not_text, ReasonCode::PayloadFormatInvalid);
}

#[test]
fn mqtt_3_3_2_7() {
    // An alias dies with its connection.
    let connect = Connect { clean_start: false, ..plain(V) };
    let lives = [Property::TopicAliasMaximum(2), Property::SessionExpiryInterval(60)];
    let mut first = server_with(&connect, &lives, Session::new(), Config::default());
    first.event(&with_properties(&hex("23 0001")));
    let mut second = server_with(&connect, &lives, first.into_session(NOW), Config::default());
    let error = second.disconnects(&hex("30 06 0000 03 23 0001"), ReasonCode::ProtocolError);
    assert_eq!(error, Error::Violation(Violation::TopicAliasUnknown));
}

#[test]
fn mqtt_3_3_2_8() {
    let bytes = with_properties(&hex("23 0000"));
    refuses(V, &bytes, ErrorKind::PropertyValue(PropertyId::TopicAlias), 7);
    refuses_with(V, &bytes, ReasonCode::TopicAliasInvalid);
    let zero = [Property::TopicAlias(0)];
    let publish = Publish { properties: Properties::new(&zero), ..Publish::new("a", b"") };
    not_encoded(V, publish, ErrorKind::PropertyValue(PropertyId::TopicAlias).into());
}

#[test]
fn mqtt_3_3_2_9() {
    let mut client = client_with(&plain(V), &connack(V, &ALIASES), Session::new(), Config::default());
    let three = [Property::TopicAlias(3)];
    let publish = Publish { properties: Properties::new(&three), ..Publish::new("a", b"") };
    assert_eq!(client.send(&publish, &mut Vec::new()), Err(SendError::TopicAlias));
}

#[test]
fn mqtt_3_3_2_10() {
    let mut server = server_with(&plain(V), &ALIASES, Session::new(), Config::default());
    server.event(&with_properties(&hex("23 0002")));
    server.disconnects(&with_properties(&hex("23 0003")), ReasonCode::TopicAliasInvalid);
}

#[test]
fn mqtt_3_3_2_11() {
    let connect = Connect { properties: Properties::new(&ALIASES), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    let three = [Property::TopicAlias(3)];
    let publish = Publish { properties: Properties::new(&three), ..Publish::new("a", b"") };
    assert_eq!(server.send(&publish, &mut Vec::new()), Err(SendError::TopicAlias));
}

#[test]
fn mqtt_3_3_2_12() {
    let connect = Connect { properties: Properties::new(&ALIASES), ..plain(V) };
    let mut client = client_with(&connect, &connack(V, &[]), Session::new(), Config::default());
    let (set, used) = (with_properties(&hex("23 0002")), hex("30 06 0000 03 23 0002"));
    client.event(&set);
    let Event::Publish(publish, _) = client.event(&used).0 else { panic!() };
    assert_eq!(client.topic(&publish), "a");
    client.disconnects(&with_properties(&hex("23 0003")), ReasonCode::TopicAliasInvalid);
}

#[test]
fn mqtt_3_3_2_13() {
    refuses(V, &with_properties(&hex("08 0001 FF")), ErrorKind::Utf8(Field::PropertyValue), 9);
}

#[test]
fn mqtt_3_3_2_14() {
    let bytes = with_properties(&hex("08 0001 23"));
    refuses(V, &bytes, ErrorKind::TopicWildcard(Field::PropertyValue), 9);
    let wrong = [Property::ResponseTopic("a/+")];
    let publish = Publish { properties: Properties::new(&wrong), ..Publish::new("a", b"") };
    not_encoded(V, publish, ErrorKind::TopicWildcard(Field::PropertyValue).into());
}

/// A message that is received with these properties, and sent on.
#[track_caller]
fn sent_on(list: &str) {
    let bytes = with_properties(&hex(list));
    let (mut from, mut to) = (server(V), server(V));
    let Request::Publish(publish, _) = from.event(&bytes).0 else { panic!() };
    let mut out = Vec::new();
    to.send(&publish, &mut out).unwrap();
    assert_eq!(out, bytes);
}

#[test]
fn mqtt_3_3_2_15() {
    sent_on("08 0001 62");
}

#[test]
fn mqtt_3_3_2_16() {
    sent_on("09 0004 00FF0001");
}

#[test]
fn mqtt_3_3_2_17() {
    sent_on("26 0001 61 0001 62");
}

#[test]
fn mqtt_3_3_2_18() {
    sent_on("26 0001 62 0001 31  26 0001 61 0001 32  26 0001 62 0001 33");
}

#[test]
fn mqtt_3_3_2_19() {
    refuses(V, &with_properties(&hex("03 0001 C0")), ErrorKind::Utf8(Field::PropertyValue), 9);
}

#[test]
fn mqtt_3_3_2_20() {
    sent_on("03 0001 78");
}

#[test]
fn mqtt_3_3_4_1() {
    assert_eq!(server(V).answer(&hex("30 05 0001 61 00 78")), vec![]);
    assert_eq!(server(V).answer(&hex("32 07 0001 61 0001 00 78")), hex("40 02 0001"));
    assert_eq!(server(V).answer(&hex("34 07 0001 61 0001 00 78")), hex("50 02 0001"));
}

#[test]
fn mqtt_3_3_4_3() {
    let ids = [Property::SubscriptionIdentifier(7)];
    let publish = Publish { properties: Properties::new(&ids), ..Publish::new("a", b"") };
    let mut out = Vec::new();
    server(V).send(&publish, &mut out).unwrap();
    assert_eq!(out, hex("30 06 0001 61 02 0B07"));
}

#[test]
fn mqtt_3_3_4_4() {
    let bytes = with_properties(&hex("0B07 0B8001 0B07"));
    let ids: Vec<u32> = takes_publish(V, &bytes).properties.subscription_identifiers().collect();
    assert_eq!(ids, [7, 128, 7]);
}

#[test]
fn mqtt_3_3_4_6() {
    let ids = [Property::SubscriptionIdentifier(7)];
    let publish = Publish { properties: Properties::new(&ids), ..Publish::new("a", b"") };
    assert_eq!(client(V).send(&publish, &mut Vec::new()), Err(SendError::SubscriptionIdentifier));
    server(V).disconnects(&with_properties(&hex("0B07")), ReasonCode::ProtocolError);
}

/// A receive maximum of 2.
const TWO: [Property<'static>; 1] = [Property::ReceiveMaximum(2)];

#[test]
fn mqtt_3_3_4_7() {
    let mut client = client_with(&plain(V), &connack(V, &TWO), Session::new(), Config::default());
    let message = Publish::new("a", b"").with_qos(QoS::AtLeastOnce);
    assert_eq!(client.publishes("a", QoS::AtLeastOnce).0, 1);
    assert_eq!(client.publishes("a", QoS::ExactlyOnce).0, 2);
    assert_eq!(client.send(&message, &mut Vec::new()), Err(SendError::WindowFull));
    client.answer(&hex("50 02 0002"));
    assert_eq!(client.send(&message, &mut Vec::new()), Err(SendError::WindowFull), "PUBREC does not count");
    client.answer(&hex("40 02 0001"));
    client.send(&message, &mut Vec::new()).unwrap();
}

#[test]
fn mqtt_3_3_4_8() {
    let mut server = server_with(&plain(V), &TWO, Session::new(), Config::default());
    for id in 1..=2 {
        server.event(&packet(0x34, &[&string("a"), &[0, id, 0]]));
    }
    server.event(&hex("30 04 0001 61 00"));
    server.event(&hex("C000"));
    server.disconnects(&packet(0x34, &[&string("a"), &[0, 3, 0]]), ReasonCode::ReceiveMaximumExceeded);
}

#[test]
fn mqtt_3_3_4_9() {
    let connect = Connect { properties: Properties::new(&TWO), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    server.publishes("a", QoS::ExactlyOnce);
    server.publishes("a", QoS::AtLeastOnce);
    let message = Publish::new("a", b"").with_qos(QoS::ExactlyOnce);
    assert_eq!(server.send(&message, &mut Vec::new()), Err(SendError::WindowFull));
    server.answer(&hex("50 03 0001 97"));
    server.send(&message, &mut Vec::new()).expect("a refusing PUBREC frees the window");
}

#[test]
fn mqtt_3_3_4_10() {
    let connect = Connect { properties: Properties::new(&TWO), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    server.publishes("a", QoS::ExactlyOnce);
    server.publishes("a", QoS::AtLeastOnce);
    server.send(&Publish::new("a", b""), &mut Vec::new()).expect("QoS 0 is not held back");
    assert_eq!(server.answer(&hex("C000")), hex("D000"));
}
