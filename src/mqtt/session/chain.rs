//! Doubly linked lists through the slots: every insertion and removal takes the same time, however many there are.

use super::slots::Slot;

/// No slot. Slots are numbered from 0 to 65,534.
pub(super) const NIL: u16 = u16::MAX;

/// A slot's neighbours in the chain that it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    prev: u16,
    next: u16,
}

impl Links {
    pub(super) const NONE: Self = Self { prev: NIL, next: NIL };
}

/// A chain of slots, by their outgoing or their incoming half.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain<const INCOMING: bool> {
    head: u16,
    tail: u16,
    len: u16,
}

impl<const INCOMING: bool> Chain<INCOMING> {
    pub(super) const EMPTY: Self = Self { head: NIL, tail: NIL, len: 0 };

    pub(super) const fn first(&self) -> u16 {
        self.head
    }

    pub(super) const fn len(&self) -> u16 {
        self.len
    }

    /// The slot behind `at`, or [`NIL`].
    pub(super) fn next(slots: &[Slot], at: u16) -> u16 {
        slots.get(usize::from(at)).map_or(NIL, |slot| Self::read(slot).next)
    }

    pub(super) fn push(&mut self, slots: &mut [Slot], at: u16) {
        Self::set(slots, at, |links| *links = Links { prev: self.tail, next: NIL });
        if self.tail == NIL {
            self.head = at;
        } else {
            Self::set(slots, self.tail, |links| links.next = at);
        }
        self.tail = at;
        self.len = self.len.saturating_add(1);
    }

    pub(super) fn remove(&mut self, slots: &mut [Slot], at: u16) {
        let Some(links) = slots.get(usize::from(at)).map(Self::read) else { return };
        if links.prev == NIL {
            self.head = links.next;
        } else {
            Self::set(slots, links.prev, |prev| prev.next = links.next);
        }
        if links.next == NIL {
            self.tail = links.prev;
        } else {
            Self::set(slots, links.next, |next| next.prev = links.prev);
        }
        self.len = self.len.saturating_sub(1);
    }

    const fn read(slot: &Slot) -> Links {
        if INCOMING { slot.incoming.links } else { slot.outgoing.links }
    }

    fn set(slots: &mut [Slot], at: u16, change: impl FnOnce(&mut Links)) {
        if let Some(slot) = slots.get_mut(usize::from(at)) {
            change(if INCOMING { &mut slot.incoming.links } else { &mut slot.outgoing.links });
        }
    }
}
