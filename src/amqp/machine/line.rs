//! What both ends do alike: frames to channels, content in order, the end of channels and of the connection, heartbeats.

use core::time::Duration;

use super::channel::{Channel, Content, DeliveryTag, Phase, Slot, Slots};
use super::error::{Error, SendError, Timeout, Violation};
use super::event::Meaning;
use super::{Config, State};
use crate::amqp::{
    ContentHeader, Decoder, Frame, Limits, Method, MethodId, ReplyCode, Session, ShortStr, channel, connection,
};
use crate::{Instant, Output};

/// One end of a connection, whichever.
#[derive(Clone, Debug)]
pub(super) struct Line<S> {
    pub(super) session: Session<S>,
    pub(super) decoder: Decoder,
    pub(super) config: Config,
    pub(super) state: State,
    /// What was agreed; until then what everybody takes.
    pub(super) frame_max: u32,
    pub(super) channel_max: u16,
    /// Seconds; 0 is off.
    pub(super) heartbeat: u16,
    pub(super) last_sent: Instant,
    /// When something came last; until the handshake is through, when it began.
    pub(super) last_received: Instant,
    /// How many of the bytes that were not consumed have been seen.
    pub(super) seen: usize,
    /// No channel before this index is free: so the lowest free one is found without a look at all.
    pub(super) none_free_below: usize,
    /// The last frame was held back until the application settles something.
    pub(super) held_back: bool,
}

impl<S: Slots> Line<S> {
    pub(super) const fn new(config: Config, session: Session<S>, now: Instant) -> Self {
        let limits = Limits { frame: config.initial_frame_max, depth: config.depth };
        Self {
            session,
            decoder: Decoder::with_limits(limits).with_dialect(config.dialect),
            config,
            state: State::New,
            frame_max: config.initial_frame_max,
            channel_max: 0,
            heartbeat: 0,
            last_sent: now,
            last_received: now,
            seen: 0,
            none_free_below: 0,
            held_back: false,
        }
    }

    /// The highest channel number that we want, and have room for: 0 only if there is room for none.
    pub(super) fn most_channels(&self) -> u16 {
        self.at_most(self.config.channel_max)
    }

    /// The same with another limit, of which 0 is none.
    fn at_most(&self, channel_max: u16) -> u16 {
        let most = self.session.slots.most();
        if channel_max == 0 { most } else { channel_max.min(most) }
    }

    /// Both ends have agreed. 0 is no limit, which there is only if we have none.
    pub(super) fn agree(&mut self, channel_max: u16, frame_max: u32, heartbeat: u16) {
        self.channel_max = self.at_most(channel_max);
        self.frame_max = frame_max;
        self.heartbeat = heartbeat;
        let frame = if frame_max == 0 { u32::MAX } else { frame_max };
        self.decoder.set_limits(Limits { frame, depth: self.config.depth });
    }

