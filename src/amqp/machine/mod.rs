//! The two ends of a connection.
//!
//! Bytes go in by `receive`, one frame at a time, and come out as an [`Event`] or a [`Request`] and as an answer in the
//! output. Commands write frames. Neither has a clock: `deadline` says when to call `timeout`.

mod capabilities;
mod channel;
mod client;
mod error;
mod event;
mod line;
mod sending;
mod server;
mod verbs;
mod window;
mod words;

use core::time::Duration;

pub use capabilities::Capabilities;
pub use channel::{Channel, DeliveryTag, Growing, Slot, Slots};
pub use client::{Client, Login, Mechanism};
pub use error::{Error, SendError, Timeout, Violation};
pub use event::{Event, Request};
pub use server::Server;
pub use window::Settled;

use super::{Dialect, Limits, MethodId};

impl Channel {
    pub(super) const fn new(number: u16, epoch: u32) -> Self {
        Self { number, epoch }
    }
}

/// How a machine is to behave; the default is right for most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The largest frame that we take, in bytes, from [`FRAME_MIN_SIZE`](Limits::FRAME_MIN_SIZE) on; 0 is no limit.
    /// Default: 131,072.
    pub frame_max: u32,
    /// The largest frame in both directions until that is settled. Default: 4096, which everybody takes. RabbitMQ can be
    /// set to more, for tokens in place of passwords.
    pub initial_frame_max: u32,
    /// The highest channel number that we want; 0 is no limit. Default: 2047.
    pub channel_max: u16,
    /// Seconds between heartbeats that we want; 0 is none. Default: 60. They are sent after half of that, and a peer of which
    /// nothing came for twice as long is gone.
    pub heartbeat: u16,
    /// How many publishes, and how many deliveries, may be outstanding on a channel. (Calls: 16.) Default: 65,535, which is the most that
    /// a prefetch count can be.
    pub window: u32,
    /// How deep tables may be nested. Default: 16.
    pub depth: u8,
    /// The dialect of the tables that come. Default: RabbitMQ's.
    pub dialect: Dialect,
    /// How long the handshake may take, all of it; and how long a close may wait for its answer. Default: 30 s.
    pub handshake_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            frame_max: 131_072,
            initial_frame_max: Limits::FRAME_MIN_SIZE,
            channel_max: 2047,
            heartbeat: 60,
            window: 65_535,
            depth: 16,
            dialect: Dialect::RabbitMq,
            handshake_timeout: Duration::from_secs(30),
        }
    }
}

/// Where a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// The protocol header comes first.
    New,
    /// The peer's next step in the handshake.
    Awaits(MethodId),
    /// What the peer has said, and the application is to answer; until then nothing more is read.
    Asked(MethodId),
    Open,
    /// We have sent a close.
    Closing,
    Closed,
}

/// The smaller of two limits, of which 0 is none.
const fn lower(one: u32, other: u32) -> u32 {
    match (one, other) {
        (0, other) => other,
        (one, 0) => one,
        (one, other) if one < other => one,
        (_, other) => other,
    }
}
