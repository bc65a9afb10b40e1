//! Channels: calls, messages, confirms, acknowledgements.

use fourwire::Gather;
use fourwire::amqp::{
    BasicProperties, Config, ContentHeader, Event, Method, MethodId, Properties, ReplyCode, Request, SendError,
    Settled, basic, confirm, exchange, queue,
};

use super::support::{NOW, Pair, names};

fn publish() -> basic::Publish<'static> {
    basic::Publish { exchange: "ex".into(), routing_key: "key".into(), ..Default::default() }
}

fn deliver() -> basic::Deliver<'static> {
    basic::Deliver { consumer_tag: "c".into(), routing_key: "key".into(), ..Default::default() }
}

#[test]
fn channel_answers() {
    let (mut pair, ours, theirs) = Pair::open();
    let declare = queue::Declare { queue: "q".into(), ..Default::default() };
    pair.client.call(NOW, ours, declare, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, basic::Qos { prefetch_count: 1, ..Default::default() }, &mut pair.up).unwrap();
    let quiet = exchange::Declare { exchange: "e".into(), no_wait: true, ..Default::default() };
    pair.client.call(NOW, ours, quiet, &mut pair.up).unwrap();
    for id in [MethodId::QueueDeclare, MethodId::BasicQos, MethodId::ExchangeDeclare] {
        pair.server(|request| {
            assert!(matches!(request, Request::Call(channel, call) if channel == theirs && call.id() == id))
        });
    }
    // Only what answers the first one.
    let early = pair.server.answer(NOW, theirs, basic::QosOk {}, &mut pair.down);
    assert_eq!(early, Err(SendError::Method(MethodId::BasicQosOk)));
    let declare_ok = queue::DeclareOk { queue: "q".into(), message_count: 3, consumer_count: 0 };
    pair.server.answer(NOW, theirs, declare_ok, &mut pair.down).unwrap();
    pair.server.answer(NOW, theirs, basic::QosOk {}, &mut pair.down).unwrap();
    let none = pair.server.answer(NOW, theirs, exchange::DeclareOk {}, &mut pair.down);
    assert_eq!(none, Err(SendError::OutOfOrder), "nobody waits for it");
    pair.client(|event| {
        assert!(matches!(event, Event::Answer(channel, Method::QueueDeclareOk(ok)) if channel == ours && ok.message_count == 3));
    });
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::BasicQosOk(_)))));
}

/// A body as large as a frame, one more, and none.
#[test]
fn content_body_split() {
    let client = Config { frame_max: 4096, ..Config::default() };
    for (len, frames) in [(0, 0), (1, 1), (4088, 1), (4089, 2), (20_000, 5)] {
        let mut pair = Pair::new(client, Config::default());
        pair.handshake();
        let ours = pair.client.open_channel(NOW, &mut pair.up).unwrap();
        let theirs = pair.server(|request| match request {
            Request::ChannelOpened(channel) => channel,
            other => panic!("{other:?}"),
        });
        let body: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
        let properties = BasicProperties { delivery_mode: Some(2), ..Default::default() };
        let sent = pair.client.publish(NOW, ours, &publish(), (&properties).into(), &body, &mut pair.up);
        assert_eq!(sent, Ok(None), "without confirms there is no number");
        pair.server(|request| assert_eq!(request, Request::Publish(theirs, publish(), None)));
        pair.server(|request| {
            let Request::Header(_, header) = request else { panic!("{request:?}") };
            assert!(header.body_size == len && header.properties.is_persistent());
        });
        let mut seen = Vec::new();
        for number in 1..=frames {
            pair.server(|request| {
                let Request::Body(_, bytes, remaining) = request else { panic!("{request:?}") };
                seen.extend_from_slice(bytes);
                assert_eq!(remaining == 0, number == frames, "{remaining} are left");
            });
        }
        assert_eq!((seen, pair.up.len()), (body, 0));
    }
}

/// The caller's bytes are not copied.
#[test]
fn a_large_body_is_gathered() {
    use bytes::Buf;
    let (mut pair, ours, _) = Pair::open();
    let body = bytes::Bytes::from(vec![7; 300_000]);
    let mut out = Gather::new();
    fourwire::Output::lend(&mut out, &body);
    pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, &body, &mut out).unwrap();
    let shared: Vec<_> = out.chunks().filter(|chunk| chunk.len() > 1000).collect();
    assert_eq!(shared.len(), 3, "frames of 131,072 bytes at most");
    assert_eq!(shared[0].as_ptr(), body.as_ptr());
    let all = out.copy_to_bytes(out.remaining());
    pair.up.extend_from_slice(&all);
    for _ in 0..5 {
        pair.server(|_| ());
    }
    assert!(pair.up.is_empty());
}

