//! Small values that many packets share.

use core::fmt;
use core::num::NonZeroU16;

/// A packet identifier: 1 to 65,535. `[MQTT-2.2.1-3]`
pub type PacketId = NonZeroU16;

/// The protocol versions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Version {
    /// MQTT 3.1: protocol name `MQIsdp`, level 3.
    V3_1,
    /// MQTT 3.1.1: protocol name `MQTT`, level 4.
    V3_1_1,
    /// MQTT 5.0: protocol name `MQTT`, level 5.
    V5,
}

impl Version {
    /// The protocol name in CONNECT.
    pub const fn protocol_name(self) -> &'static str {
        match self {
            Self::V3_1 => "MQIsdp",
            Self::V3_1_1 | Self::V5 => "MQTT",
        }
    }

    /// The protocol level (5.0: protocol version) in CONNECT.
    pub const fn protocol_level(self) -> u8 {
        match self {
            Self::V3_1 => 3,
            Self::V3_1_1 => 4,
            Self::V5 => 5,
        }
    }

    /// Whether this is 5.0: whether packets have properties and reason codes.
    pub const fn is_v5(self) -> bool {
        matches!(self, Self::V5)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_1 => "MQTT 3.1",
            Self::V3_1_1 => "MQTT 3.1.1",
            Self::V5 => "MQTT 5.0",
        })
    }
}

/// Quality of service: what the sender of a PUBLISH is promised. (MQTT 5.0 §4.3)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[repr(u8)]
pub enum QoS {
    /// QoS 0: no acknowledgement.
    #[default]
    AtMostOnce = 0,
    /// QoS 1: PUBACK.
    AtLeastOnce = 1,
    /// QoS 2: PUBREC, PUBREL, PUBCOMP.
    ExactlyOnce = 2,
}

impl QoS {
    /// The level as a number.
    pub const fn level(self) -> u8 {
        self as u8
    }

    /// The QoS of a level, if it is 0, 1 or 2.
    #[inline]
    pub const fn from_level(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// The fifteen control packet types. (MQTT 5.0 §2.1.2)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum PacketType {
    /// Client to server: connection request.
    Connect = 1,
    /// Server to client: connect acknowledgement.
    ConnAck = 2,
    /// Either way: publish message.
    Publish = 3,
    /// Either way: publish acknowledgement (QoS 1).
    PubAck = 4,
    /// Either way: publish received (QoS 2, first answer).
    PubRec = 5,
    /// Either way: publish release (QoS 2, second request).
    PubRel = 6,
    /// Either way: publish complete (QoS 2, last answer).
    PubComp = 7,
    /// Client to server: subscribe request.
    Subscribe = 8,
    /// Server to client: subscribe acknowledgement.
    SubAck = 9,
    /// Client to server: unsubscribe request.
    Unsubscribe = 10,
    /// Server to client: unsubscribe acknowledgement.
    UnsubAck = 11,
    /// Client to server: ping request.
    PingReq = 12,
    /// Server to client: ping response.
    PingResp = 13,
    /// Disconnect notification: in 5.0 either way, before that from the client only.
    Disconnect = 14,
    /// Either way: authentication exchange (5.0).
    Auth = 15,
}

impl PacketType {
    /// The type in the upper four bits of a packet's first byte; 0 is reserved.
    #[inline]
    pub(crate) const fn from_first_byte(byte: u8) -> Option<Self> {
        Some(match byte >> 4 {
            1 => Self::Connect,
            2 => Self::ConnAck,
            3 => Self::Publish,
            4 => Self::PubAck,
            5 => Self::PubRec,
            6 => Self::PubRel,
            7 => Self::PubComp,
            8 => Self::Subscribe,
            9 => Self::SubAck,
            10 => Self::Unsubscribe,
            11 => Self::UnsubAck,
            12 => Self::PingReq,
            13 => Self::PingResp,
            14 => Self::Disconnect,
            15 => Self::Auth,
            _ => return None,
        })
    }

    /// The flags that the fixed header must have; PUBLISH has its own. `[MQTT-2.1.3-1]`
    #[inline]
    pub(crate) const fn flags(self) -> u8 {
        const TWO: u16 =
            1 << PacketType::PubRel as u8 | 1 << PacketType::Subscribe as u8 | 1 << PacketType::Unsubscribe as u8;
        if TWO >> self as u8 & 1 == 0 { 0 } else { 0b0010 }
    }

    /// The first byte of such a packet, PUBLISH without its flags.
    #[inline]
    pub(crate) const fn first_byte(self) -> u8 {
        (self as u8) << 4 | self.flags()
    }

    /// The name in the specification's capitals.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::ConnAck => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::SubAck => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::UnsubAck => "UNSUBACK",
            Self::PingReq => "PINGREQ",
            Self::PingResp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
