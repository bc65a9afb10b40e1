//! SUBSCRIBE and UNSUBSCRIBE.

use fourwire::stomp::{
    AckMode, Event, Header, HeaderName, Message, Outcome, Request, SendError, Server, Subscribe, Subscription, Version,
    Violation, With,
};

use crate::stomp::support::{NOW, client, hears, message, reads, said, says, server, shown, violates};

/// The server's subscription that this SUBSCRIBE makes, and its mode.
#[track_caller]
fn subscribes(server: &mut Server<u32>, frame: &str) -> (Subscription, AckMode) {
    match reads(server, frame.as_bytes()) {
        Request::Subscribe(subscription, mode, _) => (subscription, mode),
        other => panic!("{other:?}"),
    }
}

#[test]
fn subscribe_id() {
    for version in Version::ALL {
        let mut client = client(version);
        let (one, sent) = says(version, |out| client.subscribe(NOW, &Subscribe::to("/q"), out).unwrap());
        assert_eq!(sent, "SUBSCRIBE destination:/q id:1");
        let (two, sent) = says(version, |out| client.subscribe(NOW, &Subscribe::to("/q"), out).unwrap());
        assert_eq!(sent, "SUBSCRIBE destination:/q id:2");
        assert_ne!(one, two);
        client.unsubscribe(NOW, two, &mut Vec::new()).unwrap();
        let sent = said(version, |out| client.subscribe(NOW, &Subscribe::to("/q"), out).unwrap());
        assert_eq!(sent, "SUBSCRIBE destination:/q id:3", "its messages may still be on their way");
    }
}

#[test]
fn subscribe_id_chosen() {
    let mut client = client(Version::V1_2);
    let named = |id: &'static str| Subscribe { id: Some(id.into()), ..Subscribe::to("/q") };
    let (one, sent) = says(Version::V1_2, |out| client.subscribe(NOW, &named("durable:1"), out).unwrap());
    assert_eq!(sent, "SUBSCRIBE destination:/q id:durable:1");
    let mut out = Vec::new();
    assert_eq!(client.subscribe(NOW, &named("durable:1"), &mut out), Err(SendError::SubscriptionInUse));
    assert!(out.is_empty());
    let bytes = message(Version::V1_2, "durable\\c1", 1);
    let Event::Message(_, delivery) = hears(&mut client, &bytes) else { panic!() };
    assert_eq!(delivery.subscription(), Some(one));
    client.unsubscribe(NOW, one, &mut out).unwrap();
    assert_eq!(shown(Some(Version::V1_2), &out), ["UNSUBSCRIBE id:durable:1"]);
    // Then it is free again.
    let again = client.subscribe(NOW, &named("durable:1"), &mut out).unwrap();
    assert_ne!(again, one);
}

