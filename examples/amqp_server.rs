//! A small AMQP broker on std threads: direct, topic and fanout exchanges, queues in memory, prefetch, acknowledgements and
//! requeueing, confirms, returns.
//!
//! ```text
//! amqp_server [ADDRESS]        default 127.0.0.1:5672
//! ```
//!
//! Anybody may log in. A connection looks for work every few milliseconds, which keeps the example short.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "an example, for people")]

#[path = "support/exchanges.rs"]
mod exchanges;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Clock};

use exchanges::{Broker, Message};
use fourwire::Instant;
use fourwire::amqp::{
    Channel, Config, ContentHeader, Entry, Method, MethodId, ReplyCode, Request, Server, Session, Settled, Table,
    Value, basic, confirm, connection, exchange, queue, tx,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:5672".to_owned());
    let listener = TcpListener::bind(&address)?;
    println!("listening on {}", listener.local_addr()?);
    let broker = Arc::new(Mutex::new(Broker::new()));
    for socket in listener.incoming() {
        let (socket, broker) = (socket?, Arc::clone(&broker));
        std::thread::spawn(move || {
            let mut connection = Connection::new(broker);
            if let Err(error) = connection.run(socket) {
                println!("a connection ends: {error}");
            }
            connection.requeue(|_| true);
        });
    }
    Ok(())
}

/// A consumer of this connection.
struct Consumer {
    channel: Channel,
    tag: String,
    queue: String,
    no_ack: bool,
}

/// A message that is being published.
struct Incoming {
    publish: (String, String, bool),
    number: Option<u64>,
    properties: Vec<u8>,
    body: Vec<u8>,
}

struct Connection {
    server: Server,
    broker: Arc<Mutex<Broker>>,
    out: Vec<u8>,
    started: Clock,
    consumers: Vec<Consumer>,
    /// How many deliveries a channel takes before it acknowledges; 0 is no limit.
    prefetch: BTreeMap<Channel, u16>,
    incoming: BTreeMap<Channel, Incoming>,
    /// What was delivered and not acknowledged, and where it came from.
    outstanding: BTreeMap<(Channel, u64), (String, Arc<Message>)>,
    last_queue: String,
}

impl Connection {
    fn new(broker: Arc<Mutex<Broker>>) -> Self {
        Self {
            server: Server::new(Instant::ZERO, Config::default(), Session::new()),
            broker,
            out: Vec::new(),
            started: Clock::now(),
            consumers: Vec::new(),
            prefetch: BTreeMap::new(),
            incoming: BTreeMap::new(),
            outstanding: BTreeMap::new(),
            last_queue: String::new(),
        }
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    fn run(&mut self, mut socket: TcpStream) -> Result<()> {
        socket.set_read_timeout(Some(Duration::from_millis(5)))?;
        let (mut buffer, mut filled) = (vec![0; 1 << 20], 0);
        while !self.server.is_closed() {
            let Some(room) = buffer.get_mut(filled..) else { break };
            match socket.read(room) {
                Ok(0) => return Ok(()),
                Ok(n) => filled += n,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error.into()),
            }
            self.server.timeout(self.now(), &mut self.out)?;
            let mut input = buffer.get(..filled).unwrap_or_default();
            loop {
                match self.server.receive(self.now(), input, &mut self.out) {
                    Ok(Some((request, used))) => {
                        input = input.get(used..).unwrap_or_default();
                        self.request(request)?;
                    }
                    Ok(None) => break,
                    Err(error) => {
                        // What there was to say about it is in the output.
                        socket.write_all(&self.out)?;
                        return Err(error.into());
                    }
                }
            }
            let used = filled - input.len();
            buffer.copy_within(used..filled, 0);
            filled -= used;
            self.deliver()?;
            socket.write_all(&self.out)?;
            self.out.clear();
        }
        Ok(())
    }

