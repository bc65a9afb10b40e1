//! One module for each column.
//!
//! Left out, because the codec is private or does not work without a connection: minimq, rust-mqtt, embedded-mqtt, paho-mqtt (C).

use crate::vectors::Version;

mod codec_kit;
mod flowsdk;
mod mountain;
mod mqtt5;
mod mqtt_format;
mod mqtt_proto;
mod mqttbytes;
mod mqttrs;
mod mqute;
mod ntex;
mod protocol_core;
mod rumqttc;
mod straight;

pub use straight::{FLOOR, UNCHECKED};

pub type Peer = harness::peer::Peer<Version>;

/// The versions of those that speak both.
pub const BOTH: &[Version] = &[Version::V4, Version::V5];

/// Fourwire, if it is there, then the floor, then the peers.
pub fn all() -> Vec<Peer> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.push(crate::ours::PEER);
    all.extend([
        FLOOR,
        UNCHECKED,
        mqttrs::PEER,
        mqtt_format::PEER,
        mountain::PEER,
        codec_kit::PEER,
        mqttbytes::PEER,
        rumqttc::PEER,
        mqtt_proto::PEER,
        mqtt5::PEER,
        mqute::PEER,
        ntex::PEER,
        protocol_core::PEER,
        flowsdk::PEER,
    ]);
    all
}
