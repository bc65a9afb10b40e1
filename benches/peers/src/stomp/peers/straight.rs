//! The column `floor`.

use std::hint::black_box;

use bytes::Bytes;

use super::{ALL, Peer};
use crate::floor::{self, Frame, Unit, Written, decode};
use crate::vectors::{V12, parts};
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, seen};

pub const FLOOR: Peer =
    Peer { name: "floor", versions: ALL, verdict, decode: decode_all, encode, gather: Some(gather) };

fn verdict(_: V12, frame: &[u8]) -> Verdict {
    match decode(frame) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode_all(_: V12, stream: &'static [u8], walk: bool) -> Job {
    decode_slices(stream, move |input| {
        let result = decode(input);
        let Some((unit, used)) = seen(&result) else { panic!() };
        if let (Unit::Frame(frame), true) = (unit, walk) {
            crate::rows::read(input, |name| _ = black_box(frame.plain(name.as_bytes())));
        }
        *used
    })
}

/// What a frame of the rows holds.
struct Values {
    frame: Frame<'static>,
    headers: Written<'static>,
}

fn values(packet: &'static [u8]) -> Values {
    let Ok(Some((Unit::Frame(frame), _))) = decode(packet) else { panic!() };
    let leak = |text: String| -> &'static [u8] { text.into_bytes().leak() };
    let headers: Vec<_> = parts(packet).1.into_iter().map(|(name, value)| (leak(name), leak(value))).collect();
    Values { frame, headers: headers.leak() }
}

fn encode(_: V12, packet: &'static [u8]) -> Encode {
    let values = values(packet);
    encode_vec(move |out| {
        let Values { frame, headers } = black_box(&values);
        floor::head(frame.command, headers, frame.body, out).unwrap();
        out.extend_from_slice(frame.body);
        out.push(0);
    })
}

/// The body stands between `head` and NUL.
#[derive(Default)]
struct Gathered {
    head: Vec<u8>,
    body: Bytes,
    end: Vec<u8>,
}

fn gather(_: V12, packet: &'static [u8]) -> Encode {
    let values = values(packet);
    let body = Bytes::from_static(values.frame.body);
    encode_into(
        Gathered::default(),
        |out: &mut Gathered| {
            out.head.clear();
            out.end.clear();
        },
        |out| [&out.head[..], &out.body, &out.end].concat(),
        move |out| {
            let Values { frame, headers } = black_box(&values);
            floor::head(frame.command, headers, &body, &mut out.head).unwrap();
            out.body = body.clone();
            out.end.push(0);
        },
    )
}
