//! All inputs of up to three bytes.

use fourwire::mqtt::Version;

use super::corpus::choose;
use super::properties::mqtt;

#[test]
fn law_5_all_inputs_of_three_bytes_v3_1() {
    all(Version::V3_1);
}

#[test]
fn law_5_all_inputs_of_three_bytes_v3_1_1() {
    all(Version::V3_1_1);
}

#[test]
fn law_5_all_inputs_of_three_bytes_v5() {
    all(Version::V5);
}

/// Laws 1, 3, 4 and 5 of each input and of its prefixes.
fn all(version: Version) {
    mqtt::any_bytes(&choose(version, &[]));
    for first in 0..=u8::MAX {
        mqtt::any_bytes(&choose(version, &[first]));
        // What its first byte condemns is condemned whatever follows, which the prefixes of each input show: there the
        // third byte need not take every value.
        let step = if mqtt::decoder(version).decode(&[first]).is_err() { 51 } else { 1 };
        for second in 0..=u8::MAX {
            mqtt::chunked(&choose(version, &[first, second]));
            for third in (0..=u8::MAX).step_by(step) {
                let bytes = choose(version, &[first, second, third]);
                mqtt::any_bytes(&bytes);
                mqtt::round_trip(&bytes);
            }
        }
    }
}
