//! §3.1, §3.2: CONNECT and CONNACK.

use core::time::Duration;

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, ConnAck, Connect, Disconnect, EncodeError, Error, ErrorKind, Event, Field, Packet, PacketType,
    Properties, Property, PropertyId, Publish, QoS, ReasonCode, Request, SendError, Server, Session, SessionEvent,
    Subscription, Timeout, Version, Violation, Will,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

/// CONNECT with these flags, and these fields behind the properties.
fn connect(flags: u8, payload: &[u8]) -> Vec<u8> {
    packet(0x10, &[&hex("0004 4D515454 05"), &[flags, 0, 60, 0], payload])
}

fn fresh() -> Server {
    Server::new(NOW, Config::default(), Session::new())
}

#[test]
fn mqtt_3_1_0_1() {
    for first in ["C000", "30 04 0001 61 00", "E000", "82 07 0001 00 0001 61 00"] {
        let (error, out) = fresh().fails(&hex(first));
        assert!(matches!(error, Error::Violation(Violation::Unexpected(_))), "{error}");
        assert!(out.is_empty(), "the connection is just closed");
    }
    let mut client: Client = Client::new(Config::default(), Session::new());
    let early = client.publish(NOW, &Publish::new("a", b""), &mut Vec::new());
    assert_eq!(early, Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_1_0_2() {
    let error = server(V).disconnects(&connect(2, &string("c")), ReasonCode::ProtocolError);
    assert_eq!(error, Error::Violation(Violation::Unexpected(PacketType::Connect)));
    let mut client = client(V);
    assert_eq!(client.connect(NOW, &plain(V), &mut Vec::new()), Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_1_2_1() {
    for name in ["MQTX", "mqtt", "MQTT ", ""] {
        let bytes = packet(0x10, &[&string(name), &hex("05 02 0000 00 0000")]);
        refuses(V, &bytes, ErrorKind::ProtocolName, 2);
        refuses_with(V, &bytes, ReasonCode::UnsupportedProtocolVersion);
    }
}

#[test]
fn mqtt_3_1_2_2() {
    for level in [0, 1, 2, 3, 6, 0x83, 255] {
        let bytes = packet(0x10, &[&string("MQTT"), &[level], &hex("02 0000 00 0000")]);
        refuses(V, &bytes, ErrorKind::ProtocolLevel, 8);
    }
    let newer = packet(0x10, &[&string("MQTT"), &[6], &hex("02 0000 00 0000")]);
    let (_, out) = fresh().fails(&newer);
    assert_eq!(out, hex("20 03 00 84 00"), "CONNACK with 0x84 in the format of 5.0");
}

#[test]
fn mqtt_3_1_2_3() {
    refuses(V, &connect(3, &string("c")), ErrorKind::ConnectReservedFlag, 9);
}

#[test]
fn mqtt_3_1_2_4() {
    let keep = Connect { clean_start: false, ..plain(V) };
    let mut old = server_with(&keep, &[Property::SessionExpiryInterval(60)], Session::new(), Config::default());
    old.publishes("a", QoS::AtLeastOnce);
    let mut server = asked(&plain(V), old.into_session(NOW), Config::default());
    assert_eq!(server.accept(NOW, Properties::EMPTY, &mut Vec::new()), Ok(false));
    assert_eq!(server.session().in_flight_count(), 0, "a clean start forgets");
}

#[test]
fn mqtt_3_1_2_5() {
    let keep = Connect { clean_start: false, ..plain(V) };
    let mut old = server_with(&keep, &[Property::SessionExpiryInterval(60)], Session::new(), Config::default());
    old.publishes("a", QoS::AtLeastOnce);
    let mut server = asked(&keep, old.into_session(NOW), Config::default());
    assert_eq!(server.accept(NOW, Properties::EMPTY, &mut Vec::new()), Ok(true));
    assert_eq!(server.again().1, Some(1));
}

#[test]
fn mqtt_3_1_2_6() {
    let keep = Connect { clean_start: false, ..plain(V) };
    let mut server = asked(&keep, Session::new(), Config::default());
    assert_eq!(server.accept(NOW, Properties::EMPTY, &mut Vec::new()), Ok(false));
}

/// What a session tells of a will, when its connection has ended so.
fn will_after(end: impl FnOnce(&mut Server), delay: u32, expiry: u32, at: u64) -> Option<SessionEvent> {
    let properties = [Property::WillDelayInterval(delay)];
    let will = Will { topic: "gone", properties: Properties::new(&properties), ..Will::default() };
    let lives = [Property::SessionExpiryInterval(expiry)];
    let connect = Connect { will: Some(will), properties: Properties::new(&lives), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    end(&mut server);
    server.into_session(NOW).timeout(NOW.after(Duration::from_secs(at)))
}

#[test]
fn mqtt_3_1_2_7() {
    assert_eq!(will_after(|_| {}, 0, 60, 0), Some(SessionEvent::Will));
}

#[test]
fn mqtt_3_1_2_8() {
    let protocol_error = |server: &mut Server| drop(server.fails(&hex("2003000000")));
    assert_eq!(will_after(protocol_error, 0, 60, 0), Some(SessionEvent::Will));
    let with_will = |server: &mut Server| drop(server.event(&hex("E0 01 04")));
    assert_eq!(will_after(with_will, 0, 60, 0), Some(SessionEvent::Will));
    // The delay, or the end of the session, whichever is first.
    assert_eq!(will_after(|_| {}, 10, 60, 9), None);
    assert_eq!(will_after(|_| {}, 10, 60, 10), Some(SessionEvent::Will));
    assert_eq!(will_after(|_| {}, 60, 10, 10), Some(SessionEvent::Will));
}

#[test]
fn mqtt_3_1_2_9() {
    let full = connect(0x0E, &[string("c"), vec![0], string("t"), string("p")].concat());
    let Packet::Connect(view) = takes(V, &full) else { panic!() };
    let will = view.get().will.unwrap();
    assert_eq!((will.topic, will.payload, will.qos), ("t", &b"p"[..], QoS::AtLeastOnce));
    refuses(
        V,
        &connect(0x06, &[string("c"), vec![0], string("t")].concat()),
        ErrorKind::Truncated(Field::WillPayload),
        20,
    );
}

#[test]
fn mqtt_3_1_2_10() {
    let polite = |server: &mut Server| drop(server.event(&hex("E000")));
    assert_eq!(will_after(polite, 0, 60, 59), None);
}

#[test]
fn mqtt_3_1_2_11() {
    refuses(V, &connect(0x0A, &string("c")), ErrorKind::WillFlags, 9);
}

#[test]
fn mqtt_3_1_2_12() {
    refuses(V, &connect(0x1E, &[string("c"), vec![0], string("t"), string("p")].concat()), ErrorKind::WillQoS3, 9);
}

#[test]
fn mqtt_3_1_2_13() {
    refuses(V, &connect(0x22, &string("c")), ErrorKind::WillFlags, 9);
}

#[test]
fn mqtt_3_1_2_16() {
    let extra = connect(0x02, &[string("c"), string("user")].concat());
    refuses(V, &extra, ErrorKind::TrailingBytes, 16);
}

#[test]
fn mqtt_3_1_2_17() {
    refuses(V, &connect(0x82, &string("c")), ErrorKind::Truncated(Field::UserName), 16);
    let Packet::Connect(view) = takes(V, &connect(0x82, &[string("c"), string("ada")].concat())) else { panic!() };
    assert_eq!((view.get().user_name, view.get().password), (Some("ada"), None));
}

#[test]
fn mqtt_3_1_2_18() {
    let extra = connect(0x82, &[string("c"), string("ada"), string("password")].concat());
    refuses(V, &extra, ErrorKind::TrailingBytes, 21);
}

#[test]
fn mqtt_3_1_2_19() {
    refuses(V, &connect(0x42, &string("c")), ErrorKind::Truncated(Field::Password), 16);
    let Packet::Connect(view) = takes(V, &connect(0x42, &[string("c"), string(b"\x00\xFF")].concat())) else {
        panic!()
    };
    assert_eq!((view.get().user_name, view.get().password), (None, Some(&b"\x00\xFF"[..])));
}

#[test]
fn mqtt_3_1_2_20() {
    let mut client =
        client_with(&Connect { keep_alive: 10, ..plain(V) }, &connack(V, &[]), Session::new(), Config::default());
    let due = NOW.after(Duration::from_secs(10));
    assert_eq!(client.deadline(), Some(due));
    let mut out = Vec::new();
    client.timeout(NOW.after(Duration::from_secs(9)), &mut out).unwrap();
    assert!(out.is_empty());
    client.timeout(due, &mut out).unwrap();
    assert_eq!(out, hex("C000"));
    let silence = client.deadline().unwrap();
    assert_eq!(client.timeout(silence, &mut out), Err(Error::Timeout(Timeout::PingResp)));
}

#[test]
fn mqtt_3_1_2_21() {
    let said = connack(V, &[Property::ServerKeepAlive(5)]);
    let client = client_with(&Connect { keep_alive: 60, ..plain(V) }, &said, Session::new(), Config::default());
    assert_eq!((client.keep_alive(), client.deadline()), (5, Some(NOW.after(Duration::from_secs(5)))));
}

#[test]
fn mqtt_3_1_2_22() {
    let mut server = server_with(&Connect { keep_alive: 10, ..plain(V) }, &[], Session::new(), Config::default());
    let due = NOW.after(Duration::from_secs(15));
    assert_eq!(server.deadline(), Some(due));
    let mut out = Vec::new();
    assert_eq!(server.timeout(due, &mut out), Err(Error::Timeout(Timeout::KeepAlive)));
    assert_eq!(out, hex("E0 02 8D 00"));
    let server = server_with(&Connect { keep_alive: 0, ..plain(V) }, &[], Session::new(), Config::default());
    assert_eq!(server.deadline(), None, "0 turns it off");
}

#[test]
fn mqtt_3_1_2_23() {
    let lives = |seconds| {
        let properties = [Property::SessionExpiryInterval(seconds)];
        let connect = Connect { properties: Properties::new(&properties), ..plain(V) };
        server_with(&connect, &[], Session::new(), Config::default()).into_session(NOW)
    };
    assert_eq!(lives(0).timeout(NOW), Some(SessionEvent::Expired));
    assert_eq!(lives(10).timeout(NOW.after(Duration::from_secs(9))), None);
    assert_eq!(lives(10).timeout(NOW.after(Duration::from_secs(10))), Some(SessionEvent::Expired));
    assert_eq!(lives(u32::MAX).deadline(), None, "for ever");
}

/// A server whose client takes so many bytes in a packet.
fn with_packet_size(bytes: u32) -> Server {
    let properties = [Property::MaximumPacketSize(bytes)];
    let connect = Connect { properties: Properties::new(&properties), ..plain(V) };
    server_with(&connect, &[], Session::new(), Config::default())
}

#[test]
fn mqtt_3_1_2_24() {
    let mut server = with_packet_size(10);
    assert_eq!(server.send(&Publish::new("a", b"12345"), &mut Vec::new()), Err(SendError::PacketTooLarge));
    server.send(&Publish::new("a", b"1234"), &mut Vec::new()).unwrap();
}

#[test]
fn mqtt_3_1_2_25() {
    let mut server = with_packet_size(10);
    let large = Publish::new("a", b"12345").with_qos(QoS::ExactlyOnce);
    assert_eq!(server.send(&large, &mut Vec::new()), Err(SendError::PacketTooLarge));
    assert_eq!(server.session().in_flight_count(), 0, "as if it had been sent and acknowledged");
}

#[test]
fn mqtt_3_1_2_26() {
    let properties = [Property::TopicAliasMaximum(2)];
    let connect = Connect { properties: Properties::new(&properties), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    for (alias, sent) in [(3, Err(SendError::TopicAlias)), (2, Ok(0))] {
        let alias = [Property::TopicAlias(alias)];
        let publish = Publish { properties: Properties::new(&alias), ..Publish::new("a", b"") };
        assert_eq!(server.send(&publish, &mut Vec::new()), sent);
    }
    let config = Config { topic_aliases: 10, ..Config::default() };
    let mut server = server_with(&connect, &[], Session::new(), config);
    let mut out = Vec::new();
    for topic in ["a", "b", "c", "a"] {
        server.send(&Publish::new(topic, b""), &mut out).unwrap();
    }
    let aliased = "30 07 0001 61 03 23 0001  30 07 0001 62 03 23 0002  30 04 0001 63 00  30 06 0000 03 23 0001";
    assert_eq!(out, hex(aliased), "two aliases, no more");
}

#[test]
fn mqtt_3_1_2_27() {
    let alias = [Property::TopicAlias(1)];
    let publish = Publish { properties: Properties::new(&alias), ..Publish::new("a", b"") };
    assert_eq!(server(V).send(&publish, &mut Vec::new()), Err(SendError::TopicAlias));
}

#[test]
fn mqtt_3_1_2_28() {
    let said = [Property::ResponseInformation("reply/")];
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let unasked = server.accept(NOW, Properties::new(&said), &mut Vec::new());
    assert_eq!(unasked, Err(SendError::ResponseInformation));
    let wanted = [Property::RequestResponseInformation(true)];
    let connect = Connect { properties: Properties::new(&wanted), ..plain(V) };
    server_with(&connect, &said, Session::new(), Config::default());
}

#[test]
fn mqtt_3_1_2_29() {
    let properties = [Property::RequestProblemInformation(false)];
    let connect = Connect { properties: Properties::new(&properties), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    server.event(&hex("82 07 0001 00 0001 61 00"));
    for said in [Property::ReasonString("no"), Property::UserProperty("a", "b")] {
        let (codes, said) = ([ReasonCode::NotAuthorized], [said]);
        let suback = fourwire::mqtt::SubAck {
            packet_id: fourwire::mqtt::PacketId::new(1).unwrap(),
            properties: Properties::new(&said),
            reason_codes: (&codes).into(),
        };
        assert_eq!(server.suback(NOW, &suback, &mut Vec::new()), Err(SendError::ProblemInformation));
    }
    let why = [Property::ReasonString("bye")];
    let disconnect = Disconnect { properties: Properties::new(&why), ..Disconnect::default() };
    server.disconnect(NOW, &disconnect, &mut Vec::new()).unwrap();
}

#[test]
fn mqtt_3_1_2_30() {
    let method = [Property::AuthenticationMethod("m")];
    let connect = Connect { properties: Properties::new(&method), ..plain(V) };
    let (mut client, _) = connecting(&connect, Session::new(), Config::default());
    assert_eq!(client.publish(NOW, &Publish::new("a", b""), &mut Vec::new()), Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_1_3_1() {
    let will = Will { topic: "t", payload: b"p", ..Will::default() };
    let connect = Connect { will: Some(will), user_name: Some("u"), password: Some(b"w"), keep_alive: 1, ..plain(V) };
    let order = "10 20 0004 4D515454 05 C6 0001 00  0006 636C69656E74  00 0001 74  0001 70  0001 75  0001 77";
    assert_eq!(encoded(V, &connect), hex(order));
}

#[test]
fn mqtt_3_1_3_3() {
    let bare = packet(0x10, &[&hex("0004 4D515454 05 02 0000 00")]);
    refuses(V, &bare, ErrorKind::Truncated(Field::ClientIdentifier), 13);
}

#[test]
fn mqtt_3_1_3_4() {
    refuses(V, &connect(2, &string(b"\xFF")), ErrorKind::Utf8(Field::ClientIdentifier), 15);
    refuses(V, &connect(2, &string("a\0")), ErrorKind::NulCharacter(Field::ClientIdentifier), 16);
}

#[test]
fn mqtt_3_1_3_5() {
    takes(V, &connect(2, &string("0123456789abcdefghijklm")));
    takes(V, &connect(2, &string("é".repeat(40))));
}

#[test]
fn mqtt_3_1_3_6() {
    let nameless = Connect { client_id: "", ..plain(V) };
    let given = [Property::AssignedClientIdentifier("yours")];
    server_with(&nameless, &given, Session::new(), Config::default());
}

#[test]
fn mqtt_3_1_3_8() {
    let mut server = asked(&Connect { client_id: "", ..plain(V) }, Session::new(), Config::default());
    let mut out = Vec::new();
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::ClientIdentifierNotValid), &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("20 03 00 85 00"), true));
}

#[test]
fn mqtt_3_1_3_9() {
    let delay = [Property::WillDelayInterval(10)];
    let lives = [Property::SessionExpiryInterval(60)];
    let will = Will { topic: "gone", properties: Properties::new(&delay), ..Will::default() };
    let connect = Connect { will: Some(will), clean_start: false, properties: Properties::new(&lives), ..plain(V) };
    let session = server_with(&connect, &[], Session::new(), Config::default()).into_session(NOW);
    let again = Connect { will: None, ..connect };
    let mut session = server_with(&again, &[], session, Config::default()).into_session(NOW);
    assert_eq!(session.timeout(NOW.after(Duration::from_secs(59))), None, "the client came back before it was due");
}

#[test]
fn mqtt_3_1_3_11() {
    let will = |topic: &[u8]| connect(0x06, &[string("c"), vec![0], string(topic), string("p")].concat());
    refuses(V, &will(b"\xFF"), ErrorKind::Utf8(Field::WillTopic), 19);
    refuses(V, &will(b"a/#"), ErrorKind::TopicWildcard(Field::WillTopic), 21);
    refuses(V, &will(b""), ErrorKind::TopicEmpty(Field::WillTopic), 17);
}

#[test]
fn mqtt_3_1_3_12() {
    refuses(V, &connect(0x82, &[string("c"), string(b"a\xFF")].concat()), ErrorKind::Utf8(Field::UserName), 19);
}

#[test]
fn mqtt_3_1_4_1() {
    let (_, out) = fresh().fails(&connect(3, &string("c")));
    assert_eq!(out, hex("20 03 00 81 00"), "CONNACK says malformed");
    let (error, out) = fresh().fails(&connect(2, &string("c\0")));
    assert_eq!((error.reason_code(), out), (ReasonCode::MalformedPacket, hex("20 03 00 81 00")));
}

#[test]
fn mqtt_3_1_4_5() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let mut out = Vec::new();
    server.accept(NOW, Properties::EMPTY, &mut out).unwrap();
    assert_eq!(out, hex("20 03 00 00 00"));
}

#[test]
fn mqtt_3_1_4_6() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let early = hex("30 04 0001 61 00");
    assert_eq!(server.take(&early, &mut Vec::new()), Ok(None), "it waits for the answer");
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::NotAuthorized), &mut Vec::new()).unwrap();
    assert_eq!(server.take(&early, &mut Vec::new()), Ok(None), "and is not processed after a refusal");
}

#[test]
fn mqtt_3_2_0_1() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    assert_eq!(server.send(&Publish::new("a", b""), &mut Vec::new()), Err(SendError::NotConnected));
    let disconnect = server.disconnect(NOW, &Disconnect::default(), &mut Vec::new());
    assert_eq!(disconnect, Err(SendError::NotConnected));
    let (mut client, _) = connecting(&plain(V), Session::new(), Config::default());
    let (error, out) = client.fails(&hex("30 04 0001 61 00"));
    assert_eq!((error, out), (Error::Violation(Violation::Unexpected(PacketType::Publish)), vec![]));
}

#[test]
fn mqtt_3_2_0_2() {
    client(V).disconnects(&hex("20 03 00 00 00"), ReasonCode::ProtocolError);
    let again = server(V).accept(NOW, Properties::EMPTY, &mut Vec::new());
    assert_eq!(again, Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_2_2_1() {
    for flags in [2, 4, 0x80, 0xFF] {
        refuses(V, &[0x20, 3, flags, 0, 0], ErrorKind::AcknowledgeFlags, 2);
    }
}

#[test]
fn mqtt_3_2_2_2() {
    let (mut client, _) = connecting(&plain(V), Session::new(), Config::default());
    assert_eq!(client.fails(&hex("20 03 01 00 00")).0, Error::Violation(Violation::SessionPresent));
    let lives = [Property::SessionExpiryInterval(60)];
    let connect = Connect { properties: Properties::new(&lives), ..plain(V) };
    let session = server_with(&connect, &[], Session::new(), Config::default()).into_session(NOW);
    let mut out = Vec::new();
    let mut server = asked(&plain(V), session, Config::default());
    server.accept(NOW, Properties::EMPTY, &mut out).unwrap();
    assert_eq!(out[2], 0);
}

#[test]
fn mqtt_3_2_2_3() {
    let lives = [Property::SessionExpiryInterval(60)];
    let connect = Connect { clean_start: false, properties: Properties::new(&lives), ..plain(V) };
    let session = server_with(&connect, &[], Session::new(), Config::default()).into_session(NOW);
    let mut server = asked(&connect, session, Config::default());
    let mut out = Vec::new();
    server.accept(NOW, Properties::EMPTY, &mut out).unwrap();
    assert_eq!(out, hex("20 03 01 00 00"));
}

#[test]
fn mqtt_3_2_2_4() {
    let keep = Connect { clean_start: false, ..plain(V) };
    let (mut client, _) = connecting(&keep, Session::new(), Config::default());
    assert_eq!(client.fails(&hex("20 03 01 00 00")).0, Error::Violation(Violation::SessionPresent));
    let mut known = Session::new();
    known.assume_established();
    client_with(&keep, &hex("20 03 01 00 00"), known, Config::default());
}

#[test]
fn mqtt_3_2_2_5() {
    let mut first = client(V);
    first.publishes("a", QoS::AtLeastOnce);
    let keep = Connect { clean_start: false, ..plain(V) };
    let second = client_with(&keep, &hex("20 03 00 00 00"), first.into_session(NOW), Config::default());
    assert_eq!(second.session().in_flight_count(), 0);
}

#[test]
fn mqtt_3_2_2_6() {
    refuses(V, &hex("20 03 01 80 00"), ErrorKind::SessionPresentOnRefusal, 2);
    let wrong = ConnAck { session_present: true, ..ConnAck::refuse(ReasonCode::Banned) };
    not_encoded(V, wrong, ErrorKind::SessionPresentOnRefusal.into());
}

#[test]
fn mqtt_3_2_2_7() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::ServerBusy), &mut Vec::new()).unwrap();
    assert!(server.is_closed());
    let (mut client, _) = connecting(&plain(V), Session::new(), Config::default());
    let refusal = hex("20 03 00 89 00");
    let (event, _) = client.event(&refusal);
    assert_eq!(event, Event::Refused(ConnAck::refuse(ReasonCode::ServerBusy)));
    assert!(client.is_closed());
}

