//! What is in a frame that a peer may stumble over: a disagreement is known by it.

use fourwire::stomp::{Command, Decoder, Frame, Unit, Version};

use super::{Peer, Stream};

/// The first of the peer's stumbling blocks, as it reads or as it writes, that is in the frame that begins here.
pub(super) fn feature(peer: Peer, stream: &Stream, start: usize, writes: bool) -> &'static str {
    let found = Found::of(stream.version, &stream.bytes(), start);
    let mut blocks = if writes { WRITING } else { READING }.iter().filter(|block| block.peers.contains(&peer));
    blocks.find(|block| (block.is_there)(&found)).map_or("nothing special", |block| block.name)
}

/// Something that a peer may stumble over.
struct Block {
    name: &'static str,
    peers: &'static [Peer],
    is_there: fn(&Found) -> bool,
}

const RABBITMQ: &[Peer] = &[Peer::RabbitMq];
const STOMP_PY: &[Peer] = &[Peer::StompPy];
const STOMPJS: &[Peer] = &[Peer::StompJs];
const ASYNC_STOMP: &[Peer] = &[Peer::AsyncStomp];
const CLIENTS: &[Peer] = &[Peer::StompPy, Peer::StompJs, Peer::AsyncStomp];
const NO_VERSION: &[Peer] = &[Peer::RabbitMq, Peer::StompPy, Peer::AsyncStomp];
const EVERYONE: &[Peer] = &Peer::ALL;

/// What stops a peer from reading comes before what it reads differently.
const READING: &[Block] = &[
    Block { name: "line ends before the frame", peers: STOMP_PY, is_there: |found| found.line_ends > 1 },
    Block { name: "CR in a header before 1.2", peers: EVERYONE, is_there: |found| found.carriage_return },
    Block { name: "LF and CR LF at the blank line", peers: STOMP_PY, is_there: |found| found.mixed_blank_line },
    Block { name: "a content-length that does not count", peers: CLIENTS, is_there: |found| found.uncounted },
    Block { name: "NUL in MESSAGE or ERROR", peers: RABBITMQ, is_there: |found| found.nul_from_server },
    Block { name: "a header that 1.2 requires", peers: ASYNC_STOMP, is_there: |found| found.missing },
    Block { name: "a body in another frame", peers: ASYNC_STOMP, is_there: |found| found.other_body },
    Block { name: "bytes that are not UTF-8", peers: CLIENTS, is_there: |found| found.not_utf8 },
    Block { name: "a content-length with blanks", peers: ASYNC_STOMP, is_there: |found| found.padded_length },
    Block { name: "a backslash in 1.0", peers: NO_VERSION, is_there: |found| found.v1_0 && found.backslash },
    Block { name: "a backslash in STOMP", peers: STOMPJS, is_there: |found| found.stomp && found.backslash },
    Block { name: "a backslash in a raw frame", peers: NO_VERSION, is_there: |found| found.raw && found.backslash },
    Block { name: "a header `__proto__`", peers: STOMPJS, is_there: |found| found.proto },
    Block { name: "a byte order mark", peers: STOMPJS, is_there: |found| found.byte_order_mark },
    Block { name: "blanks at a header's ends", peers: STOMPJS, is_there: |found| found.blanks },
    Block { name: "an escape in a name", peers: CLIENTS, is_there: |found| found.escaped_name },
    Block { name: "an escaped backslash before r, n or c", peers: STOMPJS, is_there: |found| found.backslash_first },
    Block { name: "an escape in a header without a field", peers: ASYNC_STOMP, is_there: |found| found.escaped_value },
];

const WRITING: &[Block] = &[
    Block { name: "an escape in a name", peers: STOMP_PY, is_there: |found| found.escaped_name },
    Block { name: "a colon or backslash in 1.0", peers: RABBITMQ, is_there: |found| found.v1_0 && found.mark() },
    Block { name: "a colon or backslash in STOMP", peers: STOMPJS, is_there: |found| found.stomp && found.mark() },
    Block {
        name: "a colon or backslash in a raw frame",
        peers: NO_VERSION,
        is_there: |found| found.raw && found.mark(),
    },
];

