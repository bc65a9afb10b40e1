//! A CONNECT that is read part by part.

use core::fmt;

use super::connect::{Connect, parts};
use super::header::{begin, packet_len};
use super::{EncodeError, PacketType};
use crate::Output;

/// A CONNECT as [`Packet`](super::Packet) holds it: bytes that decoding has validated, or a [`Connect`] that you wrote.
///
/// CONNECT has more parts than all other packets, and comes once: the view keeps it from making every packet large.
/// [`get`](Self::get) reads the parts.
#[derive(Clone, Copy)]
pub struct ConnectView<'a> {
    repr: Repr<'a>,
}

#[derive(Clone, Copy)]
enum Repr<'a> {
    Wire(&'a [u8]),
    Written(&'a Connect<'a>),
}

impl<'a> ConnectView<'a> {
    /// The body, which decoding has validated.
    pub(super) const fn from_wire(body: &'a [u8]) -> Self {
        Self { repr: Repr::Wire(body) }
    }

    /// All parts.
    pub fn get(&self) -> Connect<'a> {
        match self.repr {
            Repr::Wire(body) => parts(body).unwrap_or_default(),
            Repr::Written(connect) => *connect,
        }
    }

    /// How many bytes the packet takes.
    pub fn encoded_len(&self) -> usize {
        match self.repr {
            Repr::Wire(body) => packet_len(body.len()),
            Repr::Written(connect) => connect.encoded_len(),
        }
    }

    /// Writes the packet.
    pub fn encode(&self, out: &mut impl Output) -> Result<(), EncodeError> {
        match self.repr {
            Repr::Wire(body) => {
                begin(PacketType::Connect.first_byte(), body.len(), out)?.put(body);
                Ok(())
            }
            Repr::Written(connect) => connect.encode(out),
        }
    }
}

impl<'a> From<&'a Connect<'a>> for ConnectView<'a> {
    fn from(connect: &'a Connect<'a>) -> Self {
        Self { repr: Repr::Written(connect) }
    }
}

impl PartialEq for ConnectView<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for ConnectView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ConnectView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}
