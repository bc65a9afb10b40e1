//! What bytes alone can break.

use fourwire::mqtt::{
    Connect, EncodeError, ErrorKind, Field, Packet, PacketId, Properties, Publish, ReasonCode, ReasonCodes, SubAck,
    Subscribe, TopicFilter, Unsubscribe, Version, check_topic_name,
};

use crate::mqtt::support::*;

const V: Version = Version::V3_1_1;

fn with_topic(topic: &[u8]) -> Vec<u8> {
    packet(0x30, &[&string(topic), b"x"])
}

fn connect(flags: u8, payload: &[u8]) -> Vec<u8> {
    packet(0x10, &[&hex("0004 4D515454 04"), &[flags, 0, 60], payload])
}

fn subscribe(filter: &[u8], options: u8) -> Vec<u8> {
    packet(0x82, &[&[0, 1], &string(filter), &[options]])
}

#[test]
fn mqtt_1_5_3_1() {
    refuses(V, &with_topic(b"a\xED\xA0\x80"), ErrorKind::Utf8(Field::TopicName), 5);
    refuses(V, &with_topic(b"\xC1\xBF"), ErrorKind::Utf8(Field::TopicName), 4);
}

#[test]
fn mqtt_1_5_3_2() {
    refuses(V, &with_topic(b"a\0"), ErrorKind::NulCharacter(Field::TopicName), 5);
}

#[test]
fn mqtt_1_5_3_3() {
    assert_eq!(takes_publish(V, &with_topic("\u{FEFF}".as_bytes())).topic, "\u{FEFF}");
}

#[test]
fn mqtt_2_2_2_1() {
    // What we write has the flags of table 2.2.
    let id = PacketId::MIN;
    let subscriptions = [fourwire::mqtt::Subscription::default()];
    for (packet, first) in [
        (Packet::PubRel(fourwire::mqtt::Ack::new(id)), 0x62),
        (Packet::PubAck(fourwire::mqtt::Ack::new(id)), 0x40),
        (Packet::PingReq, 0xC0),
        (Packet::Disconnect(Default::default()), 0xE0),
    ] {
        assert_eq!(encoded(V, packet)[0], first);
    }
    let empty = Subscribe { packet_id: id, properties: Properties::EMPTY, subscriptions: (&subscriptions).into() };
    not_encoded(V, empty, ErrorKind::TopicEmpty(Field::TopicFilter).into());
}

#[test]
fn mqtt_2_2_2_2() {
    for first in [0x11, 0x21, 0x41, 0x51, 0x60, 0x63, 0x71, 0x80, 0x91, 0xA0, 0xB1, 0xC1, 0xD1, 0xE1] {
        refuses(V, &[first, 0], ErrorKind::ReservedFlags, 0);
    }
    for reserved in [0x00, 0xF0] {
        refuses(V, &[reserved, 0], ErrorKind::ReservedPacketType, 0);
    }
}

#[test]
fn section_2_2_3() {
    refuses(V, &hex("30 80 80 80 80 01"), ErrorKind::VariableByteInteger(Field::RemainingLength), 1);
    // 3.1.1 does not forbid padding.
    let padded = hex("30 83 00 0001 61");
    let (packet, used) = fourwire::mqtt::Decoder::new(V).decode(&padded).unwrap().unwrap();
    assert_eq!((packet, used), (Packet::Publish(Publish::new("a", b"")), 6));
}

#[test]
fn mqtt_2_3_1_1() {
    refuses(V, &hex("32 05 0001 61 0000"), ErrorKind::PacketIdZero, 5);
    refuses(V, &hex("82 06 0000 0001 61 00"), ErrorKind::PacketIdZero, 2);
    refuses(V, &hex("A2 05 0000 0001 61"), ErrorKind::PacketIdZero, 2);
    refuses(V, &hex("40 02 0000"), ErrorKind::PacketIdZero, 2);
}

#[test]
fn mqtt_2_3_1_5() {
    let publish = takes_publish(V, b"\x30\x05\x00\x01a\x00\x07");
    assert_eq!((publish.packet_id, publish.payload), (None, &b"\0\x07"[..]));
}

