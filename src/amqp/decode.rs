//! The decoder: bytes in, frames out.

use super::domain::Fields;
use super::error::Unit;
use super::frame::{BODY, END, HEAD_LEN, HEADER, HEARTBEAT, METHOD};
use super::header::BASIC;
use super::methods::CONNECTION;
use super::table::Rules;
use super::{
    ContentHeader, DecodeError, Dialect, ErrorKind, Frame, Limits, Method, MethodId, Properties, ProtocolHeader, basic,
};

/// Cuts a stream of bytes into frames, and checks every rule that bytes alone can break.
///
/// One decoder serves one direction of one connection. What the first bytes may be besides a frame is a protocol header.
///
/// ```
/// use fourwire::amqp::{Decoder, Frame, Method};
///
/// let mut decoder = Decoder::new();
/// let input = b"\x01\x00\x01\x00\x00\x00\x0D\x00\x3C\x00\x50\x00\x00\x00\x00\x00\x00\x00\x07\x01\xCE\x08\x00";
/// let (frame, used) = decoder.decode(input)?.expect("a whole frame");
/// let Frame::Method(1, Method::BasicAck(ack)) = frame else { panic!("not an acknowledgement") };
/// assert_eq!((ack.delivery_tag, ack.multiple), (7, true));
///
/// // The rest is the beginning of a heartbeat: call again with more bytes behind it.
/// assert_eq!(decoder.decode(&input[used..])?, None);
/// # Ok::<(), fourwire::amqp::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    limits: Limits,
    rules: Rules,
    /// What comes may be a protocol header. Seldom written: rules that are read together with it would wait for that.
    first: bool,
}

pub(super) type Decoded<'i> = Result<Option<(Frame<'i>, usize)>, DecodeError>;

impl Decoder {
    /// A decoder with the default [`Limits`].
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// A decoder with other limits.
    pub const fn with_limits(limits: Limits) -> Self {
        Self { limits, rules: Rules::new(limits.depth, Dialect::RabbitMq), first: true }
    }

    /// The same, for tables in another dialect than RabbitMQ's.
    #[must_use]
    pub const fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.rules = Rules::new(self.limits.depth, dialect);
        self
    }

    /// The dialect in use.
    pub const fn dialect(&self) -> Dialect {
        self.rules.dialect()
    }

    /// The limits in use.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets other limits, from the next frame on: when both ends have agreed on a `frame-max`.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.rules = Rules::new(limits.depth, self.rules.dialect());
    }

    /// Decodes the frame at the start of `input`, and says how many bytes it took.
    ///
    /// `None` if the input ends before the frame does: call again with the same bytes and more behind them. An error is
    /// final; the offset counts from the start of `input`.
    #[inline]
    pub fn decode<'i>(&mut self, input: &'i [u8]) -> Decoded<'i> {
        let Some(first) = input.first() else { return Ok(None) };
        if self.first {
            if *first == b'A' {
                let header = protocol_header(input)?;
                self.first = header.is_none();
                return Ok(header);
            }
            self.first = false;
        }
        self.frame(input)
    }

    // Frames are large: each function here returns what the next one has returned, and does not look at it, so that each
    // frame is made where the caller wants it.

    #[inline]
    fn frame<'i>(&self, input: &'i [u8]) -> Decoded<'i> {
        let Some((head, behind)) = input.split_first_chunk::<HEAD_LEN>() else { return early(input) };
        let [kind, c1, c0, l3, l2, l1, l0] = *head;
        let channel = u16::from_be_bytes([c1, c0]);
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        // What can be said of the head alone is said later where that is cheaper, and yet of the head alone.
        let is_too_large = length > self.limits.frame.saturating_sub(8);
        let len = if is_too_large { usize::MAX } else { usize::try_from(length).unwrap_or(usize::MAX) };
        let Some((payload, [end, ..])) = behind.split_at_checked(len) else {
            return not_whole(kind, channel, length, is_too_large);
        };
        let used = len.saturating_add(8);
        if *end != END {
            return no_end(kind, channel, length);
        }
        match kind {
            METHOD => method(channel, payload, self.rules, used),
            HEADER if channel != 0 => header(channel, payload, self.rules, used),
            BODY if channel != 0 => Ok(Some((Frame::Body(channel, payload), used))),
            _ => heartbeat(kind, channel, length, used),
        }
    }
}

const DELIVER: u32 = wire_id(MethodId::BasicDeliver);
const ACK: u32 = wire_id(MethodId::BasicAck);
const PUBLISH: u32 = wire_id(MethodId::BasicPublish);

/// Class and method as they are on the wire.
const fn wire_id(id: MethodId) -> u32 {
    (id.class() as u32) << 16 | id.method() as u32
}

/// The frame is not all there, or is larger than it may be.
#[cold]
fn not_whole<'i>(kind: u8, channel: u16, length: u32, is_too_large: bool) -> Decoded<'i> {
    check_head(kind, channel, length)?;
    if is_too_large { Err(DecodeError { kind: ErrorKind::FrameTooLarge, offset: 3 }) } else { Ok(None) }
}

#[cold]
fn no_end<'i>(kind: u8, channel: u16, length: u32) -> Decoded<'i> {
    check_head(kind, channel, length)?;
    let offset = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(HEAD_LEN);
    Err(DecodeError { kind: ErrorKind::FrameEnd, offset })
}

