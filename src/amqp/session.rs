//! What outlives the socket.

use super::machine::{Channel, Growing, Slot, Slots};

/// What outlives a connection: the memory of its channels, and how many there have been.
///
/// AMQP 0-9-1 resumes nothing. But handles of an old connection's channels may still be about, and delivery tags; a new
/// connection that goes on with the session knows them for what they are, and an old tag cannot acknowledge a
/// stranger's message.
///
/// Handles of two connections that do not follow each other, as a bridge has them, are not told apart. Keep them with their
/// machines.
///
/// `Session::new()` grows on the heap as it needs; `Session::with_slots([Slot::EMPTY; 4])` needs no heap, and has at most
/// four channels.
#[derive(Clone, Debug)]
pub struct Session<S = Growing> {
    pub(super) slots: S,
    /// How many channels there have been.
    epoch: u32,
}

#[cfg(feature = "alloc")]
impl Session {
    /// A new session that keeps its channels on the heap.
    pub fn new() -> Self {
        Self::with_slots(Growing::default())
    }
}

#[cfg(feature = "alloc")]
impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Slots> Session<S> {
    /// A new session with these slots: all [`Slot::EMPTY`].
    pub const fn with_slots(slots: S) -> Self {
        Self { slots, epoch: 0 }
    }

    /// The highest channel number that there is room for.
    pub fn capacity(&self) -> u16 {
        self.slots.most()
    }

    /// A channel's next life.
    pub(super) fn begin(&mut self, number: u16) -> Channel {
        self.epoch = self.epoch.wrapping_add(1);
        Channel::new(number, self.epoch)
    }

    /// No channel is open any more.
    pub(super) fn clear(&mut self) {
        self.slots.all_mut().iter_mut().for_each(Slot::clear);
    }
}
