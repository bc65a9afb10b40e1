//! A small AMQP broker on std threads: exchanges of all four kinds, queues in memory, consumers with prefetch windows,
//! confirms, returns, transactions, dead letters.
//!
//! ```text
//! amqp_server [ADDRESS]        (default 127.0.0.1:5672; port 0 chooses one)
//! ```
//!
//! Log in as `guest` with the password `guest`. For each connection one thread reads and one writes. The broker itself is
//! a single thread, which has all machines and all queues: so nothing is locked, a message reaches its consumers at once,
//! and between two events the thread sleeps.
//!
//! Where to begin: `connection.rs` is what one connection needs of the library, `calls.rs` has an arm for each method.
//! The other files are what any broker has, whatever its protocol library.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "an example, for people"
)]

mod broker;
mod calls;
mod connection;
mod exchange;
mod message;
mod queue;
mod refusal;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant as Clock};

use broker::Broker;
use bytes::Buf;
use connection::Connection;
use fourwire::{Gather, Instant};

/// What the broker's thread is told about the connection of this number.
enum News {
    Connected(TcpStream),
    Received(Vec<u8>),
    Written(usize),
    Gone,
}

type Tell = SyncSender<(u64, News)>;

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:5672".to_owned());
    let listener = TcpListener::bind(&address)?;
    println!("listening on {}", listener.local_addr()?);
    // If the broker is behind with its work, readers wait, and so do their clients.
    let (tell, news) = sync_channel(64);
    let hub = Hub { broker: Broker::new(), connections: BTreeMap::new(), started: Clock::now(), tell: tell.clone() };
    std::thread::spawn(move || hub.run(&news));
    for (id, socket) in (1..).zip(listener.incoming()) {
        // Whoever is gone before we looked is not missed.
        if let Ok(socket) = socket {
            let _ = tell.send((id, News::Connected(socket)));
        }
    }
    Ok(())
}

/// The broker's thread.
struct Hub {
    broker: Broker,
    connections: BTreeMap<u64, Connection>,
    started: Clock,
    tell: Tell,
}

impl Hub {
    fn run(mut self, news: &Receiver<(u64, News)>) {
        loop {
            let wait = self.deadline().map_or(Duration::MAX, |at| at.since(self.now()));
            let first = news.recv_timeout(wait.min(Duration::from_secs(60))).ok();
            for (id, news) in first.into_iter().chain(news.try_iter()).take(64) {
                self.hear(id, news);
            }
            self.turn();
        }
    }

    fn now(&self) -> Instant {
        Instant::from_elapsed(self.started.elapsed())
    }

    /// When something is to be done, if nothing happens before.
    fn deadline(&mut self) -> Option<Instant> {
        let machines = self.connections.values().filter_map(|connection| connection.server.deadline()).min();
        let messages = self.broker.queues().filter_map(|queue| queue.expires()).min();
        [machines, messages].into_iter().flatten().min()
    }

    fn hear(&mut self, id: u64, news: News) {
        let now = self.now();
        match (news, self.connections.get_mut(&id)) {
            (News::Connected(socket), _) => {
                if let Ok(connection) = connect(id, now, socket, &self.tell) {
                    self.connections.insert(id, connection);
                }
            }
            (News::Received(bytes), Some(connection)) => connection.receive(now, &mut self.broker, &bytes),
            (News::Written(len), Some(connection)) => connection.written(len),
            (News::Gone, Some(_)) => self.end(id),
            (_, None) => {}
        }
    }

    /// What is to be done after something has happened: for all, since one client's message is another's delivery.
    fn turn(&mut self) {
        let now = self.now();
        let over = self.connections.iter_mut().filter_map(|(id, connection)| (!connection.timeout(now)).then_some(*id));
        for id in over.collect::<Vec<_>>() {
            self.end(id);
        }
        self.broker.expire(now);
        for (id, consumer) in std::mem::take(&mut self.broker.cancelled) {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.cancelled(now, consumer);
            }
        }
        let connections = &mut self.connections;
        for queue in self.broker.queues() {
            queue.deliver(|(id, consumer), name, stored| {
                connections.get_mut(&id).is_some_and(|connection| connection.deliver(now, consumer, name, stored))
            });
        }
        self.connections.values_mut().for_each(Connection::write);
    }

    fn end(&mut self, id: u64) {
        if let Some(connection) = self.connections.remove(&id) {
            connection.end(&mut self.broker);
            println!("connection {id}: over");
        }
    }
}

/// Begins to read and to write.
fn connect(id: u64, now: Instant, socket: TcpStream, tell: &Tell) -> std::io::Result<Connection> {
    socket.set_nodelay(true)?;
    // Whoever takes nothing for so long is gone.
    socket.set_write_timeout(Some(Duration::from_secs(30)))?;
    let (reading, writing) = (socket.try_clone()?, socket);
    let (writer, output) = channel();
    let (reader_tells, writer_tells) = (tell.clone(), tell.clone());
    std::thread::spawn(move || read(id, reading, &reader_tells));
    std::thread::spawn(move || write(id, writing, &output, &writer_tells));
    Ok(Connection::new(id, now, writer))
}

fn read(id: u64, mut socket: TcpStream, tell: &Tell) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(len @ 1..) = socket.read(&mut buffer) {
        let _ = tell.send((id, News::Received(buffer[..len].to_vec())));
    }
    let _ = tell.send((id, News::Gone));
}

/// Writes until the connection is over, and nothing is left.
fn write(id: u64, mut socket: TcpStream, output: &Receiver<Gather>, tell: &Tell) {
    for out in output {
        // A large body is written from where it is, for whichever consumer.
        if out.chunks().try_for_each(|chunk| socket.write_all(chunk)).is_err() {
            break;
        }
        let _ = tell.send((id, News::Written(out.remaining())));
    }
    let _ = socket.shutdown(Shutdown::Both);
}
