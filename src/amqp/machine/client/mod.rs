//! A client's end.

mod calls;
mod login;
mod receive;

use super::channel::{Growing, Slots};
use super::error::SendError;
use super::line::Line;
use super::{Config, State};
pub use login::{Login, Mechanism};

use crate::amqp::encode;
use crate::amqp::{Frame, MethodId, ProtocolHeader, Session, ShortStr, connection};
use crate::{Instant, Output};

/// A client's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::amqp::{Assembler, Client, Config, Event, Login, Session, basic, queue};
///
/// fn on_bytes(
///     client: &mut Client,
///     messages: &mut Assembler,
///     mut input: &[u8],
///     out: &mut Vec<u8>,
/// ) -> Result<usize, Box<dyn std::error::Error>> {
///     let (now, given) = (Instant::ZERO, input.len());
///     while let Some((event, used)) = client.receive(now, input, out)? {
///         input = &input[used..];
///         if let Some(whole) = messages.event(&event)? {
///             println!("{}: {} bytes", whole.method, whole.body.len());
///             if let Some(tag) = whole.tag {
///                 client.ack(now, tag, false, out)?;
///             }
///         }
///         match event {
///             Event::Start(_) => client.login(now, &Login::plain("guest", "guest"), out)?,
///             Event::Tune(_) => client.open(now, "/", out)?,
///             Event::Connected => {
///                 // Set up as straight lines: answers come in the same order.
///                 let channel = client.open_channel(now, out)?;
///                 client.call(now, channel, basic::Qos::prefetch(10), out)?;
///                 client.call(now, channel, queue::Declare::new("orders"), out)?;
///                 client.call(now, channel, basic::Consume::of("orders"), out)?;
///             }
///             _ => {}
///         }
///     }
///     Ok(given - input.len())
/// }
///
/// let (mut client, mut out) = (Client::new(Config::default(), Session::new()), Vec::new());
/// client.start(Instant::ZERO, &mut out)?;
/// assert_eq!(out, b"AMQP\0\0\x09\x01");
/// # on_bytes(&mut client, &mut Assembler::default(), &[], &mut out)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client<S = Growing> {
    pub(super) line: Line<S>,
}

impl<S: Slots> Client<S> {
    /// A client that has sent nothing yet.
    pub const fn new(config: Config, session: Session<S>) -> Self {
        Self { line: Line::new(config, session, Instant::ZERO) }
    }

    // --- the handshake -------------------------------------------------------------------------------------------

    /// Sends the protocol header. [`Start`](crate::amqp::Event::Start) answers it.
    pub fn start(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::New {
            return Err(SendError::NotConnected);
        }
        Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1).encode(0, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionStart);
        self.line.last_received = now;
        self.line.last_sent = now;
        Ok(())
    }

    /// Answers [`Start`](crate::amqp::Event::Start). [`Secure`](crate::amqp::Event::Secure) or
    /// [`Tune`](crate::amqp::Event::Tune) comes next; or the server closes the connection.
    pub fn login(&mut self, now: Instant, login: &Login<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::Asked(MethodId::ConnectionStart) {
            return Err(SendError::NotConnected);
        }
        encode::method(0, login, self.line.frame_max, out)?;
        self.line.last_sent = now;
        self.line.state = State::Awaits(MethodId::ConnectionTune);
        Ok(())
    }

    /// Answers [`Secure`](crate::amqp::Event::Secure).
    pub fn respond(&mut self, now: Instant, response: &[u8], out: &mut impl Output) -> Result<(), SendError> {
        let secure_ok = connection::SecureOk { response };
        self.line.about_connection(now, &[State::Asked(MethodId::ConnectionSecure)], secure_ok, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionTune);
        Ok(())
    }

    /// Answers [`Tune`](crate::amqp::Event::Tune): settles the limits, and opens the virtual host.
    /// [`Connected`](crate::amqp::Event::Connected) comes next.
    pub fn open<'s>(
        &mut self,
        now: Instant,
        virtual_host: impl Into<ShortStr<'s>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let line = &mut self.line;
        if line.state != State::Asked(MethodId::ConnectionTune) {
            return Err(SendError::NotConnected);
        }
        let tune_ok =
            connection::TuneOk { channel_max: line.channel_max, frame_max: line.frame_max, heartbeat: line.heartbeat };
        let open = connection::Open { virtual_host: virtual_host.into() };
        line.both(now, [Frame::Method(0, tune_ok.into()), Frame::Method(0, open.into())], out)?;
        line.state = State::Awaits(MethodId::ConnectionOpenOk);
        Ok(())
    }

    /// Sends a new secret, such as a token; [`SecretUpdated`](crate::amqp::Event::SecretUpdated) answers it. (RabbitMQ)
    pub fn update_secret<'s>(
        &mut self,
        now: Instant,
        new_secret: &[u8],
        reason: impl Into<ShortStr<'s>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.about_connection(
            now,
            &[State::Open],
            connection::UpdateSecret { new_secret, reason: reason.into() },
            out,
        )
    }
}
