//! What the conformance tests say in few words: this is refused, this is taken, this is answered so.

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, DecodeError, Decoder, EncodeError, Error, ErrorKind, Event, Packet, Properties, Property,
    Publish, QoS, ReasonCode, Request, Server, Session, Version,
};

pub(crate) use crate::hex;

/// A whole packet from its first byte and its body: the remaining length is put between.
pub(crate) fn packet(first: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = vec![first];
    let mut left = body.len();
    loop {
        let more = if left > 0x7F { 0x80 } else { 0 };
        bytes.push(u8::try_from(left & 0x7F).unwrap() | more);
        left >>= 7;
        if left == 0 {
            break;
        }
    }
    bytes.extend(body);
    bytes
}

/// A string or binary data behind its length.
pub(crate) fn string(text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    let mut bytes = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(text);
    bytes
}

/// Refused with this kind, at this offset; and no prefix is refused otherwise, or taken.
#[track_caller]
pub(crate) fn refuses(version: Version, bytes: &[u8], kind: ErrorKind, offset: usize) {
    let wanted = DecodeError { kind, offset };
    assert_eq!(Decoder::new(version).decode(bytes), Err(wanted));
    for end in 0..bytes.len() {
        match Decoder::new(version).decode(&bytes[..end]) {
            Ok(None) => {}
            other => assert_eq!(other, Err(wanted), "the first {end} bytes"),
        }
    }
}

/// Refused with this reason code.
#[track_caller]
pub(crate) fn refuses_with(version: Version, bytes: &[u8], code: ReasonCode) {
    match Decoder::new(version).decode(bytes) {
        Err(error) => assert_eq!(error.reason_code(), code, "{error}"),
        taken => panic!("taken: {taken:?}"),
    }
}

/// The bytes for as long as the test lives: so that what borrows them can be passed around.
fn keep(bytes: &[u8]) -> &'static [u8] {
    Vec::leak(bytes.to_vec())
}

/// Taken whole, and given back as the same bytes.
#[track_caller]
pub(crate) fn takes(version: Version, bytes: &[u8]) -> Packet<'static> {
    let bytes = keep(bytes);
    let (packet, used) = Decoder::new(version).decode(bytes).expect("valid").expect("whole");
    assert_eq!(used, bytes.len());
    let mut again = Vec::new();
    packet.encode(version, &mut again).expect("what was decoded can be encoded");
    assert_eq!(again, bytes);
    packet
}

#[track_caller]
pub(crate) fn takes_publish(version: Version, bytes: &[u8]) -> Publish<'static> {
    match takes(version, bytes) {
        Packet::Publish(publish) => publish,
        other => panic!("{other:?}"),
    }
}

/// Not encoded, and nothing is written.
#[track_caller]
pub(crate) fn not_encoded<'a>(version: Version, packet: impl Into<Packet<'a>>, error: EncodeError) {
    let mut out = Vec::new();
    assert_eq!(packet.into().encode(version, &mut out), Err(error));
    assert!(out.is_empty());
}

#[track_caller]
pub(crate) fn encoded<'a>(version: Version, packet: impl Into<Packet<'a>>) -> Vec<u8> {
    let (packet, mut out) = (packet.into(), Vec::new());
    packet.encode(version, &mut out).expect("valid");
    assert_eq!(packet.encoded_len(version), out.len());
    out
}

// --- machines --------------------------------------------------------------------------------------------------------

pub(crate) const NOW: Instant = Instant::from_secs(1000);

/// A client whose CONNECT was sent, and the CONNECT.
pub(crate) fn connecting(connect: &Connect<'_>, session: Session, config: Config) -> (Client, Vec<u8>) {
    let (mut client, mut out) = (Client::new(config, session), Vec::new());
    client.connect(NOW, connect, &mut out).unwrap();
    (client, out)
}

