//! §4.3, §4.9, §4.13: the QoS flows, flow control, errors.

use fourwire::mqtt::{
    Config, Delivery, Error, Event, PacketType, Property, Publish, QoS, ReasonCode, Request, SendError, Server,
    Session, Version, Violation,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

/// A PUBLISH with this first byte and packet identifier.
fn publish(first: u8, id: u8) -> Vec<u8> {
    packet(first, &[&string("a"), &[0, id, 0], b"x"])
}

fn manual() -> Server {
    let config = Config { manual_ack: true, ..Config::default() };
    server_with(&plain(V), &[], Session::new(), config)
}

/// The receipt of a message that is delivered, unanswered.
#[track_caller]
fn delivery(server: &mut Server, bytes: &[u8]) -> Delivery {
    match server.event(bytes) {
        (Request::Publish(_, delivery), out) if out.is_empty() => delivery,
        other => panic!("{other:?}"),
    }
}

#[test]
fn mqtt_4_3_1_1() {
    let mut out = Vec::new();
    client(V).send(&Publish { dup: true, ..Publish::new("a", b"x") }, &mut out).unwrap();
    assert_eq!(out, hex("30 05 0001 61 00 78"), "QoS 0, DUP 0");
}

#[test]
fn mqtt_4_3_2_1() {
    let mut client = client(V);
    assert_ne!(client.publishes("a", QoS::AtLeastOnce).0, client.publishes("a", QoS::AtLeastOnce).0);
}

#[test]
fn mqtt_4_3_2_2() {
    assert_eq!(client(V).publishes("a", QoS::AtLeastOnce).1, hex("32 07 0001 61 0001 00 78"));
}

#[test]
fn mqtt_4_3_2_3() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    assert_eq!(client.session().in_flight_count(), 1);
    client.answer(&hex("40 02 0001"));
    assert_eq!(client.session().in_flight_count(), 0);
}

#[test]
fn mqtt_4_3_2_4() {
    assert_eq!(server(V).answer(&publish(0x32, 9)), hex("40 02 0009"));
    let mut server = manual();
    let one = delivery(&mut server, &publish(0x32, 9));
    assert_eq!(server.acknowledge(one), Ok(hex("40 02 0009")));
    assert_eq!(server.acknowledge(one), Err(SendError::StaleDelivery), "once");
}

#[test]
fn mqtt_4_3_2_5() {
    let mut server = server(V);
    server.event(&publish(0x32, 9));
    let again = publish(0x32, 9);
    assert!(matches!(server.event(&again).0, Request::Publish(..)), "after PUBACK it is a new message");
}

#[test]
fn mqtt_4_3_3_1() {
    let mut client = client(V);
    assert_ne!(client.publishes("a", QoS::ExactlyOnce).0, client.publishes("a", QoS::ExactlyOnce).0);
}

#[test]
fn mqtt_4_3_3_2() {
    assert_eq!(client(V).publishes("a", QoS::ExactlyOnce).1, hex("34 07 0001 61 0001 00 78"));
}

#[test]
fn mqtt_4_3_3_3() {
    let mut client = client(V);
    client.publishes("a", QoS::ExactlyOnce);
    let waiting = |client: &fourwire::mqtt::Client| client.session().in_flight().next().map(|message| message.received);
    assert_eq!(waiting(&client), Some(false));
    client.answer(&hex("50 02 0001"));
    assert_eq!(waiting(&client), Some(true), "its body is no longer needed");
}

#[test]
fn mqtt_4_3_3_4() {
    let mut client = client(V);
    client.publishes("a", QoS::ExactlyOnce);
    let pubrec = hex("50 03 0001 10");
    let (event, out) = client.event(&pubrec);
    assert!(matches!(event, Event::Received(_)));
    assert_eq!(out, hex("62 02 0001"), "PUBREL for any code below 0x80");
    let (id, _) = client.publishes("a", QoS::ExactlyOnce);
    let refusal = packet(0x50, &[&id.to_be_bytes(), &[0x97]]);
    let (event, out) = client.event(&refusal);
    assert!(matches!(event, Event::Published(ack) if ack.reason_code == ReasonCode::QuotaExceeded) && out.is_empty());
}

#[test]
fn mqtt_4_3_3_5() {
    let mut client = client(V);
    client.publishes("a", QoS::ExactlyOnce);
    client.answer(&hex("50 02 0001"));
    assert_eq!(client.session().in_flight_count(), 1);
    assert!(matches!(client.event(&hex("70 02 0001")).0, Event::Published(_)));
    assert_eq!(client.session().in_flight_count(), 0);
}

