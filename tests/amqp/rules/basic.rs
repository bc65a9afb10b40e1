//! Rules of the classes `basic`, `exchange`, `queue` and `tx` that bind a connection.

use fourwire::amqp::routing::{headers_match, topic_matches};
use fourwire::amqp::{
    Channel, ContentHeader, Entry, Event, Method, Properties, ReplyCode, Request, SendError, Settled, Table, Value,
    basic, channel, confirm, tx,
};

use super::method;
use crate::amqp::support::{NOW, Pair, first_method};

/// The server closes channel 1, or `number`, about this method.
#[track_caller]
fn channel_refused(pair: &mut Pair, number: u16, bytes: &[u8], about: (u16, u16)) {
    pair.up = bytes.to_vec();
    pair.down.clear();
    pair.server(|request| {
        let Request::ChannelRefused(channel, code) = request else { panic!("{request:?}") };
        assert_eq!((channel.number(), code), (number, ReplyCode::PreconditionFailed));
    });
    let Some(Method::ChannelClose(close)) = first_method(&pair.down) else { panic!("{:?}", pair.down) };
    assert_eq!((close.reply_code, close.class_id, close.method_id), (ReplyCode::PreconditionFailed, about.0, about.1));
}

fn delivered(count: u64) -> Pair {
    delivered_on(count).0
}

fn delivered_on(count: u64) -> (Pair, Channel) {
    let (mut pair, _, theirs) = Pair::open();
    for number in 1..=count {
        let deliver = basic::Deliver::default();
        let sent = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down);
        assert_eq!(sent.unwrap().number(), number);
    }
    (pair, theirs)
}

/// A delivery counts on its channel alone: the other one is closed with 406.
#[test]
fn delivery_tag_channel_local() {
    let mut pair = delivered(1);
    pair.client.open_channel(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    channel_refused(&mut pair, 2, &method(2, "003C 0050 0000000000000001 00"), (60, 80));
    pair.up = method(1, "003C 0050 0000000000000001 00");
    pair.server(|request| assert!(matches!(request, Request::Acknowledged(..))));
}

/// Tags begin with 1 on each channel, also for what is not to be acknowledged.
#[test]
fn delivery_tag_non_zero() {
    let (mut pair, _, theirs) = Pair::open();
    let mut tags = Vec::new();
    for no_ack in [true, false, true] {
        let deliver = basic::Deliver::default();
        let sent = pair.server.deliver(NOW, theirs, &deliver, no_ack, Properties::EMPTY, b"", &mut pair.down);
        tags.push(sent.unwrap().number());
    }
    assert_eq!(tags, [1, 2, 3]);
}

/// Of three deliveries, the second of which was acknowledged, this settles none: 406. In a transaction too, and at once.
#[track_caller]
fn settles_nothing(payload: &str) {
    for transactions in [false, true] {
        let mut pair = delivered(3);
        if transactions {
            pair.up = method(1, "005A 000A");
            pair.server(|request| assert!(matches!(request, Request::Call(_, Method::TxSelect(_)))));
        }
        pair.up = method(1, "003C 0050 0000000000000002 00");
        pair.server(|request| assert!(matches!(request, Request::Acknowledged(..))));
        let bytes = method(1, payload);
        channel_refused(&mut pair, 1, &bytes, (60, u16::from(bytes[10])));
    }
}

#[test]
fn basic_ack_multiple_exists() {
    settles_nothing("003C 0050 0000000000000000 00");
    settles_nothing("003C 0050 0000000000000002 00");
    settles_nothing("003C 0050 0000000000000009 00");
    settles_nothing("003C 0050 0000000000000009 01");
}

#[test]
fn basic_nack_multiple_exists() {
    settles_nothing("003C 0078 0000000000000000 00");
    settles_nothing("003C 0078 0000000000000002 00");
    settles_nothing("003C 0078 0000000000000009 01");
}

#[test]
fn basic_reject_exists() {
    settles_nothing("003C 005A 0000000000000000 00");
    settles_nothing("003C 005A 0000000000000002 01");
}

/// Taken while a message is being sent on the same channel.
#[track_caller]
fn is_taken_amid_content(payload: &str) {
    let (mut pair, theirs) = delivered_on(1);
    let header = ContentHeader { body_size: 2, properties: Properties::EMPTY };
    pair.server.deliver_head(NOW, theirs, &basic::Deliver::default(), false, header, &mut pair.down).unwrap();
    assert_eq!(pair.server.piece(NOW, theirs, b"a", &mut pair.down), Ok(1));
    pair.up = method(1, payload);
    pair.server(|request| assert!(matches!(request, Request::Rejected(_, settled, true) if settled.first == 1)));
    assert_eq!(pair.server.piece(NOW, theirs, b"b", &mut pair.down), Ok(0));
}

#[test]
fn basic_reject_01() {
    is_taken_amid_content("003C 005A 0000000000000001 01");
}

#[test]
fn basic_nack_01() {
    is_taken_amid_content("003C 0078 0000000000000001 02");
}

/// A client is told of a publish that is refused.
#[test]
fn basic_nack_04() {
    let (mut pair, ours, _) = Pair::open();
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    for _ in 0..2 {
        pair.client.publish(NOW, ours, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    }
    pair.down = method(1, "003C 0078 0000000000000002 01");
    pair.client(|event| assert_eq!(event, Event::Refused(ours, Settled { first: 1, last: 2, count: 2 })));
}

/// 0 with `multiple` is all there are, of which there may be none.
#[test]
fn basic_ack_multiple_all() {
    for (payload, rejects) in [("003C 0050 0000000000000000 01", false), ("003C 0078 0000000000000000 01", true)] {
        let mut pair = delivered(3);
        pair.up = method(1, payload);
        pair.server(|request| match request {
            Request::Acknowledged(_, settled) if !rejects => assert_eq!(settled.count, 3),
            Request::Rejected(_, settled, false) if rejects => assert_eq!(settled.count, 3),
            other => panic!("{other:?}"),
        });
        pair.up = method(1, payload);
        pair.server(|request| assert_eq!(request, Request::Ignored));
    }
}

/// `basic.get` is answered with a message or with none, whatever stands in its way.
#[test]
fn basic_get_answer() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.call(NOW, ours, channel::Flow { active: false }, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, basic::Get::default(), &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server(|_| ());
    pair.client(|_| ());
    let deliver =
        pair.server.deliver(NOW, theirs, &basic::Deliver::default(), false, Properties::EMPTY, b"", &mut pair.down);
    assert_eq!(deliver, Err(SendError::Stopped));
    let got = basic::GetOk::default();
    pair.server.get_ok(NOW, theirs, &got, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Got(tag, _) if tag.number() == 1)));
    let twice = pair.server.get_ok(NOW, theirs, &got, false, Properties::EMPTY, b"", &mut pair.down);
    assert_eq!(twice, Err(SendError::OutOfOrder));
}

