//! MQTT: packets in one direction of a connection.

use std::io::{self, Write};

use fourwire::mqtt::{DecodeError, Decoder, Limits, Packet, Version};

use crate::stream::{Format, Protocol, Step};
use crate::{block, hex, mqtt_human, mqtt_json, text};

pub(crate) struct Mqtt {
    decoder: Decoder,
    format: Format,
    titled: bool,
}

impl Mqtt {
    pub(crate) const fn new(version: Version, format: Format) -> Self {
        // A recording is on disk already, however large its packets are.
        let limits = Limits { packet: Limits::MAX_PACKET, publish: Limits::MAX_PACKET, payload_format: true };
        Self { decoder: Decoder::with_limits(version, limits), format, titled: false }
    }

    fn packet(&mut self, offset: u64, used: usize, packet: &Packet<'_>, out: &mut dyn Write) -> io::Result<()> {
        let version = self.decoder.version();
        match self.format {
            Format::Json => writeln!(out, "{}", mqtt_json::packet(offset, used, packet, version)),
            Format::People(paint) => {
                self.title(out)?;
                block::write(paint, offset, used, &mqtt_human::block(packet, version, paint), out)
            }
            Format::Reencoded { hex } => {
                let mut bytes = Vec::new();
                packet.encode(version, &mut bytes).map_err(io::Error::other)?;
                if hex { writeln!(out, "{}", hex::encode(&bytes)) } else { out.write_all(&bytes) }
            }
        }
    }

    fn error(&mut self, offset: u64, error: &DecodeError, out: &mut dyn Write) -> io::Result<()> {
        let at = offset.saturating_add(error.offset as u64);
        match self.format {
            Format::Json => writeln!(out, "{}", mqtt_json::error(offset, error)),
            Format::People(paint) => {
                self.title(out)?;
                block::error(paint, offset, &format!("{}, at byte {at}", error.kind), out)
            }
            Format::Reencoded { .. } => writeln!(io::stderr(), "inspect: {}, at byte {at}", error.kind),
        }
    }

    /// The columns' titles, once there is something to stand below them.
    fn title(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::People(paint) if !self.titled => {
                self.titled = true;
                block::title(paint, out)
            }
            _ => Ok(()),
        }
    }
}

impl Protocol for Mqtt {
    fn next(&mut self, offset: u64, input: &[u8], out: &mut dyn Write) -> io::Result<Step> {
        match self.decoder.decode(input) {
            Ok(Some((packet, used))) => {
                self.packet(offset, used, &packet, out)?;
                Ok(Step::Unit(used))
            }
            Ok(None) => Ok(Step::More),
            Err(error) => {
                self.error(offset, &error, out)?;
                Ok(Step::Wrong)
            }
        }
    }

    fn incomplete(&mut self, offset: u64, rest: usize, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Json => writeln!(out, "{}", mqtt_json::incomplete(rest)),
            Format::People(paint) => {
                self.title(out)?;
                block::incomplete(paint, offset, rest, out)
            }
            Format::Reencoded { .. } => {
                let rest = text::count(rest, "byte");
                writeln!(io::stderr(), "inspect: the recording ends after {rest} of a packet")
            }
        }
    }
}
