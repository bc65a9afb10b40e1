//! One connection: its machine, and the books of what was delivered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use bytes::Buf;
use fourwire::stomp::{
    Accept, Asked, Config, Delivery, Farewell, Frame, Headers, HeartBeat, Leniencies, Limits, Login, Outcome, Request,
    SendError, Server, Session, Subscription, Transaction, Versions,
};
use fourwire::{Gather, Instant, Output};

use crate::broker::{Broker, Destination};
use crate::message::Message;
use crate::queue::{Held, Name, Stored};
use crate::socket::Written;

/// The largest body that is taken.
const LARGEST: u32 = 16 << 20;
/// With as much that is not written yet, a connection gets no more messages.
const UNSENT: usize = 1 << 20;

pub(crate) struct Connection {
    id: u64,
    pub(crate) server: Server<Held>,
    /// What came, and is not a whole frame yet.
    input: Vec<u8>,
    out: Gather,
    writer: Sender<Written>,
    unsent: usize,
    subscriptions: BTreeMap<Subscription, Subscribed>,
    transactions: BTreeMap<Transaction, Uncommitted>,
}

struct Subscribed {
    queue: Arc<Name>,
    /// How many messages it takes at once.
    prefetch: usize,
}

/// What is done when a transaction is committed. (What was acknowledged in it is the machine's affair.)
#[derive(Default)]
struct Uncommitted {
    sent: Vec<(Destination, Arc<Message>)>,
    /// Whether what was refused is to come again.
    requeue: BTreeMap<Delivery, bool>,
}

