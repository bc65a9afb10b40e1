//! The column `floor`.

use std::hint::black_box;

use bytes::Bytes;

use super::{ALL, Peer};
use crate::floor::{self, Content, Decoder, Deliver, Entry, Frame, Method, Properties, QueueDeclare, Written};
use crate::vectors::V091;
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_into, encode_vec, see_all, seen};

pub const FLOOR: Peer = Peer { name: "floor", versions: ALL, verdict, decode, encode, gather: Some(gather) };

fn verdict(_: V091, frame: &[u8]) -> Verdict {
    match Decoder::default().decode(frame) {
        Ok(Some((_, used))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V091, stream: &'static [u8], walk: bool) -> Job {
    let mut decoder = Decoder::default();
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
            let properties = header.properties();
            black_box(&properties);
            if let Some(headers) = properties.headers {
                see_all(headers.iter());
            }
        }
        Frame::Method(_, Method::QueueDeclare(declare)) => see_all(declare.arguments.iter()),
        _ => {}
    }
}

/// What the rows encode.
enum Unit {
    Deliver(u16, Deliver<'static>),
    Ack(u16, u64, bool),
    QueueDeclare(u16, QueueDeclare<'static>, Written<'static>),
    Header(u16, u64, Content<'static>),
    Delivery(u16, Deliver<'static>, Content<'static>),
}

impl Unit {
    fn decoded(packet: &'static [u8]) -> Self {
        let (mut decoder, mut left) = (Decoder::default(), packet);
        let (mut method, mut header) = (None, None);
        let written =
            |table: floor::Table<'static>| -> Written<'static> { table.iter().collect::<Vec<Entry>>().leak() };
        while let Some((frame, used)) = decoder.decode(left).unwrap() {
            left = &left[used..];
            match frame {
                Frame::Method(channel, Method::Deliver(deliver)) => method = Some((channel, deliver)),
                Frame::Method(channel, Method::Ack { delivery_tag, multiple }) => {
                    return Self::Ack(channel, delivery_tag, multiple);
                }
                Frame::Method(channel, Method::QueueDeclare(declare)) => {
                    return Self::QueueDeclare(channel, declare, written(declare.arguments));
                }
                Frame::Header(channel, it) => {
                    let p = it.properties();
                    let properties = Properties {
                        content_type: p.content_type,
                        headers: p.headers.map(written),
                        delivery_mode: p.delivery_mode,
                        ..Properties::EMPTY
                    };
                    header = Some((channel, it.body_size, Content { properties, body: &[] }));
                }
                Frame::Body(_, body) => header.as_mut().unwrap().2.body = body,
                _ => unreachable!(),
            }
        }
        match (method, header) {
            (Some((channel, deliver)), None) => Self::Deliver(channel, deliver),
            (Some((channel, deliver)), Some((_, _, content))) => Self::Delivery(channel, deliver, content),
            (None, Some((channel, body_size, content))) => Self::Header(channel, body_size, content),
            (None, None) => unreachable!(),
        }
    }
}

fn encode(_: V091, packet: &'static [u8]) -> Encode {
    let unit = Unit::decoded(packet);
    encode_vec(move |out| {
        match black_box(&unit) {
            Unit::Deliver(channel, deliver) => floor::deliver(*channel, deliver, out),
            Unit::Ack(channel, delivery_tag, multiple) => floor::ack(*channel, *delivery_tag, *multiple, out),
            Unit::QueueDeclare(channel, declare, arguments) => floor::queue_declare(*channel, declare, arguments, out),
            Unit::Header(channel, body_size, content) => content.header(*channel, *body_size, out),
            Unit::Delivery(channel, deliver, content) => floor::deliver(*channel, deliver, out)
                .and_then(|()| content.header(*channel, content.body.len() as u64, out))
                .and_then(|()| content.body(*channel, out)),
        }
        .unwrap();
    })
}

/// The body stands between `heads` and the frame's end.
#[derive(Default)]
struct Gathered {
    heads: Vec<u8>,
    body: Bytes,
    end: Vec<u8>,
}

fn gather(_: V091, packet: &'static [u8]) -> Encode {
    let Unit::Delivery(channel, deliver, content) = Unit::decoded(packet) else { unreachable!() };
    let body = Bytes::from_static(content.body);
    encode_into(
        Gathered::default(),
        |out: &mut Gathered| {
            out.heads.clear();
            out.end.clear();
        },
        |out| [&out.heads[..], &out.body, &out.end].concat(),
        move |out| {
            let (deliver, content) = black_box((&deliver, &content));
            floor::deliver(channel, deliver, &mut out.heads).unwrap();
            content.header(channel, content.body.len() as u64, &mut out.heads).unwrap();
            content.body_head(channel, &mut out.heads).unwrap();
            out.body = body.clone();
            out.end.push(0xce);
        },
    )
}
