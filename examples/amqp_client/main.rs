//! An AMQP client over `std::net`: declares and binds, publishes with confirms, consumes and acknowledges.
//!
//! ```text
//! amqp_client exchange orders topic
//! amqp_client queue kitchen --arg x-message-ttl=60000 --arg x-dead-letter-exchange=late
//! amqp_client bind orders kitchen 'orders.#'
//! amqp_client publish orders orders.new 'two pizzas' --header table=7 --sign secret
//! amqp_client consume kitchen --prefetch 10 --verify secret
//! ```
//!
//! `amqp_client` alone says what else there is. A connection that is lost is made again, and what was not confirmed is
//! published again.
//!
//! Where to begin: this file has the loop, and `publish.rs` and `consume.rs` what is done in it.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "an example, for people")]

mod args;
mod consume;
mod publish;
mod set_up;
mod signature;

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant as Clock};

use args::{Args, Command, USAGE};
use consume::Consuming;
use fourwire::Instant;
use fourwire::amqp::{Client, Config, Entry, Event, Login, ReplyCode, Session, Table, Value};
use publish::Publishing;
use set_up::SettingUp;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What the client is here for.
trait Work {
    /// The connection is made, for the first time or again.
    fn begin(&mut self, line: &mut Line) -> Result<()>;

    /// Something has happened. Whether all is done.
    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool>;

    /// All is done: whether it was a success.
    fn end(&self) -> bool {
        true
    }
}

fn main() -> ExitCode {
    let Some(args) = Args::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("amqp_client: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<bool> {
    let mut work: Box<dyn Work> = match &args.command {
        Command::SetUp(set_up) => Box::new(SettingUp::new(set_up)),
        Command::Publish(publish) => Box::new(Publishing::new(publish)),
        Command::Consume(consume) => Box::new(Consuming::new(consume)),
    };
    let mut socket = TcpStream::connect(&args.address)?;
    let mut line = Line::new(Session::new());
    let mut was_connected = false;
    while let Err(lost) = line.talk(&mut socket, args, work.as_mut())? {
        was_connected |= line.client.is_connected();
        if !was_connected {
            return Err(lost.into());
        }
        eprintln!("the connection is lost: {lost}");
        socket = loop {
            std::thread::sleep(Duration::from_millis(500));
            if let Ok(socket) = TcpStream::connect(&args.address) {
                break socket;
            }
        };
        // With the session, tags of the old connection are not taken for tags of the new one.
        line = Line::new(line.client.into_session());
    }
    Ok(work.end())
}

/// A client and its output.
struct Line {
    client: Client,
    out: Vec<u8>,
    started: Clock,
    /// Whether the server reads nothing of those that publish.
    blocked: bool,
    failed: Option<String>,
}

impl Line {
    fn new(session: Session) -> Self {
        let client = Client::new(Config::default(), session);
        Self { client, out: Vec::new(), started: Clock::now(), blocked: false, failed: None }
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    /// Talks until all is done; or, which is the inner error, until the connection is lost.
    fn talk(
        &mut self,
        socket: &mut TcpStream,
        args: &Args,
        work: &mut dyn Work,
    ) -> Result<std::result::Result<(), std::io::Error>> {
        self.client.start(self.now(), &mut self.out)?;
        // A frame must have room: `Config::frame_max` is 128 KiB.
        let (mut buffer, mut filled) = (vec![0; 1 << 18], 0);
        while !self.client.is_closed() {
            if let Err(lost) = socket.write_all(&self.out) {
                return Ok(Err(lost));
            }
            self.out.clear();

            // Read until there is something, or until something is due.
            let wait = self.client.deadline().map(|at| at.since(self.now()).max(Duration::from_millis(1)));
            socket.set_read_timeout(wait)?;
            match socket.read(&mut buffer[filled..]) {
                Ok(0) => return Ok(Err(ErrorKind::UnexpectedEof.into())),
                Ok(n) => filled += n,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(lost) => return Ok(Err(lost)),
            }
            if let Err(silent) = self.client.timeout(self.now(), &mut self.out) {
                return Ok(Err(std::io::Error::other(silent)));
            }

            let mut used = 0;
            loop {
                match self.client.receive(self.now(), &buffer[used..filled], &mut self.out) {
                    Ok(Some((event, len))) => {
                        used += len;
                        self.event(&event, args, work)?;
                    }
                    Ok(None) => break,
                    Err(error) => {
                        // The server is told why, if it still listens.
                        let _ = socket.write_all(&self.out);
                        return Err(error.into());
                    }
                }
            }
            buffer.copy_within(used..filled, 0);
            filled -= used;
        }
        socket.write_all(&self.out)?;
        self.failed.take().map_or(Ok(Ok(())), |why| Err(why.into()))
    }

    fn event(&mut self, event: &Event<'_>, args: &Args, work: &mut dyn Work) -> Result<()> {
        let now = self.now();
        match event {
            Event::VersionRefused(theirs) => self.failed = Some(format!("the server speaks {theirs:?}")),
            Event::Start(_) => {
                let who = [Entry::new("product", Value::text("fourwire's amqp_client")), Login::CAPABILITIES];
                let login = Login::plain(&args.user, &args.password);
                let login = Login { client_properties: Table::new(&who), ..login };
                self.client.login(now, &login, &mut self.out)?;
            }
            Event::Tune(_) => self.client.open(now, args.vhost.as_str(), &mut self.out)?,
            Event::Connected => work.begin(self)?,
            Event::Blocked(reason) => {
                eprintln!("the server reads nothing more for now: {reason}");
                self.blocked = true;
            }
            Event::Unblocked => {
                eprintln!("the server reads on");
                self.blocked = false;
            }
            Event::ChannelClosed(_, close) => self.fail(format!("the channel is closed: {}", close.reply_text))?,
            Event::Closed(close) => self.failed = Some(format!("the connection is closed: {}", close.reply_text)),
            _ => {}
        }
        // After the close was sent, what still comes is nobody's concern.
        if self.client.is_connected() && work.event(self, event)? {
            self.close()?;
        }
        Ok(())
    }

    fn fail(&mut self, why: String) -> Result<()> {
        self.failed = Some(why);
        self.close()
    }

    fn close(&mut self) -> Result<()> {
        Ok(self.client.close(self.now(), ReplyCode::Success, "bye", &mut self.out)?)
    }
}
