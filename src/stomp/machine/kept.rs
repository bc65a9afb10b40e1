//! Short texts that are kept: identifiers of the peer's.

use alloc::boxed::Box;
use core::fmt;

use super::{Error, Violation};
use crate::stomp::head::size;
use crate::stomp::{DecodeError, ErrorKind, Text, Version};

/// How many bytes need no heap: as long as what brokers call messages by is, as a rule.
const INLINE: usize = 62;

/// Some bytes, with escapes resolved.
#[derive(Clone)]
pub(super) struct Kept(Room);

#[derive(Clone)]
enum Room {
    Inline([u8; INLINE], u8),
    Heap(Box<[u8]>),
}

impl Kept {
    /// The bytes of these pieces.
    pub(super) fn of<'a>(pieces: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let len = pieces.clone().fold(0, |len: usize, piece| len.saturating_add(piece.len()));
        let mut room = [0; INLINE];
        match (room.get_mut(..len), u8::try_from(len)) {
            (Some(to), Ok(len)) => {
                let bytes = pieces.flatten();
                to.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
                Self(Room::Inline(room, len))
            }
            _ => Self(Room::Heap(pieces.flatten().copied().collect())),
        }
    }

    /// What is kept for a while, if it has no more bytes than that.
    pub(super) fn of_at_most(most: u32, text: Text<'_>) -> Result<Self, Violation> {
        // With escapes resolved it is no longer than it stands there.
        let fits = |len: usize| len <= size(most);
        if fits(text.raw().len()) || fits(text.chunks().fold(0, |len, chunk| chunk.len().saturating_add(len))) {
            Ok(text.into())
        } else {
            Err(Violation::NameTooLong)
        }
    }

    /// The same, of what is to be sent back. In 1.0 and 1.1 there may be a CR in it, which could be read, but not be written.
    pub(super) fn to_send_back(most: u32, text: Text<'_>) -> Result<Self, Error> {
        if !can_be_sent_back(text) {
            return Err(DecodeError { kind: ErrorKind::CarriageReturn, offset: 0 }.into());
        }
        Ok(Self::of_at_most(most, text)?)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Room::Inline(room, len) => room.get(..usize::from(*len)).unwrap_or_default(),
            Room::Heap(bytes) => bytes,
        }
    }

    pub(super) fn text(&self) -> Text<'_> {
        Text::new(self.as_bytes())
    }
}

/// Whether it can be written as it was read.
pub(super) fn can_be_sent_back(text: Text<'_>) -> bool {
    !text.raw().contains(&b'\r')
}

/// A value that is a word or a number of ours. 1.0 prints headers with a space behind the colon, which was not yet said to
/// be part of the value.
pub(super) const fn word(value: Text<'_>, version: Option<Version>) -> Text<'_> {
    match version {
        Some(Version::V1_0) => Text::new(value.raw().trim_ascii()),
        _ => value,
    }
}

impl From<Text<'_>> for Kept {
    fn from(text: Text<'_>) -> Self {
        Self::of(text.chunks())
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Kept {}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}