#[test]
fn mqtt_4_3_3_6() {
    let mut first = client(V);
    first.publishes("a", QoS::ExactlyOnce);
    first.answer(&hex("50 02 0001"));
    let keep = fourwire::mqtt::Connect { clean_start: false, ..plain(V) };
    let mut again = client_with(&keep, &hex("20 03 01 00 00"), first.into_session(NOW), Config::default());
    assert_eq!(again.again(), (hex("62 02 0001"), None), "PUBREL again, and never the PUBLISH");
}

#[test]
fn mqtt_4_3_3_7() {
    let mut client = client(V);
    client.publishes("a", QoS::ExactlyOnce);
    let error = client.disconnects(&hex("70 02 0001"), ReasonCode::ProtocolError);
    assert_eq!(error, Error::Violation(Violation::WrongAcknowledgement(PacketType::PubComp)), "PUBCOMP before PUBREC");
}

#[test]
fn mqtt_4_3_3_8() {
    assert_eq!(server(V).answer(&publish(0x34, 9)), hex("50 02 0009"));
    let mut server = manual();
    let one = delivery(&mut server, &publish(0x34, 9));
    assert_eq!(server.acknowledge(one), Ok(hex("50 02 0009")));
}

#[test]
fn mqtt_4_3_3_9() {
    let mut server = manual();
    let one = delivery(&mut server, &publish(0x34, 9));
    let mut out = Vec::new();
    server.reject(NOW, one, ReasonCode::NotAuthorized, &mut out).unwrap();
    assert_eq!(out, hex("50 03 0009 87"));
    delivery(&mut server, &publish(0x34, 9));
}

#[test]
fn mqtt_4_3_3_10() {
    let mut server = server(V);
    server.event(&publish(0x34, 9));
    for first in [0x34, 0x3C] {
        let again = publish(first, 9);
        let (request, out) = server.event(&again);
        assert!(matches!(request, Request::Duplicate(_)), "not delivered twice, with or without DUP");
        assert_eq!(out, hex("50 02 0009"));
    }
}

#[test]
fn mqtt_4_3_3_11() {
    let mut server = server(V);
    server.event(&publish(0x34, 9));
    assert_eq!(server.answer(&hex("62 02 0009")), hex("70 02 0009"));
    assert_eq!(server.answer(&hex("62 02 0009")), hex("70 03 0009 92"), "not found, the second time");
}

#[test]
fn mqtt_4_3_3_12() {
    let mut server = server(V);
    server.event(&publish(0x34, 9));
    server.event(&hex("62 02 0009"));
    let again = publish(0x34, 9);
    assert!(matches!(server.event(&again).0, Request::Publish(..)), "after PUBCOMP it is a new message");
}

#[test]
fn mqtt_4_3_3_13() {
    // Expired or not, a message whose flow has begun is brought to its end.
    let mut server = server(V);
    server.event(&packet(0x34, &[&string("a"), &hex("0009 05 02 00000000"), b"x"]));
    assert_eq!(server.answer(&hex("62 02 0009")), hex("70 02 0009"));
}

#[test]
fn mqtt_4_4_0_2() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    assert!(matches!(client.event(&hex("40 03 0001 97")).0, Event::Published(_)));
    assert_eq!(client.session().in_flight_count(), 0, "a refusal acknowledges too");
}

#[test]
fn mqtt_4_5_0_2() {
    let unwanted = hex("32 0C 0006 6F7468657273 0001 00 78");
    assert!(matches!(client(V).event(&unwanted).0, Event::Publish(..)), "whether it was subscribed to or not");
}

#[test]
fn mqtt_4_6_0_2() {
    let mut server = manual();
    let deliveries: Vec<Delivery> = (1..=3).map(|id| delivery(&mut server, &publish(0x32, id))).collect();
    assert_eq!(server.acknowledge(deliveries[1]), Ok(vec![]), "held until its turn");
    assert_eq!(server.acknowledge(deliveries[0]), Ok(hex("40 02 0001 40 02 0002")));
    assert_eq!(server.acknowledge(deliveries[2]), Ok(hex("40 02 0003")));
}

#[test]
fn mqtt_4_6_0_3() {
    let mut server = manual();
    let deliveries: Vec<Delivery> = (1..=3).map(|id| delivery(&mut server, &publish(0x34, id))).collect();
    assert_eq!(server.acknowledge(deliveries[2]), Ok(vec![]));
    assert_eq!(server.acknowledge(deliveries[1]), Ok(vec![]));
    assert_eq!(server.acknowledge(deliveries[0]), Ok(hex("50 02 0001 50 02 0002 50 02 0003")));
}

