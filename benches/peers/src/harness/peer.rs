//! A column: one codec, and what it does for a row.

use crate::bench::{Encode, Job, Verdict, quietly};

/// A protocol's version, or its only one.
pub trait Version: Copy + PartialEq + 'static {
    /// The length of the frame at the front, for the peers that do not say how much they took.
    fn frame_len(input: &[u8]) -> Option<usize>;
}

pub struct Peer<V: Version> {
    pub name: &'static str,
    pub versions: &'static [V],
    /// Decodes one whole frame.
    pub verdict: fn(V, &[u8]) -> Verdict,
    /// Decodes a stream of frames. If it reads lists lazily and `walk` is set, it also reads all that a frame holds.
    pub decode: fn(V, stream: &'static [u8], walk: bool) -> Job,
    /// Encodes the values that it has decoded from `packet`: these are made once, and are not timed.
    pub encode: fn(V, packet: &'static [u8]) -> Encode,
    /// The same with the payload left where it is, for those that can; what was written is head and payload.
    pub gather: Option<fn(V, packet: &'static [u8]) -> Encode>,
}

impl<V: Version> Peer<V> {
    pub fn speaks(&self, version: V) -> bool {
        self.versions.contains(&version)
    }

    /// Whether its decoder is timed: the second floor's is the first's.
    pub fn decodes(&self) -> bool {
        self.name != "unchecked"
    }

    /// The verdict, panics included.
    pub fn judge(&self, version: V, packet: &[u8]) -> Verdict {
        quietly(|| (self.verdict)(version, packet)).unwrap_or(Verdict::Panic)
    }
}
