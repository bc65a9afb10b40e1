//! What AMQP's real clients said, and RabbitMQ.

use std::collections::BTreeMap;

use fourwire::amqp::{DecodeError, Decoder, Frame, Limits, Message, Method};
use serde_json::Value;

use crate::amqp_json;
use crate::replay::{self, Placed, Recording, Wire, decode, described, recordings};

#[test]
fn recordings_decode_as_an_independent_decoder_says() {
    described::<Amqp>();
}

/// Each frame is encoded as it came, tables and properties too. Only what nobody looks at can be lost: fields that the
/// specification calls reserved, and bits of an octet that have no name.
#[test]
fn recorded_frames_are_encoded_byte_for_byte() {
    const RESERVED: &str = "reserved-fields.client.bin";
    let mut others = Vec::new();
    for Recording { name, wire, bytes } in recordings::<Amqp>() {
        for Placed { offset, length, what: frame } in decode(&wire, &bytes).units {
            let place = format!("{name}, frame at byte {offset}");
            let mut again = Vec::new();
            frame.encode(0, &mut again).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(again.len(), frame.encoded_len(), "{place}");
            assert_eq!(Decoder::new().decode(&again), Ok(Some((frame, again.len()))), "{place}");
            let came = &bytes[offset..offset + length];
            match frame {
                Frame::Method(_, method) if name == RESERVED && again != came => others.push(method.id().name()),
                // Pika insists, a bit that is reserved: the last one.
                Frame::Method(0, Method::ConnectionOpen(_)) if again != came => {
                    assert_eq!(again, [&came[..length - 2], &[came[length - 2] & !1, 0xCE]].concat(), "{place}");
                }
                _ => assert_eq!(again, came, "{place}: {frame:?}"),
            }
        }
    }
    let filled = ["connection.open", "channel.open", "queue.declare", "queue.declare", "basic.publish", "basic.get"];
    assert_eq!(others, [&filled[..], &["basic.ack"]].concat());
}

