//! One connection: its machine, and the books of what was delivered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use bytes::Buf;
use fourwire::amqp::{
    Assembler, Capabilities, Channel, Config, Consumer, Credentials, Deliveries, Entry, MethodId, ReplyCode, Request,
    Server, Session, Settled, ShortStr, Table, Value, basic, connection,
};
use fourwire::{Gather, Instant, Output};

use crate::broker::Broker;
use crate::message::Published;
use crate::queue::{Held, Stored};
use crate::refusal::{Refusal, Result};

/// The largest message that is taken.
const LARGEST: u64 = 16 << 20;
/// With as much that is not written yet, a connection gets no more messages.
const UNSENT: usize = 1 << 20;

pub(crate) struct Connection {
    pub(crate) id: u64,
    pub(crate) server: Server,
    /// What came, and is not a whole frame yet.
    input: Vec<u8>,
    pub(crate) out: Gather,
    writer: Sender<Gather>,
    unsent: usize,
    incoming: Assembler,
    pub(crate) deliveries: Deliveries<Held, Arc<str>>,
    /// The queue that a channel declared last: calls without a name mean it.
    pub(crate) declared: BTreeMap<Channel, String>,
    /// What is done when a transaction is committed.
    pub(crate) uncommitted: BTreeMap<Channel, Vec<Step>>,
    /// Whether the client can be told that a consumer's queue is gone.
    able: Capabilities,
}

/// A part of a transaction.
pub(crate) enum Step {
    Publish(Published),
    Acknowledge(Settled),
    Reject(Settled, bool),
}

impl Connection {
    pub(crate) fn new(id: u64, now: Instant, writer: Sender<Gather>) -> Self {
        Self {
            id,
            server: Server::new(now, Config::default(), Session::new()),
            input: Vec::new(),
            out: Gather::new(),
            writer,
            unsent: 0,
            incoming: Assembler::new(LARGEST),
            deliveries: Deliveries::new(),
            declared: BTreeMap::new(),
            uncommitted: BTreeMap::new(),
            able: Capabilities::default(),
        }
    }

    /// Takes all frames that are there.
    pub(crate) fn receive(&mut self, now: Instant, broker: &mut Broker, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
        let (input, mut used) = (std::mem::take(&mut self.input), 0);
        loop {
            match self.server.receive(now, &input[used..], &mut self.out) {
                Ok(Some((request, len))) => {
                    used += len;
                    if let Err(refusal) = self.request(now, broker, &request) {
                        self.refuse(now, broker, &request, &refusal);
                    }
                }
                Ok(None) => break,
                // What there is to say about it is in the output; the connection is over.
                Err(error) => break println!("connection {}: {error}", self.id),
            }
        }
        self.input = input;
        self.input.drain(..used);
    }

    fn request(&mut self, now: Instant, broker: &mut Broker, request: &Request<'_>) -> Result<()> {
        match *request {
            Request::Hello => {
                let introduction = self.server.introduction();
                let mut who: Vec<_> = introduction.server_properties.iter().collect();
                who.push(Entry::new("product", Value::text("fourwire's amqp_server")));
                let start = connection::Start { server_properties: Table::new(&who), ..introduction };
                self.server.start(now, &start, &mut self.out)?;
            }
            Request::Login(start_ok) => self.login(now, &start_ok)?,
            Request::Open(vhost) if vhost == "/" => self.server.accept(now, &mut self.out)?,
            Request::Open(vhost) => {
                return Err(Refusal::new(ReplyCode::NotAllowed, format_args!("vhost {vhost} not found")));
            }
            Request::UpdateSecret(_) => self.server.secret_updated(now, &mut self.out)?,
            Request::Call(channel, call) => self.call(now, broker, channel, &call)?,
            Request::Acknowledged(channel, settled) => self.step(now, broker, channel, Step::Acknowledge(settled))?,
            Request::Rejected(channel, settled, requeue) => {
                self.step(now, broker, channel, Step::Reject(settled, requeue))?;
            }
            Request::Recover(channel, _) => {
                let back = self.deliveries.recover(channel, self.server.unacknowledged(channel));
                back.into_iter().for_each(|held| broker.put_back(held));
            }
            Request::ChannelClosed(channel, _) | Request::ChannelRefused(channel, _) => {
                self.end_channel(broker, channel);
            }
            Request::Closed(close) if close.reply_code != ReplyCode::Success => {
                println!("connection {}: the client closes it: {}", self.id, close.reply_text);
            }
            _ => {}
        }
        // A message is whole with its header, if it has no body, or with the last piece of its body.
        let whole = self.incoming.request(request).map_err(|error| {
            let (is, most) = (error.body_size, LARGEST);
            Refusal::precondition(format_args!("message size {is} is larger than configured max size {most}"))
        })?;
        let Some(whole) = whole else { return Ok(()) };
        let (channel, Some(published)) = (whole.channel, Published::new(&whole)) else { return Ok(()) };
        broker.can_publish(&published.message)?;
        self.step(now, broker, channel, Step::Publish(published))
    }

