//! Frames that own their bytes, and the codec for streams of them.

use std::sync::Arc;

use bytes::Bytes;
use fourwire::stomp::{Command, DecodeError, EncodeError, ErrorKind, Frame, FrameBuf, Header, Leniencies, Version};

const SEND: &[u8] = b"SEND\ndestination:/queue/a\\cb\n\nhello\0";

#[test]
fn a_frame_in_memory_of_any_kind() {
    fn is_free<T: Send + Sync + Clone + 'static>(buf: T) -> T {
        buf
    }
    let headers = [Header::new("destination", "/queue/a:b")];
    let frame = Frame { body: b"hello", ..Frame::new(Command::Send, &headers) };
    assert_eq!(FrameBuf::new(SEND, Version::V1_2).unwrap().frame(), frame);
    assert_eq!(FrameBuf::new(<[u8; 36]>::try_from(SEND).unwrap(), Version::V1_2).unwrap().frame(), frame);
    let encoded = FrameBuf::encode(&frame, Version::V1_2).unwrap();
    assert_eq!(encoded.bytes(), SEND);
    assert_eq!(is_free(encoded.clone().into::<Bytes>()).frame(), frame);
    assert_eq!(is_free(encoded.clone().into::<Arc<[u8]>>()).frame(), frame);
    assert_eq!(encoded.into_bytes(), SEND);
}

/// Its memory takes another frame; and stays as it is if that cannot be sent.
#[test]
fn memory_is_used_again() {
    let mut buf = FrameBuf::encode(&FrameBuf::new(SEND, Version::V1_2).unwrap().frame(), Version::V1_1).unwrap();
    let wrong = [Header::new("transaction", "a\rb")];
    let refused = buf.replace(&Frame::new(Command::Begin, &wrong));
    assert_eq!(refused, Err(EncodeError::Byte(b'\r')));
    assert_eq!((buf.bytes().as_slice(), buf.version()), (SEND, Some(Version::V1_1)));
    let right = [Header::new("transaction", "t")];
    buf.replace(&Frame::new(Command::Begin, &right)).unwrap();
    assert_eq!(buf.frame(), Frame::new(Command::Begin, &right));
}

#[test]
fn bytes_that_are_not_one_frame() {
    let not_one = |offset| DecodeError { kind: ErrorKind::NotOneFrame, offset };
    let version = Version::V1_2;
    assert_eq!(FrameBuf::new(&SEND[..35], version).unwrap_err(), not_one(35));
    assert_eq!(FrameBuf::new([SEND, b"\n"].concat(), version).unwrap_err(), not_one(36));
    assert_eq!(FrameBuf::new([b"\n", SEND].concat(), version).unwrap_err(), not_one(0));
    assert_eq!(FrameBuf::new(b"", version).unwrap_err(), not_one(0));
    assert_eq!(FrameBuf::new(b"SENT\n\n\0", version).unwrap_err().kind, ErrorKind::UnknownCommand);
}

/// What a leniency let in is read with it again.
#[test]
fn a_frame_that_is_against_the_rules() {
    let wire = b"SEND\ndestination:a:b\n\n\0";
    assert_eq!(FrameBuf::new(wire, Version::V1_2).unwrap_err().kind, ErrorKind::Colon);
    let lenient = Leniencies { raw_colons: true, ..Leniencies::default() };
    let buf = FrameBuf::with_leniencies(wire, Version::V1_2, lenient).unwrap();
    assert_eq!(buf.frame().get("destination").unwrap(), "a:b");
}

#[cfg(feature = "tokio-util")]
mod codec {
    use bytes::BytesMut;
    use fourwire::stomp::{Command, ErrorKind, Frame, FrameBuf, FrameCodec, Header, Unit, Version};
    use tokio_util::codec::{Decoder, Encoder};

    /// A client's: the version is in the answer, and line ends are passed over.
    #[test]
    fn a_stream() {
        let (mut codec, mut wire) = (FrameCodec::default(), BytesMut::new());
        wire.extend_from_slice(b"\nCONNECTED\nversion:1.1\nsession:a:b\n\n\0\n\nMESSAGE\ndestination:a\\cb\n");
        let connected = codec.decode(&mut wire).unwrap().unwrap();
        assert_eq!(connected.frame().get("session").unwrap(), "a:b");
        assert_eq!((connected.version(), codec.version()), (None, Some(Version::V1_1)));
        assert_eq!(codec.decode(&mut wire).unwrap(), None);
        wire.extend_from_slice(b"message-id:1\nsubscription:0\n\nhello\0");
        let message = codec.decode(&mut wire).unwrap().unwrap();
        assert_eq!(message.frame().get("destination").unwrap(), "a:b");
        assert!(wire.is_empty());

        codec.encode(Unit::EndOfLine, &mut wire).unwrap();
        let headers = [Header::new("message-id", "1"), Header::new("subscription", "0")];
        codec.encode(Frame::new(Command::Ack, &headers), &mut wire).unwrap();
        // What was written by other rules is written by these.
        let old = FrameBuf::new(b"SEND\ndestination:a:b\n\n\0", Version::V1_0).unwrap();
        codec.encode(&old, &mut wire).unwrap();
        assert_eq!(wire.as_ref(), b"\nACK\nmessage-id:1\nsubscription:0\n\n\0SEND\ndestination:a\\cb\n\n\0");
    }

    #[test]
    fn errors_have_a_source() {
        let error = FrameCodec::default().decode(&mut BytesMut::from(&b"HELLO\n\n\0"[..])).unwrap_err();
        let source = error.get_ref().unwrap().downcast_ref::<fourwire::stomp::DecodeError>().unwrap();
        assert_eq!((error.kind(), source.kind), (std::io::ErrorKind::InvalidData, ErrorKind::UnknownCommand));
        let nameless = [Header::new("", "x")];
        let refused = FrameCodec::default().encode(Frame::new(Command::Disconnect, &nameless), &mut BytesMut::new());
        assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
}
