//! Queues, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fourwire::Instant;
use fourwire::amqp::{Consumer, EncodeError, Frame, FrameBuf, Method, Value, queue};

use crate::message::Message;
use crate::refusal::{Refusal, Result};

/// A consumer, and the number of its connection.
pub(crate) type Subscriber = (u64, Consumer);

/// The arguments that are known here.
const ARGUMENTS: [&str; 3] = ["x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key"];

#[derive(Debug)]
pub(crate) struct Queue {
    /// Whoever has a clone of it knows this queue from a later one with the same name.
    pub(crate) name: Arc<str>,
    /// The method that declared it, which keeps the arguments.
    declared: FrameBuf<Vec<u8>>,
    /// The connection that has it for itself.
    pub(crate) owner: Option<u64>,
    /// What is ready, by its position: so what comes back finds its place again.
    ready: BTreeMap<u64, Stored>,
    next: u64,
    /// In the order in which it is their turn.
    subscribers: VecDeque<Subscriber>,
    /// Whether its one subscriber wants to be the only one.
    taken: bool,
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    position: u64,
    pub(crate) message: Arc<Message>,
    pub(crate) redelivered: bool,
    expires: Option<Instant>,
}

/// A message that was taken from a queue, to which it may come back.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) queue: Arc<str>,
    pub(crate) stored: Stored,
}

impl Queue {
    pub(crate) fn new(
        name: &str,
        owner: Option<u64>,
        declare: &queue::Declare<'_>,
    ) -> std::result::Result<Self, EncodeError> {
        Ok(Self {
            name: name.into(),
            declared: FrameBuf::encode(&Frame::Method(1, (*declare).into()))?,
            owner,
            ready: BTreeMap::new(),
            next: 0,
            subscribers: VecDeque::new(),
            taken: false,
        })
    }

    pub(crate) fn declared(&self) -> queue::Declare<'_> {
        match self.declared.frame() {
            Frame::Method(_, Method::QueueDeclare(declare)) => declare,
            _ => queue::Declare::default(),
        }
    }

    /// Whether it is what another wants to declare.
    pub(crate) fn check(&self, wanted: &queue::Declare<'_>) -> Result<()> {
        let (name, is) = (format!("queue '{}'", self.name), self.declared());
        let quoted = |flag: bool| format!("'{flag}'");
        for (arg, wanted, is) in
            [("durable", wanted.durable, is.durable), ("auto_delete", wanted.auto_delete, is.auto_delete)]
        {
            if wanted != is {
                return Err(Refusal::inequivalent(arg, &name, quoted(wanted), quoted(is)));
            }
        }
        if wanted.exclusive != is.exclusive {
            return Err(Refusal::locked(&self.name));
        }
        for arg in ARGUMENTS {
            let (wanted, is) = (wanted.arguments.get(arg), is.arguments.get(arg));
            let (received, current) = match (wanted, is) {
                (Some(wanted), Some(is)) if wanted != is => {
                    (format!("'{}'", shown(&wanted).0), format!("'{}'", shown(&is).0))
                }
                (None, Some(is)) => ("none".to_owned(), described(&is)),
                (Some(wanted), None) => (described(&wanted), "none".to_owned()),
                _ => continue,
            };
            return Err(Refusal::inequivalent(arg, &name, received, current));
        }
        Ok(())
    }

    // --- messages ------------------------------------------------------------------------------------------------

    pub(crate) fn len(&self) -> u32 {
        self.ready.len() as u32
    }

    pub(crate) fn push(&mut self, now: Instant, message: &Arc<Message>) {
        let queue_ttl = self.declared().arguments.get("x-message-ttl").and_then(|ttl| ttl.as_i64());
        let own_ttl = message.properties().expiration().and_then(|ttl| ttl.as_str().ok()?.parse().ok());
        let ttl = [queue_ttl, own_ttl].into_iter().flatten().min().and_then(|ttl| u64::try_from(ttl).ok());
        let expires = ttl.map(|ttl| now.after(Duration::from_millis(ttl)));
        let stored = Stored { position: self.next, message: Arc::clone(message), redelivered: false, expires };
        self.ready.insert(self.next, stored);
        self.next += 1;
    }

    /// The one that is next.
    pub(crate) fn first(&self) -> Option<&Stored> {
        self.ready.first_key_value().map(|(_, stored)| stored)
    }

    pub(crate) fn take(&mut self) -> Option<Held> {
        let (_, stored) = self.ready.pop_first()?;
        Some(Held { queue: Arc::clone(&self.name), stored })
    }

    /// Takes back what was not acknowledged.
    pub(crate) fn put_back(&mut self, stored: Stored) {
        self.ready.insert(stored.position, Stored { redelivered: true, ..stored });
    }

    pub(crate) fn purge(&mut self) -> u32 {
        let count = self.len();
        self.ready.clear();
        count
    }

    /// When its first message expires.
    pub(crate) fn expires(&self) -> Option<Instant> {
        self.first()?.expires
    }

    /// Where its dead letters go, and with which routing key.
    pub(crate) fn dead_letters(&self) -> Option<(String, Option<String>)> {
        let arguments = self.declared().arguments;
        let text = |key| arguments.get(key).and_then(|value| value.as_text()).map(str::to_owned);
        Some((text("x-dead-letter-exchange")?, text("x-dead-letter-routing-key")))
    }

    // --- subscribers ---------------------------------------------------------------------------------------------

    pub(crate) fn subscribers(&self) -> &VecDeque<Subscriber> {
        &self.subscribers
    }

    /// Whether there can be another subscriber.
    pub(crate) fn can_subscribe(&self, alone: bool) -> Result<()> {
        if self.taken || alone && !self.subscribers.is_empty() {
            return Err(Refusal::access(format_args!("queue '{}' in vhost '/' in exclusive use", self.name)));
        }
        Ok(())
    }

    pub(crate) fn subscribe(&mut self, subscriber: Subscriber, alone: bool) {
        self.subscribers.push_back(subscriber);
        self.taken = alone;
    }

    /// Whether the queue ends with this, its last subscriber.
    pub(crate) fn unsubscribe(&mut self, subscriber: Subscriber) -> bool {
        self.subscribers.retain(|known| *known != subscriber);
        self.taken &= !self.subscribers.is_empty();
        self.subscribers.is_empty() && self.declared().auto_delete
    }

    /// Gives what is ready to those who take it, in turns.
    pub(crate) fn deliver(&mut self, mut take: impl FnMut(Subscriber, &Arc<str>, &Stored) -> bool) {
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

fn shown(value: &Value<'_>) -> (String, &'static str) {
    match (value.as_i64(), value) {
        (Some(number), Value::I8(_)) => (number.to_string(), "byte"),
        (Some(number), Value::I16(_)) => (number.to_string(), "short"),
        (Some(number), Value::I64(_)) => (number.to_string(), "long"),
        (Some(number), _) => (number.to_string(), "signedint"),
        (None, _) => (value.as_text().unwrap_or_default().to_owned(), "longstr"),
    }
}

fn described(value: &Value<'_>) -> String {
    let (value, kind) = shown(value);
    format!("the value '{value}' of type '{kind}'")
}
