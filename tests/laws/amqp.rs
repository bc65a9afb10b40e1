//! AMQP: short inputs, mutants of every method, and what proptest makes.

use std::collections::HashSet;

use arbitrary::Unstructured;
use fourwire::amqp::{EncodeError, Message, Properties, basic};
use proptest::collection::vec;
use proptest::prelude::*;

use super::properties::amqp;
use super::properties::script::Xorshift;
use super::properties::strict::Strict;

/// All inputs of up to two bytes; behind them the length's bytes, where something can still be wrong.
#[test]
fn law_5_all_short_inputs() {
    for choice in [0, 1, 0x80] {
        for first in 0..=u8::MAX {
            amqp::any_bytes(&[choice, first]);
            for second in 0..=u8::MAX {
                amqp::any_bytes(&[choice, first, second]);
                amqp::chunked(&[choice, first, second, 0, 0, 0, 0, 0, 0xCE]);
            }
        }
    }
}

/// The protocol header can only be at the beginning; a frame may be behind it.
#[test]
fn law_3_protocol_headers() {
    for header in [b"AMQP\0\0\x09\x01", b"AMQP\0\0\x20\0"] {
        amqp::round_trip(&[&[0][..], header].concat());
        amqp::round_trip(&[&[0][..], header, &[8, 0, 0, 0, 0, 0, 0, 0xCE]].concat());
    }
}

/// What is asked for is what is put, also for a body in several frames; and one byte of room too few is none.
#[test]
fn law_4_messages_in_several_frames() {
    for (body, frame_max) in [(0, 4096), (1, 4096), (4088, 4096), (4089, 4096), (20_000, 4096), (20_000, 0), (50, 40)] {
        let body = vec![b'x'; body];
        let message = Message { method: basic::Publish::default().into(), properties: Properties::EMPTY, body: &body };
        let len = message.encoded_len(frame_max);
        let mut out = Strict::new();
        assert_eq!(message.encode(1, frame_max, &mut out), Ok(()));
        assert_eq!((out.bytes.len(), out.owed()), (len, 0));
        assert_eq!(message.encode(1, frame_max, &mut Strict::with_room(len)), Ok(()));
        let mut small = Strict::with_room(len - 1);
        assert_eq!(message.encode(1, frame_max, &mut small), Err(EncodeError::Full));
        assert_eq!(small.bytes, [0_u8; 0]);
    }
}

/// As deep as can be allowed, and one deeper; in tables, in arrays, and in both by turns.
#[test]
fn tables_as_deep_as_can_be() {
    for letters in [b"FF", b"AA", b"FA"] {
        for depth in 1..=34_u8 {
            let mut bytes = Vec::new();
            for level in 1..depth {
                let letter = letters[usize::from(level) % 2];
                // The one around it is a table, or an array, which has no keys.
                let outer = letters[usize::from(level + 1) % 2];
                let key: &[u8] = if outer == b'F' || level + 1 == depth { b"\x01k" } else { b"" };
                bytes = [key, &[letter], &(bytes.len() as u32).to_be_bytes(), &bytes].concat();
            }
            for limit in [depth - 1, depth, 32, 255] {
                let seen = amqp::tables(&[&[limit, 0, 0, 0][..], &bytes].concat());
                assert_eq!(seen, (depth <= limit.clamp(1, 32)).then_some(depth), "{letters:?}");
            }
        }
    }
}

/// Scripts of any bytes come to every frame that there is, and to all that is held back: else nothing would be shown.
#[test]
fn law_7_scripts_get_everywhere() {
    let mut dice = Xorshift::new(7);
    let (mut heard, mut client, mut server, mut connections) = (HashSet::new(), false, false, 0);
    for _ in 0..400 {
        let script: Vec<u8> = (0..2000).map(|_| dice.below(256) as u8).collect();
        let seen = amqp::two_machines(&script);
        heard.extend(seen.heard);
        client |= seen.client_held_back;
        server |= seen.server_held_back;
        connections += seen.connections;
    }
    assert_eq!(heard.len(), 13 + 16, "about the connection, and about channels");
    assert!(client && server && connections > 1000, "{client} {server} {connections}");
}

/// A method frame with each class and method number that is near one that is known, and arguments of each length.
#[test]
fn law_5_every_method_with_too_few_and_too_many_bytes() {
    let mut dice = Xorshift::new(3);
    for class in [0, 10, 20, 30, 40, 50, 60, 85, 90] {
        for method in 0..=130 {
            for len in 0..40 {
                let mut bytes = vec![2, 1, 0, u8::from(class != 10), 0, 0, 0, 4 + len, 0, class, 0, method];
                bytes.extend((0..len).map(|_| [0, 0, 0, 1, 2, 5, b'S', b'F'][dice.below(8)]));
                bytes.push(0xCE);
                amqp::any_bytes(&bytes);
                amqp::round_trip(&bytes);
            }
        }
    }
}

