//! What an application wants to know again when a tag is settled.

use alloc::collections::BTreeMap;

use super::{Channel, Settled};

/// What belongs to the tags that are outstanding: the messages that may have to be sent again.
///
/// Both machines tell of tags, which are numbers: that publishes 3 to 7 are confirmed, that deliveries 1 and 2 are
/// acknowledged. This keeps for each what you want to know then.
///
/// ```
/// use fourwire::amqp::{Client, Event, Outstanding, Properties, SendError, basic};
/// # use fourwire::{Instant, amqp::Channel};
///
/// fn send(
///     client: &mut Client,
///     channel: Channel,
///     sent: &mut Outstanding<String>,
///     order: String,
///     out: &mut Vec<u8>,
/// ) -> Result<(), SendError> {
///     let publish = basic::Publish { routing_key: "orders".into(), mandatory: true, ..Default::default() };
///     let number = client.publish(Instant::ZERO, channel, &publish, Properties::EMPTY, order.as_bytes(), out)?;
///     if let Some(number) = number {
///         sent.insert(channel, number, order);
///     }
///     Ok(())
/// }
///
/// fn on_event(sent: &mut Outstanding<String>, event: &Event<'_>, again: &mut Vec<String>) {
///     match event {
///         Event::Confirmed(channel, settled) => drop(sent.settle(*channel, *settled)),
///         Event::Refused(channel, settled) => again.extend(sent.settle(*channel, *settled).map(|(_, order)| order)),
///         Event::ChannelClosed(channel, _) => again.extend(sent.end(*channel).map(|(_, order)| order)),
///         _ => {}
///     }
/// }
/// ```
///
/// **A message that comes back** has no number. It is one that is not confirmed yet, was published on this channel as
/// mandatory, and has this exchange and this routing key; if only one of [`iter`](Self::iter) is like that, it is that one.
/// If several are, the protocol does not say which: give messages a `message_id`, which comes back with them.
#[derive(Clone, Debug)]
pub struct Outstanding<T> {
    values: BTreeMap<(Channel, u64), T>,
}

impl<T> Outstanding<T> {
    /// Nothing is outstanding.
    pub const fn new() -> Self {
        Self { values: BTreeMap::new() }
    }

    /// A message was sent under this tag. Gives back what was kept for it, which is nothing if it comes from the machine.
    pub fn insert(&mut self, channel: Channel, tag: u64, value: T) -> Option<T> {
        self.values.insert((channel, tag), value)
    }

    /// What is kept for a tag.
    pub fn get(&self, channel: Channel, tag: u64) -> Option<&T> {
        self.values.get(&(channel, tag))
    }

    /// Takes out what these tags stand for, in order, with their numbers. What is not looked at is taken out, too.
    pub fn settle(&mut self, channel: Channel, settled: Settled) -> Settling<'_, T> {
        Settling { values: &mut self.values, from: (channel, settled.first), to: (channel, settled.last) }
    }

    /// Takes out all there is of a channel, which has ended: nobody will hear of these tags.
    pub fn end(&mut self, channel: Channel) -> Settling<'_, T> {
        Settling { values: &mut self.values, from: (channel, 0), to: (channel, u64::MAX) }
    }

    /// What is outstanding on a channel, in order, with its tags.
    pub fn iter(&self, channel: Channel) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.values.range((channel, 0)..=(channel, u64::MAX)).map(|((_, tag), value)| (*tag, value))
    }

    /// How many there are, of all channels.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is outstanding: all that was sent is settled.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What is left when the connection has ended, of all channels.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        self.values.into_values()
    }
}

impl<T> Default for Outstanding<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// What was settled, with its tags: see [`Outstanding::settle`].
#[derive(Debug)]
pub struct Settling<'o, T> {
    values: &'o mut BTreeMap<(Channel, u64), T>,
    from: (Channel, u64),
    to: (Channel, u64),
}

impl<T> Iterator for Settling<'_, T> {
    type Item = (u64, T);

    fn next(&mut self) -> Option<Self::Item> {
        // A range must not end before it begins.
        let key =
            (self.from <= self.to).then(|| self.values.range(self.from..=self.to).next())?.map(|(key, _)| *key)?;
        self.values.remove(&key).map(|value| (key.1, value))
    }
}

impl<T> Drop for Settling<'_, T> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
