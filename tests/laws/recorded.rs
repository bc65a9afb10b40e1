//! The laws over every recording, and over mutants of them.

use super::corpus::{Recording, mutant, recordings};
use super::properties::decoding;
use super::properties::protocol::Protocol;
use super::properties::script::Xorshift;

/// A recording is split at every position up to so many; of a very large one it is fewer.
const SPLITS: usize = 2048;
/// How many bytes are decoded for all splits of one recording.
const WORK: usize = 1 << 24;
/// Mutants of each recording.
const MUTANTS: usize = 60;
/// Of a large recording a piece tells as much.
const PIECE: usize = 1500;

/// What the laws need to know of a protocol to be driven by its recordings.
trait Recorded: Protocol {
    const FOLDER: &'static str;
    /// Bytes that mean something.
    const TELLING: &'static [u8];
    fn decoder(recording: &Recording) -> Self::Decoder;
    /// The first byte of each property's bytes.
    fn choice(recording: &Recording) -> u8;
}

/// Law 1: each recording in single bytes, and split everywhere.
fn chunked<P: Recorded>(also: impl Fn(&Recording, usize)) {
    for recording in recordings(P::FOLDER) {
        let (decoder, bytes) = (P::decoder(&recording), &recording.bytes);
        decoding::chunked_by::<P>(&decoder, bytes, core::iter::repeat_n(1, bytes.len()));
        let splits = SPLITS.min(WORK / bytes.len().max(1));
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(splits).max(1)) {
            decoding::chunked_by::<P>(&decoder, bytes, [at]);
            also(&recording, at);
        }
    }
}

/// A property of each recording as it is.
fn whole<P: Recorded>(property: fn(&[u8])) {
    recordings(P::FOLDER).iter().for_each(|it| property(&[&[P::choice(it)], &it.bytes[..]].concat()));
}

/// A property of mutants, behind the byte that chooses.
fn mutants<P: Recorded>(seed: u64, property: fn(&[u8])) {
    each_mutant::<P>(seed, |recording, bytes| property(&[&[P::choice(recording)], bytes].concat()));
}

/// Mutants of pieces that begin where a unit does: half of them at the first.
fn each_mutant<P: Recorded>(seed: u64, check: impl Fn(&Recording, &[u8])) {
    let mut dice = Xorshift::new(seed);
    for recording in recordings(P::FOLDER) {
        let (units, _) = decoding::units::<P>(&P::decoder(&recording), &recording.bytes);
        for number in 0..MUTANTS {
            let start = if number % 2 == 0 || units.is_empty() { 0 } else { units[dice.below(units.len())].0 };
            let piece = &recording.bytes[start..];
            check(&recording, &mutant(&piece[..piece.len().min(PIECE)], P::TELLING, &mut dice));
        }
    }
}

mod mqtt {
    use fourwire::mqtt::Decoder;

    use super::super::properties::mqtt::{self, Mqtt};
    use super::{Recorded, Recording, chunked, decoding, each_mutant, mutants, recordings, whole};

    impl Recorded for Mqtt {
        const FOLDER: &'static str = "mqtt";
        const TELLING: &'static [u8] = &[0, 1, 2, 3, 4, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 0x23, 0x26];

        fn decoder(recording: &Recording) -> Decoder {
            mqtt::decoder(recording.mqtt_version())
        }

        fn choice(recording: &Recording) -> u8 {
            recording.mqtt_version() as u8
        }
    }

    #[test]
    fn law_1_chunking_recorded() {
        chunked::<Mqtt>(|it, at| mqtt::chunked_parts(it.mqtt_version(), 40, &it.bytes, [at].into_iter()));
    }

    #[test]
    fn law_1_chunking_mutants() {
        mutants::<Mqtt>(1, mqtt::chunked);
    }

    #[test]
    fn law_3_and_4_round_trip_recorded() {
        whole::<Mqtt>(mqtt::round_trip);
        // Each recording is whole, or ends where the line was cut: nothing of it is wrong.
        for it in recordings("mqtt") {
            let (_, end) = decoding::units::<Mqtt>(&Mqtt::decoder(&it), &it.bytes);
            assert_eq!(end.error, None, "{}", it.name);
        }
    }

    #[test]
    fn law_3_and_4_round_trip_mutants() {
        mutants::<Mqtt>(3, mqtt::round_trip);
    }

    #[test]
    fn law_5_no_panic_recorded() {
        whole::<Mqtt>(mqtt::any_bytes);
    }

    #[test]
    fn law_5_no_panic_mutants() {
        mutants::<Mqtt>(5, mqtt::any_bytes);
    }

    /// A recording after the machine's choices: read by the wrong end half of the time, which is hostile too.
    #[test]
    fn law_5_no_panic_machines() {
        each_mutant::<Mqtt>(6, |recording, bytes| {
            for choice in [0, 8 + 16, 4 + 32, 64 + 8] {
                let head = [choice, recording.mqtt_version() as u8 + 3 * choice, 5];
                mqtt::server_hostile(&[&head[..], bytes].concat());
                mqtt::client_hostile(&[&head[..], bytes].concat());
            }
        });
    }
}

mod amqp {
    use fourwire::amqp::{Decoder, Frame, Method};

    use super::super::properties::amqp::{self, Amqp};
    use super::{Recorded, Recording, chunked, decoding, each_mutant, mutants, recordings, whole};

