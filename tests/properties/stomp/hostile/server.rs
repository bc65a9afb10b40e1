//! A server whose client sends anything.

use std::collections::BTreeMap;

use fourwire::stomp::{
    Accept, Asked, Config, Delivery, Error, Farewell, Message, Outcome, Receipt, Request, SendError, Server, Session,
    Settled, Version,
};

use super::super::super::script::{Script, Xorshift};
use super::super::super::strict::Strict;
use super::super::books::{Books, Fate};
use super::{Input, Plan, is_well_formed};

/// A server takes anything without panic; what it tells its application adds up: what was delivered is settled once, as
/// the client's words were, or comes back; nothing is more than the limits allow; what it writes can be read, and can be
/// written whatever the client calls things; after a final error it is closed and silent.
pub fn server_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    let mut plan = Plan::read(&mut script);
    let mut input = Input::new(script.rest());
    let mut broker = Broker::new(&plan, &input);
    loop {
        broker.acts(&mut plan.dice, &input);
        let mut out = Strict::new();
        let (server, rest) = (&mut broker.server, input.rest());
        let answer = if plan.parts {
            server.receive_part(input.now, rest, &mut out)
        } else {
            server.receive(input.now, rest, &mut out)
        };
        broker.written.extend_from_slice(&out.bytes);
        match answer {
            Ok(Some((request, used))) => {
                assert_eq!(out.bytes, [0_u8; 0], "a server does not answer by itself");
                input.consume(used);
                broker.hears(&request, &input);
            }
            Ok(None) if broker.server.is_held_back() => {
                assert_eq!(broker.owed.len(), plan.config.receipts as usize);
                broker.answer(0, &input);
            }
            Ok(None) if input.arrive(&mut plan.dice) => {}
            Ok(None) => break,
            Err(error) => return broker.fails(error, &input),
        }
    }
    broker.ends();
}

struct Broker {
    server: Server<usize>,
    config: Config,
    /// The version, as the output is to be read.
    version: Option<Version>,
    books: Books,
    /// What is delivered, by the handles of the machine.
    handles: BTreeMap<Delivery, usize>,
    owed: Vec<Receipt>,
    messages: usize,
    written: Vec<u8>,
}

impl Broker {
    /// If the plan has a version, the client is connected and has two subscriptions.
    fn new(plan: &Plan, input: &Input<'_>) -> Self {
        let mut broker = Self {
            server: Server::new(input.now, plan.config, Session::new()),
            config: plan.config,
            version: plan.version,
            books: Books::default(),
            handles: BTreeMap::new(),
            owed: Vec::new(),
            messages: 0,
            written: Vec::new(),
        };
        if let Some(version) = plan.version {
            let connect = format!("CONNECT\naccept-version:{version}\nhost:a\nheart-beat:9000,9000\n\n\0");
            for frame in
                [connect.as_str(), "SUBSCRIBE\nid:0\ndestination:a\nack:client\n\n\0", "BEGIN\ntransaction:t\n\n\0"]
            {
                let mut out = Strict::new();
                let answer = broker.server.receive(input.now, frame.as_bytes(), &mut out);
                broker.hears(&answer.unwrap().unwrap().0, input);
            }
            broker.written.clear();
        }
        broker
    }

    /// The application says something, now and then.
    fn acts(&mut self, dice: &mut Xorshift, input: &Input<'_>) {
        match dice.below(8) {
            0..=2 => self.deliver(dice, input),
            3 if !self.owed.is_empty() => self.answer(dice.below(self.owed.len()), input),
            4 if dice.below(8) == 0 => {
                let mut out = Strict::new();
                // Nothing is late here.
                assert_eq!(self.server.timeout(input.now, &mut out), Ok(()));
                self.written.extend_from_slice(&out.bytes);
            }
            5 if dice.below(64) == 0 && self.server.is_connected() => {
                let farewell = Farewell { receipt: self.owed.first().copied(), ..Farewell::new("enough") };
                self.server.error(input.now, &farewell, &mut self.written).unwrap();
            }
            _ => {}
        }
    }

    fn deliver(&mut self, dice: &mut Xorshift, input: &Input<'_>) {
        let live = self.books.live();
        if live.is_empty() {
            return;
        }
        let number = live[dice.below(live.len())];
        let body = [&b""[..], b"x", b"a\0b"][dice.below(3)];
        let mut out = Strict::new();
        let message = Message::to("/queue/a", body);
        match self.server.deliver(input.now, self.books.subscription(number), &message, &mut out) {
            Ok(delivery) => {
                assert!(self.server.is_connected());
                self.messages += 1;
                self.books.deliver(delivery, self.messages);
                let back = self.server.keep(delivery, self.messages);
                assert_eq!(back.is_none(), delivery.needs_ack());
                if delivery.needs_ack() {
                    self.handles.insert(delivery, self.messages);
                }
            }
            Err(SendError::WindowFull) => assert_eq!(self.books.outstanding_count(), self.config.window as usize),
            Err(SendError::NotConnected) => assert!(!self.server.is_connected()),
            Err(error) => panic!("{error:?}"),
        }
        self.written.extend_from_slice(&out.bytes);
    }

