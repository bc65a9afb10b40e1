//! §1.5, §2: data representations, fixed header, packet identifiers, properties.

use fourwire::mqtt::{Ack, ErrorKind, Field, Packet, PacketId, Properties, Property, Publish, QoS, Version};

use crate::mqtt::support::*;

const V: Version = Version::V5;

/// A PUBLISH with this topic.
fn with_topic(topic: &[u8]) -> Vec<u8> {
    packet(0x30, &[&string(topic), &[0], b"x"])
}

#[test]
fn mqtt_1_5_4_1() {
    for (wrong, at) in [
        (&b"a\xFF"[..], 1),       // never in UTF-8
        (b"\xC0\x80", 0),         // overlong U+0000
        (b"ab\xED\xA0\x80", 2),   // the surrogate U+D800
        (b"\xED\xBF\xBF", 0),     // the surrogate U+DFFF
        (b"\xF4\x90\x80\x80", 0), // beyond U+10FFFF
        (b"a\xE2\x82", 1),        // cut
    ] {
        refuses(V, &with_topic(wrong), ErrorKind::Utf8(Field::TopicName), 4 + at);
    }
    for right in ["\u{D7FF}", "\u{E000}", "\u{FFFE}", "\u{10FFFF}", "𝄞"] {
        assert_eq!(takes_publish(V, &with_topic(right.as_bytes())).topic, right);
    }
}

#[test]
fn mqtt_1_5_4_2() {
    refuses(V, &with_topic(b"a\0b"), ErrorKind::NulCharacter(Field::TopicName), 5);
    let nul = ErrorKind::NulCharacter(Field::TopicName);
    not_encoded(V, Publish::new("a\0b", b""), nul.into());
}

#[test]
fn mqtt_1_5_4_3() {
    let publish = with_topic("\u{FEFF}a".as_bytes());
    assert_eq!(takes_publish(V, &publish).topic.chars().next(), Some('\u{FEFF}'));
}

#[test]
fn mqtt_1_5_5_1() {
    let padded = hex("30 84 00 0001 61 00");
    refuses(V, &padded, ErrorKind::NotMinimal(Field::RemainingLength), 1);
    refuses(V, &hex("30 FF FF FF FF 01"), ErrorKind::VariableByteInteger(Field::RemainingLength), 1);
    let properties = packet(0x30, &[&string("a"), &hex("80 00")]);
    refuses(V, &properties, ErrorKind::NotMinimal(Field::PropertyLength), 5);
    for (len, bytes) in [(127, 1), (128, 2), (16_383, 2), (16_384, 3), (2_097_151, 3), (2_097_152, 4)] {
        let payload = vec![b'x'; len - 4];
        let written = encoded(V, Publish::new("a", &payload));
        assert_eq!(written.len(), 1 + bytes + len, "a remaining length of {len}");
    }
}

#[test]
fn mqtt_1_5_7_1() {
    let pair = |name: &[u8], value: &[u8]| {
        let property = [&[0x26][..], &string(name), &string(value)].concat();
        packet(0x30, &[&string("a"), &[u8::try_from(property.len()).unwrap()], &property])
    };
    refuses(V, &pair(b"\xFF", b"v"), ErrorKind::Utf8(Field::PropertyValue), 9);
    refuses(V, &pair(b"n", b"v\0"), ErrorKind::NulCharacter(Field::PropertyValue), 13);
    takes(V, &pair(b"", b""));
}

#[test]
fn mqtt_2_1_3_1() {
    for packet_type in 1..=15_u8 {
        let flags = match packet_type {
            3 => continue,
            6 | 8 | 10 => 0b0010,
            _ => 0,
        };
        for wrong in (0..16).filter(|wrong| *wrong != flags) {
            refuses(V, &[packet_type << 4 | wrong, 0], ErrorKind::ReservedFlags, 0);
        }
    }
    refuses(V, &[0x00, 0], ErrorKind::ReservedPacketType, 0);
}

#[test]
fn mqtt_2_2_1_2() {
    let publish = takes_publish(V, b"\x30\x06\x00\x01a\x00\x00\x07").packet_id;
    assert_eq!(publish, None, "what follows is payload");
    let mut out = encoded(V, Publish { packet_id: PacketId::new(7), ..Publish::new("a", b"x") });
    assert_eq!(out.split_off(2), b"\x00\x01a\x00x");
}