#[test]
fn mqtt_3_1_2_1() {
    refuses(V, &packet(0x10, &[&string("MQTu"), &hex("04 02 0000 0000")]), ErrorKind::ProtocolName, 2);
}

#[test]
fn mqtt_3_1_2_3() {
    refuses(V, &connect(3, &string("c")), ErrorKind::ConnectReservedFlag, 9);
}

#[test]
fn mqtt_3_1_2_9() {
    let whole = connect(0x36, &[string("c"), string("t"), string("p")].concat());
    let Packet::Connect(view) = takes(V, &whole) else { panic!() };
    let will = view.get().will.expect("a will");
    assert_eq!((will.topic, will.payload, will.qos.level(), will.retain), ("t", &b"p"[..], 2, true));
    refuses(V, &connect(0x06, &string("c")), ErrorKind::Truncated(Field::WillTopic), 15);
}

#[test]
fn mqtt_3_1_2_11() {
    let extra = connect(0x02, &[string("c"), string("t"), string("p")].concat());
    refuses(V, &extra, ErrorKind::TrailingBytes, 15);
}

#[test]
fn mqtt_3_1_2_13() {
    refuses(V, &connect(0x0A, &string("c")), ErrorKind::WillFlags, 9);
}

#[test]
fn mqtt_3_1_2_14() {
    refuses(V, &connect(0x1E, &[string("c"), string("t"), string("p")].concat()), ErrorKind::WillQoS3, 9);
}

#[test]
fn mqtt_3_1_2_15() {
    refuses(V, &connect(0x22, &string("c")), ErrorKind::WillFlags, 9);
}

#[test]
fn mqtt_3_1_2_18() {
    refuses(V, &connect(0x02, &[string("c"), string("u")].concat()), ErrorKind::TrailingBytes, 15);
}

#[test]
fn mqtt_3_1_2_19() {
    refuses(V, &connect(0x82, &string("c")), ErrorKind::Truncated(Field::UserName), 15);
}

#[test]
fn mqtt_3_1_2_20() {
    let extra = connect(0x82, &[string("c"), string("u"), string("p")].concat());
    refuses(V, &extra, ErrorKind::TrailingBytes, 18);
}

#[test]
fn mqtt_3_1_2_21() {
    refuses(V, &connect(0xC2, &[string("c"), string("u")].concat()), ErrorKind::Truncated(Field::Password), 18);
}

#[test]
fn mqtt_3_1_2_22() {
    refuses(V, &connect(0x42, &[string("c"), string("p")].concat()), ErrorKind::PasswordWithoutUserName, 9);
    let wrong = Connect { version: V, password: Some(b"p"), ..Connect::default() };
    assert_eq!(wrong.encode(&mut Vec::new()), Err(ErrorKind::PasswordWithoutUserName.into()));
}

#[test]
fn mqtt_3_1_3_1() {
    let order = [string("c"), string("t"), string("p"), string("u"), string("w")].concat();
    let Packet::Connect(view) = takes(V, &connect(0xC6, &order)) else { panic!() };
    let connect = view.get();
    let will = connect.will.unwrap();
    assert_eq!((connect.client_id, will.topic, will.payload), ("c", "t", &b"p"[..]));
    assert_eq!((connect.user_name, connect.password), (Some("u"), Some(&b"w"[..])));
}

#[test]
fn mqtt_3_1_3_3() {
    refuses(V, &connect(2, &[]), ErrorKind::Truncated(Field::ClientIdentifier), 12);
}

#[test]
fn mqtt_3_1_3_4() {
    refuses(V, &connect(2, &string(b"\x80")), ErrorKind::Utf8(Field::ClientIdentifier), 14);
}

#[test]
fn mqtt_3_1_3_5() {
    takes(V, &connect(2, &string("0123456789ABCDEFghijklm")));
}

#[test]
fn mqtt_3_1_3_6() {
    takes(V, &connect(2, &string("")));
}

