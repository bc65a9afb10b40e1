//! Frames into a vector, field by field: what a peer would close the connection for is refused, and then nothing is written.

use super::decode::{Deliver, Properties, QueueDeclare};
use super::table::{Entry, Value};
use crate::vectors::FRAME_MAX;

/// What cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused;

/// A table that was not received. Tables in it are.
pub type Written<'a> = &'a [Entry<'a>];

/// A frame under construction, from `start` on.
struct Frame<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl<'o> Frame<'o> {
    #[inline(always)]
    fn new(kind: u8, channel: u16, out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        let [high, low] = channel.to_be_bytes();
        out.extend_from_slice(&[kind, high, low, 0, 0, 0, 0]);
        Self { out, start }
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.out.extend_from_slice(&bytes);
    }

    #[inline(always)]
    fn short(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let len = u8::try_from(bytes.len()).map_err(|_| Refused)?;
        self.out.push(len);
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[inline(always)]
    fn optional(&mut self, bytes: Option<&[u8]>) -> Result<(), Refused> {
        bytes.map_or(Ok(()), |bytes| self.short(bytes))
    }

    fn long(&mut self, letter: u8, bytes: &[u8]) {
        self.out.push(letter);
        self.put((bytes.len() as u32).to_be_bytes());
        self.out.extend_from_slice(bytes);
    }

    fn number<const N: usize>(&mut self, letter: u8, bytes: [u8; N]) {
        self.out.push(letter);
        self.put(bytes);
    }

    /// What is behind this place has its length there.
    #[inline(always)]
    fn patch(&mut self, at: usize) -> u32 {
        let len = (self.out.len() - at - 4) as u32;
        self.out[at..at + 4].copy_from_slice(&len.to_be_bytes());
        len
    }

    fn table(&mut self, entries: Written<'_>) -> Result<(), Refused> {
        let at = self.out.len();
        self.put([0; 4]);
        for entry in entries {
            if entry.key.len() > 128 {
                return Err(Refused);
            }
            self.short(entry.key)?;
            match entry.value {
                Value::Bool(value) => self.put([b't', value.into()]),
                Value::I8(value) => self.number(b'b', value.to_be_bytes()),
                Value::U8(value) => self.put([b'B', value]),
                Value::I16(value) => self.number(b's', value.to_be_bytes()),
                Value::U16(value) => self.number(b'u', value.to_be_bytes()),
                Value::I32(value) => self.number(b'I', value.to_be_bytes()),
                Value::U32(value) => self.number(b'i', value.to_be_bytes()),
                Value::I64(value) => self.number(b'l', value.to_be_bytes()),
                Value::F32(value) => self.number(b'f', value.to_be_bytes()),
                Value::F64(value) => self.number(b'd', value.to_be_bytes()),
                Value::Decimal(scale, value) => {
                    self.put([b'D', scale]);
                    self.put(value.to_be_bytes());
                }
                Value::LongStr(bytes) => self.long(b'S', bytes),
                Value::Bytes(bytes) => self.long(b'x', bytes),
                Value::Array(bytes) => self.long(b'A', bytes),
                Value::Timestamp(value) => self.number(b'T', value.to_be_bytes()),
                Value::Table(table) => self.long(b'F', table.bytes),
                Value::Void => self.put([b'V']),
            }
        }
        self.patch(at);
        Ok(())
    }

    #[inline(always)]
    fn properties(&mut self, p: &Properties<'_, Written<'_>>) -> Result<(), Refused> {
        let bit = |is: bool, at: u16| u16::from(is) << at;
        let flags = bit(p.content_type.is_some(), 15)
            | bit(p.content_encoding.is_some(), 14)
            | bit(p.headers.is_some(), 13)
            | bit(p.delivery_mode.is_some(), 12)
            | bit(p.priority.is_some(), 11)
            | bit(p.correlation_id.is_some(), 10)
            | bit(p.reply_to.is_some(), 9)
            | bit(p.expiration.is_some(), 8)
            | bit(p.message_id.is_some(), 7)
            | bit(p.timestamp.is_some(), 6)
            | bit(p.kind.is_some(), 5)
            | bit(p.user_id.is_some(), 4)
            | bit(p.app_id.is_some(), 3)
            | bit(p.cluster_id.is_some(), 2);
        self.put(flags.to_be_bytes());
        self.optional(p.content_type)?;
        self.optional(p.content_encoding)?;
        if let Some(headers) = p.headers {
            self.table(headers)?;
        }
        if let Some(mode) = p.delivery_mode {
            self.put([mode]);
        }
        if let Some(priority) = p.priority {
            self.put([priority]);
        }
        self.optional(p.correlation_id)?;
        self.optional(p.reply_to)?;
        self.optional(p.expiration)?;
        self.optional(p.message_id)?;
        if let Some(timestamp) = p.timestamp {
            self.put(timestamp.to_be_bytes());
        }
        self.optional(p.kind)?;
        self.optional(p.user_id)?;
        self.optional(p.app_id)?;
        self.optional(p.cluster_id)
    }

    /// Writes length and end, or takes all back.
    #[inline(always)]
    fn end(mut self, written: Result<(), Refused>) -> Result<(), Refused> {
        let len = self.patch(self.start + 3);
        if written.is_err() || len > FRAME_MAX - 8 {
            self.out.truncate(self.start);
            return Err(Refused);
        }
        self.out.push(0xce);
        Ok(())
    }
}

pub fn deliver(channel: u16, deliver: &Deliver<'_>, out: &mut Vec<u8>) -> Result<(), Refused> {
    if channel == 0 {
        return Err(Refused);
    }
    let mut frame = Frame::new(1, channel, out);
    frame.put([0, 60, 0, 60]);
    let fields = |frame: &mut Frame<'_>| {
        frame.short(deliver.consumer_tag)?;
        frame.put(deliver.delivery_tag.to_be_bytes());
        frame.put([deliver.redelivered.into()]);
        frame.short(deliver.exchange)?;
        frame.short(deliver.routing_key)
    };
    let written = fields(&mut frame);
    frame.end(written)
}

pub fn ack(channel: u16, delivery_tag: u64, multiple: bool, out: &mut Vec<u8>) -> Result<(), Refused> {
    if channel == 0 {
        return Err(Refused);
    }
    let mut frame = Frame::new(1, channel, out);
    frame.put([0, 60, 0, 80]);
    frame.put(delivery_tag.to_be_bytes());
    frame.put([multiple.into()]);
    frame.end(Ok(()))
}

/// Writes the arguments given, in place of those in the struct.
pub fn queue_declare(
    channel: u16,
    declare: &QueueDeclare<'_>,
    arguments: Written<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Refused> {
    if channel == 0 {
        return Err(Refused);
    }
    let mut frame = Frame::new(1, channel, out);
    frame.put([0, 50, 0, 10, 0, 0]);
    let bits = [declare.passive, declare.durable, declare.exclusive, declare.auto_delete, declare.no_wait];
    let bits = bits.into_iter().rev().fold(0, |bits, bit| bits << 1 | u8::from(bit));
    let fields = |frame: &mut Frame<'_>| {
        frame.short(declare.queue)?;
        frame.put([bits]);
        frame.table(arguments)
    };
    let written = fields(&mut frame);
    frame.end(written)
}

/// The content header and the body's only frame.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    pub properties: Properties<'a, Written<'a>>,
    pub body: &'a [u8],
}

impl Content<'_> {
    pub fn header(&self, channel: u16, body_size: u64, out: &mut Vec<u8>) -> Result<(), Refused> {
        if channel == 0 {
            return Err(Refused);
        }
        let mut frame = Frame::new(2, channel, out);
        frame.put([0, 60, 0, 0]);
        frame.put(body_size.to_be_bytes());
        let written = frame.properties(&self.properties);
        frame.end(written)
    }

    /// The head of the body's frame.
    #[inline]
    pub fn body_head(&self, channel: u16, out: &mut Vec<u8>) -> Result<(), Refused> {
        let len = u32::try_from(self.body.len()).map_err(|_| Refused)?;
        if channel == 0 || len > FRAME_MAX - 8 {
            return Err(Refused);
        }
        let [high, low] = channel.to_be_bytes();
        out.extend_from_slice(&[3, high, low]);
        out.extend_from_slice(&len.to_be_bytes());
        Ok(())
    }

    pub fn body(&self, channel: u16, out: &mut Vec<u8>) -> Result<(), Refused> {
        self.body_head(channel, out)?;
        out.extend_from_slice(self.body);
        out.push(0xce);
        Ok(())
    }
}
