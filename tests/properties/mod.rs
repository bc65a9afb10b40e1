//! The laws, each written once as a function of bytes; `tests/laws.rs` and the fuzz targets drive them. A broken law
//! panics.
//!
//! `decoding.rs` holds of any decoder, by the small trait of `protocol.rs`; a folder has what is one protocol's own.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

pub mod amqp;
pub mod decoding;
pub mod mqtt;
pub mod protocol;
pub mod repeat;
pub mod script;
pub mod stomp;
pub mod strict;
