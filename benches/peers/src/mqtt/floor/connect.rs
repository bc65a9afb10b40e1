//! CONNECT: proved, then read where it is asked for.

use super::decode::{Decoded, Packet};
use super::error::{Error, Kind};
use super::properties::{self, Place, Properties, Read};
use super::reader::Reader;

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Connect<'a> {
    pub client_id: &'a str,
    pub properties: Properties<'a>,
    /// What follows the client identifier.
    rest: &'a [u8],
    pub keep_alive: u16,
    pub level: u8,
    flags: u8,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Will<'a> {
    pub topic: &'a str,
    pub payload: &'a [u8],
    pub properties: Properties<'a>,
    pub qos: u8,
    pub retain: bool,
}

/// The parts that are there or not.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Parts<'a> {
    pub will: Option<Will<'a>>,
    pub user_name: Option<&'a str>,
    pub password: Option<&'a [u8]>,
}

impl<'a> Connect<'a> {
    pub fn clean_start(&self) -> bool {
        self.flags & 2 != 0
    }

    /// The will, the user name and the password; they were proved.
    pub fn parts(&self) -> Parts<'a> {
        self.walk().unwrap_or_default()
    }

    fn walk(&self) -> Result<Parts<'a>, Error> {
        let mut left = Reader::new(self.rest, self.rest.len());
        let mut parts = Parts::default();
        if self.flags & 4 != 0 {
            let mut properties = Properties::default();
            if self.level == 5 {
                let len = left.varint()? as usize;
                properties = Properties::proved(left.take(len)?);
            }
            let topic = left.bytes()?;
            let topic = left.utf8(topic)?;
            let payload = left.bytes()?;
            parts.will =
                Some(Will { topic, payload, properties, qos: self.flags >> 3 & 3, retain: self.flags & 0x20 != 0 });
        }
        if self.flags & 0x80 != 0 {
            let name = left.bytes()?;
            parts.user_name = Some(left.utf8(name)?);
        }
        if self.flags & 0x40 != 0 {
            parts.password = Some(left.bytes()?);
        }
        Ok(parts)
    }

    /// A CONNECT has its own version.
    #[inline(never)]
    pub(super) fn read(mut input: Reader<'a>, used: usize) -> Decoded<'a> {
        let start = input;
        let name = input.bytes()?;
        let level = input.u8()?;
        if !matches!((name, level), (b"MQTT", 4 | 5) | (b"MQIsdp", 3)) {
            return Err(start.error(Kind::Protocol));
        }
        let v5 = level == 5;
        let at_flags = input;
        let flags = input.u8()?;
        let will = flags & 4 != 0;
        let bad = flags & 1 != 0 || flags & 0x18 == 0x18 || !will && flags & 0x38 != 0 || !v5 && flags & 0xc0 == 0x40;
        if bad {
            return Err(at_flags.error(Kind::ConnectFlags));
        }
        let keep_alive = input.u16()?;
        let properties = if v5 { properties::read(&mut input, Place::CONNECT)? } else { Read::NONE }.properties;
        let at_id = input;
        let client_id = input.text()?;
        let good = match level {
            3 => (1..=23).contains(&client_id.chars().count()),
            4 => !client_id.is_empty() || flags & 2 != 0,
            _ => true,
        };
        if !good {
            return Err(at_id.error(Kind::ClientId));
        }
        let rest = input.rest;
        if will {
            let properties = if v5 { properties::read(&mut input, Place::WILL)? } else { Read::NONE };
            let at_topic = input;
            if input.topic_name()?.is_empty() {
                return Err(at_topic.error(Kind::TopicName));
            }
            let payload = input.bytes()?;
            if properties.utf8 && std::str::from_utf8(payload).is_err() {
                return Err(input.error_in(payload, Kind::PayloadFormat));
            }
        }
        if flags & 0x80 != 0 {
            input.prove_text()?;
        }
        if flags & 0x40 != 0 {
            input.bytes()?;
        }
        input.end()?;
        let connect = Self { client_id, properties, rest, keep_alive, level, flags };
        Ok(Some((Packet::Connect(connect), used)))
    }
}
