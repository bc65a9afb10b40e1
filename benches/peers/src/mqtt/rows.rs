//! The rows: what is decoded or encoded.

use harness::rows::{Work, repeated};

use crate::vectors::{self, FILTERS, Version};

type Row = harness::rows::Row<Version>;

pub fn decode() -> Vec<Row> {
    use Version::{V4, V5};
    let row = |name, version, packet: Vec<u8>| Row {
        name,
        version,
        work: Work::Decode { stream: repeated(&packet), of: 1, walk: false },
    };
    let walked = |name, version, packet: Vec<u8>| Row {
        name,
        version,
        work: Work::Decode { stream: repeated(&packet), of: 1, walk: true },
    };
    let mixed = |name, version| Row {
        name,
        version,
        work: Work::Decode { stream: vectors::mixed(version).leak(), of: 1, walk: false },
    };
    vec![
        row("PUBLISH 3.1.1, QoS 0, 64 B", V4, vectors::publish(V4, 0, 64, None)),
        row("PUBLISH 3.1.1, QoS 1, 1 KiB", V4, vectors::publish(V4, 1, 1024, None)),
        row("PUBLISH 5, QoS 1, 4 properties, 256 B", V5, vectors::publish_4_properties(256)),
        walked("PUBLISH 5, QoS 1, 4 properties, 256 B, walked", V5, vectors::publish_4_properties(256)),
        row("PUBACK 3.1.1", V4, vectors::puback()),
        row("PUBACK 5", V5, vectors::puback_5()),
        row("CONNECT 5, will, login, properties", V5, vectors::connect_5()),
        walked("CONNECT 5, will, login, properties, walked", V5, vectors::connect_5()),
        row("SUBSCRIBE 3.1.1, 8 filters", V4, vectors::subscribe(V4, &FILTERS)),
        walked("SUBSCRIBE 3.1.1, 8 filters, walked", V4, vectors::subscribe(V4, &FILTERS)),
        row("SUBSCRIBE 5, 8 filters", V5, vectors::subscribe(V5, &FILTERS)),
        walked("SUBSCRIBE 5, 8 filters, walked", V5, vectors::subscribe(V5, &FILTERS)),
        mixed("1 MiB mixed 3.1.1, per packet", V4),
        mixed("1 MiB mixed 5, per packet", V5),
    ]
}

pub fn encode() -> Vec<Row> {
    use Version::{V4, V5};
    let row = |name, version, packet: Vec<u8>| Row { name, version, work: Work::Encode { packet: packet.leak() } };
    let gather = |name, version, packet: Vec<u8>| Row { name, version, work: Work::Gather { packet: packet.leak() } };
    vec![
        row("PUBLISH 3.1.1, QoS 0, 64 B", V4, vectors::publish(V4, 0, 64, None)),
        row("PUBLISH 5, QoS 1, 4 properties, 256 B", V5, vectors::publish_4_properties(256)),
        row("CONNECT 5, will, login, properties", V5, vectors::connect_5()),
        row("SUBSCRIBE 3.1.1, 8 filters", V4, vectors::subscribe(V4, &FILTERS)),
        row("SUBSCRIBE 5, 8 filters", V5, vectors::subscribe(V5, &FILTERS)),
        row("PUBLISH 3.1.1, QoS 1, 16 KiB", V4, vectors::publish(V4, 1, 16 * 1024, None)),
        gather("PUBLISH 3.1.1, QoS 1, 16 KiB, gathered", V4, vectors::publish(V4, 1, 16 * 1024, None)),
    ]
}
