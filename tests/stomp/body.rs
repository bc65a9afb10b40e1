//! Bodies.

use fourwire::stomp::{Command, Decoder, ErrorKind, Unit};

use super::{ALL, OPEN, V1_0, V1_1, V1_2, frame, refused, waits};

#[test]
fn body_to_nul() {
    for version in ALL {
        let bytes = b"SEND\ndestination:a\n\none\ntwo\r\n\0three\0";
        let Ok(Some((Unit::Frame(frame), used))) = Decoder::new(version).decode(bytes) else { panic!() };
        assert_eq!((frame.body, used), (&b"one\ntwo\r\n"[..], 30));
        waits(version, &bytes[..29]);
    }
}

#[test]
fn body_content_length() {
    for version in ALL {
        for command in ["SEND", "MESSAGE", "ERROR"] {
            let head = "destination:a\nmessage-id:1\nsubscription:0\ncontent-length:5\n\n";
            let whole = format!("{command}\n{head}a\0b\0c\0");
            assert_eq!(frame(version, whole.as_bytes()).body, b"a\0b\0c");
            waits(version, &whole.as_bytes()[..whole.len() - 1]);
        }
    }
}

#[test]
fn body_content_length_first() {
    let bytes = b"ERROR\ncontent-length:1\ncontent-length:x\n\na\0";
    for version in ALL {
        assert_eq!(frame(version, bytes).body, b"a");
    }
}

#[test]
fn body_content_length_nul() {
    for version in ALL {
        assert_eq!(refused(version, b"ERROR\ncontent-length:3\n\nabcd"), (ErrorKind::NoNul, 27));
        assert_eq!(refused(version, b"ERROR\ncontent-length:0\n\na\0"), (ErrorKind::NoNul, 24));
    }
}

#[test]
fn body_content_length_number() {
    for value in ["", "abc", "-1", "+1", "1.0", "0x1", "1 2", "\u{661}"] {
        for version in ALL {
            let bytes = format!("ERROR\ncontent-length:{value}\n\na\0");
            assert_eq!(refused(version, bytes.as_bytes()), (ErrorKind::ContentLength, 6), "{value}");
        }
    }
    for version in ALL {
        assert_eq!(frame(version, b"ERROR\ncontent-length:0001\n\na\0").body, b"a");
    }
}

#[test]
fn body_content_length_padded() {
    assert_eq!(frame(V1_0, b"ERROR\ncontent-length: 3 \n\na\0b\0").body, b"a\0b");
    for version in [OPEN, V1_1, V1_2] {
        assert_eq!(refused(version, b"ERROR\ncontent-length: 3\n\na\0b\0"), (ErrorKind::ContentLength, 6));
    }
}

#[test]
fn body_content_length_any_frame() {
    let bytes = b"BEGIN\ntransaction:t\ncontent-length:0\n\n\0";
    for version in ALL {
        assert_eq!(frame(version, bytes).body, b"");
    }
    for version in [OPEN, V1_2] {
        let wrong = b"BEGIN\ntransaction:t\ncontent-length:x\n";
        assert_eq!(refused(version, wrong), (ErrorKind::ContentLength, 20));
    }
    // Before 1.2 it is a header like any other in these.
    for version in [V1_0, V1_1] {
        assert_eq!(frame(version, b"BEGIN\ntransaction:t\ncontent-length:7\n\n\0").body, b"");
    }
}

#[test]
fn body_allowed() {
    for version in ALL {
        for name in ["SEND", "MESSAGE", "ERROR"] {
            let bytes = format!("{name}\ndestination:a\nmessage-id:1\nsubscription:0\n\nbody\0");
            assert_eq!(frame(version, bytes.as_bytes()).body, b"body");
        }
    }
}

#[test]
fn body_refused() {
    for command in Command::ALL {
        if matches!(command, Command::Send | Command::Message | Command::Error) {
            continue;
        }
        let head = format!(
            "{command}\naccept-version:1\nhost:a\nversion:1\ndestination:a\nid:1\nmessage-id:1\nsubscription:1\n\
             transaction:t\nreceipt-id:1\n"
        );
        let bytes = format!("{head}\nx");
        for version in [OPEN, V1_1, V1_2] {
            assert_eq!(refused(version, bytes.as_bytes()), (ErrorKind::Body(command), bytes.len() - 1));
        }
        for version in [OPEN, V1_2] {
            // As soon as a length is stated.
            let stated = format!("{head}content-length:1\n");
            assert_eq!(refused(version, stated.as_bytes()), (ErrorKind::Body(command), head.len()));
        }
    }
}

#[test]
fn body_before_1_1() {
    let bytes = b"BEGIN\ntransaction:t\n\nbody\0";
    assert_eq!(frame(V1_0, bytes).body, b"body");
}
