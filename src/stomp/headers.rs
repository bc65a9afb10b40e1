//! A list of headers: validated once, read lazily.

use core::fmt;

use super::encode::Sendable;
use super::name::Names;
use super::spelling::Rules;
use super::{EncodeError, ErrorKind, HeaderName, Text};
use crate::list::{Item, List, Spelling, sealed};
use crate::scan;
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
/// assert!(headers.get("hops").is_some_and(|hops| hops == "2"));
/// assert_eq!(headers.len(), 3);
/// ```
pub type Headers<'a> = List<'a, Header<'a>>;

/// A name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
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

    /// The value, if it is a password.
    fn secret(&self) -> Option<Hidden<'a>> {
        (self.name == "passcode").then(|| Hidden(self.value.raw()))
    }
}

/// How headers are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured<'a> {
    /// Which of them the codec knows.
    pub(super) known: Known<'a>,
    /// How many bytes they take.
    pub(super) len: usize,
    /// Which of the first 64 names and values are plain: so each is looked through once.
    plain: u64,
    /// The bit of the next.
    bit: u64,
}

impl<'a> Measured<'a> {
    pub(super) const NONE: Self = Self { known: Known::NONE, len: 0, plain: 0, bit: 1 };

    /// Adds a header, if it can be written by these rules.
    #[inline]
    pub(super) fn add(&mut self, header: &Header<'a>, rules: Rules) -> Result<(), EncodeError> {
        let Header { name, value } = *header;
        let known = self.known.add(header);
        let is_name_plain = known != Names::NONE || name.is_plain() && !name.is_empty();
        if !is_name_plain || !value.is_plain() {
            return self.add_escaped(header, rules);
        }
        self.plain |= self.bit | self.bit << 1;
        self.bit <<= 2;
        self.len = self.len.saturating_add(name.raw().len()).saturating_add(value.raw().len()).saturating_add(2);
        Ok(())
    }

    /// The same, of one in which something may have to be escaped.
    #[inline(never)]
    fn add_escaped(&mut self, header: &Header<'a>, rules: Rules) -> Result<(), EncodeError> {
        if header.name.is_empty() {
            return Err(ErrorKind::EmptyName.into());
        }
        for (text, is_name) in [(header.name, true), (header.value, false)] {
            let is_plain = text.is_plain();
            self.plain |= if is_plain { self.bit } else { 0 };
            self.bit <<= 1;
            let len = if is_plain { text.raw().len() } else { text.measure(rules, is_name)? };
            self.len = self.len.saturating_add(len).saturating_add(1);
        }
        Ok(())
    }

    #[inline]
    pub(super) const fn plain(&self) -> Plain {
        Plain(self.plain)
    }
}

/// Which of the names and values that come are plain.
pub(super) struct Plain(u64);

impl Plain {
    /// Writes a header behind the line before it.
    #[inline]
    pub(super) fn put(&mut self, header: &Header<'_>, rules: Rules, out: &mut Writer<'_>) {
        self.text(b'\n', header.name, rules, out);
        self.text(b':', header.value, rules, out);
    }

    #[inline]
    fn text(&mut self, before: u8, text: Text<'_>, rules: Rules, out: &mut Writer<'_>) {
        if self.0 & 1 != 0 {
            out.put_head([before], text.raw());
        } else {
            out.put(&[before]);
            text.put(rules, out);
        }
        self.0 >>= 1;
    }
}

