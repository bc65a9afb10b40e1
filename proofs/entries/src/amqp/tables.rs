//! Field tables, what is in them, and how exchanges compare them.

use core::fmt::{Display, Formatter, Result as Written};

use fourwire::amqp::*;
use fourwire::{List, ListIter};

use crate::{entries, free, list};

list!('a, Entry<'a>);
list!('a, Value<'a>);

free!(fourwire::amqp::routing: topic_matches(pattern: ShortStr<'_>, routing_key: ShortStr<'_>) -> bool);
free!(fourwire::amqp::routing: headers_match(arguments: &Table<'_>, headers: &Table<'_>) -> bool);

entries! {
    fourwire::List = Table<'_> {
        fn in_dialect<'a>(entries: &'a [Entry<'a>], dialect: Dialect) -> Table<'a>;
        fn dialect(table: &Table<'_>) -> Dialect;
        fn get<'a>(table: &Table<'a>, key: &str) -> Option<Value<'a>>;
    }
    fourwire::amqp::Entry = Entry<'_> {
        fn new<'a>(key: &'a str, value: Value<'a>) -> Entry<'a>;
    }
    fourwire::amqp::Value = Value<'_> {
        fn text(text: &str) -> Value<'_>;
        fn as_text<'a>(value: &Value<'a>) -> Option<&'a str>;
        fn as_i64(value: &Value<'_>) -> Option<i64>;
        fn letter(value: &Value<'_>, dialect: Dialect) -> u8;
    }
    fourwire::amqp::Value: PartialEq = Value<'_> {
        fn eq(one: &Value<'_>, other: &Value<'_>) -> bool;
    }

    fourwire::amqp::ShortStr = ShortStr<'_> {
        fn new(bytes: &[u8]) -> ShortStr<'_>;
        fn as_bytes(text: ShortStr<'_>) -> &[u8];
        fn as_str(text: ShortStr<'_>) -> Result<&str, core::str::Utf8Error>;
        fn len(text: ShortStr<'_>) -> usize;
        fn is_empty(text: ShortStr<'_>) -> bool;
    }
    fourwire::amqp::ShortStr: From<_> = ShortStr<'_> {
        fn from(text: &str) -> ShortStr<'_>;
        fn from(bytes: &[u8]) -> ShortStr<'_>;
        fn from(bytes: &[u8; 5]) -> ShortStr<'_>;
    }
    fourwire::amqp::ShortStr: PartialEq<str> = ShortStr<'_> {
        fn eq(text: &ShortStr<'_>, other: &str) -> bool;
    }
    fourwire::amqp::ShortStr: PartialEq<&str> = ShortStr<'_> {
        fn eq(text: &ShortStr<'_>, other: &&str) -> bool;
    }
    fourwire::amqp::ShortStr: Display = ShortStr<'_> {
        fn fmt(text: &ShortStr<'_>, f: &mut Formatter<'_>) -> Written;
    }
}
