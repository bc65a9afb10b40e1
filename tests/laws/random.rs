//! The laws over bytes that proptest makes, and makes small when one of them fails.

use arbitrary::Unstructured;
use proptest::collection::vec;
use proptest::prelude::*;

use super::properties::mqtt;

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

/// Bytes of which many begin packets: a packet type, a short remaining length, then anything.
fn packets() -> impl Strategy<Value = Vec<u8>> {
    let packet = (0x10..=0xFF_u8, vec(prop_oneof![0..8_u8, any::<u8>()], 0..24)).prop_map(|(first, body)| {
        let mut packet = vec![first, body.len() as u8];
        packet.extend(body);
        packet
    });
    (0..3_u8, vec(packet, 0..6)).prop_map(|(choice, packets)| [vec![choice], packets.concat()].concat())
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn law_1_chunking_random(bytes in packets()) {
        mqtt::chunked(&bytes);
    }

    #[test]
    fn law_3_and_4_round_trip_random(bytes in packets()) {
        mqtt::round_trip(&bytes);
    }

    #[test]
    fn law_3_and_4_structured_random(bytes in vec(any::<u8>(), 0..400)) {
        // Too few bytes are no packet, and no failure.
        let _ = mqtt::structured(&mut Unstructured::new(&bytes));
    }

    #[test]
    fn law_5_no_panic_random(bytes in packets()) {
        mqtt::any_bytes(&bytes);
    }

    #[test]
    fn law_5_no_panic_server(head in vec(any::<u8>(), 3), bytes in packets()) {
        mqtt::server_hostile(&[head, bytes].concat());
    }

    #[test]
    fn law_5_no_panic_client(head in vec(any::<u8>(), 3), bytes in packets()) {
        mqtt::client_hostile(&[head, bytes].concat());
    }

    #[test]
    fn law_5_no_panic_session(bytes in vec(prop_oneof![Just(0), 0..6_u8, any::<u8>()], 0..40)) {
        mqtt::session_bytes(&bytes);
    }
}

proptest! {
    #![proptest_config(cases(6000))]

    #[test]
    fn law_7_two_machines_random(bytes in vec(any::<u8>(), 0..800)) {
        mqtt::two_machines(&bytes);
    }
}
