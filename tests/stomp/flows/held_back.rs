//! What there is no room for waits until there is.

use fourwire::stomp::{
    AckMode, Config, Delivery, Event, Message, Receipt, Request, SendError, Server, Subscribe, Subscription, Version,
    With,
};

use crate::stomp::support::{NOW, Pair, client_with, hears, message, shown};

fn window(window: u32) -> Config {
    Config { window, ..Config::default() }
}

/// Both ends of a subscription in this mode.
fn subscribed(pair: &mut Pair, ack: AckMode) -> (Subscription, Subscription) {
    let ours = pair.client.subscribe(pair.now, &Subscribe::to("/q").with_ack(ack), &mut pair.up).unwrap();
    let theirs = pair.server(|request| match request {
        Request::Subscribe(subscription, mode, _) if mode == ack => subscription,
        other => panic!("{other:?}"),
    });
    (ours, theirs)
}

fn deliver(server: &mut Server<u32>, to: Subscription, out: &mut Vec<u8>) -> Result<Delivery, SendError> {
    server.deliver(NOW, to, &Message::to("/q", b"x"), out)
}

/// The client reads one message.
#[track_caller]
fn delivered(pair: &mut Pair) -> Delivery {
    pair.client(|event| match event {
        Event::Message(_, delivery) => delivery,
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_clients_window() {
    for version in Version::ALL {
        let mut pair = Pair::connected_with(version, window(2), Config::default());
        let (ours, theirs) = subscribed(&mut pair, AckMode::Client);
        for _ in 0..5 {
            deliver(&mut pair.server, theirs, &mut pair.down).unwrap();
        }
        let deliveries = [delivered(&mut pair), delivered(&mut pair)];
        assert!(!pair.client.is_held_back());
        for _ in 0..2 {
            assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None));
            assert!(pair.client.is_held_back());
        }
        // Line ends are not messages.
        assert_eq!(pair.client.receive(NOW, b"\n", &mut pair.up), Ok(Some((Event::HeartBeat, 1))));
        assert!(!pair.client.is_held_back());
        pair.client.ack(NOW, deliveries[0], &mut pair.up).unwrap();
        delivered(&mut pair);
        assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None));
        // All of them at once, and all go on.
        pair.client.ack(NOW, deliveries[1], &mut pair.up).unwrap();
        let last = delivered(&mut pair);
        pair.client.ack(NOW, last, &mut pair.up).unwrap();
        delivered(&mut pair);
        assert!(pair.down.is_empty());
        assert_eq!(pair.client.unacknowledged(ours).count(), 1);
    }
}

/// The window is one for all subscriptions. The end of one makes room; a transaction does when it ends.
#[test]
fn a_window_for_all() {
    let mut pair = Pair::connected_with(Version::V1_2, window(3), Config::default());
    let (one, to_one) = subscribed(&mut pair, AckMode::Client);
    let (_, to_other) = subscribed(&mut pair, AckMode::ClientIndividual);
    let (_, to_auto) = subscribed(&mut pair, AckMode::Auto);
    for to in [to_auto, to_one, to_one, to_other, to_auto, to_other, to_other] {
        deliver(&mut pair.server, to, &mut pair.down).unwrap();
    }
    for _ in 0..3 {
        delivered(&mut pair);
    }
    let held = delivered(&mut pair);
    // Behind them all have to wait: what comes first is read first.
    assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None));
    let transaction = pair.client.begin(NOW, &mut pair.up).unwrap();
    pair.client.ack_with(NOW, held, &With::transaction(transaction), &mut pair.up).unwrap();
    assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None), "it is not acknowledged for good");
    pair.client.commit(NOW, transaction, &mut pair.up).unwrap();
    delivered(&mut pair);
    delivered(&mut pair);
    assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None));
    pair.client.unsubscribe(NOW, one, &mut pair.up).unwrap();
    delivered(&mut pair);
    assert!(pair.down.is_empty());
}

/// Behind DISCONNECT nothing can be acknowledged; so a full window is in nobody's way.
#[test]
fn a_goodbye_is_not_held_back() {
    for version in Version::ALL {
        let mut pair = Pair::connected_with(version, window(1), Config::default());
        let (ours, theirs) = subscribed(&mut pair, AckMode::Client);
        for _ in 0..3 {
            deliver(&mut pair.server, theirs, &mut pair.down).unwrap();
        }
        let first = delivered(&mut pair);
        pair.client.disconnect(NOW, &mut pair.up).unwrap();
        let receipt = pair.server(|request| request.receipt()).unwrap();
        pair.server.receipt(NOW, receipt, &mut pair.down).unwrap();
        for _ in 0..2 {
            let late = delivered(&mut pair);
            assert!(late.needs_ack() && late != first);
            assert_eq!(late.subscription(), Some(ours));
            assert_eq!(pair.client.ack(NOW, late, &mut pair.up), Err(SendError::NotConnected));
        }
        // Nor are they kept.
        assert_eq!(pair.client.unacknowledged(ours).collect::<Vec<_>>(), [first]);
        pair.client(|event| assert_eq!(event, Event::Disconnected));
    }
}

