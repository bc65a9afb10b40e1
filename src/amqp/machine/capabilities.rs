//! What both machines can do beyond the specification, as clients and servers tell each other.

use crate::amqp::{Entry, Table, Value};

const fn can(name: &'static str) -> Entry<'static> {
    Entry::new(name, Value::Bool(true))
}

/// The entry of client-properties and of server-properties.
pub(super) const ENTRY: Entry<'static> = Entry::new(
    "capabilities",
    Value::Table(Table::new(&[
        can("authentication_failure_close"),
        can("basic.nack"),
        can("connection.blocked"),
        can("consumer_cancel_notify"),
        can("publisher_confirms"),
    ])),
);

/// Properties with no more in them.
pub(super) const PROPERTIES: Table<'static> = Table::new(&[ENTRY]);
