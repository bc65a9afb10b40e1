//! A table or an array alone, beside a reader that is written in the plainest way.
//!
//! That one calls itself: it goes no deeper than the limit that it is given.

use std::cell::{Cell, OnceCell};

use fourwire::amqp::{
    Array, BasicProperties, ContentHeader, Decoder, Dialect, EncodeError, Entry, ErrorKind, Frame, Limits, Table, Value,
};

use super::super::decoding::{any_bytes, encodes};
use super::super::script::Script;
use super::Amqp;

/// The first byte is the depth that is allowed, the next the dialect and whether there is a table or an array; two change
/// a copy. It is proved, or what is wrong is where the plain reader finds it; then it is read, looked up in, compared,
/// measured, written, and nested once more. How deep it is nested, if nothing is wrong with it.
pub fn tables(data: &[u8]) -> Option<u8> {
    let mut script = Script::new(data);
    let (depth, choice) = (script.byte(), script.byte());
    let (as_array, dialect) =
        (choice & 1 != 0, if choice & 2 == 0 { Dialect::RabbitMq } else { Dialect::Specification });
    let (at, change) = (script.byte(), script.byte());
    let rest = script.rest();
    let array = Value::Bytes(rest);
    let bytes = if as_array { [&[0][..], &spelled(b'A', &array)].concat() } else { rest.to_vec() };

    let tree = proves(&bytes, depth, dialect)?;
    let frame = frame(&bytes);
    with_table(&frame, dialect, |header, table| {
        assert_eq!(spell_table(&table, dialect), tree.canonical, "what is read is what is there");
        look_up(&table);
        assert_eq!(
            encodes::<Amqp>(&decoder(u8::MAX, dialect), &header).as_deref(),
            Some(&frame[..]),
            "sent on as it came"
        );
        write(&table, &tree);
        compare(&table, &tree, at, change);
    });

    // So deep and no deeper; and a table in one that is written is one deeper.
    assert!(proves(&bytes, tree.height, dialect).is_some());
    if tree.height > 1 {
        assert!(proves(&bytes, tree.height - 1, dialect).is_none());
    }
    Some(tree.height)
}

fn decoder(depth: u8, dialect: Dialect) -> Decoder {
    Decoder::with_limits(Limits { frame: u32::MAX, depth }).with_dialect(dialect)
}

const fn other(dialect: Dialect) -> Dialect {
    match dialect {
        Dialect::RabbitMq => Dialect::Specification,
        Dialect::Specification => Dialect::RabbitMq,
    }
}

// --- the plain reader ------------------------------------------------------------------------------------------------

/// What the plain reader knows of a table.
struct Tree {
    /// The table in the one spelling that we write.
    canonical: Vec<u8>,
    /// How deep it is nested: 1 without tables in it.
    height: u8,
    /// How many tables and arrays are in it.
    nested: usize,
    /// Whether a key is longer than RabbitMQ takes.
    long_key: bool,
    /// Whether there is a value that the other dialect does not have.
    only_here: bool,
}

/// What is wrong, and at which byte of the table.
type Wrong = (ErrorKind, usize);

struct Plain<'b> {
    bytes: &'b [u8],
    dialect: Dialect,
    at: usize,
    tree: Tree,
}