    /// A receipt is sent, whatever the client calls it; a second time it is stale.
    fn answer(&mut self, at: usize, input: &Input<'_>) {
        let receipt = self.owed.remove(at);
        let mut out = Strict::new();
        let answer = self.server.receipt(input.now, receipt, &mut out);
        assert_eq!(answer.is_ok(), !out.bytes.is_empty());
        match answer {
            Ok(()) => {
                let again = self.server.receipt(input.now, receipt, &mut Strict::new());
                assert!(matches!(again, Err(SendError::StaleReceipt | SendError::NotConnected)), "{again:?}");
            }
            // The application has said its last words.
            Err(error) => assert!(error == SendError::NotConnected && self.server.is_closed(), "{error:?}"),
        }
        self.written.extend_from_slice(&out.bytes);
    }

    fn hears(&mut self, request: &Request<'_>, input: &Input<'_>) {
        let mut settled = Vec::new();
        match request {
            Request::Connect(login) => {
                self.version = Some(login.version);
                let accept = Accept { session: Some("s:1".into()), ..Accept::default() };
                let mut out = Strict::new();
                self.server.accept(input.now, &accept, &mut out).unwrap();
                // In 1.0 a client that names no version is not told of one.
                assert!(!is_well_formed(None, &out.bytes));
            }
            Request::Subscribe(subscription, mode, _) => {
                self.books.subscribe(*subscription, *mode);
                assert!(self.books.live().len() <= self.config.subscriptions as usize);
            }
            Request::Unsubscribe(subscription, _) => {
                let number = self.books.find(*subscription).expect("a subscription");
                assert!(self.books.is_live(number));
                settled = self.books.unsubscribe(number);
            }
            Request::Ack(delivery, asked) => settled = self.acknowledged(*delivery, asked, Outcome::Acknowledged),
            Request::Nack(delivery, asked) => settled = self.acknowledged(*delivery, asked, Outcome::Refused),
            Request::Send(asked) | Request::SendHead(asked, _) => drop(self.transaction(asked)),
            Request::Begin(transaction, _) => {
                self.books.begin(*transaction);
                assert!(self.books.open().len() <= self.config.transactions as usize);
            }
            Request::Commit(transaction, _) => {
                settled = self.books.commit(self.books.find_transaction(*transaction).expect("a transaction"));
            }
            Request::Abort(transaction, _) => {
                settled = self.books.abort(self.books.find_transaction(*transaction).expect("a transaction"));
            }
            _ => {}
        }
        if let Some(receipt) = request.receipt() {
            assert!(!self.owed.contains(&receipt));
            self.owed.push(receipt);
            assert!(self.owed.len() <= self.config.receipts as usize);
        }
        let told: Vec<_> = self.server.settled().collect();
        self.told(told, &settled);
        for number in 0..self.books.subscriptions() {
            let count = self.server.unacknowledged_count(self.books.subscription(number));
            assert_eq!(count, self.books.outstanding(number).count());
        }
    }

    /// What the machine tells is what the books say, in their order, each with what was kept for it.
    fn told(&mut self, told: Vec<Settled<usize>>, settled: &[Fate]) {
        assert_eq!(told.len(), settled.len(), "{told:?}, {settled:?}");
        for (told, (key, outcome, message)) in told.into_iter().zip(settled) {
            assert_eq!(told.delivery.subscription(), Some(self.books.subscription(key.0)));
            let heard = (told.delivery.number(), told.outcome, told.value);
            assert_eq!(heard, (key.1, *outcome, Some(*message)));
            assert_eq!(self.handles.remove(&told.delivery), Some(*message));
        }
    }

    /// An ACK or NACK: of what is outstanding and not held; or of what is acknowledged by itself.
    fn acknowledged(&mut self, delivery: Delivery, asked: &Asked<'_>, outcome: Outcome) -> Vec<Fate> {
        let transaction = self.transaction(asked);
        if !delivery.needs_ack() {
            return Vec::new();
        }
        let key = self.books.known(delivery).expect("it was delivered, and nothing was said of it");
        self.books.acknowledge(key, outcome, transaction)
    }

    /// The transaction that a frame is a part of, which is open.
    fn transaction(&self, asked: &Asked<'_>) -> Option<usize> {
        let number = asked.transaction.map(|handle| self.books.find_transaction(handle).expect("a transaction"))?;
        assert!(self.books.open().contains(&number));
        Some(number)
    }

    /// After a final error all is over: the last frame is an ERROR, nothing is read or written any more.
    fn fails(mut self, error: Error, input: &Input<'_>) {
        assert!(error.is_final());
        assert!(is_well_formed(self.version, &self.written), "{error:?} has no ERROR");
        let (server, mut out) = (&mut self.server, Strict::new());
        assert!(server.is_closed() && !server.is_connected());
        assert_eq!(server.deadline(), None);
        assert_eq!(server.receive(input.now, input.rest(), &mut out), Ok(None));
        assert_eq!(server.timeout(input.now, &mut out), Ok(()));
        for receipt in self.owed.drain(..) {
            assert_eq!(server.receipt(input.now, receipt, &mut out), Err(SendError::NotConnected));
        }
        assert_eq!(server.error(input.now, &Farewell::new("x"), &mut out), Err(SendError::NotConnected));
        assert_eq!(out.bytes, [0_u8; 0]);
        self.written.clear();
        self.ends();
    }

    /// What was not settled comes back.
    fn ends(mut self) {
        is_well_formed(self.version, &self.written);
        let told: Vec<_> = self.server.end().collect();
        let settled = self.books.cut();
        self.told(told, &settled);
        assert!(self.handles.is_empty(), "{:?} are lost", self.handles);
    }
}
