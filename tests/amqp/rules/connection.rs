//! Rules of the class `connection`.

use fourwire::amqp::{
    Client, Config, Error, Event, Frame, Login, Method, ReplyCode, Request, Session, Violation, connection,
};

use super::{frame, method};
use crate::amqp::support::{NOW, Pair, names};

/// A server that awaits `connection.start-ok`.
fn starting() -> Pair {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.up.extend(b"AMQP\0\0\x09\x01");
    pair.server(|request| assert_eq!(request, Request::Hello));
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair
}

/// A server that awaits `connection.tune-ok`.
fn tuning() -> Pair {
    let mut pair = starting();
    Frame::Method(0, connection::StartOk::default().into()).encode(0, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Login(_))));
    pair.server.tune(NOW, &mut pair.down).unwrap();
    pair
}

/// A server's header in answer: nothing more is sent, and which versions fit is in what the event says.
#[test]
fn connection_start_client_support() {
    let mut client = Client::new(Config::default(), Session::new());
    client.start(NOW, &mut Vec::new()).unwrap();
    let mut out = Vec::new();
    let (event, _) = client.receive(NOW, b"AMQP\0\x01\0\0", &mut out).unwrap().unwrap();
    assert!(matches!(event, Event::VersionRefused(header) if header.major == 1));
    assert!(client.is_closed() && out.is_empty());
    assert!(client.login(NOW, &Login::external(), &mut out).is_err());

    let mut client = Client::new(Config::default(), Session::new());
    client.start(NOW, &mut Vec::new()).unwrap();
    let start = method(0, "000A 000A 08 00 00000000 00000000 00000000");
    let (event, _) = client.receive(NOW, &start, &mut out).unwrap().unwrap();
    assert!(matches!(event, Event::Start(start) if (start.version_major, start.version_minor) == (8, 0)));
    assert!(out.is_empty(), "before the application answers");
}

#[test]
fn connection_start_locales_required_support() {
    let pair = Pair::new(Config::default(), Config::default());
    assert_eq!(pair.server.introduction().locales, b"en_US");
    assert_eq!((pair.server.introduction().version_major, pair.server.introduction().version_minor), (0, 9));
}

/// Each step in its turn: any other method ends the connection, before it is open without a word.
#[test]
fn connection_life() {
    let all = [
        method(0, "000A 000B 00000000 00 00000000 00"),
        method(0, "000A 0015 00000000"),
        method(0, "000A 001F 07FF 00020000 003C"),
        method(0, "000A 0028 01'/' 00 00"),
    ];
    let stages: [(fn() -> Pair, usize); 2] = [(starting, 0), (tuning, 2)];
    for (stage, right) in stages {
        for (n, bytes) in all.iter().enumerate().filter(|(n, _)| *n != right) {
            stage().server_refuses_bytes(bytes, |error, answer| {
                assert!(matches!(error, Error::Violation(Violation::Handshake(_))), "step {n}: {error:?}");
                assert_eq!((error.reply_code(), answer), (ReplyCode::ChannelError, None), "step {n}");
            });
        }
        stage().server_refuses_bytes(&method(1, "0014 000A 00"), |error, answer| {
            assert_eq!((error.reply_code(), answer), (ReplyCode::UnexpectedFrame, None));
        });
        stage().server_refuses_bytes(&frame(3, 1, b"x"), |error, answer| {
            assert_eq!((error.reply_code(), answer), (ReplyCode::UnexpectedFrame, None));
        });
        let mut pair = stage();
        pair.up = all[right].clone();
        pair.server(|request| assert!(matches!(request, Request::Login(_) | Request::Tuned(_))));
    }
    // A client that is told to tune before it was asked to log in.
    let mut client = Client::new(Config::default(), Session::new());
    client.start(NOW, &mut Vec::new()).unwrap();
    let mut out = Vec::new();
    let error = client.receive(NOW, &method(0, "000A 001E 0000 00000000 0000"), &mut out).unwrap_err();
    assert_eq!((error.reply_code(), out), (ReplyCode::ChannelError, vec![]));
}

/// A method of the handshake when the connection is open. (504, as RabbitMQ has it)
#[test]
fn connection_life_open() {
    for payload in [
        "000A 000B 00000000 00 00000000 00",
        "000A 0015 00000000",
        "000A 001F 07FF 00020000 003C",
        "000A 0028 01'/' 00 00",
        "000A 0033",
    ] {
        let error = super::server_closes(&[&method(0, payload)], ReplyCode::ChannelError);
        assert!(matches!(error, Error::Violation(Violation::Unexpected(_))));
    }
    for payload in ["000A 000A 00 09 00000000 00000000 00000000", "000A 0029 00", "000A 0033"] {
        super::client_closes(&[&method(0, payload)], ReplyCode::ChannelError);
    }
}

