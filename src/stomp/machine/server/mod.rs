//! A server's end.

mod answers;
mod receive;

use alloc::collections::VecDeque;

use super::books::Books;
use super::kept::Kept;
use super::line::Line;
use super::window::Window;
use super::{Config, Delivery, Error, HeartBeat, Receipt, Session, Settled, State};
use crate::stomp::{Limits, Version};
use crate::{Instant, Output};

/// A server's end of one connection, which keeps a `T` for each delivery that the client has not acknowledged: the message,
/// or what you know it by.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::stomp::{Accept, Config, Message, Outcome, Request, Server, Session};
///
/// let now = Instant::ZERO;
/// let (mut server, mut out) = (Server::new(now, Config::default(), Session::new()), Vec::new());
/// let mut input: &[u8] = b"STOMP\naccept-version:1.2\nhost:/\n\n\0\
///     SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client-individual\nreceipt:77\n\n\0\
///     ACK\nid:1-1\n\n\0";
/// while let Some((request, used)) = server.receive(now, input, &mut out)? {
///     input = &input[used..];
///     match request {
///         Request::Connect(_) => server.accept(now, &Accept::default(), &mut out)?,
///         Request::Subscribe(subscription, ..) => {
///             let delivery = server.deliver(now, subscription, &Message::to("/queue/a", b"hello"), &mut out)?;
///             server.keep(delivery, "message 4711 of the queue");
///         }
///         Request::Ack(..) => {
///             let settled: Vec<_> = server.settled().collect();
///             assert_eq!(settled[0].outcome, Outcome::Acknowledged);
///             assert_eq!(settled[0].value, Some("message 4711 of the queue"));
///         }
///         _ => {}
///     }
///     if let Some(receipt) = request.receipt() {
///         server.receipt(now, receipt, &mut out)?;
///     }
/// }
/// assert!(out.ends_with(b"RECEIPT\nreceipt-id:77\n\n\0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Messages that are too large to be held whole are taken as they come, by `receive_part`. Keep what is needed of the head;
/// the receipt comes with the last piece:
///
/// ```
/// # use fourwire::Instant;
/// # use fourwire::stomp::{Accept, Config, Limits, Request, Server, Session};
/// # let now = Instant::ZERO;
/// let limits = Limits { body: 8, ..Limits::default() };
/// let mut server: Server = Server::new(now, Config { limits, ..Config::default() }, Session::new());
/// # let (mut out, mut file) = (Vec::new(), Vec::new());
/// let mut input: &[u8] = b"CONNECT\naccept-version:1.2\nhost:/\n\n\0\
///     SEND\ndestination:/queue/a\nreceipt:1\n\na body of more than eight bytes\0";
/// while let Some((request, used)) = server.receive_part(now, input, &mut out)? {
///     input = &input[used..];
///     match request {
///         Request::Connect(_) => server.accept(now, &Accept::default(), &mut out)?,
///         Request::SendHead(asked, _) => assert!(asked.frame.get("destination").is_some_and(|it| it == "/queue/a")),
///         Request::Body { bytes, .. } => file.extend_from_slice(bytes),
///         _ => {}
///     }
///     if let Some(receipt) = request.receipt() {
///         server.receipt(now, receipt, &mut out)?;
///     }
/// }
/// assert_eq!(file, b"a body of more than eight bytes");
/// assert!(out.ends_with(b"RECEIPT\nreceipt-id:1\n\n\0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server<T = ()> {
    pub(super) line: Line,
    pub(super) books: Books<T>,
    /// What the client wants to be told.
    owed: Window<Kept>,
    settled: VecDeque<Settled<T>>,
    /// The receipt of the message whose body is coming in pieces.
    in_body: Option<Receipt>,
    /// The version that was chosen, until the client is accepted.
    chosen: Version,
    /// Whether the client has named versions: one of 1.0 knows of none.
    knows_versions: bool,
    /// The heart-beats that the client can send, and wants.
    theirs: HeartBeat,
    /// What every `message-id` begins with.
    session: Kept,
}

impl<T> Server<T> {
    /// A server's end of a connection that was just opened.
    pub fn new(now: Instant, config: Config, session: Session) -> Self {
        Self {
            line: Line::new(now, config, Limits::BEFORE_CONNECT, State::New),
            books: Books::new(session.epoch),
            owed: Window::new(),
            settled: VecDeque::new(),
            in_body: None,
            chosen: Version::V1_0,
            knows_versions: false,
            theirs: HeartBeat::NONE,
            session: Kept::of([].into_iter()),
        }
    }

    // --- deliveries ----------------------------------------------------------------------------------------------

    /// Keeps a value for a delivery, until it is settled. If it needs no acknowledgement, or is settled, the value comes
    /// back; and so does the one that was kept for it before.
    pub fn keep(&mut self, delivery: Delivery, value: T) -> Option<T> {
        self.books.keep(delivery, value)
    }

    /// What the last request has settled, in order: after [`Ack`](super::Request::Ack), [`Nack`](super::Request::Nack),
    /// [`Commit`](super::Request::Commit) and [`Unsubscribe`](super::Request::Unsubscribe), and after
    /// [`Abort`](super::Request::Abort) what was acknowledged of subscriptions that have ended since. What is not taken
    /// before the next call of [`receive`](Self::receive) is dropped; until then it can be taken in several goes.
    pub fn settled(&mut self) -> impl Iterator<Item = Settled<T>> + use<'_, T> {
        core::iter::from_fn(|| self.settled.pop_front())
    }

    /// The connection is gone: what the client has not acknowledged comes back, of all subscriptions, and with it what it
    /// has acknowledged in transactions that were not committed.
    ///
    /// If the last request has settled something that was not taken, that comes first: look at the
    /// [`outcome`](Settled::outcome). What is not taken comes with the next call.
    pub fn end(&mut self) -> impl Iterator<Item = Settled<T>> + use<'_, T> {
        self.line.state = State::Closed;
        let open: alloc::vec::Vec<_> = self.books.transactions.iter().map(|(number, _)| number).collect();
        open.into_iter().for_each(|number| self.aborted(number));
        let numbers: alloc::vec::Vec<_> = self.books.subscriptions.iter().map(|(number, _)| number).collect();
        numbers.into_iter().for_each(|number| self.returned(number));
        self.settled()
    }

    /// Ends a subscription, and remembers what it has not settled.
    fn returned(&mut self, number: u32) {
        let settled = &mut self.settled;
        self.books.unsubscribe(number, |delivery, outcome, value| {
            settled.push_back(Settled { delivery, outcome, value });
        });
    }

    /// Undoes a transaction, and remembers what comes back.
    fn aborted(&mut self, number: u32) {
        let settled = &mut self.settled;
        self.books.abort(number, |delivery, outcome, value| settled.push_back(Settled { delivery, outcome, value }));
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.line.deadline()
    }

    /// Does what is due at `now`: sends a heart-beat, or finds that the client is gone.
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        let late = self.line.timeout(now, out);
        if let Err(error) = late.as_ref() {
            if error.is_final() {
                self.fail(now, *error, None, out);
            }
        }
        late
    }
}
