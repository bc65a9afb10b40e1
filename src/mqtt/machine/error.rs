//! Errors by blame: the peer is wrong, or the caller is.

use core::fmt;

use crate::Full;
use crate::mqtt::{DecodeError, EncodeError, PacketType, ReasonCode};

/// The peer, or the line, is wrong; or the output is full, which is the one error that is not final.
///
/// After a final error the connection is closed: the DISCONNECT or CONNACK that the protocol prescribes is in the
/// output (if it has room), and nothing more is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The output has no room for the answer. Nothing was consumed: make room and repeat the call.
    Full,
    /// The bytes are wrong.
    Decode(DecodeError),
    /// The packet is right, but not here and now.
    Violation(Violation),
    /// What had to come did not come in time.
    Timeout(Timeout),
}

/// Packets that are legal bytes, but not legal here and now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Violation {
    /// This packet never comes from this side, or not in this state: a second CONNECT, a packet before CONNECT or
    /// CONNACK, a SUBSCRIBE from a server. `[MQTT-3.1.0-1]` `[MQTT-3.1.0-2]` `[MQTT-3.2.0-1]`
    Unexpected(PacketType),
    /// More messages at once than we said we take. (5.0 §3.3.4) `[MQTT-3.3.4-7]` `[MQTT-3.3.4-9]`
    ReceiveMaximumExceeded,
    /// More messages at once than there are slots (before 5.0, which can say how many there are).
    NoSlot,
    /// A topic alias of 0, or larger than we said we take. `[MQTT-3.3.2-8]` `[MQTT-3.3.2-9]` `[MQTT-3.3.2-10]`
    TopicAliasInvalid,
    /// A topic alias that stands for nothing. (5.0 §3.3.2.3.4)
    TopicAliasUnknown,
    /// Topics for aliases longer than [`Config::alias_memory`](super::Config::alias_memory) in all.
    TopicAliasMemory,
    /// A PUBLISH with a higher QoS than we said we do. `[MQTT-3.2.2-11]`
    QoSNotSupported,
    /// A PUBLISH or a will to be retained, after we said that we do not. `[MQTT-3.2.2-14]`
    RetainNotSupported,
    /// A wildcard subscription, after we said that we have none. (5.0 §3.2.2.3.11)
    WildcardNotSupported,
    /// A subscription identifier, after we said that we have none. (5.0 §3.2.2.3.12)
    SubscriptionIdentifierNotSupported,
    /// A shared subscription, after we said that we have none. (5.0 §3.2.2.3.13)
    SharedNotSupported,
    /// A subscription identifier in a PUBLISH to a server. `[MQTT-3.3.4-6]`
    SubscriptionIdentifier,
    /// A packet identifier that is in use for something else. `[MQTT-2.2.1-3]`
    PacketIdInUse,
    /// An acknowledgement of another kind than the one that is awaited.
    WrongAcknowledgement(PacketType),
    /// A SUBACK or UNSUBACK with more or fewer reason codes than there were topic filters. `[MQTT-3.8.4-6]`
    ReasonCodeCount,
    /// A session is present that we asked to be forgotten, or know nothing of. `[MQTT-3.2.2-2]` `[MQTT-3.2.2-4]`
    SessionPresent,
    /// An AUTH or CONNACK without the authentication method of the CONNECT. `[MQTT-4.12.0-5]` `[MQTT-4.12.0-7]`
    AuthenticationMethod,
    /// A reason code that only the other side may send. (5.0 §3.14.2.1, §3.15.2.1)
    ReasonCode(ReasonCode),
    /// A session expiry in DISCONNECT after one of 0 in CONNECT, or from a server. `[MQTT-3.14.2-2]`
    SessionExpiry,
    /// The peer takes no packet as large as the answer it is owed.
    MaximumPacketSize,
}

/// What did not come in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Timeout {
    /// The client's CONNECT.
    Connect,
    /// The server's CONNACK.
    ConnAck,
    /// The server's PINGRESP.
    PingResp,
    /// Anything from the client, for one and a half times the keep alive time. `[MQTT-3.1.2-22]`
    KeepAlive,
}