impl Plain<'_> {
    fn list(&mut self, end: usize, is_table: bool, level: u8, depth: u8) -> Result<(), Wrong> {
        self.tree.height = self.tree.height.max(level);
        while self.at < end {
            if is_table {
                let (start, len) = (self.at, 1 + usize::from(self.bytes[self.at]));
                let key = self.take(len, end).ok_or((ErrorKind::TableTruncated, start))?;
                self.tree.canonical.extend_from_slice(key);
                self.tree.long_key |= len > 129;
            }
            self.value(end, level, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, end: usize, level: u8, depth: u8) -> Result<(), Wrong> {
        let start = self.at;
        let cut = (ErrorKind::TableTruncated, start);
        let letter = self.take(1, end).ok_or(cut)?[0];
        let spec = self.dialect == Dialect::Specification;
        self.tree.only_here |= if spec { b"sl".contains(&letter) } else { letter == b'x' };
        self.tree.canonical.push(match letter {
            b'U' if !spec => b's',
            b'L' if !spec => b'l',
            other => other,
        });
        let fixed = match letter {
            b's' if spec => {
                let len = self.take(1, end).ok_or(cut)?[0];
                self.tree.canonical.push(len);
                len.into()
            }
            b'x' if spec => return Err((ErrorKind::TableValueType(letter), start)),
            b'V' => 0,
            b't' | b'b' | b'B' => 1,
            b's' | b'U' | b'u' => 2,
            b'I' | b'i' | b'f' => 4,
            b'D' => 5,
            b'l' | b'L' | b'd' | b'T' => 8,
            b'S' | b'x' | b'A' | b'F' => {
                let len = u32::from_be_bytes(self.take(4, end).ok_or(cut)?.try_into().unwrap()) as usize;
                if end - self.at < len {
                    return Err(cut);
                }
                self.tree.canonical.extend_from_slice(&(len as u32).to_be_bytes());
                if letter == b'A' || letter == b'F' {
                    if level >= depth {
                        return Err((ErrorKind::TableDepth, start));
                    }
                    self.tree.nested += 1;
                    return self.list(self.at + len, letter == b'F', level + 1, depth);
                }
                len
            }
            unknown => return Err((ErrorKind::TableValueType(unknown), start)),
        };
        let value = self.take(fixed, end).ok_or(cut)?;
        match letter {
            b't' => self.tree.canonical.push(u8::from(value[0] != 0)),
            _ => self.tree.canonical.extend_from_slice(value),
        }
        Ok(())
    }
}

impl<'b> Plain<'b> {
    fn take(&mut self, len: usize, end: usize) -> Option<&'b [u8]> {
        let taken = self.bytes[..end].get(self.at..self.at + len)?;
        self.at += len;
        Some(taken)
    }
}

fn plain(bytes: &[u8], depth: u8, dialect: Dialect) -> Result<Tree, Wrong> {
    let tree = Tree { canonical: Vec::new(), height: 1, nested: 0, long_key: false, only_here: false };
    let mut plain = Plain { bytes, dialect, at: 0, tree };
    plain.list(bytes.len(), true, 1, depth.clamp(1, Limits::MAX_DEPTH))?;
    Ok(plain.tree)
}

// --- the laws --------------------------------------------------------------------------------------------------------

/// Before the bytes of a table in a content header with nothing else in it.
const BEFORE: usize = 25;

fn frame(table: &[u8]) -> Vec<u8> {
    let len = table.len() as u32;
    let mut frame = vec![2, 0, 1];
    frame.extend((18 + len).to_be_bytes());
    frame.extend([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0]);
    frame.extend(len.to_be_bytes());
    frame.extend(table);
    frame.push(0xCE);
    frame
}

/// The decoder and the plain reader agree.
fn proves(table: &[u8], depth: u8, dialect: Dialect) -> Option<Tree> {
    let frame = frame(table);
    let mut decoder = decoder(depth, dialect);
    match (decoder.decode(&frame), plain(table, depth, dialect)) {
        (Ok(Some((_, used))), Ok(tree)) if used == frame.len() => Some(tree),
        (Err(error), Err((kind, at))) => {
            assert_eq!((error.kind, error.offset), (kind, BEFORE + at));
            None
        }
        (seen, wanted) => panic!("{seen:?}, and the plain reader: {:?}", wanted.map(|tree| tree.canonical)),
    }
}

fn with_table(frame: &[u8], dialect: Dialect, see: impl FnOnce(Frame<'_>, Table<'_>)) {
    let Ok(Some((unit @ Frame::Header(1, header), _))) = decoder(u8::MAX, dialect).decode(frame) else {
        panic!("{frame:?}")
    };
    see(unit, header.properties.headers().expect("a table"));
}