#[test]
fn mqtt_3_2_2_8() {
    let legal = [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A,
        0x9B, 0x9C, 0x9D, 0x9F,
    ];
    for code in 0..=255 {
        let bytes = [0x20, 3, 0, code, 0];
        match legal.contains(&code) {
            true => drop(takes(V, &bytes)),
            false => refuses(V, &bytes, ErrorKind::ReasonCode, 3),
        }
    }
}

#[test]
fn mqtt_3_2_2_9() {
    let mut server =
        server_with(&plain(V), &[Property::MaximumQoS(QoS::AtMostOnce)], Session::new(), Config::default());
    let subscribe = hex("82 07 0001 00 0001 61 02");
    assert!(matches!(server.event(&subscribe).0, Request::Subscribe(_)), "it may ask for what is not to be had");
}

#[test]
fn mqtt_3_2_2_10() {
    let mut server =
        server_with(&plain(V), &[Property::MaximumQoS(QoS::AtLeastOnce)], Session::new(), Config::default());
    server.disconnects(&hex("34 06 0001 61 0001 00"), ReasonCode::QoSNotSupported);
}

#[test]
fn mqtt_3_2_2_11() {
    let said = connack(V, &[Property::MaximumQoS(QoS::AtMostOnce)]);
    let mut client = client_with(&plain(V), &said, Session::new(), Config::default());
    let publish = Publish::new("a", b"").with_qos(QoS::AtLeastOnce);
    assert_eq!(client.send(&publish, &mut Vec::new()), Err(SendError::QoSNotSupported));
}

