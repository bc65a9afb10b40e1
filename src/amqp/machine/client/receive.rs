//! What a client does with what the server sends.

use super::super::channel::{Channel, Content, DeliveryTag, Phase, Slot, Slots};
use super::super::{Error, Event, State, Violation, lower};
use super::Client;
use crate::amqp::{Frame, Limits, Method, MethodId, basic, connection};
use crate::{Instant, Output};

impl<S: Slots> Client<S> {
    /// Whether there is anything to listen for.
    pub(in super::super) const fn listens(&self) -> bool {
        !matches!(self.line.state, State::New | State::Asked(_) | State::Closed)
    }

    #[cold]
    pub(in super::super) fn fail(&mut self, error: Error, out: &mut impl Output) {
        self.line.fail(error, out);
    }

    /// Whether a delivery would be one more than can be outstanding; or the end of a consumer would be answered in the
    /// middle of a body. While we close nothing waits, for nothing can be acknowledged or sent.
    pub(in super::super) fn must_wait(&mut self, frame: &Frame<'_>) -> bool {
        let Frame::Method(number, method) = frame else { return false };
        let (state, window) = (self.line.state, self.line.config.window);
        let Some((_, slot)) = self.line.slot_mut(*number) else { return false };
        match method {
            _ if state != State::Open || slot.phase != Phase::Open => false,
            Method::BasicDeliver(_) | Method::BasicGetOk(_) => {
                !slot.automatic && !slot.recovers() && !slot.delivered.reserve(window)
            }
            Method::BasicCancel(cancel) => !cancel.no_wait && slot.sending != 0,
            _ => false,
        }
    }

    pub(in super::super) fn handshake<'i>(
        &mut self,
        now: Instant,
        frame: &Frame<'i>,
        out: &mut impl Output,
    ) -> Result<Event<'i>, Error> {
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
                if tune.frame_max != 0 && tune.frame_max < Limits::FRAME_MIN_SIZE {
                    return Err(Violation::Tune.into());
                }
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

    pub(in super::super) fn about_connection<'i>(method: &Method<'i>) -> Result<Event<'i>, Error> {
        match method {
            Method::ConnectionBlocked(blocked) => Ok(Event::Blocked(blocked.reason)),
            Method::ConnectionUnblocked(_) => Ok(Event::Unblocked),
            Method::ConnectionUpdateSecretOk(_) => Ok(Event::SecretUpdated),
            other => Err(Violation::Unexpected(other.id()).into()),
        }
    }

    pub(in super::super) fn on_channel<'i>(
        &mut self,
        number: u16,
        method: &Method<'i>,
        out: &mut impl Output,
    ) -> Result<Event<'i>, Error> {
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
        if let Some(call) = slot.calls.answered_by(id) {
            return Ok(self.answer(channel, call, method));
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

    fn answer<'i>(&mut self, channel: Channel, call: usize, method: &Method<'i>) -> Event<'i> {
        self.slot(channel.number, |slot| slot.calls.remove(call));
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
                slot.delivered.push(!slot.recovers());
            }
        });
        DeliveryTag { channel, tag }
    }

    fn slot(&mut self, number: u16, change: impl FnOnce(&mut Slot<S::Words>)) {
        if let Some((_, slot)) = self.line.slot_mut(number) {
            change(slot);
        }
    }
}
