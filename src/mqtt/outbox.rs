//! An optional store for the bodies of messages on their way out.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::{Client, EncodeError, Packet, PacketBuf, PacketId, Publish, QoS, SendError, Server, Slots, Version};
use crate::{Instant, Output};

/// A message that an [`Outbox`] keeps: one copy of its body, shared by all that send it.
///
/// QoS and retain flag are not part of the shared body, for a server sends one message with a different QoS to each
/// subscriber.
#[derive(Clone)]
pub struct Message<B = Arc<[u8]>> {
    packet: PacketBuf<B>,
    qos: QoS,
    retain: bool,
}

impl<B: Shared + From<Vec<u8>>> Message<B> {
    /// Makes the one copy.
    pub fn new(publish: &Publish<'_>) -> Result<Self, EncodeError> {
        let (qos, retain) = (publish.qos, publish.retain);
        // The body is kept as 5.0 writes it, which has a place for everything.
        let body = Publish { qos: QoS::AtMostOnce, packet_id: None, dup: false, retain: false, ..*publish };
        Ok(Self { packet: PacketBuf::encode(Version::V5, &body.into())?.into(), qos, retain })
    }
}

impl<B: Shared> Message<B> {
    /// The same message for a subscription with this QoS: the lower of the two counts. (§3.8.4)
    #[must_use]
    pub fn at_most(mut self, qos: QoS) -> Self {
        self.qos = self.qos.min(qos);
        self
    }

    /// The same message with another retain flag.
    #[must_use]
    pub fn with_retain(mut self, retain: bool) -> Self {
        self.retain = retain;
        self
    }

    /// The message, without properties if `version` has none.
    pub fn publish(&self, version: Version) -> Publish<'_> {
        match self.packet.packet() {
            Packet::Publish(publish) => Publish {
                qos: self.qos,
                retain: self.retain,
                properties: if version.is_v5() { publish.properties } else { Default::default() },
                ..publish
            },
            // A `Message` holds nothing but a PUBLISH.
            _ => Publish::default(),
        }
    }
}

impl<B: Shared> fmt::Debug for Message<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.publish(Version::V5).fmt(f)
    }
}

/// Memory that many may share.
pub trait Shared: AsRef<[u8]> + Clone {
    /// Tells an output that shares memory where the payload lies.
    fn lend(&self, out: &mut impl Output) {
        let _ = out;
    }
}

impl Shared for Arc<[u8]> {}

#[cfg(feature = "bytes")]
impl Shared for bytes::Bytes {
    fn lend(&self, out: &mut impl Output) {
        out.lend(self);
    }
}

/// A machine that sends messages: a [`Client`] or a [`Server`].
#[expect(missing_docs, reason = "the methods are those of the machines")]
pub trait Publisher: sealed::Sealed {
    fn version(&self) -> Version;
    fn publish(
        &mut self,
        now: Instant,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<Option<PacketId>, SendError>;
    fn resume(&mut self, now: Instant, out: &mut impl Output) -> Result<Option<PacketId>, SendError>;
    fn resend(
        &mut self,
        now: Instant,
        id: PacketId,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError>;
    fn abandon(&mut self, now: Instant, id: PacketId, out: &mut impl Output) -> Result<(), SendError>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! publisher {
    ($($machine:ident),*) => {
        $(
            impl<S: Slots> sealed::Sealed for $machine<S> {}

            impl<S: Slots> Publisher for $machine<S> {
                fn version(&self) -> Version {
                    $machine::version(self)
                }

                fn publish(
                    &mut self,
                    now: Instant,
                    publish: &Publish<'_>,
                    out: &mut impl Output,
                ) -> Result<Option<PacketId>, SendError> {
                    $machine::publish(self, now, publish, out)
                }

                fn resume(&mut self, now: Instant, out: &mut impl Output) -> Result<Option<PacketId>, SendError> {
                    $machine::resume(self, now, out)
                }

                fn resend(
                    &mut self,
                    now: Instant,
                    id: PacketId,
                    publish: &Publish<'_>,
                    out: &mut impl Output,
                ) -> Result<(), SendError> {
                    $machine::resend(self, now, id, publish, out)
                }

                fn abandon(&mut self, now: Instant, id: PacketId, out: &mut impl Output) -> Result<(), SendError> {
                    $machine::abandon(self, now, id, out)
                }
            }
        )*
    };
}

publisher!(Client, Server);

/// Keeps messages until they are acknowledged: those that wait for room in the window, and those in flight, which are
/// sent again on the next connection.
///
/// ```
/// # use fourwire::Instant;
/// # use fourwire::mqtt::{Client, Config, Connect, Event, Session};
/// use fourwire::mqtt::{Message, Outbox, Publish, QoS};
/// # let mut client = Client::new(Config::default(), Session::new());
/// # let (now, mut out) = (Instant::ZERO, Vec::new());
/// # client.connect(now, &Connect::default(), &mut out)?;
/// # client.receive(now, b"\x20\x03\x00\x00\x00", &mut out)?;
///
/// let mut outbox: Outbox = Outbox::new();
/// outbox.push(Message::new(&Publish::new("order/17", b"shipped").with_qos(QoS::ExactlyOnce))?);
/// outbox.send(now, &mut client, &mut out)?;
/// // … and with each event of the client:
/// # let event = Event::Pong;
/// match event {
///     Event::Connected(connack) => outbox.connected(connack.session_present),
///     Event::Published(ack) | Event::Received(ack) => outbox.settle(ack.packet_id),
///     _ => {}
/// }
/// outbox.send(now, &mut client, &mut out)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Outbox<B = Arc<[u8]>> {
    waiting: VecDeque<Message<B>>,
    /// Messages in flight by packet identifier, with their turn; index 0 stays empty.
    sent: Vec<Option<(u64, Message<B>)>>,
    turn: u64,
}

impl<B> fmt::Debug for Outbox<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (waiting, in_flight) = (self.waiting(), self.in_flight());
        f.debug_struct("Outbox").field("waiting", &waiting).field("in_flight", &in_flight).finish()
    }
}

