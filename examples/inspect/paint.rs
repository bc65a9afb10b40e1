//! Colours, or none.

use core::fmt;

/// Whether to colour.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    coloured: bool,
}

/// What a piece of text looks like.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Plain,
    Dim,
    Bold,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

impl Style {
    /// The number in the terminal's escape sequence.
    const fn code(self) -> Option<u8> {
        Some(match self {
            Self::Plain => return None,
            Self::Bold => 1,
            Self::Dim => 2,
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Blue => 34,
            Self::Magenta => 35,
            Self::Cyan => 36,
        })
    }
}

impl Paint {
    pub(crate) const fn new(coloured: bool) -> Self {
        Self { coloured }
    }

    /// `text`, painted when it is displayed. Widths are the caller's: escape sequences would count.
    pub(crate) const fn paint<T: fmt::Display>(self, style: Style, text: T) -> Painted<T> {
        Painted { code: if self.coloured { style.code() } else { None }, text }
    }
}

/// Text with its colour.
pub(crate) struct Painted<T> {
    code: Option<u8>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\x1b[{code}m{}\x1b[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}
