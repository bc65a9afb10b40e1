//! What a server does with what the client sends.

use super::super::auth::Method;
use super::super::client::sent_by_client;
use super::super::line::expiry_before_v5;
use super::super::{Error, Request, State, Terms, Violation};
use super::Server;
use crate::mqtt::session::InState;
use crate::mqtt::{
    Auth, ConnAck, ConnectView, Disconnect, Packet, PacketId, PacketType, Part, Publish, ReasonCode, Slots, Subscribe,
    TopicFilter, Version, connect,
};
use crate::{Instant, Output};

impl<S: Slots> Server<S> {
    /// Whether there is anything to listen for; what waits for CONNACK is not yet.
    #[inline]
    pub(in super::super) fn listens(&self, input: &[u8]) -> bool {
        match self.line.state {
            State::Closed => false,
            State::Connecting => goes_before_connack(input),
            _ => true,
        }
    }

    #[cold]
    pub(in super::super) fn fail(&mut self, error: Error, input: &[u8], out: &mut impl Output) {
        self.refuse_bytes(error, input, out);
        self.line.fail(error, out);
    }

    #[inline]
    pub(in super::super) fn next<'i>(
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
}

/// Before CONNACK a client may send anything; all but AUTH, DISCONNECT and what is wrong waits for the answer.
fn goes_before_connack(input: &[u8]) -> bool {
    let packet = input.first().and_then(|first| PacketType::from_first_byte(*first));
    matches!(packet, None | Some(PacketType::Auth | PacketType::Disconnect | PacketType::Connect)) && !input.is_empty()
}
