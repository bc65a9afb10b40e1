//! The data representations of property values (5.0 §1.5): each read, checked, measured and written.

use super::text::{no_nul, no_wildcard, prefixed_len, put_prefixed, sendable, sendable_text, text, topic_name};
use super::{EncodeError, ErrorKind, Field, PropertyId, QoS, varint};
use crate::read::{Parsed, be_u8, be_u16, be_u32, fault, prefixed_u16};
use crate::write::Writer;

const SHORT: ErrorKind = ErrorKind::Truncated(Field::PropertyValue);

/// One representation. `validate` proves what `split` later reads without asking again.
pub(super) trait Wire<'a> {
    type Value: Copy;

    fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind>;
    fn split(input: &'a [u8]) -> Option<(Self::Value, &'a [u8])>;
    fn len(value: Self::Value) -> usize;
    fn check(id: PropertyId, value: Self::Value) -> Result<(), EncodeError>;
    fn put(value: Self::Value, out: &mut Writer<'_>);
}

#[inline]
fn range(id: PropertyId, right: bool, at: &[u8]) -> Result<(), nom::Err<crate::read::Fault<ErrorKind>>> {
    if right { Ok(()) } else { Err(fault(ErrorKind::PropertyValue(id), at)) }
}

fn sendable_range(id: PropertyId, right: bool) -> Result<(), EncodeError> {
    if right { Ok(()) } else { Err(ErrorKind::PropertyValue(id).into()) }
}

/// A byte that is 0 or 1.
pub(super) struct Flag;

impl<'a> Wire<'a> for Flag {
    type Value = bool;

    #[inline]
    fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        let (rest, byte) = be_u8(SHORT)(input)?;
        range(id, byte <= 1, input)?;
        Ok((rest, ()))
    }

    #[inline]
    fn split(input: &'a [u8]) -> Option<(bool, &'a [u8])> {
        let (byte, rest) = input.split_first()?;
        Some((*byte != 0, rest))
    }

    #[inline]
    fn len(_: bool) -> usize {
        1
    }

    fn check(_: PropertyId, _: bool) -> Result<(), EncodeError> {
        Ok(())
    }

    #[inline]
    fn put(value: bool, out: &mut Writer<'_>) {
        out.put(&[u8::from(value)]);
    }
}

/// Maximum QoS: a byte that is 0 or 1; a server that does QoS 2 does not send it. (5.0 §3.2.2.3.4)
pub(super) struct Level;

impl<'a> Wire<'a> for Level {
    type Value = QoS;

    #[inline]
    fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        Flag::validate(id, input)
    }

    #[inline]
    fn split(input: &'a [u8]) -> Option<(QoS, &'a [u8])> {
        let (byte, rest) = input.split_first()?;
        Some((QoS::from_level(*byte)?, rest))
    }

    #[inline]
    fn len(_: QoS) -> usize {
        1
    }

    fn check(id: PropertyId, value: QoS) -> Result<(), EncodeError> {
        sendable_range(id, value != QoS::ExactlyOnce)
    }

    #[inline]
    fn put(value: QoS, out: &mut Writer<'_>) {
        out.put(&[value.level()]);
    }
}

macro_rules! integer {
    ($(#[$doc:meta])* $name:ident, $ty:ty, $read:ident, $right:expr) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl<'a> Wire<'a> for $name {
            type Value = $ty;

            #[inline]
            fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
                let (rest, value) = $read(SHORT)(input)?;
                let right: fn($ty) -> bool = $right;
                range(id, right(value), input)?;
                Ok((rest, ()))
            }

            #[inline]
            fn split(input: &'a [u8]) -> Option<($ty, &'a [u8])> {
                let (bytes, rest) = input.split_first_chunk()?;
                Some((<$ty>::from_be_bytes(*bytes), rest))
            }

            #[inline]
            fn len(_: $ty) -> usize {
                size_of::<$ty>()
            }

            fn check(id: PropertyId, value: $ty) -> Result<(), EncodeError> {
                let right: fn($ty) -> bool = $right;
                sendable_range(id, right(value))
            }

            #[inline]
            fn put(value: $ty, out: &mut Writer<'_>) {
                out.put(&value.to_be_bytes());
            }
        }
    };
}

integer!(
    /// A two byte integer.
    Two,
    u16,
    be_u16,
    |_| true
);
integer!(
    /// A two byte integer that is not 0.
    TwoNot0,
    u16,
    be_u16,
    |value| value != 0
);
integer!(
    /// A four byte integer.
    Four,
    u32,
    be_u32,
    |_| true
);
integer!(
    /// A four byte integer that is not 0.
    FourNot0,
    u32,
    be_u32,
    |value| value != 0
);

/// A variable byte integer that is not 0.
pub(super) struct VarNot0;

impl<'a> Wire<'a> for VarNot0 {
    type Value = u32;

