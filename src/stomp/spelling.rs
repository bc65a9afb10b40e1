//! How a list of headers is written, and what is in it: a number in the list.

use super::name::Names;
use super::{Command, Leniencies, Version};
use crate::list::Spelling;

/// `\n`, `\c` and `\\` are escapes. (1.1)
const THREE: u32 = 1;
/// So is `\r`. (1.2)
const FOUR: u32 = 2;
/// CR may stand before LF.
const CARRIAGE_RETURN: u32 = 4;
/// Nobody has proved that it is UTF-8. (1.0)
const BYTES: u32 = 8;
/// Something in it is against the rules.
const LOOSE: u32 = 16;
/// Something in it is escaped.
const ESCAPED: u32 = 32;
/// From this bit on: which names are in it, of those that the codec knows.
const NAMES: u32 = 8;

/// What is not usual about a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quirks {
    /// Something that is against the rules.
    pub(super) is_loose: bool,
    pub(super) is_escaped: bool,
}

/// The rules for a frame's headers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Rules(u32);

impl Rules {
    /// Those by which a frame is written, and sent on byte by byte if it was read by the same.
    #[inline]
    pub(super) const fn of(version: Option<Version>, command: Command) -> Self {
        let rules = match version {
            Some(Version::V1_0) => BYTES,
            Some(Version::V1_1) => THREE,
            Some(Version::V1_2) => FOUR | CARRIAGE_RETURN,
            None => CARRIAGE_RETURN,
        };
        Self(if command.is_raw() { rules & !(THREE | FOUR) } else { rules })
    }

    /// Those by which it is read.
    #[inline]
    pub(super) const fn lenient(self, leniencies: Leniencies) -> Self {
        if leniencies.carriage_returns { Self(self.0 | CARRIAGE_RETURN) } else { self }
    }

    /// What a list that was read by them is known by.
    #[inline]
    pub(super) const fn spelling(self, quirks: Quirks, names: Names) -> Spelling {
        let loose = if quirks.is_loose { LOOSE } else { 0 };
        let escaped = if quirks.is_escaped { ESCAPED } else { 0 };
        Spelling(self.0 | loose | escaped | names.0 << NAMES)
    }

    #[inline]
    pub(super) const fn from_spelling(spelling: Spelling) -> Self {
        Self(spelling.0 & (ESCAPED - 1))
    }

    /// Whether something in such a list is escaped.
    #[inline]
    pub(super) const fn is_escaped(spelling: Spelling) -> bool {
        spelling.0 & ESCAPED != 0
    }

    /// Which names such a list has, of those that the codec knows.
    #[inline]
    pub(super) const fn names(spelling: Spelling) -> Names {
        Names(spelling.0 >> NAMES)
    }

    /// Whether CR LF ends a line, and CR stands nowhere else.
    #[inline]
    pub(super) const fn carriage_return(self) -> bool {
        self.0 & CARRIAGE_RETURN != 0
    }

    #[inline]
    pub(super) const fn escapes(self) -> bool {
        self.0 & (THREE | FOUR) != 0
    }

    #[inline]
    pub(super) const fn escapes_carriage_return(self) -> bool {
        self.0 & FOUR != 0
    }

    #[inline]
    pub(super) const fn is_utf8(self) -> bool {
        self.0 & BYTES == 0
    }
}

/// What a backslash and this letter stand for.
#[inline]
pub(super) const fn meaning(letter: u8) -> Option<&'static [u8]> {
    match letter {
        b'n' => Some(b"\n"),
        b'c' => Some(b":"),
        b'\\' => Some(b"\\"),
        b'r' => Some(b"\r"),
        _ => None,
    }
}

/// The letter that stands behind a backslash for this byte.
#[inline]
pub(super) const fn letter(byte: u8) -> Option<u8> {
    match byte {
        b'\n' => Some(b'n'),
        b':' => Some(b'c'),
        b'\\' => Some(b'\\'),
        b'\r' => Some(b'r'),
        _ => None,
    }
}
