//! An AMQP client over `std::net`: publishes messages with confirms, or consumes with a prefetch count and acknowledges.
//!
//! ```text
//! amqp_client [--url amqp://user:password@host:port/vhost] declare EXCHANGE KIND QUEUE KEY
//! amqp_client [--url …] publish EXCHANGE KEY MESSAGE [--count N]
//! amqp_client [--url …] consume QUEUE [--count N]
//! ```
//!
//! `declare` makes a durable exchange of any kind and a durable queue, and binds them. `publish` sends persistent,
//! mandatory messages, and says what became of each. `consume` prints messages.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant as Clock};

use fourwire::Instant;
use fourwire::amqp::{
    BasicProperties, Channel, Client, Config, DeliveryTag, Entry, Event, Login, Method, ReplyCode, Session, ShortStr,
    Table, Value, basic, confirm, exchange, queue,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: amqp_client [--url amqp://user:password@host:port/vhost] \
                     declare EXCHANGE KIND QUEUE KEY | publish EXCHANGE KEY MESSAGE [--count N] | consume QUEUE [--count N]";

fn main() -> Result<()> {
    let args = Args::from_env().ok_or(USAGE)?;
    let mut socket = TcpStream::connect(&args.address)?;
    let mut run = Run { client: Client::new(Config::default(), Session::new()), ..Run::new(args) };
    run.client.start(run.now(), &mut run.out)?;
    let mut buffer = vec![0; 1 << 20];
    let mut filled = 0;
    while !run.client.is_closed() {
        socket.write_all(&run.out)?;
        run.out.clear();

        // Read until there is something, or until something is due.
        let wait = run.client.deadline().map(|at| at.since(run.now()).max(Duration::from_millis(1)));
        socket.set_read_timeout(wait)?;
        let Some(room) = buffer.get_mut(filled..) else { break };
        match socket.read(room) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error.into()),
        }
        run.client.timeout(run.now(), &mut run.out)?;

        let used = run.receive(buffer.get(..filled).unwrap_or_default())?;
        buffer.copy_within(used..filled, 0);
        filled -= used;
    }
    socket.write_all(&run.out)?;
    run.failed.map_or(Ok(()), |why| Err(why.into()))
}

/// A client, and what it needs from one event to the next.
struct Run {
    args: Args,
    client: Client,
    out: Vec<u8>,
    started: Clock,
    /// What is still to be answered, confirmed or consumed.
    left: usize,
    /// The delivery whose body is coming.
    current: Option<(DeliveryTag, Vec<u8>)>,
    failed: Option<String>,
}

