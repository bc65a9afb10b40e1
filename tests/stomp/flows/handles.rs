//! Handles that are of no use any more, messages that are nobody's, and 1.0, which names nothing.

use fourwire::stomp::{
    Accept, AckMode, Client, Config, Connect, Event, Message, Request, SendError, Server, Session, Subscribe, Version,
    With,
};

use crate::stomp::support::{NOW, Pair, client, hears, message, reads, said, server};

/// The next connection of a client, of the same version.
fn again(client: Client, version: Version) -> Client {
    let mut client = Client::new(Config::default(), client.into_session());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    hears(&mut client, if version == Version::V1_0 { b"CONNECTED\n\n\0" } else { b"CONNECTED\nversion:1.2\n\n\0" });
    client
}

/// What a client knew on an earlier connection hits nothing on the next, though all numbers are the same.
#[test]
fn a_clients_of_an_earlier_connection() {
    let version = Version::V1_2;
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    let mut out = Vec::new();
    let mut old = client(version);
    let subscription = old.subscribe(NOW, &subscribe, &mut out).unwrap();
    let transaction = old.begin(NOW, &mut out).unwrap();
    let bytes = message(version, "1", 1);
    let Event::Message(_, delivery) = hears(&mut old, &bytes) else { panic!() };
    let mut client = again(old, version);
    assert_ne!(client.subscribe(NOW, &subscribe, &mut out), Ok(subscription));
    assert_ne!(client.begin(NOW, &mut out), Ok(transaction));
    let Event::Message(_, now) = hears(&mut client, &bytes) else { panic!() };
    assert_ne!(now, delivery);
    out.clear();
    assert_eq!(client.ack(NOW, delivery, &mut out), Err(SendError::StaleDelivery));
    assert_eq!(client.nack(NOW, delivery, &mut out), Err(SendError::StaleDelivery));
    assert_eq!(client.unsubscribe(NOW, subscription, &mut out), Err(SendError::StaleSubscription));
    assert_eq!(client.commit(NOW, transaction, &mut out), Err(SendError::StaleTransaction));
    assert_eq!(client.abort(NOW, transaction, &mut out), Err(SendError::StaleTransaction));
    let with = With::transaction(transaction);
    assert_eq!(client.ack_with(NOW, now, &with, &mut out), Err(SendError::StaleTransaction));
    assert_eq!(client.send_with(NOW, &Message::to("/q", b""), &with, &mut out), Err(SendError::StaleTransaction));
    assert!(client.unacknowledged(subscription).next().is_none() && out.is_empty());
    client.ack(NOW, now, &mut out).unwrap();
    assert_eq!(client.ack(NOW, now, &mut out), Err(SendError::StaleDelivery), "once");
}

#[test]
fn an_automatic_one_of_an_earlier_connection() {
    let mut old = client(Version::V1_0);
    old.subscribe(NOW, &Subscribe::to("/q"), &mut Vec::new()).unwrap();
    let Event::Message(_, delivery) = hears(&mut old, b"MESSAGE\ndestination:/q\nmessage-id:1\n\n\0") else { panic!() };
    assert!(!delivery.needs_ack());
    assert_eq!(again(old, Version::V1_0).ack(NOW, delivery, &mut Vec::new()), Err(SendError::StaleDelivery));
}

#[test]
fn a_servers_of_an_earlier_connection() {
    let subscribe = b"SUBSCRIBE\ndestination:/q\nid:0\nack:client\nreceipt:1\n\n\0";
    let mut old = server(Version::V1_2);
    let Request::Subscribe(subscription, _, asked) = reads(&mut old, subscribe) else { panic!() };
    let delivery = old.deliver(NOW, subscription, &Message::to("/q", b""), &mut Vec::new()).unwrap();
    let mut server = Server::new(NOW, Config::default(), old.into_session());
    reads(&mut server, b"CONNECT\naccept-version:1.2\nhost:/\n\n\0");
    server.accept(NOW, &Accept::default(), &mut Vec::new()).unwrap();
    let Request::Subscribe(now, _, asked_now) = reads(&mut server, subscribe) else { panic!() };
    server.deliver(NOW, now, &Message::to("/q", b""), &mut Vec::new()).unwrap();
    assert!(now != subscription && asked_now.receipt != asked.receipt);
    let mut out = Vec::new();
    let late = server.deliver(NOW, subscription, &Message::to("/q", b""), &mut out);
    assert_eq!(late, Err(SendError::StaleSubscription));
    assert_eq!(server.receipt(NOW, asked.receipt.unwrap(), &mut out), Err(SendError::StaleReceipt));
    let farewell = fourwire::stomp::Farewell { receipt: asked.receipt, ..Default::default() };
    assert_eq!(server.error(NOW, &farewell, &mut out), Err(SendError::StaleReceipt));
    assert_eq!(server.keep(delivery, 7), Some(7), "it comes back");
    assert_eq!(server.unacknowledged_count(subscription), 0);
    assert!(out.is_empty() && server.is_connected());
}

