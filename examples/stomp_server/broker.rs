//! What all connections share: queues, and with them topics.

use std::collections::BTreeMap;
use std::sync::Arc;

use fourwire::stomp::Text;

use crate::message::Message;
use crate::queue::{Held, Name, Queue, Subscriber};

#[derive(Default)]
pub(crate) struct Broker {
    /// Those without messages and subscribers are not among them.
    queues: BTreeMap<Arc<Name>, Queue>,
    numbered: u64,
}

/// A place that messages can be sent to.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    Queue(String),
    Topic(String),
}

impl Destination {
    /// `None` if it is no such place.
    pub(crate) fn of(text: Text<'_>) -> Option<Self> {
        let text = text.to_string();
        let is = |kind: &str| text.strip_prefix(kind).is_some_and(|name| !name.is_empty());
        match (is("/queue/"), is("/topic/")) {
            (true, _) => Some(Self::Queue(text)),
            (_, true) => Some(Self::Topic(text)),
            _ => None,
        }
    }
}

impl Broker {
    /// Puts a message into its queue, or into those of all that subscribe to its topic.
    pub(crate) fn publish(&mut self, destination: &Destination, message: &Arc<Message>) {
        match destination {
            Destination::Queue(queue) => self.queue(Name::Queue(queue.clone())).push(message),
            Destination::Topic(topic) => {
                let takes = |queue: &&mut Queue| queue.name.destination() == topic;
                self.queues.values_mut().filter(takes).for_each(|queue| queue.push(message));
            }
        }
    }

    /// Subscribes, and says to which queue. A topic's subscriber has one of its own, which is there while it is away if the
    /// subscription is durable and has this id.
    pub(crate) fn subscribe(
        &mut self,
        destination: Destination,
        durable: Option<String>,
        subscriber: Subscriber,
    ) -> Arc<Name> {
        self.numbered += 1;
        let queue = self.queue(match (destination, durable) {
            (Destination::Queue(queue), _) => Name::Queue(queue),
            (Destination::Topic(topic), Some(id)) => Name::Durable(topic, id),
            (Destination::Topic(topic), None) => Name::Own(topic, self.numbered),
        });
        queue.subscribe(subscriber);
        Arc::clone(&queue.name)
    }

    /// Ends a subscription, whose messages are back; and forgets it, if it is durable and that is wanted.
    pub(crate) fn unsubscribe(&mut self, name: &Arc<Name>, subscriber: Subscriber, forget: bool) {
        let Some(queue) = self.queues.get_mut(name) else { return };
        queue.unsubscribe(subscriber);
        let stays = match **name {
            Name::Queue(_) => !queue.is_empty(),
            Name::Durable(..) => !forget,
            Name::Own(..) => false,
        };
        if !stays && !queue.has_subscribers() {
            self.queues.remove(name);
        }
    }

    /// Takes back what was not acknowledged. If the queue is gone so are its messages.
    pub(crate) fn put_back(&mut self, held: Held) {
        if let Some(queue) = self.queues.get_mut(&held.queue).filter(|queue| Arc::ptr_eq(&queue.name, &held.queue)) {
            queue.put_back(held.stored);
        }
    }

    pub(crate) fn queues(&mut self) -> impl Iterator<Item = &mut Queue> {
        self.queues.values_mut()
    }

    fn queue(&mut self, name: Name) -> &mut Queue {
        let name = Arc::new(name);
        self.queues.entry(Arc::clone(&name)).or_insert_with(|| Queue::new(name))
    }
}
