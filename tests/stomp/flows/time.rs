//! Heart-beats, and what has to come in time.

use core::time::Duration;

use fourwire::stomp::{
    Accept, AckMode, Client, Config, Connect, Error, Event, HeartBeat, Message, Request, Server, Session, Subscribe,
    Timeout, Version, With,
};
use fourwire::{Full, Instant, Output};

use crate::stomp::support::{NOW, Pair, hears, message, reads, shown};

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn at(millis: u64) -> Instant {
    NOW.after(ms(millis))
}

fn beating(sends: u64, wants: u64) -> Config {
    Config { heart_beat: HeartBeat { sends: ms(sends), wants: ms(wants) }, ..Config::default() }
}

/// Takes nothing.
struct NoRoom;

impl Output for NoRoom {
    fn space(&mut self, _: usize, _: usize) -> Result<&mut [u8], Full> {
        Err(Full)
    }

    fn put_payload(&mut self, _: &[u8]) {
        panic!("nobody asked");
    }
}

/// An hour in which nobody has anything to say, and the client's clock runs a tenth too slow: the connection lives, and
/// costs no more than a line end each way per half an interval.
#[test]
fn a_quiet_hour() {
    for version in [Version::V1_1, Version::V1_2] {
        let mut pair = Pair::connected_with(version, beating(10_000, 4000), beating(5000, 10_000));
        let agreed = HeartBeat { sends: ms(10_000), wants: ms(5000) };
        assert_eq!(pair.client.heart_beat(), agreed);
        assert_eq!(pair.server.heart_beat(), HeartBeat { sends: agreed.wants, wants: agreed.sends });
        let mut beats = (0, 0);
        for step in 0..36_000 {
            let (ours, theirs) = (at(step * 90), at(step * 100));
            let (mut up, mut down) = (Vec::new(), Vec::new());
            if pair.client.deadline().unwrap() <= ours {
                pair.client.timeout(ours, &mut up).unwrap();
            }
            if pair.server.deadline().unwrap() <= theirs {
                pair.server.timeout(theirs, &mut down).unwrap();
            }
            beats = (beats.0 + up.len(), beats.1 + down.len());
            // And one who has never anything to read is none the worse for calling.
            let heard = pair.server.receive(theirs, &up, &mut down).unwrap();
            assert_eq!(heard.map(|(request, _)| request), (!up.is_empty()).then_some(Request::HeartBeat));
            let heard = pair.client.receive(ours, &down, &mut up).unwrap();
            assert_eq!(heard.map(|(event, _)| event), (!down.is_empty()).then_some(Event::HeartBeat));
        }
        assert!(pair.client.is_connected() && pair.server.is_connected());
        // One per 5 s of 3240, one per 2.5 s of 3600; that is, at most.
        assert!(beats.0 >= 324 && beats.0 <= 650 && beats.1 >= 720 && beats.1 <= 1450, "{beats:?}");
    }
}

/// A heart-beat for which there is no room is due until there is.
#[test]
fn a_beat_waits_for_room() {
    let mut pair = Pair::connected_with(Version::V1_2, beating(1000, 0), beating(0, 1000));
    let due = pair.client.deadline().unwrap();
    assert_eq!(pair.client.timeout(due, &mut NoRoom), Err(Error::Full));
    assert!(pair.client.is_connected() && pair.client.deadline() == Some(due));
    pair.client.timeout(due, &mut pair.up).unwrap();
    assert_eq!(pair.up, b"\n");
}

/// A message of one byte every 1.9 s, of a connection with a sign of life every second.
#[test]
fn a_body_that_trickles() {
    let mut pair = Pair::connected_with(Version::V1_2, beating(0, 1000), beating(1000, 0));
    pair.client.subscribe(NOW, &Subscribe::to("/q"), &mut pair.up).unwrap();
    let subscription = pair.server(|request| match request {
        Request::Subscribe(subscription, ..) => subscription,
        other => panic!("{other:?}"),
    });
    pair.server.deliver(NOW, subscription, &Message::to("/q", &[b'x'; 100]), &mut pair.down).unwrap();
    for end in 1..=pair.down.len() {
        let now = at(u64::try_from(end).unwrap() * 1900);
        let event = pair.client.receive(now, &pair.down[..end], &mut Vec::new()).unwrap();
        assert_eq!(event.is_some(), end == pair.down.len());
        pair.client.timeout(now, &mut Vec::new()).unwrap();
    }
}

