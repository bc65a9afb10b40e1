//! Frames that were written at random, mutants of them, and streams of several, through our codec and through four
//! others': each disagreement is of a class that is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unexpected_cfgs)]

use std::collections::BTreeSet;

use fourwire::stomp::{Command, Version};
use fourwire_differential::stomp::{Peer, Stream, Told, Verdict, compare, ours};
use properties::script::Xorshift;
use shared::Seen;

mod frames;
mod probes;
#[path = "../../../properties/mod.rs"]
mod properties;
#[path = "../shared/mod.rs"]
mod shared;

/// The classes of `docs/stomp-disagreements.md`, with the reason of each.
const KNOWN: &str = include_str!("../stomp.tsv");

const FRAMES: usize = 60_000;

#[test]
fn disagreements_are_known() {
    let mut dice = Xorshift::new(23);
    let made: Vec<_> = (0..FRAMES).flat_map(|_| frames::made(&mut dice)).collect();
    made.iter().for_each(assert_meant);
    let mut streams: Vec<_> = made.iter().map(|made| made.stream(&mut dice)).collect();
    for made in &made {
        streams.push(frames::broken(made, &mut dice));
        streams.push(frames::broken(made, &mut dice));
    }
    streams.extend((0..made.len() / 2).map(|_| frames::several(&made, &mut dice)));

    let probes = probes::all();
    streams.splice(0..0, probes.iter().map(|probe| probe.stream.clone()));
    let mut seen = Seen::default();
    let mut columns = Vec::new();
    for peer in Peer::ALL {
        let (mut asked, mut same) = (0, Vec::new());
        let mut verdicts = peer.verdicts(&streams);
        for (stream, theirs) in streams.iter().zip(&verdicts) {
            let Some(theirs) = theirs else { continue };
            asked += 1;
            let (bytes, compared) = (stream.bytes(), compare(peer, stream, theirs));
            seen.add_shown(compared.class, bytes.len(), || shown(stream.version, &bytes));
            same.extend(compared.same.into_iter().map(|told| (stream.version, told)));
        }
        verdicts.truncate(probes.len());
        columns.push((peer, verdicts));
        assert_all_kinds(peer, &same);
        println!("{}: {asked} streams, {} frames told alike", peer.name(), same.len());
    }
    println!("{} classes of disagreement", seen.len());
    let page = [HEAD, &seen.rows(KNOWN), PROBES, &probes::rows(&probes, &columns)];
    shared::check_page("stomp-disagreements.md", &page.concat());
}

const HEAD: &str = "\
# Where other STOMP codecs disagree

Frames of all commands in the three versions, as our encoder writes them and as others may (CR LF, line ends before them,
lengths that need not be stated), two mutants of each, and streams of several frames, cut anywhere, go through our codec and
through four others': RabbitMQ's own, in Erlang and without a broker (3.10.8, from Debian), stomp.py 9.0.0 (its transport and
its frames), StompJs 7.5.0 (its parser and its frames), and async-stomp 0.7.0 (Rust, a client's: it reads what servers send;
what clients send it writes as we have read it). What both take is compared byte by byte, with escapes resolved, and what the
peer writes of it we must read as the same. Of headers of one name peers keep the first, and no order; but async-stomp keeps
all of a MESSAGE. `tests/differential/run.sh` does that, and fails on a disagreement that is not of a class listed here, and
on a class that is not seen any more.

A class is the peer, what is in the frame that the peer stumbles over, what we say, then what the peer says; or our reason to
refuse what it takes. `waits` is a peer that asks for more bytes, `hears nothing` one that has passed over all of it. Ours is
without leniencies. The example is the shortest one seen, behind its version. Names in brackets are sections of the
specification, of 1.2 where no other is named. Written by that test: edit `tests/differential/tests/stomp.tsv`.

| class | example | who is right |
|---|---|---|
";

const PROBES: &str = "
## Probes

One thing each, in what a server sends. `takes` is said of a peer that reads the same as we, and writes it so that we read
the same; where we refuse, of one that reads something.

| version | what | fourwire | RabbitMQ | stomp.py | StompJs | async-stomp |
|---|---|---|---|---|---|---|
";

/// We read what was meant, however it is spelled.
fn assert_meant(made: &frames::Made) {
    for bytes in [&made.written, &made.spelled] {
        let stream = Stream::whole(made.version, made.is_servers, bytes.clone());
        match &ours(&stream)[..] {
            [(0, Verdict::Takes(told, _))] => {
                assert_eq!(told.clone().without_length(), made.told.clone().without_length());
            }
            verdicts => panic!("{:?}: {verdicts:?}", bytes.escape_ascii().to_string()),
        }
    }
}

/// The version, and the bytes as they would stand in a program.
fn shown(version: Version, bytes: &[u8]) -> String {
    let text = bytes.escape_ascii().to_string().replace("\\x00", "\\0").replace('|', "\\x7c").replace('`', "\\x60");
    format!("{version}: {text}")
}

/// Every command was told alike in each version that has it, with what is hard to read in it.
fn assert_all_kinds(peer: Peer, same: &[(Version, Told)]) {
    let mut wanted = BTreeSet::new();
    for command in Command::ALL {
        let versions = Version::ALL.into_iter().filter(|version| command.is_in(*version));
        // As a client it reads what it can of 1.1, and writes 1.2.
        let is_its = |version: &Version| match peer {
            Peer::AsyncStomp if command.is_servers() => *version > Version::V1_0,
            Peer::AsyncStomp => *version == Version::V1_2 && command != Command::Stomp,
            _ => true,
        };
        wanted.extend(versions.filter(is_its).map(|version| (version, command.as_str().as_bytes().to_vec())));
    }
    let seen: BTreeSet<_> = same.iter().map(|(version, told)| (*version, told.command.clone())).collect();
    let missing: Vec<_> = wanted.difference(&seen).map(|(version, name)| shown(*version, name)).collect();
    assert!(missing.is_empty(), "{}: {missing:?}", peer.name());
    let has = |is_there: &dyn Fn(&Told) -> bool| same.iter().any(|(_, told)| is_there(told));
    let value = |byte: u8| has(&|told: &Told| told.headers.iter().any(|(_, value)| value.contains(&byte)));
    assert!(b"\n\r:\\".iter().all(|byte| value(*byte)), "{}: escapes", peer.name());
    assert!(has(&|told| told.body.contains(&0)), "{}: NUL in a body", peer.name());
    assert!(has(&|told| told.headers.iter().any(|(name, _)| !name.is_ascii())), "{}: UTF-8", peer.name());
}
