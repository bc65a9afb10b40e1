//! Arbitrary bytes into machines whose application answers what it is asked.

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, Error, Event, Limits, Packet, Properties, Property, ReasonCode, ReasonCodes, Request,
    Server, Session, Slot, Slots, SubAck, UnsubAck, Version,
};

use super::super::script::Script;
use super::super::strict::Strict;
use super::VERSIONS;

const NOW: Instant = Instant::from_secs(1);
const SLOTS: usize = 4;

/// A server that has accepted a connection takes anything without panic; what it answers is bounded by what it is
/// given; after a final error, and only then, it reads no more.
pub fn server_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    if script.byte() & 1 == 0 {
        server(Session::with_slots([Slot::EMPTY; SLOTS]), script)
    } else {
        server(Session::new(), script)
    }
}

/// The same for a client that was accepted.
pub fn client_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    if script.byte() & 1 == 0 {
        client(Session::with_slots([Slot::EMPTY; SLOTS]), script)
    } else {
        client(Session::new(), script)
    }
}

/// How the machine is used.
struct Use {
    version: Version,
    config: Config,
    parts: bool,
    chunk: usize,
    room: usize,
}

impl Use {
    fn read(script: &mut Script<'_>) -> Self {
        let choice = script.byte();
        let limits = Limits { packet: if choice & 4 == 0 { 64 } else { 1 << 20 }, ..Limits::default() };
        Self {
            version: VERSIONS[usize::from(choice % 3)],
            config: Config {
                limits,
                manual_ack: choice & 8 != 0,
                topic_aliases: 2,
                alias_memory: 64,
                ..Config::default()
            },
            parts: choice & 16 != 0,
            chunk: if choice & 32 == 0 { usize::MAX } else { 1 + script.below(32) },
            room: if choice & 64 == 0 { usize::MAX } else { 8 },
        }
    }

