//! Bytes as hex text, and back.

use core::fmt::{self, Write as _};

use serde_json::{Value, json};

/// Lowercase hex without separators.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// As JSON: text, or an object with the hex of what is none.
pub(crate) fn string(bytes: &[u8]) -> Value {
    match core::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "hex": encode(bytes) }),
    }
}

/// The bytes of hex text in either case; white space may stand anywhere.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, NotHex> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for (at, character) in text.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace()) {
        let digit = char::from(*character).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digit = digit.ok_or(NotHex::Character(at))?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() { Err(NotHex::OddDigits) } else { Ok(bytes) }
}

/// Why text is not hex.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum NotHex {
    /// Another character, at this byte.
    Character(usize),
    /// Half a byte at the end.
    OddDigits,
}

impl fmt::Display for NotHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(at) => write!(f, "the input is not hex text: see byte {at}"),
            Self::OddDigits => f.write_str("the input is not hex text: it has an odd number of digits"),
        }
    }
}
