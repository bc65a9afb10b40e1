//! The decoder: bytes in, frames out.

use super::head::{Head, Strictness, size};
use super::start::command;
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
    /// What is still to come of a body that is taken in parts.
    rest: Option<Rest>,
}

/// A unit, or a part of a frame that is too large to be held whole.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Part<'i> {
    /// A whole unit.
    Unit(Unit<'i>),
    /// A frame without its body, which follows in pieces.
    Head {
        /// The frame; its body is empty.
        frame: Frame<'i>,
        /// How many bytes follow, if content-length says so.
        body_len: Option<usize>,
    },
    /// A piece of the body.
    Body {
        /// The piece, which may be empty if it is the last one.
        bytes: &'i [u8],
        /// Whether the frame ends here.
        is_last: bool,
    },
}

/// What is still to come of a body.
#[derive(Clone, Copy, Debug)]
struct Rest {
    /// How many bytes, or how many at most.
    left: usize,
    /// Whether the length was stated. Else NUL ends it.
    is_counted: bool,
}

impl Decoder {
    /// A decoder with the default [`Limits`]. Of a connection that begins, the version is `None`.
    pub fn new(version: Option<Version>) -> Self {
        Self::with_limits(version, Limits::default())
    }

    /// A decoder with other limits.
    pub const fn with_limits(version: Option<Version>, limits: Limits) -> Self {
        Self { asked: Strictness { version, limits, leniencies: Leniencies::NONE }, head: None, rest: None }
    }

    /// The same, which takes some of what is against the rules.
    #[must_use]
    pub const fn with_leniencies(mut self, leniencies: Leniencies) -> Self {
        self.asked.leniencies = leniencies;
        self
    }

    /// What it takes that is against the rules.
    pub const fn leniencies(&self) -> Leniencies {
        self.asked.leniencies
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

    /// Whether the next part is a piece of a body.
    #[cfg(feature = "alloc")]
    pub(super) const fn is_in_body(&self) -> bool {
        self.rest.is_some()
    }

    /// Decodes the frame, or the line end, at the start of `input`, and says how many bytes it took.
    ///
    /// `None` if the input ends before the frame does: call again with the same bytes and more behind them.
    /// An error is final; the offset counts from the start of `input`. Between the parts of a body that
    /// [`decode_part`](Self::decode_part) has begun it must not be called: it would look for frames in it.
    pub fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Unit<'i>, usize)>, DecodeError> {
        // What is asked most of a frame that arrives in many pieces is not worth the way into the function that does all.
        if self.goes_on(input) { Ok(None) } else { self.decode_unit(input) }
    }

