//! STOMP frames for people: each header with its name, one behind the other, then the body.

use fourwire::stomp::{Command, Frame, Unit};

use crate::block::{Block, Line};
use crate::paint::{Paint, Style};
use crate::stomp_json;
use crate::text::{bytes, key, string};

pub(crate) fn block(unit: &Unit<'_>, paint: Paint) -> Block {
    let (style, lines) = match unit {
        Unit::Frame(frame) => (style(frame.command), lines(frame, paint)),
        Unit::EndOfLine => (Style::Dim, vec![Line::new(paint)]),
    };
    Block { name: stomp_json::name(unit), style, lines }
}

const fn style(command: Command) -> Style {
    match command {
        Command::Connect | Command::Stomp | Command::Connected => Style::Cyan,
        Command::Send | Command::Message => Style::Green,
        Command::Ack | Command::Nack | Command::Receipt => Style::Blue,
        Command::Subscribe | Command::Unsubscribe => Style::Yellow,
        Command::Begin | Command::Commit | Command::Abort => Style::Plain,
        Command::Disconnect => Style::Magenta,
        Command::Error => Style::Red,
    }
}

fn lines(frame: &Frame<'_>, paint: Paint) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::new(paint);
    for header in &frame.headers {
        if line.is_full() {
            lines.push(core::mem::replace(&mut line, Line::new(paint)));
        }
        line = line.field(&key(&header.name.to_cow()), string(&header.value.to_cow()));
    }
    lines.push(line);
    if !frame.body.is_empty() {
        lines.push(Line::new(paint).styled("body", Style::Green, bytes(frame.body)));
    }
    lines
}
