//! What is wrong, and where: sixteen bytes, `Copy`.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error {
    pub kind: Kind,
    /// From the first byte of the packet.
    pub offset: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    PacketType,
    Flags,
    /// Of the remaining length or of the properties: more than four bytes, or (5.0) more than it needs.
    Length,
    Truncated,
    Trailing,
    Utf8,
    Nul,
    PacketId,
    Protocol,
    ConnectFlags,
    ClientId,
    TopicName,
    TopicFilter,
    SharedSubscription,
    NoFilter,
    SubscriptionOptions,
    ReasonCode,
    PropertyUnknown,
    PropertyNotAllowed,
    PropertyTwice,
    PropertyValue,
    PropertyMissing,
    PayloadFormat,
}

const _: () = assert!(size_of::<Error>() == 16);
