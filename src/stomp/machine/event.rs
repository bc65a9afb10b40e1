//! What machines tell their applications.

use super::{AckMode, Delivery, HeartBeat, Receipt, Subscription, Transaction};
use crate::stomp::{Frame, Text, Version};

/// What a [`Client`](super::Client) tells the application.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event<'i> {
    /// The connection is made. ([`Client::version`](super::Client::version) says in which version.)
    Connected(Frame<'i>),
    /// A message, and what it is acknowledged by.
    Message(Frame<'i>, Delivery),
    /// The same without its body, which is large and follows in pieces; and how many bytes of it there are, if that was
    /// said.
    MessageHead(Frame<'i>, Delivery, Option<usize>),
    /// A piece of that body.
    Body {
        /// The piece, which may be empty if it is the last one.
        bytes: &'i [u8],
        /// Whether the message ends here.
        is_last: bool,
    },
    /// The server has processed a frame; perhaps one in a transaction that has been aborted since.
    Receipt(Receipt),
    /// Something is wrong, perhaps with the frame that was to have this receipt. From 1.1 on the connection is over; in 1.0
    /// if the body is too large to come whole: then it is left out.
    Error(Frame<'i>, Option<Receipt>),
    /// The server has processed our DISCONNECT, and all before it. Close the socket. (RabbitMQ sends no more receipts then:
    /// [`Client::awaited`](super::Client::awaited) says which are missing.)
    Disconnected,
    /// The server is alive. Nothing is to be done.
    HeartBeat,
}

/// What a client's frame asks for beside what its command says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Asked<'i> {
    /// The frame.
    pub frame: Frame<'i>,
    /// The client wants to be told when the frame is processed, with [`Server::receipt`](super::Server::receipt).
    pub receipt: Option<Receipt>,
    /// The frame is a part of this transaction.
    pub transaction: Option<Transaction>,
}

/// What a [`Server`](super::Server) tells the application: what a client asks for.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub enum Request<'i> {
    /// A client wants a connection in this version: answer with `accept` or `refuse`. Until then nothing more is read.
    Connect(Login<'i>),
    /// A message. What is sent in a transaction counts with its [`Commit`](Self::Commit).
    Send(Asked<'i>),
    /// The same without its body, which is large and follows in pieces; and how many bytes of it there are, if that was
    /// said. The receipt is for the whole message: answer it when the last piece is there.
    SendHead(Asked<'i>, Option<usize>),
    /// A piece of that body.
    Body {
        /// The piece, which may be empty if it is the last one.
        bytes: &'i [u8],
        /// Whether the message ends here.
        is_last: bool,
        /// With the last piece: the receipt that the client wants for the message.
        receipt: Option<Receipt>,
    },
    /// A client wants messages, which it acknowledges in this way.
    Subscribe(Subscription, AckMode, Asked<'i>),
    /// A client wants messages no longer. [`Server::settled`](super::Server::settled) says which it has not acknowledged,
    /// neither for good nor in a transaction that is open.
    Unsubscribe(Subscription, Asked<'i>),
    /// A message was processed, and perhaps those before it. [`Server::settled`](super::Server::settled) says which: in
    /// a transaction none yet.
    Ack(Delivery, Asked<'i>),
    /// The same, but they were not processed, and will not be.
    Nack(Delivery, Asked<'i>),
    /// A transaction begins.
    Begin(Transaction, Asked<'i>),
    /// What was sent in a transaction, and what was acknowledged, counts now.
    /// [`Server::settled`](super::Server::settled) says what was acknowledged.
    Commit(Transaction, Asked<'i>),
    /// It never does.
    Abort(Transaction, Asked<'i>),
    /// The client has said all that it had to say. Transactions that are open are aborted. Answer the receipts that are
    /// owed, and close the socket.
    Disconnect(Asked<'i>),
    /// The client is alive. Nothing is to be done.
    HeartBeat,
}

impl Request<'_> {
    /// The receipt that the client wants, and may have as soon as this is done: that of a message that comes in pieces is
    /// with the last one.
    pub const fn receipt(&self) -> Option<Receipt> {
        match self {
            Self::Connect(_) | Self::SendHead(..) | Self::HeartBeat => None,
            Self::Body { receipt, .. } => *receipt,
            Self::Send(asked) | Self::Disconnect(asked) => asked.receipt,
            Self::Subscribe(_, _, asked) | Self::Unsubscribe(_, asked) => asked.receipt,
            Self::Ack(_, asked) | Self::Nack(_, asked) => asked.receipt,
            Self::Begin(_, asked) | Self::Commit(_, asked) | Self::Abort(_, asked) => asked.receipt,
        }
    }
}

/// A client's CONNECT.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Login<'i> {
    /// The frame.
    pub frame: Frame<'i>,
    /// The version that the connection will have.
    pub version: Version,
    /// The heart-beats that the client can send, and wants; in 1.0 none.
    /// [`Accept::heart_beat`](super::Accept::heart_beat) answers them.
    pub heart_beat: HeartBeat,
}

impl<'i> Login<'i> {
    /// The virtual host, if the client says one.
    pub fn host(&self) -> Option<Text<'i>> {
        self.frame.get("host")
    }

    /// The user name.
    pub fn login(&self) -> Option<Text<'i>> {
        self.frame.get("login")
    }

    /// The password.
    pub fn passcode(&self) -> Option<Text<'i>> {
        self.frame.get("passcode")
    }
}
