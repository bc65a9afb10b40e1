//! ACK and NACK, in the three modes.

use fourwire::stomp::{
    AckMode, Client, Delivery, Event, Message, Outcome, Request, SendError, Server, Subscribe, Version, Violation, With,
};

use crate::stomp::support::{NOW, client, client_refuses, hears, message, reads, said, server, violates};

/// A client with one subscription in this mode, and so many messages of it.
fn delivered(version: Version, mode: AckMode, count: u32) -> (Client, Vec<Delivery>) {
    let mut client = client(version);
    client.subscribe(NOW, &Subscribe::to("/q").with_ack(mode), &mut Vec::new()).unwrap();
    let deliveries = (1..=count).map(|n| {
        let bytes = message(version, "1", n);
        match hears(&mut client, &bytes) {
            Event::Message(_, delivery) => delivery,
            other => panic!("{other:?}"),
        }
    });
    let deliveries = deliveries.collect();
    (client, deliveries)
}

/// A server that has delivered so many to one subscription in this mode, and keeps their numbers.
fn delivers(version: Version, mode: &str, count: u32) -> Server<u32> {
    let mut server = server(version);
    let subscribe = format!("SUBSCRIBE\ndestination:/q\nid:0\nack:{mode}\n\n\0");
    let Request::Subscribe(subscription, ..) = reads(&mut server, subscribe.as_bytes()) else { panic!() };
    for n in 1..=count {
        let delivery = server.deliver(NOW, subscription, &Message::to("/q", b""), &mut Vec::new()).unwrap();
        server.keep(delivery, n);
    }
    server
}

/// What this frame settles.
#[track_caller]
fn settles(server: &mut Server<u32>, frame: &str) -> Vec<(Outcome, u32)> {
    reads(server, frame.as_bytes());
    server.settled().map(|settled| (settled.outcome, settled.value.unwrap())).collect()
}

/// As the version names the nth message of the first subscription.
fn named(version: Version, command: &str, n: u32) -> String {
    match version {
        Version::V1_0 => format!("{command}\nmessage-id:1-{n}\n\n\0"),
        Version::V1_1 => format!("{command}\nsubscription:0\nmessage-id:1-{n}\n\n\0"),
        Version::V1_2 => format!("{command}\nid:1-{n}\n\n\0"),
    }
}

#[test]
fn ack_auto() {
    for version in Version::ALL {
        let (mut client, deliveries) = delivered(version, AckMode::Auto, 2);
        assert!(deliveries.iter().all(|delivery| !delivery.needs_ack()));
        let mut out = Vec::new();
        client.ack(NOW, deliveries[0], &mut out).unwrap();
        if version != Version::V1_0 {
            client.nack(NOW, deliveries[0], &mut out).unwrap();
        }
        assert!(out.is_empty(), "there is nothing to say");
        let mut server = delivers(version, "auto", 2);
        // Nor to hear, from one who says it none the less.
        assert_eq!(settles(&mut server, &named(version, "ACK", 2)), []);
        assert_eq!(settles(&mut server, &named(version, "ACK", 2)), []);
        violates(&mut server, named(version, "ACK", 3).as_bytes(), Violation::UnknownMessage);
    }
}

/// All up to this one.
#[test]
fn ack_client() {
    for version in Version::ALL {
        let (mut client, deliveries) = delivered(version, AckMode::Client, 4);
        let subscription = deliveries[0].subscription().unwrap();
        client.ack(NOW, deliveries[2], &mut Vec::new()).unwrap();
        assert_eq!(client.unacknowledged(subscription).collect::<Vec<_>>(), [deliveries[3]]);
        for delivery in &deliveries[..3] {
            assert_eq!(client.ack(NOW, *delivery, &mut Vec::new()), Err(SendError::StaleDelivery));
        }
        let mut server = delivers(version, "client", 4);
        let settled = settles(&mut server, &named(version, "ACK", 3));
        assert_eq!(settled, [1, 2, 3].map(|n| (Outcome::Acknowledged, n)));
        assert_eq!(settles(&mut server, &named(version, "ACK", 4)), [(Outcome::Acknowledged, 4)]);
    }
}

/// This one alone.
#[test]
fn ack_client_individual() {
    for version in [Version::V1_1, Version::V1_2] {
        let (mut client, deliveries) = delivered(version, AckMode::ClientIndividual, 3);
        let subscription = deliveries[0].subscription().unwrap();
        client.ack(NOW, deliveries[1], &mut Vec::new()).unwrap();
        assert_eq!(client.unacknowledged(subscription).collect::<Vec<_>>(), [deliveries[0], deliveries[2]]);
        let mut server = delivers(version, "client-individual", 3);
        assert_eq!(settles(&mut server, &named(version, "ACK", 2)), [(Outcome::Acknowledged, 2)]);
        assert_eq!(settles(&mut server, &named(version, "ACK", 1)), [(Outcome::Acknowledged, 1)]);
        assert_eq!(settles(&mut server, &named(version, "NACK", 3)), [(Outcome::Refused, 3)]);
    }
}

