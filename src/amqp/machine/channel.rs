//! Channels: the handle, and what a connection knows of each.

use super::window::Window;
use super::words::{Few, Words};
use crate::amqp::MethodId;

/// A channel of a connection, in one of its lives: numbers are used again, handles are not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Channel {
    pub(super) number: u16,
    pub(super) epoch: u32,
}

impl Channel {
    /// Its number on the wire.
    pub const fn number(self) -> u16 {
        self.number
    }
}

/// A message that was delivered, on one life of one channel: what to acknowledge it by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DeliveryTag {
    pub(super) channel: Channel,
    pub(super) tag: u64,
}

impl DeliveryTag {
    /// The channel that it was delivered on.
    pub const fn channel(self) -> Channel {
        self.channel
    }

    /// Its number on the wire.
    pub const fn number(self) -> u64 {
        self.tag
    }
}

/// How many calls can await their answers on a channel.
const CALLS: usize = 16;

/// The calls that await their answers, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls {
    calls: [Option<MethodId>; CALLS],
}

impl Calls {
    const NONE: Self = Self { calls: [None; CALLS] };

    pub(super) const fn is_full(&self) -> bool {
        matches!(self.calls, [.., Some(_)])
    }

    /// [`is_full`](Self::is_full) was asked.
    pub(super) fn push(&mut self, call: MethodId) {
        if let Some(free) = self.calls.iter_mut().find(|place| place.is_none()) {
            *free = Some(call);
        }
    }

    pub(super) fn first(&self) -> Option<MethodId> {
        self.calls.first().copied().flatten()
    }

    pub(super) const fn is_empty(&self) -> bool {
        matches!(self.calls, [None, ..])
    }

    /// Whether this was called, and has no answer.
    pub(super) fn has(&self, call: MethodId) -> bool {
        !self.is_empty() && self.calls.contains(&Some(call))
    }

    /// Which call this answers: the first one. But RabbitMQ has consume-ok and cancel-ok from the queue's own process, and
    /// answers meanwhile what was called after them.
    pub(super) fn answered_by(&self, answer: MethodId) -> Option<usize> {
        let mut at: usize = 0;
        for call in self.calls {
            match call? {
                call if call.answers().contains(&answer) => return Some(at),
                MethodId::BasicConsume | MethodId::BasicCancel => at = at.saturating_add(1),
                _ => return None,
            }
        }
        None
    }

    /// Forgets the first call.
    pub(super) fn pop(&mut self) {
        self.remove(0);
    }

    /// Forgets a call: those behind it move up.
    pub(super) fn remove(&mut self, at: usize) {
        let mut behind = None;
        for call in self.calls.get_mut(at..).unwrap_or_default().iter_mut().rev() {
            core::mem::swap(call, &mut behind);
        }
    }
}

/// What must come next of a message on a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// A method.
    None,
    /// The content header.
    Header,
    /// This many bytes of body, not 0.
    Body(u64),
}

/// What was selected for a channel. The server closes it for both; until a client hears of that it has both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected(u8);

impl Selected {
    const NOTHING: Self = Self(0);
    /// What is published is confirmed.
    pub(super) const CONFIRMS: Self = Self(1);
    /// What is published and acknowledged counts when it is committed.
    pub(super) const TRANSACTIONS: Self = Self(2);

    pub(super) const fn add(&mut self, more: Self) {
        self.0 |= more.0;
    }

