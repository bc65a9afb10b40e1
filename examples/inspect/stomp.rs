//! STOMP: frames and line ends in one direction of a connection.

use std::io;

use fourwire::stomp::{Decoder, Leniencies, Limits, Version};
use serde_json::Value;

use crate::block::Block;
use crate::paint::Paint;
use crate::shown::Show;
use crate::stomp_versions::{Learning, Said};
use crate::wrong::Wrong;
use crate::{stomp_human, stomp_json};

pub(crate) struct Stomp {
    decoder: Learning,
}

impl Stomp {
    pub(crate) const fn new(version: Option<Version>, leniencies: Leniencies) -> Self {
        // A recording is on disk already, however large its frames are.
        let limits = Limits { headers: u32::MAX, line: u32::MAX, head: u32::MAX, body: u32::MAX, body_in_parts: 0 };
        Self { decoder: Learning(Decoder::with_limits(version, limits).with_leniencies(leniencies)) }
    }
}

impl Show for Stomp {
    type Unit<'i> = Said<'i>;
    const UNIT: &'static str = "frame";

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Said<'i>, usize)>, Wrong> {
        self.decoder.decode(input).map_err(Wrong::from)
    }

    fn json(&self, offset: u64, length: usize, said: &Said<'_>) -> Value {
        stomp_json::unit(offset, length, &said.unit)
    }

    fn block(&self, said: &Said<'_>, paint: Paint) -> Block {
        stomp_human::block(&said.unit, paint)
    }

    fn encode(&self, said: &Said<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        said.unit.encode(said.version, out).map_err(io::Error::other)
    }
}
