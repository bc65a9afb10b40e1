//! A server's end.

mod receive;

use core::time::Duration;

use super::line::Line;
use super::{Abilities, Config, Error, SendError, State, Terms, Timeout};
use crate::mqtt::session::{Growing, InState};
use crate::mqtt::{
    Auth, ConnAck, Disconnect, Packet, PacketId, PacketType, Properties, Publish, QoS, ReasonCode, ReasonCodes,
    Session, Slots, SubAck, UnsubAck, Version,
};
use crate::{Instant, Output};

/// A server's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::mqtt::{Config, Properties, Request, Server, Session};
///
/// let now = Instant::ZERO;
/// let (mut server, mut out) = (Server::new(now, Config::default(), Session::new()), Vec::new());
/// let input = b"\x10\x0C\x00\x04MQTT\x04\x02\x00\x3C\x00\x00";
/// let (request, used) = server.receive(now, input, &mut out)?.expect("a whole packet");
/// let Request::Connect(connect) = request else { panic!("not a CONNECT") };
/// assert_eq!(connect.get().keep_alive, 60);
/// server.accept(now, Properties::EMPTY, &mut out)?;
/// assert_eq!((used, &out[..]), (14, &b"\x20\x02\x00\x00"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server<S = Growing> {
    pub(super) line: Line<S>,
    clean_start: bool,
    /// Whether the client came without an identifier.
    nameless: bool,
    ends_with_connection: bool,
    /// Whether reason strings and user properties are welcome everywhere.
    problem_information: bool,
    /// Whether the client asked for response information.
    response_information: bool,
    /// The delay of the will that is to be published when the connection ends.
    will: Option<u32>,
    /// What the will asks for: its QoS, and whether it is to be retained.
    will_asks: (QoS, bool),
}

impl<S: Slots> Server<S> {
    /// A server's end of a connection that was just opened. `session` is a new one; when the CONNECT has told who the
    /// client is, [`with_session`](Self::with_session) may replace it.
    pub const fn new(now: Instant, config: Config, session: Session<S>) -> Self {
        Self {
            line: Line::new(config, session, Version::V3_1_1, now),
            clean_start: true,
            nameless: false,
            ends_with_connection: true,
            problem_information: true,
            response_information: false,
            will: None,
            will_asks: (QoS::AtMostOnce, false),
        }
    }

    // --- connecting ----------------------------------------------------------------------------------------------

    /// After [`Connect`](super::Request::Connect): goes on with the client's own session, and hands back the one it had.
    ///
    /// Whether the client wants a clean start is looked at in [`accept`](Self::accept).
    pub fn with_session(&mut self, session: Session<S>) -> Result<Session<S>, SendError> {
        if self.line.state != State::Connecting {
            return Err(SendError::NotConnected);
        }
        Ok(core::mem::replace(&mut self.line.flow.session, session))
    }

