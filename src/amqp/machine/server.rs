//! A server's end.

use super::channel::{Channel, Content, DeliveryTag, Growing, Phase, Slots};
use super::client::no_wait;
use super::error::{Error, SendError, Violation};
use super::event::Request;
use super::line::Line;
use super::{Config, State};
use crate::amqp::{
    ContentHeader, Frame, Limits, Method, MethodId, Properties, ProtocolHeader, ReplyCode, Sender, Session, ShortStr,
    basic, channel, connection,
};
use crate::{Instant, Output};

/// A server's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::amqp::{Config, Request, Server, Session, connection};
///
/// let now = Instant::ZERO;
/// let (mut server, mut out) = (Server::new(now, Config::default(), Session::new()), Vec::new());
/// let (request, used) = server.receive(now, b"AMQP\0\0\x09\x01", &mut out)?.expect("a whole header");
/// assert_eq!((request, used), (Request::Hello, 8));
/// let start = connection::Start { mechanisms: b"PLAIN", locales: b"en_US", ..server.introduction() };
/// server.start(now, &start, &mut out)?;
/// assert_eq!(&out[..3], b"\x01\x00\x00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server<S = Growing> {
    line: Line<S>,
}

impl<S: Slots> Server<S> {
    /// A server's end of a connection that was just opened.
    pub const fn new(now: Instant, config: Config, session: Session<S>) -> Self {
        Self { line: Line::new(config, session, now) }
    }

    // --- the handshake -------------------------------------------------------------------------------------------

