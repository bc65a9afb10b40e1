//! A table or an array alone, beside a reader that is written in the plainest way.

mod plain;

use std::cell::{Cell, OnceCell};

use fourwire::amqp::{
    Array, BasicProperties, ContentHeader, Decoder, Dialect, EncodeError, Entry, Frame, Limits, Method, Table, Value,
    queue,
};

use super::super::decoding::{any_bytes, encodes};
use super::super::script::Script;
use super::Amqp;
use plain::{Rules, Tree, plain};

/// The first byte is the depth that is allowed, the next the dialect and whether there is a table or an array; two change
/// a copy. It is proved, or what is wrong is where the plain reader finds it; then it is read, looked up in, compared,
/// measured, written, and nested once more. How deep it is nested, if nothing is wrong with it.
pub fn tables(data: &[u8]) -> Option<u8> {
    let mut script = Script::new(data);
    let (depth, choice) = (script.byte(), script.byte());
    let dialect = if choice & 2 == 0 { Dialect::RabbitMq } else { Dialect::Specification };
    let (at, change) = (script.byte(), script.byte());
    let rest = script.rest();
    let bytes = if choice & 1 != 0 { [&[0][..], &spelled(b'A', rest)].concat() } else { rest.to_vec() };

    forwarded(&bytes, Rules { depth, dialect, tolerant: true });
    let rules = Rules { depth, dialect, tolerant: false };
    let tree = proves(&bytes, rules)?;
    with_table(&frame(&bytes), dialect, |unit, table| {
        assert_eq!(spell_table(&table, dialect), tree.canonical, "what is read is what is there");
        look_up(&table);
        assert_eq!(encodes::<Amqp>(&rules.decoder(), &unit), Some(frame(&bytes)), "sent on as it came");
        write(&table, &tree);
        compare(&table, &tree, at, change);
    });

    // So deep and no deeper.
    assert!(proves(&bytes, Rules { depth: tree.height, ..rules }).is_some());
    if tree.height > 1 {
        assert!(proves(&bytes, Rules { depth: tree.height - 1, ..rules }).is_none());
    }
    Some(tree.height)
}

/// In the headers of a message what is nested too deep is passed over, and sent on.
fn forwarded(table: &[u8], rules: Rules) {
    let frame = header(table);
    let wrong = match rules.decoder().decode(&frame) {
        Ok(Some((unit @ Frame::Header(1, header), _))) => {
            assert_eq!(encodes::<Amqp>(&rules.decoder(), &unit), Some(frame.clone()), "sent on as it came");
            let headers = header.properties.headers().expect("a table");
            assert_eq!(headers.wire(), Some(table));
            look_up(&headers);
            // Some may be read no further than it is well-formed; what is sent decodes to the same.
            let entries: Vec<_> = headers.iter().collect();
            let properties = BasicProperties {
                headers: Some(Table::in_dialect(&entries, rules.dialect)),
                ..BasicProperties::default()
            };
            let written = Frame::Header(1, ContentHeader { body_size: 0, properties: (&properties).into() });
            assert_eq!(written, unit);
            if let Some(bytes) = encodes::<Amqp>(&rules.decoder(), &written) {
                assert_eq!(rules.decoder().decode(&bytes), Ok(Some((written, bytes.len()))));
            }
            None
        }
        Ok(other) => panic!("{other:?}"),
        Err(error) => Some((error.kind, error.offset - 25)),
    };
    assert_eq!(plain(table, rules).err(), wrong);
}

const fn other(dialect: Dialect) -> Dialect {
    match dialect {
        Dialect::RabbitMq => Dialect::Specification,
        Dialect::Specification => Dialect::RabbitMq,
    }
}

// --- frames with a table in them ---------------------------------------------------------------------------------------

/// queue.unbind, with nothing but the table.
fn frame(table: &[u8]) -> Vec<u8> {
    let arguments = [&[0, 50, 0, 50, 0, 0, 0, 0, 0][..], &(table.len() as u32).to_be_bytes(), table].concat();
    [&[1, 0, 1][..], &(arguments.len() as u32).to_be_bytes(), &arguments, &[0xCE]].concat()
}

/// A content header, with nothing but the table.
fn header(table: &[u8]) -> Vec<u8> {
    let start = [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0];
    let payload = [&start[..], &(table.len() as u32).to_be_bytes(), table].concat();
    [&[2, 0, 1][..], &(payload.len() as u32).to_be_bytes(), &payload, &[0xCE]].concat()
}