/// With `no-wait` no answer is awaited, and none is sent.
#[test]
fn basic_no_wait() {
    let (mut pair, ours, theirs) = Pair::open();
    let consume = basic::Consume { consumer_tag: "c".into(), no_wait: true, ..Default::default() };
    pair.client.call(NOW, ours, consume, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Call(theirs, consume.into())));
    let answer = basic::ConsumeOk { consumer_tag: "c".into() };
    assert_eq!(pair.server.answer(NOW, theirs, answer, &mut pair.down), Err(SendError::OutOfOrder));
    pair.client_refuses_bytes(&method(1, "003C 0015 01'c'"), |error, _| {
        assert_eq!(error.reply_code(), ReplyCode::CommandInvalid);
    });
}

/// Words between dots; `*` is one, `#` any number. (§3.1.3.3)
#[test]
fn exchange_topic() {
    let cases = [
        ("*.stock.#", "usd.stock", true),
        ("*.stock.#", "eur.stock.db", true),
        ("*.stock.#", "stock.nasdaq", false),
        ("#", "", true),
        ("*", "", false),
        ("a.*", "a.", true),
        ("a.b", "a.b.c", false),
    ];
    for (pattern, key, matches) in cases {
        assert_eq!(topic_matches(pattern.into(), key.into()), matches, "{pattern} {key}");
    }
}

/// All of the arguments, or any, by `x-match`; one without a value asks only for the key. (§3.1.3.4)
#[test]
fn exchange_headers() {
    let headers = [Entry::new("a", Value::I32(1)), Entry::new("b", Value::text("x"))];
    let (same, other) = (Entry::new("a", Value::I32(1)), Entry::new("b", Value::text("y")));
    let how = |how| Entry::new("x-match", Value::text(how));
    let cases: [(&[Entry<'_>], bool); 6] = [
        (&[same, other], false),
        (&[how("all"), same], true),
        (&[how("any"), same, other], true),
        (&[how("any"), other], false),
        (&[Entry::new("b", Value::Void)], true),
        (&[Entry::new("c", Value::Void)], false),
    ];
    for (arguments, matches) in cases {
        assert_eq!(headers_match(&Table::new(arguments), &Table::new(&headers)), matches, "{arguments:?}");
    }
}

#[test]
fn tx_commit_transacted() {
    let (mut pair, ..) = Pair::open();
    channel_refused(&mut pair, 1, &method(1, "005A 0014"), (90, 20));
}

#[test]
fn tx_rollback_transacted() {
    let (mut pair, ..) = Pair::open();
    channel_refused(&mut pair, 1, &method(1, "005A 001E"), (90, 30));
}

/// A second `tx.select` changes nothing.
#[test]
fn tx_select_again() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..2 {
        pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
        pair.server(|request| assert_eq!(request, Request::Call(theirs, tx::Select {}.into())));
        pair.server.answer(NOW, theirs, tx::SelectOk {}, &mut pair.down).unwrap();
        pair.client(|event| assert_eq!(event, Event::Answer(ours, tx::SelectOk {}.into())));
        assert!(pair.server.has_transactions(theirs));
    }
}