/// Frames of 4096 bytes are taken before anything is agreed, and none that is larger. Both ends.
#[test]
fn connection_tune_frame_max_minimum() {
    let start_ok = |len: usize| {
        let response = vec![b'x'; len - 8 - 4 - 4 - 1 - 4 - 1];
        let mut bytes = Vec::new();
        let start_ok = connection::StartOk { response: &response, ..Default::default() };
        Frame::Method(0, start_ok.into()).encode(0, &mut bytes).unwrap();
        assert_eq!(bytes.len(), len);
        bytes
    };
    let mut pair = starting();
    pair.up = start_ok(4096);
    pair.server(|request| assert!(matches!(request, Request::Login(_))));
    starting().server_refuses_bytes(&start_ok(4097), |error, answer| {
        assert_eq!((error.reply_code(), answer), (ReplyCode::FrameError, None));
    });

    let start = |len: usize| {
        let mechanisms = vec![b'x'; len - 8 - 4 - 2 - 4 - 4 - 4];
        let mut bytes = Vec::new();
        let start = connection::Start { mechanisms: &mechanisms, ..Default::default() };
        Frame::Method(0, start.into()).encode(0, &mut bytes).unwrap();
        assert_eq!(bytes.len(), len);
        bytes
    };
    let client = || {
        let mut pair = Pair::new(Config::default(), Config::default());
        pair.client.start(NOW, &mut Vec::new()).unwrap();
        pair
    };
    let mut pair = client();
    pair.down = start(4096);
    pair.client(|event| assert!(matches!(event, Event::Start(_))));
    client().client_refuses_bytes(&start(4097), |error, answer| {
        assert_eq!((error.reply_code(), answer), (ReplyCode::FrameError, None));
    });
}

/// A client that wants this is not answered. (Newer RabbitMQs answer.)
#[track_caller]
fn wants_wrong(channel_max: u16, frame_max: u32) {
    let tune_ok = connection::TuneOk { channel_max, frame_max, heartbeat: 0 };
    tuning().server_refuses(&Frame::Method(0, tune_ok.into()), |error, answer| {
        assert_eq!(error, Error::Violation(Violation::Tune));
        assert_eq!((error.reply_code(), answer), (ReplyCode::NotAllowed, None));
    });
}

#[track_caller]
fn wants_right(channel_max: u16, frame_max: u32) {
    let mut pair = tuning();
    let tune_ok = connection::TuneOk { channel_max, frame_max, heartbeat: 0 };
    Frame::Method(0, tune_ok.into()).encode(0, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Tuned(tune_ok)));
    assert_eq!(pair.server.frame_max(), frame_max);
}

/// The default configuration proposes 2047 channels and frames of 131,072 bytes.
#[test]
fn connection_tune_ok_channel_max_upper_limit() {
    wants_right(2047, 131_072);
    wants_right(1, 131_072);
    wants_wrong(2048, 131_072);
    wants_wrong(0, 131_072);
}

#[test]
fn connection_tune_ok_frame_max_upper_limit() {
    wants_wrong(2047, 131_073);
    wants_wrong(2047, 0);
}

#[test]
fn connection_tune_ok_frame_max_minimum() {
    wants_right(2047, 4096);
    wants_wrong(2047, 4095);
    wants_wrong(2047, 1);
}

/// After a close was sent nothing counts but a close and its answer.
#[test]
fn connection_close_stability() {
    let (mut pair, ..) = Pair::open();
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    pair.up.clear();
    for stray in [method(0, "000A 003D"), method(1, "003C 000B"), method(7, "003C 000B"), super::header(1, 5)] {
        pair.down = stray;
        pair.client(|event| assert_eq!(event, Event::Ignored));
    }
    pair.down = method(0, "000A 0032 0140 00 0000 0000");
    pair.client(|event| assert!(matches!(event, Event::Closed(_))));
    assert_eq!(names(&pair.up), ["connection.close-ok"]);

    let (mut pair, ..) = Pair::open();
    pair.server.close(NOW, ReplyCode::ConnectionForced, "", &mut pair.down).unwrap();
    pair.up = [method(1, "005A 000A"), super::publish(), method(0, "000A 0033")].concat();
    pair.server(|request| assert_eq!(request, Request::Ignored));
    pair.server(|request| assert_eq!(request, Request::Ignored));
    pair.server(|request| assert_eq!(request, Request::Ended));
    assert!(pair.server.is_closed());
}

/// A close is answered in every state in which a peer can send one; and behind it nothing is read.
#[test]
fn connection_close_answered() {
    let close = method(0, "000A 0032 0140 03'bye' 0000 0000");
    for mut pair in [starting(), tuning(), Pair::open().0] {
        pair.down.clear();
        pair.up = [&close[..], b"\x01"].concat();
        pair.server(|request| {
            let Request::Closed(close) = request else { panic!("{request:?}") };
            assert_eq!((close.reply_code, close.reply_text), (ReplyCode::ConnectionForced, "bye".into()));
        });
        assert_eq!(names(&pair.down), ["connection.close-ok"]);
        assert_eq!(pair.server.receive(NOW, b"\x01\xFF\xFF", &mut Vec::new()), Ok(None));
    }
    let (mut pair, ..) = Pair::open();
    pair.down = close;
    pair.client(|event| assert!(matches!(event, Event::Closed(_))));
    assert_eq!(names(&pair.up), ["connection.close-ok"]);
}

/// A hard error closes the connection, with its code and the method that it is about; nothing is sent behind it.
#[test]
fn connection_exception() {
    let (mut pair, ours, _) = Pair::open();
    pair.client_refuses_bytes(&method(1, "003C 000B"), |_, answer| {
        let Some(Method::ConnectionClose(close)) = answer else { panic!("{answer:?}") };
        let about = (close.reply_code, close.class_id, close.method_id);
        assert_eq!(about, (ReplyCode::CommandInvalid, 60, 11));
        assert!(close.reply_code.is_hard());
    });
    assert!(pair.client.close_channel(NOW, ours, &mut pair.up).is_err());
    assert!(pair.client.deadline().is_none());
}
