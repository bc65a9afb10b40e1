//! tokio-stomp 0.4, from which async-stomp comes: a client's codec. It resolves no escapes, and its SEND has a destination
//! and nothing else.

use tokio_stomp::client::ClientCodec;
use tokio_stomp::{Message, ToServer};
use tokio_util::codec::{Decoder, Encoder};

use super::{ALL, Peer, is_servers};
use crate::vectors::V12;
use harness::bench::{Encode, Job, Verdict, decode_bytes, encode_owned, seen, verdict_optional};

pub const PEER: Peer = Peer { name: "tokio-stomp", versions: ALL, verdict, decode, encode, gather: None };

fn verdict(_: V12, frame: &[u8]) -> Verdict {
    match is_servers(frame) {
        true => verdict_optional(frame, |buf| ClientCodec.decode(buf)),
        false => Verdict::Foreign,
    }
}

fn decode(_: V12, stream: &'static [u8], _: bool) -> Job {
    decode_bytes(stream, |buf| _ = seen(&ClientCodec.decode(buf)))
}

/// The body in 1 KiB pieces.
pub fn pieces(stream: &'static [u8]) -> Job {
    crate::chunks::buffered(stream, |buf| ClientCodec.decode(buf).unwrap().is_some())
}

fn encode(_: V12, packet: &'static [u8]) -> Encode {
    let make = move || Some(Message::from(to_server(packet)?));
    if make().is_none() {
        return Encode::none();
    }
    encode_owned(move || make().unwrap(), |message, out| ClientCodec.encode(message, out).unwrap())
}

fn to_server(packet: &'static [u8]) -> Option<ToServer> {
    let (command, headers, body) = crate::vectors::parts(packet);
    let get = |name: &str| headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone());
    Some(match command {
        "SEND" if headers.len() <= 2 => {
            ToServer::Send { destination: get("destination")?, transaction: None, body: Some(body.to_vec()) }
        }
        "ACK" => ToServer::Ack { id: get("id")?, transaction: get("transaction") },
        _ => return None,
    })
}
