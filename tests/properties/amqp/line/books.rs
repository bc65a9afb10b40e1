//! What an application knows of a channel without asking its machine.

use std::collections::{BTreeSet, VecDeque};

use fourwire::amqp::{Channel, DeliveryTag, Method, MethodId, Settled};

use super::said::Message;

/// A channel in one of its lives, as both ends see it.
#[derive(Debug)]
pub struct Life {
    pub client: Books,
    /// Before the server has heard of it there is nothing in them.
    pub server: Books,
    /// What the client's application was given to acknowledge by, in order.
    pub tags: Vec<DeliveryTag>,
}

/// Where an end is with a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// The server has not heard of it yet, or the client no answer.
    Opening,
    Open,
    /// This end has closed it, and awaits the answer.
    Closing,
    Ended,
}

/// One end's books of a channel.
#[derive(Debug)]
pub struct Books {
    pub channel: Option<Channel>,
    pub phase: Phase,
    pub confirms: bool,
    pub transactions: bool,
    /// The other end has asked this one to stop.
    pub stopped: bool,
    /// Some deliveries need no acknowledgement: the client's machine knows no more which are outstanding.
    pub automatic: bool,
    /// The calls that await their answers.
    pub calls: VecDeque<Method<'static>>,
    /// The next publish's number, if it has one.
    pub publish: u64,
    pub unconfirmed: BTreeSet<u64>,
    /// The next delivery's tag.
    pub tag: u64,
    pub unacknowledged: BTreeSet<u64>,
    /// Acknowledged in a transaction that is not committed.
    pub held: BTreeSet<u64>,
    /// A body of which so many bytes were sent.
    pub sending: Option<(Message, usize)>,
}

impl Books {
    pub const fn new(channel: Option<Channel>) -> Self {
        Self {
            channel,
            phase: Phase::Opening,
            confirms: false,
            transactions: false,
            stopped: false,
            automatic: false,
            calls: VecDeque::new(),
            publish: 1,
            unconfirmed: BTreeSet::new(),
            tag: 1,
            unacknowledged: BTreeSet::new(),
            held: BTreeSet::new(),
            sending: None,
        }
    }

    /// Whether this end can send on it.
    pub fn is_live(&self) -> bool {
        self.channel.is_some() && matches!(self.phase, Phase::Opening | Phase::Open)
    }

    /// A publish goes out, or comes in: its number, if there are confirms.
    pub fn published(&mut self) -> Option<u64> {
        self.confirms.then(|| {
            self.unconfirmed.insert(self.publish);
            self.publish += 1;
            self.publish - 1
        })
    }

    /// A delivery goes out, or comes in: its tag.
    pub fn delivered(&mut self, to_be_acknowledged: bool) -> u64 {
        if to_be_acknowledged {
            self.unacknowledged.insert(self.tag);
        }
        self.tag += 1;
        self.tag - 1
    }

    /// Acknowledges; which deliveries these are.
    pub fn acknowledge(&mut self, tag: u64, multiple: bool) -> Vec<u64> {
        let taken = take(&mut self.unacknowledged, tag, multiple);
        if self.transactions {
            self.held.extend(&taken);
        }
        taken
    }

    /// Confirms; which publishes these are.
    pub fn confirm(&mut self, number: u64, multiple: bool) -> Vec<u64> {
        take(&mut self.unconfirmed, number, multiple)
    }

    /// What a call does to the books as soon as it is made, and as soon as it is heard.
    pub fn called(&mut self, call: &Method<'_>) {
        match call {
            Method::ConfirmSelect(_) => self.confirms = true,
            Method::TxSelect(_) => self.transactions = true,
            Method::TxCommit(_) => self.held.clear(),
            Method::TxRollback(_) => self.unacknowledged.append(&mut self.held),
            Method::BasicRecover(_) | Method::BasicRecoverAsync(_) => self.unacknowledged.clear(),
            Method::BasicConsume(consume) => self.automatic |= consume.no_ack,
            Method::BasicGet(get) => self.automatic |= get.no_ack,
            _ => {}
        }
    }

    /// Whether something comes first: the rest of a body, or the answer to tx.commit.
    pub fn is_busy(&self) -> bool {
        self.sending.is_some() || self.calls.iter().any(|call| call.id() == MethodId::TxCommit)
    }

    /// Whether the client has asked for everything again, and what comes until the answer is void.
    pub fn is_recovering(&self) -> bool {
        self.calls.iter().any(|call| call.id() == MethodId::BasicRecover)
    }

    /// What the machine should know: all that is outstanding, held or not.
    pub fn outstanding(&self) -> Vec<u64> {
        self.unacknowledged.union(&self.held).copied().collect()
    }

    /// The other end has the same, when nothing is on its way.
    pub fn same(&self, other: &Self) {
        let modes = |books: &Self| (books.phase, books.confirms, books.transactions, books.publish, books.tag);
        assert_eq!(modes(self), modes(other));
        assert_eq!(self.unconfirmed, other.unconfirmed);
        assert_eq!((&self.unacknowledged, &self.held), (&other.unacknowledged, &other.held));
        assert_eq!(self.calls, other.calls);
    }
}

fn take(from: &mut BTreeSet<u64>, number: u64, multiple: bool) -> Vec<u64> {
    let taken: Vec<u64> = from.iter().copied().filter(|&other| other == number || multiple && other < number).collect();
    from.retain(|other| !taken.contains(other));
    taken
}

/// What a machine should say of these.
pub fn settled(numbers: &[u64]) -> Settled {
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { panic!("nothing is settled") };
    Settled { first: *first, last: *last, count: numbers.len() as u32 }
}
