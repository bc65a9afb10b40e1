//! STOMP 1.0, 1.1 and 1.2.
//!
//! Three rungs: take the one that you need.
//!
//! | rung | types | for |
//! |---|---|---|
//! | codec | [`Decoder`], [`Unit`], [`Frame`], [`Headers`], [`FrameBuf`] | tools, proxies, machines of your own |
//! | connection | [`Client`] and its [`Event`]s, [`Server`] and its [`Request`]s | clients and brokers on any runtime, or on none |
//! | session | [`Session`] | that handles of an earlier connection are known for what they are |
//!
//! # A client and a server
//!
//! Both in one process, with nothing but two buffers between them. The client sends an order in a transaction and takes
//! it back from the queue; the server is a broker with one queue.
//!
//! ```
//! use std::collections::VecDeque;
//!
//! use fourwire::Instant;
//! use fourwire::stomp::{
//!     Accept, AckMode, Client, Config, Connect, Event, Farewell, Message, Outcome, Request, SendError, Server, Session,
//!     Subscribe, Subscription, With,
//! };
//!
//! /// The client: what it does with each event. Headers and bodies are slices of the bytes that came.
//! fn on_event(client: &mut Client, event: &Event<'_>, out: &mut Vec<u8>) -> Result<(), SendError> {
//!     let now = Instant::ZERO;
//!     match event {
//!         Event::Connected(_) => {
//!             client.subscribe(now, &Subscribe::to("/queue/orders").with_ack(AckMode::ClientIndividual), out)?;
//!             let transaction = client.begin(now, out)?;
//!             let order = Message::to("/queue/orders", b"two pizzas");
//!             client.send_with(now, &order, &With::transaction(transaction), out)?;
//!             client.commit_with(now, transaction, &With::RECEIPT, out)?;
//!         }
//!         Event::Message(message, delivery) => {
//!             assert_eq!(message.body, b"two pizzas");
//!             client.ack(now, *delivery, out)?;
//!             client.disconnect(now, out)?;
//!         }
//!         _ => {}
//!     }
//!     Ok(())
//! }
//!
//! /// The server.
//! #[derive(Default)]
//! struct Broker {
//!     queue: VecDeque<Vec<u8>>,
//!     /// What was sent in a transaction that is not committed. (There is only one here.)
//!     uncommitted: Vec<Vec<u8>>,
//!     subscriber: Option<Subscription>,
//! }
//!
//! impl Broker {
//!     fn on_request(
//!         &mut self,
//!         server: &mut Server<Vec<u8>>,
//!         request: &Request<'_>,
//!         out: &mut Vec<u8>,
//!     ) -> Result<(), SendError> {
//!         let now = Instant::ZERO;
//!         match request {
//!             Request::Connect(login) if login.passcode().is_some_and(|passcode| passcode == "guest") => {
//!                 server.accept(now, &Accept::default(), out)?;
//!             }
//!             Request::Connect(_) => server.refuse(now, &Farewell::new("who is it?"), out)?,
//!             Request::Send(asked) if asked.transaction.is_some() => self.uncommitted.push(asked.frame.body.to_vec()),
//!             Request::Send(asked) => self.queue.push_back(asked.frame.body.to_vec()),
//!             Request::Commit(..) => self.queue.extend(self.uncommitted.drain(..)),
//!             Request::Abort(..) => self.uncommitted.clear(),
//!             Request::Subscribe(subscription, ..) => self.subscriber = Some(*subscription),
//!             Request::Unsubscribe(..) => self.subscriber = None,
//!             _ => {}
//!         }
//!         // What was refused, or not acknowledged when its subscription ended, goes back to where it was.
//!         let back: Vec<_> = server.settled().filter(|settled| settled.outcome != Outcome::Acknowledged).collect();
//!         back.into_iter().rev().filter_map(|settled| settled.value).for_each(|body| self.queue.push_front(body));
//!         if let Some(receipt) = request.receipt() {
//!             server.receipt(now, receipt, out)?;
//!         }
//!         // One message at once.
//!         if let Some(subscriber) = self.subscriber.filter(|subscriber| server.unacknowledged_count(*subscriber) == 0) {
//!             if let Some(body) = self.queue.pop_front() {
//!                 let delivery = server.deliver(now, subscriber, &Message::to("/queue/orders", &body), out)?;
//!                 server.keep(delivery, body);
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! let now = Instant::ZERO;
//! let mut client = Client::new(Config::default(), Session::new());
//! let mut server = Server::new(now, Config::default(), Session::new());
//! let (mut up, mut down, mut broker) = (Vec::new(), Vec::new(), Broker::default());
//! client.connect(now, &Connect::to("/").login("guest", "guest"), &mut up)?;
//! while !client.is_closed() {
//!     let mut input = &core::mem::take(&mut up)[..];
//!     while let Some((request, used)) = server.receive(now, input, &mut down)? {
//!         broker.on_request(&mut server, &request, &mut down)?;
//!         input = &input[used..];
//!     }
//!     let mut input = &core::mem::take(&mut down)[..];
//!     while let Some((event, used)) = client.receive(now, input, &mut up)? {
//!         on_event(&mut client, &event, &mut up)?;
//!         input = &input[used..];
//!     }
//! }
//! assert!(server.is_closed() && broker.queue.is_empty() && server.end().next().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Over WebSocket
//!
//! Browsers speak STOMP in WebSocket messages, by the subprotocols `v10.stomp`, `v11.stomp` and `v12.stomp`
//! ([`Version::subprotocol`]). Neither end minds where one message ends and the next begins: a frame may come in several,
//! and several frames in one. So put what comes behind what is there, and take frames from it:
//!
//! ```
//! use fourwire::Instant;
//! use fourwire::stomp::{Config, Request, Server, Session};
//!
//! let mut server: Server = Server::new(Instant::ZERO, Config::default(), Session::new());
//! let (mut input, mut out) = (Vec::new(), Vec::new());
//! let mut on_message = |message: &[u8]| -> Result<usize, fourwire::stomp::Error> {
//!     input.extend_from_slice(message);
//!     let (mut used, mut frames) = (0, 0);
//!     while let Some((request, len)) = server.receive(Instant::ZERO, &input[used..], &mut out)? {
//!         if let Request::Connect(_) = request {
//!             server.accept(Instant::ZERO, &Default::default(), &mut out).expect("a client to accept");
//!         }
//!         (used, frames) = (used + len, frames + 1);
//!     }
//!     input.drain(..used);
//!     // What is in `out` goes out as one WebSocket message: text, unless a body is not.
//!     out.clear();
//!     Ok(frames)
//! };
//! assert_eq!(on_message(b"CONNECT\naccept-version:1.2\nhost:/\n\n\0SEND\ndesti")?, 1);
//! assert_eq!(on_message(b"nation:/queue/a\n\n1\0SEND\ndestination:/queue/a\n\n2\0")?, 2);
//! # Ok::<(), fourwire::stomp::Error>(())
//! ```
//!
//! # Versions
//!
//! What differs from version to version:
//!
//! | | 1.0 | 1.1 | 1.2 |
//! |---|---|---|---|
//! | a line ends with | LF | LF | LF or CR LF |
//! | escapes | none | `\n` `\c` `\\` | `\r` `\n` `\c` `\\` |
//! | in CONNECT, STOMP, CONNECTED | none | none | none |
//! | headers are | bytes | UTF-8 | UTF-8 |
//! | bodies are in | any frame | SEND, MESSAGE, ERROR | SEND, MESSAGE, ERROR |
//! | `content-length` counts in | these three | these three | any frame |
//!
//! Of a header that is repeated, the first counts, in all three. Before a version was agreed ([`Decoder::version`] is
//! `None`) the rules are 1.2's but for escapes, of which there are none, also in an ERROR; and headers are required that
//! all versions require.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod buf;
mod command;
mod decode;
mod digits;
mod encode;
mod error;
mod frame;
#[cfg(feature = "tokio-util")]
mod framed;
mod head;
mod headers;
mod limits;
mod line;
#[cfg(feature = "alloc")]
mod machine;
mod name;
mod spelling;
mod start;
mod text;
mod version;

pub use buf::FrameBuf;
pub use command::Command;
pub use decode::{Decoder, Part};
pub use error::{DecodeError, EncodeError, ErrorKind};
pub use frame::{ContentLength, Frame, Unit};
#[cfg(feature = "tokio-util")]
pub use framed::FrameCodec;
pub use headers::{Header, Headers};
pub use limits::{Leniencies, Limits};
#[cfg(feature = "alloc")]
pub use machine::{
    Accept, AckMode, Asked, Client, Config, Connect, Delivery, Error, Event, Farewell, HeartBeat, Login, Message,
    Outcome, Receipt, Request, SendError, Server, Session, Settled, Subscribe, Subscription, Timeout, Transaction,
    Versions, Violation, With,
};
pub use name::HeaderName;
pub use text::{Chunks, Text};
pub use version::Version;
