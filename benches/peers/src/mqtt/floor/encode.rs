//! The same packets from the values that a user has at hand: one pass for the length, one that writes.
//!
//! Twice: with all checks, which is what ours does; and with those of lengths alone, which is what most peers do.

use super::check;
use super::properties::{Place, Value};
use crate::vectors::Version;

pub struct Connect<'a> {
    pub client_id: &'a str,
    pub keep_alive: u16,
    pub clean_start: bool,
    pub properties: &'a [(u8, Value<'a>)],
    pub will: Option<Will<'a>>,
    pub user_name: Option<&'a str>,
    pub password: Option<&'a [u8]>,
}

pub struct Will<'a> {
    pub topic: &'a str,
    pub payload: &'a [u8],
    pub properties: &'a [(u8, Value<'a>)],
    pub qos: u8,
    pub retain: bool,
}

pub struct Publish<'a> {
    pub topic: &'a str,
    pub payload: &'a [u8],
    pub properties: &'a [(u8, Value<'a>)],
    pub packet_id: u16,
    pub qos: u8,
    pub retain: bool,
    pub dup: bool,
}

pub struct Subscribe<'a> {
    pub packet_id: u16,
    pub properties: &'a [(u8, Value<'a>)],
    pub filters: &'a [(&'a str, u8)],
}

/// What cannot be sent: longer than its length field can say, or against a rule.
#[derive(Debug)]
pub struct Refused;

impl Publish<'_> {
    pub fn encode<const CHECK: bool>(&self, version: Version, out: &mut Vec<u8>) -> Result<(), Refused> {
        if CHECK && !check::payload(self.properties, self.payload) {
            return Err(Refused);
        }
        self.head::<CHECK>(version, self.payload.len(), out)?;
        out.extend_from_slice(self.payload);
        Ok(())
    }

    /// All but the payload, which the caller sends from where it is.
    pub fn encode_head<const CHECK: bool>(&self, version: Version, out: &mut Vec<u8>) -> Result<(), Refused> {
        self.head::<CHECK>(version, 0, out)
    }

    #[inline]
    fn head<const CHECK: bool>(&self, version: Version, room: usize, out: &mut Vec<u8>) -> Result<(), Refused> {
        if CHECK {
            let aliased = self.topic.is_empty() && self.properties.iter().any(|(id, _)| *id == 35);
            let right = check::topic_name(self.topic) && (!self.topic.is_empty() || aliased);
            if !right || !check::properties(self.properties, Place::PUBLISH) || self.dup && self.qos == 0 {
                return Err(Refused);
            }
        }
        if self.topic.len() > 0xffff {
            return Err(Refused);
        }
        let v5 = version == Version::V5;
        let properties = if v5 { properties_len(self.properties)? } else { 0 };
        let len = 2
            + self.topic.len()
            + if self.qos > 0 { 2 } else { 0 }
            + if v5 { varint_len(properties) + properties } else { 0 };
        let first = 0x30 | u8::from(self.dup) << 3 | self.qos << 1 | u8::from(self.retain);
        begin(first, len + self.payload.len(), len + room, out)?;
        put_text(self.topic.as_bytes(), out);
        if self.qos > 0 {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
        }
        if v5 {
            put_properties(properties, self.properties, out);
        }
        Ok(())
    }
}

impl Subscribe<'_> {
    pub fn encode<const CHECK: bool>(&self, version: Version, out: &mut Vec<u8>) -> Result<(), Refused> {
        let v5 = version == Version::V5;
        if CHECK && (self.filters.is_empty() || !check::properties(self.properties, Place::SUBSCRIBE)) {
            return Err(Refused);
        }
        let properties = if v5 { properties_len(self.properties)? } else { 0 };
        let mut len = 2 + if v5 { varint_len(properties) + properties } else { 0 };
        for (filter, options) in self.filters {
            if filter.len() > 0xffff || CHECK && !check::subscription(filter, *options, v5) {
                return Err(Refused);
            }
            len += filter.len() + 3;
        }
        begin(0x82, len, len, out)?;
        out.extend_from_slice(&self.packet_id.to_be_bytes());
        if v5 {
            put_properties(properties, self.properties, out);
        }
        for (filter, options) in self.filters {
            put_text(filter.as_bytes(), out);
            out.push(*options);
        }
        Ok(())
    }
}

