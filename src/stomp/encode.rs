//! The encoder: frames out, in which nothing can be read but what was put in.

use super::digits::Digits;
use super::headers::{self, Known};
use super::name::content_length;
use super::spelling::Rules;
use super::{Command, ContentLength, EncodeError, ErrorKind, Frame, Headers, Unit, Version};
use crate::Output;
use crate::scan;
use crate::write::Writer;

impl Unit<'_> {
    /// How many bytes the unit takes, if it can be sent.
    pub fn encoded_len(&self, version: impl Into<Option<Version>>) -> usize {
        match self {
            Self::Frame(frame) => frame.encoded_len(version),
            Self::EndOfLine => 1,
        }
    }

    /// Writes the unit.
    pub fn encode(&self, version: impl Into<Option<Version>>, out: &mut impl Output) -> Result<(), EncodeError> {
        match self {
            Self::Frame(frame) => frame.encode(version, out),
            Self::EndOfLine => {
                Writer::new(out.space(1, 0)?).put(b"\n");
                Ok(())
            }
        }
    }
}

impl Frame<'_> {
    /// How many bytes the frame takes, if it can be sent.
    pub fn encoded_len(&self, version: impl Into<Option<Version>>) -> usize {
        self.parts()
            .measure(version.into())
            .map_or(0, |measured| measured.head.saturating_add(self.body.len()).saturating_add(1))
    }

    /// Writes the frame as this version has it; `None` is for frames that are sent before one was agreed.
    ///
    /// What the version can escape is escaped; what it cannot is refused: so no header can end the line, or the frame,
    /// and begin another. Headers that were received by the same rules are copied. All of it is written, or nothing.
    #[inline]
    pub fn encode(&self, version: impl Into<Option<Version>>, out: &mut impl Output) -> Result<(), EncodeError> {
        self.parts().encode(version.into(), out)
    }

    #[inline]
    const fn parts(&self) -> Parts<'_, Headers<'_>> {
        Parts { command: self.command, headers: self.headers, body: self.body, content_length: self.content_length }
    }
}

/// A frame, whatever its headers are kept in.
pub(super) struct Parts<'a, H> {
    pub(super) command: Command,
    pub(super) headers: H,
    pub(super) body: &'a [u8],
    pub(super) content_length: ContentLength,
}

/// Headers that can be sent.
pub(super) trait Sendable<'a> {
    /// How they are written by these rules, if they can be, and which of them the codec knows.
    fn measure(&self, rules: Rules) -> Result<headers::Measured<'a>, EncodeError>;

    /// Writes the end of the line before them, and their own.
    fn put_by(&self, rules: Rules, measured: &headers::Measured<'a>, out: &mut Writer<'_>);
}

impl<'a, H: Sendable<'a>> Parts<'a, H> {
    #[inline]
    pub(super) fn encode(&self, version: Option<Version>, out: &mut impl Output) -> Result<(), EncodeError> {
        let measured = self.measure(version)?;
        let mut space = Writer::new(out.space(measured.head, self.body.len().saturating_add(1))?);
        space.put(self.command.as_str().as_bytes());
        self.headers.put_by(measured.rules, &measured.headers, &mut space);
        if measured.is_counted {
            space.put(COUNTED);
            space.put(self.length().as_bytes());
            space.put(b"\n");
        }
        space.put(b"\n");
        out.put_payload(self.body);
        out.put_payload(&[0]);
        Ok(())
    }

    #[inline]
    fn measure(&self, version: Option<Version>) -> Result<Measured<'a>, EncodeError> {
        let command = self.command;
        if version.is_some_and(|version| !command.is_in(version)) {
            return Err(ErrorKind::NotInThisVersion(command).into());
        }
        if !self.body.is_empty() && !command.may_have_body(version) {
            return Err(ErrorKind::Body(command).into());
        }
        let rules = Rules::of(version, command);
        let headers = self.headers.measure(rules)?;
        if let Some(name) = headers.known.names.missing(command, version) {
            return Err(ErrorKind::MissingHeader(name).into());
        }
        let mut head = headers.len.saturating_add(command.as_str().len()).saturating_add(2);
        let is_counted = self.is_counted(&headers.known, version)?;
        if is_counted {
            head = head.saturating_add(COUNTED.len()).saturating_add(self.length().as_bytes().len()).saturating_add(1);
        }
        Ok(Measured { rules, headers, head, is_counted })
    }

    /// What `content-length` says.
    #[inline]
    fn length(&self) -> Digits {
        Digits::of(u64::try_from(self.body.len()).unwrap_or(u64::MAX))
    }

    /// Whether `content-length` is to be added.
    #[inline]
    fn is_counted(&self, known: &Known<'_>, version: Option<Version>) -> Result<bool, EncodeError> {
        let counts = self.command.is_counted(version);
        if let (Some(stated), true) = (known.content_length, counts) {
            let stated = content_length(stated, version);
            return if stated == Some(self.body.len()) { Ok(false) } else { Err(EncodeError::ContentLength) };
        }
        let policy = self.content_length;
        if policy == ContentLength::Always && self.command.is_content() {
            return Ok(true);
        }
        match scan::find_nul(self.body).is_some() {
            false => Ok(false),
            true if policy == ContentLength::Never || !counts => Err(EncodeError::BodyNul),
            true => Ok(true),
        }
    }
}

/// What is known of a frame that can be sent: numbers and no more, of which copies cost nothing.
struct Measured<'a> {
    rules: Rules,
    headers: headers::Measured<'a>,
    /// How many bytes are before the body.
    head: usize,
    /// Whether a `content-length` is added.
    is_counted: bool,
}

const COUNTED: &[u8] = b"content-length:";
