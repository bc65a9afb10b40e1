//! The encoder: frames out, one by one or a message whole.

use super::frame::{BODY, END, HEAD_LEN, HEADER, HEARTBEAT, METHOD};
use super::header::BASIC;
use super::{ContentHeader, EncodeError, Frame, Method, MethodId, Properties, ProtocolHeader};
use crate::Output;
use crate::write::Writer;

/// The bytes around a payload.
const AROUND: usize = 8;

/// The arguments of a method, measured and put: what the table of methods makes for each.
pub(super) trait Arguments {
    const ID: MethodId;

    /// Their length, if they can be sent.
    fn measure(&self) -> Result<usize, EncodeError>;

    /// Puts them, and the frame's end.
    fn put(&self, out: Writer<'_>);
}

/// A message whole: what an [`Assembler`](super::Assembler) makes of frames, and what becomes frames again.
///
/// ```
/// use fourwire::amqp::{BasicProperties, Message, basic};
///
/// let properties = BasicProperties { content_type: Some("text/plain".into()), ..BasicProperties::default() };
/// let publish = basic::Publish { routing_key: "orders.eu".into(), ..basic::Publish::default() };
/// let message = Message { method: publish.into(), properties: (&properties).into(), body: b"hello" };
///
/// let (channel, frame_max) = (1, 131_072);
/// let mut out = Vec::new();
/// message.encode(channel, frame_max, &mut out)?;
/// assert_eq!(out.len(), message.encoded_len(frame_max));
/// # Ok::<(), fourwire::amqp::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Message<'m> {
    /// The method that it comes with: `basic.publish`, `basic.deliver`, `basic.get-ok` or `basic.return`.
    pub method: Method<'m>,
    /// Its properties.
    pub properties: Properties<'m>,
    /// Its body.
    pub body: &'m [u8],
}

impl Message<'_> {
    /// How many bytes its frames take, if they can be sent.
    pub fn encoded_len(&self, frame_max: u32) -> usize {
        let head = Frame::Method(1, self.method).encoded_len();
        let header = self.properties.measure().map_or(0, |len| len.saturating_add(12 + AROUND));
        head.saturating_add(header).saturating_add(body_len(self.body.len(), frame_max).unwrap_or(0))
    }

    /// Writes method, content header, and the body in as many frames as it takes, none of them larger than `frame_max`;
    /// 0 is no limit.
    ///
    /// All of it, or nothing. An output that shares memory keeps the body where it is.
    #[inline]
    pub fn encode(&self, channel: u16, frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        let (properties, body) = (&self.properties, self.body);
        match &self.method {
            Method::BasicPublish(publish) => message(channel, publish, properties, body, frame_max, out),
            Method::BasicDeliver(deliver) => message(channel, deliver, properties, body, frame_max, out),
            Method::BasicGetOk(got) => message(channel, got, properties, body, frame_max, out),
            Method::BasicReturn(returned) => message(channel, returned, properties, body, frame_max, out),
            _ => Err(EncodeError::NoContent),
        }
    }
}

impl Frame<'_> {
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
    /// What the peer may close the connection for is refused: short strings of more than 255 bytes, keys of more than
    /// 128, a method on the wrong channel. Of a body there may be several frames: see
    /// [`encode_body`](Self::encode_body), and [`Message`] for all that belongs together.
    #[inline]
    pub fn encode(&self, frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        // Each has a function, so that this one is a jump and no more.
        match self {
            Self::ProtocolHeader(header) => {
                let ProtocolHeader { protocol_id, major, minor, revision } = *header;
                eight([b'A', b'M', b'Q', b'P', protocol_id, major, minor, revision], out)
            }
            Self::Heartbeat => eight([HEARTBEAT, 0, 0, 0, 0, 0, 0, END], out),
            Self::Method(channel, method) => method.encode(*channel, frame_max, out),
            Self::Header(channel, content) => header(*channel, content, frame_max, out),
            Self::Body(channel, piece) => body(*channel, piece, frame_max, out),
        }
    }

    /// Writes a body in as many frames as it takes; an empty one in none.
    ///
    /// All of it, or nothing. An output that shares memory keeps the body where it is.
    pub fn encode_body(channel: u16, body: &[u8], frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
        check(channel, 0, frame_max)?;
        // Room for all of them is made sure of before the first is written.
        out.space(0, body_len(body.len(), frame_max)?)?;
        for piece in body.chunks(most(frame_max)?) {
            self::body(channel, piece, frame_max, out)?;
        }
        Ok(())
    }
}

#[inline(never)]
fn eight(bytes: [u8; 8], out: &mut impl Output) -> Result<(), EncodeError> {
    Writer::new(out.space(AROUND, 0)?).put(&bytes);
    Ok(())
}

