//! The QoS flows, which know no role: what PUBLISH, PUBACK, PUBREC, PUBREL and PUBCOMP do to a session. (§4.3)
//!
//! Every function first reserves what it will write, then changes the session.

use super::aliases::Aliases;
use super::event::Meaning;
use super::{Abilities, Delivery, Error, SendError, Settings, Terms, Violation};
use crate::Output;
use crate::mqtt::session::{InState, OutState};
use crate::mqtt::{Ack, PacketId, PacketType, Publish, QoS, ReasonCode, Session, Slots, Version};

/// One end's half of both directions.
#[derive(Clone, Debug)]
pub(super) struct Flow<S> {
    pub(super) session: Session<S>,
    pub(super) aliases: Aliases,
    pub(super) version: Version,
    /// What we said that we take.
    pub(super) ours: Terms,
    /// What the peer said that it takes.
    pub(super) theirs: Terms,
    pub(super) abilities: Abilities,
}

impl<S: Slots> Flow<S> {
    pub(super) const fn new(session: Session<S>) -> Self {
        Self {
            session,
            aliases: Aliases::NONE,
            version: Version::V5,
            ours: Terms::DEFAULT,
            theirs: Terms::DEFAULT,
            abilities: Abilities::DEFAULT,
        }
    }

    // --- receiving a message -------------------------------------------------------------------------------------

    /// PUBLISH. With QoS 0 it is the application's; with QoS 1 and 2 it is acknowledged, now or when the application
    /// says so, and with QoS 2 it is delivered only if it is new: else there is no delivery. `[MQTT-4.3.2-4]`
    /// `[MQTT-4.3.3-8]` `[MQTT-4.3.3-10]`
    #[inline]
    pub(super) fn publish_received(
        &mut self,
        publish: &Publish<'_>,
        settings: &Settings,
        out: &mut impl Output,
    ) -> Result<Option<Delivery>, Error> {
        let Some(id) = publish.packet_id else {
            self.aliases.receive(publish, self.ours.topic_alias_maximum, settings.alias_memory)?;
            return Ok(Some(Delivery::unacknowledged()));
        };
        match (self.session.incoming(id), publish.qos) {
            (InState::Free, _) => {}
            (InState::Recorded, QoS::ExactlyOnce) => {
                self.put_ack(PacketType::PubRec, id, ReasonCode::Success, out)?;
                return Ok(None);
            }
            (InState::Owes1 | InState::Held1, QoS::AtLeastOnce)
            | (InState::Owes2 | InState::Held2, QoS::ExactlyOnce) => return Ok(None),
            _ => return Err(Violation::PacketIdInUse.into()),
        }
        self.aliases.receive(publish, self.ours.topic_alias_maximum, settings.alias_memory)?;
        self.new_message(id, publish.qos, settings, out)?;
        Ok(Some(Delivery::new(id, publish.qos, self.session.epoch())))
    }

    #[inline]
    fn new_message(&mut self, id: PacketId, qos: QoS, settings: &Settings, out: &mut impl Output) -> Result<(), Error> {
        if self.session.received_count() >= self.ours.receive_maximum {
            return Err(Violation::ReceiveMaximumExceeded.into());
        }
        let state = match (qos, settings.manual_ack) {
            (QoS::ExactlyOnce, false) => InState::Recorded,
            (QoS::ExactlyOnce, true) => InState::Owes2,
            (_, true) => InState::Owes1,
            // Acknowledged at once, an QoS 1 message leaves nothing to remember.
            (_, false) => return self.put_ack(PacketType::PubAck, id, ReasonCode::Success, out),
        };
        if !self.session.has_room() {
            return Err(Violation::NoSlot.into());
        }
        if state == InState::Recorded {
            self.put_ack(PacketType::PubRec, id, ReasonCode::Success, out)?;
        }
        self.session.record(id, state, 0);
        Ok(())
    }

    /// The application's acknowledgement. It goes out when those of all earlier messages of its QoS have.
    /// `[MQTT-4.6.0-2]` `[MQTT-4.6.0-3]`
    pub(super) fn acknowledge(
        &mut self,
        delivery: Delivery,
        reason_code: ReasonCode,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let Some((id, qos)) = delivery.acknowledges(self.session.epoch())? else { return Ok(()) };
        let packet = match (self.session.incoming(id), qos) {
            (InState::Owes1, QoS::AtLeastOnce) => PacketType::PubAck,
            (InState::Owes2, QoS::ExactlyOnce) => PacketType::PubRec,
            _ => return Err(SendError::StaleDelivery),
        };
        if reason_code != ReasonCode::Success && !(self.version.is_v5() && reason_code.belongs_to(packet)) {
            return Err(SendError::ReasonCode(reason_code));
        }
        self.check_size(|version| Ack::with_reason(id, reason_code).encoded_len(version))?;
        // Most often it is its turn: then it must fit. What was held behind it may follow later.
        out.space(0, ACK_LEN)?;
        self.session.hold(id, reason_code);
        self.flush(out);
        Ok(())
    }

