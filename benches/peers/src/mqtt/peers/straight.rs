//! The floor as a column; and a second one for encoders, which checks lengths alone, as most peers do.

use std::hint::black_box;

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, see_all, seen};
use crate::floor::{self, Packet, encode};
use crate::vectors::Version;

pub const FLOOR: Peer = Peer {
    name: "floor",
    versions: super::BOTH,
    verdict,
    decode,
    encode: encode_::<true>,
    gather: Some(gather::<true>),
};

/// The floor as a decoder too, which is not timed twice.
pub const UNCHECKED: Peer =
    Peer { name: "unchecked", encode: encode_::<false>, gather: Some(gather::<false>), ..FLOOR };

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    match floor::decode(version, packet) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], walk: bool) -> Job {
    decode_slices(stream, move |input| {
        let result = floor::decode(version, input);
        let Some((packet, used)) = seen(&result) else { panic!() };
        if walk {
            read_all(packet);
        }
        *used
    })
}

/// Reads every field of every list.
fn read_all(packet: &Packet<'_>) {
    let read = |properties: floor::Properties<'_>| see_all(properties.iter());
    match packet {
        Packet::Publish(publish) => read(publish.properties),
        Packet::PubAck(ack) => read(ack.properties),
        Packet::Subscribe(subscribe) => {
            read(subscribe.properties);
            see_all(subscribe.filters.iter());
        }
        Packet::Connect(connect) => {
            read(connect.properties);
            let parts = connect.parts();
            black_box(&parts);
            if let Some(will) = parts.will {
                read(will.properties);
            }
        }
        _ => {}
    }
}

enum Owned {
    Publish(encode::Publish<'static>),
    Subscribe(encode::Subscribe<'static>),
    Connect(Box<encode::Connect<'static>>),
}

/// What a user would have written.
fn values(version: Version, packet: &'static [u8]) -> Owned {
    let list = |properties: floor::Properties<'static>| &*properties.iter().collect::<Vec<_>>().leak();
    match floor::decode(version, packet).unwrap().unwrap().0 {
        Packet::Publish(publish) => Owned::Publish(encode::Publish {
            topic: publish.topic,
            payload: publish.payload,
            properties: list(publish.properties),
            packet_id: publish.packet_id,
            qos: publish.qos(),
            retain: publish.retain(),
            dup: publish.dup(),
        }),
        Packet::Subscribe(subscribe) => Owned::Subscribe(encode::Subscribe {
            packet_id: subscribe.packet_id,
            properties: list(subscribe.properties),
            filters: subscribe.filters.iter().map(|f| (f.filter, f.options)).collect::<Vec<_>>().leak(),
        }),
        Packet::Connect(connect) => {
            let parts = connect.parts();
            Owned::Connect(Box::new(encode::Connect {
                client_id: connect.client_id,
                keep_alive: connect.keep_alive,
                clean_start: connect.clean_start(),
                properties: list(connect.properties),
                will: parts.will.map(|will| encode::Will {
                    topic: will.topic,
                    payload: will.payload,
                    properties: list(will.properties),
                    qos: will.qos,
                    retain: will.retain,
                }),
                user_name: parts.user_name,
                password: parts.password,
            }))
        }
        packet => panic!("no row encodes {packet:?}"),
    }
}

fn encode_<const CHECK: bool>(version: Version, packet: &'static [u8]) -> Encode {
    match values(version, packet) {
        Owned::Publish(publish) => encode_vec(move |out| black_box(&publish).encode::<CHECK>(version, out).unwrap()),
        Owned::Subscribe(subscribe) => {
            encode_vec(move |out| black_box(&subscribe).encode::<CHECK>(version, out).unwrap())
        }
        Owned::Connect(connect) => encode_vec(move |out| black_box(&*connect).encode::<CHECK>(version, out).unwrap()),
    }
}

fn gather<const CHECK: bool>(version: Version, packet: &'static [u8]) -> Encode {
    let Owned::Publish(publish) = values(version, packet) else { unreachable!() };
    type Out = (Vec<u8>, &'static [u8]);
    encode_into(
        Out::default(),
        |out: &mut Out| out.0.clear(),
        |out| [&out.0, out.1].concat(),
        move |out| {
            black_box(&publish).encode_head::<CHECK>(version, &mut out.0).unwrap();
            out.1 = publish.payload;
        },
    )
}
