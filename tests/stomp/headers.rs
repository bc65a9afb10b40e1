//! Headers.

use fourwire::stomp::{ErrorKind, Header, Headers};

use super::{ALL, OPEN, V1_0, V1_1, V1_2, frame, pairs, refused};

#[test]
fn header_pair() {
    for version in ALL {
        let frame = frame(version, b"ERROR\na:b\nempty:\n spaced : as it is \n\n\0");
        let wanted = [("a", "b"), ("empty", ""), (" spaced ", " as it is ")];
        assert_eq!(pairs(&frame), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[test]
fn header_no_colon() {
    for version in ALL {
        assert_eq!(refused(version, b"ERROR\na:b\nab\n"), (ErrorKind::NoColon, 10));
    }
    // A colon that is escaped is none.
    assert_eq!(refused(V1_2, b"ERROR\na\\cb\n"), (ErrorKind::NoColon, 6));
}

#[test]
fn header_name_empty() {
    for version in ALL {
        assert_eq!(refused(version, b"ERROR\na:b\n:b\n"), (ErrorKind::EmptyName, 10));
    }
}

#[test]
fn header_colon_in_value() {
    for version in [V1_1, V1_2] {
        assert_eq!(refused(version, b"SEND\na:b:c\n"), (ErrorKind::Colon, 8));
    }
    assert_eq!(frame(V1_0, b"SEND\ndestination:b:c\n\n\0").get("destination").unwrap(), "b:c");
}

#[test]
fn header_repeated() {
    for version in ALL {
        let frame = frame(version, b"ERROR\na:1\nb:2\na:3\n\n\0");
        assert_eq!(frame.get("a").unwrap(), "1");
        assert_eq!(pairs(&frame).len(), 3);
        assert_eq!(frame.get("A"), None);
    }
}

#[test]
fn header_utf_8() {
    for version in [OPEN, V1_1, V1_2] {
        assert_eq!(refused(version, b"ERROR\na:b\nc:\xC3\xA9\xFF\n"), (ErrorKind::Utf8, 14));
        assert_eq!(refused(version, b"ERROR\n\xC3:b\n"), (ErrorKind::Utf8, 6));
        let text = frame(version, "ERROR\ngrößer:日本\n\n\0".as_bytes());
        assert_eq!(text.get("größer").unwrap().as_str(), Some("日本"));
    }
    // The body need not be.
    assert_eq!(frame(V1_2, b"ERROR\n\n\xFF\0").body, b"\xFF");
}

#[test]
fn header_bytes() {
    let bytes = frame(V1_0, b"ERROR\na:\xFFb\n\n\0").get("a").unwrap();
    assert_eq!((bytes.raw(), bytes.as_str(), bytes.to_string().as_str()), (&b"\xFFb"[..], None, "\\xFFb"));
}

#[test]
fn header_required() {
    use fourwire::stomp::HeaderName as H;
    let cases: [(&[u8], _, H); 16] = [
        (b"SEND", &[OPEN, V1_0, V1_1, V1_2][..], H::Destination),
        (b"SUBSCRIBE", &[OPEN, V1_0, V1_1, V1_2], H::Destination),
        (b"SUBSCRIBE\ndestination:a", &[V1_1, V1_2], H::Id),
        (b"UNSUBSCRIBE", &[OPEN, V1_0, V1_1, V1_2], H::Id),
        (b"UNSUBSCRIBE\ndestination:a", &[V1_1, V1_2], H::Id),
        (b"MESSAGE\ndestination:a", &[OPEN, V1_0, V1_1, V1_2], H::MessageId),
        (b"MESSAGE\nmessage-id:1", &[OPEN, V1_0, V1_1, V1_2], H::Destination),
        (b"MESSAGE\ndestination:a\nmessage-id:1", &[V1_1, V1_2], H::Subscription),
        (b"ACK\nid:1", &[V1_0, V1_1], H::MessageId),
        (b"ACK\nmessage-id:1", &[V1_1], H::Subscription),
        (b"NACK\nmessage-id:1\nsubscription:1", &[V1_2], H::Id),
        (b"COMMIT", &[OPEN, V1_0, V1_1, V1_2], H::Transaction),
        (b"RECEIPT", &[OPEN, V1_0, V1_1, V1_2], H::ReceiptId),
        (b"CONNECT\naccept-version:1.2", &[V1_1, V1_2], H::Host),
        (b"STOMP\nhost:a", &[OPEN, V1_1, V1_2], H::AcceptVersion),
        (b"CONNECTED", &[V1_1, V1_2], H::Version),
    ];
    for (head, versions, name) in cases {
        for version in versions {
            let bytes = [head, b"\n\n\0"].concat();
            assert_eq!(refused(*version, &bytes), (ErrorKind::MissingHeader(name), head.len() + 1), "{version:?}");
        }
    }
}

#[test]
fn header_required_none() {
    for (head, versions) in [
        (&b"CONNECT"[..], &[OPEN, V1_0][..]),
        (b"CONNECTED", &[OPEN, V1_0]),
        (b"UNSUBSCRIBE\ndestination:a", &[OPEN, V1_0]),
        (b"UNSUBSCRIBE\nid:a", &ALL),
        (b"DISCONNECT", &ALL),
        (b"ERROR", &ALL),
        (b"ACK\nmessage-id:1", &[V1_0]),
        (b"ACK\nmessage-id:1\nsubscription:1", &[V1_1]),
        (b"ACK\nid:1", &[V1_2]),
    ] {
        for version in versions {
            frame(*version, &[head, b"\n\n\0"].concat());
        }
    }
}

#[test]
fn header_either() {
    let read = frame(V1_2, b"ERROR\na\\nb:c\\\\d\n\n\0").headers;
    let list = [Header::new("a\nb", "c\\d")];
    assert_eq!(read, Headers::new(&list));
    assert_eq!(read.get("a\nb").unwrap().to_cow(), &b"c\\d"[..]);
    assert_eq!(read.get("a\nb").unwrap().as_str(), None);
    assert_eq!(format!("{:?}", list[0].name), r#""a\nb""#);
}
