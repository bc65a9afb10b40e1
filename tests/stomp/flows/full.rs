//! An output that is full at any point: nothing was written, and the call that is repeated does what it would have done.

use std::fmt::Debug;

use fourwire::stomp::{
    Accept, AckMode, Client, Config, Connect, Farewell, HeartBeat, Message, Request, SendError, Server, Session,
    Subscribe, Version, With,
};

use crate::room::{Room, tried};
use crate::stomp::support::{NOW, Pair};

/// The client calls, and is refused so often.
#[track_caller]
fn call<R: Debug>(pair: &mut Pair, call: impl Fn(&mut Client, &mut Room) -> Result<R, SendError>) -> R {
    let (result, bytes) = tried(&mut pair.client, call);
    assert!(!bytes.is_empty());
    pair.up.extend(bytes);
    result.unwrap()
}

#[track_caller]
fn answer<R: Debug>(pair: &mut Pair, call: impl Fn(&mut Server<u32>, &mut Room) -> Result<R, SendError>) -> R {
    let (result, bytes) = tried(&mut pair.server, call);
    assert!(!bytes.is_empty());
    pair.down.extend(bytes);
    result.unwrap()
}

fn new() -> Pair {
    Pair {
        client: Client::new(Config::default(), Session::new()),
        server: Server::new(NOW, Config::default(), Session::new()),
        up: Vec::new(),
        down: Vec::new(),
        now: NOW,
    }
}

#[test]
fn all_that_is_said() {
    let mut pair = new();
    call(&mut pair, |client, out| client.connect(NOW, &Connect::to("/").login("guest", "guest"), out));
    pair.server(|_| ());
    let accept = Accept { session: Some("s".into()), ..Accept::default() };
    answer(&mut pair, |server, out| server.accept(NOW, &accept, out));
    pair.client(|_| ());
    let (message, with) = (Message::to("/q", b"hello"), With::RECEIPT);
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    let subscription = call(&mut pair, |client, out| client.subscribe(NOW, &subscribe, out));
    let transaction = call(&mut pair, |client, out| client.begin(NOW, out));
    let in_it = With { transaction: Some(transaction), ..With::RECEIPT };
    call(&mut pair, |client, out| client.send(NOW, &message, out));
    call(&mut pair, |client, out| client.send_with(NOW, &message, &in_it, out));
    let theirs = pair.server(|request| match request {
        Request::Subscribe(subscription, ..) => subscription,
        other => panic!("{other:?}"),
    });
    pair.server(|_| ());
    pair.server(|_| ());
    let receipt = pair.server(|request| request.receipt()).unwrap();
    answer(&mut pair, |server, out| server.receipt(NOW, receipt, out));
    for _ in 0..4 {
        answer(&mut pair, |server, out| server.deliver(NOW, theirs, &message, out));
    }
    for _ in 0..5 {
        pair.client(|_| ());
    }
    let deliveries: Vec<_> = pair.client.unacknowledged(subscription).collect();
    assert_eq!(deliveries.len(), 4);
    call(&mut pair, |client, out| client.ack(NOW, deliveries[0], out));
    call(&mut pair, |client, out| client.nack_with(NOW, deliveries[1], &with, out));
    call(&mut pair, |client, out| client.ack_with(NOW, deliveries[2], &in_it, out));
    call(&mut pair, |client, out| client.commit_with(NOW, transaction, &with, out));
    let transaction = call(&mut pair, |client, out| client.begin(NOW, out));
    call(&mut pair, |client, out| client.ack_with(NOW, deliveries[3], &With::transaction(transaction), out));
    call(&mut pair, |client, out| client.abort(NOW, transaction, out));
    assert_eq!(pair.client.unacknowledged(subscription).collect::<Vec<_>>(), [deliveries[3]]);
    call(&mut pair, |client, out| client.unsubscribe(NOW, subscription, out));
    call(&mut pair, |client, out| client.disconnect(NOW, out));
    let mut owed = Vec::new();
    while !pair.up.is_empty() {
        owed.extend(pair.server(|request| request.receipt()));
    }
    assert_eq!(owed.len(), 4);
    for receipt in owed {
        answer(&mut pair, |server, out| server.receipt(NOW, receipt, out));
    }
    while !pair.client.is_closed() {
        pair.client(|_| ());
    }
    assert!(pair.down.is_empty() && pair.server.is_closed());
}

#[test]
fn last_words() {
    let mut pair = new();
    call(&mut pair, |client, out| client.connect(NOW, &Connect::to("/"), out));
    pair.server(|_| ());
    let mut other = Pair { client: pair.client.clone(), server: pair.server.clone(), ..new() };
    answer(&mut other, |server, out| server.refuse(NOW, &Farewell::new("no"), out));
    assert!(other.server.is_closed());
    answer(&mut pair, |server, out| server.accept(NOW, &Accept::default(), out));
    let farewell = Farewell { body: b"too late", ..Farewell::new("no") };
    answer(&mut pair, |server, out| server.error(NOW, &farewell, out));
    assert!(pair.server.is_closed());
}

#[test]
fn heart_beats() {
    let beating = Config { heart_beat: HeartBeat::default(), ..Config::default() };
    let mut pair = Pair::connected_with(Version::V1_1, beating, beating);
    let now = pair.client.deadline().unwrap();
    let (result, bytes) = tried(&mut pair.client, |client, out| client.timeout(now, out));
    assert_eq!((result, bytes), (Ok(()), b"\n".to_vec()));
    let now = pair.server.deadline().unwrap();
    let (result, bytes) = tried(&mut pair.server, |server, out| server.timeout(now, out));
    assert_eq!((result, bytes), (Ok(()), b"\n".to_vec()));
}

/// Reading asks for no room, until it ends with an ERROR: which is written whole or not at all.
#[test]
fn reading() {
    let mut pair = Pair::connected(Version::V1_2);
    pair.client.send_with(NOW, &Message::to("/q", b"x"), &With::RECEIPT, &mut pair.up).unwrap();
    let up = core::mem::take(&mut pair.up);
    let mut none = Room { left: 0, bytes: Vec::new() };
    assert!(matches!(pair.server.receive(NOW, &up, &mut none), Ok(Some((Request::Send(_), _)))));
    let wrong = b"COMMIT\ntransaction:1\n\n\0";
    let mut all = Room { left: usize::MAX, bytes: Vec::new() };
    let error = pair.server.clone().receive(NOW, wrong, &mut all).unwrap_err();
    for left in 0..all.bytes.len() {
        let (mut server, mut room) = (pair.server.clone(), Room { left, bytes: Vec::new() });
        assert_eq!(server.receive(NOW, wrong, &mut room), Err(error));
        assert!(room.bytes.is_empty() && server.is_closed());
    }
}