/// A heartbeat, or what cannot be.
#[cold]
fn heartbeat<'i>(kind: u8, channel: u16, length: u32, used: usize) -> Decoded<'i> {
    check_head(kind, channel, length)?;
    Ok(Some((Frame::Heartbeat, used)))
}

#[inline]
fn method(channel: u16, payload: &[u8], rules: Rules, used: usize) -> Decoded<'_> {
    let Some(([c1, c0, m1, m0], arguments)) = payload.split_first_chunk() else {
        return Err(DecodeError { kind: ErrorKind::NoMethod, offset: HEAD_LEN });
    };
    let (class, method) = (u16::from_be_bytes([*c1, *c0]), u16::from_be_bytes([*m1, *m0]));
    if (class == CONNECTION) != (channel == 0) {
        return Err(no_method(class, method));
    }
    // The three that come with each message are found by a look at each; of the others there are too many for that.
    let id = u32::from_be_bytes([*c1, *c0, *m1, *m0]);
    if id == DELIVER {
        basic::Deliver::decode(arguments, rules, channel, used)
    } else if id == ACK {
        basic::Ack::decode(arguments, rules, channel, used)
    } else if id == PUBLISH {
        basic::Publish::decode(arguments, rules, channel, used)
    } else {
        Method::decode((class, method), arguments, rules, channel, used)
    }
}

/// Why this cannot be a method here.
#[cold]
pub(super) const fn no_method(class: u16, method: u16) -> DecodeError {
    match MethodId::from_ids(class, method) {
        Some(id) => DecodeError { kind: ErrorKind::MethodChannel(id), offset: 1 },
        None => DecodeError { kind: ErrorKind::UnknownMethod { class, method }, offset: HEAD_LEN },
    }
}

fn header(channel: u16, payload: &[u8], rules: Rules, used: usize) -> Decoded<'_> {
    let wrong = |kind, offset| Err(DecodeError { kind, offset });
    let Some(([c1, c0, w1, w0], rest)) = payload.split_first_chunk() else {
        return wrong(ErrorKind::Truncated(Unit::Header), HEAD_LEN);
    };
    let class = u16::from_be_bytes([*c1, *c0]);
    if class != BASIC {
        return wrong(ErrorKind::ContentClass(class), HEAD_LEN);
    }
    if [*w1, *w0] != [0, 0] {
        return wrong(ErrorKind::Weight, HEAD_LEN + 2);
    }
    let Some((size, rest)) = rest.split_first_chunk() else {
        return wrong(ErrorKind::Truncated(Unit::Header), HEAD_LEN);
    };
    let properties = Properties::read(&mut Fields::new(rest, Unit::Header, rules.tolerant(), used))?;
    let header = ContentHeader { body_size: u64::from_be_bytes(*size), properties };
    Ok(Some((Frame::Header(channel, header), used)))
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

/// What can be said of a head that is not whole.
#[cold]
fn early(input: &[u8]) -> Decoded<'_> {
    match input {
        [kind, c1, c0, ..] => check_head(*kind, u16::from_be_bytes([*c1, *c0]), 0)?,
        [kind, ..] if !is_frame_type(*kind) => return Err(DecodeError { kind: ErrorKind::FrameType, offset: 0 }),
        _ => {}
    }
    // A heartbeat has no length.
    if input.first() == Some(&HEARTBEAT) {
        if let Some(at) = input.iter().skip(3).position(|byte| *byte != 0) {
            let _ = at;
            return Err(DecodeError { kind: ErrorKind::HeartbeatPayload, offset: 3 });
        }
    }
    Ok(None)
}

#[inline]
const fn is_frame_type(kind: u8) -> bool {
    matches!(kind, METHOD | HEADER | BODY | HEARTBEAT)
}

/// The rules of type, channel and length.
#[inline]
fn check_head(kind: u8, channel: u16, length: u32) -> Result<(), DecodeError> {
    let (kind, offset) = match (kind, channel, length) {
        (METHOD, ..) | (HEADER | BODY, 1.., _) | (HEARTBEAT, 0, 0) => return Ok(()),
        (HEADER | BODY, ..) => (ErrorKind::ContentOnChannel0, 1),
        (HEARTBEAT, 1.., _) => (ErrorKind::HeartbeatChannel, 1),
        (HEARTBEAT, ..) => (ErrorKind::HeartbeatPayload, 3),
        _ => (ErrorKind::FrameType, 0),
    };
    Err(DecodeError { kind, offset })
}

/// `AMQP` and four numbers, as many as are there.
#[cold]
fn protocol_header(input: &[u8]) -> Decoded<'_> {
    if let Some(offset) = input.iter().zip(b"AMQP").position(|(is, wanted)| is != wanted) {
        return Err(DecodeError { kind: ErrorKind::ProtocolHeader, offset });
    }
    let Some([_, _, _, _, protocol_id, major, minor, revision]) = input.first_chunk() else { return Ok(None) };
    let header = ProtocolHeader { protocol_id: *protocol_id, major: *major, minor: *minor, revision: *revision };
    Ok(Some((Frame::ProtocolHeader(header), 8)))
}
