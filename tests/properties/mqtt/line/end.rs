//! The two machines behind one set of verbs, so that the rig is written once.

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Delivery, Error, Event, PacketId, Publish, QoS, ReasonCode, Request, SendError, Server, Session, Slots,
    Subscription,
};

use super::super::super::strict::Strict;

/// What a machine said, whichever it is.
#[derive(Debug)]
pub enum Got<'i> {
    /// The server is asked for a connection.
    Connect,
    /// The client is connected; whether a session was present.
    Connected(bool),
    Publish(Publish<'i>, Delivery),
    Head(Publish<'i>, Delivery, u32),
    Payload(&'i [u8], u32),
    Published(PacketId),
    Received(PacketId),
    /// The server owes an answer: to a SUBSCRIBE or an UNSUBSCRIBE with so many filters.
    Asked(bool, PacketId, usize),
    Answered(PacketId),
    /// Nothing is to be done.
    Quiet,
}

/// One end of the line.
pub trait End {
    fn receive<'i>(
        &mut self,
        now: Instant,
        input: &'i [u8],
        parts: bool,
        out: &mut Strict,
    ) -> Result<Option<(Got<'i>, usize)>, Error>;
    fn publish(&mut self, now: Instant, publish: &Publish<'_>, out: &mut Strict)
    -> Result<Option<PacketId>, SendError>;
    fn ack(&mut self, now: Instant, delivery: Delivery, code: ReasonCode, out: &mut Strict) -> Result<(), SendError>;
    fn resume(&mut self, now: Instant, out: &mut Strict) -> Result<Option<PacketId>, SendError>;
    fn resend(&mut self, now: Instant, id: PacketId, publish: &Publish<'_>, out: &mut Strict) -> Result<(), SendError>;
    fn abandon(&mut self, now: Instant, id: PacketId, out: &mut Strict) -> Result<(), SendError>;
    fn timeout(&mut self, now: Instant, out: &mut Strict) -> Result<(), Error>;
    fn deadline(&self) -> Option<Instant>;
    fn is_connected(&self) -> bool;
    fn is_closed(&self) -> bool;
    fn is_resuming(&self) -> bool;
    fn receive_maximum(&self) -> u16;
    fn topic_of(&self, publish: &Publish<'_>) -> String;
    fn in_flight(&self) -> Vec<(u16, bool)>;
    /// SUBSCRIBE, if this end may.
    fn subscribe(&mut self, now: Instant, out: &mut Strict) -> Option<Result<PacketId, SendError>>;
    /// UNSUBSCRIBE, if this end may.
    fn unsubscribe(&mut self, now: Instant, out: &mut Strict) -> Option<Result<PacketId, SendError>>;
}

macro_rules! end {
    ($machine:ident, $event:ident, $terms:ident, $event_of:path, $subscribe:expr, $unsubscribe:expr) => {
        impl<S: Slots> End for $machine<S> {
            fn receive<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                parts: bool,
                out: &mut Strict,
            ) -> Result<Option<(Got<'i>, usize)>, Error> {
                let answer =
                    if parts { self.receive_part(now, input, out)? } else { $machine::receive(self, now, input, out)? };
                Ok(answer.map(|(event, used)| {
                    let got = match event {
                        $event::Publish(publish, delivery) => Got::Publish(publish, delivery),
                        $event::PublishHead(publish, delivery, len) => Got::Head(publish, delivery, len),
                        $event::Payload(bytes, remaining) => Got::Payload(bytes, remaining),
                        $event::Published(ack) => Got::Published(ack.packet_id),
                        $event::Received(ack) => Got::Received(ack.packet_id),
                        $event::Released(_) | $event::Duplicate(_) | $event::Stray(..) => Got::Quiet,
                        event => $event_of(event),
                    };
                    (got, used)
                }))
            }

            fn publish(
                &mut self,
                now: Instant,
                publish: &Publish<'_>,
                out: &mut Strict,
            ) -> Result<Option<PacketId>, SendError> {
                $machine::publish(self, now, publish, out)
            }

            fn ack(
                &mut self,
                now: Instant,
                delivery: Delivery,
                code: ReasonCode,
                out: &mut Strict,
            ) -> Result<(), SendError> {
                match code {
                    ReasonCode::Success => $machine::ack(self, now, delivery, out),
                    code => $machine::reject(self, now, delivery, code, out),
                }
            }

            fn resume(&mut self, now: Instant, out: &mut Strict) -> Result<Option<PacketId>, SendError> {
                $machine::resume(self, now, out)
            }

            fn resend(
                &mut self,
                now: Instant,
                id: PacketId,
                publish: &Publish<'_>,
                out: &mut Strict,
            ) -> Result<(), SendError> {
                $machine::resend(self, now, id, publish, out)
            }

            fn abandon(&mut self, now: Instant, id: PacketId, out: &mut Strict) -> Result<(), SendError> {
                $machine::abandon(self, now, id, out)
            }

            fn timeout(&mut self, now: Instant, out: &mut Strict) -> Result<(), Error> {
                $machine::timeout(self, now, out)
            }

            fn deadline(&self) -> Option<Instant> {
                $machine::deadline(self)
            }

            fn is_connected(&self) -> bool {
                $machine::is_connected(self)
            }

            fn is_closed(&self) -> bool {
                $machine::is_closed(self)
            }

            fn is_resuming(&self) -> bool {
                $machine::is_resuming(self)
            }

            fn receive_maximum(&self) -> u16 {
                self.$terms().receive_maximum
            }

            fn topic_of(&self, publish: &Publish<'_>) -> String {
                self.topic(publish).to_owned()
            }

            fn in_flight(&self) -> Vec<(u16, bool)> {
                in_flight(self.session())
            }

            fn subscribe(&mut self, now: Instant, out: &mut Strict) -> Option<Result<PacketId, SendError>> {
                let ask: fn(&mut Self, Instant, &mut Strict) -> Option<Result<PacketId, SendError>> = $subscribe;
                ask(self, now, out)
            }

            fn unsubscribe(&mut self, now: Instant, out: &mut Strict) -> Option<Result<PacketId, SendError>> {
                let ask: fn(&mut Self, Instant, &mut Strict) -> Option<Result<PacketId, SendError>> = $unsubscribe;
                ask(self, now, out)
            }
        }
    };
}

end!(
    Client,
    Event,
    server_terms,
    said_by_server,
    |client, now, out| Some(client.subscribe(now, &[Subscription::new("t/#", QoS::ExactlyOnce)], out)),
    |client, now, out| Some(client.unsubscribe(now, &["a", "b/#"], out))
);
end!(Server, Request, client_terms, said_by_client, |_, _, _| None, |_, _, _| None);

fn said_by_server<'i>(event: Event<'i>) -> Got<'i> {
    match event {
        Event::Connected(connack) => Got::Connected(connack.session_present),
        Event::Subscribed(suback) => Got::Answered(suback.packet_id),
        Event::Unsubscribed(unsuback) => Got::Answered(unsuback.packet_id),
        Event::Pong => Got::Quiet,
        event => panic!("the server does not do this: {event:?}"),
    }
}

fn said_by_client<'i>(request: Request<'i>) -> Got<'i> {
    match request {
        Request::Connect(_) => Got::Connect,
        Request::Subscribe(subscribe) => Got::Asked(true, subscribe.packet_id, subscribe.subscriptions.len()),
        Request::Unsubscribe(unsubscribe) => Got::Asked(false, unsubscribe.packet_id, unsubscribe.filters.len()),
        Request::Ping => Got::Quiet,
        request => panic!("the client does not do this: {request:?}"),
    }
}

/// Packet identifiers in flight, and whether the peer has the message.
pub fn in_flight<S: Slots>(session: &Session<S>) -> Vec<(u16, bool)> {
    let mut ids: Vec<_> = session.in_flight().map(|message| (message.packet_id.get(), message.received)).collect();
    assert_eq!(ids.len(), session.in_flight_count());
    ids.sort_unstable();
    ids
}
