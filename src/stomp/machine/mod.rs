//! The two ends of a connection.
//!
//! Bytes go in by `receive`, one frame at a time, and come out as an [`Event`] or a [`Request`]. Commands write frames.
//! Neither has a clock: `deadline` says when to call `timeout`.

mod books;
mod client;
mod commands;
mod error;
mod event;
mod handles;
mod heart_beat;
mod kept;
mod line;
mod named;
mod outgoing;
mod server;
mod session;
mod verbs;
mod window;

use core::time::Duration;

pub use client::Client;
pub use commands::{Accept, Connect, Farewell, Message, Subscribe, Versions, With};
pub use error::{Error, SendError, Timeout, Violation};
pub use event::{Asked, Event, Login, Request};
pub use handles::{AckMode, Delivery, Outcome, Receipt, Settled, Subscription, Transaction};
pub use heart_beat::HeartBeat;
pub use server::Server;
pub use session::Session;

use super::{Leniencies, Limits};

/// How a machine is to behave; the default is right for most.
///
/// # Memory
///
/// A machine reads and writes where your bytes are. What it keeps on the heap is bounded by five of these numbers, whatever
/// the peer does, and is at most
///
/// - for each of `subscriptions`, `transactions` and `receipts` 1.5 KiB and a name ([`longest_name`](Self::longest_name)),
/// - for each delivery of `window` 512 bytes; and a client a name, a server six of the application's own values,
/// - a server eight values more for each of `subscriptions`,
///
/// and one header more while that is read. With the defaults that is 48 MB of a server, without its values, and 65 MB of a
/// client. A connection that does little takes a few hundred bytes. To have thousands of strangers, want less:
///
/// ```
/// use fourwire::stomp::Config;
///
/// // 1.1 MB at most, and the values.
/// let config = Config { window: 1000, receipts: 100, subscriptions: 200, transactions: 8, ..Config::default() };
/// # let Config { window, receipts, subscriptions, transactions, longest_name, .. } = config;
/// # assert!((receipts + subscriptions + transactions) * (1536 + longest_name) + window * 512 < 1_100_000);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// What the decoder takes at most. A server takes no more than [`Limits::BEFORE_CONNECT`] before it has accepted the
    /// client. A message with a larger body than [`Limits::body`] ends the connection, if it is not taken in parts; and a
    /// broker may deliver it again to the next.
    pub limits: Limits,
    /// What the decoder takes though it is against the rules. Default: nothing.
    pub leniencies: Leniencies,
    /// The versions that we speak. Default: all.
    pub versions: Versions,
    /// The heart-beats that we can send, and want; a server may say others to some clients, by [`Accept::heart_beat`].
    /// Default: every 10 s, both. (1.1 and 1.2)
    pub heart_beat: HeartBeat,
    /// How many deliveries may be outstanding, of all subscriptions. A client reads one in any case. Default: 65,535.
    pub window: u32,
    /// How many receipts may be outstanding. A server reads a frame that wants one in any case. Default: 4096.
    pub receipts: u32,
    /// How many subscriptions there may be. Default: 4096.
    pub subscriptions: u32,
    /// How many transactions may be open. Default: 64.
    pub transactions: u32,
    /// How many bytes the longest name has that the peer gives to something and that is kept: to a subscription (in 1.0 its
    /// destination, if it has none), a transaction, a receipt; and to a client the `ack` or `message-id` of a message.
    /// Default: 256. RabbitMQ puts the `id` of the subscription into those, and with it they have some 40 bytes more;
    /// ActiveMQ's have the name of its host, and 40 more.
    pub longest_name: u32,
    /// How long to wait for CONNECT, or for CONNECTED. Default: 30 s.
    pub connect_timeout: Duration,
    /// How long a client waits for a RECEIPT, from the call that asks for it, whether the bytes have left yet or not; in a
    /// transaction from COMMIT on. What takes longer to send than that wants more. Default: 60 s.
    pub receipt_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            leniencies: Leniencies::default(),
            versions: Versions::ALL,
            heart_beat: HeartBeat::default(),
            window: 65_535,
            receipts: 4096,
            subscriptions: 4096,
            transactions: 64,
            longest_name: 256,
            connect_timeout: Duration::from_secs(30),
            receipt_timeout: Duration::from_secs(60),
        }
    }
}

/// How far a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Nothing was sent or received.
    New,
    /// CONNECT was, CONNECTED was not.
    Connecting,
    Connected,
    /// DISCONNECT was: what was asked for before is still to be answered.
    Closing,
    Closed,
}
