//! A broker's consumers: what each of them has, and how much more it takes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::ops::Bound;

use super::{Channel, DeliveryTag, Outstanding, ReplyCode, Settled, Settling, ShortStr, basic};

/// A consumer on a channel: a handle, which no other consumer will have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Consumer {
    channel: Channel,
    number: u64,
}

impl Consumer {
    /// The channel that it is on.
    pub const fn channel(self) -> Channel {
        self.channel
    }
}

/// A broker's books of one connection: its consumers, their prefetch windows, and the messages that they have not
/// acknowledged.
///
/// [`Server`](super::Server) knows the tags of each channel. This knows what they stand for, of your type `T`, and which
/// consumer has them, of whom it knows what you want, `C`: so how much more each may get, and what goes back to the queues when a channel ends.
///
/// | what [`Server`](super::Server) tells | what to do |
/// |---|---|
/// | `Call`, `basic.qos` | [`qos`](Self::qos) |
/// | `Call`, `basic.consume` | [`consume`](Self::consume), and answer with [`consumer_tag`](Self::consumer_tag) |
/// | `Call`, `basic.cancel` | [`cancel`](Self::cancel); what it has, it keeps |
/// | `Acknowledged`, `Rejected` | [`settle`](Self::settle), and dispose of the messages or put them back |
/// | `Recover` | [`recover`](Self::recover), and put the messages back |
/// | `ChannelClosed`, `ChannelRefused` | [`end`](Self::end), and put the messages back |
/// | the connection is over | [`into_values`](Self::into_values), and put them back |
///
/// Deliver to those that are [`ready`](Self::ready), or to a consumer while it has [`credit`](Self::credit), and tell
/// [`delivered`](Self::delivered) of it.
///
/// In a transaction ([`has_transactions`](super::Server::has_transactions)) an acknowledgement counts with `tx.commit`:
/// keep what `Acknowledged` and `Rejected` say until then, and [`settle`](Self::settle) it in that order; forget it with
/// `tx.rollback`.
#[derive(Clone, Debug)]
pub struct Deliveries<T, C = ()> {
    windows: BTreeMap<Channel, Windows>,
    unacknowledged: Outstanding<(Option<Consumer>, T)>,
    consumers: BTreeMap<Consumer, Known<C>>,
    tags: BTreeMap<(Channel, Vec<u8>), Consumer>,
    next: u64,
    most: usize,
    /// Who got the last message.
    last: Option<Consumer>,
}

/// The prefetch windows of a channel.
#[derive(Clone, Copy, Debug, Default)]
struct Windows {
    /// What each new consumer takes; 0 is no limit.
    prefetch_each: u16,
    /// What all of them take together; 0 is no limit.
    prefetch_all: u16,
    /// What all of them have.
    has: usize,
}

/// What is known of a consumer.
#[derive(Clone, Debug)]
struct Known<C> {
    about: C,
    tag: Vec<u8>,
    no_ack: bool,
    prefetch: u16,
    has: usize,
}

/// A consumer cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ConsumeError {
    /// Another consumer of the channel has this consumer tag. ("tag", basic.consume)
    TagInUse,
    /// As many consumers as can be are there.
    TooMany,
}

impl ConsumeError {
    /// The reply code to close the connection with, as RabbitMQ does.
    pub const fn reply_code(self) -> ReplyCode {
        match self {
            Self::TagInUse => ReplyCode::NotAllowed,
            Self::TooMany => ReplyCode::ResourceError,
        }
    }
}

impl fmt::Display for ConsumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TagInUse => "another consumer of the channel has this consumer tag",
            Self::TooMany => "too many consumers",
        })
    }
}

impl core::error::Error for ConsumeError {}

impl<T, C> Deliveries<T, C> {
    /// No consumers, of whom there can be 65,536, and nothing delivered.
    pub const fn new() -> Self {
        Self::with_limit(65_536)
    }

    /// No consumers, of whom there can be this many.
    pub const fn with_limit(consumers: usize) -> Self {
        Self {
            windows: BTreeMap::new(),
            unacknowledged: Outstanding::new(),
            consumers: BTreeMap::new(),
            tags: BTreeMap::new(),
            next: 1,
            most: consumers,
            last: None,
        }
    }

    // --- consumers -----------------------------------------------------------------------------------------------

    /// The client wants this much ahead: with `global` all consumers of the channel together, else each one that comes
    /// from now on. (So RabbitMQ reads basic.qos.)
    pub fn qos(&mut self, channel: Channel, qos: &basic::Qos) {
        let windows = self.windows.entry(channel).or_default();
        if qos.global {
            windows.prefetch_all = qos.prefetch_count;
        } else {
            windows.prefetch_each = qos.prefetch_count;
        }
    }

