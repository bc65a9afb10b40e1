//! What real clients and servers said, in `testdata/mqtt/`: each recording has a `.json` file beside it, written by an
//! independent decoder, and this crate's decoder must see the same.
#![cfg(all(feature = "mqtt", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

#[path = "../examples/inspect/hex.rs"]
mod hex;
#[path = "../examples/inspect/mqtt_json.rs"]
mod json;
#[path = "../examples/inspect/mqtt_property.rs"]
mod mqtt_property;
#[path = "../examples/inspect/wrong.rs"]
mod wrong;

use std::fs;
use std::path::{Path, PathBuf};

use fourwire::mqtt::{DecodeError, Decoder, Limits, Packet, Version};
use serde_json::Value;

/// Up to this size a recording is split at every position.
const SPLIT: usize = 2048;

#[test]
fn recordings_decode_as_an_independent_decoder_says() {
    for recording in recordings() {
        let name = recording.path.display();
        let expected = fs::read_to_string(recording.path.with_extension("json")).unwrap();
        let seen = lines(recording.version, &recording.bytes);
        for (number, (seen, expected)) in (1..).zip(seen.iter().zip(expected.lines())) {
            assert_eq!(*seen, serde_json::from_str::<Value>(expected).unwrap(), "{name}, line {number}");
        }
        assert_eq!(seen.len(), expected.lines().count(), "{name}: number of lines");
    }
}

#[test]
fn recordings_decode_alike_however_they_are_cut() {
    for Recording { path, version, bytes } in recordings() {
        let whole = decode(version, &bytes);
        assert_same(version, bytes.chunks(1), &whole, &path);
        if bytes.len() <= SPLIT {
            for at in 0..=bytes.len() {
                let (front, back) = bytes.split_at(at);
                assert_same(version, [front, back], &whole, &path);
            }
        }
    }
}

#[test]
fn recorded_packets_survive_encoding() {
    for Recording { path, version, bytes } in recordings() {
        for Unit { offset, packet, version, .. } in decode(version, &bytes).0 {
            let place = format!("{}, packet at byte {offset}", path.display());
            let mut again = Vec::new();
            packet.encode(version, &mut again).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(again.len(), packet.encoded_len(version), "{place}");
            assert_eq!(decoder(version).decode(&again), Ok(Some((packet, again.len()))), "{place}");
        }
    }
}

/// A file `<v31|v311|v5>-name.client.bin` or `.server.bin`.
struct Recording {
    path: PathBuf,
    version: Version,
    bytes: Vec<u8>,
}

/// All of them; it is a failure if there is none, or if one of them is not known to be compared with anything.
fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/mqtt");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "bin"));
    assert!(!paths.is_empty(), "there are no recordings in {}", folder.display());
    eprintln!("{} recordings", paths.len());
    paths.into_iter().map(|path| Recording { version: version(&path), bytes: fs::read(&path).unwrap(), path }).collect()
}

fn version(path: &Path) -> Version {
    match path.file_name().unwrap().to_str().unwrap().split('-').next().unwrap() {
        "v31" => Version::V3_1,
        "v311" => Version::V3_1_1,
        "v5" => Version::V5,
        other => panic!("{}: no version is called {other}", path.display()),
    }
}

fn decoder(version: Version) -> Decoder {
    Decoder::with_limits(version, Limits { packet: Limits::MAX_PACKET, ..Limits::default() })
}

/// A packet, where it was, and the version that it was decoded by.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Unit<'a> {
    offset: usize,
    length: usize,
    packet: Packet<'a>,
    version: Version,
}

/// Bytes that are no whole packet, how many and where, and what is wrong with them unless there are too few.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Rest {
    offset: usize,
    length: usize,
    error: Option<DecodeError>,
}

