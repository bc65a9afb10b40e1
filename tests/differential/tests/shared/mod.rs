//! What both protocols do alike: mutants, and classes of disagreement that must be those that are known.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::{env, fs, path::Path};

use crate::properties::script::Xorshift;

/// The classes that were seen.
#[derive(Default)]
pub struct Seen(BTreeMap<String, Class>);

#[derive(Default)]
struct Class {
    times: usize,
    /// The shortest example: its length, and how it is shown.
    len: usize,
    example: String,
}

impl Seen {
    /// With its example in hex, up to 32 bytes.
    pub fn add(&mut self, class: Option<String>, bytes: &[u8]) {
        self.add_shown(class, bytes.len(), || hex(bytes.get(..32).unwrap_or(bytes)));
    }

    pub fn add_shown(&mut self, class: Option<String>, len: usize, show: impl Fn() -> String) {
        let Some(class) = class else { return };
        let class = self.0.entry(class).or_default();
        class.times += 1;
        if class.times == 1 || len < class.len {
            class.len = len;
            class.example = show();
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The rows of a page's table, if these are the classes that are known, one a line with its reason behind a tab.
    pub fn rows(&self, known: &str) -> String {
        let known: BTreeMap<&str, &str> = known.lines().filter_map(|line| line.split_once('\t')).collect();
        let unknown: Vec<_> = self.0.iter().filter(|(class, _)| !known.contains_key(class.as_str())).collect();
        for (name, class) in &unknown {
            println!("not known: {name}\t{}\t{}", class.times, class.example);
        }
        let gone: Vec<_> = known.keys().filter(|class| !self.0.contains_key(**class)).collect();
        assert!(unknown.is_empty(), "{} classes are not known; no longer seen: {gone:?}", unknown.len());
        assert!(gone.is_empty(), "no longer seen: {gone:?}");
        let row = |(name, class): (&String, &Class)| {
            format!("| {} | `{}` | {} |\n", name.replace('|', "/"), class.example, known[name.as_str()])
        };
        self.0.iter().map(row).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// That a page of the docs is what was found; with `UPDATE` set it is written.
pub fn check_page(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page, "UPDATE=1 writes docs/{name} anew");
}

/// Bytes changed in the middle of a unit whose length stays right, some of them to one of `likely`.
pub fn mutant(unit: &[u8], likely: &[u8], dice: &mut Xorshift) -> Vec<u8> {
    let mut bytes = unit.to_vec();
    for _ in 0..=dice.below(2) {
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = likely[dice.below(likely.len())],
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}
