//! One message to ten thousand subscribers, QoS 1: each has an identifier of its own and an output of its own.
//!
//! The outputs are cleared, not freed: the broker has been at it for a while. Copying therefore touches 40 MB. What a
//! gathering output holds is what `write_vectored` needs: a head and a reference-counted payload.

use std::hint::black_box;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use mqtt_protocol_core::mqtt::IntoPayload;
use mqtt_protocol_core::mqtt::packet::{Qos, v3_1_1};
use rumqttc::mqttbytes::{QoS, v4};

use crate::bench::Job;
use crate::floor::encode::Publish;
use crate::measure::{Cell, Column, Rounds, time};
use crate::table::Table;
use crate::vectors::{TOPIC, Version};

pub const SUBSCRIBERS: usize = 10_000;
const PAYLOAD: [u8; 4096] = [b'x'; 4096];

pub fn table(only: &str, rounds: &Rounds) -> Table {
    let rows =
        ["fan-out, 4 KiB to 10,000, per subscriber, copied", "fan-out, 4 KiB to 10,000, per subscriber, gathered"];
    let column = |job: Option<Job>| job.map(|job| Column { job, per: SUBSCRIBERS, note: "" }).ok_or(Cell::None);
    let row = |name: &'static str| {
        let gather = name.ends_with("gathered");
        let columns = vec![
            #[cfg(feature = "ours")]
            column(crate::ours::fan_out(SUBSCRIBERS, TOPIC, &PAYLOAD, gather)),
            column(Some(if gather { floor_gathered() } else { floor_copied() })),
            column((!gather).then(rumqttc)),
            column(gather.then(protocol_core)),
        ];
        (name, time(columns, rounds))
    };
    let columns = vec![
        #[cfg(feature = "ours")]
        "fourwire",
        "floor",
        "rumqttc",
        "mqtt-protocol-core",
    ];
    Table { title: "fan-out", columns, rows: rows.into_iter().filter(|row| row.contains(only)).map(row).collect() }
}

/// Goes around all subscribers so many times.
pub fn job<O: 'static>(mut outputs: Vec<O>, mut send: impl FnMut(&mut O, u16) + 'static) -> Job {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            for (i, out) in outputs.iter_mut().enumerate() {
                send(out, i as u16 + 1);
            }
            black_box(&outputs);
        }
        start.elapsed()
    })
}

fn message(packet_id: u16, payload: &[u8]) -> Publish<'_> {
    Publish { topic: TOPIC, payload, properties: &[], packet_id, qos: 1, retain: false, dup: false }
}

fn floor_copied() -> Job {
    job(vec![Vec::new(); SUBSCRIBERS], |out: &mut Vec<u8>, id| {
        out.clear();
        message(id, black_box(&PAYLOAD)).encode::<true>(Version::V4, out).unwrap();
    })
}

fn floor_gathered() -> Job {
    let payload = Bytes::from(PAYLOAD.to_vec());
    job(vec![(Vec::new(), Bytes::new()); SUBSCRIBERS], move |out: &mut (Vec<u8>, Bytes), id| {
        out.0.clear();
        message(id, &payload).encode_head::<true>(Version::V4, &mut out.0).unwrap();
        out.1 = payload.clone();
    })
}

fn rumqttc() -> Job {
    let mut publish = v4::Publish::from_bytes(TOPIC, QoS::AtLeastOnce, Bytes::from(PAYLOAD.to_vec()));
    job(vec![BytesMut::new(); SUBSCRIBERS], move |out: &mut BytesMut, id| {
        out.clear();
        publish.pkid = id;
        publish.write(out).unwrap();
    })
}

/// A packet of it is its own gathering output: `to_buffers` borrows from it when the socket is ready.
fn protocol_core() -> Job {
    let payload = PAYLOAD.to_vec().into_payload();
    let outputs: Vec<Option<v3_1_1::Publish>> = (0..SUBSCRIBERS).map(|_| None).collect();
    job(outputs, move |out, id| {
        let publish = v3_1_1::Publish::builder().topic_name(TOPIC).unwrap().qos(Qos::AtLeastOnce);
        let publish = publish.packet_id(id).payload(payload.clone()).build().unwrap();
        black_box(&publish.to_buffers());
        *out = Some(publish);
    })
}