/// The decoder and the plain reader agree.
fn proves(table: &[u8], rules: Rules) -> Option<Tree> {
    let frame = frame(table);
    match (rules.decoder().decode(&frame), plain(table, rules)) {
        (Ok(Some((_, used))), Ok(tree)) if used == frame.len() => Some(tree),
        (Err(error), Err((kind, at))) => {
            assert_eq!((error.kind, error.offset), (kind, 20 + at));
            None
        }
        (seen, wanted) => panic!("{seen:?}, and the plain reader: {:?}", wanted.map(|tree| tree.canonical)),
    }
}

fn decoder(dialect: Dialect) -> Decoder {
    Rules { depth: Limits::MAX_DEPTH, dialect, tolerant: false }.decoder()
}

fn with_table(frame: &[u8], dialect: Dialect, see: impl FnOnce(Frame<'_>, Table<'_>)) {
    match decoder(dialect).decode(frame) {
        Ok(Some((unit @ Frame::Method(1, Method::QueueUnbind(unbind)), _))) => see(unit, unbind.arguments),
        other => panic!("{other:?}"),
    }
}

// --- the laws --------------------------------------------------------------------------------------------------------

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
        Value::LongStr(bytes) | Value::Bytes(bytes) => return spelled(value.letter(dialect), bytes),
        // Nothing that was proved is.
        Value::TooDeep { .. } => panic!("{value:?}"),
        Value::Table(table) => {
            nested = spell_table(table, dialect);
            return spelled(b'F', &nested);
        }
        Value::Array(array) => {
            assert_eq!(array.iter().count(), array.len());
            nested = array.iter().flat_map(|value| spell(&value, dialect)).collect();
            return spelled(b'A', &nested);
        }
    };
    [&[value.letter(dialect)][..], bytes].concat()
}

/// A letter, a length, and the bytes.
fn spelled(letter: u8, bytes: &[u8]) -> Vec<u8> {
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
    let number = |dialect| (tree.not_finite && dialect == Dialect::RabbitMq).then_some(EncodeError::NotFinite);
    refused_or(encoded(written), &[no_key, number(dialect)], &frame(&tree.canonical));

    // What came nested as deep as can be is sent on as it came; but what is written is looked at.
    for (table, spelling) in [(*table, table.wire().expect("it was decoded")), (written, &tree.canonical)] {
        let outer = [Entry::new("", Value::Table(table))];
        let sent = encoded(Table::in_dialect(&outer, dialect));
        if tree.height < Limits::MAX_DEPTH {
            let whole = [&[0][..], &spelled(b'F', &tree.canonical)].concat();
            refused_or(sent, &[no_key, number(dialect)], &frame(&whole));
        } else if let Ok(sent) = sent {
            assert_eq!(table.wire(), Some(spelling), "written, and too deep");
            let too_deep = Rules { depth: Limits::MAX_DEPTH, dialect, tolerant: false };
            assert!(too_deep.decoder().decode(&sent).is_err());
        }
    }

    let foreign = tree.only_here.then_some(EncodeError::TableValueType);
    let other = other(dialect);
    let translated = Table::in_dialect(rooms.entries(table), other);
    let there = frame(&spell_table(table, other));
    let reasons = [no_key, foreign, number(other)];
    refused_or(encoded(translated), &reasons, &there);
    if reasons.iter().all(Option::is_none) {
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
    let frame = Frame::Method(1, queue::Unbind { arguments: table, ..queue::Unbind::default() }.into());
    let mut out = Vec::new();
    frame.encode(0, &mut out)?;
    assert_eq!(encodes::<Amqp>(&decoder(table.dialect()), &frame).as_deref(), Some(&out[..]));
    Ok(out)
}

/// A copy of which one byte was changed is equal if, and only if, it means the same.
fn compare(table: &Table<'_>, tree: &Tree, at: u8, change: u8) {
    let mut copy = table.wire().expect("it was decoded").to_vec();
    if let Some(byte) = copy.get_mut(usize::from(at)) {
        *byte ^= change;
    }
    let dialect = table.dialect();
    let Ok(other) = plain(&copy, Rules { depth: Limits::MAX_DEPTH, dialect, tolerant: false }) else {
        return any_bytes::<Amqp>(&decoder(dialect), &frame(&copy));
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
