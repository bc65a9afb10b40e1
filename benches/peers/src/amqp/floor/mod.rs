//! THE FLOOR: the straightest safe code that makes the same checks as fourwire.
//!
//! It looks at each byte once, makes a struct of what the rows hold, and knows of the other methods only what is needed to
//! refuse them. Its tests change every byte of every case to every value, and compare its verdict with fourwire's.

mod decode;
mod encode;
mod reader;
mod table;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, Deliver, Frame, Method, Properties, QueueDeclare};
pub use encode::{Content, Written, ack, deliver, queue_declare};
pub use table::{Entry, Table};
