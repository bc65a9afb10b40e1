//! The line with the command, where a frame begins.

use super::head::Strictness;
use super::{Command, DecodeError, ErrorKind};
use crate::scan;

/// The command, and where the headers begin. `None` if its line is not whole, and can become one.
#[inline(always)]
pub(super) fn command(input: &[u8], asked: &Strictness) -> Result<Option<(Command, usize)>, DecodeError> {
    // Those that come with each message, and then the others.
    if input.starts_with(b"MESSAGE\n") {
        Ok(Some((Command::Message, 8)))
    } else if input.starts_with(b"SEND\n") {
        Ok(Some((Command::Send, 5)))
    } else if input.starts_with(b"ACK\n") {
        Ok(Some((Command::Ack, 4)))
    } else if let Some(found) = other_command(input, asked) {
        Ok(Some(found))
    } else {
        no_command(input, asked)
    }
}

/// Where the first line ends, if that is among the first 16 bytes: two words, and more than the longest command takes.
#[inline]
fn first_line(input: &[u8]) -> (&[u8], Option<usize>) {
    let window = input.get(..16).unwrap_or(input);
    (window, scan::find(window, |word| scan::is(word, b'\n')))
}

/// The command, if it is whole and in this version.
#[inline(never)]
fn other_command(input: &[u8], asked: &Strictness) -> Option<(Command, usize)> {
    let (window, end) = first_line(input);
    let end = end?;
    let command = Command::from_name(line(window.get(..end)?, asked))?;
    let is_in = asked.version.is_none_or(|version| command.is_in(version));
    if is_in { Some((command, end.wrapping_add(1))) } else { None }
}

/// Why there is none: it is not whole, or is wrong.
#[cold]
fn no_command(input: &[u8], asked: &Strictness) -> Result<Option<(Command, usize)>, DecodeError> {
    let (window, end) = first_line(input);
    let name = line(window.get(..end.unwrap_or(window.len())).unwrap_or_default(), asked);
    let may_be = |command: &Command| command.as_str().as_bytes().starts_with(name);
    let kind = match Command::from_name(name) {
        Some(command) if end.is_some() => ErrorKind::NotInThisVersion(command),
        _ if end.is_none() && Command::ALL.iter().any(may_be) => return Ok(None),
        _ => ErrorKind::UnknownCommand,
    };
    Err(DecodeError { kind, offset: 0 })
}

/// The line without the CR that may be at its end.
#[inline]
fn line<'i>(line: &'i [u8], asked: &Strictness) -> &'i [u8] {
    if asked.any_rules().carriage_return() { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}
