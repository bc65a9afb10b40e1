//! The rules of the specification, and RabbitMQ's where the two differ: each test bears a rule's name.

mod basic;
mod channel;
mod connection;
mod content;
mod fields;
mod heartbeat;
mod rabbitmq;
mod table;
mod wire;

use fourwire::amqp::{Error, Method, ReplyCode};

use super::support::Pair;

/// A frame of any kind, with its length and its end.
fn frame(kind: u8, channel: u16, payload: &[u8]) -> Vec<u8> {
    let ([high, low], [a, b, c, d]) = (channel.to_be_bytes(), u32::try_from(payload.len()).unwrap().to_be_bytes());
    [&[kind, high, low, a, b, c, d], payload, &[0xCE]].concat()
}

/// A method: its class, its number and its arguments in hex.
fn method(channel: u16, payload: &str) -> Vec<u8> {
    frame(1, channel, &crate::hex(payload))
}

/// `basic.publish` to nowhere, behind which content is to come.
fn publish() -> Vec<u8> {
    method(1, "003C 0028 0000 00 00 00")
}

/// `basic.deliver`, likewise.
fn deliver() -> Vec<u8> {
    method(1, "003C 003C 00 0000000000000001 00 00 00")
}

/// A content header without properties.
fn header(channel: u16, body_size: u64) -> Vec<u8> {
    frame(2, channel, &[&crate::hex("003C 0000"), &body_size.to_be_bytes()[..], &[0, 0]].concat())
}

/// An open server reads the frames; the last one closes the connection with this code.
#[track_caller]
fn server_closes(frames: &[&[u8]], code: ReplyCode) -> Error {
    let (mut pair, ..) = Pair::open();
    let (last, before) = frames.split_last().unwrap();
    for frame in before {
        pair.up.extend_from_slice(frame);
        pair.server(|_| ());
    }
    let mut what = None;
    pair.server_refuses_bytes(last, |error, answer| what = Some(closed(error, answer, code)));
    what.unwrap()
}

/// The same of a client.
#[track_caller]
fn client_closes(frames: &[&[u8]], code: ReplyCode) -> Error {
    let (mut pair, ..) = Pair::open();
    let (last, before) = frames.split_last().unwrap();
    for frame in before {
        pair.down.extend_from_slice(frame);
        pair.client(|_| ());
    }
    let mut what = None;
    pair.client_refuses_bytes(last, |error, answer| what = Some(closed(error, answer, code)));
    what.unwrap()
}

/// The same of both: the same error, too.
#[track_caller]
fn both_close(bytes: &[u8], code: ReplyCode) -> Error {
    let error = server_closes(&[bytes], code);
    assert_eq!(client_closes(&[bytes], code), error);
    error
}

#[track_caller]
fn closed(error: Error, answer: Option<Method<'_>>, code: ReplyCode) -> Error {
    assert_eq!(error.reply_code(), code, "{error}");
    let Some(Method::ConnectionClose(close)) = answer else { panic!("{error}: {answer:?}") };
    assert_eq!(close.reply_code, code, "{error}");
    error
}
