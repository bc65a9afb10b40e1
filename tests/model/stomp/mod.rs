//! STOMP: a broker with one queue, and a client that acknowledges, in transactions and outside of them, over a line that
//! is cut; and what each application knows.

mod broker;
mod client;
mod promises;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use fourwire::Instant;
use fourwire::stomp::{
    AckMode, Client, Config, Connect, Decoder, Delivery, Event, HeartBeat, Receipt, Request, SendError, Server,
    Session, Subscription, Transaction, Version, Versions,
};

use super::explore::Model;

const NOW: Instant = Instant::from_secs(1);

/// The number of the first message that the client sends.
const FIRST_SENT: u8 = 100;

/// What becomes of a message, in the client's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Taken,
    Refused,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// The first frame on the line arrives.
    ArriveUp,
    ArriveDown,
    /// The broker delivers the first message of its queue.
    Deliver,
    /// It answers one of the receipts that it owes.
    Answer(usize),
    /// The client acknowledges one of the messages that it has, perhaps in one of the transactions that are open, and
    /// perhaps with a receipt.
    Acknowledge(Delivery, Fate, Option<usize>, bool),
    /// It sends a message of its own, perhaps in a transaction.
    Send(Option<usize>),
    Begin,
    Commit(usize, bool),
    Abort(usize),
    Unsubscribe(bool),
    Subscribe,
    /// The connection is cut, with all that is on the line; there is a new one at once.
    Cut,
    /// The fault: the client's next frame is lost.
    Lose,
}

/// What somebody does wrong: the explorer must find it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The broker takes an ACK in a transaction at its word before the COMMIT.
    CountsAtOnce,
    /// The broker drops what was not acknowledged when the line is cut.
    ForgetsToRequeue,
    /// The line loses a frame.
    LineLoses,
    /// The client's application thinks that ABORT counts as COMMIT does.
    AbortCounts,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) version: Version,
    pub(crate) mode: AckMode,
    /// How many messages the broker has, and how many it delivers before one is acknowledged.
    pub(crate) messages: u8,
    pub(crate) prefetch: usize,
    /// How often each of these may happen.
    pub(crate) sends: u8,
    pub(crate) transactions: u8,
    pub(crate) refusals: u8,
    pub(crate) receipts: u8,
    pub(crate) unsubscribes: u8,
    pub(crate) cuts: u8,
    pub(crate) fault: Option<Fault>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            version: Version::V1_2,
            mode: AckMode::ClientIndividual,
            messages: 2,
            prefetch: 2,
            sends: 0,
            transactions: 0,
            refusals: 0,
            receipts: 0,
            unsubscribes: 0,
            cuts: 0,
            fault: None,
        }
    }
}

/// The client's last word on something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    None,
    /// It counts if the transaction is committed.
    Held(Transaction, Fate),
    Said(Fate),
    /// It cannot be said any more: the subscription has ended, or the transaction was aborted.
    Never,
}

/// A message that the client has got, and its word on it.
#[derive(Clone, Copy, Debug)]
struct Got {
    delivery: Delivery,
    message: u8,
    word: Word,
}

#[derive(Clone)]
pub(crate) struct World {
    /// What may still happen.
    left: Plan,
    client: Client,
    server: Server<u8>,
    up: VecDeque<Vec<u8>>,
    down: VecDeque<Vec<u8>>,

    /// What the client's application knows.
    subscription: Option<Subscription>,
    got: Vec<Got>,
    open: Vec<Transaction>,
    /// What it has sent, and of that what was on a connection that was cut.
    sent: Vec<Word>,
    unsure: usize,
    /// The receipts that it has asked for, in which transactions; and those that were asked for in such that it has aborted.
    asked: Vec<(Receipt, Option<Transaction>)>,
    forgone: Vec<Receipt>,
    /// Handles of what has ended. That they are many or few makes no difference to what can happen.
    stale_deliveries: Vec<Delivery>,
    stale_transactions: Vec<Transaction>,
    stale_subscriptions: Vec<Subscription>,

    /// What the broker knows.
    queue: VecDeque<u8>,
    subscriber: Option<Subscription>,
    uncommitted: BTreeMap<Transaction, Vec<u8>>,
    done: BTreeMap<u8, Fate>,
    owed: Vec<Receipt>,

    steps: Vec<Step>,
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let mut world = Self {
            left: plan,
            client: Client::new(config(plan.version), Session::new()),
            server: Server::new(NOW, config(plan.version), Session::new()),
            up: VecDeque::new(),
            down: VecDeque::new(),
            subscription: None,
            got: Vec::new(),
            open: Vec::new(),
            sent: Vec::new(),
            unsure: 0,
            asked: Vec::new(),
            forgone: Vec::new(),
            stale_deliveries: Vec::new(),
            stale_transactions: Vec::new(),
            stale_subscriptions: Vec::new(),
            queue: (0..plan.messages).collect(),
            subscriber: None,
            uncommitted: BTreeMap::new(),
            done: BTreeMap::new(),
            owed: Vec::new(),
            steps: Vec::new(),
        };
        world.connect();
        world
    }

    /// A connection and a subscription: without choices.
    fn connect(&mut self) {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        self.client.connect(NOW, &Connect::to("/"), &mut up).unwrap();
        assert!(matches!(self.server.receive(NOW, &up, &mut down), Ok(Some((Request::Connect(_), _)))));
        self.server.accept(NOW, &Default::default(), &mut down).unwrap();
        assert!(matches!(self.client.receive(NOW, &down, &mut up), Ok(Some((Event::Connected(_), _)))));
        self.subscribe().unwrap();
        self.arrive_up().unwrap();
    }

    /// All that was on its way is lost, and both ends go on with their sessions.
    fn cut(&mut self) -> Result<(), String> {
        self.up.clear();
        self.down.clear();
        self.client_is_cut()?;
        self.broker_is_cut()?;
        let (client, server) = (self.client.clone().into_session(), self.server.clone().into_session());
        self.client = Client::new(config(self.left.version), client);
        self.server = Server::new(NOW, config(self.left.version), server);
        self.connect();
        Ok(())
    }

    fn send_up(&mut self, bytes: &[u8]) {
        frames(self.left.version, bytes).for_each(|frame| self.up.push_back(frame));
    }

    fn send_down(&mut self, bytes: &[u8]) {
        frames(self.left.version, bytes).for_each(|frame| self.down.push_back(frame));
    }
}

