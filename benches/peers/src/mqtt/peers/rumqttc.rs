//! rumqttc 0.25, its two codecs: cut a `BytesMut`; 3.1.1 copies the text, 5.0 leaves the topic as bytes.

use std::hint::black_box;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4;
use rumqttc::v5::mqttbytes::v5;

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_bytes, encode_bytes, seen, verdict_bytes};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "rumqttc", versions: super::BOTH, verdict, decode, encode, gather: None };

const MAX: usize = 1 << 28;

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    match version {
        Version::V4 => verdict_bytes(
            packet,
            |buf| v4::Packet::read(buf, MAX),
            |error| matches!(error, rumqttc::mqttbytes::Error::InsufficientBytes(_)),
        ),
        Version::V5 => verdict_bytes(
            packet,
            |buf| v5::Packet::read(buf, None),
            |error| matches!(error, rumqttc::v5::mqttbytes::Error::InsufficientBytes(_)),
        ),
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    match version {
        Version::V4 => decode_bytes(stream, |buf| _ = seen(&v4::Packet::read(buf, MAX))),
        Version::V5 => decode_bytes(stream, |buf| _ = seen(&v5::Packet::read(buf, None))),
    }
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let mut packet = BytesMut::from(packet);
    match version {
        Version::V4 => {
            let packet = v4::Packet::read(&mut packet, MAX).unwrap();
            encode_bytes(move |out| _ = black_box(&packet).write(out, MAX).unwrap())
        }
        Version::V5 => {
            let packet = v5::Packet::read(&mut packet, None).unwrap();
            encode_bytes(move |out| _ = black_box(&packet).write(out, None).unwrap())
        }
    }
}
