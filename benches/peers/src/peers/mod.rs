//! One module for each column.
//!
//! Left out, because the codec is private or does not work without a connection: minimq, rust-mqtt, embedded-mqtt, paho-mqtt (C).

use crate::bench::{Encode, Job, Verdict, quietly};
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

pub struct Peer {
    pub name: &'static str,
    pub v4: bool,
    pub v5: bool,
    /// Decodes one whole packet.
    pub verdict: fn(Version, &[u8]) -> Verdict,
    /// Decodes a stream of packets. If it reads lists lazily and `walk` is set, it also reads all that a packet holds.
    pub decode: fn(Version, stream: &'static [u8], walk: bool) -> Job,
    /// Encodes the values that it has decoded from `packet`: these are made once, and are not timed.
    pub encode: fn(Version, packet: &'static [u8]) -> Encode,
    /// The same with the payload left where it is, for those that can; what was written is head and payload.
    pub gather: Option<fn(Version, packet: &'static [u8]) -> Encode>,
}

impl Peer {
    pub fn speaks(&self, version: Version) -> bool {
        match version {
            Version::V4 => self.v4,
            Version::V5 => self.v5,
        }
    }

    /// Whether its decoder is timed: the second floor's is the first's.
    pub fn decodes(&self) -> bool {
        self.name != UNCHECKED.name
    }

    /// The verdict, panics included.
    pub fn judge(&self, version: Version, packet: &[u8]) -> Verdict {
        quietly(|| (self.verdict)(version, packet)).unwrap_or(Verdict::Panic)
    }
}

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
