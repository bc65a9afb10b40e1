//! Transactions: what is sent and acknowledged in one counts all together, or not at all.

use super::Client;
use crate::stomp::digits::Digits;
use crate::stomp::head::size;
use crate::stomp::machine::outgoing::Outgoing;
use crate::stomp::machine::{Receipt, SendError, Transaction, With};
use crate::stomp::{Command, Headers};
use crate::{Instant, Output};

impl Client {
    /// Begins a transaction. Give it to [`send_with`](Self::send_with) and
    /// [`ack_with`](Self::ack_with).
    pub fn begin(&mut self, now: Instant, out: &mut impl Output) -> Result<Transaction, SendError> {
        self.begin_with(now, &With::default(), out).map(|(transaction, _)| transaction)
    }

    /// The same, with a receipt.
    pub fn begin_with(
        &mut self,
        now: Instant,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<(Transaction, Option<Receipt>), SendError> {
        self.line.connected()?;
        if self.books.transactions.is_full(self.line.config.transactions) {
            return Err(SendError::TooManyTransactions);
        }
        let name = Digits::of(self.books.transactions.next().into());
        let outgoing = Outgoing::new(Command::Begin, [with.headers, Headers::EMPTY])?.with("transaction", name.text());
        let receipt = self.command(now, outgoing, with, out)?;
        let number = self.books.transactions.insert(name.text().into(), Default::default());
        Ok((Transaction { epoch: self.books.epoch, number }, receipt))
    }

    /// What was sent and acknowledged in the transaction counts. The receipts that were asked for in it have to come from now
    /// on: before they were not late.
    pub fn commit(&mut self, now: Instant, transaction: Transaction, out: &mut impl Output) -> Result<(), SendError> {
        self.commit_with(now, transaction, &With::default(), out).map(drop)
    }

    /// The same, with a receipt.
    pub fn commit_with(
        &mut self,
        now: Instant,
        transaction: Transaction,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        let receipt = self.end(now, Command::Commit, transaction, with, out)?;
        self.books.commit(transaction.number, |_, _, _| {});
        self.receipts.commit(now, transaction.number);
        Ok(receipt)
    }

    /// What was sent in the transaction was not; what was acknowledged in it can be acknowledged again.
    ///
    /// The receipts that were asked for in it are no longer awaited, and there is room for as many others:
    /// [`awaited_in`](Self::awaited_in) says beforehand which. Servers that send them before COMMIT may do so still.
    ///
    /// ```
    /// use fourwire::Instant;
    /// use fourwire::stomp::{Client, Config, Connect, Event, Message, Session, With};
    ///
    /// # let (now, mut out) = (Instant::ZERO, Vec::new());
    /// let mut client = Client::new(Config { receipts: 1, ..Config::default() }, Session::new());
    /// # client.connect(now, &Connect::to("/"), &mut out)?;
    /// # client.receive(now, b"CONNECTED\nversion:1.2\n\n\0", &mut out)?;
    /// // …
    /// let transaction = client.begin(now, &mut out)?;
    /// let with = With { receipt: true, ..With::transaction(transaction) };
    /// let receipt = client.send_with(now, &Message::to("/queue/a", b"hello"), &with, &mut out)?;
    /// assert_eq!((client.receipts_left(), client.awaited_in(transaction).next()), (0, receipt));
    /// client.abort(now, transaction, &mut out)?;
    /// assert_eq!((client.receipts_left(), client.awaited_count()), (1, 0));
    ///
    /// // ActiveMQ sent it before it read ABORT.
    /// let event = client.receive(now, b"RECEIPT\nreceipt-id:1\n\n\0", &mut out)?;
    /// assert_eq!(event.map(|(event, _)| event), receipt.map(Event::Receipt));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn abort(&mut self, now: Instant, transaction: Transaction, out: &mut impl Output) -> Result<(), SendError> {
        self.abort_with(now, transaction, &With::default(), out).map(drop)
    }

    /// The same, with a receipt.
    pub fn abort_with(
        &mut self,
        now: Instant,
        transaction: Transaction,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        let receipt = self.end(now, Command::Abort, transaction, with, out)?;
        self.books.abort(transaction.number, |_, _, _| {});
        self.receipts.abort(transaction.number, size(self.line.config.receipts));
        Ok(receipt)
    }

    fn end(
        &mut self,
        now: Instant,
        command: Command,
        transaction: Transaction,
        with: &With<'_>,
        out: &mut impl Output,
    ) -> Result<Option<Receipt>, SendError> {
        self.line.connected()?;
        let name = self.transaction(Some(transaction))?;
        let outgoing = Outgoing::new(command, [with.headers, Headers::EMPTY])?
            .with_some("transaction", name.as_ref().map(Digits::text));
        self.command(now, outgoing, with, out)
    }
}