#[test]
fn mqtt_2_2_1_3() {
    refuses(V, &hex("32 06 0001 61 0000 00"), ErrorKind::PacketIdZero, 5);
    refuses(V, &hex("82 07 0000 00 0001 61 00"), ErrorKind::PacketIdZero, 2);
    refuses(V, &hex("A2 06 0000 00 0001 61"), ErrorKind::PacketIdZero, 2);
    let mut client = client(V);
    let ids: Vec<u16> = (0..5).map(|_| client.publishes("a", QoS::AtLeastOnce).0).collect();
    let asked = client.subscribe(NOW, &[fourwire::mqtt::Subscription::new("a", QoS::AtMostOnce)], &mut Vec::new());
    let mut all = [&ids[..], &[asked.unwrap().get()]].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6, "all are in use at once");
    // An identifier is used again only after its acknowledgement.
    client.answer(&hex("40 02 0003"));
    let mut next: Vec<u16> = (0..2).map(|_| client.publishes("a", QoS::ExactlyOnce).0).collect();
    next.retain(|id| all.contains(id));
    assert_eq!(next, [3]);
}

#[test]
fn mqtt_2_2_1_4() {
    let mut server = server(V);
    let ids: Vec<u16> = (0..3).map(|_| server.publishes("a", QoS::ExactlyOnce).0).collect();
    assert_eq!(ids, [1, 2, 3]);
    server.answer(&hex("50 02 0002"));
    assert_eq!(server.publishes("a", QoS::AtLeastOnce).0, 4, "PUBREC does not free an identifier");
    server.answer(&hex("70 02 0002"));
    assert_eq!(server.publishes("a", QoS::AtLeastOnce).0, 2, "PUBCOMP does");
}

#[test]
fn mqtt_2_2_1_5() {
    let mut server = server(V);
    assert_eq!(server.answer(&hex("32 07 0001 61 1234 00 78")), hex("40 02 1234"));
    assert_eq!(server.answer(&hex("34 07 0001 61 1235 00 78")), hex("50 02 1235"));
    assert_eq!(server.answer(&hex("62 02 1235")), hex("70 02 1235"));
    let (id, _) = server.publishes("a", QoS::ExactlyOnce);
    assert_eq!(server.answer(&packet(0x50, &[&id.to_be_bytes()])), packet(0x62, &[&id.to_be_bytes()]));
}

#[test]
fn mqtt_2_2_1_6() {
    use fourwire::mqtt::{ReasonCode, ReasonCodes, SendError, SubAck, UnsubAck};
    let mut server = server(V);
    server.event(&hex("82 07 4321 00 0001 61 01"));
    let codes = [ReasonCode::GrantedQoS1];
    let suback = |id| SubAck {
        packet_id: PacketId::new(id).unwrap(),
        properties: Properties::EMPTY,
        reason_codes: ReasonCodes::new(&codes),
    };
    let mut out = Vec::new();
    assert_eq!(server.suback(NOW, &suback(0x4320), &mut out), Err(SendError::NotAsked));
    server.suback(NOW, &suback(0x4321), &mut out).unwrap();
    assert_eq!(out, hex("90 04 4321 00 01"));
    server.event(&hex("A2 06 4322 00 0001 61"));
    let codes = [ReasonCode::Success];
    let unsuback = UnsubAck {
        packet_id: PacketId::new(0x4322).unwrap(),
        properties: Properties::EMPTY,
        reason_codes: ReasonCodes::new(&codes),
    };
    out.clear();
    server.unsuback(NOW, &unsuback, &mut out).unwrap();
    assert_eq!(out, hex("B0 04 4322 00 00"));
}

#[test]
fn mqtt_2_2_2_1() {
    assert_eq!(encoded(V, Publish::new("a", b"")), hex("30 04 0001 61 00"));
    refuses(V, &hex("30 03 0001 61"), ErrorKind::Truncated(Field::PropertyLength), 5);
    // Where the length may be left out with the reason code, it is.
    let ack = Packet::PubAck(Ack::new(PacketId::new(1).unwrap()));
    assert_eq!(encoded(V, ack), hex("40 02 0001"));
    takes(V, &hex("40 03 0001 10"));
}