#[test]
fn mqtt_3_1_3_7() {
    let wrong = Connect { version: V, clean_start: false, ..Connect::default() };
    assert_eq!(wrong.encode(&mut Vec::new()), Err(ErrorKind::ClientIdentifier.into()));
}

#[test]
fn mqtt_3_1_3_10() {
    let will = |topic: &[u8]| connect(0x06, &[string("c"), string(topic), string("p")].concat());
    refuses(V, &will(b"\xFF"), ErrorKind::Utf8(Field::WillTopic), 17);
}

#[test]
fn mqtt_3_1_3_11() {
    refuses(V, &connect(0x82, &[string("c"), string(b"\xFF")].concat()), ErrorKind::Utf8(Field::UserName), 17);
}

#[test]
fn mqtt_3_2_2_4() {
    refuses(V, &hex("20 02 01 05"), ErrorKind::SessionPresentOnRefusal, 2);
}

#[test]
fn table_3_1() {
    for code in 0..=255 {
        let bytes = [0x20, 2, 0, code];
        if code > 5 {
            refuses(V, &bytes, ErrorKind::ReasonCode, 3);
            continue;
        }
        let Packet::ConnAck(connack) = takes(V, &bytes) else { panic!() };
        let wanted = [
            ReasonCode::Success,
            ReasonCode::UnsupportedProtocolVersion,
            ReasonCode::ClientIdentifierNotValid,
            ReasonCode::ServerUnavailable,
            ReasonCode::BadUserNameOrPassword,
            ReasonCode::NotAuthorized,
        ];
        assert_eq!(connack.reason_code, wanted[usize::from(code)]);
    }
    refuses(V, &hex("20 02 02 00"), ErrorKind::AcknowledgeFlags, 2);
    refuses(V, &hex("20 03 00 00 00"), ErrorKind::TrailingBytes, 4);
}

#[test]
fn mqtt_3_3_1_2() {
    refuses(V, &hex("38 03 0001 61"), ErrorKind::DupWithQoS0, 0);
}

#[test]
fn mqtt_3_3_1_4() {
    refuses(V, &hex("36 05 0001 61 0001"), ErrorKind::PublishQoS3, 0);
}

#[test]
fn mqtt_3_3_2_1() {
    refuses(V, &hex("30 03 0002 61"), ErrorKind::Truncated(Field::TopicName), 2);
    refuses(V, &hex("30 03 0001 FF"), ErrorKind::Utf8(Field::TopicName), 4);
}

#[test]
fn mqtt_3_3_2_2() {
    refuses(V, &with_topic(b"a/+"), ErrorKind::TopicWildcard(Field::TopicName), 6);
    refuses(V, &with_topic(b"#"), ErrorKind::TopicWildcard(Field::TopicName), 4);
}

#[test]
fn mqtt_3_6_1_1() {
    for first in [0x60, 0x61, 0x63, 0x6A, 0x6F] {
        refuses(V, &[first, 2, 0, 1], ErrorKind::ReservedFlags, 0);
    }
}

#[test]
fn acknowledgements_are_two_bytes() {
    for first in [0x40, 0x50, 0x62, 0x70] {
        takes(V, &[first, 2, 0x12, 0x34]);
        refuses(V, &[first, 3, 0, 1, 0], ErrorKind::TrailingBytes, 4);
        refuses(V, &[first, 1, 0], ErrorKind::Truncated(Field::PacketIdentifier), 2);
    }
    takes(V, &hex("B0 02 0001"));
    refuses(V, &hex("B0 03 0001 00"), ErrorKind::TrailingBytes, 4);
    refuses(V, &hex("E0 01 00"), ErrorKind::TrailingBytes, 2);
}

#[test]
fn mqtt_3_8_1_1() {
    refuses(V, &hex("80 06 0001 0001 61 00"), ErrorKind::ReservedFlags, 0);
}

#[test]
fn mqtt_3_8_3_1() {
    refuses(V, &subscribe(b"\xFF", 0), ErrorKind::Utf8(Field::TopicFilter), 6);
}

#[test]
fn mqtt_3_8_3_3() {
    refuses(V, &hex("82 02 0001"), ErrorKind::Empty(Field::TopicFilter), 4);
}

