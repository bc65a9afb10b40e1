//! Transactions: what is sent and acknowledged in one counts all together, or not at all.

use super::{Client, size};
use crate::stomp::machine::outgoing::{Digits, Outgoing};
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
        if self.books.transactions.len() >= size(self.line.config.transactions) {
            return Err(SendError::TooManyTransactions);
        }
        let name = Digits::of(self.books.transactions.next().into());
        let outgoing = Outgoing::new(Command::Begin, [with.headers, Headers::EMPTY])?.with("transaction", name.text());
        let receipt = self.command(now, outgoing, with.receipt, out)?;
        let number = self.books.transactions.insert(name.text().into(), Default::default());
        Ok((Transaction { epoch: self.books.epoch, number }, receipt))
    }

    /// What was sent and acknowledged in the transaction counts.
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
        Ok(receipt)
    }

    /// What was sent in the transaction was not; what was acknowledged in it can be acknowledged again.
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
        self.command(now, outgoing, with.receipt, out)
    }
}
