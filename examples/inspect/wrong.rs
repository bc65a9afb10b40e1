//! What is wrong with a stream, whatever the protocol.

use core::fmt::{Debug, Display};

use fourwire::{amqp, mqtt, stomp};
use serde_json::{Value, json};

use crate::lenient;

/// What is wrong with the input.
pub(crate) struct Wrong {
    /// The kind's name, as code has it.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) offset: usize,
    /// What the command line may say to have it taken nevertheless.
    pub(crate) lenient: Option<&'static str>,
}

impl Wrong {
    fn new(kind: impl Debug + Display, offset: usize, lenient: Option<&'static str>) -> Self {
        Self { kind: snake(&format!("{kind:?}")), message: kind.to_string(), offset, lenient }
    }

    /// The error in the unit that begins at `offset`.
    pub(crate) fn json(&self, offset: u64) -> Value {
        let at = offset.saturating_add(self.offset as u64);
        let mut error = json!({ "kind": self.kind, "offset": at, "message": self.message });
        if let (Some(lenient), Value::Object(fields)) = (self.lenient, &mut error) {
            fields.insert("lenient".to_owned(), lenient.into());
        }
        json!({ "error": error })
    }
}

impl From<mqtt::DecodeError> for Wrong {
    fn from(error: mqtt::DecodeError) -> Self {
        Self::new(error.kind, error.offset, lenient::in_mqtt(error.kind))
    }
}

impl From<amqp::DecodeError> for Wrong {
    fn from(error: amqp::DecodeError) -> Self {
        Self::new(error.kind, error.offset, None)
    }
}

impl From<stomp::DecodeError> for Wrong {
    fn from(error: stomp::DecodeError) -> Self {
        Self::new(error.kind, error.offset, lenient::in_stomp(error.kind))
    }
}

/// The stream's end in the middle of a unit.
pub(crate) fn incomplete(rest: usize) -> Value {
    json!({ "incomplete": rest })
}

/// A variant's name in snake_case, without its data. QoS is one word.
fn snake(debug: &str) -> String {
    let debug = debug.replace("QoS", "Qos");
    let name = debug.split(['(', ' ']).next().unwrap_or_default();
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
