//! One pass over the head, and where the body ends.

use super::marks::Marks;
use super::names::{CONTENT_LENGTH, Command, bit};

#[derive(Debug)]
pub struct Wrong;

#[derive(Debug)]
pub enum Unit<'a> {
    Frame(Frame<'a>),
    EndOfLine,
}

#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub command: Command,
    /// The lines, each with its end.
    pub headers: &'a [u8],
    pub body: &'a [u8],
}

const HEAD: usize = 1 << 16;
const LINE: usize = 1 << 14;
const HEADERS: u32 = 256;
const BODY: usize = 1 << 20;

/// The unit at the start of `input`, and how long it is.
#[inline(always)]
pub fn decode(input: &[u8]) -> Result<Option<(Unit<'_>, usize)>, Wrong> {
    match input {
        [b'\n', ..] => return Ok(Some((Unit::EndOfLine, 1))),
        [b'\r', b'\n', ..] => return Ok(Some((Unit::EndOfLine, 2))),
        [b'\r'] => return Ok(None),
        [b'\r', ..] => return Err(Wrong),
        _ => {}
    }
    let Some((command, start)) = Command::first(input)? else { return Ok(None) };
    let Some(head) = head(command, input, start)? else { return Ok(None) };
    let Head { end, start: from, length } = head;
    let body = match length {
        Some(length) if length > BODY => return Err(Wrong),
        Some(length) => match input.get(from + length) {
            None => return Ok(None),
            Some(0) => &input[from..from + length],
            Some(_) => return Err(Wrong),
        },
        None => {
            let most = if command.has_body() { BODY } else { 0 };
            let window = &input[from..input.len().min(from + most + 1)];
            match find_nul(window) {
                Some(len) => &window[..len],
                None if window.len() > most => return Err(Wrong),
                None => return Ok(None),
            }
        }
    };
    let frame = Frame { command, headers: &input[start..end], body };
    Ok(Some((Unit::Frame(frame), from + body.len() + 1)))
}

struct Head {
    /// Where the headers end.
    end: usize,
    /// Where the body begins.
    start: usize,
    length: Option<usize>,
}

#[inline(always)]
fn head(command: Command, input: &[u8], start: usize) -> Result<Option<Head>, Wrong> {
    let is_raw = command.is_raw();
    let window = &input[..input.len().min(HEAD)];
    let more = |at: usize| if window.len() == HEAD || window.len() - at >= LINE { Err(Wrong) } else { Ok(None) };
    let mut marks = Marks::new(window, start);
    let (mut names, mut length, mut headers, mut line, mut is_ascii) = (0, None, 0, start, true);
    loop {
        // The name, up to the first colon; or the blank line.
        let colon = loop {
            let Some(at) = marks.next() else { return more(line) };
            match window[at] {
                b':' if at == line => return Err(Wrong),
                b':' => break at,
                b'\n' if at == line => {
                    return end(command, window, start, (at, at + 1), names, length, is_ascii);
                }
                b'\n' => return Err(Wrong),
                b'\r' => match window.get(at + 1) {
                    None => return more(line),
                    Some(b'\n') if at == line => {
                        return end(command, window, start, (at, at + 2), names, length, is_ascii);
                    }
                    Some(_) => return Err(Wrong),
                },
                b'\\' if !is_raw => match window.get(at + 1) {
                    None => return more(line),
                    Some(b'\\') => _ = marks.next(),
                    Some(b'n' | b'c' | b'r') => {}
                    Some(_) => return Err(Wrong),
                },
                0 => return Err(Wrong),
                0x80.. => is_ascii = false,
                _ => {}
            }
        };
        // The value, up to the line's end.
        let (value, next) = loop {
            let Some(at) = marks.next() else { return more(line) };
            match window[at] {
                b'\n' => break (at, at + 1),
                b'\\' if !is_raw => match window.get(at + 1) {
                    None => return more(line),
                    Some(b'\\') => _ = marks.next(),
                    Some(b'n' | b'c' | b'r') => {}
                    Some(_) => return Err(Wrong),
                },
                b':' if !is_raw => return Err(Wrong),
                b'\r' => match window.get(at + 1) {
                    None => return more(line),
                    Some(b'\n') => {
                        marks.next();
                        break (at, at + 2);
                    }
                    Some(_) => return Err(Wrong),
                },
                0 => return Err(Wrong),
                0x80.. => is_ascii = false,
                _ => {}
            }
        };
        headers += 1;
        if headers > HEADERS || next - line > LINE {
            return Err(Wrong);
        }
        let known = bit(&window[line..colon]);
        if known == CONTENT_LENGTH && names & CONTENT_LENGTH == 0 {
            length = Some(number(&window[colon + 1..value])?);
        }
        names |= known;
        line = next;
    }
}

