#![cfg_attr(all(feature = "std", feature = "mqtt"), doc = include_str!("../README.md"))]
#![cfg_attr(not(all(feature = "std", feature = "mqtt")), doc = "Sans-IO protocol machinery: see the README.")]
#![no_std]
// Only the library is to do without std; examples and tests have it.
#![warn(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core, clippy::print_stdout)]
// Not every protocol needs all that they share.
#![cfg_attr(not(all(feature = "mqtt", feature = "amqp", feature = "stomp")), allow(dead_code))]
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
#[cfg(all(test, feature = "arbitrary"))]
mod made;
mod output;
mod read;
mod scan;
mod secret;
mod time;
mod write;

#[cfg(feature = "amqp")]
pub mod amqp;
#[cfg(feature = "mqtt")]
pub mod mqtt;
#[cfg(feature = "stomp")]
pub mod stomp;

#[cfg(feature = "bytes")]
pub use gather::Gather;
pub use list::{Item, List, ListIter};
pub use output::{Full, Output, SliceOutput};
pub use time::Instant;
