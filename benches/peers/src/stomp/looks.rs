//! What it takes to look at the bytes of a large body, and to do no more, beside the decoding of such a frame: nobody who
//! looks for its NUL is faster.

use std::hint::black_box;
use std::time::Instant;

use harness::bench::Job;
use harness::measure::{Cell, Column, Rounds, time};
use harness::table::Table;

use crate::vectors;

pub fn table(only: &str, rounds: &Rounds) -> Table {
    let name = "64 KiB, up to NUL";
    let body: &'static [u8] = [&vectors::body(64 * 1024)[..], b"\0"].concat().leak();
    let looks: [fn(&[u8]) -> Option<usize>; 3] = [by::<16>, by::<32>, |bytes| memchr::memchr(0, bytes)];
    let column = |job| Ok(Column { job, per: 1, note: "" });
    let cells = || {
        let ours: Vec<Result<Column, Cell>> = vec![
            #[cfg(feature = "ours")]
            column(crate::ours::pieces(vectors::text(64 * 1024).leak(), true)),
        ];
        time(ours.into_iter().chain(looks.map(|look| column(job(body, look)))).collect(), rounds)
    };
    let columns = vec![
        #[cfg(feature = "ours")]
        "fourwire",
        "by 16 bytes",
        "by 32",
        "memchr",
    ];
    let rows = if name.contains(only) { vec![(name, cells())] } else { Vec::new() };
    Table { title: "to look at a body, and no more", columns, rows }
}

fn job(body: &'static [u8], look: fn(&[u8]) -> Option<usize>) -> Job {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            assert_eq!(look(black_box(body)), Some(64 * 1024));
        }
        start.elapsed()
    })
}

/// The least of every so many bytes, of 256 at a time.
fn by<const N: usize>(bytes: &[u8]) -> Option<usize> {
    let blocks = bytes.as_chunks::<256>().0;
    let has_nul = |block: &[u8; 256]| {
        let mut least = [u8::MAX; N];
        for bytes in block.as_chunks::<N>().0 {
            least.iter_mut().zip(bytes).for_each(|(least, byte): (&mut u8, _)| *least = (*least).min(*byte));
        }
        least.iter().fold(false, |any, least| any | (*least == 0))
    };
    let start = 256 * blocks.iter().position(has_nul).unwrap_or(blocks.len());
    bytes[start..].iter().position(|byte| *byte == 0).map(|at| start + at)
}
