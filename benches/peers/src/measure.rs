//! Interleaved rounds: each column in turn, many times; the minimum counts.

use crate::alloc::allocations;
use crate::bench::{Job, Verdict, quietly};
use crate::peers::Peer;
use crate::rows::{Row, Work};
use crate::vectors::frame_len;

/// What stands in a cell.
pub enum Cell {
    /// Not this version, or not this way of encoding.
    None,
    /// It refuses the row's packets, or takes them wrongly.
    Fails(&'static str),
    Time {
        ns: f64,
        allocations: f64,
        note: &'static str,
    },
}

pub struct Rounds {
    pub count: usize,
    pub micros: u64,
}

/// A column at work: `per` operations for each turn of the job.
pub struct Column {
    pub job: Job,
    pub per: usize,
    pub note: &'static str,
}

/// Prepares each column and proves that it does the row's work.
pub fn row(row: &Row, peers: &[Peer], rounds: &Rounds) -> Vec<Cell> {
    let columns = peers.iter().map(|peer| prepare(row, peer)).collect();
    time(columns, rounds)
}

pub fn time(columns: Vec<Result<Column, Cell>>, rounds: &Rounds) -> Vec<Cell> {
    struct State {
        column: Column,
        turns: usize,
        best: f64,
        allocations: f64,
    }
    let mut states: Vec<Result<State, Cell>> = columns
        .into_iter()
        .map(|column| {
            column.map(|mut column| {
                // Warm, counted, and then as many turns as fill a round.
                (column.job)(1);
                let count = allocations(|| {
                    (column.job)(1);
                });
                let mut turns = 1;
                while (column.job)(turns).as_micros() < u128::from(rounds.micros) {
                    turns *= 2;
                }
                State { allocations: count as f64 / column.per as f64, column, turns, best: f64::INFINITY }
            })
        })
        .collect();
    for _ in 0..rounds.count {
        for state in states.iter_mut().flatten() {
            let time = (state.column.job)(state.turns).as_secs_f64() * 1e9;
            state.best = state.best.min(time / (state.turns * state.column.per) as f64);
        }
    }
    let cell = |state| match state {
        Ok(State { best, allocations, column, .. }) => Cell::Time { ns: best, allocations, note: column.note },
        Err(cell) => cell,
    };
    states.into_iter().map(cell).collect()
}

fn prepare(row: &Row, peer: &Peer) -> Result<Column, Cell> {
    if !peer.speaks(row.version) {
        return Err(Cell::None);
    }
    match row.work {
        Work::Decode { .. } if !peer.decodes() => Err(Cell::None),
        Work::Decode { stream, walk } => {
            let mut left = stream;
            let mut packets = 0;
            while let Some(len) = frame_len(left) {
                let (packet, rest) = left.split_at(len);
                if let Some(why) = refusal(peer.judge(row.version, packet), len) {
                    return Err(Cell::Fails(why));
                }
                packets += 1;
                left = rest;
            }
            Ok(Column { job: (peer.decode)(row.version, stream, walk), per: packets, note: "" })
        }
        Work::Encode { packet } => encoder(peer, row, packet, peer.encode),
        Work::Gather { packet } => encoder(peer, row, packet, peer.gather.ok_or(Cell::None)?),
    }
}

fn refusal(verdict: Verdict, len: usize) -> Option<&'static str> {
    match verdict {
        Verdict::Packet(used) if used == len => None,
        Verdict::Packet(_) => Some("takes too little"),
        Verdict::Incomplete => Some("waits for ever"),
        Verdict::Error => Some("refuses"),
        Verdict::Panic => Some("panics"),
    }
}

fn encoder(
    peer: &Peer,
    row: &Row,
    packet: &'static [u8],
    make: fn(crate::vectors::Version, &'static [u8]) -> crate::bench::Encode,
) -> Result<Column, Cell> {
    // Its values come from its own decoder.
    if let Some(why) = refusal(peer.judge(row.version, packet), packet.len()) {
        return Err(Cell::Fails(why));
    }
    let made = quietly(|| make(row.version, packet)).ok_or(Cell::Fails("panics"))?;
    // Another order of the properties is as good.
    let note = match () {
        () if made.wrote == packet => "",
        () if made.wrote.len() == packet.len() => "~",
        () => "≠",
    };
    Ok(Column { job: made.job, per: 1, note })
}