#[test]
fn of_a_subscription_that_has_ended() {
    let mut pair = Pair::connected(Version::V1_2);
    let subscribe = Subscribe::to("/q").with_ack(AckMode::Client);
    let subscription = pair.client.subscribe(NOW, &subscribe, &mut pair.up).unwrap();
    let Some(theirs) = pair.server(|request| match request {
        Request::Subscribe(subscription, ..) => Some(subscription),
        _ => None,
    }) else {
        panic!()
    };
    for _ in 0..2 {
        pair.server.deliver(NOW, theirs, &Message::to("/q", b""), &mut pair.down).unwrap();
    }
    let delivery = pair.client(|event| match event {
        Event::Message(_, delivery) => delivery,
        other => panic!("{other:?}"),
    });
    pair.client.unsubscribe(NOW, subscription, &mut pair.up).unwrap();
    assert_eq!(pair.client.ack(NOW, delivery, &mut pair.up), Err(SendError::StaleDelivery));
    // The other was on its way. It is nobody's, and so there is nothing to say about it.
    pair.client(|event| match event {
        Event::Message(_, delivery) => assert!(delivery.subscription().is_none() && !delivery.needs_ack()),
        other => panic!("{other:?}"),
    });
    assert_eq!(pair.client.unacknowledged(subscription).count(), 0);
}

/// RabbitMQ answers to temporary queues that nobody has subscribed to.
#[test]
fn a_message_of_an_unknown_subscription() {
    for version in Version::ALL {
        let mut client = client(version);
        client.subscribe(NOW, &Subscribe::to("/q").with_ack(AckMode::Client), &mut Vec::new()).unwrap();
        let bytes = message(version, "/temp-queue/replies", 1);
        let Event::Message(frame, delivery) = hears(&mut client, &bytes) else { panic!() };
        assert_eq!(frame.get("subscription").unwrap(), "/temp-queue/replies");
        assert!(delivery.subscription().is_none() && !delivery.needs_ack());
        let mut out = Vec::new();
        client.ack(NOW, delivery, &mut out).unwrap();
        assert!(out.is_empty(), "there is nothing to say");
    }
}

/// 1.0 need not say whose a message is: that of the only subscription, or nobody's.
#[test]
fn messages_without_a_subscription() {
    let mut client = client(Version::V1_0);
    let bytes = b"MESSAGE\ndestination:/q\nmessage-id:a1\n\n\0";
    let whose = |client: &mut Client| match hears(client, bytes) {
        Event::Message(_, delivery) => delivery.subscription(),
        other => panic!("{other:?}"),
    };
    assert_eq!(whose(&mut client), None);
    let subscribe = Subscribe::to("/q").with_ack(AckMode::Client);
    let only = client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
    assert_eq!(whose(&mut client), Some(only));
    let delivery = client.unacknowledged(only).next().unwrap();
    assert_eq!(said(Version::V1_0, |out| client.ack(NOW, delivery, out)), "ACK message-id:a1");
    client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
    assert_eq!(whose(&mut client), None);
}

/// A 1.0 client that names nothing, from beginning to end.
#[test]
fn a_client_that_names_nothing() {
    let mut server: Server<u32> = Server::new(NOW, Config::default(), Session::new());
    assert!(
        matches!(reads(&mut server, b"CONNECT\nlogin: me\npasscode:x\n\n\0"), Request::Connect(login) if login.version == Version::V1_0)
    );
    server.accept(NOW, &Accept { session: Some("77".into()), ..Accept::default() }, &mut Vec::new()).unwrap();
    let request = reads(&mut server, b"SUBSCRIBE\ndestination:/queue/a\nack:client\n\n\0");
    let Request::Subscribe(subscription, AckMode::Client, _) = request else { panic!("{request:?}") };
    for n in 1..=2 {
        let mut out = Vec::new();
        let delivery = server.deliver(NOW, subscription, &Message::to("/queue/a", b"x"), &mut out).unwrap();
        server.keep(delivery, n);
        assert_eq!(out, format!("MESSAGE\ndestination:/queue/a\nmessage-id:77-1-{n}\n\nx\0").as_bytes());
    }
    reads(&mut server, b"ACK\nmessage-id:77-1-2\n\n\0");
    assert_eq!(server.settled().map(|settled| settled.value.unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert!(
        matches!(reads(&mut server, b"UNSUBSCRIBE\ndestination:/queue/a\n\n\0"), Request::Unsubscribe(ended, _) if ended == subscription)
    );
    reads(&mut server, b"DISCONNECT\n\n\0");
    assert!(server.is_closed());
}

/// What is kept comes back when there is nothing to keep it for.
#[test]
fn keeping() {
    let mut server = server(Version::V1_2);
    let Request::Subscribe(auto, ..) = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\n\n\0") else { panic!() };
    let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:1\nack:client-individual\n\n\0");
    let Request::Subscribe(subscription, ..) = request else { panic!("{request:?}") };
    let send = Message::to("/q", b"");
    let sent = server.deliver(NOW, auto, &send, &mut Vec::new()).unwrap();
    assert!(!sent.needs_ack() && server.keep(sent, 1) == Some(1));
    let sent = server.deliver(NOW, subscription, &send, &mut Vec::new()).unwrap();
    assert_eq!((server.keep(sent, 2), server.keep(sent, 3)), (None, Some(2)));
    reads(&mut server, b"ACK\nid:2-1\n\n\0");
    assert_eq!(server.keep(sent, 4), Some(4));
    // What is not taken is dropped with the next frame.
    reads(&mut server, b"\n");
    assert_eq!(server.settled().count(), 0);
}