/// What `accept` says of this will when the server announces these properties.
fn accept_will(will: Will<'_>, said: &[Property<'_>]) -> Result<bool, SendError> {
    let connect = Connect { will: Some(will), ..plain(V) };
    asked(&connect, Session::new(), Config::default()).accept(NOW, Properties::new(said), &mut Vec::new())
}

#[test]
fn mqtt_3_2_2_12() {
    let will = Will { topic: "t", qos: QoS::ExactlyOnce, ..Will::default() };
    let said = [Property::MaximumQoS(QoS::AtLeastOnce)];
    assert_eq!(accept_will(will, &said), Err(SendError::QoSNotSupported));
    assert_eq!(accept_will(Will { qos: QoS::AtLeastOnce, ..will }, &said), Ok(false));
}

#[test]
fn mqtt_3_2_2_13() {
    let will = Will { topic: "t", retain: true, ..Will::default() };
    let said = [Property::RetainAvailable(false)];
    assert_eq!(accept_will(will, &said), Err(SendError::RetainNotSupported));
    assert_eq!(accept_will(Will { retain: false, ..will }, &said), Ok(false));
}

#[test]
fn mqtt_3_2_2_14() {
    let said = [Property::RetainAvailable(false)];
    let mut client = client_with(&plain(V), &connack(V, &said), Session::new(), Config::default());
    let publish = Publish { retain: true, ..Publish::new("a", b"") };
    assert_eq!(client.send(&publish, &mut Vec::new()), Err(SendError::RetainNotSupported));
    let mut server = server_with(&plain(V), &said, Session::new(), Config::default());
    server.disconnects(&hex("31 04 0001 61 00"), ReasonCode::RetainNotSupported);
}

