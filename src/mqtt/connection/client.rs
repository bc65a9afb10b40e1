//! A client's end.

use core::time::Duration;

use super::auth::Method;
use super::line::{Line, expiry_before_v5};
use super::{Abilities, Config, Delivery, Error, Event, SendError, State, Terms, Timeout, Violation};
use crate::mqtt::session::{Growing, OutState};
use crate::mqtt::{
    Auth, ConnAck, Connect, Disconnect, Packet, PacketId, PacketType, Part, Properties, Publish, ReasonCode, Session,
    Slots, Subscribe, Subscriptions, TopicFilter, TopicFilters, Unsubscribe, Version,
};
use crate::{Instant, Output};

/// A client's end of one connection.
///
/// ```
/// use fourwire::Instant;
/// use fourwire::mqtt::{Client, Config, Connect, Event, QoS, Session, Subscription};
///
/// let (mut client, mut out) = (Client::new(Config::default(), Session::new()), Vec::new());
/// let now = Instant::ZERO;
/// client.connect(now, &Connect { client_id: "sensor-7", ..Connect::default() }, &mut out)?;
/// // … write `out` to the socket, clear it, and read the answer:
/// # out.clear();
/// let mut input: &[u8] = b"\x20\x03\x00\x00\x00";
/// while let Some((event, used)) = client.receive(now, input, &mut out)? {
///     input = &input[used..];
///     match event {
///         Event::Connected(_) => {
///             client.subscribe(now, &[Subscription::new("home/+/temperature", QoS::AtLeastOnce)], &mut out)?;
///         }
///         Event::Publish(publish, _) => println!("{}: {:?}", publish.topic, publish.payload),
///         _ => {}
///     }
/// }
/// assert_eq!(out[0], 0x82, "a SUBSCRIBE is to be written");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Client<S = Growing> {
    line: Line<S>,
    clean_start: bool,
    /// Whether the session expiry was 0 in CONNECT: then DISCONNECT cannot change it.
    ends_with_connection: bool,
    ping_sent: Option<Instant>,
}

impl<S: Slots> Client<S> {
    /// A client that goes on with `session`, and has sent nothing yet.
    pub const fn new(config: Config, session: Session<S>) -> Self {
        Self {
            line: Line::new(config, session, Version::V5, Instant::ZERO),
            clean_start: true,
            ends_with_connection: true,
            ping_sent: None,
        }
    }

    // --- connecting ----------------------------------------------------------------------------------------------

    /// Sends CONNECT, the first packet. `[MQTT-3.1.0-1]`
    ///
    /// Its properties announce what we take; a session in fixed slots needs a receive maximum that is not larger than
    /// their number (5.0).
    pub fn connect(&mut self, now: Instant, connect: &Connect<'_>, out: &mut impl Output) -> Result<(), SendError> {
        if self.line.state != State::New {
            return Err(SendError::NotConnected);
        }
        let version = connect.version;
        let ours = Terms::from_properties(&connect.properties);
        self.line.can_announce(&ours, version, 0)?;
        connect.encode(out)?;
        if connect.clean_start {
            // The server discards the session now, even if its CONNACK is lost. `[MQTT-3.1.2-6]`; 5.0 `[MQTT-3.1.2-4]`
            self.line.flow.session.clear();
        }
        self.line.speak(version);
        self.line.flow.ours = ours;
        self.line.announced();
        self.line.method = Method::of(&connect.properties);
        self.line.keep_alive = connect.keep_alive;
        self.line.expiry = match version {
            Version::V5 => connect.properties.session_expiry_interval().unwrap_or(0),
            _ => expiry_before_v5(connect.clean_start),
        };
        self.ends_with_connection = self.line.expiry == 0;
        self.clean_start = connect.clean_start;
        self.line.last_sent = now;
        self.line.last_received = now;
        self.line.state = State::Connecting;
        Ok(())
    }

    /// Sends AUTH: the next step of an authentication, or the first of another one (5.0). (§4.12)
    pub fn auth(&mut self, now: Instant, auth: &Auth<'_>, out: &mut impl Output) -> Result<(), SendError> {
        match (self.line.state, auth.reason_code) {
            (State::Connecting | State::Connected, ReasonCode::ContinueAuthentication)
            | (State::Connected, ReasonCode::ReAuthenticate) => {}
            (State::Connecting | State::Connected, code) => return Err(SendError::ReasonCode(code)),
            _ => return Err(SendError::NotConnected),
        }
        if !self.line.method.is_some() || !self.line.method.is_that_of(&auth.properties) {
            return Err(SendError::AuthenticationMethod);
        }
        self.line.flow.check_size(|_| auth.encoded_len())?;
        auth.encode(self.line.flow.version, out)?;
        self.line.last_sent = now;
        Ok(())
    }