/// Writes what iteration gives, in the one spelling that we write.
fn spell_table(table: &Table<'_>, dialect: Dialect) -> Vec<u8> {
    assert_eq!(table.iter().count(), table.len());
    let entry =
        |entry: Entry<'_>| [&[entry.key.len() as u8][..], entry.key.as_bytes(), &spell(&entry.value, dialect)].concat();
    table.iter().flat_map(entry).collect()
}

fn spell(value: &Value<'_>, dialect: Dialect) -> Vec<u8> {
    let nested;
    let bytes: &[u8] = match value {
        Value::Bool(value) => &[u8::from(*value)],
        Value::I8(value) => &value.to_be_bytes(),
        Value::U8(value) => &[*value],
        Value::I16(value) => &value.to_be_bytes(),
        Value::U16(value) => &value.to_be_bytes(),
        Value::I32(value) => &value.to_be_bytes(),
        Value::U32(value) => &value.to_be_bytes(),
        Value::I64(value) => &value.to_be_bytes(),
        Value::F32(value) => &value.to_be_bytes(),
        Value::F64(value) => &value.to_be_bytes(),
        Value::Decimal { scale, value } => &[&[*scale][..], &value.to_be_bytes()].concat(),
        Value::Timestamp(value) => &value.to_be_bytes(),
        Value::Void => &[],
        Value::U64(value) => &value.to_be_bytes(),
        Value::ShortStr(text) => &[&[text.len() as u8][..], text.as_bytes()].concat(),
        Value::LongStr(_) | Value::Bytes(_) => return spelled(value.letter(dialect), value),
        Value::Table(table) => {
            nested = spell_table(table, dialect);
            return spelled(b'F', &Value::Bytes(&nested));
        }
        Value::Array(array) => {
            assert_eq!(array.iter().count(), array.len());
            nested = array.iter().flat_map(|value| spell(&value, dialect)).collect();
            return spelled(b'A', &Value::Bytes(&nested));
        }
    };
    [&[value.letter(dialect)][..], bytes].concat()
}

