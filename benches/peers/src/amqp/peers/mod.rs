//! One module for each column.
//!
//! Left out: amqpr-codec 0.3 and amq-proto 0.1, both of 2017; lapin and amiquip, whose codec is amq-protocol.

use crate::vectors::V091;

mod amq_protocol;
mod amqprs;
mod metalmq;
mod straight;

pub use straight::FLOOR;

pub type Peer = harness::peer::Peer<V091>;

pub const ALL: &[V091] = &[V091];

/// Fourwire, if it is there, then the floor, then the peers.
pub fn all() -> Vec<Peer> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.push(crate::ours::PEER);
    all.extend([FLOOR, amq_protocol::PEER, amqprs::PEER, metalmq::PEER]);
    all
}