    fn login(&mut self, now: Instant, start_ok: &connection::StartOk<'_>) -> Result<()> {
        let known = Credentials { user_name: "guest", password: "guest" };
        if Credentials::from_start_ok(start_ok) != Some(known) {
            let why = format!(
                "Login was refused using authentication mechanism {}. For details see the broker logfile.",
                start_ok.mechanism
            );
            return Err(Refusal::access(why));
        }
        let properties = start_ok.client_properties;
        self.able = Capabilities::of(&properties);
        let text = |key| properties.get(key).and_then(|value| value.as_text());
        let name = text("connection_name").or(text("product")).unwrap_or("somebody");
        println!("connection {}: {} as {}", self.id, name, known.user_name);
        Ok(self.server.tune(now, &mut self.out)?)
    }

    /// Does a part of a transaction later, and what is in none at once.
    fn step(&mut self, now: Instant, broker: &mut Broker, channel: Channel, step: Step) -> Result<()> {
        if self.server.has_transactions(channel) {
            self.uncommitted.entry(channel).or_default().push(step);
            return Ok(());
        }
        self.take_step(now, broker, channel, step)
    }

    pub(crate) fn take_step(&mut self, now: Instant, broker: &mut Broker, channel: Channel, step: Step) -> Result<()> {
        match step {
            Step::Publish(published) => self.publish(now, broker, channel, &published)?,
            Step::Acknowledge(settled) => self.deliveries.settle(channel, settled).for_each(drop),
            Step::Reject(settled, true) => {
                self.deliveries.settle(channel, settled).for_each(|held| broker.put_back(held));
            }
            Step::Reject(settled, false) => {
                let dead = self.deliveries.settle(channel, settled);
                dead.for_each(|held| broker.dead_letter(now, &held, "rejected"));
            }
        }
        Ok(())
    }

    /// A message goes to its queues, or back; and it is confirmed.
    fn publish(&mut self, now: Instant, broker: &mut Broker, channel: Channel, published: &Published) -> Result<()> {
        let message = &published.message;
        if !broker.publish(now, message) && published.mandatory {
            let returned = basic::Return {
                reply_code: ReplyCode::NoRoute,
                reply_text: "NO_ROUTE".into(),
                exchange: message.exchange.as_str().into(),
                routing_key: ShortStr::new(&message.routing_key),
            };
            self.out.lend(&message.body);
            self.server.send_back(now, channel, &returned, message.properties(), &message.body, &mut self.out)?;
        }
        if let Some(number) = published.number {
            self.server.confirm(now, channel, number, false, &mut self.out)?;
        }
        Ok(())
    }

