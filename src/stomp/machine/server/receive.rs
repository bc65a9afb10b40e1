//! What a client sends, and what it means to a server.

use super::Server;
use super::answers::NAMELESS;
use crate::Instant;
use crate::stomp::digits::number;
use crate::stomp::head::size;
use crate::stomp::machine::event::{Asked, Login, Request};
use crate::stomp::machine::kept::{Kept, word};
use crate::stomp::machine::{
    AckMode, Delivery, Error, HeartBeat, Outcome, Receipt, Settled, State, Subscription, Transaction, Violation,
};
use crate::stomp::{Command, DecodeError, ErrorKind, Frame, HeaderName, Part, Unit, Version};

impl<T> Server<T> {
    pub(in super::super) fn listens(&self) -> bool {
        matches!(self.line.state, State::New | State::Connected)
    }

    /// Whether a frame comes, and more receipts are owed than there is room for. For one there always is: nothing else could
    /// make some.
    pub(in super::super) fn must_wait(&self, input: &[u8]) -> bool {
        self.owed.count() >= size(self.line.config.receipts.max(1))
            && input.first().is_some_and(|byte| !matches!(byte, b'\r' | b'\n'))
            && !self.line.decoder.is_in_body()
    }

    pub(in super::super) fn next<'i>(&mut self, now: Instant, part: &Part<'i>) -> Result<Request<'i>, Error> {
        self.settled.clear();
        match part {
            Part::Unit(Unit::EndOfLine) => Ok(Request::HeartBeat),
            Part::Unit(Unit::Frame(frame)) if self.line.state == State::New => self.login(now, frame),
            Part::Unit(Unit::Frame(frame)) => self.frame(frame),
            Part::Head { frame, body_len } if self.line.state == State::Connected && frame.command == Command::Send => {
                let asked = self.asked(frame)?;
                self.in_body = asked.receipt;
                Ok(Request::SendHead(asked, *body_len))
            }
            Part::Head { .. } => Err(DecodeError { kind: ErrorKind::BodyTooLarge, offset: 0 }.into()),
            Part::Body { bytes, is_last } => {
                let receipt = if *is_last { self.in_body.take() } else { None };
                Ok(Request::Body { bytes, is_last: *is_last, receipt })
            }
        }
    }

    /// The newest version that both speak is chosen. Who names none speaks 1.0. (Protocol Negotiation) All but 1.0 ask
    /// for a `host`, which only now can be told to be missing.
    fn login<'i>(&mut self, now: Instant, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        if !matches!(frame.command, Command::Connect | Command::Stomp) {
            return Err(Violation::Unexpected(frame.command).into());
        }
        let named = frame.get("accept-version").map(Kept::from);
        let names = named.as_ref().map_or(Version::V1_0.as_str().as_bytes(), Kept::as_bytes);
        let version = self.line.config.versions.newest_in(names).ok_or(Violation::Version)?;
        let may_be_missing = version == Version::V1_0 || self.line.config.leniencies.missing_headers;
        if !may_be_missing && frame.get("host").is_none() {
            return Err(DecodeError { kind: ErrorKind::MissingHeader(HeaderName::Host), offset: 0 }.into());
        }
        self.theirs = match version {
            Version::V1_0 => HeartBeat::NONE,
            _ => HeartBeat::read(frame.get("heart-beat"))?,
        };
        self.chosen = version;
        self.knows_versions = named.is_some();
        self.line.state = State::Connecting;
        self.line.waits(now);
        Ok(Request::Connect(Login { frame: *frame, version, heart_beat: self.theirs }))
    }

    fn frame<'i>(&mut self, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        match frame.command {
            Command::Send => Ok(Request::Send(self.asked(frame)?)),
            Command::Subscribe => self.subscribe(frame),
            Command::Unsubscribe => self.unsubscribe(frame),
            Command::Ack => {
                self.acknowledge(frame, Outcome::Acknowledged).map(|(delivery, asked)| Request::Ack(delivery, asked))
            }
            Command::Nack => {
                self.acknowledge(frame, Outcome::Refused).map(|(delivery, asked)| Request::Nack(delivery, asked))
            }
            Command::Begin => self.begin(frame),
            Command::Commit => {
                let (transaction, asked) = (self.open(frame)?, self.owing(frame)?);
                let settled = &mut self.settled;
                self.books.commit(transaction.number, |delivery, outcome, value| {
                    settled.push_back(Settled { delivery, outcome, value });
                });
                Ok(Request::Commit(transaction, asked))
            }
            Command::Abort => {
                let (transaction, asked) = (self.open(frame)?, self.owing(frame)?);
                self.aborted(transaction.number);
                Ok(Request::Abort(transaction, asked))
            }
            Command::Disconnect => self.disconnect(frame),
            command => Err(Violation::Unexpected(command).into()),
        }
    }

    // --- what a frame asks for -----------------------------------------------------------------------------------

    /// What a frame asks for that may be a part of a transaction.
    fn asked<'i>(&mut self, frame: &Frame<'i>) -> Result<Asked<'i>, Error> {
        let transaction = match frame.get("transaction") {
            Some(_) => Some(self.open(frame)?),
            None => None,
        };
        Ok(Asked { transaction, ..self.owing(frame)? })
    }

    /// What any frame asks for: a receipt.
    fn owing<'i>(&mut self, frame: &Frame<'i>) -> Result<Asked<'i>, Error> {
        let (epoch, most) = (self.books.epoch, self.line.config.longest_name);
        let id = frame.get("receipt").map(|id| Kept::to_send_back(most, id)).transpose()?;
        let receipt = id.map(|id| Receipt { epoch, number: self.owed.push(Some(id)) });
        Ok(Asked { frame: *frame, receipt, transaction: None })
    }

    /// The transaction that a frame names.
    fn open(&self, frame: &Frame<'_>) -> Result<Transaction, Violation> {
        let name = Kept::from(frame.get("transaction").unwrap_or_default());
        let number = self.books.transactions.find(name.as_bytes()).ok_or(Violation::UnknownTransaction)?;
        Ok(Transaction { epoch: self.books.epoch, number })
    }

    // --- subscriptions -------------------------------------------------------------------------------------------

    /// What a subscription is known by: its `id`, or, in 1.0, its destination. In 1.1 and 1.2 each MESSAGE says the `id`: it
    /// is needed, even where headers may be missing.
    fn name(&self, frame: &Frame<'_>) -> Result<Kept, Error> {
        let most = self.line.config.longest_name;
        match frame.get("id") {
            Some(id) => Kept::to_send_back(most, id),
            None if self.line.version == Some(Version::V1_0) => {
                let destination = Kept::of_at_most(most, frame.get("destination").unwrap_or_default())?;
                Ok(Kept::of([&[NAMELESS], destination.as_bytes()].into_iter()))
            }
            None => Err(DecodeError { kind: ErrorKind::MissingHeader(HeaderName::Id), offset: 0 }.into()),
        }
    }

    fn subscribe<'i>(&mut self, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        let mode = match frame.get("ack") {
            Some(name) => AckMode::from_name(name, self.line.version).ok_or(Violation::AckMode)?,
            None => AckMode::Auto,
        };
        let name = self.name(frame)?;
        if self.books.subscriptions.find(name.as_bytes()).is_some() {
            return Err(Violation::SubscriptionInUse.into());
        }
        if self.books.subscriptions.is_full(self.line.config.subscriptions) {
            return Err(Violation::TooManySubscriptions.into());
        }
        let asked = self.owing(frame)?;
        let number = self.books.subscribe(name, mode);
        Ok(Request::Subscribe(Subscription { epoch: self.books.epoch, number }, mode, asked))
    }

    fn unsubscribe<'i>(&mut self, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        let name = self.name(frame)?;
        let number = self.books.subscriptions.find(name.as_bytes()).ok_or(Violation::UnknownSubscription)?;
        let asked = self.owing(frame)?;
        self.returned(number);
        Ok(Request::Unsubscribe(Subscription { epoch: self.books.epoch, number }, asked))
    }

    // --- acknowledgements ----------------------------------------------------------------------------------------

    /// Settles what an ACK or a NACK means, or holds it until its transaction is committed.
    fn acknowledge<'i>(&mut self, frame: &Frame<'i>, outcome: Outcome) -> Result<(Delivery, Asked<'i>), Error> {
        let delivery = self.meant(frame).ok_or(Violation::UnknownMessage)?;
        let asked = self.asked(frame)?;
        if delivery.needs_ack() {
            let transaction = asked.transaction.map(|transaction| transaction.number);
            let settled = &mut self.settled;
            self.books.settle(delivery, transaction, outcome, |delivery, outcome, value| {
                settled.push_back(Settled { delivery, outcome, value });
            });
        }
        Ok((delivery, asked))
    }

    /// The delivery that is meant, if it can be acknowledged, or need not be.
    fn meant(&self, frame: &Frame<'_>) -> Option<Delivery> {
        let is_new = self.line.version == Some(Version::V1_2);
        let id = frame.get(if is_new { "id" } else { "message-id" })?;
        let id = Kept::from(word(id, self.line.version));
        let mut id = id.as_bytes();
        if !is_new && !self.session.as_bytes().is_empty() {
            id = id.strip_prefix(self.session.as_bytes())?.strip_prefix(b"-")?;
        }
        let dash = id.iter().position(|byte| *byte == b'-')?;
        let subscription = u32::try_from(number(id.get(..dash)?)?).ok()?;
        let sent = number(id.get(dash.checked_add(1)?..)?)?;
        let subscribed = self.books.subscriptions.get(subscription)?;
        if self.line.version == Some(Version::V1_1) {
            let name = Kept::from(frame.get("subscription")?);
            if self.books.subscriptions.name(subscription) != Some(&name) {
                return None;
            }
        }
        let delivery = Delivery { epoch: self.books.epoch, subscription, number: sent };
        match subscribed.mode {
            AckMode::Auto => (sent < subscribed.window.next()).then_some(Delivery { number: 0, ..delivery }),
            _ => self.books.get(delivery).map(|_| delivery),
        }
    }

    // --- transactions and the end --------------------------------------------------------------------------------

    fn begin<'i>(&mut self, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        let name = Kept::of_at_most(self.line.config.longest_name, frame.get("transaction").unwrap_or_default())?;
        if self.books.transactions.find(name.as_bytes()).is_some() {
            return Err(Violation::TransactionInUse.into());
        }
        if self.books.transactions.is_full(self.line.config.transactions) {
            return Err(Violation::TooManyTransactions.into());
        }
        let asked = self.owing(frame)?;
        let number = self.books.transactions.insert(name, alloc::vec::Vec::new());
        Ok(Request::Begin(Transaction { epoch: self.books.epoch, number }, asked))
    }

    fn disconnect<'i>(&mut self, frame: &Frame<'i>) -> Result<Request<'i>, Error> {
        let asked = self.owing(frame)?;
        self.line.hears_nothing();
        self.line.state = if self.owed.count() == 0 { State::Closed } else { State::Closing };
        Ok(Request::Disconnect(asked))
    }
}
