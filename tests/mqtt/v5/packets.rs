//! §3.4 to §3.15 without PUBLISH: reason codes, subscriptions, PING, DISCONNECT, AUTH.

use fourwire::mqtt::{
    Auth, Client, Config, Connect, Disconnect, EncodeError, Error, ErrorKind, Event, Field, Packet, PacketId,
    PacketType, Properties, Property, QoS, ReasonCode, Request, SendError, Server, Session, SubAck, Subscribe,
    Subscription, UnsubAck, Unsubscribe, Version, Violation,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

/// Which of the 256 reason codes a packet takes.
#[track_caller]
fn legal_codes(legal: &[u8], at: usize, bytes: impl Fn(u8) -> Vec<u8>) {
    for code in 0..=255 {
        let bytes = bytes(code);
        match legal.contains(&code) {
            true => drop(fourwire::mqtt::Decoder::new(V).decode(&bytes).expect("a legal reason code")),
            false => refuses(V, &bytes, ErrorKind::ReasonCode, at),
        }
    }
}

#[test]
fn mqtt_3_4_2_1() {
    let legal = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    legal_codes(&legal, 4, |code| packet(0x40, &[&[0, 1, code]]));
}

#[test]
fn mqtt_3_5_2_1() {
    let legal = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    legal_codes(&legal, 4, |code| packet(0x50, &[&[0, 1, code]]));
}

#[test]
fn mqtt_3_6_1_1() {
    refuses(V, &hex("60 02 0001"), ErrorKind::ReservedFlags, 0);
    refuses(V, &hex("6A 02 0001"), ErrorKind::ReservedFlags, 0);
}

#[test]
fn mqtt_3_6_2_1() {
    legal_codes(&[0x00, 0x92], 4, |code| packet(0x62, &[&[0, 1, code]]));
}

#[test]
fn mqtt_3_7_2_1() {
    legal_codes(&[0x00, 0x92], 4, |code| packet(0x70, &[&[0, 1, code]]));
}

#[test]
fn acknowledgements_in_all_their_lengths() {
    for first in [0x40, 0x50, 0x62, 0x70] {
        for body in ["0001", "0001 00", "0001 00 00", "0001 00 04 1F 0001 61"] {
            let bytes = packet(first, &[&hex(body)]);
            fourwire::mqtt::Decoder::new(V).decode(&bytes).expect("valid").expect("whole");
        }
        refuses(V, &packet(first, &[&[0]]), ErrorKind::Truncated(Field::PacketIdentifier), 2);
        refuses(V, &packet(first, &[&[0, 0]]), ErrorKind::PacketIdZero, 2);
        refuses(V, &packet(first, &[&hex("0001 00 00 00")]), ErrorKind::TrailingBytes, 6);
    }
}

#[test]
fn mqtt_3_8_1_1() {
    for first in [0x80, 0x81, 0x83, 0x8A] {
        refuses(V, &[first, 0], ErrorKind::ReservedFlags, 0);
    }
}

#[test]
fn mqtt_3_8_3_1() {
    refuses(V, &hex("82 07 0001 00 0001 FF 00"), ErrorKind::Utf8(Field::TopicFilter), 7);
}

#[test]
fn mqtt_3_8_3_2() {
    refuses(V, &hex("82 03 0001 00"), ErrorKind::Empty(Field::TopicFilter), 5);
    let empty =
        Subscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, subscriptions: Default::default() };
    not_encoded(V, empty, ErrorKind::Empty(Field::TopicFilter).into());
}

#[test]
fn mqtt_3_8_3_4() {
    let shared = packet(0x82, &[&[0, 1, 0], &string("$share/n/a"), &[0b101]]);
    refuses(V, &shared, ErrorKind::SharedNoLocal, 17);
    refuses_with(V, &shared, ReasonCode::ProtocolError);
    takes(V, &packet(0x82, &[&[0, 1, 0], &string("a"), &[0b101]]));
}