/// §2.2.2.2: each property where it belongs, and nowhere else; once, unless it may be repeated.
#[test]
fn section_2_2_2_2_places() {
    // identifier, value, and the packets that have it (W is the will), from table 2-4.
    let table: [(u8, &str, &str); 27] = [
        (0x01, "01", "3W"),
        (0x02, "00000001", "3W"),
        (0x03, "000161", "3W"),
        (0x08, "000161", "3W"),
        (0x09, "000161", "3W"),
        (0x0B, "01", "38"),
        (0x11, "00000001", "12E"),
        (0x12, "000161", "2"),
        (0x13, "0001", "2"),
        (0x15, "000161", "12F"),
        (0x16, "000161", "12F"),
        (0x17, "01", "1"),
        (0x18, "00000001", "W"),
        (0x19, "01", "1"),
        (0x1A, "000161", "2"),
        (0x1C, "000161", "2E"),
        (0x1F, "000161", "245679BEF"),
        (0x21, "0001", "12"),
        (0x22, "0001", "12"),
        (0x23, "0001", "3"),
        (0x24, "01", "2"),
        (0x25, "01", "2"),
        (0x26, "0001610001 62", "123456789ABEFW"),
        (0x27, "00000001", "12"),
        (0x28, "01", "2"),
        (0x29, "01", "2"),
        (0x2A, "01", "2"),
    ];
    for (id, value, places) in table {
        let property = [vec![id], hex(value)].concat();
        for place in "123456789ABEFW".chars() {
            let method = matches!(place, 'F') || id == 0x16;
            let method = if method && id != 0x15 { hex("15 0001 6D") } else { Vec::new() };
            for times in 1..=2 {
                let list = [method.clone(), property.repeat(times)].concat();
                let list = [vec![u8::try_from(list.len()).unwrap()], list].concat();
                let bytes = placed(place, &list);
                let allowed = places.contains(place) && (times == 1 || id == 0x26 || (id == 0x0B && place == '3'));
                let taken = fourwire::mqtt::Decoder::new(V).decode(&bytes).is_ok();
                assert_eq!(taken, allowed, "property {id:#04x} {times} times in {place}");
            }
        }
    }
}

/// A packet of this type whose properties are `list`.
fn placed(place: char, list: &[u8]) -> Vec<u8> {
    let head = hex("0004 4D515454 05");
    match place {
        '1' => packet(0x10, &[&head, &hex("02 0000"), list, &hex("0000")]),
        'W' => packet(0x10, &[&head, &hex("06 0000 00 0000"), list, &hex("0001 61 0000")]),
        '2' => packet(0x20, &[&hex("00 00"), list]),
        '3' => packet(0x30, &[&hex("0001 61"), list]),
        '4' | '5' | '7' => packet((place as u8 - b'0') << 4, &[&hex("0001 00"), list]),
        '6' => packet(0x62, &[&hex("0001 00"), list]),
        '8' => packet(0x82, &[&hex("0001"), list, &hex("0001 61 00")]),
        '9' => packet(0x90, &[&hex("0001"), list, &hex("00")]),
        'A' => packet(0xA2, &[&hex("0001"), list, &hex("0001 61")]),
        'B' => packet(0xB0, &[&hex("0001"), list, &hex("00")]),
        'E' => packet(0xE0, &[&hex("00"), list]),
        _ => packet(0xF0, &[&hex("18"), list]),
    }
}

/// Values out of range, each with the section that says so.
#[test]
fn section_2_2_2_2_values() {
    use fourwire::mqtt::PropertyId as Id;
    for (place, property, id) in [
        ('3', "01 02", Id::PayloadFormatIndicator),
        ('3', "0B 00", Id::SubscriptionIdentifier),
        ('1', "17 02", Id::RequestProblemInformation),
        ('1', "19 02", Id::RequestResponseInformation),
        ('1', "21 0000", Id::ReceiveMaximum),
        ('2', "24 02", Id::MaximumQoS),
        ('2', "25 02", Id::RetainAvailable),
        ('1', "27 00000000", Id::MaximumPacketSize),
        ('2', "28 FF", Id::WildcardSubscriptionAvailable),
        ('2', "29 02", Id::SubscriptionIdentifierAvailable),
        ('2', "2A 02", Id::SharedSubscriptionAvailable),
        ('3', "23 0000", Id::TopicAlias),
    ] {
        let list = hex(property);
        let list = [vec![u8::try_from(list.len()).unwrap()], list].concat();
        let error = fourwire::mqtt::Decoder::new(V).decode(&placed(place, &list)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::PropertyValue(id));
    }
    let unknown = packet(0x30, &[&hex("0001 61 02 04 00")]);
    refuses(V, &unknown, ErrorKind::UnknownProperty, 6);
    let long = [Property::SubscriptionIdentifier(268_435_456)];
    let publish = Publish { properties: Properties::new(&long), ..Publish::new("a", b"") };
    not_encoded(V, publish, ErrorKind::PropertyValue(Id::SubscriptionIdentifier).into());
}