    /// What is announced: less than there are slots, for a server keeps one for requests.
    fn terms(&self, more: Property<'static>) -> Vec<Property<'static>> {
        let maximum = Property::ReceiveMaximum(SLOTS as u16 - 1);
        if self.version.is_v5() { vec![maximum, Property::TopicAliasMaximum(3), more] } else { Vec::new() }
    }
}

fn server<S: Slots>(session: Session<S>, mut script: Script<'_>) {
    let plan = Use::read(&mut script);
    let mut server = Server::new(NOW, plan.config, session);
    let own = plan.terms(Property::SessionExpiryInterval(60));
    let connect = Connect {
        version: plan.version,
        client_id: "c",
        properties: Properties::new(&own[..own.len().min(1)]),
        ..Connect::default()
    };
    let mut out = Strict::new();
    connect.encode(&mut out).unwrap();
    let bytes = out.bytes;
    assert!(matches!(server.receive(NOW, &bytes, &mut Strict::new()), Ok(Some((Request::Connect(_), _)))));
    server.accept(NOW, Properties::new(&own[..own.len().min(2)]), &mut Strict::new()).unwrap();

    let input = script.rest();
    let mut written = 0;
    let ended = feed(&plan, input, |bytes, out| {
        let parts = plan.parts;
        let answer = if parts { server.receive_part(NOW, bytes, out) } else { server.receive(NOW, bytes, out) };
        let mut reply = Strict::new();
        if let Ok(Some((request, _))) = &answer {
            answer_request(&mut server, request, &mut reply);
        }
        written += out.bytes.len() + reply.bytes.len();
        assert!(server.session().in_flight_count() <= server.session().capacity());
        answer.map(|answer| answer.map(|(_, used)| used))
    });
    assert!(written <= 64 + 4 * input.len(), "{written} bytes answer {}", input.len());
    assert!(ended.is_none() || server.is_closed());
    if server.is_closed() {
        assert_eq!(server.receive(NOW, input, &mut Strict::new()), Ok(None));
        assert_eq!(server.deadline(), None);
    }
}

fn answer_request<S: Slots>(server: &mut Server<S>, request: &Request<'_>, out: &mut Strict) {
    let codes = [ReasonCode::Success; 8];
    match request {
        Request::Subscribe(subscribe) if subscribe.subscriptions.len() < 5 => {
            let reason_codes: ReasonCodes<'_> = (&codes[..subscribe.subscriptions.len()]).into();
            let suback = SubAck { packet_id: subscribe.packet_id, properties: Properties::EMPTY, reason_codes };
            server.suback(NOW, &suback, out).unwrap();
        }
        Request::Unsubscribe(unsubscribe) if unsubscribe.filters.len() < 5 => {
            let reason_codes: ReasonCodes<'_> = (&codes[..unsubscribe.filters.len()]).into();
            let unsuback = UnsubAck { packet_id: unsubscribe.packet_id, properties: Properties::EMPTY, reason_codes };
            server.unsuback(NOW, &unsuback, out).unwrap();
        }
        Request::Publish(publish, delivery) => {
            let _ = server.topic(publish);
            if publish.payload.first().is_some_and(|byte| byte & 1 == 0) {
                let _ = server.ack(NOW, *delivery, out);
            }
        }
        _ => {}
    }
}

fn client<S: Slots>(session: Session<S>, mut script: Script<'_>) {
    let plan = Use::read(&mut script);
    let mut client = Client::new(plan.config, session);
    let own = plan.terms(Property::SessionExpiryInterval(60));
    let connect =
        Connect { version: plan.version, client_id: "c", properties: Properties::new(&own), ..Connect::default() };
    client.connect(NOW, &connect, &mut Strict::new()).unwrap();
    let mut connack = Strict::new();
    let accepted = fourwire::mqtt::ConnAck::default();
    Packet::ConnAck(accepted).encode(plan.version, &mut connack).unwrap();
    if script.byte() & 1 == 0 {
        let answer = client.receive(NOW, &connack.bytes, &mut Strict::new());
        assert!(matches!(answer, Ok(Some((Event::Connected(_), _)))));
        let message = fourwire::mqtt::Publish::new("a", b"b");
        for qos in [fourwire::mqtt::QoS::AtLeastOnce, fourwire::mqtt::QoS::ExactlyOnce] {
            client.publish(NOW, &message.with_qos(qos), &mut Strict::new()).unwrap();
        }
    }

    let input = script.rest();
    let mut written = 0;
    let ended = feed(&plan, input, |bytes, out| {
        let parts = plan.parts;
        let answer = if parts { client.receive_part(NOW, bytes, out) } else { client.receive(NOW, bytes, out) };
        let mut reply = Strict::new();
        if let Ok(Some((Event::Publish(publish, delivery), _))) = &answer {
            let _ = client.topic(publish);
            if publish.payload.first().is_some_and(|byte| byte & 1 == 0) {
                let _ = client.ack(NOW, *delivery, &mut reply);
            }
        }
        written += out.bytes.len() + reply.bytes.len();
        answer.map(|answer| answer.map(|(_, used)| used))
    });
    assert!(written <= 64 + 4 * input.len(), "{written} bytes answer {}", input.len());
    assert!(ended.is_none() || client.is_closed());
    if client.is_closed() {
        assert_eq!(client.receive(NOW, input, &mut Strict::new()), Ok(None));
        assert_eq!(client.deadline(), None);
    }
}

/// Gives the input in chunks until a final error. If the output is full the call is repeated with room, once.
fn feed(
    plan: &Use,
    input: &[u8],
    mut receive: impl FnMut(&[u8], &mut Strict) -> Result<Option<usize>, Error>,
) -> Option<Error> {
    let (mut start, mut there) = (0, 0);
    while there < input.len() {
        there = input.len().min(there.saturating_add(plan.chunk));
        loop {
            let pending = &input[start..there];
            let mut answer = receive(pending, &mut Strict::with_room(plan.room));
            if answer == Err(Error::Full) {
                answer = receive(pending, &mut Strict::new());
                assert_ne!(answer, Err(Error::Full), "there is room");
            }
            match answer {
                Ok(Some(used)) => {
                    assert!(0 < used && used <= pending.len());
                    start += used;
                }
                Ok(None) => break,
                Err(error) => {
                    assert!(error.is_final());
                    if let Error::Decode(error) = error {
                        assert!(error.offset <= pending.len());
                    }
                    return Some(error);
                }
            }
        }
    }
    None
}
