//! Strings and bytes as people read them.

use crate::hex;

/// How much of a string or payload is shown.
const CHARACTERS: usize = 72;
const BYTES: usize = 24;

/// The string in quotes, shortened. A terminal sees no control characters of a stranger's.
///
/// Quotes inside stay as they are, since most payloads with quotes are JSON, which is easier to read so.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::from("\"");
    for (character, count) in text.chars().zip(0..) {
        if count == CHARACTERS {
            shown.push('…');
            break;
        }
        match character {
            '"' | '\'' => shown.push(character),
            // This also escapes what does not print, or turns the direction of writing.
            other => shown.extend(other.escape_debug()),
        }
    }
    shown.push('"');
    shown
}

/// Bytes with their number: as text if they are text, else as hex, shortened.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "empty".to_owned();
    }
    let size = count(bytes.len(), "byte");
    match core::str::from_utf8(bytes) {
        Ok(text) if is_text(text) => format!("{} ({size})", quoted(text)),
        _ => format!("{} ({size})", shortened_hex(bytes)),
    }
}

/// Text, or bytes that are none.
pub(crate) fn string(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(text) => quoted(text),
        Err(_) => self::bytes(bytes),
    }
}

/// A key as it is, unless it could be taken for something else.
pub(crate) fn key(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || it.is_control()) => {
            text.to_owned()
        }
        _ => string(bytes),
    }
}

/// `1 byte`, `2 bytes`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn is_text(text: &str) -> bool {
    !text.chars().any(|character| character.is_control() && !matches!(character, '\t' | '\n' | '\r'))
}

fn shortened_hex(bytes: &[u8]) -> String {
    match bytes.get(..BYTES) {
        Some(front) if bytes.len() > BYTES => format!("{}…", hex::encode(front)),
        _ => hex::encode(bytes),
    }
}
