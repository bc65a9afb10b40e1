//! What the two ends do.

use core::time::Duration;

use fourwire::mqtt::{
    Config, ConnAck, Connect, Disconnect, Error, Event, PacketType, Properties, Publish, QoS, ReasonCode, ReasonCodes,
    Request, SendError, Server, Session, SessionEvent, SubAck, Subscription, Timeout, UnsubAck, Version, Violation,
    Will,
};

use crate::mqtt::support::*;

const V: Version = Version::V3_1_1;

fn keep() -> Connect<'static> {
    Connect { clean_start: false, ..plain(V) }
}

fn fresh() -> Server {
    Server::new(NOW, Config::default(), Session::new())
}

/// Closes without a word.
#[track_caller]
fn closes(machine: &mut impl Machine, bytes: &str) -> Error {
    let (error, out) = machine.fails(&hex(bytes));
    assert!(out.is_empty(), "3.1.1 has no words for {error}");
    error
}

#[test]
fn mqtt_2_3_1_2() {
    let mut client = client(V);
    let ids: Vec<u16> = (0..3).map(|_| client.publishes("a", QoS::AtLeastOnce).0).collect();
    let asked = client.subscribe(NOW, &[Subscription::new("a", QoS::AtMostOnce)], &mut Vec::new()).unwrap().get();
    assert!(!ids.contains(&asked) && ids == [1, 2, 3]);
}

#[test]
fn mqtt_2_3_1_3() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    let keep = keep();
    let mut again = client_with(&keep, &hex("20 02 01 00"), client.into_session(NOW), Config::default());
    assert_eq!(again.resends(1, &Publish::new("a", b"x")), hex("3A 06 0001 61 0001 78"), "the same identifier");
}

#[test]
fn mqtt_2_3_1_4() {
    let mut server = server(V);
    assert_eq!((server.publishes("a", QoS::AtLeastOnce).0, server.publishes("a", QoS::ExactlyOnce).0), (1, 2));
}

#[test]
fn mqtt_2_3_1_6() {
    assert_eq!(server(V).answer(&hex("32 06 0001 61 0009 78")), hex("40 02 0009"));
    let mut server = server(V);
    assert_eq!(server.answer(&hex("34 06 0001 61 0009 78")), hex("50 02 0009"));
    assert_eq!(server.answer(&hex("62 02 0009")), hex("70 02 0009"));
}

#[test]
fn mqtt_2_3_1_7() {
    assert_eq!(suback(&[ReasonCode::Success]), Ok(hex("90 03 0007 00")));
}

#[test]
fn mqtt_3_1_0_1() {
    assert_eq!(closes(&mut fresh(), "C000"), Error::Violation(Violation::Unexpected(PacketType::PingReq)));
}

#[test]
fn mqtt_3_1_0_2() {
    let second = "10 0D 0004 4D515454 04 02 003C 0001 63";
    let error = closes(&mut server(V), second);
    assert_eq!(error, Error::Violation(Violation::Unexpected(PacketType::Connect)));
}

#[test]
fn mqtt_3_1_2_2() {
    for level in ["03", "02", "00"] {
        let connect = format!("10 0D 0004 4D515454 {level} 02 003C 0001 63");
        assert_eq!(fresh().fails(&hex(&connect)).1, hex("20 02 00 01"), "level {level}");
    }
}

#[test]
fn mqtt_3_1_2_4() {
    let mut first = server_with(&keep(), &[], Session::new(), Config::default());
    first.publishes("a", QoS::AtLeastOnce);
    let mut second = server_with(&keep(), &[], first.into_session(NOW), Config::default());
    assert_eq!(second.again().1, Some(1));
}

#[test]
fn mqtt_3_1_2_5() {
    let mut session = server_with(&keep(), &[], Session::new(), Config::default()).into_session(NOW);
    assert_eq!((session.deadline(), session.timeout(NOW)), (None, None), "kept for ever");
}

