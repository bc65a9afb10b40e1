//! AMQP 0-9-1: frames in one direction of a connection.

use std::io;

use fourwire::amqp::{Decoder, Dialect, Frame, Limits};
use serde_json::Value;

use crate::block::Block;
use crate::paint::Paint;
use crate::shown::Show;
use crate::wrong::Wrong;
use crate::{amqp_human, amqp_json};

pub(crate) struct Amqp {
    decoder: Decoder,
}

impl Amqp {
    pub(crate) const fn new(dialect: Dialect) -> Self {
        // A recording is on disk already, however large its frames are.
        let limits = Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH };
        Self { decoder: Decoder::with_limits(limits).with_dialect(dialect) }
    }
}

impl Show for Amqp {
    type Unit<'i> = Frame<'i>;
    const UNIT: &'static str = "frame";

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Frame<'i>, usize)>, Wrong> {
        self.decoder.decode(input).map_err(Wrong::from)
    }

    fn json(&self, offset: u64, length: usize, frame: &Frame<'_>) -> Value {
        amqp_json::frame(offset, length, frame)
    }

    fn block(&self, frame: &Frame<'_>, paint: Paint) -> Block {
        amqp_human::block(frame, paint)
    }

    fn encode(&self, frame: &Frame<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        frame.encode(0, out).map_err(io::Error::other)
    }
}
