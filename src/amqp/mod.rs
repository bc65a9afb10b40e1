//! AMQP 0-9-1, with RabbitMQ's extensions.
//!
//! Three rungs, and help on top: take the one that you need.
//!
//! | rung | types | for |
//! |---|---|---|
//! | codec | [`Decoder`], [`Frame`], [`Method`], [`Properties`], [`Table`], [`Message`] | tools, proxies, machines of your own |
//! | connection | [`Client`] and its [`Event`]s, [`Server`] and its [`Request`]s | clients and brokers on any runtime, or on none |
//! | session | [`Session`] | that tags and handles of an earlier connection are known for what they are |
//! | with `alloc` | [`Assembler`], [`Outstanding`], [`Deliveries`] | messages whole; what may have to be sent again; a broker's consumers, and how much each of them takes |
//!
//! Methods are structs with the specification's names, in modules with the names of its classes: [`basic::Publish`],
//! [`queue::Declare`], [`exchange::Bind`]. One that was received and one that you write are the same type.
//!
//! # A client and a server
//!
//! Both in one process, with nothing but two buffers between them. The client declares a queue, consumes from it with a
//! prefetch count, and publishes with confirms; the server is a broker with one queue.
//!
//! ```
//! use std::collections::VecDeque;
//!
//! use fourwire::Instant;
//! use fourwire::amqp::{
//!     Assembler, Client, Config, Credentials, Deliveries, Event, Login, Method, Properties, ReplyCode, Request, SendError,
//!     Server, Session, basic, confirm, queue,
//! };
//!
//! /// The client: what it does with each event. Names and bodies are slices of the bytes that came.
//! fn on_event(
//!     client: &mut Client,
//!     messages: &mut Assembler,
//!     event: &Event<'_>,
//!     out: &mut Vec<u8>,
//! ) -> Result<(), SendError> {
//!     let now = Instant::ZERO;
//!     // A message comes in several events: it is acknowledged when it is whole.
//!     if let Ok(Some(whole)) = messages.event(event) {
//!         if let Some(tag) = whole.tag {
//!             assert_eq!(whole.body, b"two pizzas");
//!             client.ack(now, tag, false, out)?;
//!             client.close(now, ReplyCode::Success, "bye", out)?;
//!         }
//!     }
//!     match event {
//!         Event::Start(_) => client.login(now, &Login::plain("guest", "guest"), out)?,
//!         Event::Tune(_) => client.open(now, "/", out)?,
//!         Event::Connected => {
//!             // Straight lines: nothing waits for an answer, and answers come in the order of the calls.
//!             let channel = client.open_channel(now, out)?;
//!             client.call(now, channel, queue::Declare { durable: true, ..queue::Declare::new("orders") }, out)?;
//!             client.call(now, channel, basic::Qos::prefetch(10), out)?;
//!             client.call(now, channel, basic::Consume::of("orders"), out)?;
//!             client.call(now, channel, confirm::Select::default(), out)?;
//!             let order = basic::Publish { mandatory: true, ..basic::Publish::to("", "orders") };
//!             let number = client.publish(now, channel, &order, Properties::EMPTY, b"two pizzas", out)?;
//!             assert_eq!(number, Some(1), "what it is confirmed by");
//!         }
//!         Event::Confirmed(channel, settled) => {
//!             assert_eq!((settled.first, settled.last), (1, 1));
//!             assert_eq!(client.unconfirmed_count(*channel), 0, "all are");
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
//!     messages: Assembler,
//!     deliveries: Deliveries<Vec<u8>>,
//! }
//!
//! impl Broker {
//!     fn on_request(&mut self, server: &mut Server, request: &Request<'_>, out: &mut Vec<u8>) -> Result<(), SendError> {
//!         let now = Instant::ZERO;
//!         if let Ok(Some(whole)) = self.messages.request(request) {
//!             self.queue.push_back(whole.body.to_vec());
//!             if let Some(number) = whole.number {
//!                 server.confirm(now, whole.channel, number, false, out)?;
//!             }
//!         }
//!         match *request {
//!             Request::Hello => server.start(now, &server.introduction(), out)?,
//!             Request::Login(start_ok) => match Credentials::from_start_ok(&start_ok) {
//!                 Some(login) if login.password == "guest" => server.tune(now, out)?,
//!                 _ => server.close(now, ReplyCode::AccessRefused, "who is it?", out)?,
//!             },
//!             Request::Open(_) => server.accept(now, out)?,
//!             Request::Call(channel, Method::QueueDeclare(declare)) => {
//!                 let declare_ok = queue::DeclareOk { queue: declare.queue, ..Default::default() };
//!                 server.answer(now, channel, declare_ok, out)?;
//!             }
//!             Request::Call(channel, Method::BasicQos(qos)) => {
//!                 self.deliveries.qos(channel, &qos);
//!                 server.answer(now, channel, basic::QosOk {}, out)?;
//!             }
//!             Request::Call(channel, Method::BasicConsume(consume)) => {
//!                 let Ok(consumer) = self.deliveries.consume(channel, &consume, ()) else { return Ok(()) };
//!                 let consumer_tag = self.deliveries.consumer_tag(consumer).unwrap_or_default();
//!                 server.answer(now, channel, basic::ConsumeOk { consumer_tag }, out)?;
//!             }
//!             Request::Call(channel, Method::ConfirmSelect(_)) => {
//!                 server.answer(now, channel, confirm::SelectOk {}, out)?;
//!             }
//!             // They are out of the books, and the consumer may have as many again.
//!             Request::Acknowledged(channel, settled) => drop(self.deliveries.settle(channel, settled)),
//!             // So do these, and go back to where they were.
//!             Request::Rejected(channel, settled, true) => {
//!                 let back: Vec<_> = self.deliveries.settle(channel, settled).collect();
//!                 back.into_iter().rev().for_each(|body| self.queue.push_front(body));
//!             }
//!             _ => {}
//!         }
//!         self.deliver(server, out)
//!     }
//!
//!     /// Gives consumers what is there, as much as they take.
//!     fn deliver(&mut self, server: &mut Server, out: &mut Vec<u8>) -> Result<(), SendError> {
//!         loop {
//!             let Some(consumer) = self.deliveries.ready().next() else { break };
//!             let Some(body) = self.queue.pop_front() else { break };
//!             let consumer_tag = self.deliveries.consumer_tag(consumer).unwrap_or_default();
//!             let deliver = basic::Deliver { consumer_tag, routing_key: "orders".into(), ..Default::default() };
//!             let no_ack = self.deliveries.no_ack(consumer);
//!             let channel = consumer.channel();
//!             let tag = server.deliver(Instant::ZERO, channel, &deliver, no_ack, Properties::EMPTY, &body, out)?;
//!             self.deliveries.delivered(consumer, tag, body);
//!         }
//!         Ok(())
//!     }
//! }
//!
//! let now = Instant::ZERO;
//! let (mut client, mut messages) = (Client::new(Config::default(), Session::new()), Assembler::default());
//! let mut server = Server::new(now, Config::default(), Session::new());
//! let (mut up, mut down, mut broker) = (Vec::new(), Vec::new(), Broker::default());
//! client.start(now, &mut up)?;
//! while !client.is_closed() {
//!     let input = std::mem::take(&mut up);
//!     let mut rest = &input[..];
//!     while let Some((request, used)) = server.receive(now, rest, &mut down)? {
//!         broker.on_request(&mut server, &request, &mut down)?;
//!         rest = &rest[used..];
//!     }
//!     let input = std::mem::take(&mut down);
//!     let mut rest = &input[..];
//!     while let Some((event, used)) = client.receive(now, rest, &mut up)? {
//!         on_event(&mut client, &mut messages, &event, &mut up)?;
//!         rest = &rest[used..];
//!     }
//! }
//! assert!(broker.queue.is_empty() && server.is_closed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to know
//!
//! - **Every frame is one event.** A message is three or more: its method, its header, the pieces of its body; frames of other
//!   channels come between them. [`Assembler`] makes messages of them.
//! - **A tag knows its channel's life.** After a channel or a connection has ended an old [`DeliveryTag`] is
//!   [`SendError::StaleDelivery`] or [`SendError::StaleChannel`], and not an error of the server's that costs the next channel.
//! - **A multiple settles what is outstanding.** [`Settled`] says from where to where, and how many: tags between them that were
//!   settled before do not count.
//! - **Windows are back-pressure.** [`SendError::WindowFull`], and `receive` that holds a frame back
//!   ([`Client::is_held_back`]), mean: settle something first.
//! - **Short strings are bytes.** Brokers forward routing keys and properties as they came: [`ShortStr`] is text when you ask.
//! - **Time is an argument.** [`Client::deadline`] says when to call [`Client::timeout`], which sends heartbeats, and finds that
//!   the peer is gone when nothing came for two intervals. `now` never goes back on one connection; on the next it may begin anew.
//! - **An error of `receive` has a farewell.** It is in the output: write that before you close the socket.
//! - **Read while you write.** A peer that is not read may stop reading: write what there is when the socket takes it, and read on.

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "alloc")]
mod assembler;
mod buf;
mod credentials;
mod decode;
#[cfg(feature = "alloc")]
mod deliveries;
mod dialect;
mod domain;
mod encode;
mod error;
mod frame;
#[cfg(feature = "tokio-util")]
mod framed;
mod header;
mod limits;
mod machine;
mod method;
mod methods;
#[cfg(feature = "alloc")]
mod outstanding;
mod reply;
pub mod routing;
mod session;
mod short;
mod shorthand;
mod show;
mod table;
mod value;
mod wire;

