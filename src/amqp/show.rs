//! How frames, methods and values look to people. Tables are gone through, not descended into, however deep they are
//! nested.

use core::fmt::{Debug, Display, Formatter, Result};

use super::table::{Level, Token, Walk};
use super::{Argument, Frame, Method, ShortStr, Value};
use crate::secret::Hidden;

/// `channel 1: basic.ack delivery_tag=7`; bodies by their length.
impl Display for Frame<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::ProtocolHeader(header) => {
                write!(f, "protocol header {}-{}-{}", header.major, header.minor, header.revision)
            }
            Self::Method(0, method) => Display::fmt(method, f),
            Self::Method(channel, method) => write!(f, "channel {channel}: {method}"),
            Self::Header(channel, header) => {
                write!(f, "channel {channel}: content header of {} bytes", header.body_size)
            }
            Self::Body(channel, bytes) => write!(f, "channel {channel}: body of {} bytes", bytes.len()),
            Self::Heartbeat => f.write_str("heartbeat"),
        }
    }
}

/// `queue.bind queue="orders" exchange="shop" routing_key="#"`: for logs. What is empty or not set is left out. What a
/// peer authenticates by is not shown, only how long it is.
impl Display for Method<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.id().name())?;
        let mut result = Ok(());
        self.each_argument(&mut |name, argument| {
            if result.is_ok() {
                result = show_argument(name, &argument, f);
            }
        });
        result
    }
}

fn show_argument(name: &str, argument: &Argument<'_>, f: &mut Formatter<'_>) -> Result {
    match argument {
        Argument::Bit(false) => Ok(()),
        Argument::Bit(true) => write!(f, " {name}"),
        Argument::Number(number) => write!(f, " {name}={number}"),
        Argument::ShortStr(text) if text.is_empty() => Ok(()),
        Argument::ShortStr(text) => write!(f, " {name}={text:?}"),
        Argument::LongStr([]) => Ok(()),
        Argument::LongStr(bytes) => match secret(name, *argument) {
            Some(hidden) => write!(f, " {name}={hidden:?}"),
            None => write!(f, " {name}={:?}", ShortStr::new(bytes)),
        },
        Argument::Table(table) if table.is_empty() => Ok(()),
        Argument::Table(table) => {
            write!(f, " {name}=")?;
            nested(b'F', Level::table(table), f)
        }
    }
}

/// An argument that a peer authenticates by.
pub(super) fn secret<'a>(name: &str, argument: Argument<'a>) -> Option<Hidden<'a>> {
    match argument {
        Argument::LongStr(bytes) if matches!(name, "response" | "challenge" | "new_secret") => Some(Hidden(bytes)),
        _ => None,
    }
}

/// The text of a long string; other values as they are to `Debug`.
impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::LongStr(bytes) => Display::fmt(&ShortStr::new(bytes), f),
            Self::ShortStr(text) => Display::fmt(text, f),
            other => Debug::fmt(other, f),
        }
    }
}

/// `I32(5)`, `LongStr("late")`; tables as `{"key": I32(5)}`, arrays as `[I32(5), Void]`.
impl Debug for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Array(array) => nested(b'A', Level::array(array), f),
            Self::Table(table) => nested(b'F', Level::table(table), f),
            scalar => show_scalar(scalar, f),
        }
    }
}

fn nested(letter: u8, top: Level<'_>, f: &mut Formatter<'_>) -> Result {
    let brackets = |letter| if letter == b'F' { ("{", "}") } else { ("[", "]") };
    // Which levels are tables: a bit for each, the innermost in the lowest place. A walk goes less than 64 levels deep.
    let mut tables = u64::from(letter == b'F');
    let mut between = "";
    f.write_str(brackets(letter).0)?;
    for token in Walk::new(top) {
        match token {
            Token::Key(key) => write!(f, "{between}{key:?}: ")?,
            Token::Scalar(value) => {
                f.write_str(between)?;
                show_scalar(&value, f)?;
            }
            Token::Open(letter) => {
                tables = tables << 1 | u64::from(letter == b'F');
                write!(f, "{between}{}", brackets(letter).0)?;
            }
            Token::Close => {
                f.write_str(if tables & 1 == 1 { "}" } else { "]" })?;
                tables >>= 1;
            }
            Token::Raw(letter, wire) => {
                f.write_str(between)?;
                show_scalar(&Value::TooDeep { letter, bytes: wire }, f)?;
            }
            // Of the levels that are open the walk knows nothing any more.
            Token::TooDeep => return write!(f, "{between}…"),
        }
        between = match token {
            Token::Key(_) | Token::Open(_) => "",
            _ => ", ",
        };
    }
    f.write_str(brackets(letter).1)
}

