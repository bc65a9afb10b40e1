//! What clients and servers can do beyond the specification, as they tell each other.

use crate::amqp::{Entry, Table, Value};

macro_rules! capabilities {
    ($($(#[$doc:meta])* $field:ident $name:literal,)*) => {
        /// What a peer can do beyond the specification, by the `capabilities` in its properties. (RabbitMQ)
        ///
        /// ```
        /// use fourwire::amqp::{Capabilities, Login};
        ///
        /// let login = Login::plain("guest", "guest");
        /// assert!(Capabilities::of(&login.client_properties).consumer_cancel_notify);
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
        pub struct Capabilities {
            $($(#[$doc])* pub $field: bool,)*
        }

        impl Capabilities {
            /// What `client_properties` or `server_properties` say.
            pub fn of(properties: &Table<'_>) -> Self {
                let Some(Value::Table(able)) = properties.get("capabilities") else { return Self::default() };
                Self { $($field: able.get($name) == Some(Value::Bool(true)),)* }
            }
        }

        /// What both machines can do: the entry of client-properties and of server-properties.
        pub(super) const ENTRY: Entry<'static> = Entry::new(
            "capabilities",
            Value::Table(Table::new(&[$(Entry::new($name, Value::Bool(true)),)*])),
        );
    };
}

capabilities! {
    /// A client that reads why its login is refused; others are to find that the connection is closed.
    authentication_failure_close "authentication_failure_close",
    /// `basic.nack`.
    basic_nack "basic.nack",
    /// A client that is told of `connection.blocked`.
    connection_blocked "connection.blocked",
    /// A client that is told when a consumer's queue is gone.
    consumer_cancel_notify "consumer_cancel_notify",
    /// Publisher confirms.
    publisher_confirms "publisher_confirms",
}

/// Properties with no more in them.
pub(super) const PROPERTIES: Table<'static> = Table::new(&[ENTRY]);
