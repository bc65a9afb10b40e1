//! CONNECT. (§3.1)

use core::fmt;

use nom::Parser;
use nom::combinator::{cond, map_res};

use super::header::{begin, packet_len};
use super::properties::{Measured, properties};
use super::property::Place;
use super::text::{binary, no_wildcard, prefixed_len, put_prefixed, sendable, sendable_text, text, topic_name};
use super::{EncodeError, ErrorKind, Field, PacketType, Properties, QoS, Version};
use crate::Output;
use crate::read::{Fault, Parsed, be_u8, be_u16, fault, prefixed_u16};

/// A client's request for a connection, in its parts. (§3.1)
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Connect<'a> {
    /// The protocol version that the client speaks.
    pub version: Version,
    /// Whether any earlier session is to be forgotten (before 5.0: clean session).
    pub clean_start: bool,
    /// Seconds within which the client sends something; 0 turns keep alive off.
    pub keep_alive: u16,
    /// The properties (5.0).
    pub properties: Properties<'a>,
    /// The client identifier; if it is empty the server chooses one.
    pub client_id: &'a str,
    /// The message to publish when the connection ends without a DISCONNECT.
    pub will: Option<Will<'a>>,
    /// The user name.
    pub user_name: Option<&'a str>,
    /// The password: any bytes.
    pub password: Option<&'a [u8]>,
}

/// The message that a server publishes for a client that is gone. (§3.1.2.5)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Will<'a> {
    /// The topic to publish to.
    pub topic: &'a str,
    /// The payload: up to 65,535 bytes.
    pub payload: &'a [u8],
    /// The quality of service to publish with.
    pub qos: QoS,
    /// Whether the message is to be retained.
    pub retain: bool,
    /// The properties (5.0).
    pub properties: Properties<'a>,
}

/// 5.0, a clean start, 60 seconds of keep alive, no client identifier.
impl Default for Connect<'_> {
    fn default() -> Self {
        Self {
            version: Version::V5,
            clean_start: true,
            keep_alive: 60,
            properties: Properties::EMPTY,
            client_id: "",
            will: None,
            user_name: None,
            password: None,
        }
    }
}

mod flag {
    pub(super) const RESERVED: u8 = 0x01;
    pub(super) const CLEAN_START: u8 = 0x02;
    pub(super) const WILL: u8 = 0x04;
    pub(super) const WILL_QOS: u8 = 0x18;
    pub(super) const WILL_RETAIN: u8 = 0x20;
    pub(super) const PASSWORD: u8 = 0x40;
    pub(super) const USER_NAME: u8 = 0x80;
}

impl<'a> Connect<'a> {
    /// How many bytes the packet takes.
    pub fn encoded_len(&self) -> usize {
        packet_len(self.remaining())
    }

    /// Writes the packet.
    pub fn encode(&self, out: &mut impl Output) -> Result<(), EncodeError> {
        let (remaining, own) = self.measure()?;
        let mut will = None;
        let mut remaining = remaining;
        if let Some(message) = &self.will {
            let (len, properties) = message.measure(self.version)?;
            remaining = remaining.saturating_add(len);
            will = Some((message, properties));
        }
        let space = &mut begin(PacketType::Connect.first_byte(), remaining, out)?;
        let [high, low] = self.keep_alive.to_be_bytes();
        space.put_behind_length(self.version.protocol_name().as_bytes());
        space.put(&[self.version.protocol_level(), self.flags(), high, low]);
        self.properties.put_prefixed(own, space);
        put_prefixed(self.client_id.as_bytes(), space);
        if let Some((will, properties)) = will {
            will.properties.put_prefixed(properties, space);
            put_prefixed(will.topic.as_bytes(), space);
            put_prefixed(will.payload, space);
        }
        if let Some(user_name) = self.user_name {
            put_prefixed(user_name.as_bytes(), space);
        }
        if let Some(password) = self.password {
            put_prefixed(password, space);
        }
        Ok(())
    }

    fn flags(&self) -> u8 {
        let set = |flag, on| if on { flag } else { 0 };
        let will = self
            .will
            .as_ref()
            .map_or(0, |will| flag::WILL | will.qos.level() << 3 | set(flag::WILL_RETAIN, will.retain));
        will | set(flag::CLEAN_START, self.clean_start)
            | set(flag::USER_NAME, self.user_name.is_some())
            | set(flag::PASSWORD, self.password.is_some())
    }

    fn remaining(&self) -> usize {
        let mut len = prefixed_len(self.version.protocol_name().as_bytes()).saturating_add(4);
        let mut add = |more: usize| len = len.saturating_add(more);
        add(self.properties.prefixed_len(self.version));
        add(prefixed_len(self.client_id.as_bytes()));
        if let Some(will) = &self.will {
            add(will.properties.prefixed_len(self.version));
            add(prefixed_len(will.topic.as_bytes()));
            add(prefixed_len(will.payload));
        }
        for field in [self.user_name.map(str::as_bytes), self.password].into_iter().flatten() {
            add(prefixed_len(field));
        }
        len
    }

