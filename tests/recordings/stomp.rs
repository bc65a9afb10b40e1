//! What STOMP's real clients said, and RabbitMQ and ActiveMQ.

use core::fmt::Write as _;
use std::fs;

use fourwire::stomp::{DecodeError, Decoder, Leniencies};
use serde_json::Value;

use crate::replay::{self, Placed, Recording, Wire, decode, described, recordings};
use crate::stomp_versions::{Learning, Said};
use crate::wrong::Wrong;
use crate::{hex, lenient, stomp_json};

#[test]
fn recordings_decode_as_an_independent_decoder_says() {
    described::<Stomp>();
}

/// Each frame is encoded as it came, header for header, with what is escaped in them. CR LF, which nobody must write,
/// becomes LF between frames and behind the command.
#[test]
fn recorded_frames_are_encoded_byte_for_byte() {
    let mut others = Vec::new();
    for Recording { name, wire, bytes } in recordings::<Stomp>() {
        for Placed { offset, length, what: said } in decode(&wire, &bytes).units {
            let place = format!("{name}, frame at byte {offset}");
            let mut again = Vec::new();
            said.unit.encode(said.version, &mut again).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(again.len(), said.unit.encoded_len(said.version), "{place}");
            let mut decoder = Decoder::new(said.version);
            assert_eq!(decoder.decode(&again), Ok(Some((said.unit, again.len()))), "{place}");
            if again != bytes[offset..offset + length] {
                others.push(name.clone());
            }
        }
    }
    others.dedup();
    assert_eq!(others, ["v12-carriage-returns-activemq.client.bin", "v12-carriage-returns-rabbitmq.client.bin"]);
}

/// What is refused, and by which leniency the program that said so is understood nevertheless, if by any. The inspector
/// says which.
#[test]
fn what_is_against_the_rules() {
    let mut refused = String::new();
    for Recording { name, wire, bytes } in recordings::<Stomp>() {
        let Some(error) = decode(&wire, &bytes).rest.error else { continue };
        let helps = ["carriage-returns", "raw-colons", "no-blank-line", "missing-headers"].into_iter().find(|helps| {
            let mut leniencies = Leniencies::default();
            lenient::stomp(&mut leniencies, helps).unwrap();
            decode(&decoder(leniencies), &bytes).rest.length == 0
        });
        let name = name.trim_end_matches(".bin");
        let wrong = Wrong::from(error);
        assert_eq!(wrong.lenient, helps, "{name}");
        writeln!(refused, "{name} {} {}", wrong.kind, helps.unwrap_or("-")).unwrap();
    }
    let expected = AS_THEY_ARE.lines().chain(ON_PURPOSE.lines()).map(str::trim).filter(|line| !line.is_empty());
    let mut expected: Vec<_> = expected.collect();
    expected.sort_unstable();
    assert_eq!(refused.lines().collect::<Vec<_>>(), expected);
}

/// RabbitMQ makes `message-id` and `ack` of a subscription's id, and escapes neither. ActiveMQ reads escapes in 1.0, too,
/// and then writes a line feed as it is. stomp.py names no host in 1.1 if it is not told one. StompJs escapes values in
/// 1.2 only, and names never. RabbitMQ takes a SUBSCRIBE without id, and then has none for MESSAGE.
const AS_THEY_ARE: &str = "
    v10-raw-headers-activemq.server no_colon -
    v11-colon-in-id-rabbitmq.server colon raw-colons
    v11-no-host-activemq.client missing_header missing-headers
    v11-no-host-rabbitmq.client missing_header missing-headers
    v11-stompjs-unescaped-activemq.client colon raw-colons
    v11-stompjs-unescaped-rabbitmq.client colon raw-colons
    v12-colon-in-id-rabbitmq.server colon raw-colons
    v12-line-feed-in-id-rabbitmq.server no_colon -
    v12-stompjs-unescaped-activemq.client colon raw-colons
    v12-stompjs-unescaped-rabbitmq.client colon raw-colons
    v12-wrong-no-id-rabbitmq.server missing_header missing-headers
";
const ON_PURPOSE: &str = "
    v11-wrong-escape-r-rabbitmq.client escape -
    v12-wrong-command-activemq.client unknown_command -
    v12-wrong-command-rabbitmq.client unknown_command -
    v12-wrong-escape-rabbitmq.client escape -
    v12-wrong-length-activemq.client no_nul -
    v12-wrong-length-rabbitmq.client no_nul -
    v12-wrong-no-colon-rabbitmq.client no_colon -
    v12-wrong-no-destination-activemq.client missing_header missing-headers
    v12-wrong-no-destination-rabbitmq.client missing_header missing-headers
    v12-wrong-no-id-activemq.client missing_header missing-headers
    v12-wrong-no-id-rabbitmq.client missing_header missing-headers