/// What can be checked when all headers are there.
#[inline(always)]
fn end(
    command: Command,
    window: &[u8],
    start: usize,
    (end, body): (usize, usize),
    names: u16,
    length: Option<usize>,
    is_ascii: bool,
) -> Result<Option<Head>, Wrong> {
    let is_text = is_ascii || std::str::from_utf8(&window[start..end]).is_ok();
    let is_whole = command.required() & !names == 0;
    let is_empty = length.is_none_or(|length| length == 0);
    match is_text && is_whole && (is_empty || command.has_body()) {
        true => Ok(Some(Head { end, start: body, length })),
        false => Err(Wrong),
    }
}

#[inline(always)]
fn number(digits: &[u8]) -> Result<usize, Wrong> {
    let mut sum: usize = 0;
    for digit in digits {
        match digit {
            b'0'..=b'9' => sum = sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')),
            _ => return Err(Wrong),
        }
    }
    if digits.is_empty() { Err(Wrong) } else { Ok(sum) }
}

/// Where the first NUL is, 128 bytes at a time.
#[inline(always)]
fn find_nul(bytes: &[u8]) -> Option<usize> {
    if bytes.first() == Some(&0) {
        return Some(0);
    }
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<128>() {
        let mut least = [255; 32];
        for bytes in block.as_chunks::<32>().0 {
            least.iter_mut().zip(bytes).for_each(|(least, byte): (&mut u8, _)| *least = (*least).min(*byte));
        }
        if least.iter().fold(false, |any, least| any | (*least == 0)) {
            break;
        }
        at += 128;
    }
    find(&bytes[at..], 0).map(|more| at + more)
}

/// Where this byte is first: sixteen at a time, and then eight.
#[inline(always)]
fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        if block.iter().fold(false, |any, byte| any | (*byte == wanted)) {
            break;
        }
        at += 16;
    }
    while let Some(word) = bytes[at..].first_chunk() {
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(wanted));
        let hits = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes[at..].iter().position(|byte| *byte == wanted).map(|more| at + more)
}

impl<'a> Frame<'a> {
    /// The value of the first header of this name, as it stands on the wire.
    pub fn get(&self, name: &[u8]) -> Option<&'a [u8]> {
        let mut rest = self.headers;
        loop {
            let end = find(rest, b'\n')?;
            if let (Some(b':'), true) = (rest.get(name.len()), rest.starts_with(name)) {
                let value = &rest[name.len() + 1..end];
                return Some(value.strip_suffix(b"\r").unwrap_or(value));
            }
            rest = &rest[end + 1..];
        }
    }

    /// The same without escapes.
    pub fn plain(&self, name: &[u8]) -> Option<std::borrow::Cow<'a, [u8]>> {
        let value = self.get(name)?;
        if self.command.is_raw() || find(value, b'\\').is_none() {
            return Some(value.into());
        }
        let (mut plain, mut rest) = (Vec::with_capacity(value.len()), value);
        while let [byte, behind @ ..] = rest {
            let (byte, behind) = match (byte, behind) {
                (b'\\', [b'n', behind @ ..]) => (b'\n', behind),
                (b'\\', [b'r', behind @ ..]) => (b'\r', behind),
                (b'\\', [b'c', behind @ ..]) => (b':', behind),
                (b'\\', [b'\\', behind @ ..]) => (b'\\', behind),
                _ => (*byte, behind),
            };
            plain.push(byte);
            rest = behind;
        }
        Some(plain.into())
    }
}
