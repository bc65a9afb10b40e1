//! §4.1, §4.4, §4.6: session state, and what is sent again.

use fourwire::mqtt::{
    Client, Config, Connect, Event, Growing, PacketId, Publish, QoS, Request, RestoreError, SendError, Session, Slot,
    Subscription, Version,
};

use crate::mqtt::support::*;

const V: Version = Version::V5;

fn keep() -> Connect<'static> {
    Connect { clean_start: false, ..plain(V) }
}

/// The client, on the next connection with its session present.
fn reconnected(client: Client) -> Client {
    client_with(&keep(), &hex("20 03 01 00 00"), client.into_session(NOW), Config::default())
}

#[test]
fn mqtt_4_1_0_1() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    client.timeout(fourwire::Instant::from_secs(1_000_000), &mut Vec::new()).unwrap();
    assert_eq!(client.session().in_flight_count(), 1, "while the connection is there, the state is");
}

#[test]
fn mqtt_4_1_0_2() {
    let mut server = server(V);
    server.publishes("a", QoS::AtLeastOnce);
    let mut session = server.into_session(NOW);
    assert_eq!(session.timeout(NOW), Some(fourwire::mqtt::SessionEvent::Expired));
    assert!(!session.is_established() && session.in_flight_count() == 0);
}

#[test]
fn mqtt_4_4_0_1() {
    let mut client = client(V);
    client.publishes("one", QoS::AtLeastOnce);
    client.publishes("two", QoS::ExactlyOnce);
    client.publishes("three", QoS::ExactlyOnce);
    client.answer(&hex("50 02 0003"));
    let mut client = reconnected(client);
    assert!(client.is_resuming());
    let early = client.send(&Publish::new("four", b"").with_qos(QoS::AtLeastOnce), &mut Vec::new());
    assert_eq!(early, Err(SendError::Resuming), "new messages wait for the old ones");
    assert_eq!(client.again(), (hex("62 02 0003"), Some(1)));
    assert_eq!(client.resends(1, &Publish::new("one", b"x")), hex("3A 09 0003 6F6E65 0001 00 78"));
    assert_eq!(client.again(), (vec![], Some(2)));
    assert_eq!(client.resends(2, &Publish::new("two", b"x")), hex("3C 09 0003 74776F 0002 00 78"), "with its own QoS");
    assert_eq!(client.again(), (vec![], None));
    assert!(!client.is_resuming());
    assert_eq!(client.publishes("four", QoS::AtLeastOnce).0, 4);
}

#[test]
fn mqtt_4_6_0_1() {
    let mut client = client(V);
    for _ in 0..5 {
        client.publishes("a", QoS::AtLeastOnce);
    }
    // Identifiers are used again, so their order is not the order of the messages.
    client.answer(&hex("40 02 0002"));
    client.answer(&hex("40 02 0004"));
    assert_eq!(client.publishes("a", QoS::AtLeastOnce).0, 2);
    assert_eq!(client.publishes("a", QoS::AtLeastOnce).0, 4);
    let mut client = reconnected(client);
    let mut order = Vec::new();
    while let (_, Some(id)) = client.again() {
        client.resends(id, &Publish::new("a", b""));
        order.push(id);
    }
    assert_eq!(order, [1, 3, 5, 2, 4]);
}

#[test]
fn mqtt_4_6_0_4_on_the_next_connection() {
    let mut client = client(V);
    for _ in 0..3 {
        client.publishes("a", QoS::ExactlyOnce);
    }
    for id in [2, 3, 1] {
        client.answer(&[0x50, 2, 0, id]);
    }
    let (pubrels, _) = reconnected(client).again();
    assert_eq!(pubrels, hex("62 02 0002 62 02 0003 62 02 0001"), "in the order of the PUBRECs");
}