";

/// The messages of a WebSocket hold frames and line ends, one or more, or a part of one: a decoder is given them as bytes,
/// one behind the other.
#[test]
fn websocket_messages_are_a_stream() {
    let mut seen = 0;
    for Recording { name, mut wire, bytes } in recordings::<Stomp>() {
        let Ok(lengths) = fs::read_to_string(replay::beside::<Stomp>(&name, "lengths")) else { continue };
        let lengths: Vec<usize> = serde_json::from_str(&lengths).unwrap();
        assert_eq!(lengths.iter().sum::<usize>(), bytes.len(), "{name}");
        let (mut given, mut used, mut units) = (0, 0, 0);
        let whole = decode(&wire, &bytes);
        let readable = bytes.len() - whole.rest.length;
        for length in lengths {
            given += length;
            while let Ok(Some((_, more))) = wire.decode(&bytes[used..given.min(readable)]) {
                used += more;
                units += 1;
            }
        }
        assert_eq!((used, units), (readable, whole.units.len()), "{name}");
        seen += 1;
    }
    assert!(seen > 10, "{seen} recordings");
}

/// What no program sends, and what is wrong with a stream in the inspector's words.
#[test]
fn lines_of_what_is_not_in_the_recordings() {
    let check = |bytes: &[u8], expected: &[&str]| {
        replay::check(&decoder(Leniencies::default()), &hex::encode(bytes), expected);
    };
    check(
        b"CONNECT\naccept-version:1.0,7.1,1.2\nhost:a\n\n\0\r\nSEND\r\ndestination:\\c\\n\r\na:1\na:2\n\n\xC3\xA4\0",
        &[
            r#"{"offset":0,"length":44,"frame":"CONNECT","headers":[["accept-version","1.0,7.1,1.2"],["host","a"]]}"#,
            r#"{"offset":44,"length":2,"frame":"EOL"}"#,
            r#"{"offset":46,"length":36,"frame":"SEND","headers":[["destination",":\n"],["a","1"],["a","2"]],"body":"c3a4"}"#,
        ],
    );
    // 1.0: there are no escapes, headers need not be text, and any frame may have a body.
    check(
        b"CONNECTED\n\n\0ERROR\na:\\c\n\xFF:\n\n\0RECEIPT\nreceipt-id: 7\n\nx\0",
        &[
            r#"{"offset":0,"length":12,"frame":"CONNECTED","headers":[]}"#,
            r#"{"offset":12,"length":16,"frame":"ERROR","headers":[["a","\\c"],[{"hex":"ff"},""]],"body":""}"#,
            r#"{"offset":28,"length":25,"frame":"RECEIPT","headers":[["receipt-id"," 7"]],"body":"78"}"#,
        ],
    );
    const END: &str = r#"{"offset":0,"length":1,"frame":"EOL"}"#;
    let error = |kind: &str, offset: usize, message: &str| {
        format!(r#"{{"error":{{"kind":"{kind}","offset":{offset},"message":"{message}"}}}}"#)
    };
    check(b"\nSEND\ndestination:a\n\nx", &[END, r#"{"incomplete":21}"#]);
    check(b"\nERR", &[END, r#"{"incomplete":3}"#]);
    check(b"\nERROR\na\n\n\0", &[END, &error("no_colon", 7, "a header has no colon")]);
    check(b"\nERROR\0", &[END, &error("unknown_command", 1, "nobody knows this command")]);
}

#[derive(Clone)]
struct Stomp(Learning);

fn decoder(leniencies: Leniencies) -> Stomp {
    Stomp(Learning(Decoder::new(None).with_leniencies(leniencies)))
}

impl Wire for Stomp {
    const FOLDER: &'static str = "testdata/stomp";
    type Unit<'i> = Said<'i>;
    type Error = DecodeError;

    fn of(_: &str) -> Self {
        decoder(Leniencies::default())
    }

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Said<'i>, usize)>, DecodeError> {
        self.0.decode(input)
    }

    fn line(offset: u64, length: usize, said: &Said<'_>) -> Value {
        stomp_json::unit(offset, length, &said.unit)
    }

    fn as_described(line: Value) -> Value {
        replay::shortened(line, "body")
    }
}
