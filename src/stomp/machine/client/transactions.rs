//! Transactions: what is sent and acknowledged in one counts all together, or not at all.

use super::Client;
use crate::stomp::digits::Digits;
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
        self.command(now, outgoing, with, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stomp::machine::{Config, Connect, HeartBeat, Message, Session};
    use core::time::Duration;

    /// RabbitMQ sends the receipts of what is in a transaction when it is committed, and never if it is aborted. (ActiveMQ
    /// sends them at once.) That is no reason to take it for dead.
    #[test]
    fn receipts_in_a_transaction_are_not_late() {
        let (now, mut out) = (Instant::ZERO, alloc::vec::Vec::new());
        let config = Config { heart_beat: HeartBeat::NONE, ..Config::default() };
        let mut client = Client::new(config, Session::new());
        assert!(client.connect(now, &Connect::to("/"), &mut out).is_ok());
        assert!(client.receive(now, b"CONNECTED\nversion:1.2\n\n\0", &mut out).is_ok());
        let transaction = client.begin(now, &mut out).ok();
        let with = With { transaction, ..With::RECEIPT };
        let inside = client.send_with(now, &Message::to("/queue/a", b"x"), &with, &mut out);
        assert!(inside.is_ok_and(|receipt| receipt.is_some()));
        assert!(transaction.is_some_and(|transaction| client.abort(now, transaction, &mut out).is_ok()));
        assert_eq!((client.deadline(), client.awaited().count()), (None, 1));

        // What is asked for behind it is late as ever.
        let now = now.after(Duration::from_secs(5));
        assert!(client.send_with(now, &Message::to("/queue/a", b"y"), &With::RECEIPT, &mut out).is_ok());
        assert_eq!(client.deadline(), Some(now.after(config.receipt_timeout)));
        assert!(client.timeout(now.after(config.receipt_timeout), &mut out).is_err());
    }
}