    /// Accepts the connection: sends CONNACK, and says whether a session was present. `[MQTT-3.2.0-1]`
    /// `[MQTT-3.2.2-1]` to `[MQTT-3.2.2-3]`
    ///
    /// The properties (5.0) announce what the server takes and is able to do. A session in fixed slots needs a receive
    /// maximum that leaves at least one of them: the others are for requests that await their answers. A will that asks for more must be refused:
    /// that is an error here. `[MQTT-3.2.2-12]` `[MQTT-3.2.2-13]`
    pub fn accept(
        &mut self,
        now: Instant,
        properties: Properties<'_>,
        out: &mut impl Output,
    ) -> Result<bool, SendError> {
        let line = &mut self.line;
        if line.state != State::Connecting {
            return Err(SendError::NotConnected);
        }
        let version = line.flow.version;
        let ours = Terms::from_properties(&properties);
        line.can_announce(&ours, version, 1)?;
        if version.is_v5() && self.nameless && properties.assigned_client_identifier().is_none() {
            return Err(SendError::AssignedClientIdentifier);
        }
        if line.method.is_some() && !line.method.is_that_of(&properties) {
            return Err(SendError::AuthenticationMethod);
        }
        if properties.response_information().is_some() && !self.response_information {
            return Err(SendError::ResponseInformation);
        }
        let abilities = Abilities::from_properties(&properties);
        let (will_qos, will_retain) = self.will_asks;
        if will_qos > abilities.maximum_qos {
            return Err(SendError::QoSNotSupported);
        }
        if will_retain && !abilities.retain {
            return Err(SendError::RetainNotSupported);
        }
        let session_present = !self.clean_start && line.flow.session.is_established();
        let connack = ConnAck {
            session_present: session_present && version != Version::V3_1,
            reason_code: ReasonCode::Success,
            properties,
        };
        line.flow.check_size(|version| connack.encoded_len(version))?;
        connack.encode(version, out)?;
        line.flow.ours = ours;
        line.announced();
        line.flow.abilities = abilities;
        line.keep_alive = properties.server_keep_alive().unwrap_or(line.keep_alive);
        line.expiry = properties.session_expiry_interval().unwrap_or(line.expiry);
        line.begin(now, session_present);
        line.last_sent = now;
        line.last_received = now;
        Ok(session_present)
    }

    /// Refuses the connection: sends CONNACK with a reason code, and that is all. `[MQTT-3.2.2-7]` `[MQTT-3.1.4-6]`
    ///
    /// Before 5.0 there are five codes; for a reason that none of them says nothing is sent. 3.1.1 `[MQTT-3.2.2-6]`
    pub fn refuse(&mut self, now: Instant, connack: &ConnAck<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::Connecting {
            return Err(SendError::NotConnected);
        }
        if !connack.reason_code.is_error() {
            return Err(SendError::ReasonCode(connack.reason_code));
        }
        let version = self.line.flow.version;
        if version.is_v5() || connack.reason_code.to_wire(PacketType::ConnAck, version).is_some() {
            ConnAck { session_present: false, ..*connack }.encode(version, out)?;
        }
        self.will = None;
        self.line.last_sent = now;
        self.line.state = State::Closed;
        Ok(())
    }

    /// Sends AUTH: the next step of an authentication, or the end of another one (5.0). (§4.12)
    pub fn auth(&mut self, now: Instant, auth: &Auth<'_>, out: &mut impl Output) -> Result<(), SendError> {
        match (self.line.state, auth.reason_code) {
            (State::Connecting | State::Connected, ReasonCode::ContinueAuthentication)
            | (State::Connected, ReasonCode::Success) => {}
            (State::Connecting | State::Connected, code) => return Err(SendError::ReasonCode(code)),
            _ => return Err(SendError::NotConnected),
        }
        if !self.line.method.is_some() || !self.line.method.is_that_of(&auth.properties) {
            return Err(SendError::AuthenticationMethod);
        }
        self.check_problem_information(&auth.properties)?;
        self.line.flow.check_size(|_| auth.encoded_len())?;
        auth.encode(self.line.flow.version, out)?;
        self.line.last_sent = now;
        Ok(())
    }

