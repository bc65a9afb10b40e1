//! The head of a frame, from the command to the blank line: looked at once, in whatever pieces it arrives.

use super::line::{Line, Seen};
use super::name::{Names, content_length};
use super::spelling::{Quirks, Rules};
use super::{Command, DecodeError, ErrorKind, HeaderName, Leniencies, Limits, Version};
use crate::scan::Marks;

/// What is asked of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strictness {
    pub(super) version: Option<Version>,
    pub(super) limits: Limits,
    pub(super) leniencies: Leniencies,
}

/// What is known of the frame at the start of the input, and how far it was looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) command: Command,
    pub(super) rules: Rules,
    /// Where the headers begin.
    pub(super) start: usize,
    /// Where they end; before that is known, where the line begins that is looked at.
    pub(super) line: usize,
    /// Where the body begins; 0 before that is known.
    pub(super) body: usize,
    /// The next byte to be looked at.
    pub(super) at: usize,
    pub(super) length: Option<usize>,
    /// The version that a CONNECTED names. One that nobody knows is none.
    pub(super) version: Option<Version>,
    pub(super) names: Names,
    headers: u32,
    /// Where the line's first colon is; 0 before there is one.
    colon: usize,
    /// A byte was seen in it that is not ASCII.
    is_wide: bool,
    pub(super) quirks: Quirks,
    /// NUL stood in place of the blank line.
    pub(super) is_over: bool,
}

/// The headers whose values are read.
const READ: Names = Names::one(HeaderName::ContentLength).and(Names::one(HeaderName::Version));

impl Head {
    /// Of a frame of which the command was read.
    #[inline(always)]
    pub(super) const fn new(command: Command, start: usize, asked: &Strictness) -> Self {
        Self {
            command,
            rules: Rules::of(asked.version, command).lenient(asked.leniencies),
            start,
            line: start,
            body: 0,
            at: start,
            length: None,
            version: None,
            names: Names::NONE,
            headers: 0,
            colon: 0,
            is_wide: false,
            quirks: Quirks { is_loose: false, is_escaped: false },
            is_over: false,
        }
    }

    /// Reads on, up to the blank line; whether it is there. The body may have `most` bytes.
    ///
    /// What is not inlined here takes and gives values: so the head is in registers while it is read.
    #[inline(always)]
    pub(super) fn read(&mut self, input: &[u8], asked: &Strictness, most: u32) -> Result<bool, DecodeError> {
        let head = input.get(..size(asked.limits.head)).unwrap_or(input);
        let mut marks = Marks::new(head, self.at);
        loop {
            if self.headers >= asked.limits.headers {
                self.may_not_go_on(head)?;
            }
            let Some((end, at)) = self.line_end(&mut marks, head, asked)? else {
                return self.more(input, asked);
            };
            let next = at.wrapping_add(1);
            if next.wrapping_sub(self.line) > size(asked.limits.line) {
                return Err(too_long(self.line, asked));
            }
            if end <= self.line {
                self.body = if self.is_over { at } else { next };
                self.end(asked)?;
                return Ok(true);
            }
            self.header(end, input, asked, most)?;
            self.line = next;
            self.colon = 0;
        }
    }

    /// Where the line ends, and where its LF is: with no CR before it that is the same place. Or the NUL in place of the
    /// blank line.
    #[inline(always)]
    fn line_end(
        &mut self,
        marks: &mut Marks<'_>,
        head: &[u8],
        asked: &Strictness,
    ) -> Result<Option<(usize, usize)>, DecodeError> {
        // The second backslash of two, and the CR of the line's end.
        let mut second = 0;
        let mut carriage_return = 0;
        loop {
            let Some(at) = marks.next() else {
                self.at = head.len();
                return Ok(None);
            };
            let byte = head.get(at).copied().unwrap_or(b'\n');
            if byte == b'\n' {
                return Ok(Some((if carriage_return == 0 { at } else { carriage_return }, at)));
            }
            if byte == b':' && self.colon == 0 && at != self.line {
                self.colon = at;
                continue;
            }
            if byte >= 0x80 {
                self.is_wide = true;
                continue;
            }
            if at == second {
                continue;
            }
            let line = Line { start: self.line, colon: self.colon, rules: self.rules };
            match line.sees(byte, at, head, self.length, asked) {
                Seen::Nothing => {}
                Seen::Escaped => {
                    self.quirks.is_escaped = true;
                    second = at.wrapping_add(1);
                }
                Seen::CarriageReturn => carriage_return = at,
                Seen::RawColon => self.quirks.is_loose = true,
                Seen::Over => {
                    self.is_over = true;
                    return Ok(Some((at, at)));
                }
                Seen::Incomplete => {
                    self.at = at;
                    return Ok(None);
                }
                Seen::Wrong(kind) => return Err(wrong(kind, at, self.line, asked)),
            }
        }
    }

