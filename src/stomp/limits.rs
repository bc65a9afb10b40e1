//! What the decoder takes at most, and what it takes though it is against the rules.

/// What the decoder takes at most. A limit is enforced as soon as the bytes that break it are seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How many headers a frame may have. Default: 256.
    pub headers: u32,
    /// The longest header, in bytes with its line end. Default: 16 KiB.
    pub line: u32,
    /// The largest head: command, headers, and the blank line. Default: 64 KiB.
    pub head: u32,
    /// The largest body that is taken whole. Default: 1 MiB. The input given to the decoder must be able to hold head,
    /// body and NUL.
    pub body: u32,
    /// The largest body that is taken in parts. Default: 4 GiB less one byte.
    pub body_in_parts: u32,
}

impl Limits {
    /// For who has not said yet who he is: 16 headers, lines of 1 KiB, a head of 4 KiB and a body of as much.
    pub const BEFORE_CONNECT: Self =
        Self { headers: 16, line: 1 << 10, head: 1 << 12, body: 1 << 12, body_in_parts: 0 };
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: 256, line: 1 << 14, head: 1 << 16, body: 1 << 20, body_in_parts: u32::MAX }
    }
}

/// What the decoder takes though it is against the rules. By default nothing is.
///
/// What was read by one of these is not sent on as it came: it is written by the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Leniencies {
    /// CR LF ends a line in 1.0 and 1.1, too: for who types frames into telnet, and for clients that write 1.2's line
    /// ends whatever was agreed. (Before 1.2, CR is a part of the header.)
    pub carriage_returns: bool,
    /// A header's value may hold colons that are not escaped: for peers that go on in 1.1 and 1.2 as they did in 1.0, as
    /// StompJs does in 1.1, and RabbitMQ with a subscription's id.
    /// (The value of a raw frame's header may hold them in any case: ActiveMQ's CONNECTED has them in `session`.)
    pub raw_colons: bool,
    /// NUL may follow the headers directly: so it does in the specifications' own example of DISCONNECT.
    pub no_blank_line: bool,
    /// Required headers may be missing: clients leave out `host`, and servers of one virtual host do not mind.
    pub missing_headers: bool,
}

impl Leniencies {
    /// Nothing.
    pub(super) const NONE: Self =
        Self { carriage_returns: false, raw_colons: false, no_blank_line: false, missing_headers: false };
}
