//! AMQP frames as JSON objects, with the specification's terms in snake_case.
//!
//! `tests/recordings` compares these objects with what another decoder made of the same bytes.

use fourwire::amqp::{Argument, Dialect, Frame, Table, Value};
use serde_json::{Map, Value as Json, json};

use crate::hex::{self, string};

/// The frame of `length` bytes at `offset` in the stream.
pub(crate) fn frame(offset: u64, length: usize, frame: &Frame<'_>) -> Json {
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| drop(object.insert(name.to_owned(), value));
    put("offset", offset.into());
    put("length", length.into());
    put("frame", name(frame).into());
    if let Frame::ProtocolHeader(header) = frame {
        put("protocol_id", header.protocol_id.into());
        put("major", header.major.into());
        put("minor", header.minor.into());
        put("revision", header.revision.into());
        return object.into();
    }
    put("channel", frame.channel().into());
    match frame {
        Frame::Method(_, method) => {
            put("method", method.id().name().into());
            method.each_argument(&mut |name, value| put(name, argument(value)));
        }
        Frame::Header(_, header) => {
            put("class", "basic".into());
            put("body_size", header.body_size.into());
            let mut properties = Map::new();
            header.properties.get().each(&mut |name, value| {
                properties.insert(name.to_owned(), argument(value));
            });
            put("properties", properties.into());
        }
        Frame::Body(_, body) => put("payload", hex::encode(body).into()),
        Frame::Heartbeat | Frame::ProtocolHeader(_) => {}
    }
    object.into()
}

/// What kind of frame it is.
pub(crate) const fn name(frame: &Frame<'_>) -> &'static str {
    match frame {
        Frame::ProtocolHeader(_) => "PROTOCOL_HEADER",
        Frame::Method(..) => "METHOD",
        Frame::Header(..) => "HEADER",
        Frame::Body(..) => "BODY",
        Frame::Heartbeat => "HEARTBEAT",
    }
}

fn argument(argument: Argument<'_>) -> Json {
    match argument {
        Argument::Bit(bit) => bit.into(),
        Argument::Number(number) => number.into(),
        Argument::ShortStr(text) => string(text.as_bytes()),
        Argument::LongStr(bytes) => string(bytes),
        Argument::Table(entries) => table(&entries),
    }
}

/// A list of key, letter and value: order and duplicates stay.
fn table(entries: &Table<'_>) -> Json {
    entries
        .iter()
        .map(|entry| json!([string(entry.key.as_bytes()), letter(&entry.value), value(&entry.value)]))
        .collect()
}

fn letter(value: &Value<'_>) -> String {
    char::from(value.letter(Dialect::RabbitMq)).to_string()
}

fn value(value: &Value<'_>) -> Json {
    match *value {
        Value::Bool(bit) => bit.into(),
        Value::I8(number) => number.into(),
        Value::U8(number) => number.into(),
        Value::I16(number) => number.into(),
        Value::U16(number) => number.into(),
        Value::I32(number) => number.into(),
        Value::U32(number) => number.into(),
        Value::I64(number) => number.into(),
        Value::F32(number) => float(number.into()),
        Value::F64(number) => float(number),
        Value::Decimal { scale, value } => json!({ "scale": scale, "value": value }),
        Value::LongStr(bytes) => string(bytes),
        Value::Bytes(bytes) => hex::encode(bytes).into(),
        Value::Array(values) => values.iter().map(|item| json!([letter(&item), self::value(&item)])).collect(),
        Value::Timestamp(seconds) => seconds.into(),
        Value::ShortStr(text) => string(text.as_bytes()),
        Value::U64(number) => number.into(),
        Value::TooDeep { bytes, .. } => json!({ "too_deep": hex::encode(bytes) }),
        Value::Table(entries) => table(&entries),
        Value::Void => Json::Null,
    }
}

/// JSON has no infinity, and nothing that is no number.
fn float(number: f64) -> Json {
    if number.is_finite() { number.into() } else { number.to_string().into() }
}
