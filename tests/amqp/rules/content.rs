//! §4.2.6: content headers and bodies. An open server gets them behind `basic.publish`, an open client behind
//! `basic.deliver`.

use fourwire::amqp::{
    BasicProperties, ContentHeader, Decoder, Entry, Error, ErrorKind, Event, Frame, Properties, ReplyCode, Request,
    Table, Unit, Value, Violation, basic,
};

use super::{client_closes, deliver, frame, header, method, publish, server_closes};
use crate::amqp::support::{NOW, Pair, names};
use crate::hex;

/// Frames behind the method that content belongs to: the last one closes the connection in both roles.
#[track_caller]
fn closes(frames: &[&[u8]], code: ReplyCode) -> Error {
    let error = server_closes(&[&[&publish()[..]], frames].concat(), code);
    assert_eq!(client_closes(&[&[&deliver()[..]], frames].concat(), code), error);
    error
}

/// A content header whose bytes are wrong.
#[track_caller]
fn header_closes(payload: &str, code: ReplyCode) -> ErrorKind {
    match closes(&[&frame(2, 1, &hex(payload))], code) {
        Error::Decode(error) => error.kind,
        other => panic!("{other:?}"),
    }
}

const OUT_OF_ORDER: Error = Error::Violation(Violation::Content);

#[test]
fn content_order() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.up = [publish(), header(1, 3), frame(3, 1, b"abc"), publish(), header(1, 0), publish()].concat();
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(pair.server(|request| match request {
            Request::Publish(channel, ..) if channel == theirs => "publish".into(),
            Request::Header(_, header) => format!("header of {}", header.body_size),
            Request::Body(_, bytes, remaining) => format!("{} bytes, {remaining} to come", bytes.len()),
            other => panic!("{other:?}"),
        }));
    }
    assert_eq!(seen, ["publish", "header of 3", "3 bytes, 0 to come", "publish", "header of 0", "publish"]);

    pair.down = [deliver(), header(1, 1), frame(3, 1, b"x")].concat();
    pair.client(|event| assert!(matches!(event, Event::Deliver(tag, _) if tag.channel() == ours)));
    pair.client(|event| assert!(matches!(event, Event::Header(..))));
    pair.client(|event| assert_eq!(event, Event::Body(ours, b"x", 0)));
}

#[test]
fn content_header_missing() {
    for instead in [frame(3, 1, b"x"), publish(), method(1, "005A 000A")] {
        assert_eq!(closes(&[&instead], ReplyCode::UnexpectedFrame), OUT_OF_ORDER);
    }
}

#[test]
fn content_header_unasked() {
    for frame in [header(1, 0), frame(3, 1, b"x"), header(9, 0), frame(3, 9, b"x")] {
        assert_eq!(super::both_close(&frame, ReplyCode::UnexpectedFrame), OUT_OF_ORDER);
    }
    // A second header, or a body behind the last byte of one.
    assert_eq!(closes(&[&header(1, 1), &header(1, 1)], ReplyCode::UnexpectedFrame), OUT_OF_ORDER);
    assert_eq!(closes(&[&header(1, 0), &frame(3, 1, b"x")], ReplyCode::UnexpectedFrame), OUT_OF_ORDER);
}

/// 505, as RabbitMQ has it; §4.2.6.1 has 501, and §4.2.6 has 505.
#[test]
fn content_header_class() {
    let kind = header_closes("0032 0000 0000000000000000 0000", ReplyCode::UnexpectedFrame);
    assert_eq!(kind, ErrorKind::ContentClass(50));
}

#[test]
fn content_header_weight() {
    let kind = header_closes("003C 0001 0000000000000000 0000", ReplyCode::UnexpectedFrame);
    assert_eq!(kind, ErrorKind::Weight);
}

