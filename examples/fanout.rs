//! One message to ten thousand subscribers, with one copy of its payload.
//!
//! Each subscriber has its own connection, packet identifiers and window; what they share is the payload. The same is
//! done twice: into outputs that copy, and into outputs that gather. Run it with `--release`.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

use std::error::Error;
use std::time::Instant as Clock;

use bytes::{Buf, Bytes};
use fourwire::mqtt::{Ack, Config, Connect, Packet, Properties, Publish, QoS, Server, Session, Version};
use fourwire::{Gather, Instant, Output};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SUBSCRIBERS: usize = 10_000;
const NOW: Instant = Instant::ZERO;

fn main() -> Result<()> {
    let payload = Bytes::from(vec![b'x'; 4096]);
    let copied = fan_out(&payload, Vec::new, Vec::len, Vec::clear)?;
    let gathered = fan_out(&payload, Gather::new, Gather::remaining, |out| out.advance(out.remaining()))?;
    println!("{SUBSCRIBERS} subscribers, {} bytes of payload, QoS 1", payload.len());
    println!("copied    {copied:>7.1} ns for each subscriber");
    println!("gathered  {gathered:>7.1} ns for each subscriber, {:.1} times as fast", copied / gathered);
    Ok(())
}

/// Nanoseconds for each subscriber, the least of several rounds.
fn fan_out<O: Output>(
    payload: &Bytes,
    output: impl Fn() -> O,
    len: impl Fn(&O) -> usize,
    write: impl Fn(&mut O),
) -> Result<f64> {
    let mut subscribers = Vec::new();
    for _ in 0..SUBSCRIBERS {
        subscribers.push((subscriber()?, output()));
    }
    let message = Publish::new("camera/1", payload).with_qos(QoS::AtLeastOnce);
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Clock::now();
        let mut ids = Vec::with_capacity(SUBSCRIBERS);
        for (server, out) in &mut subscribers {
            out.lend(payload);
            ids.push(server.publish(NOW, &message, out)?);
        }
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let each = start.elapsed().as_nanos() as f64 / SUBSCRIBERS as f64;
        best = best.min(each);

        // The sockets take the bytes, and the subscribers acknowledge.
        for ((server, out), id) in subscribers.iter_mut().zip(ids) {
            assert!(len(out) > payload.len(), "the whole message is there");
            write(out);
            let mut puback = Vec::new();
            Packet::PubAck(Ack::new(id.ok_or("QoS 1 has a packet identifier")?)).encode(Version::V5, &mut puback)?;
            server.receive(NOW, &puback, &mut Vec::new())?;
        }
    }
    Ok(best)
}

/// A server's end of a connection that was accepted.
fn subscriber() -> Result<Server> {
    let (mut input, mut out) = (Vec::new(), Vec::new());
    Connect { client_id: "subscriber", ..Connect::default() }.encode(&mut input)?;
    let mut server = Server::new(NOW, Config::default(), Session::new());
    server.receive(NOW, &input, &mut out)?;
    server.accept(NOW, Properties::EMPTY, &mut out)?;
    Ok(server)
}
