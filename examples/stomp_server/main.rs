//! A small STOMP broker on std threads, over TCP and WebSocket: queues in memory, topics, durable subscriptions,
//! transactions, the three ways to acknowledge.
//!
//! ```text
//! stomp_server [ADDRESS [WEBSOCKET-ADDRESS]]      (default 127.0.0.1:61613 127.0.0.1:15674; port 0 chooses one)
//! ```
//!
//! Log in as `guest` with the password `guest`. What is sent to `/queue/…` waits there until a subscriber takes it; what is
//! sent to `/topic/…` goes to all that subscribe to it then, and to those that did with `durable:true` and are away. A
//! subscriber says with `prefetch-count` how many messages it takes at once, and a NACK with `requeue:false` that it is not
//! to come again.
//!
//! For each connection one thread reads and one writes. The broker itself is a single thread, which has all machines and all
//! queues: so nothing is locked, a message reaches its subscribers at once, and between two events the thread sleeps.
//!
//! Where to begin: `connection.rs` is what one connection needs of the library. The other files are what any broker has,
//! whatever its protocol library.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "an example, for people")]

mod broker;
mod connection;
mod message;
mod queue;
mod socket;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::time::{Duration, Instant as Clock};

use broker::Broker;
use connection::Connection;
use fourwire::Instant;
use fourwire::stomp::Versions;
use socket::Written;

/// What the broker's thread is told about the connection of this number.
enum News {
    /// It is there, speaks one of these versions, and this is how to write to it.
    Connected(Versions, Sender<Written>),
    Received(Vec<u8>),
    Written(usize),
    Gone,
}

type Tell = SyncSender<(u64, News)>;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut listen = |default: &str| TcpListener::bind(args.next().unwrap_or_else(|| default.to_owned()));
    let (tcp, websocket) = (listen("127.0.0.1:61613")?, listen("127.0.0.1:15674")?);
    println!("listening on {}", tcp.local_addr()?);
    println!("listening for WebSocket on {}", websocket.local_addr()?);
    // If the broker is behind with its work, readers wait, and so do their clients.
    let (tell, news) = sync_channel(64);
    let hub = Hub { broker: Broker::default(), connections: BTreeMap::new(), started: Clock::now() };
    std::thread::spawn(move || hub.run(&news));
    let other = tell.clone();
    std::thread::spawn(move || accept(&websocket, true, &other));
    accept(&tcp, false, &tell);
    Ok(())
}

fn accept(listener: &TcpListener, is_websocket: bool, tell: &Tell) {
    // One listener has the even numbers, the other the odd ones.
    let numbers = (u64::from(is_websocket) + 1..).step_by(2);
    for (id, socket) in numbers.zip(listener.incoming()) {
        // Whoever is gone before we looked is not missed.
        if let Ok(socket) = socket {
            socket::serve(id, socket, is_websocket, tell.clone());
        }
    }
}

/// The broker's thread.
struct Hub {
    broker: Broker,
    connections: BTreeMap<u64, Connection>,
    started: Clock,
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
    fn deadline(&self) -> Option<Instant> {
        self.connections.values().filter_map(|connection| connection.server.deadline()).min()
    }

    fn hear(&mut self, id: u64, news: News) {
        let now = self.now();
        match (news, self.connections.get_mut(&id)) {
            (News::Connected(versions, writer), _) => {
                self.connections.insert(id, Connection::new(id, now, versions, writer));
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
        let connections = &mut self.connections;
        for queue in self.broker.queues() {
            queue.deliver(|(id, subscription), name, stored| {
                connections.get_mut(&id).is_some_and(|connection| connection.deliver(now, subscription, name, stored))
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
