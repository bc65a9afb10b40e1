//! A frame as one line of text that programs in other languages write alike.
//!
//! `method 1 queue.declare queue="6A6F6273 durable=1 arguments={782D6D=l5}`: names without `_` and `-`; bytes as hex
//! behind `"`; the values of a table behind their letter.

use fourwire::amqp::{Argument, Array, Dialect, Frame, Table, Value};

use crate::process::hex;

/// How far a peer tells numbers apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Numbers {
    /// By every type, as they are on the wire.
    Exact,
    /// Integers from numbers with a fraction, which have the bits of an `f64`.
    Python,
    /// Not at all: each is an `f64`. Integers that are none are told as they are, so that it is seen what gets lost.
    JavaScript,
}

/// Up to here each integer is an `f64`.
pub(super) const SAFE: u64 = 1 << 53;

/// The line.
pub fn text(numbers: Numbers, frame: &Frame<'_>) -> String {
    let mut line = String::new();
    match frame {
        Frame::ProtocolHeader(header) => {
            line += &format!("protocol {} {} {}", header.major, header.minor, header.revision);
        }
        Frame::Method(channel, method) => {
            line += &format!("method {channel} {}", method.id().name().replace('-', ""));
            method.each_argument(&mut |name, value| field(name, value, numbers, &mut line));
        }
        Frame::Header(channel, header) => {
            line += &format!("header {channel} {}", header.body_size);
            header.properties.get().each(&mut |name, value| field(name, value, numbers, &mut line));
        }
        Frame::Body(channel, body) => {
            line += &format!("body {channel} ");
            hex(body, &mut line);
        }
        Frame::Heartbeat => line += "heartbeat",
    }
    line
}

fn field(name: &str, value: Argument<'_>, numbers: Numbers, line: &mut String) {
    line.push(' ');
    line.extend(name.chars().filter(|letter| *letter != '_'));
    line.push('=');
    match value {
        Argument::Bit(bit) => line.push(if bit { '1' } else { '0' }),
        Argument::Number(number) => *line += &number.to_string(),
        Argument::ShortStr(text) => bytes('"', text.as_bytes(), line),
        Argument::LongStr(long) => bytes('"', long, line),
        Argument::Table(entries) => table(&entries, numbers, line),
    }
}

fn table(entries: &Table<'_>, numbers: Numbers, line: &mut String) {
    line.push('{');
    for entry in entries.iter() {
        hex(entry.key.as_bytes(), line);
        line.push('=');
        value(&entry.value, numbers, line);
        line.push(',');
    }
    line.push('}');
}

fn array(values: &Array<'_>, numbers: Numbers, line: &mut String) {
    line.push('[');
    for one in values.iter() {
        value(&one, numbers, line);
        line.push(',');
    }
    line.push(']');
}

fn value(one: &Value<'_>, numbers: Numbers, line: &mut String) {
    match *one {
        Value::Bool(bit) => *line += if bit { "t1" } else { "t0" },
        Value::LongStr(long) => bytes('S', long, line),
        Value::Bytes(long) => bytes('x', long, line),
        Value::Array(values) => array(&values, numbers, line),
        Value::Table(entries) => table(&entries, numbers, line),
        Value::Decimal { scale, value } => *line += &format!("D{scale}:{value}"),
        Value::Timestamp(seconds) if numbers == Numbers::JavaScript && seconds <= SAFE => {
            line.push('T');
            double(seconds as f64, line);
        }
        Value::Timestamp(seconds) => *line += &format!("T{seconds}"),
        Value::Void => line.push('V'),
        Value::I8(number) => integer(one, number.into(), numbers, line),
        Value::U8(number) => integer(one, number.into(), numbers, line),
        Value::I16(number) => integer(one, number.into(), numbers, line),
        Value::U16(number) => integer(one, number.into(), numbers, line),
        Value::I32(number) => integer(one, number.into(), numbers, line),
        Value::U32(number) => integer(one, number.into(), numbers, line),
        Value::I64(number) => integer(one, number, numbers, line),
        Value::F32(number) if numbers == Numbers::Exact => *line += &format!("f{:08X}", number.to_bits()),
        Value::F64(number) if numbers == Numbers::Exact => *line += &format!("d{:016X}", number.to_bits()),
        Value::F32(number) => double(number.into(), line),
        Value::F64(number) => double(number, line),
        Value::TooDeep { bytes: all, .. } => bytes('?', all, line),
        // Of the other dialect.
        Value::ShortStr(_) | Value::U64(_) => line.push('?'),
    }
}

fn integer(one: &Value<'_>, number: i64, numbers: Numbers, line: &mut String) {
    match numbers {
        Numbers::Exact => *line += &format!("{}{number}", char::from(one.letter(Dialect::RabbitMq))),
        Numbers::JavaScript if number.unsigned_abs() <= SAFE => double(number as f64, line),
        Numbers::Python | Numbers::JavaScript => *line += &format!("n{number}"),
    }
}

fn double(number: f64, line: &mut String) {
    *line += &format!("d{:016X}", number.to_bits());
}

fn bytes(before: char, all: &[u8], line: &mut String) {
    line.push(before);
    hex(all, line);
}
