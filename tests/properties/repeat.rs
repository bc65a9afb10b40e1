//! Calls whose output has little room.

use fourwire::{amqp, mqtt, stomp};

use super::script::Script;
use super::strict::Strict;

/// An error that may say that the output is full.
pub trait IsFull {
    fn is_full(&self) -> bool;
}

macro_rules! is_full {
    ($($protocol:ident)*) => {
        $(
            impl IsFull for $protocol::Error {
                fn is_full(&self) -> bool {
                    *self == Self::Full
                }
            }

            impl IsFull for $protocol::SendError {
                fn is_full(&self) -> bool {
                    *self == Self::Encode($protocol::EncodeError::Full)
                }
            }
        )*
    };
}

is_full!(mqtt amqp stomp);

/// Calls a machine, sometimes with so little room that the call must be repeated; what it writes goes on the wire.
pub fn repeat<M, T, X: IsFull>(
    machine: &mut M,
    script: &mut Script<'_>,
    wire: &mut Vec<u8>,
    mut call: impl FnMut(&mut M, &mut Strict) -> Result<T, X>,
) -> Result<T, X> {
    if script.one_in(6) {
        let mut out = Strict::with_room(script.below(12));
        let answer = call(machine, &mut out);
        // MQTT's `resume` has sent what had room, and goes on there.
        wire.extend_from_slice(&out.bytes);
        if !answer.as_ref().is_err_and(X::is_full) {
            return answer;
        }
    }
    let mut out = Strict::new();
    let answer = call(machine, &mut out);
    wire.extend_from_slice(&out.bytes);
    assert!(!answer.as_ref().is_err_and(X::is_full), "full, though there is room");
    answer
}