#[test]
fn content_header_truncated() {
    let whole = hex("003C 0000 0000000000000000 8000 02'ab'");
    for len in 0..whole.len() {
        let error = closes(&[&frame(2, 1, &whole[..len])], ReplyCode::FrameError);
        let Error::Decode(error) = error else { panic!("{error:?}") };
        assert_eq!(error.kind, ErrorKind::Truncated(Unit::Header), "{len} bytes");
    }
}

/// 501. (RabbitMQ is at a loss, and says 541.)
#[test]
fn content_header_trailing() {
    let kind = header_closes("003C 0000 0000000000000000 0000 00", ReplyCode::FrameError);
    assert_eq!(kind, ErrorKind::TrailingBytes(Unit::Header));
}

/// 64 bits: the sum of all bodies.
#[test]
fn content_header_body_size() {
    let (mut pair, ours, _) = Pair::open();
    pair.down = [deliver(), header(1, u64::MAX), frame(3, 1, b"abc")].concat();
    pair.client(|_| ());
    pair.client(|event| assert!(matches!(event, Event::Header(_, header) if header.body_size == u64::MAX)));
    pair.client(|event| assert_eq!(event, Event::Body(ours, b"abc", u64::MAX - 3)));
}

/// Each of the fourteen alone, and all of them, from the highest bit on.
#[test]
fn content_header_flags() {
    let text = |set: fn(&mut BasicProperties<'static>)| {
        let mut properties = BasicProperties::default();
        set(&mut properties);
        properties
    };
    let headers = const { &[Entry::new("h", Value::Bool(true))] };
    let each: [(&str, BasicProperties<'_>); 14] = [
        ("02'ct'", text(|p| p.content_type = Some("ct".into()))),
        ("02'ce'", text(|p| p.content_encoding = Some("ce".into()))),
        ("00000004 01'h' 't' 01", BasicProperties { headers: Some(Table::new(headers)), ..Default::default() }),
        ("02", text(|p| p.delivery_mode = Some(2))),
        ("09", text(|p| p.priority = Some(9))),
        ("02'ci'", text(|p| p.correlation_id = Some("ci".into()))),
        ("02'rt'", text(|p| p.reply_to = Some("rt".into()))),
        ("02'10'", text(|p| p.expiration = Some("10".into()))),
        ("02'mi'", text(|p| p.message_id = Some("mi".into()))),
        ("0000000065A0F0F1", text(|p| p.timestamp = Some(0x65A0_F0F1))),
        ("02'ty'", text(|p| p.kind = Some("ty".into()))),
        ("02'ui'", text(|p| p.user_id = Some("ui".into()))),
        ("02'ai'", text(|p| p.app_id = Some("ai".into()))),
        ("02'cl'", text(|p| p.cluster_id = Some("cl".into()))),
    ];
    let mut together = BasicProperties::default();
    for (place, (value, wanted)) in each.iter().enumerate() {
        reads(&format!("{:04X} {value}", 0x8000_u16 >> place), wanted);
        together = match place {
            0 => BasicProperties { content_type: wanted.content_type, ..together },
            1 => BasicProperties { content_encoding: wanted.content_encoding, ..together },
            2 => BasicProperties { headers: wanted.headers, ..together },
            3 => BasicProperties { delivery_mode: wanted.delivery_mode, ..together },
            4 => BasicProperties { priority: wanted.priority, ..together },
            5 => BasicProperties { correlation_id: wanted.correlation_id, ..together },
            6 => BasicProperties { reply_to: wanted.reply_to, ..together },
            7 => BasicProperties { expiration: wanted.expiration, ..together },
            8 => BasicProperties { message_id: wanted.message_id, ..together },
            9 => BasicProperties { timestamp: wanted.timestamp, ..together },
            10 => BasicProperties { kind: wanted.kind, ..together },
            11 => BasicProperties { user_id: wanted.user_id, ..together },
            12 => BasicProperties { app_id: wanted.app_id, ..together },
            _ => BasicProperties { cluster_id: wanted.cluster_id, ..together },
        };
    }
    let values: Vec<&str> = each.iter().map(|(value, _)| *value).collect();
    reads(&format!("FFFC {}", values.join(" ")), &together);
    reads("0000", &BasicProperties::default());
}

/// Flags and properties, read and written.
#[track_caller]
fn reads(properties: &str, wanted: &BasicProperties<'_>) {
    let bytes = frame(2, 1, &[hex("003C 0000 0000000000000005"), hex(properties)].concat());
    let header = ContentHeader { body_size: 5, properties: wanted.into() };
    assert_eq!(Decoder::new().decode(&bytes), Ok(Some((Frame::Header(1, header), bytes.len()))), "{properties}");
    let mut out = Vec::new();
    Frame::Header(1, header).encode(0, &mut out).unwrap();
    assert_eq!(out, bytes, "{properties}");
}

/// The two lowest flags, which no property has, are passed over and sent on: RabbitMQ gives consumers what it was given.
#[test]
fn content_header_flags_unknown() {
    for flags in ["0001", "0002", "0003", "8002 01'x'"] {
        let bytes = frame(2, 1, &[hex("003C 0000 0000000000000000"), hex(flags)].concat());
        let Ok(Some((read @ Frame::Header(1, header), _))) = Decoder::new().decode(&bytes) else { panic!("{flags}") };
        let wanted = if flags.starts_with('8') { Some("x".into()) } else { None };
        assert_eq!(header.properties.get(), BasicProperties { content_type: wanted, ..Default::default() });
        let mut out = Vec::new();
        read.encode(0, &mut out).unwrap();
        assert_eq!(out, bytes, "as they came");
    }
    // More flags behind them nobody reads.
    let kind = header_closes("003C 0000 0000000000000000 0001 0000", ReplyCode::FrameError);
    assert_eq!(kind, ErrorKind::TrailingBytes(Unit::Header));
}

/// 505, as RabbitMQ has it; §4.2.6.1 has 504.
#[test]
fn content_channel_0() {
    for frame in [header(0, 0), frame(3, 0, b"x"), b"\x02\0\0".to_vec(), b"\x03\0\0".to_vec()] {
        match super::both_close(&frame, ReplyCode::UnexpectedFrame) {
            Error::Decode(error) => assert_eq!((error.kind, error.offset), (ErrorKind::ContentOnChannel0, 1)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn content_body_empty() {
    let (mut pair, _, theirs) = Pair::open();
    pair.up =
        [publish(), header(1, 2), frame(3, 1, b""), frame(3, 1, b"a"), frame(3, 1, b""), frame(3, 1, b"b")].concat();
    pair.server(|_| ());
    pair.server(|_| ());
    for (piece, remaining) in [(&b""[..], 2), (b"a", 1), (b"", 1), (b"b", 0)] {
        pair.server(|request| assert_eq!(request, Request::Body(theirs, piece, remaining)));
    }
}

/// 501, as newer RabbitMQs have it; 3.10 takes no note of it.
#[test]
fn content_body_too_long() {
    let error = closes(&[&header(1, 3), &frame(3, 1, b"ab"), &frame(3, 1, b"cd")], ReplyCode::FrameError);
    assert_eq!(error, Error::Violation(Violation::BodySize));
}

/// A method where a body is missing.
#[test]
fn content_body_missing() {
    for instead in [method(1, "005A 000A"), publish(), method(1, "0014 0014 01")] {
        let error = closes(&[&header(1, 3), &frame(3, 1, b"ab"), &instead], ReplyCode::UnexpectedFrame);
        assert_eq!(error, OUT_OF_ORDER);
    }
}

/// `channel.close` in the middle ends the content with its channel. (RabbitMQ closes the connection with 505.)
#[test]
fn content_aborted() {
    let (mut pair, ours, theirs) = Pair::open();
    let close = method(1, "0014 0028 00C8 00 0000 0000");
    pair.up = [publish(), header(1, 3), close.clone()].concat();
    pair.server(|_| ());
    pair.server(|_| ());
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
    pair.down = [deliver(), header(1, 3), close].concat();
    pair.client(|_| ());
    pair.client(|_| ());
    pair.client(|event| assert!(matches!(event, Event::ChannelClosed(channel, _) if channel == ours)));
}

/// Other channels, and channel 0, between the frames of one content.
#[test]
fn content_interleaved() {
    let (mut pair, _, theirs) = Pair::open();
    pair.client.open_channel(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.up = [publish(), frame(8, 0, b""), header(1, 2), method(2, "005A 000A"), frame(3, 1, b"a")].concat();
    pair.up.extend([method(2, "003C 0028 0000 00 00 00"), header(2, 0), frame(3, 1, b"b")].concat());
    for _ in 0..7 {
        pair.server(|_| ());
    }
    pair.server(|request| assert_eq!(request, Request::Body(theirs, b"b", 0)));
}

/// The methods that have it, always have it.
#[test]
fn content_methods() {
    let (mut pair, _, theirs) = Pair::open();
    let returned = basic::Return::default();
    pair.server.send_back(NOW, theirs, &returned, Properties::EMPTY, b"", &mut pair.down).unwrap();
    assert_eq!(names(&pair.down), ["basic.return", "header of 0"]);
}

/// What is answered by the machine waits, while a body is sent on the channel, for its end: no method may be in the middle
/// of it. (RabbitMQ closes the connection with 505 for a close-ok there.)
#[test]
fn content_answers() {
    let head = ContentHeader { body_size: 2, properties: Properties::EMPTY };
    for (asks, answer) in [
        ("0014 0028 0194 00 0000 0000", "channel.close-ok"),
        ("0014 0014 00", "channel.flow-ok"),
        ("003C 001E 01'c' 00", "basic.cancel-ok"),
    ] {
        let (mut pair, ours, _) = Pair::open();
        pair.client.publish_head(NOW, ours, &basic::Publish::default(), head, &mut pair.up).unwrap();
        let input = method(1, asks);
        assert_eq!(pair.client.receive(NOW, &input, &mut pair.up), Ok(None), "{answer}");
        assert!(pair.client.is_held_back());
        assert_eq!(pair.client.publish_piece(NOW, ours, b"ab", &mut pair.up), Ok(0));
        assert!(pair.client.receive(NOW, &input, &mut pair.up).unwrap().is_some());
        assert_eq!(names(&pair.up), ["basic.publish", "header of 2", "body of 2", answer]);
    }
    for (asks, answer) in [
        ("0014 0028 0194 00 0000 0000", "channel.close-ok"),
        ("0014 0014 00", "channel.flow-ok"),
        ("003C 006E 01", "basic.recover-ok"),
    ] {
        let (mut pair, _, theirs) = Pair::open();
        pair.server.deliver_head(NOW, theirs, &basic::Deliver::default(), false, head, &mut pair.down).unwrap();
        let input = method(1, asks);
        assert_eq!(pair.server.receive(NOW, &input, &mut pair.down), Ok(None), "{answer}");
        assert!(pair.server.is_held_back());
        assert_eq!(pair.server.piece(NOW, theirs, b"ab", &mut pair.down), Ok(0));
        assert!(pair.server.receive(NOW, &input, &mut pair.down).unwrap().is_some());
        assert_eq!(names(&pair.down), ["basic.deliver", "header of 2", "body of 2", answer]);
    }
}

/// A close of the connection does not wait, nor what comes while it is closing.
#[test]
fn content_answers_not_awaited() {
    let head = ContentHeader { body_size: 2, properties: Properties::EMPTY };
    let (mut pair, ours, _) = Pair::open();
    pair.client.publish_head(NOW, ours, &basic::Publish::default(), head, &mut pair.up).unwrap();
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    pair.down = method(1, "0014 0028 0194 00 0000 0000");
    pair.client(|event| assert_eq!(event, Event::Ignored));
    pair.down = method(0, "000A 0032 0140 00 0000 0000");
    pair.client(|event| assert!(matches!(event, Event::Closed(_))));
}
