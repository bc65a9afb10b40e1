//! An output that is full at any point: nothing was written, and the call that is repeated does what it would have done.

use fourwire::amqp::{
    Client, Config, ContentHeader, DeliveryTag, Frame, Login, Method, MethodId, Properties, ReplyCode, SendError,
    Server, basic, channel, confirm, queue, tx,
};

use super::support::{NOW, Pair, names};
use crate::room::{Room, tried, tried_to_read};

/// The client calls, and is refused so often.
#[track_caller]
fn call(pair: &mut Pair, call: impl Fn(&mut Client, &mut Room) -> Result<(), SendError>) {
    let (result, bytes) = tried(&mut pair.client, call);
    result.unwrap();
    pair.up.extend(bytes);
}

#[track_caller]
fn answer(pair: &mut Pair, call: impl Fn(&mut Server, &mut Room) -> Result<(), SendError>) {
    let (result, bytes) = tried(&mut pair.server, call);
    result.unwrap();
    pair.down.extend(bytes);
}

/// The server reads all there is; what it had to say is named.
#[track_caller]
fn server(pair: &mut Pair) -> Vec<String> {
    let mut said = Vec::new();
    while !pair.up.is_empty() {
        let input = pair.up.clone();
        let read = |server: &mut Server, out: &mut Room| server.receive(NOW, &input, out);
        let (result, bytes) = tried_to_read(&mut pair.server, read);
        let Some((_, used)) = result.unwrap() else { break };
        pair.up.drain(..used);
        pair.down.extend_from_slice(&bytes);
        said.extend(names(&bytes));
    }
    said
}

#[track_caller]
fn client(pair: &mut Pair) -> Vec<String> {
    let mut said = Vec::new();
    while !pair.down.is_empty() {
        let input = pair.down.clone();
        let read = |client: &mut Client, out: &mut Room| client.receive(NOW, &input, out);
        let (result, bytes) = tried_to_read(&mut pair.client, read);
        let Some((_, used)) = result.unwrap() else { break };
        pair.down.drain(..used);
        pair.up.extend_from_slice(&bytes);
        said.extend(names(&bytes));
    }
    said
}