/// Decodes what is whole in `input`, of which the first byte is the stream's byte `start`.
fn drain<'a>(decoder: &mut Decoder, start: usize, input: &'a [u8], mut each: impl FnMut(Unit<'a>)) -> Rest {
    let mut used = 0;
    let error = loop {
        match decoder.decode(&input[used..]) {
            Ok(Some((packet, length))) => {
                each(Unit { offset: start + used, length, packet, version: decoder.version() });
                used += length;
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    Rest { offset: start + used, length: input.len() - used, error }
}

fn decode(version: Version, bytes: &[u8]) -> (Vec<Unit<'_>>, Rest) {
    let mut units = Vec::new();
    let rest = drain(&mut decoder(version), 0, bytes, |unit| units.push(unit));
    (units, rest)
}

/// Feeds the pieces, each behind what was not decoded yet, and compares with what the whole buffer gave.
fn assert_same<'p>(
    version: Version,
    pieces: impl IntoIterator<Item = &'p [u8]>,
    (units, rest): &(Vec<Unit<'_>>, Rest),
    path: &Path,
) {
    let mut decoder = decoder(version);
    let mut buffer = Vec::new();
    let mut units = units.iter();
    let mut seen = Rest { offset: 0, length: 0, error: None };
    for piece in pieces {
        buffer.extend_from_slice(piece);
        if seen.error.is_some() {
            // An error is final. What is behind it is counted, as it is in the whole buffer.
            seen.length = buffer.len();
            continue;
        }
        seen = drain(&mut decoder, seen.offset, &buffer, |unit| {
            assert_eq!(Some(&unit), units.next(), "{}, {} bytes pending", path.display(), buffer.len());
        });
        buffer.drain(..buffer.len() - seen.length);
    }
    assert_eq!((seen, units.next()), (*rest, None), "{}", path.display());
}

/// The lines that the inspector writes with `--json`.
fn lines(version: Version, bytes: &[u8]) -> Vec<Value> {
    let (units, rest) = decode(version, bytes);
    let line = |unit: &Unit<'_>| json::packet(unit.offset as u64, unit.length, &unit.packet, unit.version);
    let mut lines: Vec<Value> = units.iter().map(line).collect();
    match rest {
        Rest { offset, error: Some(error), .. } => {
            lines.push(wrong::Wrong::new(error.kind, error.offset).json(offset as u64))
        }
        Rest { length: 1.., .. } => lines.push(wrong::incomplete(rest.length)),
        _ => {}
    }
    lines
}

fn check(version: Version, text: &str, expected: &[&str]) {
    let bytes = hex::decode(text.as_bytes()).unwrap();
    let expected: Vec<Value> = expected.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines(version, &bytes), expected);
    let whole = decode(version, &bytes);
    for at in 0..=bytes.len() {
        assert_same(version, [&bytes[..at], &bytes[at..]], &whole, Path::new(text));
    }
}

#[test]
fn lines_of_3_1_1() {
    let connect = "1022 0004 4d515454 04 f6 003c 0002 6331 0003 772f74 0003 627965 0004 616e6e61 0002 00ff";
    check(
        Version::V5,
        &format!(
            "{connect} 82 0a 0001 0001 61 00 0001 62 02 3b 07 0001 61 0007 ffee 62 02 0007 a2 05 0002 0001 61 c000 e000"
        ),
        &[
            r#"{"offset":0,"length":36,"packet":"CONNECT","protocol_name":"MQTT","protocol_level":4,"clean_session":true,
            "keep_alive":60,"client_identifier":"c1","will":{"qos":2,"retain":true,"topic":"w/t","payload":"627965"},
            "user_name":"anna","password":"00ff"}"#,
            r#"{"offset":36,"length":12,"packet":"SUBSCRIBE","packet_identifier":1,
            "subscriptions":[{"topic_filter":"a","qos":0},{"topic_filter":"b","qos":2}]}"#,
            r#"{"offset":48,"length":9,"packet":"PUBLISH","dup":true,"qos":1,"retain":true,"topic_name":"a",
            "packet_identifier":7,"payload":"ffee"}"#,
            r#"{"offset":57,"length":4,"packet":"PUBREL","packet_identifier":7}"#,
            r#"{"offset":61,"length":7,"packet":"UNSUBSCRIBE","packet_identifier":2,"topic_filters":["a"]}"#,
            r#"{"offset":68,"length":2,"packet":"PINGREQ"}"#,
            r#"{"offset":70,"length":2,"packet":"DISCONNECT"}"#,
        ],
    );
    check(
        Version::V3_1_1,
        "20 02 01 00  20 02 00 05  90 04 0001 01 80  b0 02 0002  d000",
        &[
            r#"{"offset":0,"length":4,"packet":"CONNACK","session_present":true,"return_code":0}"#,
            r#"{"offset":4,"length":4,"packet":"CONNACK","session_present":false,"return_code":5}"#,
            r#"{"offset":8,"length":6,"packet":"SUBACK","packet_identifier":1,"return_codes":[1,128]}"#,
            r#"{"offset":14,"length":4,"packet":"UNSUBACK","packet_identifier":2}"#,
            r#"{"offset":18,"length":2,"packet":"PINGRESP"}"#,
        ],
    );
}

