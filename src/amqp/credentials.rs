//! User name and password, as SASL mechanisms say them.

use core::fmt;

use super::table::{Rules, validate};
use super::value;
use super::{Dialect, EncodeError, Entry, Table, Value, connection};
use crate::Output;
use crate::list::List;
use crate::write::Writer;

/// User name and password: what the mechanisms PLAIN (RFC 4616) and AMQPLAIN say. For both ends.
///
/// ```
/// use fourwire::amqp::{Credentials, Login};
///
/// let mut response = Vec::new();
/// Credentials { user_name: "guest", password: "secret" }.encode_plain(&mut response)?;
/// let login = Login::plain(&response);
///
/// // And at the other end:
/// let credentials = Credentials::from_plain(login.response).expect("well-formed");
/// assert_eq!(credentials.user_name, "guest");
/// # Ok::<(), fourwire::amqp::EncodeError>(())
/// ```
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

    /// Writes the response of PLAIN; one with a byte 0 in it cannot be.
    pub fn encode_plain(&self, out: &mut impl Output) -> Result<(), EncodeError> {
        let parts = [self.user_name, self.password].map(str::as_bytes);
        if parts.iter().any(|part| part.contains(&0)) {
            return Err(EncodeError::Credentials);
        }
        let len = parts.iter().fold(0_usize, |len, part| len.saturating_add(part.len()).saturating_add(1));
        let mut space = Writer::new(out.space(len, 0)?);
        parts.iter().for_each(|part| space.put_head([0], part));
        Ok(())
    }

    /// Writes the response of AMQPLAIN.
    pub fn encode_amqplain(&self, out: &mut impl Output) -> Result<(), EncodeError> {
        let entries =
            [Entry::new("LOGIN", Value::text(self.user_name)), Entry::new("PASSWORD", Value::text(self.password))];
        let table = Table::new(&entries);
        let mut space = Writer::new(out.space(value::measure(&table)?, 0)?);
        List::put(&table, &mut space);
        Ok(())
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}
