//! The same bytes through our decoders and through those of others, and what each says.

pub mod amqp;
pub mod mqtt;
pub mod process;
pub mod stomp;
pub mod verdict;
