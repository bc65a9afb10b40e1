//! What real clients and servers said, in `testdata/`: each recording has a `.json` file beside it, written by an
//! independent decoder, and this crate's decoder must see the same. (However the bytes arrive: `tests/laws`.)
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "stomp", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod amqp;
mod amqp_client;
#[path = "../../examples/inspect/amqp_json.rs"]
mod amqp_json;
mod amqp_server;
#[path = "../../examples/inspect/hex.rs"]
mod hex;
#[path = "../../examples/inspect/lenient.rs"]
mod lenient;
mod mqtt;
#[path = "../../examples/inspect/mqtt_json.rs"]
mod mqtt_json;
#[path = "../../examples/inspect/mqtt_property.rs"]
mod mqtt_property;
mod replay;
mod stomp;
#[path = "../../examples/inspect/stomp_json.rs"]
mod stomp_json;
#[path = "../../examples/inspect/stomp_versions.rs"]
mod stomp_versions;
#[path = "../../examples/inspect/wrong.rs"]
mod wrong;
