//! What can be wrong with bytes, and what the encoder refuses.

use core::fmt;

use super::{Field, PropertyId, ReasonCode};
use crate::Full;

/// Wrong bytes: what is wrong, and where.
///
/// `offset` counts from the first byte of the input given to the call, to the byte (or the field) that breaks the rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes from the start of the input.
    pub offset: usize,
}

impl DecodeError {
    /// The reason code that answers this error: in CONNACK if the error is in CONNECT, else in DISCONNECT (5.0).
    ///
    /// In 3.1.1 a CONNECT is answered by the CONNACK code that says the same, if there is one, and everything else by
    /// closing the connection.
    pub const fn reason_code(&self) -> ReasonCode {
        self.kind.reason_code()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.kind, self.offset)
    }
}

impl core::error::Error for DecodeError {}

/// The rules that bytes can break.
///
/// The documentation of each kind names the normative statements, 3.1.1's first where they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorKind {
    /// Packet type 0, or AUTH before 5.0. (§2.1.2)
    #[default]
    ReservedPacketType,
    /// The fixed header's flags are not those that the packet type has. `[MQTT-2.2.2-2]` `[MQTT-2.1.3-1]`
    ReservedFlags,
    /// A PUBLISH with both QoS bits set. `[MQTT-3.3.1-4]`
    PublishQoS3,
    /// A PUBLISH with DUP set and QoS 0. `[MQTT-3.3.1-2]`
    DupWithQoS0,
    /// A variable byte integer of more than four bytes. (§2.2.3, §1.5.5)
    VariableByteInteger(Field),
    /// A variable byte integer in more bytes than it needs (5.0). `[MQTT-1.5.5-1]`
    NotMinimal(Field),
    /// The packet is larger than the limit that was set. `[MQTT-3.1.2-24]` `[MQTT-3.2.2-15]`
    PacketTooLarge,
    /// The field runs past the end of the packet, or of the properties.
    Truncated(Field),
    /// The packet goes on behind its last field.
    TrailingBytes,
    /// Text that is not well-formed UTF-8, which has no surrogates either. `[MQTT-1.5.3-1]` `[MQTT-1.5.4-1]`
    Utf8(Field),
    /// Text with the character U+0000. `[MQTT-1.5.3-2]` `[MQTT-1.5.4-2]`
    NulCharacter(Field),
    /// Packet identifier 0. `[MQTT-2.3.1-1]` `[MQTT-2.2.1-3]` `[MQTT-2.2.1-4]`
    PacketIdZero,
    /// A protocol name that is neither `MQTT` nor `MQIsdp`. `[MQTT-3.1.2-1]`
    ProtocolName,
    /// A protocol level that does not go with the name, or that nobody knows. `[MQTT-3.1.2-2]`
    ProtocolLevel,
    /// CONNECT's reserved flag is set. `[MQTT-3.1.2-3]`
    ConnectReservedFlag,
    /// Will QoS or will retain set without the will flag. `[MQTT-3.1.2-13]` `[MQTT-3.1.2-15]`; 5.0 `[MQTT-3.1.2-11]`
    /// `[MQTT-3.1.2-13]`
    WillFlags,
    /// Will QoS 3. `[MQTT-3.1.2-14]`; 5.0 `[MQTT-3.1.2-12]`
    WillQoS3,
    /// A password without a user name (before 5.0). `[MQTT-3.1.2-22]`
    PasswordWithoutUserName,
    /// No client identifier, and no clean session (3.1.1) `[MQTT-3.1.3-8]`; none at all (3.1). That 3.1 allows no more
    /// than 23 characters is for the server to enforce, if it likes: most do not.
    ClientIdentifier,
    /// A reserved bit of CONNACK's flags is set. `[MQTT-3.2.2-1]`
    AcknowledgeFlags,
    /// A CONNACK that refuses and says that a session is present. `[MQTT-3.2.2-4]`; 5.0 `[MQTT-3.2.2-6]`
    SessionPresentOnRefusal,
    /// An empty topic (5.0: and no topic alias). `[MQTT-4.7.3-1]`, §3.3.2.1
    TopicEmpty(Field),
    /// A topic name with `+` or `#`. `[MQTT-3.3.2-2]` `[MQTT-3.3.2-14]` `[MQTT-3.1.3-11]`
    TopicWildcard(Field),
    /// A topic filter whose `+` or `#` does not fill its level, or whose `#` is not last. `[MQTT-4.7.1-2]`
    /// `[MQTT-4.7.1-3]`; 5.0 `[MQTT-4.7.1-1]` `[MQTT-4.7.1-2]`
    TopicFilter,
    /// A shared subscription without a name of its own, or without a filter (5.0). `[MQTT-4.8.2-1]` `[MQTT-4.8.2-2]`
    SharedSubscription,
    /// No Local on a shared subscription (5.0). `[MQTT-3.8.3-4]`
    SharedNoLocal,
    /// SUBSCRIBE or UNSUBSCRIBE without a topic filter, SUBACK or UNSUBACK without a reason code. `[MQTT-3.8.3-3]`
    /// `[MQTT-3.10.3-2]`; 5.0 `[MQTT-3.8.3-2]` `[MQTT-3.10.3-2]`
    Empty(Field),
    /// Reserved bits, QoS 3 or retain handling 3 in the subscription options. `[MQTT-3-8.3-4]`; 5.0 `[MQTT-3.8.3-5]`
    SubscriptionOptions,
    /// A reason code (or return code) that this packet does not have. `[MQTT-3.2.2-8]` `[MQTT-3.4.2-1]`
    /// `[MQTT-3.5.2-1]` `[MQTT-3.6.2-1]` `[MQTT-3.7.2-1]` `[MQTT-3.9.3-2]` `[MQTT-3.11.3-2]` `[MQTT-3.14.2-1]`
    /// `[MQTT-3.15.2-1]`
    ReasonCode,
    /// A property identifier that nobody knows. (5.0 §2.2.2.2)
    UnknownProperty,
    /// A property that this packet does not have. (5.0 §2.2.2.2)
    PropertyNotAllowed(PropertyId),
    /// A property twice that may be there once. (5.0 §2.2.2.2 and the property's own section)
    PropertyTwice(PropertyId),
    /// A property's value out of its range.
    PropertyValue(PropertyId),
    /// A property that must be there and is not: the authentication method in AUTH, or beside authentication data.
    /// (5.0 §3.1.2.11.10, §3.15.2.2.2)
    PropertyMissing(PropertyId),
    /// The payload format indicator says UTF-8, and the payload is not. (5.0 §3.3.2.3.2, §3.1.3.2.3)
    PayloadFormat(Field),
}