#[test]
fn mqtt_3_8_3_5() {
    let with = |options| packet(0x82, &[&[0, 1, 0], &string("a"), &[options]]);
    for wrong in [0b11, 0x30, 0x40, 0x80] {
        refuses(V, &with(wrong), ErrorKind::SubscriptionOptions, 8);
    }
    let bytes = with(0x2E);
    let Packet::Subscribe(subscribe) = takes(V, &bytes) else { panic!() };
    let wanted = subscribe.subscriptions.iter().next().unwrap();
    assert_eq!((wanted.qos, wanted.no_local, wanted.retain_as_published), (QoS::ExactlyOnce, true, true));
    assert_eq!(wanted.retain_handling as u8, 2);
}

/// A server that was asked for subscriptions to a and b.
fn asked_for_two() -> Server {
    let mut server = server(V);
    let subscribe = hex("82 0B 0007 00 0001 61 01 0001 62 02");
    let (request, out) = server.event(&subscribe);
    assert!(matches!(request, Request::Subscribe(_)) && out.is_empty());
    server
}

fn suback(server: &mut Server, id: u16, codes: &[ReasonCode]) -> Result<Vec<u8>, SendError> {
    let packet_id = PacketId::new(id).unwrap();
    let suback = SubAck { packet_id, properties: Properties::EMPTY, reason_codes: codes.into() };
    let mut out = Vec::new();
    server.suback(NOW, &suback, &mut out).map(|()| out)
}

#[test]
fn mqtt_3_8_4_1() {
    let codes = [ReasonCode::GrantedQoS1, ReasonCode::NotAuthorized];
    assert_eq!(suback(&mut asked_for_two(), 7, &codes), Ok(hex("90 05 0007 00 01 87")));
}

#[test]
fn mqtt_3_8_4_2() {
    assert_eq!(suback(&mut asked_for_two(), 8, &[ReasonCode::Success; 2]), Err(SendError::NotAsked));
}

#[test]
fn mqtt_3_8_4_5() {
    let many = hex("82 0B 0007 00 0001 61 01 0001 62 02");
    let Packet::Subscribe(subscribe) = takes(V, &many) else { panic!() };
    let filters: Vec<&str> = subscribe.subscriptions.iter().map(|wanted| wanted.filter).collect();
    assert_eq!(filters, ["a", "b"]);
}

#[test]
fn mqtt_3_8_4_6() {
    let mut server = asked_for_two();
    for count in [1, 3] {
        assert_eq!(suback(&mut server, 7, &vec![ReasonCode::Success; count]), Err(SendError::ReasonCodeCount));
    }
    let mut client = client(V);
    let wanted = [Subscription::new("a", QoS::AtMostOnce), Subscription::new("b", QoS::AtMostOnce)];
    client.subscribe(NOW, &wanted, &mut Vec::new()).unwrap();
    let error = client.disconnects(&hex("90 04 0001 00 00"), ReasonCode::ProtocolError);
    assert_eq!(error, Error::Violation(Violation::ReasonCodeCount));
}

#[test]
fn mqtt_3_8_4_7() {
    let codes = [ReasonCode::Success, ReasonCode::GrantedQoS2];
    assert_eq!(suback(&mut asked_for_two(), 7, &codes), Ok(hex("90 05 0007 00 00 02")));
}

#[test]
fn mqtt_3_9_3_1() {
    let Packet::SubAck(suback) = takes(V, &hex("90 06 0007 00 00 01 80")) else { panic!() };
    let codes: Vec<u8> = suback.reason_codes.iter().map(|code| code.value()).collect();
    assert_eq!(codes, [0, 1, 0x80]);
}

#[test]
fn mqtt_3_9_3_2() {
    let legal = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2];
    legal_codes(&legal, 5, |code| packet(0x90, &[&[0, 1, 0, code]]));
    refuses(V, &hex("90 03 0001 00"), ErrorKind::Empty(Field::ReasonCode), 5);
}

