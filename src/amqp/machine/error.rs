//! What can go wrong on a connection, by blame.

use core::fmt;

use crate::amqp::{DecodeError, EncodeError, MethodId, ReplyCode};

/// The peer, or the line, is wrong; or the output is full, which is the one error that is not final.
///
/// After a final error the connection is over: what there was to say about it is in the output (if it has room), and
/// nothing more is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are wrong.
    Decode(DecodeError),
    /// They are right, and illegal here and now.
    Violation(Violation),
    /// What had to come did not come in time.
    Timeout(Timeout),
    /// The output is full. Nothing was consumed or changed: make room, and call again.
    Full,
}

/// What is illegal here and now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Violation {
    /// This method, where the handshake is at another point.
    Handshake(MethodId),
    /// Something other than the handshake's method, or a protocol header in the middle.
    UnexpectedFrame,
    /// This method on a channel that is not open, or opens one that is.
    Channel(MethodId),
    /// Content, or a method in the middle of it, out of order.
    Content,
    /// More body than the content header says.
    BodySize,
    /// An answer to nothing, or a method that only the other role sends.
    Unexpected(MethodId),
    /// A channel number above what was agreed, or no room for it.
    ChannelMax,
    /// Limits that cannot be: the client wants more than the server proposed, or frames are to be smaller than
    /// [`FRAME_MIN_SIZE`](crate::amqp::Limits::FRAME_MIN_SIZE).
    Tune,
    /// A method in a form that RabbitMQ does not know: to recover, and not to requeue.
    NotImplemented(MethodId),
}

/// What did not come in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Timeout {
    /// The end of the handshake.
    Handshake,
    /// Anything, for twice as long as heartbeats were agreed on. (§4.2.7)
    Heartbeat,
    /// The answer to a close.
    Close,
}

impl Violation {
    /// The reply code that the connection is closed with: RabbitMQ's, to which channel 0 is a channel that is not in the
    /// state for a method.
    pub const fn reply_code(self) -> ReplyCode {
        match self {
            Self::Handshake(id) | Self::Unexpected(id) if id.is_connection() => ReplyCode::ChannelError,
            Self::Unexpected(_) => ReplyCode::CommandInvalid,
            Self::Handshake(_) | Self::UnexpectedFrame | Self::Content => ReplyCode::UnexpectedFrame,
            Self::Channel(_) => ReplyCode::ChannelError,
            Self::NotImplemented(_) => ReplyCode::NotImplemented,
            Self::BodySize => ReplyCode::FrameError,
            Self::ChannelMax | Self::Tune => ReplyCode::NotAllowed,
        }
    }

    /// The method that it is about, if it is about one.
    pub const fn method(self) -> Option<MethodId> {
        match self {
            Self::Handshake(id) | Self::Channel(id) | Self::Unexpected(id) | Self::NotImplemented(id) => Some(id),
            _ => None,
        }
    }
}

impl Error {
    /// Whether the connection is over. If not, the call can be repeated.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Full)
    }

    /// The reply code that the connection is closed with.
    pub const fn reply_code(self) -> ReplyCode {
        match self {
            Self::Decode(error) => error.reply_code(),
            Self::Violation(violation) => violation.reply_code(),
            Self::Timeout(_) => ReplyCode::ConnectionForced,
            Self::Full => ReplyCode::ResourceError,
        }
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Violation(violation) => violation.fmt(f),
            Self::Timeout(timeout) => timeout.fmt(f),
            Self::Full => f.write_str("the output is full"),
        }
    }
}

impl core::error::Error for Error {}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handshake => "the handshake did not end in time",
            Self::Heartbeat => "nothing came for twice as long as was agreed",
            Self::Close => "a close was not answered in time",
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshake(id) => write!(f, "{id} does not come at this point of the handshake"),
            Self::UnexpectedFrame => f.write_str("a frame of this kind does not come at this point of the handshake"),
            Self::Channel(id) => write!(f, "{id} on a channel that is not in that state"),
            Self::Content => f.write_str("method, content header and body are out of order"),
            Self::BodySize => f.write_str("there is more body than the content header says"),
            Self::Unexpected(id) => write!(f, "{id} answers nothing, or is not this peer's to send"),
            Self::NotImplemented(id) => write!(f, "{id} asks for what no server does"),
            Self::ChannelMax => f.write_str("the channel number is above what was agreed"),
            Self::Tune => f.write_str("the client wants more than the server proposed, or frames are to be too small"),
        }
    }
}

/// The caller is wrong. Nothing was written or changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum SendError {
    /// The connection is not at the point where this can be sent.
    NotConnected,
    /// The channel is closed: it, or another with its number, may be open again, which is another channel.
    StaleChannel,
    /// The message was acknowledged before, or was delivered on a channel that is closed.
    StaleDelivery,
    /// A method that has a verb of its own, or that this end does not send.
    Method(MethodId),
    /// What is being sent on the channel comes first: a message's body; an answer to an earlier call; or, behind
    /// `tx.commit`, its answer.
    OutOfOrder,
    /// No channel is free.
    NoChannel,
    /// As many publishes, deliveries or calls as can be are outstanding: wait until some are settled.
    WindowFull,
    /// The peer has asked to send no content on this channel: wait until it asks to go on.
    Stopped,
    /// The encoder refuses it.
    Encode(EncodeError),
}

impl SendError {
    /// Whether the same call can succeed later: something is full, or comes first. All others are the caller's mistakes.
    pub const fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::OutOfOrder | Self::WindowFull | Self::Stopped | Self::NoChannel | Self::Encode(EncodeError::Full)
        )
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => f.write_str("the connection is not at this point"),
            Self::StaleChannel => f.write_str("the channel is closed"),
            Self::StaleDelivery => f.write_str("the delivery is settled, or its channel is closed"),
            Self::Method(id) => write!(f, "{id} is not sent in this way"),
            Self::OutOfOrder => f.write_str("something else comes first on this channel"),
            Self::NoChannel => f.write_str("no channel is free"),
            Self::WindowFull => f.write_str("too much is outstanding"),
            Self::Stopped => f.write_str("the peer has asked to send no content on this channel"),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SendError {}
