//! The laws for AMQP. In each function of bytes the first byte chooses the limits and the dialect, and where in
//! the stream we are.

#![allow(unused_imports, reason = "each driver uses some")]

mod hostile;
mod line;
mod structured;
mod tables;

use fourwire::Full;
use fourwire::amqp::{Decoder, Dialect, EncodeError, ErrorKind, Frame, Limits};

pub use hostile::{client_hostile, server_hostile};
pub use line::two_machines;
pub use structured::{structured, structured_frame};
pub use tables::tables;

use super::decoding;
use super::protocol::Protocol;
use super::strict::Strict;

/// AMQP 0-9-1.
#[derive(Debug)]
pub enum Amqp {}

impl Protocol for Amqp {
    type Decoder = Decoder;
    type Unit<'i> = Frame<'i>;
    type Kind = ErrorKind;

    fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Result<Option<(Frame<'i>, usize)>, (ErrorKind, usize)> {
        decoder.decode(input).map_err(|error| (error.kind, error.offset))
    }

    fn same(one: &Frame<'_>, other: &Frame<'_>) -> bool {
        one == other
    }

    fn encoded_len(_: &Decoder, unit: &Frame<'_>) -> usize {
        unit.encoded_len()
    }

    fn encode(_: &Decoder, unit: &Frame<'_>, out: &mut Strict) -> Option<Result<(), Full>> {
        match unit.encode(0, out) {
            Ok(()) => Some(Ok(())),
            Err(EncodeError::Full) => Some(Err(Full)),
            Err(_) => None,
        }
    }
}

/// A decoder that takes frames of any size.
pub fn decoder() -> Decoder {
    Decoder::with_limits(Limits { frame: u32::MAX, ..Limits::default() })
}

fn chosen(data: &[u8]) -> Option<(Decoder, &[u8])> {
    let (first, bytes) = data.split_first()?;
    let limits = match first % 4 {
        0 => Limits::default(),
        1 => Limits { frame: 40, depth: 2 },
        2 => Limits { frame: Limits::FRAME_MIN_SIZE, depth: Limits::MAX_DEPTH },
        _ => Limits { frame: u32::MAX, depth: 1 },
    };
    let dialect = if first & 0x40 == 0 { Dialect::RabbitMq } else { Dialect::Specification };
    let mut decoder = Decoder::with_limits(limits).with_dialect(dialect);
    if first & 0x80 != 0 {
        decoder.decode(b"AMQP\0\0\x09\x01").unwrap();
    }
    Some((decoder, bytes))
}

pub fn any_bytes(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::any_bytes::<Amqp>(&decoder, bytes);
}

pub fn chunked(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::chunked::<Amqp>(&decoder, bytes);
}

pub fn round_trip(data: &[u8]) {
    let Some((decoder, bytes)) = chosen(data) else { return };
    decoding::round_trip::<Amqp>(&decoder, bytes);
}