/// Bytes of which many are frames: a type, a channel, a short length, anything, and the end.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let payload = vec(prop_oneof![0..12_u8, proptest::sample::select(&b"tbBsuIilfdDSxATFV"[..]), any::<u8>()], 0..60);
    let frame = (proptest::sample::select(&[1_u8, 2, 3, 8, 1, 1][..]), 0..3_u8, payload).prop_map(
        |(kind, channel, payload)| {
            let mut frame = vec![kind, 0, channel, 0, 0, 0, payload.len() as u8];
            frame.extend(payload);
            frame.push(0xCE);
            frame
        },
    );
    (any::<u8>(), vec(frame, 0..5)).prop_map(|(choice, frames)| [vec![choice], frames.concat()].concat())
}

/// Methods that a machine takes apart: each number that is near one that is known, with small arguments.
fn methods() -> impl Strategy<Value = Vec<u8>> {
    let class = proptest::sample::select(&[10_u8, 20, 40, 50, 60, 60, 60, 85, 90][..]);
    let method =
        proptest::sample::select(&[10_u8, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 70, 71, 72, 80, 90, 110, 120][..]);
    let zeros = vec(prop_oneof![Just(0_u8), Just(0), Just(0), 0..4_u8], 0..26);
    let method = (class, method, 0..4_u8, zeros).prop_map(|(class, method, channel, arguments)| {
        let channel = if class == 10 { 0 } else { channel };
        let mut frame = vec![1, 0, channel, 0, 0, 0, 4 + arguments.len() as u8, 0, class, 0, method];
        frame.extend(arguments);
        frame.push(0xCE);
        frame
    });
    let content = (2..4_u8, 0..3_u8, 0..4_u8).prop_map(|(kind, channel, len)| {
        let mut frame = vec![kind, 0, channel, 0, 0, 0];
        match kind {
            2 => frame.extend([14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, len, 0, 0]),
            _ => frame.extend([&[len][..], &vec![b'x'; len.into()]].concat()),
        }
        frame.push(0xCE);
        frame
    });
    (any::<u8>(), vec(prop_oneof![3 => method, 1 => content], 0..24))
        .prop_map(|(choice, frames)| [vec![choice], frames.concat()].concat())
}

/// A content header with a headers table of these bytes.
fn tables() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![0..6_u8, proptest::sample::select(&b"tbBsuIilfdDSxATFV"[..])], 0..80).prop_map(|table| {
        let len = table.len() as u8;
        let mut frame = vec![2, 2, 0, 1, 0, 0, 0, 18 + len, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, len];
        frame.extend(table);
        frame.push(0xCE);
        frame
    })
}

/// The bytes of a table: valid, but for a letter now and then that nobody knows; nested a few times.
fn tree() -> impl Strategy<Value = Vec<u8>> {
    let scalar = prop_oneof![
        Just(b"V".to_vec()),
        (proptest::sample::select(&b"tbB"[..]), 0..4_u8).prop_map(|(letter, value)| vec![letter, value]),
        (proptest::sample::select(&b"sUu"[..])).prop_map(|letter| vec![letter, 0, 1]),
        (proptest::sample::select(&b"IifSxAFQ"[..])).prop_map(|letter| vec![letter, 0, 0, 0, 0]),
        (proptest::sample::select(&b"lLdT"[..])).prop_map(|letter| vec![letter, 0, 0, 0, 0, 0, 0, 0, 1]),
        Just(vec![b'D', 1, 0, 0, 0, 7]),
    ];
    let lists = scalar.prop_recursive(8, 40, 4, |inner| {
        (any::<bool>(), vec((vec(b'a'..b'd', 0..2), inner), 0..4)).prop_map(|(is_table, values)| {
            let values = list(is_table, values);
            let mut bytes = vec![if is_table { b'F' } else { b'A' }];
            bytes.extend((values.len() as u32).to_be_bytes());
            [bytes, values].concat()
        })
    });
    vec((vec(b'a'..b'd', 0..2), lists), 0..4).prop_map(|values| list(true, values))
}

fn list(is_table: bool, values: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    let with_key = |(key, value): (Vec<u8>, Vec<u8>)| {
        if is_table { [vec![key.len() as u8], key, value].concat() } else { value }
    };
    values.into_iter().flat_map(with_key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_1_chunking_random(bytes in frames()) {
        amqp::chunked(&bytes);
    }

    #[test]
    fn law_3_and_4_round_trip_random(bytes in frames()) {
        amqp::round_trip(&bytes);
    }

    #[test]
    fn law_3_and_4_structured_random(bytes in vec(any::<u8>(), 0..600)) {
        // Too few bytes are no frame, and no failure.
        let _ = amqp::structured(&mut Unstructured::new(&bytes));
    }

    #[test]
    fn law_5_no_panic_random(bytes in frames()) {
        amqp::any_bytes(&bytes);
    }

    #[test]
    fn laws_of_tables_random(head in vec(any::<u8>(), 4), bytes in tree()) {
        amqp::tables(&[head, bytes].concat());
    }

    #[test]
    fn law_5_no_panic_tables(bytes in tables()) {
        amqp::any_bytes(&bytes);
        amqp::round_trip(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_5_no_panic_server(bytes in methods()) {
        amqp::server_hostile(&bytes);
    }

    #[test]
    fn law_5_no_panic_client(bytes in methods()) {
        amqp::client_hostile(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_7_two_machines_random(bytes in vec(any::<u8>(), 0..1200)) {
        amqp::two_machines(&bytes);
    }
}