    /// Ends the connection: sends DISCONNECT (5.0), or nothing (before 5.0). `[MQTT-3.14.0-1]`
    pub fn disconnect(
        &mut self,
        now: Instant,
        disconnect: &Disconnect<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.connected()?;
        if disconnect.reason_code == ReasonCode::DisconnectWithWill {
            return Err(SendError::ReasonCode(disconnect.reason_code));
        }
        if disconnect.properties.session_expiry_interval().is_some() {
            return Err(SendError::SessionExpiry);
        }
        if self.line.flow.version.is_v5() {
            self.line.flow.check_size(|version| disconnect.encoded_len(version))?;
            disconnect.encode(self.line.flow.version, out)?;
        }
        self.line.last_sent = now;
        self.line.state = State::Closed;
        Ok(())
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Sends a message. With QoS 1 and 2 it gets a packet identifier, under which it is reported
    /// [`Published`](super::Request::Published); keep its body until then (QoS 2: until [`Received`](super::Request::Received)).
    ///
    /// `publish.packet_id` and `publish.dup` are not looked at.
    #[inline]
    pub fn publish(
        &mut self,
        now: Instant,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<Option<PacketId>, SendError> {
        self.line.publish(now, publish, out)
    }

    // --- subscriptions -------------------------------------------------------------------------------------------

    /// Answers a SUBSCRIBE, with a reason code for each subscription. `[MQTT-3.8.4-1]` `[MQTT-3.8.4-6]`
    pub fn suback(&mut self, now: Instant, suback: &SubAck<'_>, out: &mut impl Output) -> Result<(), SendError> {
        self.answer(now, suback.packet_id, InState::OwesSubAck, &suback.reason_codes, &Packet::SubAck(*suback), out)
    }

    /// Answers an UNSUBSCRIBE, with a reason code for each topic filter; before 5.0 they are not sent.
    /// `[MQTT-3.10.4-4]` `[MQTT-3.11.3-1]`
    pub fn unsuback(&mut self, now: Instant, unsuback: &UnsubAck<'_>, out: &mut impl Output) -> Result<(), SendError> {
        let codes = unsuback.reason_codes;
        let sent = if self.line.flow.version.is_v5() { codes } else { ReasonCodes::EMPTY };
        let packet = Packet::UnsubAck(UnsubAck { reason_codes: sent, ..*unsuback });
        self.answer(now, unsuback.packet_id, InState::OwesUnsubAck, &codes, &packet, out)
    }

    fn answer(
        &mut self,
        now: Instant,
        id: PacketId,
        owed: InState,
        codes: &ReasonCodes<'_>,
        packet: &Packet<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.connected()?;
        if self.line.flow.session.incoming(id) != owed {
            return Err(SendError::NotAsked);
        }
        if codes.len() != usize::from(self.line.flow.session.owed_codes(id)) {
            return Err(SendError::ReasonCodeCount);
        }
        if let Packet::SubAck(SubAck { properties, .. }) | Packet::UnsubAck(UnsubAck { properties, .. }) = packet {
            self.check_problem_information(properties)?;
        }
        let flow = &mut self.line.flow;
        flow.check_size(|version| packet.encoded_len(version))?;
        packet.encode(flow.version, out)?;
        flow.session.forget(id);
        self.line.last_sent = now;
        Ok(())
    }

    /// `[MQTT-3.1.2-29]`
    fn check_problem_information(&self, properties: &Properties<'_>) -> Result<(), SendError> {
        let said = properties.reason_string().is_some() || properties.user_properties().next().is_some();
        if said && !self.problem_information { Err(SendError::ProblemInformation) } else { Ok(()) }
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        let line = &self.line;
        match line.state {
            State::New => Some(line.last_received.after(Duration::from_millis(line.settings.connect_timeout.into()))),
            State::Connected if line.flow.session.next_held().is_some() => Some(Instant::ZERO),
            State::Connected if line.keep_alive > 0 => {
                let half = Duration::from_millis(500).saturating_mul(line.keep_alive.into());
                Some(line.last_received.after(half.saturating_mul(3)))
            }
            _ => None,
        }
    }

    /// Does what is due at `now`: finds that the client is gone. `[MQTT-3.1.2-22]`
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        if self.line.state == State::Connected && !self.line.flow.flush(out) {
            return Err(Error::Full);
        }
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let late = if self.line.state == State::New { Timeout::Connect } else { Timeout::KeepAlive };
        let error = Error::Timeout(late);
        self.line.fail(error, out);
        Err(error)
    }

    // --- what is known -------------------------------------------------------------------------------------------

    /// What the client takes at most.
    pub const fn client_terms(&self) -> Terms {
        self.line.flow.theirs
    }

    /// The connection is gone: gives the session back. It knows when the will is due, and when it expires itself: see
    /// [`Session::deadline`].
    pub fn into_session(self, now: Instant) -> Session<S> {
        self.line.into_session(now, self.will)
    }
}