#[test]
fn mqtt_3_1_2_6() {
    let mut session = server(V).into_session(NOW);
    assert_eq!(session.timeout(NOW), Some(SessionEvent::Expired), "no longer than the connection");
    let mut first = server_with(&keep(), &[], Session::new(), Config::default());
    first.publishes("a", QoS::AtLeastOnce);
    let second = server_with(&plain(V), &[], first.into_session(NOW), Config::default());
    assert_eq!(second.session().in_flight_count(), 0);
}

/// What a session tells of a will when its connection has ended so.
fn will_after(end: impl FnOnce(&mut Server)) -> Option<SessionEvent> {
    let connect = Connect { will: Some(Will { topic: "gone", ..Will::default() }), ..plain(V) };
    let mut server = server_with(&connect, &[], Session::new(), Config::default());
    end(&mut server);
    server.into_session(NOW).timeout(NOW)
}

#[test]
fn mqtt_3_1_2_8() {
    assert_eq!(will_after(|_| {}), Some(SessionEvent::Will));
    assert_eq!(will_after(|server| assert!(closes(server, "F000").is_final())), Some(SessionEvent::Will));
    let silent = |server: &mut Server| {
        let due = server.deadline().expect("keep alive");
        assert_eq!(server.timeout(due, &mut Vec::new()), Err(Error::Timeout(Timeout::KeepAlive)));
    };
    assert_eq!(will_after(silent), Some(SessionEvent::Will));
}

#[test]
fn mqtt_3_1_2_10() {
    assert_ne!(will_after(|server| drop(server.event(&hex("E000")))), Some(SessionEvent::Will));
}

#[test]
fn mqtt_3_1_2_12() {
    assert_ne!(server(V).into_session(NOW).timeout(NOW), Some(SessionEvent::Will));
}

#[test]
fn mqtt_3_1_2_23() {
    let connect = Connect { keep_alive: 10, ..plain(V) };
    let mut client = client_with(&connect, &connack(V, &[]), Session::new(), Config::default());
    let mut out = Vec::new();
    client.timeout(NOW.after(Duration::from_secs(10)), &mut out).unwrap();
    assert_eq!(out, hex("C000"));
}

#[test]
fn mqtt_3_1_2_24() {
    let mut server = server_with(&Connect { keep_alive: 3, ..plain(V) }, &[], Session::new(), Config::default());
    let due = NOW.after(Duration::from_millis(4500));
    server.timeout(NOW.after(Duration::from_millis(4499)), &mut Vec::new()).unwrap();
    assert_eq!(server.timeout(due, &mut Vec::new()), Err(Error::Timeout(Timeout::KeepAlive)));
    assert!(server.is_closed());
}

#[test]
fn mqtt_3_1_3_8() {
    let (_, out) = fresh().fails(&hex("10 0C 0004 4D515454 04 00 003C 0000"));
    assert_eq!(out, hex("20 02 00 02"));
}

#[test]
fn mqtt_3_1_3_9() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let mut out = Vec::new();
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::ClientIdentifierNotValid), &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("20 02 00 02"), true));
}

#[test]
fn mqtt_3_1_4_1() {
    let (_, out) = fresh().fails(&hex("10 0D 0004 4D515454 04 03 003C 0001 63"));
    assert!(out.is_empty(), "closed without a CONNACK");
}

#[test]
fn mqtt_3_1_4_4() {
    let mut out = Vec::new();
    asked(&plain(V), Session::new(), Config::default()).accept(NOW, Properties::EMPTY, &mut out).unwrap();
    assert_eq!(out, hex("20 02 00 00"));
}

#[test]
fn mqtt_3_1_4_5() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let early = hex("30 03 0001 61");
    assert_eq!(server.take(&early, &mut Vec::new()), Ok(None));
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::NotAuthorized), &mut Vec::new()).unwrap();
    assert_eq!(server.take(&early, &mut Vec::new()), Ok(None));
}

#[test]
fn mqtt_3_2_0_1() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    assert_eq!(server.send(&Publish::new("a", b""), &mut Vec::new()), Err(SendError::NotConnected));
}

/// The CONNACK that a session brings about.
fn connack_for(connect: &Connect<'_>, session: Session) -> Vec<u8> {
    let mut out = Vec::new();
    asked(connect, session, Config::default()).accept(NOW, Properties::EMPTY, &mut out).unwrap();
    out
}