#[cfg(feature = "alloc")]
pub use assembler::{Assembled, Assembler, TooLarge};
pub use buf::FrameBuf;
pub use credentials::Credentials;
pub use decode::Decoder;
#[cfg(feature = "alloc")]
pub use deliveries::{ConsumeError, Consumer, Deliveries, Taken};
pub use dialect::Dialect;
pub use domain::Argument;
pub use encode::Message;
pub use error::{DecodeError, EncodeError, ErrorKind, Unit};
pub use frame::{Frame, ProtocolHeader};
#[cfg(feature = "tokio-util")]
pub use framed::FrameCodec;
pub use header::{BasicProperties, ContentHeader, Properties};
pub use limits::Limits;
pub use machine::{
    Capabilities, Channel, Client, Config, DeliveryTag, Error, Event, Growing, Login, Mechanism, Request, SendError,
    Server, Settled, Slot, Slots, Timeout, Violation,
};
pub use method::Sender;
pub use methods::{Method, MethodId, access, basic, channel, confirm, connection, exchange, queue, tx};
#[cfg(feature = "alloc")]
pub use outstanding::{CameBack, Outstanding, Settling};
pub use reply::ReplyCode;
pub use session::Session;
pub use short::ShortStr;
pub use value::{Array, Entry, Table, Value};
