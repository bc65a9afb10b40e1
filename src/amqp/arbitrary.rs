//! Valid frames out of a fuzzer's bytes, to fuzz an application of your own with.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{Array, BasicProperties, ContentHeader, Entry, Frame, FrameBuf, Method, ShortStr, Table, Value};

/// A valid frame of any kind, and any method: what passes every check of the codec, and may still be wrong where it comes.
impl<'a> Arbitrary<'a> for FrameBuf<Vec<u8>> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let channel = u.int_in_range(1..=u16::MAX)?;
        // What tables are nested in is made first, for tables borrow.
        let values = some(u)?;
        let mut entries = entries(u)?;
        entries.push(Entry::new("values", Value::Array(Array::new(&values))));
        let mut properties = BasicProperties::arbitrary(u)?;
        if properties.headers.is_some() && u.arbitrary()? {
            properties.headers = Some(Table::new(&entries));
        }
        let frame = match u.int_in_range(0..=15)? {
            0 => Frame::ProtocolHeader(u.arbitrary()?),
            1 => Frame::Heartbeat,
            2 | 3 => Frame::Body(channel, u.arbitrary()?),
            4 | 5 => {
                Frame::Header(channel, ContentHeader { body_size: u.arbitrary()?, properties: (&properties).into() })
            }
            _ => {
                let method = Method::arbitrary(u)?;
                Frame::Method(if method.id().is_connection() { 0 } else { channel }, method)
            }
        };
        Self::encode(&frame).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

/// Text, as long as a short string can be.
impl<'a> Arbitrary<'a> for ShortStr<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        short(u, 0xFF)
    }
}

fn short<'a>(u: &mut Unstructured<'a>, most: usize) -> Result<ShortStr<'a>> {
    let text = <&str>::arbitrary(u)?;
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    Ok(text.get(..end.unwrap_or(0)).unwrap_or_default().into())
}

/// One of a few tables, since a table borrows its entries: nothing, arguments that queues and subscriptions have, and what
/// is nested.
impl<'a> Arbitrary<'a> for Table<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Table::new(u.choose(TABLES)?))
    }
}

/// Any value that holds no others; numbers are finite.
impl<'a> Arbitrary<'a> for Value<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=14)? {
            0 => Self::Bool(u.arbitrary()?),
            1 => Self::I8(u.arbitrary()?),
            2 => Self::U8(u.arbitrary()?),
            3 => Self::I16(u.arbitrary()?),
            4 => Self::U16(u.arbitrary()?),
            5 => Self::I32(u.arbitrary()?),
            6 => Self::U32(u.arbitrary()?),
            7 => Self::I64(u.arbitrary()?),
            8 => Self::F32(Some(u.arbitrary()?).filter(|it: &f32| it.is_finite()).unwrap_or_default()),
            9 => Self::F64(Some(u.arbitrary()?).filter(|it: &f64| it.is_finite()).unwrap_or_default()),
            10 => Self::Decimal { scale: u.arbitrary()?, value: u.arbitrary()? },
            11 => Self::LongStr(u.arbitrary()?),
            12 => Self::Bytes(u.arbitrary()?),
            13 => Self::Timestamp(u.arbitrary()?),
            _ => Self::Void,
        })
    }
}

fn some<'a>(u: &mut Unstructured<'a>) -> Result<Vec<Value<'a>>> {
    (0..u.int_in_range(0..=3)?).map(|_| u.arbitrary()).collect()
}

fn entries<'a>(u: &mut Unstructured<'a>) -> Result<Vec<Entry<'a>>> {
    let value = |u: &mut Unstructured<'a>| if u.ratio(1, 4)? { u.arbitrary().map(Value::Table) } else { u.arbitrary() };
    (0..u.int_in_range(0..=3)?).map(|_| Ok(Entry { key: short(u, 128)?, value: value(u)? })).collect()
}

const TABLES: &[&[Entry<'static>]] = &[
    &[],
    &[Entry::new("x-message-ttl", Value::I32(60_000)), Entry::new("x-max-length", Value::I64(-1))],
    &[Entry::new("x-dead-letter-exchange", Value::text("")), Entry::new("x-match", Value::text("any"))],
    &[Entry::new("x-priority", Value::U8(255)), Entry::new("x-priority", Value::Void)],
    &[
        Entry::new("capabilities", Value::Table(Table::new(&[Entry::new("basic.nack", Value::Bool(true))]))),
        Entry::new("", Value::Array(Array::new(&[Value::F64(0.5), Value::Array(Array::EMPTY)]))),
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amqp::MethodId;
    use crate::made::made;

    /// Bytes that are there are a frame; all methods come up.
    #[test]
    fn all_frames_are_valid() {
        let mut seen = Vec::new();
        let (mut others, mut tables) = ([0; 4], 0);
        for buf in made::<FrameBuf<Vec<u8>>>(8000) {
            FrameBuf::new(buf.bytes().clone()).expect("valid");
            match buf.frame() {
                Frame::Method(_, method) => seen.push(method.id()),
                Frame::ProtocolHeader(_) => others[0] += 1,
                Frame::Heartbeat => others[1] += 1,
                Frame::Body(..) => others[2] += 1,
                Frame::Header(_, header) => {
                    others[3] += 1;
                    tables += usize::from(header.properties.headers().is_some_and(|it| it.get("values").is_some()));
                }
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, MethodId::ALL);
        assert!(others.iter().all(|it| *it > 100) && tables > 100, "{others:?} {tables}");
    }
}
