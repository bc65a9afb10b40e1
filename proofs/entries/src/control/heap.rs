//! Checks of Rust's own library that are there for the caller's mistakes.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

#[unsafe(no_mangle)]
pub fn control_swaps(queue: &mut VecDeque<u8>, one: usize, other: usize) {
    queue.swap(one, other);
}

#[unsafe(no_mangle)]
pub fn control_looks_up(map: &BTreeMap<u8, u8>, key: u8) -> u8 {
    map[&key]
}

#[unsafe(no_mangle)]
pub fn control_removes(bytes: &mut Vec<u8>, at: usize) -> u8 {
    bytes.remove(at)
}
