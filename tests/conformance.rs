//! A test for each normative statement that binds a codec or an endpoint, named by its id.
//!
//! `mqtt::v5::…::mqtt_3_3_1_4` shows `[MQTT-3.3.1-4]` of MQTT 5.0, `mqtt::v3::…` the same of 3.1.1. AMQP numbers no
//! statements, but names its rules: `amqp::rules::…::channel_open_state` shows `channel.open.state`, and
//! `amqp::methods::…::basic_ack` how `basic.ack` is laid out. So are STOMP's: `stomp::…::escape_undefined` shows
//! `escape.undefined`. Vectors are written by hand from the specification.
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
#[path = "room/mod.rs"]
mod room;
#[path = "stomp/mod.rs"]
mod stomp;

/// Bytes from hex; white space is for people, and what is in single quotes is text.
fn hex(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (n, part) in text.split('\'').enumerate() {
        if n % 2 == 1 {
            bytes.extend_from_slice(part.as_bytes());
            continue;
        }
        let digits: Vec<u8> = part.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        assert!(digits.len() % 2 == 0, "an odd number of digits in {part}");
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).expect("hex");
        bytes.extend(digits.chunks(2).map(pair));
    }
    bytes
}