/// CONNECTED does not come; nor does CONNECT.
#[test]
fn nobody_connects() {
    let config = Config { connect_timeout: ms(3000), ..Config::default() };
    let mut client = Client::new(config, Session::new());
    assert_eq!(client.deadline(), None, "there is nothing to wait for");
    let mut out = Vec::new();
    client.connect(at(5000), &Connect::to("/"), &mut out).unwrap();
    assert_eq!(client.deadline(), Some(at(8000)));
    // A line end is not what it waits for, nor half a frame.
    assert_eq!(client.receive(at(7000), b"\n", &mut out), Ok(Some((Event::HeartBeat, 1))));
    assert_eq!(client.receive(at(7000), b"CONNECTED\n", &mut out), Ok(None));
    client.timeout(at(7999), &mut out).unwrap();
    out.clear();
    assert_eq!(client.timeout(at(8000), &mut out), Err(Error::Timeout(Timeout::Connect)));
    assert!(client.is_closed() && out.is_empty() && client.deadline().is_none());

    let mut server: Server<u32> = Server::new(NOW, config, Session::new());
    assert_eq!(server.deadline(), Some(at(3000)));
    assert!(matches!(server.receive(at(2000), b"\n", &mut out), Ok(Some((Request::HeartBeat, 1)))));
    assert!(matches!(server.receive(at(2999), b"CONNECT\n", &mut out), Ok(None)));
    assert_eq!(server.timeout(at(3000), &mut out), Err(Error::Timeout(Timeout::Connect)));
    assert_eq!(shown(None, &out), ["ERROR message:no connection was made in time"]);
    assert!(server.is_closed());
}

/// While the application makes up its mind about a client, nobody is late.
#[test]
fn a_slow_welcome() {
    let mut server: Server<u32> = Server::new(NOW, beating(1000, 1000), Session::new());
    reads(&mut server, b"CONNECT\naccept-version:1.2\nhost:/\nheart-beat:1000,1000\n\n\0");
    assert_eq!(server.deadline(), None);
    server.accept(at(60_000), &Accept::default(), &mut Vec::new()).unwrap();
    assert_eq!(server.timeout(at(60_000), &mut Vec::new()), Ok(()));
    assert!(server.deadline().unwrap() > at(60_000));
}

/// A RECEIPT that does not come.
#[test]
fn a_receipt_in_time() {
    let config = Config { receipt_timeout: ms(5000), heart_beat: HeartBeat::NONE, ..Config::default() };
    let mut pair = Pair::connected_with(Version::V1_2, config, Config::default());
    assert_eq!(pair.client.deadline(), None);
    let send = Message::to("/q", b"");
    pair.client.send_with(at(0), &send, &With::RECEIPT, &mut pair.up).unwrap();
    let second = pair.client.send_with(at(2000), &send, &With::RECEIPT, &mut pair.up).unwrap();
    assert_eq!(pair.client.deadline(), Some(at(5000)));
    hears(&mut pair.client, b"RECEIPT\nreceipt-id:1\n\n\0");
    assert_eq!(pair.client.deadline(), Some(at(7000)), "the second was asked for later");
    pair.client.timeout(at(6999), &mut pair.up).unwrap();
    assert_eq!(pair.client.timeout(at(7000), &mut pair.up), Err(Error::Timeout(Timeout::Receipt)));
    assert!(pair.client.is_closed());
    // Nobody knows what became of it.
    assert_eq!(pair.client.awaited().collect::<Vec<_>>(), [second.unwrap()]);
}

