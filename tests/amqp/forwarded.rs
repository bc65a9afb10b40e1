//! What servers forward from strangers must not end a consumer's connection: the message would be given to the next one.

use fourwire::amqp::{
    Array, BasicProperties, ContentHeader, DecodeError, Decoder, EncodeError, Entry, ErrorKind, Frame, FrameBuf,
    Limits, Properties, Table, Value, queue,
};

/// Tables nested `depth` deep, each the value of the key `k` of the one around it; the innermost holds `inner`.
fn nested(depth: usize, inner: &[u8]) -> Vec<u8> {
    (1..depth).fold(inner.to_vec(), |inside, _| {
        [&b"\x01kF"[..], &u32::try_from(inside.len()).unwrap().to_be_bytes(), &inside].concat()
    })
}

/// A content header with these flags and properties.
fn header(flags: u16, properties: &[u8]) -> Vec<u8> {
    let payload = [&[0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &flags.to_be_bytes(), properties].concat();
    let length = u32::try_from(payload.len()).unwrap();
    [&[2, 0, 1][..], &length.to_be_bytes(), &payload, &[0xCE]].concat()
}

fn headers_table(table: &[u8]) -> Vec<u8> {
    header(1 << 13, &[&u32::try_from(table.len()).unwrap().to_be_bytes()[..], table].concat())
}

#[track_caller]
fn properties(bytes: &[u8]) -> Properties<'_> {
    let (frame, used) = Decoder::new().decode(bytes).unwrap().unwrap();
    let Frame::Header(1, header) = frame else { panic!("{frame:?}") };
    let mut again = Vec::new();
    frame.encode(0, &mut again).unwrap();
    assert_eq!((used, again.as_slice()), (bytes.len(), bytes), "it is sent on as it came");
    assert_eq!(FrameBuf::new(bytes).unwrap().frame(), frame);
    header.properties
}

/// How many tables are in each other, and what the innermost one holds.
fn innermost(mut table: Table<'_>) -> (usize, Table<'_>) {
    let mut depth = 1;
    while let Some(Value::Table(inner)) = table.get("k") {
        (depth, table) = (depth + 1, inner);
    }
    (depth, table)
}

#[test]
fn headers_nested_deeper_than_the_limit() {
    for depth in [1, 16, 17, 18, 32, 33, 34, 500] {
        let bytes = headers_table(&nested(depth, b"\x01xt\x01"));
        let table = properties(&bytes).headers().unwrap();
        let (found, inner) = innermost(table);
        assert_eq!(found, depth.min(32));
        match inner.get("k") {
            None => assert_eq!((depth, inner.get("x")), (found, Some(Value::Bool(true)))),
            Some(Value::TooDeep { letter: b'F', bytes }) => assert_eq!(bytes, nested(depth - 32, b"\x01xt\x01")),
            other => panic!("{other:?}"),
        }
        assert_eq!(table, properties(&bytes).headers().unwrap());
        let other = headers_table(&nested(depth, b"\x01xt\x00"));
        assert_ne!(table, properties(&other).headers().unwrap(), "{depth}");
    }
}

/// What is not looked into need not be well-formed, and reads as far as it is. What is around it is proved.
#[test]
fn what_is_too_deep_reads_as_far_as_it_is_well_formed() {
    let bytes = headers_table(&nested(20, b"\x01at\x01\x01bQ\x01ct\x01"));
    let (depth, inner) = innermost(properties(&bytes).headers().unwrap());
    assert_eq!((depth, inner.len(), inner.get("c")), (20, 1, None));
    // A decoder that looks less deep takes more; and what it took can be kept.
    let bytes = headers_table(&nested(5, b"\x01bQ"));
    let mut decoder = Decoder::with_limits(Limits { depth: 4, ..Limits::default() });
    let (frame, _) = decoder.decode(&bytes).unwrap().unwrap();
    assert_eq!(FrameBuf::encode(&frame).unwrap().frame(), frame);

    let mut bytes = headers_table(&[&nested(20, b"\x01at\x01")[..], b"\x01bQ"].concat());
    let error = Decoder::new().decode(&bytes).unwrap_err();
    assert_eq!((error.kind, error.offset), (ErrorKind::TableValueType(b'Q'), bytes.len() - 2));
    // Behind arrays, too.
    bytes = headers_table(b"\x01aA\0\0\0\x01Q");
    assert_eq!(Decoder::new().decode(&bytes).unwrap_err().kind, ErrorKind::TableValueType(b'Q'));
}

