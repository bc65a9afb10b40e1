//! Bodies that are too large to be held whole.

use fourwire::stomp::{
    AckMode, Config, ContentLength, DecodeError, Error, ErrorKind, Event, Limits, Message, Request, Subscribe, Version,
    With,
};

use crate::stomp::support::{NOW, Pair, client_with, hears, server_with};

const SMALL: Limits = Limits { headers: 16, line: 100, head: 400, body: 10, body_in_parts: 100_000 };

fn small() -> Config {
    Config { limits: SMALL, ..Config::default() }
}

fn body(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from(at % 255).unwrap() + 1).collect()
}

/// In both directions, counted and not, in input of any size.
#[test]
fn in_parts() {
    for version in Version::ALL {
        for content_length in [ContentLength::Always, ContentLength::WithNul] {
            for (len, step) in [(11, 1), (11, 1000), (5000, 7), (5000, 499), (5000, 100_000)] {
                let mut pair = Pair::connected_with(version, small(), small());
                let body = body(len);
                let message = Message { content_length, ..Message::to("/q", &body) };
                pair.client.subscribe(NOW, &Subscribe::to("/q").with_ack(AckMode::Client), &mut pair.up).unwrap();
                let subscription = pair.server(|request| match request {
                    Request::Subscribe(subscription, ..) => subscription,
                    other => panic!("{other:?}"),
                });
                pair.client.send_with(NOW, &message, &With::RECEIPT, &mut pair.up).unwrap();
                pair.client.send(NOW, &Message::to("/q", b"behind it"), &mut pair.up).unwrap();
                pair.server.deliver(NOW, subscription, &message, &mut pair.down).unwrap();
                pair.server.deliver(NOW, subscription, &Message::to("/q", b"behind it"), &mut pair.down).unwrap();
                let counted = (content_length == ContentLength::Always).then_some(len);

                let (mut seen, mut heads, mut start, mut wanted) = (Vec::new(), 0, 0, None);
                let mut there = 0;
                while start < pair.up.len() {
                    there = (there + step).min(pair.up.len());
                    while let Some((request, used)) =
                        pair.server.receive_part(NOW, &pair.up[start..there], &mut pair.down).unwrap()
                    {
                        start += used;
                        match request {
                            Request::SendHead(asked, body_len) => {
                                assert!(asked.frame.body.is_empty());
                                // It is not to be answered before all is there.
                                assert_eq!(request.receipt(), None);
                                wanted = asked.receipt;
                                assert_eq!(body_len, counted);
                                heads += 1;
                            }
                            Request::Body { bytes, is_last, .. } => {
                                assert_eq!(request.receipt(), wanted.filter(|_| is_last));
                                seen.extend_from_slice(bytes);
                                assert!(!is_last || seen.len() == len);
                                heads += u32::from(is_last);
                            }
                            Request::Send(asked) => assert_eq!(asked.frame.body, b"behind it"),
                            other => panic!("{other:?}"),
                        }
                    }
                }
                assert!(seen == body && heads == 2 && wanted.is_some(), "{version} {len} {step}");

                let (mut seen, mut deliveries, mut start) = (Vec::new(), Vec::new(), 0);
                let mut there = 0;
                while start < pair.down.len() {
                    there = (there + step).min(pair.down.len());
                    while let Some((event, used)) =
                        pair.client.receive_part(NOW, &pair.down[start..there], &mut pair.up).unwrap()
                    {
                        start += used;
                        match event {
                            Event::MessageHead(frame, delivery, body_len) => {
                                assert!(frame.body.is_empty() && body_len == counted);
                                deliveries.push(delivery);
                            }
                            Event::Body { bytes, .. } => seen.extend_from_slice(bytes),
                            Event::Message(frame, delivery) => {
                                assert_eq!(frame.body, b"behind it");
                                deliveries.push(delivery);
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                }
                assert!(seen == body && deliveries.len() == 2);
                pair.client.ack(NOW, deliveries[1], &mut pair.up).unwrap();
            }
        }
    }
}

/// Who asks for whole frames gets none that large.
#[test]
fn not_whole() {
    let mut server = server_with(Version::V1_2, small());
    let bytes = b"SEND\ndestination:/q\n\n12345678901";
    let error = server.receive(NOW, bytes, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, Error::Decode(DecodeError { kind: ErrorKind::BodyTooLarge, .. })));
    assert!(server.is_closed());
}

/// A body that was begun in parts goes on in parts, whatever is asked.
#[test]
fn begun_in_parts() {
    let mut server = server_with(Version::V1_2, small());
    let bytes = b"SEND\ndestination:/q\n\nNACK\nid:1\n\n bytes\0\n";
    let (request, used) = server.receive_part(NOW, bytes, &mut Vec::new()).unwrap().unwrap();
    assert!(matches!(request, Request::SendHead(..)));
    let rest = &bytes[used..];
    let (request, used) = server.receive(NOW, rest, &mut Vec::new()).unwrap().unwrap();
    assert_eq!(request, Request::Body { bytes: b"NACK\nid:1\n\n bytes", is_last: true, receipt: None });
    assert!(matches!(server.receive(NOW, &rest[used..], &mut Vec::new()), Ok(Some((Request::HeartBeat, 1)))));
    let mut client = client_with(Version::V1_2, small());
    let bytes = b"MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:x\n\nRECEIPT\nreceipt-id:1\n\n\0";
    let (event, used) = client.receive_part(NOW, bytes, &mut Vec::new()).unwrap().unwrap();
    assert!(matches!(event, Event::MessageHead(..)));
    assert_eq!(hears(&mut client, &bytes[used..]), Event::Body { bytes: b"RECEIPT\nreceipt-id:1\n\n", is_last: true });
}

/// A message in parts counts as soon as its head is there; what follows of it is not held back.
#[test]
fn held_back_between_bodies_only() {
    let mut client = client_with(Version::V1_2, Config { window: 1, ..small() });
    client.subscribe(NOW, &Subscribe::to("/q").with_ack(AckMode::Client), &mut Vec::new()).unwrap();
    let head = b"MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:1\nack:1\ncontent-length:16\n\n";
    let body = b"MESSAGE\nMESSAGE\n\0";
    let mut input = [&head[..], body].concat();
    input.extend_from_slice(head);
    let (event, used) = client.receive_part(NOW, &input, &mut Vec::new()).unwrap().unwrap();
    let Event::MessageHead(_, delivery, Some(16)) = event else { panic!("{event:?}") };
    let (event, more) = client.receive_part(NOW, &input[used..used + 8], &mut Vec::new()).unwrap().unwrap();
    assert_eq!((event, more), (Event::Body { bytes: b"MESSAGE\n", is_last: false }, 8));
    let rest = &input[used + more..];
    let (event, more) = client.receive_part(NOW, rest, &mut Vec::new()).unwrap().unwrap();
    assert_eq!((event, more), (Event::Body { bytes: b"MESSAGE\n", is_last: true }, 9));
    assert_eq!(client.receive_part(NOW, &rest[more..], &mut Vec::new()), Ok(None));
    assert!(client.is_held_back());
    client.ack(NOW, delivery, &mut Vec::new()).unwrap();
    assert!(matches!(client.receive_part(NOW, &rest[more..], &mut Vec::new()), Ok(Some((Event::MessageHead(..), _)))));
}

/// An ERROR that large is the last thing that is heard: its head.
#[test]
fn an_error_in_parts() {
    let mut client = client_with(Version::V1_1, small());
    let bytes = b"ERROR\nmessage:no\n\nand that for many reasons\0";
    let (event, _) = client.receive_part(NOW, bytes, &mut Vec::new()).unwrap().unwrap();
    assert!(matches!(event, Event::Error(frame, None) if frame.get("message").unwrap() == "no"));
    assert!(client.is_closed());
}

/// In 1.0 any frame may have a body; but only messages are worth one that large.
#[test]
fn other_bodies_in_parts() {
    let mut client = client_with(Version::V1_0, small());
    client.send_with(NOW, &Message::to("/q", b""), &With::RECEIPT, &mut Vec::new()).unwrap();
    let error = client.receive_part(NOW, b"RECEIPT\nreceipt-id:1\n\n12345678901\0", &mut Vec::new()).unwrap_err();
    assert!(matches!(error, Error::Decode(DecodeError { kind: ErrorKind::BodyTooLarge, .. })));
    let mut server = server_with(Version::V1_0, small());
    let error = server.receive_part(NOW, b"BEGIN\ntransaction:1\n\n12345678901\0", &mut Vec::new()).unwrap_err();
    assert!(matches!(error, Error::Decode(DecodeError { kind: ErrorKind::BodyTooLarge, .. })));
}

/// A body in parts without its end, where NUL had to be.
#[test]
fn the_end_of_a_body_in_parts() {
    let mut server = server_with(Version::V1_2, small());
    let bytes = b"SEND\ndestination:/q\ncontent-length:11\n\n12345678901x";
    let mut rest = &bytes[..];
    let error = loop {
        let mut out = Vec::new();
        match server.receive_part(NOW, rest, &mut out) {
            Ok(Some((_, used))) => rest = &rest[used..],
            Ok(None) => panic!("it is all there"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Decode(DecodeError { kind: ErrorKind::NoNul, .. })));
    assert!(server.is_closed());
}
