//! mqtt-codec-kit 1.0: reads from `std::io::Read`, copies everything.

use std::hint::black_box;

use mqtt_codec_kit::common::{Decodable, Encodable};
use mqtt_codec_kit::{v4, v5};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_vec, seen};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "mqtt-codec-kit", versions: super::BOTH, verdict, decode, encode, gather: None };

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    let mut left = packet;
    let result = match version {
        Version::V4 => v4::packet::VariablePacket::decode(&mut left).map(drop).map_err(|error| format!("{error:?}")),
        Version::V5 => v5::packet::VariablePacket::decode(&mut left).map(drop).map_err(|error| format!("{error:?}")),
    };
    match result {
        Ok(()) => Verdict::Packet(packet.len() - left.len()),
        // The end of the input, and that of the packet.
        Err(error) if error.contains("UnexpectedEof") => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    match version {
        Version::V4 => decode_slices(stream, |input| {
            let mut left = input;
            seen(&v4::packet::VariablePacket::decode(&mut left));
            input.len() - left.len()
        }),
        Version::V5 => decode_slices(stream, |input| {
            let mut left = input;
            seen(&v5::packet::VariablePacket::decode(&mut left));
            input.len() - left.len()
        }),
    }
}

fn encode(version: Version, mut packet: &'static [u8]) -> Encode {
    match version {
        Version::V4 => {
            let packet = v4::packet::VariablePacket::decode(&mut packet).unwrap();
            encode_vec(move |out| black_box(&packet).encode(out).unwrap())
        }
        Version::V5 => {
            let packet = v5::packet::VariablePacket::decode(&mut packet).unwrap();
            encode_vec(move |out| black_box(&packet).encode(out).unwrap())
        }
    }
}
