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
/// Which message it is that comes back, [`came_back`](Self::came_back) says as far as it can be known.
#[derive(Clone, Debug)]
pub struct Outstanding<T> {
    values: BTreeMap<(Channel, u64), T>,
    /// The publish of each channel before which none will come back any more.
    came_back: BTreeMap<Channel, u64>,
}

/// Which publish it was that came back: see [`Outstanding::came_back`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum CameBack {
    /// The one with this number.
    This(u64),
    /// One of several that are alike, from the first to the last: the protocol does not say which.
    OneOf {
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
        /// How many they are.
        count: usize,
    },
    /// None that is outstanding.
    Unknown,
}

impl<T> Outstanding<T> {
    /// Nothing is outstanding.
    pub const fn new() -> Self {
        Self { values: BTreeMap::new(), came_back: BTreeMap::new() }
    }

    /// A message was sent under this tag. Gives back what was kept for it, which is nothing if it comes from the machine.
    pub fn insert(&mut self, channel: Channel, tag: u64, value: T) -> Option<T> {
        self.values.insert((channel, tag), value)
    }

    /// What is kept for a tag.
    pub fn get(&self, channel: Channel, tag: u64) -> Option<&T> {
        self.values.get(&(channel, tag))
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, channel: Channel, tag: u64) -> Option<&mut T> {
        self.values.get_mut(&(channel, tag))
    }

    /// Takes out what these tags stand for, in order, with their numbers. What is not looked at is taken out, too.
    pub fn settle(&mut self, channel: Channel, settled: Settled) -> Settling<'_, T> {
        Settling { values: &mut self.values, from: (channel, settled.first), to: (channel, settled.last) }
    }

    /// Which publish it is that a message which comes back stands for, of those that are like it: that were mandatory,
    /// with this exchange and this routing key.
    ///
    /// `basic.return` has no number. What can be relied on is this: the publish is on the same channel, it is not confirmed
    /// yet, and messages come back in the order in which they were published. If that leaves several, nobody can know which
    /// it is: give messages a `message_id`, which comes back with their properties, and ask for that.
    ///
    /// ```
    /// use fourwire::amqp::{Assembled, CameBack, Method, Outstanding};
    ///
    /// fn on_message(sent: &mut Outstanding<&'static str>, whole: &Assembled<'_>) {
    ///     // What was sent is known by its message_id.
    ///     let (Method::BasicReturn(why), Some(id)) = (whole.method, whole.properties.message_id()) else { return };
    ///     match sent.came_back(whole.channel, |sent| id == *sent) {
    ///         CameBack::This(number) => println!("{number} comes back: {}", why.reply_text),
    ///         CameBack::OneOf { first, last, .. } => println!("one of {first} to {last} comes back"),
    ///         CameBack::Unknown => {}
    ///     }
    /// }
    /// ```
    pub fn came_back(&mut self, channel: Channel, mut is_like: impl FnMut(&T) -> bool) -> CameBack {
        let after = self.came_back.get(&channel).copied().unwrap_or(0);
        let behind = (channel, after.saturating_add(1))..=(channel, u64::MAX);
        let mut alike = self.values.range(behind).filter(|(_, value)| is_like(value)).map(|((_, tag), _)| *tag);
        let Some(first) = alike.next() else { return CameBack::Unknown };
        self.came_back.insert(channel, first);
        match alike.fold((first, 1_usize), |(_, count), tag| (tag, count.saturating_add(1))) {
            (_, 1) => CameBack::This(first),
            (last, count) => CameBack::OneOf { first, last, count },
        }
    }

    /// Takes out all there is of a channel, which has ended: nobody will hear of these tags.
    pub fn end(&mut self, channel: Channel) -> Settling<'_, T> {
        self.came_back.remove(&channel);
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
