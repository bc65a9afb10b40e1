//! Throughput of the MQTT codec and machines: `cargo bench`.
//!
//! The same rows side by side with other crates, and with the floor written by hand, are in `benches/peers`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fourwire::Instant;
use fourwire::mqtt::{
    Ack, Client, Config, Connect, Decoder, Packet, PacketId, Properties, Property, Publish, QoS, Server, Session,
    Subscribe, Subscription, Subscriptions, Version, Will,
};

const NOW: Instant = Instant::ZERO;
const ID: PacketId = PacketId::new(10).unwrap();

const PROPERTIES: [Property<'static>; 4] = [
    Property::PayloadFormatIndicator(true),
    Property::MessageExpiryInterval(3600),
    Property::ContentType("application/json"),
    Property::UserProperty("device", "sensor-1138"),
];

fn subscriptions() -> Vec<Subscription<'static>> {
    ["home/+/temperature", "home/+/humidity", "office/#", "car/1/door", "car/2/door", "a/b/c/d", "alarm/+/state", "x"]
        .map(|filter| Subscription::new(filter, QoS::AtLeastOnce))
        .to_vec()
}

/// The rows: a name, a version, a packet.
fn with_rows(mut row: impl FnMut(&str, Version, Packet<'_>)) {
    let (small, kib, page) = ([b'x'; 64], [b'x'; 1024], [b'x'; 16 << 10]);
    let publish =
        |payload, qos| Publish { packet_id: Some(ID), qos, ..Publish::new("home/kitchen/temperature", payload) };
    row("publish 3.1.1, QoS 0, 64 B", Version::V3_1_1, publish(&small, QoS::AtMostOnce).into());
    row("publish 3.1.1, QoS 1, 1 KiB", Version::V3_1_1, publish(&kib, QoS::AtLeastOnce).into());
    let rich = Publish { properties: Properties::new(&PROPERTIES), ..publish(&kib[..256], QoS::AtLeastOnce) };
    row("publish 5, QoS 1, 4 properties, 256 B", Version::V5, rich.into());
    row("publish 3.1.1, QoS 0, 16 KiB", Version::V3_1_1, publish(&page, QoS::AtMostOnce).into());
    row("puback 3.1.1", Version::V3_1_1, Packet::PubAck(Ack::new(ID)));
    row(
        "puback 5",
        Version::V5,
        Packet::PubAck(Ack::with_reason(ID, fourwire::mqtt::ReasonCode::NoMatchingSubscribers)),
    );
    let will = Will { topic: "home/sensor/state", payload: b"offline", qos: QoS::AtLeastOnce, ..Will::default() };
    let lives = [Property::SessionExpiryInterval(3600), Property::ReceiveMaximum(100)];
    let connect = Connect {
        client_id: "sensor-1138",
        will: Some(will),
        user_name: Some("ada"),
        password: Some(b"correct horse"),
        properties: Properties::new(&lives),
        ..Connect::default()
    };
    row("connect 5, will, login, properties", Version::V5, (&connect).into());
    let list = subscriptions();
    let subscribe =
        Subscribe { packet_id: ID, properties: Properties::EMPTY, subscriptions: Subscriptions::new(&list) };
    row("subscribe 3.1.1, 8 filters", Version::V3_1_1, subscribe.into());
    row("subscribe 5, 8 filters", Version::V5, subscribe.into());
}

fn codec(criterion: &mut Criterion) {
    with_rows(|name, version, packet| {
        let mut bytes = Vec::new();
        packet.encode(version, &mut bytes).unwrap();
        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut decoder = Decoder::new(version);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(decoder.decode(black_box(&bytes))).is_ok());
        });
        group.finish();
        let mut group = criterion.benchmark_group("encode");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut out = Vec::with_capacity(bytes.len());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                black_box(&packet).encode(version, &mut out).unwrap();
                black_box(&out);
            });
        });
        group.finish();
    });
}

/// A QoS 2 message through both machines: PUBLISH, PUBREC, PUBREL, PUBCOMP.
fn flow(criterion: &mut Criterion) {
    let (mut up, mut down) = (Vec::new(), Vec::new());
    let mut client = Client::new(Config::default(), Session::new());
    let mut server = Server::new(NOW, Config::default(), Session::new());
    client.connect(NOW, &Connect::default(), &mut up).unwrap();
    server.receive(NOW, &up, &mut down).unwrap();
    server.accept(NOW, Properties::new(&[Property::AssignedClientIdentifier("c")]), &mut down).unwrap();
    client.receive(NOW, &down, &mut up).unwrap();
    let message = Publish::new("home/kitchen/temperature", b"21.5").with_qos(QoS::ExactlyOnce);
    criterion.bench_function("QoS 2 through client and server", |bencher| {
        bencher.iter(|| {
            up.clear();
            client.publish(NOW, black_box(&message), &mut up).unwrap();
            for _ in 0..2 {
                down.clear();
                black_box(server.receive(NOW, &up, &mut down).unwrap());
                up.clear();
                black_box(client.receive(NOW, &down, &mut up).unwrap());
            }
        });
    });
}

criterion_group!(benches, codec, flow);
criterion_main!(benches);