    const fn has(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// The number is free.
    Free,
    /// The client asked for it.
    Opening,
    Open,
    /// We have closed it: what comes before the answer is not looked at.
    Closing,
}

/// What a connection knows of one channel.
///
/// Without a heap it has room for 256 publishes in a row that are not confirmed, and as many deliveries that are not
/// acknowledged; the more they are spread, the fewer.
#[derive(Clone, Copy, Debug)]
pub struct Slot<W = Few> {
    pub(super) epoch: u32,
    pub(super) phase: Phase,
    pub(super) receiving: Content,
    /// How many bytes of a body are still to be sent before anything else can be.
    pub(super) sending: u64,
    pub(super) calls: Calls,
    pub(super) selected: Selected,
    /// The peer has asked us to send no content.
    pub(super) stopped: bool,
    /// Some consumer does not acknowledge: which deliveries must be, is not known any more.
    pub(super) automatic: bool,
    /// Messages that were published here, and not confirmed.
    pub(super) published: Window<W>,
    /// Messages that were delivered here, and not acknowledged.
    pub(super) delivered: Window<W>,
}

impl Slot {
    /// A channel that is not in use.
    pub const EMPTY: Self = Self::NEW;
}

impl<W: Words> Slot<W> {
    pub(super) const NEW: Self = Self {
        epoch: 0,
        phase: Phase::Free,
        receiving: Content::None,
        sending: 0,
        calls: Calls::NONE,
        selected: Selected::NOTHING,
        stopped: false,
        automatic: false,
        published: Window::NEW,
        delivered: Window::NEW,
    };

    pub(super) const fn has_confirms(&self) -> bool {
        self.selected.has(Selected::CONFIRMS)
    }

    pub(super) const fn has_transactions(&self) -> bool {
        self.selected.has(Selected::TRANSACTIONS)
    }

    /// Whether a call of `basic.recover` awaits its answer: until then what is delivered will be delivered again.
    pub(super) fn recovers(&self) -> bool {
        self.calls.has(MethodId::BasicRecover)
    }

    /// Frees the number. Its last life is remembered.
    pub(in crate::amqp) fn clear(&mut self) {
        *self = Self { epoch: self.epoch, ..Self::NEW };
    }
}

/// Where a connection keeps its channels: [`Growing`], or an array.
pub trait Slots: sealed::Sealed {
    #[doc(hidden)]
    type Words: Words;
    #[doc(hidden)]
    fn all(&self) -> &[Slot<Self::Words>];
    #[doc(hidden)]
    fn all_mut(&mut self) -> &mut [Slot<Self::Words>];
    /// Makes room for channels up to this number, if that can be done.
    #[doc(hidden)]
    fn reach(&mut self, number: u16) -> bool;
    /// The highest number that there can be.
    #[doc(hidden)]
    fn most(&self) -> u16;
}

mod sealed {
    pub trait Sealed {}
}

impl<const N: usize> sealed::Sealed for [Slot; N] {}

impl<const N: usize> Slots for [Slot; N] {
    type Words = Few;

    fn all(&self) -> &[Slot] {
        self
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        self
    }

    fn reach(&mut self, number: u16) -> bool {
        usize::from(number) <= N
    }

    fn most(&self) -> u16 {
        u16::try_from(N).unwrap_or(u16::MAX)
    }
}

/// Channels on the heap, as many as are needed. Needs the feature `alloc`; without it no value of this type can be made.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    #[cfg(feature = "alloc")]
    slots: alloc::vec::Vec<Slot<OnHeap>>,
    #[cfg(not(feature = "alloc"))]
    _never: Option<core::convert::Infallible>,
}

impl sealed::Sealed for Growing {}

#[cfg(feature = "alloc")]
type OnHeap = alloc::vec::Vec<super::words::Word>;

#[cfg(feature = "alloc")]
impl Slots for Growing {
    type Words = OnHeap;

    fn all(&self) -> &[Slot<OnHeap>] {
        &self.slots
    }

    fn all_mut(&mut self) -> &mut [Slot<OnHeap>] {
        &mut self.slots
    }

    fn reach(&mut self, number: u16) -> bool {
        let wanted = usize::from(number);
        let more = wanted.saturating_sub(self.slots.len());
        if self.slots.try_reserve(more).is_err() {
            return false;
        }
        self.slots.resize(self.slots.len().max(wanted), Slot::NEW);
        true
    }

    fn most(&self) -> u16 {
        u16::MAX
    }
}

#[cfg(not(feature = "alloc"))]
impl Slots for Growing {
    type Words = Few;

    fn all(&self) -> &[Slot] {
        &[]
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        &mut []
    }

    fn reach(&mut self, _: u16) -> bool {
        false
    }

    fn most(&self) -> u16 {
        0
    }
}