    /// Sends DISCONNECT, the last packet. `[MQTT-3.14.4-1]` `[MQTT-3.14.4-2]`
    pub fn disconnect(
        &mut self,
        now: Instant,
        disconnect: &Disconnect<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.connected()?;
        if !sent_by_client(disconnect.reason_code) {
            return Err(SendError::ReasonCode(disconnect.reason_code));
        }
        let expiry = disconnect.properties.session_expiry_interval();
        if self.ends_with_connection && expiry.unwrap_or(0) > 0 {
            return Err(SendError::SessionExpiry);
        }
        self.line.flow.check_size(|version| disconnect.encoded_len(version))?;
        disconnect.encode(self.line.flow.version, out)?;
        self.line.expiry = expiry.unwrap_or(self.line.expiry);
        self.line.last_sent = now;
        self.line.state = State::Closed;
        Ok(())
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Sends a message. With QoS 1 and 2 it gets a packet identifier, under which it is reported
    /// [`Published`](Event::Published); keep its body until then (QoS 2: until [`Received`](Event::Received)).
    ///
    /// `publish.packet_id` and `publish.dup` are not looked at.
    #[inline]
    pub fn publish(
        &mut self,
        now: Instant,
        publish: &Publish<'_>,
        out: &mut impl Output,
    ) -> Result<Option<PacketId>, SendError> {
        let abilities = &self.line.flow.abilities;
        if publish.qos > abilities.maximum_qos {
            return Err(SendError::QoSNotSupported);
        }
        if publish.retain && !abilities.retain {
            return Err(SendError::RetainNotSupported);
        }
        if !publish.properties.is_empty() && publish.properties.subscription_identifier().is_some() {
            return Err(SendError::SubscriptionIdentifier);
        }
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

    /// After [`Connected`](Event::Connected) with a session present: sends PUBREL again where that is due, and names the
    /// first message that is to be sent again with [`resend`](Self::resend). Ask until it is `None`.
    ///
    /// `None` while [`is_resuming`](Self::is_resuming) means that the server takes no more at once: ask again when a
    /// message was [`Published`](Event::Published). `[MQTT-4.4.0-1]` `[MQTT-4.6.0-1]`
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

    /// Asks for messages. [`Subscribed`](Event::Subscribed) answers with the same packet identifier.
    pub fn subscribe<'a>(
        &mut self,
        now: Instant,
        subscriptions: impl Into<Subscriptions<'a>>,
        out: &mut impl Output,
    ) -> Result<PacketId, SendError> {
        self.subscribe_with(now, subscriptions, Properties::EMPTY, out)
    }

    /// Asks for messages, with properties (5.0).
    pub fn subscribe_with<'a>(
        &mut self,
        now: Instant,
        subscriptions: impl Into<Subscriptions<'a>>,
        properties: Properties<'_>,
        out: &mut impl Output,
    ) -> Result<PacketId, SendError> {
        let subscriptions = subscriptions.into();
        let abilities = self.line.flow.abilities;
        if !abilities.subscription_identifiers && properties.subscription_identifier().is_some() {
            return Err(SendError::SubscriptionIdentifierNotSupported);
        }
        if self.line.flow.version.is_v5() && !(abilities.wildcard_subscriptions && abilities.shared_subscriptions) {
            // A filter that is not valid is for the encoder to refuse.
            for filter in subscriptions.iter().filter_map(|subscription| TopicFilter::new(subscription.filter).ok()) {
                if filter.has_wildcards() && !abilities.wildcard_subscriptions {
                    return Err(SendError::WildcardNotSupported);
                }
                if filter.share_name().is_some() && !abilities.shared_subscriptions {
                    return Err(SendError::SharedNotSupported);
                }
            }
        }
        self.ask(now, OutState::AwaitsSubAck, subscriptions.len(), out, |packet_id| {
            Packet::Subscribe(Subscribe { packet_id, properties, subscriptions })
        })
    }

