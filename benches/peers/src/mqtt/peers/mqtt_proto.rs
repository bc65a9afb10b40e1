//! mqtt-proto 0.4: reads a slice, copies everything; does not say how many bytes it took, and returns what it encoded.

use std::hint::black_box;

use mqtt_proto::{v3, v5};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_new, seen};
use crate::vectors::{Version, frame_len};

pub const PEER: Peer = Peer { name: "mqtt-proto", versions: super::BOTH, verdict, decode, encode, gather: None };

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    let result = match version {
        Version::V4 => v3::Packet::decode(packet).map(|packet| packet.is_some()).map_err(drop),
        Version::V5 => v5::Packet::decode(packet).map(|packet| packet.is_some()).map_err(drop),
    };
    match result {
        Ok(true) => Verdict::Packet(frame_len(packet).unwrap()),
        Ok(false) => Verdict::Incomplete,
        Err(()) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    match version {
        Version::V4 => decode_slices(stream, |input| {
            seen(&v3::Packet::decode(input));
            frame_len(input).unwrap()
        }),
        Version::V5 => decode_slices(stream, |input| {
            seen(&v5::Packet::decode(input));
            frame_len(input).unwrap()
        }),
    }
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    match version {
        Version::V4 => {
            let packet = v3::Packet::decode(packet).unwrap().unwrap();
            encode_new(move || black_box(&packet).encode().unwrap())
        }
        Version::V5 => {
            let packet = v5::Packet::decode(packet).unwrap().unwrap();
            encode_new(move || black_box(&packet).encode().unwrap())
        }
    }
}
