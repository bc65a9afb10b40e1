//! Going through nested tables and arrays without recursion: to prove what came, to measure and write what is to be
//! sent, to compare.

use super::domain::Place;
use super::wire::{measure_key, measure_scalar, next_long, put_key, put_long};
use super::{Array, Dialect, EncodeError, Entry, ErrorKind, Limits, ShortStr, Table, Value};
use crate::list::ListIter;
use crate::read::{Fault, next_chunk, next_u8};
use crate::write::Writer;

/// How deep a walk goes.
const DEPTH: usize = Limits::MAX_DEPTH as usize;

/// What is left of one table or array.
#[derive(Clone, Debug)]
pub(super) enum Level<'a> {
    Table(ListIter<'a, Entry<'a>>),
    Array(ListIter<'a, Value<'a>>),
}

impl<'a> Level<'a> {
    pub(super) const fn table(table: &Table<'a>) -> Self {
        Self::Table(table.iter())
    }

    pub(super) const fn array(array: &Array<'a>) -> Self {
        Self::Array(array.iter())
    }

    const fn wire(&self) -> Option<&'a [u8]> {
        match self {
            Self::Table(entries) => entries.wire(),
            Self::Array(values) => values.wire(),
        }
    }
}

/// One step of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Key(ShortStr<'a>),
    /// A value that holds no others.
    Scalar(Value<'a>),
    /// A table or an array, by its letter; its entries follow, then [`Close`](Self::Close).
    Open(u8),
    Close,
    /// A table or an array, by its letter, that came nested deeper than a walk goes: as it is.
    Raw(u8, &'a [u8]),
    /// One that was written is nested deeper: nothing more comes.
    TooDeep,
}

/// Goes through a table or an array and all that is in it.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    levels: [Option<Level<'a>>; DEPTH],
    depth: usize,
    /// The value whose key was told.
    pending: Option<Value<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(top: Level<'a>) -> Self {
        let mut levels = [const { None }; DEPTH];
        if let Some(first) = levels.first_mut() {
            *first = Some(top);
        }
        Self { levels, depth: 0, pending: None }
    }

    /// The length of all, with what is before each nested part.
    pub(super) fn len(self) -> usize {
        let mut len: usize = 0;
        for token in self {
            len = len.saturating_add(match token {
                Token::Key(key) => key.len().saturating_add(1),
                Token::Scalar(value) => value.scalar_len().saturating_add(1),
                Token::Open(_) => 5,
                Token::Raw(_, wire) => wire.len().saturating_add(5),
                Token::Close | Token::TooDeep => 0,
            });
        }
        len
    }

    /// The same, if all can be sent.
    pub(super) fn measure(self, dialect: Dialect, place: Place) -> Result<usize, EncodeError> {
        let mut len: usize = 0;
        for token in self {
            let more = match token {
                Token::Key(key) => measure_key(key)?.into(),
                Token::Scalar(value) => measure_scalar(&value, dialect, place)?,
                Token::Open(_) => 5,
                Token::Raw(_, wire) if place == Place::Header => wire.len().saturating_add(5),
                Token::Close => 0,
                Token::Raw(..) | Token::TooDeep => return Err(EncodeError::TableDepth),
            };
            len = len.saturating_add(more);
        }
        Ok(len)
    }

    /// Puts all. The length of a nested part is that of a walk of its own: quadratic in the depth, which is bounded.
    pub(super) fn put(mut self, dialect: Dialect, out: &mut Writer<'_>) {
        while let Some(token) = self.next() {
            match token {
                Token::Key(key) => put_key(key, out),
                Token::Scalar(value) => value.put_scalar(dialect, out),
                Token::Open(letter) => {
                    let inner = self.levels.get(self.depth).cloned().flatten();
                    let len = inner.map_or(0, |inner| Self::new(inner).len());
                    out.put_behind(letter, u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes());
                }
                Token::Raw(letter, wire) => put_long(letter, wire, out),
                Token::Close | Token::TooDeep => {}
            }
        }
    }

    fn open(&mut self, letter: u8, inner: Level<'a>) -> Token<'a> {
        let next = self.depth.saturating_add(1);
        match (self.levels.get_mut(next), inner.wire()) {
            (Some(level), _) => {
                *level = Some(inner);
                self.depth = next;
                Token::Open(letter)
            }
            (None, Some(wire)) => Token::Raw(letter, wire),
            (None, None) => {
                self.levels = [const { None }; DEPTH];
                self.depth = 0;
                Token::TooDeep
            }
        }
    }

    fn value(&mut self, value: Value<'a>) -> Token<'a> {
        match value {
            Value::Table(table) => self.open(b'F', Level::table(&table)),
            Value::Array(array) => self.open(b'A', Level::array(&array)),
            scalar => Token::Scalar(scalar),
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(value) = self.pending.take() {
            return Some(self.value(value));
        }
        let next = match self.levels.get_mut(self.depth)?.as_mut()? {
            Level::Table(entries) => entries.next().map(|entry| (Some(entry.key), entry.value)),
            Level::Array(values) => values.next().map(|value| (None, value)),
        };
        match next {
            Some((Some(key), value)) => {
                self.pending = Some(value);
                Some(Token::Key(key))
            }
            Some((None, value)) => Some(self.value(value)),
            None => {
                if let Some(level) = self.levels.get_mut(self.depth) {
                    *level = None;
                }
                self.depth = self.depth.checked_sub(1)?;
                Some(Token::Close)
            }
        }
    }
}

/// Passes over a value that was proved.
pub(super) fn skip(wire: &mut &[u8], dialect: Dialect) -> Option<()> {
    let letter = next_u8(wire)?;
    match length(letter, dialect) {
        Length::Fixed(len) => *wire = wire.get(usize::from(len)..)?,
        Length::Short => {
            let len = next_u8(wire)?;
            *wire = wire.get(usize::from(len)..)?;
        }
        _ => drop(next_long(wire)?),
    }
    Some(())
}

/// How long a value with this letter is.
#[derive(Clone, Copy)]
enum Length {
    /// Always so many bytes.
    Fixed(u8),
    /// As it says itself, in four bytes.
    Told,
    /// The same, in one byte.
    Short,
    /// The same, and there are values in it.
    Nested,
    /// Nobody knows the letter.
    Unknown,
}

#[inline]
const fn length(letter: u8, dialect: Dialect) -> Length {
    match letter {
        b'V' => Length::Fixed(0),
        b't' | b'b' | b'B' => Length::Fixed(1),
        b'U' | b'u' => Length::Fixed(2),
        b's' => match dialect {
            Dialect::RabbitMq => Length::Fixed(2),
            Dialect::Specification => Length::Short,
        },
        b'I' | b'i' | b'f' => Length::Fixed(4),
        b'D' => Length::Fixed(5),
        b'l' | b'L' | b'd' | b'T' => Length::Fixed(8),
        b'S' => Length::Told,
        b'x' => match dialect {
            Dialect::RabbitMq => Length::Told,
            Dialect::Specification => Length::Unknown,
        },
        b'A' | b'F' => Length::Nested,
        _ => Length::Unknown,
    }
}

/// What is wrong with a table, and how many of its bytes were left there.
type Proof = Result<(), Fault<ErrorKind>>;

#[cold]
const fn fault(kind: ErrorKind, at: &[u8]) -> Fault<ErrorKind> {
    Fault { kind, left: at.len() }
}

/// What is taken for a table: one number, as it is handed from function to function for each frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules(u16);

impl Rules {
    /// Tables in this dialect, nested up to `depth`.
    pub(super) const fn new(depth: u8, dialect: Dialect) -> Self {
        let depth = if depth > Limits::MAX_DEPTH { Limits::MAX_DEPTH } else { depth } as u16;
        Self(match dialect {
            Dialect::RabbitMq => depth,
            Dialect::Specification => depth | Self::SPECIFICATION,
        })
    }

    const SPECIFICATION: u16 = 0x100;
    const TOLERANT: u16 = 0x200;

    /// The same, but what is nested deeper is passed over and handed on as it is: for the headers of messages, which
    /// servers forward from strangers. One that is refused would be given to the next consumer, and the next.
    pub(super) const fn tolerant(self) -> Self {
        Self(self.0 | Self::TOLERANT)
    }

    const fn is_tolerant(self) -> bool {
        self.0 & Self::TOLERANT != 0
    }

    fn depth(self) -> usize {
        usize::from(self.0 & 0xFF)
    }

    #[inline]
    pub(super) const fn dialect(self) -> Dialect {
        if self.0 & Self::SPECIFICATION == 0 { Dialect::RabbitMq } else { Dialect::Specification }
    }
}

/// Proves a table: every key and value is whole, of a type that is known, and nested no deeper than is allowed.
///
/// Most tables have no others in them: the levels are counted from the first one on that has.
pub(super) fn validate(wire: &[u8], rules: Rules) -> Proof {
    let mut input = wire;
    while let Some((len, rest)) = input.split_first() {
        let cut = |at| fault(ErrorKind::TableTruncated, at);
        let value = rest.get(usize::from(*len)..).ok_or_else(|| cut(input))?;
        let (letter, rest) = value.split_first().ok_or_else(|| cut(value))?;
        let behind = match length(*letter, rules.dialect()) {
            Length::Fixed(len) => rest.get(usize::from(len)..),
            Length::Told => behind(rest),
            Length::Short => rest.split_first().and_then(|(len, text)| text.get(usize::from(*len)..)),
            Length::Nested => return validate_nested(input, rules),
            Length::Unknown => return Err(fault(ErrorKind::TableValueType(*letter), value)),
        };
        input = behind.ok_or_else(|| cut(value))?;
    }
    Ok(())
}

/// What is behind the length and the bytes that it counts.
#[inline]
fn behind(input: &[u8]) -> Option<&[u8]> {
    let (len, rest) = input.split_first_chunk()?;
    rest.get(usize::try_from(u32::from_be_bytes(*len)).ok()?..)
}

/// The same for what is left of a table, with tables and arrays in it.
#[cold]
fn validate_nested(wire: &[u8], rules: Rules) -> Proof {
    // Where each level that is open ends, as bytes that are left then; and whether it is a table.
    let mut ends = [(0_usize, true); DEPTH];
    let mut at = 0_usize;
    let mut input = wire;
    loop {
        let Some((end, is_table)) = ends.get(at).copied() else { return Err(fault(ErrorKind::TableDepth, input)) };
        if input.len() <= end {
            let Some(outer) = at.checked_sub(1) else { return Ok(()) };
            at = outer;
            continue;
        }
        let start = input;
        let within = |left: &[u8]| left.len() >= end;
        if is_table {
            let key = next_u8(&mut input).and_then(|len| input.get(usize::from(len)..));
            input = key.filter(|rest| within(rest)).ok_or_else(|| fault(ErrorKind::TableTruncated, start))?;
        }
        let at_value = input;
        let letter = next_u8(&mut input).filter(|_| within(input));
        let letter = letter.ok_or_else(|| fault(ErrorKind::TableTruncated, at_value))?;
        let (len, is_nested) = match length(letter, rules.dialect()) {
            Length::Fixed(len) => (len.into(), false),
            Length::Short => {
                let len = next_u8(&mut input).filter(|_| within(input));
                (len.ok_or_else(|| fault(ErrorKind::TableTruncated, at_value))?.into(), false)
            }
            told @ (Length::Told | Length::Nested) => {
                let len = next_chunk(&mut input).filter(|_| within(input));
                let len = len.ok_or_else(|| fault(ErrorKind::TableTruncated, at_value))?;
                let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
                (len, matches!(told, Length::Nested))
            }
            Length::Unknown => return Err(fault(ErrorKind::TableValueType(letter), at_value)),
        };
        let behind = input.get(len..).filter(|rest| within(rest));
        let behind = behind.ok_or_else(|| fault(ErrorKind::TableTruncated, at_value))?;
        if is_nested {
            at = at.saturating_add(1);
            match ends.get_mut(at).filter(|_| at < rules.depth()) {
                Some(level) => *level = (behind.len(), letter == b'F'),
                None if rules.is_tolerant() => {
                    at = at.saturating_sub(1);
                    input = behind;
                }
                None => return Err(fault(ErrorKind::TableDepth, at_value)),
            }
        } else {
            input = behind;
        }
    }
}
