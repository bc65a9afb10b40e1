//! Frames, and what stands between them.

use super::{Command, Headers, Text};

/// One unit on the wire.
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Unit<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// A line end between frames: a sign of life, or nothing at all.
    EndOfLine,
}

/// A frame: a command, headers, a body.
///
/// ```
/// use fourwire::stomp::{Command, ContentLength, Frame, Header, Version};
///
/// let headers = [Header::new("destination", "/queue/a:b")];
/// let frame = Frame { body: b"hello", ..Frame::new(Command::Send, &headers) };
/// let mut out = Vec::new();
/// frame.encode(Version::V1_2, &mut out)?;
/// assert_eq!(out, b"SEND\ndestination:/queue/a\\cb\n\nhello\0");
///
/// let counted = Frame { content_length: ContentLength::Always, ..frame };
/// out.clear();
/// counted.encode(Version::V1_0, &mut out)?;
/// assert_eq!(out, b"SEND\ndestination:/queue/a:b\ncontent-length:5\n\nhello\0");
/// # Ok::<(), fourwire::stomp::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Frame<'a> {
    /// What it is for.
    pub command: Command,
    /// Its headers.
    pub headers: Headers<'a>,
    /// Its body. Only SEND, MESSAGE and ERROR have one, but in 1.0.
    pub body: &'a [u8],
    /// Whether `content-length` is added when it is sent, if it is not among the headers. Frames that were received have
    /// the default, by which they are sent on as they came.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub content_length: ContentLength,
}

/// When a frame that is sent says how long its body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum ContentLength {
    /// In each SEND, MESSAGE and ERROR, as the specification advises.
    Always,
    /// If there is a NUL in the body. To ActiveMQ a message without content-length is text, and one with it is bytes.
    #[default]
    WithNul,
    /// Never: a body with a NUL in it is refused.
    Never,
}

impl<'a> Frame<'a> {
    /// A frame with these headers and no body.
    pub fn new(command: Command, headers: impl Into<Headers<'a>>) -> Self {
        Self { command, headers: headers.into(), body: &[], content_length: ContentLength::default() }
    }

    /// The value of the first header of this name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<Text<'a>> {
        self.headers.get(name)
    }
}

impl<'a> From<Frame<'a>> for Unit<'a> {
    fn from(frame: Frame<'a>) -> Self {
        Self::Frame(frame)
    }
}
