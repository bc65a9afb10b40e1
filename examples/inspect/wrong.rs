//! What is wrong with a stream, whatever the protocol.

use serde_json::{Value, json};

/// What is wrong with the input.
pub(crate) struct Wrong {
    /// The kind's name, as code has it.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) offset: usize,
}

impl Wrong {
    /// From a decoder's error.
    pub(crate) fn new(kind: impl core::fmt::Debug + core::fmt::Display, offset: usize) -> Self {
        Self { kind: snake(&format!("{kind:?}")), message: kind.to_string(), offset }
    }

    /// The error in the unit that begins at `offset`.
    pub(crate) fn json(&self, offset: u64) -> Value {
        let at = offset.saturating_add(self.offset as u64);
        json!({ "error": { "kind": self.kind, "offset": at, "message": self.message } })
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