    /// The handshake is through.
    pub(super) const fn opened(&mut self, now: Instant) {
        self.state = State::Open;
        self.last_received = now;
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// So many bytes are there. Any that are new are a sign of life, also in the middle of a frame. (§4.2.7)
    pub(super) fn heard(&mut self, now: Instant, there: usize) {
        if there > self.seen && self.state == State::Open {
            self.last_received = now;
        }
        self.seen = there;
    }

    /// Whether a frame must wait: it asks for an answer of the machine's, which would be in the middle of the body that is
    /// being sent on its channel. RabbitMQ closes the connection for that. (§4.2.6)
    pub(super) fn interrupts(&self, frame: &Frame<'_>) -> bool {
        let Frame::Method(number, method) = frame else { return false };
        let asks = matches!(method, Method::ChannelClose(_) | Method::ChannelFlow(_) | Method::BasicRecover(_));
        asks && self.state == State::Open
            && self
                .slot(*number)
                .is_some_and(|(_, slot)| slot.sending != 0 && matches!(slot.phase, Phase::Open | Phase::Opening))
    }

    /// What both roles do with a frame on an open connection; `None` if the role knows what it is.
    pub(super) fn common<'i, M: Meaning<'i>>(
        &mut self,
        frame: &Frame<'i>,
        out: &mut impl Output,
    ) -> Result<Option<M>, Error> {
        Ok(Some(match frame {
            Frame::Method(_, Method::ConnectionClose(close)) => {
                self.put(&Frame::Method(0, connection::CloseOk {}.into()), out)?;
                self.state = State::Closed;
                M::closed(close)
            }
            Frame::Method(_, Method::ConnectionCloseOk(_)) if self.state == State::Closing => {
                self.state = State::Closed;
                M::ended()
            }
            Frame::Heartbeat => M::heartbeat(),
            // While we close nothing else is looked at. (§1.4.2.10)
            _ if self.state == State::Closing => M::ignored(),
            Frame::ProtocolHeader(_) => return Err(Violation::UnexpectedFrame.into()),
            Frame::Header(number, header) => self.header(*number, header)?,
            Frame::Body(number, bytes) => self.body(*number, bytes)?,
            Frame::Method(0, _) => return Ok(None),
            Frame::Method(number, method) => return self.channel_method(*number, method, out),
        }))
    }

    fn channel_method<'i, M: Meaning<'i>>(
        &mut self,
        number: u16,
        method: &Method<'i>,
        out: &mut impl Output,
    ) -> Result<Option<M>, Error> {
        let Some((channel, slot)) = self.slot(number) else { return Ok(None) };
        match (slot.phase, method) {
            (Phase::Free, _) => return Ok(None),
            (Phase::Closing, Method::ChannelCloseOk(_)) => {
                self.free(channel);
                return Ok(Some(M::channel_ended(channel)));
            }
            // Both have closed it at once: ours still awaits its answer.
            (Phase::Closing, Method::ChannelClose(_)) => {
                self.put(&Frame::Method(number, channel::CloseOk {}.into()), out)?;
                return Ok(Some(M::ignored()));
            }
            (Phase::Closing, _) => return Ok(Some(M::ignored())),
            (_, Method::ChannelClose(close)) => {
                self.put(&Frame::Method(number, channel::CloseOk {}.into()), out)?;
                self.free(channel);
                return Ok(Some(M::channel_closed(channel, close)));
            }
            (_, method) if slot.receiving != Content::None => {
                let _ = method;
                return Err(Violation::Content.into());
            }
            (Phase::Open, Method::ChannelFlow(flow)) => {
                self.put(&Frame::Method(number, channel::FlowOk { active: flow.active }.into()), out)?;
                if let Some((_, slot)) = self.slot_mut(number) {
                    slot.stopped = !flow.active;
                }
                return Ok(Some(M::flow(channel, flow.active)));
            }
            _ => {}
        }
        Ok(None)
    }

    fn header<'i, M: Meaning<'i>>(&mut self, number: u16, header: &ContentHeader<'i>) -> Result<M, Error> {
        let Some((channel, slot)) = self.slot_mut(number) else { return Err(Violation::Content.into()) };
        match (slot.phase, slot.receiving) {
            (Phase::Closing, _) => Ok(M::ignored()),
            (Phase::Open, Content::Header) => {
                slot.receiving = if header.body_size == 0 { Content::None } else { Content::Body(header.body_size) };
                Ok(M::header(channel, header))
            }
            _ => Err(Violation::Content.into()),
        }
    }

    fn body<'i, M: Meaning<'i>>(&mut self, number: u16, bytes: &'i [u8]) -> Result<M, Error> {
        let Some((channel, slot)) = self.slot_mut(number) else { return Err(Violation::Content.into()) };
        match (slot.phase, slot.receiving) {
            (Phase::Closing, _) => Ok(M::ignored()),
            (Phase::Open, Content::Body(wanted)) => {
                let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let remaining = wanted.checked_sub(len).ok_or(Violation::BodySize)?;
                slot.receiving = if remaining == 0 { Content::None } else { Content::Body(remaining) };
                Ok(M::body(channel, bytes, remaining))
            }
            _ => Err(Violation::Content.into()),
        }
    }

    /// The connection is over: tells the peer why, if it is far enough and the output has room.
    #[cold]
    pub(super) fn fail(&mut self, error: Error, out: &mut impl Output) {
        // Before the limits are settled the peer expects no close. (RabbitMQ sends none either.)
        let is_settled = match self.state {
            State::Open => true,
            State::Awaits(id) | State::Asked(id) => matches!(id, MethodId::ConnectionOpen | MethodId::ConnectionOpenOk),
            // It was told before, or is not there yet.
            State::Closing | State::New | State::Closed => false,
        };
        if is_settled && !matches!(error, Error::Timeout(_)) {
            let about = match error {
                Error::Violation(violation) => violation.method(),
                _ => None,
            };
            let (class_id, method_id) = about.map_or((0, 0), |id| (id.class(), id.method()));
            let code = error.reply_code();
            let close =
                connection::Close { reply_code: code, reply_text: ShortStr::from(code.name()), class_id, method_id };
            let _ = Frame::Method(0, close.into()).encode(self.frame_max, out);
        }
        self.state = State::Closed;
    }

    // --- channels ------------------------------------------------------------------------------------------------

    /// The slot with this number, if there is one, and its channel's handle.
    pub(super) fn slot(&self, number: u16) -> Option<(Channel, &Slot<S::Words>)> {
        let slot = self.session.slots.all().get(usize::from(number.checked_sub(1)?))?;
        Some((Channel::new(number, slot.epoch), slot))
    }

    pub(super) fn slot_mut(&mut self, number: u16) -> Option<(Channel, &mut Slot<S::Words>)> {
        let slot = self.session.slots.all_mut().get_mut(usize::from(number.checked_sub(1)?))?;
        Some((Channel::new(number, slot.epoch), slot))
    }

    /// The slot of a channel that can be used.
    pub(super) fn live(&mut self, channel: Channel) -> Result<&mut Slot<S::Words>, SendError> {
        if self.state != State::Open {
            return Err(SendError::NotConnected);
        }
        match self.slot_mut(channel.number) {
            Some((same, slot)) if same == channel && matches!(slot.phase, Phase::Open | Phase::Opening) => Ok(slot),
            _ => Err(SendError::StaleChannel),
        }
    }

    /// Begins a channel's next life.
    pub(super) fn begin(&mut self, number: u16, phase: Phase) -> Channel {
        let channel = self.session.begin(number);
        if let Some((_, slot)) = self.slot_mut(number) {
            *slot = Slot { epoch: channel.epoch, phase, ..Slot::NEW };
        }
        channel
    }

    /// The channel is closed. What was outstanding on it can still be asked for, until the number is used again.
    fn free(&mut self, channel: Channel) {
        if let Some((_, slot)) = self.slot_mut(channel.number) {
            slot.phase = Phase::Free;
        }
        let index = usize::from(channel.number).saturating_sub(1);
        self.none_free_below = self.none_free_below.min(index);
    }

    pub(super) fn close_channel(
        &mut self,
        now: Instant,
        channel: Channel,
        reply_code: ReplyCode,
        reply_text: ShortStr<'_>,
        about: Option<MethodId>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.live(channel)?;
        let (class_id, method_id) = about.map_or((0, 0), |id| (id.class(), id.method()));
        let close = channel::Close { reply_code, reply_text, class_id, method_id };
        Frame::Method(channel.number, close.into()).encode(self.frame_max, out)?;
        self.last_sent = now;
        self.live(channel)?.phase = Phase::Closing;
        Ok(())
    }

    pub(super) fn close(
        &mut self,
        now: Instant,
        reply_code: ReplyCode,
        reply_text: ShortStr<'_>,
        about: Option<MethodId>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if matches!(self.state, State::New | State::Closing | State::Closed) {
            return Err(SendError::NotConnected);
        }
        let (class_id, method_id) = about.map_or((0, 0), |id| (id.class(), id.method()));
        let close = connection::Close { reply_code, reply_text, class_id, method_id };
        Frame::Method(0, close.into()).encode(self.frame_max, out)?;
        self.last_sent = now;
        self.state = State::Closing;
        Ok(())
    }

    // --- what is outstanding -------------------------------------------------------------------------------------

    /// What is known of a channel, also just after it was closed.
    pub(super) fn known(&self, channel: Channel) -> Option<&Slot<S::Words>> {
        self.slot(channel.number).filter(|(same, _)| *same == channel).map(|(_, slot)| slot)
    }

    /// Deliveries on the channel that are not acknowledged.
    pub(super) fn unacknowledged(&self, channel: Channel) -> impl Iterator<Item = DeliveryTag> + '_ {
        let tags = self.known(channel).into_iter().flat_map(|slot| slot.delivered.iter());
        tags.map(move |tag| DeliveryTag { channel, tag })
    }

