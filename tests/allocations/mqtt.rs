//! MQTT.

use allocation_counter::measure;
use fourwire::mqtt::{
    Client, Config, Connect, Decoder, Error, Event, Growing, Limits, Packet, Properties, Property, Publish, QoS,
    ReasonCode, Request, Server, Session, Slot, Slots, SubAck, Subscription, Version, Violation,
};
use fourwire::{Output, SliceOutput};

use super::{NOW, corpus, none, properties};

// --- the codec -------------------------------------------------------------------------------------------------------

#[test]
fn law_6_decoding_recordings() {
    for recording in corpus::recordings("mqtt") {
        let mut decoder = properties::mqtt::decoder(recording.mqtt_version());
        let mut packets = 0;
        none(&recording.name, || {
            let mut rest = &recording.bytes[..];
            while let Some((packet, used)) = decoder.decode(rest).unwrap() {
                read(&packet);
                rest = &rest[used..];
                packets += 1;
            }
        });
        assert!(packets > 0, "{}", recording.name);
    }
}

/// Reads what is read lazily.
fn read(packet: &Packet<'_>) {
    let properties = match packet {
        Packet::Connect(view) => view.get().properties,
        Packet::Publish(publish) => publish.properties,
        Packet::Subscribe(subscribe) => {
            assert!(subscribe.subscriptions.iter().count() > 0);
            subscribe.properties
        }
        Packet::SubAck(suback) => {
            assert!(suback.reason_codes.iter().count() > 0);
            suback.properties
        }
        Packet::Unsubscribe(unsubscribe) => {
            assert!(unsubscribe.filters.iter().count() > 0);
            unsubscribe.properties
        }
        _ => return,
    };
    properties.iter().for_each(|property| assert!(properties.find(property.id()).is_some()));
}

#[test]
fn law_6_encoding_into_room_that_is_there() {
    for recording in corpus::recordings("mqtt") {
        let mut decoder = properties::mqtt::decoder(recording.mqtt_version());
        let mut out = Vec::with_capacity(2 * recording.bytes.len());
        let mut room = vec![0; 2 * recording.bytes.len()];
        none(&recording.name, || {
            let mut slice = SliceOutput::new(&mut room);
            let mut rest = &recording.bytes[..];
            while let Some((packet, used)) = decoder.decode(rest).unwrap() {
                packet.encode(decoder.version(), &mut out).unwrap();
                packet.encode(decoder.version(), &mut slice).unwrap();
                rest = &rest[used..];
            }
            assert_eq!(slice.written(), out);
        });
    }
}

/// A decoder that takes the protocol's largest packet allocates nothing for one that is only announced.
#[test]
fn law_6_declared_lengths() {
    const LONGEST: [u8; 4] = [0xFF, 0xFF, 0xFF, 0x7F];
    let mut inputs = Vec::new();
    for first in 0..=u8::MAX {
        // The whole packet; then its first field, its properties, and a property in them.
        inputs.push([&[first][..], &LONGEST].concat());
        inputs.push([&[first][..], &LONGEST, &[0xFF; 64]].concat());
        inputs.push([&[first, 40, 0, 1][..], &LONGEST, &[0x26, 0xFF, 0xFF], &[b'x'; 33]].concat());
        inputs.push([&[first, 40, 0, 1][..], &[36, 0x26, 0xFF, 0xFF], &[b'x'; 34]].concat());
        inputs.push([&[first, 40, 0, 1, b'x', 0, 1, 0xFF, 0xFF][..], &[b'x'; 33]].concat());
    }
    for version in properties::mqtt::VERSIONS {
        let mut server = accepted(Session::with_slots([Slot::EMPTY; 4]), version, &[]);
        for input in &inputs {
            none("the codec", || {
                let _ = properties::mqtt::decoder(version).decode(input);
                let limits = Limits { packet: 16, ..Limits::default() };
                let _ = Decoder::with_limits(version, limits).decode_part(input);
                let _ = server.receive(NOW, input, &mut SliceOutput::new(&mut [0; 64]));
            });
            if server.is_closed() {
                server = accepted(Session::with_slots([Slot::EMPTY; 4]), version, &[]);
            }
        }
    }
}

// --- the machines ----------------------------------------------------------------------------------------------------

