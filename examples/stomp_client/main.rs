//! A STOMP client over `std::net`: sends, with receipts or in transactions, and subscribes, acknowledges and forwards.
//!
//! ```text
//! stomp_client send /queue/orders 'two pizzas' --header persistent=true
//! stomp_client send /queue/orders 'two pizzas' --count 1000 --batch 100
//! stomp_client subscribe /queue/orders --ack client-individual --header prefetch-count=10
//! stomp_client subscribe /queue/orders --ack client --forward /queue/kitchen
//! ```
//!
//! `stomp_client` alone says what else there is. A connection that is lost is made again: then subscriptions are, too, and
//! what the server has not said that it has is sent again.
//!
//! Where to begin: this file has the loop, and `send.rs` and `subscribe.rs` what is done in it.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "an example, for people")]

mod args;
mod send;
mod subscribe;

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant as Clock};

use args::{Args, Command, USAGE};
use fourwire::Instant;
use fourwire::stomp::{Client, Config, Connect, Event, Frame, Headers, Limits, Session};
use send::Sending;
use subscribe::Subscribing;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What the client is here for.
trait Work {
    /// The connection is made, for the first time or again.
    fn begin(&mut self, line: &mut Line) -> Result<()>;

    /// Something has happened. Whether all is done.
    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool>;
}

fn main() -> ExitCode {
    let Some(args) = Args::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stomp_client: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let mut work: Box<dyn Work> = match &args.command {
        Command::Send(send) => Box::new(Sending::new(send)),
        Command::Subscribe(subscribe) => Box::new(Subscribing::new(subscribe)),
    };
    let mut socket = TcpStream::connect(&args.address)?;
    let mut line = Line::new(args, Session::new());
    let mut was_connected = false;
    while let Err(lost) = line.talk(&mut socket, args, work.as_mut())? {
        was_connected |= line.client.version().is_some();
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
        // With the session, deliveries and receipts of the old connection are not taken for those of the new one.
        line = Line::new(args, line.client.into_session());
    }
    Ok(())
}

/// A client and its output.
struct Line {
    client: Client,
    out: Vec<u8>,
    started: Clock,
    failed: Option<String>,
}

impl Line {
    fn new(args: &Args, session: Session) -> Self {
        let config = Config {
            limits: Limits { body: 1 << 27, ..Limits::default() },
            versions: args.versions,
            heart_beat: args.heart_beat,
            ..Config::default()
        };
        Self { client: Client::new(config, session), out: Vec::new(), started: Clock::now(), failed: None }
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
        let headers = args.headers.headers();
        let connect = Connect::to(args.vhost.as_str()).login(args.user.as_str(), args.password.as_str());
        self.client.connect(self.now(), &Connect { headers: Headers::new(&headers), ..connect }, &mut self.out)?;
        let (mut input, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        while !self.client.is_closed() {
            if let Err(lost) = socket.write_all(&self.out) {
                return Ok(Err(lost));
            }
            self.out.clear();

            // Read until there is something, or until something is due.
            let wait = self.client.deadline().map(|at| at.since(self.now()).max(Duration::from_millis(1)));
            socket.set_read_timeout(wait)?;
            match socket.read(&mut buffer) {
                Ok(0) => return Ok(Err(ErrorKind::UnexpectedEof.into())),
                Ok(n) => input.extend_from_slice(&buffer[..n]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(lost) => return Ok(Err(lost)),
            }

            let mut used = 0;
            while let Some((event, len)) = self.client.receive(self.now(), &input[used..], &mut self.out)? {
                used += len;
                self.event(&event, work)?;
            }
            input.drain(..used);

            if let Err(silent) = self.client.timeout(self.now(), &mut self.out) {
                return Ok(Err(std::io::Error::other(silent)));
            }
        }
        self.failed.take().map_or(Ok(Ok(())), |why| Err(why.into()))
    }

    fn event(&mut self, event: &Event<'_>, work: &mut dyn Work) -> Result<()> {
        match event {
            Event::Connected(_) => work.begin(self)?,
            Event::Error(frame, _) => {
                self.failed = Some(format!("the server says: {}", reason(frame)));
                // Servers of 1.0 may go on.
                if self.client.is_connected() {
                    self.client.disconnect(self.now(), &mut self.out)?;
                }
            }
            _ => {}
        }
        // After DISCONNECT was sent, what still comes is nobody's concern.
        if self.client.is_connected() && work.event(self, event)? {
            self.client.disconnect(self.now(), &mut self.out)?;
        }
        Ok(())
    }
}

/// What an ERROR says, in short and, if there is more of it, at length.
fn reason(frame: &Frame<'_>) -> String {
    let message = frame.get("message").unwrap_or_default().to_string();
    let body = String::from_utf8_lossy(frame.body);
    let mut lines: Vec<_> = message.lines().chain(body.lines()).filter(|line| !line.trim().is_empty()).collect();
    lines.dedup();
    lines.join(": ")
}
