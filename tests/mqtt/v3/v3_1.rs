//! What 3.1 has of its own.

use fourwire::mqtt::{Connect, ErrorKind, Packet, Version};

use crate::mqtt::support::*;

const V: Version = Version::V3_1;

fn connect(flags: u8, payload: &[u8]) -> Vec<u8> {
    packet(0x10, &[&hex("0006 4D5149736470 03"), &[flags, 0, 60], payload])
}

#[test]
fn the_name_goes_with_the_level() {
    let Packet::Connect(view) = takes(V, &connect(2, &string("c"))) else { panic!() };
    assert_eq!(view.get().version, V);
    refuses(V, &packet(0x10, &[&hex("0006 4D5149736470 04 02 003C"), &string("c")]), ErrorKind::ProtocolLevel, 10);
    refuses(V, &packet(0x10, &[&hex("0004 4D515454 03 02 003C"), &string("c")]), ErrorKind::ProtocolLevel, 8);
}

#[test]
fn a_client_identifier_must_be_there() {
    refuses(V, &connect(2, &string("")), ErrorKind::ClientIdentifier, 14);
    let nameless = Connect { version: V, ..Connect::default() };
    assert_eq!(nameless.encode(&mut Vec::new()), Err(ErrorKind::ClientIdentifier.into()));
    takes(V, &connect(2, &string("more than twenty-three characters")));
}

#[test]
fn the_remaining_length_counts_more_than_the_flags() {
    let Packet::Connect(view) = takes(V, &connect(0xC2, &string("c"))) else { panic!() };
    assert_eq!((view.get().user_name, view.get().password), (None, None));
    let Packet::Connect(view) = takes(V, &connect(0xC2, &[string("c"), string("u")].concat())) else { panic!() };
    assert_eq!((view.get().user_name, view.get().password), (Some("u"), None));
}

#[test]
fn dup_where_there_is_qos_1() {
    for bytes in ["8A 06 0001 0001 61 00", "AA 05 0001 0001 61", "6A 02 0001"] {
        let bytes = hex(bytes);
        assert!(fourwire::mqtt::Decoder::new(V).decode(&bytes).unwrap().is_some());
        refuses(Version::V3_1_1, &bytes, ErrorKind::ReservedFlags, 0);
    }
}

#[test]
fn connack_reserves_its_first_byte() {
    let bytes = hex("20 02 FF 00");
    let (packet, _) = fourwire::mqtt::Decoder::new(V).decode(&bytes).unwrap().unwrap();
    let Packet::ConnAck(connack) = packet else { panic!() };
    assert!(!connack.session_present);
}