    /// No header may follow: but the blank line may.
    #[inline]
    fn may_not_go_on(&self, head: &[u8]) -> Result<(), DecodeError> {
        match head.get(self.line) {
            None | Some(b'\n' | 0) => Ok(()),
            Some(b'\r') if self.rules.carriage_return() => Ok(()),
            Some(_) => Err(DecodeError { kind: ErrorKind::TooManyHeaders, offset: self.line }),
        }
    }

    /// Waits for more; unless there is too much already.
    #[inline]
    fn more(&self, input: &[u8], asked: &Strictness) -> Result<bool, DecodeError> {
        if input.len() < limit(self.line, asked) { Ok(false) } else { Err(too_long(self.line, asked)) }
    }

    /// Checks the header that ends here, and keeps what the codec wants to know of it.
    #[inline(always)]
    fn header(&mut self, end: usize, input: &[u8], asked: &Strictness, most: u32) -> Result<(), DecodeError> {
        let offset = self.line;
        if self.colon == 0 {
            return Err(DecodeError { kind: ErrorKind::NoColon, offset });
        }
        if self.is_wide {
            self.is_wide = false;
            utf8(self.rules, input, offset, end)?;
        }
        self.headers = self.headers.wrapping_add(1);
        let Some(name) = input.get(offset..self.colon).map(Names::from_name) else { return Ok(()) };
        // The first one counts.
        let is_read = name.has_any(READ) && !self.names.has_any(name);
        self.names = self.names.and(name);
        if is_read { self.read_value(name, end, input, asked, most) } else { Ok(()) }
    }

    #[inline(always)]
    fn read_value(
        &mut self,
        name: Names,
        end: usize,
        input: &[u8],
        asked: &Strictness,
        most: u32,
    ) -> Result<(), DecodeError> {
        let value = input.get(self.colon.wrapping_add(1)..end).unwrap_or_default();
        if name.has(HeaderName::Version) {
            self.version = Version::from_name(value);
        } else if self.command.is_counted(asked.version) {
            let length = counted(self.command, value, asked.version, most);
            self.length = Some(length.map_err(|kind| DecodeError { kind, offset: self.line })?);
        }
        Ok(())
    }

    /// Checks what can be checked when all headers are there.
    #[inline(always)]
    fn end(&mut self, asked: &Strictness) -> Result<(), DecodeError> {
        self.at = self.body;
        if self.command == Command::Connected && !self.names.has(HeaderName::Version) {
            self.version = Some(Version::V1_0);
        }
        match self.names.missing(self.command, asked.version) {
            Some(name) if !asked.leniencies.missing_headers => {
                Err(DecodeError { kind: ErrorKind::MissingHeader(name), offset: self.line })
            }
            _ => Ok(()),
        }
    }
}

/// Where the line must have ended that begins at `line`.
#[cold]
fn limit(line: usize, asked: &Strictness) -> usize {
    line.saturating_add(size(asked.limits.line)).min(size(asked.limits.head))
}

/// What is wrong at `at`: this, if the line may be that long.
#[cold]
fn wrong(kind: ErrorKind, at: usize, line: usize, asked: &Strictness) -> DecodeError {
    if at < limit(line, asked) { DecodeError { kind, offset: at } } else { too_long(line, asked) }
}

/// The line that begins at `line`, or the head with it, is too long.
#[cold]
fn too_long(line: usize, asked: &Strictness) -> DecodeError {
    let offset = limit(line, asked);
    let kind = if offset == size(asked.limits.head) { ErrorKind::HeadTooLarge } else { ErrorKind::HeaderTooLong };
    DecodeError { kind, offset }
}

#[cold]
fn utf8(rules: Rules, input: &[u8], line: usize, end: usize) -> Result<(), DecodeError> {
    if !rules.is_utf8() {
        return Ok(());
    }
    core::str::from_utf8(input.get(line..end).unwrap_or_default()).map_err(|error| {
        let offset = line.saturating_add(error.valid_up_to());
        DecodeError { kind: ErrorKind::Utf8, offset }
    })?;
    Ok(())
}

/// The length of the body, if there may be one that long.
#[inline(never)]
fn counted(command: Command, value: &[u8], version: Option<Version>, most: u32) -> Result<usize, ErrorKind> {
    match content_length(value, version) {
        None => Err(ErrorKind::ContentLength),
        Some(1..) if !command.may_have_body(version) => Err(ErrorKind::Body(command)),
        Some(length) if length > size(most) => Err(ErrorKind::BodyTooLarge),
        Some(length) => Ok(length),
    }
}

impl Strictness {
    /// The rules for what is before a command.
    #[inline]
    pub(super) const fn any_rules(&self) -> Rules {
        Rules::of(self.version, Command::Error).lenient(self.leniencies)
    }
}

/// A limit as a size.
#[inline]
pub(super) fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
