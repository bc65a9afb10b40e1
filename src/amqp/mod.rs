//! AMQP 0-9-1, with RabbitMQ's extensions.

#[cfg(feature = "alloc")]
mod assembler;
mod decode;
mod domain;
mod encode;
mod error;
mod frame;
mod header;
mod limits;
mod machine;
mod method;
mod methods;
mod reply;
pub mod routing;
mod session;
mod short;
mod table;
mod value;

#[cfg(feature = "alloc")]
pub use assembler::{Assembler, TooLarge};
pub use decode::Decoder;
pub use domain::Argument;
pub use encode::Message;
pub use error::{DecodeError, EncodeError, ErrorKind, Unit};
pub use frame::{Frame, ProtocolHeader};
pub use header::{BasicProperties, ContentHeader, Properties};
pub use limits::Limits;
pub use machine::{
    Channel, Client, Config, DeliveryTag, Error, Event, Growing, Login, Request, SendError, Server, Settled, Slot,
    Slots, Violation,
};
pub use method::Sender;
pub use methods::{Method, MethodId, access, basic, channel, confirm, connection, exchange, queue, tx};
pub use reply::ReplyCode;
pub use session::Session;
pub use short::ShortStr;
pub use value::{Array, Entry, Table, Value};
