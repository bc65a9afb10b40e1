//! What can be wrong with bytes, and what the encoder refuses.

use core::fmt;

use super::{Command, HeaderName};
use crate::Full;

/// Wrong bytes: what is wrong, and where.
///
/// `offset` counts from the first byte of the input given to the call, to the byte (or the line) that breaks the rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes from the start of the input.
    pub offset: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.kind, self.offset)
    }
}

impl core::error::Error for DecodeError {}

/// The rules that bytes can break, with the sections of 1.2 that have them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorKind {
    /// A command that no version has. (Augmented BNF)
    UnknownCommand,
    /// A command that the version in use does not have.
    NotInThisVersion(Command),
    /// CR without LF behind it. (Augmented BNF)
    CarriageReturn,
    /// NUL before the blank line. The grammar lets headers hold one; but no version can escape it, and a frame whose
    /// blank line is missing would swallow the next one.
    Nul,
    /// A header without a colon. (Augmented BNF)
    NoColon,
    /// A header without a name. (Augmented BNF)
    EmptyName,
    /// A colon in a value that is not escaped. (Value Encoding)
    Colon,
    /// A backslash before a letter with which it is no escape, of this version. (Value Encoding)
    Escape,
    /// A header that is not well-formed UTF-8. (Value Encoding)
    Utf8,
    /// A header is missing that the frame must have.
    MissingHeader(HeaderName),
    /// A `content-length` that is no number. (Header content-length)
    ContentLength,
    /// A body where none may be. (Body)
    Body(Command),
    /// No NUL behind as many bytes as `content-length` says. (Header content-length)
    NoNul,
    /// More headers than the limit.
    TooManyHeaders,
    /// A header longer than the limit.
    HeaderTooLong,
    /// A head larger than the limit.
    HeadTooLarge,
    /// A body larger than the limit.
    BodyTooLarge,
    /// Not one whole frame, but more or less, where just that was asked for.
    NotOneFrame,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownCommand => "nobody knows this command",
            Self::NotInThisVersion(command) => return write!(f, "this version does not have the command {command}"),
            Self::CarriageReturn => "a carriage return is not followed by a line feed",
            Self::Nul => "there is a NUL before the blank line",
            Self::NoColon => "a header has no colon",
            Self::EmptyName => "a header has no name",
            Self::Colon => "a header's value has a colon that is not escaped",
            Self::Escape => "a backslash begins no escape of this version",
            Self::Utf8 => "a header is not well-formed UTF-8",
            Self::MissingHeader(name) => return write!(f, "the header {name} is missing"),
            Self::ContentLength => "content-length is not a number",
            Self::Body(command) => return write!(f, "{command} has a body"),
            Self::NoNul => "no NUL follows the body",
            Self::TooManyHeaders => "the frame has more headers than the limit",
            Self::HeaderTooLong => "a header is longer than the limit",
            Self::HeadTooLarge => "command and headers are larger than the limit",
            Self::BodyTooLarge => "the body is larger than the limit",
            Self::NotOneFrame => "these bytes are not one whole frame",
        })
    }
}

impl core::error::Error for ErrorKind {}

/// Why a frame was not encoded. Nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The output has no room. Make some and repeat the call.
    Full,
    /// A header holds a byte that this version cannot escape, or not in this frame: CR, LF, NUL, or in a name a colon.
    Byte(u8),
    /// A length is stated by `content-length`, and the body has another one.
    ContentLength,
    /// The body has a NUL in it, and nothing may say how long it is.
    BodyNul,
    /// No peer would accept the frame: it breaks this rule.
    Invalid(ErrorKind),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => Full.fmt(f),
            Self::Byte(byte) => write!(f, "a header holds '{}', which cannot be escaped in it", byte.escape_ascii()),
            Self::ContentLength => f.write_str("content-length is not the body's length"),
            Self::BodyNul => f.write_str("the body has a NUL in it, and no content-length"),
            Self::Invalid(kind) => kind.fmt(f),
        }
    }
}

impl core::error::Error for EncodeError {}

impl From<Full> for EncodeError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl From<ErrorKind> for EncodeError {
    fn from(kind: ErrorKind) -> Self {
        Self::Invalid(kind)
    }
}
