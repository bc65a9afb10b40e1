use super::{Kind, Packet, decode};
use crate::bench::Verdict;
use crate::peers::FLOOR;
use crate::strict::cases;
use crate::vectors::{self, Version};

#[test]
fn every_case_as_it_should_be() {
    for case in cases() {
        let verdict = FLOOR.judge(case.version, &case.packet);
        let expected = if case.good { Verdict::Packet(case.packet.len()) } else { Verdict::Error };
        assert_eq!(verdict, expected, "{} {:?} {:02x?}", case.name, case.version, case.packet);
    }
}

#[test]
fn beginnings_are_incomplete() {
    for case in cases().iter().filter(|case| case.good) {
        for len in 0..case.packet.len() {
            assert_eq!(decode(case.version, &case.packet[..len]), Ok(None), "{} {len}", case.name);
        }
    }
}

/// Every byte of every case, with every value: an answer, and offsets within the packet.
#[test]
fn no_panic_on_mutations() {
    for case in cases() {
        let mut packet = case.packet.clone();
        for i in 0..packet.len() {
            let was = packet[i];
            for value in 0..=255 {
                packet[i] = value;
                match decode(case.version, &packet) {
                    Ok(Some((_, used))) => assert!(used <= packet.len()),
                    Ok(None) => {}
                    Err(error) => assert!(error.offset <= packet.len(), "{error:?}"),
                }
            }
            packet[i] = was;
        }
    }
}

#[test]
fn what_a_publish_holds() {
    let bytes = vectors::publish_4_properties(256);
    let Ok(Some((Packet::Publish(publish), _))) = decode(Version::V5, &bytes) else { panic!() };
    assert_eq!(
        (publish.topic, publish.payload.len(), publish.packet_id, publish.qos()),
        (vectors::TOPIC, 256, 4711, 1)
    );
    assert_eq!(publish.properties.iter().map(|(id, _)| id).collect::<Vec<_>>(), [1, 2, 3, 38]);
}

#[test]
fn what_a_connect_holds() {
    let bytes = vectors::connect_5();
    let Ok(Some((Packet::Connect(connect), _))) = decode(Version::V5, &bytes) else { panic!() };
    let parts = connect.parts();
    let will = parts.will.unwrap();
    assert_eq!((connect.client_id, connect.keep_alive, connect.clean_start()), ("sensor-0017-berlin", 60, true));
    assert_eq!((will.topic, will.payload, will.qos, will.retain), ("site/7/line/3/status", &b"offline"[..], 1, true));
    assert_eq!((parts.user_name, parts.password), (Some("user-0017"), Some(&b"correct horse"[..])));
    assert_eq!(will.properties.iter().count() + connect.properties.iter().count(), 7);
}

#[test]
fn what_a_subscribe_holds() {
    for version in [Version::V4, Version::V5] {
        let bytes = vectors::subscribe(version, &vectors::FILTERS);
        let Ok(Some((Packet::Subscribe(subscribe), _))) = decode(version, &bytes) else { panic!() };
        assert!(subscribe.filters.iter().map(|filter| filter.filter).eq(vectors::FILTERS));
    }
}

#[test]
fn errors_say_where() {
    let error = |version, bytes: &[u8]| decode(version, bytes).map(drop).map_err(|error| (error.kind, error.offset));
    assert_eq!(error(Version::V4, &[0x30, 5, 0, 3, b'a', 0xff, b'b']), Err((Kind::Utf8, 5)));
    assert_eq!(error(Version::V4, &[0x40, 2, 0, 0]), Err((Kind::PacketId, 2)));
    assert_eq!(error(Version::V4, &[0x40, 3, 0, 1, 9]), Err((Kind::Trailing, 4)));
    assert_eq!(error(Version::V5, &[0x30, 6, 0, 1, b'a', 2, 4, 0]), Err((Kind::PropertyUnknown, 6)));
    assert_eq!(error(Version::V5, &[0x40, 3, 0, 1, 0x92]), Err((Kind::ReasonCode, 4)));
}

/// What the columns encode is what they have decoded, byte for byte.
#[test]
fn encodes_what_it_decodes() {
    for row in crate::rows::encode() {
        let (packet, made) = match row.work {
            harness::rows::Work::Encode { packet } => (packet, (FLOOR.encode)(row.version, packet)),
            harness::rows::Work::Gather { packet } => (packet, FLOOR.gather.unwrap()(row.version, packet)),
            harness::rows::Work::Decode { .. } => continue,
        };
        assert_eq!(made.wrote, packet, "{}", row.name);
    }
}

#[test]
fn the_mixed_stream_is_a_mebibyte_of_packets() {
    for version in [Version::V4, Version::V5] {
        let stream = vectors::mixed(version);
        let mut left = &stream[..];
        let mut count = 0;
        while let Some((_, used)) = decode(version, left).unwrap() {
            left = &left[used..];
            count += 1;
        }
        assert!(left.is_empty() && stream.len() > (1 << 20) - 4096 && count > 3000, "{count}");
    }
}
