//! mqute-codec 0.4: cuts a `BytesMut`.

use std::hint::black_box;

use bytes::BytesMut;
use mqute_codec::Error;
use mqute_codec::codec::PacketCodec;
use mqute_codec::protocol::{v4, v5};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_bytes, encode_bytes, seen, verdict_bytes};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "mqute-codec", versions: super::BOTH, verdict, decode, encode, gather: None };

fn read_4(buf: &mut BytesMut) -> Result<v4::Packet, Error> {
    v4::Packet::decode(PacketCodec::new(None, None).try_decode(buf)?)
}

fn read_5(buf: &mut BytesMut) -> Result<v5::Packet, Error> {
    v5::Packet::decode(PacketCodec::new(None, None).try_decode(buf)?)
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    let more = |error: &Error| matches!(error, Error::NotEnoughBytes(_));
    match version {
        Version::V4 => verdict_bytes(packet, read_4, more),
        Version::V5 => verdict_bytes(packet, read_5, more),
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    match version {
        Version::V4 => decode_bytes(stream, |buf| _ = seen(&read_4(buf))),
        Version::V5 => decode_bytes(stream, |buf| _ = seen(&read_5(buf))),
    }
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let mut packet = BytesMut::from(packet);
    match version {
        Version::V4 => {
            let packet = read_4(&mut packet).unwrap();
            encode_bytes(move |out| black_box(&packet).encode(out).unwrap())
        }
        Version::V5 => {
            let packet = read_5(&mut packet).unwrap();
            encode_bytes(move |out| black_box(&packet).encode(out).unwrap())
        }
    }
}
