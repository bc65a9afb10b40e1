//! How exchanges choose: pure functions, for servers and for tests.

use super::{ShortStr, Table, Value};

/// Whether a topic exchange passes a message with this routing key to a binding with this pattern.
///
/// Words stand between dots; `*` is any one word, `#` any number of words, also none. (§3.1.3.3)
///
/// ```
/// use fourwire::amqp::routing::topic_matches;
///
/// assert!(topic_matches("orders.*.eu".into(), "orders.new.eu".into()));
/// assert!(topic_matches("orders.#".into(), "orders".into()));
/// assert!(!topic_matches("orders.*".into(), "orders.new.eu".into()));
/// ```
pub fn topic_matches(pattern: ShortStr<'_>, routing_key: ShortStr<'_>) -> bool {
    let (mut pattern, mut key) = (Words::new(pattern), Words::new(routing_key));
    // What is behind the last `#`, and what is to be tried there next. An earlier `#` need never be tried again: whatever
    // it could take more, the later one can.
    let mut retry: Option<(Words<'_>, Words<'_>)> = None;
    loop {
        let before = key.clone();
        match (pattern.next(), key.next()) {
            (Some(b"#"), _) => {
                retry = Some((pattern.clone(), before.clone()));
                key = before;
                continue;
            }
            (None, None) => return true,
            (Some(wanted), Some(word)) if wanted == b"*" || wanted == word => continue,
            _ => {}
        }
        let Some((behind, from)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (pattern, key) = (behind.clone(), from.clone());
    }
}

/// The words of a routing key. A key of no bytes has none.
#[derive(Clone, Debug)]
struct Words<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Words<'a> {
    fn new(key: ShortStr<'a>) -> Self {
        Self { rest: (!key.is_empty()).then_some(key.as_bytes()) }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let end = rest.iter().position(|byte| *byte == b'.');
        self.rest = end.and_then(|dot| rest.get(dot.saturating_add(1)..));
        rest.get(..end.unwrap_or(rest.len()))
    }
}

/// Whether a headers exchange passes a message with these headers to a binding with these arguments.
///
/// `x-match` says whether all of the arguments must be among the headers (`all`, and without it) or one (`any`). Keys
/// that begin with `x-` do not count, unless it is `all-with-x` or `any-with-x`. An argument without a value asks only
/// for the key. Values of different types are different. (RabbitMQ)
///
/// It looks at all headers for each argument: refuse bindings with more arguments than you care to wait for.
pub fn headers_match(arguments: &Table<'_>, headers: &Table<'_>) -> bool {
    let how = arguments.get("x-match").and_then(|value| value.as_text()).unwrap_or("all");
    let (any, with_x) = match how {
        "any" => (true, false),
        "any-with-x" => (true, true),
        "all-with-x" => (false, true),
        _ => (false, false),
    };
    let counts = |key: ShortStr<'_>| key != "x-match" && (with_x || !key.as_bytes().starts_with(b"x-"));
    let mut wanted = arguments.iter().filter(|entry| counts(entry.key)).map(|entry| {
        let mut same = headers.iter().filter(|header| header.key == entry.key);
        same.any(|header| matches!(entry.value, Value::Void) || header.value == entry.value)
    });
    if any { wanted.any(|found| found) } else { wanted.all(|found| found) }
}