#[test]
fn mqtt_3_8_3_4() {
    for options in [3, 4, 8, 0x10, 0x80] {
        refuses(V, &subscribe(b"a", options), ErrorKind::SubscriptionOptions, 7);
    }
    let wanted =
        [fourwire::mqtt::Subscription { no_local: true, ..fourwire::mqtt::Subscription::new("a", Default::default()) }];
    let packet = Subscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, subscriptions: (&wanted).into() };
    not_encoded(V, packet, EncodeError::NotInThisVersion(Field::SubscriptionOptions));
}

#[test]
fn mqtt_3_9_3_1() {
    let Packet::SubAck(suback) = takes(V, &hex("90 06 0001 00 01 02 80")) else { panic!() };
    assert!(suback.reason_codes.iter().map(ReasonCode::value).eq([0, 1, 2, 0x80]));
}

#[test]
fn mqtt_3_9_3_2() {
    for code in (3..=255).filter(|code| *code != 0x80) {
        refuses(V, &[0x90, 3, 0, 1, code], ErrorKind::ReasonCode, 4);
    }
    let codes = [ReasonCode::NotAuthorized];
    let suback =
        SubAck { packet_id: PacketId::MIN, properties: Properties::EMPTY, reason_codes: ReasonCodes::new(&codes) };
    not_encoded(V, suback, EncodeError::NotInThisVersion(Field::ReasonCode));
}

#[test]
fn mqtt_3_10_1_1() {
    refuses(V, &hex("A0 05 0001 0001 61"), ErrorKind::ReservedFlags, 0);
}

#[test]
fn mqtt_3_10_3_1() {
    refuses(V, &hex("A2 05 0001 0001 FF"), ErrorKind::Utf8(Field::TopicFilter), 6);
}

#[test]
fn mqtt_3_10_3_2() {
    refuses(V, &hex("A2 02 0001"), ErrorKind::Empty(Field::TopicFilter), 4);
    let empty = Unsubscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, filters: Default::default() };
    not_encoded(V, empty, ErrorKind::Empty(Field::TopicFilter).into());
}

#[test]
fn mqtt_3_14_1_1() {
    refuses(V, &hex("E2 00"), ErrorKind::ReservedFlags, 0);
}

#[test]
fn mqtt_4_7_1_1() {
    assert!(check_topic_name("a/+").is_err() && check_topic_name("#").is_err());
}

#[test]
fn mqtt_4_7_1_2() {
    refuses(V, &subscribe(b"a/#/b", 0), ErrorKind::TopicFilter, 8);
    refuses(V, &subscribe(b"a#", 0), ErrorKind::TopicFilter, 6);
    takes(V, &subscribe(b"a/#", 0));
}

#[test]
fn mqtt_4_7_1_3() {
    refuses(V, &subscribe(b"a+/b", 0), ErrorKind::TopicFilter, 6);
    takes(V, &subscribe(b"+/a/+", 0));
}

#[test]
fn mqtt_4_7_2_1() {
    assert!(!TopicFilter::new("#").unwrap().matches("$SYS/a") && !TopicFilter::new("+/a").unwrap().matches("$SYS/a"));
}

#[test]
fn mqtt_4_7_3_1() {
    refuses(V, &subscribe(b"", 0), ErrorKind::TopicEmpty(Field::TopicFilter), 6);
    refuses(V, &hex("30 02 0000"), ErrorKind::TopicEmpty(Field::TopicName), 2);
}

#[test]
fn mqtt_4_7_3_2() {
    refuses(V, &subscribe(b"a\0", 0), ErrorKind::NulCharacter(Field::TopicFilter), 7);
}

#[test]
fn mqtt_4_7_3_3() {
    not_encoded(V, Publish::new(&"x".repeat(65_536), b""), EncodeError::TooLong(Field::TopicName));
}

#[test]
fn mqtt_4_7_3_4() {
    assert!(!TopicFilter::new("ACCOUNTS").unwrap().matches("Accounts"));
    assert!(!TopicFilter::new("/finance").unwrap().matches("finance"));
}
