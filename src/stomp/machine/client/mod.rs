//! A client's end.

mod receipts;
mod receive;
mod transactions;

use self::receipts::Receipts;
use super::books::Books;
use super::kept::Kept;
use super::line::Line;
use super::outgoing::Outgoing;
use super::{
    AckMode, Config, Connect, Delivery, Error, Message, Outcome, Receipt, SendError, Session, State, Subscribe,
    Subscription, Timeout, Transaction, Versions, With,
};
use crate::stomp::digits::Digits;
use crate::stomp::{Command, Headers, Version};
use crate::{Instant, Output};

/// A client's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::stomp::{AckMode, Client, Config, Connect, Event, Message, Session, Subscribe, With};
///
/// let now = Instant::ZERO;
/// let (mut client, mut out) = (Client::new(Config::default(), Session::new()), Vec::new());
/// client.connect(now, &Connect::to("/").login("guest", "guest"), &mut out)?;
/// // … write `out` to the socket, clear it, and read the answer:
/// # out.clear();
/// let mut input: &[u8] = b"CONNECTED\nversion:1.2\n\n\0\
///     MESSAGE\ndestination:/queue/a\nmessage-id:7\nsubscription:1\nack:42\n\nhello\0";
/// while let Some((event, used)) = client.receive(now, input, &mut out)? {
///     input = &input[used..];
///     match event {
///         Event::Connected(_) => {
///             client.subscribe(now, &Subscribe::to("/queue/a").with_ack(AckMode::Client), &mut out)?;
///             client.send_with(now, &Message::to("/queue/a", b"hello"), &With::RECEIPT, &mut out)?;
///         }
///         Event::Message(message, delivery) => {
///             assert_eq!(message.body, b"hello");
///             client.ack(now, delivery, &mut out)?;
///         }
///         _ => {}
///     }
/// }
/// assert!(out.ends_with(b"ACK\nid:42\n\n\0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) line: Line,
    /// With what acknowledges each delivery.
    pub(super) books: Books<Kept>,
    receipts: Receipts,
    /// The receipt of DISCONNECT.
    farewell: u64,
}

impl Client {
    /// A client's end of a connection that was just opened.
    pub const fn new(config: Config, session: Session) -> Self {
        Self {
            line: Line::new(Instant::ZERO, config, config.limits, State::Connecting),
            books: Books::new(session.epoch),
            receipts: Receipts::new(),
            farewell: 0,
        }
    }

    // --- connecting ----------------------------------------------------------------------------------------------

    /// Sends CONNECT, the first frame. [`Connected`](super::Event::Connected) answers it, or
    /// [`Error`](super::Event::Error).
    pub fn connect(&mut self, now: Instant, connect: &Connect<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::New {
            return Err(SendError::NotConnected);
        }
        let versions = self.line.config.versions;
        let is_old = versions == Versions::only(Version::V1_0);
        let beat = self.line.config.heart_beat.text();
        let host = (!is_old || !connect.host.is_empty()).then_some(connect.host);
        Outgoing::new(Command::Connect, [connect.headers, Headers::EMPTY])?
            .with_some("accept-version", (!is_old).then_some(versions.as_str()))
            .with_some("host", host)
            .with_some("login", connect.login)
            .with_some("passcode", connect.passcode)
            .with_some("heart-beat", (!is_old).then_some(beat.as_str()))
            .encode(None, out)?;
        self.line.state = State::Connecting;
        self.line.waits(now);
        self.line.sent(now);
        Ok(())
    }

