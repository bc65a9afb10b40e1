//! The two ends of a connection.
//!
//! [`Client`] and [`Server`] are the same machine seen from two sides; the flows in the middle know no role. Bytes go in
//! by `receive`, one packet at a time, and come out as an [`Event`] or a [`Request`] and as an answer in the output.
//! Commands write packets. Neither has a clock: `deadline` says when to call `timeout`.

mod aliases;
mod auth;
mod client;
mod error;
mod event;
mod flow;
mod line;
mod server;
mod terms;
mod verbs;

use core::time::Duration;

pub use client::Client;
pub use error::{Error, SendError, Timeout, Violation};
pub use event::{Event, Request};
pub use server::Server;
pub use terms::{Abilities, Terms};

use super::session::Epoch;
use super::{Limits, PacketId, QoS};

/// How a machine is to behave; the default is right for most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// What the decoder takes at most. A maximum packet size that we announce lowers it.
    pub limits: Limits,
    /// Whether the application acknowledges messages itself, with `ack` and `reject`. Default: no, each is acknowledged
    /// as it is received.
    pub manual_ack: bool,
    /// How many topics are to be given aliases when we publish, if the peer takes them. Default: none. Needs `alloc`.
    pub topic_aliases: u16,
    /// Bytes that the topics behind the peer's aliases may take in all. Default: 64 KiB.
    pub alias_memory: usize,
    /// How long to wait for CONNECT, or for CONNACK. Default: 30 s.
    pub connect_timeout: Duration,
    /// How long a client waits for PINGRESP. Default: 30 s.
    pub ping_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            manual_ack: false,
            topic_aliases: 0,
            alias_memory: 64 << 10,
            connect_timeout: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(30),
        }
    }
}

/// A [`Config`] as machines keep it: there may be a hundred thousand of them.
#[derive(Clone, Copy, Debug)]
struct Settings {
    limits: Limits,
    manual_ack: bool,
    topic_aliases: u16,
    alias_memory: u32,
    /// Milliseconds.
    connect_timeout: u32,
    /// Milliseconds.
    ping_timeout: u32,
}

impl Settings {
    #[expect(clippy::cast_possible_truncation, reason = "the value is in range")]
    const fn new(config: &Config) -> Self {
        Self {
            limits: config.limits,
            manual_ack: config.manual_ack,
            topic_aliases: config.topic_aliases,
            alias_memory: if config.alias_memory < u32::MAX as usize { config.alias_memory as u32 } else { u32::MAX },
            connect_timeout: millis(config.connect_timeout),
            ping_timeout: millis(config.ping_timeout),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the value is in range")]
const fn millis(span: Duration) -> u32 {
    let millis = span.as_millis();
    if millis < u32::MAX as u128 { millis as u32 } else { u32::MAX }
}

/// The receipt of a message, with which it is acknowledged.
///
/// It belongs to one connection: a delivery of an earlier one is [`SendError::StaleDelivery`], and the message comes
/// again on the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Delivery {
    packet_id: Option<PacketId>,
    qos: QoS,
    epoch: Epoch,
}

impl Delivery {
    const fn unacknowledged() -> Self {
        Self { packet_id: None, qos: QoS::AtMostOnce, epoch: Epoch::NONE }
    }

    const fn new(packet_id: PacketId, qos: QoS, epoch: Epoch) -> Self {
        Self { packet_id: Some(packet_id), qos, epoch }
    }

    /// The packet identifier; a message with QoS 0 has none.
    pub const fn packet_id(&self) -> Option<PacketId> {
        self.packet_id
    }

    /// What is to be acknowledged, if anything is.
    fn acknowledges(self, epoch: Epoch) -> Result<Option<(PacketId, QoS)>, SendError> {
        match self.packet_id {
            Some(_) if self.epoch != epoch => Err(SendError::StaleDelivery),
            id => Ok(id.map(|id| (id, self.qos))),
        }
    }
}

/// How far a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Nothing was sent or received.
    New,
    /// CONNECT was, CONNACK was not.
    Connecting,
    Connected,
    Closed,
}