#[test]
fn ack_names() {
    for (version, names) in Version::ALL.into_iter().zip(["message-id:m1", "message-id:m1 subscription:1", "id:a1"]) {
        let (mut client, deliveries) = delivered(version, AckMode::Client, 1);
        assert_eq!(said(version, |out| client.ack(NOW, deliveries[0], out).unwrap()), format!("ACK {names}"));
    }
    for (version, names) in [(Version::V1_1, "message-id:m1 subscription:1"), (Version::V1_2, "id:a1")] {
        let (mut client, deliveries) = delivered(version, AckMode::Client, 1);
        assert_eq!(said(version, |out| client.nack(NOW, deliveries[0], out).unwrap()), format!("NACK {names}"));
    }
}

/// 1.2: a message that is to be acknowledged says by what.
#[test]
fn ack_name_missing() {
    let (mut client, _) = delivered(Version::V1_2, AckMode::Client, 0);
    let bytes = b"MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:1\n\n\0";
    assert_eq!(client_refuses(&mut client, bytes), Violation::NoAck.into());
    let (mut client, _) = delivered(Version::V1_2, AckMode::Auto, 0);
    assert!(matches!(hears(&mut client, bytes), Event::Message(..)));
}

/// 1.1: both headers are of the same message.
#[test]
fn ack_subscription() {
    let mut server = delivers(Version::V1_1, "client", 1);
    reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:other\nack:client\n\n\0");
    violates(&mut server, b"ACK\nsubscription:other\nmessage-id:1-1\n\n\0", Violation::UnknownMessage);
}

#[test]
fn ack_unknown() {
    for version in Version::ALL {
        for n in [0, 3, 1000] {
            let mut server = delivers(version, "client", 2);
            violates(&mut server, named(version, "ACK", n).as_bytes(), Violation::UnknownMessage);
        }
        let mut server = delivers(version, "client", 2);
        settles(&mut server, &named(version, "ACK", 2));
        violates(&mut server, named(version, "ACK", 1).as_bytes(), Violation::UnknownMessage);
        for id in ["", "-", "1-", "-1", "2-1", "1-1-1", "01-1", "1-01", "+1-1", "1-99999999999999999999", "x"] {
            let mut server = delivers(version, "client", 2);
            let bytes = format!("ACK\nsubscription:0\nmessage-id:{id}\nid:{id}\n\n\0");
            violates(&mut server, bytes.as_bytes(), Violation::UnknownMessage);
        }
    }
}

/// In the mode client it is for all up to this one, as ACK is.
#[test]
fn nack_client() {
    for version in [Version::V1_1, Version::V1_2] {
        let (mut client, deliveries) = delivered(version, AckMode::Client, 3);
        client.nack(NOW, deliveries[1], &mut Vec::new()).unwrap();
        assert_eq!(client.ack(NOW, deliveries[0], &mut Vec::new()), Err(SendError::StaleDelivery));
        let mut server = delivers(version, "client", 3);
        assert_eq!(settles(&mut server, &named(version, "NACK", 2)), [1, 2].map(|n| (Outcome::Refused, n)));
        assert_eq!(settles(&mut server, &named(version, "ACK", 3)), [(Outcome::Acknowledged, 3)]);
    }
}

/// 1.0 has no NACK.
#[test]
fn nack_since_1_1() {
    for mode in [AckMode::Auto, AckMode::Client] {
        let (mut client, deliveries) = delivered(Version::V1_0, mode, 2);
        let mut out = Vec::new();
        // Also of one that need not be acknowledged, or cannot be any more.
        client.ack(NOW, deliveries[0], &mut out).unwrap();
        out.clear();
        for delivery in deliveries.iter().copied() {
            assert_eq!(client.nack(NOW, delivery, &mut out), Err(SendError::NotInThisVersion));
            let receipt = client.nack_with(NOW, delivery, &With::RECEIPT, &mut out);
            assert_eq!((receipt, client.awaited_count()), (Err(SendError::NotInThisVersion), 0));
        }
        assert!(out.is_empty());
        client.ack(NOW, deliveries[1], &mut out).unwrap();
        assert_eq!(out.is_empty(), mode == AckMode::Auto);
    }
}

/// The connection is gone: what was not acknowledged can be delivered again.
#[test]
fn ack_missing() {
    for version in Version::ALL {
        let mut server = delivers(version, "client", 3);
        settles(&mut server, &named(version, "ACK", 1));
        let back: Vec<_> = server.end().map(|settled| (settled.outcome, settled.value)).collect();
        assert_eq!(back, [(Outcome::Returned, Some(2)), (Outcome::Returned, Some(3))]);
        assert_eq!(server.end().count(), 0);
        let mut auto = delivers(version, "auto", 3);
        assert_eq!(auto.end().count(), 0, "these were done with when they were sent");
    }
}
