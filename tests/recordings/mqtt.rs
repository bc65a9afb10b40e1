//! What MQTT's real clients and servers said.

use fourwire::mqtt::{DecodeError, Decoder, Limits, Packet, Version};
use serde_json::Value;

use crate::replay::{self, Wire, decode, described, recordings};
use crate::{lenient, mqtt_json};

#[test]
fn recordings_decode_as_an_independent_decoder_says() {
    described::<Mqtt>();
}

#[test]
fn recorded_packets_survive_encoding() {
    for recording in recordings::<Mqtt>() {
        for unit in decode(&recording.wire, &recording.bytes).units {
            let place = format!("{}, packet at byte {}", recording.name, unit.offset);
            let Unit { packet, version } = unit.what;
            let mut again = Vec::new();
            packet.encode(version, &mut again).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(again.len(), packet.encoded_len(version), "{place}");
            assert_eq!(decoder(version).0.decode(&again), Ok(Some((packet, again.len()))), "{place}");
        }
    }
}

#[derive(Clone)]
struct Mqtt(Decoder);

/// A packet, and the version that it was decoded by.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Unit<'a> {
    packet: Packet<'a>,
    version: Version,
}

fn decoder(version: Version) -> Mqtt {
    Mqtt(Decoder::with_limits(version, Limits { packet: Limits::MAX_PACKET, ..Limits::default() }))
}

impl Wire for Mqtt {
    const FOLDER: &'static str = "testdata/mqtt";
    type Unit<'i> = Unit<'i>;
    type Error = DecodeError;

    /// A file `<v31|v311|v5>-name.client.bin` or `.server.bin`.
    fn of(name: &str) -> Self {
        decoder(match name.split('-').next() {
            Some("v31") => Version::V3_1,
            Some("v311") => Version::V3_1_1,
            Some("v5") => Version::V5,
            _ => panic!("{name} does not begin with a version"),
        })
    }

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Unit<'i>, usize)>, DecodeError> {
        let decoded = self.0.decode(input)?;
        Ok(decoded.map(|(packet, used)| (Unit { packet, version: self.0.version() }, used)))
    }

    fn line(offset: u64, length: usize, unit: &Unit<'_>) -> Value {
        mqtt_json::packet(offset, length, &unit.packet, unit.version)
    }
}

fn check(version: Version, text: &str, expected: &[&str]) {
    replay::check(&decoder(version), text, expected);
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
    let text = "c000 3007 0001 61 02 0101 ff";
    let wrong = r#"{"error":{"kind":"payload_format","offset":10,
        "message":"payload is said to be UTF-8 and is not","lenient":"payload-format"}}"#;
    check(Version::V5, text, &[PING, wrong]);
    let publish = r#"{"offset":2,"length":9,"packet":"PUBLISH","dup":false,"qos":0,"retain":false,"topic_name":"a",
        "properties":{"payload_format_indicator":1},"payload":"ff"}"#;
    let mut limits = Limits::default();
    lenient::mqtt(&mut limits, "payload-format").unwrap();
    replay::check(&Mqtt(Decoder::with_limits(Version::V5, limits)), text, &[PING, publish]);
    check(Version::V5, "c000 36", &[PING, &error("publish_qos3", 2, "PUBLISH has both QoS bits set")]);
    check(Version::V5, "c000 3005 0000 02 2300", &[PING, &error("truncated", 8, "property value runs past the end")]);
}
