//! The layout for people: columns, then fields, then indented lines. The same for all protocols.

use core::fmt::{Display, Write as _};
use std::io::{self, Write};

use crate::paint::{Paint, Style};
use crate::text;

/// The columns' widths: offset, length, name.
const OFFSET: usize = 8;
const LENGTH: usize = 7;
const NAME: usize = 15;
const GAP: usize = 2;

/// From which width on a list of fields goes on in the next line.
const FULL: usize = 72;

/// One unit: its name, and lines of fields, of which the first stands beside the name.
pub(crate) struct Block {
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    pub(crate) lines: Vec<Line>,
}

/// A line of fields.
#[derive(Clone)]
pub(crate) struct Line {
    paint: Paint,
    text: String,
    /// How wide the text is without escape sequences, one column a character.
    width: usize,
    /// How many columns are free before it.
    indent: usize,
}

impl Line {
    pub(crate) const fn new(paint: Paint) -> Self {
        Self { paint, text: String::new(), width: 0, indent: 0 }
    }

    /// A line of a kind of its own, such as properties: a heading in its own column, then fields.
    pub(crate) fn headed(paint: Paint, heading: &str) -> Self {
        Self::new(paint).word(Style::Dim, format_args!("{heading:<10}"))
    }

    /// A line of what belongs to something above it, so many levels deep.
    pub(crate) fn indented(self, levels: usize) -> Self {
        Self { indent: levels.saturating_mul(2), ..self }
    }

    /// A word that says itself what it is.
    pub(crate) fn word(self, style: Style, text: impl Display) -> Self {
        let width = width(&text);
        let painted = self.paint.paint(style, text);
        self.push(width, painted)
    }

    /// A word that is there if a flag is set.
    pub(crate) fn flag(self, set: bool, text: &str) -> Self {
        if set { self.word(Style::Plain, text) } else { self }
    }

    /// What the value is, and the value.
    pub(crate) fn field(self, label: &str, value: impl Display) -> Self {
        self.styled(label, Style::Plain, value)
    }

    /// A field that may be missing.
    pub(crate) fn field_if(self, label: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(label, value),
            None => self,
        }
    }

    /// A field whose value stands out.
    pub(crate) fn styled(self, label: &str, style: Style, value: impl Display) -> Self {
        let width = width(&label).saturating_add(1).saturating_add(width(&value));
        let (label, value) = (self.paint.paint(Style::Dim, label), self.paint.paint(style, value));
        self.push(width, format_args!("{label} {value}"))
    }

    /// Whether nothing is on it.
    pub(crate) const fn is_empty(&self) -> bool {
        self.width == 0
    }

    /// Whether the line is as long as a line should be.
    pub(crate) const fn is_full(&self) -> bool {
        self.width >= FULL
    }

    fn push(mut self, width: usize, painted: impl Display) -> Self {
        let gap = if self.text.is_empty() { self.indent } else { GAP };
        // Writing to a string does not fail.
        let _ = write!(self.text, "{:gap$}{painted}", "");
        self.width = self.width.saturating_add(width).saturating_add(gap);
        self
    }
}

fn width(text: &impl Display) -> usize {
    text.to_string().chars().count()
}

/// Writes the columns' titles.
pub(crate) fn title(paint: Paint, unit: &str, out: &mut dyn Write) -> io::Result<()> {
    let unit = unit.to_uppercase();
    let titles = format!("{:>OFFSET$}{:GAP$}{:>LENGTH$}{:GAP$}{unit}", "OFFSET", "", "LENGTH", "");
    writeln!(out, "{}", paint.paint(Style::Dim, titles))
}

/// Writes a unit.
pub(crate) fn write(paint: Paint, offset: u64, length: usize, block: &Block, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = block.lines.iter();
    let first = lines.next().map(|line| line.text.as_str()).unwrap_or_default();
    row(paint, offset, &length.to_string(), (block.name, block.style), first, out)?;
    for line in lines {
        writeln!(out, "{:1$}{2}", "", OFFSET + GAP + LENGTH + GAP + NAME + GAP, line.text)?;
    }
    Ok(())
}

/// Writes that the unit at `offset` is wrong.
pub(crate) fn error(paint: Paint, offset: u64, message: &str, out: &mut dyn Write) -> io::Result<()> {
    row(paint, offset, "", ("error", Style::Red), message, out)
}

/// Writes that the last unit is not there to its end.
pub(crate) fn incomplete(paint: Paint, unit: &str, offset: u64, rest: usize, out: &mut dyn Write) -> io::Result<()> {
    let message = format!("the recording ends after {} of a {unit}", text::count(rest, "byte"));
    row(paint, offset, &rest.to_string(), ("incomplete", Style::Yellow), &message, out)
}

fn row(
    paint: Paint,
    offset: u64,
    length: &str,
    (name, style): (&str, Style),
    fields: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let numbers = format!("{offset:>OFFSET$}{:GAP$}{length:>LENGTH$}{:GAP$}", "", "");
    write!(out, "{}{}", paint.paint(Style::Dim, numbers), paint.paint(style, name))?;
    if fields.is_empty() {
        return writeln!(out);
    }
    // The name is padded here, since escape sequences would count.
    writeln!(out, "{:1$}{fields}", "", NAME.saturating_sub(name.len()).saturating_add(GAP))
}
