//! Throughput of the AMQP codec and machines: `cargo bench --bench amqp`.
//!
//! The same rows side by side with other crates, and with the floor written by hand, are in `benches/peers`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use std::hint::black_box;

use bytes::Buf;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fourwire::amqp::{
    BasicProperties, Channel, Client, Config, ContentHeader, Decoder, DeliveryTag, Entry, Event, Frame, Login, Message,
    Properties, Request, Server, Session, Table, Value, basic, confirm, queue,
};
use fourwire::{Gather, Instant};

const NOW: Instant = Instant::ZERO;
const CHANNEL: u16 = 7;
const FRAME_MAX: u32 = 131_072;

/// What a message is about.
fn with_headers<T>(see: impl FnOnce(&BasicProperties<'_>) -> T) -> T {
    let headers = [
        Entry::new("attempt", Value::I32(3)),
        Entry::new("replayed", Value::Bool(true)),
        Entry::new("sent-at", Value::Timestamp(1_780_000_000)),
        Entry::new("trace-id", Value::text("4bf92f3577b34da6a3ce929d0e0e4736")),
    ];
    see(&BasicProperties { headers: Some(Table::new(&headers)), ..plain() })
}

fn plain() -> BasicProperties<'static> {
    BasicProperties {
        content_type: Some("application/json".into()),
        delivery_mode: Some(BasicProperties::PERSISTENT),
        ..BasicProperties::default()
    }
}

fn deliver(delivery_tag: u64) -> basic::Deliver<'static> {
    basic::Deliver {
        consumer_tag: "amq.ctag-Xk2Q0oIgLhZFz1".into(),
        delivery_tag,
        redelivered: false,
        exchange: "orders".into(),
        routing_key: "orders.eu.created".into(),
    }
}

fn ack(delivery_tag: u64) -> Frame<'static> {
    Frame::Method(CHANNEL, basic::Ack { delivery_tag, multiple: false }.into())
}

fn with_declare<T>(see: impl FnOnce(Frame<'_>) -> T) -> T {
    let arguments = [
        Entry::new("x-dead-letter-exchange", Value::text("orders.dead")),
        Entry::new("x-max-length", Value::I64(100_000)),
        Entry::new("x-message-ttl", Value::I32(60_000)),
        Entry::new("x-queue-type", Value::text("quorum")),
    ];
    let (queue, arguments) = ("orders.eu".into(), Table::new(&arguments));
    see(Frame::Method(CHANNEL, queue::Declare { queue, durable: true, arguments, ..Default::default() }.into()))
}

/// The rows of one frame: a name, a frame.
fn with_rows(mut row: impl FnMut(&str, Frame<'_>)) {
    row("deliver", Frame::Method(CHANNEL, deliver(4711).into()));
    with_headers(|properties| {
        let properties: Properties<'_> = properties.into();
        row("header, 3 properties, 4 headers", Frame::Header(CHANNEL, ContentHeader { body_size: 256, properties }));
    });
    row("body, 16 KiB", Frame::Body(CHANNEL, &[b'x'; 16 << 10]));
    with_declare(|declare| row("queue.declare, 4 arguments", declare));
    row("ack", ack(4711));
}

/// A mebibyte of what happens: deliveries, with and without headers, small and large, and what is said besides.
fn mixed() -> Vec<u8> {
    let mut stream = Vec::with_capacity(1 << 20);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let payload = [b'x'; 2048];
    while stream.len() < (1 << 20) - 4096 {
        let (what, small, large) = (random(100), 16 + random(112), 512 + random(1536));
        let mut message = |properties: &BasicProperties<'_>, len: u64| {
            let body = &payload[..usize::try_from(len).unwrap()];
            let message = Message { method: deliver(what).into(), properties: properties.into(), body };
            message.encode(CHANNEL, FRAME_MAX, &mut stream).unwrap();
        };
        match what {
            0..45 => message(&plain(), small),
            45..65 => with_headers(|properties| message(properties, small)),
            65..70 => with_headers(|properties| message(properties, large)),
            70..97 => ack(what).encode(FRAME_MAX, &mut stream).unwrap(),
            97..99 => with_declare(|declare| declare.encode(FRAME_MAX, &mut stream).unwrap()),
            _ => Frame::Heartbeat.encode(FRAME_MAX, &mut stream).unwrap(),
        }
    }
    stream
}

/// Decodes all of it.
fn decode(decoder: &mut Decoder, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some((frame, used)) = decoder.decode(rest).unwrap() {
        black_box(&frame);
        rest = &rest[used..];
    }
    assert!(rest.is_empty());
}

fn codec(criterion: &mut Criterion) {
    let mut streams: Vec<(String, Vec<u8>)> = Vec::new();
    with_rows(|name, frame| {
        let mut bytes = Vec::new();
        frame.encode(FRAME_MAX, &mut bytes).unwrap();
        let mut group = criterion.benchmark_group("encode");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut out = Vec::with_capacity(bytes.len());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                black_box(&frame).encode(FRAME_MAX, &mut out).unwrap();
                black_box(&out);
            });
        });
        group.finish();
        streams.push((name.into(), bytes));
    });
    with_headers(|properties| {
        for len in [256, 64 << 10] {
            let body = vec![b'x'; len];
            let message = Message { method: deliver(4711).into(), properties: properties.into(), body: &body };
            messages(criterion, &format!("delivery whole, {len} B"), &message, &mut streams);
        }
    });
    streams.push(("mixed, 1 MiB".into(), mixed()));
    for (name, bytes) in &streams {
        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut decoder = Decoder::new();
        group.bench_function(name, |bencher| bencher.iter(|| decode(&mut decoder, black_box(bytes))));
        group.finish();
    }
}

