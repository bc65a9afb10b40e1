use super::{Decoder, Frame, Method};
use crate::cases::cases;
use crate::peers::FLOOR;
use crate::vectors::{self, V091};
use harness::bench::Verdict;
use harness::rows::Work;

#[test]
fn every_case_as_it_should_be() {
    for case in cases() {
        let verdict = FLOOR.judge(V091, &case.packet);
        let expected = if case.good { Verdict::Packet(case.packet.len()) } else { Verdict::Error };
        assert_eq!(verdict, expected, "{} {:02x?}", case.name, case.packet);
    }
}

#[test]
fn beginnings_are_incomplete() {
    for case in cases().iter().filter(|case| case.good) {
        for len in 0..case.packet.len() {
            assert!(matches!(Decoder::default().decode(&case.packet[..len]), Ok(None)), "{} {len}", case.name);
        }
    }
}

#[test]
fn what_a_delivery_holds() {
    let bytes = vectors::delivery(256);
    let mut decoder = Decoder::default();
    let Ok(Some((Frame::Method(7, Method::Deliver(deliver)), used))) = decoder.decode(&bytes) else { panic!() };
    assert_eq!((deliver.delivery_tag, deliver.routing_key), (4711, &b"orders.eu.created"[..]));
    let Ok(Some((Frame::Header(7, header), more))) = decoder.decode(&bytes[used..]) else { panic!() };
    let properties = header.properties();
    assert_eq!((header.body_size, properties.delivery_mode), (256, Some(2)));
    let keys: Vec<_> = properties.headers.unwrap().iter().map(|entry| entry.key).collect();
    assert_eq!(keys, [&b"attempt"[..], b"replayed", b"sent-at", b"trace-id"]);
    let Ok(Some((Frame::Body(7, body), _))) = decoder.decode(&bytes[used + more..]) else { panic!() };
    assert_eq!(body.len(), 256);
}

/// What the columns encode is what they have decoded, byte for byte.
#[test]
fn encodes_what_it_decodes() {
    for row in crate::rows::encode() {
        let (packet, made) = match row.work {
            Work::Encode { packet } => (packet, (FLOOR.encode)(V091, packet)),
            Work::Gather { packet } => (packet, FLOOR.gather.unwrap()(V091, packet)),
            Work::Decode { .. } => continue,
        };
        assert_eq!(made.wrote, packet, "{}", row.name);
    }
}

#[test]
fn the_mixed_stream_is_a_mebibyte_of_frames() {
    let stream = vectors::mixed();
    let mut decoder = Decoder::default();
    let (mut left, mut count) = (&stream[..], 0);
    while let Some((_, used)) = decoder.decode(left).unwrap() {
        left = &left[used..];
        count += 1;
    }
    assert!(left.is_empty() && stream.len() > (1 << 20) - 4096 && count > 5000, "{count}");
}
