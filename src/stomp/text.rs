//! Names and values of headers, which may hold escapes.

use core::fmt;

use super::spelling::{Rules, letter, meaning};
use super::{EncodeError, ErrorKind};
use crate::list::Spelling;
use crate::scan;
use crate::write::Writer;

/// The name or the value of a header. What was received is read where it stands, and escapes are resolved as you read.
///
/// In 1.1 and 1.2 it is UTF-8; 1.0 does not say what it is, so there it is bytes.
///
/// ```
/// use fourwire::stomp::{Command, Decoder, Unit, Version};
///
/// let mut decoder = Decoder::new(Some(Version::V1_2));
/// let input = b"SEND\ndestination:/queue/a\\cb\n\nhello\0";
/// let Some((Unit::Frame(frame), _)) = decoder.decode(input)? else { panic!("not a frame") };
/// let destination = frame.get("destination").expect("it is required");
/// assert_eq!(destination, "/queue/a:b");
/// assert_eq!(destination.raw(), b"/queue/a\\cb");
/// assert_eq!(destination.chunks().collect::<Vec<_>>(), [&b"/queue/a"[..], b":", b"b"]);
/// assert_eq!(destination.to_string(), "/queue/a:b");
/// # Ok::<(), fourwire::stomp::DecodeError>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Text<'a> {
    raw: &'a [u8],
    /// Whether backslashes begin escapes, which were validated.
    is_escaped: bool,
}

impl<'a> Text<'a> {
    /// The text of these bytes, in which nothing is escaped.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { raw: bytes, is_escaped: false }
    }

    #[inline]
    pub(super) const fn from_wire(raw: &'a [u8], spelling: Spelling) -> Self {
        Self { raw, is_escaped: Rules::is_escaped(spelling) }
    }

    /// The bytes as they stand, with escapes if it was received with some.
    pub const fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// Whether there is nothing in it.
    pub const fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// Its bytes in pieces: what is between escapes, and what each of these stands for.
    #[inline]
    pub const fn chunks(self) -> Chunks<'a> {
        Chunks { rest: self }
    }

    /// The text, if it stands there as such: if it is UTF-8, and nothing is escaped in it. A peer may escape in any value:
    /// compare with `==`, which minds that, and for what is to be kept use `to_cow` or `to_string`.
    pub fn as_str(self) -> Option<&'a str> {
        self.as_bytes().and_then(|bytes| core::str::from_utf8(bytes).ok())
    }

    /// Its bytes, if nothing is escaped in it.
    #[inline]
    pub(super) fn as_bytes(self) -> Option<&'a [u8]> {
        if self.is_escaped && scan::any(self.raw, |word| scan::is(word, b'\\')) { None } else { Some(self.raw) }
    }

    /// Its bytes with escapes resolved; borrowed if there are none.
    #[cfg(feature = "alloc")]
    pub fn to_cow(self) -> alloc::borrow::Cow<'a, [u8]> {
        match self.as_bytes() {
            Some(bytes) => bytes.into(),
            None => self.chunks().flatten().copied().collect(),
        }
    }

    /// Whether it is ASCII in which nothing means anything: so it is written as it stands, by any rules.
    #[inline]
    pub(super) fn is_plain(self) -> bool {
        !scan::any_mark(self.raw)
    }

    /// How many bytes it takes when it is written by these rules, if it can be.
    pub(super) fn measure(self, rules: Rules, is_name: bool) -> Result<usize, EncodeError> {
        // Escapes are ASCII: they make no difference here.
        if rules.is_utf8() && !self.raw.is_ascii() && core::str::from_utf8(self.raw).is_err() {
            return Err(ErrorKind::Utf8.into());
        }
        let mut len: usize = 0;
        for chunk in self.chunks() {
            len = len.saturating_add(chunk.len());
            let mut rest = chunk;
            while let Some((_, byte, behind)) = split(rest) {
                let can_be = match byte {
                    0 => false,
                    b'\n' => rules.escapes(),
                    b'\r' => rules.escapes_carriage_return(),
                    b':' => rules.escapes() || !is_name,
                    _ => true,
                };
                if !can_be {
                    return Err(EncodeError::Byte(byte));
                }
                len = len.saturating_add(usize::from(rules.escapes() && letter(byte).is_some()));
                rest = behind;
            }
        }
        Ok(len)
    }

    /// Writes it by these rules.
    pub(super) fn put(self, rules: Rules, out: &mut Writer<'_>) {
        for chunk in self.chunks() {
            let mut rest = chunk;
            while let (Some((plain, byte, behind)), true) = (split(rest), rules.escapes()) {
                out.put(plain);
                match letter(byte) {
                    Some(letter) => out.put(&[b'\\', letter]),
                    None => out.put(&[byte]),
                }
                rest = behind;
            }
            out.put(rest);
        }
    }
}

/// What is before the first byte that may mean something, the byte, and what is behind.
#[inline]
fn split(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let (plain, rest) = bytes.split_at_checked(scan::find(bytes, scan::stomp_mark)?)?;
    let (byte, rest) = rest.split_first()?;
    Some((plain, *byte, rest))
}

/// The pieces of a [`Text`], none of them empty.
#[derive(Clone, Debug)]
pub struct Chunks<'a> {
    rest: Text<'a>,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let raw = self.rest.raw;
        let (chunk, rest) = match raw {
            [] => return None,
            _ if !self.rest.is_escaped => (raw, &[][..]),
            [b'\\', letter, rest @ ..] => (meaning(*letter)?, rest),
            _ => raw.split_at_checked(scan::find(raw, |word| scan::is(word, b'\\')).unwrap_or(raw.len()))?,
        };
        self.rest.raw = rest;
        Some(chunk)
    }
}

impl core::iter::FusedIterator for Chunks<'_> {}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(bytes)
    }
}

/// Two texts are equal if they say the same, whatever is escaped in them.
impl PartialEq for Text<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self.as_bytes(), other.as_bytes()) {
            (Some(one), Some(other)) => one == other,
            _ => self.chunks().flatten().eq(other.chunks().flatten()),
        }
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        *self == Text::from(other)
    }
}

impl PartialEq<&str> for Text<'_> {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == Text::from(*other)
    }
}

/// The text; a byte that is none is shown as `\xFF`.
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Escapes are ASCII: no character is cut in two by them.
        for chunk in self.chunks() {
            for part in chunk.utf8_chunks() {
                f.write_str(part.valid())?;
                part.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02X}"))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        self.chunks().try_for_each(|chunk| match core::str::from_utf8(chunk) {
            Ok(text) => write!(f, "{}", text.escape_debug()),
            Err(_) => write!(f, "{}", chunk.escape_ascii()),
        })?;
        f.write_str("\"")
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Text<'_> {
    /// As it is displayed.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