#[test]
fn mqtt_3_2_2_15() {
    let said = [Property::MaximumPacketSize(10)];
    let mut client = client_with(&plain(V), &connack(V, &said), Session::new(), Config::default());
    assert_eq!(client.send(&Publish::new("a", b"12345"), &mut Vec::new()), Err(SendError::PacketTooLarge));
    let mut server = server_with(&plain(V), &said, Session::new(), Config::default());
    server.disconnects(&hex("30 09"), ReasonCode::PacketTooLarge);
}

#[test]
fn mqtt_3_2_2_16() {
    let mut server = asked(&Connect { client_id: "", ..plain(V) }, Session::new(), Config::default());
    let nothing = server.accept(NOW, Properties::EMPTY, &mut Vec::new());
    assert_eq!(nothing, Err(SendError::AssignedClientIdentifier));
}

#[test]
fn mqtt_3_2_2_17() {
    let said = connack(V, &[Property::TopicAliasMaximum(1)]);
    let mut client = client_with(&plain(V), &said, Session::new(), Config::default());
    let alias = [Property::TopicAlias(2)];
    let publish = Publish { properties: Properties::new(&alias), ..Publish::new("a", b"") };
    assert_eq!(client.send(&publish, &mut Vec::new()), Err(SendError::TopicAlias));
}

