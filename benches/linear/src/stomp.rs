//! STOMP's streams.

use std::hint::black_box;

use fourwire::stomp::{Command, ContentLength, Decoder, Frame, Header, Limits, Version};

/// What takes the next unit of the input, and says how long it was.
pub(crate) fn decoder() -> Box<dyn FnMut(&[u8]) -> Option<usize>> {
    let limits = Limits { headers: u32::MAX, line: u32::MAX, head: u32::MAX, body: u32::MAX, body_in_parts: 0 };
    let mut decoder = Decoder::with_limits(Some(Version::V1_2), limits);
    Box::new(move |input| {
        let (unit, used) = decoder.decode(black_box(input)).expect("valid")?;
        black_box(unit);
        Some(used)
    })
}

pub(crate) fn stream(what: &str, size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let destination = [Header::new("destination", "/queue/a")];
    let mut put = |frame: Frame<'_>| frame.encode(Version::V1_2, &mut out).expect("valid");
    match what {
        // One large body without a length: each byte is looked at, once.
        "body" => put(Frame { body: &vec![b'x'; size], ..Frame::new(Command::Send, &destination) }),
        // The same with a length: none is.
        "counted" => put(Frame {
            body: &vec![b'x'; size],
            content_length: ContentLength::Always,
            ..Frame::new(Command::Send, &destination)
        }),
        // Very many headers.
        "headers" => {
            let headers = [destination[0], Header::new("name", "value:1")].repeat(size / 36);
            put(Frame::new(Command::Send, &headers[..]));
        }
        // One long header, much of it escaped, and not ASCII.
        "line" => {
            let value = "é:\n\\\r text ".repeat(size / 16);
            put(Frame::new(Command::Send, &[destination[0], Header::new("name", value.as_str())]));
        }
        // Very many small messages.
        "small" => {
            let frame = Frame { body: b"payload", ..Frame::new(Command::Send, &destination) };
            (0..size / frame.encoded_len(Version::V1_2)).for_each(|_| put(frame));
        }
        other => panic!("{other} is not known"),
    }
    out
}
