//! One stream, decoded in pieces: what callgrind counts.
//!
//! `fourwire-linear WHAT BYTES PIECE`: WHAT is made of about BYTES bytes, and arrives PIECE bytes at a time; `whole`; or
//! `none`: then it is only made, to be subtracted.

use std::env;
use std::hint::black_box;

use fourwire::mqtt::{
    Decoder, Limits, Packet, PacketId, Properties, Property, Publish, QoS, Subscribe, Subscription, Subscriptions,
    Version,
};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let number = |at: usize| arguments[at].parse::<usize>().expect("a number");
    let (what, size) = (arguments[1].as_str(), number(2));
    let stream = black_box(stream(what, size));
    let piece = match arguments[3].as_str() {
        "none" => return,
        "whole" => stream.len(),
        _ => number(3),
    };
    let packet = if what == "parts" { 256 } else { Limits::MAX_PACKET };
    let mut decoder = Decoder::with_limits(Version::V5, Limits { packet, ..Limits::default() });
    let (mut start, mut there, mut units) = (0, 0, 0_usize);
    while there < stream.len() {
        there = stream.len().min(there + piece);
        let input = |start: usize| &stream[start..there];
        if what == "rescan" {
            // The control: what a decoder costs that reads all of it each time.
            black_box(input(start).iter().fold(0_u8, |sum, byte| sum ^ byte));
        }
        if what == "parts" {
            while let Some((part, used)) = decoder.decode_part(black_box(input(start))).expect("valid") {
                black_box(part);
                (start, units) = (start + used, units + 1);
            }
        } else {
            while let Some((packet, used)) = decoder.decode(black_box(input(start))).expect("valid") {
                black_box(packet);
                (start, units) = (start + used, units + 1);
            }
        }
    }
    assert!(start == stream.len() && units > 0);
}

fn stream(what: &str, size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut put = |packet: Packet<'_>| packet.encode(Version::V5, &mut out).expect("valid");
    match what {
        // One large message, of which nothing but the length is looked at; the same in parts.
        "publish" | "parts" | "rescan" => put(Publish::new("a/b", &vec![b'x'; size]).into()),
        // One large message whose payload is proved to be UTF-8.
        "text" => {
            let text = [Property::PayloadFormatIndicator(true)];
            put(Publish { properties: Properties::new(&text), ..Publish::new("a/b", &vec![b'x'; size]) }.into());
        }
        // One message with very many properties.
        "properties" => {
            let many = vec![Property::UserProperty("name", "value"); size / 14];
            put(Publish { properties: Properties::new(&many), ..Publish::new("a/b", b"") }.into());
        }
        // One request with very many filters.
        "filters" => {
            let many = vec![Subscription::new("a/+/c", QoS::AtLeastOnce); size / 8];
            let subscriptions = Subscriptions::new(&many);
            put(Subscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, subscriptions }.into());
        }
        // Very many small messages.
        "small" => (0..size / 16).for_each(|_| put(Publish::new("a/b/c", b"payload").into())),
        other => panic!("{other} is not known"),
    }
    out
}