#[test]
fn content_sent_whole() {
    let (mut pair, ours, theirs) = Pair::open();
    let header = ContentHeader { body_size: 5, properties: Properties::EMPTY };
    pair.client.publish_head(NOW, ours, &publish(), header, &mut pair.up).unwrap();
    let other = pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"", &mut pair.up);
    assert_eq!(other, Err(SendError::OutOfOrder), "the body comes first");
    assert_eq!(pair.client.publish_piece(NOW, ours, b"he", &mut pair.up), Ok(3));
    assert_eq!(pair.client.publish_piece(NOW, ours, b"llo!", &mut pair.up), Err(SendError::OutOfOrder), "too much");
    assert_eq!(pair.client.publish_piece(NOW, ours, b"llo", &mut pair.up), Ok(0));
    pair.server(|_| ());
    pair.server(|_| ());
    pair.server(|request| assert_eq!(request, Request::Body(theirs, b"he", 3)));
    pair.server(|request| assert_eq!(request, Request::Body(theirs, b"llo", 0)));
}

/// Frames of two channels between each other.
#[test]
fn channel_multiplexing() {
    let (mut pair, one, _) = Pair::open();
    let two = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.client(|_| ());
    let header = |body_size| ContentHeader { body_size, properties: Properties::EMPTY };
    pair.client.publish_head(NOW, one, &publish(), header(2), &mut pair.up).unwrap();
    pair.client.publish_head(NOW, two, &publish(), header(1), &mut pair.up).unwrap();
    pair.client.publish_piece(NOW, one, b"a", &mut pair.up).unwrap();
    pair.client.publish_piece(NOW, two, b"x", &mut pair.up).unwrap();
    pair.client.publish_piece(NOW, one, b"b", &mut pair.up).unwrap();
    let mut bodies = Vec::new();
    for _ in 0..7 {
        pair.server(|request| {
            if let Request::Body(channel, bytes, remaining) = request {
                bodies.push((channel.number(), bytes.to_vec(), remaining));
            }
        });
    }
    assert_eq!(bodies, [(1, b"a".to_vec(), 1), (2, b"x".to_vec(), 0), (1, b"b".to_vec(), 0)]);
}

#[test]
fn rabbitmq_confirms_multiple() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.call(NOW, ours, confirm::Select::default(), &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server.answer(NOW, theirs, confirm::SelectOk {}, &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::ConfirmSelectOk(_)))));
    for number in 1..=19 {
        let sent = pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"", &mut pair.up);
        assert_eq!(sent, Ok(Some(number)));
        pair.server(|request| assert_eq!(request, Request::Publish(theirs, publish(), Some(number))));
        pair.server(|_| ());
    }
    // What RabbitMQ does: some by themselves, the rest by a multiple that reaches over them.
    pair.server.confirm(NOW, theirs, 1, false, &mut pair.down).unwrap();
    pair.server.refuse(NOW, theirs, 2, false, &mut pair.down).unwrap();
    pair.server.confirm(NOW, theirs, 19, true, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Confirmed(ours, Settled { first: 1, last: 1, count: 1 })));
    pair.client(|event| assert_eq!(event, Event::Refused(ours, Settled { first: 2, last: 2, count: 1 })));
    pair.client(|event| assert_eq!(event, Event::Confirmed(ours, Settled { first: 3, last: 19, count: 17 })));
    assert_eq!(pair.client.unconfirmed(ours).count() + pair.server.unconfirmed(theirs).count(), 0);
    let again = pair.server.confirm(NOW, theirs, 2, false, &mut pair.down);
    assert_eq!(again, Err(SendError::StaleDelivery));
}

