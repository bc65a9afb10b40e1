//! Bytes in, frames out.

use super::reader::{Error, Kind, Reader};
use super::table::Table;
use crate::vectors::FRAME_MAX;

#[allow(dead_code, reason = "made for whoever decodes, who is not here")]
pub enum Frame<'a> {
    ProtocolHeader([u8; 4]),
    Method(u16, Method<'a>),
    Header(u16, Header<'a>),
    Body(u16, &'a [u8]),
    Heartbeat,
}

#[allow(dead_code, reason = "the same")]
pub enum Method<'a> {
    Deliver(Deliver<'a>),
    Ack {
        delivery_tag: u64,
        multiple: bool,
    },
    QueueDeclare(QueueDeclare<'a>),
    /// What the rows do not hold: proved, by its signature.
    Other {
        class: u16,
        method: u16,
        arguments: &'a [u8],
    },
}

#[derive(Clone, Copy)]
pub struct Deliver<'a> {
    pub consumer_tag: &'a [u8],
    pub delivery_tag: u64,
    pub redelivered: bool,
    pub exchange: &'a [u8],
    pub routing_key: &'a [u8],
}

#[derive(Clone, Copy)]
pub struct QueueDeclare<'a> {
    pub queue: &'a [u8],
    pub passive: bool,
    pub durable: bool,
    pub exclusive: bool,
    pub auto_delete: bool,
    pub no_wait: bool,
    pub arguments: Table<'a>,
}

/// Properties that were proved.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    pub body_size: u64,
    pub flags: u16,
    pub properties: &'a [u8],
}

#[derive(Clone, Copy)]
pub struct Properties<'a, T = Table<'a>> {
    pub content_type: Option<&'a [u8]>,
    pub content_encoding: Option<&'a [u8]>,
    pub headers: Option<T>,
    pub delivery_mode: Option<u8>,
    pub priority: Option<u8>,
    pub correlation_id: Option<&'a [u8]>,
    pub reply_to: Option<&'a [u8]>,
    pub expiration: Option<&'a [u8]>,
    pub message_id: Option<&'a [u8]>,
    pub timestamp: Option<u64>,
    pub kind: Option<&'a [u8]>,
    pub user_id: Option<&'a [u8]>,
    pub app_id: Option<&'a [u8]>,
    pub cluster_id: Option<&'a [u8]>,
}

impl<T> Properties<'_, T> {
    pub const EMPTY: Self = Self {
        content_type: None,
        content_encoding: None,
        headers: None,
        delivery_mode: None,
        priority: None,
        correlation_id: None,
        reply_to: None,
        expiration: None,
        message_id: None,
        timestamp: None,
        kind: None,
        user_id: None,
        app_id: None,
        cluster_id: None,
    };
}

#[derive(Default)]
pub struct Decoder {
    begun: bool,
}

type Decoded<'a> = Result<Option<(Frame<'a>, usize)>, Error>;

impl Decoder {
    #[inline]
    pub fn decode<'a>(&mut self, input: &'a [u8]) -> Decoded<'a> {
        if !self.begun && input.first() == Some(&b'A') {
            return protocol_header(input);
        }
        self.frame(input)
    }

    #[inline]
    fn frame<'a>(&mut self, input: &'a [u8]) -> Decoded<'a> {
        let Some((&[kind, c1, c0, l3, l2, l1, l0], behind)) = input.split_first_chunk() else { return Ok(None) };
        let channel = u16::from_be_bytes([c1, c0]);
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        if length > FRAME_MAX - 8 {
            return Err(Error { kind: Kind::FrameTooLarge, offset: 3 });
        }
        let length = length as usize;
        let Some((payload, &[end, ..])) = behind.split_at_checked(length) else { return Ok(None) };
        if end != 0xce {
            return Err(Error { kind: Kind::FrameEnd, offset: length + 7 });
        }
        self.begun = true;
        let left = Reader::new(payload, length + 7);
        let used = length + 8;
        match kind {
            1 => method(channel, left, used),
            2 if channel != 0 => header(channel, left, used),
            3 if channel != 0 => Ok(Some((Frame::Body(channel, payload), used))),
            8 if channel == 0 && length == 0 => Ok(Some((Frame::Heartbeat, used))),
            2 | 3 | 8 => Err(Error { kind: Kind::Channel, offset: 1 }),
            _ => Err(Error { kind: Kind::FrameType, offset: 0 }),
        }
    }
}

#[cold]
fn protocol_header(input: &[u8]) -> Decoded<'_> {
    if let Some(offset) = input.iter().zip(b"AMQP").position(|(is, wanted)| is != wanted) {
        return Err(Error { kind: Kind::ProtocolHeader, offset });
    }
    Ok(input.first_chunk().map(|&[_, _, _, _, a, b, c, d]| (Frame::ProtocolHeader([a, b, c, d]), 8)))
}

// What these return is large: each makes all of it, so that nobody copies it.

