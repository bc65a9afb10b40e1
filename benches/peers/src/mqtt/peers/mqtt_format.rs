//! mqtt-format 0.4: 3.1.1 only; borrows. Encodes by writing to an async writer, here a `Vec<u8>` that is always ready.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use mqtt_format::v3::packet::{MPacket, mpacket};

use super::Peer;
use crate::bench::{Encode, Job, Verdict, decode_slices, encode_vec, see_all, seen};
use crate::vectors::Version;

pub const PEER: Peer = Peer { name: "mqtt-format", versions: &[Version::V4], verdict, decode, encode, gather: None };

fn verdict(_: Version, packet: &[u8]) -> Verdict {
    match mpacket(packet) {
        Ok((rest, _)) => Verdict::Packet(packet.len() - rest.len()),
        Err(error) if error.is_incomplete() => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: Version, stream: &'static [u8], walk: bool) -> Job {
    decode_slices(stream, move |input| {
        let result = mpacket(input);
        let (rest, packet) = seen(&result);
        if let (MPacket::Subscribe(subscribe), true) = (packet, walk) {
            see_all(subscribe.subscriptions.into_iter());
        }
        input.len() - rest.len()
    })
}

fn encode(_: Version, packet: &'static [u8]) -> Encode {
    let (_, packet) = mpacket(packet).unwrap();
    encode_vec(move |out| {
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(Ok(())) = pin!(black_box(&packet).write_to(Pin::new(out))).poll(&mut context) else { panic!() };
    })
}

use std::future::Future;
