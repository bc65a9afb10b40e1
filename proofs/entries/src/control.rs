//! What the proofs must find: an entry point that panics, one that calls itself, and two that call each other.

#[cfg(feature = "alloc")]
mod heap;

#[unsafe(no_mangle)]
pub fn control_panics(bytes: &[u8], at: usize) -> u8 {
    bytes[at]
}

#[unsafe(no_mangle)]
pub fn control_recurses(depth: &[u8]) -> usize {
    match depth {
        [0, rest @ ..] => control_recurses(rest).wrapping_mul(3) ^ rest.len(),
        [_, rest @ ..] => control_recurses(rest).wrapping_add(rest.len()),
        [] => 0,
    }
}

#[inline(never)]
#[unsafe(no_mangle)]
pub fn control_ping(depth: &[u8]) -> usize {
    depth.split_first().map_or(0, |(first, rest)| control_pong(rest).wrapping_mul(3) ^ usize::from(*first))
}

#[inline(never)]
#[unsafe(no_mangle)]
pub fn control_pong(depth: &[u8]) -> usize {
    depth.split_last().map_or(1, |(last, rest)| control_ping(rest).wrapping_mul(5) ^ usize::from(*last))
}
