//! One QoS 2 message through two machines in memory: PUBLISH, PUBREC, PUBREL, PUBCOMP, all of it encoded and decoded.

use std::hint::black_box;
use std::time::Instant;

use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{Connection, Event};
use mqtt_protocol_core::mqtt::packet::{GenericPacketTrait, Packet, Qos, v3_1_1, v5_0};
use mqtt_protocol_core::mqtt::result_code::{ConnectReasonCode, ConnectReturnCode};
use mqtt_protocol_core::mqtt::{Version as CoreVersion, role};

use crate::bench::Job;
use crate::measure::{Column, Rounds, time};
use crate::table::Table;
use crate::vectors::{TOPIC, Version};

const PAYLOAD: &[u8] = &[b'x'; 64];

pub fn table(only: &str, rounds: &Rounds) -> Table {
    let rows = [("QoS 2 flow 3.1.1, 64 B", Version::V4), ("QoS 2 flow 5, 64 B", Version::V5)];
    let row = |(name, version)| {
        let columns = vec![
            #[cfg(feature = "ours")]
            crate::ours::qos_2_flow(version, TOPIC, PAYLOAD).map(column).ok_or(crate::measure::Cell::None),
            Ok(column(protocol_core(version))),
        ];
        (name, time(columns, rounds))
    };
    let columns = vec![
        #[cfg(feature = "ours")]
        "fourwire",
        "mqtt-protocol-core",
    ];
    Table { title: "machines", columns, rows: rows.into_iter().filter(|row| row.0.contains(only)).map(row).collect() }
}

fn column(job: Job) -> Column {
    Column { job, per: 1, note: "" }
}

type Client = Connection<role::Client>;
type Server = Connection<role::Server>;

/// Both answer by themselves; the user publishes, and sees the message and the released identifier.
fn protocol_core(version: Version) -> Job {
    let core = match version {
        Version::V4 => CoreVersion::V3_1_1,
        Version::V5 => CoreVersion::V5_0,
    };
    let (mut client, mut server) = (Client::new(core), Server::new(core));
    client.set_auto_pub_response(true);
    server.set_auto_pub_response(true);
    let (connect, connack) = handshake(version);
    deliver(client.send(connect), &mut client, &mut server);
    let events = server.send(connack);
    answer(events, &mut client, &mut server);
    let once = move || {
        let id = client.acquire_packet_id().unwrap();
        let events = client.send(publish(version, id));
        deliver(events, &mut client, &mut server)
    };
    job(once)
}

fn job(mut once: impl FnMut() -> Outcome + 'static) -> Job {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            let outcome = once();
            assert_eq!((outcome.messages, outcome.released), (1, 1), "the flow is whole");
        }
        start.elapsed()
    })
}

#[derive(Default)]
pub struct Outcome {
    /// PUBLISHes that the server saw.
    pub messages: u32,
    /// Identifiers that the client may use again.
    pub released: u32,
}

/// Hands the client's packets to the server, and its answers to the client, until there is nothing to say.
fn deliver(events: Vec<Event>, client: &mut Client, server: &mut Server) -> Outcome {
    let mut outcome = Outcome::default();
    let mut to_server = events;
    while !to_server.is_empty() {
        let mut to_client = Vec::new();
        for event in to_server.drain(..) {
            match event {
                Event::RequestSendPacket { packet, .. } => {
                    to_client.append(&mut server.recv(&mut Cursor::new(&packet.to_continuous_buffer())));
                }
                Event::NotifyPacketIdReleased(_) => outcome.released += 1,
                Event::NotifyError(error) => panic!("{error:?}"),
                event => drop(black_box(event)),
            }
        }
        for event in to_client {
            match event {
                Event::RequestSendPacket { packet, .. } => {
                    to_server.append(&mut client.recv(&mut Cursor::new(&packet.to_continuous_buffer())));
                }
                Event::NotifyPacketReceived(Packet::V3_1_1Publish(_) | Packet::V5_0Publish(_)) => outcome.messages += 1,
                Event::NotifyError(error) => panic!("{error:?}"),
                event => drop(black_box(event)),
            }
        }
    }
    outcome
}

/// The server speaks first.
fn answer(events: Vec<Event>, client: &mut Client, server: &mut Server) {
    for event in events {
        if let Event::RequestSendPacket { packet, .. } = event {
            let events = client.recv(&mut Cursor::new(&packet.to_continuous_buffer()));
            deliver(events, client, server);
        }
    }
}

fn handshake(version: Version) -> (Packet, Packet) {
    match version {
        Version::V4 => {
            let connect = v3_1_1::Connect::builder().client_id("c").unwrap().clean_session(true).build().unwrap();
            let connack = v3_1_1::Connack::builder().session_present(false).return_code(ConnectReturnCode::Accepted);
            (connect.into(), connack.build().unwrap().into())
        }
        Version::V5 => {
            let connect = v5_0::Connect::builder().client_id("c").unwrap().clean_start(true).build().unwrap();
            let connack = v5_0::Connack::builder().session_present(false).reason_code(ConnectReasonCode::Success);
            (connect.into(), connack.build().unwrap().into())
        }
    }
}

fn publish(version: Version, id: u16) -> Packet {
    match version {
        Version::V4 => {
            let publish = v3_1_1::Publish::builder().topic_name(TOPIC).unwrap().qos(Qos::ExactlyOnce);
            publish.packet_id(id).payload(PAYLOAD).build().unwrap().into()
        }
        Version::V5 => {
            let publish = v5_0::Publish::builder().topic_name(TOPIC).unwrap().qos(Qos::ExactlyOnce);
            publish.packet_id(id).payload(PAYLOAD).build().unwrap().into()
        }
    }
}
