//! Any control packet.

use super::{
    Ack, Auth, ConnAck, Connect, ConnectView, Disconnect, EncodeError, PacketType, Publish, SubAck, Subscribe,
    UnsubAck, Unsubscribe, Version, header,
};
use crate::Output;

/// Any control packet: what [`Decoder::decode`](super::Decoder::decode) returns, and what can be encoded.
#[derive(Clone, Copy, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Packet<'a> {
    /// CONNECT: a client asks for a connection.
    Connect(ConnectView<'a>),
    /// CONNACK: the server answers.
    ConnAck(ConnAck<'a>),
    /// PUBLISH: a message.
    Publish(Publish<'a>),
    /// PUBACK: a QoS 1 message is acknowledged.
    PubAck(Ack<'a>),
    /// PUBREC: a QoS 2 message was received.
    PubRec(Ack<'a>),
    /// PUBREL: a QoS 2 message's identifier may be forgotten.
    PubRel(Ack<'a>),
    /// PUBCOMP: it is forgotten.
    PubComp(Ack<'a>),
    /// SUBSCRIBE: a client asks for messages.
    Subscribe(Subscribe<'a>),
    /// SUBACK: the server answers.
    SubAck(SubAck<'a>),
    /// UNSUBSCRIBE: a client asks for messages no longer.
    Unsubscribe(Unsubscribe<'a>),
    /// UNSUBACK: the server answers.
    UnsubAck(UnsubAck<'a>),
    /// PINGREQ: a client is alive, and asks whether the server is.
    PingReq,
    /// PINGRESP: it is.
    PingResp,
    /// DISCONNECT: the connection ends.
    Disconnect(Disconnect<'a>),
    /// AUTH: a step of enhanced authentication (5.0).
    Auth(Auth<'a>),
}

impl Packet<'_> {
    /// Which of the fifteen it is.
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Connect(_) => PacketType::Connect,
            Self::ConnAck(_) => PacketType::ConnAck,
            Self::Publish(_) => PacketType::Publish,
            Self::PubAck(_) => PacketType::PubAck,
            Self::PubRec(_) => PacketType::PubRec,
            Self::PubRel(_) => PacketType::PubRel,
            Self::PubComp(_) => PacketType::PubComp,
            Self::Subscribe(_) => PacketType::Subscribe,
            Self::SubAck(_) => PacketType::SubAck,
            Self::Unsubscribe(_) => PacketType::Unsubscribe,
            Self::UnsubAck(_) => PacketType::UnsubAck,
            Self::PingReq => PacketType::PingReq,
            Self::PingResp => PacketType::PingResp,
            Self::Disconnect(_) => PacketType::Disconnect,
            Self::Auth(_) => PacketType::Auth,
        }
    }

    /// How many bytes the packet takes. A CONNECT has its own version.
    pub fn encoded_len(&self, version: Version) -> usize {
        match self {
            Self::Connect(packet) => packet.encoded_len(),
            Self::ConnAck(packet) => packet.encoded_len(version),
            Self::Publish(packet) => packet.encoded_len(version),
            Self::PubAck(ack) | Self::PubRec(ack) | Self::PubRel(ack) | Self::PubComp(ack) => ack.encoded_len(version),
            Self::Subscribe(packet) => packet.encoded_len(version),
            Self::SubAck(packet) => packet.encoded_len(version),
            Self::Unsubscribe(packet) => packet.encoded_len(version),
            Self::UnsubAck(packet) => packet.encoded_len(version),
            Self::PingReq | Self::PingResp => 2,
            Self::Disconnect(packet) => packet.encoded_len(version),
            Self::Auth(packet) => packet.encoded_len(),
        }
    }

    /// Writes the packet, or refuses and writes nothing. A CONNECT has its own version.
    pub fn encode(&self, version: Version, out: &mut impl Output) -> Result<(), EncodeError> {
        match self {
            Self::Connect(packet) => packet.encode(out),
            Self::ConnAck(packet) => packet.encode(version, out),
            Self::Publish(packet) => packet.encode(version, out),
            Self::PubAck(ack) | Self::PubRec(ack) | Self::PubRel(ack) | Self::PubComp(ack) => {
                ack.encode(self.packet_type(), version, out)
            }
            Self::Subscribe(packet) => packet.encode(version, out),
            Self::SubAck(packet) => packet.encode(version, out),
            Self::Unsubscribe(packet) => packet.encode(version, out),
            Self::UnsubAck(packet) => packet.encode(version, out),
            Self::PingReq | Self::PingResp => header::begin(self.packet_type().first_byte(), 0, out).map(drop),
            Self::Disconnect(packet) => packet.encode(version, out),
            Self::Auth(packet) => packet.encode(version, out),
        }
    }
}

macro_rules! from {
    ($($packet:ident),*) => {
        $(impl<'a> From<$packet<'a>> for Packet<'a> {
            fn from(packet: $packet<'a>) -> Self {
                Self::$packet(packet)
            }
        })*
    };
}

from!(ConnAck, Publish, Subscribe, SubAck, Unsubscribe, UnsubAck, Disconnect, Auth);

impl<'a> From<&'a Connect<'a>> for Packet<'a> {
    fn from(connect: &'a Connect<'a>) -> Self {
        Self::Connect(connect.into())
    }
}

impl<'a> From<ConnectView<'a>> for Packet<'a> {
    fn from(connect: ConnectView<'a>) -> Self {
        Self::Connect(connect)
    }
}
