//! AMQP: a message goes to a server with one queue, is delivered, and is confirmed and acknowledged.

use core::fmt;

use fourwire::amqp::{
    Channel, Client, Config, Credentials, DeliveryTag, EncodeError, Error, Event, Login, Method, Properties, ReplyCode,
    Request, SendError, Server, Session, Slot, basic, confirm, connection, queue,
};
use fourwire::{Instant, SliceOutput};

use crate::board::say;
use crate::wire::Wire;

const NOW: Instant = Instant::ZERO;
const BODY: &[u8] = b"21.5";

pub fn run() -> Result<(), Failure> {
    let mut client = Client::new(Config::default(), Session::with_slots([Slot::EMPTY]));
    let mut broker = Broker::new();
    let (mut up, mut down) = (Wire::EMPTY, Wire::EMPTY);
    let (mut delivered, mut came_back, mut confirmed) = (None, false, false);

    up.send(|out| client.start(NOW, out))?;
    while !client.is_closed() {
        if up.is_empty() {
            return Err(Failure::Stuck);
        }
        broker.poll(&mut up, &mut down)?;
        while let Some((event, used)) = up.send(|out| client.receive(NOW, down.received(), out))? {
            match event {
                Event::Start(_) => up.send(|out| client.login(NOW, &Login::plain("bare", "secret"), out))?,
                Event::Tune(_) => up.send(|out| client.open(NOW, "/", out))?,
                Event::Connected => set_up(&mut client, &mut up)?,
                Event::Deliver(tag, _) => delivered = Some(tag),
                Event::Body(_, bytes, 0) => {
                    came_back = bytes == BODY;
                    let tag: DeliveryTag = delivered.take().ok_or(Failure::Lost)?;
                    up.send(|out| client.ack(NOW, tag, false, out))?;
                }
                Event::Confirmed(_, settled) => {
                    say!("client: message {} is confirmed", settled.last);
                    confirmed = true;
                    up.send(|out| client.close(NOW, ReplyCode::Success, "done", out))?;
                }
                _ => {}
            }
            down.take(used);
        }
    }
    if came_back && confirmed && broker.acknowledged { Ok(()) } else { Err(Failure::Lost) }
}

fn set_up(client: &mut Client<[Slot; 1]>, up: &mut Wire) -> Result<(), Failure> {
    up.send(|out| {
        let channel = client.open_channel(NOW, out)?;
        client.call(NOW, channel, queue::Declare::new("home"), out)?;
        client.call(NOW, channel, basic::Consume::of("home"), out)?;
        client.call(NOW, channel, confirm::Select::default(), out)?;
        client.publish(NOW, channel, &basic::Publish::to("", "home"), Properties::EMPTY, BODY, out)
    })?;
    Ok(())
}

/// A server with one queue, of which somebody consumes before anything is published.
struct Broker {
    server: Server<[Slot; 1]>,
    consumer: Option<Channel>,
    /// The number of the message that comes.
    number: Option<u64>,
    acknowledged: bool,
}

impl Broker {
    fn new() -> Self {
        let server = Server::new(NOW, Config::default(), Session::with_slots([Slot::EMPTY]));
        Self { server, consumer: None, number: None, acknowledged: false }
    }

    /// Takes all that has come up, and sends the answers down.
    fn poll(&mut self, up: &mut Wire, down: &mut Wire) -> Result<(), Failure> {
        while let Some((request, used)) = down.send(|out| self.server.receive(NOW, up.received(), out))? {
            down.send(|out| self.answer(request, out))?;
            up.take(used);
        }
        Ok(())
    }

    fn answer(&mut self, request: Request<'_>, out: &mut SliceOutput<'_>) -> Result<(), SendError> {
        let server = &mut self.server;
        match request {
            Request::Hello => {
                let start = connection::Start { mechanisms: b"PLAIN", ..server.introduction() };
                server.start(NOW, &start, out)
            }
            Request::Login(start_ok) => match Credentials::from_start_ok(&start_ok) {
                Some(Credentials { user_name: "bare", password: "secret" }) => server.tune(NOW, out),
                _ => server.close(NOW, ReplyCode::AccessRefused, "who?", out),
            },
            Request::Open(virtual_host) => {
                say!("broker: opens {virtual_host}");
                server.accept(NOW, out)
            }
            Request::Call(channel, Method::QueueDeclare(declare)) => {
                say!("broker: has a queue, {}", declare.queue);
                let declare_ok = queue::DeclareOk { queue: declare.queue, ..Default::default() };
                server.answer(NOW, channel, declare_ok, out)
            }
            Request::Call(channel, Method::BasicConsume(_)) => {
                self.consumer = Some(channel);
                server.answer(NOW, channel, basic::ConsumeOk { consumer_tag: "one".into() }, out)
            }
            Request::Call(channel, Method::ConfirmSelect(_)) => server.answer(NOW, channel, confirm::SelectOk {}, out),
            Request::Publish(_, _, number) => {
                self.number = number;
                Ok(())
            }
            Request::Body(channel, body, 0) => {
                say!("broker: has {} bytes", body.len());
                if let Some(consumer) = self.consumer {
                    let deliver = basic::Deliver { consumer_tag: "one".into(), ..Default::default() };
                    server.deliver(NOW, consumer, &deliver, false, Properties::EMPTY, body, out)?;
                }
                match self.number.take() {
                    Some(number) => server.confirm(NOW, channel, number, false, out),
                    None => Ok(()),
                }
            }
            Request::Acknowledged(_, settled) => {
                say!("broker: message {} is acknowledged", settled.last);
                self.acknowledged = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// What can go wrong.
pub enum Failure {
    Encode(EncodeError),
    Send(SendError),
    Receive(Error),
    /// Both ends wait for each other.
    Stuck,
    /// The message did not come back, or was not confirmed or acknowledged.
    Lost,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::Send(error) => error.fmt(f),
            Self::Receive(error) => error.fmt(f),
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

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Receive(error)
    }
}
