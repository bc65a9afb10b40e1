//! Frames: as our encoder writes them, as others may, and broken.

use arbitrary::Unstructured;
use fourwire::stomp::{Command, Frame, Version};
use fourwire_differential::stomp::{Stream, Told};

use crate::properties::script::Xorshift;
use crate::properties::stomp::structured_frame;
use crate::shared::mutant;

/// A frame that can be sent, what is meant by it, and how it may be spelled.
pub struct Made {
    pub version: Version,
    pub is_servers: bool,
    pub told: Told,
    pub written: Vec<u8>,
    pub spelled: Vec<u8>,
}

/// A frame of some kind that our encoder took.
pub fn made(dice: &mut Xorshift) -> Option<Made> {
    let bytes: Vec<u8> = (0..200).map(|_| dice.below(256) as u8).collect();
    let mut made = None;
    let _ = structured_frame(&mut Unstructured::new(&bytes), |version, frame| {
        let mut written = Vec::new();
        if let (Some(version), Ok(())) = (version, frame.encode(version, &mut written)) {
            let (told, is_servers) = (Told::of(frame), frame.command.is_servers());
            made = Some(Made { version, is_servers, told, written, spelled: spelled(version, frame, dice) });
        }
    });
    made
}

impl Made {
    /// Either spelling, in pieces or whole.
    pub fn stream(&self, dice: &mut Xorshift) -> Stream {
        let bytes = if dice.below(2) == 0 { &self.written } else { &self.spelled };
        cut(self.version, self.is_servers, bytes, dice)
    }
}

/// As one who has read the specification may write it, by other means than ours.
fn spelled(version: Version, frame: &Frame<'_>, dice: &mut Xorshift) -> Vec<u8> {
    let mut out = Vec::new();
    let end = |out: &mut Vec<u8>, dice: &mut Xorshift| {
        out.extend_from_slice(if version == Version::V1_2 && dice.below(3) == 0 { b"\r\n" } else { b"\n" });
    };
    let escapes =
        version != Version::V1_0 && !matches!(frame.command, Command::Connect | Command::Stomp | Command::Connected);
    out.extend_from_slice(frame.command.as_str().as_bytes());
    end(&mut out, dice);
    let told = Told::of(frame);
    for (name, value) in &told.headers {
        put(name, escapes, &mut out);
        out.push(b':');
        put(value, escapes, &mut out);
        end(&mut out, dice);
    }
    let is_stated = told.headers.iter().any(|(name, _)| name == b"content-length");
    let is_content = matches!(frame.command, Command::Send | Command::Message | Command::Error);
    if !is_stated && (frame.body.contains(&0) || (is_content || version == Version::V1_2) && dice.below(2) == 0) {
        out.extend_from_slice(format!("content-length:{}", frame.body.len()).as_bytes());
        end(&mut out, dice);
    }
    end(&mut out, dice);
    out.extend_from_slice(frame.body);
    out.push(0);
    out
}

fn put(text: &[u8], escapes: bool, out: &mut Vec<u8>) {
    for byte in text {
        match byte {
            b':' if escapes => out.extend_from_slice(b"\\c"),
            b'\n' if escapes => out.extend_from_slice(b"\\n"),
            b'\r' if escapes => out.extend_from_slice(b"\\r"),
            b'\\' if escapes => out.extend_from_slice(b"\\\\"),
            byte => out.push(*byte),
        }
    }
}

/// Several frames of one end, with line ends between them, cut anywhere.
pub fn several(all: &[Made], dice: &mut Xorshift) -> Stream {
    let first = &all[dice.below(all.len())];
    let mut bytes = Vec::new();
    for place in 0..2 + dice.below(3) {
        // Of the same end in the same version, from somewhere on.
        let from = if place == 0 { all.len() } else { dice.below(all.len()) };
        let same = |made: &&Made| made.version == first.version && made.is_servers == first.is_servers;
        let frame = all[from..].iter().find(same).unwrap_or(first);
        for _ in 0..dice.below(3) {
            let is_cr_lf = first.version == Version::V1_2 && dice.below(2) == 0;
            bytes.extend_from_slice(if is_cr_lf { b"\r\n" } else { b"\n" });
        }
        bytes.extend_from_slice(&frame.spelled);
    }
    cut(first.version, first.is_servers, &bytes, dice)
}

/// What may stand where it should not.
const PARTS: [&[u8]; 22] = [
    b"\0",
    b"\n",
    b"\r",
    b"\r\n",
    b":",
    b"\\",
    b"\\t",
    b"\\n",
    b"\\c",
    b"\\r",
    b"\\\\",
    b" ",
    b"\n\n",
    b"x",
    b"\xFF",
    b"x:y\n",
    b"xy\n",
    b":y\n",
    b"content-length:3\n",
    b"content-length:0\n",
    b"content-length:x\n",
    b"content-length: 1\n",
];

/// A frame with something in it that was changed, left out, or put in; or cut off.
pub fn broken(made: &Made, dice: &mut Xorshift) -> Stream {
    let mut bytes = if dice.below(2) == 0 { made.written.clone() } else { made.spelled.clone() };
    for _ in 0..=dice.below(2) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 => bytes = mutant(&bytes, b"\0\n\r:\\ nrct0123459\x80\xFF", dice),
            1 if bytes.len() > 1 => {
                bytes.remove(at);
            }
            2 => {
                // Where a line begins, if there is one behind.
                let at = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(at, |line| at + line + 1);
                let part = PARTS[dice.below(PARTS.len())];
                bytes.splice(at..at, part.iter().copied());
            }
            3 | 4 => {
                let part = PARTS[dice.below(PARTS.len())];
                bytes.splice(at..at, part.iter().copied());
            }
            _ if dice.below(4) == 0 => bytes.truncate(at.max(1)),
            _ => {
                bytes.truncate(at);
                bytes.push(0);
            }
        }
    }
    cut(made.version, made.is_servers, &bytes, dice)
}

/// In pieces, none of them empty, or more often not.
fn cut(version: Version, is_servers: bool, bytes: &[u8], dice: &mut Xorshift) -> Stream {
    let mut stream = Stream::whole(version, is_servers, bytes.to_vec());
    if dice.below(3) == 0 {
        stream.pieces.clear();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(1 + dice.below(rest.len().min(40)));
            stream.pieces.push(piece.to_vec());
            rest = behind;
        }
    }
    stream
}
