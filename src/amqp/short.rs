//! Short strings.

use core::fmt;

use super::EncodeError;

/// A short string: up to 255 bytes, which are text as a rule, and need not be.
///
/// Servers forward routing keys, property strings and header keys as they came, UTF-8 or not: so these are bytes, and
/// whether they are text is found out when you ask. RabbitMQ itself takes text alone in the arguments of methods, but for
/// those that content follows.
///
/// ```
/// use fourwire::amqp::ShortStr;
///
/// let key = ShortStr::from("orders.new");
/// assert_eq!(key, "orders.new");
/// assert_eq!(key.as_str(), Ok("orders.new"));
/// assert!(ShortStr::from(b"\xFF").as_str().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ShortStr<'a>(&'a [u8]);

impl<'a> ShortStr<'a> {
    /// The short string of no bytes.
    pub const EMPTY: Self = Self(&[]);

    /// The short string of these bytes. That they are no more than 255 is checked when it is sent.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text, if it is UTF-8.
    pub const fn as_str(self) -> Result<&'a str, core::str::Utf8Error> {
        core::str::from_utf8(self.0)
    }

    /// How many bytes there are.
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Its length on the wire, if it can be sent.
    #[inline]
    pub(super) const fn measure(self) -> Result<usize, EncodeError> {
        if self.0.len() > 0xFF { Err(EncodeError::ShortString) } else { Ok(self.0.len().wrapping_add(1)) }
    }
}

impl<'a> From<&'a str> for ShortStr<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for ShortStr<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for ShortStr<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self(bytes)
    }
}

impl PartialEq<str> for ShortStr<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for ShortStr<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// The text; a byte that is none is shown as `\xFF`.
impl fmt::Display for ShortStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ShortStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Ok(text) => text.fmt(f),
            Err(_) => write!(f, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ShortStr<'_> {
    /// Text, or bytes where it is none.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.serialize_bytes(self.0),
        }
    }
}
