//! mqtt-protocol-core 0.7, without its connections: its framer copies the packet, its packets keep the wire form.

use std::hint::black_box;

use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{PacketBuildResult, PacketBuilder, PacketData, RawPacket};
use mqtt_protocol_core::mqtt::packet::{GenericPacketTrait, Packet, v3_1_1, v5_0};
use mqtt_protocol_core::mqtt::result_code::MqttError;

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_new, seen};
use crate::vectors::Version;

pub const PEER: Peer =
    Peer { name: "mqtt-protocol-core", versions: super::BOTH, verdict, decode, encode, gather: Some(gather) };

fn parse(version: Version, raw: RawPacket) -> Result<Packet, MqttError> {
    let flags = raw.flags();
    if let PacketData::Publish(data) = raw.data {
        return Ok(match version {
            Version::V4 => Packet::V3_1_1Publish(v3_1_1::Publish::parse(flags, data)?.0),
            Version::V5 => Packet::V5_0Publish(v5_0::Publish::parse(flags, data)?.0),
        });
    }
    Ok(match (version, raw.packet_type()) {
        (Version::V4, 1) => Packet::V3_1_1Connect(raw.parse_exact(v3_1_1::Connect::parse)?),
        (Version::V4, 4) => Packet::V3_1_1Puback(raw.parse_exact(v3_1_1::Puback::parse)?),
        (Version::V4, 8) => Packet::V3_1_1Subscribe(raw.parse_exact(v3_1_1::Subscribe::parse)?),
        (Version::V5, 1) => Packet::V5_0Connect(raw.parse_exact(v5_0::Connect::parse)?),
        (Version::V5, 4) => Packet::V5_0Puback(raw.parse_exact(v5_0::Puback::parse)?),
        (Version::V5, 8) => Packet::V5_0Subscribe(raw.parse_exact(v5_0::Subscribe::parse)?),
        _ => return Err(MqttError::MalformedPacket),
    })
}

fn read(version: Version, builder: &mut PacketBuilder, input: &[u8]) -> Result<Option<(Packet, usize)>, MqttError> {
    let mut cursor = Cursor::new(input);
    match builder.feed(&mut cursor) {
        PacketBuildResult::Complete(raw) => Ok(Some((parse(version, raw)?, cursor.position() as usize))),
        PacketBuildResult::Incomplete => Ok(None),
        PacketBuildResult::Error(error) => Err(error),
    }
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    match read(version, &mut PacketBuilder::new(), packet) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    let mut builder = PacketBuilder::new();
    decode_slices(stream, move |input| {
        let result = read(version, &mut builder, input);
        let Some((_, used)) = seen(&result) else { panic!() };
        *used
    })
}

fn packet(version: Version, packet: &[u8]) -> Packet {
    read(version, &mut PacketBuilder::new(), packet).unwrap().unwrap().0
}

fn encode(version: Version, bytes: &'static [u8]) -> Encode {
    let packet = packet(version, bytes);
    encode_new(move || black_box(&packet).to_continuous_buffer())
}

/// A fresh list of slices each time.
fn gather(version: Version, bytes: &'static [u8]) -> Encode {
    let packet: &'static Packet = Box::leak(Box::new(packet(version, bytes)));
    let wrote = packet.to_buffers().iter().flat_map(|part| part.to_vec()).collect();
    let job = move |n| {
        let start = std::time::Instant::now();
        for _ in 0..n {
            black_box(&black_box(packet).to_buffers());
        }
        start.elapsed()
    };
    Encode { job: Box::new(job), wrote }
}