#[test]
fn mqtt_4_6_0_4() {
    let mut client = client(V);
    for _ in 0..3 {
        client.publishes("a", QoS::ExactlyOnce);
    }
    for id in [3, 1, 2] {
        assert_eq!(client.answer(&[0x50, 2, 0, id]), [0x62, 2, 0, id]);
    }
}

#[test]
fn mqtt_4_9_0_1() {
    let mut client =
        client_with(&plain(V), &connack(V, &[Property::ReceiveMaximum(1)]), Session::new(), Config::default());
    client.publishes("a", QoS::AtLeastOnce);
    let more = Publish::new("a", b"").with_qos(QoS::AtLeastOnce);
    assert_eq!(client.send(&more, &mut Vec::new()), Err(SendError::WindowFull));
    let (unlimited, out) = (&mut server(V), &mut Vec::new());
    for _ in 0..65_535 {
        unlimited.send(&more, out).unwrap();
        out.clear();
    }
    assert_eq!(unlimited.send(&more, out), Err(SendError::WindowFull), "65,535 if nothing is said");
}

#[test]
fn mqtt_4_9_0_2() {
    let mut client =
        client_with(&plain(V), &connack(V, &[Property::ReceiveMaximum(1)]), Session::new(), Config::default());
    client.publishes("a", QoS::AtLeastOnce);
    for acknowledgement in ["40 02 0001", "40 02 0001"] {
        client.answer(&hex(acknowledgement));
    }
    client.publishes("a", QoS::AtLeastOnce);
    let more = Publish::new("a", b"").with_qos(QoS::AtLeastOnce);
    let full = client.send(&more, &mut Vec::new());
    assert_eq!(full, Err(SendError::WindowFull), "an acknowledgement of nothing does not widen the window");
}

#[test]
fn mqtt_4_9_0_3() {
    let mut client =
        client_with(&plain(V), &connack(V, &[Property::ReceiveMaximum(1)]), Session::new(), Config::default());
    client.publishes("a", QoS::ExactlyOnce);
    assert_eq!(client.answer(&hex("50 02 0001")), hex("62 02 0001"), "acknowledgements are not held back");
}

#[test]
fn mqtt_4_13_1_1() {
    let (error, out) = server(V).fails(&hex("30 04 0001 2B 00"));
    assert_eq!((error.reason_code(), out), (ReasonCode::TopicNameInvalid, hex("E0 02 90 00")));
    let (_, out) = client(V).fails(&hex("90 03 0001 00"));
    assert_eq!(out, hex("E0 02 82 00"));
}

#[test]
fn mqtt_4_13_2_1() {
    for (packet, code) in [
        ("20 03 00 00 00", ReasonCode::ProtocolError),
        ("90 04 0001 00 00", ReasonCode::ProtocolError),
        ("B0 04 0001 00 00", ReasonCode::ProtocolError),
        ("D000", ReasonCode::ProtocolError),
        ("F1 00", ReasonCode::MalformedPacket),
        ("FF", ReasonCode::MalformedPacket),
    ] {
        server(V).disconnects(&hex(packet), code);
    }
    for packet in
        ["82 07 0001 00 0001 61 00", "A2 06 0001 00 0001 61", "C000", "10 0D 0004 4D515454 05 02 0000 00 0000"]
    {
        client(V).disconnects(&hex(packet), ReasonCode::ProtocolError);
    }
}

#[test]
fn acknowledgements_of_nothing() {
    let mut client = client(V);
    for (stray, answer) in
        [("40 02 0005", ""), ("50 02 0005", "62 03 0005 92"), ("70 02 0005", ""), ("50 03 0005 92", "")]
    {
        // 0x92 is not a code of PUBREC.
        if stray.ends_with("92") {
            continue;
        }
        let stray = hex(stray);
        let (event, out) = client.event(&stray);
        assert!(matches!(event, Event::Stray(..)), "{event:?}");
        assert_eq!(out, hex(answer));
    }
}

#[test]
fn a_full_output_changes_nothing() {
    use fourwire::SliceOutput;
    let mut server = server(V);
    let publish = publish(0x34, 9);
    let (mut none, mut some) = ([0; 3], [0; 4]);
    let mut out = SliceOutput::new(&mut none);
    assert_eq!(server.receive(NOW, &publish, &mut out), Err(Error::Full));
    let mut out = SliceOutput::new(&mut some);
    let (request, _) = server.receive(NOW, &publish, &mut out).unwrap().unwrap();
    assert!(matches!(request, Request::Publish(..)), "it is new, as before");
    assert_eq!(out.written(), hex("50 02 0009"));
}
