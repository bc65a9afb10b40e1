//! The laws, over recordings at every split, over mutants of them, over all short inputs, and over what proptest makes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    unreachable_pub,
    missing_docs
)]

mod properties;

use std::path::Path;

use fourwire::mqtt::Version;
use properties::{codec, machines, structured};
use proptest::prelude::*;

/// Recorded bytes, and the version that they are of.
fn recordings() -> Vec<(Version, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/mqtt");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "bin") {
            let name = path.file_name().unwrap().to_str().unwrap();
            let version = match name.split('-').next() {
                Some("v31") => Version::V3_1,
                Some("v311") => Version::V3_1_1,
                _ => Version::V5,
            };
            all.push((version, std::fs::read(path).unwrap()));
        }
    }
    assert!(all.len() >= 288, "the recordings are there");
    all
}

/// What the properties take for this version.
fn version_byte(version: Version) -> u8 {
    version as u8
}

/// A small generator of our own: the same mutants each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap()
    }
}

fn mutant(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes[..bytes.len().min(400)].to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]),
            _ => bytes.truncate(at.max(1)),
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

#[test]
fn law_1_recordings_at_every_split() {
    for (version, bytes) in recordings() {
        let whole = codec::stream(&bytes, version, &[255]);
        // The limits of the laws are small: some recordings have a larger packet.
        let too_large = whole.error.is_some_and(|error| error.kind == fourwire::mqtt::ErrorKind::PacketTooLarge);
        assert!(too_large || whole.error.is_none() && whole.consumed == bytes.len(), "{:?}", whole.error);
        for size in [1, 2, 3, 7, 16, 61] {
            assert_eq!(codec::stream(&bytes, version, &[size]), whole);
        }
        let data = [&[version_byte(version)], &bytes[..]].concat();
        codec::any_bytes(&data);
    }
}

#[test]
fn laws_1_3_4_5_over_mutants() {
    let mut random = Random(0x5EED);
    for (version, bytes) in recordings() {
        for _ in 0..40 {
            let mutant = mutant(&bytes, &mut random);
            codec::any_bytes(&[&[version_byte(version)], &mutant[..]].concat());
            let sizes = random.next() as u8;
            codec::chunked(&[&[version_byte(version), sizes, sizes >> 3, 3], &mutant[..]].concat());
            machines::hostile(&[&[version_byte(version) | sizes & 12], &mutant[..]].concat());
        }
    }
}

#[test]
fn law_5_all_inputs_of_up_to_three_bytes() {
    for version in 0..3 {
        for a in 0..=255 {
            codec::any_bytes(&[version, a]);
            for b in 0..=255 {
                codec::any_bytes(&[version, a, b]);
            }
        }
        // The third byte matters only behind a remaining length that is not 0.
        for (a, b, c) in (0..=255).flat_map(|a| (1..=3).flat_map(move |b| (0..=255).map(move |c| (a, b, c)))) {
            codec::any_bytes(&[version, a, b, c]);
        }
    }
}

#[test]
fn law_7_scripts() {
    let mut random = Random(0xCAFE);
    for round in 0..3000 {
        let mut script = vec![round as u8];
        script.extend((0..random.below(200)).map(|_| random.next() as u8));
        machines::two_machines(&script);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn laws_1_5_any_bytes(data in prop::collection::vec(any::<u8>(), 0..64)) {
        codec::any_bytes(&data);
        codec::chunked(&data);
        machines::saved(&data);
    }

    #[test]
    fn laws_3_4_structured(data in prop::collection::vec(any::<u8>(), 0..600)) {
        structured::structured(&data);
    }

    #[test]
    fn law_7_two_machines(data in prop::collection::vec(any::<u8>(), 0..300)) {
        machines::two_machines(&data);
    }
}