    /// Delivers a message to a consumer, if it takes one now.
    pub(crate) fn deliver(&mut self, now: Instant, consumer: Consumer, queue: &Arc<str>, stored: &Stored) -> bool {
        let Some(consumer_tag) = self.deliveries.consumer_tag(consumer) else { return false };
        if self.deliveries.credit(consumer) == 0 || self.unsent + self.out.remaining() > UNSENT {
            return false;
        }
        let (message, no_ack) = (&stored.message, self.deliveries.no_ack(consumer));
        let deliver = basic::Deliver {
            consumer_tag,
            redelivered: stored.redelivered,
            exchange: message.exchange.as_str().into(),
            routing_key: ShortStr::new(&message.routing_key),
            ..Default::default()
        };
        let (channel, properties) = (consumer.channel(), message.properties());
        self.out.lend(&message.body);
        let sent = self.server.deliver(now, channel, &deliver, no_ack, properties, &message.body, &mut self.out);
        // The client may have asked to stop, or is just closing.
        let Ok(tag) = sent else { return false };
        self.deliveries.delivered(consumer, tag, Held { queue: Arc::clone(queue), stored: stored.clone() });
        true
    }

    /// A consumer's queue is gone.
    pub(crate) fn cancelled(&mut self, now: Instant, consumer: Consumer) {
        let Some((tag, _)) = self.deliveries.remove(consumer) else { return };
        if self.able.consumer_cancel_notify {
            // If the channel is just closing it needs no telling.
            let _ = self.server.cancel(now, consumer.channel(), ShortStr::new(&tag), &mut self.out);
        }
    }

    // --- the end -------------------------------------------------------------------------------------------------

    /// Closes the channel, or the connection, as the reply code says.
    fn refuse(&mut self, now: Instant, broker: &mut Broker, request: &Request<'_>, refusal: &Refusal) {
        println!("connection {}: {}", self.id, refusal.text);
        let text = ShortStr::from(refusal.text.as_str());
        let about = match *request {
            Request::Call(channel, call) => Some((channel, call.id())),
            Request::Header(channel, _) | Request::Body(channel, ..) => Some((channel, MethodId::BasicPublish)),
            _ => None,
        };
        // If it cannot be told, it is over already.
        let _ = match about {
            Some((channel, method)) => {
                if !refusal.code.is_hard() {
                    self.end_channel(broker, channel);
                }
                self.server.refuse_call(now, channel, method, refusal.code, text, &mut self.out)
            }
            None => self.server.close(now, refusal.code, text, &mut self.out),
        };
    }

    fn end_channel(&mut self, broker: &mut Broker, channel: Channel) {
        self.declared.remove(&channel);
        self.uncommitted.remove(&channel);
        let consumers = self.deliveries.consumers(channel);
        let gone: Vec<_> = consumers.map(|(consumer, queue)| (consumer, Arc::clone(queue))).collect();
        self.deliveries.end(channel).for_each(|held| broker.put_back(held));
        for (consumer, queue) in gone {
            broker.unsubscribe(&queue, (self.id, consumer));
        }
    }

    /// The connection is over: what it had goes back.
    pub(crate) fn end(mut self, broker: &mut Broker) {
        self.write();
        let gone: Vec<_> = self.deliveries.all().map(|(consumer, queue)| (consumer, Arc::clone(queue))).collect();
        self.deliveries.into_values().for_each(|held| broker.put_back(held));
        for (consumer, queue) in gone {
            broker.unsubscribe(&queue, (self.id, consumer));
        }
        broker.connection_ended(self.id);
    }

    /// Does what is due. Whether the connection goes on.
    pub(crate) fn timeout(&mut self, now: Instant) -> bool {
        if let Err(error) = self.server.timeout(now, &mut self.out) {
            println!("connection {}: {error}", self.id);
        }
        !self.server.is_closed()
    }

    /// Hands the output to the thread that writes.
    pub(crate) fn write(&mut self) {
        if !self.out.is_empty() {
            self.unsent += self.out.remaining();
            // If nobody listens the reader is about to say that the connection is gone.
            let _ = self.writer.send(std::mem::take(&mut self.out));
        }
    }

    pub(crate) fn written(&mut self, len: usize) {
        self.unsent -= len;
    }
}
