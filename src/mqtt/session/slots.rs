//! The memory of a session: one slot for each message in flight, in each direction.

use super::chain::{Links, NIL};
use crate::mqtt::ReasonCode;

/// Room for one outgoing and one incoming message in flight. (24 bytes)
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub(super) outgoing: Outgoing,
    pub(super) incoming: Incoming,
    /// The first of the incoming messages whose packet identifier falls into this slot's bucket.
    pub(super) bucket: u16,
}

impl Slot {
    /// A slot that is not in use.
    pub const EMPTY: Self = Self { outgoing: Outgoing::FREE, incoming: Incoming::FREE, bucket: NIL };
}

/// What is in flight under a packet identifier of ours: slot `i` is identifier `i + 1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing {
    pub(super) state: OutState,
    /// Sent on an earlier connection, and not yet again on this one.
    pub(super) stale: bool,
    /// Counts against the peer's receive maximum.
    pub(super) counted: bool,
    /// How many reason codes the answer must have.
    pub(super) count: u16,
    pub(super) links: Links,
}

impl Outgoing {
    pub(super) const FREE: Self =
        Self { state: OutState::Free, stale: false, counted: false, count: 0, links: Links::NONE };
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mqtt) enum OutState {
    Free,
    /// A PUBLISH with QoS 1, to be answered by PUBACK.
    AwaitsPubAck,
    /// A PUBLISH with QoS 2, to be answered by PUBREC.
    AwaitsPubRec,
    /// A PUBREL, to be answered by PUBCOMP.
    AwaitsPubComp,
    /// A SUBSCRIBE.
    AwaitsSubAck,
    /// An UNSUBSCRIBE.
    AwaitsUnsubAck,
}

/// What came under a packet identifier of the peer's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    pub(super) packet_id: u16,
    pub(super) state: InState,
    /// Counts against our receive maximum.
    pub(super) counted: bool,
    /// The reason code of an acknowledgement that waits for its turn, or the count of reason codes that are owed.
    pub(super) note: u16,
    pub(super) links: Links,
    /// The next in the same bucket.
    pub(super) chain: u16,
}

impl Incoming {
    pub(super) const FREE: Self =
        Self { packet_id: 0, state: InState::Free, counted: false, note: 0, links: Links::NONE, chain: NIL };
}

impl Incoming {
    /// Whether the application has taken over a QoS 2 message: it must not be delivered again.
    pub(super) fn is_taken_over(&self) -> bool {
        let refused = u8::try_from(self.note).ok().and_then(ReasonCode::from_value).is_some_and(|code| code.is_error());
        self.state == InState::Recorded || self.state == InState::Held2 && !refused
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mqtt) enum InState {
    Free,
    /// A QoS 1 message that the application has and has not acknowledged.
    Owes1,
    /// A QoS 1 message whose acknowledgement waits for that of an earlier one.
    Held1,
    /// A QoS 2 message that the application has and has not acknowledged.
    Owes2,
    /// A QoS 2 message whose acknowledgement waits for that of an earlier one.
    Held2,
    /// A QoS 2 message for which PUBREC was sent: not to be delivered again before PUBREL.
    Recorded,
    /// A SUBSCRIBE that the application has not answered.
    OwesSubAck,
    /// An UNSUBSCRIBE that the application has not answered.
    OwesUnsubAck,
}

/// Where a session keeps its slots: [`Growing`], an array, or a slice that you lend.
pub trait Slots: sealed::Sealed {
    #[doc(hidden)]
    fn all(&self) -> &[Slot];
    #[doc(hidden)]
    fn all_mut(&mut self) -> &mut [Slot];
    /// Makes room for more, if that can be done.
    #[doc(hidden)]
    fn grow(&mut self) -> bool;
    /// How many slots there can be in the end.
    #[doc(hidden)]
    fn capacity(&self) -> usize;
}

mod sealed {
    pub trait Sealed {}
}

/// There are not more packet identifiers than this.
pub(super) const MAX: usize = 0xFFFF;

impl<const N: usize> sealed::Sealed for [Slot; N] {}

impl<const N: usize> Slots for [Slot; N] {
    fn all(&self) -> &[Slot] {
        self.as_slice().get(..MAX).unwrap_or(self)
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        let n = N.min(MAX);
        self.as_mut_slice().get_mut(..n).unwrap_or_default()
    }

    fn grow(&mut self) -> bool {
        false
    }

    fn capacity(&self) -> usize {
        N.min(MAX)
    }
}

impl sealed::Sealed for &mut [Slot] {}

impl Slots for &mut [Slot] {
    fn all(&self) -> &[Slot] {
        self.as_ref().get(..MAX).unwrap_or(self)
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        let n = self.len().min(MAX);
        self.as_mut().get_mut(..n).unwrap_or_default()
    }

    fn grow(&mut self) -> bool {
        false
    }

    fn capacity(&self) -> usize {
        self.len().min(MAX)
    }
}

/// Slots on the heap, as many as are needed: from none to 65,535. Needs the feature `alloc`; without it no value of
/// this type can be made.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    #[cfg(feature = "alloc")]
    slots: alloc::vec::Vec<Slot>,
    #[cfg(not(feature = "alloc"))]
    never: Option<core::convert::Infallible>,
}

impl sealed::Sealed for Growing {}

#[cfg(feature = "alloc")]
impl Slots for Growing {
    fn all(&self) -> &[Slot] {
        &self.slots
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// Doubles, so that the buckets are filled anew only now and then.
    fn grow(&mut self) -> bool {
        let len = self.slots.len();
        let wanted = len.saturating_mul(2).clamp(8, MAX);
        if wanted <= len || self.slots.try_reserve_exact(wanted.saturating_sub(len)).is_err() {
            return false;
        }
        self.slots.resize(wanted, Slot::EMPTY);
        true
    }

    fn capacity(&self) -> usize {
        MAX
    }
}

#[cfg(not(feature = "alloc"))]
impl Slots for Growing {
    fn all(&self) -> &[Slot] {
        let _ = self.never;
        &[]
    }

    fn all_mut(&mut self) -> &mut [Slot] {
        &mut []
    }

    fn grow(&mut self) -> bool {
        false
    }

    fn capacity(&self) -> usize {
        0
    }
}
