//! §4.2.2 to §4.2.4: protocol header, frames, methods.

use fourwire::amqp::{
    Decoder, EncodeError, Error, ErrorKind, Frame, Limits, Message, Method, MethodId, Properties, ProtocolHeader,
    ReplyCode, basic,
};

use super::{both_close, frame, method};
use crate::hex;

fn kind(error: Error) -> ErrorKind {
    match error {
        Error::Decode(error) => error.kind,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn decodes(bytes: &[u8], frame: Frame<'_>) {
    assert_eq!(Decoder::new().decode(bytes), Ok(Some((frame, bytes.len()))));
    for len in 0..bytes.len() {
        assert_eq!(Decoder::new().decode(&bytes[..len]), Ok(None), "{len} bytes");
    }
    let mut out = Vec::new();
    frame.encode(0, &mut out).unwrap();
    assert_eq!(out, bytes);
}

#[test]
fn wire_protocol_header() {
    decodes(&hex("'AMQP' 00 00 09 01"), Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1));
    let other = ProtocolHeader { protocol_id: 3, major: 1, minor: 0, revision: 2 };
    decodes(&hex("'AMQP' 03 01 00 02"), Frame::ProtocolHeader(other));
}

/// Refused at the first byte that is wrong, before the rest is there.
#[test]
fn wire_protocol_header_literal() {
    for (bytes, offset) in [(&b"AM\0"[..], 2), (b"AMQp", 3), (b"A\0\0\0\0\0\0", 1)] {
        let error = Decoder::new().decode(bytes).expect_err("no literal");
        assert_eq!((error.kind, error.offset), (ErrorKind::ProtocolHeader, offset));
    }
}

/// It comes first, and never again: behind a frame its first byte is a frame type that is none.
#[test]
fn wire_protocol_header_first() {
    assert_eq!(kind(both_close(b"AMQP\0\0\x09\x01", ReplyCode::FrameError)), ErrorKind::FrameType);
    let mut decoder = Decoder::new();
    assert!(decoder.decode(b"AMQP\0\0\x09\x01").unwrap().is_some());
    assert_eq!(decoder.decode(b"AMQP\0\0\x09\x01").expect_err("twice").kind, ErrorKind::FrameType);
}

#[test]
fn wire_frame_head() {
    decodes(&hex("03 0102 00000003 'abc' CE"), Frame::Body(0x0102, b"abc"));
    decodes(&hex("03 FFFF 00000001 CE CE"), Frame::Body(0xFFFF, b"\xCE"));
    let frame = hex("01 0001 0000000D 003C 0050 0000000000000007 01 CE");
    decodes(&frame, Frame::Method(1, basic::Ack { delivery_tag: 7, multiple: true }.into()));
}

/// 1, 2, 3 and 8. All others are refused with their first byte.
#[test]
fn wire_frame_type() {
    for kind in (0..=255).filter(|kind| ![1, 2, 3, 8].contains(kind)) {
        let first = [kind];
        let error = Decoder::new().decode(&first);
        if kind == b'A' {
            assert_eq!(error, Ok(None), "a protocol header, if it is the first");
        } else {
            assert_eq!(error.map_err(|error| (error.kind, error.offset)), Err((ErrorKind::FrameType, 0)), "{kind}");
        }
        assert_eq!(self::kind(both_close(&[kind], ReplyCode::FrameError)), ErrorKind::FrameType);
    }
}

#[test]
fn wire_frame_end() {
    for end in (0..=255).filter(|end| *end != 0xCE) {
        let error = Decoder::new().decode(&[3, 0, 1, 0, 0, 0, 1, b'x', end]).expect_err("no end");
        assert_eq!((error.kind, error.offset), (ErrorKind::FrameEnd, 8));
    }
    let error = both_close(b"\x08\x00\x00\x00\x00\x00\x00\xCD", ReplyCode::FrameError);
    assert_eq!(kind(error), ErrorKind::FrameEnd);
}

/// What is in a frame is not looked at before its end was.
#[test]
fn wire_frame_end_first() {
    let mut nonsense = method(1, "0063 0001");
    *nonsense.last_mut().unwrap() = 0;
    assert_eq!(kind(both_close(&nonsense, ReplyCode::FrameError)), ErrorKind::FrameEnd);
}

/// Refused as soon as its length is there. (RabbitMQ lets pass eight bytes more.)
#[test]
fn wire_frame_size() {
    let error = both_close(&hex("03 0001 0001FFF9"), ReplyCode::FrameError);
    assert_eq!(kind(error), ErrorKind::FrameTooLarge);
    let mut decoder = Decoder::with_limits(Limits { frame: 16, ..Limits::default() });
    assert_eq!(decoder.decode(&frame(3, 1, b"12345678")), Ok(Some((Frame::Body(1, b"12345678"), 16))));
    let error = decoder.decode(&hex("03 0001 00000009")).expect_err("one too many");
    assert_eq!((error.kind, error.offset), (ErrorKind::FrameTooLarge, 3));
    let error = decoder.decode(&hex("03 0001 FFFFFFFF")).expect_err("far too many");
    assert_eq!(error.kind, ErrorKind::FrameTooLarge);
}

#[test]
fn wire_frame_size_sent() {
    let key = [b'k'; 200];
    let publish = basic::Publish { routing_key: (&key).into(), ..Default::default() };
    let frame = Frame::Method(1, publish.into());
    let len = u32::try_from(frame.encoded_len()).unwrap();
    let mut out = Vec::new();
    assert_eq!(frame.encode(len - 1, &mut out), Err(EncodeError::FrameTooLarge));
    assert_eq!(Frame::Body(1, &[0; 93]).encode(100, &mut out), Err(EncodeError::FrameTooLarge));
    assert!(out.is_empty());
    assert_eq!(frame.encode(len, &mut out), Ok(()));
    assert_eq!(Frame::Body(1, &[0; 92]).encode(100, &mut out), Ok(()));

    // A body is cut into as many as it takes.
    let message = Message { method: basic::Publish::default().into(), properties: Properties::EMPTY, body: &[7; 250] };
    let mut out = Vec::new();
    message.encode(1, 100, &mut out).unwrap();
    let (mut decoder, mut rest) = (Decoder::with_limits(Limits { frame: 100, ..Limits::default() }), &out[..]);
    let mut bodies = Vec::new();
    while let Some((frame, used)) = decoder.decode(rest).unwrap() {
        rest = &rest[used..];
        if let Frame::Body(1, body) = frame {
            bodies.push(body.len());
        }
    }
    assert_eq!(bodies, [92, 92, 66]);
}

/// The connection's methods are on channel 0. (503)
#[test]
fn wire_channel_0_connection() {
    let error = both_close(&method(1, "000A 0033"), ReplyCode::CommandInvalid);
    assert_eq!(kind(error), ErrorKind::MethodChannel(MethodId::ConnectionCloseOk));
}

/// And no others. (504, as RabbitMQ has it)
#[test]
fn wire_channel_0_others() {
    let error = both_close(&method(0, "003C 0050 0000000000000001 00"), ReplyCode::ChannelError);
    assert_eq!(kind(error), ErrorKind::MethodChannel(MethodId::BasicAck));
    let error = both_close(&method(0, "0014 000A 00"), ReplyCode::ChannelError);
    assert_eq!(kind(error), ErrorKind::MethodChannel(MethodId::ChannelOpen));
}

#[test]
fn wire_method_ids() {
    for payload in ["", "00", "003C", "003C 00"] {
        assert_eq!(kind(both_close(&method(1, payload), ReplyCode::FrameError)), ErrorKind::NoMethod);
    }
    assert_eq!(MethodId::from_ids(60, 80), Some(MethodId::BasicAck));
    assert_eq!((MethodId::BasicAck.class(), MethodId::BasicAck.method()), (60, 80));
}

/// 540. (RabbitMQ 3.10 drops the socket.)
#[test]
fn wire_method_unknown() {
    for (channel, payload, class, number) in
        [(1, "003C 0063", 60, 99), (1, "0063 0001", 99, 1), (0, "000A 0063", 10, 99), (1, "F000 0001", 61440, 1)]
    {
        let error = both_close(&method(channel, payload), ReplyCode::NotImplemented);
        assert_eq!(kind(error), ErrorKind::UnknownMethod { class, method: number });
    }
}

/// What a reply says about the method that was wrong.
#[test]
fn wire_method_about() {
    let (mut pair, ..) = crate::amqp::support::Pair::open();
    pair.server_refuses_bytes(&method(9, "003C 0050 0000000000000001 00"), |_, answer| {
        let Some(Method::ConnectionClose(close)) = answer else { panic!("{answer:?}") };
        assert_eq!((close.class_id, close.method_id), (60, 80));
        assert_eq!(close.reply_text, "CHANNEL_ERROR");
    });
}
