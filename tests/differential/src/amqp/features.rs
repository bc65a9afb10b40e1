//! What is in a frame that a peer may stumble over: a disagreement is known by it.

use fourwire::amqp::{Argument, Array, BasicProperties, Decoder, Frame, Limits, MethodId, ShortStr, Table, Value};

use super::Peer;
use super::text::SAFE;

/// The first of the peer's stumbling blocks that is in the frame.
pub(super) fn feature(peer: Peer, frame: &Frame<'_>, bytes: &[u8]) -> String {
    let found = Found::of(frame, bytes);
    let blocks = BLOCKS.iter().filter(|block| block.peers.contains(&peer));
    blocks
        .filter(|block| (block.is_there)(&found))
        .map(|block| block.name)
        .next()
        .unwrap_or("nothing special")
        .to_owned()
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

/// What stops a peer from reading comes before what it reads differently, and that before what it writes differently.
const BLOCKS: &[Block] = &[
    Block { name: "type `U`", peers: EVERYONE, is_there: |found| found.letter_u },
    Block { name: "type `L`", peers: AMQPLIB, is_there: |found| found.letter_l },
    Block { name: "an argument that is not UTF-8", peers: RABBITMQ, is_there: |found| found.argument_not_utf8 },
    Block { name: "NaN or infinity", peers: RABBITMQ, is_there: |found| found.not_finite },
    Block { name: "the two lowest property flags", peers: PAMQP, is_there: |found| found.odd_flags },
    Block { name: "a method of class access", peers: PAMQP, is_there: |found| found.access },
    Block { name: "a body frame of 0 bytes", peers: PAMQP, is_there: |found| found.empty_body },
    Block { name: "a short string that is not UTF-8", peers: CLIENTS, is_there: |found| found.short_not_utf8 },
    Block { name: "a key that is not UTF-8", peers: CLIENTS, is_there: |found| found.key_not_utf8 },
    Block { name: "a timestamp of 2³² or later", peers: PAMQP, is_there: |found| found.late },
    Block { name: "a long string that is not UTF-8", peers: AMQPLIB, is_there: |found| found.long_not_utf8 },
    Block { name: "a key twice", peers: CLIENTS, is_there: |found| found.key_twice },
    Block { name: "a key that is a number", peers: AMQPLIB, is_there: |found| found.key_is_number },
    Block { name: "a 64-bit argument of 2⁶³ or more", peers: PAMQP, is_there: |found| found.argument >= 1 << 63 },
    Block { name: "a decimal of 2³¹ or more", peers: PAMQP, is_there: |found| found.decimal >= 1 << 31 },
    Block { name: "a number above 2⁵³", peers: AMQPLIB, is_there: |found| found.integer > SAFE },
    Block { name: "minus 0.0", peers: AMQPLIB, is_there: |found| found.minus_zero },
    Block { name: "an empty property", peers: PAMQP, is_there: |found| found.empty_property },
    Block { name: "keys not in order", peers: PAMQP, is_there: |found| found.not_in_order },
    Block { name: "an `f64` that is no `f32`", peers: PAMQP, is_there: |found| found.not_single },
    Block { name: "a key of more than 128 bytes", peers: PAMQP, is_there: |found| found.key > 128 },
];

#[derive(Default)]
struct Found {
    letter_u: bool,
    letter_l: bool,
    not_finite: bool,
    not_single: bool,
    minus_zero: bool,
    argument_not_utf8: bool,
    short_not_utf8: bool,
    long_not_utf8: bool,
    key_not_utf8: bool,
    key_twice: bool,
    key_is_number: bool,
    not_in_order: bool,
    late: bool,
    access: bool,
    empty_body: bool,
    odd_flags: bool,
    empty_property: bool,
    /// The largest of each, without a sign.
    argument: u64,
    integer: u64,
    decimal: u32,
    key: usize,
}

impl Found {
    fn of(frame: &Frame<'_>, bytes: &[u8]) -> Self {
        let mut found = Self {
            letter_u: stands_for(bytes, frame, b'U', b's'),
            letter_l: stands_for(bytes, frame, b'L', b'l'),
            ..Self::default()
        };
        match frame {
            Frame::Method(_, method) => {
                found.access = matches!(method.id(), MethodId::AccessRequest | MethodId::AccessRequestOk);
                let content = method.id().has_content() || method.id() == MethodId::BasicGetEmpty;
                method.each_argument(&mut |_, argument| found.argument(argument));
                // RabbitMQ does not look at what comes with content.
                found.argument_not_utf8 = found.short_not_utf8 && !content;
            }
            Frame::Header(_, header) => {
                // Behind the frame's head, class, weight and body size.
                found.odd_flags = bytes.get(20).is_some_and(|flags| flags & 3 != 0);
                let properties: BasicProperties<'_> = header.properties.get();
                properties.each(&mut |_, property| {
                    found.empty_property |= property == Argument::ShortStr(ShortStr::EMPTY);
                    found.argument(property);
                });
                found.late |= properties.timestamp.is_some_and(is_late);
                found.integer = found.integer.max(header.body_size);
            }
            Frame::Body(_, body) => found.empty_body = body.is_empty(),
            _ => {}
        }
        found
    }

    fn argument(&mut self, argument: Argument<'_>) {
        match argument {
            Argument::ShortStr(text) => self.short_not_utf8 |= text.as_str().is_err(),
            Argument::LongStr(_) | Argument::Bit(_) => {}
            Argument::Table(table) => self.table(&table),
            Argument::Number(number) => {
                self.argument = self.argument.max(number);
                self.integer = self.integer.max(number);
            }
        }
    }

    fn table(&mut self, table: &Table<'_>) {
        let mut before: Option<ShortStr<'_>> = None;
        for (at, entry) in table.iter().enumerate() {
            self.key = self.key.max(entry.key.len());
            self.key_not_utf8 |= entry.key.as_str().is_err();
            self.key_twice |= table.iter().take(at).any(|other| other.key == entry.key);
            self.key_is_number |= entry.key.as_str().is_ok_and(|key| key.parse::<u32>().is_ok());
            self.not_in_order |= before.is_some_and(|before| before > entry.key);
            self.value(&entry.value);
            before = Some(entry.key);
        }
    }

    fn array(&mut self, array: &Array<'_>) {
        array.iter().for_each(|value| self.value(&value));
    }

    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::F32(number) => self.float((*number).into()),
            Value::F64(number) => {
                self.float(*number);
                self.not_single |= f64::from(*number as f32).to_bits() != number.to_bits();
            }
            Value::Decimal { value, .. } => self.decimal = self.decimal.max(*value),
            Value::I64(number) => self.integer = self.integer.max(number.unsigned_abs()),
            Value::LongStr(long) => self.long_not_utf8 |= std::str::from_utf8(long).is_err(),
            Value::Timestamp(seconds) => {
                self.late |= is_late(*seconds);
                self.integer = self.integer.max(*seconds);
            }
            Value::Table(table) => self.table(table),
            Value::Array(array) => self.array(array),
            _ => {}
        }
    }

    fn float(&mut self, number: f64) {
        self.not_finite |= !number.is_finite();
        self.minus_zero |= number == 0.0 && number.is_sign_negative();
        // What is too large becomes the largest.
        self.integer = self.integer.max(number.abs() as u64);
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
