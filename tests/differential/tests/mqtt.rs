//! Recordings, mutants and written packets through both decoders: each disagreement is of a class that is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unexpected_cfgs)]

use std::{fs, path::Path};

use arbitrary::Unstructured;
use fourwire::mqtt::{Decoder, Version};
use fourwire_differential::mqtt::disagreement;
use properties::script::Xorshift;
use shared::{Seen, mutant};

#[path = "../../properties/mod.rs"]
mod properties;
mod shared;

/// The classes of `docs/mqtt-disagreements.md`, with the number of the paragraph that says who is right.
const KNOWN: &str = include_str!("mqtt.tsv");

/// Bytes that mean something here and there.
const LIKELY: &[u8] = &[0, 1, 2, 0x7F, 0x80, 0xFF, b'+', b'#', 0x23, 0x26];

#[test]
fn disagreements_are_known() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut seen = Seen::default();
    let mut compare = |version: Version, bytes: &[u8]| seen.add(disagreement(version, bytes), bytes);
    let mut dice = Xorshift::new(11);
    let mut packets = 0;
    for (version, packet) in recorded() {
        compare(version, &packet);
        for _ in 0..200 {
            compare(version, &mutant(&packet, LIKELY, &mut dice));
            packets += 1;
        }
    }
    for _ in 0..60_000 {
        let bytes: Vec<u8> = (0..300).map(|_| dice.below(256) as u8).collect();
        let _ = properties::mqtt::structured_packet(&mut Unstructured::new(&bytes), |version, packet| {
            let mut out = Vec::new();
            if version != Version::V3_1 && packet.encode(version, &mut out).is_ok() {
                compare(version, &out);
                packets += 1;
            }
        });
    }
    drop(std::panic::take_hook());
    println!("{packets} packets, {} classes of disagreement", seen.len());
    shared::check_page("mqtt-disagreements.md", &(HEAD.to_owned() + &seen.rows(KNOWN)));
}

const HEAD: &str = "\
# Where other codecs disagree

Every packet of the recordings, 200 mutants of each, and 60,000 packets that were written at random go through our decoder
and through that of mqttbytes 0.6, which rumqttc has too; what both take is compared field by field. `tests/differential/run.sh`
does that, and fails on a disagreement that is not of a class listed here, and on a class that is not seen any more.

The script also has npm's mqtt-packet 9 write 1000 packets of each version: we read the fields that it wrote, write the
same bytes again (acknowledgements in their short form), and mqtt-packet reads those. It refuses a DISCONNECT without a
property length (`e000`, `e0018e`), which 5.0 allows (§3.14.2.1, §3.14.2.2.1): we read it, and do not write it.

A class is what we say, then what the peer says. `waits` is a packet that is whole, or wrong already, and for which the
peer asks for more bytes: the connection stalls. The example is the shortest one seen. Written by that test: edit
`tests/differential/tests/mqtt.tsv`.

| class | example | why we hold to ours |
|---|---|---|
";

/// Every packet of every recording, 3.1.1 and 5.0: the peer has no 3.1.
fn recorded() -> Vec<(Version, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/mqtt")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let version = match name.split('-').next().unwrap() {
            "v311" if name.ends_with(".bin") => Version::V3_1_1,
            "v5" if name.ends_with(".bin") => Version::V5,
            _ => continue,
        };
        let bytes = fs::read(&path).unwrap();
        let (mut decoder, mut rest) = (Decoder::new(version), &bytes[..]);
        while let Ok(Some((_, used))) = decoder.decode(rest) {
            if used < 2000 {
                all.push((version, rest[..used].to_vec()));
            }
            rest = &rest[used..];
        }
    }
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all.dedup();
    all
}
