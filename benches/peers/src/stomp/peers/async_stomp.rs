//! async-stomp 0.7: a client's codec. It reads what servers send, and writes what clients send.

use async_stomp::client::ClientCodec;
use async_stomp::{Message, ToServer};
use tokio_util::codec::{Decoder, Encoder};

use super::{ALL, Peer, is_servers};
use crate::vectors::{V12, parts, take};
use harness::bench::{Encode, Job, Verdict, decode_bytes, encode_owned, seen, verdict_optional};

pub const PEER: Peer = Peer { name: "async-stomp", versions: ALL, verdict, decode, encode, gather: None };

fn verdict(_: V12, frame: &[u8]) -> Verdict {
    match is_servers(frame) {
        true => verdict_optional(frame, |buf| ClientCodec::new().decode(buf)),
        false => Verdict::Foreign,
    }
}

fn decode(_: V12, stream: &'static [u8], _: bool) -> Job {
    let mut codec = ClientCodec::new();
    decode_bytes(stream, move |buf| _ = seen(&codec.decode(buf)))
}

/// The body in 1 KiB pieces.
pub fn pieces(stream: &'static [u8]) -> Job {
    let mut codec = ClientCodec::new();
    crate::chunks::buffered(stream, move |buf| codec.decode(buf).unwrap().is_some())
}

fn encode(_: V12, packet: &'static [u8]) -> Encode {
    let make = move || Some(Message::from(to_server(packet)?));
    if make().is_none() {
        return Encode::none();
    }
    encode_owned(move || make().unwrap(), |message, out| ClientCodec::new().encode(message, out).unwrap())
}

/// What the rows hold, of what a client sends.
fn to_server(packet: &'static [u8]) -> Option<ToServer> {
    let (command, mut headers, body) = parts(packet);
    let mut take = |name| take(&mut headers, name);
    Some(match command {
        "SEND" => ToServer::Send {
            destination: take("destination")?,
            transaction: None,
            headers: Some(headers),
            body: Some(body.to_vec()),
        },
        "ACK" => ToServer::Ack { id: take("id")?, transaction: take("transaction") },
        _ => return None,
    })
}
