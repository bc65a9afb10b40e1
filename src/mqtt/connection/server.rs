//! A server's end.

use core::time::Duration;

use super::auth::Method;
use super::client::sent_by_client;
use super::line::{Line, expiry_before_v5};
use super::{Abilities, Config, Delivery, Error, Request, SendError, State, Terms, Timeout, Violation};
use crate::mqtt::session::{Growing, InState};
use crate::mqtt::{
    Auth, ConnAck, ConnectView, Disconnect, Packet, PacketId, PacketType, Part, Properties, Publish, QoS, ReasonCode,
    ReasonCodes, Session, Slots, SubAck, Subscribe, TopicFilter, UnsubAck, Version, connect,
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
#[derive(Debug)]
pub struct Server<S = Growing> {
    line: Line<S>,
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

    /// After [`Connect`](Request::Connect): goes on with the client's own session, and hands back the one it had.
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
    /// [`Published`](Request::Published); keep its body until then (QoS 2: until [`Received`](Request::Received)).
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

    /// Acknowledges a message, if [`Config::manual_ack`] is set. With QoS 0 there is nothing to do.
    ///
    /// Acknowledgements leave in the order in which the messages came: one that is early is held until its turn.
    /// `[MQTT-4.6.0-2]` `[MQTT-4.6.0-3]`
    pub fn ack(&mut self, now: Instant, delivery: Delivery, out: &mut impl Output) -> Result<(), SendError> {
        self.line.acknowledge(now, delivery, ReasonCode::Success, out)
    }

    /// Acknowledges a message with a reason code, perhaps a refusal (5.0).
    pub fn reject(
        &mut self,
        now: Instant,
        delivery: Delivery,
        reason_code: ReasonCode,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.acknowledge(now, delivery, reason_code, out)
    }

    /// After [`accept`](Self::accept) with a session present: sends PUBREL again where that is due, and names the first
    /// message that is to be sent again with [`resend`](Self::resend). Ask until it is `None`.
    ///
    /// `None` while [`is_resuming`](Self::is_resuming) means that the client takes no more at once: ask again when a
    /// message was [`Published`](Request::Published). `[MQTT-4.4.0-1]` `[MQTT-4.6.0-1]`
    pub fn resume(&mut self, now: Instant, out: &mut impl Output) -> Result<Option<PacketId>, SendError> {
        self.line.resume(now, out)
    }

    /// Sends the message that [`resume`](Self::resume) named again: with DUP, under its packet identifier, with the QoS
    /// that it had.
    pub fn resend(
        &mut self,
        now: Instant,
        id: PacketId,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.resend(now, id, publish, out)
    }

    /// Gives up the message that [`resume`](Self::resume) named, because its body is lost.
    pub fn abandon(&mut self, now: Instant, id: PacketId, out: &mut impl Output) -> Result<(), SendError> {
        self.line.abandon(now, id, out)
    }

    /// Whether messages of an earlier connection are still to be sent again; new ones with QoS 1 and 2 must wait.
    pub const fn is_resuming(&self) -> bool {
        self.line.flow.session.is_resuming()
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

    // --- receiving -----------------------------------------------------------------------------------------------

    /// Takes the packet at the start of `input`: says what it asks for, and how many bytes it took.
    ///
    /// `None` if the input ends before the packet does, or if what came before awaits its answer (a CONNECT, or as many
    /// requests as there are slots for): call again with the same bytes and more behind them. Answers are written to `out`; if it is full nothing was consumed, and the call can be
    /// repeated.
    #[inline]
    pub fn receive<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        self.take(now, input, false, out)
    }

    /// Like [`receive`](Self::receive), but a PUBLISH larger than [`Limits::packet`](super::super::Limits::packet) comes
    /// as its head and pieces of its payload, as they are there. It is acknowledged with its last piece.
    pub fn receive_part<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        self.take(now, input, true, out)
    }

    #[inline]
    fn take<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        parts: bool,
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        if self.line.state == State::Closed || self.line.state == State::Connecting && !goes_before_connack(input) {
            return Ok(None);
        }
        let before = self.line.decoder.clone();
        let request = self.next(now, input, parts, out);
        match &request {
            Ok(_) => {}
            Err(Error::Full) => self.line.decoder = before,
            Err(error) => {
                self.refuse_bytes(*error, input, out);
                self.line.fail(*error, out);
            }
        }
        request
    }

    #[inline]
    fn next<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        parts: bool,
        out: &mut impl Output,
    ) -> Result<Option<(Request<'i>, usize)>, Error> {
        if self.line.state == State::Connected {
            self.line.flow.flush(out);
        }
        if self.line.state == State::New && input.first().is_some_and(|first| *first >> 4 != PacketType::Connect as u8)
        {
            let packet = input.first().and_then(|first| PacketType::from_first_byte(*first));
            return Err(Violation::Unexpected(packet.unwrap_or(PacketType::Connect)).into());
        }
        let Some((part, used)) = self.line.decode(input, parts)? else { return Ok(None) };
        let request = match (self.line.state, part) {
            (State::New, Part::Packet(Packet::Connect(connect))) => self.connect(connect),
            (State::Connected, part) => {
                if let Part::Packet(Packet::Publish(publish)) | Part::Head { publish, .. } = &part {
                    self.check_publish(publish)?;
                }
                if matches!(part, Part::Packet(Packet::Subscribe(_) | Packet::Unsubscribe(_))) && !self.can_be_asked() {
                    return Ok(None);
                }
                match (self.line.step(&part, out)?, part) {
                    (Some(request), _) => request,
                    (None, Part::Packet(packet)) => self.packet(packet, now, out)?,
                    // All parts are the flows'.
                    (None, _) => return Err(Violation::Unexpected(PacketType::Publish).into()),
                }
            }
            (_, Part::Packet(Packet::Auth(auth))) => self.auth_received(&auth)?,
            (_, Part::Packet(Packet::Disconnect(disconnect))) => self.disconnected(disconnect)?,
            (_, Part::Packet(packet)) => return Err(Violation::Unexpected(packet.packet_type()).into()),
            _ => return Err(Violation::Unexpected(PacketType::Publish).into()),
        };
        self.line.last_received = now;
        Ok(Some((request, used)))
    }

    /// A PUBLISH within what we said we do. `[MQTT-3.2.2-11]` `[MQTT-3.2.2-14]` `[MQTT-3.3.4-6]`
    #[inline]
    fn check_publish(&self, publish: &Publish<'_>) -> Result<(), Error> {
        let abilities = &self.line.flow.abilities;
        if publish.qos > abilities.maximum_qos {
            return Err(Violation::QoSNotSupported.into());
        }
        if publish.retain && !abilities.retain {
            return Err(Violation::RetainNotSupported.into());
        }
        if !publish.properties.is_empty() && publish.properties.subscription_identifier().is_some() {
            return Err(Violation::SubscriptionIdentifier.into());
        }
        Ok(())
    }

    fn packet<'i>(&mut self, packet: Packet<'i>, now: Instant, out: &mut impl Output) -> Result<Request<'i>, Error> {
        match packet {
            Packet::Subscribe(subscribe) => {
                self.check_subscribe(&subscribe)?;
                self.asked(subscribe.packet_id, InState::OwesSubAck, subscribe.subscriptions.len())?;
                Ok(Request::Subscribe(subscribe))
            }
            Packet::Unsubscribe(unsubscribe) => {
                self.asked(unsubscribe.packet_id, InState::OwesUnsubAck, unsubscribe.filters.len())?;
                Ok(Request::Unsubscribe(unsubscribe))
            }
            Packet::PingReq => {
                // A PINGRESP always can be encoded: only room can be missing.
                Packet::PingResp.encode(self.line.flow.version, out).map_err(|_| Error::Full)?;
                self.line.last_sent = now;
                Ok(Request::Ping)
            }
            Packet::Disconnect(disconnect) => self.disconnected(disconnect),
            Packet::Auth(auth) => self.auth_received(&auth),
            packet => Err(Violation::Unexpected(packet.packet_type()).into()),
        }
    }

    /// Whether one more request may wait for its answer without taking a slot that was promised to messages.
    fn can_be_asked(&self) -> bool {
        let session = &self.line.flow.session;
        let for_requests = session.capacity().saturating_sub(self.line.flow.ours.receive_maximum.into()).max(1);
        session.capacity() >= 0xFFFF || usize::from(session.asked_count()) < for_requests
    }

    fn asked(&mut self, id: PacketId, owed: InState, count: usize) -> Result<(), Error> {
        let session = &mut self.line.flow.session;
        if session.incoming(id) != InState::Free {
            return Err(Violation::PacketIdInUse.into());
        }
        let count = u16::try_from(count).map_err(|_| Violation::NoSlot)?;
        if !session.has_room() {
            return Err(Violation::NoSlot.into());
        }
        session.record(id, owed, count);
        Ok(())
    }

    /// A SUBSCRIBE within what we said we have. (5.0 §3.2.2.3.11 to §3.2.2.3.13)
    fn check_subscribe(&self, subscribe: &Subscribe<'_>) -> Result<(), Error> {
        let abilities = &self.line.flow.abilities;
        if !abilities.subscription_identifiers && subscribe.properties.subscription_identifier().is_some() {
            return Err(Violation::SubscriptionIdentifierNotSupported.into());
        }
        if abilities.wildcard_subscriptions && abilities.shared_subscriptions {
            return Ok(());
        }
        for filter in
            subscribe.subscriptions.iter().filter_map(|subscription| TopicFilter::new(subscription.filter).ok())
        {
            if filter.has_wildcards() && !abilities.wildcard_subscriptions {
                return Err(Violation::WildcardNotSupported.into());
            }
            if filter.share_name().is_some() && !abilities.shared_subscriptions {
                return Err(Violation::SharedNotSupported.into());
            }
        }
        Ok(())
    }

    fn connect<'i>(&mut self, view: ConnectView<'i>) -> Request<'i> {
        let connect = view.get();
        let line = &mut self.line;
        line.speak(connect.version);
        line.flow.theirs = Terms::from_properties(&connect.properties);
        line.method = Method::of(&connect.properties);
        line.keep_alive = connect.keep_alive;
        line.expiry = match connect.version {
            Version::V5 => connect.properties.session_expiry_interval().unwrap_or(0),
            _ => expiry_before_v5(connect.clean_start),
        };
        line.state = State::Connecting;
        self.ends_with_connection = line.expiry == 0;
        self.clean_start = connect.clean_start;
        self.nameless = connect.client_id.is_empty();
        self.problem_information = connect.properties.request_problem_information().unwrap_or(true);
        self.response_information = connect.properties.request_response_information().unwrap_or(false);
        self.will = connect.will.map(|will| will.properties.will_delay_interval().unwrap_or(0));
        self.will_asks = connect.will.map_or_else(Default::default, |will| (will.qos, will.retain));
        Request::Connect(view)
    }

    fn auth_received<'i>(&mut self, auth: &Auth<'i>) -> Result<Request<'i>, Error> {
        let line = &self.line;
        if !line.method.is_some() {
            return Err(Violation::Unexpected(PacketType::Auth).into());
        }
        if !line.method.is_that_of(&auth.properties) {
            return Err(Violation::AuthenticationMethod.into());
        }
        match (line.state, auth.reason_code) {
            (_, ReasonCode::ContinueAuthentication) | (State::Connected, ReasonCode::ReAuthenticate) => {
                Ok(Request::Auth(*auth))
            }
            (_, code) => Err(Violation::ReasonCode(code).into()),
        }
    }

    fn disconnected<'i>(&mut self, disconnect: Disconnect<'i>) -> Result<Request<'i>, Error> {
        if !sent_by_client(disconnect.reason_code) {
            return Err(Violation::ReasonCode(disconnect.reason_code).into());
        }
        let expiry = disconnect.properties.session_expiry_interval();
        if self.ends_with_connection && expiry.unwrap_or(0) > 0 {
            return Err(Violation::SessionExpiry.into());
        }
        self.line.expiry = expiry.unwrap_or(self.line.expiry);
        if disconnect.reason_code == ReasonCode::Success {
            self.will = None;
        }
        self.line.state = State::Closed;
        Ok(Request::Disconnect(disconnect))
    }

    /// A CONNECT with wrong bytes gets a CONNACK that says so, in the client's own version if that can be known.
    /// `[MQTT-3.1.2-2]` `[MQTT-3.1.3-9]`; 5.0 §4.13.1
    #[cold]
    fn refuse_bytes(&mut self, error: Error, input: &[u8], out: &mut impl Output) {
        let (Error::Decode(error), State::New) = (error, self.line.state) else { return };
        let Some(level) = connect::asked_level(input) else { return };
        let version = if level >= 5 { Version::V5 } else { Version::V3_1_1 };
        let code = error.reason_code();
        if code.to_wire(PacketType::ConnAck, version).is_some() {
            // If the output is full the connection is just closed.
            let _ = ConnAck::refuse(code).encode(version, out);
        }
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

    /// Whether the connection was accepted and is not over.
    pub fn is_connected(&self) -> bool {
        self.line.state == State::Connected
    }

    /// Whether the connection is over: close the socket once the output is written.
    pub fn is_closed(&self) -> bool {
        self.line.state == State::Closed
    }

    /// The topic of a message: its own, or what its topic alias stands for.
    pub fn topic<'t>(&'t self, publish: &Publish<'t>) -> &'t str {
        self.line.topic(publish)
    }

    /// What the client takes at most.
    pub const fn client_terms(&self) -> Terms {
        self.line.flow.theirs
    }

    /// Seconds of keep alive in use.
    pub const fn keep_alive(&self) -> u16 {
        self.line.keep_alive
    }

    /// The client's version.
    pub const fn version(&self) -> Version {
        self.line.flow.version
    }

    /// The session.
    pub const fn session(&self) -> &Session<S> {
        &self.line.flow.session
    }

    /// The connection is gone: gives the session back. It knows when the will is due, and when it expires itself: see
    /// [`Session::deadline`].
    pub fn into_session(self, now: Instant) -> Session<S> {
        self.line.into_session(now, self.will)
    }
}

/// Before CONNACK a client may send anything; all but AUTH, DISCONNECT and what is wrong waits for the answer.
fn goes_before_connack(input: &[u8]) -> bool {
    let packet = input.first().and_then(|first| PacketType::from_first_byte(*first));
    matches!(packet, None | Some(PacketType::Auth | PacketType::Disconnect | PacketType::Connect)) && !input.is_empty()
}
