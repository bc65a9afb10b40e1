//! Rules of the class `channel`.

use fourwire::amqp::{
    Channel, Client, Config, Error, Event, MethodId, Properties, ReplyCode, Request, SendError, Session, Slot,
    Violation, basic, channel,
};

use super::{client_closes, deliver, header, method, server_closes};
use crate::amqp::support::{NOW, Pair, first_method, names};

/// 504: the connection is closed.
#[test]
fn channel_open_state() {
    let error = server_closes(&[&method(1, "0014 000A 00")], ReplyCode::ChannelError);
    assert_eq!(error, Error::Violation(Violation::Channel(MethodId::ChannelOpen)));
    // Nor is it opened for a client that did not ask.
    client_closes(&[&method(1, "0014 000B 00000000")], ReplyCode::CommandInvalid);
    client_closes(&[&method(2, "0014 000B 00000000")], ReplyCode::ChannelError);
}

/// Everything else but `channel.open` needs one that is open. (504)
#[test]
fn channel_open_first() {
    for payload in ["003C 000A 00000000 0000 00", "0014 0028 00C8 00 0000 0000", "0014 0029", "003C 0028 0000 00 00 00"]
    {
        server_closes(&[&method(9, payload)], ReplyCode::ChannelError);
    }
    for payload in ["003C 000B", "0014 0028 00C8 00 0000 0000", "003C 003C 00 0000000000000001 00 00 00"] {
        client_closes(&[&method(9, payload)], ReplyCode::ChannelError);
    }
}

/// A number above what was agreed: 530. (RabbitMQ counts channels, and lets them have any number.)
#[test]
fn channel_open_limit() {
    let error = server_closes(&[&method(2048, "0014 000A 00")], ReplyCode::NotAllowed);
    assert_eq!(error, Error::Violation(Violation::ChannelMax));
    let (mut pair, ..) = Pair::open_with(Config { channel_max: 2, ..Config::default() }, Config::default());
    assert_eq!(pair.client.open_channel(NOW, &mut pair.up).map(Channel::number), Ok(2));
    pair.up.clear();
    assert_eq!(pair.client.open_channel(NOW, &mut pair.up), Err(SendError::NoChannel));
    assert_eq!(pair.up, b"");
    pair.server_refuses_bytes(&method(3, "0014 000A 00"), |error, _| {
        assert_eq!(error.reply_code(), ReplyCode::NotAllowed);
    });
    // Nor more than there are slots for.
    let client = Client::new(Config::default(), Session::with_slots([Slot::EMPTY; 3]));
    assert_eq!(client.into_session().capacity(), 3);
}

/// What a client sends on a channel that it has just asked for need not wait; and content may flow at once.
#[test]
fn channel_flow_initial_state() {
    let (mut pair, _, theirs) = Pair::open();
    let new = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    let sent = pair.client.publish(NOW, new, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up);
    assert_eq!(sent, Ok(None));
    let deliver = basic::Deliver::default();
    let sent = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down);
    assert!(sent.is_ok());
}

/// It is answered at once, by both.
#[test]
fn channel_flow_bidirectional() {
    for active in [false, true] {
        let (mut pair, ours, theirs) = Pair::open();
        let flow = method(1, if active { "0014 0014 01" } else { "0014 0014 00" });
        pair.up = flow.clone();
        pair.server(|request| assert_eq!(request, Request::Flow(theirs, active)));
        assert_eq!(first_method(&pair.down), Some(channel::FlowOk { active }.into()));
        pair.down = flow;
        pair.client(|event| assert_eq!(event, Event::Flow(ours, active)));
        assert_eq!(first_method(&pair.up), Some(channel::FlowOk { active }.into()));
    }
}