/// A server whose client takes 12 bytes, asked for a subscription and its end.
fn asked_by_a_small_client() -> Server {
    let size = [Property::MaximumPacketSize(12)];
    let connect = Connect { properties: Properties::new(&size), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    server.event(&hex("82 07 0007 00 0001 61 00"));
    server.event(&hex("A2 06 0008 00 0001 61"));
    server
}

/// What the server says of a SUBACK and an UNSUBACK with this property.
fn answers_with(property: Property<'_>) -> [Result<(), SendError>; 2] {
    let (mut server, list, codes) = (asked_by_a_small_client(), [property], [ReasonCode::Success]);
    let (properties, reason_codes) = (Properties::new(&list), (&codes).into());
    let id = |id| PacketId::new(id).unwrap();
    let suback = SubAck { packet_id: id(7), properties, reason_codes };
    let unsuback = UnsubAck { packet_id: id(8), properties, reason_codes };
    [server.suback(NOW, &suback, &mut Vec::new()), server.unsuback(NOW, &unsuback, &mut Vec::new())]
}

const TOO_LARGE: Result<(), SendError> = Err(SendError::PacketTooLarge);

#[test]
fn mqtt_3_9_2_1() {
    assert_eq!(answers_with(Property::ReasonString("12345"))[0], TOO_LARGE);
    assert_eq!(answers_with(Property::ReasonString("123"))[0], Ok(()));
}

#[test]
fn mqtt_3_9_2_2() {
    assert_eq!(answers_with(Property::UserProperty("12", "345"))[0], TOO_LARGE);
}

#[test]
fn mqtt_3_11_2_1() {
    assert_eq!(answers_with(Property::ReasonString("12345"))[1], TOO_LARGE);
    assert_eq!(answers_with(Property::ReasonString("123"))[1], Ok(()));
}

#[test]
fn mqtt_3_11_2_2() {
    assert_eq!(answers_with(Property::UserProperty("12", "345"))[1], TOO_LARGE);
}

/// What a server whose client takes 12 bytes says of an AUTH with this property.
fn auth_with(property: Property<'_>) -> Result<(), SendError> {
    let list = [Property::MaximumPacketSize(12), METHOD[0]];
    let connect = Connect { properties: Properties::new(&list), ..plain(V) };
    let mut server = asked(&connect, Session::new(), Config::default());
    let list = [METHOD[0], property];
    let auth = Auth { reason_code: ReasonCode::ContinueAuthentication, properties: Properties::new(&list) };
    server.auth(NOW, &auth, &mut Vec::new())
}

#[test]
fn mqtt_3_15_2_2() {
    assert_eq!(auth_with(Property::ReasonString("12")), TOO_LARGE);
    assert_eq!(auth_with(Property::ReasonString("1")), Ok(()));
}

#[test]
fn mqtt_3_15_2_3() {
    assert_eq!(auth_with(Property::UserProperty("1", "2")), TOO_LARGE);
}

#[test]
fn mqtt_3_10_1_1() {
    for first in [0xA0, 0xA1, 0xA3, 0xAA] {
        refuses(V, &[first, 0], ErrorKind::ReservedFlags, 0);
    }
}

#[test]
fn mqtt_3_10_3_1() {
    refuses(V, &hex("A2 06 0001 00 0001 FF"), ErrorKind::Utf8(Field::TopicFilter), 7);
}

#[test]
fn mqtt_3_10_3_2() {
    refuses(V, &hex("A2 03 0001 00"), ErrorKind::Empty(Field::TopicFilter), 5);
    let empty = Unsubscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, filters: Default::default() };
    not_encoded(V, empty, ErrorKind::Empty(Field::TopicFilter).into());
}

fn unsuback(server: &mut Server, codes: &[ReasonCode]) -> Result<Vec<u8>, SendError> {
    let unsuback =
        UnsubAck { packet_id: PacketId::new(7).unwrap(), properties: Properties::EMPTY, reason_codes: codes.into() };
    let mut out = Vec::new();
    server.unsuback(NOW, &unsuback, &mut out).map(|()| out)
}

#[test]
fn mqtt_3_10_4_4() {
    let mut server = server(V);
    assert_eq!(unsuback(&mut server, &[ReasonCode::Success]), Err(SendError::NotAsked));
    server.event(&hex("A2 06 0007 00 0001 61"));
    assert_eq!(unsuback(&mut server, &[ReasonCode::Success]), Ok(hex("B0 04 0007 00 00")));
    assert_eq!(unsuback(&mut server, &[ReasonCode::Success]), Err(SendError::NotAsked));
}