    /// Sends DISCONNECT, the last frame, with a receipt: [`Disconnected`](super::Event::Disconnected) comes when the
    /// server has processed it and all before it. Until then messages may come; nothing can be sent any more. There is
    /// always room for this receipt.
    pub fn disconnect(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        self.line.connected()?;
        let disconnect = Outgoing::bare(Command::Disconnect);
        let receipt = self.send_frame(now, disconnect, &With::RECEIPT, out)?;
        self.farewell = receipt.map_or(0, |receipt| receipt.number);
        self.line.state = State::Closing;
        self.line.goes_on(now);
        Ok(())
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Sends a message.
    #[inline]
    pub fn send(&mut self, now: Instant, message: &Message<'_>, out: &mut impl Output) -> Result<(), SendError> {
        self.send_with(now, message, &With::default(), out).map(drop)
    }

    /// The same, in a transaction, or with a receipt, which [`Receipt`](super::Event::Receipt) brings. In a transaction some
    /// servers send it at once, others with COMMIT; after an ABORT it need not come.
    #[inline]
    pub fn send_with(
        &mut self,
        now: Instant,
        message: &Message<'_>,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.line.connected()?;
        let transaction = self.transaction(with.transaction)?;
        let outgoing = Outgoing::message(Command::Send, message, with.headers)?
            .with_some("transaction", transaction.as_ref().map(Digits::text));
        self.command(now, outgoing, with, out)
    }

    /// Acknowledges a message, and in the mode [`Client`](AckMode::Client) all of its subscription before it. In the mode
    /// [`Auto`](AckMode::Auto) there is nothing to do.
    pub fn ack(&mut self, now: Instant, delivery: Delivery, out: &mut impl Output) -> Result<(), SendError> {
        self.ack_with(now, delivery, &With::default(), out).map(drop)
    }

    /// The same, in a transaction or with a receipt. Before COMMIT it does not count, and an ABORT undoes it: then the
    /// messages can be acknowledged again.
    pub fn ack_with(
        &mut self,
        now: Instant,
        delivery: Delivery,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.acknowledge(now, Command::Ack, delivery, with, out)
    }

    /// Says that a message was not processed, and will not be, and in the mode [`Client`](AckMode::Client) all of its
    /// subscription before it. (1.1 and 1.2; in 1.0 it is [`SendError::NotInThisVersion`], of whatever message: what was not
    /// processed comes again if it is not acknowledged, and the connection ends.)
    pub fn nack(&mut self, now: Instant, delivery: Delivery, out: &mut impl Output) -> Result<(), SendError> {
        self.nack_with(now, delivery, &With::default(), out).map(drop)
    }

    /// The same, in a transaction or with a receipt.
    pub fn nack_with(
        &mut self,
        now: Instant,
        delivery: Delivery,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.acknowledge(now, Command::Nack, delivery, with, out)
    }

    fn acknowledge(
        &mut self,
        now: Instant,
        command: Command,
        delivery: Delivery,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.line.connected()?;
        if command == Command::Nack && self.line.version == Some(Version::V1_0) {
            return Err(SendError::NotInThisVersion);
        }
        if delivery.epoch == self.books.epoch && !delivery.needs_ack() {
            return Ok(None);
        }
        let id = self.books.get(delivery).flatten().ok_or(SendError::StaleDelivery)?.clone();
        let transaction = self.transaction(with.transaction)?;
        let outgoing = Outgoing::new(command, [with.headers, Headers::EMPTY])?;
        let subscription = self.books.subscriptions.name(delivery.subscription).cloned();
        let outgoing = match self.line.version {
            Some(Version::V1_2) => outgoing.with("id", id.text()),
            Some(Version::V1_1) => {
                outgoing.with_some("subscription", subscription.as_ref().map(Kept::text)).with("message-id", id.text())
            }
            _ => outgoing.with("message-id", id.text()),
        };
        let outgoing = outgoing.with_some("transaction", transaction.as_ref().map(Digits::text));
        let receipt = self.command(now, outgoing, with, out)?;
        let outcome = if command == Command::Ack { Outcome::Acknowledged } else { Outcome::Refused };
        let transaction = with.transaction.map(|transaction| transaction.number);
        self.books.settle(delivery, transaction, outcome, |_, _, _| {});
        Ok(receipt)
    }

    // --- subscriptions -------------------------------------------------------------------------------------------

    /// Asks for messages. [`Message`](super::Event::Message) brings each, with the subscription that it is for.
    pub fn subscribe(
        &mut self,
        now: Instant,
        subscribe: &Subscribe<'_>,
        out: &mut impl Output,
    ) -> Result<Subscription, SendError> {
        self.subscribe_with(now, subscribe, &With::default(), out).map(|(subscription, _)| subscription)
    }

    /// The same, with a receipt.
    pub fn subscribe_with(
        &mut self,
        now: Instant,
        subscribe: &Subscribe<'_>,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<(Subscription, Option<Receipt>), SendError> {
        self.line.connected()?;
        if self.books.subscriptions.is_full(self.line.config.subscriptions) {
            return Err(SendError::TooManySubscriptions);
        }
        if !subscribe.ack.is_in(self.line.version) {
            return Err(SendError::NotInThisVersion);
        }
        let id = subscribe.id.map_or_else(|| self.free_id(), Kept::from);
        if self.books.subscriptions.find(id.as_bytes()).is_some() {
            return Err(SendError::SubscriptionInUse);
        }
        let ack = (subscribe.ack != AckMode::Auto).then_some(subscribe.ack.as_str());
        let outgoing = Outgoing::new(Command::Subscribe, [subscribe.headers, with.headers])?
            .with("destination", subscribe.destination)
            .with("id", id.text())
            .with_some("ack", ack);
        let receipt = self.command(now, outgoing, with, out)?;
        let number = self.books.subscribe(id, subscribe.ack);
        Ok((Subscription { epoch: self.books.epoch, number }, receipt))
    }

    /// An `id` that nobody has chosen: the number that the next subscription has in any case, or one behind it.
    fn free_id(&self) -> Kept {
        let subscriptions = &self.books.subscriptions;
        let mut number = u64::from(subscriptions.next());
        loop {
            let id = Digits::of(number);
            if subscriptions.find(id.as_bytes()).is_none() {
                return id.text().into();
            }
            number = number.saturating_add(1);
        }
    }

    /// Ends a subscription. Its messages cannot be acknowledged any more, and some may still be on their way.
    pub fn unsubscribe(
        &mut self,
        now: Instant,
        subscription: Subscription,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.unsubscribe_with(now, subscription, &With::default(), out).map(drop)
    }

    /// The same, with a receipt.
    pub fn unsubscribe_with(
        &mut self,
        now: Instant,
        subscription: Subscription,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.line.connected()?;
        let number = self.books.number(subscription).ok_or(SendError::StaleSubscription)?;
        let id = self.books.subscriptions.name(number).ok_or(SendError::StaleSubscription)?.clone();
        let outgoing = Outgoing::new(Command::Unsubscribe, [with.headers, Headers::EMPTY])?.with("id", id.text());
        let receipt = self.command(now, outgoing, with, out)?;
        self.books.unsubscribe(number, |_, _, _| {});
        Ok(receipt)
    }

    // --- sending -------------------------------------------------------------------------------------------------

    /// Sends a frame, with a receipt if one is wanted and there is room for it.
    #[inline]
    fn command(
        &mut self,
        now: Instant,
        outgoing: Outgoing<'_>,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        if with.transaction.is_some() && !outgoing.may_be_in_a_transaction() {
            return Err(SendError::NotInTransaction);
        }
        if with.receipt && self.receipts_left() == 0 {
            return Err(SendError::WindowFull);
        }
        self.send_frame(now, outgoing, with, out)
    }

