//! Our own packet identifiers, and what is in flight under each.

use super::Session;
use super::chain::{Chain, NIL};
use super::slots::{OutState, Outgoing, Slots};
use crate::mqtt::{PacketId, QoS};

/// The outgoing half of a session, without its slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutgoingState {
    /// Slots that were in use and are free again, the longest free first.
    free: Chain<false>,
    /// Slots from this one on were never used.
    fresh: u16,
    /// Messages that await PUBACK or PUBREC, in the order in which they were first sent.
    publishes: Chain<false>,
    /// Messages that await PUBCOMP, in the order in which PUBREC came.
    releases: Chain<false>,
    /// SUBSCRIBE and UNSUBSCRIBE that await their answers.
    requests: Chain<false>,
    /// The first of `publishes` that may have to be sent again on this connection.
    resend: u16,
    /// The first of `releases` whose PUBREL may have to be sent again on this connection.
    rerelease: u16,
    /// How many messages count against the peer's receive maximum.
    counted: u16,
}

impl OutgoingState {
    pub(super) const EMPTY: Self = Self {
        free: Chain::EMPTY,
        fresh: 0,
        publishes: Chain::EMPTY,
        releases: Chain::EMPTY,
        requests: Chain::EMPTY,
        resend: NIL,
        rerelease: NIL,
        counted: 0,
    };

    const fn chain(&mut self, state: OutState) -> &mut Chain<false> {
        match state {
            OutState::Free => &mut self.free,
            OutState::AwaitsPubAck | OutState::AwaitsPubRec => &mut self.publishes,
            OutState::AwaitsPubComp => &mut self.releases,
            OutState::AwaitsSubAck | OutState::AwaitsUnsubAck => &mut self.requests,
        }
    }
}

/// A message of ours that is not acknowledged to the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct InFlight {
    /// Its packet identifier.
    pub packet_id: PacketId,
    /// Its quality of service.
    pub qos: QoS,
    /// Whether the peer has said that it has the message (QoS 2, PUBREC): the message's body is no longer needed.
    pub received: bool,
}

impl<S: Slots> Session<S> {
    /// What is in flight under `id`.
    #[inline]
    pub(in crate::mqtt) fn outgoing(&self, id: PacketId) -> OutState {
        self.slots.all().get(usize::from(slot_of(id))).map_or(OutState::Free, |slot| slot.outgoing.state)
    }

    /// How many reason codes the answer to the SUBSCRIBE or UNSUBSCRIBE must have.
    pub(in crate::mqtt) fn answer_count(&self, id: PacketId) -> u16 {
        self.slots.all().get(usize::from(slot_of(id))).map_or(0, |slot| slot.outgoing.count)
    }

    /// How many messages count against the peer's receive maximum.
    #[inline]
    pub(in crate::mqtt) const fn sent_count(&self) -> u16 {
        self.outgoing.counted
    }

    /// The packet identifier that the next message gets. It is not taken yet.
    #[inline]
    pub(in crate::mqtt) fn next_packet_id(&mut self) -> Option<PacketId> {
        match self.outgoing.free.first() {
            NIL => {
                let fresh = self.outgoing.fresh;
                let there = usize::from(fresh) < self.slots.all().len() || self.grow();
                if there { id_of(fresh) } else { None }
            }
            slot => id_of(slot),
        }
    }