    /// The client consumes. If it gives no consumer tag, it gets one. `about` is what you want to know of it later, such as
    /// its queue.
    pub fn consume(
        &mut self,
        channel: Channel,
        consume: &basic::Consume<'_>,
        about: C,
    ) -> Result<Consumer, ConsumeError> {
        if self.consumers.len() >= self.most {
            return Err(ConsumeError::TooMany);
        }
        let tag = if consume.consumer_tag.is_empty() {
            self.new_tag(channel)
        } else {
            Vec::from(consume.consumer_tag.as_bytes())
        };
        if self.tags.contains_key(&(channel, tag.clone())) {
            return Err(ConsumeError::TagInUse);
        }
        let consumer = Consumer { channel, number: self.next };
        self.next = self.next.wrapping_add(1);
        let prefetch = self.windows.entry(channel).or_default().prefetch_each;
        self.tags.insert((channel, tag.clone()), consumer);
        self.consumers.insert(consumer, Known { about, tag, no_ack: consume.no_ack, prefetch, has: 0 });
        Ok(consumer)
    }

    /// A tag that none has. A client may have given itself one that looks like ours: then the next. Those that were passed
    /// over are not looked at again.
    fn new_tag(&mut self, channel: Channel) -> Vec<u8> {
        loop {
            let mut tag = alloc::string::String::new();
            let _ = write!(tag, "amq.ctag-{}", self.next);
            let key = (channel, tag.into_bytes());
            if !self.tags.contains_key(&key) {
                return key.1;
            }
            self.next = self.next.wrapping_add(1);
        }
    }

    /// The client wants no more. What the consumer has is still to be acknowledged.
    pub fn cancel(&mut self, channel: Channel, consumer_tag: ShortStr<'_>) -> Option<(Consumer, C)> {
        let consumer = self.tags.remove(&(channel, Vec::from(consumer_tag.as_bytes())))?;
        self.consumers.remove(&consumer).map(|known| (consumer, known.about))
    }

    /// There is no more: its queue is gone. Gives back its consumer tag, to tell the client by. What it has is still to be
    /// acknowledged.
    pub fn remove(&mut self, consumer: Consumer) -> Option<(Vec<u8>, C)> {
        let Known { tag, about, .. } = self.consumers.remove(&consumer)?;
        self.tags.remove(&(consumer.channel, tag.clone()));
        Some((tag, about))
    }

    /// What is known about it; `None` if it is no more.
    pub fn get(&self, consumer: Consumer) -> Option<&C> {
        self.consumers.get(&consumer).map(|known| &known.about)
    }

