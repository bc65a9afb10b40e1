//! What machines send: their own headers, and the application's behind them.

use super::{Message, SendError};
use crate::Output;
use crate::stomp::encode::{Parts, Sendable};
use crate::stomp::headers::Measured;
use crate::stomp::name::Names;
use crate::stomp::spelling::Rules;
use crate::stomp::{Command, ContentLength, EncodeError, Header, HeaderName, Headers, Text, Version};
use crate::write::Writer;

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
    /// Whether those that are a machine's to say are left out. Else there are none.
    leaves_out: bool,
}

impl<'a> Outgoing<'a> {
    /// A frame without headers of the application's.
    pub(super) const fn bare(command: Command) -> Self {
        let (headers, content_length) = ([Headers::EMPTY; 2], ContentLength::WithNul);
        Self { command, own: [None; OWN], len: 0, headers, body: &[], content_length, leaves_out: false }
    }

    /// A frame with these headers of the application's, of which none may be one of the machine's.
    pub(super) fn new(command: Command, headers: [Headers<'a>; 2]) -> Result<Self, SendError> {
        headers.iter().try_for_each(|list| has_none_of_ours(command, list))?;
        Ok(Self { headers, ..Self::bare(command) })
    }

    /// A message, and what is said with it.
    #[inline]
    pub(super) fn message(command: Command, message: &Message<'a>, with: Headers<'a>) -> Result<Self, SendError> {
        let Message { destination, body, content_length, headers, is_forwarded: leaves_out } = *message;
        if !leaves_out {
            has_none_of_ours(command, &headers)?;
        }
        has_none_of_ours(command, &with)?;
        let destination = Some(Header::new("destination", destination));
        let own = [destination, None, None, None, None, None];
        Ok(Self { command, own, len: 1, headers: [headers, with], body, content_length, leaves_out })
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

    /// Whether it is one of the frames that can be a part of a transaction.
    #[inline]
    pub(super) const fn may_be_in_a_transaction(&self) -> bool {
        matches!(self.command, Command::Send | Command::Ack | Command::Nack)
    }

    #[inline]
    pub(super) fn encode(&self, version: Option<Version>, out: &mut impl Output) -> Result<(), SendError> {
        let Self { command, body, content_length, .. } = *self;
        Ok(Parts { command, headers: self, body, content_length }.encode(version, out)?)
    }

    /// All headers, in order: its own, and those of the application's. Of a message that came those are left out that are a
    /// machine's to say in a MESSAGE, and a SEND has no others; but none of what is said with it.
    #[inline]
    fn each<E>(&self, mut see: impl FnMut(&Header<'a>) -> Result<(), E>) -> Result<(), E> {
        self.own.iter().flatten().try_for_each(&mut see)?;
        let [said, with] = &self.headers;
        let leaves_out = |header: &Header<'a>| self.leaves_out && own(Command::Message, header.name).is_some();
        said.each(|header| if leaves_out(header) { Ok(()) } else { see(header) })?;
        with.each(see)
    }
}

impl<'a> Sendable<'a> for &Outgoing<'a> {
    #[inline]
    fn measure(&self, rules: Rules) -> Result<Measured<'a>, EncodeError> {
        let mut measured = Measured::NONE;
        self.each(|header| measured.add(header, rules))?;
        Ok(measured)
    }

    #[inline]
    fn put_by(&self, rules: Rules, measured: &Measured<'a>, out: &mut Writer<'_>) {
        let mut plain = measured.plain();
        let _ = self.each(|header| {
            plain.put(header, rules, out);
            Ok::<(), core::convert::Infallible>(())
        });
        out.put(b"\n");
    }
}

#[inline]
fn has_none_of_ours(command: Command, headers: &Headers<'_>) -> Result<(), SendError> {
    headers.each(|header| own(command, header.name).map_or(Ok(()), |name| Err(SendError::Header(name))))
}

/// The name of a header, if the machine says it itself, or what it is there for.
#[inline]
fn own(command: Command, name: Text<'_>) -> Option<HeaderName> {
    use HeaderName as H;
    // In none of them anything would be escaped.
    let name = Names::from_name(name.raw());
    if name == Names::NONE {
        return None;
    }
    let own: &[HeaderName] = match command {
        Command::Connect | Command::Stomp => {
            &[H::AcceptVersion, H::Host, H::Login, H::Passcode, H::HeartBeat, H::Receipt]
        }
        Command::Connected => &[H::Version, H::Session, H::Server, H::HeartBeat],
        Command::Send => &[H::Destination, H::Transaction, H::Receipt, H::ContentLength],
        Command::Message => {
            &[H::Destination, H::MessageId, H::Subscription, H::Ack, H::ContentLength, H::Receipt, H::Transaction]
        }
        Command::Subscribe => &[H::Destination, H::Id, H::Ack, H::Receipt],
        Command::Unsubscribe => &[H::Destination, H::Id, H::Receipt],
        Command::Ack | Command::Nack => &[H::Id, H::MessageId, H::Subscription, H::Transaction, H::Receipt],
        Command::Begin | Command::Commit | Command::Abort => &[H::Transaction, H::Receipt],
        Command::Disconnect => &[H::Receipt],
        Command::Receipt => &[H::ReceiptId],
        Command::Error => &[H::Message, H::ReceiptId, H::Version, H::ContentLength],
    };
    own.iter().copied().find(|own| name.has(*own))
}