/// After a close was sent nothing on the channel counts but a close and its answer.
#[test]
fn channel_close_stability() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server.close_channel(NOW, theirs, ReplyCode::NotFound, "", None, &mut pair.down).unwrap();
    // Both at once: each answers the other's, and then hears its own answered.
    pair.client(|event| assert_eq!(event, Event::Ignored));
    pair.server(|request| assert_eq!(request, Request::Ignored));
    assert_eq!(
        (names(&pair.up), names(&pair.down)),
        (vec!["channel.close-ok".into()], vec!["channel.close-ok".into()])
    );
    pair.client(|event| assert_eq!(event, Event::ChannelEnded(ours)));
    pair.server(|request| assert_eq!(request, Request::ChannelEnded(theirs)));

    let (mut pair, ours, theirs) = Pair::open();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.down = [method(1, "003C 000B"), deliver(), header(1, 9), method(1, "0014 0014 00")].concat();
    for _ in 0..4 {
        pair.client(|event| assert_eq!(event, Event::Ignored));
    }
    pair.up.clear();
    pair.server.close_channel(NOW, theirs, ReplyCode::NotFound, "", None, &mut pair.down).unwrap();
    pair.up = [method(1, "005A 000A"), super::publish(), header(1, 9), method(1, "0014 000A 00")].concat();
    for _ in 0..4 {
        pair.server(|request| assert_eq!(request, Request::Ignored));
    }
}

#[test]
fn channel_close_answered() {
    let (mut pair, ours, theirs) = Pair::open();
    let close = method(1, "0014 0028 0194 02'no' 0032 000A");
    pair.up = close.clone();
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
    assert_eq!(names(&pair.down), ["channel.close-ok"]);
    pair.down = close;
    pair.client(|event| {
        let Event::ChannelClosed(channel, close) = event else { panic!("{event:?}") };
        assert_eq!((channel, close.reply_code, close.reply_text), (ours, ReplyCode::NotFound, "no".into()));
        assert_eq!((close.class_id, close.method_id), (50, 10));
    });
    assert_eq!(names(&pair.up), ["channel.close-ok"]);
}

/// An answer to no close: 503, and 504 where no channel is.
#[test]
fn channel_close_ok_unasked() {
    server_closes(&[&method(1, "0014 0029")], ReplyCode::CommandInvalid);
    client_closes(&[&method(1, "0014 0029")], ReplyCode::CommandInvalid);
    server_closes(&[&method(9, "0014 0029")], ReplyCode::ChannelError);
    client_closes(&[&method(9, "0014 0029")], ReplyCode::ChannelError);
}

/// A soft error ends its channel, and no other.
#[test]
fn channel_exception() {
    let (mut pair, _, theirs) = Pair::open();
    let two = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.client(|_| ());
    pair.up = method(1, "003C 0050 0000000000000001 00");
    pair.server(|request| assert_eq!(request, Request::ChannelRefused(theirs, ReplyCode::PreconditionFailed)));
    assert!(!ReplyCode::PreconditionFailed.is_hard());
    pair.client(|event| assert!(matches!(event, Event::ChannelClosed(..))));
    pair.client.call(NOW, two, basic::Qos::default(), &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::ChannelEnded(theirs)));
    pair.server(|request| assert!(matches!(request, Request::Call(channel, _) if channel.number() == 2)));
}

/// What was not acknowledged when a channel closes is to be delivered again: the server still knows it.
#[test]
fn channel_close_redelivery() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..2 {
        let deliver = basic::Deliver::default();
        pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    }
    pair.up = method(1, "003C 0050 0000000000000001 00");
    pair.server(|_| ());
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(..))));
    let left: Vec<u64> = pair.server.unacknowledged(theirs).map(|tag| tag.number()).collect();
    assert_eq!(left, [2]);
}

/// A number is free once its close was answered, and not before.
#[test]
fn channel_close_number() {
    let (mut pair, ours, _) = Pair::open();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    let other = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    assert_eq!(other.number(), 2);
    pair.server(|_| ());
    pair.server(|_| ());
    pair.client(|event| assert_eq!(event, Event::ChannelEnded(ours)));
    let again = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    assert!(again.number() == 1 && again != ours);
    pair.server(|request| assert!(matches!(request, Request::ChannelOpened(channel) if channel.number() == 1)));
}
