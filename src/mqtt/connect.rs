//! CONNECT. (§3.1)

use core::fmt;

use nom::Parser;
use nom::combinator::map_res;

use super::header::{begin, packet_len};
use super::properties::{Measured, next_properties, properties, properties_seen};
use super::property::Place;
use super::text::{is_text, is_topic_name, no_wildcard, prefixed_len, put_prefixed, sendable, sendable_text};
use super::{ConnectView, EncodeError, ErrorKind, Field, PacketType, Properties, QoS, Version};
use crate::Output;
use crate::read::{Fault, Parsed, be_u8, be_u16, fault, next_chunk, next_prefixed_u16, next_text_u16, prefixed_u16};
use crate::secret::Hidden;

/// A client's request for a connection, in its parts. (§3.1)
#[derive(Clone, Copy, PartialEq)]
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
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::secret::serialize"))]
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

/// The password is not shown, only how long it is.
impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("version", &self.version)
            .field("clean_start", &self.clean_start)
            .field("keep_alive", &self.keep_alive)
            .field("properties", &self.properties)
            .field("client_id", &self.client_id)
            .field("will", &self.will)
            .field("user_name", &self.user_name)
            .field("password", &self.password.map(Hidden))
            .finish()
    }
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
        check_client_id(self.version, self.client_id.is_empty(), self.clean_start)?;
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

/// 3.1 wants a client identifier; 3.1.1 wants one unless the session is clean. `[MQTT-3.1.3-8]`
fn check_client_id(version: Version, is_empty: bool, clean: bool) -> Result<(), ErrorKind> {
    let right = match version {
        Version::V3_1 => !is_empty,
        Version::V3_1_1 => clean || !is_empty,
        Version::V5 => true,
    };
    if right { Ok(()) } else { Err(ErrorKind::ClientIdentifier) }
}

/// The level that a CONNECT at the start of `input` asks for, known or not: to answer it in its own format.
pub(super) fn asked_level(input: &[u8]) -> Option<u8> {
    let super::varint::VarInt::Whole { len, .. } = super::varint::split(input.get(1..)?) else { return None };
    let body = input.get(len.saturating_add(1)..)?;
    let (rest, _name) = prefixed_u16(ErrorKind::ProtocolName)(body).ok()?;
    rest.first().copied()
}

/// Proves the body of a CONNECT, which tells its own version.
pub(super) fn decode(body: &[u8]) -> Result<(ConnectView<'_>, Version), nom::Err<Fault<ErrorKind>>> {
    let (rest, version) = version(body)?;
    let v5 = version.is_v5();
    let (rest, flags) = flags(version)(rest)?;
    let has = |flag| flags & flag != 0;
    let (mut rest, _keep_alive) = be_u16(ErrorKind::Truncated(Field::KeepAlive))(rest)?;
    if v5 {
        (rest, _) = properties(Place::of(PacketType::Connect))(rest)?;
    }
    check_client_id(version, rest.starts_with(&[0, 0]), has(flag::CLEAN_START)).map_err(|kind| fault(kind, rest))?;
    (rest, ()) = is_text(Field::ClientIdentifier)(rest)?;
    if has(flag::WILL) {
        rest = will(v5, rest)?;
    }
    if is_there(flags, flag::USER_NAME, version, rest) {
        (rest, ()) = is_text(Field::UserName)(rest)?;
    }
    if is_there(flags, flag::PASSWORD, version, rest) {
        (rest, _) = prefixed_u16(ErrorKind::Truncated(Field::Password))(rest)?;
    }
    if !rest.is_empty() {
        return Err(fault(ErrorKind::TrailingBytes, rest));
    }
    Ok((ConnectView::from_wire(body), version))
}

/// Whether the field is there. In 3.1 the remaining length counts more than the flags: what is not there is not meant.
#[inline]
const fn is_there(flags: u8, flag: u8, version: Version, at: &[u8]) -> bool {
    flags & flag != 0 && !(matches!(version, Version::V3_1) && at.is_empty())
}

/// Proves the will, and answers what is behind it.
fn will(v5: bool, input: &[u8]) -> Result<&[u8], nom::Err<Fault<ErrorKind>>> {
    let (mut rest, mut is_text) = (input, false);
    if v5 {
        let (behind, (_, seen)) = properties_seen(Place::WILL)(rest)?;
        (rest, is_text) = (behind, seen.is_text());
    }
    if rest.starts_with(&[0, 0]) {
        return Err(fault(ErrorKind::TopicEmpty(Field::WillTopic), rest));
    }
    (rest, ()) = is_topic_name(Field::WillTopic)(rest)?;
    let (rest, payload) = prefixed_u16(ErrorKind::Truncated(Field::WillPayload))(rest)?;
    if is_text {
        if let Err(error) = core::str::from_utf8(payload) {
            let left = payload.len().saturating_sub(error.valid_up_to()).saturating_add(rest.len());
            return Err(nom::Err::Error(Fault { kind: ErrorKind::PayloadFormat(Field::WillPayload), left }));
        }
    }
    Ok(rest)
}

/// Reads the parts of a body that was proved.
pub(super) fn parts(mut body: &[u8]) -> Option<Connect<'_>> {
    let input = &mut body;
    next_prefixed_u16(input)?;
    let [level, flags, high, low] = next_chunk(input)?;
    let version = match level {
        3 => Version::V3_1,
        4 => Version::V3_1_1,
        _ => Version::V5,
    };
    let v5 = version.is_v5();
    let properties = if v5 { next_properties(input)? } else { Properties::EMPTY };
    let client_id = next_text_u16(input)?;
    let mut will = None;
    if flags & flag::WILL != 0 {
        let properties = if v5 { next_properties(input)? } else { Properties::EMPTY };
        let (topic, payload) = (next_text_u16(input)?, next_prefixed_u16(input)?);
        let (qos, retain) = (QoS::from_level((flags & flag::WILL_QOS) >> 3)?, flags & flag::WILL_RETAIN != 0);
        will = Some(Will { topic, payload, qos, retain, properties });
    }
    let mut user_name = None;
    if is_there(*flags, flag::USER_NAME, version, input) {
        user_name = Some(next_text_u16(input)?);
    }
    let mut password = None;
    if is_there(*flags, flag::PASSWORD, version, input) {
        password = Some(next_prefixed_u16(input)?);
    }
    Some(Connect {
        version,
        clean_start: flags & flag::CLEAN_START != 0,
        keep_alive: u16::from_be_bytes([*high, *low]),
        properties,
        client_id,
        will,
        user_name,
        password,
    })
}

/// Reads protocol name and level. `[MQTT-3.1.2-1]` `[MQTT-3.1.2-2]`
#[inline]
fn version(input: &[u8]) -> Parsed<'_, Version, ErrorKind> {
    let (at_level, name) = prefixed_u16(ErrorKind::Truncated(Field::ProtocolName))(input)?;
    let is_old = match name {
        b"MQTT" => false,
        b"MQIsdp" => true,
        _ => return Err(fault(ErrorKind::ProtocolName, input)),
    };
    let (rest, level) = be_u8(ErrorKind::Truncated(Field::ProtocolLevel))(at_level)?;
    match (is_old, level) {
        (false, 5) => Ok((rest, Version::V5)),
        (false, 4) => Ok((rest, Version::V3_1_1)),
        (true, 3) => Ok((rest, Version::V3_1)),
        _ => Err(fault(ErrorKind::ProtocolLevel, at_level)),
    }
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
