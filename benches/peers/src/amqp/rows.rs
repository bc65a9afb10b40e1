//! The rows: what is decoded or encoded.

use harness::rows::{Row, Work, repeated};

use crate::vectors::{self, V091};

pub fn decode() -> Vec<Row<V091>> {
    let row = |name, unit: Vec<u8>, of, walk| Row {
        name,
        version: V091,
        work: Work::Decode { stream: repeated(&unit), of, walk },
    };
    let mixed =
        |name, walk| Row { name, version: V091, work: Work::Decode { stream: vectors::mixed().leak(), of: 1, walk } };
    vec![
        row("basic.deliver", vectors::deliver(4711), 1, false),
        row("basic.deliver, walked", vectors::deliver(4711), 1, true),
        row("content header, 4 headers", vectors::header(256), 1, false),
        row("content header, 4 headers, walked", vectors::header(256), 1, true),
        row("delivery, 256 B", vectors::delivery(256), 3, false),
        row("delivery, 256 B, walked", vectors::delivery(256), 3, true),
        row("delivery, 64 KiB", vectors::delivery(64 * 1024), 3, false),
        row("delivery, 64 KiB, walked", vectors::delivery(64 * 1024), 3, true),
        row("queue.declare, 5 arguments", vectors::queue_declare(), 1, false),
        row("queue.declare, 5 arguments, walked", vectors::queue_declare(), 1, true),
        row("basic.ack", vectors::ack(4711), 1, false),
        mixed("1 MiB mixed, per frame", false),
        mixed("1 MiB mixed, per frame, walked", true),
    ]
}

pub fn encode() -> Vec<Row<V091>> {
    let row = |name, unit: Vec<u8>| Row { name, version: V091, work: Work::Encode { packet: unit.leak() } };
    let gather = |name, unit: Vec<u8>| Row { name, version: V091, work: Work::Gather { packet: unit.leak() } };
    vec![
        row("basic.deliver", vectors::deliver(4711)),
        row("basic.ack", vectors::ack(4711)),
        row("content header, 4 headers", vectors::header(256)),
        row("queue.declare, 5 arguments", vectors::queue_declare()),
        row("delivery, 256 B", vectors::delivery(256)),
        row("delivery, 64 KiB", vectors::delivery(64 * 1024)),
        gather("delivery, 4 KiB, gathered", vectors::delivery(4 * 1024)),
        gather("delivery, 64 KiB, gathered", vectors::delivery(64 * 1024)),
    ]
}