    /// Sends acknowledgements whose turn it is, as many as fit. Whether all did.
    #[inline]
    pub(super) fn flush(&mut self, out: &mut impl Output) -> bool {
        while let Some((id, qos, code)) = self.session.next_held() {
            let packet = if qos == QoS::AtLeastOnce { PacketType::PubAck } else { PacketType::PubRec };
            if self.put_ack(packet, id, code, out).is_err() {
                return false;
            }
            if packet == PacketType::PubRec && !code.is_error() {
                self.session.recorded(id);
            } else {
                self.session.forget(id);
            }
        }
        true
    }

    /// PUBREL: the message will not come again, PUBCOMP answers. `[MQTT-4.3.3-11]`
    pub(super) fn pubrel_received<'i, M: Meaning<'i>>(
        &mut self,
        ack: &Ack<'i>,
        out: &mut impl Output,
    ) -> Result<M, Error> {
        let id = ack.packet_id;
        match self.session.incoming(id) {
            InState::Recorded => {
                self.put_ack(PacketType::PubComp, id, ReasonCode::Success, out)?;
                self.session.forget(id);
            }
            InState::Free => self.put_ack(PacketType::PubComp, id, ReasonCode::PacketIdentifierNotFound, out)?,
            _ => return Err(Violation::WrongAcknowledgement(PacketType::PubRel).into()),
        }
        Ok(M::released(id))
    }

    // --- sending a message ---------------------------------------------------------------------------------------

    /// Sends a message, and says under which packet identifier.
    #[inline]
    pub(super) fn publish(
        &mut self,
        publish: &Publish<'_>,
        settings: &Settings,
        out: &mut impl Output,
    ) -> Result<Option<PacketId>, SendError> {
        let state = match publish.qos {
            QoS::AtMostOnce => {
                self.put_publish(&Publish { packet_id: None, dup: false, ..*publish }, settings, out)?;
                return Ok(None);
            }
            QoS::AtLeastOnce => OutState::AwaitsPubAck,
            QoS::ExactlyOnce => OutState::AwaitsPubRec,
        };
        if self.session.is_resuming() {
            return Err(SendError::Resuming);
        }
        if self.session.sent_count() >= self.theirs.receive_maximum {
            return Err(SendError::WindowFull);
        }
        let id = self.session.next_packet_id().ok_or(SendError::WindowFull)?;
        self.put_publish(&Publish { packet_id: Some(id), dup: false, ..*publish }, settings, out)?;
        self.session.take_packet_id(id, state, 0);
        Ok(Some(id))
    }

    #[inline]
    fn put_publish(
        &mut self,
        publish: &Publish<'_>,
        settings: &Settings,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        // Aliases cost a look-up: only where there can be some.
        if self.theirs.topic_alias_maximum > 0 || !publish.properties.is_empty() {
            return self.put_aliased(publish, settings, out);
        }
        self.put_checked(publish, None, out)
    }

    fn put_aliased(
        &mut self,
        publish: &Publish<'_>,
        settings: &Settings,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let maximum = self.theirs.topic_alias_maximum;
        if let Some(alias) = self.aliases.check_own(publish, maximum)? {
            // The machine's own choice of aliases and the application's would overwrite each other.
            if settings.topic_aliases > 0 {
                return Err(SendError::TopicAlias);
            }
            self.put_checked(publish, None, out)?;
            self.aliases.own_sent(alias);
            return Ok(());
        }
        match self.aliases.choose(publish.topic, maximum.min(settings.topic_aliases)) {
            None => self.put_checked(publish, None, out),
            Some((alias, true)) => self.put_checked(&Publish { topic: "", ..*publish }, Some(alias), out),
            Some((alias, false)) => {
                self.put_checked(publish, Some(alias), out)?;
                self.aliases.chosen(publish.topic, alias);
                Ok(())
            }
        }
    }

    #[inline]
    fn put_checked(&self, publish: &Publish<'_>, alias: Option<u16>, out: &mut impl Output) -> Result<(), SendError> {
        let alias_len = if alias.is_some() { 4 } else { 0 };
        self.check_size(|version| publish.encoded_len(version).saturating_add(alias_len))?;
        publish.encode_with(self.version, alias, out)?;
        Ok(())
    }

    /// Sends again what is to be sent again: PUBRELs at once, and the first PUBLISH is named. `[MQTT-4.4.0-1]`
    pub(super) fn resume(&mut self, out: &mut impl Output) -> Result<Option<PacketId>, SendError> {
        while let Some(id) = self.session.due_release() {
            self.check_size(|version| Ack::new(id).encoded_len(version))?;
            Ack::new(id).encode(PacketType::PubRel, self.version, out)?;
            self.session.released(id);
        }
        let id = self.session.due_resend();
        Ok(id.filter(|_| self.session.sent_count() < self.theirs.receive_maximum))
    }