#[test]
fn mqtt_3_10_4_5() {
    let mut server = server(V);
    server.event(&hex("A2 06 0007 00 0001 61"));
    assert_eq!(unsuback(&mut server, &[ReasonCode::NoSubscriptionExisted]), Ok(hex("B0 04 0007 00 11")));
}

#[test]
fn mqtt_3_10_4_6() {
    let Packet::Unsubscribe(unsubscribe) = takes(V, &hex("A2 09 0007 00 0001 61 0001 62")) else { panic!() };
    assert!(unsubscribe.filters.iter().eq(["a", "b"]));
}

#[test]
fn mqtt_3_11_3_1() {
    let mut server = server(V);
    server.event(&hex("A2 09 0007 00 0001 61 0001 62"));
    assert_eq!(unsuback(&mut server, &[ReasonCode::Success]), Err(SendError::ReasonCodeCount));
    let codes = [ReasonCode::NoSubscriptionExisted, ReasonCode::Success];
    assert_eq!(unsuback(&mut server, &codes), Ok(hex("B0 05 0007 00 11 00")));
}

#[test]
fn mqtt_3_11_3_2() {
    let legal = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91];
    legal_codes(&legal, 5, |code| packet(0xB0, &[&[0, 1, 0, code]]));
}

#[test]
fn mqtt_3_12_4_1() {
    let mut server = server(V);
    let (request, out) = server.event(&hex("C000"));
    assert_eq!((request, out), (Request::Ping, hex("D000")));
    refuses(V, &hex("C0 01 00"), ErrorKind::TrailingBytes, 2);
    assert_eq!(client(V).event(&hex("D000")).0, Event::Pong);
}