/// DISCONNECT's is one as well.
#[test]
fn a_goodbye_in_time() {
    let config = Config { receipt_timeout: ms(5000), heart_beat: HeartBeat::NONE, ..Config::default() };
    let mut pair = Pair::connected_with(Version::V1_0, config, Config::default());
    pair.client.disconnect(at(1000), &mut pair.up).unwrap();
    assert_eq!(pair.client.deadline(), Some(at(6000)));
    assert_eq!(pair.client.timeout(at(6000), &mut pair.up), Err(Error::Timeout(Timeout::Receipt)));
    assert!(pair.client.is_closed());
}

/// What was held back when a receipt would have been due may have it in it.
#[test]
fn receipts_are_not_late_while_nothing_is_read() {
    let config = Config { receipt_timeout: ms(5000), heart_beat: HeartBeat::NONE, window: 1, ..Config::default() };
    let mut pair = Pair::connected_with(Version::V1_2, config, Config::default());
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    pair.client.subscribe_with(NOW, &subscribe, &With::RECEIPT, &mut pair.up).unwrap();
    let input = [message(Version::V1_2, "1", 1), message(Version::V1_2, "1", 2)].concat();
    let (event, used) = pair.client.receive(at(10), &input, &mut pair.up).unwrap().unwrap();
    let Event::Message(_, delivery) = event else { panic!("{event:?}") };
    assert_eq!(pair.client.receive(at(20), &input[used..], &mut pair.up), Ok(None));
    assert!(pair.client.is_held_back());
    assert_eq!(pair.client.deadline(), None);
    // The application takes a minute, and goes on. The receipt is still in the socket.
    pair.client.ack(at(60_000), delivery, &mut pair.up).unwrap();
    let (event, used_more) = pair.client.receive(at(60_000), &input[used..], &mut pair.up).unwrap().unwrap();
    assert!(matches!(event, Event::Message(..)) && used + used_more == input.len());
    assert_eq!(pair.client.timeout(at(60_000), &mut pair.up), Ok(()));
    assert_eq!(pair.client.deadline(), Some(at(65_000)));
    assert_eq!(pair.client.timeout(at(65_000), &mut pair.up), Err(Error::Timeout(Timeout::Receipt)));
}

/// A server that is slow to process what came before DISCONNECT does not wonder why the client is silent: it is not
/// listening.
#[test]
fn a_slow_goodbye() {
    let mut pair = Pair::connected_with(Version::V1_2, beating(1000, 1000), beating(1000, 1000));
    pair.client.disconnect(NOW, &mut pair.up).unwrap();
    let receipt = pair.server(|request| request.receipt()).unwrap();
    // The client beats all the while, and so does the server.
    for second in 1..60 {
        let now = at(second * 1000);
        pair.client.timeout(now, &mut pair.up).unwrap();
        assert_eq!(pair.server.receive(now, &pair.up, &mut pair.down), Ok(None));
        pair.server.timeout(now, &mut pair.down).unwrap();
        pair.now = now;
        assert_eq!(pair.down.len(), 1, "a heart-beat");
        pair.client(|event| assert_eq!(event, Event::HeartBeat));
    }
    pair.server.receipt(at(60_000), receipt, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Disconnected));
}

/// A server from which nothing can be read for its application's sake does not take the client for dead; but one that has
/// only nothing to read does.
#[test]
fn silence_is_not_held_back() {
    let config = Config { receipts: 1, ..beating(0, 1000) };
    let mut pair = Pair::connected_with(Version::V1_2, beating(1000, 0), config);
    pair.client.send_with(NOW, &Message::to("/q", b""), &With::RECEIPT, &mut pair.up).unwrap();
    pair.server(|request| assert!(request.receipt().is_some()));
    // A receipt is owed, and there is no room for another; but nobody wants one.
    assert_eq!(pair.server.receive(at(1000), b"", &mut pair.down), Ok(None));
    assert!(!pair.server.is_held_back());
    assert_eq!(pair.server.timeout(at(3000), &mut pair.down), Err(Error::Timeout(Timeout::HeartBeat)));
}
