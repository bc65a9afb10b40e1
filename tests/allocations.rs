//! Law 6: nothing is allocated in steady state, nor by a length that a peer declares; and what a hostile peer can make us
//! hold is bounded.
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "stomp", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use allocation_counter::{AllocationInfo, measure};
use fourwire::Instant;

#[path = "allocations/amqp.rs"]
mod amqp;
#[path = "laws/corpus.rs"]
mod corpus;
#[path = "allocations/mqtt.rs"]
mod mqtt;
mod properties;
#[path = "allocations/stomp.rs"]
mod stomp;

const NOW: Instant = Instant::from_secs(1);

#[track_caller]
fn none(what: &str, body: impl FnOnce()) {
    let AllocationInfo { count_total, bytes_total, .. } = measure(body);
    assert_eq!((count_total, bytes_total), (0, 0), "{what}: allocations and bytes");
}

#[test]
fn the_counter_counts() {
    let info = measure(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(100))));
    assert_eq!((info.count_total, info.bytes_total), (1, 100));
}
