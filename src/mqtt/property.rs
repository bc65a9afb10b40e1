//! The 27 properties of MQTT 5.0. (§2.2.2.2)

use core::fmt;

use super::properties::Seen;
use super::wire::{Binary, Flag, Four, FourNot0, Level, Pair, Text, Topic, Two, TwoNot0, VarNot0, Wire};
use super::{EncodeError, ErrorKind, PacketType, Properties, QoS};
use crate::list::{Item, Spelling, sealed::Sealed};
use crate::read::{Parsed, next_u8};
use crate::secret::Hidden;
use crate::write::Writer;

/// Where properties stand: which may be there, and how often. A bit for each identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) allowed: u64,
    /// Those that may be there more than once.
    pub(super) many: u64,
    /// Those that must be there.
    pub(super) required: u64,
}

impl Place {
    pub(super) const WILL: Self = Self::new(1);

    #[inline]
    pub(super) const fn of(packet: PacketType) -> Self {
        use PacketType as P;
        match packet {
            P::Connect => const { Self::new(1 << P::Connect as u8) },
            P::ConnAck => const { Self::new(1 << P::ConnAck as u8) },
            P::Publish => const { Self::new(1 << P::Publish as u8) },
            // The four have the same.
            P::PubAck | P::PubRec | P::PubRel | P::PubComp => const { Self::new(1 << P::PubAck as u8) },
            P::Subscribe => const { Self::new(1 << P::Subscribe as u8) },
            P::Unsubscribe => const { Self::new(1 << P::Unsubscribe as u8) },
            P::SubAck | P::UnsubAck => const { Self::new(1 << P::SubAck as u8) },
            P::Disconnect => const { Self::new(1 << P::Disconnect as u8) },
            P::Auth => const { Self::new(1 << P::Auth as u8) },
            P::PingReq | P::PingResp => const { Self::new(1 << P::PingReq as u8) },
        }
    }

    /// The place of this bit: a packet type's, or bit 0 for the will.
    const fn new(place: u16) -> Self {
        let publish = place == 1 << PacketType::Publish as u8;
        let auth = place == 1 << PacketType::Auth as u8;
        Self {
            allowed: PropertyId::allowed_at(place),
            many: PropertyId::UserProperty.bit() | if publish { PropertyId::SubscriptionIdentifier.bit() } else { 0 },
            required: if auth { PropertyId::AuthenticationMethod.bit() } else { 0 },
        }
    }
}

macro_rules! place {
    (Will) => {
        1
    };
    ($packet:ident) => {
        1 << PacketType::$packet as u8
    };
}