fn accepted<S: Slots>(session: Session<S>, version: Version, announced: &[Property<'_>]) -> Server<S> {
    let mut server = Server::new(NOW, Config::default(), session);
    let mut hello = Vec::new();
    Connect { version, client_id: "c", ..Connect::default() }.encode(&mut hello).unwrap();
    server.receive(NOW, &hello, &mut Vec::new()).unwrap();
    let least = [Property::ReceiveMaximum(3)];
    let announced = if announced.is_empty() { &least } else { announced };
    let properties = if version.is_v5() { Properties::new(announced) } else { Properties::EMPTY };
    server.accept(NOW, properties, &mut Vec::new()).unwrap();
    server
}

/// A client, a server, and two wires of fixed size.
struct Pair<S> {
    client: Client<S>,
    server: Server<S>,
    version: Version,
    up: [u8; 512],
    down: [u8; 512],
}

impl<S: Slots> Pair<S> {
    fn new(version: Version, slots: fn() -> S) -> Self {
        Self {
            client: Client::new(Config::default(), Session::with_slots(slots())),
            server: Server::new(NOW, Config::default(), Session::with_slots(slots())),
            version,
            up: [0; 512],
            down: [0; 512],
        }
    }

    fn connect(&mut self) {
        let announced = [Property::ReceiveMaximum(3), Property::SessionExpiryInterval(60)];
        let properties = if self.version.is_v5() { Properties::new(&announced) } else { Properties::EMPTY };
        let connect = Connect { version: self.version, client_id: "c", properties, ..Connect::default() };
        let (mut up, mut down) = (SliceOutput::new(&mut self.up), SliceOutput::new(&mut self.down));
        self.client.connect(NOW, &connect, &mut up).unwrap();
        let request = self.server.receive(NOW, up.written(), &mut down).unwrap();
        assert!(matches!(request, Some((Request::Connect(_), _))));
        self.server.accept(NOW, properties, &mut down).unwrap();
        let event = self.client.receive(NOW, down.written(), &mut SliceOutput::new(&mut [])).unwrap();
        assert!(matches!(event, Some((Event::Connected(_), _))));
    }

    /// A message of each QoS in both directions, a subscription, and all their answers.
    fn exchange(&mut self) {
        let (mut up, mut down) = (SliceOutput::new(&mut self.up), SliceOutput::new(&mut self.down));
        for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
            let message = Publish::new("a/b", b"hello").with_qos(qos);
            self.client.publish(NOW, &message, &mut up).unwrap();
            self.server.publish(NOW, &message, &mut down).unwrap();
        }
        self.client.subscribe(NOW, &[Subscription::new("a/#", QoS::ExactlyOnce)], &mut up).unwrap();
        let mut published = 0;
        for _ in 0..4 {
            let (mut next_up, mut next_down) = ([0; 512], [0; 512]);
            let (mut to_server, mut to_client) = (SliceOutput::new(&mut next_up), SliceOutput::new(&mut next_down));
            published += serve(&mut self.server, up.written(), &mut to_client);
            published += listen(&mut self.client, down.written(), &mut to_server);
            up.clear();
            down.clear();
            up.space(to_server.len(), 0).unwrap().copy_from_slice(to_server.written());
            down.space(to_client.len(), 0).unwrap().copy_from_slice(to_client.written());
        }
        assert!(published == 4 && up.is_empty() && down.is_empty(), "two of QoS 1 and two of QoS 2");
        assert_eq!((self.client.session().in_flight_count(), self.server.session().in_flight_count()), (0, 0));
    }
}

fn serve<S: Slots>(server: &mut Server<S>, mut input: &[u8], out: &mut SliceOutput<'_>) -> usize {
    let mut published = 0;
    while let Some((request, used)) = server.receive(NOW, input, out).unwrap() {
        input = &input[used..];
        match request {
            Request::Subscribe(subscribe) => {
                let reason_codes = (&[ReasonCode::GrantedQoS2]).into();
                let suback = SubAck { packet_id: subscribe.packet_id, properties: Properties::EMPTY, reason_codes };
                server.suback(NOW, &suback, out).unwrap();
            }
            Request::Published(_) => published += 1,
            _ => {}
        }
    }
    published
}

fn listen<S: Slots>(client: &mut Client<S>, mut input: &[u8], out: &mut SliceOutput<'_>) -> usize {
    let mut published = 0;
    while let Some((event, used)) = client.receive(NOW, input, out).unwrap() {
        input = &input[used..];
        published += usize::from(matches!(event, Event::Published(_)));
    }
    published
}

#[test]
fn law_6_machines_in_steady_state() {
    for version in properties::mqtt::VERSIONS {
        let mut pair = Pair::new(version, Growing::default);
        pair.connect();
        pair.exchange();
        none("after the first exchange", || (0..1000).for_each(|_| pair.exchange()));
    }
}

#[test]
fn law_6_machines_with_fixed_slots_from_the_first_byte_on() {
    for version in properties::mqtt::VERSIONS {
        none("with fixed slots", || {
            let mut pair = Pair::new(version, || [Slot::EMPTY; 4]);
            pair.connect();
            (0..100).for_each(|_| pair.exchange());
        });
    }
}

// --- what a hostile peer can make us hold ----------------------------------------------------------------------------

#[test]
fn law_6_requests_without_end_are_bounded() {
    let mut flood = Vec::new();
    for id in 1..=u16::MAX {
        let [high, low] = id.to_be_bytes();
        flood.extend([0x82, 6, high, low, 0, 1, b'a', 0]);
    }
    let info = measure(|| {
        let mut server = accepted(Session::new(), Version::V3_1_1, &[]);
        let mut input = &flood[..];
        while let Ok(Some((_, used))) = server.receive(NOW, input, &mut SliceOutput::new(&mut [0; 64])) {
            input = &input[used..];
        }
        assert!(input.is_empty());
    });
    // 65,535 slots, and half as many while they are moved.
    let most = (65_535 + 32_768) * size_of::<Slot>() as u64 + 4096;
    assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
}

#[test]
fn law_6_aliases_without_end_are_bounded() {
    let mut flood = Vec::new();
    for alias in (1..=u16::MAX).rev() {
        let properties = [3, 0x23, alias.to_be_bytes()[0], alias.to_be_bytes()[1]];
        flood.extend([&[0x30, 10, 0, 4][..], format!("{alias:04x}").as_bytes(), &properties].concat());
    }
    let memory = Config::default().alias_memory;
    let mut taken = 0;
    let info = measure(|| {
        let announced = [Property::TopicAliasMaximum(u16::MAX)];
        let mut server = accepted(Session::new(), Version::V5, &announced);
        let mut input = &flood[..];
        let error = loop {
            match server.receive(NOW, input, &mut SliceOutput::new(&mut [0; 64])) {
                Ok(Some((_, used))) => input = &input[used..],
                Ok(None) => panic!("all packets are whole"),
                Err(error) => break error,
            }
            taken += 1;
        };
        assert_eq!(error, Error::Violation(Violation::TopicAliasMemory));
    });
    assert_eq!(taken, memory / 4, "topics of four bytes");
    let most = (memory + 2 * 65_536 * size_of::<Option<Box<str>>>() + 4096) as u64;
    assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
}
