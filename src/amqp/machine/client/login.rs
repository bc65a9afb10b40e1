//! How a client authenticates.

use super::super::capabilities;
use crate::amqp::domain::{Domain, Put, Sum};
use crate::amqp::encode::Arguments;
use crate::amqp::{Credentials, EncodeError, MethodId, ShortStr, Table};
use crate::write::Writer;

/// How a client authenticates, and who it says it is.
///
/// ```
/// use fourwire::amqp::{Entry, Login, Table, Value};
///
/// let login = Login::plain("guest", "guest");
///
/// // With a name that operators see:
/// let who = [Entry::new("connection_name", Value::text("orders")), Login::CAPABILITIES];
/// let login = Login { client_properties: Table::new(&who), ..login };
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Login<'a> {
    /// The SASL mechanism: one of those that the server named.
    pub mechanism: Mechanism<'a>,
    /// What the client is, and under `capabilities` what it can do: [`CAPABILITIES`](Self::CAPABILITIES), if you set no
    /// other.
    pub client_properties: Table<'a>,
    /// The locale of reply texts.
    pub locale: ShortStr<'a>,
}

/// A SASL mechanism, and its first response.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mechanism<'a> {
    /// PLAIN. (RFC 4616) A byte 0 in user name or password is refused.
    Plain(Credentials<'a>),
    /// AMQPLAIN, RabbitMQ's own.
    AmqPlain(Credentials<'a>),
    /// EXTERNAL: who the client is, the server knows by other means, such as its certificate.
    External,
    /// Any other; what it says, you know.
    Other {
        /// Its name.
        name: ShortStr<'a>,
        /// Its first response.
        response: &'a [u8],
    },
}

impl<'a> Login<'a> {
    /// What a [`Client`](super::Client) can do, as an entry of `client_properties`.
    ///
    /// RabbitMQ tells of blocked connections, of consumers that end, and of logins that are refused, only to clients that
    /// say so here.
    pub const CAPABILITIES: crate::amqp::Entry<'static> = capabilities::ENTRY;

    /// By this mechanism.
    pub const fn new(mechanism: Mechanism<'a>) -> Self {
        Self { mechanism, client_properties: capabilities::PROPERTIES, locale: ShortStr::new(b"en_US") }
    }

    /// By user name and password, with the mechanism PLAIN.
    pub const fn plain(user_name: &'a str, password: &'a str) -> Self {
        Self::new(Mechanism::Plain(Credentials { user_name, password }))
    }

    /// By what the server knows already, with the mechanism EXTERNAL.
    pub const fn external() -> Self {
        Self::new(Mechanism::External)
    }
}

impl Mechanism<'_> {
    /// Its name.
    pub const fn name(&self) -> ShortStr<'_> {
        match self {
            Self::Plain(_) => ShortStr::new(b"PLAIN"),
            Self::AmqPlain(_) => ShortStr::new(b"AMQPLAIN"),
            Self::External => ShortStr::new(b"EXTERNAL"),
            Self::Other { name, .. } => *name,
        }
    }

    fn response_len(&self) -> Result<usize, EncodeError> {
        match self {
            Self::Plain(credentials) => credentials.measure_plain(),
            Self::AmqPlain(credentials) => credentials.measure_amqplain(),
            Self::External => Ok(0),
            Self::Other { response, .. } => Ok(response.len()),
        }
    }

    fn put_response(&self, out: &mut Writer<'_>) {
        match self {
            Self::Plain(credentials) => credentials.put_plain(out),
            Self::AmqPlain(credentials) => credentials.put_amqplain(out),
            Self::External => {}
            Self::Other { response, .. } => out.put(response),
        }
    }
}

/// The arguments of connection.start-ok, whose response is put together where it is sent: nobody else keeps a password.
impl Arguments for Login<'_> {
    const ID: MethodId = MethodId::ConnectionStartOk;

    fn measure(&self) -> Result<usize, EncodeError> {
        let mut sum = Sum::default();
        self.client_properties.sum(&mut sum)?;
        self.mechanism.name().sum(&mut sum)?;
        self.locale.sum(&mut sum)?;
        Ok(sum.len.saturating_add(4).saturating_add(self.mechanism.response_len()?))
    }

    fn put(&self, out: Writer<'_>) {
        let mut out = Put::new(out);
        self.client_properties.put(&mut out);
        self.mechanism.name().put(&mut out);
        out.put_counted(|out| self.mechanism.put_response(out));
        self.locale.put(&mut out);
        out.end();
    }
}
