//! STOMP frames as JSON objects.
//!
//! `tests/recordings` compares these objects with what another decoder made of the same bytes.

use fourwire::stomp::{Command, Text, Unit};
use serde_json::{Map, Value, json};

use crate::hex;

/// The unit of `length` bytes at `offset` in the stream.
pub(crate) fn unit(offset: u64, length: usize, unit: &Unit<'_>) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    put("offset", offset.into());
    put("length", length.into());
    put("frame", name(unit).into());
    if let Unit::Frame(frame) = unit {
        // A list of names and values: order and repetitions stay.
        put("headers", frame.headers.iter().map(|it| json!([string(it.name), string(it.value)])).collect());
        let has_body = matches!(frame.command, Command::Send | Command::Message | Command::Error);
        if has_body || !frame.body.is_empty() {
            put("body", hex::encode(frame.body).into());
        }
    }
    object.into()
}

/// What kind of unit it is.
pub(crate) const fn name(unit: &Unit<'_>) -> &'static str {
    match unit {
        Unit::Frame(frame) => frame.command.as_str(),
        Unit::EndOfLine => "EOL",
    }
}

fn string(text: Text<'_>) -> Value {
    hex::string(&text.to_cow())
}