    /// The remaining length without the will, if all but the will can be sent; and the properties'.
    fn measure(&self) -> Result<(usize, Measured), EncodeError> {
        let mut len = prefixed_len(self.version.protocol_name().as_bytes()).saturating_add(4);
        len = len.saturating_add(sendable_text(self.client_id, Field::ClientIdentifier)?);
        check_client_id(self.version, self.client_id, self.clean_start)?;
        let properties = self.properties.measure(self.version, Place::of(PacketType::Connect))?;
        len = len.saturating_add(properties.prefixed_len());
        if let Some(user_name) = self.user_name {
            len = len.saturating_add(sendable_text(user_name, Field::UserName)?);
        }
        if let Some(password) = self.password {
            if self.user_name.is_none() && !self.version.is_v5() {
                return Err(ErrorKind::PasswordWithoutUserName.into());
            }
            len = len.saturating_add(sendable(password, Field::Password)?);
        }
        Ok((len, properties))
    }
}

impl Will<'_> {
    /// The bytes that the will takes, if it can be sent; and its properties'.
    fn measure(&self, version: Version) -> Result<(usize, Measured), EncodeError> {
        let topic = sendable(self.topic.as_bytes(), Field::WillTopic)?;
        no_wildcard(self.topic.as_bytes(), Field::WillTopic).map_err(|(kind, _)| EncodeError::Invalid(kind))?;
        if self.topic.is_empty() {
            return Err(ErrorKind::TopicEmpty(Field::WillTopic).into());
        }
        let payload = sendable(self.payload, Field::WillPayload)?;
        let properties = self.properties.measure(version, Place::WILL).map_err(|error| match error {
            EncodeError::NotInThisVersion(_) => EncodeError::NotInThisVersion(Field::WillProperties),
            error => error,
        })?;
        if properties.is_text && core::str::from_utf8(self.payload).is_err() {
            return Err(ErrorKind::PayloadFormat(Field::WillPayload).into());
        }
        Ok((topic.saturating_add(payload).saturating_add(properties.prefixed_len()), properties))
    }
}

fn payload_format(will: &Will<'_>) -> Result<(), (ErrorKind, usize)> {
    match core::str::from_utf8(will.payload) {
        Err(error) if will.properties.payload_format_indicator() == Some(true) => {
            Err((ErrorKind::PayloadFormat(Field::WillPayload), error.valid_up_to()))
        }
        _ => Ok(()),
    }
}

/// 3.1 wants a client identifier; 3.1.1 wants one unless the session is clean. `[MQTT-3.1.3-8]`
fn check_client_id(version: Version, client_id: &str, clean: bool) -> Result<(), ErrorKind> {
    let right = match version {
        Version::V3_1 => !client_id.is_empty(),
        Version::V3_1_1 => clean || !client_id.is_empty(),
        Version::V5 => true,
    };
    if right { Ok(()) } else { Err(ErrorKind::ClientIdentifier) }
}

/// A CONNECT as [`Packet`](super::Packet) holds it: bytes that decoding has validated, or a [`Connect`] that you wrote.
///
/// CONNECT has more parts than all other packets, and comes once: the view keeps it from making every packet large.
/// [`get`](Self::get) reads the parts.
#[derive(Clone, Copy)]
pub struct ConnectView<'a> {
    repr: Repr<'a>,
}

#[derive(Clone, Copy)]
enum Repr<'a> {
    Wire(&'a [u8]),
    Written(&'a Connect<'a>),
}

impl<'a> ConnectView<'a> {
    /// All parts.
    pub fn get(&self) -> Connect<'a> {
        match self.repr {
            Repr::Wire(body) => parts(body).unwrap_or_default(),
            Repr::Written(connect) => *connect,
        }
    }

    /// How many bytes the packet takes.
    pub fn encoded_len(&self) -> usize {
        match self.repr {
            Repr::Wire(body) => packet_len(body.len()),
            Repr::Written(connect) => connect.encoded_len(),
        }
    }

    /// Writes the packet.
    pub fn encode(&self, out: &mut impl Output) -> Result<(), EncodeError> {
        match self.repr {
            Repr::Wire(body) => {
                begin(PacketType::Connect.first_byte(), body.len(), out)?.put(body);
                Ok(())
            }
            Repr::Written(connect) => connect.encode(out),
        }
    }
}

impl<'a> From<&'a Connect<'a>> for ConnectView<'a> {
    fn from(connect: &'a Connect<'a>) -> Self {
        Self { repr: Repr::Written(connect) }
    }
}

impl PartialEq for ConnectView<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for ConnectView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ConnectView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

/// Reads the body of a CONNECT, which tells its own version.
pub(super) fn decode(body: &[u8]) -> Result<(ConnectView<'_>, Version), nom::Err<Fault<ErrorKind>>> {
    let connect = parts(body)?;
    Ok((ConnectView { repr: Repr::Wire(body) }, connect.version))
}

