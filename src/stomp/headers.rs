//! A list of headers: validated once, read lazily.

use super::name::Names;
use super::spelling::Rules;
use super::{EncodeError, ErrorKind, HeaderName, Text};
use crate::list::{Item, List, Spelling, sealed};
use crate::scan;
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
}

/// How headers are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    /// How many bytes they take.
    pub(super) len: usize,
    /// Which of the first 64 names and values are plain: so each is looked through once.
    plain: u64,
}

impl<'a> Headers<'a> {
    /// The value of the first header of this name: that is the one that counts. (1.1 and 1.2, Repeated Header Entries)
    pub fn get(&self, name: &str) -> Option<Text<'a>> {
        match self.wire() {
            // Then it stands on the wire as it is, if it is there.
            Some(wire) if Text::from(name).is_plain() => {
                find(wire, name.as_bytes(), Rules::from_spelling(self.spelled()))
            }
            _ => self.iter().find(|header| header.name == *name).map(|header| header.value),
        }
    }

    /// How they are written by these rules, if they can be; and what is told to `known` of each that the codec knows.
    #[inline]
    pub(super) fn measure(
        &self,
        rules: Rules,
        mut known: impl FnMut(HeaderName, Text<'a>),
    ) -> Result<Measured, EncodeError> {
        let mut tell = |header: &Header<'a>| {
            // In none of their names anything would be escaped.
            if let Some(name) = HeaderName::from_name(header.name.raw()) {
                known(name, header.value);
            }
        };
        if let Some(wire) = self.copied(rules) {
            self.iter().for_each(|header| tell(&header));
            return Ok(Measured { len: wire.len(), plain: 0 });
        }
        let mut measured = Measured::default();
        let mut bit = 1;
        let mut measure = |text: Text<'_>, is_name| {
            let is_plain = text.is_plain();
            measured.plain |= if is_plain { bit } else { 0 };
            bit <<= 1;
            let len = if is_plain { text.raw().len() } else { text.measure(rules, is_name)? };
            measured.len = measured.len.saturating_add(len).saturating_add(1);
            Ok::<(), EncodeError>(())
        };
        self.each(|header| {
            if header.name.is_empty() {
                return Err(ErrorKind::EmptyName.into());
            }
            tell(header);
            measure(header.name, true)?;
            measure(header.value, false)
        })?;
        Ok(measured)
    }

    /// Writes the end of the line before them, and their own.
    #[inline]
    pub(super) fn put_by(&self, rules: Rules, measured: Measured, out: &mut Writer<'_>) {
        if let Some(wire) = self.copied(rules) {
            return out.put_head(*b"\n", wire);
        }
        let mut plain = measured.plain;
        let mut put = |before: u8, text: Text<'_>| {
            if plain & 1 != 0 {
                out.put_head([before], text.raw());
            } else {
                out.put(&[before]);
                text.put(rules, out);
            }
            plain >>= 1;
        };
        let _ = self.each(|header| {
            put(b'\n', header.name);
            put(b':', header.value);
            Ok::<(), core::convert::Infallible>(())
        });
        out.put(b"\n");
    }

    /// The bytes that can be sent on as they came.
    #[inline]
    fn copied(&self, rules: Rules) -> Option<&'a [u8]> {
        self.wire().filter(|_| self.spelled() == rules.spelling(false))
    }
}

/// The value of the first header whose name is written like this.
fn find<'a>(wire: &'a [u8], name: &[u8], rules: Rules) -> Option<Text<'a>> {
    let mut rest = wire;
    loop {
        match rest.split_at_checked(name.len()) {
            Some((it, [b':', value @ ..])) if it == name => {
                return line(value, rules).map(|(value, _)| Text::from_wire(value, rules));
            }
            _ => rest = until(rest, b'\n')?.1,
        }
    }
}

/// What is before the line's end, and what is behind it.
#[inline]
fn line(wire: &[u8], rules: Rules) -> Option<(&[u8], &[u8])> {
    let (line, rest) = until(wire, b'\n')?;
    let line = if rules.carriage_return() { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
    Some((line, rest))
}

/// What is before the first byte like this, and what is behind it.
#[inline]
fn until(wire: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, rest) = wire.split_at_checked(scan::find(wire, |word| scan::is(word, byte))?)?;
    Some((before, rest.split_first()?.1))
}

impl sealed::Sealed for Header<'_> {}

impl<'a> Item<'a> for Header<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self> {
        let rules = Rules::from_spelling(spelling);
        let (name, rest) = until(wire, b':')?;
        let (value, rest) = line(rest, rules)?;
        *wire = rest;
        Some(Self { name: Text::from_wire(name, rules), value: Text::from_wire(value, rules) })
    }

    fn encoded_len(&self) -> usize {
        self.name.raw().len().saturating_add(self.value.raw().len()).saturating_add(2)
    }

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
