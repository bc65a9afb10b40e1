//! MQTT: the same packet through our decoder and through mqttbytes', and what the two say.

use std::panic::catch_unwind;

use bytes::BytesMut;
use fourwire::mqtt::{
    Ack, ConnAck, Decoder, Disconnect, Packet, Properties, SubAck, Subscribe, UnsubAck, Unsubscribe, Version,
};
use mqttbytes::{Error, v4, v5};

use crate::verdict::variant;

/// What one decoder says of bytes.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// A packet, as our encoder writes it without properties; and its properties in some order.
    Takes(Vec<u8>, Vec<String>),
    /// More bytes are asked for.
    Waits,
    /// The name of what is wrong.
    Refuses(String),
    /// Only of the peer.
    Panics,
}

impl Verdict {
    fn name(&self) -> &str {
        match self {
            Self::Takes(..) => "takes",
            Self::Waits => "waits",
            Self::Refuses(kind) => kind,
            Self::Panics => "panics",
        }
    }
}

/// A class of disagreement: the packet's type, what we say, what the peer says. `None` if both say the same; why a
/// packet is refused is not compared.
pub fn disagreement(version: Version, bytes: &[u8]) -> Option<String> {
    let (ours, theirs) = (ours(version, bytes), theirs(version, bytes));
    let same = match (&ours, &theirs) {
        (Verdict::Refuses(_), Verdict::Refuses(_)) => true,
        (ours, theirs) => ours == theirs,
    };
    // A rule that we keep and the peer does not is one class in all packets; what we take is told apart by packet.
    let what = match (&ours, &theirs) {
        (Verdict::Takes(..), Verdict::Takes(_, properties))
            if properties.first().is_some_and(|name| name == NO_PACKET) =>
        {
            format!("{}, writes no packet: ", type_of(version, bytes)?)
        }
        (Verdict::Takes(..), Verdict::Takes(..)) => {
            format!("{}, {}, differently: ", type_of(version, bytes)?, login(bytes))
        }
        (Verdict::Takes(..), _) => format!("{}: ", type_of(version, bytes)?),
        _ => String::new(),
    };
    (!same).then(|| format!("{what}{} | {}", ours.name(), theirs.name()))
}

/// What the peer has written and no decoder takes.
const NO_PACKET: &str = "no packet";

fn type_of(version: Version, bytes: &[u8]) -> Option<String> {
    Some(format!("{version}, type {}", bytes.first()? >> 4))
}

/// Whether a CONNECT has a user name or password that is there and empty.
fn login(bytes: &[u8]) -> &'static str {
    match Decoder::new(Version::V5).decode(bytes) {
        Ok(Some((Packet::Connect(connect), _))) => match connect.get() {
            connect if connect.user_name == Some("") || connect.password == Some(b"") => "empty login",
            _ => "other CONNECT",
        },
        _ => "no CONNECT",
    }
}

fn ours(version: Version, bytes: &[u8]) -> Verdict {
    let mut decoder = Decoder::new(version);
    match decoder.decode(bytes) {
        Ok(Some((packet, _))) => takes(&packet, decoder.version()),
        Ok(None) => Verdict::Waits,
        Err(error) => Verdict::Refuses(variant(&error.kind)),
    }
}

fn takes(packet: &Packet<'_>, version: Version) -> Verdict {
    // The peer keeps properties as the fields of a struct: their order is lost, and means nothing.
    let mut names = Vec::new();
    let mut strip = |properties: &mut Properties<'_>| {
        names.extend(properties.iter().map(|property| format!("{property:?}")));
        *properties = Properties::EMPTY;
    };
    let mut packet = *packet;
    let mut connect;
    match &mut packet {
        Packet::Connect(view) => {
            connect = view.get();
            strip(&mut connect.properties);
            connect.will.iter_mut().for_each(|will| strip(&mut will.properties));
            packet = Packet::from(&connect);
            return Verdict::takes(&packet, version, names);
        }
        Packet::ConnAck(ConnAck { properties, .. })
        | Packet::PubAck(Ack { properties, .. })
        | Packet::PubRec(Ack { properties, .. })
        | Packet::PubRel(Ack { properties, .. })
        | Packet::PubComp(Ack { properties, .. })
        | Packet::Subscribe(Subscribe { properties, .. })
        | Packet::SubAck(SubAck { properties, .. })
        | Packet::Unsubscribe(Unsubscribe { properties, .. })
        | Packet::UnsubAck(UnsubAck { properties, .. })
        | Packet::Disconnect(Disconnect { properties, .. }) => strip(properties),
        // An empty topic needs its alias, and AUTH its method: these are compared as they are.
        _ => {}
    }
    if let Packet::Publish(publish) = &mut packet {
        if publish.topic.is_empty() {
            publish.topic = "(by alias)";
        }
        strip(&mut publish.properties);
    }
    Verdict::takes(&packet, version, names)
}

