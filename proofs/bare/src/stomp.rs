//! STOMP: a message goes to a server with one queue, is delivered, and is acknowledged. The machines of STOMP need an
//! allocator; both ends here are of the codec alone.

use core::fmt;

use fourwire::stomp::{Command, DecodeError, Decoder, EncodeError, Frame, Header, Limits, Unit, Version};

use crate::board::say;
use crate::wire::Wire;

const BODY: &[u8] = b"21.5";
/// A colon, which is escaped on the wire.
const QUEUE: &str = "/queue/home:kitchen";

pub fn run() -> Result<(), Failure> {
    let (mut up, mut down) = (Wire::EMPTY, Wire::EMPTY);
    let mut decoder = Decoder::new(None);
    let mut broker = Broker::new();
    let (mut came_back, mut is_closed) = (false, false);

    let connect = [Header::new("accept-version", "1.2"), Header::new("host", "/")];
    send(&mut up, None, Command::Connect, &connect, b"")?;
    while !is_closed {
        if up.is_empty() {
            return Err(Failure::Stuck);
        }
        broker.poll(&mut up, &mut down)?;
        while let Some((unit, used)) = decoder.decode(down.received())? {
            let Unit::Frame(frame) = unit else { return Err(Failure::Lost) };
            match frame.command {
                Command::Connected => set_up(&mut up, decoder.version())?,
                Command::Message => {
                    came_back = frame.body == BODY && frame.get("destination").is_some_and(|queue| queue == QUEUE);
                    let ack = [Header::new("id", frame.get("ack").unwrap_or_default())];
                    send(&mut up, decoder.version(), Command::Ack, &ack, b"")?;
                    let disconnect = [Header::new("receipt", "last")];
                    send(&mut up, decoder.version(), Command::Disconnect, &disconnect, b"")?;
                }
                Command::Receipt => is_closed = frame.get("receipt-id").is_some_and(|receipt| receipt == "last"),
                _ => return Err(Failure::Lost),
            }
            down.take(used);
        }
    }
    if came_back && broker.acknowledged { Ok(()) } else { Err(Failure::Lost) }
}

fn set_up(up: &mut Wire, version: Option<Version>) -> Result<(), EncodeError> {
    let queue = Header::new("destination", QUEUE);
    let subscribe = [Header::new("id", "0"), queue, Header::new("ack", "client")];
    send(up, version, Command::Subscribe, &subscribe, b"")?;
    send(up, version, Command::Send, &[queue], BODY)
}

fn send(
    wire: &mut Wire,
    version: Option<Version>,
    command: Command,
    headers: &[Header<'_>],
    body: &[u8],
) -> Result<(), EncodeError> {
    wire.send(|out| Frame { body, ..Frame::new(command, headers) }.encode(version, out))
}

/// A server with one queue, to which somebody has subscribed before anything is sent.
struct Broker {
    decoder: Decoder,
    acknowledged: bool,
}

impl Broker {
    fn new() -> Self {
        Self { decoder: Decoder::with_limits(None, Limits::BEFORE_CONNECT), acknowledged: false }
    }

    /// Takes all that has come up, and sends the answers down.
    fn poll(&mut self, up: &mut Wire, down: &mut Wire) -> Result<(), Failure> {
        while let Some((unit, used)) = self.decoder.decode(up.received())? {
            if let Unit::Frame(frame) = unit {
                self.answer(&frame, down)?;
            }
            up.take(used);
        }
        Ok(())
    }

    fn answer(&mut self, frame: &Frame<'_>, down: &mut Wire) -> Result<(), Failure> {
        let text = |name| frame.get(name).unwrap_or_default();
        match frame.command {
            Command::Connect => {
                let version = Version::from_name(text("accept-version").raw());
                let connected = [Header::new("version", text("accept-version"))];
                send(down, None, Command::Connected, &connected, b"")?;
                self.decoder.set_version(version);
            }
            Command::Subscribe => say!("broker: has a queue, {}", text("destination")),
            Command::Send => {
                say!("broker: has {} bytes", frame.body.len());
                let message = [
                    Header::new("destination", text("destination")),
                    Header::new("subscription", "0"),
                    Header::new("message-id", "7"),
                    Header::new("ack", "7"),
                ];
                send(down, self.decoder.version(), Command::Message, &message, frame.body)?;
            }
            Command::Ack => {
                say!("broker: message {} is acknowledged", text("id"));
                self.acknowledged = true;
            }
            Command::Disconnect => {
                let receipt = [Header::new("receipt-id", text("receipt"))];
                send(down, self.decoder.version(), Command::Receipt, &receipt, b"")?;
            }
            _ => return Err(Failure::Lost),
        }
        Ok(())
    }
}

/// What can go wrong.
pub enum Failure {
    Encode(EncodeError),
    Decode(DecodeError),
    /// Both ends wait for each other.
    Stuck,
    /// The message did not come back, or was not acknowledged.
    Lost,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Stuck => f.write_str("both ends wait for each other"),
            Self::Lost => f.write_str("the message was lost"),
        }
    }
}

impl From<EncodeError> for Failure {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}
