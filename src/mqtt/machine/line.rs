//! What both ends do alike around the flows: decoding, parts of large messages, final errors.

use super::auth::Method;
use super::event::Meaning;
use super::flow::Flow;
use super::{Config, Delivery, Error, SendError, Settings, State, Violation};
use crate::mqtt::{
    Decoder, Disconnect, Limits, Packet, PacketId, PacketType, Part, Publish, QoS, ReasonCode, Session, Slots, Version,
};
use crate::{Instant, Output};

/// One end of a connection, whichever.
#[derive(Clone, Debug)]
pub(super) struct Line<S> {
    pub(super) flow: Flow<S>,
    pub(super) decoder: Decoder,
    pub(super) settings: Settings,
    pub(super) state: State,
    pub(super) method: Method,
    /// Seconds; 0 is off.
    pub(super) keep_alive: u16,
    /// Seconds that the session outlives the connection.
    pub(super) expiry: u32,
    pub(super) last_sent: Instant,
    pub(super) last_received: Instant,
    /// Whether the session is this connection's: CONNACK said success.
    began: bool,
    streaming: Streaming,
}

/// A large message whose payload is coming in pieces.
#[derive(Clone, Copy, Debug)]
enum Streaming {
    /// Its last piece acknowledges it, unless its QoS is 0.
    New(Option<PacketId>, QoS),
    /// It was delivered before: its pieces are dropped.
    Duplicate(PacketId),
}

impl<S: Slots> Line<S> {
    pub(super) const fn new(config: Config, session: Session<S>, version: Version, now: Instant) -> Self {
        Self {
            flow: Flow::new(session),
            decoder: Decoder::with_limits(version, config.limits),
            settings: Settings::new(&config),
            state: State::New,
            method: Method::NONE,
            keep_alive: 0,
            expiry: 0,
            last_sent: now,
            last_received: now,
            began: false,
            streaming: Streaming::New(None, QoS::AtMostOnce),
        }
    }

    /// Both ends speak this version from now on.
    pub(super) fn speak(&mut self, version: Version) {
        self.flow.version = version;
        self.decoder.set_version(version);
    }

    /// We said how much we take.
    pub(super) fn announced(&mut self) {
        let packet = self.settings.limits.packet.min(self.flow.ours.maximum_packet_size);
        let publish = self.settings.limits.publish.min(self.flow.ours.maximum_packet_size);
        self.decoder.set_limits(Limits { packet, publish, ..self.settings.limits });
    }

    /// CONNACK says success: the session goes on, or a new one begins.
    pub(super) fn begin(&mut self, now: Instant, session_present: bool) {
        self.flow.session.begin(now, session_present);
        self.began = true;
        self.state = State::Connected;
    }