impl Verdict {
    fn takes(packet: &Packet<'_>, version: Version, mut properties: Vec<String>) -> Self {
        properties.sort();
        let mut bytes = Vec::new();
        match packet.encode(version, &mut bytes) {
            Ok(()) => Self::Takes(bytes, properties),
            Err(error) => Self::Refuses(format!("encoder: {error:?}")),
        }
    }
}

fn theirs(version: Version, bytes: &[u8]) -> Verdict {
    let read = catch_unwind(|| {
        let (mut stream, mut out) = (BytesMut::from(bytes), BytesMut::new());
        let limit = 1 << 20;
        let answer = if version.is_v5() {
            v5::read(&mut stream, limit).and_then(|packet| write_v5(&packet, &mut out))
        } else {
            v4::read(&mut stream, limit).and_then(|packet| write_v4(&packet, &mut out))
        };
        answer.map(|_| out)
    });
    match read {
        Err(_) => Verdict::Panics,
        Ok(Err(Error::InsufficientBytes(_))) => Verdict::Waits,
        Ok(Err(error)) => Verdict::Refuses(variant(&error)),
        // What it has read it writes, and we say in our words what that is: its encoder need not choose the same bytes.
        Ok(Ok(out)) => match Decoder::new(version).decode(&out) {
            Ok(Some((packet, used))) if used == out.len() => takes(&packet, version),
            _ => Verdict::Takes(out.to_vec(), vec![NO_PACKET.to_owned()]),
        },
    }
}

fn write_v4(packet: &v4::Packet, out: &mut BytesMut) -> Result<usize, Error> {
    use v4::Packet as P;
    match packet {
        P::Connect(packet) => packet.write(out),
        P::ConnAck(packet) => packet.write(out),
        P::Publish(packet) => packet.write(out),
        P::PubAck(packet) => packet.write(out),
        P::PubRec(packet) => packet.write(out),
        P::PubRel(packet) => packet.write(out),
        P::PubComp(packet) => packet.write(out),
        P::Subscribe(packet) => packet.write(out),
        P::SubAck(packet) => packet.write(out),
        P::Unsubscribe(packet) => packet.write(out),
        P::UnsubAck(packet) => packet.write(out),
        P::PingReq => v4::PingReq.write(out),
        P::PingResp => v4::PingResp.write(out),
        P::Disconnect => v4::Disconnect.write(out),
    }
}

fn write_v5(packet: &v5::Packet, out: &mut BytesMut) -> Result<usize, Error> {
    use v5::Packet as P;
    match packet {
        P::Connect(packet) => packet.write(out),
        P::ConnAck(packet) => packet.write(out),
        P::Publish(packet) => packet.write(out),
        P::PubAck(packet) => packet.write(out),
        P::PubRec(packet) => packet.write(out),
        P::PubRel(packet) => packet.write(out),
        P::PubComp(packet) => packet.write(out),
        P::Subscribe(packet) => packet.write(out),
        P::SubAck(packet) => packet.write(out),
        P::Unsubscribe(packet) => packet.write(out),
        P::UnsubAck(packet) => packet.write(out),
        P::PingReq => v5::PingReq.write(out),
        P::PingResp => v5::PingResp.write(out),
        P::Disconnect(packet) => packet.write(out),
    }
}
