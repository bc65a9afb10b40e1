//! The specification's letters (§4.2.1, field-value) and RabbitMQ's, where they come apart.

use fourwire::amqp::{
    Array, Assembler, BasicProperties, Channel, Config, ContentHeader, DecodeError, Decoder, Dialect, EncodeError,
    Entry, ErrorKind, Frame, FrameBuf, Method, Properties, Request, Table, Value, queue,
};

use super::support::Pair;

/// queue.declare with this table.
fn declare(table: &[u8]) -> Vec<u8> {
    let arguments = [&[0, 50, 0, 10, 0, 0, 0, 0, 0, 0, 0, u8::try_from(table.len()).unwrap()][..], table].concat();
    let length = u8::try_from(arguments.len()).unwrap();
    [&[1, 0, 1, 0, 0, 0, length][..], &arguments, &[0xCE]].concat()
}

fn decoder(dialect: Dialect) -> Decoder {
    Decoder::new().with_dialect(dialect)
}

/// All entries of the table, in this dialect.
#[track_caller]
fn reads(dialect: Dialect, table: &[u8], expected: &[Entry<'_>]) {
    let bytes = declare(table);
    let (frame, used) = decoder(dialect).decode(&bytes).unwrap().unwrap();
    let Frame::Method(1, Method::QueueDeclare(declare)) = frame else { panic!("{frame:?}") };
    assert_eq!((declare.arguments.dialect(), used), (dialect, bytes.len()));
    assert!(declare.arguments.iter().eq(expected.iter().copied()), "{:?}", declare.arguments);
    for entry in expected {
        assert_eq!(declare.arguments.get(entry.key.as_str().unwrap()), Some(entry.value));
    }
    let mut again = Vec::new();
    frame.encode(0, &mut again).unwrap();
    assert_eq!(again, bytes);
}

/// What is written in this dialect.
#[track_caller]
fn writes(dialect: Dialect, entries: &[Entry<'_>], expected: &[u8]) {
    let arguments = Table::in_dialect(entries, dialect);
    let declare_it = queue::Declare { arguments, ..Default::default() };
    let mut bytes = Vec::new();
    Frame::Method(1, declare_it.into()).encode(0, &mut bytes).unwrap();
    assert_eq!(bytes, declare(expected));
}

#[test]
fn letters_of_the_specification() {
    let table =
        b"\x01as\x02hi\x01bl\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01cU\xFF\xFE\x01dL\x80\0\0\0\0\0\0\0\x01eS\0\0\0\x01x";
    let entries = [
        Entry::new("a", Value::ShortStr("hi".into())),
        Entry::new("b", Value::U64(u64::MAX)),
        Entry::new("c", Value::I16(-2)),
        Entry::new("d", Value::I64(i64::MIN)),
        Entry::new("e", Value::text("x")),
    ];
    reads(Dialect::Specification, table, &entries);
    writes(Dialect::Specification, &entries, table);
}

#[test]
fn letters_of_rabbitmq() {
    let table = b"\x01as\xFF\xFE\x01bl\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01cx\0\0\0\x01\0";
    let entries =
        [Entry::new("a", Value::I16(-2)), Entry::new("b", Value::I64(-1)), Entry::new("c", Value::Bytes(b"\0"))];
    reads(Dialect::RabbitMq, table, &entries);
    writes(Dialect::RabbitMq, &entries, table);
}

#[test]
fn what_is_nested_is_in_the_same_dialect() {
    let table = b"\x01fF\0\0\0\x07\x01as\x03abc\x01gA\0\0\0\x04s\x00s\x00";
    let inner = [Entry::new("a", Value::ShortStr("abc".into()))];
    let array = [Value::ShortStr("".into()), Value::ShortStr("".into())];
    let entries =
        [Entry::new("f", Value::Table(Table::new(&inner))), Entry::new("g", Value::Array(Array::new(&array)))];
    reads(Dialect::Specification, table, &entries);
    writes(Dialect::Specification, &entries, table);
}

#[test]
fn what_a_dialect_does_not_have() {
    let refused = |dialect, value| {
        let mut out = Vec::new();
        let entries = [Entry::new("a", value)];
        let arguments = Table::in_dialect(&entries, dialect);
        let result = Frame::Method(1, queue::Declare { arguments, ..Default::default() }.into()).encode(0, &mut out);
        assert_eq!((result, out.len()), (Err(EncodeError::TableValueType), 0));
    };
    refused(Dialect::RabbitMq, Value::ShortStr("x".into()));
    refused(Dialect::RabbitMq, Value::U64(1));
    refused(Dialect::Specification, Value::Bytes(b"x"));
    // Nested, too.
    refused(Dialect::RabbitMq, Value::Array(Array::new(&[Value::U64(1)])));

    let long = [b'x'; 256];
    let entries = [Entry::new("a", Value::ShortStr((&long).into()))];
    let arguments = Table::in_dialect(&entries, Dialect::Specification);
    let frame = Frame::Method(1, queue::Declare { arguments, ..Default::default() }.into());
    assert_eq!(frame.encode(0, &mut Vec::new()), Err(EncodeError::ShortString));

    let error = |table: &[u8], kind, at: usize| {
        let wrong = decoder(Dialect::Specification).decode(&declare(table)).map(|_| ());
        assert_eq!(wrong, Err(DecodeError { kind, offset: 19 + at }));
    };
    error(b"\x01ax\0\0\0\0", ErrorKind::TableValueType(b'x'), 2);
    error(b"\x01as\x03ab", ErrorKind::TableTruncated, 2);
    error(b"\x01as", ErrorKind::TableTruncated, 2);
    // A short string must end where what it is nested in does.
    error(b"\x01fF\0\0\0\x06\x01as\x04abcd", ErrorKind::TableTruncated, 9);
    error(b"\x01fF\0\0\0\x03\x01as\0", ErrorKind::TableTruncated, 9);
}

/// Properties, frames that are kept, messages that are put together, and machines keep the dialect.
#[test]
fn the_dialect_is_kept() {
    let entries = [Entry::new("a", Value::ShortStr("abc".into()))];
    let table = Table::in_dialect(&entries, Dialect::Specification);
    let properties = BasicProperties { headers: Some(table), ..Default::default() };
    let frame = Frame::Header(1, ContentHeader { body_size: 0, properties: (&properties).into() });
    let buf = FrameBuf::encode(&frame).unwrap();
    assert_eq!(buf.frame(), frame);
    let again = FrameBuf::in_dialect(buf.bytes().clone(), Dialect::Specification).unwrap();
    assert_eq!((again.frame(), &again), (frame, &buf));
    // In RabbitMQ's it is something else: here, cut.
    assert_eq!(FrameBuf::new(buf.into_bytes()).unwrap_err().kind, ErrorKind::TableTruncated);

    let config = Config { dialect: Dialect::Specification, ..Config::default() };
    let (mut pair, ours, _): (Pair, Channel, Channel) = Pair::open_with(Config::default(), config);
    let publish = fourwire::amqp::basic::Publish::default();
    let sent = Properties::from(&properties);
    pair.client.publish(super::support::NOW, ours, &publish, sent, b"", &mut pair.up).unwrap();
    let mut messages = Assembler::new(100);
    pair.server(|request| assert_eq!(messages.request(&request), Ok(None)));
    pair.server(|request| {
        assert!(matches!(request, Request::Header(..)));
        let message = messages.request(&request).unwrap().unwrap();
        assert_eq!(message.properties.headers().unwrap().get("a"), Some(Value::ShortStr("abc".into())));
    });
}
