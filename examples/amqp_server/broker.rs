//! What all connections share: exchanges and queues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fourwire::Instant;
use fourwire::amqp::{EncodeError, ReplyCode, exchange, queue};

use crate::exchange::{Binding, Exchange, KINDS};
use crate::message::Message;
use crate::queue::{Held, Queue, Subscriber};
use crate::refusal::{Refusal, Result};

pub(crate) struct Broker {
    /// The exchange without a name is not among them: every queue is bound to it by its name.
    exchanges: BTreeMap<String, Exchange>,
    queues: BTreeMap<String, Queue>,
    named: u64,
    /// Those whose queues are gone, and who are to be told.
    pub(crate) cancelled: Vec<Subscriber>,
}

impl Broker {
    pub(crate) fn new() -> Self {
        let standard = |kind: &'static str| {
            let declare = exchange::Declare { kind: kind.into(), durable: true, ..Default::default() };
            (format!("amq.{kind}"), Exchange::new(&declare))
        };
        let exchanges = KINDS.into_iter().map(standard).collect();
        Self { exchanges, queues: BTreeMap::new(), named: 0, cancelled: Vec::new() }
    }

    // --- exchanges -----------------------------------------------------------------------------------------------

    pub(crate) fn declare_exchange(&mut self, declare: &exchange::Declare<'_>) -> Result<()> {
        let (name, wanted) = (declare.exchange.to_string(), Exchange::new(declare));
        match self.exchanges.get(&name) {
            _ if name.is_empty() => self.exchange(&name).map(|_| ()),
            Some(_) if declare.passive => Ok(()),
            Some(is) => is.check(&name, &wanted),
            None if declare.passive => Err(Refusal::not_found("exchange", &name)),
            None if !KINDS.contains(&wanted.kind.as_str()) => {
                Err(Refusal::new(ReplyCode::CommandInvalid, format_args!("unknown exchange type '{}'", wanted.kind)))
            }
            None => {
                reserved("exchange", &name)?;
                self.exchanges.insert(name, wanted);
                Ok(())
            }
        }
    }

    pub(crate) fn delete_exchange(&mut self, delete: &exchange::Delete<'_>) -> Result<()> {
        let name = delete.exchange.to_string();
        if name.starts_with("amq.") {
            return Err(Refusal::access(format_args!("deletion of system exchange '{name}' in vhost '/' not allowed")));
        }
        match self.exchange(&name) {
            Ok(exchange) if delete.if_unused && !exchange.bindings.is_empty() => {
                Err(Refusal::precondition(format_args!("exchange '{name}' in vhost '/' in use")))
            }
            // One that is not there is gone already.
            Err(refusal) if refusal.code != ReplyCode::NotFound => Err(refusal),
            _ => {
                self.exchanges.remove(&name);
                self.unbind_all(false, &name);
                Ok(())
            }
        }
    }

    pub(crate) fn exchange(&mut self, name: &str) -> Result<&mut Exchange> {
        if name.is_empty() {
            return Err(Refusal::access("operation not permitted on the default exchange"));
        }
        self.exchanges.get_mut(name).ok_or_else(|| Refusal::not_found("exchange", name))
    }

    /// Binds a queue, which was looked for, or an exchange.
    pub(crate) fn bind(&mut self, binding: std::result::Result<Binding, EncodeError>) -> Result<()> {
        let binding = binding.map_err(Refusal::precondition)?;
        let (source, to) = (binding.get().exchange.to_string(), binding.get().queue.to_string());
        self.exchange(&source)?;
        if !binding.to_queue {
            self.exchange(&to)?;
        }
        let exchange = self.exchange(&source)?;
        if !exchange.bindings.contains(&binding) {
            exchange.bindings.push(binding);
        }
        Ok(())
    }

    pub(crate) fn unbind(&mut self, binding: std::result::Result<Binding, EncodeError>) {
        if let Ok(binding) = binding {
            let source = binding.get().exchange.to_string();
            self.unbind_where(|exchange, other| exchange == source && *other == binding);
        }
    }

    /// Ends the bindings to a queue, or to an exchange, that is gone.
    fn unbind_all(&mut self, to_queue: bool, name: &str) {
        self.unbind_where(|_, binding| binding.to_queue == to_queue && binding.get().queue == name);
    }

    /// Ends bindings, and the exchanges that end with their last one; and so on with those bound to these.
    fn unbind_where(&mut self, ends: impl Fn(&str, &Binding) -> bool) {
        let mut gone = BTreeSet::new();
        loop {
            let before = gone.len();
            self.exchanges.retain(|name, exchange| {
                let had = exchange.bindings.len();
                let lost = |to: &Binding| !to.to_queue && gone.contains(&to.get().queue.to_string());
                exchange.bindings.retain(|binding| !ends(name, binding) && !lost(binding));
                let stays = exchange.bindings.len() == had || !exchange.bindings.is_empty() || !exchange.auto_delete;
                if !stays {
                    gone.insert(name.clone());
                }
                stays
            });
            if gone.len() == before {
                return;
            }
        }
    }

    // --- queues --------------------------------------------------------------------------------------------------

    /// The queue's name: one of the broker's own choice if it has none.
    pub(crate) fn declare_queue(&mut self, connection: u64, declare: &queue::Declare<'_>) -> Result<String> {
        let mut name = declare.queue.to_string();
        if declare.passive {
            return self.queue(connection, &name).map(|_| name);
        }
        if let Ok(queue) = self.queue(connection, &name) {
            return queue.check(declare).map(|()| name);
        }
        reserved("queue", &name)?;
        if name.is_empty() {
            self.named += 1;
            name = format!("amq.gen-{}", self.named);
        }
        let ttl = declare.arguments.get("x-message-ttl");
        if ttl.is_some_and(|ttl| ttl.as_i64().is_none_or(|ttl| ttl < 0)) {
            return Err(Refusal::precondition(format_args!(
                "invalid arg 'x-message-ttl' for queue '{name}' in vhost '/'"
            )));
        }
        let owner = declare.exclusive.then_some(connection);
        let queue = Queue::new(&name, owner, declare).map_err(Refusal::precondition)?;
        self.queues.insert(name.clone(), queue);
        Ok(name)
    }

    /// A queue that this connection may use.
    pub(crate) fn queue(&mut self, connection: u64, name: &str) -> Result<&mut Queue> {
        let queue = self.queues.get_mut(name).ok_or_else(|| Refusal::not_found("queue", name))?;
        match queue.owner {
            Some(owner) if owner != connection => Err(Refusal::locked(name)),
            _ => Ok(queue),
        }
    }

    pub(crate) fn delete_queue(&mut self, connection: u64, name: &str, delete: &queue::Delete<'_>) -> Result<u32> {
        match self.queue(connection, name) {
            // One that is not there is gone already.
            Err(refusal) if refusal.code == ReplyCode::NotFound => return Ok(0),
            Err(refusal) => return Err(refusal),
            Ok(queue) if delete.if_unused && !queue.subscribers().is_empty() => {
                return Err(Refusal::precondition(format_args!("queue '{name}' in vhost '/' in use")));
            }
            Ok(queue) if delete.if_empty && queue.len() > 0 => {
                return Err(Refusal::precondition(format_args!("queue '{name}' in vhost '/' not empty")));
            }
            Ok(_) => {}
        }
        Ok(self.remove_queue(name))
    }

    fn remove_queue(&mut self, name: &str) -> u32 {
        let Some(queue) = self.queues.remove(name) else { return 0 };
        self.cancelled.extend(queue.subscribers());
        self.unbind_all(true, name);
        queue.len()
    }

    pub(crate) fn unsubscribe(&mut self, name: &str, subscriber: Subscriber) {
        if self.queues.get_mut(name).is_some_and(|queue| queue.unsubscribe(subscriber)) {
            self.remove_queue(name);
        }
    }

    /// The connection is over, and the queues that it had for itself.
    pub(crate) fn connection_ended(&mut self, connection: u64) {
        let its = |queue: &&Queue| queue.owner == Some(connection);
        let gone: Vec<_> = self.queues.values().filter(its).map(|queue| Arc::clone(&queue.name)).collect();
        for name in gone {
            self.remove_queue(&name);
        }
    }

    pub(crate) fn queues(&mut self) -> impl Iterator<Item = &mut Queue> {
        self.queues.values_mut()
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Whether a message can be published to its exchange.
    pub(crate) fn can_publish(&self, message: &Message) -> Result<()> {
        let name = message.exchange.as_str();
        let expiration = message.properties().expiration().map(|ttl| ttl.to_string());
        if let Some(ttl) = expiration.filter(|ttl| ttl.parse::<u32>().is_err()) {
            return Err(Refusal::precondition(format_args!("invalid expiration '{ttl}': no_integer")));
        }
        match self.exchanges.get(name) {
            None if !name.is_empty() => Err(Refusal::not_found("exchange", name)),
            Some(exchange) if exchange.internal => {
                Err(Refusal::access(format_args!("cannot publish to internal exchange '{name}' in vhost '/'")))
            }
            _ => Ok(()),
        }
    }

    /// Puts a message into each queue that it is for, once. Whether there was one.
    pub(crate) fn publish(&mut self, now: Instant, message: &Arc<Message>) -> bool {
        let mut routed = false;
        for name in self.route(message) {
            if let Some(queue) = self.queues.get_mut(&name) {
                queue.push(now, message);
                routed = true;
            }
        }
        routed
    }

    /// The names of the queues that a message is for: from exchange to exchange, each of them once.
    fn route(&self, message: &Message) -> BTreeSet<String> {
        if message.exchange.is_empty() {
            return String::from_utf8(message.routing_key.clone()).into_iter().collect();
        }
        let (mut queues, mut exchanges) = (BTreeSet::new(), vec![message.exchange.clone()]);
        let mut at = 0;
        while let Some(name) = exchanges.get(at) {
            at += 1;
            let Some(exchange) = self.exchanges.get(name) else { continue };
            for binding in exchange.takes(message) {
                let to = binding.get().queue.to_string();
                if binding.to_queue {
                    queues.insert(to);
                } else if !exchanges.contains(&to) {
                    exchanges.push(to);
                }
            }
        }
        queues
    }

    /// Takes back what was not acknowledged. If the queue is gone so are its messages.
    pub(crate) fn put_back(&mut self, held: Held) {
        let queue = self.queues.get_mut(&*held.queue).filter(|queue| Arc::ptr_eq(&queue.name, &held.queue));
        if let Some(queue) = queue {
            queue.put_back(held.stored);
        }
    }

    /// Sends on what was refused or has expired, if its queue says where to.
    pub(crate) fn dead_letter(&mut self, now: Instant, held: &Held, reason: &str) {
        let Some((exchange, key)) = self.queues.get(&*held.queue).and_then(Queue::dead_letters) else { return };
        if let Some(message) = held.stored.message.died(reason, &held.queue, &exchange, key.as_deref()) {
            self.publish(now, &Arc::new(message));
        }
    }

    pub(crate) fn expire(&mut self, now: Instant) {
        let due = |queue: &mut Queue| queue.expires().is_some_and(|at| at <= now).then(|| queue.take()).flatten();
        loop {
            let dead: Vec<_> = self.queues().filter_map(due).collect();
            if dead.is_empty() {
                return;
            }
            dead.iter().for_each(|held| self.dead_letter(now, held, "expired"));
        }
    }
}

/// Names that begin like the broker's own are not for others.
fn reserved(what: &str, name: &str) -> Result<()> {
    if name.starts_with("amq.") {
        return Err(Refusal::access(format_args!("{what} name '{name}' contains reserved prefix 'amq.*'")));
    }
    Ok(())
}
