//! Throughput of the STOMP codec: `cargo bench --bench stomp`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fourwire::stomp::{Command, ContentLength, Decoder, Frame, Header, Limits, Version};

const VERSION: Version = Version::V1_2;

/// The rows: a name, a frame.
fn with_rows(mut row: impl FnMut(&str, Frame<'_>)) {
    let body = vec![b'x'; 64 << 10];
    let destination = [Header::new("destination", "/queue/orders"), Header::new("content-type", "text/plain")];
    row("SEND, 64 B", Frame { body: &body[..64], ..Frame::new(Command::Send, &destination) });
    let headers = [
        Header::new("subscription", "0"),
        Header::new("message-id", "T_0@@session-Vh1kVvKNoxbYqpsFzOXuzg@@1"),
        Header::new("destination", "/queue/orders"),
        Header::new("ack", "T_0@@session-Vh1kVvKNoxbYqpsFzOXuzg@@1"),
        Header::new("content-type", "text/plain;charset=utf-8"),
        Header::new("url", "https://example.org:8443/a"),
        Header::new("note", "one\ntwo\\three"),
        Header::new("priority", "4"),
    ];
    let content_length = ContentLength::Always;
    let message = Frame { content_length, ..Frame::new(Command::Message, &headers) };
    row("MESSAGE, 8 headers with escapes, 1 KiB", Frame { body: &body[..1024], ..message });
    row("ACK", Frame::new(Command::Ack, &[Header::new("id", "T_0@@session-Vh1kVvKNoxbYqpsFzOXuzg@@1")]));
    row("MESSAGE, 64 KiB, content-length", Frame { body: &body, ..message });
    row("SEND, 64 KiB, NUL-terminated", Frame { body: &body, ..Frame::new(Command::Send, &destination) });
}

fn codec(criterion: &mut Criterion) {
    with_rows(|name, frame| {
        let mut bytes = Vec::new();
        frame.encode(VERSION, &mut bytes).unwrap();
        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut decoder = Decoder::new(Some(VERSION));
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
                black_box(&frame).encode(VERSION, &mut out).unwrap();
            });
        });
        group.finish();
    });
}

/// 4 MiB without a length, in pieces of 1 KiB, and whole.
fn pieces(criterion: &mut Criterion) {
    let body = vec![b'x'; 4 << 20];
    let mut bytes = Vec::new();
    let headers = [Header::new("destination", "/queue/orders")];
    Frame { body: &body, ..Frame::new(Command::Send, &headers) }.encode(VERSION, &mut bytes).unwrap();
    let limits = Limits { body: 8 << 20, ..Limits::default() };
    for (name, piece) in [("4 MiB, whole", bytes.len()), ("4 MiB, in pieces of 1 KiB", 1024)] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut decoder = Decoder::with_limits(Some(VERSION), limits);
                let ends = (piece..bytes.len()).step_by(piece).chain([bytes.len()]);
                ends.filter(|end| decoder.decode(black_box(&bytes[..*end])).unwrap().is_some()).count()
            });
        });
    }
}

criterion_group!(benches, codec, pieces);
criterion_main!(benches);