impl Error {
    /// Whether the connection is over. If not, the call can be repeated.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Full)
    }

    /// The reason code that tells the peer.
    pub const fn reason_code(&self) -> ReasonCode {
        use ReasonCode as Code;
        match self {
            Self::Full => Code::UnspecifiedError,
            Self::Decode(error) => error.reason_code(),
            Self::Timeout(_) => Code::KeepAliveTimeout,
            Self::Violation(violation) => match violation {
                Violation::ReceiveMaximumExceeded => Code::ReceiveMaximumExceeded,
                Violation::NoSlot | Violation::TopicAliasMemory => Code::QuotaExceeded,
                Violation::TopicAliasInvalid => Code::TopicAliasInvalid,
                Violation::QoSNotSupported => Code::QoSNotSupported,
                Violation::RetainNotSupported => Code::RetainNotSupported,
                Violation::WildcardNotSupported => Code::WildcardSubscriptionsNotSupported,
                Violation::SubscriptionIdentifierNotSupported => Code::SubscriptionIdentifiersNotSupported,
                Violation::SharedNotSupported => Code::SharedSubscriptionsNotSupported,
                Violation::AuthenticationMethod => Code::BadAuthenticationMethod,
                Violation::MaximumPacketSize => Code::ImplementationSpecificError,
                _ => Code::ProtocolError,
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => Full.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Violation(violation) => violation.fmt(f),
            Self::Timeout(timeout) => timeout.fmt(f),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unexpected(packet) => return write!(f, "{packet} is not expected here"),
            Self::ReceiveMaximumExceeded => "more messages are in flight than the receive maximum",
            Self::NoSlot => "more messages are in flight than there are slots",
            Self::TopicAliasInvalid => "topic alias is larger than the topic alias maximum",
            Self::TopicAliasUnknown => "topic alias stands for no topic",
            Self::TopicAliasMemory => "topic aliases take more memory than they may",
            Self::QoSNotSupported => "QoS is higher than the maximum QoS",
            Self::RetainNotSupported => "retained messages are not available",
            Self::WildcardNotSupported => "wildcard subscriptions are not available",
            Self::SubscriptionIdentifierNotSupported => "subscription identifiers are not available",
            Self::SharedNotSupported => "shared subscriptions are not available",
            Self::SubscriptionIdentifier => "a client's PUBLISH has a subscription identifier",
            Self::PacketIdInUse => "packet identifier is in use",
            Self::WrongAcknowledgement(packet) => return write!(f, "{packet} does not acknowledge this packet"),
            Self::ReasonCodeCount => "there are not as many reason codes as topic filters",
            Self::SessionPresent => "the server has a session that the client does not have",
            Self::AuthenticationMethod => "authentication method is not that of CONNECT",
            Self::ReasonCode(code) => return write!(f, "this side does not send reason code {code}"),
            Self::SessionExpiry => "session expiry interval may not be set here",
            Self::MaximumPacketSize => "the maximum packet size does not allow an answer",
        })
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no CONNECT came in time",
            Self::ConnAck => "no CONNACK came in time",
            Self::PingResp => "no PINGRESP came in time",
            Self::KeepAlive => "nothing came within one and a half times the keep alive time",
        })
    }
}

impl core::error::Error for Error {}

