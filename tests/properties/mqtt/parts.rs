//! `decode_part`: a PUBLISH that is too large comes as head and pieces, which are the whole again.

use fourwire::mqtt::{DecodeError, Decoder, Limits, Packet, Part, Publish, Version};

use super::super::script::Xorshift;

/// What came, with the pieces of one payload put together.
#[derive(PartialEq, Debug)]
enum Seen<'i> {
    Packet(Packet<'i>),
    Large { head: Publish<'i>, declared: usize, payload: Vec<u8> },
}

/// With a limit so small that much comes in parts: however the stream is cut, the heads and the payloads put together
/// are the same; they are what the whole packets are; and an error has the same offset in the stream.
pub fn parts(version: Version, bytes: &[u8], seed: u64) {
    let mut dice = Xorshift::new(seed);
    let packet = 2 + dice.below(64) as u32;
    let largest = 1 + dice.below(20);
    chunked_parts(version, packet, bytes, core::iter::repeat_with(|| 1 + dice.below(largest)));
}

/// The same with this limit, and pieces of these sizes.
pub fn chunked_parts(version: Version, packet: u32, bytes: &[u8], sizes: impl Iterator<Item = usize>) {
    let limits = Limits { packet, payload_format: false, ..Limits::default() };
    let decoder = Decoder::with_limits(version, limits);
    let (whole, end) = read(decoder.clone(), bytes, [bytes.len()].into_iter());
    let (cut, cut_end) = read(decoder, bytes, sizes.chain([bytes.len()]));
    assert_eq!((&whole, end), (&cut, cut_end));

    // A decoder without a limit sees the same, as far as nothing was too large or wrong.
    let limits = Limits { packet: Limits::MAX_PACKET, payload_format: false, ..Limits::default() };
    let mut decoder = Decoder::with_limits(version, limits);
    let mut rest = bytes;
    for seen in &whole {
        match (seen, decoder.decode(rest)) {
            (Seen::Packet(packet), Ok(Some((same, used)))) => {
                assert_eq!(*packet, same);
                rest = &rest[used..];
            }
            (Seen::Large { head, declared, payload }, Ok(Some((Packet::Publish(publish), used)))) => {
                assert_eq!(Publish { payload: &[], ..publish }, *head);
                assert_eq!((*declared, &payload[..]), (publish.payload.len(), publish.payload));
                rest = &rest[used..];
            }
            // Cut off in the middle of a payload.
            (Seen::Large { declared, payload, .. }, Ok(None)) => assert!(payload.len() < *declared),
            (seen, whole) => panic!("{seen:?} in parts, {whole:?} whole"),
        }
    }
}

fn read(
    mut decoder: Decoder,
    bytes: &[u8],
    sizes: impl Iterator<Item = usize>,
) -> (Vec<Seen<'_>>, Option<(DecodeError, usize)>) {
    let mut seen = Vec::new();
    let (mut start, mut there) = (0, 0);
    for size in sizes {
        there = bytes.len().min(there + size);
        loop {
            let before = decoder.clone();
            let (part, used) = match decoder.decode_part(&bytes[start..there]) {
                Ok(Some(answer)) => answer,
                Ok(None) => break,
                Err(DecodeError { kind, offset }) => {
                    assert!(offset <= there - start);
                    assert_eq!(
                        before.clone().decode_part(&bytes[start..there]),
                        Err(DecodeError { kind, offset }),
                        "the same call again"
                    );
                    return (seen, Some((DecodeError { kind, offset: start + offset }, start)));
                }
            };
            assert!(0 < used && used <= there - start);
            start += used;
            match part {
                Part::Packet(packet) => seen.push(Seen::Packet(packet)),
                Part::Head { publish, payload_len } => {
                    assert!(publish.payload.is_empty() && payload_len > 0);
                    seen.push(Seen::Large { head: publish, declared: payload_len as usize, payload: Vec::new() });
                }
                Part::Payload { bytes, remaining } => {
                    let Some(Seen::Large { declared, payload, .. }) = seen.last_mut() else {
                        panic!("a payload without a head")
                    };
                    assert!(!bytes.is_empty());
                    payload.extend_from_slice(bytes);
                    assert_eq!(payload.len() + remaining as usize, *declared);
                }
            }
        }
        if there == bytes.len() {
            break;
        }
    }
    (seen, None)
}
