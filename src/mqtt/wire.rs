//! The data representations of property values (5.0 §1.5): each read, checked, measured and written.

use super::text::{is_text, is_topic_name, no_nul, no_wildcard, prefixed_len, put_prefixed, sendable, sendable_text};
use super::{EncodeError, ErrorKind, Field, PropertyId, QoS, varint};
use crate::read::{
    Fault, Parsed, be_u8, be_u16, be_u32, fault, next_chunk, next_prefixed_u16, next_text_u16, next_u8, prefixed_u16,
};
use crate::write::Writer;

const SHORT: ErrorKind = ErrorKind::Truncated(Field::PropertyValue);

/// One representation.
pub(super) trait Wire<'a> {
    type Value: Copy;

    /// Proves what `next` later reads without asking again.
    fn validate(id: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind>;
    fn next(input: &mut &'a [u8]) -> Option<Self::Value>;
    /// Bytes that the value takes.
    fn len(value: Self::Value) -> usize;
    /// The same, for a value that can be sent.
    fn measure(id: PropertyId, value: Self::Value) -> Result<usize, EncodeError>;
    /// Puts the property: its identifier and the value.
    fn put(id: PropertyId, value: Self::Value, out: &mut Writer<'_>);
}

#[inline]
fn range(id: PropertyId, right: bool, at: &[u8]) -> Result<(), nom::Err<Fault<ErrorKind>>> {
    if right { Ok(()) } else { Err(fault(ErrorKind::PropertyValue(id), at)) }
}

#[inline]
fn sendable_range(id: PropertyId, right: bool, len: usize) -> Result<usize, EncodeError> {
    if right { Ok(len) } else { Err(ErrorKind::PropertyValue(id).into()) }
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
    fn next(input: &mut &'a [u8]) -> Option<bool> {
        next_u8(input).map(|byte| byte != 0)
    }

    #[inline]
    fn len(_: bool) -> usize {
        1
    }

    #[inline]
    fn measure(_: PropertyId, _: bool) -> Result<usize, EncodeError> {
        Ok(1)
    }

    #[inline]
    fn put(id: PropertyId, value: bool, out: &mut Writer<'_>) {
        out.put(&[id as u8, u8::from(value)]);
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
    fn next(input: &mut &'a [u8]) -> Option<QoS> {
        QoS::from_level(next_u8(input)?)
    }

    #[inline]
    fn len(_: QoS) -> usize {
        1
    }

    #[inline]
    fn measure(id: PropertyId, value: QoS) -> Result<usize, EncodeError> {
        sendable_range(id, value != QoS::ExactlyOnce, 1)
    }

    #[inline]
    fn put(id: PropertyId, value: QoS, out: &mut Writer<'_>) {
        out.put(&[id as u8, value.level()]);
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
            fn next(input: &mut &'a [u8]) -> Option<$ty> {
                next_chunk(input).map(|bytes| <$ty>::from_be_bytes(*bytes))
            }

            #[inline]
            fn len(_: $ty) -> usize {
                size_of::<$ty>()
            }

            #[inline]
            fn measure(id: PropertyId, value: $ty) -> Result<usize, EncodeError> {
                let right: fn($ty) -> bool = $right;
                sendable_range(id, right(value), size_of::<$ty>())
            }

            #[inline]
            fn put(id: PropertyId, value: $ty, out: &mut Writer<'_>) {
                out.put_behind(id as u8, value.to_be_bytes());
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
    fn next(input: &mut &'a [u8]) -> Option<u32> {
        let varint::VarInt::Whole { value, len, .. } = varint::split(input) else { return None };
        *input = input.get(len..)?;
        Some(value)
    }

    #[inline]
    fn len(value: u32) -> usize {
        varint::encoded_len(value)
    }

    #[inline]
    fn measure(id: PropertyId, value: u32) -> Result<usize, EncodeError> {
        sendable_range(id, value != 0 && value <= varint::MAX, Self::len(value))
    }

    #[inline]
    fn put(id: PropertyId, value: u32, out: &mut Writer<'_>) {
        out.put(&[id as u8]);
        varint::put(value, out);
    }
}

macro_rules! string {
    ($(#[$doc:meta])* $name:ident, $validate:expr, $check:expr) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl<'a> Wire<'a> for $name {
            type Value = &'a str;

            #[inline]
            fn validate(_: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
                $validate(Field::PropertyValue)(input)
            }

            #[inline]
            fn next(input: &mut &'a [u8]) -> Option<&'a str> {
                next_text_u16(input)
            }

            #[inline]
            fn len(value: &'a str) -> usize {
                prefixed_len(value.as_bytes())
            }

            #[inline]
            fn measure(_: PropertyId, value: &'a str) -> Result<usize, EncodeError> {
                let len = sendable(value.as_bytes(), Field::PropertyValue)?;
                match $check(value.as_bytes(), Field::PropertyValue) {
                    Ok(()) => Ok(len),
                    Err((kind, _)) => Err(EncodeError::Invalid(kind)),
                }
            }

            #[inline]
            fn put(id: PropertyId, value: &'a str, out: &mut Writer<'_>) {
                out.put_field(id as u8, value.as_bytes());
            }
        }
    };
}

string!(
    /// A UTF-8 encoded string.
    Text,
    is_text,
    no_nul
);
string!(
    /// A string that is a topic name. `[MQTT-3.3.2-14]` `[MQTT-4.7.3-1]`
    Topic,
    is_nonempty_topic,
    |bytes: &[u8], field| if bytes.is_empty() { Err((ErrorKind::TopicEmpty(field), 0)) } else { no_wildcard(bytes, field) }
);

#[inline]
fn is_nonempty_topic(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, (), ErrorKind> {
    move |input| match input {
        [0, 0, ..] => Err(fault(ErrorKind::TopicEmpty(field), input)),
        _ => is_topic_name(field)(input),
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
    fn next(input: &mut &'a [u8]) -> Option<&'a [u8]> {
        next_prefixed_u16(input)
    }

    #[inline]
    fn len(value: &'a [u8]) -> usize {
        prefixed_len(value)
    }

    #[inline]
    fn measure(_: PropertyId, value: &'a [u8]) -> Result<usize, EncodeError> {
        sendable(value, Field::PropertyValue)
    }

    #[inline]
    fn put(id: PropertyId, value: &'a [u8], out: &mut Writer<'_>) {
        out.put_field(id as u8, value);
    }
}

/// A UTF-8 string pair.
pub(super) struct Pair;

impl<'a> Wire<'a> for Pair {
    type Value = (&'a str, &'a str);

    #[inline]
    fn validate(_: PropertyId, input: &'a [u8]) -> Parsed<'a, (), ErrorKind> {
        let (rest, ()) = is_text(Field::PropertyValue)(input)?;
        is_text(Field::PropertyValue)(rest)
    }

    #[inline]
    fn next(input: &mut &'a [u8]) -> Option<(&'a str, &'a str)> {
        Some((next_text_u16(input)?, next_text_u16(input)?))
    }

    #[inline]
    fn len((name, value): (&'a str, &'a str)) -> usize {
        prefixed_len(name.as_bytes()).saturating_add(prefixed_len(value.as_bytes()))
    }

    #[inline]
    fn measure(_: PropertyId, (name, value): (&'a str, &'a str)) -> Result<usize, EncodeError> {
        let name = sendable_text(name, Field::PropertyValue)?;
        Ok(sendable_text(value, Field::PropertyValue)?.saturating_add(name))
    }

    #[inline]
    fn put(id: PropertyId, (name, value): (&'a str, &'a str), out: &mut Writer<'_>) {
        out.put_field(id as u8, name.as_bytes());
        put_prefixed(value.as_bytes(), out);
    }
}
