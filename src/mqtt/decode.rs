//! The decoder: bytes in, packets out.

use super::header::{FixedHeader, NOT_MINIMAL};
use super::{
    DecodeError, ErrorKind, Limits, Packet, PacketType, Publish, Version, ack, connack, connect, disconnect, publish,
    suback, subscribe,
};
use crate::read::{Fault, unwrap};

/// Cuts a stream of bytes into packets, and checks every rule that bytes alone can break.
///
/// One decoder serves one direction of one connection. It learns the version from a CONNECT that it decodes, so a
/// server starts with any version; a client's decoder is told.
///
/// ```
/// use fourwire::mqtt::{Decoder, Packet, Version};
///
/// let mut decoder = Decoder::new(Version::V3_1_1);
/// let mut input: &[u8] = b"\x30\x08\x00\x04roomhi\x40\x02\x00";
/// let (packet, used) = decoder.decode(input)?.expect("a whole packet");
/// let Packet::Publish(publish) = packet else { panic!("not a PUBLISH") };
/// assert_eq!((publish.topic, publish.payload), ("room", &b"hi"[..]));
///
/// // The rest is the beginning of a PUBACK: call again with more bytes behind it.
/// input = &input[used..];
/// assert_eq!(decoder.decode(input)?, None);
/// # Ok::<(), fourwire::mqtt::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    version: Version,
    limits: Limits,
    /// Payload bytes that are still to come of a PUBLISH taken in parts.
    remaining: u32,
}

/// A packet, or a part of a PUBLISH that is too large to be held whole.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Part<'i> {
    /// A whole packet.
    Packet(Packet<'i>),
    /// A PUBLISH without its payload, which follows in pieces of `payload_len` bytes in all.
    Head {
        /// The PUBLISH; its payload is empty.
        publish: Publish<'i>,
        /// How many bytes of payload follow.
        payload_len: u32,
    },
    /// A piece of the payload.
    Payload {
        /// The piece, not empty.
        bytes: &'i [u8],
        /// How many bytes are still to come; 0 with the last piece.
        remaining: u32,
    },
}

impl Decoder {
    /// A decoder with the default [`Limits`].
    pub fn new(version: Version) -> Self {
        Self::with_limits(version, Limits::default())
    }

    /// A decoder with other limits.
    pub const fn with_limits(version: Version, limits: Limits) -> Self {
        Self { version, limits, remaining: 0 }
    }

    /// The version in use: as told, or as the last CONNECT said.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Sets the version, from the next packet on.
    pub const fn set_version(&mut self, version: Version) {
        self.version = version;
    }

