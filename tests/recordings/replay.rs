//! Recordings of any protocol, decoded. That they may be cut anywhere is law 1.

use core::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::hex;
use crate::wrong::{self, Wrong};

/// A payload with more bytes is described by their number and their CRC-32.
const LONG: usize = 1024;
/// A decoder, and the lines that the inspector writes with `--json`.
pub(crate) trait Wire: Clone {
    const FOLDER: &'static str;
    type Unit<'i>: Copy + Debug;
    type Error: Copy + PartialEq + Debug + Into<Wrong>;

    /// The decoder for the recording with this name.
    fn of(name: &str) -> Self;
    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Self::Unit<'i>, usize)>, Self::Error>;
    fn line(offset: u64, length: usize, unit: &Self::Unit<'_>) -> Value;

    /// What the independent decoder says of a line, where that is less than the inspector does.
    fn as_described(line: Value) -> Value {
        line
    }
}

/// A file `name.client.bin` or `name.server.bin`.
pub(crate) struct Recording<W> {
    pub(crate) name: String,
    pub(crate) wire: W,
    pub(crate) bytes: Vec<u8>,
}

/// All of them; it is a failure if there is none.
pub(crate) fn recordings<W: Wire>() -> Vec<Recording<W>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(W::FOLDER);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".bin")).collect();
    names.sort();
    assert!(!names.is_empty(), "there are no recordings in {}", folder.display());
    eprintln!("{}: {} recordings", W::FOLDER, names.len());
    let read = |name: String| Recording { wire: W::of(&name), bytes: fs::read(folder.join(&name)).unwrap(), name };
    names.into_iter().map(read).collect()
}

/// Each recording is what the `.json` beside it says.
pub(crate) fn described<W: Wire>() {
    for Recording { name, wire, bytes } in recordings::<W>() {
        let expected = fs::read_to_string(beside::<W>(&name, "json")).unwrap();
        let seen = lines(&wire, &bytes);
        for (number, (seen, expected)) in (1..).zip(seen.iter().zip(expected.lines())) {
            let expected = serde_json::from_str::<Value>(expected).unwrap();
            assert_eq!(W::as_described(seen.clone()), expected, "{name}, line {number}");
        }
        assert_eq!(seen.len(), expected.lines().count(), "{name}: number of lines");
    }
}

/// The file beside a recording that says something of it.
pub(crate) fn beside<W: Wire>(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(W::FOLDER).join(name).with_extension(extension)
}

/// What a description says of a line: of an error the place, of a long payload its length and its checksum.
pub(crate) fn shortened(mut line: Value, payload: &str) -> Value {
    if let Some(error) = line.get("error") {
        return json!({ "error": { "offset": error["offset"] } });
    }
    if let Some(Value::String(text)) = line.get(payload) {
        let bytes = hex::decode(text.as_bytes()).unwrap();
        if bytes.len() > LONG {
            line[payload] = json!({ "bytes": bytes.len(), "crc32": crc32(&bytes) });
        }
    }
    line
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Hex text is these lines.
pub(crate) fn check<W: Wire>(wire: &W, text: &str, expected: &[&str]) {
    let bytes = hex::decode(text.as_bytes()).unwrap();
    let expected: Vec<Value> = expected.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines(wire, &bytes), expected);
}

/// A unit, and where it was.
#[derive(Debug)]
pub(crate) struct Placed<U> {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) what: U,
}

/// Bytes that are no whole unit, how many and where, and what is wrong with them unless there are too few.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rest<E> {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) error: Option<E>,
}

/// What is in a stream.
pub(crate) struct Seen<'a, W: Wire> {
    pub(crate) units: Vec<Placed<W::Unit<'a>>>,
    pub(crate) rest: Rest<W::Error>,
}

pub(crate) fn decode<'a, W: Wire>(wire: &W, bytes: &'a [u8]) -> Seen<'a, W> {
    let (mut wire, mut units, mut offset) = (wire.clone(), Vec::new(), 0);
    let error = loop {
        match wire.decode(&bytes[offset..]) {
            Ok(Some((what, length))) => {
                units.push(Placed { offset, length, what });
                offset += length;
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    Seen { units, rest: Rest { offset, length: bytes.len() - offset, error } }
}

/// The lines that the inspector writes.
fn lines<W: Wire>(wire: &W, bytes: &[u8]) -> Vec<Value> {
    let Seen { units, rest } = decode(wire, bytes);
    let mut lines: Vec<Value> = units.iter().map(|unit| W::line(unit.offset as u64, unit.length, &unit.what)).collect();
    match rest {
        Rest { offset, error: Some(error), .. } => lines.push(error.into().json(offset as u64)),
        Rest { length: 1.., .. } => lines.push(wrong::incomplete(rest.length)),
        _ => {}
    }
    lines
}
