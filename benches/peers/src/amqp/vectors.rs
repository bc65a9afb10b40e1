//! The bytes: one unit for each row, and the mixed stream. By hand, after the specification.

use harness::peer::Version;

/// AMQP 0-9-1: there is one version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct V091;

impl Version for V091 {
    #[inline]
    fn frame_len(input: &[u8]) -> Option<usize> {
        let [_, _, _, a, b, c, d, ..] = *input else { return None };
        Some(u32::from_be_bytes([a, b, c, d]) as usize + 8)
    }
}

pub const CHANNEL: u16 = 7;
pub const FRAME_MAX: u32 = 131_072;

/// A payload under construction.
#[derive(Default)]
pub struct Payload(Vec<u8>);

impl Payload {
    /// A method's beginning.
    pub fn method(class: u16, method: u16) -> Self {
        Self::default().u16(class).u16(method)
    }

    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn u8(self, number: u8) -> Self {
        self.raw(&[number])
    }

    pub fn u16(self, number: u16) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn u32(self, number: u32) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn u64(self, number: u64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn short(self, text: &str) -> Self {
        self.u8(text.len() as u8).raw(text.as_bytes())
    }

    pub fn long(self, bytes: &[u8]) -> Self {
        self.u32(bytes.len() as u32).raw(bytes)
    }

    /// A table, or an array, with its length.
    pub fn table(self, entries: Self) -> Self {
        self.long(&entries.0)
    }

    /// An entry whose value is a long string.
    pub fn text(self, key: &str, value: &str) -> Self {
        self.short(key).u8(b'S').long(value.as_bytes())
    }

    /// An entry of another type.
    pub fn entry(self, key: &str, letter: u8, value: &[u8]) -> Self {
        self.short(key).u8(letter).raw(value)
    }

    pub fn frame(self, kind: u8, channel: u16) -> Vec<u8> {
        let head = Self::default().u8(kind).u16(channel).long(&self.0).u8(0xce);
        head.0
    }
}

pub fn deliver(tag: u64) -> Vec<u8> {
    let method = Payload::method(60, 60).short("amq.ctag-Xk2Q0oIgLhZFz1").u64(tag).u8(0);
    method.short("orders").short("orders.eu.created").frame(1, CHANNEL)
}

/// The keys in the order of their bytes, which some encoders keep.
fn headers() -> Payload {
    let headers = Payload::default().entry("attempt", b'I', &3_i32.to_be_bytes()).entry("replayed", b't', &[1]);
    headers
        .entry("sent-at", b'l', &1_780_000_000_123_i64.to_be_bytes())
        .text("trace-id", "4bf92f3577b34da6a3ce929d0e0e4736")
}

/// A content header with three properties, of which one is a table.
pub fn header(body: u64) -> Vec<u8> {
    let start = Payload::default().u16(60).u16(0).u64(body).u16(0b1011 << 12);
    start.short("application/json").table(headers()).u8(2).frame(2, CHANNEL)
}

/// A content header with two properties and no table.
fn plain_header(body: u64) -> Vec<u8> {
    let start = Payload::default().u16(60).u16(0).u64(body).u16(0b1001 << 12);
    start.short("application/json").u8(2).frame(2, CHANNEL)
}

pub fn body(len: usize) -> Vec<u8> {
    let bytes: Vec<u8> = (0..len).map(|i| b'a' + (i % 26) as u8).collect();
    Payload(bytes).frame(3, CHANNEL)
}

/// A method, a content header and a body.
pub fn delivery(len: usize) -> Vec<u8> {
    [deliver(4711), header(len as u64), body(len)].concat()
}

pub fn queue_declare() -> Vec<u8> {
    let arguments = Payload::default()
        .text("x-dead-letter-exchange", "orders.dead")
        .text("x-dead-letter-routing-key", "orders.eu.dead")
        .entry("x-max-length", b'l', &100_000_i64.to_be_bytes())
        .entry("x-message-ttl", b'I', &60_000_i32.to_be_bytes())
        .text("x-queue-type", "quorum");
    Payload::method(50, 10).u16(0).short("orders.eu").u8(0b10).table(arguments).frame(1, CHANNEL)
}

pub fn ack(tag: u64) -> Vec<u8> {
    Payload::method(60, 80).u64(tag).u8(0).frame(1, CHANNEL)
}

pub fn heartbeat() -> Vec<u8> {
    Payload::default().frame(8, 0)
}

/// A mebibyte. Of what happens, 45 % is a delivery without a table of 16–127 bytes, 20 % one with a table of 16–127, 5 %
/// one with a table of 512–2047, 27 % an acknowledgement, 2 % a queue.declare, 1 % a heartbeat.
pub fn mixed() -> Vec<u8> {
    let mut stream = Vec::with_capacity(1 << 20);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    for tag in 1.. {
        let (what, small, large) = (random(100), 16 + random(112), 512 + random(1536));
        let frames = match what {
            0..45 => [deliver(tag), plain_header(small), body(small as usize)].concat(),
            45..65 => [deliver(tag), header(small), body(small as usize)].concat(),
            65..70 => [deliver(tag), header(large), body(large as usize)].concat(),
            70..97 => ack(tag),
            97..99 => queue_declare(),
            _ => heartbeat(),
        };
        if stream.len() + frames.len() > 1 << 20 {
            break;
        }
        stream.extend_from_slice(&frames);
    }
    stream
}