#[test]
fn the_publish_window_is_back_pressure() {
    let few = Config { window: 256, ..Config::default() };
    let (mut pair, ours, theirs) = Pair::open_with(few, Config::default());
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    pair.server(|_| ());
    for _ in 0..256 {
        pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    }
    let sent = pair.up.len();
    let more = pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"", &mut pair.up);
    assert_eq!((more, pair.up.len()), (Err(SendError::WindowFull), sent));
    for _ in 0..512 {
        pair.server(|_| ());
    }
    pair.server.confirm(NOW, theirs, 256, true, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Confirmed(ours, Settled { first: 1, last: 256, count: 256 })));
    let more = pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"", &mut pair.up);
    assert_eq!(more, Ok(Some(257)));
}

#[test]
fn a_message_comes_back() {
    let (mut pair, ours, theirs) = Pair::open();
    let returned = basic::Return { reply_code: ReplyCode::NoRoute, exchange: "ex".into(), ..Default::default() };
    pair.server.send_back(NOW, theirs, &returned, Properties::EMPTY, b"body", &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Returned(ours, returned)));
    pair.client(|event| assert!(matches!(event, Event::Header(_, header) if header.body_size == 4)));
    pair.client(|event| assert_eq!(event, Event::Body(ours, b"body", 0)));
}

#[test]
fn basic_10() {
    let (mut pair, ours, theirs) = Pair::open();
    let mut tags = Vec::new();
    for number in 1..=5 {
        pair.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"", &mut pair.down).unwrap();
        pair.client(|event| {
            let Event::Deliver(tag, deliver) = event else { panic!("{event:?}") };
            assert_eq!((tag.channel(), tag.number(), deliver.delivery_tag), (ours, number, number));
            tags.push(tag);
        });
        pair.client(|_| ());
    }
    assert_eq!(pair.server.unacknowledged_count(theirs), 5);
    pair.client.ack(NOW, tags[1], false, &mut pair.up).unwrap();
    pair.client.nack(NOW, tags[2], true, true, &mut pair.up).unwrap();
    pair.client.reject(NOW, tags[4], false, &mut pair.up).unwrap();
    pair.server(|request| {
        assert_eq!(request, Request::Acknowledged(theirs, Settled { first: 2, last: 2, count: 1 }));
    });
    pair.server(|request| {
        assert_eq!(request, Request::Rejected(theirs, Settled { first: 1, last: 3, count: 2 }, true));
    });
    pair.server(|request| {
        assert_eq!(request, Request::Rejected(theirs, Settled { first: 5, last: 5, count: 1 }, false));
    });
    let left: Vec<_> = pair.server.unacknowledged(theirs).map(|tag| tag.number()).collect();
    assert_eq!(left, [4]);
    // Twice is the caller's mistake, and does not cost the channel.
    assert_eq!(pair.client.ack(NOW, tags[1], false, &mut pair.up), Err(SendError::StaleDelivery));
    assert_eq!(pair.up, b"");
}

#[test]
fn basic_09() {
    let (mut pair, ours, theirs) = Pair::open();
    let consume = basic::Consume { queue: "q".into(), no_ack: true, no_wait: true, ..Default::default() };
    pair.client.call(NOW, ours, consume, &mut pair.up).unwrap();
    pair.server(|_| ());
    for _ in 0..1000 {
        pair.server.deliver(NOW, theirs, &deliver(), true, Properties::EMPTY, b"", &mut pair.down).unwrap();
        pair.client(|event| assert!(matches!(event, Event::Deliver(..))));
        pair.client(|_| ());
    }
    assert_eq!(pair.server.unacknowledged_count(theirs), 0);
}

#[test]
fn one_message_is_asked_for() {
    let (mut pair, ours, theirs) = Pair::open();
    let get = basic::Get { queue: "q".into(), no_ack: false };
    pair.client.call(NOW, ours, get, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, get, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server(|_| ());
    let got = basic::GetOk { message_count: 4, ..Default::default() };
    pair.server.get_ok(NOW, theirs, &got, false, Properties::EMPTY, b"x", &mut pair.down).unwrap();
    pair.server.answer(NOW, theirs, basic::GetEmpty {}, &mut pair.down).unwrap();
    let tag = pair.client(|event| match event {
        Event::Got(tag, got) if got.message_count == 4 => tag,
        other => panic!("{other:?}"),
    });
    pair.client(|_| ());
    pair.client(|event| assert_eq!(event, Event::Body(ours, b"x", 0)));
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::BasicGetEmpty(_)))));
    pair.client.ack(NOW, tag, false, &mut pair.up).unwrap();
}

