//! Each text is looked through once, and copied if nothing in it is to be escaped.

use super::decode::Wrong;
use super::names::{CONTENT_LENGTH, Command, bit};

/// Names and values, without their escapes.
pub type Written<'a> = &'a [(&'a [u8], &'a [u8])];

/// Writes all that is before the body.
#[inline(always)]
pub fn head(command: Command, headers: Written<'_>, body: &[u8], out: &mut Vec<u8>) -> Result<(), Wrong> {
    let start = out.len();
    out.extend_from_slice(command.name().as_bytes());
    out.push(b'\n');
    let mut names = 0;
    for (name, value) in headers {
        let known = bit(name);
        let is_right = match known {
            CONTENT_LENGTH if names & CONTENT_LENGTH == 0 => number(value) == Some(body.len()),
            _ => !name.is_empty(),
        };
        names |= known;
        let is_raw = command.is_raw();
        if !is_right || !text(name, is_raw, true, out) || !separated(value, is_raw, out) {
            out.truncate(start);
            return Err(Wrong);
        }
        out.push(b'\n');
    }
    let is_counted = names & CONTENT_LENGTH != 0 || !body.contains(&0);
    if command.required() & !names != 0 || !is_counted || !body.is_empty() && !command.has_body() {
        out.truncate(start);
        return Err(Wrong);
    }
    out.push(b'\n');
    Ok(())
}

#[inline(always)]
fn separated(value: &[u8], is_raw: bool, out: &mut Vec<u8>) -> bool {
    out.push(b':');
    text(value, is_raw, false, out)
}

#[inline(always)]
fn text(text: &[u8], is_raw: bool, is_name: bool, out: &mut Vec<u8>) -> bool {
    if is_plain(text) {
        out.extend_from_slice(text);
        return true;
    }
    escaped(text, is_raw, is_name, out)
}

#[inline(never)]
fn escaped(text: &[u8], is_raw: bool, is_name: bool, out: &mut Vec<u8>) -> bool {
    if std::str::from_utf8(text).is_err() {
        return false;
    }
    for byte in text {
        let letter = match byte {
            0 => return false,
            b'\n' | b'\r' if is_raw => return false,
            b':' if is_raw && is_name => return false,
            b'\n' => b'n',
            b'\r' => b'r',
            b':' if !is_raw => b'c',
            b'\\' if !is_raw => b'\\',
            _ => {
                out.push(*byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    true
}

/// Whether there is nothing in it but ASCII that means nothing, eight bytes at a time.
#[inline(always)]
fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let marks = |word: u64| {
        let nul = |word: u64| word.wrapping_sub(ONES) & !word;
        let hits = word.wrapping_sub(ONES * 14) & !word | nul(word ^ (ONES * 58)) | nul(word ^ (ONES * 92)) | word;
        hits & (ONES << 7)
    };
    let Some(last) = text.last_chunk() else {
        return text.iter().all(|byte| *byte >= 14 && byte.is_ascii() && *byte != b':' && *byte != b'\\');
    };
    let words = text.as_chunks().0.iter().chain([last]);
    words.fold(0, |hits, word| hits | marks(u64::from_le_bytes(*word))) == 0
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
