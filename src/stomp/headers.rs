//! A list of headers: validated once, read lazily.

use core::fmt;

use super::name::Names;
use super::spelling::Rules;
use super::{EncodeError, ErrorKind, HeaderName, Text};
use crate::list::{Item, List, Spelling, sealed};
use crate::secret::Hidden;
use crate::write::Writer;

/// The headers of a frame: bytes that decoding has validated, or a slice that you wrote.
///
/// Their order is kept, and so are repeated ones; [`get`](Headers::get) finds the first.
///
/// ```
/// use fourwire::stomp::{Header, Headers};
///
/// let headers = [Header::new("destination", "/queue/a"), Header::new("hops", "2"), Header::new("hops", "1")];
/// let headers = Headers::new(&headers);
/// assert_eq!(headers.get("hops").and_then(|hops| hops.as_str()), Some("2"));
/// assert_eq!(headers.len(), 3);
/// ```
pub type Headers<'a> = List<'a, Header<'a>>;

/// A name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Header<'a> {
    /// The name, not empty.
    pub name: Text<'a>,
    /// The value.
    pub value: Text<'a>,
}

impl<'a> Header<'a> {
    /// A header. What is in it is escaped when it is sent.
    pub fn new(name: impl Into<Text<'a>>, value: impl Into<Text<'a>>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Its length on the wire by these rules, if it can be sent.
    #[inline]
    fn measure(&self, rules: Rules) -> Result<usize, EncodeError> {
        if self.name.is_empty() {
            return Err(ErrorKind::EmptyName.into());
        }
        let (name, value) = (self.name.measure(rules, true)?, self.value.measure(rules, false)?);
        Ok(name.saturating_add(value).saturating_add(2))
    }
}

impl<'a> Headers<'a> {
    /// The value of the first header of this name: that is the one that counts. (1.1 and 1.2, Repeated Header Entries)
    pub fn get(&self, name: &str) -> Option<Text<'a>> {
        self.iter().find(|header| header.name == *name).map(|header| header.value)
    }

    /// How many bytes they take when they are written by these rules, if they can be; and what is told by `known` of
    /// each that the codec knows.
    #[inline]
    pub(super) fn measure(
        &self,
        rules: Rules,
        mut known: impl FnMut(HeaderName, Text<'a>) -> Result<(), EncodeError>,
    ) -> Result<usize, EncodeError> {
        let copied = self.copied(rules);
        let mut sum: usize = copied.map_or(0, <[u8]>::len);
        for header in self.iter() {
            if copied.is_none() {
                sum = sum.saturating_add(header.measure(rules)?);
            }
            if let Some(name) = header.name.as_bytes().and_then(HeaderName::from_name) {
                known(name, header.value)?;
            }
        }
        Ok(sum)
    }

    /// Writes them by these rules.
    #[inline]
    pub(super) fn put_by(&self, rules: Rules, out: &mut Writer<'_>) {
        match self.copied(rules) {
            Some(wire) => out.put(wire),
            None => self.iter().for_each(|header| header.put(rules.spelling(false), out)),
        }
    }

    /// The bytes that can be sent on as they came.
    #[inline]
    fn copied(&self, rules: Rules) -> Option<&'a [u8]> {
        self.wire().filter(|_| self.spelled() == rules.spelling(false))
    }
}

/// A password is in no log.
impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut header = f.debug_struct("Header");
        header.field("name", &self.name);
        match self.name == "passcode" {
            true => header.field("value", &Hidden(self.value.raw())),
            false => header.field("value", &self.value),
        };
        header.finish()
    }
}

impl sealed::Sealed for Header<'_> {}

impl<'a> Item<'a> for Header<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self> {
        let rules = Rules::from_spelling(spelling);
        let (mut line, rest) = wire.split_at_checked(wire.iter().position(|byte| *byte == b'\n')?)?;
        *wire = rest.split_first()?.1;
        if let ([before @ .., b'\r'], true) = (line, rules.carriage_return()) {
            line = before;
        }
        let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
        let value = value.split_first()?.1;
        Some(Self { name: Text::from_wire(name, rules), value: Text::from_wire(value, rules) })
    }

    fn encoded_len(&self) -> usize {
        self.name.raw().len().saturating_add(self.value.raw().len()).saturating_add(2)
    }

    #[inline]
    fn put(&self, spelling: Spelling, out: &mut Writer<'_>) {
        let rules = Rules::from_spelling(spelling);
        self.name.put(rules, out);
        out.put(b":");
        self.value.put(rules, out);
        out.put(b"\n");
    }
}

/// Which of the headers that the codec knows a list has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    pub(super) names: Names,
    pub(super) content_length: Option<Text<'a>>,
}

impl<'a> Known<'a> {
    #[inline]
    pub(super) fn add(&mut self, name: HeaderName, value: Text<'a>) {
        if name == HeaderName::ContentLength && self.content_length.is_none() {
            self.content_length = Some(value);
        }
        self.names.add(name);
    }
}