/// An unknown tag costs the client its channel, with RabbitMQ's words, and what it had can be requeued.
#[test]
fn unknown_delivery_tag() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    pair.client(|_| ());
    pair.client(|_| ());
    let ack = basic::Ack { delivery_tag: 9, multiple: false };
    fourwire::amqp::Frame::Method(1, ack.into()).encode(0, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::ChannelRefused(theirs, ReplyCode::PreconditionFailed)));
    let left: Vec<_> = pair.server.unacknowledged(theirs).map(|tag| tag.number()).collect();
    assert_eq!(left, [1], "to be requeued");
    pair.client(|event| {
        let Event::ChannelClosed(channel, close) = event else { panic!("{event:?}") };
        assert_eq!((channel, close.reply_code), (ours, ReplyCode::PreconditionFailed));
        assert_eq!((close.class_id, close.method_id), (60, 80));
    });
    pair.server(|request| assert_eq!(request, Request::ChannelEnded(theirs)));
}

/// A handle of a channel that was closed is not one of the channel that has its number now.
#[test]
fn stale_channels_and_tags() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    let tag = pair.client(|event| match event {
        Event::Deliver(tag, _) => tag,
        other => panic!("{other:?}"),
    });
    pair.client(|_| ());
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
    pair.client(|event| assert_eq!(event, Event::ChannelEnded(ours)));
    let again = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    assert!(again.number() == ours.number() && again != ours);
    pair.server(|_| ());
    pair.client(|_| ());
    assert_eq!(pair.client.ack(NOW, tag, false, &mut pair.up), Err(SendError::StaleChannel));
    assert_eq!(pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up), Err(SendError::StaleChannel));

    // Nor on another connection that goes on with the session.
    let session = pair.client.into_session();
    pair.client = fourwire::amqp::Client::new(Config::default(), session);
    pair.server = fourwire::amqp::Server::new(NOW, Config::default(), fourwire::amqp::Session::new());
    (pair.up, pair.down) = (Vec::new(), Vec::new());
    pair.handshake();
    let third = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    assert!(third.number() == 1 && third != again);
    assert_eq!(pair.client.ack(NOW, tag, false, &mut pair.up), Err(SendError::StaleChannel));
}

/// What is still on its way to a channel that we have closed is swallowed.
#[test]
fn a_closing_channel_swallows_frames() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"late", &mut pair.down).unwrap();
    for _ in 0..3 {
        pair.client(|event| assert_eq!(event, Event::Ignored));
    }
    pair.server(|_| ());
    pair.client(|event| assert_eq!(event, Event::ChannelEnded(ours)));
}

#[test]
fn rabbitmq_consumer_cancel_notify() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.server.cancel(NOW, theirs, "c", &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Cancelled(channel, tag) if channel == ours && tag == "c")));
    pair.client.call(NOW, ours, basic::Cancel { consumer_tag: "d".into(), no_wait: false }, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Call(_, Method::BasicCancel(_)))));
    pair.server.answer(NOW, theirs, basic::CancelOk { consumer_tag: "d".into() }, &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::BasicCancelOk(_)))));
}

#[test]
fn basic_recover_tags() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..3 {
        pair.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"", &mut pair.down).unwrap();
        pair.client(|_| ());
        pair.client(|_| ());
    }
    pair.client.call(NOW, ours, basic::Recover { requeue: true }, &mut pair.up).unwrap();
    let all = Some(Settled { first: 1, last: 3, count: 3 });
    pair.server(|request| assert_eq!(request, Request::Recover(theirs, all)));
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::BasicRecoverOk(_)))));
    assert_eq!(pair.client.unacknowledged(ours).count(), 0);
}

#[test]
fn basic_recover_requeue() {
    for method in [basic::Recover { requeue: false }.into(), Method::from(basic::RecoverAsync { requeue: false })] {
        let (mut pair, ..) = Pair::open();
        pair.server_refuses(&fourwire::amqp::Frame::Method(1, method), |error, answer| {
            assert_eq!(error.reply_code(), ReplyCode::NotImplemented);
            assert!(matches!(answer, Some(Method::ConnectionClose(close)) if close.method_id == method.id().method()));
        });
    }
}

#[test]
fn flow_is_answered() {
    let (mut pair, ours, _) = Pair::open();
    let flow = fourwire::amqp::channel::Flow { active: false };
    fourwire::amqp::Frame::Method(1, flow.into()).encode(0, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Flow(ours, false)));
    assert_eq!(names(&pair.up), ["channel.flow-ok"]);
}

