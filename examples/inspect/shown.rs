//! Any protocol's units, in any of the formats.

use std::io::{self, Write};

use serde_json::Value;

use crate::block::Block;
use crate::paint::Paint;
use crate::stream::{Format, Protocol, Step};
use crate::wrong::{self, Wrong};
use crate::{block, hex, text};

/// A decoder, and what is to be said of its units.
pub(crate) trait Show {
    type Unit<'i>;
    /// What a unit is called.
    const UNIT: &'static str;

    /// The unit at the start of the input, and its length.
    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Self::Unit<'i>, usize)>, Wrong>;
    fn json(&self, offset: u64, length: usize, unit: &Self::Unit<'_>) -> Value;
    fn block(&self, unit: &Self::Unit<'_>, paint: Paint) -> Block;
    fn encode(&self, unit: &Self::Unit<'_>, out: &mut Vec<u8>) -> io::Result<()>;
}

pub(crate) struct Shown<P> {
    protocol: P,
    format: Format,
    titled: bool,
}

impl<P: Show> Shown<P> {
    pub(crate) const fn new(protocol: P, format: Format) -> Self {
        Self { protocol, format, titled: false }
    }

    fn error(&mut self, offset: u64, wrong: &Wrong, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Json => writeln!(out, "{}", wrong.json(offset)),
            Format::People(paint) => {
                self.title(out)?;
                block::error(paint, offset, &words(wrong, offset), out)
            }
            Format::Reencoded { .. } => writeln!(io::stderr(), "inspect: {}", words(wrong, offset)),
        }
    }

    /// The columns' titles, once there is something to stand below them.
    fn title(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::People(paint) if !self.titled => {
                self.titled = true;
                block::title(paint, P::UNIT, out)
            }
            _ => Ok(()),
        }
    }
}

impl<P: Show> Protocol for Shown<P> {
    fn next(&mut self, offset: u64, input: &[u8], out: &mut dyn Write) -> io::Result<Step> {
        let (unit, used) = match self.protocol.decode(input) {
            Ok(Some(unit)) => unit,
            Ok(None) => return Ok(Step::More),
            Err(wrong) => {
                self.error(offset, &wrong, out)?;
                return Ok(Step::Wrong);
            }
        };
        match self.format {
            Format::Json => writeln!(out, "{}", self.protocol.json(offset, used, &unit))?,
            Format::People(paint) => {
                if !self.titled {
                    self.titled = true;
                    block::title(paint, P::UNIT, out)?;
                }
                block::write(paint, offset, used, &self.protocol.block(&unit, paint), out)?;
            }
            Format::Reencoded { hex } => {
                let mut bytes = Vec::new();
                self.protocol.encode(&unit, &mut bytes)?;
                if hex { writeln!(out, "{}", hex::encode(&bytes))? } else { out.write_all(&bytes)? }
            }
        }
        Ok(Step::Unit(used))
    }

    fn incomplete(&mut self, offset: u64, rest: usize, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Json => writeln!(out, "{}", wrong::incomplete(rest)),
            Format::People(paint) => {
                self.title(out)?;
                block::incomplete(paint, P::UNIT, offset, rest, out)
            }
            Format::Reencoded { .. } => {
                let rest = text::count(rest, "byte");
                writeln!(io::stderr(), "inspect: the recording ends after {rest} of a {}", P::UNIT)
            }
        }
    }
}

/// What is wrong, in the unit that begins at `offset`.
fn words(wrong: &Wrong, offset: u64) -> String {
    let at = offset.saturating_add(wrong.offset as u64);
    let hint = wrong.lenient.map(|it| format!(" (--lenient {it} would take it)")).unwrap_or_default();
    format!("{}, at byte {at}{hint}", wrong.message)
}
