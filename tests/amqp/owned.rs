//! Frames that own their bytes, and the codec for streams of them.

use std::sync::Arc;

use bytes::Bytes;
use fourwire::amqp::{
    ContentHeader, DecodeError, EncodeError, Entry, ErrorKind, Frame, FrameBuf, Properties, Table, Value, basic, queue,
};

const ACK: &[u8] = b"\x01\x00\x01\x00\x00\x00\x0D\x00\x3C\x00\x50\x00\x00\x00\x00\x00\x00\x00\x07\x01\xCE";

fn ack(channel: u16, delivery_tag: u64) -> Frame<'static> {
    Frame::Method(channel, basic::Ack { delivery_tag, multiple: true }.into())
}

#[test]
fn a_frame_in_memory_of_any_kind() {
    fn is_free<T: Send + Sync + Clone + 'static>(buf: T) -> T {
        buf
    }
    assert_eq!(FrameBuf::new(ACK).unwrap().frame(), ack(1, 7));
    assert_eq!(FrameBuf::new(<[u8; 21]>::try_from(ACK).unwrap()).unwrap().frame(), ack(1, 7));
    let encoded = FrameBuf::encode(&ack(1, 7)).unwrap();
    assert_eq!(encoded.bytes(), ACK);
    assert_eq!(is_free(encoded.clone().into::<Bytes>()).frame(), ack(1, 7));
    assert_eq!(is_free(encoded.clone().into::<Arc<[u8]>>()).frame(), ack(1, 7));
    assert_eq!(encoded.into_bytes(), ACK);
}

/// What borrows from the input is kept by it.
#[test]
fn arguments_are_kept() {
    let entries = [Entry::new("x-message-ttl", Value::U32(60_000))];
    let declare = queue::Declare { queue: "q".into(), arguments: Table::new(&entries), ..Default::default() };
    let mut buf = FrameBuf::encode(&Frame::Method(1, declare.into())).unwrap();
    assert_eq!(buf.frame(), Frame::Method(1, declare.into()));

    // Its memory takes another frame; and stays as it is if that cannot be sent.
    let long = "x".repeat(256);
    let wrong = queue::Declare { queue: long.as_str().into(), ..Default::default() };
    assert_eq!(buf.replace(&Frame::Method(1, wrong.into())), Err(EncodeError::ShortString));
    assert_eq!(buf.frame(), Frame::Method(1, declare.into()));
    buf.replace(&ack(2, 9)).unwrap();
    assert_eq!(buf.frame(), ack(2, 9));
}

#[test]
fn bytes_that_are_not_one_frame() {
    let not_one = |offset| DecodeError { kind: ErrorKind::NotOneFrame, offset };
    assert_eq!(FrameBuf::new(&ACK[..20]).unwrap_err(), not_one(20));
    assert_eq!(FrameBuf::new([ACK, b"\x08"].concat()).unwrap_err(), not_one(21));
    assert_eq!(FrameBuf::new(b"").unwrap_err(), not_one(0));
    let wrong = [&ACK[..20], b"\xCF"].concat();
    assert_eq!(FrameBuf::new(wrong).unwrap_err(), DecodeError { kind: ErrorKind::FrameEnd, offset: 20 });
}

#[cfg(feature = "tokio-util")]
mod codec {
    use bytes::BytesMut;
    use fourwire::amqp::{FrameCodec, Limits, Message, ProtocolHeader};
    use tokio_util::codec::{Decoder, Encoder};

    use super::*;

    fn limits(frame: u32) -> Limits {
        Limits { frame, ..Limits::default() }
    }

    #[test]
    fn frames_come_as_they_went() {
        let header = ContentHeader { body_size: 3, properties: Properties::EMPTY };
        let frames = [
            Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1),
            ack(1, 7),
            Frame::Header(1, header),
            Frame::Body(1, b"abc"),
            Frame::Heartbeat,
        ];
        let (mut codec, mut wire) = (FrameCodec::new(), BytesMut::new());
        for frame in frames {
            codec.encode(frame, &mut wire).unwrap();
        }
        let (mut input, mut seen) = (BytesMut::new(), Vec::new());
        for byte in &wire {
            input.extend_from_slice(&[*byte]);
            while let Some(buf) = codec.decode(&mut input).unwrap() {
                seen.push(buf);
            }
        }
        assert!(seen.iter().map(FrameBuf::frame).eq(frames));

        // A frame that owns its bytes goes on as it is.
        let mut again = BytesMut::new();
        for buf in &seen {
            codec.encode(buf, &mut again).unwrap();
        }
        assert_eq!(again, wire);
    }

    #[test]
    fn a_message_goes_in_frames_that_are_agreed() {
        let (mut codec, mut wire) = (FrameCodec::new(), BytesMut::new());
        let body = [b'x'; 5000];
        let message = Message { method: basic::Publish::default().into(), properties: Properties::EMPTY, body: &body };
        codec.encode((1, message), &mut wire).unwrap();
        let mut pieces = Vec::new();
        while let Some(buf) = codec.decode(&mut wire).unwrap() {
            if let Frame::Body(1, piece) = buf.frame() {
                pieces.push(piece.len());
            }
        }
        assert_eq!(pieces, [4088, 912]);

        // One that came when more was agreed does not go out when less is.
        let large = FrameBuf::encode(&Frame::Body(1, &body)).unwrap();
        let refused = codec.encode(&large, &mut wire).unwrap_err();
        assert_eq!(refused.get_ref().unwrap().downcast_ref(), Some(&EncodeError::FrameTooLarge));
        assert!(wire.is_empty());
        codec.set_limits(limits(8192));
        codec.encode(&large, &mut wire).unwrap();
        assert_eq!(codec.decode(&mut wire).unwrap().unwrap(), large.into::<Bytes>());
    }

    #[test]
    fn wrong_bytes_end_the_stream() {
        let mut input = BytesMut::from(&b"\x07\x00\x00"[..]);
        let error = FrameCodec::with_limits(limits(4096)).decode(&mut input).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        let source = error.get_ref().unwrap().downcast_ref();
        assert_eq!(source, Some(&DecodeError { kind: ErrorKind::FrameType, offset: 0 }));
    }
}

/// A channel's handle is small.
#[test]
fn handles_are_small() {
    assert_eq!(size_of::<fourwire::amqp::Channel>(), 8);
}