/// It can be put into a table that is written; one that was written too deep cannot be sent.
#[test]
fn what_is_too_deep_in_a_table_that_is_written() {
    let table = nested(40, b"\x01xt\x01");
    let bytes = headers_table(&table);
    let received = properties(&bytes).headers().unwrap();
    let entries = [Entry::new("was", Value::Table(received)), Entry::new("n", Value::I32(1))];
    let written = BasicProperties { headers: Some(Table::new(&entries)), ..BasicProperties::default() };
    let frame = Frame::Header(1, ContentHeader { body_size: 0, properties: (&written).into() });
    let mut out = Vec::new();
    frame.encode(0, &mut out).unwrap();
    assert_eq!(out.len(), frame.encoded_len());
    let again = properties(&out).headers().unwrap();
    let Some(Value::Table(was)) = again.get("was") else { panic!("{again:?}") };
    // Cut one level earlier, and the same bytes.
    assert_eq!((was.wire(), again.get("n")), (Some(table.as_slice()), Some(Value::I32(1))));

    let mut levels = vec![Value::Bool(true)];
    for _ in 0..33 {
        let inner: &'static [Value<'static>] = vec![levels.pop().unwrap()].leak();
        levels.push(Value::Array(Array::new(inner)));
    }
    let entries = [Entry { key: "deep".into(), value: levels[0] }];
    let written = BasicProperties { headers: Some(Table::new(&entries)), ..BasicProperties::default() };
    let frame = Frame::Header(1, ContentHeader { body_size: 0, properties: (&written).into() });
    assert_eq!((frame.encode(0, &mut out), frame.encoded_len()), (Err(EncodeError::TableDepth), 0));
}

/// What is tolerated in a header is refused in a method, whose reader is not tolerant.
#[test]
fn headers_as_arguments() {
    let send = |bytes: &[u8]| {
        let headers = properties(bytes).headers().unwrap();
        let inside = [Entry::new("was", Value::Table(headers))];
        [headers, Table::new(&inside)].map(|arguments| {
            let frame = Frame::Method(1, queue::Declare { arguments, ..queue::Declare::default() }.into());
            let mut out = Vec::new();
            let result = frame.encode(0, &mut out);
            if result.is_ok() {
                assert_eq!(FrameBuf::new(&out[..]).unwrap().frame(), frame);
            }
            (result, frame.encoded_len() == out.len())
        })
    };
    assert_eq!(send(&headers_table(&nested(16, b"\x01xt\x01"))), [(Ok(()), true); 2]);
    assert_eq!(send(&headers_table(&nested(31, b"\x01xt\x01"))), [(Ok(()), true); 2]);
    assert_eq!(send(&headers_table(&nested(33, b"\x01xt\x01"))), [(Err(EncodeError::TableDepth), true); 2]);
    // Not looked into, and wrong.
    let wrong = headers_table(&nested(20, b"\x01xt\x01\x01bQ"));
    assert_eq!(send_first(&wrong), Err(EncodeError::TableDepth));
}

fn send_first(bytes: &[u8]) -> Result<(), EncodeError> {
    let (frame, _) = Decoder::new().decode(bytes).unwrap().unwrap();
    let Frame::Header(_, header) = frame else { panic!("{frame:?}") };
    let arguments = header.properties.headers().unwrap();
    Frame::Method(1, queue::Declare { arguments, ..queue::Declare::default() }.into()).encode(0, &mut Vec::new())
}

/// Nobody forwards a method's arguments: there the limit is one.
#[test]
fn arguments_nested_deeper_than_the_limit() {
    let table = nested(17, b"");
    let length = u8::try_from(table.len()).unwrap();
    let payload = [&[0, 50, 0, 10, 0, 0, 0, 0, 0, 0, 0, length][..], &table].concat();
    let bytes = [&[1, 0, 1, 0, 0, 0, u8::try_from(payload.len()).unwrap()][..], &payload, &[0xCE]].concat();
    // The value of the sixteenth table's key: behind fifteen heads of seven bytes, and the key.
    let offset = 19 + 15 * 7 + 2;
    assert_eq!(Decoder::new().decode(&bytes), Err(DecodeError { kind: ErrorKind::TableDepth, offset }));
    let deeper = Limits { depth: 17, ..Limits::default() };
    assert!(Decoder::with_limits(deeper).decode(&bytes).unwrap().is_some());
}

/// The two lowest flags: that more follow, which RabbitMQ does not look at, and one without a meaning.
#[test]
fn flags_that_nobody_knows() {
    for odd in [1, 2, 3] {
        let bytes = header(1 << 12 | odd, &[2]);
        assert_eq!(properties(&bytes).get(), BasicProperties { delivery_mode: Some(2), ..BasicProperties::default() });
        // What is behind the properties is an error still, be it meant as more flags.
        let more = Decoder::new().decode(&header(1 << 12 | odd, &[2, 0, 0])).unwrap_err();
        assert!(matches!(more.kind, ErrorKind::TrailingBytes(_)), "{more}");
    }
}

#[test]
fn numbers_that_rabbitmq_closes_the_connection_for() {
    for value in [Value::F32(f32::NAN), Value::F64(f64::INFINITY), Value::F64(f64::NEG_INFINITY)] {
        let nested = [value];
        for value in [value, Value::Array(Array::new(&nested))] {
            let entries = [Entry::new("x", value)];
            let arguments = Table::new(&entries);
            let frame = Frame::Method(1, queue::Declare { arguments, ..queue::Declare::default() }.into());
            let mut out = Vec::new();
            assert_eq!((frame.encode(0, &mut out), out.len()), (Err(EncodeError::NotFinite), 0));
        }
    }
    let entries = [Entry::new("x", Value::F64(-0.0)), Entry::new("y", Value::F32(f32::MIN_POSITIVE))];
    let declare = queue::Declare { arguments: Table::new(&entries), ..queue::Declare::default() };
    let buf = FrameBuf::encode(&Frame::Method(1, declare.into())).unwrap();
    assert_eq!(buf.frame(), Frame::Method(1, declare.into()));
}
