//! Frames that were written at random, mutants of them, and probes through our codec and through three others': each
//! disagreement is of a class that is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unexpected_cfgs)]

use arbitrary::Unstructured;
use fourwire_differential::amqp::{Peer, Verdict, Written, disagreement, ours};
use properties::script::Xorshift;
use shared::{Seen, mutant};

#[path = "../../properties/mod.rs"]
mod properties;
mod shared;

/// The classes of `docs/amqp-disagreements.md`, with the reason of each.
const KNOWN: &str = include_str!("amqp.tsv");

/// Frame types, letters of types, and what numbers are at their ends.
const LIKELY: &[u8] = b"\0\x01\x02\x03\x08\x7F\x80\xFF\xCEtbBsUuIilLfdDSxATFV";

const FRAMES: usize = 12_000;

#[test]
fn disagreements_are_known() {
    let mut dice = Xorshift::new(17);
    let written: Vec<_> = (0..FRAMES).flat_map(|_| written(&mut dice)).collect();
    let mutants: Vec<_> = written.iter().flat_map(|frame| [broken(frame, &mut dice), broken(frame, &mut dice)]).collect();
    let all: Vec<_> = [written.clone(), mutants].concat();
    let mut seen = Seen::default();
    for peer in Peer::ALL {
        let verdicts = peer.verdicts(&all);
        for (frame, theirs) in all.iter().zip(&verdicts) {
            seen.add(disagreement(peer, frame, theirs), frame);
        }
        let taken = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Takes(..))).count();
        println!("{}: {} frames, of which it takes {taken}", peer.name(), all.len());
    }
    println!("{} classes of disagreement", seen.len());
    shared::check_page("amqp-disagreements.md", &(HEAD.to_owned() + &seen.rows(KNOWN)));
}

/// A frame that our encoder took, of some kind.
fn written(dice: &mut Xorshift) -> Option<Vec<u8>> {
    // Numbers are read from bytes: half of them are to be at their ends.
    let ends = [0, 1, 0x7F, 0x80, 0xFF];
    let edgy = dice.below(2) == 0;
    let bytes: Vec<u8> = (0..400).map(|_| if edgy && dice.below(2) == 0 { ends[dice.below(5)] } else { dice.below(256) as u8 }).collect();
    let mut out = Vec::new();
    let _ = properties::amqp::structured_frame(&mut Unstructured::new(&bytes), |frame| {
        // Which protocol is spoken is no codec's matter.
        if frame.encode(0, &mut out).is_err() || out.starts_with(b"AMQP") {
            out.clear();
        }
    });
    (!out.is_empty()).then_some(out)
}

/// A frame with some bytes changed, or cut, or longer; most of them with a length that is right.
fn broken(frame: &[u8], dice: &mut Xorshift) -> Vec<u8> {
    let mut bytes = mutant(frame, LIKELY, dice);
    if dice.below(3) == 0 {
        let end = 7 + dice.below(bytes.len() - 7);
        bytes.truncate(end);
        bytes.extend((0..dice.below(3)).map(|_| LIKELY[dice.below(LIKELY.len())]));
        bytes.push(0xCE);
    }
    if dice.below(8) != 0 {
        let len = u32::try_from(bytes.len() - 8).unwrap();
        bytes[3..7].copy_from_slice(&len.to_be_bytes());
    }
    bytes
}

/// What RabbitMQ has read it writes as we would.
#[test]
fn rabbitmq_writes_the_same_bytes() {
    let mut dice = Xorshift::new(19);
    let frames: Vec<_> = (0..FRAMES).flat_map(|_| written(&mut dice)).collect();
    let verdicts = Peer::RabbitMq.verdicts(&frames);
    let mut same = 0;
    for (frame, theirs) in frames.iter().zip(&verdicts) {
        let Verdict::Takes(_, Written::Bytes(theirs)) = theirs else { continue };
        assert_eq!(theirs, frame, "{:?}", ours(Peer::RabbitMq, frame));
        same += 1;
    }
    assert!(same * 10 > frames.len() * 7, "RabbitMQ takes {same} of {} frames", frames.len());
}

const HEAD: &str = "";
