//! AMQP frames for people: what says nothing is left out, and tables are indented as they are nested.

use fourwire::amqp::{Argument, Array, Dialect, Frame, Method, Table, Value};

use crate::amqp_json;
use crate::block::{Block, Line};
use crate::paint::{Paint, Style};
use crate::text::{bytes, count, key, string};

pub(crate) fn block(frame: &Frame<'_>, paint: Paint) -> Block {
    let first = Line::new(paint);
    let lines = match frame {
        Frame::ProtocolHeader(header) => {
            vec![first.field("version", format!("{}-{}-{}", header.major, header.minor, header.revision))]
        }
        Frame::Heartbeat => vec![first],
        Frame::Method(channel, method) => below_method(*channel, method, paint),
        Frame::Header(channel, header) => {
            let first = first.field("channel", channel).field("body size", header.body_size);
            below(first, paint, |see| header.properties.get().each(see))
        }
        Frame::Body(channel, body) => {
            vec![first.field("channel", channel).styled("body", Style::Green, bytes(body))]
        }
    };
    Block { name: amqp_json::name(frame), style: style(frame), lines }
}

fn style(frame: &Frame<'_>) -> Style {
    match frame {
        Frame::ProtocolHeader(_) => Style::Cyan,
        Frame::Method(_, method) => match method.id().class() {
            10 | 20 => Style::Cyan,
            60 => Style::Blue,
            _ => Style::Yellow,
        },
        Frame::Header(..) | Frame::Body(..) => Style::Green,
        Frame::Heartbeat => Style::Dim,
    }
}

fn below_method(channel: u16, method: &Method<'_>, paint: Paint) -> Vec<Line> {
    let mut first = Line::new(paint).word(Style::Plain, method.id().name());
    if channel > 0 {
        first = first.field("channel", channel);
    }
    below(first, paint, |see| method.each_argument(see))
}

/// The fields on and below the first line, then the tables.
fn below(first: Line, paint: Paint, each: impl FnOnce(&mut dyn FnMut(&'static str, Argument<'_>))) -> Vec<Line> {
    let mut fields = Fields { line: first, ..Fields::new(paint) };
    let mut tables = Fields::new(paint);
    each(&mut |name, value| {
        let label = name.replace('_', " ");
        match value {
            // A bit that is not set, and a name that is empty, say nothing.
            Argument::Bit(set) => fields.put(|line| line.flag(set, &label)),
            Argument::Number(number) => fields.put(|line| line.field(&label, number)),
            Argument::ShortStr(text) if text.is_empty() => {}
            Argument::ShortStr(text) => fields.put(|line| line.field(&label, string(text.as_bytes()))),
            Argument::LongStr(text) => fields.put(|line| line.field(&label, string(text))),
            Argument::Table(entries) if entries.is_empty() => {}
            Argument::Table(entries) => table(&label, &entries, &mut tables),
        }
    });
    [fields.lines(), tables.lines()].concat()
}

// --- tables ----------------------------------------------------------------------------------------------------------

// The decoder has seen to it that nothing is nested deeper than `Limits::MAX_DEPTH`: so these may call each other.

fn table(heading: &str, entries: &Table<'_>, fields: &mut Fields) {
    let what = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
    fields.nest(heading, what, |fields| {
        for entry in entries.iter() {
            value(&key(entry.key.as_bytes()), &entry.value, fields);
        }
    });
}

fn array(heading: &str, values: &Array<'_>, fields: &mut Fields) {
    fields.nest(heading, count(values.len(), "value"), |fields| {
        for (item, at) in values.iter().zip(0..) {
            value(&format!("[{at}]"), &item, fields);
        }
    });
}

fn value(label: &str, value: &Value<'_>, fields: &mut Fields) {
    let shown = match value {
        Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Table(entries) => return table(label, entries, fields),
        Value::Array(values) if values.is_empty() => "[]".to_owned(),
        Value::Array(values) => return array(label, values, fields),
        Value::LongStr(text) => string(text),
        Value::ShortStr(text) => string(text.as_bytes()),
        Value::U64(number) => format!("{number} (l)"),
        Value::TooDeep { bytes: value, .. } => format!("too deep: {}", bytes(value)),
        Value::Bytes(value) => format!("{} (x)", bytes(value)),
        Value::Bool(set) => set.to_string(),
        Value::Void => "void".to_owned(),
        Value::Decimal { scale, value } => format!("{value}e-{scale} (D)"),
        Value::F32(number) => format!("{number:?} (f)"),
        Value::F64(number) => format!("{number:?} (d)"),
        Value::Timestamp(seconds) => format!("{seconds} s since 1970 (T)"),
        number => format!("{} ({})", number.as_i64().unwrap_or_default(), char::from(number.letter(Dialect::RabbitMq))),
    };
    fields.put(|line| line.field(label, shown));
}

/// Fields, one behind the other until the line is full, and indented.
struct Fields {
    paint: Paint,
    depth: usize,
    done: Vec<Line>,
    line: Line,
}

impl Fields {
    fn new(paint: Paint) -> Self {
        Self { paint, depth: 0, done: Vec::new(), line: Line::new(paint) }
    }

    fn put(&mut self, with: impl FnOnce(Line) -> Line) {
        let line = with(self.take());
        if line.is_full() { self.done.push(line) } else { self.line = line }
    }

    /// A heading in a line of its own, with how much is below it; then that.
    fn nest(&mut self, heading: &str, what: String, below: impl FnOnce(&mut Self)) {
        self.end_line();
        self.put(|line| line.field(heading, what));
        self.end_line();
        self.depth = self.depth.saturating_add(1);
        self.end_line();
        below(self);
        self.depth = self.depth.saturating_sub(1);
        self.end_line();
    }

    fn end_line(&mut self) {
        let line = self.take();
        if !line.is_empty() {
            self.done.push(line);
        }
    }

    /// The line that is being filled; behind it a new one begins.
    fn take(&mut self) -> Line {
        let new = Line::new(self.paint).indented(self.depth);
        core::mem::replace(&mut self.line, new)
    }

    fn lines(mut self) -> Vec<Line> {
        self.end_line();
        self.done
    }
}
