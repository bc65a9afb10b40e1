//! A client's end.

mod receive;

use core::time::Duration;

use super::auth::Method;
use super::line::{Line, expiry_before_v5};
use super::{Abilities, Config, Error, SendError, State, Terms, Timeout};
use crate::mqtt::session::{Growing, OutState};
use crate::mqtt::{
    Auth, Connect, Disconnect, Packet, PacketId, Properties, Publish, ReasonCode, Session, Slots, Subscribe,
    Subscriptions, TopicFilter, TopicFilters, Unsubscribe, Version,
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
#[derive(Clone, Debug)]
pub struct Client<S = Growing> {
    pub(super) line: Line<S>,
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
    /// [`Published`](super::Event::Published); keep its body until then (QoS 2: until [`Received`](super::Event::Received)).
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

    // --- subscriptions -------------------------------------------------------------------------------------------

    /// Asks for messages. [`Subscribed`](super::Event::Subscribed) answers with the same packet identifier.
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

    /// Ends subscriptions. [`Unsubscribed`](super::Event::Unsubscribed) answers with the same packet identifier.
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

    /// What the server takes at most.
    pub const fn server_terms(&self) -> Terms {
        self.line.flow.theirs
    }

    /// What the server is able to do.
    pub const fn abilities(&self) -> Abilities {
        self.line.flow.abilities
    }

    /// The connection is gone: gives the session back, for the next one.
    pub fn into_session(self, now: Instant) -> Session<S> {
        self.line.into_session(now, None)
    }
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
