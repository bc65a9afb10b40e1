//! One packet from the front of the input.

use super::connect::Connect;
use super::error::{Error, Kind};
use super::filter::Filters;
use super::properties::{self, Place, Properties, Read};
use super::reader::Reader;
use crate::vectors::Version;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Packet<'a> {
    Connect(Connect<'a>),
    Publish(Publish<'a>),
    PubAck(Ack<'a>),
    PubRec(Ack<'a>),
    PubRel(Ack<'a>),
    PubComp(Ack<'a>),
    Subscribe(Subscribe<'a>),
    PingReq,
    PingResp,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Publish<'a> {
    pub topic: &'a str,
    pub payload: &'a [u8],
    pub properties: Properties<'a>,
    /// 0 with QoS 0.
    pub packet_id: u16,
    flags: u8,
}

impl Publish<'_> {
    pub fn qos(&self) -> u8 {
        self.flags >> 1 & 3
    }

    pub fn retain(&self) -> bool {
        self.flags & 1 != 0
    }

    pub fn dup(&self) -> bool {
        self.flags & 8 != 0
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ack<'a> {
    pub properties: Properties<'a>,
    pub packet_id: u16,
    pub reason: u8,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Subscribe<'a> {
    pub filters: Filters<'a>,
    pub properties: Properties<'a>,
    pub packet_id: u16,
}

/// `None` if the input ends before the packet does.
#[inline]
pub fn decode(version: Version, input: &[u8]) -> Decoded<'_> {
    let (&first, header) = match input {
        [first, rest @ ..] => (first, rest),
        [] => return Ok(None),
    };
    check_first(first)?;
    let (body, used) = match *header {
        [len, ref rest @ ..] if len < 0x80 => (rest.get(..usize::from(len)), 2 + usize::from(len)),
        _ => match long_length(version, header)? {
            Some((skip, len)) => (header.get(skip..skip + len), 1 + skip + len),
            None => return Ok(None),
        },
    };
    let Some(body) = body else { return Ok(None) };
    let v5 = version == Version::V5;
    let body = Reader::new(body, used);
    match first >> 4 {
        3 => publish(first, body, v5, used),
        4 => ack(body, v5, used, false, Packet::PubAck),
        5 => ack(body, v5, used, false, Packet::PubRec),
        6 => ack(body, v5, used, true, Packet::PubRel),
        7 => ack(body, v5, used, true, Packet::PubComp),
        8 => subscribe(body, v5, used),
        1 => Connect::read(body, used),
        12 => empty(body, used, Packet::PingReq),
        13 => empty(body, used, Packet::PingResp),
        _ => Err(Error { kind: Kind::PacketType, offset: 0 }),
    }
}

/// What [`decode`] returns. Every packet's function makes it whole, where it is to be: handing a packet on in parts costs
/// more than reading it.
pub type Decoded<'a> = Result<Option<(Packet<'a>, usize)>, Error>;

#[inline]
fn check_first(first: u8) -> Result<(), Error> {
    let flags = first & 15;
    let good = match first >> 4 {
        3 => flags & 6 != 6 && (flags & 8 == 0 || flags & 6 != 0),
        6 | 8 | 10 => flags == 2,
        _ => flags == 0,
    };
    if good { Ok(()) } else { Err(Error { kind: Kind::Flags, offset: 0 }) }
}

/// A remaining length of several bytes: how many, and which.
fn long_length(version: Version, input: &[u8]) -> Result<Option<(usize, usize)>, Error> {
    let mut len = 0;
    for (i, &byte) in input.iter().take(4).enumerate() {
        len |= usize::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            if byte == 0 && i > 0 && version == Version::V5 {
                break;
            }
            return Ok(Some((i + 1, len)));
        }
        if i < 3 && i + 1 == input.len() {
            return Ok(None);
        }
    }
    if input.is_empty() { Ok(None) } else { Err(Error { kind: Kind::Length, offset: 1 }) }
}

#[inline]
fn publish<'a>(first: u8, mut input: Reader<'a>, v5: bool, used: usize) -> Decoded<'a> {
    let qos = first >> 1 & 3;
    let start = input;
    let topic = input.topic_name()?;
    let packet_id = if qos == 0 { 0 } else { input.packet_id()? };
    let read = if v5 { properties::read(&mut input, Place::PUBLISH)? } else { Read::NONE };
    if topic.is_empty() && !read.has(35) {
        return Err(start.error(Kind::TopicName));
    }
    if read.utf8 && std::str::from_utf8(input.rest).is_err() {
        return Err(input.error(Kind::PayloadFormat));
    }
    let publish = Publish { topic, payload: input.rest, properties: read.properties, packet_id, flags: first & 15 };
    Ok(Some((Packet::Publish(publish), used)))
}

#[inline]
fn ack<'a>(
    mut input: Reader<'a>,
    v5: bool,
    used: usize,
    second: bool,
    packet: fn(Ack<'a>) -> Packet<'a>,
) -> Decoded<'a> {
    let packet_id = input.packet_id()?;
    if !v5 || input.rest.is_empty() {
        input.end()?;
        return Ok(Some((packet(Ack { properties: Properties::default(), packet_id, reason: 0 }), used)));
    }
    let at = input;
    let reason = input.u8()?;
    let legal = match reason {
        0 => true,
        0x92 => second,
        0x10 | 0x80 | 0x83 | 0x87 | 0x90 | 0x91 | 0x97 | 0x99 => !second,
        _ => false,
    };
    if !legal {
        return Err(at.error(Kind::ReasonCode));
    }
    let read = if input.rest.is_empty() { Read::NONE } else { properties::read(&mut input, Place::ACK)? };
    input.end()?;
    Ok(Some((packet(Ack { properties: read.properties, packet_id, reason }), used)))
}

#[inline]
fn subscribe<'a>(mut input: Reader<'a>, v5: bool, used: usize) -> Decoded<'a> {
    let packet_id = input.packet_id()?;
    let properties = if v5 { properties::read(&mut input, Place::SUBSCRIBE)? } else { Read::NONE }.properties;
    let filters = Filters::read(input, v5)?;
    Ok(Some((Packet::Subscribe(Subscribe { filters, properties, packet_id }), used)))
}

#[inline]
fn empty<'a>(body: Reader<'a>, used: usize, packet: Packet<'a>) -> Decoded<'a> {
    body.end()?;
    Ok(Some((packet, used)))
}
