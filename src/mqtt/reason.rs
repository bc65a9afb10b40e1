//! Reason codes, and which packet has which.

use core::fmt;

use super::{PacketType, QoS, Version};

macro_rules! reason_codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal $text:literal in $($packet:ident)|+,)*) => {
        /// The result of an operation. (MQTT 5.0 §2.4)
        ///
        /// The six return codes of a 3.1.1 CONNACK and the four of its SUBACK have the same names here: the codec
        /// translates.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[repr(u8)]
        pub enum ReasonCode {
            $($(#[$doc])* $name = $value,)*
        }

        impl ReasonCode {
            /// The code with this value, if 5.0 has it.
            #[inline]
            pub const fn from_value(value: u8) -> Option<Self> {
                Some(match value { $($value => Self::$name,)* _ => return None })
            }

            /// The name, as the specification writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

        }

        /// For each value a set of one bit for each packet type that has this code in 5.0.
        static PACKETS: [u16; 256] = {
            let mut packets = [0; 256];
            $(packets[$value] = $(1 << PacketType::$packet as u8)|+;)*
            packets
        };

        /// The code of each value.
        static CODES: [Option<ReasonCode>; 256] = {
            let mut codes = [None; 256];
            $(codes[$value] = Some(ReasonCode::$name);)*
            codes
        };
    };
}

reason_codes! {
    /// Success; also: normal disconnection, granted QoS 0.
    #[default]
    Success = 0x00 "Success" in ConnAck | PubAck | PubRec | PubRel | PubComp | SubAck | UnsubAck | Disconnect | Auth,
    /// Granted QoS 1.
    GrantedQoS1 = 0x01 "Granted QoS 1" in SubAck,
    /// Granted QoS 2.
    GrantedQoS2 = 0x02 "Granted QoS 2" in SubAck,
    /// Disconnect, and publish the will.
    DisconnectWithWill = 0x04 "Disconnect with Will Message" in Disconnect,
    /// The message was accepted, nobody subscribes to it.
    NoMatchingSubscribers = 0x10 "No matching subscribers" in PubAck | PubRec,
    /// There was no such subscription.
    NoSubscriptionExisted = 0x11 "No subscription existed" in UnsubAck,
    /// Authentication goes on.
    ContinueAuthentication = 0x18 "Continue authentication" in Auth,
    /// Authentication starts again.
    ReAuthenticate = 0x19 "Re-authenticate" in Auth,
    /// The sender does not say what is wrong.
    UnspecifiedError = 0x80 "Unspecified error" in ConnAck | PubAck | PubRec | SubAck | UnsubAck | Disconnect,
    /// The bytes are wrong.
    MalformedPacket = 0x81 "Malformed Packet" in ConnAck | Disconnect,
    /// The packet is wrong here.
    ProtocolError = 0x82 "Protocol Error" in ConnAck | Disconnect,
    /// The packet is right, the receiver does not want it.
    ImplementationSpecificError = 0x83 "Implementation specific error"
        in ConnAck | PubAck | PubRec | SubAck | UnsubAck | Disconnect,
    /// The server does not know this protocol version. (3.1.1: return code 1)
    UnsupportedProtocolVersion = 0x84 "Unsupported Protocol Version" in ConnAck,
    /// The client identifier is valid, but not allowed. (3.1.1: return code 2)
    ClientIdentifierNotValid = 0x85 "Client Identifier not valid" in ConnAck,
    /// The user name or the password is wrong. (3.1.1: return code 4)
    BadUserNameOrPassword = 0x86 "Bad User Name or Password" in ConnAck,
    /// The client may not do this. (3.1.1: return code 5)
    NotAuthorized = 0x87 "Not authorized" in ConnAck | PubAck | PubRec | SubAck | UnsubAck | Disconnect,
    /// The server is not available. (3.1.1: return code 3)
    ServerUnavailable = 0x88 "Server unavailable" in ConnAck,
    /// The server is busy.
    ServerBusy = 0x89 "Server busy" in ConnAck | Disconnect,
    /// The client is banned.
    Banned = 0x8A "Banned" in ConnAck,
    /// The server goes down.
    ServerShuttingDown = 0x8B "Server shutting down" in Disconnect,
    /// The authentication method is not supported, or not the one in use.
    BadAuthenticationMethod = 0x8C "Bad authentication method" in ConnAck | Disconnect,
    /// Nothing came for one and a half times the keep alive time.
    KeepAliveTimeout = 0x8D "Keep Alive timeout" in Disconnect,
    /// Another connection uses the same client identifier.
    SessionTakenOver = 0x8E "Session taken over" in Disconnect,
    /// The topic filter is well-formed, but not accepted.
    TopicFilterInvalid = 0x8F "Topic Filter invalid" in SubAck | UnsubAck | Disconnect,
    /// The topic name is well-formed, but not accepted.
    TopicNameInvalid = 0x90 "Topic Name invalid" in ConnAck | PubAck | PubRec | Disconnect,
    /// The packet identifier is in use.
    PacketIdentifierInUse = 0x91 "Packet identifier in use" in PubAck | PubRec | SubAck | UnsubAck,
    /// The packet identifier is not known.
    PacketIdentifierNotFound = 0x92 "Packet identifier not found" in PubRel | PubComp,
    /// More messages are in flight than the receiver said it takes.
    ReceiveMaximumExceeded = 0x93 "Receive Maximum exceeded" in Disconnect,
    /// The topic alias is 0 or larger than the receiver said it takes.
    TopicAliasInvalid = 0x94 "Topic Alias invalid" in Disconnect,
    /// The packet is larger than the receiver takes.
    PacketTooLarge = 0x95 "Packet too large" in ConnAck | Disconnect,
    /// Data comes too fast.
    MessageRateTooHigh = 0x96 "Message rate too high" in Disconnect,
    /// A limit is exceeded.
    QuotaExceeded = 0x97 "Quota exceeded" in ConnAck | PubAck | PubRec | SubAck | Disconnect,
    /// An operator closed the connection.
    AdministrativeAction = 0x98 "Administrative action" in Disconnect,
    /// The payload is not what its format indicator says.
    PayloadFormatInvalid = 0x99 "Payload format invalid" in ConnAck | PubAck | PubRec | Disconnect,
    /// The server keeps no retained messages.
    RetainNotSupported = 0x9A "Retain not supported" in ConnAck | Disconnect,
    /// The server does not do this QoS.
    QoSNotSupported = 0x9B "QoS not supported" in ConnAck | Disconnect,
    /// Use another server, for now.
    UseAnotherServer = 0x9C "Use another server" in ConnAck | Disconnect,
    /// Use another server, from now on.
    ServerMoved = 0x9D "Server moved" in ConnAck | Disconnect,
    /// The server has no shared subscriptions.
    SharedSubscriptionsNotSupported = 0x9E "Shared Subscriptions not supported" in SubAck | Disconnect,
    /// Connections come too fast.
    ConnectionRateExceeded = 0x9F "Connection rate exceeded" in ConnAck | Disconnect,
    /// The connection has lasted as long as it may.
    MaximumConnectTime = 0xA0 "Maximum connect time" in Disconnect,
    /// The server has no subscription identifiers.
    SubscriptionIdentifiersNotSupported = 0xA1 "Subscription Identifiers not supported" in SubAck | Disconnect,
    /// The server has no wildcard subscriptions.
    WildcardSubscriptionsNotSupported = 0xA2 "Wildcard Subscriptions not supported" in SubAck | Disconnect,
}

impl ReasonCode {
    /// The code's value in 5.0.
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// Whether the operation failed: 0x80 and above.
    pub const fn is_error(self) -> bool {
        self as u8 >= 0x80
    }

    /// What a SUBACK says of a subscription granted at `qos`.
    pub const fn granted(qos: QoS) -> Self {
        match qos {
            QoS::AtMostOnce => Self::Success,
            QoS::AtLeastOnce => Self::GrantedQoS1,
            QoS::ExactlyOnce => Self::GrantedQoS2,
        }
    }

    /// The QoS granted, if this is what a SUBACK says of a success.
    pub const fn granted_qos(self) -> Option<QoS> {
        QoS::from_level(self as u8)
    }

    /// Whether a packet of this type may carry the code in 5.0.
    #[inline]
    pub fn belongs_to(self, packet: PacketType) -> bool {
        belongs(self as u8, packet)
    }

    /// Reads the code of `packet` from the wire.
    #[inline]
    pub(crate) fn from_wire(value: u8, packet: PacketType, version: Version) -> Option<Self> {
        match (version, packet) {
            (Version::V5, _) if belongs(value, packet) => CODES.get(usize::from(value)).copied().flatten(),
            (Version::V5, _) => None,
            (_, PacketType::ConnAck) => Some(match value {
                0 => Self::Success,
                1 => Self::UnsupportedProtocolVersion,
                2 => Self::ClientIdentifierNotValid,
                3 => Self::ServerUnavailable,
                4 => Self::BadUserNameOrPassword,
                5 => Self::NotAuthorized,
                _ => return None,
            }),
            (_, PacketType::SubAck) => Some(match value {
                0 => Self::Success,
                1 => Self::GrantedQoS1,
                2 => Self::GrantedQoS2,
                0x80 => Self::UnspecifiedError,
                _ => return None,
            }),
            _ => None,
        }
    }

    /// The code's value in `packet`, if the packet has it in this version: 3.1.1's CONNACK return codes are 0 to 5.
    #[inline]
    pub fn to_wire(self, packet: PacketType, version: Version) -> Option<u8> {
        match (version, packet) {
            (Version::V5, _) => {
                if self.belongs_to(packet) {
                    Some(self as u8)
                } else {
                    None
                }
            }
            (_, PacketType::ConnAck) => match self {
                Self::Success => Some(0),
                Self::UnsupportedProtocolVersion => Some(1),
                Self::ClientIdentifierNotValid => Some(2),
                Self::ServerUnavailable => Some(3),
                Self::BadUserNameOrPassword => Some(4),
                Self::NotAuthorized => Some(5),
                _ => None,
            },
            (_, PacketType::SubAck) => match self {
                Self::Success | Self::GrantedQoS1 | Self::GrantedQoS2 | Self::UnspecifiedError => Some(self as u8),
                _ => None,
            },
            _ => None,
        }
    }
}

#[inline]
fn belongs(value: u8, packet: PacketType) -> bool {
    PACKETS.get(usize::from(value)).is_some_and(|packets| packets & 1 << packet as u8 != 0)
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:02X})", self.name(), self.value())
    }
}
