//! A small MQTT server over `std::net`: a thread for each connection, all QoS, retained messages, wills, sessions.
//!
//! ```text
//! mqtt_server [ADDRESS]        (default 127.0.0.1:1883; port 0 chooses one)
//! ```
//!
//! The library keeps each connection's protocol; what is left for a broker is here: who subscribes to what, what is
//! retained, and whose session waits for its client.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

#[path = "support/broker.rs"]
mod broker;

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Clock};

use broker::{Away, Broker, Incoming};
use fourwire::Instant;
use fourwire::mqtt::{
    Config, ConnAck, ConnectView, Disconnect, Outbox, PacketBuf, Properties, Property, Publish, ReasonCode,
    ReasonCodes, Request, Server, Session, SubAck, Subscribe, UnsubAck, Unsubscribe, Version,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Shared = Arc<Mutex<Broker>>;

fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:1883".to_owned());
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (shared, started) = (Shared::default(), Clock::now());
    let broker = Arc::clone(&shared);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let now = Instant::from_elapsed(started.elapsed());
            broker.lock().unwrap_or_else(PoisonError::into_inner).timeout(now);
        }
    });
    for socket in listener.incoming() {
        let (shared, socket) = (Arc::clone(&shared), socket?);
        std::thread::spawn(move || {
            let mut connection = Connection::new(shared, started);
            if let Err(error) = connection.serve(socket) {
                eprintln!("{}: {error}", connection.client_id);
            }
            connection.end();
        });
    }
    Ok(())
}

/// One client's connection.
struct Connection {
    shared: Shared,
    server: Server,
    outbox: Outbox,
    out: Vec<u8>,
    started: Clock,
    client_id: String,
    /// Messages from other connections, once the client is known; a closed channel means that it was taken over.
    incoming: Option<Receiver<Incoming>>,
    connect: Option<PacketBuf<Vec<u8>>>,
}