#[test]
fn a_servers_window() {
    let mut pair = Pair::connected_with(Version::V1_1, Config::default(), window(2));
    let (_, theirs) = subscribed(&mut pair, AckMode::ClientIndividual);
    let (_, auto) = subscribed(&mut pair, AckMode::Auto);
    let first = deliver(&mut pair.server, theirs, &mut pair.down).unwrap();
    assert_eq!(pair.server.keep(first, 1), None);
    deliver(&mut pair.server, theirs, &mut pair.down).unwrap();
    let before = pair.down.len();
    let full = deliver(&mut pair.server, theirs, &mut pair.down);
    assert_eq!(full, Err(SendError::WindowFull));
    assert!(SendError::WindowFull.is_temporary() && pair.down.len() == before);
    deliver(&mut pair.server, auto, &mut pair.down).unwrap();
    let delivery = delivered(&mut pair);
    pair.client.ack(NOW, delivery, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Ack(acked, _) if acked == first)));
    assert_eq!(pair.server.settled().next().unwrap().value, Some(1));
    deliver(&mut pair.server, theirs, &mut pair.down).unwrap();
    assert_eq!(pair.server.unacknowledged_count(theirs), 2);
}

#[test]
fn receipts_that_are_owed() {
    for version in Version::ALL {
        let config = Config { receipts: 2, ..Config::default() };
        let mut pair = Pair::connected_with(version, Config::default(), config);
        for with in [With::RECEIPT, With::RECEIPT, With::default(), With::RECEIPT] {
            pair.client.send_with(NOW, &Message::to("/q", b"x"), &with, &mut pair.up).unwrap();
        }
        let mut owed: Vec<Receipt> = Vec::new();
        owed.extend(pair.server(|request| request.receipt()));
        owed.extend(pair.server(|request| request.receipt()));
        // Also the frame that wants none: what comes first is read first.
        assert_eq!(pair.server.receive(NOW, &pair.up, &mut pair.down), Ok(None));
        assert!(pair.server.is_held_back());
        assert_eq!(pair.server.receive(NOW, b"\n", &mut pair.down), Ok(Some((Request::HeartBeat, 1))));
        assert!(!pair.server.is_held_back());
        pair.server.receipt(NOW, owed[1], &mut pair.down).unwrap();
        pair.server(|request| assert_eq!(request.receipt(), None));
        pair.server(|request| owed.extend(request.receipt()));
        assert_eq!((owed.len(), pair.up.len()), (3, 0));
        pair.server.receipt(NOW, owed[2], &mut pair.down).unwrap();
        pair.server.receipt(NOW, owed[0], &mut pair.down).unwrap();
        assert_eq!(
            shown(Some(version), &pair.down),
            ["RECEIPT receipt-id:2", "RECEIPT receipt-id:3", "RECEIPT receipt-id:1"]
        );
    }
}

/// More receipts than that are not asked for; but one can always say goodbye.
#[test]
fn receipts_that_are_awaited() {
    let mut client = client_with(Version::V1_2, Config { receipts: 1, ..Config::default() });
    let send = Message::to("/q", b"");
    client.send_with(NOW, &send, &With::RECEIPT, &mut Vec::new()).unwrap();
    let mut out = Vec::new();
    assert_eq!(client.send_with(NOW, &send, &With::RECEIPT, &mut out), Err(SendError::WindowFull));
    let subscribe = client.subscribe_with(NOW, &Subscribe::to("/q"), &With::RECEIPT, &mut out);
    assert_eq!(subscribe, Err(SendError::WindowFull));
    assert_eq!(client.begin_with(NOW, &With::RECEIPT, &mut out), Err(SendError::WindowFull));
    assert!(out.is_empty());
    client.send(NOW, &send, &mut out).unwrap();
    hears(&mut client, b"RECEIPT\nreceipt-id:1\n\n\0");
    client.send_with(NOW, &send, &With::RECEIPT, &mut out).unwrap();
    out.clear();
    client.disconnect(NOW, &mut out).unwrap();
    assert_eq!(shown(Some(Version::V1_2), &out), ["DISCONNECT receipt:3"]);
    hears(&mut client, b"RECEIPT\nreceipt-id:2\n\n\0");
    assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:3\n\n\0"), Event::Disconnected);
}

/// A message that is half there when the window is full: it is read when the rest is there and so is room.
#[test]
fn half_a_message() {
    let mut client = client_with(Version::V1_2, window(1));
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
    let (one, two) = (message(Version::V1_2, "1", 1), message(Version::V1_2, "1", 2));
    let Event::Message(_, delivery) = hears(&mut client, &one) else { panic!() };
    for end in 1..two.len() {
        assert_eq!(client.receive(NOW, &two[..end], &mut Vec::new()), Ok(None));
        assert!(client.is_held_back());
    }
    client.ack(NOW, delivery, &mut Vec::new()).unwrap();
    for end in 1..two.len() {
        assert_eq!(client.receive(NOW, &two[..end], &mut Vec::new()), Ok(None));
        assert!(!client.is_held_back());
    }
    assert!(matches!(hears(&mut client, &two), Event::Message(..)));
}