// One line a property: identifier, name, its getter, the specification's words, its representation and type, and the
// packets that have it. The user property, which alone has two parts, is written out.
macro_rules! properties {
    (<$a:lifetime> $(
        $(#[$doc:meta])*
        $value:literal $name:ident $getter:ident $text:literal: $wire:ident($ty:ty) in $($place:ident)|+;
    )*) => {
        /// The identifier of a property.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u8)]
        pub enum PropertyId {
            $($(#[$doc])* $name = $value,)*
            /// A name and a value of the application's own; may be there many times.
            UserProperty = 0x26,
        }

        impl PropertyId {
            /// The property with this identifier.
            #[inline]
            pub const fn from_value(value: u8) -> Option<Self> {
                Some(match value {
                    $($value => Self::$name,)*
                    0x26 => Self::UserProperty,
                    _ => return None,
                })
            }

            /// The name, as the specification writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::UserProperty => "user property",
                }
            }

            /// The properties that may be at this place, a bit for each.
            const fn allowed_at(place: u16) -> u64 {
                const PINGS: u16 = 1 << PacketType::PingReq as u8 | 1 << PacketType::PingResp as u8;
                let mut allowed = if place & PINGS == 0 { Self::UserProperty.bit() } else { 0 };
                $(if place & ($(place!($place))|+) != 0 {
                    allowed |= Self::$name.bit();
                })*
                allowed
            }

            #[inline]
            pub(super) const fn bit(self) -> u64 {
                1 << (self as u8 & 63)
            }

            #[inline]
            pub(super) fn validate(self, input: &[u8]) -> Parsed<'_, (), ErrorKind> {
                match self {
                    $(Self::$name => $wire::validate(self, input),)*
                    Self::UserProperty => Pair::validate(self, input),
                }
            }
        }

        /// One property.
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub enum Property<$a> {
            $($(#[$doc])* $name($ty),)*
            /// A name and a value of the application's own; may be there many times.
            UserProperty(&$a str, &$a str),
        }

        /// What a peer authenticates by is not shown, only how long it is.
        impl fmt::Debug for Property<'_> {
            #[allow(clippy::allow_attributes, unreachable_patterns, reason = "one of them is looked at before the others")]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::AuthenticationData(data) => f.debug_tuple("AuthenticationData").field(&Hidden(data)).finish(),
                    $(Self::$name(value) => f.debug_tuple(stringify!($name)).field(value).finish(),)*
                    Self::UserProperty(name, value) => f.debug_tuple("UserProperty").field(name).field(value).finish(),
                }
            }
        }

        /// What a peer authenticates by is not shown, only how long it is.
        #[cfg(feature = "serde")]
        impl serde::Serialize for Property<'_> {
            #[allow(clippy::allow_attributes, unreachable_patterns, reason = "one of them is looked at before the others")]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::AuthenticationData(data) => variant(serializer, self, "AuthenticationData", &Hidden(data)),
                    $(Self::$name(value) => variant(serializer, self, stringify!($name), value),)*
                    Self::UserProperty(name, value) => variant(serializer, self, "UserProperty", &(name, value)),
                }
            }
        }

        impl<$a> Property<$a> {
            /// The identifier.
            #[inline]
            pub const fn id(&self) -> PropertyId {
                match self {
                    $(Self::$name(_) => PropertyId::$name,)*
                    Self::UserProperty(..) => PropertyId::UserProperty,
                }
            }

            /// Bytes that the property takes, if its value can be sent and it may be sent in this place (again).
            #[inline]
            pub(super) fn measure(&self, place: Place, seen: &mut Seen) -> Result<usize, EncodeError> {
                // One look at the variant tells both.
                let len = match *self {
                    $(Self::$name(value) => {
                        seen.see(PropertyId::$name, place)?;
                        $wire::measure(PropertyId::$name, value)?
                    })*
                    Self::UserProperty(name, value) => {
                        seen.see(PropertyId::UserProperty, place)?;
                        Pair::measure(PropertyId::UserProperty, (name, value))?
                    }
                };
                Ok(len.saturating_add(1))
            }
        }

        impl Sealed for Property<'_> {}

        impl<$a> Item<$a> for Property<$a> {
            #[inline]
            fn next(wire: &mut &$a [u8], _: Spelling) -> Option<Self> {
                Some(match PropertyId::from_value(next_u8(wire)?)? {
                    $(PropertyId::$name => Self::$name($wire::next(wire)?),)*
                    PropertyId::UserProperty => {
                        let (name, value) = Pair::next(wire)?;
                        Self::UserProperty(name, value)
                    }
                })
            }

            #[inline]
            fn encoded_len(&self) -> usize {
                let len = match *self {
                    $(Self::$name(value) => $wire::len(value),)*
                    Self::UserProperty(name, value) => Pair::len((name, value)),
                };
                len.saturating_add(1)
            }

            #[inline]
            fn put(&self, _: Spelling, out: &mut Writer<'_>) {
                match *self {
                    $(Self::$name(value) => $wire::put(PropertyId::$name, value, out),)*
                    Self::UserProperty(name, value) => Pair::put(PropertyId::UserProperty, (name, value), out),
                }
            }
        }

        /// The values of single properties: the first with the name.
        impl<$a> Properties<$a> {
            $(
                $(#[$doc])*
                pub fn $getter(&self) -> Option<$ty> {
                    match self.find(PropertyId::$name)? {
                        Property::$name(value) => Some(value),
                        _ => None,
                    }
                }
            )*
        }
    };
}

#[cfg(feature = "serde")]
fn variant<S: serde::Serializer>(
    serializer: S,
    property: &Property<'_>,
    name: &'static str,
    value: &impl serde::Serialize,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_variant("Property", u32::from(property.id() as u8), name, value)
}

