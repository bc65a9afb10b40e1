//! Reads a stream piece by piece and hands it to a protocol, whichever it is.

use core::num::NonZeroUsize;
use std::io::{self, Read, Write};

use crate::paint::Paint;

/// How many bytes are taken at a time, unless fewer are asked for.
const CHUNK: usize = 64 * 1024;

/// How to write what was decoded.
pub(crate) enum Format {
    /// Lines for people.
    People(Paint),
    /// A JSON object per line.
    Json,
    /// The same units, encoded again.
    Reencoded {
        /// As hex, a unit per line.
        hex: bool,
    },
}

/// A protocol that cuts a stream into units and writes them.
pub(crate) trait Protocol {
    /// Takes one unit from the front of `input` and writes it. `offset` is where in the stream `input` begins.
    fn next(&mut self, offset: u64, input: &[u8], out: &mut dyn Write) -> io::Result<Step>;

    /// Writes that the stream ended in the middle of a unit: after `rest` of its bytes.
    fn incomplete(&mut self, offset: u64, rest: usize, out: &mut dyn Write) -> io::Result<()>;
}

/// What became of the front of the input.
pub(crate) enum Step {
    /// A unit of this many bytes.
    Unit(usize),
    /// The beginning of one: more bytes are needed.
    More,
    /// An error, which was written; nothing behind it can be read.
    Wrong,
}

/// How the stream ended.
pub(crate) enum End {
    Clean,
    Wrong,
    Incomplete,
}

/// Feeds the input in pieces, each behind the bytes that are not decoded yet, as any reader of a socket does.
pub(crate) fn run(
    protocol: &mut dyn Protocol,
    mut input: impl Read,
    chunk: Option<NonZeroUsize>,
    out: &mut dyn Write,
) -> io::Result<End> {
    let mut piece = vec![0; chunk.map_or(CHUNK, |chunk| chunk.get().min(CHUNK))];
    let mut buffer = Vec::new();
    let mut offset: u64 = 0;
    loop {
        let length = read(&mut input, &mut piece)?;
        if length == 0 {
            break;
        }
        buffer.extend_from_slice(piece.get(..length).unwrap_or_default());
        let mut rest = buffer.as_slice();
        loop {
            match protocol.next(offset, rest, out)? {
                Step::Unit(used) => {
                    rest = rest.get(used..).unwrap_or_default();
                    offset = offset.saturating_add(used as u64);
                }
                Step::More => break,
                Step::Wrong => return Ok(End::Wrong),
            }
        }
        buffer.drain(..buffer.len().saturating_sub(rest.len()));
        // A recording that is still being made is shown as it grows.
        out.flush()?;
    }
    if buffer.is_empty() {
        return Ok(End::Clean);
    }
    protocol.incomplete(offset, buffer.len(), out)?;
    Ok(End::Incomplete)
}

/// What is there, up to a piece's size; 0 bytes at the end.
fn read(input: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
