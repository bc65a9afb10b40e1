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
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::AcceptVersion,
        Self::Ack,
        Self::ContentLength,
        Self::ContentType,
        Self::Destination,
        Self::HeartBeat,
        Self::Host,
        Self::Id,
        Self::Login,
        Self::Message,
        Self::MessageId,
        Self::Passcode,
        Self::Receipt,
        Self::ReceiptId,
        Self::Selector,
        Self::Server,
        Self::Session,
        Self::Subscription,
        Self::Transaction,
        Self::Version,
    ];

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
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What each command must have, in each version and before there is one.
#[expect(clippy::indexing_slicing, reason = "at compile time")]
const REQUIRED: [[Names; 4]; Command::ALL.len()] = {
    let mut all = [[Names::NONE; 4]; Command::ALL.len()];
    let mut i = 0;
    while i < all.len() {
        let command = Command::ALL[i];
        let versions = [Some(Version::V1_0), Some(Version::V1_1), Some(Version::V1_2), None];
        let mut j = 0;
        while j < versions.len() {
            // One of two headers, which no row can say: it is always looked at.
            let is_one_of_two = matches!(command, Command::Unsubscribe);
            let required = Names::of(command.required_headers(versions[j]));
            all[command as usize][column(versions[j])] = if is_one_of_two { Names(u32::MAX) } else { required };
            j += 1;
        }
        i += 1;
    }
    all
};

const fn column(version: Option<Version>) -> usize {
    match version {
        Some(Version::V1_0) => 0,
        Some(Version::V1_1) => 1,
        Some(Version::V1_2) => 2,
        None => 3,
    }
}

/// Which of them a frame has.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Names(pub(super) u32);

impl Names {
    pub(super) const NONE: Self = Self(0);

    /// The header of this name, if a specification names it. In none of them anything would be escaped.
    #[inline(always)]
    pub(super) fn from_name(name: &[u8]) -> Self {
        use HeaderName as H;
        // By length and first letter: what is left is told by one look, of a length that is known.
        let Some(first) = name.first().copied() else { return Self::NONE };
        let (known, is_it) = match name.len() {
            2 => (H::Id, name == b"id"),
            3 => (H::Ack, name == b"ack"),
            4 => (H::Host, name == b"host"),
            5 => (H::Login, name == b"login"),
            6 => (H::Server, name == b"server"),
            7 if first == b'r' => (H::Receipt, name == b"receipt"),
            7 if first == b's' => (H::Session, name == b"session"),
            7 if first == b'm' => (H::Message, name == b"message"),
            7 => (H::Version, name == b"version"),
            8 if first == b'p' => (H::Passcode, name == b"passcode"),
            8 => (H::Selector, name == b"selector"),
            10 if first == b'm' => (H::MessageId, name == b"message-id"),
            10 if first == b'r' => (H::ReceiptId, name == b"receipt-id"),
            10 => (H::HeartBeat, name == b"heart-beat"),
            11 if first == b'd' => (H::Destination, name == b"destination"),
            11 => (H::Transaction, name == b"transaction"),
            12 if first == b's' => (H::Subscription, name == b"subscription"),
            12 => (H::ContentType, name == b"content-type"),
            14 if first == b'c' => (H::ContentLength, name == b"content-length"),
            14 => (H::AcceptVersion, name == b"accept-version"),
            _ => return Self::NONE,
        };
        if is_it { Self::one(known) } else { Self::NONE }
    }

    #[inline]
    pub(super) const fn one(name: HeaderName) -> Self {
        Self(1 << (name as u32))
    }

    #[inline]
    pub(super) const fn has(self, name: HeaderName) -> bool {
        self.has_any(Self::one(name))
    }

    #[inline]
    pub(super) const fn has_any(self, names: Self) -> bool {
        self.0 & names.0 != 0
    }

    #[inline]
    pub(super) const fn and(self, names: Self) -> Self {
        Self(self.0 | names.0)
    }

    const fn of(mut names: &[HeaderName]) -> Self {
        let mut all = Self(0);
        while let [name, rest @ ..] = names {
            all = all.and(Self::one(*name));
            names = rest;
        }
        all
    }

    /// The first that is missing of those that a frame must have.
    #[inline(always)]
    pub(super) fn missing(self, command: Command, version: Option<Version>) -> Option<HeaderName> {
        let row = REQUIRED.get(command as usize).unwrap_or(&[Self::NONE; 4]);
        let required = row.get(column(version)).copied().unwrap_or_default();
        if required.0 & !self.0 == 0 { None } else { self.first_missing(command, version) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each name is known by its letters, and by nothing that is near it.
    #[test]
    fn names_come_back() {
        for known in HeaderName::ALL {
            let name = known.as_str().as_bytes();
            assert_eq!(Names::from_name(name), Names::one(known), "{known}");
            for at in 0..name.len() {
                let mut other = name.to_vec();
                other[at] ^= 0x20;
                assert_eq!(Names::from_name(&other), Names::NONE, "{known}");
                assert!(!Names::from_name(&name[..at]).has(known), "{known}");
            }
            assert_eq!(Names::from_name(&[name, b"x"].concat()), Names::NONE, "{known}");
        }
        assert_eq!(Names::of(&HeaderName::ALL).0.count_ones(), 20);
    }
}
