//! What a decoder takes at most.

use super::varint;

/// What a decoder takes at most. A limit is enforced as soon as the bytes that break it are seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The largest packet that is taken whole, in bytes with its fixed header. Default: 1 MiB.
    ///
    /// The input given to the decoder must be able to hold this much.
    pub packet: u32,
    /// The largest PUBLISH that is taken in parts, in bytes with its fixed header. Default: the protocol's maximum,
    /// 268,435,460.
    pub publish: u32,
    /// Whether a payload that is said to be UTF-8 (payload format indicator 1) is checked. Default: yes.
    ///
    /// A payload that comes in parts is not checked. What is taken unchecked cannot be encoded again as it is.
    pub payload_format: bool,
}

impl Limits {
    /// The largest packet that the protocol has.
    pub const MAX_PACKET: u32 = varint::MAX + 5;
}

impl Default for Limits {
    fn default() -> Self {
        Self { packet: 1 << 20, publish: Self::MAX_PACKET, payload_format: true }
    }
}
