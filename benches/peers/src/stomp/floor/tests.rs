use super::{Unit, decode};
use crate::cases::{cases, limits};
use crate::peers::FLOOR;
use crate::vectors::{self, V12};
use harness::bench::Verdict;
use harness::rows::Work;

#[test]
fn every_case_as_it_should_be() {
    for case in cases().into_iter().chain(limits()) {
        let verdict = FLOOR.judge(V12, &case.packet);
        let expected = if case.good { Verdict::Packet(case.packet.len()) } else { Verdict::Error };
        assert_eq!(verdict, expected, "{} {:?}", case.name, case.packet.escape_ascii().to_string());
    }
}

#[test]
fn beginnings_are_incomplete() {
    for case in cases().iter().filter(|case| case.good) {
        for len in 0..case.packet.len() {
            assert!(matches!(decode(&case.packet[..len]), Ok(None)), "{} {len}", case.name);
        }
    }
}

#[test]
fn what_a_message_holds() {
    let bytes = vectors::message(4711, 256);
    let Ok(Some((Unit::Frame(frame), _))) = decode(&bytes) else { panic!() };
    assert_eq!((frame.body.len(), frame.get(b"subscription")), (256, Some(&b"orders"[..])));
    assert_eq!(frame.plain(b"x-note").as_deref(), Some(&b"one\ntwo\\three"[..]));
    assert_eq!(frame.plain(b"x-source").as_deref(), Some(&b"https://example.org:8443/a"[..]));
    assert_eq!(frame.get(b"x"), None);
}

/// What the columns encode is what they have decoded, byte for byte.
#[test]
fn encodes_what_it_decodes() {
    for row in crate::rows::encode() {
        let (packet, made) = match row.work {
            Work::Encode { packet } => (packet, (FLOOR.encode)(V12, packet)),
            Work::Gather { packet } => (packet, FLOOR.gather.unwrap()(V12, packet)),
            Work::Decode { .. } => continue,
        };
        assert_eq!(made.wrote, packet, "{}", row.name);
    }
}

#[test]
fn the_stream_is_a_mebibyte_of_frames() {
    let stream = vectors::stream();
    let (mut left, mut count) = (&stream[..], 0);
    while let Some((_, used)) = decode(left).unwrap() {
        left = &left[used..];
        count += 1;
    }
    assert!(left.is_empty() && stream.len() > (1 << 20) - 16384 && count > 1000, "{count}");
}
