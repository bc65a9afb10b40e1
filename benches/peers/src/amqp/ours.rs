//! # THE COLUMN `fourwire`: behind the feature `ours`
//!
//! The only file that knows fourwire's API.

use std::hint::black_box;

use bytes::{Buf, Bytes};
use fourwire::amqp::{BasicProperties, ContentHeader, Decoder, Entry, Frame, Message, Method, Table};
use fourwire::{Gather, Output};

use crate::peers::Peer;
use crate::vectors::{CHANNEL, FRAME_MAX, V091};
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, see_all, seen};

pub const PEER: Peer =
    Peer { name: "fourwire", versions: crate::peers::ALL, verdict, decode, encode, gather: Some(gather) };

fn verdict(_: V091, frame: &[u8]) -> Verdict {
    match Decoder::new().decode(frame) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V091, stream: &'static [u8], walk: bool) -> Job {
    let mut decoder = Decoder::new();
    if walk {
        return decode_slices(stream, move |input| {
            let result = decoder.decode(input);
            let Some((frame, used)) = seen(&result) else { panic!() };
            read_all(frame);
            *used
        });
    }
    decode_slices(stream, move |input| {
        let result = decoder.decode(input);
        let Some((_, used)) = seen(&result) else { panic!() };
        *used
    })
}

fn read_all(frame: &Frame<'_>) {
    match frame {
        Frame::Header(_, header) => {
            let properties = header.properties.get();
            black_box(&properties);
            if let Some(headers) = &properties.headers {
                see_all(headers.iter());
            }
        }
        Frame::Method(_, Method::QueueDeclare(declare)) => see_all(declare.arguments.iter()),
        _ => {}
    }
}

/// Tables as a user writes them, not as they came.
fn written(table: Table<'static>) -> Table<'static> {
    let entries: &'static [Entry<'static>] = table.iter().collect::<Vec<_>>().leak();
    entries.into()
}

/// The frames in `packet`, with tables and properties as a user writes them.
fn decoded(packet: &'static [u8]) -> Vec<Frame<'static>> {
    let (mut decoder, mut left, mut frames) = (Decoder::new(), packet, Vec::new());
    while let Some((frame, used)) = decoder.decode(left).unwrap() {
        left = &left[used..];
        frames.push(match frame {
            Frame::Method(channel, Method::QueueDeclare(mut declare)) => {
                declare.arguments = written(declare.arguments);
                Frame::Method(channel, declare.into())
            }
            Frame::Header(channel, header) => {
                let mut properties = header.properties.get();
                properties.headers = properties.headers.map(written);
                let properties: &'static BasicProperties<'static> = Box::leak(Box::new(properties));
                Frame::Header(channel, ContentHeader { properties: properties.into(), ..header })
            }
            frame => frame,
        });
    }
    frames
}

/// As one writes each: a frame alone, or a message whole.
enum Unit {
    Frame(Frame<'static>),
    Message(Message<'static>),
}

fn units(packet: &'static [u8]) -> Vec<Unit> {
    match decoded(packet)[..] {
        [Frame::Method(CHANNEL, method), Frame::Header(CHANNEL, header), Frame::Body(CHANNEL, body)] => {
            vec![Unit::Message(Message { method, properties: header.properties, body })]
        }
        ref frames => frames.iter().copied().map(Unit::Frame).collect(),
    }
}

fn put(units: &[Unit], out: &mut impl Output) {
    for unit in units {
        match unit {
            Unit::Frame(frame) => frame.encode(FRAME_MAX, out).unwrap(),
            Unit::Message(message) => message.encode(CHANNEL, FRAME_MAX, out).unwrap(),
        }
    }
}

fn encode(_: V091, packet: &'static [u8]) -> Encode {
    let units = units(packet);
    encode_vec(move |out| put(black_box(&units), out))
}

fn gather(_: V091, packet: &'static [u8]) -> Encode {
    let units = units(packet);
    let [Unit::Message(message)] = &units[..] else { panic!("the row is a message") };
    let body = Bytes::from_static(message.body);
    encode_into(
        Gather::new(),
        |out: &mut Gather| out.advance(out.remaining()),
        |out| out.chunks().flat_map(<[u8]>::to_vec).collect(),
        move |out| {
            out.lend(&body);
            put(black_box(&units), out);
        },
    )
}

/// Fourwire accepts and refuses as the floor does.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::cases;
    use crate::peers::FLOOR;

    #[test]
    fn judges_as_the_floor_does() {
        let cases = cases();
        let differs = |case: &&crate::cases::Case| PEER.judge(V091, &case.packet) != FLOOR.judge(V091, &case.packet);
        let names: Vec<_> = cases.iter().filter(differs).map(|case| case.name).collect();
        assert_eq!(names, [""; 0]);
    }

    /// Every byte of every case, with every value.
    #[test]
    fn judges_mutations_as_the_floor_does() {
        let mut differ = Vec::new();
        // The largest is one of bytes that nobody looks at.
        for case in cases().iter().filter(|case| case.packet.len() < 4096) {
            let mut packet = case.packet.clone();
            for i in 0..packet.len() {
                let was = packet[i];
                for value in 0..=255 {
                    packet[i] = value;
                    // Ours refuses some frames before they are whole.
                    let (ours, floor) = (verdict(V091, &packet), FLOOR.judge(V091, &packet));
                    if ours != floor && floor != Verdict::Incomplete {
                        differ.push((case.name, ours, floor, packet.clone()));
                    }
                }
                packet[i] = was;
            }
        }
        let first: Vec<_> = differ.iter().step_by(differ.len() / 12 + 1).collect();
        assert!(differ.is_empty(), "{} differ, of these: {first:02x?}", differ.len());
    }
}
