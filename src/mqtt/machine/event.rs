//! What machines tell the application: one event for each packet.

use super::Delivery;
use crate::mqtt::{
    Ack, Auth, ConnAck, ConnectView, Disconnect, PacketId, PacketType, Publish, SubAck, Subscribe, UnsubAck,
    Unsubscribe,
};

/// What both roles' events have in common: so that the flows, which know no role, make an event where it is to be.
pub(super) trait Meaning<'i>: Sized {
    fn publish(publish: &Publish<'i>, delivery: Delivery) -> Self;
    fn published(ack: &Ack<'i>) -> Self;
    fn received(ack: &Ack<'i>) -> Self;
    fn released(id: PacketId) -> Self;
    fn duplicate(id: PacketId) -> Self;
    fn stray(packet: PacketType, id: PacketId) -> Self;
    fn head(publish: &Publish<'i>, delivery: Delivery, len: u32) -> Self;
    fn payload(bytes: &'i [u8], remaining: u32) -> Self;
}

macro_rules! events {
    (
        $(#[$doc:meta])* $name:ident:
        $($(#[$own_doc:meta])* $own:ident $(($($ty:ty),+))?,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub enum $name<'i> {
            $($(#[$own_doc])* $own $(($($ty),+))?,)*
            /// A message, and its receipt. If its topic is empty it has a topic alias: ask `topic`.
            Publish(Publish<'i>, Delivery),
            /// A message of ours is acknowledged to the end: PUBACK, PUBCOMP, or a PUBREC that refuses it. Its packet
            /// identifier is free again. The reason code says whether it was accepted.
            Published(Ack<'i>),
            /// The peer has a QoS 2 message of ours: its body is no longer needed. PUBREL was sent.
            Received(Ack<'i>),
            /// The peer will not send this QoS 2 message again. PUBCOMP was sent. Nothing is to be done.
            Released(PacketId),
            /// A message came again that was delivered before, and is not to be delivered twice. Nothing is to be done.
            Duplicate(PacketId),
            /// An acknowledgement of nothing that is in flight, as may come after a session was lost. Nothing is to be
            /// done.
            Stray(PacketType, PacketId),
            /// The beginning of a message that is too large to be taken whole, and how many bytes of payload follow in
            /// [`Payload`](Self::Payload) events. Comes from `receive_part` only.
            PublishHead(Publish<'i>, Delivery, u32),
            /// A piece of a payload, and how many bytes are still to come. Comes from `receive_part` only.
            Payload(&'i [u8], u32),
        }

        impl<'i> Meaning<'i> for $name<'i> {
            #[inline]
            fn publish(publish: &Publish<'i>, delivery: Delivery) -> Self {
                Self::Publish(*publish, delivery)
            }

            #[inline]
            fn published(ack: &Ack<'i>) -> Self {
                Self::Published(*ack)
            }

            #[inline]
            fn received(ack: &Ack<'i>) -> Self {
                Self::Received(*ack)
            }

            #[inline]
            fn released(id: PacketId) -> Self {
                Self::Released(id)
            }

            #[inline]
            fn duplicate(id: PacketId) -> Self {
                Self::Duplicate(id)
            }

            #[inline]
            fn stray(packet: PacketType, id: PacketId) -> Self {
                Self::Stray(packet, id)
            }

            #[inline]
            fn head(publish: &Publish<'i>, delivery: Delivery, len: u32) -> Self {
                Self::PublishHead(*publish, delivery, len)
            }

            #[inline]
            fn payload(bytes: &'i [u8], remaining: u32) -> Self {
                Self::Payload(bytes, remaining)
            }
        }
    };
}

events! {
    /// What a [`Client`](super::Client) tells the application.
    Event:
    /// The connection is made. If no session is present, what was in flight is forgotten.
    Connected(ConnAck<'i>),
    /// The server refused the connection, which is over.
    Refused(ConnAck<'i>),
    /// A step of enhanced authentication; answer with `auth`, unless it is a success.
    Auth(Auth<'i>),
    /// The answer to `subscribe`.
    Subscribed(SubAck<'i>),
    /// The answer to `unsubscribe`.
    Unsubscribed(UnsubAck<'i>),
    /// The server is alive. Nothing is to be done.
    Pong,
    /// The server ended the connection.
    Disconnected(Disconnect<'i>),
}

events! {
    /// What a [`Server`](super::Server) tells the application: what a client asks for.
    Request:
    /// A client wants a connection: answer with `accept` or `refuse`, or with `auth`. Until then nothing more is read.
    Connect(ConnectView<'i>),
    /// A step of enhanced authentication; answer with `auth`, `accept`, `refuse` or `disconnect`.
    Auth(Auth<'i>),
    /// A client wants messages: answer with `suback`.
    Subscribe(Subscribe<'i>),
    /// A client wants messages no longer: answer with `unsuback`.
    Unsubscribe(Unsubscribe<'i>),
    /// The client is alive; PINGRESP was sent. Nothing is to be done.
    Ping,
    /// The client ended the connection.
    Disconnect(Disconnect<'i>),
}
