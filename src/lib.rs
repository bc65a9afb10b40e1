//! Sans-IO codecs and connection machines for MQTT.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::arithmetic_side_effects
    )
)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "bytes")]
mod gather;
mod list;
mod output;
mod read;
mod time;

#[cfg(feature = "mqtt")]
pub mod mqtt;

#[cfg(feature = "bytes")]
pub use gather::Gather;
pub use list::{Item, List, ListIter};
pub use output::{Full, Output, SliceOutput};
pub use time::Instant;
