//! Sends, and waits until the server has it: one by one, or in transactions.

use std::collections::{BTreeMap, VecDeque};

use fourwire::stomp::{Event, Header, Headers, Message, Receipt, With};

use crate::args::Send;
use crate::{Line, Result};

/// How many bytes are written at once, at least.
const BATCH: usize = 1 << 16;
/// How many receipts are awaited at most.
const AWAITED: usize = 1000;

pub(crate) struct Sending<'a> {
    args: &'a Send,
    /// The messages, by number, that are still to be sent.
    waiting: VecDeque<u64>,
    /// Those that were sent, by the receipt which says that the server has them.
    sent: BTreeMap<Receipt, Vec<u64>>,
    done: usize,
}

impl<'a> Sending<'a> {
    pub(crate) fn new(args: &'a Send) -> Self {
        Self { args, waiting: (1..=args.count).collect(), sent: BTreeMap::new(), done: 0 }
    }

    /// Sends as much as the server takes now.
    fn send(&mut self, line: &mut Line) -> Result<()> {
        while !self.waiting.is_empty() && line.out.len() < BATCH && self.sent.len() < AWAITED {
            let batch = usize::try_from(self.args.batch.max(1))?.min(self.waiting.len());
            let numbers: Vec<_> = self.waiting.drain(..batch).collect();
            let receipt = match self.args.batch {
                0 => self.message(line, numbers[0], &With::RECEIPT)?,
                _ => self.transaction(line, &numbers)?,
            };
            self.sent.extend(receipt.map(|receipt| (receipt, numbers)));
        }
        Ok(())
    }

    fn transaction(&self, line: &mut Line, numbers: &[u64]) -> Result<Option<Receipt>> {
        let now = line.now();
        let transaction = line.client.begin(now, &mut line.out)?;
        for number in numbers {
            self.message(line, *number, &With::transaction(transaction))?;
        }
        Ok(match self.args.abort {
            false => line.client.commit_with(now, transaction, &With::RECEIPT, &mut line.out)?,
            true => line.client.abort_with(now, transaction, &With::RECEIPT, &mut line.out)?,
        })
    }

    fn message(&self, line: &mut Line, number: u64, with: &With<'_>) -> Result<Option<Receipt>> {
        // What comes twice, because it was sent again, is known by its number.
        let number = number.to_string();
        let mut headers = self.args.headers.headers();
        headers.push(Header::new("number", number.as_str()));
        let message = Message::to(self.args.destination.as_str(), &self.args.message);
        let message = Message { headers: Headers::new(&headers), ..message };
        Ok(line.client.send_with(line.now(), &message, with, &mut line.out)?)
    }
}

impl crate::Work for Sending<'_> {
    fn begin(&mut self, _: &mut Line) -> Result<()> {
        // What was sent on an earlier connection, and of which nothing was heard, may be lost: it is sent again.
        let mut again: Vec<_> = std::mem::take(&mut self.sent).into_values().flatten().collect();
        again.extend(std::mem::take(&mut self.waiting));
        self.waiting = again.into();
        Ok(())
    }

    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool> {
        if let Event::Receipt(receipt) = event {
            self.done += self.sent.remove(receipt).map_or(0, |numbers| numbers.len());
        }
        self.send(line)?;
        let all = self.waiting.is_empty() && self.sent.is_empty();
        if all {
            let what = if self.args.abort { "taken back" } else { "confirmed" };
            println!("{} of {} messages are {what}", self.done, self.args.count);
        }
        Ok(all)
    }
}