impl ErrorKind {
    /// See [`DecodeError::reason_code`].
    pub const fn reason_code(self) -> ReasonCode {
        use ReasonCode as Code;
        match self {
            Self::ProtocolName | Self::ProtocolLevel => Code::UnsupportedProtocolVersion,
            Self::PacketTooLarge => Code::PacketTooLarge,
            Self::ClientIdentifier => Code::ClientIdentifierNotValid,
            Self::TopicWildcard(_) => Code::TopicNameInvalid,
            Self::TopicFilter => Code::TopicFilterInvalid,
            Self::PayloadFormat(_) => Code::PayloadFormatInvalid,
            Self::TopicEmpty(Field::TopicName)
            | Self::Empty(_)
            | Self::SharedNoLocal
            | Self::PropertyTwice(_)
            | Self::PropertyMissing(_)
            | Self::PacketIdZero
            | Self::SessionPresentOnRefusal => Code::ProtocolError,
            Self::PropertyValue(PropertyId::TopicAlias) => Code::TopicAliasInvalid,
            Self::PropertyValue(_) => Code::ProtocolError,
            _ => Code::MalformedPacket,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedPacketType => "the packet type is reserved",
            Self::ReservedFlags => "the flags are not those of the packet type",
            Self::PublishQoS3 => "PUBLISH has both QoS bits set",
            Self::DupWithQoS0 => "PUBLISH has DUP set with QoS 0",
            Self::VariableByteInteger(field) => return write!(f, "{field} takes more than four bytes"),
            Self::NotMinimal(field) => return write!(f, "{field} takes more bytes than it needs"),
            Self::PacketTooLarge => "the packet is larger than the limit",
            Self::Truncated(field) => return write!(f, "{field} runs past the end"),
            Self::TrailingBytes => "the packet goes on behind its last field",
            Self::Utf8(field) => return write!(f, "{field} is not well-formed UTF-8"),
            Self::NulCharacter(field) => return write!(f, "{field} contains the character U+0000"),
            Self::PacketIdZero => "packet identifier is zero",
            Self::ProtocolName => "protocol name is neither MQTT nor MQIsdp",
            Self::ProtocolLevel => "protocol level is not supported",
            Self::ConnectReservedFlag => "the reserved connect flag is set",
            Self::WillFlags => "will QoS or will retain is set without the will flag",
            Self::WillQoS3 => "will QoS is 3",
            Self::PasswordWithoutUserName => "there is a password without a user name",
            Self::ClientIdentifier => "client identifier is not valid",
            Self::AcknowledgeFlags => "a reserved connect acknowledge flag is set",
            Self::SessionPresentOnRefusal => "a refusal says that a session is present",
            Self::TopicEmpty(field) => return write!(f, "{field} is empty"),
            Self::TopicWildcard(field) => return write!(f, "{field} contains a wildcard"),
            Self::TopicFilter => "topic filter has a wildcard in a wrong place",
            Self::SharedSubscription => "shared subscription lacks its name or its filter",
            Self::SharedNoLocal => "No Local is set on a shared subscription",
            Self::Empty(field) => return write!(f, "there is no {field}"),
            Self::SubscriptionOptions => "subscription options have a reserved value",
            Self::ReasonCode => "reason code does not belong to this packet",
            Self::UnknownProperty => "property identifier is unknown",
            Self::PropertyNotAllowed(id) => return write!(f, "{id} does not belong to this packet"),
            Self::PropertyTwice(id) => return write!(f, "{id} is there twice"),
            Self::PropertyValue(id) => return write!(f, "{id} has a value out of range"),
            Self::PropertyMissing(id) => return write!(f, "{id} is missing"),
            Self::PayloadFormat(field) => return write!(f, "{field} is said to be UTF-8 and is not"),
        })
    }
}

/// Why a packet was not encoded. Nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The output has no room. Make some and repeat the call.
    Full,
    /// The field (or the list of them) is longer than its length can say.
    TooLong(Field),
    /// The protocol version does not have this field, or this value of it.
    NotInThisVersion(Field),
    /// No peer would accept the packet: it breaks this rule.
    Invalid(ErrorKind),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => Full.fmt(f),
            Self::TooLong(field) => write!(f, "{field} is too long"),
            Self::NotInThisVersion(field) => write!(f, "this protocol version does not have this {field}"),
            Self::Invalid(kind) => kind.fmt(f),
        }
    }
}

impl core::error::Error for EncodeError {}

impl From<Full> for EncodeError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl From<ErrorKind> for EncodeError {
    fn from(kind: ErrorKind) -> Self {
        Self::Invalid(kind)
    }
}