impl<'a> Headers<'a> {
    /// The value of the first header of this name: that is the one that counts. (1.1 and 1.2, Repeated Header Entries)
    ///
    /// That one which a specification names is not there is known without a look.
    #[inline]
    pub fn get(&self, name: &str) -> Option<Text<'a>> {
        let known = Names::from_name(name.as_bytes());
        match self.wire() {
            Some(wire) if known != Names::NONE => match Rules::names(self.spelled()).has_any(known) {
                true => find(wire, name.as_bytes(), self.spelled()),
                false => None,
            },
            _ => self.get_unknown(name),
        }
    }

    fn get_unknown(&self, name: &str) -> Option<Text<'a>> {
        match self.wire() {
            // Then it stands on the wire as it is, if it is there.
            Some(wire) if Text::from(name).is_plain() => find(wire, name.as_bytes(), self.spelled()),
            _ => self.iter().find(|header| header.name == *name).map(|header| header.value),
        }
    }

    /// The bytes that can be sent on as they came.
    #[inline]
    fn copied(&self, rules: Rules) -> Option<&'a [u8]> {
        self.wire().filter(|_| rules == Rules::from_spelling(self.spelled()))
    }

    /// Which of them the codec knows, without a look at the others.
    #[inline]
    fn known(&self) -> Known<'a> {
        let names = Rules::names(self.spelled());
        let is_counted = names.has(HeaderName::ContentLength);
        let content_length = if is_counted { self.get(HeaderName::ContentLength.as_str()) } else { None };
        Known { names, content_length: content_length.map(Text::raw) }
    }
}

/// The value of the first header whose name is written like this.
fn find<'a>(wire: &'a [u8], name: &[u8], spelling: Spelling) -> Option<Text<'a>> {
    let mut rest = wire;
    loop {
        match rest.split_at_checked(name.len()) {
            Some((it, [b':', value @ ..])) if it == name => {
                let (value, _) = line(value, Rules::from_spelling(spelling))?;
                return Some(Text::from_wire(value, spelling));
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
    let (before, rest) = wire.split_at_checked(scan::find_byte(wire, byte)?)?;
    Some((before, rest.split_first()?.1))
}

impl<'a> Sendable<'a> for Headers<'a> {
    #[inline]
    fn measure(&self, rules: Rules) -> Result<Measured<'a>, EncodeError> {
        if let Some(wire) = self.copied(rules) {
            return Ok(Measured { known: self.known(), len: wire.len(), ..Measured::NONE });
        }
        let mut measured = Measured::NONE;
        self.each(|header| measured.add(header, rules))?;
        Ok(measured)
    }

    #[inline]
    fn put_by(&self, rules: Rules, measured: &Measured<'a>, out: &mut Writer<'_>) {
        if let Some(wire) = self.copied(rules) {
            return out.put_head(*b"\n", wire);
        }
        let mut plain = measured.plain();
        let _ = self.each(|header| {
            plain.put(header, rules, out);
            Ok::<(), core::convert::Infallible>(())
        });
        out.put(b"\n");
    }
}

/// A password is not shown, only how long it is.
impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut header = f.debug_struct("Header");
        header.field("name", &self.name);
        match self.secret() {
            Some(hidden) => header.field("value", &hidden),
            None => header.field("value", &self.value),
        };
        header.finish()
    }
}

/// A password is not shown, only how long it is.
#[cfg(feature = "serde")]
impl serde::Serialize for Header<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut header = serializer.serialize_struct("Header", 2)?;
        header.serialize_field("name", &self.name)?;
        match self.secret() {
            Some(hidden) => header.serialize_field("value", &hidden)?,
            None => header.serialize_field("value", &self.value)?,
        }
        header.end()
    }
}

impl sealed::Sealed for Header<'_> {}

impl<'a> Item<'a> for Header<'a> {
    #[inline]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self> {
        let rules = Rules::from_spelling(spelling);
        let (name, rest) = until(wire, b':')?;
        let (value, rest) = line(rest, rules)?;
        *wire = rest;
        Some(Self { name: Text::from_wire(name, spelling), value: Text::from_wire(value, spelling) })
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) names: Names,
    /// Its value as it stands: an escape in it is no digit.
    pub(super) content_length: Option<&'a [u8]>,
}

impl<'a> Known<'a> {
    const NONE: Self = Self { names: Names::NONE, content_length: None };

    /// Adds a header, and says its name if it is one of them.
    #[inline]
    fn add(&mut self, header: &Header<'a>) -> Names {
        let name = Names::from_name(header.name.raw());
        if name.has(HeaderName::ContentLength) && self.content_length.is_none() {
            self.content_length = Some(header.value.raw());
        }
        self.names = self.names.and(name);
        name
    }
}
