//! The laws over every recording, and over mutants of them.

use fourwire::mqtt::Version;

use super::corpus::{choose, mutant, recordings};
use super::properties::decoding;
use super::properties::mqtt::{self, Mqtt};
use super::properties::script::Xorshift;

/// Up to this length a recording is split at every position.
const EVERY_SPLIT: usize = 2048;
/// Mutants of each recording.
const MUTANTS: usize = 60;

#[test]
fn law_1_chunking_recorded() {
    for recording in recordings() {
        let (decoder, bytes) = (mqtt::decoder(recording.version), &recording.bytes);
        decoding::chunked_by::<Mqtt>(&decoder, bytes, core::iter::repeat_n(1, bytes.len()));
        let step = bytes.len().div_ceil(EVERY_SPLIT).max(1);
        for at in (0..bytes.len()).step_by(step) {
            decoding::chunked_by::<Mqtt>(&decoder, bytes, [at]);
            mqtt::chunked_parts(recording.version, 40, bytes, [at].into_iter());
        }
    }
}

#[test]
fn law_1_chunking_mutants() {
    mutants(1, |version, bytes| mqtt::chunked(&choose(version, bytes)));
}

#[test]
fn law_3_and_4_round_trip_recorded() {
    for recording in recordings() {
        mqtt::round_trip(&recording.with_choice());
        // Each recording is whole, or ends where the line was cut: nothing of it is wrong.
        let (_, end) = decoding::units::<Mqtt>(&mqtt::decoder(recording.version), &recording.bytes);
        assert_eq!(end.error, None, "{}", recording.name);
    }
}

#[test]
fn law_3_and_4_round_trip_mutants() {
    mutants(3, |version, bytes| mqtt::round_trip(&choose(version, bytes)));
}

#[test]
fn law_5_no_panic_recorded() {
    recordings().iter().for_each(|recording| mqtt::any_bytes(&recording.with_choice()));
}

#[test]
fn law_5_no_panic_mutants() {
    mutants(5, |version, bytes| mqtt::any_bytes(&choose(version, bytes)));
}

/// A recording after the machine's choices: read by the wrong end half of the time, which is hostile too.
#[test]
fn law_5_no_panic_machines() {
    mutants(6, |version, bytes| {
        for choice in [0, 8 + 16, 4 + 32, 64 + 8] {
            let head = [choice, version as u8 + 3 * choice, 5];
            mqtt::server_hostile(&[&head[..], bytes].concat());
            mqtt::client_hostile(&[&head[..], bytes].concat());
        }
    });
}

fn mutants(seed: u64, check: impl Fn(Version, &[u8])) {
    let mut dice = Xorshift::new(seed);
    for recording in recordings() {
        // Of a large payload a small piece tells as much.
        let bytes = &recording.bytes[..recording.bytes.len().min(1500)];
        for _ in 0..MUTANTS {
            check(recording.version, &mutant(bytes, &mut dice));
        }
    }
}