    /// Ends subscriptions. [`Unsubscribed`](Event::Unsubscribed) answers with the same packet identifier.
    pub fn unsubscribe<'a>(
        &mut self,
        now: Instant,
        filters: impl Into<TopicFilters<'a>>,
        out: &mut impl Output,
    ) -> Result<PacketId, SendError> {
        self.unsubscribe_with(now, filters, Properties::EMPTY, out)
    }

    /// Ends subscriptions, with properties (5.0).
    pub fn unsubscribe_with<'a>(
        &mut self,
        now: Instant,
        filters: impl Into<TopicFilters<'a>>,
        properties: Properties<'_>,
        out: &mut impl Output,
    ) -> Result<PacketId, SendError> {
        let filters = filters.into();
        self.ask(now, OutState::AwaitsUnsubAck, filters.len(), out, |packet_id| {
            Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters })
        })
    }

    fn ask<'a>(
        &mut self,
        now: Instant,
        state: OutState,
        count: usize,
        out: &mut impl Output,
        packet: impl FnOnce(PacketId) -> Packet<'a>,
    ) -> Result<PacketId, SendError> {
        self.line.connected()?;
        let count = u16::try_from(count).map_err(|_| SendError::ReasonCodeCount)?;
        let flow = &mut self.line.flow;
        let id = flow.session.next_packet_id().ok_or(SendError::WindowFull)?;
        let packet = packet(id);
        flow.check_size(|version| packet.encoded_len(version))?;
        packet.encode(flow.version, out)?;
        flow.session.take_packet_id(id, state, count);
        self.line.last_sent = now;
        Ok(id)
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// Takes the packet at the start of `input`: says what it meant, and how many bytes it took.
    ///
    /// `None` if the input ends before the packet does: call again with the same bytes and more behind them. Answers
    /// are written to `out`; if it is full nothing was consumed, and the call can be repeated.
    #[inline]
    pub fn receive<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        self.take(now, input, false, out)
    }

    /// Like [`receive`](Self::receive), but a PUBLISH larger than [`Limits::packet`](super::super::Limits::packet) comes
    /// as its head and pieces of its payload, as they are there. It is acknowledged with its last piece.
    pub fn receive_part<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        self.take(now, input, true, out)
    }

    #[inline]
    fn take<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        parts: bool,
        out: &mut impl Output,
    ) -> Result<Option<(Event<'i>, usize)>, Error> {
        if !matches!(self.line.state, State::Connecting | State::Connected) {
            return Ok(None);
        }
        let before = self.line.decoder.clone();
        let event = self.next(now, input, parts, out);
        match &event {
            Ok(_) => {}
            Err(Error::Full) => self.line.decoder = before,
            Err(error) => self.line.fail(*error, out),
        }
        event
    }

    #[inline]
    fn next<'i>(
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

    // --- time ----------------------------------------------------------------------------------------------------

    /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
    pub fn deadline(&self) -> Option<Instant> {
        let line = &self.line;
        match line.state {
            State::Connecting => {
                Some(line.last_received.after(Duration::from_millis(line.settings.connect_timeout.into())))
            }
            State::Connected if line.flow.session.next_held().is_some() => Some(Instant::ZERO),
            State::Connected => match self.ping_sent {
                Some(sent) => Some(sent.after(Duration::from_millis(line.settings.ping_timeout.into()))),
                None if line.keep_alive == 0 => None,
                None => {
                    // A client that sends all the time also wants to know whether anybody is there.
                    let quiet_since = line.last_sent.min(line.last_received);
                    Some(quiet_since.after(Duration::from_secs(line.keep_alive.into())))
                }
            },
            State::New | State::Closed => None,
        }
    }

    /// Does what is due at `now`: sends PINGREQ, or finds that the server is gone. `[MQTT-3.1.2-20]`
    pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        if self.line.state == State::Connected && !self.line.flow.flush(out) {
            return Err(Error::Full);
        }
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let late = match (self.line.state, self.ping_sent) {
            (State::Connecting, _) => Timeout::ConnAck,
            (_, Some(_)) => Timeout::PingResp,
            (_, None) => {
                // A PINGREQ always can be encoded: only room can be missing.
                Packet::PingReq.encode(self.line.flow.version, out).map_err(|_| Error::Full)?;
                self.ping_sent = Some(now);
                self.line.last_sent = now;
                return Ok(());
            }
        };
        self.line.state = State::Closed;
        Err(Error::Timeout(late))
    }

    // --- what is known -------------------------------------------------------------------------------------------

    /// Whether CONNACK came and the connection is not over.
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

    /// What the server takes at most.
    pub const fn server_terms(&self) -> Terms {
        self.line.flow.theirs
    }

    /// What the server is able to do.
    pub const fn abilities(&self) -> Abilities {
        self.line.flow.abilities
    }

    /// Seconds of keep alive in use: the server's word counts. `[MQTT-3.1.2-21]`
    pub const fn keep_alive(&self) -> u16 {
        self.line.keep_alive
    }

    /// The version in use.
    pub const fn version(&self) -> Version {
        self.line.flow.version
    }

    /// The session.
    pub const fn session(&self) -> &Session<S> {
        &self.line.flow.session
    }

    /// The connection is gone: gives the session back, for the next one.
    pub fn into_session(self, now: Instant) -> Session<S> {
        self.line.into_session(now, None)
    }
}

fn unexpected(part: &Part<'_>) -> Violation {
    Violation::Unexpected(match part {
        Part::Packet(packet) => packet.packet_type(),
        _ => PacketType::Publish,
    })
}

/// The reason codes of a client's DISCONNECT. (5.0 §3.14.2.1)
pub(super) const fn sent_by_client(code: ReasonCode) -> bool {
    use ReasonCode as Code;
    matches!(
        code,
        Code::Success
            | Code::DisconnectWithWill
            | Code::UnspecifiedError
            | Code::MalformedPacket
            | Code::ProtocolError
            | Code::ImplementationSpecificError
            | Code::BadAuthenticationMethod
            | Code::TopicNameInvalid
            | Code::ReceiveMaximumExceeded
            | Code::TopicAliasInvalid
            | Code::PacketTooLarge
            | Code::MessageRateTooHigh
            | Code::QuotaExceeded
            | Code::AdministrativeAction
            | Code::PayloadFormatInvalid
    )
}
