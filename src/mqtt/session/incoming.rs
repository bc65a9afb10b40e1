//! The peer's packet identifiers, and what came under each.

use super::Session;
use super::chain::{Chain, NIL};
use super::slots::{InState, Incoming, Slot, Slots};
use crate::mqtt::{PacketId, QoS, ReasonCode};

/// The incoming half of a session, without its slots.
///
/// The peer chooses its identifiers, so they are found through buckets: as many as there are slots. However it chooses
/// them, a bucket holds no more than 65,536 divided by the number of slots, nor more than there are slots: at the worst
/// 256.
#[derive(Clone, Copy, Debug)]
pub(super) struct IncomingState {
    free: Chain<true>,
    /// Slots from this one on were never used.
    fresh: u16,
    /// QoS 1 messages to be acknowledged, in the order in which they came.
    owed1: Chain<true>,
    /// QoS 2 messages to be acknowledged, in the order in which they came.
    owed2: Chain<true>,
    /// All that is answered or waits for the application's answer.
    others: Chain<true>,
    /// How many messages count against our receive maximum.
    counted: u16,
    /// How many requests the application has not answered.
    asked: u16,
}

impl IncomingState {
    pub(super) const EMPTY: Self = Self {
        free: Chain::EMPTY,
        fresh: 0,
        owed1: Chain::EMPTY,
        owed2: Chain::EMPTY,
        others: Chain::EMPTY,
        counted: 0,
        asked: 0,
    };

    const fn chain(&mut self, state: InState) -> &mut Chain<true> {
        match state {
            InState::Free => &mut self.free,
            InState::Owes1 | InState::Held1 => &mut self.owed1,
            InState::Owes2 | InState::Held2 => &mut self.owed2,
            InState::Recorded | InState::OwesSubAck | InState::OwesUnsubAck => &mut self.others,
        }
    }
}

impl<S: Slots> Session<S> {
    /// What came under `id`.
    #[inline]
    pub(in crate::mqtt) fn incoming(&self, id: PacketId) -> InState {
        match self.find(id) {
            NIL => InState::Free,
            at => self.slots.all().get(usize::from(at)).map_or(InState::Free, |slot| slot.incoming.state),
        }
    }

    /// How many messages count against our receive maximum.
    #[inline]
    pub(in crate::mqtt) const fn received_count(&self) -> u16 {
        self.incoming.counted
    }

    /// How many requests the application has not answered.
    pub(in crate::mqtt) const fn asked_count(&self) -> u16 {
        self.incoming.asked
    }

    /// Makes sure that [`record`](Self::record) has room.
    #[inline]
    pub(in crate::mqtt) fn has_room(&mut self) -> bool {
        self.incoming.free.first() != NIL || usize::from(self.incoming.fresh) < self.slots.all().len() || self.grow()
    }

