//! What a server sends, and what it means to a client.

use super::Client;
use crate::stomp::digits::number;
use crate::stomp::head::size;
use crate::stomp::machine::kept::{Kept, word};
use crate::stomp::machine::{AckMode, Delivery, Error, Event, HeartBeat, Receipt, State, Violation};
use crate::stomp::{Command, DecodeError, ErrorKind, Frame, Part, Unit, Version};
use crate::{Instant, Output};

impl Client {
    pub(in super::super) fn listens(&self) -> bool {
        matches!(self.line.state, State::Connecting | State::Connected | State::Closing)
    }

    /// Whether a message comes for which there is no room. Behind DISCONNECT none is needed, and the last RECEIPT may come
    /// behind the message. For one there is always room: nothing else could make some.
    pub(in super::super) fn must_wait(&self, input: &[u8]) -> bool {
        self.books.outstanding() >= size(self.line.config.window.max(1))
            && self.line.state == State::Connected
            && input.first() == Some(&b'M')
            && !self.line.decoder.is_in_body()
    }

    pub(in super::super) fn next<'i>(&mut self, now: Instant, part: &Part<'i>) -> Result<Event<'i>, Error> {
        match part {
            Part::Unit(Unit::EndOfLine) => Ok(Event::HeartBeat),
            Part::Unit(Unit::Frame(frame)) => self.frame(now, frame),
            Part::Head { frame, body_len } if self.is_made() && frame.command == Command::Message => {
                Ok(Event::MessageHead(*frame, self.delivery(frame)?, *body_len))
            }
            // The connection is over with it, in 1.0 too. What else it would say is not worth the room.
            Part::Head { frame, .. } if frame.command == Command::Error => {
                let event = self.error(frame);
                self.line.state = State::Closed;
                Ok(event)
            }
            Part::Head { .. } => Err(DecodeError { kind: ErrorKind::BodyTooLarge, offset: 0 }.into()),
            Part::Body { bytes, is_last } => Ok(Event::Body { bytes, is_last: *is_last }),
        }
    }

    const fn is_made(&self) -> bool {
        matches!(self.line.state, State::Connected | State::Closing)
    }

    fn frame<'i>(&mut self, now: Instant, frame: &Frame<'i>) -> Result<Event<'i>, Error> {
        match frame.command {
            Command::Connected if self.line.state == State::Connecting => self.connected(now, frame),
            Command::Error => Ok(self.error(frame)),
            Command::Message if self.is_made() => Ok(Event::Message(*frame, self.delivery(frame)?)),
            Command::Receipt if self.is_made() => self.receipt(frame),
            command => Err(Violation::Unexpected(command).into()),
        }
    }

    fn connected<'i>(&mut self, now: Instant, frame: &Frame<'i>) -> Result<Event<'i>, Error> {
        let config = self.line.config;
        let version = self.line.decoder.version().filter(|version| config.versions.has(*version));
        let version = version.ok_or(Violation::Version)?;
        let theirs = match version {
            Version::V1_0 => HeartBeat::NONE,
            _ => HeartBeat::read(frame.get("heart-beat"))?,
        };
        self.line.begin(now, version, config.heart_beat, theirs);
        Ok(Event::Connected(*frame))
    }

    /// From 1.1 on the server closes the connection behind it. (ERROR) In 1.0 it is over if it is in place of the last
    /// RECEIPT: nothing more would come.
    fn error<'i>(&mut self, frame: &Frame<'i>) -> Event<'i> {
        let receipt = self.receipt_of(frame);
        let is_last =
            self.line.state == State::Closing && receipt.is_some_and(|receipt| receipt.number == self.farewell);
        if is_last || !self.is_made() || self.line.version != Some(Version::V1_0) {
            self.line.state = State::Closed;
        }
        Event::Error(*frame, receipt)
    }

    fn receipt<'i>(&mut self, frame: &Frame<'i>) -> Result<Event<'i>, Error> {
        let receipt = self.receipt_of(frame).ok_or(Violation::UnknownReceipt)?;
        if self.line.state == State::Closing && receipt.number == self.farewell {
            self.line.state = State::Closed;
            return Ok(Event::Disconnected);
        }
        Ok(Event::Receipt(receipt))
    }

    /// The receipt that a frame is about, if it is awaited, or was until its transaction was aborted.
    fn receipt_of(&mut self, frame: &Frame<'_>) -> Option<Receipt> {
        let id = Kept::from(word(frame.get("receipt-id")?, self.line.version));
        let number = number(id.as_bytes())?;
        self.receipts.settle(number).then_some(Receipt { epoch: self.books.epoch, number })
    }

    /// What a message is acknowledged by: in 1.2 its `ack`, before that its `message-id`.
    fn delivery(&mut self, frame: &Frame<'_>) -> Result<Delivery, Error> {
        let (books, version) = (&mut self.books, self.line.version);
        let subscription = match frame.get("subscription") {
            Some(id) => {
                let find = |id| books.subscriptions.find(Kept::from(id).as_bytes());
                // As we have said it, though it begin with a blank.
                find(id).or_else(|| find(word(id, version)))
            }
            // In 1.0 a server need not say it.
            None => books.subscriptions.only(),
        };
        let known = subscription.and_then(|number| Some((number, books.subscriptions.get(number)?.mode)));
        let Some((number, mode)) = known else {
            return Ok(books.deliver(0, None));
        };
        if mode == AckMode::Auto {
            return Ok(books.deliver(number, None));
        }
        if self.line.state == State::Closing {
            return Ok(books.pass(number));
        }
        let id = match version {
            Some(Version::V1_2) => frame.get("ack").ok_or(Violation::NoAck)?,
            _ => frame.get("message-id").unwrap_or_default(),
        };
        let id = Kept::to_send_back(self.line.config.longest_name, id)?;
        Ok(books.deliver(number, Some(id)))
    }

    /// A client has no last words.
    #[cold]
    pub(in super::super) fn fail(&mut self, _: Instant, _: Error, _: Option<&Part<'_>>, _: &mut impl Output) {
        self.line.state = State::Closed;
    }
}
