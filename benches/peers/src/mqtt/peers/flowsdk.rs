//! flowsdk 0.7 with strict checks: reads a slice, copies everything, returns what it encoded.

use std::hint::black_box;

use flowsdk::mqtt_serde::control_packet::MqttPacket;
use flowsdk::mqtt_serde::parser::{ParseError, ParseOk};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_new, seen};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "flowsdk", versions: super::BOTH, verdict, decode, encode, gather: None };

fn level(version: Version) -> u8 {
    match version {
        Version::V4 => 4,
        Version::V5 => 5,
    }
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    match MqttPacket::from_bytes_with_version(packet, level(version)) {
        Ok(ParseOk::Packet(_, used)) => Verdict::Packet(used),
        Ok(_) | Err(ParseError::More(..)) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    let level = level(version);
    decode_slices(stream, move |input| {
        let result = MqttPacket::from_bytes_with_version(input, level);
        let ParseOk::Packet(_, used) = seen(&result) else { panic!() };
        *used
    })
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let Ok(ParseOk::Packet(packet, _)) = MqttPacket::from_bytes_with_version(packet, level(version)) else { panic!() };
    encode_new(move || black_box(&packet).to_bytes().unwrap())
}
