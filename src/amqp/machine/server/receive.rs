//! What a server does with what the client sends.

use super::super::channel::{Channel, Content, Phase, Selected, Slot, Slots};
use super::super::words::Words;
use super::super::{Error, Request, State, Violation};
use super::Server;
use crate::amqp::{
    Frame, Limits, Method, MethodId, ProtocolHeader, ReplyCode, Sender, ShortStr, basic, channel, connection,
};
use crate::{Instant, Output};

impl<S: Slots> Server<S> {
    /// Whether there is anything to listen for.
    pub(in super::super) const fn listens(&self) -> bool {
        !matches!(self.line.state, State::Asked(_) | State::Closed)
    }

    #[cold]
    pub(in super::super) fn fail(&mut self, error: Error, out: &mut impl Output) {
        if self.line.state == State::New {
            // What this is, is not AMQP: so it is told. (§4.2.2)
            let _ = Frame::ProtocolHeader(ProtocolHeader::AMQP_0_9_1).encode(0, out);
        }
        self.line.fail(error, out);
    }

    /// Whether a publish would be one more than can await its confirm, or a call than its answer; or what the machine
    /// answers itself would be answered before its turn, or in the middle of a body that is being sent. While we
    /// close nothing waits, for nothing can be answered.
    pub(in super::super) fn must_wait(&mut self, frame: &Frame<'_>) -> bool {
        let Frame::Method(number, method) = frame else { return false };
        let (state, window) = (self.line.state, self.line.config.window);
        let Some((_, slot)) = self.line.slot_mut(*number) else { return false };
        match method {
            _ if state != State::Open || slot.phase != Phase::Open => false,
            Method::BasicPublish(_) => slot.has_confirms() && !slot.published.reserve(window),
            Method::BasicRecover(_) | Method::ChannelFlow(_) => !slot.calls.is_empty(),
            // Nothing that was called before is answered any more.
            Method::ChannelClose(_) => false,
            other if slot.sending != 0 && refusal(slot, other).is_some() => true,
            other => !other.id().answers().is_empty() && !other.no_wait() && slot.calls.is_full(),
        }
    }

    pub(in super::super) fn handshake<'i>(
        &mut self,
        _: Instant,
        frame: &Frame<'i>,
        out: &mut impl Output,
    ) -> Result<Request<'i>, Error> {
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
        let channel_max = self.line.most_channels();
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

    pub(in super::super) fn about_connection<'i>(method: &Method<'i>) -> Result<Request<'i>, Error> {
        match method {
            Method::ConnectionUpdateSecret(update) => Ok(Request::UpdateSecret(*update)),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    pub(in super::super) fn on_channel<'i>(
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
        if let Some(why) = refusal(slot, method) {
            return self.refuse_channel(channel, id, why, out);
        }
        match method {
            Method::BasicPublish(publish) => {
                slot.receiving = Content::Header;
                let number = slot.has_confirms().then(|| slot.published.push(true));
                Ok(Request::Publish(channel, *publish, number))
            }
            Method::BasicAck(ack) => {
                let settled = slot.delivered.settle(ack.delivery_tag, ack.multiple, slot.has_transactions());
                Ok(settled.map_or(Request::Ignored, |settled| Request::Acknowledged(channel, settled)))
            }
            Method::BasicNack(nack) => {
                let settled = slot.delivered.settle(nack.delivery_tag, nack.multiple, slot.has_transactions());
                Ok(settled.map_or(Request::Ignored, |settled| Request::Rejected(channel, settled, nack.requeue)))
            }
            Method::BasicReject(reject) => {
                let settled = slot.delivered.settle(reject.delivery_tag, false, slot.has_transactions());
                Ok(settled.map_or(Request::Ignored, |settled| Request::Rejected(channel, settled, reject.requeue)))
            }
            Method::BasicRecoverAsync(basic::RecoverAsync { requeue: false })
            | Method::BasicRecover(basic::Recover { requeue: false }) => Err(Violation::NotImplemented(id).into()),
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
                match call {
                    Method::ConfirmSelect(_) => slot.selected.add(Selected::CONFIRMS),
                    Method::TxSelect(_) => slot.selected.add(Selected::TRANSACTIONS),
                    Method::TxCommit(_) => slot.delivered.commit(),
                    Method::TxRollback(_) => slot.delivered.roll_back(),
                    _ => {}
                }
                if !call.no_wait() {
                    slot.calls.push(id);
                }
                Ok(Request::Call(channel, *call))
            }
            // It is open. (channel.open.state)
            Method::ChannelOpen(_) => Err(Violation::Channel(id).into()),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
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
        // What it answers came just now, on a connection that is open.
        let now = self.line.last_received;
        match self.line.close_channel(now, channel, code, ShortStr::from(why), Some(id), out) {
            Ok(()) => Ok(Request::ChannelRefused(channel, code)),
            Err(_) => Err(Error::Full),
        }
    }
}

/// Why RabbitMQ closes the channel for this method.
///
/// An acknowledgement that settles nothing costs the client its channel; but for a multiple of all there are, of which
/// there may be none. A channel has confirms or transactions, not both; and must have what it uses.
fn refusal<W: Words>(slot: &Slot<W>, method: &Method<'_>) -> Option<&'static str> {
    let unknown = |tag, multiple| {
        let is_known = multiple && tag == 0 || slot.delivered.settles(tag, multiple);
        (!is_known).then_some("unknown delivery tag")
    };
    match method {
        Method::BasicAck(ack) => unknown(ack.delivery_tag, ack.multiple),
        Method::BasicNack(nack) => unknown(nack.delivery_tag, nack.multiple),
        Method::BasicReject(reject) => unknown(reject.delivery_tag, false),
        Method::ConfirmSelect(_) if slot.has_transactions() => Some("cannot switch from tx to confirm mode"),
        Method::TxSelect(_) if slot.has_confirms() => Some("cannot switch from confirm to tx mode"),
        Method::TxCommit(_) | Method::TxRollback(_) if !slot.has_transactions() => Some("channel is not transactional"),
        _ => None,
    }
}
