//! AMQP 0-9-1: frames in one direction of a connection.

use std::io;

use fourwire::amqp::{Argument, BasicProperties, Decoder, Dialect, Frame, Limits, Method, ShortStr, Table, Value};
use serde_json::{Map, Value as Json, json};

use crate::block::{Block, Line};
use crate::hex;
use crate::paint::{Paint, Style};
use crate::shown::Show;
use crate::text::{bytes, quoted};
use crate::wrong::Wrong;

pub(crate) struct Amqp {
    decoder: Decoder,
}

impl Amqp {
    pub(crate) const fn new() -> Self {
        // A recording is on disk already, however large its frames are.
        Self { decoder: Decoder::with_limits(Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH }) }
    }
}

impl Show for Amqp {
    type Unit<'i> = Frame<'i>;

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Frame<'i>, usize)>, Wrong> {
        self.decoder.decode(input).map_err(|error| Wrong::new(error.kind, error.offset))
    }

    fn json(&self, offset: u64, length: usize, frame: &Frame<'_>) -> Json {
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

    fn block(&self, frame: &Frame<'_>, paint: Paint) -> Block {
        let first = Line::new(paint);
        let mut lines = match frame {
            Frame::ProtocolHeader(header) => {
                vec![first.field("version", format!("{}-{}-{}", header.major, header.minor, header.revision))]
            }
            Frame::Heartbeat => vec![first],
            Frame::Method(channel, method) => below_method(*channel, method, first),
            Frame::Header(channel, header) => {
                let mut lines = vec![first.field("channel", channel).field("body size", header.body_size)];
                lines.extend(properties(&header.properties.get(), paint));
                lines
            }
            Frame::Body(channel, body) => {
                vec![first.field("channel", channel).styled("body", Style::Green, bytes(body))]
            }
        };
        lines.retain({
            let mut at = 0_usize;
            move |line| {
                at = at.saturating_add(1);
                at == 1 || !line.is_empty()
            }
        });
        Block { name: name(frame), style: style(frame), lines }
    }

    fn encode(&self, frame: &Frame<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        frame.encode(0, out).map_err(io::Error::other)
    }
}

const fn name(frame: &Frame<'_>) -> &'static str {
    match frame {
        Frame::ProtocolHeader(_) => "PROTOCOL_HEADER",
        Frame::Method(..) => "METHOD",
        Frame::Header(..) => "HEADER",
        Frame::Body(..) => "BODY",
        Frame::Heartbeat => "HEARTBEAT",
    }
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

// --- JSON ------------------------------------------------------------------------------------------------------------

fn argument(argument: Argument<'_>) -> Json {
    match argument {
        Argument::Bit(bit) => bit.into(),
        Argument::Number(number) => number.into(),
        Argument::ShortStr(text) => short(text),
        Argument::LongStr(bytes) => hex::encode(bytes).into(),
        Argument::Table(entries) => table(&entries),
    }
}

/// Text, or bytes that are none.
fn short(text: ShortStr<'_>) -> Json {
    match text.as_str() {
        Ok(text) => text.into(),
        Err(_) => json!({ "hex": hex::encode(text.as_bytes()) }),
    }
}

fn table(entries: &Table<'_>) -> Json {
    entries
        .iter()
        .map(|entry| {
            json!([
                short(entry.key),
                char::from(entry.value.letter(Dialect::RabbitMq)).to_string(),
                value(&entry.value)
            ])
        })
        .collect()
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
        Value::F32(number) => f64::from(number).into(),
        Value::F64(number) => number.into(),
        Value::Decimal { scale, value } => json!({ "scale": scale, "value": value }),
        Value::LongStr(bytes) | Value::Bytes(bytes) => hex::encode(bytes).into(),
        Value::Array(values) => values
            .iter()
            .map(|item| json!([char::from(item.letter(Dialect::RabbitMq)).to_string(), self::value(&item)]))
            .collect(),
        Value::Timestamp(seconds) => seconds.into(),
        Value::ShortStr(text) => short(text),
        Value::U64(number) => number.into(),
        Value::Table(entries) => table(&entries),
        Value::Void => Json::Null,
    }
}

// --- for people ------------------------------------------------------------------------------------------------------

fn below_method(channel: u16, method: &Method<'_>, first: Line) -> Vec<Line> {
    let paint = first.paint();
    let mut first = first.word(Style::Plain, method.id().name());
    if channel > 0 {
        first = first.field("channel", channel);
    }
    let mut line = Line::new(paint);
    let mut lines = Vec::new();
    method.each_argument(&mut |name, value| {
        let label = name.replace('_', " ");
        let taken = core::mem::replace(&mut line, Line::new(paint));
        // A bit that is not set, and a name that is empty, say nothing.
        line = match value {
            Argument::Bit(set) => taken.flag(set, &label),
            Argument::Number(number) => taken.field(&label, number),
            Argument::ShortStr(text) if text.is_empty() => taken,
            Argument::ShortStr(text) => taken.field(&label, quoted(&text.to_string())),
            Argument::LongStr(value) => taken.field(&label, bytes(value)),
            Argument::Table(entries) => {
                lines.extend(entries.iter().map(|entry| table_line(paint, &label, &entry.key, &entry.value)));
                taken
            }
        };
    });
    [first, line].into_iter().chain(lines).collect()
}

fn properties(properties: &BasicProperties<'_>, paint: Paint) -> Vec<Line> {
    let mut lines = vec![Line::new(paint)];
    let mut headers = Vec::new();
    properties.each(&mut |name, value| {
        let label = name.replace('_', " ");
        let Some(last) = lines.pop() else { return };
        let last = match value {
            Argument::ShortStr(text) => last.field(&label, quoted(&text.to_string())),
            Argument::Number(number) => last.field(&label, number),
            Argument::Table(entries) => {
                headers.extend(entries.iter().map(|entry| table_line(paint, "header", &entry.key, &entry.value)));
                last
            }
            Argument::Bit(_) | Argument::LongStr(_) => last,
        };
        let full = last.is_full();
        lines.push(last);
        if full {
            lines.push(Line::new(paint));
        }
    });
    lines.extend(headers);
    lines
}

fn table_line(paint: Paint, what: &str, key: &ShortStr<'_>, value: &Value<'_>) -> Line {
    let shown = match value {
        Value::LongStr(value) | Value::Bytes(value) => bytes(value),
        Value::Table(_) | Value::Array(_) => self::value(value).to_string(),
        scalar => format!("{} ({})", self::value(scalar), char::from(scalar.letter(Dialect::RabbitMq))),
    };
    Line::headed(paint, what).field(&key.to_string(), shown)
}