#[test]
fn a_request_that_is_pending_when_the_line_is_cut_leaks_nothing() {
    let mut client = client(V);
    client.subscribe(NOW, &[Subscription::new("a", QoS::AtMostOnce)], &mut Vec::new()).unwrap();
    let mut client = reconnected(client);
    assert!(!client.is_resuming());
    let ids: Vec<u16> = (0..3).map(|_| client.publishes("a", QoS::AtLeastOnce).0).collect();
    assert!(ids.contains(&1), "its identifier is free again: {ids:?}");
}

#[test]
fn the_window_opens_again_after_a_resume() {
    let one = hex("20 06 01 00 03 21 0001");
    let mut client = client(V);
    for _ in 0..3 {
        client.publishes("a", QoS::AtLeastOnce);
    }
    let mut client = client_with(&keep(), &one, client.into_session(NOW), Config::default());
    for id in 1..=3 {
        assert_eq!(client.again().1, Some(id), "one at a time");
        client.resends(id, &Publish::new("a", b""));
        assert_eq!(client.again().1, None);
        assert_eq!(client.is_resuming(), id < 3);
        client.answer(&packet(0x40, &[&id.to_be_bytes()]));
    }
    client.publishes("a", QoS::AtLeastOnce);
}

#[test]
fn a_message_without_a_body_is_given_up() {
    let mut client = client(V);
    client.publishes("a", QoS::AtLeastOnce);
    client.publishes("a", QoS::ExactlyOnce);
    let mut client = reconnected(client);
    let mut out = Vec::new();
    client.abandon(NOW, PacketId::new(1).unwrap(), &mut out).unwrap();
    assert!(out.is_empty());
    client.abandon(NOW, PacketId::new(2).unwrap(), &mut out).unwrap();
    assert_eq!(out, hex("62 02 0002"), "it may have arrived: the flow is brought to its end");
    assert!(matches!(client.event(&hex("70 03 0002 92")).0, Event::Published(_)));
    assert_eq!(client.session().in_flight_count(), 0);
}

#[test]
fn a_delivery_belongs_to_its_connection() {
    let config = Config { manual_ack: true, ..Config::default() };
    let lives = [fourwire::mqtt::Property::SessionExpiryInterval(60)];
    let mut first = server_with(&keep(), &lives, Session::new(), config);
    let publish = hex("32 07 0001 61 0009 00 78");
    let Request::Publish(_, old) = first.event(&publish).0 else { panic!() };
    let mut second = server_with(&keep(), &lives, first.into_session(NOW), config);
    assert_eq!(second.acknowledge(old), Err(SendError::StaleDelivery));
    let Request::Publish(_, new) = second.event(&publish).0 else { panic!("it comes again") };
    assert_eq!(second.acknowledge(old), Err(SendError::StaleDelivery));
    assert_eq!(second.acknowledge(new), Ok(hex("40 02 0009")));
}

#[test]
fn qos_2_is_remembered_across_connections() {
    let lives = [fourwire::mqtt::Property::SessionExpiryInterval(60)];
    let mut first = server_with(&keep(), &lives, Session::new(), Config::default());
    let (publish, again) = (hex("34 07 0001 61 0009 00 78"), hex("3C 07 0001 61 0009 00 78"));
    assert!(matches!(first.event(&publish).0, Request::Publish(..)));
    let mut second = server_with(&keep(), &lives, first.into_session(NOW), Config::default());
    assert!(matches!(second.event(&again).0, Request::Duplicate(_)));
    second.event(&hex("62 02 0009"));
    assert!(matches!(second.event(&publish).0, Request::Publish(..)));
}