#[test]
fn lines_of_5_0() {
    check(
        Version::V3_1_1,
        "101f 0004 4d515454 05 06 0000 07 11ffffffff 1700 0000 05 1800000001 0001 77 0000
         820c 0001 03 0b8001 0003 612f23 2d
         301b 0000 18 230003 0b01 26 0001 6b 0001 76 0b02 26 0001 6b 0000 09 0001 ff
         5003 0001 10  e008 04 06 1f 0003 627965",
        &[
            r#"{"offset":0,"length":33,"packet":"CONNECT","protocol_name":"MQTT","protocol_level":5,"clean_start":true,
            "keep_alive":0,"properties":{"session_expiry_interval":4294967295,"request_problem_information":0},
            "client_identifier":"","will":{"qos":0,"retain":false,"properties":{"will_delay_interval":1},
            "topic":"w","payload":""}}"#,
            r#"{"offset":33,"length":14,"packet":"SUBSCRIBE","packet_identifier":1,
            "properties":{"subscription_identifier":[128]},"subscriptions":[
            {"topic_filter":"a/#","qos":1,"no_local":true,"retain_as_published":true,"retain_handling":2}]}"#,
            r#"{"offset":47,"length":29,"packet":"PUBLISH","dup":false,"qos":0,"retain":false,"topic_name":"",
            "properties":{"topic_alias":3,"subscription_identifier":[1,2],"user_property":[["k","v"],["k",""]],
            "correlation_data":"ff"},"payload":""}"#,
            r#"{"offset":76,"length":5,"packet":"PUBREC","packet_identifier":1,"reason_code":16,"properties":{}}"#,
            r#"{"offset":81,"length":10,"packet":"DISCONNECT","reason_code":4,"properties":{"reason_string":"bye"}}"#,
        ],
    );
    check(
        Version::V5,
        "2005 0000 02 2401  9005 0001 00 0297  b004 0002 00 11  f00a 18 08 15 0001 6d 16 0001 00",
        &[
            r#"{"offset":0,"length":7,"packet":"CONNACK","session_present":false,"reason_code":0,
            "properties":{"maximum_qos":1}}"#,
            r#"{"offset":7,"length":7,"packet":"SUBACK","packet_identifier":1,"properties":{},"reason_codes":[2,151]}"#,
            r#"{"offset":14,"length":6,"packet":"UNSUBACK","packet_identifier":2,"properties":{},"reason_codes":[17]}"#,
            r#"{"offset":20,"length":12,"packet":"AUTH","reason_code":24,
            "properties":{"authentication_method":"m","authentication_data":"00"}}"#,
        ],
    );
}

#[test]
fn the_last_line_says_what_is_wrong_or_missing() {
    const PING: &str = r#"{"offset":0,"length":2,"packet":"PINGREQ"}"#;
    let error = |kind: &str, offset: usize, message: &str| {
        format!(r#"{{"error":{{"kind":"{kind}","offset":{offset},"message":"{message}"}}}}"#)
    };
    check(Version::V5, "c000 3003", &[PING, r#"{"incomplete":2}"#]);
    check(Version::V5, "c000 32", &[PING, r#"{"incomplete":1}"#]);
    check(
        Version::V3_1_1,
        "c000 8206 0001 0001 00 01",
        &[PING, &error("nul_character", 8, "topic filter contains the character U+0000")],
    );
    check(Version::V5, "c000 36", &[PING, &error("publish_qos3", 2, "PUBLISH has both QoS bits set")]);
    check(Version::V5, "c000 3005 0000 02 2300", &[PING, &error("truncated", 8, "property value runs past the end")]);
}