#[test]
fn mqtt_3_2_2_1() {
    let session = server_with(&keep(), &[], Session::new(), Config::default()).into_session(NOW);
    assert_eq!(connack_for(&plain(V), session), hex("20 02 00 00"));
}

#[test]
fn mqtt_3_2_2_2() {
    let session = server_with(&keep(), &[], Session::new(), Config::default()).into_session(NOW);
    assert_eq!(connack_for(&keep(), session), hex("20 02 01 00"));
}

#[test]
fn mqtt_3_2_2_3() {
    assert_eq!(connack_for(&keep(), Session::new()), hex("20 02 00 00"));
}

#[test]
fn mqtt_3_2_2_5() {
    let (mut client, _) = connecting(&plain(V), Session::new(), Config::default());
    assert_eq!(client.event(&hex("20 02 00 05")).0, Event::Refused(ConnAck::refuse(ReasonCode::NotAuthorized)));
    assert!(client.is_closed());
}

#[test]
fn mqtt_3_2_2_6() {
    // What the five codes cannot say is not said.
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let mut out = Vec::new();
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::Banned), &mut out).unwrap();
    assert!(out.is_empty() && server.is_closed());
}

#[test]
fn mqtt_3_3_1_1() {
    let mut client = client(V);
    client.publishes("a", QoS::ExactlyOnce);
    let mut again = client_with(&keep(), &hex("20 02 01 00"), client.into_session(NOW), Config::default());
    assert_eq!(again.resends(1, &Publish::new("a", b"x")), hex("3C 06 0001 61 0001 78"));
}

#[test]
fn mqtt_3_3_1_3() {
    let received = takes_publish(V, &hex("3B 06 0001 61 0009 78"));
    let mut out = Vec::new();
    server(V).send(&received, &mut out).unwrap();
    assert_eq!(out, hex("33 06 0001 61 0001 78"));
}

#[test]
fn mqtt_3_3_4_1() {
    assert_eq!(server(V).answer(&hex("30 04 0001 61 78")), vec![]);
    assert_eq!(server(V).answer(&hex("32 06 0001 61 0001 78")), hex("40 02 0001"));
    assert_eq!(server(V).answer(&hex("34 06 0001 61 0001 78")), hex("50 02 0001"));
}

fn suback(codes: &[ReasonCode]) -> Result<Vec<u8>, SendError> {
    let mut server = server(V);
    server.event(&hex("82 06 0007 0001 61 01"));
    let packet_id = fourwire::mqtt::PacketId::new(7).unwrap();
    let suback = SubAck { packet_id, properties: Properties::EMPTY, reason_codes: ReasonCodes::new(codes) };
    let mut out = Vec::new();
    server.suback(NOW, &suback, &mut out).map(|()| out)
}

#[test]
fn mqtt_3_8_4_1() {
    assert_eq!(suback(&[ReasonCode::GrantedQoS1]), Ok(hex("90 03 0007 01")));
}

#[test]
fn mqtt_3_8_4_2() {
    let mut client = client(V);
    client.subscribe(NOW, &[Subscription::new("a", QoS::AtMostOnce)], &mut Vec::new()).unwrap();
    let error = closes(&mut client, "90 03 0002 00");
    assert_eq!(error, Error::Violation(Violation::WrongAcknowledgement(PacketType::SubAck)));
}

#[test]
fn mqtt_3_8_4_5() {
    assert_eq!(suback(&[ReasonCode::Success; 2]), Err(SendError::ReasonCodeCount));
    let mut client = client(V);
    client.subscribe(NOW, &[Subscription::new("a", QoS::AtMostOnce)], &mut Vec::new()).unwrap();
    assert_eq!(closes(&mut client, "90 04 0001 00 00"), Error::Violation(Violation::ReasonCodeCount));
}

#[test]
fn mqtt_3_8_4_6() {
    assert_eq!(suback(&[ReasonCode::UnspecifiedError]), Ok(hex("90 03 0007 80")));
}

