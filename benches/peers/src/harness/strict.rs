//! What decoders say to frames that are whole and wrong, and to those that are unusual and right.

use std::fmt::Debug;

use crate::bench::Verdict;
use crate::peer::{Peer, Version};

pub struct Case<V> {
    pub name: &'static str,
    pub version: V,
    pub packet: Vec<u8>,
    pub good: bool,
}

/// One line for each case that a decoder gets wrong, and how many.
pub fn print<V: Version + Debug>(peers: &[Peer<V>], cases: &[Case<V>]) {
    println!(
        "| decoder | cases | accepts wrong ones | refuses right ones | waits for ever | panics |\n|---|--:|--:|--:|--:|--:|"
    );
    let mut wrong = Vec::new();
    for peer in peers.iter().filter(|peer| peer.decodes()) {
        let mut counts = [0; 5];
        for case in cases.iter().filter(|case| peer.speaks(case.version)) {
            let verdict = peer.judge(case.version, &case.packet);
            counts[0] += usize::from(verdict != Verdict::Foreign);
            let (i, what) = match verdict {
                Verdict::Foreign => continue,
                Verdict::Packet(used) if case.good && used == case.packet.len() => continue,
                Verdict::Error if !case.good => continue,
                Verdict::Packet(_) if !case.good => (1, "accepts"),
                Verdict::Packet(_) | Verdict::Error => (2, "refuses"),
                Verdict::Incomplete => (3, "waits for ever"),
                Verdict::Panic => (4, "panics"),
            };
            counts[i] += 1;
            wrong.push(format!("- {} {what}: {} ({:?})", peer.name, case.name, case.version));
        }
        let [all, accepts, refuses, waits, panics] = counts;
        println!("| {} | {all} | {accepts} | {refuses} | {waits} | {panics} |", peer.name);
    }
    println!("\n{}", wrong.join("\n"));
}
