//! How exchanges choose: pure functions, for servers and for tests.

use super::{Entry, ShortStr, Table, Value};

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
/// Of a key that is there twice the first counts. With `alloc` large tables are sorted first; without, it looks at all
/// headers for each argument: refuse bindings with more arguments than you care to wait for.
///
/// ```
/// use fourwire::amqp::{Entry, Table, Value, routing::headers_match};
///
/// let (pdf, urgent) = (Entry::new("format", Value::text("pdf")), Entry::new("urgent", Value::Bool(true)));
/// let (any, both) = ([Entry::new("x-match", Value::text("any")), pdf, urgent], [pdf, urgent]);
/// let headers = [Entry::new("format", Value::text("pdf"))];
/// assert!(headers_match(&Table::new(&any), &Table::new(&headers)));
/// assert!(!headers_match(&Table::new(&both), &Table::new(&headers)));
/// ```
pub fn headers_match(arguments: &Table<'_>, headers: &Table<'_>) -> bool {
    let how = arguments.get("x-match").and_then(|value| value.as_text()).unwrap_or("all");
    let (any, with_x) = match how {
        "any" => (true, false),
        "any-with-x" => (true, true),
        "all-with-x" => (false, true),
        _ => (false, false),
    };
    let counts = |entry: &Entry<'_>| entry.key != "x-match" && (with_x || !entry.key.as_bytes().starts_with(b"x-"));
    let headers = Headers::of(headers, arguments);
    let mut wanted = arguments.iter().filter(counts).map(|entry| headers.have(&entry));
    if any { wanted.any(|found| found) } else { wanted.all(|found| found) }
}

/// The headers of a message, in the order in which their keys are found soonest.
struct Headers<'h> {
    as_sent: Table<'h>,
    #[cfg(feature = "alloc")]
    sorted: Option<alloc::vec::Vec<Entry<'h>>>,
}

impl<'h> Headers<'h> {
    #[cfg(feature = "alloc")]
    fn of(headers: &Table<'h>, arguments: &Table<'_>) -> Self {
        // Sorting few takes longer than looking at them.
        let are_many = |table: &Table<'_>| table.iter().nth(16).is_some();
        let sorted = (are_many(headers) && are_many(arguments)).then(|| {
            let mut sorted: alloc::vec::Vec<_> = headers.iter().collect();
            // Equal keys stay as they are.
            sorted.sort_by_key(|entry| entry.key);
            sorted
        });
        Self { as_sent: *headers, sorted }
    }

    #[cfg(not(feature = "alloc"))]
    const fn of(headers: &Table<'h>, _: &Table<'_>) -> Self {
        Self { as_sent: *headers }
    }

    fn have(&self, wanted: &Entry<'_>) -> bool {
        self.get(wanted.key).is_some_and(|value| matches!(wanted.value, Value::Void) || value == wanted.value)
    }

    fn get(&self, key: ShortStr<'_>) -> Option<Value<'h>> {
        #[cfg(feature = "alloc")]
        if let Some(sorted) = &self.sorted {
            let at = sorted.partition_point(|entry| entry.key.as_bytes() < key.as_bytes());
            return sorted.get(at).filter(|entry| entry.key.as_bytes() == key.as_bytes()).map(|entry| entry.value);
        }
        self.as_sent.iter().find(|entry| entry.key.as_bytes() == key.as_bytes()).map(|entry| entry.value)
    }
}
