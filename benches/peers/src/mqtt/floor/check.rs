//! What an encoder refuses, with the checks of the decoder: what it writes is what a strict peer takes.

use super::filter;
use super::properties::{Place, Value};
use super::reader::has;

pub fn text(text: &str) -> bool {
    !has(text.as_bytes(), |b| b == 0)
}

pub fn topic_name(topic: &str) -> bool {
    !has(topic.as_bytes(), |b| b == 0 || b == b'+' || b == b'#')
}

pub fn subscription(filter: &str, options: u8, v5: bool) -> bool {
    filter::is_good(filter.as_bytes(), options, v5)
}

/// Each may be there, is there once, and has a value in its range.
pub fn properties(properties: &[(u8, Value<'_>)], place: Place) -> bool {
    let mut seen = 0u64;
    for &(id, value) in properties {
        if !place.allows(id, &mut seen) {
            return false;
        }
        let good = match value {
            Value::Byte(value) => value <= 1,
            Value::Two(value) => value != 0 || id == 34,
            Value::Four(value) => value != 0 || id != 39,
            Value::Variable(value) => (1..=0x0fff_ffff).contains(&value),
            Value::Bytes(_) => true,
            Value::Text(value) if id == 8 => !value.is_empty() && topic_name(value),
            Value::Text(value) => text(value),
            Value::Pair(name, value) => text(name) && text(value),
        };
        if !good {
            return false;
        }
    }
    place.is_complete(seen)
}

/// Whether the payload is what the properties say.
pub fn payload(properties: &[(u8, Value<'_>)], payload: &[u8]) -> bool {
    !properties.contains(&(1, Value::Byte(1))) || std::str::from_utf8(payload).is_ok()
}
