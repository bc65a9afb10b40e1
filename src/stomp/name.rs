//! The headers that the codec knows.

use core::fmt;

use super::{Command, Version};

/// A header that some frame must have, or that says how long the body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HeaderName {
    /// `accept-version`
    AcceptVersion,
    /// `content-length`
    ContentLength,
    /// `destination`
    Destination,
    /// `host`
    Host,
    /// `id`
    Id,
    /// `message-id`
    MessageId,
    /// `receipt-id`
    ReceiptId,
    /// `subscription`
    Subscription,
    /// `transaction`
    Transaction,
    /// `version`
    Version,
}

impl HeaderName {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcceptVersion => "accept-version",
            Self::ContentLength => "content-length",
            Self::Destination => "destination",
            Self::Host => "host",
            Self::Id => "id",
            Self::MessageId => "message-id",
            Self::ReceiptId => "receipt-id",
            Self::Subscription => "subscription",
            Self::Transaction => "transaction",
            Self::Version => "version",
        }
    }

    /// The header of this name, if the codec knows it. In none of them anything would be escaped.
    #[inline(always)]
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        // By length first: each of the others is then told by one look, of a length that is known.
        let (known, is_it) = match name.len() {
            2 => (Self::Id, name == b"id"),
            4 => (Self::Host, name == b"host"),
            7 => (Self::Version, name == b"version"),
            10 if name.first() == Some(&b'm') => (Self::MessageId, name == b"message-id"),
            10 => (Self::ReceiptId, name == b"receipt-id"),
            11 if name.first() == Some(&b'd') => (Self::Destination, name == b"destination"),
            11 => (Self::Transaction, name == b"transaction"),
            12 => (Self::Subscription, name == b"subscription"),
            14 if name.first() == Some(&b'c') => (Self::ContentLength, name == b"content-length"),
            14 => (Self::AcceptVersion, name == b"accept-version"),
            _ => return None,
        };
        if is_it { Some(known) } else { None }
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which of them a frame has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names(u16);

impl Names {
    #[inline]
    const fn bit(name: HeaderName) -> u16 {
        1 << (name as u16)
    }

    #[inline]
    pub(super) const fn has(self, name: HeaderName) -> bool {
        self.0 & Self::bit(name) != 0
    }

    #[inline]
    pub(super) const fn add(&mut self, name: HeaderName) {
        self.0 |= Self::bit(name);
    }

    #[inline]
    const fn of(mut names: &[HeaderName]) -> Self {
        let mut all = Self(0);
        while let [name, rest @ ..] = names {
            all.add(*name);
            names = rest;
        }
        all
    }

    /// The first that is missing of those that a frame must have.
    #[inline(always)]
    pub(super) fn missing(self, command: Command, version: Option<Version>) -> Option<HeaderName> {
        let required = Self::of(command.required_headers(version));
        let is_whole = required.0 & !self.0 == 0 && command != Command::Unsubscribe;
        if is_whole { None } else { self.first_missing(command, version) }
    }

    #[cold]
    fn first_missing(self, command: Command, version: Option<Version>) -> Option<HeaderName> {
        let names_none = !self.has(HeaderName::Id) && !self.has(HeaderName::Destination);
        if command == Command::Unsubscribe && names_none {
            return Some(HeaderName::Id);
        }
        command.required_headers(version).iter().copied().find(|name| !self.has(*name))
    }
}

/// The body's length that a `content-length` says.
///
/// Digits and nothing else. 1.0 prints headers with a space behind the colon, which was not yet said to be part of the
/// value.
#[inline]
pub(super) fn content_length(value: &[u8], version: Option<Version>) -> Option<usize> {
    let digits = if version == Some(Version::V1_0) { value.trim_ascii() } else { value };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_usize, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| usize::from(digit & 0x0F))?;
        // What is too large for a number is too large for any limit.
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}
