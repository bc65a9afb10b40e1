//! AMQP 0-9-1.

mod codec;
mod machines;
mod methods;
mod tables;
mod values;
