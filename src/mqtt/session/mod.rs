//! What outlives a connection. (§4.1)

mod chain;
mod incoming;
mod outgoing;
mod save;
mod slots;

use core::time::Duration;

pub use outgoing::InFlight;
pub use save::RestoreError;
pub use slots::{Growing, Slot, Slots};
pub(super) use slots::{InState, OutState};

use crate::Instant;

/// The state of a session at one end: which of our messages are in flight, and which of the peer's QoS 2 messages must
/// not be delivered again.
///
/// Hand it to a [`Client`](super::Client) or a [`Server`](super::Server), and take it back with `into_session` when the
/// connection is gone: the next connection goes on where this one stopped. It holds identifiers only; the bodies of the
/// messages stay with you (or in an [`Outbox`](super::Outbox)).
///
/// `Session::new()` grows on the heap as it needs. `Session::with_slots([Slot::EMPTY; 8])` needs no heap, and has at
/// most eight messages in flight in each direction.
#[derive(Clone, Debug)]
pub struct Session<S = Growing> {
    slots: S,
    outgoing: outgoing::OutgoingState,
    incoming: incoming::IncomingState,
    /// Which connection this is, so that a delivery of an earlier one is not mistaken for one of this.
    epoch: Epoch,
    /// Whether a connection was ever made with this session.
    established: bool,
    will_due: Option<Instant>,
    expires: Option<Instant>,
}

#[cfg(feature = "alloc")]
impl Session {
    /// A new session that keeps its state on the heap, and has used none yet.
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

/// Which connection of a session, and of which session: the number of the connection, and the microsecond in which it
/// began, for every new session counts from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) struct Epoch {
    connection: u32,
    began: u32,
}

impl Epoch {
    /// That of no connection.
    pub(super) const NONE: Self = Self { connection: 0, began: 0 };
}

/// What is due in a session without a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionEvent {
    /// The will is to be published now. (5.0 §3.1.3.2.2, 3.1.1 §3.1.2.5)
    Will,
    /// The session ends: forget it. (5.0 §3.1.2.11.2)
    Expired,
}

impl<S: Slots> Session<S> {
    /// A new session that keeps its state in `slots`.
    pub const fn with_slots(slots: S) -> Self {
        Self {
            slots,
            outgoing: outgoing::OutgoingState::EMPTY,
            incoming: incoming::IncomingState::EMPTY,
            epoch: Epoch::NONE,
            established: false,
            will_due: None,
            expires: None,
        }
    }

    /// How many messages can be in flight in each direction.
    pub fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    /// Whether the session was ever connected: at a server, what "session present" says.
    pub const fn is_established(&self) -> bool {
        self.established
    }

    /// Takes the session for one that was connected before, though its state is lost.
    ///
    /// A 5.0 client without session state must close the connection when the server says that it has one
    /// `[MQTT-3.2.2-4]`. Call this to go on all the same: messages that were in flight may come again.
    pub const fn assume_established(&mut self) {
        self.established = true;
    }

    /// Forgets everything: a new session in the same slots.
    pub fn clear(&mut self) {
        self.slots.all_mut().fill(Slot::EMPTY);
        self.outgoing = outgoing::OutgoingState::EMPTY;
        self.incoming = incoming::IncomingState::EMPTY;
        self.established = false;
        self.will_due = None;
        self.expires = None;
    }

    /// When [`timeout`](Self::timeout) is to be called, if no connection takes the session before.
    pub fn deadline(&self) -> Option<Instant> {
        match (self.will_due, self.expires) {
            (Some(will), Some(expires)) => Some(will.min(expires)),
            (will, expires) => will.or(expires),
        }
    }

    /// What is due at `now`; ask until it is `None`. The will comes before the session's end.
    pub fn timeout(&mut self, now: Instant) -> Option<SessionEvent> {
        if self.will_due.is_some_and(|due| due <= now) {
            self.will_due = None;
            return Some(SessionEvent::Will);
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            self.clear();
            return Some(SessionEvent::Expired);
        }
        None
    }

    pub(super) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// A connection begins: with `present` where the session stopped, else with nothing.
    pub(super) fn begin(&mut self, now: Instant, present: bool) {
        if present {
            self.reconnect_outgoing();
            self.reconnect_incoming();
        } else {
            self.clear();
        }
        let began = u32::try_from(now.as_micros() & u64::from(u32::MAX)).unwrap_or_default();
        self.epoch = Epoch { connection: self.epoch.connection.wrapping_add(1), began };
        self.established = true;
        self.will_due = None;
        self.expires = None;
    }

    /// The connection ended: `expiry` from now the session ends too, and with a `will` that is due at the latest then.
    pub(super) fn end(&mut self, now: Instant, expiry: Option<Duration>, will: Option<Duration>) {
        self.expires = expiry.map(|span| now.after(span));
        self.will_due = will.map(|delay| {
            let due = now.after(delay);
            self.expires.map_or(due, |expires| due.min(expires))
        });
    }
}
