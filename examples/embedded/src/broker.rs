//! A broker for one client, with room for one subscription.

use fourwire::Instant;
use fourwire::mqtt::{
    Config, Properties, Property, Publish, ReasonCode, ReasonCodes, Request, Server, Session, Slot, SubAck, TopicFilter,
};

use crate::board::say;
use crate::failure::Failure;
use crate::wire::Wire;

/// The one filter that can be subscribed to: a filter that is kept would need memory.
const FILTER: &str = "home/+/temperature";

pub struct Broker {
    server: Server<[Slot; 4]>,
    subscribed: bool,
}

impl Broker {
    pub fn new(now: Instant) -> Self {
        let session = Session::with_slots([Slot::EMPTY; 4]);
        Self { server: Server::new(now, Config::default(), session), subscribed: false }
    }

    /// Takes all that has come up, and sends the answers down.
    pub fn poll(&mut self, now: Instant, up: &mut Wire, down: &mut Wire) -> Result<(), Failure> {
        while let Some((request, used)) = down.send(|out| self.server.receive(now, up.received(), out))? {
            self.answer(now, request, down)?;
            up.take(used);
        }
        Ok(())
    }

    pub fn in_flight_count(&self) -> usize {
        self.server.session().in_flight_count()
    }

    fn answer(&mut self, now: Instant, request: Request<'_>, down: &mut Wire) -> Result<(), Failure> {
        match request {
            Request::Connect(connect) => {
                say!("broker: accepts {}", connect.get().client_id);
                // One slot is for a SUBSCRIBE that is not answered yet.
                let own = [Property::ReceiveMaximum(3)];
                down.send(|out| self.server.accept(now, Properties::new(&own), out))?;
            }
            Request::Subscribe(subscribe) => {
                let mut codes = [ReasonCode::QuotaExceeded];
                if let Some(wanted) = subscribe.subscriptions.iter().find(|wanted| wanted.filter == FILTER) {
                    say!("broker: grants {}", wanted.filter);
                    codes = [ReasonCode::granted(wanted.qos)];
                    self.subscribed = true;
                }
                let suback = SubAck {
                    packet_id: subscribe.packet_id,
                    properties: Properties::EMPTY,
                    reason_codes: ReasonCodes::new(&codes),
                };
                down.send(|out| self.server.suback(now, &suback, out))?;
            }
            Request::Publish(publish, _) => {
                say!("broker: has {} bytes for {}", publish.payload.len(), publish.topic);
                if self.subscribed && TopicFilter::new(FILTER).is_ok_and(|filter| filter.matches(publish.topic)) {
                    let copy = Publish { retain: false, properties: Properties::EMPTY, ..publish };
                    down.send(|out| self.server.publish(now, &copy, out))?;
                }
            }
            Request::Released(id) => say!("broker: message {id} cannot come again"),
            Request::Published(ack) => say!("broker: message {} is delivered", ack.packet_id),
            Request::Disconnect(_) => say!("broker: the client is gone"),
            _ => {}
        }
        Ok(())
    }
}
