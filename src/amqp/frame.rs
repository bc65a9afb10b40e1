//! Frames. (§4.2)

use super::{ContentHeader, Method};

/// One unit on the wire: a frame, or the protocol header before the first one.
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Frame<'a> {
    /// What a client begins with; and a server's answer to one that it does not speak.
    ProtocolHeader(ProtocolHeader),
    /// A method on a channel; `connection`'s are on channel 0.
    Method(u16, Method<'a>),
    /// The content header that follows some methods, on their channel.
    Header(u16, ContentHeader<'a>),
    /// A piece of the body, on the same channel.
    Body(u16, &'a [u8]),
    /// A sign of life.
    Heartbeat,
}

/// Which protocol is to be spoken. (§4.2.2)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ProtocolHeader {
    /// 0; other numbers are AMQP 1.0's layers, and AMQP 0-8's.
    pub protocol_id: u8,
    /// The major version.
    pub major: u8,
    /// The minor version.
    pub minor: u8,
    /// The revision.
    pub revision: u8,
}

impl ProtocolHeader {
    /// AMQP 0-9-1.
    pub const AMQP_0_9_1: Self = Self { protocol_id: 0, major: 0, minor: 9, revision: 1 };
}

/// The frame types.
pub(super) const METHOD: u8 = 1;
pub(super) const HEADER: u8 = 2;
pub(super) const BODY: u8 = 3;
pub(super) const HEARTBEAT: u8 = 8;
/// The last byte of a frame.
pub(super) const END: u8 = 0xCE;
/// Type, channel and length.
pub(super) const HEAD_LEN: usize = 7;

impl Frame<'_> {
    /// The channel; 0 for what is about the connection.
    pub const fn channel(&self) -> u16 {
        match self {
            Self::ProtocolHeader(_) | Self::Heartbeat => 0,
            Self::Method(channel, _) | Self::Header(channel, _) | Self::Body(channel, _) => *channel,
        }
    }
}
