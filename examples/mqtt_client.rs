//! An MQTT client over `std::net`: publishes a message, or subscribes and prints what comes.
//!
//! ```text
//! mqtt_client [--url mqtt://user:password@host:port] [--v3] [--id ID] [--qos N] [--session FILE]
//!             subscribe FILTER [--count N] | publish TOPIC MESSAGE [--retain]
//! ```
//!
//! With `--session FILE` the session goes on where it stopped, in this process or an earlier one: the file holds the
//! session's state and, for messages in flight, their bodies.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

#[path = "support/args.rs"]
mod args;

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant as Clock};

use args::{Args, Command};
use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, Disconnect, Event, Growing, Message, Outbox, Properties, Property, Publish, Session,
    Subscription, Version,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let args = Args::from_env()?;
    let mut socket = TcpStream::connect(&args.address)?;
    let mut run = Run::new(&args)?;
    run.connect(&args)?;
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

        let used = run.receive(buffer.get(..filled).unwrap_or_default(), &args)?;
        buffer.copy_within(used..filled, 0);
        filled -= used;
    }
    socket.write_all(&run.out)?;
    run.save(&args)
}

/// A client, and what it needs from one event to the next.
struct Run {
    client: Client,
    outbox: Outbox,
    out: Vec<u8>,
    started: Clock,
    left: usize,
}

impl Run {
    fn new(args: &Args) -> Result<Self> {
        let session = match args.session.as_ref().map(std::fs::read) {
            Some(Ok(saved)) => Session::restore(&saved, Growing::default())?,
            _ => Session::new(),
        };
        let client = Client::new(Config::default(), session);
        Ok(Self { client, outbox: Outbox::new(), out: Vec::new(), started: Clock::now(), left: args.count })
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    fn connect(&mut self, args: &Args) -> Result<()> {
        let keep_the_session = [Property::SessionExpiryInterval(3600)];
        let keep = args.session.is_some();
        let connect = Connect {
            version: args.version,
            client_id: &args.client_id,
            // Before 5.0 a clean session is also one that ends with the connection.
            clean_start: !keep || args.version == Version::V5 && !self.client.session().is_established(),
            keep_alive: 30,
            properties: match keep && args.version == Version::V5 {
                true => Properties::new(&keep_the_session),
                false => Properties::EMPTY,
            },
            user_name: args.user.as_deref(),
            password: args.password.as_deref().map(str::as_bytes),
            ..Connect::default()
        };
        Ok(self.client.connect(self.now(), &connect, &mut self.out)?)
    }

    /// Takes all packets that are there, and says how many bytes they were.
    fn receive(&mut self, input: &[u8], args: &Args) -> Result<usize> {
        let (now, mut used) = (self.now(), 0);
        while let Some((event, n)) = self.client.receive(now, input.get(used..).unwrap_or_default(), &mut self.out)? {
            used += n;
            match event {
                Event::Connected(connack) => {
                    println!("connected{}", if connack.session_present { ", session present" } else { "" });
                    self.outbox.connected(connack.session_present);
                    self.start(args)?;
                }
                Event::Refused(connack) => return Err(format!("refused: {}", connack.reason_code).into()),
                Event::Subscribed(suback) => {
                    let codes: Vec<_> = suback.reason_codes.iter().map(|code| code.name()).collect();
                    println!("subscribed: {}", codes.join(", "));
                }
                Event::Publish(publish, _) => {
                    println!("{}: {}", publish.topic, String::from_utf8_lossy(publish.payload));
                    self.left = self.left.saturating_sub(1);
                    if self.left == 0 {
                        self.client.disconnect(now, &Disconnect::default(), &mut self.out)?;
                    }
                }
                Event::Received(ack) => self.outbox.settle(ack.packet_id),
                Event::Published(ack) => {
                    println!("published: {}", ack.reason_code);
                    self.outbox.settle(ack.packet_id);
                }
                Event::Disconnected(disconnect) => {
                    return Err(format!("disconnected: {}", disconnect.reason_code).into());
                }
                _ => {}
            }
            if self.client.is_connected() {
                self.outbox.send(now, &mut self.client, &mut self.out)?;
                let all_sent = self.outbox.waiting() == 0 && self.client.session().in_flight_count() == 0;
                if matches!(args.command, Command::Publish { .. }) && all_sent {
                    self.client.disconnect(now, &Disconnect::default(), &mut self.out)?;
                }
            }
        }
        Ok(used)
    }

    /// What is to be done once the connection is made.
    fn start(&mut self, args: &Args) -> Result<()> {
        let now = self.now();
        match &args.command {
            Command::Subscribe { filter } => {
                self.client.subscribe(now, &[Subscription::new(filter, args.qos)], &mut self.out)?;
            }
            Command::Publish { topic, message, retain } => {
                let publish = Publish { retain: *retain, ..Publish::new(topic, message.as_bytes()) };
                self.outbox.push(Message::new(&publish.with_qos(args.qos))?);
            }
        }
        Ok(())
    }

    fn save(self, args: &Args) -> Result<()> {
        let now = self.now();
        let session = self.client.into_session(now);
        if let Some(file) = &args.session {
            let mut saved = Vec::new();
            session.save(&mut saved)?;
            std::fs::write(file, saved)?;
        }
        Ok(())
    }
}