    /// Remembers what came under `id`, which is new. [`has_room`](Self::has_room) was asked.
    #[inline]
    pub(in crate::mqtt) fn record(&mut self, id: PacketId, state: InState, note: u16) {
        let slots = self.slots.all_mut();
        let at = match self.incoming.free.first() {
            NIL => {
                let fresh = self.incoming.fresh;
                self.incoming.fresh = fresh.saturating_add(1);
                fresh
            }
            at => {
                self.incoming.free.remove(slots, at);
                at
            }
        };
        let counted = !matches!(state, InState::OwesSubAck | InState::OwesUnsubAck);
        self.incoming.counted = self.incoming.counted.saturating_add(u16::from(counted));
        self.incoming.asked = self.incoming.asked.saturating_add(u16::from(!counted));
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            slot.incoming = Incoming { packet_id: id.get(), state, counted, note, ..Incoming::FREE };
        }
        self.incoming.chain(state).push(slots, at);
        enter_bucket(slots, at, id.get());
    }

    /// Forgets what came under `id`.
    #[inline]
    pub(in crate::mqtt) fn forget(&mut self, id: PacketId) {
        let at = self.find(id);
        self.forget_slot(at);
    }

    fn forget_slot(&mut self, at: u16) {
        let slots = self.slots.all_mut();
        let Some(entry) = slots.get(usize::from(at)).map(|slot| slot.incoming) else { return };
        leave_bucket(slots, at, entry);
        self.incoming.counted = self.incoming.counted.saturating_sub(u16::from(entry.counted));
        let was_asked = matches!(entry.state, InState::OwesSubAck | InState::OwesUnsubAck);
        self.incoming.asked = self.incoming.asked.saturating_sub(u16::from(was_asked));
        self.incoming.chain(entry.state).remove(slots, at);
        self.incoming.free.push(slots, at);
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            slot.incoming.state = InState::Free;
        }
    }

    /// The message's PUBREC was sent: it stays until PUBREL.
    pub(in crate::mqtt) fn recorded(&mut self, id: PacketId) {
        let at = self.find(id);
        let slots = self.slots.all_mut();
        let Some(was) = slots.get(usize::from(at)).map(|slot| slot.incoming.state) else { return };
        self.incoming.chain(was).remove(slots, at);
        self.incoming.others.push(slots, at);
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            slot.incoming.state = InState::Recorded;
        }
    }

    /// The application has acknowledged the message; it is sent when its turn comes. (§4.6)
    pub(in crate::mqtt) fn hold(&mut self, id: PacketId, reason_code: ReasonCode) {
        let at = self.find(id);
        let Some(slot) = self.slots.all_mut().get_mut(usize::from(at)) else { return };
        slot.incoming.note = u16::from(reason_code.value());
        slot.incoming.state = match slot.incoming.state {
            InState::Owes1 => InState::Held1,
            InState::Owes2 => InState::Held2,
            state => state,
        };
    }

    /// An acknowledgement whose turn it is: the earliest message of its QoS, if the application has acknowledged it.
    #[inline]
    pub(in crate::mqtt) fn next_held(&self) -> Option<(PacketId, QoS, ReasonCode)> {
        // Asked with each packet: most often nobody waits.
        if self.incoming.owed1.first() == NIL && self.incoming.owed2.first() == NIL {
            return None;
        }
        let held = |chain: &Chain<true>, state, qos| {
            let slot = self.slots.all().get(usize::from(chain.first()))?;
            let right = slot.incoming.state == state;
            let code = u8::try_from(slot.incoming.note).ok().and_then(ReasonCode::from_value)?;
            PacketId::new(slot.incoming.packet_id).filter(|_| right).map(|id| (id, qos, code))
        };
        held(&self.incoming.owed1, InState::Held1, QoS::AtLeastOnce)
            .or_else(|| held(&self.incoming.owed2, InState::Held2, QoS::ExactlyOnce))
    }

    /// How many reason codes the answer to the SUBSCRIBE or UNSUBSCRIBE must have.
    pub(in crate::mqtt) fn owed_codes(&self, id: PacketId) -> u16 {
        self.slots.all().get(usize::from(self.find(id))).map_or(0, |slot| slot.incoming.note)
    }

    /// A new connection: only QoS 2 messages that the application has acknowledged are remembered, whether their PUBREC
    /// left or waited for its turn. The peer sends the others again, or asks again.
    pub(super) fn reconnect_incoming(&mut self) {
        self.forget_unless(self.incoming.others.first(), |entry| entry.state == InState::Recorded);
        self.forget_unless(self.incoming.owed1.first(), |_| false);
        self.forget_unless(self.incoming.owed2.first(), Incoming::is_taken_over);
        while let Some(id) = self.slots.all().get(usize::from(self.incoming.owed2.first())) {
            let Some(id) = PacketId::new(id.incoming.packet_id) else { break };
            self.recorded(id);
        }
        let mut at = self.incoming.others.first();
        while let Some(slot) = self.slots.all_mut().get_mut(usize::from(at)) {
            slot.incoming.counted = false;
            at = Chain::<true>::next(self.slots.all(), at);
        }
        self.incoming.counted = 0;
    }

    /// Forgets all from `at` on in its chain but those that are to be kept.
    fn forget_unless(&mut self, mut at: u16, keep: impl Fn(&Incoming) -> bool) {
        while let Some(entry) = self.slots.all().get(usize::from(at)).map(|slot| slot.incoming) {
            let next = Chain::<true>::next(self.slots.all(), at);
            if !keep(&entry) {
                self.forget_slot(at);
            }
            at = next;
        }
    }

    /// The identifiers of QoS 2 messages that the application has acknowledged and the peer has not released.
    pub(super) fn records(&self) -> impl Iterator<Item = PacketId> + '_ {
        let from = |first| {
            let mut at = first;
            core::iter::from_fn(move || {
                let entry = self.slots.all().get(usize::from(at))?.incoming;
                at = Chain::<true>::next(self.slots.all(), at);
                Some(entry)
            })
        };
        let all = from(self.incoming.others.first()).chain(from(self.incoming.owed2.first()));
        all.filter(Incoming::is_taken_over).filter_map(|entry| PacketId::new(entry.packet_id))
    }

    #[inline]
    fn find(&self, id: PacketId) -> u16 {
        let slots = self.slots.all();
        let Some(bucket) = bucket(slots, id.get()) else { return NIL };
        let mut at = slots.get(bucket).map_or(NIL, |slot| slot.bucket);
        while let Some(slot) = slots.get(usize::from(at)) {
            if slot.incoming.packet_id == id.get() {
                return at;
            }
            at = slot.incoming.chain;
        }
        NIL
    }

    /// Grows, and fills the buckets anew.
    pub(super) fn grow(&mut self) -> bool {
        if !self.slots.grow() {
            return false;
        }
        let slots = self.slots.all_mut();
        slots.iter_mut().for_each(|slot| slot.bucket = NIL);
        for at in 0..self.incoming.fresh {
            if let Some(entry) = slots.get(usize::from(at)).map(|slot| slot.incoming) {
                if entry.state != InState::Free {
                    enter_bucket(slots, at, entry.packet_id);
                }
            }
        }
        true
    }
}

#[inline]
fn bucket(slots: &[Slot], id: u16) -> Option<usize> {
    // There are no more than 65,535; the short division is the quick one.
    id.checked_rem(u16::try_from(slots.len()).unwrap_or(u16::MAX)).map(usize::from)
}

#[inline]
fn enter_bucket(slots: &mut [Slot], at: u16, id: u16) {
    let Some(bucket) = bucket(slots, id) else { return };
    let first = slots.get_mut(bucket).map_or(NIL, |slot| core::mem::replace(&mut slot.bucket, at));
    if let Some(slot) = slots.get_mut(usize::from(at)) {
        slot.incoming.chain = first;
    }
}

#[inline]
fn leave_bucket(slots: &mut [Slot], at: u16, entry: Incoming) {
    let Some(bucket) = bucket(slots, entry.packet_id) else { return };
    let Some(mut before) = slots.get_mut(bucket).map(|slot| slot.bucket) else { return };
    if before == at {
        if let Some(slot) = slots.get_mut(bucket) {
            slot.bucket = entry.chain;
        }
        return;
    }
    while let Some(slot) = slots.get_mut(usize::from(before)) {
        if slot.incoming.chain == at {
            slot.incoming.chain = entry.chain;
            return;
        }
        before = slot.incoming.chain;
    }
}
