//! What can be wrong with bytes, and what the encoder refuses.

use core::fmt;

use super::{MethodId, ReplyCode};
use crate::Full;

/// Wrong bytes: what is wrong, and where.
///
/// `offset` counts from the first byte of the input given to the call, to the byte (or the field) that breaks the rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes from the start of the input.
    pub offset: usize,
}

impl DecodeError {
    /// The reply code to close the connection with. All are hard errors.
    pub const fn reply_code(&self) -> ReplyCode {
        self.kind.reply_code()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.kind, self.offset)
    }
}

impl core::error::Error for DecodeError {}

/// What a fault is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Unit {
    /// A method's arguments.
    Method(MethodId),
    /// A content header.
    Header,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(id) => id.fmt(f),
            Self::Header => f.write_str("a content header"),
        }
    }
}

/// The rules that bytes can break.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorKind {
    /// A frame type that is none of method, header, body and heartbeat. (§4.2.3)
    #[default]
    FrameType,
    /// A frame larger than was agreed. (§4.2.3, `frame-max`)
    FrameTooLarge,
    /// The frame does not end with 0xCE. (§4.2.3)
    FrameEnd,
    /// A protocol header that does not begin with `AMQP`. (§4.2.2)
    ProtocolHeader,
    /// A heartbeat on a channel other than 0. (§4.2.7)
    HeartbeatChannel,
    /// A heartbeat with a payload. (§4.2.7)
    HeartbeatPayload,
    /// A content header or body on channel 0. (§4.2.6)
    ContentOnChannel0,
    /// A method frame without a class and a method. (§4.2.4)
    NoMethod,
    /// A class that nobody knows, or a method that it does not have.
    UnknownMethod {
        /// The class.
        class: u16,
        /// The method.
        method: u16,
    },
    /// A method of the class `connection` on another channel than 0, or another on channel 0. (§4.9)
    MethodChannel(MethodId),
    /// A content header of a class other than `basic`. (§4.2.6.1)
    ContentClass(u16),
    /// A weight that is not 0. (§4.2.6.1)
    Weight,
    /// A field runs past the frame's end.
    Truncated(Unit),
    /// The frame goes on behind the last field.
    TrailingBytes(Unit),
    /// A key or a value runs past the end of its table. (§4.2.5.5)
    TableTruncated,
    /// A table or an array nested deeper than the limit that was set.
    TableDepth,
    /// A value of a type that nobody knows, by its letter.
    TableValueType(u8),
    /// Bytes that are to be one frame go on behind it, or end before it does: see [`FrameBuf`](super::FrameBuf).
    NotOneFrame,
}

impl ErrorKind {
    /// The reply code that answers this error: the one that RabbitMQ gives, where it gives one for it. (Its 541 for
    /// properties says that it has crashed; for tables and unknown methods it closes the socket.)
    pub const fn reply_code(&self) -> ReplyCode {
        match self {
            Self::FrameType
            | Self::FrameTooLarge
            | Self::FrameEnd
            | Self::ProtocolHeader
            | Self::HeartbeatPayload
            | Self::NoMethod
            | Self::Truncated(_)
            | Self::TrailingBytes(_)
            | Self::NotOneFrame => ReplyCode::FrameError,
            Self::TableTruncated | Self::TableDepth | Self::TableValueType(_) => ReplyCode::SyntaxError,
            Self::MethodChannel(id) if id.is_connection() => ReplyCode::CommandInvalid,
            Self::MethodChannel(_) => ReplyCode::ChannelError,
            Self::HeartbeatChannel | Self::ContentOnChannel0 | Self::ContentClass(_) | Self::Weight => {
                ReplyCode::UnexpectedFrame
            }
            Self::UnknownMethod { .. } => ReplyCode::NotImplemented,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FrameType => f.write_str("the frame type is none of method, header, body and heartbeat"),
            Self::FrameTooLarge => f.write_str("the frame is larger than was agreed"),
            Self::FrameEnd => f.write_str("the frame does not end with 0xCE"),
            Self::ProtocolHeader => f.write_str("the protocol header does not begin with AMQP"),
            Self::HeartbeatChannel => f.write_str("a heartbeat is not on channel 0"),
            Self::HeartbeatPayload => f.write_str("a heartbeat has a payload"),
            Self::ContentOnChannel0 => f.write_str("a content frame is on channel 0"),
            Self::NoMethod => f.write_str("a method frame is too short for a class and a method"),
            Self::UnknownMethod { class, method } => write!(f, "nobody knows method {method} of class {class}"),
            Self::MethodChannel(id) => write!(f, "{id} is on the wrong channel"),
            Self::ContentClass(class) => write!(f, "class {class} has no content"),
            Self::Weight => f.write_str("a content header's weight is not 0"),
            Self::Truncated(unit) => write!(f, "a field of {unit} runs past the frame's end"),
            Self::TrailingBytes(unit) => write!(f, "the frame goes on behind the last field of {unit}"),
            Self::TableTruncated => f.write_str("a table's key or value runs past its end"),
            Self::TableDepth => f.write_str("tables are nested deeper than the limit"),
            Self::NotOneFrame => f.write_str("the bytes are not one whole frame"),
            Self::TableValueType(letter) => write!(f, "no table value has the type '{}'", letter.escape_ascii()),
        }
    }
}

impl core::error::Error for ErrorKind {}

/// Why something cannot be sent. Nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The output has no room.
    Full,
    /// A short string of more than 255 bytes.
    ShortString,
    /// A table's key of more than 128 bytes. (§4.2.5.5; RabbitMQ takes 255, and so does our decoder)
    TableKey,
    /// Tables nested deeper than [`Limits::MAX_DEPTH`](super::Limits::MAX_DEPTH).
    TableDepth,
    /// A value of a type that the table's [`Dialect`](super::Dialect) does not have.
    TableValueType,
    /// A number in a table that is infinite or none at all, for which RabbitMQ closes the connection.
    NotFinite,
    /// The frame would be larger than the peer takes. Only a body can be sent in several.
    FrameTooLarge,
    /// The method, or the content, cannot be on this channel.
    Channel,
    /// No content follows this method: it is no message's.
    NoContent,
    /// A user name or a password with a byte 0 in it, which ends it for the mechanism PLAIN.
    Credentials,
}

impl From<Full> for EncodeError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the output is full",
            Self::ShortString => "a short string has more than 255 bytes",
            Self::TableKey => "a table's key has more than 128 bytes",
            Self::TableDepth => "tables are nested too deep",
            Self::TableValueType => "a table holds a value of a type that its dialect does not have",
            Self::NotFinite => "a number in a table is not finite",
            Self::FrameTooLarge => "the frame would be larger than the peer takes",
            Self::Channel => "this cannot be sent on this channel",
            Self::NoContent => "no content follows this method",
            Self::Credentials => "a user name or a password has a byte 0 in it",
        })
    }
}

impl core::error::Error for EncodeError {}
