//! A client's end.

use super::channel::{Channel, Content, DeliveryTag, Growing, Phase, Slot, Slots};
use super::error::{Error, SendError, Violation};
use super::event::Event;
use super::line::Line;
use super::{Config, State, lower};
use crate::amqp::{
    ContentHeader, EncodeError, Frame, Method, MethodId, Properties, ProtocolHeader, ReplyCode, Sender, Session,
    ShortStr, Table, basic, channel, connection,
};
use crate::{Instant, Output};

/// A client's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::amqp::{Client, Config, Event, Login, Properties, Session, basic, queue};
///
/// fn on_bytes(client: &mut Client, mut input: &[u8], out: &mut Vec<u8>) -> Result<usize, Box<dyn std::error::Error>> {
///     let (now, given) = (Instant::ZERO, input.len());
///     while let Some((event, used)) = client.receive(now, input, out)? {
///         input = &input[used..];
///         match event {
///             Event::Start(_) => client.login(now, &Login::plain(b"\0guest\0guest"), out)?,
///             Event::Tune(_) => client.open(now, "/".into(), out)?,
///             Event::Connected => {
///                 // Set up as straight lines: answers come in the same order.
///                 let channel = client.open_channel(now, out)?;
///                 client.call(now, channel, basic::Qos { prefetch_count: 10, ..Default::default() }, out)?;
///                 client.call(now, channel, queue::Declare { queue: "orders".into(), ..Default::default() }, out)?;
///                 client.call(now, channel, basic::Consume { queue: "orders".into(), ..Default::default() }, out)?;
///             }
///             Event::Deliver(tag, deliver) => {
///                 println!("a message for {}", deliver.routing_key);
///                 client.ack(now, tag, false, out)?;
///             }
///             Event::Body(_, bytes, 0) => println!("and this was all of it: {bytes:?}"),
///             _ => {}
///         }
///     }
///     Ok(given - input.len())
/// }
///
/// let (mut client, mut out) = (Client::new(Config::default(), Session::new()), Vec::new());
/// client.start(Instant::ZERO, &mut out)?;
/// assert_eq!(out, b"AMQP\0\0\x09\x01");
/// # on_bytes(&mut client, &[], &mut out)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client<S = Growing> {
    line: Line<S>,
}

/// How a client authenticates.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Login<'a> {
    /// The SASL mechanism: one of those that the server named.
    pub mechanism: ShortStr<'a>,
    /// Its first response.
    pub response: &'a [u8],
    /// What the client is, and under `capabilities` what it can do. RabbitMQ tells `connection.blocked` and consumer
    /// cancellations to those alone that say they can take them.
    pub client_properties: Table<'a>,
    /// The locale of reply texts.
    pub locale: ShortStr<'a>,
}

impl<'a> Login<'a> {
    /// The mechanism PLAIN: a byte 0, the user name, a byte 0, the password.
    pub const fn plain(response: &'a [u8]) -> Self {
        Self {
            mechanism: ShortStr::new(b"PLAIN"),
            response,
            client_properties: Table::EMPTY,
            locale: ShortStr::new(b"en_US"),
        }
    }

    /// The mechanism EXTERNAL: who the client is, the server knows by other means, such as its certificate.
    pub const fn external() -> Self {
        Self { mechanism: ShortStr::new(b"EXTERNAL"), ..Self::plain(b"") }
    }
}

impl<S: Slots> Client<S> {
    /// A client that has sent nothing yet.
    pub const fn new(config: Config, session: Session<S>) -> Self {
        Self { line: Line::new(config, session, Instant::ZERO) }
    }

    // --- the handshake -------------------------------------------------------------------------------------------

