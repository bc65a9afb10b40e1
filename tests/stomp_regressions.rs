//! Bugs that were there, each named for what it did.
#![cfg(all(feature = "stomp", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use core::time::Duration;

use fourwire::Instant;
use fourwire::stomp::{
    AckMode, Client, Config, Connect, Error, ErrorKind, Event, Header, HeaderName, HeartBeat, Leniencies, Limits,
    Message, Outcome, Request, SendError, Server, Session, Settled, Subscribe, Timeout, Version, Versions, Violation,
    With,
};

const NOW: Instant = Instant::from_secs(1);

/// A client that is connected.
fn client(config: Config) -> Client {
    let mut client = Client::new(config, Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    let connected = b"CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0";
    client.receive(NOW, connected, &mut Vec::new()).unwrap().unwrap();
    client
}

/// A server whose client is connected.
fn server(config: Config, version: &str) -> Server<u8> {
    let mut server = Server::new(NOW, config, Session::new());
    let connect = format!("CONNECT\naccept-version:{version}\nhost:/\nheart-beat:10000,10000\n\n\0");
    server.receive(NOW, connect.as_bytes(), &mut Vec::new()).unwrap().unwrap();
    server.accept(NOW, &Default::default(), &mut Vec::new()).unwrap();
    server
}

/// It read nothing any more, and took that for a client that is gone.
#[test]
fn server_that_owed_receipts_after_disconnect_gave_its_client_up() {
    let mut server = server(Config::default(), "1.2");
    let disconnect = b"DISCONNECT\nreceipt:77\n\n\0";
    let Ok(Some((Request::Disconnect(asked), _))) = server.receive(NOW, disconnect, &mut Vec::new()) else {
        panic!("it is a DISCONNECT");
    };
    let mut out = Vec::new();
    for seconds in [5, 10, 15, 20, 25] {
        assert_eq!(server.timeout(NOW.after(Duration::from_secs(seconds)), &mut out), Ok(()));
    }
    assert_eq!(out, b"\n\n\n\n\n");
    server.receipt(NOW, asked.receipt.unwrap(), &mut out).unwrap();
    assert!(server.is_closed() && server.deadline().is_none());
}

/// Who comes late finds both due: a heart-beat to send, and a peer that is gone.
#[test]
fn dead_peer_was_sent_a_heart_beat_first() {
    let config = Config { heart_beat: HeartBeat::every(Duration::from_secs(10)), ..Config::default() };
    let late = NOW.after(Duration::from_secs(60));
    let mut out = Vec::new();
    assert_eq!(client(config).timeout(late, &mut out), Err(Error::Timeout(Timeout::HeartBeat)));
    assert_eq!(out, b"");
    assert_eq!(server(config, "1.2").timeout(late, &mut out), Err(Error::Timeout(Timeout::HeartBeat)));
    assert!(out.starts_with(b"ERROR\n"));
}

/// A message for which there was no room was in front of the receipt of DISCONNECT; and behind DISCONNECT nothing can be
/// acknowledged that would make room.
#[test]
fn client_with_a_full_window_was_never_disconnected() {
    let mut client = client(Config { window: 1, ..Config::default() });
    let subscription = client.subscribe(NOW, &Subscribe::to("a").with_ack(AckMode::Client), &mut Vec::new()).unwrap();
    let message = b"MESSAGE\ndestination:a\nmessage-id:1\nsubscription:1\nack:1\n\n\0";
    client.receive(NOW, message, &mut Vec::new()).unwrap().unwrap();
    assert_eq!(client.receive(NOW, message, &mut Vec::new()), Ok(None));
    assert!(client.is_held_back());
    client.disconnect(NOW, &mut Vec::new()).unwrap();
    let Ok(Some((Event::Message(_, delivery), _))) = client.receive(NOW, message, &mut Vec::new()) else {
        panic!("it is held back for ever");
    };
    // It comes again, as all that was not acknowledged: not on this connection.
    assert!(delivery.needs_ack() && delivery.number() == 2 && delivery.subscription() == Some(subscription));
    assert_eq!(client.ack(NOW, delivery, &mut Vec::new()), Err(SendError::NotConnected));
    assert_eq!(client.unacknowledged(subscription).count(), 1);
    let receipt = b"RECEIPT\nreceipt-id:1\n\n\0";
    assert_eq!(client.receive(NOW, receipt, &mut Vec::new()), Ok(Some((Event::Disconnected, receipt.len()))));
}

/// Nothing that the application can do would let it go on.
#[test]
fn what_is_closed_was_held_back() {
    let mut server = server(Config { receipts: 1, ..Config::default() }, "1.2");
    let begin = b"BEGIN\ntransaction:t\nreceipt:1\n\n\0";
    server.receive(NOW, begin, &mut Vec::new()).unwrap().unwrap();
    assert_eq!(server.receive(NOW, begin, &mut Vec::new()), Ok(None));
    assert!(server.is_held_back());
    server.error(NOW, &Default::default(), &mut Vec::new()).unwrap();
    assert_eq!(server.receive(NOW, begin, &mut Vec::new()), Ok(None));
    assert!(!server.is_held_back());
}

/// Headers may be missing, by leave: but each MESSAGE names its subscription, and one that had no name got none.
#[test]
fn subscription_without_an_id_could_not_be_delivered_to() {
    let leniencies = Leniencies { missing_headers: true, ..Leniencies::default() };
    for version in ["1.1", "1.2"] {
        let mut server = server(Config { leniencies, ..Config::default() }, version);
        let answer = server.receive(NOW, b"SUBSCRIBE\ndestination:a\n\n\0", &mut Vec::new());
        let Err(Error::Decode(error)) = answer else { panic!("{answer:?}") };
        assert_eq!(error.kind, ErrorKind::MissingHeader(HeaderName::Id));
    }
}

/// What the application said with a message that it forwards was dropped where it had the name of a header that is a
/// machine's to say in a MESSAGE.
#[test]
fn header_said_with_a_forwarded_message_was_dropped() {
    let (mut from, mut to) = (client(Config::default()), client(Config::default()));
    let frame = b"MESSAGE\ndestination:/q\nmessage-id:7\nsubscription:1\nx:1\n\nhi\0";
    let Ok(Some((Event::Message(frame, _), _))) = from.receive(NOW, frame, &mut Vec::new()) else {
        panic!("it is a MESSAGE");
    };
    let told = ["message-id", "subscription", "ack"].map(|name| Header::new(name, "told"));
    let with = With { headers: (&told).into(), ..With::default() };
    let mut out = Vec::new();
    to.send_with(NOW, &Message::forward(&frame), &with, &mut out).unwrap();
    assert_eq!(out, b"SEND\ndestination:/q\nx:1\nmessage-id:told\nsubscription:told\nack:told\n\nhi\0");
}

/// A transaction that `With` named for a frame that can be in none was not looked at: but the frame's receipt went with it, was
/// never late, and given up by ABORT, even by the one that had asked for it.
#[test]
fn receipt_of_what_is_in_no_transaction_was_given_up_with_one() {
    let (mut client, mut out) = (client(Config::default()), Vec::new());
    let transaction = client.begin(NOW, &mut out).unwrap();
    let with = With { receipt: true, ..With::transaction(transaction) };
    let wrong = SendError::NotInTransaction;
    assert_eq!(client.subscribe_with(NOW, &Subscribe::to("a"), &with, &mut out), Err(wrong));
    assert_eq!(client.abort_with(NOW, transaction, &with, &mut out), Err(wrong));
    assert_eq!(client.awaited_count(), 0);
    let receipt = client.abort_with(NOW, transaction, &With::RECEIPT, &mut out).unwrap();
    assert!(receipt.is_some() && client.awaited().eq(receipt));
}

/// What a frame asked for was done before its receipt was found to be wrong: its ERROR said that it was not.
#[test]
fn what_a_refused_frame_would_have_settled_was_settled() {
    for (version, ack) in
        [("1.0", "ACK\nmessage-id:1-1"), ("1.1", "ACK\nmessage-id:1-1\nsubscription:0"), ("1.2", "ACK\nid:1-1")]
    {
        let held = format!("{ack}\ntransaction:t\n\n\0");
        for (before, refused) in
            [("", ack), ("", "UNSUBSCRIBE\nid:0"), (&*held, "COMMIT\ntransaction:t"), (&*held, "ABORT\ntransaction:t")]
        {
            let mut server = server(Config { longest_name: 5, ..Config::default() }, version);
            let reads =
                |server: &mut Server<u8>, frame: &str| server.receive(NOW, frame.as_bytes(), &mut Vec::new()).map(drop);
            reads(&mut server, "BEGIN\ntransaction:t\n\n\0").unwrap();
            let subscribe = b"SUBSCRIBE\ndestination:/q\nid:0\nack:client\n\n\0";
            let Ok(Some((Request::Subscribe(subscription, ..), _))) = server.receive(NOW, subscribe, &mut Vec::new())
            else {
                panic!("it is a SUBSCRIBE");
            };
            let delivery = server.deliver(NOW, subscription, &Message::to("/q", b"hi"), &mut Vec::new()).unwrap();
            server.keep(delivery, 7);
            reads(&mut server, before).unwrap();
            let error = reads(&mut server, &format!("{refused}\nreceipt:123456\n\n\0"));
            assert_eq!(error, Err(Error::Violation(Violation::NameTooLong)));
            assert_eq!((server.settled().count(), server.unacknowledged_count(subscription)), (0, 1), "{refused}");
            assert!(server.end().eq([Settled { delivery, outcome: Outcome::Returned, value: Some(7) }]), "{refused}");
        }
    }
}

/// In 1.0 an ERROR is not the end; but of one that came in parts the pieces followed, of nothing that was begun.
#[test]
fn pieces_of_an_error_came_without_its_head() {
    let limits = Limits { body: 10, ..Limits::default() };
    let config = Config { limits, versions: Versions::only(Version::V1_0), ..Config::default() };
    let mut client = Client::new(config, Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    client.receive(NOW, b"CONNECTED\n\n\0", &mut Vec::new()).unwrap().unwrap();
    let error = b"ERROR\nmessage:no\n\nfor many reasons\0";
    let Ok(Some((Event::Error(frame, None), used))) = client.receive_part(NOW, error, &mut Vec::new()) else {
        panic!("it is an ERROR");
    };
    assert!(frame.body.is_empty() && client.is_closed());
    assert_eq!(client.receive_part(NOW, &error[used..], &mut Vec::new()), Ok(None));
}

/// With room for none, a machine never read the frame that would have needed none; and while it waits no peer is late.
#[test]
fn machine_without_room_waited_for_ever() {
    let mut server = server(Config { receipts: 0, ..Config::default() }, "1.2");
    let send = b"SEND\ndestination:/q\n\nhi\0";
    assert!(matches!(server.receive(NOW, send, &mut Vec::new()), Ok(Some((Request::Send(_), _)))));

    let mut client = client(Config { window: 0, ..Config::default() });
    client.subscribe(NOW, &Subscribe::to("/q"), &mut Vec::new()).unwrap();
    let message = b"MESSAGE\ndestination:/q\nmessage-id:7\nsubscription:1\n\nhi\0";
    assert!(matches!(client.receive(NOW, message, &mut Vec::new()), Ok(Some((Event::Message(..), _)))));
}

/// 1.0 prints headers with a blank behind the colon: so blanks were cut off, and a name that has some itself was nobody's.
#[test]
fn name_with_blanks_was_not_known_in_1_0() {
    let config = Config { versions: Versions::only(Version::V1_0), ..Config::default() };
    let mut client = Client::new(config, Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    client.receive(NOW, b"CONNECTED\n\n\0", &mut Vec::new()).unwrap().unwrap();
    let subscribe = Subscribe { id: Some(" a ".into()), ..Subscribe::to("/q").with_ack(AckMode::Client) };
    let subscription = client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
    let message = b"MESSAGE\ndestination:/q\nmessage-id:7\nsubscription: a \n\nhi\0";
    let Ok(Some((Event::Message(_, delivery), _))) = client.receive(NOW, message, &mut Vec::new()) else {
        panic!("it is a MESSAGE");
    };
    assert_eq!(delivery.subscription(), Some(subscription));
}

/// It was taken for one that does not read, though there is always room behind DISCONNECT: and nothing was ever late.
#[test]
fn client_that_disconnected_while_a_message_was_held_back_waited_for_ever() {
    let mut client = client(Config { window: 1, ..Config::default() });
    client.subscribe(NOW, &Subscribe::to("a").with_ack(AckMode::Client), &mut Vec::new()).unwrap();
    let message = b"MESSAGE\ndestination:a\nmessage-id:1\nsubscription:1\nack:1\n\n\0";
    client.receive(NOW, message, &mut Vec::new()).unwrap().unwrap();
    assert_eq!(client.receive(NOW, message, &mut Vec::new()), Ok(None));
    let later = NOW.after(Duration::from_secs(1000));
    client.disconnect(later, &mut Vec::new()).unwrap();
    assert!(!client.is_held_back());
    // Silence counts from now on, too.
    let silent = |seconds| client.clone().timeout(later.after(Duration::from_secs(seconds)), &mut Vec::new());
    assert_eq!((silent(29), silent(30)), (Ok(()), Err(Error::Timeout(Timeout::HeartBeat))));
    assert_eq!(silent(60), Err(Error::Timeout(Timeout::Receipt)));
}

/// It is not settled: but it was looked for only where the subscriptions are that have not ended.
#[test]
fn value_of_what_a_transaction_holds_was_not_kept() {
    let mut server = server(Config::default(), "1.2");
    let subscribe = b"SUBSCRIBE\ndestination:/q\nid:0\nack:client\n\n\0";
    let Ok(Some((Request::Subscribe(subscription, ..), _))) = server.receive(NOW, subscribe, &mut Vec::new()) else {
        panic!("it is a SUBSCRIBE");
    };
    let delivery = server.deliver(NOW, subscription, &Message::to("/q", b"hi"), &mut Vec::new()).unwrap();
    let frames = ["BEGIN\ntransaction:t\n\n\0", "ACK\nid:1-1\ntransaction:t\n\n\0", "UNSUBSCRIBE\nid:0\n\n\0"];
    for frame in frames {
        server.receive(NOW, frame.as_bytes(), &mut Vec::new()).unwrap().unwrap();
    }
    assert_eq!(server.keep(delivery, 7), None);
    assert_eq!(server.keep(delivery, 8), Some(7));
    server.receive(NOW, b"COMMIT\ntransaction:t\n\n\0", &mut Vec::new()).unwrap().unwrap();
    assert!(server.settled().eq([Settled { delivery, outcome: Outcome::Acknowledged, value: Some(8) }]));
    assert_eq!(server.keep(delivery, 9), Some(9));
}
