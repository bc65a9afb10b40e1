//! THE FLOOR: the straightest safe code that makes the same checks as fourwire.
//!
//! Of STOMP 1.2 alone, of whole frames alone, with the default limits and no leniencies: it need not remember where it
//! stopped, nor ask what is asked. Its tests change every byte of every case to every value, and compare its verdict with
//! fourwire's.

mod decode;
mod encode;
mod marks;
mod names;
#[cfg(test)]
mod tests;

pub use decode::{Frame, Unit, decode};
pub use encode::{Written, head};
