//! Exchanges, bindings and queues of the AMQP server example.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use fourwire::amqp::routing::topic_matches;
use fourwire::amqp::{ContentHeader, Decoder, Frame};

/// A message in a queue.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) exchange: String,
    pub(crate) routing_key: String,
    /// The content header's frame, as it came.
    pub(crate) header: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) redelivered: bool,
}

impl Message {
    pub(crate) fn header(&self) -> ContentHeader<'_> {
        match Decoder::new().decode(&self.header) {
            Ok(Some((Frame::Header(_, header), _))) => header,
            _ => ContentHeader::default(),
        }
    }
}

/// An exchange: its kind, and which queues it passes what on to.
struct Exchange {
    kind: String,
    bindings: Vec<(String, String)>,
}

#[derive(Default)]
pub(crate) struct Broker {
    exchanges: BTreeMap<String, Exchange>,
    queues: BTreeMap<String, VecDeque<Arc<Message>>>,
    named: usize,
}

impl Broker {
    pub(crate) fn new() -> Self {
        let mut broker = Self::default();
        for kind in ["direct", "fanout", "topic"] {
            broker.declare_exchange(&format!("amq.{kind}"), kind);
        }
        broker
    }

    pub(crate) fn declare_exchange(&mut self, name: &str, kind: &str) {
        let exchange = || Exchange { kind: kind.to_owned(), bindings: Vec::new() };
        self.exchanges.entry(name.to_owned()).or_insert_with(exchange);
    }

    pub(crate) fn delete_exchange(&mut self, name: &str) {
        self.exchanges.remove(name);
    }

    /// The queue's name: one of the broker's own choice if it has none.
    pub(crate) fn declare_queue(&mut self, name: &str) -> String {
        let mut name = name.to_owned();
        if name.is_empty() {
            self.named += 1;
            name = format!("amq.gen-{}", self.named);
        }
        self.queues.entry(name.clone()).or_default();
        name
    }

    pub(crate) fn has_queue(&self, name: &str) -> bool {
        self.queues.contains_key(name)
    }

    pub(crate) fn len(&self, queue: &str) -> u32 {
        self.queues.get(queue).map_or(0, |queue| u32::try_from(queue.len()).unwrap_or(u32::MAX))
    }

    pub(crate) fn purge(&mut self, queue: &str) -> u32 {
        let len = self.len(queue);
        if let Some(queue) = self.queues.get_mut(queue) {
            queue.clear();
        }
        len
    }

    pub(crate) fn delete_queue(&mut self, name: &str) -> u32 {
        for exchange in self.exchanges.values_mut() {
            exchange.bindings.retain(|(queue, _)| queue != name);
        }
        self.queues.remove(name).map_or(0, |queue| u32::try_from(queue.len()).unwrap_or(u32::MAX))
    }

    pub(crate) fn bind(&mut self, exchange: &str, queue: &str, key: &str) {
        let binding = (queue.to_owned(), key.to_owned());
        if let Some(exchange) = self.exchanges.get_mut(exchange) {
            if !exchange.bindings.contains(&binding) {
                exchange.bindings.push(binding);
            }
        }
    }

    pub(crate) fn unbind(&mut self, exchange: &str, queue: &str, key: &str) {
        if let Some(exchange) = self.exchanges.get_mut(exchange) {
            exchange.bindings.retain(|binding| (binding.0.as_str(), binding.1.as_str()) != (queue, key));
        }
    }

    /// Puts a message into each queue that it is for, once. Whether there was one.
    pub(crate) fn publish(&mut self, message: &Arc<Message>) -> bool {
        let key = message.routing_key.as_str();
        let mut queues: Vec<&str> = match self.exchanges.get(&message.exchange) {
            // The exchange without a name has every queue bound by its name.
            None if message.exchange.is_empty() => vec![key],
            None => Vec::new(),
            Some(exchange) => {
                let takes = |pattern: &str| match exchange.kind.as_str() {
                    "fanout" => true,
                    "topic" => topic_matches(pattern.into(), key.into()),
                    _ => pattern == key,
                };
                exchange.bindings.iter().filter(|(_, key)| takes(key)).map(|(queue, _)| queue.as_str()).collect()
            }
        };
        queues.sort_unstable();
        queues.dedup();
        let mut routed = false;
        for name in queues {
            if let Some(queue) = self.queues.get_mut(name) {
                queue.push_back(Arc::clone(message));
                routed = true;
            }
        }
        routed
    }

    pub(crate) fn take(&mut self, queue: &str) -> Option<Arc<Message>> {
        self.queues.get_mut(queue)?.pop_front()
    }

    /// Puts messages back to where they were taken from, in front, the first one first.
    pub(crate) fn put_back(&mut self, messages: Vec<(String, Arc<Message>)>) {
        for (queue, message) in messages.into_iter().rev() {
            if let Some(queue) = self.queues.get_mut(&queue) {
                queue.push_front(Arc::new(Message { redelivered: true, ..(*message).clone() }));
            }
        }
    }
}