/// Why the connection is ended: in short, and at length.
struct Refusal(&'static str, String);

type Result = std::result::Result<(), Refusal>;

impl Connection {
    pub(crate) fn new(id: u64, now: Instant, versions: Versions, writer: Sender<Written>) -> Self {
        let config = Config {
            versions,
            limits: Limits { body: LARGEST, ..Limits::default() },
            // StompJs does not escape in 1.1, and whoever types frames into telnet writes CR LF. Other brokers take both.
            leniencies: Leniencies { raw_colons: true, carriage_returns: true, ..Leniencies::default() },
            // As often as the client asks for, and ten times a second at most.
            heart_beat: HeartBeat::every(Duration::from_millis(100)),
            ..Config::default()
        };
        Self {
            id,
            server: Server::new(now, config, Session::new()),
            input: Vec::new(),
            out: Gather::new(),
            writer,
            unsent: 0,
            subscriptions: BTreeMap::new(),
            transactions: BTreeMap::new(),
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
                    if let Err(Refusal(message, why)) = self.request(now, broker, &request) {
                        println!("connection {}: {message}: {why}", self.id);
                        let receipt = request.receipt();
                        let farewell = Farewell { body: why.as_bytes(), receipt, ..Farewell::new(message) };
                        // If it cannot be told, it is over already.
                        let _ = self.server.error(now, &farewell, &mut self.out);
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

    fn request(&mut self, now: Instant, broker: &mut Broker, request: &Request<'_>) -> Result {
        let mut requeue = BTreeMap::new();
        match request {
            Request::Connect(login) => self.login(now, login)?,
            Request::Send(asked) => self.send(broker, asked)?,
            Request::Subscribe(subscription, _, asked) => self.subscribe(broker, *subscription, &asked.frame)?,
            Request::Nack(delivery, asked) => {
                let again = asked.frame.get("requeue").is_none_or(|requeue| requeue != "false");
                let transaction =
                    asked.transaction.map(|transaction| self.transactions.entry(transaction).or_default());
                transaction.map_or(&mut requeue, |transaction| &mut transaction.requeue).insert(*delivery, again);
            }
            Request::Commit(transaction, _) => {
                let uncommitted = self.transactions.remove(transaction).unwrap_or_default();
                uncommitted.sent.iter().for_each(|(destination, message)| broker.publish(destination, message));
                requeue = uncommitted.requeue;
            }
            Request::Abort(transaction, _) => drop(self.transactions.remove(transaction)),
            _ => {}
        }
        for settled in self.server.settled() {
            let is_back = match settled.outcome {
                Outcome::Acknowledged => false,
                // Which NACK it was: the next that was for this or a later message of the subscription.
                Outcome::Refused => requeue.range(settled.delivery..).next().is_none_or(|(_, requeue)| *requeue),
                Outcome::Returned => true,
            };
            settled.value.filter(|_| is_back).into_iter().for_each(|held| broker.put_back(held));
        }
        if let Request::Unsubscribe(subscription, asked) = request {
            if let Some(subscribed) = self.subscriptions.remove(subscription) {
                broker.unsubscribe(&subscribed.queue, (self.id, *subscription), is_durable(&asked.frame));
            }
        }
        request.receipt().map_or(Ok(()), |receipt| Ok(self.server.receipt(now, receipt, &mut self.out)?))
    }

    fn login(&mut self, now: Instant, login: &Login<'_>) -> Result {
        let is_guest = |text: Option<fourwire::stomp::Text<'_>>| text.is_some_and(|text| text == "guest");
        let refusal = if !is_guest(login.login()) || !is_guest(login.passcode()) {
            Some(Farewell::new("login or passcode is wrong"))
        } else if login.host().is_some_and(|host| host != "/") {
            Some(Farewell::new("there is no such virtual host"))
        } else {
            None
        };
        if let Some(refusal) = refusal {
            println!("connection {}: {}", self.id, refusal.message);
            return Ok(self.server.refuse(now, &refusal, &mut self.out)?);
        }
        println!("connection {}: STOMP {} as guest", self.id, login.version);
        let session = format!("session-{}", self.id);
        let (session, server) = (Some(session.as_str().into()), Some("fourwire-stomp_server/0.1".into()));
        Ok(self.server.accept(now, &Accept { session, server, ..Accept::default() }, &mut self.out)?)
    }

    fn send(&mut self, broker: &mut Broker, asked: &Asked<'_>) -> Result {
        let (destination, message) = (destination(&asked.frame)?, Arc::new(Message::new(&asked.frame)));
        match asked.transaction {
            Some(transaction) => self.transactions.entry(transaction).or_default().sent.push((destination, message)),
            None => broker.publish(&destination, &message),
        }
        Ok(())
    }

    fn subscribe(&mut self, broker: &mut Broker, subscription: Subscription, frame: &Frame<'_>) -> Result {
        let destination = destination(frame)?;
        let id = frame.get("id").map(|id| id.to_string());
        if is_durable(frame) && id.is_none() {
            return Err(Refusal("a durable subscription needs an id", String::new()));
        }
        let prefetch = match frame.get("prefetch-count").map(|count| count.to_string().parse()) {
            None | Some(Ok(0)) => usize::MAX,
            Some(Ok(count)) => count,
            Some(Err(_)) => return Err(Refusal("prefetch-count is not a number", String::new())),
        };
        let queue = broker.subscribe(destination, id.filter(|_| is_durable(frame)), (self.id, subscription));
        self.subscriptions.insert(subscription, Subscribed { queue, prefetch });
        Ok(())
    }

    /// Delivers a message to a subscriber, if it takes one now.
    pub(crate) fn deliver(
        &mut self,
        now: Instant,
        subscription: Subscription,
        queue: &Arc<Name>,
        stored: &Stored,
    ) -> bool {
        let room = self.subscriptions.get(&subscription).map_or(0, |subscribed| subscribed.prefetch);
        if self.server.unacknowledged_count(subscription) >= room || self.unsent + self.out.remaining() > UNSENT {
            return false;
        }
        let message = &stored.message;
        let headers = message.headers(stored.redelivered);
        let mut deliver = fourwire::stomp::Message {
            destination: message.destination(),
            body: &message.body,
            content_length: message.content_length,
            headers: Headers::new(&headers),
            is_forwarded: true,
        };
        self.out.lend(&message.body);
        let mut sent = self.server.deliver(now, subscription, &deliver, &mut self.out);
        if let Err(SendError::Encode(_)) = sent {
            // Its headers cannot be said in the subscriber's version: it comes without.
            deliver.headers = Headers::EMPTY;
            sent = self.server.deliver(now, subscription, &deliver, &mut self.out);
        }
        // The client may have too many to acknowledge, or is just closing.
        let Ok(delivery) = sent else { return false };
        self.server.keep(delivery, Held { queue: Arc::clone(queue), stored: stored.clone() });
        true
    }

    // --- the end -------------------------------------------------------------------------------------------------

    /// The connection is over: what it had goes back.
    pub(crate) fn end(mut self, broker: &mut Broker) {
        self.write();
        let _ = self.writer.send(Written::End);
        let unsettled = self.server.end().filter(|settled| settled.outcome != Outcome::Acknowledged);
        unsettled.filter_map(|settled| settled.value).for_each(|held| broker.put_back(held));
        for (subscription, subscribed) in self.subscriptions {
            broker.unsubscribe(&subscribed.queue, (self.id, subscription), false);
        }
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
            let _ = self.writer.send(Written::Frames(std::mem::take(&mut self.out)));
        }
    }

    pub(crate) const fn written(&mut self, len: usize) {
        self.unsent -= len;
    }
}

fn destination(frame: &Frame<'_>) -> std::result::Result<Destination, Refusal> {
    let text = frame.get("destination").unwrap_or_default();
    let unknown = || Refusal("unknown destination", format!("'{text}' is neither /queue/… nor /topic/…"));
    Destination::of(text).ok_or_else(unknown)
}

fn is_durable(frame: &Frame<'_>) -> bool {
    frame.get("durable").is_some_and(|durable| durable == "true")
}

/// It cannot be sent: the connection cannot go on.
impl From<SendError> for Refusal {
    fn from(error: SendError) -> Self {
        Self("internal error", error.to_string())
    }
}
