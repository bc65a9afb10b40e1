//! STOMP: short inputs, mutants of frames of all kinds, and what proptest makes.

use std::collections::HashSet;

use arbitrary::Unstructured;
use proptest::collection::vec;
use proptest::prelude::*;

use super::corpus::mutant;
use super::properties::script::Xorshift;
use super::properties::stomp;

/// Frames of all kinds and versions, line ends, and what must be refused.
const STREAMS: [&[u8]; 16] = [
    b"CONNECT\naccept-version:1.0,1.1,1.2\r\nhost:a:b\npasscode:x\\y\n\n\0",
    b"STOMP\naccept-version:1.2\nhost:a\n\n\0\n\n",
    b"CONNECTED\nversion:1.2\nsession:ID:host-1:2\n\n\0\r\n\nMESSAGE\ndestination:a\\cb\nmessage-id:1\nsubscription:0\n\nx\0",
    b"CONNECTED\n\n\0SEND\ndestination:a\r\n\nx\0",
    b"SEND\ndestination:/queue/a\ncontent-length:5\ncontent-length:9\n\na\0b\0c\0\n",
    b"SEND\r\ndestination:\\\\\\n\\c\\r\r\nn\\cme:\xC3\xA9\r\n\r\nbody without a length\0",
    b"MESSAGE\nsubscription:0\nmessage-id:7\ndestination:a\ncontent-length: 0 \n\n\0",
    b"SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client-individual\n\n\0UNSUBSCRIBE\nid:0\n\n\0",
    b"ACK\nid:1\nmessage-id:1\nsubscription:0\n\n\0NACK\nid:1\nmessage-id:1\nsubscription:0\ntransaction:t\n\n\0",
    b"BEGIN\ntransaction:t\n\n\0COMMIT\ntransaction:t\n\n\0ABORT\ntransaction:t\n\n\0",
    b"DISCONNECT\nreceipt:77\n\0\nRECEIPT\nreceipt-id:77\n\n\0",
    b"ERROR\nmessage:a:b\\t\xFF\n\nbody\0",
    b"ERROR\nmessage:malformed\ncontent-length:18446744073709551616\n\nbody\0",
    b"SEND\ndestination:a\ncontent-length:3\n\nabcd\0",
    b"ACK\nid:1\nmessage-id:1\nsubscription:0\ncontent-length:1\n\nx\0",
    b"\n\r\n\n\r\r\n",
];

/// The bytes that mean something.
const TELLING: &[u8] = b"\n\r\0:\\ncr \n\n\0S1\xC3";

#[test]
fn laws_of_each_stream_and_its_mutants() {
    let mut dice = Xorshift::new(11);
    for choice in 0..32 {
        for stream in STREAMS {
            for turn in 0..40 {
                let bytes = if turn == 0 { stream.to_vec() } else { mutant(stream, TELLING, &mut dice) };
                let bytes = [&[choice], &bytes[..]].concat();
                stomp::any_bytes(&bytes);
                stomp::chunked(&bytes);
                stomp::round_trip(&bytes);
            }
        }
    }
}

/// Alone, and where a header may begin.
#[test]
fn law_5_all_short_inputs() {
    for choice in [0, 1, 2, 3, 0x13] {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                stomp::any_bytes(&[choice, first, second]);
                for third in *b"\n:\0" {
                    let head = [&[choice][..], b"ERROR\n", &[first, second, third], b"\n\n\0"].concat();
                    stomp::chunked(&head);
                    stomp::round_trip(&head);
                }
            }
        }
    }
}

/// Frames are written often enough, of those that are made: else nothing would be shown.
#[test]
fn law_3_many_frames_are_written() {
    let mut dice = Xorshift::new(5);
    let mut written = 0;
    for _ in 0..4000 {
        let data: Vec<u8> = (0..200).map(|_| dice.below(256) as u8).collect();
        written += usize::from(stomp::structured(&mut Unstructured::new(&data)).unwrap());
    }
    assert!((800..3600).contains(&written), "{written} of 4000");
}

const COMMANDS: [&[u8]; 8] = [b"SEND", b"ACK", b"ERROR", b"CONNECT", b"CONNECTED", b"MESSAGE", b"DISCONNECT", b"NACK"];
const NAMES: [&[u8]; 8] =
    [b"destination", b"id", b"message-id", b"subscription", b"content-length", b"host", b"accept-version", b"a"];
const ENDS: [&[u8]; 3] = [b"\n", b"\n", b"\r\n"];

/// Lines of which many are headers.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let value = vec(proptest::sample::select(&b"ab019\\\\nncr:\r\0\xC3\xA9 "[..]), 0..6);
    let value = prop_oneof![3 => (0..9_u8).prop_map(|n| n.to_string().into_bytes()), 1 => value];
    let header = (proptest::sample::select(&NAMES[..]), value, proptest::sample::select(&ENDS[..]))
        .prop_map(|(name, value, end)| [name, b":", &value, end].concat());
    let body = vec(proptest::sample::select(&b"abc\0\n"[..]), 0..8);
    let last = proptest::sample::select(&b"\0\0\0\n"[..]);
    let frame = (proptest::sample::select(&COMMANDS[..]), vec(header, 0..6), body, last)
        .prop_map(|(command, headers, body, last)| [command, b"\n", &headers.concat(), b"\n", &body, &[last]].concat());
    (0..32_u8, vec(frame, 0..4)).prop_map(|(choice, frames)| [vec![choice], frames.concat()].concat())
}