properties! { <'a>
    /// Whether the payload is UTF-8 text.
    0x01 PayloadFormatIndicator payload_format_indicator "payload format indicator": Flag(bool) in Publish | Will;
    /// Seconds for which the message is worth delivering.
    0x02 MessageExpiryInterval message_expiry_interval "message expiry interval": Four(u32) in Publish | Will;
    /// What the payload is, in the application's words, such as a MIME type.
    0x03 ContentType content_type "content type": Text(&'a str) in Publish | Will;
    /// The topic that an answer is to be published to.
    0x08 ResponseTopic response_topic "response topic": Topic(&'a str) in Publish | Will;
    /// What tells the requester which request an answer is for.
    0x09 CorrelationData correlation_data "correlation data": Binary(&'a [u8]) in Publish | Will;
    /// The number that the client gave the subscription, 1 to 268,435,455; a PUBLISH may have several.
    0x0B SubscriptionIdentifier subscription_identifier "subscription identifier": VarNot0(u32) in Publish | Subscribe;
    /// Seconds for which the session outlives the connection; `u32::MAX` is for ever.
    0x11 SessionExpiryInterval session_expiry_interval "session expiry interval": Four(u32) in Connect | ConnAck | Disconnect;
    /// The client identifier that the server gave a client without one.
    0x12 AssignedClientIdentifier assigned_client_identifier "assigned client identifier": Text(&'a str) in ConnAck;
    /// Seconds of keep alive that the server wants in place of the client's.
    0x13 ServerKeepAlive server_keep_alive "server keep alive": Two(u16) in ConnAck;
    /// The name of the authentication method.
    0x15 AuthenticationMethod authentication_method "authentication method": Text(&'a str) in Connect | ConnAck | Auth;
    /// What the authentication method says.
    0x16 AuthenticationData authentication_data "authentication data": Binary(&'a [u8]) in Connect | ConnAck | Auth;
    /// Whether the server may send reason strings and user properties with failures.
    0x17 RequestProblemInformation request_problem_information "request problem information": Flag(bool) in Connect;
    /// Seconds between the end of the connection and the will.
    0x18 WillDelayInterval will_delay_interval "will delay interval": Four(u32) in Will;
    /// Whether the client asks for response information.
    0x19 RequestResponseInformation request_response_information "request response information": Flag(bool) in Connect;
    /// What to make response topics of.
    0x1A ResponseInformation response_information "response information": Text(&'a str) in ConnAck;
    /// Another server to use.
    0x1C ServerReference server_reference "server reference": Text(&'a str) in ConnAck | Disconnect;
    /// Why, for people who diagnose.
    0x1F ReasonString reason_string "reason string": Text(&'a str)
        in ConnAck | PubAck | PubRec | PubRel | PubComp | SubAck | UnsubAck | Disconnect | Auth;
    /// How many QoS 1 and QoS 2 messages the sender of this takes at once, not 0.
    0x21 ReceiveMaximum receive_maximum "receive maximum": TwoNot0(u16) in Connect | ConnAck;
    /// The largest topic alias that the sender of this takes.
    0x22 TopicAliasMaximum topic_alias_maximum "topic alias maximum": Two(u16) in Connect | ConnAck;
    /// The number that stands for the topic, not 0.
    0x23 TopicAlias topic_alias "topic alias": TwoNot0(u16) in Publish;
    /// The highest QoS that the server does, if it is not 2.
    0x24 MaximumQoS maximum_qos "maximum QoS": Level(QoS) in ConnAck;
    /// Whether the server keeps retained messages.
    0x25 RetainAvailable retain_available "retain available": Flag(bool) in ConnAck;
    /// The largest packet that the sender of this takes, in bytes, not 0.
    0x27 MaximumPacketSize maximum_packet_size "maximum packet size": FourNot0(u32) in Connect | ConnAck;
    /// Whether the server has wildcard subscriptions.
    0x28 WildcardSubscriptionAvailable wildcard_subscription_available "wildcard subscription available": Flag(bool) in ConnAck;
    /// Whether the server has subscription identifiers.
    0x29 SubscriptionIdentifierAvailable subscription_identifier_available "subscription identifier available": Flag(bool) in ConnAck;
    /// Whether the server has shared subscriptions.
    0x2A SharedSubscriptionAvailable shared_subscription_available "shared subscription available": Flag(bool) in ConnAck;
}

impl fmt::Display for PropertyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