#[test]
fn mqtt_3_10_4_4() {
    let mut server = server(V);
    server.event(&hex("A2 05 0007 0001 61"));
    let codes = [ReasonCode::NoSubscriptionExisted];
    let packet_id = fourwire::mqtt::PacketId::new(7).unwrap();
    let unsuback = UnsubAck { packet_id, properties: Properties::EMPTY, reason_codes: ReasonCodes::new(&codes) };
    let mut out = Vec::new();
    server.unsuback(NOW, &unsuback, &mut out).unwrap();
    assert_eq!(out, hex("B0 02 0007"), "what 3.1.1 cannot say is left out");
}

#[test]
fn mqtt_3_10_4_5() {
    // An UNSUBSCRIBE of nothing is answered all the same.
    let mut server = server(V);
    server.event(&hex("A2 05 0007 0001 61"));
    let codes = [ReasonCode::Success];
    let packet_id = fourwire::mqtt::PacketId::new(7).unwrap();
    let unsuback = UnsubAck { packet_id, properties: Properties::EMPTY, reason_codes: ReasonCodes::new(&codes) };
    let mut out = Vec::new();
    server.unsuback(NOW, &unsuback, &mut out).unwrap();
    assert_eq!(out, hex("B0 02 0007"));
}

#[test]
fn mqtt_3_10_4_6() {
    let mut server = server(V);
    let unsubscribe = hex("A2 08 0007 0001 61 0001 62");
    let Request::Unsubscribe(asked) = server.event(&unsubscribe).0 else { panic!() };
    assert!(asked.filters.iter().eq(["a", "b"]));
}

#[test]
fn mqtt_4_1_0_1() {
    let mut server = server(V);
    server.publishes("a", QoS::AtLeastOnce);
    assert_eq!(server.session().in_flight_count(), 1, "while the connection is there, the state is");
}

#[test]
fn mqtt_4_1_0_2() {
    let mut first = server_with(&keep(), &[], Session::new(), Config::default());
    first.publishes("a", QoS::AtLeastOnce);
    let mut session = first.into_session(NOW);
    assert_eq!(session.timeout(NOW.after(Duration::from_secs(1_000_000))), None);
    assert_eq!(session.in_flight_count(), 1);
}

#[test]
fn mqtt_4_5_0_2() {
    let unwanted = hex("32 0B 0006 6F7468657273 0001 78");
    assert!(matches!(client(V).event(&unwanted), (Event::Publish(..), out) if out == hex("40 02 0001")));
}

#[test]
fn mqtt_3_12_4_1() {
    assert_eq!(server(V).answer(&hex("C000")), hex("D000"));
}

#[test]
fn mqtt_3_14_4_1() {
    let mut client = client(V);
    let mut out = Vec::new();
    client.disconnect(NOW, &Disconnect::default(), &mut out).unwrap();
    assert_eq!((out, client.is_closed()), (hex("E000"), true));
}

#[test]
fn mqtt_3_14_4_2() {
    let mut client = client(V);
    client.disconnect(NOW, &Disconnect::default(), &mut Vec::new()).unwrap();
    assert_eq!(client.send(&Publish::new("a", b""), &mut Vec::new()), Err(SendError::NotConnected));
}

#[test]
fn mqtt_3_14_4_3() {
    assert_ne!(will_after(|server| drop(server.event(&hex("E000")))), Some(SessionEvent::Will));
    // A server of 3.1.1 has no DISCONNECT: it just closes.
    let mut server = server(V);
    let mut out = Vec::new();
    server.disconnect(NOW, &Disconnect::default(), &mut out).unwrap();
    assert!(out.is_empty() && server.is_closed());
    let unexpected = closes(&mut client(V), "E000");
    assert_eq!(unexpected, Error::Violation(Violation::Unexpected(PacketType::Disconnect)));
}

#[test]
fn mqtt_4_3_1_1() {
    assert_eq!(client(V).publishes("a", QoS::AtMostOnce), (0, hex("30 04 0001 61 78")));
}

#[test]
fn mqtt_4_3_2_1() {
    let mut client = client(V);
    assert_eq!(client.publishes("a", QoS::AtLeastOnce).1, hex("32 06 0001 61 0001 78"));
    assert_eq!(client.session().in_flight_count(), 1);
    assert!(matches!(client.event(&hex("40 02 0001")).0, Event::Published(_)));
    assert_eq!(client.session().in_flight_count(), 0);
}

