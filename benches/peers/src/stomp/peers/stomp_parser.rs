//! stomp-parser 0.8: takes a whole frame, and keeps it. It writes no escapes.

use std::hint::black_box;
use std::time::Instant;

use harness::peer::Version;
use stomp_parser::client::{AckFrameBuilder, ClientFrame, SendFrameBuilder};
use stomp_parser::headers::{HeartBeatIntervals, StompVersion};
use stomp_parser::server::{ConnectedFrameBuilder, MessageFrameBuilder, ServerFrame};

use super::{ALL, Peer, is_servers};
use crate::vectors::{V12, parts, take};
use harness::bench::{Encode, Job, Verdict, encode_owned_new, seen};

pub const PEER: Peer = Peer { name: "stomp-parser", versions: ALL, verdict, decode, encode, gather: None };

fn verdict(_: V12, frame: &[u8]) -> Verdict {
    let taken = match is_servers(frame) {
        true => ServerFrame::try_from(frame.to_vec()).is_ok(),
        false => ClientFrame::try_from(frame.to_vec()).is_ok(),
    };
    if taken { Verdict::Packet(frame.len()) } else { Verdict::Error }
}

/// Who uses it must cut the frame out first, and hand over a copy. Where it ends is told if the frame counts its body, and
/// else looked for.
fn decode(_: V12, stream: &'static [u8], _: bool) -> Job {
    let (mut lengths, mut left) = (Vec::new(), stream);
    while let Some(len) = V12::frame_len(left) {
        let is_counted = left[..len].windows(16).any(|it| it == b"\ncontent-length:");
        lengths.push(is_counted.then_some(len));
        left = &left[len..];
    }
    let is_servers = is_servers(stream);
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            let mut left = black_box(stream);
            for len in &lengths {
                let len = len.unwrap_or_else(|| memchr::memchr(0, left).unwrap() + 1);
                let frame = left[..len].to_vec();
                match is_servers {
                    true => _ = seen(&ServerFrame::try_from(frame)),
                    false => _ = seen(&ClientFrame::try_from(frame)),
                }
                left = &left[len..];
            }
        }
        start.elapsed()
    })
}

/// A frame is its own bytes: they are written when it is built.
fn encode(_: V12, packet: &'static [u8]) -> Encode {
    let (command, headers, body) = parts(packet);
    let all = headers.clone();
    let get = move |name: &str| take(&mut all.clone(), name).unwrap_or_default();
    match command {
        "SEND" => {
            let make = move || {
                let send = SendFrameBuilder::new(get("destination")).content_type(get("content-type"));
                let known = ["destination", "content-type"];
                let others = headers.iter().filter(|(name, _)| !known.contains(&name.as_str())).cloned();
                others.fold(send, |send, (name, value)| send.add_custom_header(name, value)).body(body.to_vec())
            };
            encode_owned_new(make, |send| -> Vec<u8> { send.build().into() })
        }
        "MESSAGE" => {
            let make = move || {
                let message = MessageFrameBuilder::new(get("message-id"), get("destination"), get("subscription"));
                let known = ["message-id", "destination", "subscription"];
                let others = headers.iter().filter(|(name, _)| !known.contains(&name.as_str())).cloned();
                let message = others.fold(message, |message, (name, value)| message.add_custom_header(name, value));
                message.body(body.to_vec())
            };
            encode_owned_new(make, |message| -> Vec<u8> { message.build().into() })
        }
        "ACK" if headers.len() == 2 => {
            let make = move || AckFrameBuilder::new(get("id"), get("transaction"));
            encode_owned_new(make, |ack| -> Vec<u8> { ack.build().into() })
        }
        "CONNECTED" => {
            let make = move || {
                let connected = ConnectedFrameBuilder::new(StompVersion::V1_2).session(get("session"));
                connected.server(get("server")).heartbeat(HeartBeatIntervals::new(10_000, 10_000))
            };
            encode_owned_new(make, |connected| -> Vec<u8> { connected.build().into() })
        }
        _ => Encode::none(),
    }
}
