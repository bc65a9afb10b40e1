//! Bugs that were there, each named for what it did.
#![cfg(all(feature = "mqtt", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use fourwire::mqtt::{
    Client, Config, ConnAck, Connect, Delivery, Event, Limits, Packet, PacketId, Properties, Property, Publish, QoS,
    ReasonCode, Request, SendError, Server, Session, Slots, Version,
};
use fourwire::{Instant, SliceOutput};

const NOW: Instant = Instant::from_secs(1);
const MANUAL: Config = Config { manual_ack: true, ..DEFAULT };
const DEFAULT: Config = Config {
    limits: Limits { packet: 1 << 20, publish: Limits::MAX_PACKET, payload_format: true },
    manual_ack: false,
    topic_aliases: 0,
    alias_memory: 1 << 16,
    connect_timeout: core::time::Duration::from_secs(30),
    ping_timeout: core::time::Duration::from_secs(30),
};

fn packet<'a>(version: Version, packet: impl Into<Packet<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    packet.into().encode(version, &mut bytes).unwrap();
    bytes
}

fn hello(connect: &Connect<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    connect.encode(&mut bytes).unwrap();
    bytes
}

fn message(id: u16, qos: QoS, version: Version) -> Vec<u8> {
    let publish = Publish { packet_id: PacketId::new(id), ..Publish::new("a", b"x").with_qos(qos) };
    packet(version, publish)
}

/// A 3.1.1 client in the middle of its handshake.
fn connecting(config: Config, session: Session, clean_start: bool) -> Client {
    let mut client = Client::new(config, session);
    let connect = Connect { version: Version::V3_1_1, client_id: "c", clean_start, ..Connect::default() };
    client.connect(NOW, &connect, &mut Vec::new()).unwrap();
    client
}

fn connected<S: Slots>(mut client: Client<S>, session_present: bool) -> Client<S> {
    let connack = packet(Version::V3_1_1, ConnAck { session_present, ..ConnAck::default() });
    assert!(matches!(client.receive(NOW, &connack, &mut Vec::new()), Ok(Some((Event::Connected(_), _)))));
    client
}

fn delivered(client: &mut Client, bytes: &[u8]) -> Delivery {
    match client.receive(NOW, bytes, &mut Vec::new()) {
        Ok(Some((Event::Publish(_, delivery), _))) => delivery,
        other => panic!("{other:?}"),
    }
}

/// A client whose acknowledgement of message 2 waits only for room, in a session whose line was then cut.
fn with_held_acknowledgement() -> Session {
    let mut client = connected(connecting(MANUAL, Session::new(), false), false);
    let one = delivered(&mut client, &message(1, QoS::AtLeastOnce, Version::V3_1_1));
    let two = delivered(&mut client, &message(2, QoS::AtLeastOnce, Version::V3_1_1));
    client.ack(NOW, two, &mut Vec::new()).unwrap();
    let mut room = [0; 5];
    client.ack(NOW, one, &mut SliceOutput::new(&mut room)).unwrap();
    client.into_session(NOW)
}

/// The identifier was the earlier connection's; the server may already have given it to another message.
#[test]
fn held_acknowledgement_left_before_connack() {
    let mut client = connecting(MANUAL, with_held_acknowledgement(), true);
    let mut out = Vec::new();
    assert!(matches!(client.receive(NOW, &[], &mut out), Ok(None)));
    assert_eq!(out, [0_u8; 0], "nothing is acknowledged before the sessions are known to go on");
}

#[test]
fn held_acknowledgement_left_before_connect() {
    let mut server = Server::new(NOW, MANUAL, with_held_acknowledgement());
    let mut out = Vec::new();
    assert!(matches!(server.receive(NOW, &[], &mut out), Ok(None)));
    assert_eq!(out, [0_u8; 0]);
}

/// Both ends must discard the session once a clean start is asked for `[MQTT-3.1.2-6]`; 5.0 `[MQTT-3.1.2-4]`. If the
/// CONNACK is lost the server has done so: what the client still had recorded then swallowed a new message.
#[test]
fn clean_start_without_connack_kept_the_session() {
    let mut client = connected(connecting(DEFAULT, Session::new(), false), false);
    delivered(&mut client, &message(7, QoS::ExactlyOnce, Version::V3_1_1));
    let clean = connecting(DEFAULT, client.into_session(NOW), true);
    let again = connected(connecting(DEFAULT, clean.into_session(NOW), false), true);
    let mut client = again;
    let new = message(7, QoS::ExactlyOnce, Version::V3_1_1);
    let event = client.receive(NOW, &new, &mut Vec::new()).unwrap();
    assert!(matches!(event, Some((Event::Publish(..), _))), "{event:?}");
}

