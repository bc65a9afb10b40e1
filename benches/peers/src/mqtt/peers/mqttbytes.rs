//! mqttbytes 0.6: cuts a `BytesMut`, copies the text.

use std::hint::black_box;

use bytes::BytesMut;
use mqttbytes::{Error, v4, v5};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_bytes, encode_bytes, seen, verdict_bytes};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "mqttbytes", versions: super::BOTH, verdict, decode, encode, gather: None };

const MAX: usize = 1 << 28;

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    let more = |error: &Error| matches!(error, Error::InsufficientBytes(_));
    match version {
        Version::V4 => verdict_bytes(packet, |buf| v4::read(buf, MAX), more),
        Version::V5 => verdict_bytes(packet, |buf| v5::read(buf, MAX), more),
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    match version {
        Version::V4 => decode_bytes(stream, |buf| _ = seen(&v4::read(buf, MAX))),
        Version::V5 => decode_bytes(stream, |buf| _ = seen(&v5::read(buf, MAX))),
    }
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let mut packet = BytesMut::from(packet);
    match version {
        Version::V4 => {
            let packet = v4::read(&mut packet, MAX).unwrap();
            encode_bytes(move |out| {
                match black_box(&packet) {
                    v4::Packet::Publish(packet) => packet.write(out),
                    v4::Packet::Subscribe(packet) => packet.write(out),
                    _ => panic!("no row encodes this"),
                }
                .unwrap();
            })
        }
        Version::V5 => {
            let packet = v5::read(&mut packet, MAX).unwrap();
            encode_bytes(move |out| {
                match black_box(&packet) {
                    v5::Packet::Publish(packet) => packet.write(out),
                    v5::Packet::Subscribe(packet) => packet.write(out),
                    v5::Packet::Connect(packet) => packet.write(out),
                    _ => panic!("no row encodes this"),
                }
                .unwrap();
            })
        }
    }
}