/// What clients say, and what servers do; with numbers that fit, often enough.
const CLIENTS: [&str; 16] = [
    "CONNECT\naccept-version:1.0,1.1,1.2\nhost:a\nheart-beat:10000,0\n\n\0",
    "SUBSCRIBE\nid:#\ndestination:a\nack:client\n\n\0",
    "SUBSCRIBE\nid:#\ndestination:a\nack:client-individual\nreceipt:#\n\n\0",
    "SUBSCRIBE\nid:#\ndestination:a\n\n\0",
    "UNSUBSCRIBE\nid:#\n\n\0",
    "ACK\nid:#-#\nmessage-id:s\\c1-#-#\nsubscription:#\n\n\0",
    "ACK\nid:#-#\nmessage-id:#-#\nsubscription:#\n\n\0",
    "NACK\nid:1-#\nmessage-id:1-#\nsubscription:0\n\n\0",
    "ACK\nid:1-#\nmessage-id:1-#\nsubscription:0\ntransaction:t\nreceipt:#\n\n\0",
    "BEGIN\ntransaction:t\n\n\0",
    "COMMIT\ntransaction:t\n\n\0",
    "ABORT\ntransaction:t\nreceipt:#\n\n\0",
    "SEND\ndestination:a\ncontent-length:3\n\na\0b\0",
    "SEND\ndestination:a\nreceipt:r\\c\n\nwhat comes in pieces, or not at all\0",
    "DISCONNECT\nreceipt:#\n\n\0",
    "\n",
];
const SERVERS: [&str; 12] = [
    "CONNECTED\nversion:1.2\nheart-beat:0,10000\n\n\0",
    "CONNECTED\n\n\0",
    "MESSAGE\ndestination:a\nmessage-id:#\nsubscription:#\nack:#\n\nhi\0",
    "MESSAGE\ndestination:a\nmessage-id:#\nsubscription:#\nack:#\ncontent-length:1\n\n\0\0",
    "MESSAGE\ndestination:a\nmessage-id:#\nsubscription:#\nack:#\n\nwhat comes in pieces, or not at all\0",
    "MESSAGE\ndestination:a\nmessage-id:#\nsubscription:1\nack:\\c\n\nhi\0",
    "RECEIPT\nreceipt-id:#\n\n\0",
    "RECEIPT\nreceipt-id:#\n\n\0",
    "RECEIPT\nreceipt-id:1\n\n\0",
    "ERROR\nmessage:no\nreceipt-id:#\n\nno\0",
    "\n",
    "\r\n",
];

/// Some of these, in which `#` is a small number.
fn conversation(frames: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let frame = (proptest::sample::select(frames), vec(0..5_u8, 8)).prop_map(|(frame, numbers)| {
        let mut numbers = numbers.into_iter().map(|number| b'0' + number);
        let fill = |byte: u8| if byte == b'#' { numbers.next().unwrap() } else { byte };
        frame.bytes().map(fill).collect::<Vec<u8>>()
    });
    vec(frame, 0..40).prop_map(|frames| frames.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_1_chunking_random(bytes in frames()) {
        stomp::chunked(&bytes);
    }

    #[test]
    fn law_3_and_4_round_trip_random(bytes in frames()) {
        stomp::round_trip(&bytes);
    }

    #[test]
    fn law_3_and_4_structured_random(bytes in vec(any::<u8>(), 0..300)) {
        // Too few bytes are no frame, and no failure.
        let _ = stomp::structured(&mut Unstructured::new(&bytes));
    }

    #[test]
    fn law_5_no_panic_random(bytes in frames()) {
        stomp::any_bytes(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_5_no_panic_server(head in vec(any::<u8>(), 2), bytes in conversation(&CLIENTS[..])) {
        stomp::server_hostile(&[head, bytes].concat());
    }

    #[test]
    fn law_5_no_panic_client(head in vec(any::<u8>(), 2), bytes in conversation(&SERVERS[..])) {
        stomp::client_hostile(&[head, bytes].concat());
    }
}

/// Scripts of any bytes come to every frame that there is, and to all that is held back: else nothing would be shown.
#[test]
fn law_7_scripts_get_everywhere() {
    let mut dice = Xorshift::new(7);
    let (mut heard, mut client, mut server, mut parts, mut timeouts, mut connections) =
        (HashSet::new(), false, false, false, 0, 0);
    for _ in 0..400 {
        let script: Vec<u8> = (0..2000).map(|_| dice.below(256) as u8).collect();
        let seen = stomp::two_machines(&script);
        heard.extend(seen.heard);
        client |= seen.client_held_back;
        server |= seen.server_held_back;
        parts |= seen.in_parts;
        timeouts += seen.timeouts;
        connections += seen.connections;
    }
    assert_eq!(heard.len(), 6 + 8, "what is said of itself, and what is asked");
    assert!(client && server && parts && timeouts > 100 && connections > 1000, "{timeouts} {connections}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_7_two_machines_random(bytes in vec(any::<u8>(), 0..1200)) {
        stomp::two_machines(&bytes);
    }
}