/// A client that takes no packet of five bytes, and a refusal that has five: it could never leave, and `timeout` said
/// `Full` for ever.
#[test]
fn refusal_larger_than_the_peer_takes_waited_for_ever() {
    let mut server = Server::new(NOW, MANUAL, Session::new());
    let four = [Property::MaximumPacketSize(8)];
    let connect = Connect { client_id: "c", properties: Properties::new(&four), ..Connect::default() };
    server.receive(NOW, &hello(&connect), &mut Vec::new()).unwrap();
    server.accept(NOW, Properties::EMPTY, &mut Vec::new()).unwrap();
    let first = message(1, QoS::AtLeastOnce, Version::V5);
    let answer = server.receive(NOW, &first, &mut Vec::new());
    let Ok(Some((Request::Publish(_, delivery), _))) = answer else { panic!("{answer:?}") };
    server.reject(NOW, delivery, ReasonCode::QuotaExceeded, &mut Vec::new()).unwrap();
    assert_eq!(server.timeout(NOW, &mut Vec::new()), Ok(()));

    // The same with a limit that nothing fits.
    let (mut client, mut hello) = (Client::new(MANUAL, Session::new()), Vec::new());
    client.connect(NOW, &Connect::default(), &mut hello).unwrap();
    let least = [Property::MaximumPacketSize(4), Property::AssignedClientIdentifier("c")];
    let connack = packet(Version::V5, ConnAck { properties: Properties::new(&least), ..ConnAck::default() });
    client.receive(NOW, &connack, &mut Vec::new()).unwrap();
    let delivery = delivered(&mut client, &message(1, QoS::AtLeastOnce, Version::V5));
    let refused = client.reject(NOW, delivery, ReasonCode::QuotaExceeded, &mut Vec::new());
    assert_eq!(refused, Err(SendError::PacketTooLarge), "nothing was changed");
    assert_eq!(client.timeout(NOW, &mut Vec::new()), Ok(()));
    assert_eq!(client.ack(NOW, delivery, &mut Vec::new()), Ok(()), "four bytes may be sent");
}

/// The application acknowledged a message in parts before its last piece, where the machine does it itself: the last
/// piece was then `Full`, for ever.
#[test]
fn early_acknowledgement_of_a_message_in_parts_was_full_for_ever() {
    let config = Config { limits: Limits { packet: 16, ..DEFAULT.limits }, ..DEFAULT };
    let mut client = connected(connecting(config, Session::new(), false), false);
    let large = Publish { packet_id: PacketId::new(1), ..Publish::new("a", &[0; 40]).with_qos(QoS::AtLeastOnce) };
    let bytes = packet(Version::V3_1_1, large);
    let Ok(Some((Event::PublishHead(_, delivery, 40), used))) = client.receive_part(NOW, &bytes, &mut Vec::new())
    else {
        panic!()
    };
    let _ = client.ack(NOW, delivery, &mut Vec::new());
    let last = client.receive_part(NOW, &bytes[used..], &mut Vec::new());
    assert!(matches!(last, Ok(Some((Event::Payload(_, 0), 40)))), "{last:?}");
}

/// A receipt belongs to one connection, also where the next one has a session of its own.
#[test]
fn receipt_of_another_session_acknowledged() {
    let publish = message(1, QoS::AtLeastOnce, Version::V3_1_1);
    let mut first = connected(connecting(MANUAL, Session::new(), true), false);
    let old = delivered(&mut first, &publish);
    // Another session, a moment later: it counts its connections from 1 too.
    let later = Instant::from_micros(NOW.as_micros() + 1);
    let mut second = connecting(MANUAL, Session::new(), true);
    let connack = packet(Version::V3_1_1, ConnAck::default());
    assert!(matches!(second.receive(later, &connack, &mut Vec::new()), Ok(Some((Event::Connected(_), _)))));
    delivered(&mut second, &publish);
    assert_eq!(second.ack(later, old, &mut Vec::new()), Err(SendError::StaleDelivery));
}

/// Within the receive maximum a client may have its window full and subscribe besides.
#[test]
fn subscribe_beside_a_full_window_was_a_violation() {
    let mut server = Server::new(NOW, DEFAULT, Session::with_slots([fourwire::mqtt::Slot::EMPTY; 2]));
    server.receive(NOW, &hello(&Connect { client_id: "c", ..Connect::default() }), &mut Vec::new()).unwrap();
    let two = server.accept(NOW, Properties::new(&[Property::ReceiveMaximum(2)]), &mut Vec::new());
    assert_eq!(two, Err(SendError::Announced), "a slot is for requests");
    let announced = server.accept(NOW, Properties::new(&[Property::ReceiveMaximum(1)]), &mut Vec::new());
    assert_eq!(announced, Ok(false));
    server.receive(NOW, &message(1, QoS::ExactlyOnce, Version::V5), &mut Vec::new()).unwrap();
    let subscribe = b"\x82\x07\x00\x02\x00\x00\x01a\x00";
    let answer = server.receive(NOW, subscribe, &mut Vec::new());
    assert!(matches!(answer, Ok(Some((Request::Subscribe(_), _)))), "{answer:?}");
    let another = b"\x82\x07\x00\x03\x00\x00\x01b\x00";
    assert_eq!(server.receive(NOW, another, &mut Vec::new()), Ok(None), "it waits until the first is answered");
}

/// MQTT.js (mqtt-packet 9) refuses `E0 00` and `E0 01 xx` as errors, mqttbytes 0.6 waits for more: both are legal, and
/// are read, but what we write is what everybody can read.
#[test]
fn short_disconnect_was_not_read_by_peers() {
    let written = |code| {
        let mut out = Vec::new();
        fourwire::mqtt::Disconnect::with_reason(code).encode(Version::V5, &mut out).unwrap();
        out
    };
    assert_eq!(written(ReasonCode::Success), b"\xE0\x02\x00\x00");
    assert_eq!(written(ReasonCode::SessionTakenOver), b"\xE0\x02\x8E\x00");
}
