//! A body of 4 MiB that arrives in pieces of 1 KiB: who begins anew with each is at it for seconds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use harness::alloc::uncounted;
use harness::bench::Job;
use harness::measure::{Cell, Column, Rounds, time};
use harness::table::Table;

use crate::peers;
use crate::vectors;

const LEN: usize = 4 << 20;

pub fn table(only: &str, rounds: &Rounds) -> Table {
    let rows = [
        ("4 MiB, up to NUL, whole", true, false),
        ("4 MiB, up to NUL, in 1 KiB pieces", false, false),
        ("4 MiB, counted, whole", true, true),
        ("4 MiB, counted, in 1 KiB pieces", false, true),
    ];
    // What takes seconds is not taken sixty times.
    let few = Rounds { count: 1, micros: 0 };
    let row = |(name, is_whole, is_counted): (&'static str, bool, bool)| {
        let stream: &'static [u8] = match is_counted {
            true => vectors::message(4711, LEN).leak(),
            false => vectors::text(LEN).leak(),
        };
        let column = |job: Option<Job>| job.map(|job| Column { job, per: 1, note: "" }).ok_or(Cell::None);
        let ours: Vec<Result<Column, Cell>> = vec![
            #[cfg(feature = "ours")]
            column(Some(crate::ours::pieces(stream, is_whole))),
        ];
        let theirs: [fn(&'static [u8]) -> Job; 3] =
            [peers::async_stomp::pieces, peers::tokio_stomp::pieces, peers::agnostic::pieces];
        let theirs = theirs.map(|pieces| column((!is_whole).then(|| pieces(stream))));
        (name, time(ours, rounds).into_iter().chain(time(theirs.into(), &few)).collect())
    };
    let columns = vec![
        #[cfg(feature = "ours")]
        "fourwire",
        "async-stomp",
        "tokio-stomp",
        "stomp-agnostic",
    ];
    let rows = rows.into_iter().filter(|row| row.0.contains(only)).map(row).collect();
    Table { title: "a body in pieces", columns, rows }
}

/// Shows ever more of the stream, until there is a frame.
pub fn slices(stream: &'static [u8], piece: usize, mut next: impl FnMut(&'static [u8]) -> bool + 'static) -> Job {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            let ends = (piece..stream.len()).step_by(piece).chain([stream.len()]);
            assert_eq!(ends.filter(|end| next(black_box(&stream[..*end]))).count(), 1);
        }
        start.elapsed()
    })
}

/// The same in a buffer that has room for all, which is filled by 1 KiB each time.
pub fn buffered(stream: &'static [u8], mut next: impl FnMut(&mut BytesMut) -> bool + 'static) -> Job {
    Box::new(move |n| {
        let mut time = Duration::ZERO;
        for _ in 0..n {
            let mut buf = uncounted(|| BytesMut::with_capacity(stream.len()));
            let start = Instant::now();
            let frames = stream.chunks(1024).filter(|piece| {
                buf.extend_from_slice(piece);
                next(&mut buf)
            });
            assert_eq!(frames.count(), 1);
            time += start.elapsed();
        }
        time
    })
}
