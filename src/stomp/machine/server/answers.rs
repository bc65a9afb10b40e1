//! What a server says.

use alloc::string::String;
use core::fmt::Write as _;

use super::Server;
use crate::stomp::digits::Digits;
use crate::stomp::head::size;
use crate::stomp::machine::kept::{Kept, can_be_sent_back};
use crate::stomp::machine::outgoing::Outgoing;
use crate::stomp::machine::{
    Accept, AckMode, Delivery, Error, Farewell, Message, Receipt, SendError, State, Subscription, Violation,
};
use crate::stomp::{Command, ContentLength, Headers, Part, Text, Unit, Version};
use crate::{Instant, Output};

/// What begins the name of a subscription that has no `id`: its destination follows. No header can hold it.
pub(super) const NAMELESS: u8 = 0;

impl<T> Server<T> {
    // --- connecting ----------------------------------------------------------------------------------------------

    /// Accepts a client: sends CONNECTED.
    pub fn accept(&mut self, now: Instant, accept: &Accept<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::Connecting {
            return Err(SendError::NotConnected);
        }
        let version = self.chosen;
        let is_old = version == Version::V1_0;
        let ours = accept.heart_beat.unwrap_or(self.line.config.heart_beat);
        let beat = ours.text();
        Outgoing::new(Command::Connected, [accept.headers, Headers::EMPTY])?
            .with_some("version", (self.knows_versions || !is_old).then_some(version.as_str()))
            .with_some("session", accept.session)
            .with_some("server", accept.server)
            .with_some("heart-beat", (!is_old).then_some(beat.as_str()))
            .encode(None, out)?;
        self.line.begin(now, version, ours, self.theirs);
        self.session = accept.session.unwrap_or_default().into();
        Ok(())
    }

    /// Refuses a client: sends ERROR, and that is all.
    pub fn refuse(&mut self, now: Instant, farewell: &Farewell<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::Connecting {
            return Err(SendError::NotConnected);
        }
        self.say(now, farewell, out)
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Sends a message to a subscriber: MESSAGE, with a `message-id` of the machine's, and all that an acknowledgement
    /// needs. [`keep`](Self::keep) what it is to be known by.
    ///
    /// A header that the subscriber's version cannot say (LF in 1.0, CR before 1.2) is
    /// [`SendError::Encode`](crate::stomp::SendError::Encode), however often it is tried: leave it out, or dispose of the
    /// message.
    #[inline]
    pub fn deliver(
        &mut self,
        now: Instant,
        subscription: Subscription,
        message: &Message<'_>,
        out: &mut impl Output,
    ) -> Result<Delivery, SendError> {
        self.line.connected()?;
        let number = self.books.number(subscription).ok_or(SendError::StaleSubscription)?;
        let subscribed = self.books.subscriptions.get(number).ok_or(SendError::StaleSubscription)?;
        let is_acknowledged = subscribed.mode != AckMode::Auto;
        if is_acknowledged && self.books.outstanding() >= size(self.line.config.window) {
            return Err(SendError::WindowFull);
        }
        let (one, other) = (Digits::of(number.into()), Digits::of(subscribed.window.next()));
        let ack = Kept::of([one.as_bytes(), b"-", other.as_bytes()].into_iter());
        let id = match self.session.as_bytes() {
            [] => ack.clone(),
            session => Kept::of([session, b"-", ack.as_bytes()].into_iter()),
        };
        let name = self.books.subscriptions.name(number).map(Kept::as_bytes).unwrap_or_default();
        let name = if name.first() == Some(&NAMELESS) { None } else { Some(Text::new(name)) };
        let needs_ack = is_acknowledged && self.line.version == Some(Version::V1_2);
        Outgoing::message(Command::Message, message, Headers::EMPTY)?
            .with("message-id", id.text())
            .with_some("subscription", name)
            .with_some("ack", needs_ack.then_some(ack.text()))
            .encode(self.line.version, out)?;
        self.line.sent(now);
        Ok(self.books.deliver(number, None))
    }

    /// Tells the client that a frame was processed: sends the RECEIPT that it asked for.
    pub fn receipt(&mut self, now: Instant, receipt: Receipt, out: &mut impl Output) -> Result<(), SendError> {
        if !matches!(self.line.state, State::Connected | State::Closing) {
            return Err(SendError::NotConnected);
        }
        let ours = receipt.epoch == self.books.epoch;
        let id = self.owed.get(receipt.number).flatten().filter(|_| ours).ok_or(SendError::StaleReceipt)?;
        Outgoing::bare(Command::Receipt).with("receipt-id", id.text()).encode(self.line.version, out)?;
        self.line.sent(now);
        self.owed.settle_one(receipt.number);
        if self.line.state == State::Closing && self.owed.count() == 0 {
            self.line.state = State::Closed;
        }
        Ok(())
    }

    /// Ends the connection: sends ERROR, the last frame.
    pub fn error(&mut self, now: Instant, farewell: &Farewell<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if !matches!(self.line.state, State::Connected | State::Closing) {
            return Err(SendError::NotConnected);
        }
        self.say(now, farewell, out)
    }

    fn say(&mut self, now: Instant, farewell: &Farewell<'_>, out: &mut impl Output) -> Result<(), SendError> {
        let receipt = match farewell.receipt {
            Some(receipt) if receipt.epoch != self.books.epoch => return Err(SendError::StaleReceipt),
            Some(receipt) => Some(self.owed.get(receipt.number).flatten().ok_or(SendError::StaleReceipt)?.text()),
            None => None,
        };
        Outgoing::new(Command::Error, [farewell.headers, Headers::EMPTY])?
            .with("message", farewell.message)
            .with_some("receipt-id", receipt)
            .body(farewell.body, ContentLength::WithNul)
            .encode(self.line.version, out)?;
        self.line.sent(now);
        self.line.state = State::Closed;
        Ok(())
    }

    /// The connection is over: tells the client why, if the output has room.
    #[cold]
    pub(in super::super) fn fail(
        &mut self,
        now: Instant,
        error: Error,
        part: Option<&Part<'_>>,
        out: &mut impl Output,
    ) {
        let receipt = match part {
            Some(Part::Unit(Unit::Frame(frame)) | Part::Head { frame, .. }) => {
                frame.get("receipt").filter(|id| can_be_sent_back(*id))
            }
            _ => None,
        };
        let mut message = String::new();
        let _ = write!(message, "{error}");
        let versions = (error == Violation::Version.into()).then_some(self.line.config.versions.as_str());
        let _ = Outgoing::bare(Command::Error)
            .with("message", message.as_str())
            .with_some("receipt-id", receipt)
            .with_some("version", versions)
            .encode(self.line.version, out);
        self.line.sent(now);
        self.line.state = State::Closed;
    }
}
