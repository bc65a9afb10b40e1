//! The floor: the straightest safe code that makes all the checks of a strict decoder, without an allocation.
//!
//! CONNECT, PUBLISH, the four acknowledgements, SUBSCRIBE and the pings; the other packets are on no row.
//! Lists and CONNECT come as views: all of their bytes are proved while decoding, and read when they are asked for.

pub mod check;
mod connect;
mod decode;
pub mod encode;
mod error;
mod filter;
mod properties;
mod reader;
#[cfg(test)]
mod tests;

pub use decode::{Packet, decode};
#[cfg(test)]
pub use error::Kind;
pub use properties::Properties;

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Packet<'_>>() <= 64);