    /// Takes the packet identifier that [`next_packet_id`](Self::next_packet_id) named, for what was just sent.
    #[inline]
    pub(in crate::mqtt) fn take_packet_id(&mut self, id: PacketId, state: OutState, count: u16) {
        let at = slot_of(id);
        let slots = self.slots.all_mut();
        if self.outgoing.free.first() == at {
            self.outgoing.free.remove(slots, at);
        } else {
            self.outgoing.fresh = self.outgoing.fresh.saturating_add(1);
        }
        let counted = matches!(state, OutState::AwaitsPubAck | OutState::AwaitsPubRec);
        self.outgoing.counted = self.outgoing.counted.saturating_add(u16::from(counted));
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            slot.outgoing = Outgoing { state, counted, count, ..Outgoing::FREE };
        }
        self.outgoing.chain(state).push(slots, at);
    }

    /// The peer has the message: PUBREL is sent, the message's body is no longer needed.
    pub(in crate::mqtt) fn release(&mut self, id: PacketId) {
        self.move_to(id, OutState::AwaitsPubComp);
        if let Some(slot) = self.slots.all_mut().get_mut(usize::from(slot_of(id))) {
            slot.outgoing.stale = false;
        }
    }

    /// Nothing is in flight under `id` any more: it may be used again.
    pub(in crate::mqtt) fn complete(&mut self, id: PacketId) {
        self.move_to(id, OutState::Free);
        if let Some(slot) = self.slots.all_mut().get_mut(usize::from(slot_of(id))) {
            self.outgoing.counted = self.outgoing.counted.saturating_sub(u16::from(slot.outgoing.counted));
            slot.outgoing.counted = false;
        }
    }

    fn move_to(&mut self, id: PacketId, state: OutState) {
        let at = slot_of(id);
        let slots = self.slots.all_mut();
        let Some(was) = slots.get(usize::from(at)).map(|slot| slot.outgoing.state) else { return };
        for cursor in [&mut self.outgoing.resend, &mut self.outgoing.rerelease] {
            if *cursor == at {
                *cursor = Chain::<false>::next(slots, at);
            }
        }
        self.outgoing.chain(was).remove(slots, at);
        self.outgoing.chain(state).push(slots, at);
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            slot.outgoing.state = state;
        }
    }

    /// A new connection: requests of the old one will not be answered, messages are to be sent again.
    pub(super) fn reconnect_outgoing(&mut self) {
        while let Some(id) = id_of(self.outgoing.requests.first()) {
            self.complete(id);
        }
        self.outgoing.counted = 0;
        self.outgoing.resend = self.outgoing.publishes.first();
        self.outgoing.rerelease = self.outgoing.releases.first();
        for start in [self.outgoing.resend, self.outgoing.rerelease] {
            let mut at = start;
            while let Some(slot) = self.slots.all_mut().get_mut(usize::from(at)) {
                slot.outgoing.stale = true;
                slot.outgoing.counted = false;
                at = Chain::<false>::next(self.slots.all(), at);
            }
        }
    }

    /// The first message whose PUBREL is to be sent again.
    pub(in crate::mqtt) fn due_release(&mut self) -> Option<PacketId> {
        let at = self.skip_fresh(self.outgoing.rerelease);
        self.outgoing.rerelease = at;
        id_of(at)
    }

    /// Its PUBREL was sent again.
    pub(in crate::mqtt) fn released(&mut self, id: PacketId) {
        let at = slot_of(id);
        if let Some(slot) = self.slots.all_mut().get_mut(usize::from(at)) {
            slot.outgoing.stale = false;
        }
        self.outgoing.rerelease = Chain::<false>::next(self.slots.all(), at);
    }

    /// The first message that is to be sent again, and its QoS.
    pub(in crate::mqtt) fn due_resend(&mut self) -> Option<PacketId> {
        let at = self.skip_fresh(self.outgoing.resend);
        self.outgoing.resend = at;
        id_of(at)
    }

    /// It was sent again.
    pub(in crate::mqtt) fn resent(&mut self, id: PacketId) {
        let at = slot_of(id);
        if let Some(slot) = self.slots.all_mut().get_mut(usize::from(at)) {
            slot.outgoing.stale = false;
            slot.outgoing.counted = true;
            self.outgoing.counted = self.outgoing.counted.saturating_add(1);
        }
        self.outgoing.resend = Chain::<false>::next(self.slots.all(), at);
    }

    /// Whether messages or PUBRELs are still to be sent again on this connection.
    #[inline]
    pub(in crate::mqtt) const fn is_resuming(&self) -> bool {
        self.outgoing.resend != NIL || self.outgoing.rerelease != NIL
    }

    /// The first slot from `at` on in its chain that was not sent on this connection.
    fn skip_fresh(&self, mut at: u16) -> u16 {
        while let Some(slot) = self.slots.all().get(usize::from(at)) {
            if slot.outgoing.stale {
                return at;
            }
            at = Chain::<false>::next(self.slots.all(), at);
        }
        NIL
    }

    /// Our messages that are not acknowledged to the end: those that the peer has, in the order in which it said so,
    /// then the others, in the order in which they were sent.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight> + '_ {
        self.walk(self.outgoing.releases.first()).chain(self.walk(self.outgoing.publishes.first()))
    }

    /// How many messages [`in_flight`](Self::in_flight) has.
    pub const fn in_flight_count(&self) -> usize {
        (self.outgoing.releases.len() as usize).saturating_add(self.outgoing.publishes.len() as usize)
    }

    fn walk(&self, first: u16) -> impl Iterator<Item = InFlight> + '_ {
        let mut at = first;
        core::iter::from_fn(move || {
            let state = self.slots.all().get(usize::from(at))?.outgoing.state;
            let packet_id = id_of(at)?;
            at = Chain::<false>::next(self.slots.all(), at);
            let qos = if state == OutState::AwaitsPubAck { QoS::AtLeastOnce } else { QoS::ExactlyOnce };
            Some(InFlight { packet_id, qos, received: state == OutState::AwaitsPubComp })
        })
    }

    /// Puts a saved message back. `false` if there is no room, or the identifier is in use.
    pub(super) fn restore_outgoing(&mut self, id: PacketId, state: OutState) -> bool {
        let at = slot_of(id);
        while usize::from(at) >= self.slots.all().len() {
            if !self.grow() {
                return false;
            }
        }
        // Identifiers below that were not saved become free ones.
        let slots = self.slots.all_mut();
        while self.outgoing.fresh <= at {
            self.outgoing.free.push(slots, self.outgoing.fresh);
            self.outgoing.fresh = self.outgoing.fresh.saturating_add(1);
        }
        let Some(slot) = slots.get_mut(usize::from(at)) else { return false };
        if slot.outgoing.state != OutState::Free {
            return false;
        }
        slot.outgoing.state = state;
        self.outgoing.free.remove(slots, at);
        self.outgoing.chain(state).push(slots, at);
        true
    }
}

#[inline]
const fn id_of(slot: u16) -> Option<PacketId> {
    PacketId::new(slot.wrapping_add(1))
}

#[inline]
const fn slot_of(id: PacketId) -> u16 {
    id.get().wrapping_sub(1)
}
