//! What bytes mean in the line of a header: those that few lines have.

use super::ErrorKind;
use super::head::{Strictness, size};
use super::spelling::Rules;

/// What is known of a line before its end is.
///
/// What its marks mean is asked out of the loop that goes from one to the next: in there it would take registers from what
/// all lines have.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) colon: usize,
    pub(super) rules: Rules,
}

/// What a mark in a line is, of those that few lines have.
pub(super) enum Seen {
    Nothing,
    /// A backslash, and the next byte belongs to it.
    Escaped,
    /// The CR of the line's end.
    CarriageReturn,
    RawColon,
    /// NUL in place of the blank line.
    Over,
    /// It cannot be told without the next byte.
    Incomplete,
    Wrong(ErrorKind),
}

impl Line {
    #[inline(never)]
    pub(super) fn sees(self, byte: u8, at: usize, head: &[u8], length: Option<usize>, asked: &Strictness) -> Seen {
        let Self { start, colon, rules } = self;
        let next = at.wrapping_add(1);
        // The byte behind this one, if the line may have it.
        let behind = || head.get(next).filter(|_| next.wrapping_sub(start) < size(asked.limits.line));
        match byte {
            b':' if colon == 0 => Seen::Wrong(ErrorKind::EmptyName),
            b':' if !rules.escapes() => Seen::Nothing,
            b':' if asked.leniencies.raw_colons => Seen::RawColon,
            b':' => Seen::Wrong(ErrorKind::Colon),
            b'\\' if !rules.escapes() => Seen::Nothing,
            b'\\' => match behind() {
                None => Seen::Incomplete,
                Some(b'\\' | b'n' | b'c') => Seen::Escaped,
                Some(b'r') if rules.escapes_carriage_return() => Seen::Escaped,
                Some(_) => Seen::Wrong(ErrorKind::Escape),
            },
            b'\r' if !rules.carriage_return() => Seen::Nothing,
            b'\r' => match behind() {
                None => Seen::Incomplete,
                Some(b'\n') => Seen::CarriageReturn,
                Some(_) => Seen::Wrong(ErrorKind::CarriageReturn),
            },
            0 if at == start && is_over(length, asked) => Seen::Over,
            0 => Seen::Wrong(ErrorKind::Nul),
            _ => Seen::Nothing,
        }
    }
}

/// Whether NUL may stand in place of the blank line.
#[cold]
fn is_over(length: Option<usize>, asked: &Strictness) -> bool {
    asked.leniencies.no_blank_line && length.unwrap_or(0) == 0
}
