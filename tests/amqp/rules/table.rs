//! §4.2.5.5: field tables.

use fourwire::amqp::{
    Array, Decoder, Dialect, EncodeError, Entry, Error, ErrorKind, Frame, Limits, Method, ReplyCode, ShortStr, Table,
    Value, queue,
};

use super::{both_close, method};
use crate::hex;

/// A `queue.declare` with these bytes behind the length of its table.
fn declare(table: &[u8]) -> Vec<u8> {
    let len = u32::try_from(table.len()).unwrap();
    super::frame(1, 1, &[&hex("0032 000A 0000 00 00"), &len.to_be_bytes()[..], table].concat())
}

/// The arguments in such bytes; they are written as they came.
#[track_caller]
fn read(bytes: &[u8], see: impl FnOnce(Table<'_>)) {
    let Ok(Some((frame, _))) = Decoder::new().decode(bytes) else { panic!("{:?}", Decoder::new().decode(bytes)) };
    let Frame::Method(1, Method::QueueDeclare(declare)) = frame else { panic!("{frame:?}") };
    let mut out = Vec::new();
    frame.encode(0, &mut out).unwrap();
    assert_eq!(out, bytes);
    see(declare.arguments);
}

/// One value, and the bytes from its letter on: read, and written unless the letter is a second one for the type.
#[track_caller]
fn value(bytes: &str, value: Value<'_>) {
    let entry = [&b"\x01k"[..], &hex(bytes)].concat();
    let frame = declare(&entry);
    read(&frame, |table| {
        assert_eq!(table.iter().collect::<Vec<_>>(), [Entry::new("k", value)]);
        assert_eq!(table.get("k"), Some(value));
    });
    let entries = [Entry::new("k", value)];
    let written = queue::Declare { arguments: Table::new(&entries), ..Default::default() };
    let mut out = Vec::new();
    Frame::Method(1, written.into()).encode(0, &mut out).unwrap();
    if entry[2] == value.letter(Dialect::RabbitMq) {
        assert_eq!(out, frame);
    } else {
        assert_eq!(out.len(), frame.len());
    }
}

#[track_caller]
fn refused(table: &str, kind: ErrorKind) {
    match both_close(&declare(&hex(table)), ReplyCode::SyntaxError) {
        Error::Decode(error) => assert_eq!(error.kind, kind),
        other => panic!("{other:?}"),
    }
}

#[test]
fn wire_table() {
    read(&declare(b""), |table| assert!(table.is_empty()));
    read(&declare(&hex("01'b' 't' 00 01'a' 'V'")), |table| {
        let keys: Vec<_> = table.iter().map(|entry| entry.key).collect();
        assert_eq!(keys, [ShortStr::from("b"), "a".into()], "in their order");
    });
}

/// All letters of RabbitMQ's, with bytes made by hand.
#[test]
fn wire_table_types() {
    value("'t' 01", Value::Bool(true));
    value("'b' FE", Value::I8(-2));
    value("'B' FE", Value::U8(254));
    value("'s' FFFE", Value::I16(-2));
    value("'u' FFFE", Value::U16(65_534));
    value("'I' FFFFFFFE", Value::I32(-2));
    value("'i' FFFFFFFE", Value::U32(4_294_967_294));
    value("'l' FFFFFFFFFFFFFFFE", Value::I64(-2));
    value("'f' 3FC00000", Value::F32(1.5));
    value("'d' C004000000000000", Value::F64(-2.5));
    value("'S' 00000002 'hi'", Value::LongStr(b"hi"));
    value("'x' 00000002 00FF", Value::Bytes(b"\x00\xFF"));
    value("'V'", Value::Void);
    let inner = [Entry::new("a", Value::U8(7))];
    value("'F' 00000004 01'a' 'B' 07", Value::Table(Table::new(&inner)));
}

/// The printed specification's `U` and `L` are read as what RabbitMQ's `s` and `l` are, and its short string `s` is not.
#[test]
fn wire_table_types_other() {
    value("'U' FFFE", Value::I16(-2));
    value("'L' FFFFFFFFFFFFFFFE", Value::I64(-2));
    assert_eq!((Value::I16(0).letter(Dialect::RabbitMq), Value::I64(0).letter(Dialect::RabbitMq)), (b's', b'l'));
}

#[test]
fn wire_table_types_unknown() {
    for letter in (0..=255).filter(|letter| !b"tbBsUuIilLfdDSxATFV".contains(letter)) {
        refused(&format!("01'k' {letter:02X} 0000000000000000"), ErrorKind::TableValueType(letter));
    }
}

/// 0 is false, all others are true.
#[test]
fn wire_table_boolean() {
    for octet in 1..=255_u8 {
        read(&declare(&[1, b'k', b't', octet]), |table| assert_eq!(table.get("k"), Some(Value::Bool(true))));
    }
    value("'t' 00", Value::Bool(false));
}

/// The number of decimal places, then the number.
#[test]
fn wire_table_decimal() {
    value("'D' 02 00003039", Value::Decimal { scale: 2, value: 12_345 });
    value("'D' FF FFFFFFFF", Value::Decimal { scale: 255, value: u32::MAX });
}

#[test]
fn wire_timestamp() {
    value("'T' 0000000065A0F0F1", Value::Timestamp(0x65A0_F0F1));
    value("'T' FFFFFFFFFFFFFFFF", Value::Timestamp(u64::MAX));
}

#[test]
fn wire_table_array() {
    let values = [Value::Bool(true), Value::LongStr(b"x"), Value::Array(Array::EMPTY)];
    value("'A' 0000000D 't' 01 'S' 00000001 'x' 'A' 00000000", Value::Array(Array::new(&values)));
}

/// Any octets are read, as RabbitMQ does; more than 128 are not written.
#[test]
fn wire_table_names() {
    for name in ["", "1 k", "\u{e9}"] {
        let [len, ..] = name.len().to_le_bytes();
        read(&declare(&[&[len], name.as_bytes(), b"V"].concat()), |table| {
            assert_eq!(table.get(name), Some(Value::Void))
        });
    }
    let long = "k".repeat(255);
    read(&declare(&[&[255], long.as_bytes(), b"V"].concat()), |table| assert_eq!(table.get(&long), Some(Value::Void)));
    let (fits, too_long) = ("k".repeat(128), "k".repeat(129));
    for (name, wanted) in [(&fits, Ok(())), (&too_long, Err(EncodeError::TableKey))] {
        let entries = [Entry::new(name, Value::Void)];
        let declare = queue::Declare { arguments: Table::new(&entries), ..Default::default() };
        assert_eq!(Frame::Method(1, declare.into()).encode(0, &mut Vec::new()), wanted);
    }
}

/// They stay, in their order; what is looked up is the first.
#[test]
fn wire_table_duplicates() {
    read(&declare(&hex("01'k' 'B' 01 01'k' 'B' 02")), |table| {
        assert_eq!(table.iter().map(|entry| entry.value).collect::<Vec<_>>(), [Value::U8(1), Value::U8(2)]);
        assert_eq!(table.get("k"), Some(Value::U8(1)));
    });
}

#[test]
fn wire_table_truncated() {
    for table in ["05'k'", "01", "01'k'", "01'k' 't'", "01'k' 'I' 000000", "01'k' 'S' 00000009 'x'", "01'k' 'S' 0000"] {
        refused(table, ErrorKind::TableTruncated);
    }
    // In a table in a table, what runs past the inner end.
    refused("01'k' 'F' 00000003 01'a' 't' 01'b' 'V'", ErrorKind::TableTruncated);
    refused("01'k' 'A' 00000001 't' 01'b' 'V'", ErrorKind::TableTruncated);
}

/// A table that says that it is longer than its method. (501)
#[test]
fn wire_table_too_long() {
    let error = both_close(&method(1, "0032 000A 0000 00 00 0000FF00"), ReplyCode::FrameError);
    assert_eq!(
        error,
        Error::Decode(fourwire::amqp::DecodeError {
            kind: ErrorKind::Truncated(fourwire::amqp::Unit::Method(fourwire::amqp::MethodId::QueueDeclare)),
            offset: 19,
        })
    );
}

/// As deep as the limit says, and no deeper.
#[test]
fn wire_table_depth() {
    let nested = |depth: u32| {
        let mut table = Vec::new();
        for _ in 1..depth {
            let len = u32::try_from(table.len()).unwrap();
            table = [&b"\x01kF"[..], &len.to_be_bytes(), &table].concat();
        }
        declare(&table)
    };
    read(&nested(16), |table| assert_eq!(table.iter().count(), 1));
    match both_close(&nested(17), ReplyCode::SyntaxError) {
        Error::Decode(error) => assert_eq!(error.kind, ErrorKind::TableDepth),
        other => panic!("{other:?}"),
    }
    let mut deepest = Decoder::with_limits(Limits { depth: Limits::MAX_DEPTH, ..Limits::default() });
    assert!(deepest.decode(&nested(32)).unwrap().is_some());
    assert_eq!(deepest.decode(&nested(33)).expect_err("too deep").kind, ErrorKind::TableDepth);
}
