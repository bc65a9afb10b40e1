//! mqttrs 0.4: 3.1.1 only; borrows, but for the filters. Does not say how many bytes it took.

use std::hint::black_box;

use mqttrs::{decode_slice, encode_slice};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_into, seen};
use crate::vectors::{Version, frame_len};

pub const PEER: Peer = Peer { name: "mqttrs", versions: &[Version::V4], verdict, decode, encode, gather: None };

fn verdict(_: Version, packet: &[u8]) -> Verdict {
    match decode_slice(packet) {
        Ok(Some(_)) => Verdict::Packet(frame_len(packet).unwrap()),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: Version, stream: &'static [u8], _: bool) -> Job {
    decode_slices(stream, |input| {
        seen(&decode_slice(input));
        frame_len(input).unwrap()
    })
}

fn encode(_: Version, packet: &'static [u8]) -> Encode {
    let packet = decode_slice(packet).unwrap().unwrap();
    // It writes into a slice that is large enough.
    struct Out(Vec<u8>, usize);
    encode_into(
        Out(vec![0; 32 * 1024], 0),
        |_| {},
        |out: &Out| out.0[..out.1].to_vec(),
        move |out| {
            out.1 = encode_slice(black_box(&packet), &mut out.0).unwrap();
        },
    )
}