fn config(version: Version) -> Config {
    Config { heart_beat: HeartBeat::NONE, versions: Versions::only(version), ..Config::default() }
}

/// What was written, frame by frame.
fn frames(version: Version, mut bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let mut decoder = Decoder::new(Some(version));
    std::iter::from_fn(move || {
        let (_, used) = decoder.decode(bytes).unwrap()?;
        let (frame, rest) = bytes.split_at(used);
        bytes = rest;
        Some(frame.to_vec())
    })
}

impl Model for World {
    type Step = Step;

    /// First what brings all to rest; behind it what need not happen.
    fn enabled(&self) -> Vec<Step> {
        let left = &self.left;
        let receipts = || [false, true].into_iter().take(if left.receipts > 0 { 2 } else { 1 });
        let fates = || [Fate::Taken, Fate::Refused].into_iter().take(if left.refusals > 0 { 2 } else { 1 });
        let transactions = || std::iter::once(None).chain((0..self.open.len()).map(Some));
        let mut steps = Vec::new();
        steps.extend((!self.up.is_empty()).then_some(Step::ArriveUp));
        steps.extend((!self.down.is_empty()).then_some(Step::ArriveDown));
        steps.extend((0..self.owed.len()).map(Step::Answer));
        steps.extend((0..self.open.len()).flat_map(|at| receipts().map(move |receipt| Step::Commit(at, receipt))));
        steps.extend(self.subscription.is_none().then_some(Step::Subscribe));
        for Got { delivery, .. } in self.got.iter().filter(|got| got.word == Word::None) {
            for (fate, transaction) in fates().flat_map(|fate| transactions().map(move |at| (fate, at))) {
                steps.extend(receipts().map(|receipt| Step::Acknowledge(*delivery, fate, transaction, receipt)));
            }
        }
        let has_room = self.subscriber.is_some_and(|to| self.server.unacknowledged_count(to) < left.prefetch);
        steps.extend((has_room && !self.queue.is_empty()).then_some(Step::Deliver));

        steps.extend(transactions().filter(|_| left.sends > 0).map(Step::Send));
        steps.extend((left.transactions > 0).then_some(Step::Begin));
        steps.extend((0..self.open.len()).map(Step::Abort));
        if left.unsubscribes > 0 && self.subscription.is_some() {
            steps.extend(receipts().map(Step::Unsubscribe));
        }
        steps.extend((left.cuts > 0).then_some(Step::Cut));
        steps.extend((left.fault == Some(Fault::LineLoses) && !self.up.is_empty()).then_some(Step::Lose));
        steps
    }

    fn take(&mut self, step: Step) -> Result<(), String> {
        self.steps.push(step);
        let broken = |error: SendError| error.to_string();
        match step {
            Step::ArriveUp => self.arrive_up()?,
            Step::ArriveDown => self.arrive_down()?,
            Step::Deliver => self.deliver().map_err(broken)?,
            Step::Answer(at) => self.answer(at).map_err(broken)?,
            Step::Cut => {
                self.left.cuts -= 1;
                self.cut()?;
            }
            Step::Lose => {
                self.left.fault = None;
                self.up.pop_front();
            }
            step => self.say(step).map_err(broken)?,
        }
        self.holds()
    }

    /// All frames arrive, and each application does what it owes.
    fn comes_to_rest(mut self) -> Result<(), String> {
        for _ in 0..200 {
            let need_not = |step: &Step| {
                use Step::{Abort, Begin, Cut, Lose, Send, Unsubscribe};
                matches!(step, Abort(_) | Begin | Cut | Lose | Send(_) | Unsubscribe(_))
            };
            let Some(step) = self.enabled().into_iter().find(|step| !need_not(step)) else { break };
            self.take(step)?;
        }
        self.is_at_rest()
    }

    fn steps(&self) -> &[Step] {
        &self.steps
    }

    fn show(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        write!(to, "{:?}{:?}{:?}{:?}{:?}", self.left, self.client, self.server, self.up, self.down)?;
        write!(to, "{:?}{:?}{:?}{:?}", self.subscription, self.got, self.open, self.sent)?;
        write!(to, "{:?}{:?}{:?}{:?}{:?}", self.unsure, self.asked, self.forgone, self.queue, self.subscriber)?;
        write!(to, "{:?}{:?}{:?}", self.uncommitted, self.done, self.owed)
    }
}