#[test]
fn mqtt_3_14_0_1() {
    let (mut client, _) = connecting(&plain(V), Session::new(), Config::default());
    let (error, _) = client.fails(&hex("E000"));
    assert_eq!(error, Error::Violation(Violation::Unexpected(PacketType::Disconnect)));
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let early = server.disconnect(NOW, &Disconnect::default(), &mut Vec::new());
    assert_eq!(early, Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_14_1_1() {
    refuses(V, &hex("E1 00"), ErrorKind::ReservedFlags, 0);
    refuses_with(V, &hex("E1 00"), ReasonCode::MalformedPacket);
}

#[test]
fn mqtt_3_14_2_1() {
    let legal = [
        0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96,
        0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
    ];
    legal_codes(&legal, 2, |code| vec![0xE0, 1, code]);
    // And which side has it.
    server(V).disconnects(&hex("E0 01 8D"), ReasonCode::ProtocolError);
    client(V).disconnects(&hex("E0 01 04"), ReasonCode::ProtocolError);
    let mine = Disconnect::with_reason(ReasonCode::KeepAliveTimeout);
    let refused = client(V).disconnect(NOW, &mine, &mut Vec::new());
    assert_eq!(refused, Err(SendError::ReasonCode(ReasonCode::KeepAliveTimeout)));
    let mine = Disconnect::with_reason(ReasonCode::DisconnectWithWill);
    let refused = server(V).disconnect(NOW, &mine, &mut Vec::new());
    assert_eq!(refused, Err(SendError::ReasonCode(ReasonCode::DisconnectWithWill)));
}

#[test]
fn mqtt_3_14_2_2() {
    let lives = [Property::SessionExpiryInterval(1)];
    let disconnect = Disconnect { properties: Properties::new(&lives), ..Disconnect::default() };
    assert_eq!(server(V).disconnect(NOW, &disconnect, &mut Vec::new()), Err(SendError::SessionExpiry));
    client(V).disconnects(&hex("E0 07 00 05 11 00000001"), ReasonCode::ProtocolError);
    // Nor may a client set one that had none. (§3.14.2.2.2)
    assert_eq!(client(V).disconnect(NOW, &disconnect, &mut Vec::new()), Err(SendError::SessionExpiry));
    server(V).disconnects(&hex("E0 07 00 05 11 00000001"), ReasonCode::ProtocolError);
}

#[test]
fn mqtt_3_14_2_3() {
    let size = [Property::MaximumPacketSize(10)];
    let why = [Property::ReasonString("long enough")];
    let disconnect = Disconnect { properties: Properties::new(&why), ..Disconnect::default() };
    let mut client = client_with(&plain(V), &connack(V, &size), Session::new(), Config::default());
    assert_eq!(client.disconnect(NOW, &disconnect, &mut Vec::new()), Err(SendError::PacketTooLarge));
    assert!(client.is_connected(), "nothing was changed");
}

#[test]
fn mqtt_3_14_2_4() {
    let size = [Property::MaximumPacketSize(10)];
    let why = [Property::UserProperty("long", "enough")];
    let disconnect = Disconnect { properties: Properties::new(&why), ..Disconnect::default() };
    let mut client = client_with(&plain(V), &connack(V, &size), Session::new(), Config::default());
    assert_eq!(client.disconnect(NOW, &disconnect, &mut Vec::new()), Err(SendError::PacketTooLarge));
}

#[test]
fn mqtt_3_14_4_1() {
    let mut client = client(V);
    client.disconnect(NOW, &Disconnect::default(), &mut Vec::new()).unwrap();
    assert_eq!(client.send(&fourwire::mqtt::Publish::new("a", b""), &mut Vec::new()), Err(SendError::NotConnected));
    assert_eq!(client.disconnect(NOW, &Disconnect::default(), &mut Vec::new()), Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_14_4_2() {
    let mut client = client(V);
    client.disconnect(NOW, &Disconnect::default(), &mut Vec::new()).unwrap();
    assert!(client.is_closed());
    let mut server = server(V);
    server.event(&hex("E000"));
    assert!(server.is_closed());
}

#[test]
fn mqtt_3_14_4_3() {
    let will = fourwire::mqtt::Will { topic: "gone", ..Default::default() };
    let mut server = server_with(&Connect { will: Some(will), ..plain(V) }, &[], Session::new(), Config::default());
    server.event(&hex("E0 01 00"));
    let mut session = server.into_session(NOW);
    assert_ne!(session.timeout(NOW), Some(fourwire::mqtt::SessionEvent::Will));
}

#[test]
fn mqtt_3_15_1_1() {
    refuses(V, &hex("F1 00"), ErrorKind::ReservedFlags, 0);
}

#[test]
fn mqtt_3_15_2_1() {
    let method = hex("04 15 0001 6D");
    legal_codes(&[0x00, 0x18, 0x19], 2, |code| packet(0xF0, &[&[code], &method]));
    let nothing = fourwire::mqtt::PropertyId::AuthenticationMethod;
    refuses(V, &hex("F0 02 18 00"), ErrorKind::PropertyMissing(nothing), 3);
    let without = Auth { reason_code: ReasonCode::ContinueAuthentication, ..Auth::default() };
    not_encoded(V, without, ErrorKind::PropertyMissing(nothing).into());
    not_encoded(Version::V3_1_1, Auth::default(), EncodeError::NotInThisVersion(Field::Properties));
}

// --- §4.12: enhanced authentication ----------------------------------------------------------------------------------

const METHOD: [Property<'static>; 1] = [Property::AuthenticationMethod("m")];
const OTHER: [Property<'static>; 1] = [Property::AuthenticationMethod("other")];

fn auth(reason_code: ReasonCode, properties: &'static [Property<'static>]) -> Auth<'static> {
    Auth { reason_code, properties: Properties::new(properties) }
}

fn with_method() -> Connect<'static> {
    Connect { properties: Properties::new(&METHOD), ..plain(V) }
}

#[test]
fn mqtt_4_12_0_1() {
    let mut server = asked(&with_method(), Session::new(), Config::default());
    let refusal = fourwire::mqtt::ConnAck::refuse(ReasonCode::BadAuthenticationMethod);
    let mut out = Vec::new();
    server.refuse(NOW, &refusal, &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("20 03 00 8C 00"), true));
}

#[test]
fn mqtt_4_12_0_2() {
    let mut server = asked(&with_method(), Session::new(), Config::default());
    let mut out = Vec::new();
    server.auth(NOW, &auth(ReasonCode::ContinueAuthentication, &METHOD), &mut out).unwrap();
    assert_eq!(out, hex("F0 06 18 04 15 0001 6D"));
    let success = server.auth(NOW, &auth(ReasonCode::Success, &METHOD), &mut out);
    assert_eq!(success, Err(SendError::ReasonCode(ReasonCode::Success)), "CONNACK says success");
}

#[test]
fn mqtt_4_12_0_3() {
    let (mut client, _) = connecting(&with_method(), Session::new(), Config::default());
    let challenge = hex("F0 06 18 04 15 0001 6D");
    assert!(matches!(client.event(&challenge).0, Event::Auth(_)));
    let mut out = Vec::new();
    client.auth(NOW, &auth(ReasonCode::ContinueAuthentication, &METHOD), &mut out).unwrap();
    assert_eq!(out, challenge);
    let mut server = asked(&with_method(), Session::new(), Config::default());
    assert!(matches!(server.event(&challenge).0, Request::Auth(_)));
}

#[test]
fn mqtt_4_12_0_4() {
    // The server may end the exchange at any point, with CONNACK and a reason, and closes.
    let mut server = asked(&with_method(), Session::new(), Config::default());
    server.event(&hex("F0 06 18 04 15 0001 6D"));
    let mut out = Vec::new();
    server.refuse(NOW, &fourwire::mqtt::ConnAck::refuse(ReasonCode::NotAuthorized), &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("20 03 00 87 00"), true));
}

#[test]
fn mqtt_4_12_0_5() {
    let mut client: Client = client_with(&with_method(), &connack(V, &METHOD), Session::new(), Config::default());
    let wrong = client.auth(NOW, &auth(ReasonCode::ReAuthenticate, &OTHER), &mut Vec::new());
    assert_eq!(wrong, Err(SendError::AuthenticationMethod));
    let (mut connecting, _) = connecting(&with_method(), Session::new(), Config::default());
    let (error, _) = connecting.fails(&connack(V, &OTHER));
    assert_eq!(error, Error::Violation(Violation::AuthenticationMethod));
    let mut server = asked(&with_method(), Session::new(), Config::default());
    assert_eq!(server.accept(NOW, Properties::EMPTY, &mut Vec::new()), Err(SendError::AuthenticationMethod));
}

#[test]
fn mqtt_4_12_0_6() {
    let early = asked(&plain(V), Session::new(), Config::default()).auth(
        NOW,
        &auth(ReasonCode::ContinueAuthentication, &METHOD),
        &mut Vec::new(),
    );
    assert_eq!(early, Err(SendError::AuthenticationMethod));
    client(V).disconnects(&hex("F0 06 18 04 15 0001 6D"), ReasonCode::ProtocolError);
}

#[test]
fn mqtt_4_12_0_7() {
    let unasked = client(V).auth(NOW, &auth(ReasonCode::ReAuthenticate, &METHOD), &mut Vec::new());
    assert_eq!(unasked, Err(SendError::AuthenticationMethod));
    server(V).disconnects(&hex("F0 06 19 04 15 0001 6D"), ReasonCode::ProtocolError);
}

#[test]
fn mqtt_4_12_1_1() {
    let mut client = client_with(&with_method(), &connack(V, &METHOD), Session::new(), Config::default());
    let mut out = Vec::new();
    client.auth(NOW, &auth(ReasonCode::ReAuthenticate, &METHOD), &mut out).unwrap();
    let mut server = server_with(&with_method(), &METHOD, Session::new(), Config::default());
    assert!(matches!(server.event(&out).0, Request::Auth(_)));
    server.disconnects(&hex("F0 0A 19 08 15 0005 6F74686572"), ReasonCode::BadAuthenticationMethod);
}

#[test]
fn mqtt_4_12_1_2() {
    let mut server = server_with(&with_method(), &METHOD, Session::new(), Config::default());
    let failed = Disconnect::with_reason(ReasonCode::NotAuthorized);
    let mut out = Vec::new();
    server.disconnect(NOW, &failed, &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("E0 02 87 00"), true));
}
