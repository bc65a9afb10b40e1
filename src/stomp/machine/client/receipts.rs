//! The receipts that a client has asked for.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Client;
use crate::Instant;
use crate::stomp::head::size;
use crate::stomp::machine::window::Window;
use crate::stomp::machine::{Receipt, Transaction};

/// Receipts by their numbers, which are as many as were asked for.
///
/// A RECEIPT says that a frame was processed, and the specification leaves open whether a frame in a transaction is before
/// COMMIT. ActiveMQ thinks so, and RabbitMQ does not: it sends the receipt of a SEND behind COMMIT, and none if there is an
/// ABORT. So while a transaction is open its receipts are never late; and when it is aborted they are awaited no more, but may
/// come.
#[derive(Clone, Debug)]
pub(super) struct Receipts {
    /// How each was asked for that is awaited.
    awaited: Window<Asked>,
    /// The first of those that were asked for outside of transactions: it is the first of them to be late.
    outside: Option<u64>,
    /// Those in transactions that are committed, behind when they were. It is as if they had been asked for then.
    committed: BTreeSet<(Instant, u64)>,
    /// Those that were awaited when their transactions were aborted.
    forgone: BTreeSet<u64>,
    /// Up to this one some were forgone and are not among them any more: any may have been.
    forgotten: u64,
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    At(Instant),
    /// In this transaction, which is open.
    In(u32),
    /// In one that was committed.
    Committed(u32, Instant),
}

impl Receipts {
    pub(super) const fn new() -> Self {
        Self {
            awaited: Window::new(),
            outside: None,
            committed: BTreeSet::new(),
            forgone: BTreeSet::new(),
            forgotten: 0,
        }
    }

    /// The number of the next one.
    pub(super) const fn next(&self) -> u64 {
        self.awaited.next()
    }

    /// How many are awaited.
    pub(super) const fn count(&self) -> usize {
        self.awaited.count()
    }

    /// One is asked for, perhaps in a transaction.
    pub(super) fn ask(&mut self, now: Instant, transaction: Option<u32>) -> u64 {
        let number = self.awaited.push(Some(transaction.map_or(Asked::At(now), Asked::In)));
        if transaction.is_none() {
            self.outside.get_or_insert(number);
        }
        number
    }

    /// One has come, or is known not to come. Whether it was asked for, and is not settled.
    pub(super) fn settle(&mut self, number: u64) -> bool {
        let Some(asked) = self.awaited.get(number).map(|asked| asked.copied()) else {
            return self.forgone.remove(&number) || (1..=self.forgotten).contains(&number);
        };
        self.awaited.settle_one(number);
        if let Some(Asked::Committed(_, at)) = asked {
            self.committed.remove(&(at, number));
        }
        // It only ever goes forward.
        if self.outside == Some(number) {
            self.outside = self.awaited.first_from(number, |asked| matches!(asked, Some(Asked::At(_))));
        }
        true
    }

    /// The transaction is committed: its receipts have to come.
    pub(super) fn commit(&mut self, now: Instant, transaction: u32) {
        let numbers: Vec<u64> = of(&self.awaited, transaction).collect();
        for number in numbers {
            self.awaited.keep(number, Asked::Committed(transaction, now));
            self.committed.insert((now, number));
        }
    }

    /// The transaction is aborted: its receipts need not come. The last `most` that need not are remembered.
    pub(super) fn abort(&mut self, transaction: u32, most: usize) {
        let numbers: Vec<u64> = of(&self.awaited, transaction).collect();
        for number in numbers {
            self.awaited.settle_one(number);
            self.forgone.insert(number);
        }
        while self.forgone.len() > most {
            self.forgotten = self.forgone.pop_first().map_or(self.forgotten, |first| self.forgotten.max(first));
        }
    }