/// The level that a CONNECT at the start of `input` asks for, known or not: to answer it in its own format.
pub(super) fn asked_level(input: &[u8]) -> Option<u8> {
    let super::varint::VarInt::Whole { len, .. } = super::varint::split(input.get(1..)?) else { return None };
    let body = input.get(len.saturating_add(1)..)?;
    let (rest, _name) = prefixed_u16(ErrorKind::ProtocolName)(body).ok()?;
    rest.first().copied()
}

#[inline]
fn parts(body: &[u8]) -> Result<Connect<'_>, nom::Err<Fault<ErrorKind>>> {
    let (rest, version) = version(body)?;
    let v5 = version.is_v5();
    let (rest, (flags, keep_alive)) =
        (flags(version), be_u16(ErrorKind::Truncated(Field::KeepAlive))).parse_complete(rest)?;
    let has = |flag| flags & flag != 0;
    let (at_client_id, own) = cond(v5, properties(Place::of(PacketType::Connect))).parse_complete(rest)?;
    let (rest, client_id) = text(Field::ClientIdentifier)(at_client_id)?;
    check_client_id(version, client_id, has(flag::CLEAN_START)).map_err(|kind| fault(kind, at_client_id))?;
    let (rest, will) = cond(has(flag::WILL), will(flags, v5)).parse_complete(rest)?;
    // In 3.1 the remaining length counts more than the flags: what is not there is not meant.
    let there = |flag, at: &[u8]| has(flag) && !(version == Version::V3_1 && at.is_empty());
    let (rest, user_name) = cond(there(flag::USER_NAME, rest), text(Field::UserName)).parse_complete(rest)?;
    let (rest, password) = cond(there(flag::PASSWORD, rest), binary(Field::Password)).parse_complete(rest)?;
    if !rest.is_empty() {
        return Err(fault(ErrorKind::TrailingBytes, rest));
    }
    Ok(Connect {
        version,
        clean_start: has(flag::CLEAN_START),
        keep_alive,
        properties: own.unwrap_or_default(),
        client_id,
        will,
        user_name,
        password,
    })
}

/// Reads protocol name and level. `[MQTT-3.1.2-1]` `[MQTT-3.1.2-2]`
fn version(input: &[u8]) -> Parsed<'_, Version, ErrorKind> {
    let (rest, name) = prefixed_u16(ErrorKind::Truncated(Field::ProtocolName))(input)?;
    let levels: &[Version] = match name {
        b"MQTT" => &[Version::V3_1_1, Version::V5],
        b"MQIsdp" => &[Version::V3_1],
        _ => return Err(fault(ErrorKind::ProtocolName, input)),
    };
    map_res(be_u8(ErrorKind::Truncated(Field::ProtocolLevel)), |level| {
        let known = levels.iter().find(|version| version.protocol_level() == level);
        known.copied().ok_or(ErrorKind::ProtocolLevel)
    })
    .parse_complete(rest)
}

/// Reads the connect flags. `[MQTT-3.1.2-3]` and the rules on the will's and the password's flags.
fn flags(version: Version) -> impl Fn(&[u8]) -> Parsed<'_, u8, ErrorKind> {
    move |input| {
        map_res(be_u8(ErrorKind::Truncated(Field::ConnectFlags)), |flags| {
            let has = |flag| flags & flag != 0;
            if has(flag::RESERVED) {
                Err(ErrorKind::ConnectReservedFlag)
            } else if !has(flag::WILL) && has(flag::WILL_QOS | flag::WILL_RETAIN) {
                Err(ErrorKind::WillFlags)
            } else if flags & flag::WILL_QOS == flag::WILL_QOS {
                Err(ErrorKind::WillQoS3)
            } else if has(flag::PASSWORD) && !has(flag::USER_NAME) && !version.is_v5() {
                Err(ErrorKind::PasswordWithoutUserName)
            } else {
                Ok(flags)
            }
        })
        .parse_complete(input)
    }
}

fn will(flags: u8, v5: bool) -> impl Fn(&[u8]) -> Parsed<'_, Will<'_>, ErrorKind> {
    move |input| {
        let (at_topic, own) = cond(v5, properties(Place::WILL)).parse_complete(input)?;
        let (rest, topic) = topic_name(Field::WillTopic)(at_topic)?;
        if topic.is_empty() {
            return Err(fault(ErrorKind::TopicEmpty(Field::WillTopic), at_topic));
        }
        let (rest, payload) = binary(Field::WillPayload)(rest)?;
        let will = Will {
            topic,
            payload,
            // The flags were checked: the level is 0, 1 or 2.
            qos: QoS::from_level((flags & flag::WILL_QOS) >> 3).unwrap_or_default(),
            retain: flags & flag::WILL_RETAIN != 0,
            properties: own.unwrap_or_default(),
        };
        payload_format(&will).map_err(|(kind, at)| {
            let left = payload.len().saturating_sub(at).saturating_add(rest.len());
            nom::Err::Error(Fault { kind, left })
        })?;
        Ok((rest, will))
    }
}
