//! Sessions as bytes.
//!
//! `4wM`, a format version of 1, three counts in two bytes each, then as many packet identifiers: messages that await
//! PUBCOMP, messages that await PUBACK or PUBREC (QoS 2 with a second byte pair of 1, QoS 1 of 0), and the peer's QoS 2
//! messages that are recorded. All numbers are big-endian.

use core::fmt;

use super::slots::{InState, OutState, Slots};
use super::{InFlight, Session};
use crate::mqtt::{PacketId, QoS};
use crate::write::Writer;
use crate::{Full, Output};

const HEADER: [u8; 4] = *b"4wM\x01";

/// Bytes that are no saved session, or one that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RestoreError {
    /// The bytes were not written by [`Session::save`], or were cut or changed.
    Malformed,
    /// The session has more, or higher, packet identifiers than there are slots.
    TooManyInFlight,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "these bytes are no saved session",
            Self::TooManyInFlight => "the saved session has more in flight than there are slots",
        })
    }
}

impl core::error::Error for RestoreError {}

impl<S: Slots> Session<S> {
    /// How many bytes [`save`](Self::save) writes.
    pub fn saved_len(&self) -> usize {
        let [releases, publishes, records] = self.counts().map(usize::from);
        10_usize
            .saturating_add(releases.saturating_mul(2))
            .saturating_add(publishes.saturating_mul(4))
            .saturating_add(records.saturating_mul(2))
    }

    /// How many releases, publishes and records there are.
    fn counts(&self) -> [u16; 3] {
        let mut counts = [0_u16; 3];
        let [releases, publishes, records] = &mut counts;
        for message in self.in_flight() {
            let count = if message.received { &mut *releases } else { &mut *publishes };
            *count = count.saturating_add(1);
        }
        self.records().for_each(|_| *records = records.saturating_add(1));
        counts
    }

    /// Writes the session, so that [`restore`](Self::restore) makes it again in another process.
    ///
    /// Messages of the peer's that were not acknowledged are not part of it: the peer sends them again.
    pub fn save(&self, out: &mut impl Output) -> Result<(), Full> {
        let mut space = Writer::new(out.space(self.saved_len(), 0)?);
        space.put(&HEADER);
        let releases = || self.in_flight().filter(|message| message.received);
        let publishes = || self.in_flight().filter(|message| !message.received);
        self.counts().iter().for_each(|count| space.put(&count.to_be_bytes()));
        let id = |id: PacketId| id.get().to_be_bytes();
        releases().for_each(|message| space.put(&id(message.packet_id)));
        publishes().for_each(|InFlight { packet_id, qos, .. }| {
            space.put(&id(packet_id));
            space.put(&[0, u8::from(qos == QoS::ExactlyOnce)]);
        });
        self.records().for_each(|packet_id| space.put(&id(packet_id)));
        Ok(())
    }

    /// Makes a session from what [`save`](Self::save) wrote.
    pub fn restore(bytes: &[u8], slots: S) -> Result<Self, RestoreError> {
        let mut session = Self::with_slots(slots);
        session.read(bytes)?;
        session.established = true;
        Ok(session)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let mut words = Words { bytes: bytes.strip_prefix(&HEADER).ok_or(RestoreError::Malformed)? };
        let (releases, publishes, records) = (words.next()?, words.next()?, words.next()?);
        for _ in 0..releases {
            self.restored(words.id()?, OutState::AwaitsPubComp)?;
        }
        for _ in 0..publishes {
            let id = words.id()?;
            let state = match words.next()? {
                0 => OutState::AwaitsPubAck,
                1 => OutState::AwaitsPubRec,
                _ => return Err(RestoreError::Malformed),
            };
            self.restored(id, state)?;
        }
        for _ in 0..records {
            let id = words.id()?;
            if self.incoming(id) != InState::Free {
                return Err(RestoreError::Malformed);
            }
            if !self.has_room() {
                return Err(RestoreError::TooManyInFlight);
            }
            self.record(id, InState::Recorded, 0);
        }
        if words.bytes.is_empty() { Ok(()) } else { Err(RestoreError::Malformed) }
    }

    fn restored(&mut self, id: PacketId, state: OutState) -> Result<(), RestoreError> {
        if self.outgoing(id) != OutState::Free {
            return Err(RestoreError::Malformed);
        }
        if self.restore_outgoing(id, state) { Ok(()) } else { Err(RestoreError::TooManyInFlight) }
    }
}

struct Words<'b> {
    bytes: &'b [u8],
}

impl Words<'_> {
    fn next(&mut self) -> Result<u16, RestoreError> {
        let (word, rest) = self.bytes.split_first_chunk().ok_or(RestoreError::Malformed)?;
        self.bytes = rest;
        Ok(u16::from_be_bytes(*word))
    }

    fn id(&mut self) -> Result<PacketId, RestoreError> {
        PacketId::new(self.next()?).ok_or(RestoreError::Malformed)
    }
}