    #[inline]
    fn send_frame(
        &mut self,
        now: Instant,
        outgoing: Outgoing<'_>,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        let number = with.receipt.then(|| Digits::of(self.receipts.next()));
        outgoing.with_some("receipt", number.as_ref().map(Digits::text)).encode(self.line.version, out)?;
        self.line.sent(now);
        let (epoch, transaction) = (self.books.epoch, with.transaction.map(|transaction| transaction.number));
        Ok(with.receipt.then(|| Receipt { epoch, number: self.receipts.ask(now, transaction) }))
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        [self.line.deadline(), self.receipt_due()].into_iter().flatten().min()
    }

    /// When the first receipt is overdue that is awaited.
    fn receipt_due(&self) -> Option<Instant> {
        let is_heard = matches!(self.line.state, State::Connected | State::Closing) && !self.line.held_back;
        // It may be among what was held back.
        let asked = self.receipts.oldest(self.line.resumed).filter(|_| is_heard)?;
        Some(asked.after(self.line.config.receipt_timeout))
    }

    /// Does what is due at `now`: sends a heart-beat, or finds that the server is gone.
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        let late = match self.receipt_due() {
            Some(due) if due <= now => Err(Error::Timeout(Timeout::Receipt)),
            _ => self.line.timeout(now, out),
        };
        if late.is_err_and(|error| error.is_final()) {
            self.line.state = State::Closed;
        }
        late
    }

    // --- what is known -------------------------------------------------------------------------------------------

    /// The name of a transaction that is open.
    fn transaction(&self, transaction: Option<Transaction>) -> Result<Option<Digits>, SendError> {
        let Some(transaction) = transaction else { return Ok(None) };
        let is_open =
            transaction.epoch == self.books.epoch && self.books.transactions.get(transaction.number).is_some();
        if is_open { Ok(Some(Digits::of(transaction.number.into()))) } else { Err(SendError::StaleTransaction) }
    }
}
