//! What is taken though it is against the rules, by those who ask for it, and by nobody else.

use fourwire::stomp::{Command, DecodeError, Decoder, ErrorKind, Frame, Leniencies, Unit, Version};

use super::{V1_0, V1_1, V1_2, pairs, refused, written};

fn lenient(leniencies: Leniencies, version: Option<Version>, bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    match Decoder::new(version).with_leniencies(leniencies).decode(bytes)? {
        Some((Unit::Frame(frame), used)) if used == bytes.len() => Ok(frame),
        other => panic!("{other:?}"),
    }
}

#[test]
fn leniency_carriage_returns() {
    let leniencies = Leniencies { carriage_returns: true, ..Leniencies::default() };
    let bytes = b"SEND\r\ndestination:a\r\n\r\nx\0";
    for version in [V1_0, V1_1] {
        assert_eq!(refused(version, bytes).0, ErrorKind::UnknownCommand);
        let frame = lenient(leniencies, version, bytes).unwrap();
        assert_eq!(frame.get("destination").unwrap(), "a");
        assert_eq!(written(version, &frame).unwrap(), b"SEND\ndestination:a\n\nx\0");
        let decoded = Decoder::new(version).with_leniencies(leniencies).decode(b"\r\n");
        assert_eq!(decoded, Ok(Some((Unit::EndOfLine, 2))));
    }
}

#[test]
fn leniency_raw_colons() {
    let leniencies = Leniencies { raw_colons: true, ..Leniencies::default() };
    let bytes = b"SEND\ndestination:a:b\\c:\n\n\0";
    for version in [V1_1, V1_2] {
        assert_eq!(refused(version, bytes), (ErrorKind::Colon, 18));
        let frame = lenient(leniencies, version, bytes).unwrap();
        assert_eq!(frame.get("destination").unwrap(), "a:b::");
        assert_eq!(written(version, &frame).unwrap(), b"SEND\ndestination:a\\cb\\c\\c\n\n\0");
    }
}

#[test]
fn leniency_no_blank_line() {
    let leniencies = Leniencies { no_blank_line: true, ..Leniencies::default() };
    let bytes = b"DISCONNECT\nreceipt:77\n\0";
    assert_eq!(refused(V1_2, bytes), (ErrorKind::Nul, 22));
    let frame = lenient(leniencies, V1_2, bytes).unwrap();
    assert_eq!((frame.command, frame.body), (Command::Disconnect, &b""[..]));
    assert_eq!(pairs(&frame), [("receipt".to_owned(), "77".to_owned())]);
    assert_eq!(written(V1_2, &frame).unwrap(), b"DISCONNECT\nreceipt:77\n\n\0");
    // Not where a body is to come, nor in the middle of a line.
    let wrong = lenient(leniencies, V1_2, b"ERROR\ncontent-length:1\n\0").unwrap_err();
    assert_eq!((wrong.kind, wrong.offset), (ErrorKind::Nul, 23));
    assert_eq!(lenient(leniencies, V1_2, b"ERROR\na:b\0").unwrap_err().kind, ErrorKind::Nul);
}

#[test]
fn leniency_missing_headers() {
    let leniencies = Leniencies { missing_headers: true, ..Leniencies::default() };
    let frame = lenient(leniencies, V1_2, b"STOMP\naccept-version:1.2\n\n\0").unwrap();
    assert_eq!(frame.get("host"), None);
    assert_eq!(written(V1_2, &frame).unwrap_err().to_string(), "the header host is missing");
}
