//! Sessions, over slots of three kinds.

use fourwire::mqtt::*;
use fourwire::{Full, Instant};

use crate::{Any, Slice, entries};

type Restored<S> = Result<Session<S>, RestoreError>;
type Lent<'s> = &'s mut [Slot];

macro_rules! session {
    ($slots:ty) => {
        entries! {
            fourwire::mqtt::Session = Session<$slots> {
                fn with_slots(slots: $slots) -> Session<$slots>;
                fn capacity(session: &Session<$slots>) -> usize;
                fn is_established(session: &Session<$slots>) -> bool;
                fn assume_established(session: &mut Session<$slots>);
                fn clear(session: &mut Session<$slots>);
                fn deadline(session: &Session<$slots>) -> Option<Instant>;
                fn timeout(session: &mut Session<$slots>, now: Instant) -> Option<SessionEvent>;
                fn in_flight(session: &Session<$slots>) for InFlight;
                fn in_flight_count(session: &Session<$slots>) -> usize;
                fn saved_len(session: &Session<$slots>) -> usize;
                fn save(session: &Session<$slots>, out: &mut Slice<'_>) -> Result<(), Full>;
                fn save(session: &Session<$slots>, out: &mut Any<'_>) -> Result<(), Full>;
                fn restore(bytes: &[u8], slots: $slots) -> Restored<$slots>;
            }
        }
    };
}

session!([Slot; 0]);
session!([Slot; 8]);
session!(Lent<'static>);