impl Connection {
    fn new(shared: Shared, started: Clock) -> Self {
        let now = Instant::from_elapsed(started.elapsed());
        let server = Server::new(now, Config::default(), Session::new());
        let (outbox, out, client_id) = (Outbox::new(), Vec::new(), String::new());
        Self { shared, server, outbox, out, started, client_id, incoming: None, connect: None }
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    fn broker(&self) -> std::sync::MutexGuard<'_, Broker> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&mut self, mut socket: TcpStream) -> Result<()> {
        // Short, so that messages of other connections do not wait long: a real server would poll.
        socket.set_read_timeout(Some(Duration::from_millis(10)))?;
        socket.set_nodelay(true)?;
        let (mut buffer, mut filled) = (vec![0; 1 << 20], 0);
        loop {
            socket.write_all(&self.out)?;
            self.out.clear();
            if self.server.is_closed() {
                return Ok(());
            }
            let Some(room) = buffer.get_mut(filled..) else { return Ok(()) };
            match socket.read(room) {
                Ok(0) => return Ok(()),
                Ok(n) => filled += n,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error.into()),
            }
            let result = self.take(buffer.get(..filled).unwrap_or_default());
            if result.is_err() {
                // The farewell is in the output.
                socket.write_all(&self.out)?;
            }
            let used = result?;
            buffer.copy_within(used..filled, 0);
            filled -= used;
        }
    }

    /// Takes all packets that are there, then what other connections sent.
    fn take(&mut self, input: &[u8]) -> Result<usize> {
        let (now, mut used) = (self.now(), 0);
        while let Some((request, n)) = self.server.receive(now, input.get(used..).unwrap_or_default(), &mut self.out)? {
            used += n;
            self.request(request)?;
        }
        self.server.timeout(now, &mut self.out)?;
        self.forward()?;
        Ok(used)
    }

    fn request(&mut self, request: Request<'_>) -> Result<()> {
        let now = self.now();
        match request {
            Request::Connect(connect) => self.connect(connect)?,
            Request::Publish(publish, _) => {
                let topic = self.server.topic(&publish).to_owned();
                let publish = Publish { topic: &topic, ..publish };
                self.broker().publish(&publish, &self.client_id)?;
            }
            Request::Subscribe(subscribe) => self.subscribe(&subscribe)?,
            Request::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe)?,
            Request::Published(ack) | Request::Received(ack) => self.outbox.settle(ack.packet_id),
            Request::Auth(_) => {
                let disconnect = Disconnect::with_reason(ReasonCode::BadAuthenticationMethod);
                self.server.disconnect(now, &disconnect, &mut self.out)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn connect(&mut self, view: ConnectView<'_>) -> Result<()> {
        let (connect, now) = (view.get(), self.now());
        if connect.properties.authentication_method().is_some() {
            let refusal = ConnAck::refuse(ReasonCode::BadAuthenticationMethod);
            return Ok(self.server.refuse(now, &refusal, &mut self.out)?);
        }
        self.connect = Some(PacketBuf::encode(connect.version, &view.into())?);
        let assigned = connect.client_id.is_empty();
        self.client_id = if assigned { self.broker().new_name() } else { connect.client_id.to_owned() };
        let (away, incoming) = loop {
            let arrived = self.broker().arrive(&self.client_id, connect.clean_start);
            match arrived {
                Some(arrived) => break arrived,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        self.incoming = Some(incoming);
        if let Some(Away { session, outbox, .. }) = away {
            self.server.with_session(session)?;
            self.outbox = outbox;
        }
        // What this small server leaves out, it says; before 5.0 there are no words for it.
        let says = [
            Property::SharedSubscriptionAvailable(false),
            Property::SubscriptionIdentifierAvailable(false),
            Property::AssignedClientIdentifier(&self.client_id),
        ];
        let says = match (connect.version, assigned) {
            (Version::V5, true) => &says[..],
            (Version::V5, false) => &says[..2],
            _ => &[],
        };
        let session_present = self.server.accept(now, Properties::new(says), &mut self.out)?;
        self.outbox.connected(session_present);
        Ok(())
    }

    fn subscribe(&mut self, subscribe: &Subscribe<'_>) -> Result<()> {
        let (now, mut codes) = (self.now(), Vec::new());
        for subscription in &subscribe.subscriptions {
            let retained = self.broker().subscribe(&self.client_id, &subscription);
            codes.push(ReasonCode::granted(subscription.qos));
            retained.into_iter().for_each(|message| self.outbox.push(message));
        }
        let suback = SubAck {
            packet_id: subscribe.packet_id,
            properties: Properties::EMPTY,
            reason_codes: ReasonCodes::new(&codes),
        };
        Ok(self.server.suback(now, &suback, &mut self.out)?)
    }

    fn unsubscribe(&mut self, unsubscribe: &Unsubscribe<'_>) -> Result<()> {
        let (now, mut codes) = (self.now(), Vec::new());
        for filter in &unsubscribe.filters {
            let existed = self.broker().unsubscribe(&self.client_id, filter);
            codes.push(if existed { ReasonCode::Success } else { ReasonCode::NoSubscriptionExisted });
        }
        let unsuback = UnsubAck {
            packet_id: unsubscribe.packet_id,
            properties: Properties::EMPTY,
            reason_codes: ReasonCodes::new(&codes),
        };
        Ok(self.server.unsuback(now, &unsuback, &mut self.out)?)
    }

    /// Sends on what other connections have for this client.
    fn forward(&mut self) -> Result<()> {
        let now = self.now();
        while let Some(incoming) = &self.incoming {
            match incoming.try_recv() {
                Ok(Incoming::Message(message)) => self.outbox.push(message),
                Ok(Incoming::TakenOver) | Err(TryRecvError::Disconnected) => {
                    let disconnect = Disconnect::with_reason(ReasonCode::SessionTakenOver);
                    self.server.disconnect(now, &disconnect, &mut self.out)?;
                    return Ok(());
                }
                Err(TryRecvError::Empty) => break,
            }
        }
        if self.server.is_connected() {
            self.outbox.send(now, &mut self.server, &mut self.out)?;
        }
        Ok(())
    }

    /// The connection is gone: the session waits, and a will may be due.
    fn end(self) {
        let now = self.now();
        let Some(incoming) = self.incoming else { return };
        let session = self.server.into_session(now);
        let away = Away { session, outbox: self.outbox, connect: self.connect };
        let mut broker = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        broker.leave(&self.client_id, away, incoming, now);
    }
}
