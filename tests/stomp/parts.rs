//! Bodies that are taken in parts.

use fourwire::stomp::{Command, Decoder, ErrorKind, Limits, Part, Unit, Version};

use super::{V1_0, V1_2};

fn decoder(version: Option<Version>) -> Decoder {
    Decoder::with_limits(version, Limits { body: 3, body_in_parts: 8, ..Limits::default() })
}

/// What a stream comes to that arrives in pieces of this size: heads, bodies, and an error.
fn parts(version: Option<Version>, bytes: &[u8], size: usize) -> (Vec<String>, Option<(ErrorKind, usize)>) {
    let mut decoder = decoder(version);
    let (mut seen, mut body, mut start) = (Vec::new(), Vec::new(), 0);
    for there in (0..bytes.len()).step_by(size).map(|at| bytes.len().min(at + size)) {
        loop {
            match decoder.decode_part(&bytes[start..there]) {
                Ok(Some((part, used))) => {
                    match part {
                        Part::Unit(Unit::Frame(frame)) => {
                            seen.push(format!("{} {}", frame.command, frame.body.escape_ascii()));
                        }
                        Part::Unit(Unit::EndOfLine) => seen.push("eol".into()),
                        Part::Head { frame, body_len } => {
                            assert!(frame.body.is_empty());
                            seen.push(format!("{} in parts {body_len:?}", frame.command));
                        }
                        Part::Body { bytes, is_last } => {
                            body.extend_from_slice(bytes);
                            if is_last {
                                seen.push(std::mem::take(&mut body).escape_ascii().to_string());
                            }
                        }
                    }
                    start += used;
                }
                Ok(None) => break,
                Err(error) => return (seen, Some((error.kind, start + error.offset))),
            }
        }
    }
    (seen, None)
}

#[test]
fn part_body() {
    let bytes = b"SEND\ndestination:a\n\nabc\0\nSEND\ndestination:a\n\nabcd\0SEND\ndestination:a\ncontent-length:8\n\n\
        ab\0cd\0e\0\0\nERROR\ncontent-length:3\n\n\0\0\0\0";
    let wanted = ["SEND abc", "eol", "SEND in parts None", "abcd", "SEND in parts Some(8)", r"ab\x00cd\x00e\x00"];
    let wanted = [&wanted[..], &["eol", r"ERROR \x00\x00\x00"]].concat();
    for size in 1..=bytes.len() {
        let (seen, error) = parts(V1_2, bytes, size);
        assert_eq!((seen.iter().map(String::as_str).collect::<Vec<_>>(), error), (wanted.clone(), None), "{size}");
    }
}

#[test]
fn part_body_limit() {
    let counted = b"SEND\ndestination:a\ncontent-length:9\n";
    let to_nul = b"SEND\ndestination:a\n\nabcdefghi";
    let no_nul = b"SEND\ndestination:a\ncontent-length:4\n\nabcde";
    for size in 1..=40 {
        assert_eq!(parts(V1_2, counted, size), (vec![], Some((ErrorKind::BodyTooLarge, 19))));
        let head = vec!["SEND in parts None".to_owned()];
        assert_eq!(parts(V1_2, to_nul, size), (head, Some((ErrorKind::BodyTooLarge, 28))));
        let head = vec!["SEND in parts Some(4)".to_owned()];
        assert_eq!(parts(V1_2, no_nul, size), (head, Some((ErrorKind::NoNul, 41))));
    }
}

#[test]
fn part_body_none() {
    // Where no body may be, it is none to be taken in parts.
    let (seen, error) = parts(V1_2, b"BEGIN\ntransaction:t\n\nabcd\0", 1);
    assert_eq!((seen.len(), error), (0, Some((ErrorKind::Body(Command::Begin), 21))));
    let (seen, error) = parts(V1_0, b"BEGIN\ntransaction:t\n\nabcd\0", 1);
    assert_eq!((seen, error), (vec!["BEGIN in parts None".to_owned(), "abcd".to_owned()], None));
}
