//! What one end of a connection must know of its subscriptions and transactions, in the specification's words: made to
//! be read, not to be fast.

use std::collections::BTreeMap;

use fourwire::stomp::{AckMode, Delivery, Outcome, Subscription, Transaction};

/// A delivery by the number of its subscription in the books, and its own.
pub type Key = (usize, u64);

/// What became of a delivery, and the message that it was.
pub type Fate = (Key, Outcome, usize);

#[derive(Clone, Debug, Default)]
pub struct Books {
    subscriptions: Vec<(Subscription, AckMode, bool)>,
    transactions: Vec<(Transaction, bool)>,
    /// The deliveries that are not settled, and the messages that they are.
    deliveries: BTreeMap<Key, usize>,
    /// What is acknowledged in transactions, in order.
    held: Vec<(usize, Key, Outcome)>,
}

impl Books {
    // --- subscriptions -------------------------------------------------------------------------------------------

    pub fn subscribe(&mut self, handle: Subscription, mode: AckMode) -> usize {
        assert!(self.subscriptions.iter().all(|(other, ..)| *other != handle), "it had another subscription");
        self.subscriptions.push((handle, mode, true));
        self.subscriptions.len() - 1
    }

    /// Gives back what was not settled, in order. What is held still counts with its transaction, or not.
    pub fn unsubscribe(&mut self, subscription: usize) -> Vec<Fate> {
        self.subscriptions[subscription].2 = false;
        let keys: Vec<Key> = self.of(subscription).filter(|key| !self.is_held(*key)).collect();
        keys.into_iter().map(|key| self.settle(key, Outcome::Returned)).collect()
    }

    pub fn subscription(&self, number: usize) -> Subscription {
        self.subscriptions[number].0
    }

    pub fn mode(&self, number: usize) -> AckMode {
        self.subscriptions[number].1
    }

    /// Its number, if there was such a one.
    pub fn find(&self, handle: Subscription) -> Option<usize> {
        self.subscriptions.iter().position(|(other, ..)| *other == handle)
    }

    pub fn is_live(&self, number: usize) -> bool {
        self.subscriptions.get(number).is_some_and(|(.., is_live)| *is_live)
    }

    /// Those that have not ended.
    pub fn live(&self) -> Vec<usize> {
        (0..self.subscriptions.len()).filter(|number| self.is_live(*number)).collect()
    }

    pub fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    // --- deliveries ----------------------------------------------------------------------------------------------

    pub fn deliver(&mut self, delivery: Delivery, message: usize) {
        let subscription = delivery.subscription().and_then(|handle| self.find(handle)).expect("a subscription");
        assert!(self.is_live(subscription), "it has ended");
        assert_eq!(delivery.needs_ack(), self.mode(subscription) != AckMode::Auto);
        if delivery.needs_ack() {
            let key = (subscription, delivery.number());
            assert!(self.outstanding(subscription).all(|(_, number)| number < key.1), "the order is another");
            assert_eq!(self.deliveries.insert(key, message), None);
        }
    }

    /// The key of a delivery that can be acknowledged.
    pub fn known(&self, delivery: Delivery) -> Option<Key> {
        let key = (self.find(delivery.subscription()?)?, delivery.number());
        (self.is_live(key.0) && self.deliveries.contains_key(&key) && !self.is_held(key)).then_some(key)
    }

    /// What is acknowledged with this: in the mode `client` all before it. In a transaction nothing is settled yet.
    pub fn acknowledge(&mut self, key: Key, outcome: Outcome, transaction: Option<usize>) -> Vec<Fate> {
        let all_before = self.mode(key.0) == AckMode::Client;
        let is_meant = |other: &Key| *other == key || all_before && other.1 < key.1;
        let meant: Vec<Key> =
            self.outstanding(key.0).filter(|other| is_meant(other) && !self.is_held(*other)).collect();
        match transaction {
            Some(transaction) => {
                self.held.extend(meant.into_iter().map(|key| (transaction, key, outcome)));
                Vec::new()
            }
            None => meant.into_iter().map(|key| self.settle(key, outcome)).collect(),
        }
    }

    /// Those of a subscription that are not settled, held or not; none, if it has ended.
    pub fn outstanding(&self, subscription: usize) -> impl Iterator<Item = Key> {
        self.of(subscription).filter(move |_| self.is_live(subscription))
    }

    fn of(&self, subscription: usize) -> impl Iterator<Item = Key> {
        self.deliveries.keys().copied().filter(move |key| key.0 == subscription)
    }

    /// Of all subscriptions, also of those that have ended.
    pub fn outstanding_count(&self) -> usize {
        self.deliveries.len()
    }

    fn is_held(&self, key: Key) -> bool {
        self.held.iter().any(|(_, held, _)| *held == key)
    }

    fn settle(&mut self, key: Key, outcome: Outcome) -> Fate {
        (key, outcome, self.deliveries.remove(&key).expect("it is outstanding"))
    }

    // --- transactions --------------------------------------------------------------------------------------------

    pub fn begin(&mut self, handle: Transaction) -> usize {
        assert!(self.transactions.iter().all(|(other, _)| *other != handle), "it had another transaction");
        self.transactions.push((handle, true));
        self.transactions.len() - 1
    }

    pub fn commit(&mut self, transaction: usize) -> Vec<Fate> {
        let ended = self.end(transaction);
        ended.into_iter().map(|(_, key, outcome)| self.settle(key, outcome)).collect()
    }

    /// Gives back what can never be acknowledged again, as its subscription has ended.
    pub fn abort(&mut self, transaction: usize) -> Vec<Fate> {
        let ended = self.end(transaction);
        let back: Vec<Key> = ended.into_iter().map(|(_, key, _)| key).filter(|key| !self.is_live(key.0)).collect();
        back.into_iter().map(|key| self.settle(key, Outcome::Returned)).collect()
    }

    fn end(&mut self, transaction: usize) -> Vec<(usize, Key, Outcome)> {
        assert!(core::mem::take(&mut self.transactions[transaction].1), "it has ended");
        let (ended, held) = self.held.drain(..).partition(|(of, ..)| *of == transaction);
        self.held = held;
        ended
    }

    pub fn transaction(&self, number: usize) -> Transaction {
        self.transactions[number].0
    }

    pub fn find_transaction(&self, handle: Transaction) -> Option<usize> {
        self.transactions.iter().position(|(other, _)| *other == handle)
    }

    /// Those that have not ended.
    pub fn open(&self) -> Vec<usize> {
        (0..self.transactions.len()).filter(|number| self.transactions[*number].1).collect()
    }

    pub fn transactions(&self) -> usize {
        self.transactions.len()
    }

    // --- the end -------------------------------------------------------------------------------------------------

    /// The connection is gone: transactions are aborted, and subscriptions end.
    pub fn cut(&mut self) -> Vec<Fate> {
        let mut back: Vec<Fate> = self.open().into_iter().flat_map(|number| self.abort(number)).collect();
        back.extend(self.live().into_iter().flat_map(|number| self.unsubscribe(number)));
        assert!(self.deliveries.is_empty() && self.held.is_empty());
        back
    }

    /// The other end has the same, when nothing is on its way. Each has handles of its own.
    pub fn same(&self, other: &Self) {
        assert_eq!(self.live(), other.live());
        assert_eq!(self.open(), other.open());
        assert_eq!((&self.deliveries, &self.held), (&other.deliveries, &other.held));
    }
}
