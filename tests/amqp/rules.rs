//! Wrong frames, and what RabbitMQ says to them.

use fourwire::amqp::{
    Channel, ContentHeader, Error, Frame, Method, MethodId, Properties, ReplyCode, Violation, basic, channel, queue,
};

use super::support::Pair;

/// The server refuses the frame with this violation, and closes the connection with this code.
#[track_caller]
fn refused(frame: &Frame<'_>, violation: Violation, code: ReplyCode) {
    let (mut pair, ..) = Pair::open();
    pair.server_refuses(frame, |error, answer| {
        assert_eq!(error, Error::Violation(violation));
        let Some(Method::ConnectionClose(close)) = answer else { panic!("{answer:?}") };
        assert_eq!(close.reply_code, code);
    });
}

/// Bytes that are wrong close the connection with this code.
#[track_caller]
fn refused_bytes(bytes: &[u8], code: ReplyCode) {
    let (mut pair, ..) = Pair::open();
    pair.server_refuses_bytes(bytes, |error, answer| {
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        let Some(Method::ConnectionClose(close)) = answer else { panic!("{answer:?}") };
        assert_eq!(close.reply_code, code, "{error}");
    });
}

#[test]
fn frames_that_cannot_be_read() {
    refused_bytes(b"\x04", ReplyCode::FrameError);
    refused_bytes(b"\x08\x00\x00\x00\x00\x00\x00\xCD", ReplyCode::FrameError);
    refused_bytes(b"\x01\x00\x01\x00\x02\x00\x00", ReplyCode::FrameError);
    refused_bytes(b"\x08\x00\x00\x00\x00\x00\x01", ReplyCode::FrameError);
    refused_bytes(b"\x08\x00\x01", ReplyCode::UnexpectedFrame);
    refused_bytes(b"\x02\x00\x00", ReplyCode::UnexpectedFrame);
    refused_bytes(b"\x01\x00\x01\x00\x00\x00\x05\x00\x3C\x00\x50\x00\xCE", ReplyCode::FrameError);
}

#[test]
fn methods_on_the_wrong_channel() {
    let ack = MethodId::BasicAck;
    let frame = Frame::Method(7, basic::Ack::default().into());
    refused(&frame, Violation::Channel(ack), ReplyCode::ChannelError);
    let again = Frame::Method(1, channel::Open {}.into());
    refused(&again, Violation::Channel(MethodId::ChannelOpen), ReplyCode::ChannelError);
    let beyond = Frame::Method(2048, channel::Open {}.into());
    refused(&beyond, Violation::ChannelMax, ReplyCode::NotAllowed);
}

#[test]
fn content_out_of_order() {
    let header = Frame::Header(1, ContentHeader { body_size: 1, properties: Properties::EMPTY });
    refused(&header, Violation::Content, ReplyCode::UnexpectedFrame);
    refused(&Frame::Body(1, b"x"), Violation::Content, ReplyCode::UnexpectedFrame);
    refused(&Frame::Body(9, b"x"), Violation::Content, ReplyCode::UnexpectedFrame);

    // A method in the middle of a message, and more body than was said.
    let begin = |pair: &mut Pair| {
        Frame::Method(1, basic::Publish::default().into()).encode(0, &mut pair.up).unwrap();
        header.encode(0, &mut pair.up).unwrap();
        pair.server(|_| ());
        pair.server(|_| ());
    };
    let (mut pair, ..) = Pair::open();
    begin(&mut pair);
    pair.server_refuses(&Frame::Method(1, queue::Declare::default().into()), |error, _| {
        assert_eq!((error, error.reply_code()), (Error::Violation(Violation::Content), ReplyCode::UnexpectedFrame));
    });
    let (mut pair, ..) = Pair::open();
    begin(&mut pair);
    pair.server_refuses(&Frame::Body(1, b"xy"), |error, _| {
        assert_eq!((error, error.reply_code()), (Error::Violation(Violation::BodySize), ReplyCode::FrameError));
    });
}

#[test]
fn what_a_client_refuses() {
    let stray = Frame::Method(1, queue::DeclareOk::default().into());
    let (mut pair, ..) = Pair::open();
    pair.client_refuses(&stray, |error, answer| {
        assert_eq!(error, Error::Violation(Violation::Unexpected(MethodId::QueueDeclareOk)));
        assert!(matches!(answer, Some(Method::ConnectionClose(_))));
    });
    let (mut pair, ..) = Pair::open();
    pair.client_refuses(&Frame::Method(5, basic::Deliver::default().into()), |error, _| {
        assert_eq!(error, Error::Violation(Violation::Channel(MethodId::BasicDeliver)));
    });
}

/// A channel's handle is small.
#[test]
fn handles_are_small() {
    assert_eq!(size_of::<Channel>(), 8);
}