    #[inline]
    fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        let (rest, value) = varint::minimal(Field::PropertyValue)(input)?;
        range(id, value != 0, input)?;
        Ok((rest, ()))
    }

    #[inline]
    fn split(input: &'a [u8]) -> Option<(u32, &'a [u8])> {
        match varint::split(input) {
            varint::VarInt::Whole { value, len, .. } => Some((value, input.get(len..)?)),
            _ => None,
        }
    }

    #[inline]
    fn len(value: u32) -> usize {
        varint::encoded_len(value)
    }

    fn check(id: PropertyId, value: u32) -> Result<(), EncodeError> {
        sendable_range(id, value != 0 && value <= varint::MAX)
    }

    #[inline]
    fn put(value: u32, out: &mut Writer<'_>) {
        varint::put(value, out);
    }
}

#[inline]
fn split_prefixed(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = input.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[inline]
pub(super) fn split_text(input: &[u8]) -> Option<(&str, &[u8])> {
    let (bytes, rest) = split_prefixed(input)?;
    Some((core::str::from_utf8(bytes).ok()?, rest))
}

macro_rules! string {
    ($(#[$doc:meta])* $name:ident, $validate:expr, $check:expr) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl<'a> Wire<'a> for $name {
            type Value = &'a str;

            #[inline]
            fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
                let (rest, _text) = $validate(Field::PropertyValue)(input)?;
                let _ = id;
                Ok((rest, ()))
            }

            #[inline]
            fn split(input: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
                split_text(input)
            }

            #[inline]
            fn len(value: &'a str) -> usize {
                prefixed_len(value.as_bytes())
            }

            fn check(_: PropertyId, value: &'a str) -> Result<(), EncodeError> {
                sendable(value.as_bytes(), Field::PropertyValue)?;
                $check(value.as_bytes(), Field::PropertyValue).map_err(|(kind, _)| EncodeError::Invalid(kind))
            }

            #[inline]
            fn put(value: &'a str, out: &mut Writer<'_>) {
                put_prefixed(value.as_bytes(), out);
            }
        }
    };
}

string!(
    /// A UTF-8 encoded string.
    Text,
    text,
    no_nul
);
string!(
    /// A string that is a topic name. `[MQTT-3.3.2-14]` `[MQTT-4.7.3-1]`
    Topic,
    nonempty_topic,
    |bytes: &[u8], field| if bytes.is_empty() { Err((ErrorKind::TopicEmpty(field), 0)) } else { no_wildcard(bytes, field) }
);

#[inline]
fn nonempty_topic(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, &str, ErrorKind> {
    move |input| {
        let (rest, topic) = topic_name(field)(input)?;
        if topic.is_empty() { Err(fault(ErrorKind::TopicEmpty(field), input)) } else { Ok((rest, topic)) }
    }
}

/// Binary data.
pub(super) struct Binary;

impl<'a> Wire<'a> for Binary {
    type Value = &'a [u8];

    #[inline]
    fn validate(_: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        let (rest, _) = prefixed_u16(SHORT)(input)?;
        Ok((rest, ()))
    }

    #[inline]
    fn split(input: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        split_prefixed(input)
    }

    #[inline]
    fn len(value: &'a [u8]) -> usize {
        prefixed_len(value)
    }

    fn check(_: PropertyId, value: &'a [u8]) -> Result<(), EncodeError> {
        sendable(value, Field::PropertyValue)
    }

    #[inline]
    fn put(value: &'a [u8], out: &mut Writer<'_>) {
        put_prefixed(value, out);
    }
}

/// A UTF-8 string pair.
pub(super) struct Pair;

impl<'a> Wire<'a> for Pair {
    type Value = (&'a str, &'a str);

    #[inline]
    fn validate(_: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        let (rest, _) = text(Field::PropertyValue)(input)?;
        let (rest, _) = text(Field::PropertyValue)(rest)?;
        Ok((rest, ()))
    }

    #[inline]
    fn split(input: &'a [u8]) -> Option<((&'a str, &'a str), &'a [u8])> {
        let (name, rest) = split_text(input)?;
        let (value, rest) = split_text(rest)?;
        Some(((name, value), rest))
    }

    #[inline]
    fn len((name, value): (&'a str, &'a str)) -> usize {
        prefixed_len(name.as_bytes()).saturating_add(prefixed_len(value.as_bytes()))
    }

    fn check(_: PropertyId, (name, value): (&'a str, &'a str)) -> Result<(), EncodeError> {
        sendable_text(name, Field::PropertyValue)?;
        sendable_text(value, Field::PropertyValue)
    }

    #[inline]
    fn put((name, value): (&'a str, &'a str), out: &mut Writer<'_>) {
        put_prefixed(name.as_bytes(), out);
        put_prefixed(value.as_bytes(), out);
    }
}
