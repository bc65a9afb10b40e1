//! Each method of the specification, and of RabbitMQ's additions: laid out by hand from their lists of fields.

mod basic;
mod connection;
mod exchange;
mod layout;
mod modes;
mod queue;
