//! What the broker does not do, and RabbitMQ's words for it.

use std::fmt::Display;

use fourwire::amqp::{ReplyCode, SendError};

/// Why a channel is closed, or, if the reply code says so, the connection.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ReplyCode,
    pub(crate) text: String,
}

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(crate) fn new(code: ReplyCode, why: impl Display) -> Self {
        let mut text = format!("{} - {why}", code.name());
        // A short string has no room for more.
        while text.len() > 255 {
            text.pop();
        }
        Self { code, text }
    }

    /// There is no such `what`, an exchange or a queue.
    pub(crate) fn not_found(what: &str, name: &str) -> Self {
        Self::new(ReplyCode::NotFound, format_args!("no {what} '{name}' in vhost '/'"))
    }

    pub(crate) fn access(why: impl Display) -> Self {
        Self::new(ReplyCode::AccessRefused, why)
    }

    pub(crate) fn precondition(why: impl Display) -> Self {
        Self::new(ReplyCode::PreconditionFailed, why)
    }

    /// Another connection has the queue for itself.
    pub(crate) fn locked(queue: &str) -> Self {
        let why = format!(
            "cannot obtain exclusive access to locked queue '{queue}' in vhost '/'. It could be originally declared on \
             another connection or the exclusive property value does not match that of the original declaration."
        );
        Self::new(ReplyCode::ResourceLocked, why)
    }

    /// It is there, and not as it was asked for.
    pub(crate) fn inequivalent(arg: &str, of: &str, received: impl Display, current: impl Display) -> Self {
        let why =
            format!("inequivalent arg '{arg}' for {of} in vhost '/': received {received} but current is {current}");
        Self::precondition(why)
    }
}

/// It cannot be sent: the connection cannot go on.
impl From<SendError> for Refusal {
    fn from(error: SendError) -> Self {
        Self::new(ReplyCode::InternalError, error)
    }
}
