//! The rows: what is decoded or encoded.

pub struct Row<V> {
    pub name: &'static str,
    pub version: V,
    pub work: Work,
}

pub enum Work {
    /// A stream of frames, of which `of` are one unit, whose time is told. Every frame is made, and seen by a `black_box`;
    /// with `walk` the lists are read too.
    Decode { stream: &'static [u8], of: usize, walk: bool },
    /// One unit, again and again, into an output that is cleared.
    Encode { packet: &'static [u8] },
    /// The same, with the payload left where it is.
    Gather { packet: &'static [u8] },
}

/// Copies of the unit, 64 KiB or so: the caches are warm, the clock is not in the way.
pub fn repeated(packet: &[u8]) -> &'static [u8] {
    packet.repeat((64 * 1024 / packet.len()).max(1)).leak()
}
