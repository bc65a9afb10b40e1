//! The laws for STOMP. In each function of bytes the first byte chooses version, limits and leniencies.

#![allow(unused_imports, reason = "each driver uses some")]

mod books;
mod hostile;
mod line;
mod structured;

use fourwire::Full;
use fourwire::stomp::{Decoder, EncodeError, ErrorKind, Leniencies, Limits, Unit, Version};

pub use hostile::{client_hostile, server_hostile};
pub use line::two_machines;
pub use structured::{structured, structured_frame};

use super::decoding;
use super::protocol::Protocol;
use super::strict::Strict;

/// STOMP, in all its versions.
#[derive(Debug)]
pub enum Stomp {}

impl Protocol for Stomp {
    type Decoder = Decoder;
    type Unit<'i> = Unit<'i>;
    type Kind = ErrorKind;

    fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Result<Option<(Unit<'i>, usize)>, (ErrorKind, usize)> {
        decoder.decode(input).map_err(|error| (error.kind, error.offset))
    }

    fn same(one: &Unit<'_>, other: &Unit<'_>) -> bool {
        one == other
    }

    fn encoded_len(decoder: &Decoder, unit: &Unit<'_>) -> usize {
        unit.encoded_len(decoder.version())
    }

    fn encode(decoder: &Decoder, unit: &Unit<'_>, out: &mut Strict) -> Option<Result<(), Full>> {
        match unit.encode(decoder.version(), out) {
            Ok(()) => Some(Ok(())),
            Err(EncodeError::Full) => Some(Err(Full)),
            Err(_) => None,
        }
    }
}

/// Before a version was agreed, and each version.
pub const VERSIONS: [Option<Version>; 4] = [None, Some(Version::V1_0), Some(Version::V1_1), Some(Version::V1_2)];

fn chosen(data: &[u8]) -> Option<(Decoder, &[u8])> {
    let (first, bytes) = data.split_first()?;
    let limits = match first >> 2 & 3 {
        0 | 1 => Limits::default(),
        2 => Limits { headers: 2, line: 20, head: 60, body: 8, body_in_parts: 12 },
        _ => Limits::BEFORE_CONNECT,
    };
    // Those of which all can be written again.
    let is_lenient = first & 0x10 != 0;
    let leniencies = Leniencies {
        carriage_returns: is_lenient,
        raw_colons: is_lenient,
        no_blank_line: is_lenient,
        ..Leniencies::default()
    };
    let version = VERSIONS[usize::from(first % 4)];
    Some((Decoder::with_limits(version, limits).with_leniencies(leniencies), bytes))
}

pub fn any_bytes(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::any_bytes::<Stomp>(&decoder, bytes);
}

pub fn chunked(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::chunked::<Stomp>(&decoder, bytes);
}

pub fn round_trip(data: &[u8]) {
    let Some((mut decoder, bytes)) = chosen(data) else { return };
    // What is read may take another byte or two when it is written by the rules.
    decoder.set_limits(Limits::default());
    decoding::round_trip::<Stomp>(&decoder, bytes);
}
