//! mqtt5-protocol 0.16: header and body are two calls, of which the user makes a frame; copies the text.

use std::hint::black_box;

use bytes::{Buf, BytesMut};
use mqtt5_protocol::packet::{FixedHeader, MqttPacket, Packet};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_bytes, encode_bytes, seen, verdict_bytes};
use crate::vectors::{Version, frame_len};

pub const PEER: Peer = Peer { name: "mqtt5-protocol", versions: super::BOTH, verdict, decode, encode, gather: None };

fn level(version: Version) -> u8 {
    match version {
        Version::V4 => 4,
        Version::V5 => 5,
    }
}

fn read(buf: &mut BytesMut, level: u8) -> Result<Packet, mqtt5_protocol::MqttError> {
    let mut head = &buf[..];
    let header = FixedHeader::decode(&mut head)?;
    let skip = buf.len() - head.len();
    buf.advance(skip);
    let mut body = buf.split_to(header.remaining_length as usize).freeze();
    Packet::decode_from_body_with_version(header.packet_type, &header, &mut body, level)
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    if frame_len(packet).is_some_and(|len| len > packet.len()) {
        return Verdict::Incomplete;
    }
    verdict_bytes(packet, |buf| read(buf, level(version)), |_| false)
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    let level = level(version);
    decode_bytes(stream, move |buf| _ = seen(&read(buf, level)))
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let packet = read(&mut BytesMut::from(packet), level(version)).unwrap();
    encode_bytes(move |out| {
        match black_box(&packet) {
            Packet::Publish(packet) => packet.encode(out),
            Packet::Subscribe(packet) => packet.encode(out),
            Packet::Connect(packet) => packet.encode(out),
            _ => panic!("no row encodes this"),
        }
        .unwrap();
    })
}