    fn request(&mut self, request: Request<'_>) -> Result<()> {
        let now = self.now();
        match request {
            Request::Hello => {
                let able = ["publisher_confirms", "basic.nack", "consumer_cancel_notify"];
                let able = able.map(|name| Entry::new(name, Value::Bool(true)));
                let properties = [
                    Entry::new("product", Value::text("fourwire's example")),
                    Entry::new("capabilities", Value::Table(Table::new(&able))),
                ];
                let server_properties = Table::new(&properties);
                let start = connection::Start { mechanisms: b"PLAIN", server_properties, ..self.server.introduction() };
                self.server.start(now, &start, &mut self.out)?;
            }
            Request::Login(_) => self.server.tune(now, &mut self.out)?,
            Request::Open(_) => self.server.accept(now, &mut self.out)?,
            Request::Call(channel, method) => self.call(channel, &method)?,
            Request::Publish(channel, publish, number) => {
                let publish = (publish.exchange.to_string(), publish.routing_key.to_string(), publish.mandatory);
                let incoming = Incoming { publish, number, properties: Vec::new(), body: Vec::new() };
                self.incoming.insert(channel, incoming);
            }
            Request::Header(channel, header) => {
                if let Some(incoming) = self.incoming.get_mut(&channel) {
                    // The header as it came is kept: it is decoded again for each delivery.
                    fourwire::amqp::Frame::Header(1, header).encode(0, &mut incoming.properties)?;
                }
                if header.body_size == 0 {
                    self.published(channel)?;
                }
            }
            Request::Body(channel, bytes, remaining) => {
                if let Some(incoming) = self.incoming.get_mut(&channel) {
                    incoming.body.extend_from_slice(bytes);
                }
                if remaining == 0 {
                    self.published(channel)?;
                }
            }
            Request::Acknowledged(channel, settled) => drop(self.settle(channel, settled)),
            Request::Rejected(channel, settled, requeue) => {
                let messages = self.settle(channel, settled);
                if requeue {
                    self.broker.lock().unwrap().put_back(messages);
                }
            }
            Request::Recover(channel, Some(settled)) => {
                let messages = self.settle(channel, settled);
                self.broker.lock().unwrap().put_back(messages);
            }
            Request::ChannelClosed(channel, _) | Request::ChannelRefused(channel, _) => {
                self.consumers.retain(|consumer| consumer.channel != channel);
                self.requeue(|of| of == channel);
            }
            _ => {}
        }
        Ok(())
    }