/// Writes a method's frame.
#[inline(never)]
pub(super) fn method<A: Arguments>(
    channel: u16,
    arguments: &A,
    frame_max: u32,
    out: &mut impl Output,
) -> Result<(), EncodeError> {
    let len = method_len(channel, arguments, frame_max)?;
    let space = Writer::new(out.space(whole(len), 0)?);
    put_method(channel, len, arguments, space);
    Ok(())
}

/// Writes a content header's frame.
#[inline(never)]
fn header(channel: u16, header: &ContentHeader<'_>, frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
    let len = header_len(channel, &header.properties, frame_max)?;
    let space = Writer::new(out.space(whole(len), 0)?);
    put_header(channel, len, header.body_size, &header.properties, space);
    Ok(())
}

/// Writes a frame with a piece of a body.
#[inline(never)]
fn body(channel: u16, piece: &[u8], frame_max: u32, out: &mut impl Output) -> Result<(), EncodeError> {
    let len = check(channel, piece.len(), frame_max)?;
    let space = out.space(HEAD_LEN, piece.len().saturating_add(1))?;
    Writer::new(space).put(&head(BODY, channel, len));
    out.put_payload(piece);
    out.put_payload(&[END]);
    Ok(())
}

/// Writes a message whole: all heads before the body in one piece of space.
#[inline]
pub(super) fn message<A: Arguments>(
    channel: u16,
    arguments: &A,
    properties: &Properties<'_>,
    body: &[u8],
    frame_max: u32,
    out: &mut impl Output,
) -> Result<(), EncodeError> {
    let method = method_len(channel, arguments, frame_max)?;
    let header = header_len(channel, properties, frame_max)?;
    let bodies = body_len(body.len(), frame_max)?;
    let mut pieces = body.chunks(most(frame_max)?);
    let first = pieces.next();

    let (of_method, first_head) = (whole(method), if first.is_some() { HEAD_LEN } else { 0 });
    let heads = of_method.saturating_add(whole(header)).saturating_add(first_head);
    let of_first = first.map_or(0, |first| first.len().saturating_add(1));
    if first.is_some_and(|first| first.len() < body.len()) {
        // Room for all of them is made sure of before the first is written.
        out.space(0, heads.saturating_add(bodies).saturating_sub(first_head))?;
    }
    let space = out.space(heads, of_first)?;
    let Some((space, rest)) = space.split_at_mut_checked(of_method) else { return Ok(()) };
    put_method(channel, method, arguments, Writer::new(space));
    let Some((space, rest)) = rest.split_at_mut_checked(whole(header)) else { return Ok(()) };
    put_header(channel, header, u64::try_from(body.len()).unwrap_or(u64::MAX), properties, Writer::new(space));

    if let Some(first) = first {
        Writer::new(rest).put(&head(BODY, channel, u32::try_from(first.len()).unwrap_or(u32::MAX)));
        out.put_payload(first);
        out.put_payload(&[END]);
        for piece in pieces {
            self::body(channel, piece, frame_max, out)?;
        }
    }
    Ok(())
}

#[inline]
fn method_len<A: Arguments>(channel: u16, arguments: &A, frame_max: u32) -> Result<u32, EncodeError> {
    if A::ID.is_connection() != (channel == 0) {
        return Err(EncodeError::Channel);
    }
    fits(arguments.measure()?.saturating_add(4), frame_max)
}

#[inline]
fn put_method<A: Arguments>(channel: u16, len: u32, arguments: &A, mut space: Writer<'_>) {
    let [kind, c1, c0, l3, l2, l1, l0] = head(METHOD, channel, len);
    let ([i3, i2], [i1, i0]) = (A::ID.class().to_be_bytes(), A::ID.method().to_be_bytes());
    space.put(&[kind, c1, c0, l3, l2, l1, l0, i3, i2, i1, i0]);
    arguments.put(space);
}

#[inline]
fn header_len(channel: u16, properties: &Properties<'_>, frame_max: u32) -> Result<u32, EncodeError> {
    check(channel, properties.measure()?.saturating_add(12), frame_max)
}

#[inline]
fn put_header(channel: u16, len: u32, body_size: u64, properties: &Properties<'_>, mut space: Writer<'_>) {
    let [kind, c1, c0, l3, l2, l1, l0] = head(HEADER, channel, len);
    let [class_high, class_low] = BASIC.to_be_bytes();
    space.put_head([kind, c1, c0, l3, l2, l1, l0, class_high, class_low, 0, 0], &body_size.to_be_bytes());
    properties.put(space);
}

/// The length of all frames that a body of this length takes.
#[inline]
pub(super) fn body_len(len: usize, frame_max: u32) -> Result<usize, EncodeError> {
    let most = most(frame_max)?;
    // Most bodies need one frame, and a division takes longer than the rest of this.
    let frames = if len <= most { usize::from(len > 0) } else { len.div_ceil(most) };
    Ok(len.saturating_add(frames.saturating_mul(AROUND)))
}

/// The length of a frame with a payload of this length.
#[inline]
fn whole(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX).saturating_add(AROUND)
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
#[inline]
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