/// A number that somebody has chosen is not given to another.
#[test]
fn subscribe_id_free() {
    let mut client = client(Version::V1_1);
    for id in ["2", "3"] {
        let named = Subscribe { id: Some(id.into()), ..Subscribe::to("/q") };
        client.subscribe(NOW, &named, &mut Vec::new()).unwrap();
    }
    let mut ids = vec!["2".to_owned(), "3".to_owned()];
    for _ in 0..3 {
        let sent = said(Version::V1_1, |out| client.subscribe(NOW, &Subscribe::to("/q"), out).unwrap());
        ids.push(sent.split("id:").nth(1).unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5, "{ids:?}");
}

#[test]
fn subscribe_id_in_use() {
    for version in Version::ALL {
        let mut server = server(version);
        subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:0\n\n\0");
        let bytes = b"SUBSCRIBE\ndestination:/b\nid:0\n\n\0";
        violates(&mut server, bytes, Violation::SubscriptionInUse);
    }
}

#[test]
fn subscribe_id_again() {
    for version in Version::ALL {
        let mut server = server(version);
        let (one, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:0\n\n\0");
        assert!(
            matches!(reads(&mut server, b"UNSUBSCRIBE\nid:0\n\n\0"), Request::Unsubscribe(ended, _) if ended == one)
        );
        let (two, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:0\n\n\0");
        assert_ne!(one, two);
        let late = server.deliver(NOW, one, &Message::to("/a", b""), &mut Vec::new());
        assert_eq!(late, Err(SendError::StaleSubscription));
    }
}

/// In 1.0 the `id` may be missing: then the destination is its name.
#[test]
fn subscribe_without_id() {
    let mut server = server(Version::V1_0);
    let (a, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\n\n\0");
    // What is called like it is another one.
    let (named, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/c\nid:/a\n\n\0");
    let (b, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/b\n\n\0");
    assert!(a != b && a != named);
    let sent = said(Version::V1_0, |out| server.deliver(NOW, b, &Message::to("/b", b"x"), out).unwrap());
    assert_eq!(sent, "MESSAGE destination:/b message-id:3-1 [x]");
    assert!(
        matches!(reads(&mut server, b"UNSUBSCRIBE\ndestination:/a\n\n\0"), Request::Unsubscribe(ended, _) if ended == a)
    );
    assert!(
        matches!(reads(&mut server, b"UNSUBSCRIBE\nid:/a\n\n\0"), Request::Unsubscribe(ended, _) if ended == named)
    );
    violates(&mut server, b"UNSUBSCRIBE\ndestination:/a\n\n\0", Violation::UnknownSubscription);
}

#[test]
fn subscribe_ack_default() {
    for version in Version::ALL {
        let mut server = server(version);
        let (_, mode) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:0\n\n\0");
        assert_eq!(mode, AckMode::Auto);
        let mut client = client(version);
        let sent = said(version, |out| client.subscribe(NOW, &Subscribe::to("/a"), out).unwrap());
        assert_eq!(sent, "SUBSCRIBE destination:/a id:1");
    }
}

#[test]
fn subscribe_ack_modes() {
    let modes = [AckMode::Auto, AckMode::Client, AckMode::ClientIndividual];
    for version in Version::ALL {
        for (mode, name) in modes.into_iter().zip(["auto", "client", "client-individual"]) {
            let mut client = client(version);
            let mut out = Vec::new();
            let asked = client.subscribe(NOW, &Subscribe::to("/a").with_ack(mode), &mut out);
            let frame = format!("SUBSCRIBE\ndestination:/a\nid:1\nack:{name}\n\n\0");
            if version == Version::V1_0 && mode == AckMode::ClientIndividual {
                assert_eq!(asked, Err(SendError::NotInThisVersion));
                assert!(out.is_empty());
                violates(&mut server(version), frame.as_bytes(), Violation::AckMode);
                continue;
            }
            asked.unwrap();
            assert_eq!(subscribes(&mut server(version), &frame).1, mode);
            assert_eq!(reads(&mut server(version), &out), reads(&mut server(version), &out));
            assert_eq!(subscribes(&mut server(version), core::str::from_utf8(&out).unwrap()).1, mode);
        }
        for wrong in ["", "Auto", "client_individual", "none"] {
            let frame = format!("SUBSCRIBE\ndestination:/a\nid:1\nack:{wrong}\n\n\0");
            violates(&mut server(version), frame.as_bytes(), Violation::AckMode);
        }
    }
}

/// 1.0 prints its headers with a blank behind the colon.
#[test]
fn subscribe_ack_padded() {
    let mut old = server(Version::V1_0);
    let (subscription, mode) = subscribes(&mut old, "SUBSCRIBE\ndestination: /queue/foo\nack: client\n\n\0");
    assert_eq!(mode, AckMode::Client);
    let sent = said(Version::V1_0, |out| old.deliver(NOW, subscription, &Message::to("/a", b""), out).unwrap());
    assert_eq!(sent, "MESSAGE destination:/a message-id:1-1");
    assert!(matches!(reads(&mut old, b"ACK\nmessage-id: 1-1\n\n\0"), Request::Ack(..)));
    for version in [Version::V1_1, Version::V1_2] {
        let bytes = b"SUBSCRIBE\ndestination:/a\nid:1\nack: client\n\n\0";
        violates(&mut server(version), bytes, Violation::AckMode);
    }
    let mut client = client(Version::V1_0);
    let subscribe = Subscribe::to("/a").with_ack(AckMode::Client);
    let (ours, receipt) = client.subscribe_with(NOW, &subscribe, &With::RECEIPT, &mut Vec::new()).unwrap();
    assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id: 1\n\n\0"), Event::Receipt(receipt.unwrap()));
    let event = hears(&mut client, b"MESSAGE\ndestination: /a\nmessage-id: 7\nsubscription: 1\n\n\0");
    let Event::Message(_, delivery) = event else { panic!("{event:?}") };
    assert_eq!(delivery.subscription(), Some(ours));
    let mut out = Vec::new();
    client.ack(NOW, delivery, &mut out).unwrap();
    assert_eq!(out, b"ACK\nmessage-id: 7\n\n\0", "as the server wrote it");
}

#[test]
fn subscribe_headers() {
    let mut client = client(Version::V1_2);
    let headers = [Header::new("prefetch-count", "10"), Header::new("selector", "a = 'b'")];
    let subscribe = Subscribe { headers: (&headers).into(), ..Subscribe::to("/q") };
    let sent = said(Version::V1_2, |out| client.subscribe(NOW, &subscribe, out).unwrap());
    assert_eq!(sent, "SUBSCRIBE destination:/q id:1 prefetch-count:10 selector:a = 'b'");
    for own in [HeaderName::Destination, HeaderName::Id, HeaderName::Ack, HeaderName::Receipt] {
        let headers = [Header::new(own.as_str(), "x")];
        let subscribe = Subscribe { headers: (&headers).into(), ..Subscribe::to("/q") };
        assert_eq!(client.subscribe(NOW, &subscribe, &mut Vec::new()), Err(SendError::Header(own)));
    }
}

#[test]
fn unsubscribe_id() {
    for version in Version::ALL {
        let mut client = client(version);
        let subscription = client.subscribe(NOW, &Subscribe::to("/q"), &mut Vec::new()).unwrap();
        let headers = [Header::new("durable", "true")];
        let with = With { headers: (&headers).into(), ..With::default() };
        let sent = said(version, |out| client.unsubscribe_with(NOW, subscription, &with, out).unwrap());
        assert_eq!(sent, "UNSUBSCRIBE durable:true id:1");
        assert_eq!(client.unsubscribe(NOW, subscription, &mut Vec::new()), Err(SendError::StaleSubscription));
    }
}

#[test]
fn unsubscribe_unknown() {
    for version in Version::ALL {
        violates(&mut server(version), b"UNSUBSCRIBE\nid:0\n\n\0", Violation::UnknownSubscription);
    }
}

/// What was not acknowledged goes elsewhere, and can be acknowledged no more.
#[test]
fn unsubscribe_returns() {
    let mut server = server(Version::V1_2);
    let (one, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:0\nack:client\n\n\0");
    let (other, _) = subscribes(&mut server, "SUBSCRIBE\ndestination:/a\nid:1\nack:client\n\n\0");
    for (subscription, value) in [(one, 1), (other, 2), (one, 3)] {
        let delivery = server.deliver(NOW, subscription, &Message::to("/a", b""), &mut Vec::new()).unwrap();
        assert_eq!(server.keep(delivery, value), None);
    }
    reads(&mut server, b"UNSUBSCRIBE\nid:0\n\n\0");
    let settled: Vec<_> = server.settled().map(|settled| (settled.outcome, settled.value)).collect();
    assert_eq!(settled, [(Outcome::Returned, Some(1)), (Outcome::Returned, Some(3))]);
    assert_eq!((server.unacknowledged_count(one), server.unacknowledged_count(other)), (0, 1));
    violates(&mut server, b"ACK\nid:1-1\n\n\0", Violation::UnknownMessage);
}
