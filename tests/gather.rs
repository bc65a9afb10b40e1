//! The output for vectored writes: what comes out is what was written, and it takes no more memory than what is left.

#![cfg(feature = "bytes")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::unnecessary_to_owned
)]

use bytes::{Buf, Bytes};
use fourwire::{Gather, Output};

/// A socket that takes what it likes, against a plain queue of bytes.
#[test]
fn what_comes_out_is_what_was_written() {
    let mut state: u64 = 88_172_645_463_325_252;
    let mut dice = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize % n
    };
    let strange = (0..=255).cycle().take(4096).collect::<Vec<u8>>();
    let payload: Bytes = (0..=255).cycle().take(4096).collect();
    let (mut out, mut wanted) = (Gather::with_threshold(64), Vec::new());
    out.lend(&payload);
    for _ in 0..20_000 {
        let (start, len) = (dice(1024), dice(200));
        let piece = &payload[start..start + len];
        match dice(3) {
            0 => out.space(len, 0).unwrap().copy_from_slice(piece),
            1 => out.put_payload(piece),
            // The same bytes, in memory that was not lent.
            _ => out.put_payload(&strange[start..start + len]),
        }
        wanted.extend_from_slice(piece);
        // Now and then more, so that the queue is long at times, and empty at times.
        let most = if dice(20) == 0 { 4000 } else { 200 };
        let taken = dice(most).min(wanted.len());
        assert_eq!(out.remaining(), wanted.len());
        let seen: Vec<u8> = out.chunks().flatten().copied().collect();
        assert_eq!(seen, wanted);
        out.advance(taken);
        wanted.drain(..taken);
    }
}

/// A peer that reads all there is but for one byte: whoever writes to it must not run out of memory.
#[test]
fn an_output_that_is_never_empty_does_not_grow() {
    for shared in [0, 2000] {
        let payload = Bytes::from(vec![7; shared]);
        let mut out = Gather::new();
        out.lend(&payload);
        out.put_payload(b"x");
        let info = allocation_counter::measure(|| {
            for _ in 0..10_000 {
                out.space(100, 0).unwrap().fill(1);
                out.put_payload(&payload);
                out.advance(100 + shared);
            }
        });
        assert_eq!(out.remaining(), 1);
        assert!(info.bytes_max < 4096, "{info:?}");
    }
}
