//! The laws for MQTT. In each function of bytes the first byte chooses the version.
#![allow(unused_imports, reason = "each driver uses some")]

mod hostile;
mod line;
mod parts;
mod session;
mod structured;

use fourwire::Full;
use fourwire::mqtt::{Decoder, EncodeError, ErrorKind, Limits, Packet, Version};

pub use hostile::{client_hostile, server_hostile};
pub use line::two_machines;
pub use parts::{chunked_parts, parts};
pub use session::session_bytes;
pub use structured::{structured, structured_packet};

use super::decoding;
use super::protocol::Protocol;
use super::strict::Strict;

/// MQTT, in any version.
#[derive(Debug)]
pub enum Mqtt {}

impl Protocol for Mqtt {
    type Decoder = Decoder;
    type Unit<'i> = Packet<'i>;
    type Kind = ErrorKind;

    fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Result<Option<(Packet<'i>, usize)>, (ErrorKind, usize)> {
        decoder.decode(input).map_err(|error| (error.kind, error.offset))
    }

    fn same(one: &Packet<'_>, other: &Packet<'_>) -> bool {
        one == other
    }

    fn encoded_len(decoder: &Decoder, unit: &Packet<'_>) -> usize {
        unit.encoded_len(decoder.version())
    }

    fn encode(decoder: &Decoder, unit: &Packet<'_>, out: &mut Strict) -> Option<Result<(), Full>> {
        match unit.encode(decoder.version(), out) {
            Ok(()) => Some(Ok(())),
            Err(EncodeError::Full) => Some(Err(Full)),
            Err(_) => None,
        }
    }
}

pub const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5];

/// A decoder that takes packets of any size.
pub fn decoder(version: Version) -> Decoder {
    Decoder::with_limits(version, Limits { packet: Limits::MAX_PACKET, ..Limits::default() })
}

/// The decoder that the first byte chooses, sometimes with a small limit, and the bytes behind it.
fn chosen(data: &[u8]) -> Option<(Decoder, &[u8])> {
    let (first, bytes) = data.split_first()?;
    let mut decoder = decoder(VERSIONS[usize::from(*first) % 3]);
    if first & 0xC0 == 0xC0 {
        decoder.set_limits(Limits { packet: 24, ..Limits::default() });
    }
    Some((decoder, bytes))
}

pub fn any_bytes(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::any_bytes::<Mqtt>(&decoder, bytes);
}

pub fn chunked(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::chunked::<Mqtt>(&decoder, bytes);
    parts(decoder.version(), bytes, decoding::seed(bytes));
}

/// Also: a packet of one version is refused in another, or is the same there.
pub fn round_trip(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::round_trip::<Mqtt>(&decoder, bytes);
    let mut learning = decoder.clone();
    let mut rest = bytes;
    while let Ok(Some((packet, used))) = learning.decode(rest) {
        rest = &rest[used..];
        if matches!(packet, Packet::Connect(_)) {
            continue;
        }
        for version in VERSIONS {
            let mut other = self::decoder(version);
            if let Some(bytes) = decoding::encodes::<Mqtt>(&other, &packet) {
                assert_eq!(other.decode(&bytes), Ok(Some((packet, bytes.len()))), "in {version}");
            }
        }
    }
}
