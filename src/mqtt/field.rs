//! The fields of packets, by the specification's names, for errors.

use core::fmt;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A field of a control packet.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = concat!("The ", $text, ".")] $name,)*
        }

        impl Field {
            /// The name, as the specification writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

fields! {
    ProtocolName = "protocol name",
    ProtocolLevel = "protocol level",
    ConnectFlags = "connect flags",
    KeepAlive = "keep alive",
    ClientIdentifier = "client identifier",
    WillProperties = "will properties",
    WillTopic = "will topic",
    WillPayload = "will payload",
    UserName = "user name",
    Password = "password",
    AcknowledgeFlags = "connect acknowledge flags",
    ReasonCode = "reason code",
    TopicName = "topic name",
    PacketIdentifier = "packet identifier",
    PropertyLength = "property length",
    Properties = "properties",
    PropertyIdentifier = "property identifier",
    PropertyValue = "property value",
    TopicFilter = "topic filter",
    SubscriptionOptions = "subscription options",
    Payload = "payload",
    RemainingLength = "remaining length",
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
