//! What a server's end shows of rules that reach beyond one connection.

use fourwire::mqtt::{
    Ack, Config, ConnAck, Connect, Disconnect, Packet, PacketId, Properties, Property, Publish, QoS, ReasonCode,
    Request, Session, Version, Will,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

#[test]
fn mqtt_3_1_3_7() {
    let nameless = Connect { client_id: "", ..plain(V) };
    let given = [Property::AssignedClientIdentifier("yours")];
    let mut out = Vec::new();
    asked(&nameless, Session::new(), Config::default()).accept(NOW, Properties::new(&given), &mut out).unwrap();
    assert_eq!(out, hex("20 0B 00 00 08 12 0005 796F757273"));
}

#[test]
fn mqtt_3_1_3_10() {
    let list = [("b", "1"), ("a", "2"), ("b", "3")].map(|(name, value)| Property::UserProperty(name, value));
    let will = Will { topic: "t", properties: Properties::new(&list), ..Will::default() };
    let bytes = encoded(V, &Connect { will: Some(will), ..plain(V) });
    let Packet::Connect(view) = takes(V, &bytes) else { panic!() };
    let read: Vec<_> = view.get().will.unwrap().properties.user_properties().collect();
    assert_eq!(read, [("b", "1"), ("a", "2"), ("b", "3")]);
}

#[test]
fn mqtt_3_1_4_2() {
    let mut server = asked(&plain(V), Session::new(), Config::default());
    let mut out = Vec::new();
    server.refuse(NOW, &ConnAck::refuse(ReasonCode::BadUserNameOrPassword), &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("20 03 00 86 00"), true));
}

#[test]
fn mqtt_3_1_4_3() {
    let mut server = server(V);
    let mut out = Vec::new();
    server.disconnect(NOW, &Disconnect::with_reason(ReasonCode::SessionTakenOver), &mut out).unwrap();
    assert_eq!((out, server.is_closed()), (hex("E0 02 8E 00"), true));
}

#[test]
fn mqtt_3_1_4_4() {
    for clean_start in [true, false] {
        let lives = [Property::SessionExpiryInterval(60)];
        let connect = Connect { clean_start, properties: Properties::new(&lives), ..plain(V) };
        let mut first = server_with(&connect, &[], Session::new(), Config::default());
        first.publishes("a", QoS::AtLeastOnce);
        let second = server_with(&connect, &[], first.into_session(NOW), Config::default());
        assert_eq!(second.session().in_flight_count(), usize::from(!clean_start));
    }
}

/// The answers that the machine gives by itself have no properties, so they are never too large for them. An answer
/// that an application composes is measured before it is sent: here by the codec.
#[track_caller]
fn answers_are_bare(machine_says: &[u8], packet: fn(Ack<'static>) -> Packet<'static>, why: Property<'static>) {
    assert_eq!(machine_says.len(), 4, "no reason string and no user property");
    let list: &'static [Property<'static>] = Vec::leak(vec![why]);
    let properties = Properties::new(list);
    let ack = Ack { packet_id: PacketId::MIN, reason_code: ReasonCode::Success, properties };
    let bytes = encoded(V, packet(ack));
    assert_eq!(bytes.len(), ack.encoded_len(V), "what would be sent is known before");
}

const REASON: Property<'static> = Property::ReasonString("why");
const USER: Property<'static> = Property::UserProperty("a", "b");

#[test]
fn mqtt_3_4_2_2() {
    answers_are_bare(&server(V).answer(&hex("32 06 0001 61 0001 00")), Packet::PubAck, REASON);
}

#[test]
fn mqtt_3_4_2_3() {
    answers_are_bare(&server(V).answer(&hex("32 06 0001 61 0001 00")), Packet::PubAck, USER);
}

#[test]
fn mqtt_3_5_2_2() {
    answers_are_bare(&server(V).answer(&hex("34 06 0001 61 0001 00")), Packet::PubRec, REASON);
}

#[test]
fn mqtt_3_5_2_3() {
    answers_are_bare(&server(V).answer(&hex("34 06 0001 61 0001 00")), Packet::PubRec, USER);
}

/// The PUBREL that answers a PUBREC.
fn pubrel() -> Vec<u8> {
    let mut server = server(V);
    server.publishes("a", QoS::ExactlyOnce);
    server.answer(&hex("50 02 0001"))
}

#[test]
fn mqtt_3_6_2_2() {
    answers_are_bare(&pubrel(), Packet::PubRel, REASON);
}

#[test]
fn mqtt_3_6_2_3() {
    answers_are_bare(&pubrel(), Packet::PubRel, USER);
}

/// The PUBCOMP that answers a PUBREL.
fn pubcomp() -> Vec<u8> {
    let mut server = server(V);
    server.event(&hex("34 06 0001 61 0001 00"));
    server.answer(&hex("62 02 0001"))
}

#[test]
fn mqtt_3_7_2_2() {
    answers_are_bare(&pubcomp(), Packet::PubComp, REASON);
}

#[test]
fn mqtt_3_7_2_3() {
    answers_are_bare(&pubcomp(), Packet::PubComp, USER);
}

#[test]
fn mqtt_3_10_4_3() {
    let mut server = server(V);
    server.publishes("a", QoS::ExactlyOnce);
    server.event(&hex("A2 06 0007 00 0001 61"));
    assert_eq!(server.answer(&hex("50 02 0001")), hex("62 02 0001"), "what had begun goes on");
    assert!(matches!(server.event(&hex("70 02 0001")).0, Request::Published(_)));
}

#[test]
fn mqtt_4_6_0_5() {
    let mut server = server(V);
    let got: Vec<u8> = (1..=3)
        .map(|id| match server.event(&packet(0x32, &[&string("a"), &[0, id, 0, id]])).0 {
            Request::Publish(publish, _) => publish.payload[0],
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(got, [1, 2, 3]);
}

#[test]
fn mqtt_4_6_0_6() {
    let (mut server, mut out) = (server(V), Vec::new());
    for payload in [b"1", b"2", b"3"] {
        server.send(&Publish::new("a", payload).with_qos(QoS::AtLeastOnce), &mut out).unwrap();
    }
    assert_eq!(out, hex("32 07 0001 61 0001 00 31  32 07 0001 61 0002 00 32  32 07 0001 61 0003 00 33"));
}

#[test]
fn mqtt_4_8_2_4() {
    let lives = [Property::SessionExpiryInterval(60)];
    let keep = Connect { clean_start: false, ..plain(V) };
    let mut first = server_with(&keep, &lives, Session::new(), Config::default());
    first.publishes("jobs/1", QoS::ExactlyOnce);
    first.answer(&hex("50 02 0001"));
    let mut again = server_with(&keep, &lives, first.into_session(NOW), Config::default());
    assert_eq!(again.again(), (hex("62 02 0001"), None), "with the same client");
}

#[test]
fn mqtt_6_0_0_2() {
    let bytes = hex("C000 30 04 0001 61 00 C000");
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
