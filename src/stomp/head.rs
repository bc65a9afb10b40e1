//! The head of a frame, from the command to the blank line: looked at once, in whatever pieces it arrives.

use super::name::{Names, content_length};
use super::spelling::{Rules, meaning};
use super::{Command, DecodeError, ErrorKind, HeaderName, Leniencies, Limits, Version};
use crate::scan;

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
    names: Names,
    headers: u32,
    /// Where the line's first colon is; 0 before there is one.
    colon: usize,
    /// Bytes before this one belong to an escape that was checked.
    escaped: usize,
    /// A byte was seen that is not ASCII.
    is_wide: bool,
    pub(super) is_loose: bool,
    /// NUL stood in place of the blank line.
    pub(super) is_over: bool,
}

/// What a byte that may mean something means.
enum Mark {
    Nothing,
    /// The next byte will tell.
    Wait,
    /// The line ends before the first of them, the next begins at the second.
    End(usize, usize),
}

impl Head {
    /// Reads the command. `None` if its line is not whole.
    #[inline]
    pub(super) fn begin(input: &[u8], asked: &Strictness) -> Result<Option<Self>, DecodeError> {
        // Where no command can be whole yet, or none can be any more.
        const WINDOW: usize = Command::LONGEST + 2;
        let window = input.get(..WINDOW).unwrap_or(input);
        let Some(end) = window.iter().position(|byte| *byte == b'\n') else { return no_command(window, asked) };
        let line = window.get(..end).unwrap_or_default();
        let line = if asked.any_rules().carriage_return() { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        let wrong = |kind| Err(DecodeError { kind, offset: 0 });
        let Some(command) = Command::from_name(line) else { return wrong(ErrorKind::UnknownCommand) };
        if asked.version.is_some_and(|version| !command.is_in(version)) {
            return wrong(ErrorKind::NotInThisVersion(command));
        }
        let start = end.wrapping_add(1);
        Ok(Some(Self {
            command,
            rules: Rules::of(asked.version, command).lenient(asked.leniencies),
            start,
            line: start,
            body: 0,
            at: start,
            length: None,
            version: None,
            names: Names::default(),
            headers: 0,
            colon: 0,
            escaped: 0,
            is_wide: false,
            is_loose: false,
            is_over: false,
        }))
    }

    /// Reads on, up to the blank line; whether it is there. The body may have `most` bytes.
    #[inline]
    pub(super) fn read(&mut self, input: &[u8], asked: &Strictness, most: u32) -> Result<bool, DecodeError> {
        let limits = &asked.limits;
        let head = size(limits.head);
        loop {
            let last = self.line.saturating_add(size(limits.line)).min(head);
            let window = input.get(..last).unwrap_or(input);
            if self.at == self.line {
                if let Some(body) = self.blank_line(window, asked)? {
                    self.body = body;
                    self.at = body;
                    self.end(asked)?;
                    return Ok(true);
                }
            }
            let Some((end, next)) = self.line_end(window, asked)? else {
                if input.len() < last {
                    return Ok(false);
                }
                let kind = if last == head { ErrorKind::HeadTooLarge } else { ErrorKind::HeaderTooLong };
                return Err(DecodeError { kind, offset: last.min(input.len()) });
            };
            self.header(input.get(self.line..end).unwrap_or_default(), asked, most)?;
            self.line = next;
            self.at = next;
            self.colon = 0;
        }
    }

    /// Where the body begins, if the line that begins is the blank one; and whether it may be another header.
    #[inline]
    fn blank_line(&mut self, window: &[u8], asked: &Strictness) -> Result<Option<usize>, DecodeError> {
        let offset = self.line;
        match window.get(offset..).unwrap_or_default() {
            [b'\n', ..] => Ok(Some(offset.wrapping_add(1))),
            [b'\r', b'\n', ..] if self.rules.carriage_return() => Ok(Some(offset.wrapping_add(2))),
            [0, ..] if asked.leniencies.no_blank_line && self.length.unwrap_or(0) == 0 => {
                self.is_over = true;
                Ok(Some(offset))
            }
            [] | [0, ..] => Ok(None),
            [b'\r', ..] if self.rules.carriage_return() => Ok(None),
            _ if self.headers == asked.limits.headers => Err(DecodeError { kind: ErrorKind::TooManyHeaders, offset }),
            _ => Ok(None),
        }
    }

    /// Where the line ends that is looked at, and where the next begins.
    #[inline]
    fn line_end(&mut self, window: &[u8], asked: &Strictness) -> Result<Option<(usize, usize)>, DecodeError> {
        let mut rest = window.get(self.at..).unwrap_or_default();
        while !rest.is_empty() {
            let (word, len) = match rest.split_first_chunk() {
                Some((word, behind)) => {
                    rest = behind;
                    (u64::from_le_bytes(*word), 8)
                }
                None => (scan::short(core::mem::take(&mut rest)), window.len().saturating_sub(self.at)),
            };
            self.is_wide |= word & scan::HIGHS != 0;
            let mut hits = scan::stomp_mark(word);
            while hits != 0 {
                let at = self.at.wrapping_add(usize::try_from(hits.trailing_zeros() / 8).unwrap_or_default());
                hits &= hits.wrapping_sub(1);
                match self.mark(window, at, asked)? {
                    Mark::Nothing => {}
                    Mark::End(end, next) => return Ok(Some((end, next))),
                    Mark::Wait => {
                        self.at = at;
                        return Ok(None);
                    }
                }
            }
            self.at = self.at.wrapping_add(len);
        }
        Ok(None)
    }

    #[inline]
    fn mark(&mut self, window: &[u8], at: usize, asked: &Strictness) -> Result<Mark, DecodeError> {
        let wrong = |kind, offset| Err(DecodeError { kind, offset });
        if at < self.escaped {
            return Ok(Mark::Nothing);
        }
        let next = at.wrapping_add(1);
        match window.get(at) {
            Some(b'\n') => return Ok(Mark::End(at, next)),
            Some(b':') if self.colon == 0 && at == self.line => return wrong(ErrorKind::EmptyName, at),
            Some(b':') if self.colon == 0 => self.colon = at,
            Some(b':') if self.rules.escapes() => {
                if !asked.leniencies.raw_colons {
                    return wrong(ErrorKind::Colon, at);
                }
                self.is_loose = true;
            }
            Some(b'\\') if self.rules.escapes() => match window.get(next) {
                None => return Ok(Mark::Wait),
                Some(b'r') if !self.rules.escapes_carriage_return() => return wrong(ErrorKind::Escape, at),
                Some(letter) if meaning(*letter).is_some() => self.escaped = at.wrapping_add(2),
                Some(_) => return wrong(ErrorKind::Escape, at),
            },
            Some(b'\r') if self.rules.carriage_return() => match window.get(next) {
                None => return Ok(Mark::Wait),
                Some(b'\n') => return Ok(Mark::End(at, next.wrapping_add(1))),
                Some(_) => return wrong(ErrorKind::CarriageReturn, at),
            },
            Some(0) => return wrong(ErrorKind::Nul, at),
            _ => {}
        }
        Ok(Mark::Nothing)
    }

    /// Checks a header, and keeps what the codec wants to know of it.
    #[inline]
    fn header(&mut self, line: &[u8], asked: &Strictness, most: u32) -> Result<(), DecodeError> {
        let offset = self.line;
        let wrong = |kind| Err(DecodeError { kind, offset });
        if self.colon == 0 {
            return wrong(ErrorKind::NoColon);
        }
        if self.is_wide && self.rules.is_utf8() {
            if let Err(error) = core::str::from_utf8(line) {
                let offset = offset.saturating_add(error.valid_up_to());
                return Err(DecodeError { kind: ErrorKind::Utf8, offset });
            }
        }
        self.headers = self.headers.saturating_add(1);
        let Some((name, [_, value @ ..])) = line.split_at_checked(self.colon.saturating_sub(offset)) else {
            return Ok(());
        };
        let Some(name) = HeaderName::from_name(name) else { return Ok(()) };
        // The first one counts.
        if !self.names.has(name) {
            self.names.add(name);
            match name {
                HeaderName::ContentLength if self.command.is_counted(asked.version) => {
                    self.counted(value, asked, most)?
                }
                HeaderName::Version => self.version = Version::from_name(value),
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps the length of the body, if there may be one that long.
    fn counted(&mut self, value: &[u8], asked: &Strictness, most: u32) -> Result<(), DecodeError> {
        let wrong = |kind| Err(DecodeError { kind, offset: self.line });
        match content_length(value, asked.version) {
            None => wrong(ErrorKind::ContentLength),
            Some(1..) if !self.command.may_have_body(asked.version) => wrong(ErrorKind::Body(self.command)),
            Some(length) if length > size(most) => wrong(ErrorKind::BodyTooLarge),
            length => {
                self.length = length;
                Ok(())
            }
        }
    }

    /// Checks what can be checked when all headers are there.
    #[inline]
    fn end(&mut self, asked: &Strictness) -> Result<(), DecodeError> {
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

impl Strictness {
    /// The rules for what is before a command.
    #[inline]
    pub(super) const fn any_rules(&self) -> Rules {
        Rules::of(self.version, Command::Error).lenient(self.leniencies)
    }
}

/// Waits for the rest of a command, if these bytes can become one.
#[cold]
fn no_command(window: &[u8], asked: &Strictness) -> Result<Option<Head>, DecodeError> {
    let seen = if asked.any_rules().carriage_return() { window.strip_suffix(b"\r").unwrap_or(window) } else { window };
    if Command::ALL.iter().any(|command| command.as_str().as_bytes().starts_with(seen)) {
        return Ok(None);
    }
    Err(DecodeError { kind: ErrorKind::UnknownCommand, offset: 0 })
}

/// A limit as a size.
#[inline]
pub(super) fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
