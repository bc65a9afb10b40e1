//! # THE COLUMN `fourwire`: behind the feature `ours`
//!
//! The only file that knows fourwire's API. Three hooks: [`PEER`] (decode, encode, gather), [`qos_2_flow`] and
//! [`fan_out`]; the last two may return `None`, then there is no cell.

use std::hint::black_box;
use std::time::Instant as Clock;

use bytes::{Buf, Bytes};
use fourwire::mqtt::{
    Client, Config, Connect, Decoder, Event, Packet, Properties, Property, Publish, QoS, Request, Server, Session,
    Subscription, Will,
};
use fourwire::{Gather, Instant};

use crate::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, see_all, seen};
use crate::fanout;
use crate::peers::Peer;
use crate::vectors::Version;

pub const PEER: Peer =
    Peer { name: "fourwire", versions: crate::peers::BOTH, verdict, decode, encode, gather: Some(gather) };

fn ours(version: Version) -> fourwire::mqtt::Version {
    match version {
        Version::V4 => fourwire::mqtt::Version::V3_1_1,
        Version::V5 => fourwire::mqtt::Version::V5,
    }
}

fn verdict(version: Version, packet: &[u8]) -> Verdict {
    match Decoder::new(ours(version)).decode(packet) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(version: Version, stream: &'static [u8], walk: bool) -> Job {
    let mut decoder = Decoder::new(ours(version));
    decode_slices(stream, move |input| {
        let result = decoder.decode(input);
        let Some((packet, used)) = seen(&result) else { panic!() };
        if walk {
            read_all(packet);
        }
        *used
    })
}

fn read_all(packet: &Packet<'_>) {
    let read = |properties: &Properties<'_>| see_all(properties.iter());
    match packet {
        Packet::Publish(publish) => read(&publish.properties),
        Packet::PubAck(ack) => read(&ack.properties),
        Packet::Subscribe(subscribe) => {
            read(&subscribe.properties);
            see_all(subscribe.subscriptions.iter());
        }
        Packet::Connect(view) => {
            let connect = view.get();
            black_box(&connect);
            read(&connect.properties);
            if let Some(will) = &connect.will {
                read(&will.properties);
            }
        }
        _ => {}
    }
}

/// Lists as a user writes them, not as they came.
fn list(properties: &Properties<'static>) -> Properties<'static> {
    let list: &'static [Property<'static>] = properties.iter().collect::<Vec<_>>().leak();
    list.into()
}

fn decoded(version: Version, packet: &'static [u8]) -> Packet<'static> {
    Decoder::new(ours(version)).decode(packet).unwrap().unwrap().0
}

fn encode(version: Version, packet: &'static [u8]) -> Encode {
    let v = ours(version);
    match decoded(version, packet) {
        Packet::Publish(publish) => {
            let publish = Publish { properties: list(&publish.properties), ..publish };
            encode_vec(move |out| black_box(&publish).encode(v, out).unwrap())
        }
        Packet::Subscribe(mut subscribe) => {
            let subscriptions: &'static [Subscription<'static>] =
                subscribe.subscriptions.iter().collect::<Vec<_>>().leak();
            subscribe.subscriptions = subscriptions.into();
            subscribe.properties = list(&subscribe.properties);
            encode_vec(move |out| black_box(&subscribe).encode(v, out).unwrap())
        }
        Packet::Connect(view) => {
            let connect = view.get();
            let will = connect.will.map(|will| Will { properties: list(&will.properties), ..will });
            let connect = Connect { properties: list(&connect.properties), will, ..connect };
            encode_vec(move |out| black_box(&connect).encode(out).unwrap())
        }
        packet => panic!("no row encodes {packet:?}"),
    }
}

fn gather(version: Version, packet: &'static [u8]) -> Encode {
    let Packet::Publish(publish) = decoded(version, packet) else { unreachable!() };
    let payload = Bytes::from_static(publish.payload);
    encode_into(
        Gather::new(),
        |out: &mut Gather| out.advance(out.remaining()),
        |out| out.chunks().flat_map(<[u8]>::to_vec).collect(),
        move |out| {
            fourwire::Output::lend(out, &payload);
            black_box(&publish).encode(ours(version), out).unwrap();
        },
    )
}

/// A message of QoS 2 from a client's machine to a server's, until the identifier is free.
pub fn qos_2_flow(version: Version, topic: &'static str, payload: &'static [u8]) -> Option<Job> {
    const NOW: Instant = Instant::ZERO;
    let (mut client, mut server) =
        (Client::new(Config::default(), Session::new()), Server::new(NOW, Config::default(), Session::new()));
    let (mut up, mut down) = (Vec::new(), Vec::new());
    client.connect(NOW, &Connect { version: ours(version), client_id: "c", ..Connect::default() }, &mut up).unwrap();
    server.receive(NOW, &up, &mut down).unwrap();
    server.accept(NOW, Properties::EMPTY, &mut down).unwrap();
    client.receive(NOW, &down, &mut up).unwrap();
    let publish = Publish::new(topic, payload).with_qos(QoS::ExactlyOnce);

    Some(Box::new(move |n| {
        let start = Clock::now();
        for _ in 0..n {
            up.clear();
            client.publish(NOW, black_box(&publish), &mut up).unwrap();
            let (mut messages, mut released) = (0, 0);
            while !up.is_empty() {
                down.clear();
                let mut left = &up[..];
                while let Some((request, used)) = server.receive(NOW, left, &mut down).unwrap() {
                    left = &left[used..];
                    messages += usize::from(matches!(black_box(&request), Request::Publish(..)));
                }
                up.clear();
                let mut left = &down[..];
                while let Some((event, used)) = client.receive(NOW, left, &mut up).unwrap() {
                    left = &left[used..];
                    released += usize::from(matches!(black_box(&event), Event::Published(_)));
                }
            }
            assert_eq!((messages, released), (1, 1), "the flow is whole");
        }
        start.elapsed()
    }))
}

/// One message to many: every subscriber has an output, which is cleared before.
pub fn fan_out(subscribers: usize, topic: &'static str, payload: &'static [u8], gather: bool) -> Option<Job> {
    let v = ours(Version::V4);
    let payload = Bytes::from(payload.to_vec());
    let id = |id| fourwire::mqtt::PacketId::new(id);
    if !gather {
        return Some(fanout::job(vec![Vec::new(); subscribers], move |out: &mut Vec<u8>, i| {
            out.clear();
            let publish = Publish::new(topic, black_box(&payload)).with_qos(QoS::AtLeastOnce);
            Publish { packet_id: id(i), ..publish }.encode(v, out).unwrap();
        }));
    }
    Some(fanout::job(vec![Gather::new(); subscribers], move |out: &mut Gather, i| {
        out.advance(out.remaining());
        fourwire::Output::lend(out, &payload);
        let publish = Publish::new(topic, &payload).with_qos(QoS::AtLeastOnce);
        Publish { packet_id: id(i), ..publish }.encode(v, out).unwrap();
    }))
}

/// Fourwire accepts and refuses as the floor does.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::FLOOR;
    use crate::strict::cases;

    #[test]
    fn judges_as_the_floor_does() {
        let differs = |case: &&crate::strict::Case| {
            PEER.judge(case.version, &case.packet) != FLOOR.judge(case.version, &case.packet)
        };
        let cases = cases();
        let names: Vec<_> = cases.iter().filter(differs).map(|case| (case.name, case.version)).collect();
        assert_eq!(names, []);
    }

    /// Every byte of every case, with every value.
    #[test]
    fn judges_mutations_as_the_floor_does() {
        let mut differ = Vec::new();
        for case in cases() {
            let mut packet = case.packet.clone();
            for i in 1..packet.len() {
                let was = packet[i];
                for value in 0..=255 {
                    packet[i] = value;
                    // Ours refuses some packets before they are whole; and a padded length only once the CONNECT behind it
                    // has told its version.
                    let (ours, floor) = (PEER.judge(case.version, &packet), FLOOR.judge(case.version, &packet));
                    if ours != floor && ours != Verdict::Incomplete && floor != Verdict::Incomplete {
                        differ.push((case.name, case.version, ours, floor, packet.clone()));
                    }
                }
                packet[i] = was;
            }
        }
        let first: Vec<_> = differ.iter().step_by(differ.len() / 12 + 1).collect();
        assert!(differ.is_empty(), "{} differ, of these: {first:02x?}", differ.len());
    }
}
