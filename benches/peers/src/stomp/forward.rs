//! A frame that was received is sent on as it came: of the peers only stomp-agnostic can write what it reads.

use std::hint::black_box;

use harness::bench::{Encode, encode_vec};
use harness::measure::{Cell, Column, Rounds, time};
use harness::table::Table;

use crate::floor::{Unit, decode};
use crate::vectors;

pub struct Row {
    pub name: &'static str,
    pub packet: fn() -> Vec<u8>,
}

pub const ROWS: [Row; 3] = [
    Row { name: "MESSAGE, 8 headers, 1 KiB", packet: || vectors::message(4711, 1024) },
    Row { name: "MESSAGE, 64 KiB", packet: || vectors::message(4711, 64 * 1024) },
    Row { name: "ACK", packet: vectors::ack },
];

pub fn table(only: &str, rounds: &Rounds) -> Table {
    let column = |made: Encode| Ok::<_, Cell>(Column { job: made.job, per: 1, note: "" });
    let row = |row: &Row| {
        let packet = (row.packet)().leak();
        let columns = vec![
            #[cfg(feature = "ours")]
            column(crate::ours::forward(packet)),
            column(floor(packet)),
            column((crate::peers::AGNOSTIC.encode)(vectors::V12, packet)),
        ];
        (row.name, time(columns, rounds))
    };
    let columns = vec![
        #[cfg(feature = "ours")]
        "fourwire",
        "floor",
        "stomp-agnostic",
    ];
    let rows = ROWS.iter().filter(|row| row.name.contains(only)).map(row).collect();
    Table { title: "sent on", columns, rows }
}

/// Three copies: nothing needs to be looked at, since it was when it came.
fn floor(packet: &'static [u8]) -> Encode {
    let Ok(Some((Unit::Frame(frame), _))) = decode(packet) else { panic!() };
    encode_vec(move |out| {
        let frame = black_box(&frame);
        out.reserve(frame.headers.len() + frame.body.len() + 16);
        out.extend_from_slice(frame.command.name().as_bytes());
        out.push(b'\n');
        out.extend_from_slice(frame.headers);
        out.push(b'\n');
        out.extend_from_slice(frame.body);
        out.push(0);
    })
}