    /// When the one was asked for that is the first to be late; not before `since`, when we began to listen again.
    pub(super) fn oldest(&self, since: Instant) -> Option<Instant> {
        let outside = self.outside.and_then(|number| match self.awaited.get(number).flatten() {
            Some(Asked::At(at)) => Some(*at),
            _ => None,
        });
        let committed = self.committed.first().map(|(at, _)| *at);
        outside.into_iter().chain(committed).min().map(|at| at.max(since))
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        self.awaited.iter().map(|(number, _)| number)
    }
}

/// Those that were asked for in this transaction.
fn of(awaited: &Window<Asked>, transaction: u32) -> impl Iterator<Item = u64> {
    let is_in = move |asked: Option<&Asked>| match asked {
        Some(Asked::In(other) | Asked::Committed(other, _)) => *other == transaction,
        _ => false,
    };
    awaited.iter().filter(move |(_, asked)| is_in(*asked)).map(|(number, _)| number)
}

impl Client {
    /// The receipts that were asked for and have not come, in order; also when the connection is over: then nobody knows
    /// whether these frames were processed. Those of a transaction that was aborted are not among them.
    pub fn awaited(&self) -> impl Iterator<Item = Receipt> {
        let epoch = self.books.epoch;
        self.receipts.iter().map(move |number| Receipt { epoch, number })
    }

    /// How many they are.
    pub fn awaited_count(&self) -> usize {
        self.receipts.count()
    }

    /// Those of them that were asked for in this transaction: what [`abort`](Self::abort) gives up.
    pub fn awaited_in(&self, transaction: Transaction) -> impl Iterator<Item = Receipt> {
        let epoch = self.books.epoch;
        let numbers = of(&self.receipts.awaited, transaction.number).filter(move |_| transaction.epoch == epoch);
        numbers.map(move |number| Receipt { epoch, number })
    }

    /// How many more can be asked for: at 0 that is [`SendError::WindowFull`](super::super::SendError::WindowFull), until some
    /// come. (The one of [`disconnect`](Self::disconnect) has room in any case.)
    pub fn receipts_left(&self) -> usize {
        size(self.line.config.receipts).saturating_sub(self.receipts.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In whatever order they are asked for, committed and settled: as if each deadline was looked for among all.
    #[test]
    fn the_oldest() {
        // Number, transaction, and since when it is awaited.
        let mut plain: Vec<(u64, Option<u32>, Option<u64>)> = Vec::new();
        let (mut receipts, mut dice) = (Receipts::new(), 1_u64);
        let at = |step: u64| Instant::from_secs(step / 3);
        // No transaction has the number of one before.
        let mut open = [u32::MAX, u32::MAX - 1, u32::MAX - 2, u32::MAX - 3];
        for step in 1..20_000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (what, which) = (dice >> 60, usize::try_from(dice >> 32 & 0xFFFF).unwrap_or_default());
            let place = which % open.len();
            let transaction = open[place];
            if matches!(what, 8 | 9) {
                open[place] = u32::try_from(step).unwrap_or_default();
            }
            match what {
                0..4 => plain.push((receipts.ask(at(step), None), None, Some(step))),
                4..8 => plain.push((receipts.ask(at(step), Some(transaction)), Some(transaction), None)),
                8 => {
                    receipts.commit(at(step), transaction);
                    let in_it = plain.iter_mut().filter(|(_, it, _)| *it == Some(transaction));
                    in_it.for_each(|(_, it, since)| (*it, *since) = (None, Some(step)));
                }
                9 => {
                    receipts.abort(transaction, 10);
                    plain.retain(|(_, it, _)| *it != Some(transaction));
                }
                _ if plain.is_empty() => {}
                _ => {
                    let (number, ..) = plain.remove(which % plain.len());
                    assert!(receipts.settle(number));
                }
            }
            let oldest = plain.iter().filter_map(|(_, _, since)| *since).min().map(at);
            assert_eq!((receipts.oldest(Instant::ZERO), receipts.count()), (oldest, plain.len()));
            assert!(receipts.iter().eq(plain.iter().map(|(number, ..)| *number)));
        }
    }
}
