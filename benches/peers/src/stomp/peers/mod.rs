//! One module for each column.
//!
//! Left out: stomp 0.11, which is of 2016; stomp-rs 0.0.8, whose bodies are strings; wstomp, whose codec is async-stomp.

use crate::vectors::V12;

pub mod agnostic;
pub mod async_stomp;
mod stomp_parser;
mod straight;
pub mod tokio_stomp;

pub use agnostic::PEER as AGNOSTIC;
pub use straight::FLOOR;

pub type Peer = harness::peer::Peer<V12>;

pub const ALL: &[V12] = &[V12];

/// Fourwire, if it is there, then the floor, then the peers.
pub fn all() -> Vec<Peer> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.push(crate::ours::PEER);
    all.extend([FLOOR, async_stomp::PEER, tokio_stomp::PEER, agnostic::PEER, stomp_parser::PEER]);
    all
}

/// Whether it is a server's.
fn is_servers(frame: &[u8]) -> bool {
    [&b"CONNECTED"[..], b"MESSAGE", b"RECEIPT", b"ERROR"].iter().any(|command| frame.starts_with(command))
}