    /// Its consumer tag; `None` if it is no more.
    pub fn consumer_tag(&self, consumer: Consumer) -> Option<ShortStr<'_>> {
        self.consumers.get(&consumer).map(|known| ShortStr::new(&known.tag))
    }

    /// Whether it acknowledges nothing, since what it gets counts as acknowledged.
    pub fn no_ack(&self, consumer: Consumer) -> bool {
        self.consumers.get(&consumer).is_some_and(|known| known.no_ack)
    }

    /// The consumers of a channel, in the order in which they came, and what is known about them.
    pub fn consumers(&self, channel: Channel) -> impl Iterator<Item = (Consumer, &C)> {
        let all = Consumer { channel, number: 0 }..=Consumer { channel, number: u64::MAX };
        self.consumers.range(all).map(|(consumer, known)| (*consumer, &known.about))
    }

    /// How many messages it takes now: `usize::MAX` if there is no limit, and 0 if it is no more.
    pub fn credit(&self, consumer: Consumer) -> usize {
        let Some(known) = self.consumers.get(&consumer) else { return 0 };
        if known.no_ack {
            return usize::MAX;
        }
        let all = self.windows.get(&consumer.channel).copied().unwrap_or_default();
        left(known.prefetch, known.has).min(left(all.prefetch_all, all.has))
    }

    /// All consumers of all channels, and what is known about them.
    pub fn all(&self) -> impl Iterator<Item = (Consumer, &C)> {
        self.consumers.iter().map(|(consumer, known)| (*consumer, &known.about))
    }

    /// The consumers of all channels that take a message now. They take turns: the one that got the last is the last here.
    pub fn ready(&self) -> impl Iterator<Item = Consumer> + '_ {
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = self.consumers.range((after, Bound::Unbounded));
        // Without a last one all are behind it.
        let before = self.last.into_iter().flat_map(|last| self.consumers.range(..=last));
        behind.chain(before).map(|(consumer, _)| *consumer).filter(|consumer| self.credit(*consumer) > 0)
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// A message was delivered to a consumer, under this tag. If the consumer acknowledges nothing it is not kept.
    pub fn delivered(&mut self, consumer: Consumer, tag: DeliveryTag, value: T) {
        self.last = Some(consumer);
        let Some(known) = self.consumers.get_mut(&consumer) else { return self.got(tag, value) };
        if known.no_ack {
            return;
        }
        known.has = known.has.saturating_add(1);
        let all = self.windows.entry(consumer.channel).or_default();
        all.has = all.has.saturating_add(1);
        self.unacknowledged.insert(tag.channel(), tag.number(), (Some(consumer), value));
    }

    /// A message was sent that `basic.get` asked for, and is to be acknowledged. It counts in no prefetch window.
    pub fn got(&mut self, tag: DeliveryTag, value: T) {
        self.unacknowledged.insert(tag.channel(), tag.number(), (None, value));
    }

    /// Takes out the messages that these tags stand for, in order: whoever had them may get as many again. What is not
    /// looked at is taken out, too.
    pub fn settle(&mut self, channel: Channel, settled: Settled) -> Taken<'_, T, C> {
        Taken {
            settling: self.unacknowledged.settle(channel, settled),
            consumers: &mut self.consumers,
            window: self.windows.get_mut(&channel),
        }
    }

    /// The client wants all again that it has not acknowledged. Takes those messages out, in order: all but those that
    /// [`Server::unacknowledged`](super::Server::unacknowledged) still has, which were acknowledged in a transaction that
    /// is not committed.
    pub fn recover(&mut self, channel: Channel, still: impl IntoIterator<Item = DeliveryTag>) -> Vec<T> {
        let mut still = still.into_iter().peekable();
        let mut back = Vec::new();
        let all: Vec<u64> = self.unacknowledged.iter(channel).map(|(tag, _)| tag).collect();
        for tag in all {
            while still.next_if(|kept| kept.number() < tag).is_some() {}
            if still.peek().is_none_or(|kept| kept.number() != tag) {
                back.extend(self.settle(channel, Settled { first: tag, last: tag, count: 1 }));
            }
        }
        back
    }

    /// The channel has ended: its consumers are no more, and its messages go back, in order.
    pub fn end(&mut self, channel: Channel) -> impl Iterator<Item = T> {
        self.windows.remove(&channel);
        let gone: Vec<Consumer> = self.consumers(channel).map(|(consumer, _)| consumer).collect();
        for consumer in gone {
            if let Some(known) = self.consumers.remove(&consumer) {
                self.tags.remove(&(channel, known.tag));
            }
        }
        self.unacknowledged.end(channel).map(|(_, (_, value))| value)
    }

    /// What is not acknowledged on a channel, in order: the tag, who has it if not `basic.get` asked for it, and the
    /// message.
    pub fn unacknowledged(&self, channel: Channel) -> impl DoubleEndedIterator<Item = (u64, Option<Consumer>, &T)> {
        self.unacknowledged.iter(channel).map(|(tag, (consumer, value))| (tag, *consumer, value))
    }

    /// How many a consumer has that it has not acknowledged.
    pub fn unacknowledged_by(&self, consumer: Consumer) -> usize {
        self.consumers.get(&consumer).map_or(0, |known| known.has)
    }

    /// The connection is over: all messages go back, of each channel in order.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        self.unacknowledged.into_values().map(|(_, value)| value)
    }
}

/// The messages that were settled: see [`Deliveries::settle`].
#[derive(Debug)]
pub struct Taken<'d, T, C = ()> {
    settling: Settling<'d, (Option<Consumer>, T)>,
    consumers: &'d mut BTreeMap<Consumer, Known<C>>,
    window: Option<&'d mut Windows>,
}

impl<T, C> Iterator for Taken<'_, T, C> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let (_, (consumer, value)) = self.settling.next()?;
        if let Some(consumer) = consumer {
            if let Some(all) = &mut self.window {
                all.has = all.has.saturating_sub(1);
            }
            if let Some(known) = self.consumers.get_mut(&consumer) {
                known.has = known.has.saturating_sub(1);
            }
        }
        Some(value)
    }
}

/// What was not looked at counts no more, either.
impl<T, C> Drop for Taken<'_, T, C> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

impl<T, C> Default for Deliveries<T, C> {
    fn default() -> Self {
        Self::new()
    }
}

/// What is left of a limit, of which 0 is none.
fn left(limit: u16, has: usize) -> usize {
    if limit == 0 { usize::MAX } else { usize::from(limit).saturating_sub(has) }
}