/// A client that has this CONNACK.
pub(crate) fn client_with(connect: &Connect<'_>, connack: &[u8], session: Session, config: Config) -> Client {
    let (mut client, _) = connecting(connect, session, config);
    match client.receive(NOW, connack, &mut Vec::new()) {
        Ok(Some((Event::Connected(_), used))) if used == connack.len() => client,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn plain(version: Version) -> Connect<'static> {
    Connect { version, client_id: "client", ..Connect::default() }
}

pub(crate) fn connack(version: Version, properties: &[Property<'_>]) -> Vec<u8> {
    let properties = Properties::new(properties);
    encoded(version, fourwire::mqtt::ConnAck { properties, ..Default::default() })
}

/// A client that is connected, by the plainest CONNECT and CONNACK.
pub(crate) fn client(version: Version) -> Client {
    client_with(&plain(version), &connack(version, &[]), Session::new(), Config::default())
}

/// A server's end that has this CONNECT, unanswered.
pub(crate) fn asked(connect: &Connect<'_>, session: Session, config: Config) -> Server {
    let mut bytes = Vec::new();
    connect.encode(&mut bytes).unwrap();
    let mut server = Server::new(NOW, config, session);
    match server.receive(NOW, &bytes, &mut Vec::new()) {
        Ok(Some((Request::Connect(_), used))) if used == bytes.len() => server,
        other => panic!("{other:?}"),
    }
}

/// A server's end that has accepted this CONNECT with these properties.
pub(crate) fn server_with(
    connect: &Connect<'_>,
    properties: &[Property<'_>],
    session: Session,
    config: Config,
) -> Server {
    let mut server = asked(connect, session, config);
    server.accept(NOW, Properties::new(properties), &mut Vec::new()).unwrap();
    server
}

pub(crate) fn server(version: Version) -> Server {
    server_with(&plain(version), &[], Session::new(), Config::default())
}

/// What either machine says of bytes, and what it answers.
pub(crate) trait Machine {
    type Event<'i>: std::fmt::Debug + PartialEq;
    fn take<'i>(&mut self, bytes: &'i [u8], out: &mut Vec<u8>) -> Result<Option<(Self::Event<'i>, usize)>, Error>;
    fn send(&mut self, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<u16, fourwire::mqtt::SendError>;
    fn closed(&self) -> bool;
    fn acknowledge(&mut self, delivery: fourwire::mqtt::Delivery) -> Result<Vec<u8>, fourwire::mqtt::SendError>;
    fn again(&mut self) -> (Vec<u8>, Option<u16>);
    fn resends(&mut self, id: u16, publish: &Publish<'_>) -> Vec<u8>;

    /// The one event of a whole packet, and the answer.
    #[track_caller]
    fn event(&mut self, bytes: &[u8]) -> (Self::Event<'static>, Vec<u8>) {
        let bytes = keep(bytes);
        let mut out = Vec::new();
        let (event, used) = self.take(bytes, &mut out).expect("legal").expect("whole");
        assert_eq!(used, bytes.len());
        (event, out)
    }

    /// The answer alone.
    #[track_caller]
    fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.event(bytes).1
    }

    /// The final error, and the farewell.
    #[track_caller]
    fn fails(&mut self, bytes: &[u8]) -> (Error, Vec<u8>) {
        let mut out = Vec::new();
        let error = self.take(bytes, &mut out).expect_err("illegal");
        assert!(self.closed(), "a final error closes");
        assert_eq!(self.take(bytes, &mut out), Ok(None), "and nothing more is read");
        (error, out)
    }

    /// Fails with a DISCONNECT that has this reason code and nothing else (5.0).
    #[track_caller]
    fn disconnects(&mut self, bytes: &[u8], code: ReasonCode) -> Error {
        let (error, out) = self.fails(bytes);
        assert_eq!(out, [0xE0, 2, code.value(), 0], "{error}");
        error
    }

    /// Sends a message, and says under which packet identifier and as which bytes.
    #[track_caller]
    fn publishes(&mut self, topic: &str, qos: QoS) -> (u16, Vec<u8>) {
        let mut out = Vec::new();
        let id = self.send(&Publish::new(topic, b"x").with_qos(qos), &mut out).expect("can be sent");
        (id, out)
    }
}

macro_rules! machine {
    ($machine:ident, $event:ident) => {
        impl Machine for $machine {
            type Event<'i> = $event<'i>;

            fn take<'i>(&mut self, bytes: &'i [u8], out: &mut Vec<u8>) -> Result<Option<($event<'i>, usize)>, Error> {
                self.receive(NOW, bytes, out)
            }

            fn send(&mut self, publish: &Publish<'_>, out: &mut Vec<u8>) -> Result<u16, fourwire::mqtt::SendError> {
                Ok(self.publish(NOW, publish, out)?.map_or(0, |id| id.get()))
            }

            fn closed(&self) -> bool {
                self.is_closed()
            }

            fn acknowledge(
                &mut self,
                delivery: fourwire::mqtt::Delivery,
            ) -> Result<Vec<u8>, fourwire::mqtt::SendError> {
                let mut out = Vec::new();
                self.ack(NOW, delivery, &mut out).map(|()| out)
            }

            fn again(&mut self) -> (Vec<u8>, Option<u16>) {
                let mut out = Vec::new();
                let id = self.resume(NOW, &mut out).expect("connected");
                (out, id.map(|id| id.get()))
            }

            fn resends(&mut self, id: u16, publish: &Publish<'_>) -> Vec<u8> {
                let mut out = Vec::new();
                let id = fourwire::mqtt::PacketId::new(id).unwrap();
                $machine::resend(self, NOW, id, publish, &mut out).expect("named by resume");
                out
            }
        }
    };
}

machine!(Client, Event);
machine!(Server, Request);