    /// What `connection.start` always says; the mechanisms are missing.
    pub const fn introduction(&self) -> connection::Start<'static> {
        connection::Start {
            version_major: 0,
            version_minor: 9,
            server_properties: crate::amqp::Table::EMPTY,
            mechanisms: b"",
            locales: b"en_US",
        }
    }

    /// Answers [`Hello`](Request::Hello). [`Login`](Request::Login) comes next.
    pub fn start(
        &mut self,
        now: Instant,
        start: &connection::Start<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.step(&[State::Asked(MethodId::ConnectionStart)], (*start).into(), out)?;
        self.line.state = State::Awaits(MethodId::ConnectionStartOk);
        self.sent(now)
    }

    /// Answers [`Login`](Request::Login) or [`Response`](Request::Response) with another challenge.
    pub fn secure(&mut self, now: Instant, challenge: &[u8], out: &mut impl Output) -> Result<(), SendError> {
        self.step(&LOGGING_IN, connection::Secure { challenge }.into(), out)?;
        self.line.state = State::Awaits(MethodId::ConnectionSecureOk);
        self.sent(now)
    }

    /// Answers [`Login`](Request::Login) or [`Response`](Request::Response): the client is who it says. The limits are
    /// proposed that [`Config`] has.
    pub fn tune(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        let config = self.line.config;
        let channel_max = config.channel_max.min(self.line.session.slots.most());
        let tune = connection::Tune { channel_max, frame_max: config.frame_max, heartbeat: config.heartbeat };
        self.step(&LOGGING_IN, tune.into(), out)?;
        self.line.state = State::Awaits(MethodId::ConnectionTuneOk);
        self.sent(now)
    }

    /// Answers [`Open`](Request::Open): the virtual host is the client's.
    pub fn accept(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        self.step(&[State::Asked(MethodId::ConnectionOpen)], connection::OpenOk {}.into(), out)?;
        self.line.opened(now);
        self.sent(now)
    }

    /// Sends a step of the handshake, if it is its turn.
    fn step(&self, states: &[State], method: Method<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if !states.contains(&self.line.state) {
            return Err(SendError::NotConnected);
        }
        Ok(Frame::Method(0, method).encode(self.line.frame_max, out)?)
    }

    /// Closes the connection, or refuses it at any point of the handshake. [`Ended`](Request::Ended) comes when the
    /// client has read it.
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

    /// Tells a client that nothing is read of it for now, or that it is again. (RabbitMQ; only to clients that have the
    /// capability `connection.blocked`)
    pub fn block(
        &mut self,
        now: Instant,
        reason: Option<ShortStr<'_>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = match reason {
            Some(reason) => connection::Blocked { reason }.into(),
            None => connection::Unblocked {}.into(),
        };
        self.step(&[State::Open], method, out)?;
        self.sent(now)
    }

    /// Answers [`UpdateSecret`](Request::UpdateSecret).
    pub fn secret_updated(&mut self, now: Instant, out: &mut impl Output) -> Result<(), SendError> {
        self.step(&[State::Open], connection::UpdateSecretOk {}.into(), out)?;
        self.sent(now)
    }

    fn sent(&mut self, now: Instant) -> Result<(), SendError> {
        self.line.last_sent = now;
        Ok(())
    }

    // --- channels ------------------------------------------------------------------------------------------------

    /// Answers the first call on the channel that has no answer.
    pub fn answer<'a>(
        &mut self,
        now: Instant,
        channel: Channel,
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = method.into();
        let call = self.line.live(channel)?.calls.first().ok_or(SendError::OutOfOrder)?;
        if !call.answers().contains(&method.id()) || method.id().has_content() {
            return Err(SendError::Method(method.id()));
        }
        self.line.method(channel, method, out)?;
        self.answered(channel)?;
        self.sent(now)
    }

    fn answered(&mut self, channel: Channel) -> Result<(), SendError> {
        self.line.live(channel)?.calls.pop();
        Ok(())
    }

    /// Closes a channel, and says why and about which call. [`ChannelEnded`](Request::ChannelEnded) comes when the client
    /// has read it; what it sends until then is not looked at.
    pub fn close_channel(
        &mut self,
        now: Instant,
        channel: Channel,
        reply_code: ReplyCode,
        reply_text: ShortStr<'_>,
        about: Option<MethodId>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.close_channel(channel, reply_code, reply_text, about, out)?;
        self.sent(now)
    }

    /// Asks the client to send no content on this channel, or to go on. (channel.flow; RabbitMQ does without it)
    pub fn flow(
        &mut self,
        now: Instant,
        channel: Channel,
        active: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.method(channel, channel::Flow { active }.into(), out)?;
        self.sent(now)
    }

    /// Tells a consumer that it gets no more: its queue is gone. (RabbitMQ; only to clients that have the capability
    /// `consumer_cancel_notify`)
    pub fn cancel(
        &mut self,
        now: Instant,
        channel: Channel,
        consumer_tag: ShortStr<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.method(channel, basic::Cancel { consumer_tag, no_wait: true }.into(), out)?;
        self.sent(now)
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Delivers a message to a consumer; its `delivery_tag` is the machine's choice. With `no_ack` the client does not
    /// acknowledge it.
    ///
    /// All frames of it are written, or none; an output that shares memory does not copy the body.
    #[expect(clippy::too_many_arguments, reason = "a message has three parts")]
    pub fn deliver(
        &mut self,
        now: Instant,
        channel: Channel,
        deliver: &basic::Deliver<'_>,
        no_ack: bool,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        self.may_send(channel)?;
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let deliver = basic::Deliver { delivery_tag, ..*deliver };
        self.line.message(channel, &deliver, &properties, body, out)?;
        self.delivered(now, channel, no_ack)
    }

    /// Answers `basic.get` with a message; its `delivery_tag` is the machine's choice.
    #[expect(clippy::too_many_arguments, reason = "a message has three parts")]
    pub fn get_ok(
        &mut self,
        now: Instant,
        channel: Channel,
        got: &basic::GetOk<'_>,
        no_ack: bool,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        if self.line.live(channel)?.calls.first() != Some(MethodId::BasicGet) {
            return Err(SendError::OutOfOrder);
        }
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let got = basic::GetOk { delivery_tag, ..*got };
        self.line.message(channel, &got, &properties, body, out)?;
        self.answered(channel)?;
        self.delivered(now, channel, no_ack)
    }

    /// Sends a message back that nobody takes. With confirms that comes before its confirm.
    pub fn send_back(
        &mut self,
        now: Instant,
        channel: Channel,
        returned: &basic::Return<'_>,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.message(channel, returned, &properties, body, out)?;
        self.sent(now)
    }

    /// Begins to deliver a message whose body is not at hand as one: [`piece`](Self::piece) sends it.
    pub fn deliver_head(
        &mut self,
        now: Instant,
        channel: Channel,
        deliver: &basic::Deliver<'_>,
        no_ack: bool,
        header: ContentHeader<'_>,
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        self.may_send(channel)?;
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let method = basic::Deliver { delivery_tag, ..*deliver }.into();
        self.line.head(channel, &method, header, out)?;
        self.delivered(now, channel, no_ack)
    }

    /// Sends a piece of a body, and says how many bytes are missing.
    pub fn piece(
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

    /// What `basic.get` asked for is sent also while the client has asked to stop. (channel.flow)
    fn may_send(&mut self, channel: Channel) -> Result<(), SendError> {
        if self.line.live(channel)?.stopped { Err(SendError::Stopped) } else { Ok(()) }
    }

    fn next_tag(&mut self, channel: Channel, no_ack: bool) -> Result<u64, SendError> {
        let window = self.line.config.window;
        let slot = self.line.live(channel)?;
        if no_ack || slot.delivered.reserve(window) { Ok(slot.delivered.next()) } else { Err(SendError::WindowFull) }
    }

    fn delivered(&mut self, now: Instant, channel: Channel, no_ack: bool) -> Result<DeliveryTag, SendError> {
        let tag = self.line.live(channel)?.delivered.push(!no_ack);
        self.line.last_sent = now;
        Ok(DeliveryTag { channel, tag })
    }

    /// Confirms a publish; with `multiple` all before it on its channel, too.
    pub fn confirm(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, channel, number, multiple, basic::Ack { delivery_tag: number, multiple }.into(), out)
    }

    /// Refuses a publish; with `multiple` all before it on its channel, too.
    pub fn refuse(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let nack = basic::Nack { delivery_tag: number, multiple, requeue: false };
        self.settle(now, channel, number, multiple, nack.into(), out)
    }

    fn settle(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        method: Method<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if !self.line.live(channel)?.published.has(number) {
            return Err(SendError::StaleDelivery);
        }
        self.line.method(channel, method, out)?;
        self.line.live(channel)?.published.settle(number, multiple, false);
        self.sent(now)
    }

    /// The deliveries on a channel that are not acknowledged, in order: to be requeued once it is closed, until when they
    /// can be asked for, and until its number is used again.
    pub fn unacknowledged(&self, channel: Channel) -> impl Iterator<Item = DeliveryTag> + '_ {
        self.line.unacknowledged(channel)
    }

    /// Whether the channel has transactions: then what is published and acknowledged on it counts when `tx.commit` is
    /// called, and not if `tx.rollback` is.
    pub fn has_transactions(&self, channel: Channel) -> bool {
        let slot = self.line.slot(channel.number).filter(|(same, _)| *same == channel);
        slot.is_some_and(|(_, slot)| slot.transactions)
    }

    /// How many deliveries on a channel are not acknowledged: what a prefetch count limits.
    pub fn unacknowledged_count(&self, channel: Channel) -> u32 {
        let slot = self.line.slot(channel.number).filter(|(same, _)| *same == channel);
        slot.map_or(0, |(_, slot)| slot.delivered.count())
    }

    /// The publishes on a channel that are not confirmed, in order.
    pub fn unconfirmed(&self, channel: Channel) -> impl Iterator<Item = u64> + '_ {
        self.line.unconfirmed(channel)
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// Takes the frame at the start of `input`: says what it asks for, and how many bytes it took.
    ///
    /// `None` if the input ends before the frame does, or if the application is to answer what came before; and while a
    /// channel has as many calls outstanding as it can, or with confirms publishes: then
    /// [`is_held_back`](Self::is_held_back). Call again with the same bytes and more behind them. Answers are written to
    /// `out`; if it is full nothing was consumed.
    pub fn receive<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        self.line.held_back = false;
        if matches!(self.line.state, State::Asked(_) | State::Closed) {
            return Ok(None);
        }
        let before = self.line.decoder.clone();
        let request = self.next(now, input, out);
        match &request {
            Ok(Some(_)) => {}
            Ok(None) | Err(Error::Full) => self.line.decoder = before,
            Err(error) => {
                if self.line.state == State::New {
                    // What this is, is not AMQP: so it is told. (§4.2.2)
                    let _ = Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1).encode(0, out);
                }
                self.line.fail(*error, out);
            }
        }
        request
    }

    fn next<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        let Some((frame, used)) = self.line.decoder.decode(input)? else { return Ok(None) };
        self.line.heard(now);
        self.line.held_back = self.must_wait(&frame);
        if self.line.held_back {
            return Ok(None);
        }
        let request = match self.line.state {
            State::Open | State::Closing => match (self.line.common(&frame, out)?, frame) {
                (Some(request), _) => request,
                (None, Frame::Method(0, method)) => Self::about_connection(&method)?,
                (None, Frame::Method(number, method)) => self.on_channel(number, &method, out)?,
                // All others are common.
                (None, _) => return Err(Violation::UnexpectedFrame.into()),
            },
            _ => self.handshake(&frame, out)?,
        };
        Ok(Some((request, used)))
    }

    /// Whether a publish would be one more than can await its confirm, or a call than its answer.
    fn must_wait(&mut self, frame: &Frame<'_>) -> bool {
        let Frame::Method(number, method) = frame else { return false };
        let window = self.line.config.window;
        let Some((_, slot)) = self.line.slot_mut(*number) else { return false };
        match method {
            _ if slot.phase != Phase::Open => false,
            Method::BasicPublish(_) => slot.confirms && !slot.published.reserve(window),
            other => !other.id().answers().is_empty() && slot.calls.is_full(),
        }
    }

    fn handshake<'i>(&mut self, frame: &Frame<'i>, out: &mut impl Output) -> Result<Request<'i>, Error> {
        let method = match (self.line.state, frame) {
            (State::New, Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1)) => {
                self.line.state = State::Asked(MethodId::ConnectionStart);
                return Ok(Request::Hello);
            }
            (State::New, Frame::ProtocolHeader(header)) => {
                self.line.put(&Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1), out)?;
                self.line.state = State::Closed;
                return Ok(Request::VersionRefused(*header));
            }
            (State::Awaits(_), Frame::Heartbeat) => return Ok(Request::Heartbeat),
            (State::Awaits(_), Frame::Method(_, Method::ConnectionClose(close))) => {
                self.line.put(&Frame::Method(0, connection::CloseOk {}.into()), out)?;
                self.line.state = State::Closed;
                return Ok(Request::Closed(*close));
            }
            (State::Awaits(_), Frame::Method(_, method)) => method,
            _ => return Err(Violation::UnexpectedFrame.into()),
        };
        match (self.line.state, method) {
            (State::Awaits(MethodId::ConnectionStartOk), Method::ConnectionStartOk(start_ok)) => {
                self.line.state = State::Asked(MethodId::ConnectionStartOk);
                Ok(Request::Login(*start_ok))
            }
            (State::Awaits(MethodId::ConnectionSecureOk), Method::ConnectionSecureOk(secure_ok)) => {
                self.line.state = State::Asked(MethodId::ConnectionSecureOk);
                Ok(Request::Response(secure_ok.response))
            }
            (State::Awaits(MethodId::ConnectionTuneOk), Method::ConnectionTuneOk(tune_ok)) => {
                self.tuned(tune_ok)?;
                self.line.state = State::Awaits(MethodId::ConnectionOpen);
                Ok(Request::Tuned(*tune_ok))
            }
            (State::Awaits(MethodId::ConnectionOpen), Method::ConnectionOpen(open)) => {
                self.line.state = State::Asked(MethodId::ConnectionOpen);
                Ok(Request::Open(open.virtual_host))
            }
            (_, method) => Err(Violation::Handshake(method.id()).into()),
        }
    }

    /// The client may want less than was proposed, not more; and no frames that are too small to be used.
    fn tuned(&mut self, tune_ok: &connection::TuneOk) -> Result<(), Error> {
        let config = self.line.config;
        let channel_max = config.channel_max.min(self.line.session.slots.most());
        let more = |wanted: u32, proposed: u32| proposed != 0 && (wanted == 0 || wanted > proposed);
        let wrong = more(tune_ok.frame_max, config.frame_max)
            || more(tune_ok.channel_max.into(), channel_max.into())
            || tune_ok.frame_max != 0 && tune_ok.frame_max < Limits::FRAME_MIN_SIZE;
        if wrong {
            return Err(Violation::Tune.into());
        }
        self.line.agree(tune_ok.channel_max, tune_ok.frame_max, tune_ok.heartbeat);
        Ok(())
    }

    fn about_connection<'i>(method: &Method<'i>) -> Result<Request<'i>, Error> {
        match method {
            Method::ConnectionUpdateSecret(update) => Ok(Request::UpdateSecret(*update)),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    fn on_channel<'i>(
        &mut self,
        number: u16,
        method: &Method<'i>,
        out: &mut impl Output,
    ) -> Result<Request<'i>, Error> {
        let id = method.id();
        let phase = self.line.slot(number).map_or(Phase::Free, |(_, slot)| slot.phase);
        if let (Phase::Free, Method::ChannelOpen(_)) = (phase, method) {
            if number > self.line.channel_max || !self.line.session.slots.reach(number) {
                return Err(Violation::ChannelMax.into());
            }
            self.line.put(&Frame::Method(number, channel::OpenOk {}.into()), out)?;
            return Ok(Request::ChannelOpened(self.line.begin(number, Phase::Open)));
        }
        let (Phase::Open, Some((channel, slot))) = (phase, self.line.slot_mut(number)) else {
            return Err(Violation::Channel(id).into());
        };
        if id.sender() == Sender::Server {
            return Err(Violation::Unexpected(id).into());
        }
        match method {
            Method::BasicPublish(publish) => {
                slot.receiving = Content::Header;
                let number = slot.confirms.then(|| slot.published.push(true));
                Ok(Request::Publish(channel, *publish, number))
            }
            Method::BasicAck(ack) => {
                let settled = slot.delivered.settle(ack.delivery_tag, ack.multiple, slot.transactions);
                self.settled(channel, id, (ack.delivery_tag, ack.multiple), settled, Request::Acknowledged, out)
            }
            Method::BasicNack(nack) => {
                let settled = slot.delivered.settle(nack.delivery_tag, nack.multiple, slot.transactions);
                let request = |channel, settled| Request::Rejected(channel, settled, nack.requeue);
                self.settled(channel, id, (nack.delivery_tag, nack.multiple), settled, request, out)
            }
            Method::BasicReject(reject) => {
                let settled = slot.delivered.settle(reject.delivery_tag, false, slot.transactions);
                let request = |channel, settled| Request::Rejected(channel, settled, reject.requeue);
                self.settled(channel, id, (reject.delivery_tag, false), settled, request, out)
            }
            Method::BasicRecoverAsync(_) => Ok(Request::Recover(channel, slot.delivered.settle(0, true, false))),
            Method::BasicRecover(_) => {
                let recover_ok = Frame::Method(number, basic::RecoverOk {}.into());
                let frame_max = self.line.frame_max;
                recover_ok.encode(frame_max, out).map_err(|_| Error::Full)?;
                let Some((_, slot)) = self.line.slot_mut(number) else { return Err(Violation::Channel(id).into()) };
                Ok(Request::Recover(channel, slot.delivered.settle(0, true, false)))
            }
            // The client has taken note of what we said.
            Method::BasicCancelOk(_) | Method::ChannelFlowOk(_) => Ok(Request::Ignored),
            call if !id.answers().is_empty() && id.class() >= 30 => {
                // A channel has confirms or transactions, not both; and must have what it uses.
                match call {
                    Method::ConfirmSelect(_) if slot.transactions => {
                        return self.refuse_channel(channel, id, "cannot switch from tx to confirm mode", out);
                    }
                    Method::TxSelect(_) if slot.confirms => {
                        return self.refuse_channel(channel, id, "cannot switch from confirm to tx mode", out);
                    }
                    Method::TxCommit(_) | Method::TxRollback(_) if !slot.transactions => {
                        return self.refuse_channel(channel, id, "channel is not transactional", out);
                    }
                    Method::ConfirmSelect(_) => slot.confirms = true,
                    Method::TxSelect(_) => slot.transactions = true,
                    Method::TxCommit(_) => slot.delivered.commit(),
                    Method::TxRollback(_) => slot.delivered.roll_back(),
                    _ => {}
                }
                if !no_wait(call) {
                    slot.calls.push(id);
                }
                Ok(Request::Call(channel, *call))
            }
            // It is open. (channel.open.state)
            Method::ChannelOpen(_) => Err(Violation::Channel(id).into()),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    /// What an acknowledgement settled. One that settles nothing costs the client its channel: that is how RabbitMQ sees
    /// it, but for a multiple of all there are, of which there may be none.
    fn settled<'i>(
        &mut self,
        channel: Channel,
        id: MethodId,
        (tag, multiple): (u64, bool),
        settled: Option<super::Settled>,
        request: impl FnOnce(Channel, super::Settled) -> Request<'i>,
        out: &mut impl Output,
    ) -> Result<Request<'i>, Error> {
        if let Some(settled) = settled {
            return Ok(request(channel, settled));
        }
        if multiple && tag == 0 {
            return Ok(Request::Ignored);
        }
        self.refuse_channel(channel, id, "unknown delivery tag", out)
    }

    /// Closes the channel of a client that broke a rule. Nothing else was changed: if the output is full the call can be
    /// repeated.
    fn refuse_channel<'i>(
        &mut self,
        channel: Channel,
        id: MethodId,
        why: &str,
        out: &mut impl Output,
    ) -> Result<Request<'i>, Error> {
        let code = ReplyCode::PreconditionFailed;
        match self.line.close_channel(channel, code, ShortStr::from(why), Some(id), out) {
            Ok(()) => Ok(Request::ChannelRefused(channel, code)),
            Err(_) => Err(Error::Full),
        }
    }

    // --- time, and what is known ---------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.line.deadline()
    }

    /// Does what is due at `now`: sends a heartbeat, or finds that the client is gone.
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        self.line.timeout(now, out)
    }

    /// Whether the last call of [`receive`](Self::receive) held a call or a publish back, since too many are outstanding on
    /// its channel. More bytes do not help then: answer some, or confirm them.
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

    /// The largest frame that the client takes, in bytes; 0 is no limit.
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

/// Where a login goes on or succeeds.
const LOGGING_IN: [State; 2] = [State::Asked(MethodId::ConnectionStartOk), State::Asked(MethodId::ConnectionSecureOk)];