    impl Recorded for Amqp {
        const FOLDER: &'static str = "amqp";
        const TELLING: &'static [u8] = b"\x00\x01\x02\x03\x08\x0A\x14\x3C\x7F\x80\xFF\xCEAFISTVxz";

        fn decoder(_: &Recording) -> Decoder {
            amqp::decoder()
        }

        /// With the limits that were agreed on.
        fn choice(_: &Recording) -> u8 {
            0
        }
    }

    #[test]
    fn law_1_chunking_recorded() {
        chunked::<Amqp>(|_, _| {});
    }

    #[test]
    fn law_1_chunking_mutants() {
        mutants::<Amqp>(1, amqp::chunked);
    }

    #[test]
    fn law_3_and_4_round_trip_recorded() {
        whole::<Amqp>(amqp::round_trip);
        // What was to be wrong is: nothing else.
        for it in recordings("amqp") {
            let (_, end) = decoding::units::<Amqp>(&amqp::decoder(), &it.bytes);
            assert!(end.error.is_none() || it.name.starts_with("error-"), "{}: {:?}", it.name, end.error);
        }
    }

    #[test]
    fn law_3_and_4_round_trip_mutants() {
        mutants::<Amqp>(3, amqp::round_trip);
    }

    #[test]
    fn law_5_no_panic_recorded() {
        whole::<Amqp>(amqp::any_bytes);
    }

    #[test]
    fn law_5_no_panic_mutants() {
        mutants::<Amqp>(5, amqp::any_bytes);
    }

    /// What follows the channel's opening, to a machine that has channels open: each end's to both, for the wrong one is
    /// hostile, too.
    #[test]
    fn law_5_no_panic_machines_recorded() {
        for recording in recordings("amqp") {
            machines(behind_opening(&recording.bytes));
            machines(&recording.bytes);
        }
    }

    #[test]
    fn law_5_no_panic_machines_mutants() {
        each_mutant::<Amqp>(6, |_, bytes| machines(bytes));
    }

    fn machines(bytes: &[u8]) {
        for choice in [0, 1] {
            amqp::server_hostile(&[&[choice], bytes].concat());
            amqp::client_hostile(&[&[choice], bytes].concat());
        }
    }

    /// What is behind the last channel's opening at the start.
    fn behind_opening(bytes: &[u8]) -> &[u8] {
        let (units, _) = decoding::units::<Amqp>(&amqp::decoder(), bytes);
        let opens = |frame: &Frame<'_>| {
            matches!(frame, Frame::Method(_, Method::ChannelOpen(_) | Method::ChannelOpenOk(_)))
                || matches!(frame, Frame::ProtocolHeader(_))
                || frame.channel() == 0
        };
        units.iter().find(|(_, frame)| !opens(frame)).map_or(&[], |(at, _)| &bytes[*at..])
    }
}

mod stomp {
    use fourwire::stomp::Decoder;

    use super::super::properties::stomp::{self, Stomp};
    use super::{Recorded, Recording, chunked, each_mutant, recordings};

    impl Recorded for Stomp {
        const FOLDER: &'static str = "stomp";
        const TELLING: &'static [u8] = b"\n\r\0:\\cr \n\n\0S1\xC3";

        fn decoder(recording: &Recording) -> Decoder {
            Decoder::new(recording.stomp_version())
        }

        fn choice(recording: &Recording) -> u8 {
            recording.stomp_version().map_or(0, |version| 1 + version as u8)
        }
    }

    /// In the choice: what some programs do against the rules is taken.
    const LENIENT: u8 = 0x10;

    fn whole(property: fn(&[u8])) {
        for it in recordings("stomp") {
            for lenient in [0, LENIENT] {
                property(&[&[Stomp::choice(&it) | lenient], &it.bytes[..]].concat());
            }
        }
    }

    fn mutants(seed: u64, property: fn(&[u8])) {
        each_mutant::<Stomp>(seed, |recording, bytes| {
            let lenient = if bytes.len() % 2 == 0 { LENIENT } else { 0 };
            property(&[&[Stomp::choice(recording) | lenient], bytes].concat());
        });
    }

    #[test]
    fn law_1_chunking_recorded() {
        chunked::<Stomp>(|_, _| {});
    }

    #[test]
    fn law_1_chunking_mutants() {
        mutants(1, stomp::chunked);
    }

    #[test]
    fn law_3_and_4_round_trip_recorded() {
        whole(stomp::round_trip);
    }

    #[test]
    fn law_3_and_4_round_trip_mutants() {
        mutants(3, stomp::round_trip);
    }

    #[test]
    fn law_5_no_panic_recorded() {
        whole(stomp::any_bytes);
    }

    #[test]
    fn law_5_no_panic_mutants() {
        mutants(5, stomp::any_bytes);
    }

    /// To a machine that is connected already, in each version, and to one that is not; each end's to both, for the wrong
    /// one is hostile, too.
    #[test]
    fn law_5_no_panic_machines_recorded() {
        recordings("stomp").iter().for_each(|it| machines(&it.name, &it.bytes));
    }

    #[test]
    fn law_5_no_panic_machines_mutants() {
        each_mutant::<Stomp>(6, |recording, bytes| machines(&recording.name, bytes));
    }

    fn machines(name: &str, bytes: &[u8]) {
        for version in 0..4 {
            let head = [version | LENIENT, name.len() as u8];
            stomp::server_hostile(&[&head, bytes].concat());
            stomp::client_hostile(&[&head, bytes].concat());
        }
    }
}
