//! # THE COLUMN `fourwire`: behind the feature `ours`
//!
//! The only file that knows fourwire's API.

use std::hint::black_box;

use bytes::{Buf, Bytes};
use fourwire::stomp::{ContentLength, Decoder, Frame, Header, Limits, Unit, Version};
use fourwire::{Gather, Output};

use crate::peers::Peer;
use crate::vectors::{V12, parts};
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, seen};

pub const PEER: Peer =
    Peer { name: "fourwire", versions: crate::peers::ALL, verdict, decode, encode, gather: Some(gather) };

fn decoder() -> Decoder {
    Decoder::new(Some(Version::V1_2))
}

fn verdict(_: V12, frame: &[u8]) -> Verdict {
    match decoder().decode(frame) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V12, stream: &'static [u8], walk: bool) -> Job {
    let mut decoder = decoder();
    decode_slices(stream, move |input| {
        let result = decoder.decode(input);
        let Some((unit, used)) = seen(&result) else { panic!() };
        if let (Unit::Frame(frame), true) = (unit, walk) {
            crate::rows::read(input, |name| _ = black_box(frame.get(name).map(|value| value.to_cow())));
        }
        *used
    })
}

/// The body whole, or in 1 KiB pieces.
pub fn pieces(stream: &'static [u8], is_whole: bool) -> Job {
    let limits = Limits { body: 8 << 20, ..Limits::default() };
    let mut decoder = Decoder::with_limits(Some(Version::V1_2), limits);
    let piece = if is_whole { stream.len() } else { 1024 };
    crate::chunks::slices(stream, piece, move |input| {
        let result = decoder.decode(input);
        seen(&result).is_some()
    })
}

/// The frame, with headers as a user writes them, not as they came.
fn written(packet: &'static [u8]) -> Frame<'static> {
    let frame = received(packet);
    let leak = |text: String| -> &'static str { text.leak() };
    let (_, mut headers, _) = parts(packet);
    let counted = headers.iter().position(|(name, _)| name == "content-length").map(|at| headers.remove(at));
    let headers = headers.into_iter().map(|(name, value)| Header::new(leak(name), leak(value)));
    let headers: &'static [Header<'static>] = headers.collect::<Vec<_>>().leak();
    let content_length = if counted.is_some() { ContentLength::Always } else { ContentLength::WithNul };
    Frame { headers: headers.into(), content_length, ..frame }
}

fn received(packet: &'static [u8]) -> Frame<'static> {
    let Ok(Some((Unit::Frame(frame), _))) = decoder().decode(packet) else { panic!() };
    frame
}

fn encode(_: V12, packet: &'static [u8]) -> Encode {
    let frame = written(packet);
    encode_vec(move |out| black_box(&frame).encode(Version::V1_2, out).unwrap())
}

/// The frame as it came.
pub fn forward(packet: &'static [u8]) -> Encode {
    let frame = received(packet);
    encode_vec(move |out| black_box(&frame).encode(Version::V1_2, out).unwrap())
}

fn gather(_: V12, packet: &'static [u8]) -> Encode {
    let frame = written(packet);
    let body = Bytes::from_static(frame.body);
    encode_into(
        Gather::new(),
        |out: &mut Gather| out.advance(out.remaining()),
        |out| out.chunks().flat_map(<[u8]>::to_vec).collect(),
        move |out| {
            out.lend(&body);
            black_box(&frame).encode(Version::V1_2, out).unwrap();
        },
    )
}

/// Fourwire accepts and refuses as the floor does.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::cases;
    use crate::peers::FLOOR;

    #[test]
    fn judges_as_the_floor_does() {
        let cases = cases();
        let differs = |case: &&crate::cases::Case| PEER.judge(V12, &case.packet) != FLOOR.judge(V12, &case.packet);
        let names: Vec<_> = cases.iter().filter(differs).map(|case| case.name).collect();
        assert_eq!(names, [""; 0]);
    }

    /// Every byte of every case, with every value.
    #[test]
    fn judges_mutations_as_the_floor_does() {
        let mut differ = Vec::new();
        // The largest are of bytes that nobody looks at, or of the same line again and again.
        for case in cases().iter().filter(|case| case.packet.len() < 4096) {
            let mut packet = case.packet.clone();
            for i in 0..packet.len() {
                let was = packet[i];
                for value in 0..=255 {
                    packet[i] = value;
                    // Ours refuses some frames before they are whole.
                    let (ours, floor) = (verdict(V12, &packet), (FLOOR.verdict)(V12, &packet));
                    if ours != floor && floor != Verdict::Incomplete {
                        differ.push((case.name, ours, floor, packet.clone()));
                    }
                }
                packet[i] = was;
            }
        }
        let first: Vec<_> = differ.iter().step_by(differ.len() / 12 + 1).collect();
        assert!(differ.is_empty(), "{} differ, of these: {first:02x?}", differ.len());
    }

    #[test]
    fn sends_on_what_came() {
        for row in crate::forward::ROWS {
            let packet = (row.packet)().leak();
            assert!(forward(packet).wrote == packet, "{}", row.name);
        }
    }
}
