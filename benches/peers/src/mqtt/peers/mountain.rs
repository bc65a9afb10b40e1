//! mountain-mqtt 0.2: 5.0 only; borrows, with lists of a fixed capacity inside the packets.

use std::hint::black_box;

use mountain_mqtt::codec::mqtt_reader::{MqttBufReader, MqttReader};
use mountain_mqtt::codec::mqtt_writer::{self, MqttBufWriter};
use mountain_mqtt::codec::read::Read;
use mountain_mqtt::codec::write::Write;
use mountain_mqtt::error::PacketReadError;
use mountain_mqtt::packets::packet_generic::PacketGeneric;

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_into, seen};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "mountain-mqtt", versions: &[Version::V5], verdict, decode, encode, gather: None };

/// Eight properties, eight of the will, eight filters behind the first.
type Packet<'a> = PacketGeneric<'a, 8, 8, 8>;

fn read(input: &[u8]) -> Result<(Packet<'_>, usize), PacketReadError> {
    let mut reader = MqttBufReader::new(input);
    let packet = Packet::read(&mut reader)?;
    Ok((packet, reader.position()))
}

fn verdict(_: Version, packet: &[u8]) -> Verdict {
    match read(packet) {
        Ok((_, used)) => Verdict::Packet(used),
        Err(PacketReadError::InsufficientData) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: Version, stream: &'static [u8], _: bool) -> Job {
    decode_slices(stream, |input| {
        let mut reader = MqttBufReader::new(input);
        seen(&Packet::read(&mut reader));
        reader.position()
    })
}

fn encode(_: Version, packet: &'static [u8]) -> Encode {
    let (packet, _) = read(packet).unwrap();
    struct Out(Vec<u8>, usize);
    encode_into(
        Out(vec![0; 32 * 1024], 0),
        |_| {},
        |out: &Out| out.0[..out.1].to_vec(),
        move |out| {
            let mut writer = MqttBufWriter::new(&mut out.0);
            write(black_box(&packet), &mut writer).unwrap();
            out.1 = writer.position();
        },
    )
}

fn write<'w>(packet: &Packet<'_>, out: &mut MqttBufWriter<'w>) -> mqtt_writer::Result<()> {
    match packet {
        PacketGeneric::Connect(packet) => packet.write(out),
        PacketGeneric::Publish(packet) => packet.write(out),
        PacketGeneric::Subscribe(packet) => packet.write(out),
        _ => panic!("no row encodes this"),
    }
}
