//! A test for each normative statement that binds a codec or an endpoint, named by its id.
//!
//! `mqtt::v5::…::mqtt_3_3_1_4` shows `[MQTT-3.3.1-4]` of MQTT 5.0, `mqtt::v3::…` the same of 3.1.1. Vectors are written
//! by hand from the specification.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

#[path = "amqp/mod.rs"]
mod amqp;
#[path = "mqtt/mod.rs"]
mod mqtt;