#[test]
fn mqtt_4_3_2_2() {
    let mut server = server(V);
    for _ in 0..2 {
        let publish = hex("3A 06 0001 61 0009 78");
        let (request, out) = server.event(&publish);
        assert!(matches!(request, Request::Publish(..)), "after PUBACK the identifier is a new message's, DUP or not");
        assert_eq!(out, hex("40 02 0009"));
    }
}

#[test]
fn mqtt_4_3_3_1() {
    let mut client = client(V);
    assert_eq!(client.publishes("a", QoS::ExactlyOnce).1, hex("34 06 0001 61 0001 78"));
    assert_eq!(client.answer(&hex("50 02 0001")), hex("62 02 0001"));
    assert!(matches!(client.event(&hex("70 02 0001")).0, Event::Published(_)));
}

#[test]
fn mqtt_4_3_3_2() {
    let mut server = server(V);
    let (first, again) = (hex("34 06 0001 61 0009 78"), hex("3C 06 0001 61 0009 78"));
    assert!(matches!(server.event(&first), (Request::Publish(..), out) if out == hex("50 02 0009")));
    assert!(matches!(server.event(&again), (Request::Duplicate(_), out) if out == hex("50 02 0009")));
    assert_eq!(server.answer(&hex("62 02 0009")), hex("70 02 0009"));
    assert!(matches!(server.event(&first).0, Request::Publish(..)));
}

#[test]
fn mqtt_4_4_0_1() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    client.publishes("b", QoS::ExactlyOnce);
    client.answer(&hex("50 02 0002"));
    let mut again = client_with(&keep(), &hex("20 02 01 00"), client.into_session(NOW), Config::default());
    assert_eq!(again.again(), (hex("62 02 0002"), Some(1)));
}

#[test]
fn mqtt_4_6_0_1() {
    let mut client = client(V);
    for _ in 0..4 {
        client.publishes("a", QoS::AtLeastOnce);
    }
    client.answer(&hex("40 02 0001"));
    client.publishes("a", QoS::AtLeastOnce);
    let mut again = client_with(&keep(), &hex("20 02 01 00"), client.into_session(NOW), Config::default());
    let mut order = Vec::new();
    while let (_, Some(id)) = again.again() {
        again.resends(id, &Publish::new("a", b""));
        order.push(id);
    }
    assert_eq!(order, [2, 3, 4, 1]);
}

/// Three deliveries that the application acknowledges backwards, and what leaves.
fn backwards(first: u8) -> Vec<Vec<u8>> {
    let config = Config { manual_ack: true, ..Config::default() };
    let mut server = server_with(&plain(V), &[], Session::new(), config);
    let deliveries: Vec<_> = (1..=3)
        .map(|id| match server.event(&[first, 5, 0, 1, b'a', 0, id]) {
            (Request::Publish(_, delivery), _) => delivery,
            other => panic!("{other:?}"),
        })
        .collect();
    deliveries.into_iter().rev().map(|delivery| server.acknowledge(delivery).unwrap()).collect()
}

#[test]
fn mqtt_4_6_0_2() {
    assert_eq!(backwards(0x32), [vec![], vec![], hex("40 02 0001 40 02 0002 40 02 0003")]);
}

#[test]
fn mqtt_4_6_0_3() {
    assert_eq!(backwards(0x34), [vec![], vec![], hex("50 02 0001 50 02 0002 50 02 0003")]);
}

#[test]
fn mqtt_4_6_0_4() {
    let mut client = client(V);
    for _ in 0..2 {
        client.publishes("a", QoS::ExactlyOnce);
    }
    assert_eq!(client.answer(&hex("50 02 0002")), hex("62 02 0002"));
    assert_eq!(client.answer(&hex("50 02 0001")), hex("62 02 0001"));
}

#[test]
fn mqtt_4_8_0_1() {
    for wrong in ["20 02 00 00", "90 03 0001 00", "B0 02 0001", "D000"] {
        assert!(matches!(closes(&mut server(V), wrong), Error::Violation(Violation::Unexpected(_))));
    }
    for wrong in ["82 06 0001 0001 61 00", "A2 05 0001 0001 61", "C000", "20 02 00 00"] {
        assert!(matches!(closes(&mut client(V), wrong), Error::Violation(Violation::Unexpected(_))));
    }
}

