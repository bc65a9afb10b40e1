//! What the model does with a machine, whichever end it is.

use std::fmt::Debug;

use fourwire::Instant;
use fourwire::mqtt::{Client, Delivery, Event, PacketId, Publish, Request, SendError, Server, Session, Slots};

pub(crate) const NOW: Instant = Instant::from_secs(1);

/// What a packet meant, as far as the books go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    /// The server is asked for a connection.
    Connect,
    /// The client has one; whether a session was present.
    Connected(bool),
    /// A message: its number, and whether it says that it may have come before.
    Message {
        number: u8,
        dup: bool,
        delivery: Delivery,
    },
    /// A message of ours is acknowledged to the end.
    Published(PacketId),
    Nothing,
}

pub(crate) trait Machine<S: Slots>: Clone + Debug {
    fn publish(&mut self, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<Option<PacketId>, SendError>;
    /// Takes one packet, which is whole.
    fn receive(&mut self, packet: &[u8], out: &mut Vec<u8>) -> Result<Meaning, String>;
    fn ack(&mut self, delivery: Delivery, out: &mut Vec<u8>) -> Result<(), SendError>;
    fn resume(&mut self, out: &mut Vec<u8>) -> Result<Option<PacketId>, SendError>;
    fn resend(&mut self, id: PacketId, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<(), SendError>;
    fn is_connected(&self) -> bool;
    fn is_resuming(&self) -> bool;
    fn in_flight(&self) -> usize;
    fn into_session(self) -> Session<S>;
}

macro_rules! machine {
    ($machine:ident, $event:ident, $($other:pat => $meaning:expr),+) => {
        impl<S: Slots + Clone + Debug> Machine<S> for $machine<S> {
            fn publish(&mut self, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<Option<PacketId>, SendError> {
                self.publish(NOW, publish, out)
            }

            fn receive(&mut self, packet: &[u8], out: &mut Vec<u8>) -> Result<Meaning, String> {
                match self.receive(NOW, packet, out) {
                    Ok(Some((event, used))) => {
                        assert_eq!(used, packet.len());
                        Ok(match event {
                            $event::Publish(publish, delivery) => {
                                Meaning::Message { number: publish.payload[0], dup: publish.dup, delivery }
                            }
                            $event::Published(ack) => Meaning::Published(ack.packet_id),
                            $($other => $meaning,)+
                            _ => Meaning::Nothing,
                        })
                    }
                    Ok(None) => Err("a whole packet is not taken".into()),
                    Err(error) => Err(format!("an error: {error}")),
                }
            }

            fn ack(&mut self, delivery: Delivery, out: &mut Vec<u8>) -> Result<(), SendError> {
                self.ack(NOW, delivery, out)
            }

            fn resume(&mut self, out: &mut Vec<u8>) -> Result<Option<PacketId>, SendError> {
                self.resume(NOW, out)
            }

            fn resend(&mut self, id: PacketId, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<(), SendError> {
                self.resend(NOW, id, publish, out)
            }

            fn is_connected(&self) -> bool {
                self.is_connected()
            }

            fn is_resuming(&self) -> bool {
                self.is_resuming()
            }

            fn in_flight(&self) -> usize {
                self.session().in_flight_count()
            }

            fn into_session(self) -> Session<S> {
                self.into_session(NOW)
            }
        }
    };
}

machine!(Client, Event, Event::Connected(connack) => Meaning::Connected(connack.session_present));
machine!(Server, Request, Request::Connect(_) => Meaning::Connect);