    fn call(&mut self, channel: Channel, method: &Method<'_>) -> Result<()> {
        let now = self.now();
        let mut broker = self.broker.lock().unwrap();
        let out = &mut self.out;
        let named = |queue: &str, last: &str| if queue.is_empty() { last.to_owned() } else { queue.to_owned() };
        let answer: Method<'_> = match method {
            Method::ExchangeDeclare(call) => {
                broker.declare_exchange(&call.exchange.to_string(), &call.kind.to_string());
                exchange::DeclareOk {}.into()
            }
            Method::ExchangeDelete(call) => {
                broker.delete_exchange(&call.exchange.to_string());
                exchange::DeleteOk {}.into()
            }
            Method::QueueDeclare(call) => {
                let name = call.queue.to_string();
                if call.passive && !broker.has_queue(&name) {
                    let text = format!("NOT_FOUND - no queue '{name}'");
                    let id = Some(MethodId::QueueDeclare);
                    return Ok(self.server.close_channel(
                        now,
                        channel,
                        ReplyCode::NotFound,
                        text.as_str().into(),
                        id,
                        out,
                    )?);
                }
                self.last_queue = broker.declare_queue(&name);
                let message_count = broker.len(&self.last_queue);
                let declare_ok =
                    queue::DeclareOk { queue: self.last_queue.as_str().into(), message_count, consumer_count: 0 };
                if !call.no_wait {
                    self.server.answer(now, channel, declare_ok, out)?;
                }
                return Ok(());
            }
            Method::QueueBind(call) => {
                let queue = named(&call.queue.to_string(), &self.last_queue);
                broker.bind(&call.exchange.to_string(), &queue, &call.routing_key.to_string());
                queue::BindOk {}.into()
            }
            Method::QueueUnbind(call) => {
                broker.unbind(&call.exchange.to_string(), &call.queue.to_string(), &call.routing_key.to_string());
                queue::UnbindOk {}.into()
            }
            Method::QueuePurge(call) => queue::PurgeOk { message_count: broker.purge(&call.queue.to_string()) }.into(),
            Method::QueueDelete(call) => {
                queue::DeleteOk { message_count: broker.delete_queue(&call.queue.to_string()) }.into()
            }
            Method::BasicQos(call) => {
                self.prefetch.insert(channel, call.prefetch_count);
                basic::QosOk {}.into()
            }
            Method::BasicConsume(call) => {
                let queue = named(&call.queue.to_string(), &self.last_queue);
                if !broker.has_queue(&queue) {
                    let text = format!("NOT_FOUND - no queue '{queue}'");
                    let id = Some(MethodId::BasicConsume);
                    return Ok(self.server.close_channel(
                        now,
                        channel,
                        ReplyCode::NotFound,
                        text.as_str().into(),
                        id,
                        out,
                    )?);
                }
                let mut tag = call.consumer_tag.to_string();
                if tag.is_empty() {
                    tag = format!("ctag-{}-{}", channel.number(), self.consumers.len());
                }
                if !call.no_wait {
                    let consume_ok = basic::ConsumeOk { consumer_tag: tag.as_str().into() };
                    self.server.answer(now, channel, consume_ok, out)?;
                }
                self.consumers.push(Consumer { channel, tag, queue, no_ack: call.no_ack });
                return Ok(());
            }
            Method::BasicCancel(call) => {
                let tag = call.consumer_tag.to_string();
                self.consumers.retain(|consumer| consumer.channel != channel || consumer.tag != tag);
                basic::CancelOk { consumer_tag: call.consumer_tag }.into()
            }
            Method::BasicGet(call) => {
                let queue = call.queue.to_string();
                let Some(message) = broker.take(&queue) else {
                    return Ok(self.server.answer(now, channel, basic::GetEmpty {}, out)?);
                };
                let got = basic::GetOk {
                    redelivered: message.redelivered,
                    exchange: message.exchange.as_str().into(),
                    routing_key: message.routing_key.as_str().into(),
                    message_count: broker.len(&queue),
                    ..Default::default()
                };
                let (properties, body) = (message.header().properties, message.body.as_slice());
                let tag = self.server.get_ok(now, channel, &got, call.no_ack, properties, body, out)?;
                if !call.no_ack {
                    self.outstanding.insert((channel, tag.number()), (queue, message));
                }
                return Ok(());
            }
            Method::ConfirmSelect(_) => confirm::SelectOk {}.into(),
            Method::TxSelect(_) => tx::SelectOk {}.into(),
            other => {
                let id = other.id();
                let text = format!("NOT_IMPLEMENTED - {id}");
                return Ok(self.server.close(now, ReplyCode::NotImplemented, text.as_str().into(), out)?);
            }
        };
        drop(broker);
        match self.server.answer(now, channel, answer, out) {
            // Nobody waits for it.
            Err(fourwire::amqp::SendError::OutOfOrder | fourwire::amqp::SendError::Method(_)) => Ok(()),
            sent => Ok(sent?),
        }
    }

    /// A message is whole: it goes to its queues, or back; and it is confirmed.
    fn published(&mut self, channel: Channel) -> Result<()> {
        let Some(incoming) = self.incoming.remove(&channel) else { return Ok(()) };
        let (exchange, routing_key, mandatory) = incoming.publish;
        let message =
            Message { exchange, routing_key, header: incoming.properties, body: incoming.body, redelivered: false };
        let (now, message) = (self.now(), Arc::new(message));
        let routed = self.broker.lock().unwrap().publish(&message);
        if !routed && mandatory {
            let returned = basic::Return {
                reply_code: ReplyCode::NoRoute,
                reply_text: "NO_ROUTE".into(),
                exchange: message.exchange.as_str().into(),
                routing_key: message.routing_key.as_str().into(),
            };
            let ContentHeader { properties, .. } = message.header();
            self.server.send_back(now, channel, &returned, properties, &message.body, &mut self.out)?;
        }
        if let Some(number) = incoming.number {
            self.server.confirm(now, channel, number, false, &mut self.out)?;
        }
        Ok(())
    }

    /// Gives consumers what is there for them, as much as they take.
    fn deliver(&mut self) -> Result<()> {
        let now = self.now();
        for consumer in &self.consumers {
            let most = self.prefetch.get(&consumer.channel).copied().unwrap_or_default();
            let most = if most == 0 { 256 } else { u32::from(most).min(256) };
            while consumer.no_ack || self.server.unacknowledged_count(consumer.channel) < most {
                let Some(message) = self.broker.lock().unwrap().take(&consumer.queue) else { break };
                let deliver = basic::Deliver {
                    consumer_tag: consumer.tag.as_str().into(),
                    redelivered: message.redelivered,
                    exchange: message.exchange.as_str().into(),
                    routing_key: message.routing_key.as_str().into(),
                    ..Default::default()
                };
                let ContentHeader { properties, .. } = message.header();
                let (channel, no_ack) = (consumer.channel, consumer.no_ack);
                match self.server.deliver(now, channel, &deliver, no_ack, properties, &message.body, &mut self.out) {
                    Ok(tag) if !no_ack => {
                        self.outstanding.insert((channel, tag.number()), (consumer.queue.clone(), message));
                    }
                    Ok(_) => {}
                    Err(_) => {
                        self.broker.lock().unwrap().put_back(vec![(consumer.queue.clone(), message)]);
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// What these tags stand for is not outstanding any more.
    fn settle(&mut self, channel: Channel, settled: Settled) -> Vec<(String, Arc<Message>)> {
        let tags: Vec<_> =
            self.outstanding.range((channel, settled.first)..=(channel, settled.last)).map(|(tag, _)| *tag).collect();
        tags.iter().filter_map(|tag| self.outstanding.remove(tag)).collect()
    }

    /// Gives back what these channels have not acknowledged.
    fn requeue(&mut self, of: impl Fn(Channel) -> bool) {
        let tags: Vec<_> = self.outstanding.keys().filter(|(channel, _)| of(*channel)).copied().collect();
        let messages = tags.iter().filter_map(|tag| self.outstanding.remove(tag)).collect();
        self.broker.lock().unwrap().put_back(messages);
    }
}