/// A message whole becomes the frames that pika, amqplib and RabbitMQ make of it.
#[test]
fn recorded_messages_are_cut_into_the_same_frames() {
    // Its client cuts bodies as it likes, and has a ticket.
    let free = |name: &str| name == "pieces.client.bin" || name == "reserved-fields.client.bin";
    let mut seen = 0;
    for Recording { name, wire, bytes } in recordings::<Amqp>().iter().filter(|recording| !free(&recording.name)) {
        let units = decode(wire, bytes).units;
        for (at, unit) in units.iter().enumerate() {
            let Frame::Method(channel, method) = unit.what else { continue };
            // Of a message that RabbitMQ refused there is no header.
            let Some(Frame::Header(_, header)) = units.get(at + 1).map(|unit| unit.what) else { continue };
            if !method.id().has_content() {
                continue;
            }
            let pieces = units[at + 2..].iter().map_while(|unit| match unit.what {
                Frame::Body(_, piece) => Some(piece),
                _ => None,
            });
            let body: Vec<u8> = pieces.flatten().copied().collect();
            assert_eq!(header.body_size, body.len() as u64, "{name}, byte {}", unit.offset);
            let message = Message { method, properties: header.properties, body: &body };
            let mut again = Vec::new();
            let frame_max = if name.starts_with("small-frames") { 4096 } else { 131_072 };
            message.encode(channel, frame_max, &mut again).unwrap();
            assert_eq!(again.len(), message.encoded_len(frame_max));
            assert!(bytes[unit.offset..].starts_with(&again), "{name}, byte {}", unit.offset);
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen} messages");
}

/// What is wrong as bytes has the reply code that RabbitMQ closes the connection with.
#[test]
fn wrong_bytes_are_answered_as_rabbitmq_answers_them() {
    let mut answered = BTreeMap::new();
    let all: BTreeMap<String, Vec<u8>> = recordings::<Amqp>().into_iter().map(|it| (it.name, it.bytes)).collect();
    for (name, bytes) in all.iter().filter(|(name, _)| name.ends_with(".client.bin")) {
        // With the limits that were agreed on.
        let Some(error) = decode(&Amqp(Decoder::new()), bytes).rest.error else { continue };
        let short = name.strip_prefix("error-").and_then(|name| name.strip_suffix(".client.bin"));
        let short = short.unwrap_or_else(|| panic!("{name}: {error}"));
        let server = &all[&format!("error-{short}.server.bin")];
        // Where it crashes it closes nothing.
        if let Some(Frame::Method(0, Method::ConnectionClose(close))) =
            decode(&Amqp(Decoder::new()), server).units.last().map(|unit| unit.what)
        {
            assert_eq!(error.reply_code(), close.reply_code, "{name}: {error}, RabbitMQ: {}", close.reply_text);
            answered.insert(short, close.reply_code.0);
        }
    }
    let expected = [
        ("channel-method-on-0", 504),
        ("content-class", 505),
        ("content-on-channel-0", 505),
        ("frame-end", 501),
        ("frame-too-large", 501),
        ("frame-type", 501),
        ("heartbeat-channel", 505),
        ("heartbeat-payload", 501),
        ("method-channel", 503),
        ("no-method", 501),
        ("trailing-bytes", 501),
        ("truncated", 501),
        ("weight", 505),
    ];
    assert_eq!(answered, BTreeMap::from(expected));
}

/// What no program sends, and what is wrong with a stream in the inspector's words.
#[test]
fn lines_of_what_is_not_in_the_recordings() {
    let check = |text: &str, expected: &[&str]| replay::check(&Amqp::of(""), text, expected);
    // Floats that JSON does not have, the letters that are read as others, and a boolean that is 2.
    check(
        "414d5150 00000901  02 0001 0000003f 003c 0000 0000000000000005 2000 0000002d
         0161 66 7fc00000  0162 64 fff0000000000000  0163 66 7f800000  0164 55 8000  0165 4c ffffffffffffffff  0166 74 02 ce",
        &[
            r#"{"offset":0,"length":8,"frame":"PROTOCOL_HEADER","protocol_id":0,"major":0,"minor":9,"revision":1}"#,
            r#"{"offset":8,"length":71,"frame":"HEADER","channel":1,"class":"basic","body_size":5,"properties":{"headers":[
            ["a","f","NaN"],["b","d","-inf"],["c","f","inf"],["d","s",-32768],["e","l",-1],["f","t",true]]}}"#,
        ],
    );
    const BEAT: &str = r#"{"offset":0,"length":8,"frame":"HEARTBEAT","channel":0}"#;
    let error = |kind: &str, offset: usize, message: &str| {
        format!(r#"{{"error":{{"kind":"{kind}","offset":{offset},"message":"{message}"}}}}"#)
    };
    check("080000 00000000 ce 03", &[BEAT, r#"{"incomplete":1}"#]);
    check("080000 00000000 ce 030001 00000002 61 62", &[BEAT, r#"{"incomplete":9}"#]);
    check(
        "080000 00000000 ce 09",
        &[BEAT, &error("frame_type", 8, "the frame type is none of method, header, body and heartbeat")],
    );
    check(
        "080000 00000000 ce 010001 00000004 003c 0063 ce",
        &[BEAT, &error("unknown_method", 15, "nobody knows method 99 of class 60")],
    );
    check(
        "080000 00000000 ce 010001 00000005 003c 0050 00 ce",
        &[BEAT, &error("truncated", 19, "a field of basic.ack runs past the frame's end")],
    );
}

#[derive(Clone)]
pub(crate) struct Amqp(pub(crate) Decoder);

impl Wire for Amqp {
    const FOLDER: &'static str = "testdata/amqp";
    type Unit<'i> = Frame<'i>;
    type Error = DecodeError;

    fn of(_: &str) -> Self {
        Self(Decoder::with_limits(Limits { frame: u32::MAX, ..Limits::default() }))
    }

    fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Frame<'i>, usize)>, DecodeError> {
        self.0.decode(input)
    }

    fn line(offset: u64, length: usize, frame: &Frame<'_>) -> Value {
        amqp_json::frame(offset, length, frame)
    }

    fn as_described(line: Value) -> Value {
        replay::shortened(line, "payload")
    }
}
