//! STOMP: each rule of the codec, with bytes by hand; each of the machines, in `rules`; and both machines together, in
//! `flows`.

mod between;
mod body;
mod commands;
mod encoder;
mod escapes;
mod flows;
mod headers;
mod leniencies;
mod lines;
mod owned;
mod parts;
mod rules;
mod support;

use fourwire::stomp::{Decoder, EncodeError, ErrorKind, Frame, Unit, Version};

/// No version was agreed yet.
const OPEN: Option<Version> = None;
const V1_0: Option<Version> = Some(Version::V1_0);
const V1_1: Option<Version> = Some(Version::V1_1);
const V1_2: Option<Version> = Some(Version::V1_2);
const ALL: [Option<Version>; 4] = [OPEN, V1_0, V1_1, V1_2];

/// The frame that these bytes are.
#[track_caller]
fn frame(version: Option<Version>, bytes: &[u8]) -> Frame<'_> {
    match Decoder::new(version).decode(bytes) {
        Ok(Some((Unit::Frame(frame), used))) if used == bytes.len() => frame,
        other => panic!("{version:?}: {other:?}"),
    }
}

/// What is wrong with these bytes, and where.
#[track_caller]
fn refused(version: Option<Version>, bytes: &[u8]) -> (ErrorKind, usize) {
    match Decoder::new(version).decode(bytes) {
        Err(error) => (error.kind, error.offset),
        other => panic!("{version:?}: {other:?}"),
    }
}

/// Asserts that these bytes are the beginning of a frame.
#[track_caller]
fn waits(version: Option<Version>, bytes: &[u8]) {
    assert_eq!(Decoder::new(version).decode(bytes), Ok(None), "{version:?}");
}

/// The frame as this version writes it.
fn written(version: Option<Version>, frame: &Frame<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    frame.encode(version, &mut out)?;
    Ok(out)
}

/// Names and values, as they read.
fn pairs(frame: &Frame<'_>) -> Vec<(String, String)> {
    frame.headers.iter().map(|header| (header.name.to_string(), header.value.to_string())).collect()
}