    /// Decodes the next packet, or part of one.
    #[inline]
    pub(super) fn decode<'i>(&mut self, input: &'i [u8], parts: bool) -> Result<Option<(Part<'i>, usize)>, Error> {
        if parts {
            return Ok(self.decoder.decode_part(input)?);
        }
        Ok(self.decoder.decode(input)?.map(|(packet, used)| (Part::Packet(packet), used)))
    }

    /// Does what the flows do with a unit; `None` if it is none of theirs.
    #[inline]
    pub(super) fn step<'i, M: Meaning<'i>>(
        &mut self,
        part: &Part<'i>,
        out: &mut impl Output,
    ) -> Result<Option<M>, Error> {
        let flow = &mut self.flow;
        Ok(Some(match part {
            Part::Packet(Packet::Publish(publish)) => match flow.publish_received(publish, &self.settings, out)? {
                Some(delivery) => M::publish(publish, delivery),
                None => duplicate(publish),
            },
            Part::Packet(Packet::PubAck(ack)) => flow.puback_received(ack)?,
            Part::Packet(Packet::PubRec(ack)) => flow.pubrec_received(ack, out)?,
            Part::Packet(Packet::PubRel(ack)) => flow.pubrel_received(ack, out)?,
            Part::Packet(Packet::PubComp(ack)) => flow.pubcomp_received(ack)?,
            Part::Packet(_) => return Ok(None),
            Part::Head { publish, payload_len } => self.head(publish, *payload_len, out)?,
            Part::Payload { bytes, remaining } => self.payload(bytes, *remaining, out)?,
        }))
    }

    /// A large message is like one that the application acknowledges, until its last piece is there.
    fn head<'i, M: Meaning<'i>>(&mut self, publish: &Publish<'i>, len: u32, out: &mut impl Output) -> Result<M, Error> {
        let manual = Settings { manual_ack: true, ..self.settings };
        let delivery = self.flow.publish_received(publish, &manual, out)?;
        Ok(match (delivery, publish.packet_id) {
            (None, Some(id)) => {
                self.streaming = Streaming::Duplicate(id);
                M::duplicate(id)
            }
            (delivery, id) => {
                self.streaming = Streaming::New(id, publish.qos);
                M::head(publish, delivery.unwrap_or(Delivery::unacknowledged()), len)
            }
        })
    }

    fn payload<'i, M: Meaning<'i>>(
        &mut self,
        bytes: &'i [u8],
        remaining: u32,
        out: &mut impl Output,
    ) -> Result<M, Error> {
        match self.streaming {
            Streaming::Duplicate(id) => Ok(M::duplicate(id)),
            Streaming::New(id, qos) => {
                if let (0, false, Some(id)) = (remaining, self.settings.manual_ack, id) {
                    let delivery = Delivery::new(id, qos, self.flow.session.epoch());
                    match self.flow.acknowledge(delivery, ReasonCode::Success, out) {
                        // Stale: the application has acknowledged it before us.
                        Ok(()) | Err(SendError::StaleDelivery) => {}
                        Err(SendError::PacketTooLarge) => return Err(Violation::MaximumPacketSize.into()),
                        Err(_) => return Err(Error::Full),
                    }
                }
                Ok(M::payload(bytes, remaining))
            }
        }
    }

    /// The connection is over: tells the peer why, if the protocol has words for it and the output has room.
    #[cold]
    pub(super) fn fail(&mut self, error: Error, out: &mut impl Output) {
        if self.state == State::Connected && self.flow.version.is_v5() {
            let code = error.reason_code();
            let code = if code.belongs_to(PacketType::Disconnect) { code } else { ReasonCode::ProtocolError };
            let farewell = Disconnect::with_reason(code);
            if self.flow.check_size(|version| farewell.encoded_len(version)).is_ok() {
                let _ = farewell.encode(self.flow.version, out);
            }
        }
        self.state = State::Closed;
    }

    #[inline]
    pub(super) fn connected(&self) -> Result<(), SendError> {
        if self.state == State::Connected { Ok(()) } else { Err(SendError::NotConnected) }
    }

    /// Checks what we are about to announce against the memory that there is; `requests` slots are for other things.
    pub(super) fn can_announce(
        &self,
        terms: &super::Terms,
        version: Version,
        requests: usize,
    ) -> Result<(), SendError> {
        // With a slot for each packet identifier there is one for everything that can come.
        let slots = match self.flow.session.capacity() {
            all @ 0xFFFF.. => all,
            slots => slots.saturating_sub(requests),
        };
        let too_many = version.is_v5() && usize::from(terms.receive_maximum) > slots;
        let no_memory = terms.topic_alias_maximum > 0 && !super::aliases::Aliases::AVAILABLE;
        if too_many || no_memory { Err(SendError::Announced) } else { Ok(()) }
    }

    /// Sends a message.
    #[inline]
    pub(super) fn publish(
        &mut self,
        now: Instant,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<Option<PacketId>, SendError> {
        self.connected()?;
        let id = self.flow.publish(publish, &self.settings, out)?;
        self.last_sent = now;
        Ok(id)
    }

    pub(super) fn acknowledge(
        &mut self,
        now: Instant,
        delivery: Delivery,
        reason_code: ReasonCode,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.connected()?;
        self.flow.acknowledge(delivery, reason_code, out)?;
        self.last_sent = now;
        Ok(())
    }

    pub(super) fn resume(&mut self, now: Instant, out: &mut impl Output) -> Result<Option<PacketId>, SendError> {
        self.connected()?;
        let id = self.flow.resume(out)?;
        self.last_sent = now;
        Ok(id)
    }

    pub(super) fn resend(
        &mut self,
        now: Instant,
        id: PacketId,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.connected()?;
        self.flow.resend(id, publish, out)?;
        self.last_sent = now;
        Ok(())
    }

    pub(super) fn abandon(&mut self, now: Instant, id: PacketId, out: &mut impl Output) -> Result<(), SendError> {
        self.connected()?;
        self.flow.abandon(id, out)?;
        self.last_sent = now;
        Ok(())
    }

    /// The topic of a message: its own, or what its alias stands for.
    pub(super) fn topic<'t>(&'t self, publish: &Publish<'t>) -> &'t str {
        match publish.topic {
            "" => publish.properties.topic_alias().and_then(|alias| self.flow.aliases.topic(alias)).unwrap_or_default(),
            topic => topic,
        }
    }

    /// Gives the session back: `will` is the delay of a will that is to be published.
    pub(super) fn into_session(mut self, now: Instant, will: Option<u32>) -> Session<S> {
        use core::time::Duration;
        if self.began {
            let expiry = (self.expiry < u32::MAX).then(|| Duration::from_secs(self.expiry.into()));
            self.flow.session.end(now, expiry, will.map(|delay| Duration::from_secs(delay.into())));
        }
        self.flow.session
    }
}

/// A message that was delivered before: only those with a packet identifier are told apart.
#[inline]
fn duplicate<'i, M: Meaning<'i>>(publish: &Publish<'i>) -> M {
    M::duplicate(publish.packet_id.unwrap_or(PacketId::MIN))
}

/// Seconds that a session lives by the rules before 5.0: for ever, or no longer than the connection.
pub(super) const fn expiry_before_v5(clean: bool) -> u32 {
    if clean { 0 } else { u32::MAX }
}
