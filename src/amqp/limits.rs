//! What the decoder takes at most.

/// What the decoder takes at most. What is larger is refused as soon as its first bytes say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The largest frame, in bytes, with its head of seven and its end of one. Default: 131,072, RabbitMQ's. Until both
    /// ends have agreed on more, frames are no larger than [`FRAME_MIN_SIZE`](Self::FRAME_MIN_SIZE).
    pub frame: u32,
    /// How deep tables and arrays may be nested, up to [`MAX_DEPTH`](Self::MAX_DEPTH). Default: 16. In the arguments of
    /// methods what is deeper is an error. In the headers of messages, which servers forward from strangers, it is not
    /// looked into: it reads as far as it is well-formed, down to `MAX_DEPTH`, and is sent on as it came.
    pub depth: u8,
}

impl Limits {
    /// What every peer takes: the specification's frame-min-size.
    pub const FRAME_MIN_SIZE: u32 = 4096;
    /// The deepest nesting that can be allowed.
    pub const MAX_DEPTH: u8 = 32;
}

impl Default for Limits {
    fn default() -> Self {
        Self { frame: 131_072, depth: 16 }
    }
}