    #[inline(never)]
    fn decode_unit<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Unit<'i>, usize)>, DecodeError> {
        match self.find(input, self.asked.limits.body)? {
            Found::Unit(unit, used) => Ok(Some((unit, used))),
            Found::Incomplete => Ok(None),
            Found::TooLarge(_, offset) => Err(DecodeError { kind: ErrorKind::BodyTooLarge, offset }),
        }
    }

    /// Decodes the unit, or the part of a frame, at the start of `input`.
    ///
    /// A frame whose body is larger than [`Limits::body`] comes as its head and then as pieces of its body, as they are
    /// there; all others come whole. Which do is a matter of their bodies, not of how the bytes happen to arrive.
    pub fn decode_part<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Part<'i>, usize)>, DecodeError> {
        if let Some(rest) = self.rest {
            return self.piece(input, rest);
        }
        if self.goes_on(input) {
            return Ok(None);
        }
        let most = self.asked.limits.body_in_parts.max(self.asked.limits.body);
        match self.find(input, most)? {
            Found::Unit(unit, used) => Ok(Some((Part::Unit(unit), used))),
            Found::Incomplete => Ok(None),
            Found::TooLarge(head, _) => {
                let body_len = head.length;
                self.rest = Some(Rest { left: body_len.unwrap_or(size(most)), is_counted: body_len.is_some() });
                Ok(Some((Part::Head { frame: self.frame(head, input, head.body), body_len }, head.body)))
            }
        }
    }

    /// Whether a body goes on behind the end of the input.
    #[inline]
    fn goes_on(&mut self, input: &[u8]) -> bool {
        let Self { head: Some(head), asked, .. } = self else { return false };
        if head.body == 0 || head.is_over {
            return false;
        }
        if let Some(length) = head.length {
            return input.len() <= head.body.saturating_add(length);
        }
        // Where no body may be the first byte tells.
        let is_new = input.len() <= head.body.saturating_add(size(asked.limits.body)) && head.at > head.body;
        if !is_new || scan::find_nul(input.get(head.at..).unwrap_or_default()).is_some() {
            return false;
        }
        head.at = head.at.max(input.len());
        true
    }

    /// Looks on where it has stopped. A frame whose body is counted has at most `most` bytes of it.
    #[inline(always)]
    fn find<'i>(&mut self, input: &'i [u8], most: u32) -> Result<Found<'i>, DecodeError> {
        let mut head = match self.head {
            Some(head) => head,
            None => {
                if let Some(used) = self.end_of_line(input)? {
                    return Ok(Found::Unit(Unit::EndOfLine, used));
                }
                let Some((command, start)) = command(input, &self.asked)? else { return Ok(Found::Incomplete) };
                Head::new(command, start, &self.asked)
            }
        };
        if head.body == 0 && !head.read(input, &self.asked, most)? {
            self.head = Some(head);
            return Ok(Found::Incomplete);
        }
        match self.body_end(head, input)? {
            Body::End(end) => Ok(Found::Unit(Unit::Frame(self.frame(head, input, end)), end.wrapping_add(1))),
            Body::Incomplete(at) => {
                head.at = at;
                self.head = Some(head);
                Ok(Found::Incomplete)
            }
            Body::TooLarge(offset) => Ok(Found::TooLarge(head, offset)),
        }
    }

    /// The frame with this head and a body that ends here.
    #[inline(always)]
    fn frame<'i>(&mut self, head: Head, input: &'i [u8], end: usize) -> Frame<'i> {
        self.head = None;
        if head.command == Command::Connected && self.asked.version.is_none() {
            self.asked.version = head.version;
        }
        let headers = input.get(head.start..head.line).unwrap_or_default();
        Frame {
            command: head.command,
            headers: Headers::from_wire_in(headers, head.rules.spelling(head.quirks, head.names)),
            body: input.get(head.body..end).unwrap_or_default(),
            content_length: ContentLength::default(),
        }
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

    /// Where the body ends, at its NUL, if it is not too large to be taken whole.
    #[inline(always)]
    fn body_end(&self, head: Head, input: &[u8]) -> Result<Body, DecodeError> {
        if head.is_over {
            return Ok(Body::End(head.body));
        }
        let most = size(self.asked.limits.body);
        if let Some(length) = head.length {
            if length > most {
                return Ok(Body::TooLarge(head.body));
            }
            let end = head.body.saturating_add(length);
            return match input.get(end) {
                None => Ok(Body::Incomplete(head.at)),
                Some(0) => Ok(Body::End(end)),
                Some(_) => Err(DecodeError { kind: ErrorKind::NoNul, offset: end }),
            };
        }
        // As most frames without a body do.
        if input.get(head.body) == Some(&0) {
            return Ok(Body::End(head.body));
        }
        let may_have_body = head.command.may_have_body(self.asked.version);
        let last = head.body.saturating_add(if may_have_body { most } else { 0 }).saturating_add(1);
        let window = input.get(..last).unwrap_or(input);
        if let Some(at) = scan::find_nul(window.get(head.at..).unwrap_or_default()) {
            return Ok(Body::End(head.at.saturating_add(at)));
        }
        let offset = last.saturating_sub(1);
        match input.len() >= last {
            true if may_have_body => Ok(Body::TooLarge(offset)),
            true => Err(DecodeError { kind: ErrorKind::Body(head.command), offset }),
            false => Ok(Body::Incomplete(window.len())),
        }
    }

    /// The next piece of a body: what is there of it. The last one takes the NUL with it, and may be empty.
    fn piece<'i>(&mut self, input: &'i [u8], rest: Rest) -> Result<Option<(Part<'i>, usize)>, DecodeError> {
        let Rest { left, is_counted } = rest;
        let (window, behind) = input.split_at_checked(left).unwrap_or((input, &[]));
        let nul = if is_counted { None } else { scan::find_nul(window) };
        let (bytes, is_last) = match (nul, behind) {
            (Some(end), _) => (window.get(..end).unwrap_or_default(), true),
            (None, [0, ..]) => (window, true),
            (None, [_, ..]) if window.is_empty() => {
                let kind = if is_counted { ErrorKind::NoNul } else { ErrorKind::BodyTooLarge };
                return Err(DecodeError { kind, offset: 0 });
            }
            _ if window.is_empty() => return Ok(None),
            _ => (window, false),
        };
        self.rest = if is_last { None } else { Some(Rest { left: left.saturating_sub(bytes.len()), is_counted }) };
        Ok(Some((Part::Body { bytes, is_last }, bytes.len().saturating_add(usize::from(is_last)))))
    }
}

/// What is at the start of the input.
enum Found<'i> {
    /// A unit, and how many bytes it took.
    Unit(Unit<'i>, usize),
    Incomplete,
    /// A frame whose body is not to be taken whole: seen here.
    TooLarge(Head, usize),
}

/// Where a body ends.
enum Body {
    End(usize),
    /// The next look is at this byte.
    Incomplete(usize),
    /// It has more bytes than it may have in one piece: seen here.
    TooLarge(usize),
}
