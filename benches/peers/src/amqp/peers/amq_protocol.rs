//! amq-protocol 10.6, lapin's codec: owns what it decodes.

use std::hint::black_box;

use amq_protocol::frame::{AMQPFrame, WriteContext, gen_frame, parse_frame};

use super::{ALL, Peer};
use crate::vectors::V091;
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_vec, seen};

pub const PEER: Peer = Peer { name: "amq-protocol", versions: ALL, verdict, decode, encode, gather: None };

fn verdict(_: V091, frame: &[u8]) -> Verdict {
    match parse_frame(frame) {
        Ok((rest, _)) => Verdict::Packet(frame.len() - rest.len()),
        Err(error) if error.is_incomplete() => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V091, stream: &'static [u8], _: bool) -> Job {
    decode_slices(stream, |input| {
        let result = parse_frame(input);
        input.len() - seen(&result).0.len()
    })
}

fn encode(_: V091, packet: &'static [u8]) -> Encode {
    let (mut frames, mut left) = (Vec::<AMQPFrame>::new(), packet);
    while !left.is_empty() {
        let (rest, frame) = parse_frame(left).unwrap();
        frames.push(frame);
        left = rest;
    }
    encode_vec(move |out| {
        // It appends to what it is given, and gives it back.
        let mut buffer = std::mem::take(out);
        for frame in black_box(&frames) {
            buffer = gen_frame(frame)(WriteContext::from(buffer)).unwrap().into_inner().0;
        }
        *out = buffer;
    })
}
