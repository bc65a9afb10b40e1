//! What a client does with what the server sends.

use super::super::{Abilities, Error, Event, State, Terms, Violation};
use super::Client;
use crate::mqtt::session::OutState;
use crate::mqtt::{Auth, ConnAck, Disconnect, Packet, PacketId, PacketType, Part, ReasonCode, Slots, Version};
use crate::{Instant, Output};

impl<S: Slots> Client<S> {
    /// Whether there is anything to listen for.
    #[inline]
    pub(in super::super) fn listens(&self, _input: &[u8]) -> bool {
        matches!(self.line.state, State::Connecting | State::Connected)
    }

    #[cold]
    pub(in super::super) fn fail(&mut self, error: Error, _input: &[u8], out: &mut impl Output) {
        self.line.fail(error, out);
    }

    #[inline]
    pub(in super::super) fn next<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        parts: bool,
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        // What an earlier connection left to be acknowledged is this one's only once CONNACK has said so.
        if self.line.state == State::Connected {
            self.line.flow.flush(out);
        }
        let Some((part, used)) = self.line.decode(input, parts)? else { return Ok(None) };
        let event = match (self.line.state, part) {
            (State::Connecting, Part::Packet(Packet::ConnAck(connack))) => self.connack(now, &connack)?,
            (State::Connecting, Part::Packet(Packet::Auth(auth))) => self.auth_received(&auth)?,
            (State::Connecting, part) => return Err(unexpected(&part).into()),
            (_, part) => match (self.line.step(&part, out)?, part) {
                (Some(event), _) => event,
                (None, Part::Packet(packet)) => self.packet(packet)?,
                // All parts are the flows'.
                (None, part) => return Err(unexpected(&part).into()),
            },
        };
        self.line.last_received = now;
        Ok(Some((event, used)))
    }

    fn packet<'i>(&mut self, packet: Packet<'i>) -> Result<Event<'i>, Error> {
        match packet {
            Packet::SubAck(suback) => {
                self.answered(
                    PacketType::SubAck,
                    suback.packet_id,
                    Some(suback.reason_codes.len()),
                    OutState::AwaitsSubAck,
                )?;
                Ok(Event::Subscribed(suback))
            }
            Packet::UnsubAck(unsuback) => {
                let count = self.line.flow.version.is_v5().then(|| unsuback.reason_codes.len());
                self.answered(PacketType::UnsubAck, unsuback.packet_id, count, OutState::AwaitsUnsubAck)?;
                Ok(Event::Unsubscribed(unsuback))
            }
            Packet::PingResp => {
                self.ping_sent = None;
                Ok(Event::Pong)
            }
            Packet::Disconnect(disconnect) if self.line.flow.version.is_v5() => self.disconnected(disconnect),
            Packet::Auth(auth) => self.auth_received(&auth),
            packet => Err(Violation::Unexpected(packet.packet_type()).into()),
        }
    }

    /// A SUBACK or UNSUBACK: of something that we asked, with as many codes as it had filters. `[MQTT-3.8.4-6]`
    fn answered(
        &mut self,
        packet: PacketType,
        id: PacketId,
        codes: Option<usize>,
        wanted: OutState,
    ) -> Result<(), Error> {
        let session = &mut self.line.flow.session;
        if session.outgoing(id) != wanted {
            return Err(Violation::WrongAcknowledgement(packet).into());
        }
        if codes.is_some_and(|codes| codes != usize::from(session.answer_count(id))) {
            return Err(Violation::ReasonCodeCount.into());
        }
        session.complete(id);
        Ok(())
    }

    fn connack<'i>(&mut self, now: Instant, connack: &ConnAck<'i>) -> Result<Event<'i>, Error> {
        let line = &mut self.line;
        if connack.reason_code != ReasonCode::Success {
            line.state = State::Closed;
            return Ok(Event::Refused(*connack));
        }
        if line.method.is_some() && !line.method.is_that_of(&connack.properties) {
            return Err(Violation::AuthenticationMethod.into());
        }
        let present = match line.flow.version {
            // 3.1 does not say: then it is there if it may be.
            Version::V3_1 => !self.clean_start,
            _ => connack.session_present,
        };
        let unknown = line.flow.version.is_v5() && !line.flow.session.is_established();
        if present && (self.clean_start || unknown) {
            return Err(Violation::SessionPresent.into());
        }
        let properties = &connack.properties;
        line.flow.theirs = Terms::from_properties(properties);
        line.flow.abilities = Abilities::from_properties(properties);
        line.keep_alive = properties.server_keep_alive().unwrap_or(line.keep_alive);
        line.expiry = properties.session_expiry_interval().unwrap_or(line.expiry);
        line.begin(now, present);
        Ok(Event::Connected(*connack))
    }

    fn auth_received<'i>(&mut self, auth: &Auth<'i>) -> Result<Event<'i>, Error> {
        let line = &self.line;
        if !line.method.is_some() {
            return Err(Violation::Unexpected(PacketType::Auth).into());
        }
        if !line.method.is_that_of(&auth.properties) {
            return Err(Violation::AuthenticationMethod.into());
        }
        match (line.state, auth.reason_code) {
            (_, ReasonCode::ContinueAuthentication) | (State::Connected, ReasonCode::Success) => Ok(Event::Auth(*auth)),
            (_, code) => Err(Violation::ReasonCode(code).into()),
        }
    }

    fn disconnected<'i>(&mut self, disconnect: Disconnect<'i>) -> Result<Event<'i>, Error> {
        if disconnect.reason_code == ReasonCode::DisconnectWithWill {
            return Err(Violation::ReasonCode(disconnect.reason_code).into());
        }
        if disconnect.properties.session_expiry_interval().is_some() {
            return Err(Violation::SessionExpiry.into());
        }
        self.line.state = State::Closed;
        Ok(Event::Disconnected(disconnect))
    }
}

fn unexpected(part: &Part<'_>) -> Violation {
    Violation::Unexpected(match part {
        Part::Packet(packet) => packet.packet_type(),
        _ => PacketType::Publish,
    })
}