#[test]
fn mqtt_4_8_0_2() {
    assert!(matches!(closes(&mut server(V), "36"), Error::Decode(_)));
}

#[test]
fn mqtt_3_1_4_2() {
    let mut server = server(V);
    server.disconnect(NOW, &Disconnect::with_reason(ReasonCode::SessionTakenOver), &mut Vec::new()).unwrap();
    assert!(server.is_closed(), "the older connection ends");
}

#[test]
fn mqtt_3_1_4_3() {
    for clean_start in [true, false] {
        let connect = Connect { clean_start, ..plain(V) };
        let mut first = server_with(&keep(), &[], Session::new(), Config::default());
        first.publishes("a", QoS::AtLeastOnce);
        let second = server_with(&connect, &[], first.into_session(NOW), Config::default());
        assert_eq!(second.session().in_flight_count(), usize::from(!clean_start));
    }
}

#[test]
fn mqtt_3_3_5_2() {
    let config = Config { manual_ack: true, ..Config::default() };
    let mut server = server_with(&plain(V), &[], Session::new(), config);
    let (Request::Publish(_, delivery), _) = server.event(&hex("32 05 0001 61 0001")) else { panic!() };
    let refused = server.reject(NOW, delivery, ReasonCode::NotAuthorized, &mut Vec::new());
    assert_eq!(refused, Err(SendError::ReasonCode(ReasonCode::NotAuthorized)), "3.1.1 has no negative answer");
    assert_eq!(server.acknowledge(delivery), Ok(hex("40 02 0001")));
}

#[test]
fn mqtt_3_8_4_4() {
    let mut server = server(V);
    let (Request::Subscribe(asked), _) = server.event(&hex("82 0A 0007 0001 61 01 0001 62 02")) else { panic!() };
    assert!(asked.subscriptions.iter().map(|wanted| wanted.filter).eq(["a", "b"]));
    let codes = [ReasonCode::GrantedQoS1, ReasonCode::GrantedQoS2];
    let suback =
        SubAck { packet_id: asked.packet_id, properties: Properties::EMPTY, reason_codes: ReasonCodes::new(&codes) };
    let mut out = Vec::new();
    server.suback(NOW, &suback, &mut out).unwrap();
    assert_eq!(out, hex("90 04 0007 01 02"), "one answer");
}

#[test]
fn mqtt_3_10_4_3() {
    let mut server = server(V);
    server.publishes("a", QoS::ExactlyOnce);
    server.event(&hex("A2 05 0007 0001 61"));
    assert_eq!(server.answer(&hex("50 02 0001")), hex("62 02 0001"));
}

#[test]
fn mqtt_4_6_0_5() {
    let mut server = server(V);
    for payload in 1..=3 {
        match server.event(&[0x32, 6, 0, 1, b'a', 0, payload, payload]).0 {
            Request::Publish(publish, _) => assert_eq!(publish.payload, [payload]),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn mqtt_4_6_0_6() {
    let (mut server, mut out) = (server(V), Vec::new());
    for payload in [b"1", b"2"] {
        server.send(&Publish::new("a", payload).with_qos(QoS::AtLeastOnce), &mut out).unwrap();
    }
    assert_eq!(out, hex("32 06 0001 61 0001 31  32 06 0001 61 0002 32"));
}

#[test]
fn mqtt_6_0_0_2() {
    let bytes = hex("C000 30 03 0001 61 C000");
    for cut in 0..bytes.len() {
        let (mut server, mut there, mut events) = (server(V), Vec::new(), 0);
        for frame in [&bytes[..cut], &bytes[cut..]] {
            there.extend_from_slice(frame);
            while let Some((_, used)) = server.take(&there.clone(), &mut Vec::new()).unwrap() {
                there.drain(..used);
                events += 1;
            }
        }
        assert_eq!((events, there.len()), (3, 0), "two frames, cut at {cut}");
    }
}
