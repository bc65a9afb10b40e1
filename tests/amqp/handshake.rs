//! From the protocol header to `connection.open-ok`, and the ways in which it fails. (§2.2.4, §4.2.2)

use fourwire::amqp::{
    Client, Config, Error, Event, Frame, Login, Mechanism, MethodId, ProtocolHeader, ReplyCode, Request, SendError,
    Session, Violation, channel, connection,
};

use super::support::{NOW, Pair, names};

#[test]
fn all_steps() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.handshake();
    assert!(pair.client.is_connected() && pair.server.is_connected());
    assert_eq!((pair.client.frame_max(), pair.server.frame_max()), (131_072, 131_072));
}

#[test]
fn connection_start_server_support() {
    for header in [b"AMQP\x00\x01\x00\x00", b"AMQP\x01\x01\x00\x09", b"AMQP\x00\x00\x08\x00"] {
        let mut pair = Pair::new(Config::default(), Config::default());
        pair.up.extend(header);
        pair.server(|request| assert!(matches!(request, Request::VersionRefused(_))));
        assert_eq!(pair.down, b"AMQP\0\0\x09\x01");
        assert!(pair.server.is_closed());
        pair.client.start(NOW, &mut Vec::new()).unwrap();
        pair.client(|event| assert_eq!(event, Event::VersionRefused(ProtocolHeader::AMQP_0_9_1)));
        assert!(pair.client.is_closed());
    }
}

#[test]
fn connection_start_protocol_name() {
    let mut pair = Pair::new(Config::default(), Config::default());
    let mut out = Vec::new();
    let error = pair.server.receive(NOW, b"GET / HTTP/1.1\r\n", &mut out).unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert_eq!(out, b"AMQP\0\0\x09\x01");
}

#[test]
fn connection_secure_rounds() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair.client(|_| ());
    pair.client.login(NOW, &Login::new(Mechanism::Other { name: "X".into(), response: b"" }), &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server.secure(NOW, b"who?", &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Secure(b"who?")));
    pair.client.respond(NOW, b"me", &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Response(b"me")));
    pair.server.tune(NOW, &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Tune(_))));
}

#[test]
fn rabbitmq_authentication_failure_close() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair.client(|_| ());
    pair.client.login(NOW, &Login::plain("a", "wrong"), &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server.close(NOW, ReplyCode::AccessRefused, "no", &mut pair.down).unwrap();
    pair.client(|event| {
        assert!(matches!(event, Event::Closed(close) if close.reply_code == ReplyCode::AccessRefused));
    });
    assert!(pair.client.is_closed());
    // The close is answered, and then the server knows that it was read.
    assert_eq!(names(&pair.up), ["connection.close-ok"]);
}

/// The lower of both wins; 0 is no limit.
#[test]
fn connection_tune_negotiation() {
    let client = Config { frame_max: 8192, channel_max: 10, heartbeat: 5, ..Config::default() };
    let mut pair = Pair::new(client, Config { heartbeat: 0, ..Config::default() });
    pair.handshake();
    assert_eq!((pair.client.frame_max(), pair.server.frame_max()), (8192, 8192));
    assert!(pair.client.deadline().is_some(), "heartbeats, since the client wants them");

    let mut pair = Pair::new(Config::default(), Config { frame_max: 0, channel_max: 0, ..Config::default() });
    pair.handshake();
    assert_eq!(pair.client.frame_max(), 131_072);
}

#[test]
fn steps_out_of_order_are_refused() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.up.extend(b"AMQP\0\0\x09\x01");
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair.server_refuses(&Frame::Method(0, connection::Open::default().into()), |error, answer| {
        assert_eq!(error, Error::Violation(Violation::Handshake(MethodId::ConnectionOpen)));
        assert_eq!(answer, None, "before the handshake is through there is no close");
    });

    let mut client = Client::new(Config::default(), Session::new());
    assert_eq!(client.login(NOW, &Login::external(), &mut Vec::new()), Err(SendError::NotConnected));
    assert_eq!(client.open_channel(NOW, &mut Vec::new()), Err(SendError::NotConnected));
}

/// Nothing but the handshake before the handshake is through.
#[test]
fn no_channel_before_open() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.up.extend(b"AMQP\0\0\x09\x01");
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair.server_refuses(&Frame::Method(1, channel::Open {}.into()), |error, _| {
        assert_eq!(error, Error::Violation(Violation::Handshake(MethodId::ChannelOpen)));
    });
}

/// While the application is to answer, nothing more is read.
#[test]
fn nothing_is_read_before_the_answer() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.up.extend(b"AMQP\0\0\x09\x01\x08\x00\x00\x00\x00\x00\x00\xCE");
    pair.server(|request| assert_eq!(request, Request::Hello));
    let rest = pair.up.clone();
    assert_eq!(pair.server.receive(NOW, &rest, &mut pair.down), Ok(None));
}

#[test]
fn connection_close_handshake() {
    let (mut pair, ..) = Pair::open();
    pair.client.close(NOW, ReplyCode::Success, "bye", &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Closed(close) if close.reply_text == "bye")));
    assert!(pair.server.is_closed());
    pair.client(|event| assert_eq!(event, Event::Ended));
    assert!(pair.client.is_closed());

    // Both at once: each answers the other's.
    let (mut pair, ..) = Pair::open();
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    pair.server.close(NOW, ReplyCode::ConnectionForced, "", &mut pair.down).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Closed(_))));
    pair.client(|event| assert!(matches!(event, Event::Closed(_))));
    assert!(pair.client.is_closed() && pair.server.is_closed());
}

/// While we close nothing else is looked at. (§1.4.2.10)
#[test]
fn nothing_counts_while_closing() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    let nothing = connection::Unblocked {};
    pair.server.block(NOW, None, &mut pair.down).unwrap();
    let _ = nothing;
    let _ = theirs;
    pair.client(|event| assert_eq!(event, Event::Ignored));
    assert_eq!(pair.client.close_channel(NOW, ours, &mut pair.up), Err(SendError::NotConnected));
}

#[test]
fn rabbitmq_blocked() {
    let (mut pair, ..) = Pair::open();
    pair.server.block(NOW, Some("memory".into()), &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Blocked(reason) if reason == "memory")));
    pair.server.block(NOW, None, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Unblocked));
}

#[test]
fn rabbitmq_update_secret() {
    let (mut pair, ..) = Pair::open();
    pair.client.update_secret(NOW, b"token", "expired", &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::UpdateSecret(update) if update.new_secret == b"token")));
    pair.server.secret_updated(NOW, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::SecretUpdated));
}
