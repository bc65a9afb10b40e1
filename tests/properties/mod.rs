//! The laws, each written once as a function of bytes; `tests/laws.rs` and the fuzz targets drive them.
//!
//! A broken law panics.
#![allow(dead_code, reason = "each driver uses some")]

pub mod codec;
pub mod machines;
pub mod structured;
