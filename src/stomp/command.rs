//! The commands: who sends them, in which versions, with which headers, and whether a body may follow.

use core::fmt;

use super::{HeaderName, Version};

/// What a frame is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Command {
    /// A client begins.
    Connect,
    /// A client begins, since 1.1: CONNECT by another name, which tells STOMP from other protocols.
    Stomp,
    /// The server agrees.
    Connected,
    /// A message for the server.
    Send,
    /// A message for a subscription.
    Message,
    /// A client wants messages.
    Subscribe,
    /// It wants no more of them.
    Unsubscribe,
    /// A message was dealt with.
    Ack,
    /// A message was not dealt with; since 1.1.
    Nack,
    /// A transaction begins.
    Begin,
    /// A transaction is done.
    Commit,
    /// A transaction is undone.
    Abort,
    /// A client goes.
    Disconnect,
    /// What a client asked a receipt for was done.
    Receipt,
    /// Something is wrong; the server closes the connection behind it.
    Error,
}

impl Command {
    /// All commands, with those that come with each message first.
    pub const ALL: [Self; 15] = [
        Self::Message,
        Self::Send,
        Self::Ack,
        Self::Receipt,
        Self::Nack,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Begin,
        Self::Commit,
        Self::Abort,
        Self::Connect,
        Self::Stomp,
        Self::Connected,
        Self::Disconnect,
        Self::Error,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Stomp => "STOMP",
            Self::Connected => "CONNECTED",
            Self::Send => "SEND",
            Self::Message => "MESSAGE",
            Self::Subscribe => "SUBSCRIBE",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Ack => "ACK",
            Self::Nack => "NACK",
            Self::Begin => "BEGIN",
            Self::Commit => "COMMIT",
            Self::Abort => "ABORT",
            Self::Disconnect => "DISCONNECT",
            Self::Receipt => "RECEIPT",
            Self::Error => "ERROR",
        }
    }

    /// The command of this name, which is in capitals.
    #[inline]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        // By length and first letter: what is left is told by one look, of a length that is known.
        let first = *name.first()?;
        let (known, is_it) = match name.len() {
            3 => (Self::Ack, name == b"ACK"),
            4 if first == b'S' => (Self::Send, name == b"SEND"),
            4 => (Self::Nack, name == b"NACK"),
            5 if first == b'B' => (Self::Begin, name == b"BEGIN"),
            5 if first == b'A' => (Self::Abort, name == b"ABORT"),
            5 if first == b'S' => (Self::Stomp, name == b"STOMP"),
            5 => (Self::Error, name == b"ERROR"),
            6 => (Self::Commit, name == b"COMMIT"),
            7 if first == b'M' => (Self::Message, name == b"MESSAGE"),
            7 if first == b'R' => (Self::Receipt, name == b"RECEIPT"),
            7 => (Self::Connect, name == b"CONNECT"),
            9 if first == b'S' => (Self::Subscribe, name == b"SUBSCRIBE"),
            9 => (Self::Connected, name == b"CONNECTED"),
            10 => (Self::Disconnect, name == b"DISCONNECT"),
            11 => (Self::Unsubscribe, name == b"UNSUBSCRIBE"),
            _ => return None,
        };
        if is_it { Some(known) } else { None }
    }

    /// Whether a server sends it. All others are a client's; none is both's.
    pub const fn is_servers(self) -> bool {
        matches!(self, Self::Connected | Self::Message | Self::Receipt | Self::Error)
    }

    /// Whether the version has it.
    #[inline]
    pub const fn is_in(self, version: Version) -> bool {
        !matches!((self, version), (Self::Nack | Self::Stomp, Version::V1_0))
    }

    /// Whether its frame may have a body: 1.0 lets any have one. (1.1 and 1.2, Body)
    #[inline]
    pub const fn may_have_body(self, version: Option<Version>) -> bool {
        self.is_content() || matches!(version, Some(Version::V1_0))
    }

    /// The commands whose frames have bodies.
    #[inline]
    pub(super) const fn is_content(self) -> bool {
        matches!(self, Self::Send | Self::Message | Self::Error)
    }

    /// Whether `content-length` says how long the body is. Before 1.2 it was a header of these three frames only.
    #[inline]
    pub(super) const fn is_counted(self, version: Option<Version>) -> bool {
        self.is_content() || matches!(version, None | Some(Version::V1_2))
    }

    /// Whether nothing is escaped in its headers, in any version: so that 1.0's peers can read it.
    ///
    /// The specification names CONNECT and CONNECTED; STOMP is CONNECT.
    #[inline]
    pub const fn is_raw(self) -> bool {
        matches!(self, Self::Connect | Self::Stomp | Self::Connected)
    }

    /// The headers that must be there.
    ///
    /// Beside them, 1.0's UNSUBSCRIBE needs one of `id` and `destination`, and 1.2's MESSAGE has an `ack` if its
    /// subscription is not in the mode auto.
    #[inline]
    pub const fn required_headers(self, version: Option<Version>) -> &'static [HeaderName] {
        use HeaderName as H;
        match (self, version) {
            (Self::Send, _) | (Self::Subscribe, None | Some(Version::V1_0)) => &[H::Destination],
            (Self::Subscribe, _) => &[H::Destination, H::Id],
            (Self::Unsubscribe, Some(Version::V1_1 | Version::V1_2)) => &[H::Id],
            (Self::Message, None | Some(Version::V1_0)) => &[H::Destination, H::MessageId],
            (Self::Message, _) => &[H::Destination, H::MessageId, H::Subscription],
            (Self::Ack | Self::Nack, Some(Version::V1_0)) => &[H::MessageId],
            (Self::Ack | Self::Nack, Some(Version::V1_1)) => &[H::MessageId, H::Subscription],
            (Self::Ack | Self::Nack, Some(Version::V1_2)) => &[H::Id],
            (Self::Begin | Self::Commit | Self::Abort, _) => &[H::Transaction],
            (Self::Receipt, _) => &[H::ReceiptId],
            (Self::Stomp, _) | (Self::Connect, Some(Version::V1_1 | Version::V1_2)) => &[H::AcceptVersion, H::Host],
            (Self::Connected, Some(Version::V1_1 | Version::V1_2)) => &[H::Version],
            _ => &[],
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
