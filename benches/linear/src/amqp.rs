//! AMQP's streams.

use std::hint::black_box;

use fourwire::amqp::{
    BasicProperties, ContentHeader, Decoder, Entry, Frame, Limits, Message, Properties, Table, Value, basic,
};

/// What takes the next unit of the input, and says how long it was.
pub(crate) fn decoder() -> Box<dyn FnMut(&[u8]) -> Option<usize>> {
    let mut decoder = Decoder::with_limits(Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH });
    Box::new(move |input| {
        let (frame, used) = decoder.decode(black_box(input)).expect("valid")?;
        black_box(frame);
        Some(used)
    })
}

pub(crate) fn stream(what: &str, size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    match what {
        // One large body, of which nothing but the length and the last byte are looked at.
        "body" => Frame::Body(1, &vec![b'x'; size]).encode(0, &mut out).expect("valid"),
        // One content header with very many headers, of two types.
        "table" => {
            let two = [Entry::new("name", Value::text("value")), Entry::new("n", Value::I32(1))];
            header(&two.repeat(size / 22), &mut out);
        }
        // The same, and each entry is a table nested as deep as can be.
        "nested" => {
            let mut value = Vec::new();
            for _ in 2..Limits::MAX_DEPTH {
                let len = u32::try_from(value.len()).expect("short").to_be_bytes();
                value = [&b"\x01kF"[..], &len, &value].concat();
            }
            let mut inner = Vec::new();
            inside(&value, &mut inner);
            let mut decoder = Decoder::with_limits(Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH });
            let Ok(Some((Frame::Header(_, read), _))) = decoder.decode(&inner) else { panic!("a header") };
            let table = Value::Table(read.properties.headers().expect("a table"));
            header(&vec![Entry::new("k", table); size / (value.len() + 7)], &mut out);
        }
        // Very many small messages, of three frames each.
        "small" => {
            let deliver = basic::Deliver { consumer_tag: "c".into(), routing_key: "a.b".into(), ..Default::default() };
            let message = Message { method: deliver.into(), properties: Properties::EMPTY, body: b"payload" };
            (0..size / message.encoded_len(0)).for_each(|_| message.encode(1, 0, &mut out).expect("valid"));
        }
        other => panic!("{other} is not known"),
    }
    out
}

fn header(entries: &[Entry<'_>], out: &mut Vec<u8>) {
    let properties = BasicProperties { headers: Some(Table::new(entries)), ..BasicProperties::default() };
    Frame::Header(1, ContentHeader { body_size: 0, properties: (&properties).into() }).encode(0, out).expect("valid");
}

/// A content header around the bytes of a table.
fn inside(table: &[u8], out: &mut Vec<u8>) {
    let len = u32::try_from(table.len()).expect("short");
    out.extend([2, 0, 1]);
    out.extend((18 + len).to_be_bytes());
    out.extend([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0]);
    out.extend(len.to_be_bytes());
    out.extend(table);
    out.push(0xCE);
}
