//! Interleaved rounds: each column in turn, many times; the minimum counts.

use crate::alloc::allocations;
use crate::bench::{Encode, Job, Verdict, quietly};
use crate::peer::{Peer, Version};
use crate::rows::{Row, Work};

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
pub fn row<V: Version>(row: &Row<V>, peers: &[Peer<V>], rounds: &Rounds) -> Vec<Cell> {
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

fn prepare<V: Version>(row: &Row<V>, peer: &Peer<V>) -> Result<Column, Cell> {
    if !peer.speaks(row.version) {
        return Err(Cell::None);
    }
    match row.work {
        Work::Decode { .. } if !peer.decodes() => Err(Cell::None),
        Work::Decode { stream, of, walk } => {
            let frames = judge(row, peer, stream)?;
            Ok(Column { job: (peer.decode)(row.version, stream, walk), per: frames / of, note: "" })
        }
        Work::Encode { packet } => encoder(peer, row, packet, peer.encode),
        Work::Gather { packet } => encoder(peer, row, packet, peer.gather.ok_or(Cell::None)?),
    }
}

/// How many frames there are, if the peer takes them all as they are.
fn judge<V: Version>(row: &Row<V>, peer: &Peer<V>, stream: &[u8]) -> Result<usize, Cell> {
    let mut left = stream;
    let mut frames = 0;
    while let Some(len) = V::frame_len(left) {
        let (frame, rest) = left.split_at(len);
        match peer.judge(row.version, frame) {
            Verdict::Foreign => return Err(Cell::None),
            verdict => refusal(verdict, len).map_or(Ok(()), |why| Err(Cell::Fails(why)))?,
        }
        frames += 1;
        left = rest;
    }
    Ok(frames)
}

fn refusal(verdict: Verdict, len: usize) -> Option<&'static str> {
    match verdict {
        Verdict::Packet(used) if used == len => None,
        Verdict::Foreign => None,
        Verdict::Packet(_) => Some("takes too little"),
        Verdict::Incomplete => Some("waits for ever"),
        Verdict::Error => Some("refuses"),
        Verdict::Panic => Some("panics"),
    }
}

fn encoder<V: Version>(
    peer: &Peer<V>,
    row: &Row<V>,
    packet: &'static [u8],
    make: fn(V, &'static [u8]) -> Encode,
) -> Result<Column, Cell> {
    // Its values come from its own decoder, if that reads what it writes.
    match judge(row, peer, packet) {
        Ok(_) | Err(Cell::None) => {}
        Err(fails) => return Err(fails),
    }
    let made = quietly(|| make(row.version, packet)).ok_or(Cell::Fails("panics"))?;
    if made.wrote.is_empty() {
        return Err(Cell::None);
    }
    // Another order of the properties is as good.
    let note = match () {
        () if made.wrote == packet => "",
        () if made.wrote.len() == packet.len() => "~",
        () => "≠",
    };
    Ok(Column { job: made.job, per: 1, note })
}