/// Found by the laws: an acknowledgement that waited for its turn when the line was cut was forgotten.
#[test]
fn an_acknowledgement_that_is_held_counts() {
    let config = Config { manual_ack: true, ..Config::default() };
    let lives = [fourwire::mqtt::Property::SessionExpiryInterval(60)];
    let mut first = server_with(&keep(), &lives, Session::new(), config);
    let publish = |first, id| packet(first, &[&string("a"), &[0, id, 0]]);
    first.event(&publish(0x34, 1));
    let Request::Publish(_, second_message) = first.event(&publish(0x34, 2)).0 else { panic!() };
    assert_eq!(first.acknowledge(second_message), Ok(vec![]), "held");
    let mut saved = Vec::new();
    first.session().save(&mut saved).unwrap();
    assert_eq!(saved, hex("34774D01 0000 0000 0001 0002"));
    let mut again = server_with(&keep(), &lives, first.into_session(NOW), config);
    assert!(matches!(again.event(&publish(0x3C, 1)).0, Request::Publish(..)), "not acknowledged: it comes again");
    let (request, out) = again.event(&publish(0x3C, 2));
    assert!(matches!(request, Request::Duplicate(_)), "acknowledged: it does not");
    assert_eq!(out, hex("50 02 0002"));
}

#[test]
fn saved_and_restored() {
    let mut client = client(V);
    for topic in ["a", "b", "c", "d"] {
        client.publishes(topic, QoS::ExactlyOnce);
    }
    client.publishes("e", QoS::AtLeastOnce);
    client.answer(&hex("50 02 0003"));
    client.answer(&hex("70 02 0003"));
    client.answer(&hex("50 02 0002"));
    client.answer(&hex("34 07 0001 61 0777 00 78"));
    let session = client.into_session(NOW);
    let mut saved = Vec::new();
    session.save(&mut saved).unwrap();
    assert_eq!(saved.len(), session.saved_len());
    // Header; one release, three publishes, one record: 2; 1 and 4 with QoS 2, 5 with QoS 1; 0x0777.
    assert_eq!(saved, hex("34774D01 0001 0003 0001 0002 0001 0001 0004 0001 0005 0000 0777"));

    let restored = Session::restore(&saved, Growing::default()).unwrap();
    assert!(restored.in_flight().eq(session.in_flight()));
    let mut client = client_with(&keep(), &hex("20 03 01 00 00"), restored, Config::default());
    assert!(matches!(client.event(&hex("3C 07 0001 61 0777 00 78")).0, Event::Duplicate(_)));
    assert_eq!(client.again(), (hex("62 02 0002"), Some(1)));

    assert!(Session::restore(&saved, [Slot::EMPTY; 5]).is_ok());
    assert_eq!(Session::restore(&saved, [Slot::EMPTY; 4]).err(), Some(RestoreError::TooManyInFlight));
    for end in 0..saved.len() {
        assert_eq!(Session::restore(&saved[..end], Growing::default()).err(), Some(RestoreError::Malformed));
    }
    assert_eq!(Session::restore(&[saved, vec![0]].concat(), Growing::default()).err(), Some(RestoreError::Malformed));
}

#[test]
fn all_65_535_identifiers_at_once() {
    let (mut client, mut out) = (client(V), Vec::new());
    let message = Publish::new("a", b"").with_qos(QoS::ExactlyOnce);
    for id in 1..=65_535 {
        assert_eq!(client.send(&message, &mut out), Ok(id));
        out.clear();
    }
    assert_eq!(client.send(&message, &mut out), Err(SendError::WindowFull));
    // Acknowledged in an order of its own, each in the same time.
    for n in 0..65_535_u32 {
        let id = u16::try_from(n * 40_507 % 65_535 + 1).unwrap();
        client.answer(&packet(0x50, &[&id.to_be_bytes()]));
        client.answer(&packet(0x70, &[&id.to_be_bytes()]));
    }
    assert_eq!(client.session().in_flight_count(), 0);
    let mut server = server(V);
    for id in 1..=65_535_u16 {
        server.event(&packet(0x34, &[&string("a"), &id.to_be_bytes(), &[0]]));
    }
    for id in (1..=65_535_u16).rev() {
        server.event(&packet(0x62, &[&id.to_be_bytes()]));
    }
}
