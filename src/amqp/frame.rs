//! Frames. (§4.2)

use super::header::BASIC;
use super::{ContentHeader, EncodeError, Method};
use crate::Output;
use crate::write::Writer;

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
/// The bytes around a payload.
const AROUND: usize = 8;

impl Frame<'_> {
    /// The channel; 0 for what is about the connection.
    pub const fn channel(&self) -> u16 {
        match self {
            Self::ProtocolHeader(_) | Self::Heartbeat => 0,
            Self::Method(channel, _) | Self::Header(channel, _) | Self::Body(channel, _) => *channel,
        }
    }

    /// How many bytes the frame takes, if it can be sent.
    pub fn encoded_len(&self) -> usize {
        match self {
            Self::ProtocolHeader(_) | Self::Heartbeat => AROUND,
            _ => self.payload_len().map_or(0, |len| len.saturating_add(AROUND)),
        }
    }

    /// The whole frame's length, if it can be sent to a peer that takes frames of `frame_max` bytes.
    #[inline]
    pub(super) fn measure(&self, frame_max: u32) -> Result<usize, EncodeError> {
        let len = self.payload_len()?;
        fits(len, frame_max)?;
        Ok(len.saturating_add(AROUND))
    }

    /// The length of all frames that a body of this length takes.
    pub(super) fn body_len(len: usize, frame_max: u32) -> Result<usize, EncodeError> {
        let most = most(frame_max)?;
        Ok(len.saturating_add(len.div_ceil(most).saturating_mul(AROUND)))
    }

    #[inline]
    fn payload_len(&self) -> Result<usize, EncodeError> {
        Ok(match self {
            Self::ProtocolHeader(_) | Self::Heartbeat => 0,
            Self::Method(_, method) => method.measure()?.saturating_add(4),
            Self::Header(_, header) => header.properties.measure()?.saturating_add(12),
            Self::Body(_, body) => body.len(),
        })
    }

    /// Writes the frame, if it is no larger than `frame_max`, which counts all of its bytes; 0 is no limit.
    ///
    /// What the peer would close the connection for is refused: short strings of more than 255 bytes, keys of more than
    /// 128, a method on the wrong channel. Of a body there may be several frames: see
    /// [`encode_body`](Self::encode_body).
    #[inline]
    pub fn encode(&self, frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        match self {
            Self::ProtocolHeader(header) => {
                let bytes = [b'A', b'M', b'Q', b'P', header.protocol_id, header.major, header.minor, header.revision];
                Writer::new(out.space(AROUND, 0)?).put(&bytes);
                Ok(())
            }
            Self::Heartbeat => {
                Writer::new(out.space(AROUND, 0)?).put(&[HEARTBEAT, 0, 0, 0, 0, 0, 0, END]);
                Ok(())
            }
            Self::Method(channel, method) => {
                let id = method.id();
                if id.is_connection() != (*channel == 0) {
                    return Err(EncodeError::Channel);
                }
                let len = method.measure()?.saturating_add(4);
                let length = fits(len, frame_max)?;
                let mut space = Writer::new(out.space(len.saturating_add(AROUND), 0)?);
                let [kind, c1, c0, l3, l2, l1, l0] = head(METHOD, *channel, length);
                let [i3, i2, i1, i0] = (id as u32).to_be_bytes();
                space.put(&[kind, c1, c0, l3, l2, l1, l0, i3, i2, i1, i0]);
                method.put(space);
                Ok(())
            }
            Self::Header(channel, header) => {
                let len = header.properties.measure()?.saturating_add(12);
                let length = check(*channel, len, frame_max)?;
                let mut space = Writer::new(out.space(len.saturating_add(AROUND), 0)?);
                let [kind, c1, c0, l3, l2, l1, l0] = head(HEADER, *channel, length);
                let [class_high, class_low] = BASIC.to_be_bytes();
                space.put(&[kind, c1, c0, l3, l2, l1, l0, class_high, class_low, 0, 0]);
                space.put(&header.body_size.to_be_bytes());
                header.properties.put(space);
                Ok(())
            }
            Self::Body(channel, body) => {
                let len = check(*channel, body.len(), frame_max)?;
                let space = out.space(HEAD_LEN, body.len().saturating_add(1))?;
                Writer::new(space).put(&head(BODY, *channel, len));
                out.put_payload(body);
                out.put_payload(&[END]);
                Ok(())
            }
        }
    }

    /// Writes a body in as many frames as it takes; an empty one in none.
    ///
    /// All of it, or nothing. An output that shares memory keeps the body where it is.
    pub fn encode_body(channel: u16, body: &[u8], frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        check(channel, 0, frame_max)?;
        // Room for all of them is made sure of before the first is written.
        out.space(0, Self::body_len(body.len(), frame_max)?)?;
        for piece in body.chunks(most(frame_max)?) {
            Frame::Body(channel, piece).encode(frame_max, out)?;
        }
        Ok(())
    }
}

/// Whether a frame with content can be on this channel, and is not too large; its length.
#[inline]
fn check(channel: u16, len: usize, frame_max: u32) -> Result<u32, EncodeError> {
    if channel == 0 {
        return Err(EncodeError::Channel);
    }
    fits(len, frame_max)
}

/// How many bytes of body fit into a frame: at least one.
fn most(frame_max: u32) -> Result<usize, EncodeError> {
    let most = if frame_max == 0 { u32::MAX } else { frame_max };
    match usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(AROUND) {
        0 => Err(EncodeError::FrameTooLarge),
        most => Ok(most),
    }
}

#[inline]
fn fits(len: usize, frame_max: u32) -> Result<u32, EncodeError> {
    // Around a payload are eight bytes.
    let most = if frame_max == 0 { u32::MAX } else { frame_max }.saturating_sub(8);
    match u32::try_from(len) {
        Ok(len) if len <= most => Ok(len),
        _ => Err(EncodeError::FrameTooLarge),
    }
}

#[inline]
const fn head(kind: u8, channel: u16, len: u32) -> [u8; HEAD_LEN] {
    let ([high, low], [a, b, c, d]) = (channel.to_be_bytes(), len.to_be_bytes());
    [kind, high, low, a, b, c, d]
}