/// An output that is full: nothing is consumed, nothing changed, and the call can be repeated.
#[test]
fn a_full_output_changes_nothing() {
    let (mut pair, ours, theirs) = Pair::open();
    let mut room = [0; 60];
    let mut small = fourwire::SliceOutput::new(&mut room);
    let full = pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, &[0; 100], &mut small);
    assert_eq!(full, Err(SendError::Encode(fourwire::amqp::EncodeError::Full)));
    assert!(small.is_empty());
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    let input = pair.up.clone();
    let full = pair.server.receive(NOW, &input, &mut fourwire::SliceOutput::new(&mut []));
    assert_eq!(full, Err(fourwire::amqp::Error::Full));
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
}

/// Whole messages, of frames that come between each other's; one that is too large is not kept.
#[test]
fn messages_are_put_together() {
    use fourwire::amqp::{Assembler, Frame};
    let (mut pair, ..) = Pair::open();
    let _ = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.client(|_| ());
    let properties = BasicProperties { message_id: Some("m".into()), ..Default::default() };
    let header = |body_size| ContentHeader { body_size, properties: (&properties).into() };
    let mut put = |frame: Frame<'_>| frame.encode(0, &mut pair.down).unwrap();
    let deliver = |delivery_tag| basic::Deliver { delivery_tag, ..deliver() };
    put(Frame::Method(1, deliver(1).into()));
    put(Frame::Method(2, basic::Return { reply_text: "back".into(), ..Default::default() }.into()));
    put(Frame::Header(2, header(2)));
    put(Frame::Header(1, header(5)));
    put(Frame::Body(1, b"hel"));
    put(Frame::Body(2, b"hi"));
    put(Frame::Body(1, b"lo"));
    put(Frame::Method(1, deliver(2).into()));
    put(Frame::Header(1, header(0)));
    put(Frame::Method(1, deliver(3).into()));
    put(Frame::Header(1, header(11)));
    put(Frame::Body(1, b"hello world"));

    let (mut assembler, mut seen, mut too_large) = (Assembler::new(10), Vec::new(), 0);
    let input = pair.down.clone();
    let mut rest = &input[..];
    while let Some((event, used)) = pair.client.receive(NOW, rest, &mut pair.up).unwrap() {
        match assembler.event(&event) {
            Ok(Some(message)) => {
                assert_eq!(message.properties.message_id().unwrap(), "m");
                let borrowed = input.as_ptr_range().contains(&message.body.as_ptr());
                let tag = message.tag.map(|tag| (tag.channel() == message.channel, tag.number()));
                assert_eq!((message.channel.number(), message.number), (if tag.is_some() { 1 } else { 2 }, None));
                seen.push((message.method.id().to_string(), message.body.to_vec(), borrowed, tag));
            }
            Ok(None) => {}
            Err(error) => {
                assert_eq!((error.body_size, error.tag.map(|tag| tag.number())), (11, Some(3)));
                too_large += 1;
            }
        }
        rest = &rest[used..];
    }
    assert_eq!(too_large, 1);
    assert_eq!(seen[0], ("basic.return".into(), b"hi".to_vec(), true, None), "one frame: not copied");
    assert_eq!(seen[1], ("basic.deliver".into(), b"hello".to_vec(), false, Some((true, 1))));
    assert_eq!((seen[2].1.as_slice(), seen[2].3, seen.len()), (&b""[..], Some((true, 2)), 3));
}

/// What a server gets whole comes with the number that it is confirmed by.
#[test]
fn publishes_are_put_together() {
    use fourwire::amqp::Assembler;
    let (mut pair, ours, theirs) = Pair::open();
    let mut messages = Assembler::default();
    let mut numbers = Vec::new();
    for round in 0..3 {
        if round == 1 {
            pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
            pair.server(|_| ());
        }
        pair.client.publish(NOW, ours, &publish(), Properties::EMPTY, b"x", &mut pair.up).unwrap();
        for _ in 0..3 {
            pair.server(|request| {
                if let Some(whole) = messages.request(&request).unwrap() {
                    assert_eq!((whole.channel, whole.tag, whole.body), (theirs, None, &b"x"[..]));
                    numbers.push(whole.number);
                }
            });
        }
    }
    assert_eq!(numbers, [None, Some(1), Some(2)]);
}