impl From<Full> for Error {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// The caller is wrong, or too early. Nothing was written, nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// The packet cannot be encoded, or the output is full.
    Encode(EncodeError),
    /// The connection is not in the state for this.
    NotConnected,
    /// As many messages are in flight as the peer takes, or as there are slots: wait for an acknowledgement.
    WindowFull,
    /// Messages of the earlier connection come first: see `resume`.
    Resuming,
    /// No message is in flight under this packet identifier that would have to be sent again.
    NotInFlight,
    /// The delivery is of an earlier connection, or was acknowledged.
    StaleDelivery,
    /// No SUBSCRIBE or UNSUBSCRIBE with this packet identifier awaits an answer.
    NotAsked,
    /// There must be as many reason codes as there were topic filters. `[MQTT-3.8.4-6]` `[MQTT-3.11.3-1]`
    ReasonCodeCount,
    /// The reason code is not one for this, or not one that this side sends.
    ReasonCode(ReasonCode),
    /// The packet is larger than the peer takes. `[MQTT-3.1.2-24]` `[MQTT-3.2.2-15]`
    PacketTooLarge,
    /// The server does not do this QoS. `[MQTT-3.2.2-11]`
    QoSNotSupported,
    /// The server keeps no retained messages. `[MQTT-3.2.2-14]`
    RetainNotSupported,
    /// The server has no wildcard subscriptions.
    WildcardNotSupported,
    /// The server has no subscription identifiers.
    SubscriptionIdentifierNotSupported,
    /// A client's PUBLISH has no subscription identifier. `[MQTT-3.3.4-6]`
    SubscriptionIdentifier,
    /// The server has no shared subscriptions.
    SharedNotSupported,
    /// The topic alias is 0, larger than the peer takes, or stands for no topic yet. `[MQTT-3.1.2-26]` `[MQTT-3.2.2-17]`
    TopicAlias,
    /// We announce a receive maximum that is larger than the number of slots, or topic aliases without memory for them.
    Announced,
    /// The server gave a client without an identifier none. `[MQTT-3.2.2-16]`
    AssignedClientIdentifier,
    /// The client wants no reason string and no user property here. `[MQTT-3.1.2-29]`
    ProblemInformation,
    /// The client did not ask for response information. `[MQTT-3.1.2-28]`
    ResponseInformation,
    /// AUTH without the authentication method of the CONNECT. `[MQTT-4.12.0-5]`
    AuthenticationMethod,
    /// A session expiry in DISCONNECT after one of 0 in CONNECT, or from a server. `[MQTT-3.14.2-2]`
    SessionExpiry,
}

impl SendError {
    /// Whether the same call can succeed later: something is full, or comes first. All others are the caller's mistakes.
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::WindowFull | Self::Resuming | Self::Encode(EncodeError::Full))
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode(error) => return error.fmt(f),
            Self::NotConnected => "the connection is not in the state for this",
            Self::WindowFull => "no more messages can be in flight now",
            Self::Resuming => "messages of the earlier connection come first",
            Self::NotInFlight => "no such message is to be sent again",
            Self::StaleDelivery => "the delivery is of an earlier connection, or was acknowledged",
            Self::NotAsked => "no such request awaits an answer",
            Self::ReasonCodeCount => "there are not as many reason codes as topic filters",
            Self::ReasonCode(code) => return write!(f, "reason code {code} cannot be sent here"),
            Self::PacketTooLarge => "the packet is larger than the peer takes",
            Self::QoSNotSupported => "the server does not do this QoS",
            Self::RetainNotSupported => "the server keeps no retained messages",
            Self::WildcardNotSupported => "the server has no wildcard subscriptions",
            Self::SubscriptionIdentifierNotSupported => "the server has no subscription identifiers",
            Self::SubscriptionIdentifier => "a client's PUBLISH has no subscription identifier",
            Self::SharedNotSupported => "the server has no shared subscriptions",
            Self::TopicAlias => "the topic alias is not one that the peer takes",
            Self::Announced => "more is announced than there is memory for",
            Self::AssignedClientIdentifier => "the client has no identifier and was given none",
            Self::ProblemInformation => "the client wants no problem information",
            Self::ResponseInformation => "the client did not ask for response information",
            Self::AuthenticationMethod => "authentication method is not that of CONNECT",
            Self::SessionExpiry => "session expiry interval may not be set here",
        })
    }
}

impl core::error::Error for SendError {}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<Full> for SendError {
    fn from(_: Full) -> Self {
        Self::Encode(EncodeError::Full)
    }
}