    /// Publishes on the channel that are not confirmed.
    pub(super) fn unconfirmed(&self, channel: Channel) -> impl Iterator<Item = u64> + '_ {
        self.known(channel).into_iter().flat_map(|slot| slot.published.iter())
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// When a heartbeat is due, or the peer is late. (§4.2.7)
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Closed => None,
            State::New | State::Awaits(_) | State::Asked(_) => {
                Some(self.last_received.after(self.config.handshake_timeout))
            }
            State::Closing => Some(self.last_sent.after(self.config.handshake_timeout)),
            _ if self.heartbeat == 0 => None,
            _ => {
                let late = self.last_received.after(Duration::from_secs(self.heartbeat.into()).saturating_mul(2));
                // Twice as often as was agreed, so that one that is delayed is not missed.
                let half = Duration::from_millis(500).saturating_mul(self.heartbeat.into());
                Some(late.min(self.last_sent.after(half)))
            }
        }
    }

    pub(super) fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let beat = Duration::from_secs(self.heartbeat.into());
        if self.state != State::Open || now >= self.last_received.after(beat.saturating_mul(2)) {
            let late = match self.state {
                State::Open => Timeout::Heartbeat,
                State::Closing => Timeout::Close,
                _ => Timeout::Handshake,
            };
            self.state = State::Closed;
            return Err(Error::Timeout(late));
        }
        self.put(&Frame::Heartbeat, out)?;
        self.last_sent = now;
        Ok(())
    }
}
