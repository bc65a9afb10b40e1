//! AMQP 0-9-1, with RabbitMQ's extensions.

#[cfg(feature = "alloc")]
mod assembler;
mod buf;
mod credentials;
mod decode;
#[cfg(feature = "alloc")]
mod deliveries;
mod dialect;
mod domain;
mod encode;
mod error;
mod frame;
#[cfg(feature = "tokio-util")]
mod framed;
mod header;
mod limits;
mod machine;
mod method;
mod methods;
#[cfg(feature = "alloc")]
mod outstanding;
mod reply;
pub mod routing;
mod session;
mod short;
mod show;
mod table;
mod value;

#[cfg(feature = "alloc")]
pub use assembler::{Assembler, TooLarge};
pub use buf::FrameBuf;
pub use credentials::Credentials;
pub use decode::Decoder;
#[cfg(feature = "alloc")]
pub use deliveries::{ConsumeError, Consumer, Deliveries};
pub use dialect::Dialect;
pub use domain::Argument;
pub use encode::Message;
pub use error::{DecodeError, EncodeError, ErrorKind, Unit};
pub use frame::{Frame, ProtocolHeader};
#[cfg(feature = "tokio-util")]
pub use framed::FrameCodec;
pub use header::{BasicProperties, ContentHeader, Properties};
pub use limits::Limits;
pub use machine::{
    Channel, Client, Config, DeliveryTag, Error, Event, Growing, Login, Mechanism, Request, SendError, Server, Settled,
    Slot, Slots, Violation,
};
pub use method::Sender;
pub use methods::{Method, MethodId, access, basic, channel, confirm, connection, exchange, queue, tx};
#[cfg(feature = "alloc")]
pub use outstanding::{CameBack, Outstanding, Settling};
pub use reply::ReplyCode;
pub use session::Session;
pub use short::ShortStr;
pub use value::{Array, Entry, Table, Value};
