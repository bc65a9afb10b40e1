//! amqprs 2.1: its frames are private, their codec is not.
//!
//! Here is its `Frame::decode` and what it does to write a frame, over `amqp_serde` and those of its structs that it shows;
//! the others are declared as it does. Of its sixty methods are those of the rows, and what a server would not send.

use std::hint::black_box;

use amqp_serde::types::{FieldTable, ShortStr};
use amqp_serde::{Error, from_bytes, to_buffer};
use amqprs::{Ack, BasicProperties, Deliver};
use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::{ALL, Peer};
use crate::vectors::V091;
use harness::bench::{Encode, Job, Verdict, decode_slices, encode_bytes, seen};

pub const PEER: Peer = Peer { name: "amqprs", versions: ALL, verdict, decode, encode, gather: None };

#[derive(Serialize, Deserialize)]
struct FrameHeader {
    frame_type: u8,
    channel: u16,
    payload_size: u32,
}

#[derive(Serialize, Deserialize)]
struct MethodHeader {
    class_id: u16,
    method_id: u16,
}

impl MethodHeader {
    const DELIVER: &'static Self = &Self { class_id: 60, method_id: 60 };
    const ACK: &'static Self = &Self { class_id: 60, method_id: 80 };
    const QUEUE_DECLARE: &'static Self = &Self { class_id: 50, method_id: 10 };
}

#[derive(Serialize, Deserialize)]
struct DeclareQueue {
    ticket: u16,
    queue: ShortStr,
    bits: u8,
    arguments: FieldTable,
}

#[derive(Serialize, Deserialize)]
struct ContentHeaderCommon {
    class: u16,
    weight: u16,
    body_size: u64,
}

#[derive(Serialize)]
struct ContentHeader {
    common: ContentHeaderCommon,
    basic_properties: BasicProperties,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Frame {
    Deliver(&'static MethodHeader, Deliver),
    Ack(&'static MethodHeader, Ack),
    DeclareQueue(&'static MethodHeader, DeclareQueue),
    HeartBeat,
    ContentHeader(Box<ContentHeader>),
    #[serde(skip)]
    ContentBody(Vec<u8>),
}

enum Wrong {
    Corrupted,
    Serde(#[allow(dead_code, reason = "as amqprs has it")] Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self::Serde(error)
    }
}

fn read(buf: &[u8]) -> Result<Option<(usize, u16, Frame)>, Wrong> {
    let Some(head) = buf.get(..7) else { return Ok(None) };
    let FrameHeader { frame_type, channel, payload_size } = from_bytes(head)?;
    let total = payload_size as usize + 8;
    if total > buf.len() {
        return Ok(None);
    }
    if buf[total - 1] != 0xce {
        return Err(Wrong::Corrupted);
    }
    let frame = match frame_type {
        1 => {
            let header: MethodHeader = from_bytes(&buf[7..11])?;
            let content = &buf[11..total - 1];
            match (header.class_id, header.method_id) {
                (60, 60) => Frame::Deliver(MethodHeader::DELIVER, from_bytes(content)?),
                (60, 80) => Frame::Ack(MethodHeader::ACK, from_bytes(content)?),
                (50, 10) => Frame::DeclareQueue(MethodHeader::QUEUE_DECLARE, from_bytes(content)?),
                _ => unimplemented!("no row has it"),
            }
        }
        2 => {
            let common = from_bytes(&buf[7..19])?;
            let basic_properties = from_bytes(&buf[19..total - 1])?;
            Frame::ContentHeader(Box::new(ContentHeader { common, basic_properties }))
        }
        3 => Frame::ContentBody(buf[7..total - 1].to_vec()),
        8 => Frame::HeartBeat,
        _ => return Err(Wrong::Corrupted),
    };
    Ok(Some((total, channel, frame)))
}

fn write(channel: u16, frame: &Frame, out: &mut BytesMut) {
    let start = out.len();
    let frame_type = match frame {
        Frame::ContentHeader(_) => 2,
        Frame::ContentBody(_) => 3,
        Frame::HeartBeat => 8,
        _ => 1,
    };
    to_buffer(&FrameHeader { frame_type, channel, payload_size: 0 }, out).unwrap();
    let payload_size = match frame {
        Frame::ContentBody(body) => {
            out.put(&body[..]);
            body.len()
        }
        frame => to_buffer(frame, out).unwrap(),
    };
    for (i, byte) in (payload_size as u32).to_be_bytes().iter().enumerate() {
        *out.get_mut(i + 3 + start).unwrap() = *byte;
    }
    out.put_u8(0xce);
}

fn verdict(_: V091, frame: &[u8]) -> Verdict {
    match read(frame) {
        Ok(Some((used, ..))) => Verdict::Packet(used),
        Ok(None) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V091, stream: &'static [u8], _: bool) -> Job {
    decode_slices(stream, |input| {
        let result = read(input);
        let Some((used, ..)) = seen(&result) else { panic!() };
        *used
    })
}

fn encode(_: V091, packet: &'static [u8]) -> Encode {
    let (mut frames, mut left) = (Vec::new(), packet);
    while let Ok(Some((used, channel, frame))) = read(left) {
        frames.push((channel, frame));
        left = &left[used..];
    }
    encode_bytes(move |out| {
        for (channel, frame) in black_box(&frames) {
            write(*channel, frame, out);
        }
    })
}