impl Run {
    fn new(args: Args) -> Self {
        let client = Client::new(Config::default(), Session::new());
        Self { args, client, out: Vec::new(), started: Clock::now(), left: 0, current: None, failed: None }
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    /// Takes what is there, and says how much of it was used.
    fn receive(&mut self, mut input: &[u8]) -> Result<usize> {
        let given = input.len();
        while let Some((event, used)) = self.client.receive(self.now(), input, &mut self.out)? {
            input = input.get(used..).unwrap_or_default();
            self.event(event)?;
        }
        Ok(given - input.len())
    }

    fn event(&mut self, event: Event<'_>) -> Result<()> {
        let now = self.now();
        match event {
            Event::Start(_) => {
                let who = [Entry::new("product", Value::text("fourwire's example")), Login::CAPABILITIES];
                let login = Login::plain(&self.args.user, &self.args.password);
                let login = Login { client_properties: Table::new(&who), ..login };
                self.client.login(now, &login, &mut self.out)?;
            }
            Event::Tune(_) => self.client.open(now, self.args.vhost.as_str().into(), &mut self.out)?,
            Event::Connected => self.begin()?,
            Event::Answer(channel, method) => self.answered(channel, &method)?,
            Event::Confirmed(_, settled) => {
                println!("{} to {} are confirmed", settled.first, settled.last);
                self.settled(settled.count)?;
            }
            Event::Refused(_, settled) => {
                self.failed = Some(format!("{} to {} are refused", settled.first, settled.last));
                self.settled(settled.count)?;
            }
            Event::Returned(_, returned) => println!("comes back: {}", returned.reply_text),
            Event::Deliver(tag, deliver) => {
                print!("{} {}: ", deliver.delivery_tag, deliver.routing_key);
                self.current = Some((tag, Vec::new()));
            }
            Event::Header(_, header) if header.body_size == 0 => self.delivered()?,
            Event::Body(_, bytes, remaining) => {
                if let Some((_, body)) = &mut self.current {
                    body.extend_from_slice(bytes);
                }
                if remaining == 0 {
                    self.delivered()?;
                }
            }
            Event::ChannelClosed(_, close) => {
                self.failed = Some(format!("the channel is closed: {}", close.reply_text));
                self.close()?;
            }
            Event::Closed(close) => self.failed = Some(format!("the connection is closed: {}", close.reply_text)),
            Event::Cancelled(_, tag) => self.failed = Some(format!("the queue of {tag} is gone")),
            _ => {}
        }
        Ok(())
    }

    /// Sets up as straight lines: the answers come in the same order.
    fn begin(&mut self) -> Result<()> {
        let (now, out) = (self.now(), &mut self.out);
        let client = &mut self.client;
        let channel = client.open_channel(now, out)?;
        match &self.args.command {
            Command::Declare { exchange, kind, queue, key } => {
                let (exchange, queue) = (ShortStr::from(exchange.as_str()), ShortStr::from(queue.as_str()));
                let kind = kind.as_str().into();
                let declare = exchange::Declare { exchange, kind, durable: true, ..Default::default() };
                client.call(now, channel, declare, out)?;
                client.call(now, channel, queue::Declare { queue, durable: true, ..Default::default() }, out)?;
                let bind = queue::Bind { queue, exchange, routing_key: key.as_str().into(), ..Default::default() };
                client.call(now, channel, bind, out)?;
                self.left = 3;
            }
            Command::Publish { exchange, key, message } => {
                client.call(now, channel, confirm::Select::default(), out)?;
                let properties = BasicProperties {
                    content_type: Some("text/plain".into()),
                    delivery_mode: Some(BasicProperties::PERSISTENT),
                    ..Default::default()
                };
                let publish = basic::Publish {
                    exchange: exchange.as_str().into(),
                    routing_key: key.as_str().into(),
                    mandatory: true,
                    ..Default::default()
                };
                self.left = self.args.count.max(1);
                for _ in 0..self.left {
                    client.publish(now, channel, &publish, (&properties).into(), message.as_bytes(), out)?;
                }
            }
            Command::Consume { queue } => {
                client.call(now, channel, basic::Qos { prefetch_count: 10, ..Default::default() }, out)?;
                let consume = basic::Consume { queue: queue.as_str().into(), ..Default::default() };
                client.call(now, channel, consume, out)?;
                self.left = self.args.count;
            }
        }
        Ok(())
    }

    fn answered(&mut self, _: Channel, method: &Method<'_>) -> Result<()> {
        if let Command::Declare { .. } = self.args.command {
            println!("{method}");
            return self.settled(1);
        }
        Ok(())
    }

    /// A message is whole: it is printed, and then acknowledged.
    fn delivered(&mut self) -> Result<()> {
        let Some((tag, body)) = self.current.take() else { return Ok(()) };
        println!("{}", String::from_utf8_lossy(&body));
        self.client.ack(self.now(), tag, false, &mut self.out)?;
        self.settled(1)
    }

    /// So many are done; with the last one the connection is closed.
    fn settled(&mut self, count: u32) -> Result<()> {
        if self.left > 0 {
            self.left = self.left.saturating_sub(count as usize);
            if self.left == 0 {
                self.close()?;
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        Ok(self.client.close(self.now(), ReplyCode::Success, "bye".into(), &mut self.out)?)
    }
}

struct Args {
    address: String,
    user: String,
    password: String,
    vhost: String,
    /// How many messages; 0 is for ever.
    count: usize,
    command: Command,
}

enum Command {
    Declare { exchange: String, kind: String, queue: String, key: String },
    Publish { exchange: String, key: String, message: String },
    Consume { queue: String },
}

impl Args {
    fn from_env() -> Option<Self> {
        let mut url = "amqp://guest:guest@127.0.0.1:5672/".to_owned();
        let (mut count, mut plain) = (0, Vec::new());
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--url" => url = words.next()?,
                "--count" => count = words.next()?.parse().ok()?,
                _ => plain.push(word),
            }
        }
        let (login, place) = url.strip_prefix("amqp://")?.rsplit_once('@').unwrap_or(("guest:guest", "127.0.0.1"));
        let (user, password) = login.split_once(':')?;
        let (host, vhost) = place.split_once('/').unwrap_or((place, ""));
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:5672") };
        let vhost = if vhost.is_empty() { "/" } else { vhost };
        let text = |at: usize| plain.get(at).cloned();
        let command = match (text(0)?.as_str(), plain.len()) {
            ("declare", 5) => Command::Declare { exchange: text(1)?, kind: text(2)?, queue: text(3)?, key: text(4)? },
            ("publish", 4) => Command::Publish { exchange: text(1)?, key: text(2)?, message: text(3)? },
            ("consume", 2) => Command::Consume { queue: text(1)? },
            _ => return None,
        };
        let (user, password, vhost) = (user.to_owned(), password.to_owned(), vhost.to_owned());
        Some(Self { address, user, password, vhost, count, command })
    }
}
