//! What is in a frame that a peer may stumble over: a disagreement is known by it.

use fourwire::amqp::{Argument, Array, BasicProperties, Decoder, Frame, Limits, Table, Value};

use super::Peer;

/// The first of the peer's stumbling blocks that is in the frame.
pub(super) fn feature(peer: Peer, frame: &Frame<'_>, bytes: &[u8]) -> String {
    let found = Found::of(frame, bytes);
    let blocks = BLOCKS.iter().filter(|block| block.peers.contains(&peer));
    blocks.filter(|block| (block.is_there)(&found)).map(|block| block.name).next().unwrap_or("nothing special").to_owned()
}

/// Something that a peer may stumble over.
struct Block {
    name: &'static str,
    peers: &'static [Peer],
    is_there: fn(&Found) -> bool,
}

const RABBITMQ: &[Peer] = &[Peer::RabbitMq];
const PAMQP: &[Peer] = &[Peer::Pamqp];
const AMQPLIB: &[Peer] = &[Peer::Amqplib];
const CLIENTS: &[Peer] = &[Peer::Pamqp, Peer::Amqplib];
const EVERYONE: &[Peer] = &Peer::ALL;

/// What stops a peer from reading comes before what it reads differently, and that before what it does not write.
const BLOCKS: &[Block] = &[
    Block { name: "type `U`", peers: EVERYONE, is_there: |found| found.letter_u },
    Block { name: "type `L`", peers: AMQPLIB, is_there: |found| found.letter_l },
    Block { name: "NaN or infinity", peers: RABBITMQ, is_there: |found| found.not_finite },
    Block { name: "a short string that is not UTF-8", peers: EVERYONE, is_there: |found| found.short_not_utf8 },
    Block { name: "a body frame of 0 bytes", peers: PAMQP, is_there: |found| found.empty_body },
    Block { name: "a key that is not UTF-8", peers: CLIENTS, is_there: |found| found.key_not_utf8 },
    Block { name: "a timestamp above 2³²", peers: PAMQP, is_there: |found| found.late },
    Block { name: "a key twice", peers: CLIENTS, is_there: |found| found.key_twice },
    Block { name: "a long string that is not UTF-8", peers: CLIENTS, is_there: |found| found.long_not_utf8 },
];

#[derive(Default)]
struct Found {
    letter_u: bool,
    letter_l: bool,
    not_finite: bool,
    short_not_utf8: bool,
    key_not_utf8: bool,
    long_not_utf8: bool,
    key_twice: bool,
    late: bool,
    empty_body: bool,
}

impl Found {
    fn of(frame: &Frame<'_>, bytes: &[u8]) -> Self {
        let mut found = Self {
            letter_u: stands_for(bytes, frame, b'U', b's'),
            letter_l: stands_for(bytes, frame, b'L', b'l'),
            ..Self::default()
        };
        match frame {
            Frame::Method(_, method) => method.each_argument(&mut |_, argument| found.argument(argument)),
            Frame::Header(_, header) => {
                let properties: BasicProperties<'_> = header.properties.get();
                properties.each(&mut |_, property| found.argument(property));
                found.late |= properties.timestamp.is_some_and(is_late);
            }
            Frame::Body(_, body) => found.empty_body = body.is_empty(),
            _ => {}
        }
        found
    }

    fn argument(&mut self, argument: Argument<'_>) {
        match argument {
            Argument::ShortStr(text) => self.short_not_utf8 |= text.as_str().is_err(),
            Argument::LongStr(long) => self.long_not_utf8 |= str::from_utf8(long).is_err(),
            Argument::Table(table) => self.table(&table),
            _ => {}
        }
    }

    fn table(&mut self, table: &Table<'_>) {
        for (at, entry) in table.iter().enumerate() {
            self.key_not_utf8 |= entry.key.as_str().is_err();
            self.key_twice |= table.iter().take(at).any(|other| other.key == entry.key);
            self.value(&entry.value);
        }
    }

    fn array(&mut self, array: &Array<'_>) {
        array.iter().for_each(|value| self.value(&value));
    }

    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::F32(number) => self.not_finite |= !number.is_finite(),
            Value::F64(number) => self.not_finite |= !number.is_finite(),
            Value::LongStr(long) => self.long_not_utf8 |= str::from_utf8(long).is_err(),
            Value::Timestamp(seconds) => self.late |= is_late(*seconds),
            Value::Table(table) => self.table(table),
            Value::Array(array) => self.array(array),
            _ => {}
        }
    }
}

const fn is_late(seconds: u64) -> bool {
    seconds > u32::MAX as u64
}

/// Whether there is a value of a type that has two letters, by the other one: it reads the same by this one.
fn stands_for(bytes: &[u8], frame: &Frame<'_>, other: u8, this: u8) -> bool {
    let limits = Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH };
    (0..bytes.len()).filter(|at| bytes[*at] == other).any(|at| {
        let mut changed = bytes.to_vec();
        changed[at] = this;
        matches!(Decoder::with_limits(limits).decode(&changed), Ok(Some((same, _))) if same == *frame)
    })
}
