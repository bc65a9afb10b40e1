//! Breadth first through all states, each once.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{Debug, Write};
use std::hash::Hasher;
use std::time::Instant;

/// More states than this are not explored: then the bound is a bug of the plan.
const MOST: usize = 20_000_000;

pub(crate) fn is_large() -> bool {
    std::env::var_os("MODEL").is_some_and(|value| value == "large")
}

/// What can be explored: one state of it.
pub(crate) trait Model: Clone {
    type Step: Copy + Debug;

    /// What can happen next.
    fn enabled(&self) -> Vec<Self::Step>;
    /// Takes a step. An error is a promise that is broken.
    fn take(&mut self, step: Self::Step) -> Result<(), String>;
    /// Everybody does what they owe, and nothing goes wrong any more: then all promises are kept.
    fn comes_to_rest(self) -> Result<(), String>;
    /// How this state was reached.
    fn steps(&self) -> &[Self::Step];
    /// All that counts of the state: not how it was reached.
    fn show(&self, to: &mut dyn Write) -> std::fmt::Result;
}

/// Looks at every state that can be reached. The first broken promise, with the steps that lead to it.
pub(crate) fn explore(name: &str, start: impl Model) -> Option<String> {
    let began = Instant::now();
    let mut seen = HashSet::from([fingerprint(&start)]);
    let (mut level, mut transitions, mut depth) = (vec![start], 0_usize, 0);
    while !level.is_empty() {
        let mut next = Vec::new();
        for world in level {
            // From everywhere the line can be mended, and then all comes to rest.
            if let Err(broken) = world.clone().comes_to_rest() {
                return Some(format!("{broken}, after {:?}", world.steps()));
            }
            for step in world.enabled() {
                let mut after = world.clone();
                if let Err(broken) = after.take(step) {
                    return Some(format!("{broken}, after {:?}", after.steps()));
                }
                transitions += 1;
                if seen.insert(fingerprint(&after)) {
                    next.push(after);
                }
            }
        }
        assert!(seen.len() < MOST, "{name}: too large");
        level = next;
        depth += 1;
    }
    let seconds = began.elapsed().as_secs_f32();
    println!("{name}: {} states, {transitions} transitions, {depth} deep, {seconds:.1} s", seen.len());
    None
}

/// What tells a state from another: all that its parts show of themselves.
fn fingerprint(world: &impl Model) -> [u64; 2] {
    struct Sink(DefaultHasher, DefaultHasher);
    impl Write for Sink {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.write(text.as_bytes());
            self.1.write(text.as_bytes());
            Ok(())
        }
    }
    let mut sink = Sink(DefaultHasher::new(), DefaultHasher::new());
    // Two hashes of 64 bits: that two states share both will not happen.
    sink.1.write_u8(1);
    world.show(&mut sink).unwrap();
    [sink.0.finish(), sink.1.finish()]
}
