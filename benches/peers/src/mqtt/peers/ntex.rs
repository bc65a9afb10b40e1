//! ntex-mqtt 9: cuts its own `BytesMut`; encodes into pages, which take a large payload without a copy.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ntex_bytes::{BytePageSize, BytePages, BytesMut};
use ntex_codec::{Decoder, Encoder};
use ntex_mqtt::{v3, v5};

use super::Peer;
use crate::alloc::uncounted;
use crate::bench::{Encode, Job, Verdict, seen};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "ntex-mqtt", versions: super::BOTH, verdict, decode, encode, gather: None };

fn buffer(bytes: &[u8]) -> BytesMut {
    // It reserves behind every packet: without room it would move the rest each time.
    let mut buf = BytesMut::with_capacity(bytes.len() + 4096);
    buf.extend_from_slice(bytes);
    buf
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    fn judge<C: Decoder>(codec: C, packet: &[u8]) -> Verdict {
        let mut buf = buffer(packet);
        match codec.decode(&mut buf) {
            Ok(Some(_)) => Verdict::Packet(packet.len() - buf.len()),
            Ok(None) => Verdict::Incomplete,
            Err(_) => Verdict::Error,
        }
    }
    match version {
        Version::V4 => judge(v3::codec::Codec::new(), packet),
        Version::V5 => judge(v5::codec::Codec::new(), packet),
    }
}

fn decode(version: Version, stream: &'static [u8], _: bool) -> Job {
    fn job<C: Decoder + 'static>(codec: C, stream: &'static [u8]) -> Job {
        Box::new(move |n| {
            let mut time = Duration::ZERO;
            for _ in 0..n {
                let mut buf = uncounted(|| buffer(stream));
                let start = Instant::now();
                while !buf.is_empty() {
                    seen(&codec.decode(&mut buf));
                }
                time += start.elapsed();
            }
            time
        })
    }
    match version {
        Version::V4 => job(v3::codec::Codec::new(), stream),
        Version::V5 => job(v5::codec::Codec::new(), stream),
    }
}

/// It takes its packets by value: each is a clone of one, by reference counts where it can.
fn encode(version: Version, packet: &'static [u8]) -> Encode {
    fn job<C: Encoder + 'static>(codec: C, item: impl Fn() -> C::Item + 'static) -> Encode {
        let mut out = BytePages::new(BytePageSize::Size16);
        codec.encodev(item(), &mut out).unwrap();
        let wrote = out.freeze().to_vec();
        let job = move |n| {
            let start = Instant::now();
            for _ in 0..n {
                out.clear();
                codec.encodev(item(), &mut out).unwrap();
                black_box(&out);
            }
            start.elapsed()
        };
        Encode { job: Box::new(job), wrote }
    }
    let mut buf = buffer(packet);
    match version {
        Version::V4 => {
            let codec = v3::codec::Codec::new();
            let item = match codec.decode(&mut buf).unwrap().unwrap() {
                v3::codec::Decoded::Packet(packet, _) => v3::codec::Encoded::Packet(packet),
                v3::codec::Decoded::Publish(publish, payload, _) => v3::codec::Encoded::Publish(publish, Some(payload)),
                _ => panic!("a piece of a payload"),
            };
            job(codec, move || black_box(&item).clone())
        }
        Version::V5 => {
            let codec = v5::codec::Codec::new();
            let item = match codec.decode(&mut buf).unwrap().unwrap() {
                v5::codec::Decoded::Packet(packet, _) => v5::codec::Encoded::Packet(packet),
                v5::codec::Decoded::Publish(publish, payload, _) => v5::codec::Encoded::Publish(publish, Some(payload)),
                _ => panic!("a piece of a payload"),
            };
            job(codec, move || black_box(&item).clone())
        }
    }
}
