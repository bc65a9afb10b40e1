//! What stands between frames.

use fourwire::stomp::{Command, Decoder, Unit, Version};

use super::{ALL, OPEN, V1_2, waits};

#[test]
fn between_line_ends() {
    for version in ALL {
        let mut decoder = Decoder::new(version);
        let input = b"\n\nERROR\n\n\0\n";
        assert_eq!(decoder.decode(input), Ok(Some((Unit::EndOfLine, 1))));
        assert_eq!(decoder.decode(&input[1..]), Ok(Some((Unit::EndOfLine, 1))));
        assert!(matches!(decoder.decode(&input[2..]), Ok(Some((Unit::Frame(_), 8)))));
        assert_eq!(decoder.decode(&input[10..]), Ok(Some((Unit::EndOfLine, 1))));
    }
}

#[test]
fn between_line_ends_cr_lf() {
    for version in [OPEN, V1_2] {
        waits(version, b"\r");
        assert_eq!(Decoder::new(version).decode(b"\r\n\n"), Ok(Some((Unit::EndOfLine, 2))));
    }
}

#[test]
fn between_versions() {
    let learns = |bytes: &[u8]| {
        let mut decoder = Decoder::new(OPEN);
        decoder.decode(bytes).unwrap().unwrap();
        decoder.version()
    };
    assert_eq!(learns(b"CONNECTED\n\n\0"), Some(Version::V1_0));
    assert_eq!(learns(b"CONNECTED\nversion:1.1\nversion:1.2\n\n\0"), Some(Version::V1_1));
    assert_eq!(learns(b"CONNECTED\nversion:1.2\n\n\0"), Some(Version::V1_2));
    // No version of ours: whoever asked for ours will see it.
    assert_eq!(learns(b"CONNECTED\nversion:1.3\n\n\0"), None);
    assert_eq!(learns(b"CONNECT\naccept-version:1.2\nhost:a\n\n\0"), None);
    let mut told = Decoder::new(V1_2);
    told.decode(b"CONNECTED\nversion:1.1\n\n\0").unwrap().unwrap();
    assert_eq!(told.version(), V1_2);
}

/// What was seen of a frame under other rules does not count.
#[test]
fn between_versions_set() {
    let bytes = b"ERROR\na:b\\nc\n\n\0";
    let mut decoder = Decoder::new(OPEN);
    assert_eq!(decoder.decode(&bytes[..13]), Ok(None));
    decoder.set_version(V1_2);
    let Ok(Some((Unit::Frame(frame), 15))) = decoder.decode(bytes) else { panic!() };
    assert_eq!((frame.command, frame.get("a").unwrap()), (Command::Error, "b\nc".into()));
}
