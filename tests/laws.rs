//! The laws over any decoder and over two machines on a bad line, driven by recordings, mutants, all short inputs and
//! proptest.
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "stomp", feature = "alloc"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    missing_docs
)]

#[path = "laws/amqp.rs"]
mod amqp;
#[path = "laws/corpus.rs"]
mod corpus;
#[path = "laws/exhaustive.rs"]
mod exhaustive;
mod properties;
#[path = "laws/random.rs"]
mod random;
#[path = "laws/recorded.rs"]
mod recorded;
#[path = "laws/stomp.rs"]
mod stomp;