#[test]
fn a_handshake() {
    let mut pair = Pair::new(Config::default(), Config::default());
    call(&mut pair, |client, out| client.start(NOW, out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.start(NOW, &server.introduction(), out));
    client(&mut pair);
    call(&mut pair, |client, out| client.login(NOW, &Login::plain("guest", "guest"), out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.secure(NOW, b"and?", out));
    client(&mut pair);
    call(&mut pair, |client, out| client.respond(NOW, b"so", out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.tune(NOW, out));
    client(&mut pair);
    call(&mut pair, |client, out| client.open(NOW, "/", out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.accept(NOW, out));
    client(&mut pair);
    assert!(pair.client.is_connected() && pair.server.is_connected());
    call(&mut pair, |client, out| client.update_secret(NOW, b"new", "", out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.secret_updated(NOW, out));
    answer(&mut pair, |server, out| server.block(NOW, Some("full".into()), out));
    client(&mut pair);
    call(&mut pair, |client, out| client.close(NOW, ReplyCode::Success, "", out));
    assert_eq!(server(&mut pair), ["connection.close-ok"]);
    client(&mut pair);
    assert!(pair.client.is_closed() && pair.server.is_closed());
}

#[test]
fn channels_messages_and_tags() {
    let (mut pair, ours, theirs) = Pair::open();
    let header = ContentHeader { body_size: 5, properties: Properties::EMPTY };
    let publish = basic::Publish { routing_key: "q".into(), ..Default::default() };
    let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
    call(&mut pair, |client, out| client.call(NOW, ours, confirm::Select::default(), out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.answer(NOW, theirs, confirm::SelectOk {}, out));
    client(&mut pair);

    // Publishes, whole and in pieces, with their numbers.
    for number in [1, 2] {
        let send =
            |client: &mut Client, out: &mut Room| client.publish(NOW, ours, &publish, Properties::EMPTY, b"hello", out);
        let (sent, bytes) = tried(&mut pair.client, send);
        assert_eq!(sent, Ok(Some(number)));
        pair.up.extend(bytes);
    }
    let head = |client: &mut Client, out: &mut Room| client.publish_head(NOW, ours, &publish, header, out);
    let (sent, bytes) = tried(&mut pair.client, head);
    assert_eq!(sent, Ok(Some(3)));
    pair.up.extend(bytes);
    call(&mut pair, |client, out| client.publish_piece(NOW, ours, b"he", out).map(|left| assert_eq!(left, 3)));
    call(&mut pair, |client, out| client.publish_piece(NOW, ours, b"llo", out).map(|left| assert_eq!(left, 0)));
    server(&mut pair);
    answer(&mut pair, |server, out| server.confirm(NOW, theirs, 2, true, out));
    answer(&mut pair, |server, out| server.refuse(NOW, theirs, 3, false, out));
    answer(&mut pair, |server, out| {
        server.send_back(NOW, theirs, &basic::Return::default(), Properties::EMPTY, b"x", out)
    });
    client(&mut pair);
    assert_eq!(pair.client.unconfirmed_count(ours), 0);

    // Deliveries, whole and in pieces, and what is done with them.
    for _ in 0..4 {
        let send = |server: &mut Server, out: &mut Room| {
            server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"hello", out)
        };
        pair.down.extend(tried(&mut pair.server, send).1);
    }
    let head = |server: &mut Server, out: &mut Room| server.deliver_head(NOW, theirs, &deliver, false, header, out);
    pair.down.extend(tried(&mut pair.server, head).1);
    answer(&mut pair, |server, out| server.piece(NOW, theirs, b"hello", out).map(drop));
    client(&mut pair);
    call(&mut pair, |client, out| client.call(NOW, ours, basic::Get::default(), out));
    server(&mut pair);
    let get = |server: &mut Server, out: &mut Room| {
        server.get_ok(NOW, theirs, &basic::GetOk::default(), false, Properties::EMPTY, b"hello", out)
    };
    pair.down.extend(tried(&mut pair.server, get).1);
    client(&mut pair);
    let tags: Vec<_> = pair.client.unacknowledged(ours).collect();
    assert_eq!(tags.len(), 6);
    call(&mut pair, |client, out| client.ack(NOW, tags[1], true, out));
    call(&mut pair, |client, out| client.nack(NOW, tags[2], false, true, out));
    call(&mut pair, |client, out| client.reject(NOW, tags[3], false, out));
    server(&mut pair);
    let left = |tags: &mut dyn Iterator<Item = DeliveryTag>| tags.map(DeliveryTag::number).collect::<Vec<_>>();
    assert_eq!(left(&mut pair.client.unacknowledged(ours)), [5, 6]);
    assert_eq!(left(&mut pair.server.unacknowledged(theirs)), [5, 6]);

    // What the machines answer themselves.
    call(&mut pair, |client, out| client.call(NOW, ours, basic::Recover { requeue: true }, out));
    call(&mut pair, |client, out| client.call(NOW, ours, channel::Flow { active: false }, out));
    assert_eq!(server(&mut pair), ["basic.recover-ok", "channel.flow-ok"]);
    answer(&mut pair, |server, out| server.flow(NOW, theirs, true, out));
    answer(&mut pair, |server, out| server.cancel(NOW, theirs, "c", out));
    let cancel = basic::Cancel { consumer_tag: "d".into(), no_wait: false };
    Frame::Method(ours.number(), cancel.into()).encode(0, &mut pair.down).unwrap();
    assert_eq!(client(&mut pair), ["channel.flow-ok", "basic.cancel-ok"]);
    server(&mut pair);

    // What a client is refused for, and both ends that close at once.
    for wrong in [Method::from(tx::Select {}), basic::Ack { delivery_tag: 77, multiple: false }.into()] {
        let mut pair = pair_of(&pair);
        Frame::Method(ours.number(), wrong).encode(0, &mut pair.up).unwrap();
        assert_eq!(server(&mut pair), ["channel.close"]);
        call(&mut pair, |client, out| client.close_channel(NOW, ours, out));
        assert_eq!(client(&mut pair), ["channel.close-ok"]);
        assert_eq!(server(&mut pair), ["channel.close-ok"]);
        client(&mut pair);
        // Its next life.
        let open = |client: &mut Client, out: &mut Room| client.open_channel(NOW, out);
        let (again, bytes) = tried(&mut pair.client, open);
        assert!(again.unwrap().number() == ours.number() && again != Ok(ours));
        pair.up.extend(bytes);
        assert_eq!(server(&mut pair), ["channel.open-ok"]);
        let stale = pair.server.confirm(NOW, theirs, 1, true, &mut pair.down);
        assert_eq!(stale, Err(SendError::StaleChannel));
        client(&mut pair);
    }
    let about = Some(MethodId::QueueDeclare);
    call(&mut pair, |client, out| client.call(NOW, ours, queue::Declare::default(), out));
    server(&mut pair);
    answer(&mut pair, |server, out| server.close_channel(NOW, theirs, ReplyCode::NotFound, "no", about, out));
    assert_eq!(client(&mut pair), ["channel.close-ok"]);
    answer(&mut pair, |server, out| server.close(NOW, ReplyCode::Success, "", out));
    assert_eq!(client(&mut pair), ["connection.close-ok"]);
}

fn pair_of(pair: &Pair) -> Pair {
    Pair { client: pair.client.clone(), server: pair.server.clone(), up: pair.up.clone(), down: pair.down.clone() }
}
