//! What an application knows of its messages, and what it may hold its machine to.

use fourwire::mqtt::{Delivery, PacketId, QoS};

/// A message on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    InFlight(PacketId),
    /// Reported as published.
    Published,
    /// The session was lost before that.
    Dropped,
}

/// A message that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) qos: QoS,
    pub(crate) fate: Fate,
    /// The peer lost its session while this was in flight: it cannot know any more whether it had the message.
    pub(crate) unprotected: bool,
}

/// One end's books: what it sent, and what it was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    /// The messages sent so far; the number of one is its place.
    pub(crate) sent: Vec<Sent>,
    /// How often each message of the peer was delivered.
    pub(crate) delivered: Vec<u8>,
    /// Which of them were acknowledged by the application: from then on it has them.
    pub(crate) taken: Vec<bool>,
    /// Deliveries that the application has not acknowledged, with the messages' numbers.
    pub(crate) owed: Vec<(u8, Delivery)>,
}

impl Books {
    pub(crate) fn publishes(&mut self, qos: QoS, id: PacketId) -> Result<(), String> {
        if self.sent.iter().any(|sent| sent.fate == Fate::InFlight(id)) {
            return Err(format!("identifier {id} is in use already"));
        }
        self.sent.push(Sent { qos, fate: Fate::InFlight(id), unprotected: false });
        Ok(())
    }

    /// The message in flight under `id`.
    pub(crate) fn under(&self, id: PacketId) -> Option<u8> {
        let number = self.sent.iter().position(|sent| sent.fate == Fate::InFlight(id))?;
        Some(number as u8)
    }

    pub(crate) fn published(&mut self, id: PacketId, peer: &Self) -> Result<(), String> {
        let number = self.under(id).ok_or_else(|| format!("{id} is published, which was not in flight"))?;
        if peer.delivered.get(usize::from(number)).is_none_or(|times| *times == 0) {
            return Err(format!("message {number} is published, but was not delivered"));
        }
        self.sent[usize::from(number)].fate = Fate::Published;
        Ok(())
    }

    /// A message of the peer's was delivered.
    pub(crate) fn delivered(&mut self, number: u8, dup: bool, peer: &Self) -> Result<(), String> {
        let at = usize::from(number);
        if self.delivered.len() <= at {
            self.delivered.resize(at + 1, 0);
            self.taken.resize(at + 1, false);
        }
        self.delivered[at] += 1;
        let Sent { qos, fate, unprotected } = peer.sent[at];
        let exactly_once = qos == QoS::ExactlyOnce && !unprotected;
        let times = self.delivered[at];
        if exactly_once && self.taken[at] {
            return Err(format!("message {number} is delivered twice"));
        }
        if times > 1 && !dup {
            return Err(format!("message {number} is delivered again without DUP"));
        }
        if fate == Fate::Published && exactly_once {
            return Err(format!("message {number} is delivered after it was published"));
        }
        // Those of one QoS come first in the order in which they were sent. `[MQTT-4.6.0-6]`
        let later = |(number, times): (usize, &u8)| number > at && *times > 0 && peer.sent[number].qos == qos;
        if times == 1 && self.delivered.iter().enumerate().any(later) {
            return Err(format!("message {number} is delivered behind a later one"));
        }
        Ok(())
    }

    /// The application has the message.
    pub(crate) fn takes(&mut self, number: u8) {
        self.taken[usize::from(number)] = true;
    }

    /// The peer has lost its session.
    pub(crate) fn peer_forgets(&mut self) {
        for sent in &mut self.sent {
            sent.unprotected |= matches!(sent.fate, Fate::InFlight(_));
        }
    }

    /// The session is lost, and what was in flight with it.
    pub(crate) fn drops(&mut self) {
        for sent in &mut self.sent {
            if matches!(sent.fate, Fate::InFlight(_)) {
                sent.fate = Fate::Dropped;
            }
        }
    }
}
