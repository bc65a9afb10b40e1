//! metalmq-codec 0.3: a broker's. Of values in tables it knows three types; others make it panic.

use bytes::BytesMut;
use metalmq_codec::codec::{AMQPCodec, Frame};
use tokio_util::codec::{Decoder, Encoder};

use super::{ALL, Peer};
use crate::vectors::V091;
use harness::bench::{Encode, Job, Verdict, decode_bytes, encode_owned, seen, verdict_bytes};

pub const PEER: Peer = Peer { name: "metalmq-codec", versions: ALL, verdict, decode, encode, gather: None };

fn verdict(_: V091, frame: &[u8]) -> Verdict {
    let mut more = false;
    let decode = |buf: &mut BytesMut| match (AMQPCodec {}).decode(buf) {
        Ok(Some(frame)) => Ok(frame),
        Ok(None) => {
            more = true;
            Err(())
        }
        Err(_) => Err(()),
    };
    let verdict = verdict_bytes(frame, decode, |()| false);
    if more { Verdict::Incomplete } else { verdict }
}

fn decode(_: V091, stream: &'static [u8], _: bool) -> Job {
    decode_bytes(stream, |buf| _ = seen(&AMQPCodec {}.decode(buf)))
}

fn encode(_: V091, packet: &'static [u8]) -> Encode {
    let make = move || {
        let (mut frames, mut left) = (Vec::new(), BytesMut::from(packet));
        while let Ok(Some(Frame::Frame(frame))) = (AMQPCodec {}).decode(&mut left) {
            frames.push(frame);
        }
        Frame::Frames(frames)
    };
    encode_owned(make, |frames, out| AMQPCodec {}.encode(frames, out).unwrap())
}
