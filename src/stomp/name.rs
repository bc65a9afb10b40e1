//! The headers that the codec knows.

use core::fmt;

use super::{Command, Version};

/// A header that a specification names: what the codec knows of a frame's headers when it has read them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HeaderName {
    /// `accept-version`
    AcceptVersion,
    /// `ack`
    Ack,
    /// `content-length`
    ContentLength,
    /// `content-type`
    ContentType,
    /// `destination`
    Destination,
    /// `heart-beat`
    HeartBeat,
    /// `host`
    Host,
    /// `id`
    Id,
    /// `login`
    Login,
    /// `message`
    Message,
    /// `message-id`
    MessageId,
    /// `passcode`
    Passcode,
    /// `receipt`
    Receipt,
    /// `receipt-id`
    ReceiptId,
    /// `selector`
    Selector,
    /// `server`
    Server,
    /// `session`
    Session,
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
            Self::Ack => "ack",
            Self::ContentLength => "content-length",
            Self::ContentType => "content-type",
            Self::Destination => "destination",
            Self::HeartBeat => "heart-beat",
            Self::Host => "host",
            Self::Id => "id",
            Self::Login => "login",
            Self::Message => "message",
            Self::MessageId => "message-id",
            Self::Passcode => "passcode",
            Self::Receipt => "receipt",
            Self::ReceiptId => "receipt-id",
            Self::Selector => "selector",
            Self::Server => "server",
            Self::Session => "session",
            Self::Subscription => "subscription",
            Self::Transaction => "transaction",
            Self::Version => "version",
        }
    }

    /// The header of this name, if the codec knows it. In none of them anything would be escaped.
    #[inline(always)]
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        // By length and first letter: what is left is told by one look, of a length that is known.
        let first = *name.first()?;
        let (known, is_it) = match name.len() {
            2 => (Self::Id, name == b"id"),
            3 => (Self::Ack, name == b"ack"),
            4 => (Self::Host, name == b"host"),
            5 => (Self::Login, name == b"login"),
            6 => (Self::Server, name == b"server"),
            7 if first == b'r' => (Self::Receipt, name == b"receipt"),
            7 if first == b's' => (Self::Session, name == b"session"),
            7 if first == b'm' => (Self::Message, name == b"message"),
            7 => (Self::Version, name == b"version"),
            8 if first == b'p' => (Self::Passcode, name == b"passcode"),
            8 => (Self::Selector, name == b"selector"),
            10 if first == b'm' => (Self::MessageId, name == b"message-id"),
            10 if first == b'r' => (Self::ReceiptId, name == b"receipt-id"),
            10 => (Self::HeartBeat, name == b"heart-beat"),
            11 if first == b'd' => (Self::Destination, name == b"destination"),
            11 => (Self::Transaction, name == b"transaction"),
            12 if first == b's' => (Self::Subscription, name == b"subscription"),
            12 => (Self::ContentType, name == b"content-type"),
            14 if first == b'c' => (Self::ContentLength, name == b"content-length"),
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
pub(super) struct Names(pub(super) u32);

impl Names {
    pub(super) const NONE: Self = Self(0);

    #[inline]
    const fn bit(name: HeaderName) -> u32 {
        1 << (name as u32)
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
