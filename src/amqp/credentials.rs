//! User name and password, as SASL mechanisms say them.

use core::fmt;

use super::domain::Place;
use super::table::{Rules, validate};
use super::wire;
use super::{Dialect, EncodeError, Entry, Table, Value, connection};
use crate::list::List;
use crate::write::Writer;

/// User name and password: what the mechanisms PLAIN (RFC 4616) and AMQPLAIN say. For both ends.
///
/// ```
/// use fourwire::amqp::{Credentials, Request};
///
/// fn may_come_in(request: &Request<'_>) -> bool {
///     let Request::Login(start_ok) = request else { return false };
///     let credentials = Credentials::from_start_ok(start_ok);
///     credentials.is_some_and(|login| login.user_name == "guest" && login.password == "guest")
/// }
/// ```
///
/// A client hands them to [`Login::plain`](super::Login::plain).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The user's name.
    pub user_name: &'a str,
    /// The password. It is in no log: `Debug` leaves it out.
    pub password: &'a str,
}

impl<'a> Credentials<'a> {
    /// What a client's `connection.start-ok` says, by its mechanism.
    ///
    /// `None` if it is another mechanism, or not well-formed: answer `access-refused`.
    pub fn from_start_ok(start_ok: &connection::StartOk<'a>) -> Option<Self> {
        match start_ok.mechanism.as_bytes() {
            b"PLAIN" => Self::from_plain(start_ok.response),
            b"AMQPLAIN" => Self::from_amqplain(start_ok.response),
            _ => None,
        }
    }

    /// PLAIN: a byte 0, the user name, a byte 0, the password. Whoever wants to be somebody else, and says so before the
    /// first, is not well-formed: RabbitMQ refuses them, too.
    pub fn from_plain(response: &'a [u8]) -> Option<Self> {
        let mut parts = response.split(|byte| *byte == 0);
        let (Some([]), Some(user_name), Some(password), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        Self::of_text(user_name, password)
    }

    /// AMQPLAIN: a field table without its length, with the long strings `LOGIN` and `PASSWORD`.
    pub fn from_amqplain(response: &'a [u8]) -> Option<Self> {
        // No value in it is to be a table.
        validate(response, Rules::new(1, Dialect::RabbitMq)).ok()?;
        let table: Table<'a> = List::from_wire(response);
        let (Value::LongStr(user_name), Value::LongStr(password)) = (table.get("LOGIN")?, table.get("PASSWORD")?)
        else {
            return None;
        };
        Self::of_text(user_name, password)
    }

    fn of_text(user_name: &'a [u8], password: &'a [u8]) -> Option<Self> {
        let (user_name, password) = (core::str::from_utf8(user_name).ok()?, core::str::from_utf8(password).ok()?);
        Some(Self { user_name, password })
    }

    /// The length of PLAIN's response; one with a byte 0 in it cannot be.
    pub(super) fn measure_plain(&self) -> Result<usize, EncodeError> {
        let mut len: usize = 0;
        for part in [self.user_name, self.password] {
            if part.as_bytes().contains(&0) {
                return Err(EncodeError::Credentials);
            }
            len = len.saturating_add(part.len()).saturating_add(1);
        }
        Ok(len)
    }

    pub(super) fn put_plain(&self, out: &mut Writer<'_>) {
        out.put_head([0], self.user_name.as_bytes());
        out.put_head([0], self.password.as_bytes());
    }

    /// The length of AMQPLAIN's response.
    pub(super) fn measure_amqplain(&self) -> Result<usize, EncodeError> {
        wire::measure(&Table::new(&self.entries()), Place::Method)
    }

    pub(super) fn put_amqplain(&self, out: &mut Writer<'_>) {
        List::put(&Table::new(&self.entries()), out);
    }

    const fn entries(&self) -> [Entry<'a>; 2] {
        [Entry::new("LOGIN", Value::text(self.user_name)), Entry::new("PASSWORD", Value::text(self.password))]
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}
