//! Errors by blame: the peer is wrong, or the caller is.

use core::fmt;

use crate::Full;
use crate::stomp::{Command, DecodeError, EncodeError, HeaderName};

/// The peer, or the line, is wrong; or the output is full, which is the one error that is not final.
///
/// After a final error the connection is over, and nothing more is read. A server's farewell, an ERROR, is in the output
/// (if it has room); a client has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The output has no room. Nothing was consumed or changed: make room and repeat the call.
    Full,
    /// The bytes are wrong.
    Decode(DecodeError),
    /// The frame is right, but not here and now.
    Violation(Violation),
    /// What had to come did not come in time.
    Timeout(Timeout),
}

/// Frames that are legal bytes, but not legal here and now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Violation {
    /// This frame never comes from this side, or not in this state: anything before CONNECT or CONNECTED, a second one of
    /// these. (Connecting)
    Unexpected(Command),
    /// The two ends have no version in common; or the server chose one that the client does not speak. (Protocol
    /// Negotiation)
    Version,
    /// A `heart-beat` that is not two numbers. (Heart-beating)
    HeartBeat,
    /// An `ack` that is none of the modes that the version has. (SUBSCRIBE ack Header)
    AckMode,
    /// A second subscription with an `id` that is in use. (SUBSCRIBE id Header)
    SubscriptionInUse,
    /// An UNSUBSCRIBE of nothing.
    UnknownSubscription,
    /// A MESSAGE that is to be acknowledged, and does not say by what. (1.2, MESSAGE)
    NoAck,
    /// An ACK or NACK of a message that was not delivered, or was acknowledged before.
    UnknownMessage,
    /// A second BEGIN of a transaction that is there. (BEGIN)
    TransactionInUse,
    /// A transaction that was not begun.
    UnknownTransaction,
    /// A RECEIPT that nobody has asked for.
    UnknownReceipt,
    /// More subscriptions than [`Config::subscriptions`](super::Config::subscriptions).
    TooManySubscriptions,
    /// More transactions than [`Config::transactions`](super::Config::transactions).
    TooManyTransactions,
    /// A name longer than [`Config::longest_name`](super::Config::longest_name): the `id` of a subscription, a `receipt`, a
    /// `transaction`; to a client what acknowledges a message.
    NameTooLong,
}

/// What did not come in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Timeout {
    /// The client's CONNECT, or the server's CONNECTED.
    Connect,
    /// Anything, for three times as long as heart-beats were agreed on.
    HeartBeat,
    /// A RECEIPT.
    Receipt,
}

impl Error {
    /// Whether the connection is over. If not, the call can be repeated.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Full)
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
            Self::Unexpected(command) => return write!(f, "{command} is not expected here"),
            Self::Version => "the two ends have no version in common",
            Self::HeartBeat => "heart-beat is not two numbers",
            Self::AckMode => "this version does not have this ack mode",
            Self::SubscriptionInUse => "another subscription has this id",
            Self::UnknownSubscription => "there is no such subscription",
            Self::NoAck => "the message is to be acknowledged, and has no header ack",
            Self::UnknownMessage => "no such message awaits an acknowledgement",
            Self::TransactionInUse => "another transaction has this name",
            Self::UnknownTransaction => "there is no such transaction",
            Self::UnknownReceipt => "nobody has asked for this receipt",
            Self::TooManySubscriptions => "there are too many subscriptions",
            Self::TooManyTransactions => "there are too many transactions",
            Self::NameTooLong => "an id, a receipt or a transaction has too long a name",
        })
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection was made in time",
            Self::HeartBeat => "nothing came for three times as long as was agreed",
            Self::Receipt => "a receipt did not come in time",
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// The frame cannot be encoded, or the output is full.
    Encode(EncodeError),
    /// The connection is not in the state for this.
    NotConnected,
    /// As many deliveries or receipts are outstanding as can be: wait until some are settled.
    WindowFull,
    /// The subscription has ended, or is of an earlier connection.
    StaleSubscription,
    /// The message was acknowledged before; or its subscription has ended, or is of an earlier connection.
    StaleDelivery,
    /// The transaction has ended, or is of an earlier connection.
    StaleTransaction,
    /// The receipt was sent before, or is of an earlier connection.
    StaleReceipt,
    /// Another subscription has this `id`.
    SubscriptionInUse,
    /// As many subscriptions as can be are there.
    TooManySubscriptions,
    /// As many transactions as can be are there.
    TooManyTransactions,
    /// This header is the machine's to say: `receipt`, `transaction`, `id` and their like.
    Header(HeaderName),
    /// This command is never a part of a transaction: only SEND, ACK and NACK are.
    NotInTransaction,
    /// The version does not have this: in 1.0, NACK and the mode `client-individual`.
    NotInThisVersion,
}

impl SendError {
    /// Whether the same call can succeed later: something is full. All others are the caller's mistakes.
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::WindowFull | Self::Encode(EncodeError::Full))
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode(error) => return error.fmt(f),
            Self::NotConnected => "the connection is not in the state for this",
            Self::WindowFull => "too much is outstanding",
            Self::StaleSubscription => "the subscription has ended",
            Self::StaleDelivery => "the delivery is settled, or its subscription has ended",
            Self::StaleTransaction => "the transaction has ended",
            Self::StaleReceipt => "the receipt was sent, or is of an earlier connection",
            Self::SubscriptionInUse => "another subscription has this id",
            Self::TooManySubscriptions => "there are too many subscriptions",
            Self::TooManyTransactions => "there are too many transactions",
            Self::Header(name) => return write!(f, "the header {name} is the machine's own"),
            Self::NotInTransaction => "this command is never a part of a transaction",
            Self::NotInThisVersion => "this version does not have this",
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
