//! The rows: what is decoded or encoded.

use harness::rows::{Row, Work, repeated};

use crate::vectors::{self, V12};

pub fn decode() -> Vec<Row<V12>> {
    let row = |name, unit: Vec<u8>, walk| Row {
        name,
        version: V12,
        work: Work::Decode { stream: repeated(&unit), of: 1, walk },
    };
    let stream =
        |name, walk| Row { name, version: V12, work: Work::Decode { stream: vectors::stream().leak(), of: 1, walk } };
    vec![
        row("SEND, 64 B", vectors::send(64), false),
        row("SEND, 64 B, walked", vectors::send(64), true),
        row("MESSAGE, 8 headers, 1 KiB", vectors::message(4711, 1024), false),
        row("MESSAGE, 8 headers, 1 KiB, walked", vectors::message(4711, 1024), true),
        row("ACK", vectors::ack(), false),
        row("ACK, walked", vectors::ack(), true),
        row("ACK in a transaction", vectors::ack_in_transaction(), false),
        row("CONNECTED", vectors::connected(), false),
        row("MESSAGE, 64 KiB, counted", vectors::message(4711, 64 * 1024), false),
        row("MESSAGE, 64 KiB, up to NUL", vectors::text(64 * 1024), false),
        stream("1 MiB of MESSAGEs, per frame", false),
        stream("1 MiB of MESSAGEs, per frame, walked", true),
    ]
}

pub fn encode() -> Vec<Row<V12>> {
    let row = |name, unit: Vec<u8>| Row { name, version: V12, work: Work::Encode { packet: unit.leak() } };
    let gather = |name, unit: Vec<u8>| Row { name, version: V12, work: Work::Gather { packet: unit.leak() } };
    vec![
        row("SEND, 64 B", vectors::send(64)),
        row("SEND, 8 headers, 1 KiB", vectors::send_8(1024)),
        row("MESSAGE, 8 headers, 1 KiB", vectors::message(4711, 1024)),
        row("ACK", vectors::ack()),
        row("ACK in a transaction", vectors::ack_in_transaction()),
        row("CONNECTED", vectors::connected()),
        row("MESSAGE, 64 KiB", vectors::message(4711, 64 * 1024)),
        gather("MESSAGE, 64 KiB, gathered", vectors::message(4711, 64 * 1024)),
    ]
}

/// What a row that is walked reads of each frame, without escapes: what its receiver asks for, be it there or not. The
/// names are literals, as a receiver's are.
#[inline(always)]
pub fn read(stream: &[u8], mut see: impl FnMut(&'static str)) {
    match stream {
        [b'S', ..] => {
            see("destination");
            see("content-type");
            see("receipt");
            see("transaction");
        }
        [b'A', ..] => {
            see("id");
            see("transaction");
            see("receipt");
        }
        _ => {
            see("destination");
            see("message-id");
            see("subscription");
            see("ack");
        }
    }
}
