//! Commands, line ends, and what limits a head.

use fourwire::stomp::{Command, Decoder, ErrorKind, Limits, Unit};

use super::{ALL, OPEN, V1_0, V1_1, V1_2, frame, refused, waits};

#[test]
fn line_frame() {
    let bytes = b"SEND\ndestination:/queue/a\ncolor:red\n\nhello\0";
    for version in ALL {
        let frame = frame(version, bytes);
        assert_eq!((frame.command, frame.body), (Command::Send, &b"hello"[..]));
        assert_eq!(frame.headers.wire(), Some(&b"destination:/queue/a\ncolor:red\n"[..]));
        for len in 0..bytes.len() {
            waits(version, &bytes[..len]);
        }
    }
}

#[test]
fn line_command_unknown() {
    for version in ALL {
        assert_eq!(refused(version, b"SENT\n"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"SEN\n"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"SENDS\n"), (ErrorKind::UnknownCommand, 0));
        // As soon as it can be no command any more, with or without a line end.
        assert_eq!(refused(version, b"GET / HTTP"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"UNSUBSCRIBES"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"\0"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"SEND\0"), (ErrorKind::UnknownCommand, 0));
        waits(version, b"UNSUBSCRIBE");
    }
}

#[test]
fn line_command_capitals() {
    assert_eq!(refused(V1_2, b"Send\n"), (ErrorKind::UnknownCommand, 0));
    assert_eq!(refused(V1_0, b"send"), (ErrorKind::UnknownCommand, 0));
    assert_eq!(refused(V1_0, b" SEND"), (ErrorKind::UnknownCommand, 0));
}

#[test]
fn line_end_lf() {
    for version in [V1_0, V1_1] {
        assert_eq!(refused(version, b"SEND\r\n"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"\r\n"), (ErrorKind::UnknownCommand, 0));
        // CR is a part of the value; and of the name, if the line has no colon: so this is no blank line.
        let kept = frame(version, b"ERROR\na:b\r\n\n\0");
        assert_eq!(kept.get("a").unwrap().raw(), b"b\r");
        assert_eq!(refused(version, b"ERROR\na:b\n\r\n\0"), (ErrorKind::NoColon, 10));
    }
}

#[test]
fn line_end_cr_lf() {
    for version in [OPEN, V1_2] {
        let both = frame(version, b"SEND\r\ndestination:a\r\nb:c\n\r\n\r\nbody\0");
        assert_eq!((both.get("destination").unwrap(), both.get("b").unwrap()), ("a".into(), "c".into()));
        assert_eq!(both.body, b"\r\nbody");
        waits(version, b"SEND\r");
        waits(version, b"SEND\r\na:b\r");
        waits(version, b"SEND\r\ndestination:b\r\n\r");
    }
}

#[test]
fn line_end_cr_alone() {
    for version in [OPEN, V1_2] {
        assert_eq!(refused(version, b"SEND\na:b\rc\n"), (ErrorKind::CarriageReturn, 8));
        assert_eq!(refused(version, b"SEND\na:b\r\r"), (ErrorKind::CarriageReturn, 8));
        assert_eq!(refused(version, b"SEND\n\ra"), (ErrorKind::CarriageReturn, 5));
        assert_eq!(refused(version, b"SEND\rd"), (ErrorKind::UnknownCommand, 0));
        assert_eq!(refused(version, b"\r\r"), (ErrorKind::CarriageReturn, 0));
    }
}

#[test]
fn line_nul() {
    for version in ALL {
        assert_eq!(refused(version, b"ERROR\na\0"), (ErrorKind::Nul, 7));
        assert_eq!(refused(version, b"ERROR\na:b\0"), (ErrorKind::Nul, 9));
        assert_eq!(refused(version, b"DISCONNECT\nreceipt:77\n\0"), (ErrorKind::Nul, 22));
    }
}

fn limited(limits: Limits, bytes: &[u8]) -> Result<Option<(Unit<'_>, usize)>, (ErrorKind, usize)> {
    Decoder::with_limits(V1_2, limits).decode(bytes).map_err(|error| (error.kind, error.offset))
}

#[test]
fn limit_headers() {
    let limits = Limits { headers: 2, ..Limits::default() };
    assert!(matches!(limited(limits, b"ERROR\na:b\nc:d\n\n\0"), Ok(Some(_))));
    assert_eq!(limited(limits, b"ERROR\na:b\nc:d\n"), Ok(None));
    assert_eq!(limited(limits, b"ERROR\na:b\nc:d\n\r"), Ok(None));
    assert_eq!(limited(limits, b"ERROR\na:b\nc:d\ne"), Err((ErrorKind::TooManyHeaders, 14)));
    // Where CR ends no line, it begins a header like any other byte.
    let mut decoder = Decoder::with_limits(V1_1, limits);
    assert_eq!(decoder.decode(b"ERROR\na:b\nc:d\n\r").unwrap_err().kind, ErrorKind::TooManyHeaders);
}

#[test]
fn limit_line() {
    let limits = Limits { line: 4, ..Limits::default() };
    assert!(matches!(limited(limits, b"ERROR\na:b\na:b\nc:\r\n\n\0"), Ok(Some(_))));
    assert_eq!(limited(limits, b"ERROR\na:b"), Ok(None));
    assert_eq!(limited(limits, b"ERROR\na:bc"), Err((ErrorKind::HeaderTooLong, 10)));
    assert_eq!(limited(limits, b"ERROR\na:b\r"), Err((ErrorKind::HeaderTooLong, 10)));
    assert_eq!(limited(limits, b"ERROR\na:b\\"), Err((ErrorKind::HeaderTooLong, 10)));
}

#[test]
fn limit_head() {
    let limits = Limits { head: 11, ..Limits::default() };
    assert!(matches!(limited(limits, b"ERROR\na:b\n\n\0"), Ok(Some(_))));
    assert_eq!(limited(limits, b"ERROR\na:b\n"), Ok(None));
    assert_eq!(limited(limits, b"ERROR\na:bc\n"), Err((ErrorKind::HeadTooLarge, 11)));
    assert_eq!(limited(limits, b"ERROR\na:bcd"), Err((ErrorKind::HeadTooLarge, 11)));
}

#[test]
fn limit_body() {
    let limits = Limits { body: 3, ..Limits::default() };
    assert!(matches!(limited(limits, b"ERROR\n\nabc\0"), Ok(Some(_))));
    assert!(matches!(limited(limits, b"ERROR\ncontent-length:3\n\nabc\0"), Ok(Some(_))));
    assert_eq!(limited(limits, b"ERROR\n\nabc"), Ok(None));
    assert_eq!(limited(limits, b"ERROR\n\nabcd"), Err((ErrorKind::BodyTooLarge, 10)));
    // A length that is stated need not be waited for.
    assert_eq!(limited(limits, b"ERROR\ncontent-length:4\n"), Err((ErrorKind::BodyTooLarge, 6)));
    let huge = b"ERROR\ncontent-length:99999999999999999999999999\n";
    assert_eq!(limited(Limits::default(), huge), Err((ErrorKind::BodyTooLarge, 6)));
}
