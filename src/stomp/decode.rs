//! The decoder: bytes in, frames out.

use super::head::{Head, Strictness, size};
use super::{Command, ContentLength, DecodeError, ErrorKind, Frame, Headers, Leniencies, Limits, Unit, Version};
use crate::scan;

/// Cuts a stream of bytes into frames and line ends, and checks every rule that bytes alone can break.
///
/// One decoder serves one direction of one connection. It looks at each byte once, in whatever pieces they arrive: so
/// between two calls it remembers what it has seen of the frame at the start of the input.
///
/// A client's decoder learns the version from the CONNECTED that it decodes; a server says which one it has chosen.
///
/// ```
/// use fourwire::stomp::{Command, Decoder, Unit, Version};
///
/// let mut decoder = Decoder::new(None);
/// let mut input: &[u8] = b"CONNECTED\nversion:1.2\n\n\0\nMESSAGE\nsubscr";
/// let Some((Unit::Frame(frame), used)) = decoder.decode(input)? else { panic!("not a frame") };
/// assert_eq!(frame.command, Command::Connected);
/// assert_eq!(decoder.version(), Some(Version::V1_2));
///
/// input = &input[used..];
/// assert_eq!(decoder.decode(input)?, Some((Unit::EndOfLine, 1)));
///
/// // The rest is the beginning of a MESSAGE: call again with more bytes behind it.
/// assert_eq!(decoder.decode(&input[1..])?, None);
/// # Ok::<(), fourwire::stomp::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    asked: Strictness,
    /// The frame at the start of the input, if its command was read.
    head: Option<Head>,
}

impl Decoder {
    /// A decoder with the default [`Limits`]. Of a connection that begins, the version is `None`.
    pub fn new(version: Option<Version>) -> Self {
        Self::with_limits(version, Limits::default())
    }

    /// A decoder with other limits.
    pub fn with_limits(version: Option<Version>, limits: Limits) -> Self {
        Self { asked: Strictness { version, limits, leniencies: Leniencies::default() }, head: None }
    }

    /// The same, which takes some of what is against the rules.
    #[must_use]
    pub const fn with_leniencies(mut self, leniencies: Leniencies) -> Self {
        self.asked.leniencies = leniencies;
        self
    }

    /// The version in use: as told, or as a CONNECTED said before there was one.
    pub const fn version(&self) -> Option<Version> {
        self.asked.version
    }

    /// Sets the version, from the next frame on. What was seen of one that is not whole is looked at anew.
    pub const fn set_version(&mut self, version: Option<Version>) {
        self.asked.version = version;
        self.head = None;
    }

    /// The limits in use.
    pub const fn limits(&self) -> &Limits {
        &self.asked.limits
    }

    /// Sets other limits, from the next frame on. What was seen of one that is not whole is looked at anew.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.asked.limits = limits;
        self.head = None;
    }

    /// Decodes the frame, or the line end, at the start of `input`, and says how many bytes it took.
    ///
    /// `None` if the input ends before the frame does: call again with the same bytes and more behind them.
    /// An error is final; the offset counts from the start of `input`.
    #[inline]
    pub fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Unit<'i>, usize)>, DecodeError> {
        let mut head = match self.head {
            Some(head) => head,
            None => {
                if let Some(used) = self.end_of_line(input)? {
                    return Ok(Some((Unit::EndOfLine, used)));
                }
                let Some(head) = Head::begin(input, &self.asked)? else { return Ok(None) };
                head
            }
        };
        if head.body == 0 && !head.read(input, &self.asked)? {
            self.head = Some(head);
            return Ok(None);
        }
        let Some(end) = self.body_end(&mut head, input)? else {
            self.head = Some(head);
            return Ok(None);
        };
        self.head = None;
        if head.command == Command::Connected && self.asked.version.is_none() {
            self.asked.version = head.version;
        }
        let headers = input.get(head.start..head.line).unwrap_or_default();
        let frame = Frame {
            command: head.command,
            headers: Headers::from_wire_in(headers, head.rules.spelling(head.is_loose)),
            body: input.get(head.body..end).unwrap_or_default(),
            content_length: ContentLength::default(),
        };
        Ok(Some((Unit::Frame(frame), end.saturating_add(1))))
    }

    /// The length of the line end at the start of the input, if there is one.
    #[inline]
    fn end_of_line(&self, input: &[u8]) -> Result<Option<usize>, DecodeError> {
        match input {
            [b'\n', ..] => Ok(Some(1)),
            [b'\r', rest @ ..] if self.asked.any_rules().carriage_return() => match rest {
                [b'\n', ..] => Ok(Some(2)),
                // A command cannot begin like this: it waits.
                [] => Ok(None),
                _ => Err(DecodeError { kind: ErrorKind::CarriageReturn, offset: 0 }),
            },
            _ => Ok(None),
        }
    }

    /// Where the body ends, at its NUL.
    #[inline]
    fn body_end(&self, head: &mut Head, input: &[u8]) -> Result<Option<usize>, DecodeError> {
        if head.is_over {
            return Ok(Some(head.body));
        }
        if let Some(length) = head.length {
            let end = head.body.saturating_add(length);
            return match input.get(end) {
                None => Ok(None),
                Some(0) => Ok(Some(end)),
                Some(_) => Err(DecodeError { kind: ErrorKind::NoNul, offset: end }),
            };
        }
        let may_have_body = head.command.may_have_body(self.asked.version);
        let (most, kind) = if may_have_body {
            (size(self.asked.limits.body), ErrorKind::BodyTooLarge)
        } else {
            (0, ErrorKind::Body(head.command))
        };
        let last = head.body.saturating_add(most).saturating_add(1);
        let window = input.get(..last).unwrap_or(input);
        if let Some(at) = scan::find_nul(window.get(head.at..).unwrap_or_default()) {
            return Ok(Some(head.at.saturating_add(at)));
        }
        if input.len() >= last {
            return Err(DecodeError { kind, offset: last.saturating_sub(1) });
        }
        head.at = window.len();
        Ok(None)
    }
}