    /// Sends a message again that `resume` named.
    pub(super) fn resend(
        &mut self,
        id: PacketId,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if self.session.due_resend() != Some(id) {
            return Err(SendError::NotInFlight);
        }
        if self.session.sent_count() >= self.theirs.receive_maximum {
            return Err(SendError::WindowFull);
        }
        let qos = if self.session.outgoing(id) == OutState::AwaitsPubAck { QoS::AtLeastOnce } else { QoS::ExactlyOnce };
        self.put_checked(&Publish { packet_id: Some(id), dup: true, qos, ..*publish }, None, out)?;
        self.session.resent(id);
        Ok(())
    }

    /// Gives up a message that `resume` named, because nobody has its body any more.
    ///
    /// A QoS 2 message may have arrived: its flow is brought to its end with PUBREL.
    pub(super) fn abandon(&mut self, id: PacketId, out: &mut impl Output) -> Result<(), SendError> {
        if self.session.due_resend() != Some(id) {
            return Err(SendError::NotInFlight);
        }
        if self.session.outgoing(id) == OutState::AwaitsPubRec {
            Ack::new(id).encode(PacketType::PubRel, self.version, out)?;
            self.session.release(id);
        } else {
            self.session.complete(id);
        }
        Ok(())
    }

    /// PUBACK: the message has arrived, or was refused.
    #[inline]
    pub(super) fn puback_received<'i, M: Meaning<'i>>(&mut self, ack: &Ack<'i>) -> Result<M, Error> {
        match self.session.outgoing(ack.packet_id) {
            OutState::AwaitsPubAck => {
                self.session.complete(ack.packet_id);
                Ok(M::published(ack))
            }
            OutState::Free => Ok(M::stray(PacketType::PubAck, ack.packet_id)),
            _ => Err(Violation::WrongAcknowledgement(PacketType::PubAck).into()),
        }
    }

    /// PUBREC: the message has arrived, PUBREL answers; or it was refused, and that is all. `[MQTT-4.3.3-3]`
    /// `[MQTT-4.3.3-4]`
    pub(super) fn pubrec_received<'i, M: Meaning<'i>>(
        &mut self,
        ack: &Ack<'i>,
        out: &mut impl Output,
    ) -> Result<M, Error> {
        let id = ack.packet_id;
        match self.session.outgoing(id) {
            OutState::AwaitsPubRec if ack.reason_code.is_error() => {
                self.session.complete(id);
                Ok(M::published(ack))
            }
            OutState::AwaitsPubRec => {
                self.put_ack(PacketType::PubRel, id, ReasonCode::Success, out)?;
                self.session.release(id);
                Ok(M::received(ack))
            }
            OutState::AwaitsPubComp => {
                self.put_ack(PacketType::PubRel, id, ReasonCode::Success, out)?;
                Ok(M::received(ack))
            }
            OutState::Free => {
                if !ack.reason_code.is_error() {
                    self.put_ack(PacketType::PubRel, id, ReasonCode::PacketIdentifierNotFound, out)?;
                }
                Ok(M::stray(PacketType::PubRec, id))
            }
            _ => Err(Violation::WrongAcknowledgement(PacketType::PubRec).into()),
        }
    }

    /// PUBCOMP: the packet identifier is free again.
    pub(super) fn pubcomp_received<'i, M: Meaning<'i>>(&mut self, ack: &Ack<'i>) -> Result<M, Error> {
        match self.session.outgoing(ack.packet_id) {
            OutState::AwaitsPubComp => {
                self.session.complete(ack.packet_id);
                Ok(M::published(ack))
            }
            OutState::Free => Ok(M::stray(PacketType::PubComp, ack.packet_id)),
            _ => Err(Violation::WrongAcknowledgement(PacketType::PubComp).into()),
        }
    }

    // --- both ----------------------------------------------------------------------------------------------------

    /// Refuses what is larger than the peer takes.
    #[inline]
    pub(super) fn check_size(&self, len: impl FnOnce(Version) -> usize) -> Result<(), SendError> {
        let limit = self.theirs.maximum_packet_size;
        if limit < Terms::DEFAULT.maximum_packet_size
            && len(self.version) > usize::try_from(limit).unwrap_or(usize::MAX)
        {
            return Err(SendError::PacketTooLarge);
        }
        Ok(())
    }

    /// Puts an acknowledgement without properties; before 5.0 also without a reason.
    #[inline]
    fn put_ack(&self, packet: PacketType, id: PacketId, code: ReasonCode, out: &mut impl Output) -> Result<(), Error> {
        let code = if self.version.is_v5() { code } else { ReasonCode::Success };
        let ack = Ack::with_reason(id, code);
        if self.check_size(|version| ack.encoded_len(version)).is_err() {
            return Err(Violation::MaximumPacketSize.into());
        }
        // The machine chooses codes that belong to the packet: only room can be missing.
        ack.encode(packet, self.version, out).map_err(|_| Error::Full)
    }
}

/// The longest acknowledgement without properties.
const ACK_LEN: usize = 5;