#[test]
fn mqtt_3_2_2_18() {
    let alias = [Property::TopicAlias(1)];
    let publish = Publish { properties: Properties::new(&alias), ..Publish::new("a", b"") };
    assert_eq!(client(V).send(&publish, &mut Vec::new()), Err(SendError::TopicAlias));
}

#[test]
fn mqtt_3_2_2_19() {
    let size = [Property::MaximumPacketSize(20)];
    let connect = Connect { properties: Properties::new(&size), ..plain(V) };
    let mut server = asked(&connect, Session::new(), Config::default());
    let why = [Property::ReasonString("a reason that is too long")];
    assert_eq!(server.accept(NOW, Properties::new(&why), &mut Vec::new()), Err(SendError::PacketTooLarge));
}

#[test]
fn mqtt_3_2_2_20() {
    let size = [Property::MaximumPacketSize(20)];
    let connect = Connect { properties: Properties::new(&size), ..plain(V) };
    let mut server = asked(&connect, Session::new(), Config::default());
    let why = [Property::UserProperty("a name that is", "too long")];
    assert_eq!(server.accept(NOW, Properties::new(&why), &mut Vec::new()), Err(SendError::PacketTooLarge));
}

#[test]
fn mqtt_3_2_2_21() {
    let said = [Property::ServerKeepAlive(7)];
    let server = server_with(&Connect { keep_alive: 60, ..plain(V) }, &said, Session::new(), Config::default());
    assert_eq!(server.keep_alive(), 7);
}