/// A letter, a length, and the bytes.
fn spelled(letter: u8, bytes: &Value<'_>) -> Vec<u8> {
    let (Value::Bytes(bytes) | Value::LongStr(bytes)) = bytes else { panic!("{bytes:?}") };
    [&[letter][..], &(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// Each key finds the first entry that has it; a key that is not there finds nothing.
fn look_up(table: &Table<'_>) {
    let entries: Vec<_> = table.iter().collect();
    for entry in &entries {
        if let Ok(key) = core::str::from_utf8(entry.key.as_bytes()) {
            let first = entries.iter().find(|other| other.key == entry.key).map(|first| first.value);
            assert_eq!(table.get(key), first);
        }
        if let Value::Table(inner) = entry.value {
            look_up(&inner);
        }
    }
    let missing = "a key that is not there";
    assert_eq!(table.get(missing).is_some(), entries.iter().any(|entry| entry.key == missing));
}

/// The same table as slices all the way down is the same, is as long, and is written as it is spelled: alone, in another
/// table, and in the other dialect if that has all of its values.
fn write(table: &Table<'_>, tree: &Tree) {
    let (rooms, dialect) = (Rooms::new(2 * (tree.nested + 1)), table.dialect());
    let written = Table::in_dialect(rooms.entries(table), dialect);
    assert_eq!(written, *table);
    assert_eq!(*table, written);
    let no_key = tree.long_key.then_some(EncodeError::TableKey);
    refused_or(encoded(written), &[no_key], &frame(&tree.canonical));

    let too_deep = (tree.height == Limits::MAX_DEPTH).then_some(EncodeError::TableDepth);
    let inner = spelled(b'F', &Value::Bytes(&tree.canonical));
    for table in [*table, written] {
        let outer = [Entry::new("", Value::Table(table))];
        let sent = encoded(Table::in_dialect(&outer, dialect));
        refused_or(sent, &[no_key, too_deep], &frame(&[&[0][..], &inner].concat()));
    }

    let foreign = tree.only_here.then_some(EncodeError::TableValueType);
    let other = other(dialect);
    let translated = Table::in_dialect(rooms.entries(table), other);
    let there = frame(&spell_table(table, other));
    refused_or(encoded(translated), &[no_key, foreign], &there);
    if no_key.or(foreign).is_none() {
        with_table(&there, other, |_, translated| assert_eq!(translated, *table));
    }
}

/// It is refused for one of the reasons that there are, or sent as it should be.
fn refused_or(sent: Result<Vec<u8>, EncodeError>, reasons: &[Option<EncodeError>], wanted: &[u8]) {
    match sent {
        Ok(sent) => {
            assert!(reasons.iter().all(Option::is_none), "{reasons:?}, and it is sent");
            assert_eq!(sent, wanted);
        }
        Err(error) => assert!(reasons.contains(&Some(error)), "{error:?}, for no reason"),
    }
}

fn encoded(table: Table<'_>) -> Result<Vec<u8>, EncodeError> {
    let dialect = table.dialect();
    let properties = BasicProperties { headers: Some(table), ..BasicProperties::default() };
    let frame = Frame::Header(1, ContentHeader { body_size: 0, properties: (&properties).into() });
    let mut out = Vec::new();
    frame.encode(0, &mut out)?;
    assert_eq!(encodes::<Amqp>(&decoder(u8::MAX, dialect), &frame).as_deref(), Some(&out[..]));
    Ok(out)
}

/// A copy of which one byte was changed is equal if, and only if, it means the same.
fn compare(table: &Table<'_>, tree: &Tree, at: u8, change: u8) {
    let mut copy = table.wire().expect("it was decoded").to_vec();
    if let Some(byte) = copy.get_mut(usize::from(at)) {
        *byte ^= change;
    }
    let dialect = table.dialect();
    let Ok(other) = plain(&copy, u8::MAX, dialect) else {
        return any_bytes::<Amqp>(&decoder(u8::MAX, dialect), &frame(&copy));
    };
    with_table(&frame(&copy), dialect, |_, copy| assert_eq!(*table == copy, tree.canonical == other.canonical));
    with_table(&frame(&tree.canonical), dialect, |_, canonical| assert_eq!(*table, canonical));
}

/// Where slices are kept that lend each other.
struct Rooms<'s> {
    tables: Vec<OnceCell<Vec<Entry<'s>>>>,
    arrays: Vec<OnceCell<Vec<Value<'s>>>>,
    next: Cell<usize>,
}

impl<'s> Rooms<'s> {
    fn new(rooms: usize) -> Self {
        Self { tables: vec![OnceCell::new(); rooms], arrays: vec![OnceCell::new(); rooms], next: Cell::new(0) }
    }

    /// The same entries, in slices.
    fn entries<'a: 's>(&'s self, table: &Table<'a>) -> &'s [Entry<'s>] {
        let entry = |entry: Entry<'a>| Entry { key: entry.key, value: self.rebuilt(entry.value) };
        let entries = table.iter().map(entry).collect();
        self.tables[self.room()].get_or_init(|| entries)
    }

    /// The same value, in slices.
    fn rebuilt<'a: 's>(&'s self, value: Value<'a>) -> Value<'s> {
        match value {
            Value::Table(table) => Value::Table(Table::new(self.entries(&table))),
            Value::Array(array) => {
                let values = array.iter().map(|value| self.rebuilt(value)).collect();
                Value::Array(Array::new(self.arrays[self.room()].get_or_init(|| values)))
            }
            scalar => scalar,
        }
    }

    fn room(&self) -> usize {
        self.next.replace(self.next.get() + 1)
    }
}
