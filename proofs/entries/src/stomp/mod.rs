//! STOMP 1.0, 1.1 and 1.2.

mod codec;
#[cfg(feature = "alloc")]
mod commands;
#[cfg(feature = "alloc")]
mod machines;
#[cfg(feature = "alloc")]
mod owned;
mod values;