#[test]
fn mqtt_3_2_2_22() {
    let server = server_with(&Connect { keep_alive: 60, ..plain(V) }, &[], Session::new(), Config::default());
    assert_eq!(server.keep_alive(), 60);
}

#[test]
fn connect_and_connack_are_waited_for() {
    let config = Config { connect_timeout: Duration::from_secs(3), ..Config::default() };
    let mut server: Server = Server::new(NOW, config, Session::new());
    let due = NOW.after(Duration::from_secs(3));
    assert_eq!(server.deadline(), Some(due));
    assert_eq!(server.timeout(due, &mut Vec::new()), Err(Error::Timeout(Timeout::Connect)));
    let (mut client, _) = connecting(&plain(V), Session::new(), config);
    assert_eq!(client.timeout(due, &mut Vec::new()), Err(Error::Timeout(Timeout::ConnAck)));
    assert_eq!(client.deadline(), None::<Instant>);
}

#[test]
fn what_the_server_cannot_do_is_not_asked() {
    let said = [
        Property::WildcardSubscriptionAvailable(false),
        Property::SharedSubscriptionAvailable(false),
        Property::SubscriptionIdentifierAvailable(false),
    ];
    let mut client = client_with(&plain(V), &connack(V, &said), Session::new(), Config::default());
    let mut ask = |filter, properties: &[Property<'_>]| {
        let wanted = [Subscription::new(filter, QoS::AtMostOnce)];
        client.subscribe_with(NOW, &wanted, Properties::new(properties), &mut Vec::new()).map(|id| id.get())
    };
    assert_eq!(ask("a/#", &[]), Err(SendError::WildcardNotSupported));
    assert_eq!(ask("$share/n/a", &[]), Err(SendError::SharedNotSupported));
    assert_eq!(ask("a", &[Property::SubscriptionIdentifier(1)]), Err(SendError::SubscriptionIdentifierNotSupported));
    assert_eq!(ask("a", &[]), Ok(1));
    for (subscribe, code) in [
        ("82 07 0001 00 0001 2B 00", ReasonCode::WildcardSubscriptionsNotSupported),
        ("82 10 0001 00 000A 2473686172652F6E2F61 00", ReasonCode::SharedSubscriptionsNotSupported),
        ("82 09 0001 02 0B01 0001 61 00", ReasonCode::SubscriptionIdentifiersNotSupported),
    ] {
        server_with(&plain(V), &said, Session::new(), Config::default()).disconnects(&hex(subscribe), code);
    }
}

#[test]
fn properties_belong_to_5_0() {
    let list = [Property::ReceiveMaximum(1)];
    let properties = Properties::new(&list);
    let old = Connect { version: Version::V3_1_1, properties, ..plain(V) };
    let mut out = Vec::new();
    assert_eq!(old.encode(&mut out), Err(EncodeError::NotInThisVersion(Field::Properties)));
    let missing = Connect { properties: Properties::new(&[Property::AuthenticationData(b"x")]), ..plain(V) };
    let kind = ErrorKind::PropertyMissing(PropertyId::AuthenticationMethod);
    assert_eq!(missing.encode(&mut out), Err(kind.into()));
    assert!(out.is_empty());
}
