//! What is written.

use fourwire::SliceOutput;
use fourwire::stomp::{Command, ContentLength, EncodeError, ErrorKind, Frame, Header, Text, Unit};

use super::{ALL, OPEN, V1_0, V1_1, V1_2, frame, written};

const SEND: &[u8] = b"SEND\r\ndestination:a\\cb\r\nx:\\r\nx:2\n\r\nbody\0";

#[test]
fn encode_as_it_came() {
    // Byte by byte, if the rules are the same, line ends of the headers and repeated ones with it.
    assert_eq!(written(V1_2, &frame(V1_2, SEND)).unwrap(), b"SEND\ndestination:a\\cb\r\nx:\\r\nx:2\n\nbody\0");
}

#[test]
fn encode_in_another_version() {
    let read = frame(V1_2, b"SEND\ndestination:a\\cb\r\nx:\\n\n\nbody\0");
    assert_eq!(written(V1_1, &read).unwrap(), b"SEND\ndestination:a\\cb\nx:\\n\n\nbody\0");
    assert_eq!(written(V1_0, &read), Err(EncodeError::Byte(b'\n')));
    assert_eq!(written(V1_1, &frame(V1_2, SEND)), Err(EncodeError::Byte(b'\r')));
    let read = frame(V1_0, b"SEND\ndestination:a:b\\n\r\n\nbody\0");
    assert_eq!(written(V1_2, &read).unwrap(), b"SEND\ndestination:a\\cb\\\\n\\r\n\nbody\0");
    assert_eq!(written(V1_0, &read).unwrap(), b"SEND\ndestination:a:b\\n\r\n\nbody\0");
    assert_eq!(written(V1_1, &read), Err(EncodeError::Byte(b'\r')));
    let bytes = frame(V1_0, b"SEND\ndestination:\xFF\n\n\0");
    assert_eq!(written(V1_2, &bytes), Err(EncodeError::Invalid(ErrorKind::Utf8)));
}

#[test]
fn encode_content_length() {
    use ContentLength as C;
    let headers = [Header::new("destination", "a")];
    for version in ALL {
        let with = |content_length, body| {
            written(version, &Frame { body, content_length, ..Frame::new(Command::Send, &headers) })
        };
        let plain = Ok(b"SEND\ndestination:a\n\nbody\0".to_vec());
        assert_eq!(with(C::WithNul, b"body"), plain);
        assert_eq!(with(C::Never, b"body"), plain);
        assert_eq!(with(C::Always, b"body"), Ok(b"SEND\ndestination:a\ncontent-length:4\n\nbody\0".to_vec()));
        assert_eq!(with(C::Always, b""), Ok(b"SEND\ndestination:a\ncontent-length:0\n\n\0".to_vec()));
        assert_eq!(with(C::WithNul, b"a\0b"), Ok(b"SEND\ndestination:a\ncontent-length:3\n\na\0b\0".to_vec()));
        assert_eq!(with(C::Never, b"a\0b"), Err(EncodeError::BodyNul));
        // Nobody asks where there is no body.
        let frame = Frame { content_length: C::Always, ..Frame::new(Command::Disconnect, &[]) };
        assert_eq!(written(version, &frame).unwrap(), b"DISCONNECT\n\n\0");
    }
    // 1.0's other frames have bodies, but no lengths.
    let headers = [Header::new("transaction", "t"), Header::new("content-length", "3")];
    let frame = Frame { body: b"a\0b", ..Frame::new(Command::Begin, &headers) };
    assert_eq!(written(V1_0, &frame), Err(EncodeError::BodyNul));
}

#[test]
fn encode_content_length_stated() {
    for version in ALL {
        for (stated, right) in [("3", true), ("4", false), ("", false), ("x", false), ("03", true)] {
            let headers = [Header::new("content-length", stated), Header::new("content-length", "9")];
            let frame = Frame { body: b"a\0b", ..Frame::new(Command::Error, &headers) };
            let wanted = format!("ERROR\ncontent-length:{stated}\ncontent-length:9\n\na\0b\0").into_bytes();
            let wanted = if right { Ok(wanted) } else { Err(EncodeError::ContentLength) };
            assert_eq!(written(version, &frame), wanted, "{stated}");
        }
    }
}

#[test]
fn encode_body() {
    for version in [OPEN, V1_1, V1_2] {
        let frame = Frame { body: b"x", ..Frame::new(Command::Disconnect, &[]) };
        assert_eq!(written(version, &frame), Err(EncodeError::Invalid(ErrorKind::Body(Command::Disconnect))));
    }
    let frame = Frame { body: b"x", ..Frame::new(Command::Disconnect, &[]) };
    assert_eq!(written(V1_0, &frame).unwrap(), b"DISCONNECT\n\nx\0");
}

#[test]
fn encode_name_empty() {
    for version in ALL {
        let headers = [Header::new("", "b")];
        let refused = written(version, &Frame::new(Command::Error, &headers));
        assert_eq!(refused, Err(EncodeError::Invalid(ErrorKind::EmptyName)));
    }
}

#[test]
fn encode_utf_8() {
    let headers = [Header::new("a", Text::new(b"\xFF"))];
    let frame = Frame::new(Command::Error, &headers);
    for version in [OPEN, V1_1, V1_2] {
        assert_eq!(written(version, &frame), Err(EncodeError::Invalid(ErrorKind::Utf8)));
    }
    assert_eq!(written(V1_0, &frame).unwrap(), b"ERROR\na:\xFF\n\n\0");
}

#[test]
fn encode_end_of_line() {
    let mut room = [0; 1];
    let mut out = SliceOutput::new(&mut room);
    assert_eq!(Unit::EndOfLine.encode(V1_2, &mut out), Ok(()));
    assert_eq!(out.written(), b"\n");
    assert_eq!(Unit::EndOfLine.encode(V1_2, &mut out), Err(EncodeError::Full));
}