impl<B> Default for Outbox<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B> Outbox<B> {
    /// An empty outbox.
    pub const fn new() -> Self {
        Self { waiting: VecDeque::new(), sent: Vec::new(), turn: 0 }
    }

    /// How many messages wait to be sent: bound it by not pushing.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many messages are in flight and still have their body here.
    pub fn in_flight(&self) -> usize {
        self.sent.iter().flatten().count()
    }

    /// Adds a message behind all others.
    pub fn push(&mut self, message: Message<B>) {
        self.waiting.push_back(message);
    }

    /// The peer has the message, or refused it: its body goes.
    pub fn settle(&mut self, id: PacketId) {
        if let Some(entry) = self.sent.get_mut(usize::from(id.get())) {
            *entry = None;
        }
    }

    /// A connection was made: without a session, what was in flight is to be sent anew, before what waits.
    pub fn connected(&mut self, session_present: bool) {
        if session_present {
            return;
        }
        let mut sent: Vec<_> = self.sent.drain(..).flatten().collect();
        sent.sort_unstable_by_key(|(turn, _)| *turn);
        for (_, message) in sent.into_iter().rev() {
            self.waiting.push_front(message);
        }
    }
}

impl<B: Shared> Outbox<B> {
    /// Sends what there is room for in the window: first again what an earlier connection left, then what waits.
    ///
    /// Call it after [`connected`](Self::connected), [`settle`](Self::settle) and [`push`](Self::push). An error keeps
    /// the message that it is about, and [`Full`](EncodeError::Full) can be repeated.
    pub fn send(&mut self, now: Instant, machine: &mut impl Publisher, out: &mut impl Output) -> Result<(), SendError> {
        let version = machine.version();
        while let Some(id) = machine.resume(now, out)? {
            match self.sent.get(usize::from(id.get())) {
                Some(Some((_, message))) => {
                    message.packet.bytes().lend(out);
                    machine.resend(now, id, &message.publish(version), out)?;
                }
                _ => machine.abandon(now, id, out)?,
            }
        }
        while let Some(message) = self.waiting.front() {
            message.packet.bytes().lend(out);
            match machine.publish(now, &message.publish(version), out) {
                Ok(id) => self.sent_first(id),
                Err(SendError::WindowFull | SendError::Resuming) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn sent_first(&mut self, id: Option<PacketId>) {
        let (Some(message), Some(id)) = (self.waiting.pop_front(), id) else { return };
        let at = usize::from(id.get());
        if self.sent.len() <= at {
            self.sent.resize_with(at.saturating_add(1), || None);
        }
        self.turn = self.turn.saturating_add(1);
        if let Some(entry) = self.sent.get_mut(at) {
            *entry = Some((self.turn, message));
        }
    }

    /// Takes out the first waiting message, after [`send`](Self::send) said that it cannot be sent.
    pub fn drop_first(&mut self) -> Option<Message<B>> {
        self.waiting.pop_front()
    }
}
