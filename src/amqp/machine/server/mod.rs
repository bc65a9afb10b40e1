//! A server's end.

mod answers;
mod receive;

use super::capabilities;
use super::channel::{Growing, Slots};
use super::error::SendError;
use super::line::Line;
use super::{Config, State};
use crate::amqp::{Method, MethodId, Session, ShortStr, connection};
use crate::{Instant, Output};

/// A server's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::amqp::{Config, Request, Server, Session, connection};
///
/// let now = Instant::ZERO;
/// let (mut server, mut out) = (Server::new(now, Config::default(), Session::new()), Vec::new());
/// let (request, used) = server.receive(now, b"AMQP\0\0\x09\x01", &mut out)?.expect("a whole header");
/// assert_eq!((request, used), (Request::Hello, 8));
/// let start = connection::Start { mechanisms: b"PLAIN", locales: b"en_US", ..server.introduction() };
/// server.start(now, &start, &mut out)?;
/// assert_eq!(&out[..3], b"\x01\x00\x00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server<S = Growing> {
    pub(super) line: Line<S>,
}

impl<S: Slots> Server<S> {
    /// A server's end of a connection that was just opened.
    pub const fn new(now: Instant, config: Config, session: Session<S>) -> Self {
        Self { line: Line::new(config, session, now) }
    }

    // --- the handshake -------------------------------------------------------------------------------------------

    /// What `connection.start` says as a rule: that passwords are taken, and what a [`Server`](Self) can do, as far as it
    /// is the server's matter alone.
    pub const fn introduction(&self) -> connection::Start<'static> {
        connection::Start {
            version_major: 0,
            version_minor: 9,
            server_properties: capabilities::PROPERTIES,
            mechanisms: b"PLAIN AMQPLAIN",
            locales: b"en_US",
        }
    }

    /// Answers [`Hello`](crate::amqp::Request::Hello). [`Login`](crate::amqp::Request::Login) comes next.
    pub fn start(
        &mut self,
        now: Instant,
        start: &connection::Start<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.about_connection(now, &[State::Asked(MethodId::ConnectionStart)], *start, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionStartOk);
        Ok(())
    }

    /// Answers [`Login`](crate::amqp::Request::Login) or [`Response`](crate::amqp::Request::Response) with another
    /// challenge.
    pub fn secure(&mut self, now: Instant, challenge: &[u8], out: &mut impl Output) -> Result<(), SendError> {
        self.line.about_connection(now, &LOGGING_IN, connection::Secure { challenge }, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionSecureOk);
        Ok(())
    }

    /// Answers [`Login`](crate::amqp::Request::Login) or [`Response`](crate::amqp::Request::Response): the client is
    /// who it says. The limits are proposed that [`Config`] has.
    pub fn tune(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        let config = self.line.config;
        let channel_max = self.line.most_channels();
        let tune = connection::Tune { channel_max, frame_max: config.frame_max, heartbeat: config.heartbeat };
        self.line.about_connection(now, &LOGGING_IN, tune, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionTuneOk);
        Ok(())
    }

    /// Answers [`Open`](crate::amqp::Request::Open): the virtual host is the client's.
    pub fn accept(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        self.line.about_connection(now, &[State::Asked(MethodId::ConnectionOpen)], connection::OpenOk {}, out)?;
        self.line.opened(now);
        Ok(())
    }

    /// Tells a client that nothing is read of it for now, or that it is again. (RabbitMQ; only to clients that have the
    /// capability `connection.blocked`)
    pub fn block(
        &mut self,
        now: Instant,
        reason: Option<ShortStr<'_>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = match reason {
            Some(reason) => Method::from(connection::Blocked { reason }),
            None => connection::Unblocked {}.into(),
        };
        self.line.about_connection(now, &[State::Open], method, out)
    }

    /// Answers [`UpdateSecret`](crate::amqp::Request::UpdateSecret).
    pub fn secret_updated(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        self.line.about_connection(now, &[State::Open], connection::UpdateSecretOk {}, out)
    }
}

/// Where a login goes on or succeeds.
const LOGGING_IN: [State; 2] = [State::Asked(MethodId::ConnectionStartOk), State::Asked(MethodId::ConnectionSecureOk)];
