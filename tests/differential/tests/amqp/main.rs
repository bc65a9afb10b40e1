//! Frames that were written at random, mutants of them, and probes through our codec and through three others': each
//! disagreement is of a class that is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unexpected_cfgs)]

use std::collections::BTreeSet;

use arbitrary::Unstructured;
use fourwire::amqp::{Frame, MethodId};
use fourwire_differential::amqp::{Numbers, Peer, Verdict, Written, disagreement, text};
use properties::script::Xorshift;
use shared::{Seen, mutant};

mod probes;
#[path = "../../../properties/mod.rs"]
mod properties;
#[path = "../shared/mod.rs"]
mod shared;

/// The classes of `docs/amqp-disagreements.md`, with the reason of each.
const KNOWN: &str = include_str!("../amqp.tsv");

/// Frame types, letters of types, and what numbers are at their ends.
const LIKELY: &[u8] = b"\0\x01\x02\x03\x08\x7F\x80\xFF\xCEtbBsUuIilLfdDSxATFV";

const FRAMES: usize = 12_000;

#[test]
fn disagreements_are_known() {
    let mut dice = Xorshift::new(17);
    let (meant, written): (Vec<_>, Vec<_>) = (0..FRAMES).flat_map(|_| written(&mut dice)).unzip();
    let mutants: Vec<_> =
        written.iter().flat_map(|frame| [broken(frame, &mut dice), broken(frame, &mut dice)]).collect();
    let (probes, letters) = (probes::all(), probes::letters());
    let named: Vec<_> = probes.iter().chain(&letters).map(|probe| probe.frame.clone()).collect();
    let all: Vec<_> = [named, written.clone(), mutants].concat();
    let mut seen = Seen::default();
    let mut columns = vec![probes::Column::ours()];
    for peer in Peer::ALL {
        let verdicts = peer.verdicts(&all);
        for (frame, theirs) in all.iter().zip(&verdicts) {
            seen.add(disagreement(peer, frame, theirs), frame);
        }
        let (of_probes, rest) = verdicts.split_at(probes.len());
        let (of_letters, rest) = rest.split_at(letters.len());
        columns.push(probes::Column::of(peer, of_probes, of_letters));
        if peer == Peer::RabbitMq {
            let ours = meant.iter().zip(&written);
            ours.zip(rest).for_each(|((meant, frame), theirs)| assert_exact(meant, frame, theirs));
            assert_all_kinds(&verdicts);
        }
        let taken = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Takes(..))).count();
        println!("{}: {} frames, of which it takes {taken}", peer.name(), all.len());
    }
    println!("{} classes of disagreement", seen.len());
    let page = [
        HEAD,
        &seen.rows(KNOWN),
        PROBES,
        &probes::rows(&probes, &columns),
        LETTERS,
        &probes::letter_rows(&letters, &columns),
    ];
    shared::check_page("amqp-disagreements.md", &page.concat());
}

/// What RabbitMQ reads of ours is what was meant, and it writes the same bytes.
fn assert_exact(meant: &str, frame: &[u8], theirs: &Verdict) {
    if let Verdict::Takes(text, written) = theirs {
        assert_eq!(text, meant);
        assert_eq!(*written, Written::Bytes(frame.to_vec()), "{text}");
    }
}

/// Every method, every type of value, and every property was in a frame that was taken.
fn assert_all_kinds(verdicts: &[Verdict]) {
    let texts =
        || verdicts.iter().filter_map(|verdict| if let Verdict::Takes(text, _) = verdict { Some(text) } else { None });
    let methods: BTreeSet<_> =
        texts().filter(|text| text.starts_with("method")).filter_map(|text| text.split(' ').nth(2)).collect();
    // And `basic.credit`, which is a probe.
    assert_eq!(methods.len(), MethodId::ALL.len() + 1, "{methods:?}");
    for value in "t0 t1 b B s u I i l f d D S x [ T { V".split(' ') {
        assert!(texts().any(|text| text.contains(&format!("={value}"))), "no value {value}");
    }
    let mut names = BTreeSet::new();
    for text in texts().filter(|text| text.starts_with("header")) {
        names.extend(text.split(' ').filter_map(|word| word.split_once('=')).map(|(name, _)| name));
    }
    assert_eq!(names.len(), 14, "{names:?}");
}

/// A frame of some kind that our encoder took: the values that were meant, and the bytes.
fn written(dice: &mut Xorshift) -> Option<(String, Vec<u8>)> {
    // Numbers are read from bytes: half of them are to be at their ends.
    let ends = [0, 1, 0x7F, 0x80, 0xFF];
    let edgy = dice.below(2) == 0;
    let bytes: Vec<u8> = (0..400)
        .map(|_| if edgy && dice.below(2) == 0 { ends[dice.below(5)] } else { dice.below(256) as u8 })
        .collect();
    let mut made = None;
    let _ = properties::amqp::structured_frame(&mut Unstructured::new(&bytes), |frame| {
        let mut out = Vec::new();
        // Which protocol is spoken is no codec's matter.
        if !matches!(frame, Frame::ProtocolHeader(_)) && frame.encode(0, &mut out).is_ok() {
            made = Some((text(Numbers::Exact, frame), out));
        }
    });
    made
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

const HEAD: &str = "\
# Where other AMQP codecs disagree

Frames that our encoder wrote of random values, two mutants of each, and the probes below go through our codec and through
three others': RabbitMQ's own, in Erlang and without a broker (3.10.8, from Debian), pamqp 4.0.1 (Python), and amqplib
0.10.9 (JavaScript). What both take is compared value by value, RabbitMQ's by type, and what the peer writes of it we must
read as the same. Of the frames that we wrote RabbitMQ must read the values that were meant, and write the same bytes.
`tests/differential/run.sh` does that, and fails on a disagreement that is not of a class listed here, and on a class that
is not seen any more.

A class is the peer, what is in the frame that the peer stumbles over, what we say, then what the peer says. `waits` is a
peer that asks for more bytes; `crashes` is an Erlang function that has no clause for this: RabbitMQ closes the connection.
The example is the shortest one seen, up to 32 bytes of it. Written by that test: edit `tests/differential/tests/amqp.tsv`.

| class | example | why we hold to ours |
|---|---|---|
";

const PROBES: &str = "
## Probes

One thing each. Ours are with `Limits::depth` as large as it can be, 32. A broker, RabbitMQ 3.10.8, was sent them, too, on
an open channel: it takes and refuses the same. Its answer is 501 to `frame_error`, 503 to `command_invalid`, 504 to
`channel_error`, 505 to `unexpected_frame`, 541 to what crashes in properties; to what crashes in a table of a method on a
channel, and to an unknown method, it closes the socket without a word. What it takes of a message's properties it hands
on as it came, byte by byte: the two lowest flags, keys twice or of 200 bytes, tables nested 500 deep.

| what | fourwire | RabbitMQ | pamqp | amqplib |
|---|---|---|---|---|
";

const LETTERS: &str = "
## Types of values

Each of the 256 letters was tried, with as many bytes behind it as any type has, all bits set (and 1.0, and lengths of 0).
Shown is what is read: the letter as the decoder's type has it, where the decoder tells types apart, and the number.

| letter | fourwire | RabbitMQ | pamqp | amqplib |
|---|---|---|---|---|
";