#[inline]
fn method<'a>(channel: u16, mut left: Reader<'a>, used: usize) -> Decoded<'a> {
    let (class, method) = (left.u16()?, left.u16()?);
    if (class == 10) != (channel == 0) {
        return Err(Error { kind: Kind::Channel, offset: 1 });
    }
    let made = |method| Ok(Some((Frame::Method(channel, method), used)));
    match (class, method) {
        (60, 60) => {
            let (consumer_tag, delivery_tag, bits) = (left.short()?, left.u64()?, left.u8()?);
            let (exchange, routing_key) = (left.short()?, left.short()?);
            left.end()?;
            let redelivered = bits & 1 != 0;
            made(Method::Deliver(Deliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key }))
        }
        (60, 80) => {
            let (delivery_tag, bits) = (left.u64()?, left.u8()?);
            left.end()?;
            made(Method::Ack { delivery_tag, multiple: bits & 1 != 0 })
        }
        (50, 10) => {
            left.u16()?;
            let (queue, bits, arguments) = (left.short()?, left.u8()?, left.table(false)?);
            left.end()?;
            made(Method::QueueDeclare(QueueDeclare {
                queue,
                passive: bits & 1 != 0,
                durable: bits & 2 != 0,
                exclusive: bits & 4 != 0,
                auto_delete: bits & 8 != 0,
                no_wait: bits & 16 != 0,
                arguments,
            }))
        }
        _ => {
            let arguments = other(class, method, left)?;
            made(Method::Other { class, method, arguments })
        }
    }
}

#[cold]
fn other(class: u16, method: u16, mut left: Reader<'_>) -> Result<&[u8], Error> {
    let arguments = left.rest;
    let Some(signature) = signature(class, method) else { return Err(left.error(Kind::Method)) };
    for field in signature.bytes() {
        match field {
            b'1' => _ = left.u8()?,
            b'2' => _ = left.u16()?,
            b'4' => _ = left.u32()?,
            b'8' => _ = left.u64()?,
            b's' => _ = left.short()?,
            b'S' => _ = left.long()?,
            _ => _ = left.table(false)?,
        }
    }
    left.end()?;
    Ok(arguments)
}

/// The fields: how many octets, or a short string, a long one, or a table. Bits together are an octet.
fn signature(class: u16, method: u16) -> Option<&'static str> {
    Some(match (class, method) {
        (10, 10) => "11TSS",
        (10, 11) => "TsSs",
        (10, 20 | 21) => "S",
        (10, 30 | 31) => "242",
        (10, 40) => "ss1",
        (10, 41) => "s",
        (10, 50) | (20, 40) => "2s22",
        (10, 51 | 61 | 71) => "",
        (10, 60) => "s",
        (10, 70) => "Ss",
        (20, 10) => "s",
        (20, 11) => "S",
        (20, 20 | 21) => "1",
        (20, 41) => "",
        (30, 10) => "s1",
        (30, 11) => "2",
        (40, 10) => "2ss1T",
        (40, 20) => "2s1",
        (40, 30 | 40) => "2sss1T",
        (40, 11 | 21 | 31 | 51) => "",
        (50, 11) => "s44",
        (50, 20) => "2sss1T",
        (50, 30) => "2s1",
        (50, 31 | 41) => "4",
        (50, 40) => "2s1",
        (50, 50) => "2sssT",
        (50, 21 | 51) => "",
        (60, 10) => "421",
        (60, 11 | 111) => "",
        (60, 20) => "2ss1T",
        (60, 21 | 31 | 72) => "s",
        (60, 30) => "s1",
        (60, 40) => "2ss1",
        (60, 50) => "2sss",
        (60, 70) => "2s1",
        (60, 71) => "81ss4",
        (60, 90 | 120) => "81",
        (60, 100 | 110) => "1",
        (85, 10) => "1",
        (85, 11) | (90, 10 | 11 | 20 | 21 | 30 | 31) => "",
        _ => return None,
    })
}

#[inline]
fn header<'a>(channel: u16, mut left: Reader<'a>, used: usize) -> Decoded<'a> {
    let (class, weight) = (left.u16()?, left.u16()?);
    if (class, weight) != (60, 0) {
        return Err(left.error(Kind::Header));
    }
    let (body_size, flags) = (left.u64()?, left.u16()?);
    let properties = left.rest;
    read::<true>(flags, &mut left)?;
    left.end()?;
    Ok(Some((Frame::Header(channel, Header { body_size, flags, properties }), used)))
}

/// Reads the properties that the flags name, and proves them; what is not looked at costs nothing.
#[inline(always)]
fn read<'a, const PROVE: bool>(flags: u16, left: &mut Reader<'a>) -> Result<Properties<'a>, Error> {
    let has = |bit: u16| flags & 1 << bit != 0;
    let mut properties = Properties::EMPTY;
    if has(15) {
        properties.content_type = Some(left.short()?);
    }
    if has(14) {
        properties.content_encoding = Some(left.short()?);
    }
    if has(13) {
        properties.headers = Some(if PROVE { left.table(true)? } else { Table { bytes: left.long()? } });
    }
    if has(12) {
        properties.delivery_mode = Some(left.u8()?);
    }
    if has(11) {
        properties.priority = Some(left.u8()?);
    }
    if has(10) {
        properties.correlation_id = Some(left.short()?);
    }
    if has(9) {
        properties.reply_to = Some(left.short()?);
    }
    if has(8) {
        properties.expiration = Some(left.short()?);
    }
    if has(7) {
        properties.message_id = Some(left.short()?);
    }
    if has(6) {
        properties.timestamp = Some(left.u64()?);
    }
    if has(5) {
        properties.kind = Some(left.short()?);
    }
    if has(4) {
        properties.user_id = Some(left.short()?);
    }
    if has(3) {
        properties.app_id = Some(left.short()?);
    }
    if has(2) {
        properties.cluster_id = Some(left.short()?);
    }
    Ok(properties)
}

impl<'a> Header<'a> {
    /// The properties, read again.
    #[inline]
    pub fn properties(&self) -> Properties<'a> {
        read::<false>(self.flags, &mut Reader::new(self.properties, 0)).unwrap_or(Properties::EMPTY)
    }
}
