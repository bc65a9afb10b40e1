//! Queues, in memory: what is sent to one, and what is sent to a topic and waits for a subscriber of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use fourwire::stomp::Subscription;

use crate::message::Message;

/// A subscription, and the number of its connection.
pub(crate) type Subscriber = (u64, Subscription);

/// What a queue is known by.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Name {
    /// Its destination.
    Queue(String),
    /// A topic, and the id of a durable subscription to it.
    Durable(String, String),
    /// A topic, and the number of any other subscription to it.
    Own(String, u64),
}

impl Name {
    /// The destination of what goes into this queue.
    pub(crate) fn destination(&self) -> &str {
        match self {
            Self::Queue(destination) | Self::Durable(destination, _) | Self::Own(destination, _) => destination,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Queue {
    /// Whoever has a clone of it knows this queue from a later one with the same name.
    pub(crate) name: Arc<Name>,
    /// What is ready, by its position: so what comes back finds its place again.
    ready: BTreeMap<u64, Stored>,
    next: u64,
    /// In the order in which it is their turn.
    subscribers: VecDeque<Subscriber>,
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    position: u64,
    pub(crate) message: Arc<Message>,
    pub(crate) redelivered: bool,
}

/// A message that was taken from a queue, to which it may come back.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) queue: Arc<Name>,
    pub(crate) stored: Stored,
}

impl Queue {
    pub(crate) const fn new(name: Arc<Name>) -> Self {
        Self { name, ready: BTreeMap::new(), next: 0, subscribers: VecDeque::new() }
    }

    pub(crate) fn push(&mut self, message: &Arc<Message>) {
        let stored = Stored { position: self.next, message: Arc::clone(message), redelivered: false };
        self.ready.insert(self.next, stored);
        self.next += 1;
    }

    /// Takes back what was not acknowledged.
    pub(crate) fn put_back(&mut self, stored: Stored) {
        self.ready.insert(stored.position, Stored { redelivered: true, ..stored });
    }

    pub(crate) fn subscribe(&mut self, subscriber: Subscriber) {
        self.subscribers.push_back(subscriber);
    }

    pub(crate) fn unsubscribe(&mut self, subscriber: Subscriber) {
        self.subscribers.retain(|known| *known != subscriber);
    }

    pub(crate) fn has_subscribers(&self) -> bool {
        !self.subscribers.is_empty()
    }

    /// Nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// Gives what is ready to those who take it, in turns.
    pub(crate) fn deliver(&mut self, mut take: impl FnMut(Subscriber, &Arc<Name>, &Stored) -> bool) {
        while let Some((_, first)) = self.ready.first_key_value() {
            let taken = (0..self.subscribers.len()).any(|_| {
                self.subscribers.rotate_left(1);
                self.subscribers.back().is_some_and(|subscriber| take(*subscriber, &self.name, first))
            });
            if !taken {
                return;
            }
            self.ready.pop_first();
        }
    }
}