#[derive(Default)]
struct Found {
    v1_0: bool,
    /// In which nothing is escaped.
    raw: bool,
    stomp: bool,
    /// How many bytes of them are before this frame, or another before it.
    line_ends: usize,
    carriage_return: bool,
    mixed_blank_line: bool,
    uncounted: bool,
    padded_length: bool,
    nul_from_server: bool,
    missing: bool,
    other_body: bool,
    not_utf8: bool,
    proto: bool,
    byte_order_mark: bool,
    blanks: bool,
    backslash: bool,
    escaped_name: bool,
    escaped_value: bool,
    backslash_first: bool,
    colon: bool,
}

impl Found {
    /// Whether there is what would be escaped if anything were.
    const fn mark(&self) -> bool {
        self.colon || self.backslash
    }

    fn of(version: Version, stream: &[u8], start: usize) -> Self {
        let (before, bytes) = stream.split_at(start);
        let Ok(Some((Unit::Frame(frame), used))) = Decoder::new(Some(version)).decode(bytes) else {
            return Self::default();
        };
        let mut found = Self {
            v1_0: version == Version::V1_0,
            raw: frame.command.is_raw(),
            stomp: frame.command == Command::Stomp,
            line_ends: line_ends(version, before),
            mixed_blank_line: is_mixed(&bytes[..used - 1 - frame.body.len()]),
            nul_from_server: frame.command.is_servers() && frame.body.contains(&0),
            missing: is_missing(&frame),
            other_body: !frame.body.is_empty() && !frame.command.may_have_body(None),
            ..Self::default()
        };
        found.headers(version, &frame);
        found
    }

    fn headers(&mut self, version: Version, frame: &Frame<'_>) {
        let counts =
            version == Version::V1_2 || matches!(frame.command, Command::Send | Command::Message | Command::Error);
        for header in frame.headers {
            let (name, value) = (header.name.raw(), header.value.raw());
            self.uncounted |= name == b"content-length" && !counts;
            self.padded_length |= name == b"content-length" && value != value.trim_ascii();
            self.escaped_name |= name.contains(&b'\\');
            self.escaped_value |= value.contains(&b'\\');
            self.colon |= value.contains(&b':');
            for text in [name, value] {
                self.carriage_return |= text.contains(&b'\r');
                self.proto |= text == b"__proto__";
                self.byte_order_mark |= text.starts_with("\u{FEFF}".as_bytes());
                self.not_utf8 |= std::str::from_utf8(text).is_err();
                self.backslash |= text.contains(&b'\\');
                self.blanks |= std::str::from_utf8(text).is_ok_and(|text| text != text.trim());
                self.backslash_first |= text.windows(3).any(|three| matches!(three, b"\\\\r" | b"\\\\n" | b"\\\\c"));
            }
        }
    }
}

/// The most line ends that are together between frames.
fn line_ends(version: Version, mut before: &[u8]) -> usize {
    let mut decoder = Decoder::new(Some(version));
    let (mut run, mut most) = (0, 0);
    while let Ok(Some((unit, used))) = decoder.decode(before) {
        run = if unit == Unit::EndOfLine { run + used } else { 0 };
        most = most.max(run);
        before = &before[used..];
    }
    most
}

/// Whether the last two line ends of a head are not of the same kind.
fn is_mixed(head: &[u8]) -> bool {
    let is_lf = |line: &[u8]| !line.ends_with(b"\r");
    let mut lines = head.split(|byte| *byte == b'\n').rev().skip(1);
    match (lines.next(), lines.next()) {
        (Some(blank), Some(last)) => is_lf(blank) != is_lf(last),
        _ => false,
    }
}

/// Whether 1.2 asks for a header that is not there.
fn is_missing(frame: &Frame<'_>) -> bool {
    let required = frame.command.required_headers(Some(Version::V1_2));
    required.iter().any(|name| frame.get(name.as_str()).is_none())
}
