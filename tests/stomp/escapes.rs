//! Escapes.

use fourwire::stomp::{Command, EncodeError, ErrorKind, Frame, Header};

use super::{OPEN, V1_0, V1_1, V1_2, frame, refused, waits, written};

#[test]
fn escape_none() {
    let bytes = frame(V1_0, b"SEND\ndestination:a\\nb\\q\\\n\n\0").get("destination").unwrap();
    assert_eq!(bytes, "a\\nb\\q\\");
}

#[test]
fn escape_three() {
    let text = frame(V1_1, b"ERROR\n\\c\\n\\\\n:\\c\\\\c\\n\\\\\n\n\0");
    assert_eq!(text.get(":\n\\n").unwrap(), ":\\c\n\\");
}

#[test]
fn escape_four() {
    let text = frame(V1_2, b"ERROR\n\\r\\c:\\r\\n\\c\\\\\n\n\0");
    assert_eq!(text.get("\r:").unwrap(), "\r\n:\\");
}

#[test]
fn escape_undefined() {
    for version in [V1_1, V1_2] {
        for letter in (0..=u8::MAX).filter(|letter| !b"nc\\r".contains(letter)) {
            let bytes = [b"ERROR\na:b\\", &[letter][..], b"\n\n\0"].concat();
            assert_eq!(refused(version, &bytes), (ErrorKind::Escape, 9), "{letter}");
        }
        // Two backslashes are one, and begin nothing.
        assert_eq!(refused(version, b"ERROR\na:\\\\\\t\n"), (ErrorKind::Escape, 10));
        assert_eq!(frame(version, b"ERROR\na:\\\\t\n\n\0").get("a").unwrap(), "\\t");
        waits(version, b"ERROR\na:\\");
    }
}

#[test]
fn escape_cr_before_1_2() {
    assert_eq!(refused(V1_1, b"ERROR\na:b\\r\n"), (ErrorKind::Escape, 9));
}

#[test]
fn escape_raw_frames() {
    for version in [OPEN, V1_0, V1_1, V1_2] {
        let connect = frame(version, b"CONNECT\naccept-version:1.2\nhost:a\npasscode:a\\n:b\\t\n\n\0");
        assert_eq!(connect.get("passcode").unwrap(), "a\\n:b\\t");
        let connected = frame(version, b"CONNECTED\nversion:1.2\nsession:ID:a-1:2\nserver:a\\c\n\n\0");
        assert_eq!(connected.get("session").unwrap(), "ID:a-1:2");
        assert_eq!(connected.get("server").unwrap(), "a\\c");
    }
    let stomp = frame(V1_2, b"STOMP\naccept-version:1.2\nhost:a\\:\n\n\0");
    assert_eq!(stomp.get("host").unwrap(), "a\\:");
}

#[test]
fn escape_before_version() {
    assert_eq!(frame(OPEN, b"ERROR\nmessage:no: a\\t\n\n\0").get("message").unwrap(), "no: a\\t");
}

#[test]
fn escape_written() {
    let headers = [Header::new("a:b\\\n", "\\n:\r\n")];
    let frame = Frame::new(Command::Error, &headers);
    assert_eq!(written(V1_2, &frame).unwrap(), b"ERROR\na\\cb\\\\\\n:\\\\n\\c\\r\\n\n\n\0");
    assert_eq!(written(V1_1, &frame), Err(EncodeError::Byte(b'\r')));
    let headers = [Header::new("a:b\\\n", "\\n:\n")];
    assert_eq!(written(V1_1, &Frame::new(Command::Error, &headers)).unwrap(), b"ERROR\na\\cb\\\\\\n:\\\\n\\c\\n\n\n\0");
    let headers = [Header::new("a\\", "\\n:")];
    assert_eq!(written(V1_0, &Frame::new(Command::Error, &headers)).unwrap(), b"ERROR\na\\:\\n:\n\n\0");
}

#[test]
fn escape_impossible() {
    for (name, value, byte) in [("a\n", "b", b'\n'), ("a", "b\nc:d", b'\n'), ("a", "\r", b'\r'), ("a:", "b", b':')] {
        let headers = [Header::new("accept-version", "1.2"), Header::new("host", "a"), Header::new(name, value)];
        for version in [OPEN, V1_0, V1_1, V1_2] {
            assert_eq!(written(version, &Frame::new(Command::Connect, &headers)), Err(EncodeError::Byte(byte)));
        }
        for version in [OPEN, V1_0] {
            assert_eq!(written(version, &Frame::new(Command::Error, &headers)), Err(EncodeError::Byte(byte)));
        }
    }
    for version in [OPEN, V1_0, V1_1, V1_2] {
        for headers in [[Header::new("a\0", "")], [Header::new("a", "b\0")]] {
            assert_eq!(written(version, &Frame::new(Command::Error, &headers)), Err(EncodeError::Byte(0)));
        }
    }
}