/// A message whole: copied, and gathered, where the body stays where it is.
fn messages(criterion: &mut Criterion, name: &str, message: &Message<'_>, streams: &mut Vec<(String, Vec<u8>)>) {
    let mut bytes = Vec::new();
    message.encode(CHANNEL, FRAME_MAX, &mut bytes).unwrap();
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    let mut out = Vec::with_capacity(bytes.len());
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            out.clear();
            black_box(message).encode(CHANNEL, FRAME_MAX, &mut out).unwrap();
            black_box(&out);
        });
    });
    let shared = bytes::Bytes::copy_from_slice(message.body);
    let message = Message { body: &shared, ..*message };
    let mut out = Gather::new();
    group.bench_function(format!("{name}, gathered"), |bencher| {
        bencher.iter(|| {
            fourwire::Output::lend(&mut out, &shared);
            black_box(&message).encode(CHANNEL, FRAME_MAX, &mut out).unwrap();
            out.advance(black_box(out.remaining()));
        });
    });
    group.finish();
    streams.push((name.into(), bytes));
}

/// A client and a server with a channel.
struct Pair {
    client: Client,
    server: Server,
    ours: Option<Channel>,
    theirs: Option<Channel>,
    up: Vec<u8>,
    down: Vec<u8>,
}

impl Pair {
    fn open() -> Self {
        let mut pair = Self {
            client: Client::new(Config::default(), Session::new()),
            server: Server::new(NOW, Config::default(), Session::new()),
            ours: None,
            theirs: None,
            up: Vec::new(),
            down: Vec::new(),
        };
        pair.client.start(NOW, &mut pair.up).unwrap();
        while pair.theirs.is_none() || !pair.down.is_empty() {
            pair.serve(|_, _, _| {});
            pair.listen(|_, _, _| {});
        }
        pair
    }

    /// The server reads all there is; what is not of the handshake, `other` sees.
    fn serve(&mut self, mut other: impl FnMut(&mut Server, Request<'_>, &mut Vec<u8>)) {
        let (server, out, mut rest) = (&mut self.server, &mut self.down, &self.up[..]);
        while let Some((request, used)) = server.receive(NOW, rest, out).unwrap() {
            rest = &rest[used..];
            match request {
                Request::Hello => server.start(NOW, &server.introduction(), out).unwrap(),
                Request::Login(_) => server.tune(NOW, out).unwrap(),
                Request::Open(_) => server.accept(NOW, out).unwrap(),
                Request::ChannelOpened(channel) => self.theirs = Some(channel),
                request => other(server, request, out),
            }
        }
        assert!(rest.is_empty());
        self.up.clear();
    }

    /// The same for the client.
    fn listen(&mut self, mut other: impl FnMut(&mut Client, Event<'_>, &mut Vec<u8>)) {
        let (client, out, mut rest) = (&mut self.client, &mut self.up, &self.down[..]);
        while let Some((event, used)) = client.receive(NOW, rest, out).unwrap() {
            rest = &rest[used..];
            match event {
                Event::Start(_) => client.login(NOW, &Login::external(), out).unwrap(),
                Event::Tune(_) => client.open(NOW, "/", out).unwrap(),
                Event::Connected => {
                    let channel = client.open_channel(NOW, out).unwrap();
                    self.ours = Some(channel);
                }
                event => other(client, event, out),
            }
        }
        assert!(rest.is_empty());
        self.down.clear();
    }
}

/// A publish and its confirm; a delivery and its acknowledgement: each through both machines.
fn flows(criterion: &mut Criterion) {
    let properties = plain();
    let body = [b'x'; 64];
    let mut pair = Pair::open();
    let (ours, theirs) = (pair.ours.unwrap(), pair.theirs.unwrap());
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    let publish =
        basic::Publish { exchange: "orders".into(), routing_key: "orders.eu.created".into(), ..Default::default() };
    criterion.bench_function("publish and confirm through client and server", |bencher| {
        bencher.iter(|| {
            let client = &mut pair.client;
            client.publish(NOW, ours, black_box(&publish), (&properties).into(), &body, &mut pair.up).unwrap();
            pair.serve(|server, request, out| {
                if let Request::Publish(channel, _, Some(number)) = request {
                    server.confirm(NOW, channel, number, false, out).unwrap();
                }
            });
            pair.listen(|_, event, _| assert!(matches!(event, Event::Confirmed(..))));
        });
    });
    assert_eq!(pair.client.unconfirmed(ours).count(), 0);

    criterion.bench_function("deliver and ack through server and client", |bencher| {
        bencher.iter(|| {
            let (server, out) = (&mut pair.server, &mut pair.down);
            server.deliver(NOW, theirs, black_box(&deliver(0)), false, (&properties).into(), &body, out).unwrap();
            let mut tag: Option<DeliveryTag> = None;
            pair.listen(|client, event, out| match event {
                Event::Deliver(delivered, _) => tag = Some(delivered),
                Event::Body(_, _, 0) => client.ack(NOW, tag.unwrap(), false, out).unwrap(),
                _ => {}
            });
            pair.serve(|_, request, _| assert!(matches!(request, Request::Acknowledged(..))));
        });
    });
    assert_eq!(pair.server.unacknowledged_count(theirs), 0);
}

criterion_group!(benches, codec, flows);
criterion_main!(benches);
