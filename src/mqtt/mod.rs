//! MQTT 3.1, 3.1.1 and 5.0.

mod ack;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod buf;
mod connack;
mod connect;
mod connect_view;

mod decode;
mod disconnect;
mod error;
mod field;
#[cfg(feature = "tokio-util")]
mod framed;
mod header;
mod limits;
mod machine;
#[cfg(feature = "alloc")]
mod outbox;
mod packet;
mod properties;
mod property;
mod publish;
mod reason;
mod session;
mod suback;
mod subscribe;
mod text;
mod topic;
mod types;
mod varint;
mod wire;

pub use ack::Ack;
pub use buf::PacketBuf;
pub use connack::ConnAck;
pub use connect::{Connect, Will};
pub use connect_view::ConnectView;
pub use decode::{Decoder, Part};
pub use disconnect::{Auth, Disconnect};
pub use error::{DecodeError, EncodeError, ErrorKind};
pub use field::Field;
#[cfg(feature = "tokio-util")]
pub use framed::PacketCodec;
pub use limits::Limits;
pub use machine::{
    Abilities, Client, Config, Delivery, Error, Event, Request, SendError, Server, Terms, Timeout, Violation,
};
#[cfg(feature = "alloc")]
pub use outbox::{Message, Outbox, Publisher, Shared};
pub use packet::Packet;
pub use properties::Properties;
pub use property::{Property, PropertyId};
pub use publish::Publish;
pub use reason::ReasonCode;
pub use session::{Growing, InFlight, RestoreError, Session, SessionEvent, Slot, Slots};
pub use suback::{ReasonCodes, SubAck, UnsubAck};
pub use subscribe::{RetainHandling, Subscribe, Subscription, Subscriptions, TopicFilters, Unsubscribe};
pub use topic::{TopicFilter, check_topic_name};
pub use types::{PacketId, PacketType, QoS, Version};