    /// Sends the protocol header. [`Start`](Event::Start) answers it.
    pub fn start(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::New {
            return Err(SendError::NotConnected);
        }
        Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1).encode(0, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionStart);
        self.line.last_received = now;
        self.sent(now)
    }

    /// Answers [`Start`](Event::Start). [`Secure`](Event::Secure) or [`Tune`](Event::Tune) comes next; or the server
    /// closes the connection.
    pub fn login(&mut self, now: Instant, login: &Login<'_>, out: &mut impl Output) -> Result<(), SendError> {
        self.asked(MethodId::ConnectionStart)?;
        let start_ok = connection::StartOk {
            client_properties: login.client_properties,
            mechanism: login.mechanism,
            response: login.response,
            locale: login.locale,
        };
        Frame::Method(0, start_ok.into()).encode(self.line.frame_max, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionTune);
        self.sent(now)
    }

    /// Answers [`Secure`](Event::Secure).
    pub fn respond(&mut self, now: Instant, response: &[u8], out: &mut impl Output) -> Result<(), SendError> {
        self.asked(MethodId::ConnectionSecure)?;
        Frame::Method(0, connection::SecureOk { response }.into()).encode(self.line.frame_max, out)?;
        self.line.state = State::Awaits(MethodId::ConnectionTune);
        self.sent(now)
    }

    /// Answers [`Tune`](Event::Tune): settles the limits, and opens the virtual host.
    /// [`Connected`](Event::Connected) comes next.
    pub fn open(&mut self, now: Instant, virtual_host: ShortStr<'_>, out: &mut impl Output) -> Result<(), SendError> {
        self.asked(MethodId::ConnectionTune)?;
        let line = &self.line;
        let tune_ok =
            connection::TuneOk { channel_max: line.channel_max, frame_max: line.frame_max, heartbeat: line.heartbeat };
        let frames = [Frame::Method(0, tune_ok.into()), Frame::Method(0, connection::Open { virtual_host }.into())];
        let mut len: usize = 0;
        for frame in &frames {
            len = len.saturating_add(frame.measure(line.frame_max)?);
        }
        out.space(0, len).map_err(EncodeError::from)?;
        for frame in &frames {
            frame.encode(line.frame_max, out)?;
        }
        self.line.state = State::Awaits(MethodId::ConnectionOpenOk);
        self.sent(now)
    }

    fn asked(&self, id: MethodId) -> Result<(), SendError> {
        if self.line.state == State::Asked(id) { Ok(()) } else { Err(SendError::NotConnected) }
    }

    fn sent(&mut self, now: Instant) -> Result<(), SendError> {
        self.line.last_sent = now;
        Ok(())
    }

    /// Closes the connection: [`Ended`](Event::Ended) comes when the server has read it. Nothing can be sent any more.
    pub fn close(
        &mut self,
        now: Instant,
        reply_code: ReplyCode,
        reply_text: ShortStr<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.close(reply_code, reply_text, out)?;
        self.sent(now)
    }

    /// Sends a new secret, such as a token; [`Answer`](Event::Answer) is not given for it. (RabbitMQ)
    pub fn update_secret(
        &mut self,
        now: Instant,
        new_secret: &[u8],
        reason: ShortStr<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if self.line.state != State::Open {
            return Err(SendError::NotConnected);
        }
        let update = connection::UpdateSecret { new_secret, reason };
        Frame::Method(0, update.into()).encode(self.line.frame_max, out)?;
        self.sent(now)
    }

    // --- channels ------------------------------------------------------------------------------------------------

    /// Opens a channel: the one with the lowest number that is free. It can be called at once.
    pub fn open_channel(&mut self, now: Instant, out: &mut impl Output) -> Result<Channel, SendError> {
        if self.line.state != State::Open {
            return Err(SendError::NotConnected);
        }
        let slots = self.line.session.slots.all();
        let begin = self.line.none_free_below;
        let free = slots.iter().skip(begin).position(|slot| slot.phase == Phase::Free);
        let free = free.map_or(slots.len(), |free| free.saturating_add(begin));
        let number = u16::try_from(free.saturating_add(1)).ok().filter(|number| *number <= self.line.channel_max);
        let number = number.ok_or(SendError::NoChannel)?;
        if !self.line.session.slots.reach(number) {
            return Err(SendError::NoChannel);
        }
        Frame::Method(number, channel::Open {}.into()).encode(self.line.frame_max, out)?;
        self.line.last_sent = now;
        self.line.none_free_below = free;
        Ok(self.line.begin(number, Phase::Opening))
    }

    /// Closes a channel: [`ChannelEnded`](Event::ChannelEnded) comes when the server has read it. In the middle of a body
    /// that ends it; RabbitMQ then closes the connection.
    pub fn close_channel(&mut self, now: Instant, channel: Channel, out: &mut impl Output) -> Result<(), SendError> {
        self.line.close_channel(channel, ReplyCode::Success, ShortStr::EMPTY, None, out)?;
        self.sent(now)
    }

    /// Calls a method that is answered: [`Answer`](Event::Answer) or [`Got`](Event::Got) comes, in the order of the
    /// calls; with `no_wait` nothing does. And `basic.recover-async`, which has no answer.
    pub fn call<'a>(
        &mut self,
        now: Instant,
        channel: Channel,
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = method.into();
        let id = method.id();
        let is_call = match id {
            MethodId::ChannelFlow | MethodId::BasicRecoverAsync => true,
            // The connection's and the channel's own have verbs.
            _ => !id.answers().is_empty() && id.class() >= 30,
        };
        if !is_call || id.sender() == Sender::Server {
            return Err(SendError::Method(id));
        }
        let slot = self.line.live(channel)?;
        let awaited = !id.answers().is_empty() && !no_wait(&method);
        if awaited && slot.calls.is_full() {
            return Err(SendError::WindowFull);
        }
        self.line.method(channel, method, out)?;
        let slot = self.line.live(channel)?;
        if awaited {
            slot.calls.push(id);
        }
        match method {
            Method::BasicConsume(basic::Consume { no_ack: true, .. })
            | Method::BasicGet(basic::Get { no_ack: true, .. }) => {
                slot.automatic = true;
            }
            Method::ConfirmSelect(_) => slot.confirms = true,
            Method::TxSelect(_) => slot.transactions = true,
            // The server does so before it reads what comes next; if it cannot, it closes the channel.
            Method::TxCommit(_) => slot.delivered.commit(),
            Method::TxRollback(_) => slot.delivered.roll_back(),
            Method::BasicRecoverAsync(_) => drop(slot.delivered.settle(0, true, false)),
            _ => {}
        }
        self.sent(now)
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Publishes a message. With confirms it has a number, under which it is [`Confirmed`](Event::Confirmed) or
    /// [`Refused`](Event::Refused).
    ///
    /// All frames of it are written, or none; an output that shares memory does not copy the body.
    pub fn publish(
        &mut self,
        now: Instant,
        channel: Channel,
        publish: &basic::Publish<'_>,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<Option<u64>, SendError> {
        self.can_publish(channel)?;
        self.line.message(channel, publish, &properties, body, out)?;
        self.published(now, channel)
    }

    /// Begins to publish a message whose body is not at hand as one: [`publish_piece`](Self::publish_piece) sends it.
    pub fn publish_head(
        &mut self,
        now: Instant,
        channel: Channel,
        publish: &basic::Publish<'_>,
        header: ContentHeader<'_>,
        out: &mut impl Output,
    ) -> Result<Option<u64>, SendError> {
        self.can_publish(channel)?;
        self.line.head(channel, &Method::BasicPublish(*publish), header, out)?;
        self.published(now, channel)
    }

    /// Sends a piece of a body, and says how many bytes are missing.
    pub fn publish_piece(
        &mut self,
        now: Instant,
        channel: Channel,
        bytes: &[u8],
        out: &mut impl Output,
    ) -> Result<u64, SendError> {
        let remaining = self.line.piece(channel, bytes, out)?;
        self.line.last_sent = now;
        Ok(remaining)
    }

    fn can_publish(&mut self, channel: Channel) -> Result<(), SendError> {
        let window = self.line.config.window;
        let slot = self.line.live(channel)?;
        if slot.stopped {
            Err(SendError::Stopped)
        } else if slot.confirms && !slot.published.reserve(window) {
            Err(SendError::WindowFull)
        } else {
            Ok(())
        }
    }

    fn published(&mut self, now: Instant, channel: Channel) -> Result<Option<u64>, SendError> {
        self.line.last_sent = now;
        let slot = self.line.live(channel)?;
        Ok(slot.confirms.then(|| slot.published.push(true)))
    }

    /// Acknowledges a delivery; with `multiple` all before it on its channel, too.
    pub fn ack(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, multiple, basic::Ack { delivery_tag: tag.tag, multiple }.into(), out)
    }

    /// Does not take a delivery; with `multiple` none before it on its channel, too. It is requeued, or dropped and
    /// dead-lettered. (RabbitMQ)
    pub fn nack(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        requeue: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, multiple, basic::Nack { delivery_tag: tag.tag, multiple, requeue }.into(), out)
    }

    /// Does not take a delivery. It is requeued, or dropped and dead-lettered.
    pub fn reject(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        requeue: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, false, basic::Reject { delivery_tag: tag.tag, requeue }.into(), out)
    }

    fn settle(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        method: Method<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let slot = self.line.live(tag.channel)?;
        // Looked at before anything is sent: a tag that is not outstanding would cost the channel.
        if !slot.automatic && !slot.delivered.has(tag.tag) {
            return Err(SendError::StaleDelivery);
        }
        self.line.method(tag.channel, method, out)?;
        let slot = self.line.live(tag.channel)?;
        slot.delivered.settle(tag.tag, multiple, slot.transactions);
        self.sent(now)
    }

    /// The publishes on a channel that are not confirmed, in order; also just after it was closed, when they may have
    /// been lost.
    pub fn unconfirmed(&self, channel: Channel) -> impl Iterator<Item = u64> + '_ {
        self.line.unconfirmed(channel)
    }

    /// The deliveries on a channel that are not acknowledged, in order.
    pub fn unacknowledged(&self, channel: Channel) -> impl Iterator<Item = DeliveryTag> + '_ {
        self.line.unacknowledged(channel)
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// Takes the frame at the start of `input`: says what it meant, and how many bytes it took.
    ///
    /// `None` if the input ends before the frame does, or if the application is to answer what came before; while a channel
    /// has as many deliveries outstanding as it can, which a prefetch count prevents; and until a body that was begun is
    /// sent whole, if the frame is to be answered on its channel: then [`is_held_back`](Self::is_held_back). Call again with the same bytes and more behind them. Answers are written to
    /// `out`; if it is full nothing was consumed.
    pub fn receive<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        self.line.held_back = false;
        if matches!(self.line.state, State::New | State::Asked(_) | State::Closed) {
            return Ok(None);
        }
        let before = self.line.decoder.clone();
        let event = self.next(now, input, out);
        match &event {
            Ok(Some(_)) => {}
            Ok(None) | Err(Error::Full) => self.line.decoder = before,
            Err(error) => self.line.fail(*error, out),
        }
        event
    }

    fn next<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        let Some((frame, used)) = self.line.decoder.decode(input)? else { return Ok(None) };
        self.line.heard(now);
        self.line.held_back = self.line.interrupts(&frame) || self.must_wait(&frame);
        if self.line.held_back {
            return Ok(None);
        }
        let event = match self.line.state {
            State::Open | State::Closing => match (self.line.common(&frame, out)?, frame) {
                (Some(event), _) => event,
                (None, Frame::Method(0, method)) => Self::about_connection(&method)?,
                (None, Frame::Method(number, method)) => self.on_channel(number, &method, out)?,
                // All others are common.
                (None, _) => return Err(Violation::UnexpectedFrame.into()),
            },
            _ => self.handshake(now, &frame, out)?,
        };
        Ok(Some((event, used)))
    }

    /// Whether a delivery would be one more than can be outstanding.
    fn must_wait(&mut self, frame: &Frame<'_>) -> bool {
        let Frame::Method(number, Method::BasicDeliver(_) | Method::BasicGetOk(_)) = frame else { return false };
        let window = self.line.config.window;
        self.line
            .slot_mut(*number)
            .is_some_and(|(_, slot)| slot.phase == Phase::Open && !slot.automatic && !slot.delivered.reserve(window))
    }

    fn handshake<'i>(&mut self, now: Instant, frame: &Frame<'i>, out: &mut impl Output) -> Result<Event<'i>, Error> {
        let State::Awaits(awaited) = self.line.state else { return Err(Violation::UnexpectedFrame.into()) };
        match (awaited, frame) {
            (MethodId::ConnectionStart, Frame::ProtocolHeader(header)) => {
                self.line.state = State::Closed;
                Ok(Event::VersionRefused(*header))
            }
            (MethodId::ConnectionStart, Frame::Method(_, Method::ConnectionStart(start))) => {
                self.line.state = State::Asked(MethodId::ConnectionStart);
                Ok(Event::Start(*start))
            }
            (MethodId::ConnectionTune, Frame::Method(_, Method::ConnectionSecure(secure))) => {
                self.line.state = State::Asked(MethodId::ConnectionSecure);
                Ok(Event::Secure(secure.challenge))
            }
            (MethodId::ConnectionTune, Frame::Method(_, Method::ConnectionTune(tune))) => {
                let config = self.line.config;
                let channel_max = lower(config.channel_max.into(), tune.channel_max.into());
                let heartbeat = lower(config.heartbeat.into(), tune.heartbeat.into());
                let heartbeat = if config.heartbeat == 0 { 0 } else { heartbeat };
                let short = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
                self.line.agree(short(channel_max), lower(config.frame_max, tune.frame_max), short(heartbeat));
                self.line.state = State::Asked(MethodId::ConnectionTune);
                Ok(Event::Tune(*tune))
            }
            (MethodId::ConnectionOpenOk, Frame::Method(_, Method::ConnectionOpenOk(_))) => {
                self.line.opened(now);
                Ok(Event::Connected)
            }
            (_, Frame::Heartbeat) => Ok(Event::Heartbeat),
            (_, Frame::Method(_, Method::ConnectionClose(close))) => {
                self.line.put(&Frame::Method(0, connection::CloseOk {}.into()), out)?;
                self.line.state = State::Closed;
                Ok(Event::Closed(*close))
            }
            (_, Frame::Method(_, method)) => Err(Violation::Handshake(method.id()).into()),
            _ => Err(Violation::UnexpectedFrame.into()),
        }
    }

    fn about_connection<'i>(method: &Method<'i>) -> Result<Event<'i>, Error> {
        match method {
            Method::ConnectionBlocked(blocked) => Ok(Event::Blocked(blocked.reason)),
            Method::ConnectionUnblocked(_) => Ok(Event::Unblocked),
            Method::ConnectionUpdateSecretOk(_) => Ok(Event::Ignored),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    fn on_channel<'i>(&mut self, number: u16, method: &Method<'i>, out: &mut impl Output) -> Result<Event<'i>, Error> {
        let id = method.id();
        let closed = Violation::Channel(id);
        let Some((channel, slot)) = self.line.slot(number) else { return Err(closed.into()) };
        match (slot.phase, method) {
            (Phase::Opening, Method::ChannelOpenOk(_)) => {
                self.slot(number, |slot| slot.phase = Phase::Open);
                return Ok(Event::ChannelOpened(channel));
            }
            (Phase::Open, _) => {}
            _ => return Err(closed.into()),
        }
        if slot.calls.first().is_some_and(|call| call.answers().contains(&id)) {
            return Ok(self.answer(channel, method));
        }
        match method {
            Method::BasicDeliver(deliver) => {
                let tag = self.delivered(channel, deliver.delivery_tag);
                Ok(Event::Deliver(tag, *deliver))
            }
            Method::BasicReturn(returned) => {
                self.slot(number, |slot| slot.receiving = Content::Header);
                Ok(Event::Returned(channel, *returned))
            }
            Method::BasicAck(ack) => {
                let mut settled = None;
                self.slot(number, |slot| settled = slot.published.settle(ack.delivery_tag, ack.multiple, false));
                Ok(settled.map_or(Event::Ignored, |settled| Event::Confirmed(channel, settled)))
            }
            Method::BasicNack(nack) => {
                let mut settled = None;
                self.slot(number, |slot| settled = slot.published.settle(nack.delivery_tag, nack.multiple, false));
                Ok(settled.map_or(Event::Ignored, |settled| Event::Refused(channel, settled)))
            }
            Method::BasicCancel(cancel) => {
                if !cancel.no_wait {
                    let cancel_ok = basic::CancelOk { consumer_tag: cancel.consumer_tag };
                    self.line.put(&Frame::Method(number, cancel_ok.into()), out)?;
                }
                Ok(Event::Cancelled(channel, cancel.consumer_tag))
            }
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    fn answer<'i>(&mut self, channel: Channel, method: &Method<'i>) -> Event<'i> {
        self.slot(channel.number, |slot| {
            slot.calls.pop();
            if matches!(method, Method::BasicRecoverOk(_)) {
                slot.delivered.settle(0, true, false);
            }
        });
        match method {
            Method::BasicGetOk(got) => Event::Got(self.delivered(channel, got.delivery_tag), *got),
            other => Event::Answer(channel, *other),
        }
    }

    fn delivered(&mut self, channel: Channel, tag: u64) -> DeliveryTag {
        self.slot(channel.number, |slot| {
            slot.receiving = Content::Header;
            // Servers count from 1, each channel for itself. If this one does not, which are outstanding is not known.
            slot.automatic |= tag != slot.delivered.next();
            if !slot.automatic {
                slot.delivered.push(true);
            }
        });
        DeliveryTag { channel, tag }
    }

    fn slot(&mut self, number: u16, change: impl FnOnce(&mut Slot<S::Words>)) {
        if let Some((_, slot)) = self.line.slot_mut(number) {
            change(slot);
        }
    }

    // --- time, and what is known ---------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.line.deadline()
    }

    /// Does what is due at `now`: sends a heartbeat, or finds that the server is gone.
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        self.line.timeout(now, out)
    }

    /// Whether the last call of [`receive`](Self::receive) held a delivery back, since too many are outstanding on its
    /// channel, or what is to be answered, in the middle of a body. More bytes do not help then: acknowledge some, or send
    /// the rest of the body.
    pub const fn is_held_back(&self) -> bool {
        self.line.held_back
    }

    /// Whether the virtual host is open.
    pub fn is_connected(&self) -> bool {
        self.line.state == State::Open
    }

    /// Whether the connection is over: close the socket once the output is written.
    pub fn is_closed(&self) -> bool {
        self.line.state == State::Closed
    }

    /// The largest frame that the server takes, in bytes; 0 is no limit.
    pub const fn frame_max(&self) -> u32 {
        self.line.frame_max
    }

    /// The connection is gone: gives the session back, for the next one.
    pub fn into_session(self) -> Session<S> {
        let mut session = self.line.session;
        session.clear();
        session
    }
}

/// Whether the call asks for no answer.
pub(super) const fn no_wait(method: &Method<'_>) -> bool {
    match method {
        Method::ExchangeDeclare(call) => call.no_wait,
        Method::ExchangeDelete(call) => call.no_wait,
        Method::ExchangeBind(call) => call.no_wait,
        Method::ExchangeUnbind(call) => call.no_wait,
        Method::QueueDeclare(call) => call.no_wait,
        Method::QueueBind(call) => call.no_wait,
        Method::QueuePurge(call) => call.no_wait,
        Method::QueueDelete(call) => call.no_wait,
        Method::BasicConsume(call) => call.no_wait,
        Method::BasicCancel(call) => call.no_wait,
        Method::ConfirmSelect(call) => call.nowait,
        _ => false,
    }
}