/// A value that holds no others.
fn show_scalar(value: &Value<'_>, f: &mut Formatter<'_>) -> Result {
    match *value {
        Value::Bool(value) => write!(f, "Bool({value})"),
        Value::I8(value) => write!(f, "I8({value})"),
        Value::U8(value) => write!(f, "U8({value})"),
        Value::I16(value) => write!(f, "I16({value})"),
        Value::U16(value) => write!(f, "U16({value})"),
        Value::I32(value) => write!(f, "I32({value})"),
        Value::U32(value) => write!(f, "U32({value})"),
        Value::I64(value) => write!(f, "I64({value})"),
        Value::F32(value) => write!(f, "F32({value:?})"),
        Value::F64(value) => write!(f, "F64({value:?})"),
        Value::Decimal { scale, value } => write!(f, "Decimal {{ scale: {scale}, value: {value} }}"),
        Value::LongStr(bytes) => write!(f, "LongStr({:?})", ShortStr::new(bytes)),
        Value::Bytes(bytes) => write!(f, "Bytes(b\"{}\")", bytes.escape_ascii()),
        Value::Timestamp(value) => write!(f, "Timestamp({value})"),
        Value::ShortStr(text) => write!(f, "ShortStr({text:?})"),
        Value::U64(value) => write!(f, "U64({value})"),
        Value::TooDeep { bytes, .. } => write!(f, "TooDeep(b\"{}\")", bytes.escape_ascii()),
        Value::Void => f.write_str("Void"),
        // What holds others is opened and closed.
        Value::Array(_) | Value::Table(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amqp::{Array, Entry, Table};
    use alloc::format;

    #[test]
    fn methods_for_logs() {
        use crate::amqp::{connection, queue};
        let arguments = [Entry::new("x-message-ttl", Value::I32(60_000))];
        let declare =
            queue::Declare { durable: true, arguments: Table::new(&arguments), ..queue::Declare::new("orders") };
        let frame = Frame::Method(1, declare.into());
        let shown = r#"channel 1: queue.declare queue="orders" durable arguments={"x-message-ttl": I32(60000)}"#;
        assert_eq!(format!("{frame}"), shown);
        let login = connection::StartOk { mechanism: "PLAIN".into(), response: b"\0a\0b", ..Default::default() };
        assert_eq!(format!("{}", Method::from(login)), r#"connection.start-ok mechanism="PLAIN" response=<4 bytes>"#);
        assert!(format!("{login:?}").contains("response: <4 bytes>, "));
        assert_eq!(format!("{}", Frame::Body(7, b"abc")), "channel 7: body of 3 bytes");
    }

    #[test]
    fn what_is_nested_is_shown_in_brackets() {
        let numbers = [Value::I8(-1), Value::Void];
        let inner = [Entry::new("b", Value::Bool(true)), Entry::new("c", Value::text("x"))];
        let items = [Value::Array(Array::new(&numbers)), Value::Table(Table::new(&inner)), Value::F64(0.5)];
        let outer = [Entry::new("a", Value::Array(Array::new(&items))), Entry::new("d", Value::Table(Table::EMPTY))];
        assert_eq!(
            format!("{:?}", Value::Table(Table::new(&outer))),
            r#"{"a": [[I8(-1), Void], {"b": Bool(true), "c": LongStr("x")}, F64(0.5)], "d": {}}"#
        );
        assert_eq!(format!("{}", Value::Array(Array::EMPTY)), "[]");
    }

    #[test]
    fn bytes_are_shown_as_such_where_they_are_no_text() {
        assert_eq!(format!("{}", Value::text("late")), "late");
        assert_eq!(format!("{:?}", Value::LongStr(b"\xFF")), r#"LongStr(b"\xff")"#);
        assert_eq!(format!("{:?}", Value::Bytes(b"a\0")), r#"Bytes(b"a\x00")"#);
        assert_eq!(format!("{:?}", Value::Decimal { scale: 2, value: 150 }), "Decimal { scale: 2, value: 150 }");
    }

    /// A program can nest its own tables as deep as it likes.
    #[test]
    fn what_is_nested_too_deep_ends_in_dots() {
        fn nest(inner: Value<'_>, levels: usize, see: &mut dyn FnMut(Value<'_>)) {
            if levels == 0 {
                see(inner);
            } else {
                nest(Value::Array(Array::new(&[inner])), levels - 1, see);
            }
        }
        let mut shown = alloc::string::String::new();
        nest(Value::Void, 32, &mut |value| shown = format!("{value:?}"));
        assert_eq!(shown, format!("{}Void{}", "[".repeat(32), "]".repeat(32)));
        nest(Value::Void, 40, &mut |value| shown = format!("{value:?}"));
        assert_eq!(shown, format!("{}…", "[".repeat(32)));
    }
}
