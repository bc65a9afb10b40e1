//! MQTT: packets in one direction of a connection.

use std::io;

use fourwire::mqtt::{Decoder, Limits, Packet, Version};
use serde_json::Value;

use crate::block::Block;
use crate::paint::Paint;
use crate::shown::Show;
use crate::wrong::Wrong;
use crate::{mqtt_human, mqtt_json};

/// A recording is on disk already, however large its packets are.
pub(crate) const LIMITS: Limits =
    Limits { packet: Limits::MAX_PACKET, publish: Limits::MAX_PACKET, payload_format: true };

pub(crate) struct Mqtt {
    decoder: Decoder,
}

impl Mqtt {
    pub(crate) const fn new(version: Version, limits: Limits) -> Self {
        Self { decoder: Decoder::with_limits(version, limits) }
    }
}

impl Show for Mqtt {
    type Unit<'i> = Packet<'i>;
    const UNIT: &'static str = "packet";

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Packet<'i>, usize)>, Wrong> {
        self.decoder.decode(input).map_err(Wrong::from)
    }

    fn json(&self, offset: u64, length: usize, packet: &Packet<'_>) -> Value {
        mqtt_json::packet(offset, length, packet, self.decoder.version())
    }

    fn block(&self, packet: &Packet<'_>, paint: Paint) -> Block {
        mqtt_human::block(packet, self.decoder.version(), paint)
    }

    fn encode(&self, packet: &Packet<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        packet.encode(self.decoder.version(), out).map_err(io::Error::other)
    }
}
