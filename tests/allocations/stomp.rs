//! STOMP.

use fourwire::SliceOutput;
use fourwire::stomp::{Command, ContentLength, Decoder, Frame, Header, Limits, Unit, Version};

use super::{none, properties};

const STREAM: &[u8] = b"CONNECTED\nversion:1.2\nsession:a:b\n\n\0\r\n\nMESSAGE\nsubscription:0\nmessage-id:7\n\
    destination:/queue/a\\cb\ncontent-length:5\n\na\0b\0c\0RECEIPT\nreceipt-id:1\n\n\0ERROR\nmessage:\\\\\\n\n\nno\0";

#[test]
fn law_6_decoding_and_encoding() {
    let mut room = [0; 512];
    let mut units = 0;
    none("units", || {
        let mut decoder = Decoder::new(None);
        let mut out = SliceOutput::new(&mut room);
        let (mut start, mut there) = (0, 0);
        while there < STREAM.len() {
            there += 1;
            while let Some((unit, used)) = decoder.decode(&STREAM[start..there]).unwrap() {
                unit.encode(decoder.version(), &mut out).unwrap();
                read(&unit);
                (start, units) = (start + used, units + 1);
            }
        }
        assert_eq!(start, STREAM.len());
    });
    assert_eq!(units, 6);
}

/// Reads what is read lazily.
fn read(unit: &Unit<'_>) {
    let Unit::Frame(frame) = unit else { return };
    for header in frame.headers {
        assert!(header.value.chunks().flatten().count() <= header.value.raw().len());
        assert!(header.name != "x");
        let _ = (header.name.as_str().and_then(|name| frame.get(name)), header.value.as_str());
    }
}

#[test]
fn law_6_encoding_what_was_written() {
    let headers = [Header::new("destination", "a:b\n"), Header::new("größer", "\\")];
    let frame = Frame { body: b"a\0b", ..Frame::new(Command::Send, &headers) };
    let mut room = [0; 256];
    none("frames", || {
        let mut out = SliceOutput::new(&mut room);
        for content_length in [ContentLength::Always, ContentLength::WithNul, ContentLength::Never] {
            let frame = Frame { content_length, ..frame };
            let written = frame.encode(Version::V1_2, &mut out).is_ok();
            assert_eq!(written, content_length != ContentLength::Never);
            assert!(frame.encode(Version::V1_0, &mut out).is_err());
        }
    });
}

/// A decoder that takes bodies of any size allocates nothing for one that is only announced, nor for anything else.
#[test]
fn law_6_declared_lengths() {
    for version in properties::stomp::VERSIONS {
        for length in ["1000000000", "4294967295", "4294967296", "18446744073709551615", "99999999999999999999999"] {
            let input = format!("SEND\ndestination:a\ncontent-length:{length}\n\nabc");
            none(length, || {
                let mut decoder = Decoder::with_limits(version, Limits { body: u32::MAX, ..Limits::default() });
                let _ = decoder.decode(input.as_bytes());
                let _ = Decoder::new(version).decode(input.as_bytes());
            });
        }
    }
}