    /// The limits in use.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets other limits, from the next packet on.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Decodes the packet at the start of `input`, and says how many bytes it took.
    ///
    /// `None` if the input ends before the packet does: call again with the same bytes and more behind them.
    /// An error is final; the offset counts from the start of `input`.
    #[inline]
    pub fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Packet<'i>, usize)>, DecodeError> {
        let Some(header) = FixedHeader::read(input, self.version)? else { return Ok(None) };
        let total = self.within(&header, self.limits.packet)?;
        self.whole(input, &header, total)
    }

    /// Decodes the packet, or the part of one, at the start of `input`.
    ///
    /// A PUBLISH larger than [`Limits::packet`] comes as its head and then as pieces of its payload, as they are there;
    /// all other packets come whole.
    pub fn decode_part<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Part<'i>, usize)>, DecodeError> {
        if self.remaining > 0 {
            return Ok(self.piece(input));
        }
        let Some(header) = FixedHeader::read(input, self.version)? else { return Ok(None) };
        let is_publish = header.packet_type == PacketType::Publish;
        let limit = if is_publish { self.limits.publish.max(self.limits.packet) } else { self.limits.packet };
        let total = self.within(&header, limit)?;
        if is_publish && total > usize::try_from(self.limits.packet).unwrap_or(usize::MAX) {
            return self.head(input, &header);
        }
        let whole = self.whole(input, &header, total)?;
        Ok(whole.map(|(packet, used)| (Part::Packet(packet), used)))
    }

    /// The whole packet's length, if it is within `limit`.
    #[inline]
    fn within(&self, header: &FixedHeader, limit: u32) -> Result<usize, DecodeError> {
        // These have no body: one that is announced need not be waited for.
        if matches!(header.packet_type, PacketType::PingReq | PacketType::PingResp) && header.remaining > 0 {
            return Err(DecodeError { kind: ErrorKind::TrailingBytes, offset: header.len });
        }
        let total = usize::try_from(header.remaining).unwrap_or(usize::MAX).saturating_add(header.len);
        if total > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(DecodeError { kind: ErrorKind::PacketTooLarge, offset: 1 });
        }
        Ok(total)
    }

    #[inline]
    fn whole<'i>(&mut self, input: &'i [u8], header: &FixedHeader, total: usize) -> Decoded<'i> {
        let Some(body) = input.get(header.len..total) else { return Ok(None) };
        let packet = header.packet_type;
        match packet {
            PacketType::Publish => publish::decode(header.first, body, self.version, self.limits.payload_format, total),
            PacketType::PubAck => done(ack::decode(packet, body, self.version).map(Packet::PubAck), total),
            PacketType::PubRec => done(ack::decode(packet, body, self.version).map(Packet::PubRec), total),
            PacketType::PubRel => done(ack::decode(packet, body, self.version).map(Packet::PubRel), total),
            PacketType::PubComp => done(ack::decode(packet, body, self.version).map(Packet::PubComp), total),
            PacketType::PingReq => Ok(Some((Packet::PingReq, total))),
            PacketType::PingResp => Ok(Some((Packet::PingResp, total))),
            PacketType::Connect => self.connect(header, body, total),
            _ => other(packet, body, self.version, total),
        }
    }

    /// A CONNECT, which tells its own version; only then is it known whether the length before it had to be minimal.
    fn connect<'i>(&mut self, header: &FixedHeader, body: &'i [u8], total: usize) -> Decoded<'i> {
        let (connect, version) = connect::decode(body).map_err(|error| locate(error, total))?;
        if !header.minimal && version.is_v5() {
            return Err(NOT_MINIMAL);
        }
        self.version = version;
        Ok(Some((Packet::Connect(connect), total)))
    }

    /// The head of a PUBLISH, once it is there. The head itself must be within [`Limits::packet`].
    fn head<'i>(&mut self, input: &'i [u8], header: &FixedHeader) -> Result<Option<(Part<'i>, usize)>, DecodeError> {
        let body = input.get(header.len..).unwrap_or_default();
        let declared = usize::try_from(header.remaining).unwrap_or(usize::MAX);
        let Some(span) = publish::head_span(header.first, body, self.version) else { return Ok(None) };
        // A head that claims more than the packet has is for the parser to refuse, at the packet's end.
        let span = span.min(declared);
        let used = span.saturating_add(header.len);
        if used > usize::try_from(self.limits.packet).unwrap_or(usize::MAX) {
            return Err(DecodeError { kind: ErrorKind::PacketTooLarge, offset: header.len });
        }
        let Some(head) = body.get(..span) else { return Ok(None) };
        let publish = publish::head(header.first, head, self.version).map_err(|error| locate(error, used))?;
        let payload_len = u32::try_from(declared.saturating_sub(span)).unwrap_or(u32::MAX);
        self.remaining = payload_len;
        Ok(Some((Part::Head { publish, payload_len }, used)))
    }

    /// The next piece of a payload: what is there of it.
    fn piece<'i>(&mut self, input: &'i [u8]) -> Option<(Part<'i>, usize)> {
        let wanted = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        let bytes = input.get(..wanted).unwrap_or(input);
        if bytes.is_empty() {
            return None;
        }
        let remaining = self.remaining.saturating_sub(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.remaining = remaining;
        Some((Part::Payload { bytes, remaining }, bytes.len()))
    }
}

/// What [`Decoder::decode`] returns. Each packet's function makes all of it: a packet that is handed on from one to the
/// next is copied each time.
pub(super) type Decoded<'i> = Result<Option<(Packet<'i>, usize)>, DecodeError>;

/// The packets that come once in a while.
#[inline(never)]
fn other(packet: PacketType, body: &[u8], version: Version, total: usize) -> Decoded<'_> {
    let packet = match packet {
        PacketType::ConnAck => connack::decode(body, version).map(Packet::ConnAck),
        PacketType::Subscribe => subscribe::decode_subscribe(body, version).map(Packet::Subscribe),
        PacketType::SubAck => suback::decode_suback(body, version).map(Packet::SubAck),
        PacketType::Unsubscribe => subscribe::decode_unsubscribe(body, version).map(Packet::Unsubscribe),
        PacketType::UnsubAck => suback::decode_unsuback(body, version).map(Packet::UnsubAck),
        PacketType::Disconnect => disconnect::decode_disconnect(body, version).map(Packet::Disconnect),
        // All others have functions of their own.
        _ => disconnect::decode_auth(body).map(Packet::Auth),
    };
    done(packet, total)
}

/// A whole packet, or where in the input its fault is.
#[inline]
pub(super) fn done(packet: Result<Packet<'_>, nom::Err<Fault<ErrorKind>>>, total: usize) -> Decoded<'_> {
    match packet {
        Ok(packet) => Ok(Some((packet, total))),
        Err(error) => Err(locate(error, total)),
    }
}

/// Turns what was left at a fault into an offset from the packet's start.
#[cold]
fn locate(error: nom::Err<Fault<ErrorKind>>, total: usize) -> DecodeError {
    let Fault { kind, left } = unwrap(error);
    DecodeError { kind, offset: total.saturating_sub(left) }
}
