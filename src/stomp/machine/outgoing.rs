//! What machines send: their own headers, and the application's behind them.

use super::SendError;
use crate::Output;
use crate::stomp::{Command, ContentLength, Frame, Header, Headers, Text, Version};

/// The most headers of their own that frames have.
const OWN: usize = 6;

/// A frame with headers of the machine's own.
pub(super) struct Outgoing<'a> {
    command: Command,
    own: [Option<Header<'a>>; OWN],
    len: usize,
    /// The application's, of the command and what is said with it.
    headers: [Headers<'a>; 2],
    body: &'a [u8],
    content_length: ContentLength,
}

impl<'a> Outgoing<'a> {
    /// A frame with these headers of the application's, of which none may be one of the machine's.
    pub(super) fn new(command: Command, headers: [Headers<'a>; 2]) -> Result<Self, SendError> {
        if headers.iter().flatten().any(|header| is_own(command, header.name)) {
            return Err(SendError::Header);
        }
        Ok(Self::forward(command, headers))
    }

    /// The same, but those of the machine's are left out.
    pub(super) const fn forward(command: Command, headers: [Headers<'a>; 2]) -> Self {
        Self { command, own: [None; OWN], len: 0, headers, body: &[], content_length: ContentLength::WithNul }
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Text<'a>>) -> Self {
        if let Some(place) = self.own.get_mut(self.len) {
            *place = Some(Header::new(name, value));
            self.len = self.len.saturating_add(1);
        }
        self
    }

    #[must_use]
    pub(super) fn with_some(self, name: &'static str, value: Option<impl Into<Text<'a>>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    #[must_use]
    pub(super) fn body(self, body: &'a [u8], content_length: ContentLength) -> Self {
        Self { body, content_length, ..self }
    }

    pub(super) fn encode(&self, version: Option<Version>, out: &mut impl Output) -> Result<(), SendError> {
        let theirs = self.headers.iter().flatten().filter(|header| !is_own(self.command, header.name));
        let all: alloc::vec::Vec<_> = self.own.iter().flatten().copied().chain(theirs).collect();
        let frame = Frame {
            command: self.command,
            headers: Headers::new(&all),
            body: self.body,
            content_length: self.content_length,
        };
        Ok(frame.encode(version, out)?)
    }
}

/// Whether the machine says a header of this name itself, or what it is there for.
fn is_own(command: Command, name: Text<'_>) -> bool {
    let own: &[&str] = match command {
        Command::Connect | Command::Stomp => &["accept-version", "host", "login", "passcode", "heart-beat", "receipt"],
        Command::Connected => &["version", "session", "server", "heart-beat"],
        Command::Send => &["destination", "transaction", "receipt", "content-length"],
        Command::Message => {
            &["destination", "message-id", "subscription", "ack", "content-length", "receipt", "transaction"]
        }
        Command::Subscribe => &["destination", "id", "ack", "receipt"],
        Command::Unsubscribe => &["destination", "id", "receipt"],
        Command::Ack | Command::Nack => &["id", "message-id", "subscription", "transaction", "receipt"],
        Command::Begin | Command::Commit | Command::Abort => &["transaction", "receipt"],
        Command::Disconnect => &["receipt"],
        Command::Receipt => &["receipt-id"],
        Command::Error => &["message", "receipt-id", "version", "content-length"],
    };
    own.iter().any(|own| name == **own)
}

/// A number in digits.
pub(super) struct Digits {
    room: [u8; 20],
    start: usize,
}

impl Digits {
    pub(super) fn of(mut number: u64) -> Self {
        let mut digits = Self { room: [b'0'; 20], start: 20 };
        loop {
            digits.start = digits.start.saturating_sub(1);
            if let Some(place) = digits.room.get_mut(digits.start) {
                *place = b'0' | u8::try_from(number % 10).unwrap_or_default();
            }
            number /= 10;
            if number == 0 {
                return digits;
            }
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.room.get(self.start..).unwrap_or_default()
    }

    pub(super) fn text(&self) -> Text<'_> {
        Text::new(self.as_bytes())
    }
}

/// The number that these digits are, as [`Digits`] writes it.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.first() == Some(&b'0') {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then_some(digit & 0x0F)?;
        sum.checked_mul(10)?.checked_add(digit.into())
    })
}