impl Connect<'_> {
    pub fn encode<const CHECK: bool>(&self, version: Version, out: &mut Vec<u8>) -> Result<(), Refused> {
        let v5 = version == Version::V5;
        if CHECK && !self.is_good(v5) {
            return Err(Refused);
        }
        let properties = if v5 { properties_len(self.properties)? } else { 0 };
        let mut len =
            10 + if v5 { varint_len(properties) + properties } else { 0 } + text_len(self.client_id.as_bytes())?;
        let mut flags = u8::from(self.clean_start) << 1;
        let mut will_properties = 0;
        if let Some(will) = &self.will {
            flags |= 4 | will.qos << 3 | u8::from(will.retain) << 5;
            if v5 {
                will_properties = properties_len(will.properties)?;
                len += varint_len(will_properties) + will_properties;
            }
            len += text_len(will.topic.as_bytes())? + text_len(will.payload)?;
        }
        if let Some(name) = self.user_name {
            flags |= 0x80;
            len += text_len(name.as_bytes())?;
        }
        if let Some(password) = self.password {
            flags |= 0x40;
            len += text_len(password)?;
        }
        begin(0x10, len, len, out)?;
        let level = if v5 { 5 } else { 4 };
        let [high, low] = self.keep_alive.to_be_bytes();
        out.extend_from_slice(&[0, 4, b'M', b'Q', b'T', b'T', level, flags, high, low]);
        if v5 {
            put_properties(properties, self.properties, out);
        }
        put_text(self.client_id.as_bytes(), out);
        if let Some(will) = &self.will {
            if v5 {
                put_properties(will_properties, will.properties, out);
            }
            put_text(will.topic.as_bytes(), out);
            put_text(will.payload, out);
        }
        if let Some(name) = self.user_name {
            put_text(name.as_bytes(), out);
        }
        if let Some(password) = self.password {
            put_text(password, out);
        }
        Ok(())
    }

    fn is_good(&self, v5: bool) -> bool {
        let will = self.will.as_ref().is_none_or(|will| {
            check::topic_name(will.topic)
                && !will.topic.is_empty()
                && check::properties(will.properties, Place::WILL)
                && check::payload(will.properties, will.payload)
        });
        will && check::text(self.client_id)
            && self.user_name.is_none_or(check::text)
            && (v5 || self.clean_start || !self.client_id.is_empty())
            && (v5 || self.user_name.is_some() || self.password.is_none())
            && check::properties(self.properties, Place::CONNECT)
    }
}

/// The fixed header, and room for `room` bytes behind it.
#[inline]
fn begin(first: u8, len: usize, room: usize, out: &mut Vec<u8>) -> Result<(), Refused> {
    if len > 0x0fff_ffff {
        return Err(Refused);
    }
    out.reserve(5 + room);
    if len < 0x80 {
        out.extend_from_slice(&[first, len as u8]);
    } else {
        out.push(first);
        put_varint(len, out);
    }
    Ok(())
}

#[inline]
fn put_varint(mut value: usize, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[inline]
fn varint_len(value: usize) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

#[inline]
fn text_len(bytes: &[u8]) -> Result<usize, Refused> {
    if bytes.len() > 0xffff { Err(Refused) } else { Ok(2 + bytes.len()) }
}

#[inline]
fn put_text(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
    out.extend_from_slice(bytes);
}

#[inline]
fn properties_len(properties: &[(u8, Value<'_>)]) -> Result<usize, Refused> {
    let mut len = 0;
    for (_, value) in properties {
        len += 1 + match *value {
            Value::Byte(_) => 1,
            Value::Two(_) => 2,
            Value::Four(_) => 4,
            Value::Variable(value) => varint_len(value as usize),
            Value::Bytes(bytes) => text_len(bytes)?,
            Value::Text(text) => text_len(text.as_bytes())?,
            Value::Pair(name, value) => text_len(name.as_bytes())? + text_len(value.as_bytes())?,
        };
    }
    Ok(len)
}

#[inline]
fn put_properties(len: usize, properties: &[(u8, Value<'_>)], out: &mut Vec<u8>) {
    put_varint(len, out);
    for &(id, value) in properties {
        match value {
            Value::Byte(value) => out.extend_from_slice(&[id, value]),
            Value::Two(value) => {
                let [a, b] = value.to_be_bytes();
                out.extend_from_slice(&[id, a, b]);
            }
            Value::Four(value) => {
                let [a, b, c, d] = value.to_be_bytes();
                out.extend_from_slice(&[id, a, b, c, d]);
            }
            Value::Variable(value) => {
                out.push(id);
                put_varint(value as usize, out);
            }
            Value::Bytes(bytes) => put_field(id, bytes, out),
            Value::Text(text) => put_field(id, text.as_bytes(), out),
            Value::Pair(name, value) => {
                put_field(id, name.as_bytes(), out);
                put_text(value.as_bytes(), out);
            }
        }
    }
}

#[inline]
fn put_field(id: u8, bytes: &[u8], out: &mut Vec<u8>) {
    let [high, low] = (bytes.len() as u16).to_be_bytes();
    out.extend_from_slice(&[id, high, low]);
    out.extend_from_slice(bytes);
}
