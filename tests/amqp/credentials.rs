//! PLAIN (RFC 4616) and AMQPLAIN, as clients say them and servers read them.

use fourwire::amqp::{
    Client, Config, Credentials, Decoder, EncodeError, Entry, Event, Frame, Login, Mechanism, Method, SendError,
    Server, Session, Table, Value, connection,
};

use super::support::{NOW, Pair};

const GUEST: Credentials<'static> = Credentials { user_name: "guest", password: "geheim" };
/// The specification does not have it: RabbitMQ reads it so, and amqplib writes it so.
const AMQPLAIN: &[u8] = b"\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x06geheim";

/// A client that was asked who it is.
fn asked(config: Config) -> Client {
    let mut pair = Pair::new(config, Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server.start(NOW, &pair.server.introduction(), &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Start(start) if start.mechanisms == b"PLAIN AMQPLAIN")));
    pair.client
}

/// What a client says, as frames in which nothing is put together.
#[track_caller]
fn says(login: &Login<'_>, response: &[u8], read: Option<Credentials<'_>>) {
    let (mut out, mut plainly) = (Vec::new(), Vec::new());
    asked(Config::default()).login(NOW, login, &mut out).unwrap();
    let start_ok = connection::StartOk {
        client_properties: login.client_properties,
        mechanism: login.mechanism.name(),
        response,
        locale: "en_US".into(),
    };
    Frame::Method(0, start_ok.into()).encode(0, &mut plainly).unwrap();
    assert_eq!(out, plainly);
    assert_eq!(Credentials::from_start_ok(&start_ok), read);
}

#[test]
fn mechanisms() {
    says(&Login::plain("guest", "geheim"), b"\0guest\0geheim", Some(GUEST));
    says(&Login::new(Mechanism::AmqPlain(GUEST)), AMQPLAIN, Some(GUEST));
    says(&Login::external(), b"", None);
    says(&Login::new(Mechanism::Other { name: "X".into(), response: b"abc" }), b"abc", None);
    let bare = Login { client_properties: Table::EMPTY, ..Login::plain("", "") };
    says(&bare, b"\0\0", Some(Credentials { user_name: "", password: "" }));
}

#[test]
fn what_a_client_can_do_is_said() {
    let login = Login::external();
    let Some(Value::Table(can)) = login.client_properties.get("capabilities") else { panic!("no capabilities") };
    for name in ["authentication_failure_close", "connection.blocked", "consumer_cancel_notify", "basic.nack"] {
        assert_eq!(can.get(name), Some(Value::Bool(true)), "{name}");
    }
    let who = [Entry::new("product", Value::text("shop")), Login::CAPABILITIES];
    assert_eq!(Table::new(&who).get("capabilities"), Some(Value::Table(can)));
    let server = Server::new(NOW, Config::default(), Session::new());
    assert_eq!(server.introduction().server_properties.get("capabilities"), Some(Value::Table(can)));
}

#[test]
fn what_is_not_well_formed() {
    for plain in
        [&b""[..], b"\0", b"guest", b"\0guest", b"me\0guest\0geheim", b"\0guest\0geheim\0", b"\0gu\xFFst\0geheim"]
    {
        assert_eq!(Credentials::from_plain(plain), None, "{plain:?}");
    }
    let cut = &AMQPLAIN[..AMQPLAIN.len() - 1];
    let number = b"\x05LOGINI\0\0\0\x05\x08PASSWORDS\0\0\0\x06geheim";
    let nested = b"\x05LOGINF\0\0\0\0\x08PASSWORDS\0\0\0\x06geheim";
    let missing = b"\x05LOGINS\0\0\0\x05guest";
    for amqplain in [&b""[..], cut, number, nested, missing] {
        assert_eq!(Credentials::from_amqplain(amqplain), None, "{amqplain:?}");
    }
}

#[test]
fn a_byte_0_is_refused_where_it_ends_a_name() {
    let (mut client, mut out) = (asked(Config::default()), Vec::new());
    let refused = Err(SendError::Encode(EncodeError::Credentials));
    assert_eq!(client.login(NOW, &Login::plain("a\0b", ""), &mut out), refused);
    assert_eq!(client.login(NOW, &Login::plain("a", "b\0"), &mut out), refused);
    assert!(out.is_empty());
    let odd = Credentials { user_name: "a\0b", password: "" };
    client.login(NOW, &Login::new(Mechanism::AmqPlain(odd)), &mut out).unwrap();
    let (frame, _) = Decoder::new().decode(&out).unwrap().unwrap();
    let Frame::Method(0, Method::ConnectionStartOk(start_ok)) = frame else { panic!("{frame:?}") };
    assert_eq!(Credentials::from_start_ok(&start_ok), Some(odd));
}

/// A token in place of a password can be longer than what everybody takes before the limits are settled.
#[test]
fn a_long_token() {
    let token = "t".repeat(5000);
    let (login, mut out) = (Login::plain("", &token), Vec::new());
    let refused = Err(SendError::Encode(EncodeError::FrameTooLarge));
    assert_eq!(asked(Config::default()).login(NOW, &login, &mut out), refused);
    let config = Config { initial_frame_max: 8192, ..Config::default() };
    asked(config).login(NOW, &login, &mut out).unwrap();

    let mut server = Server::new(NOW, config, Session::new());
    server.receive(NOW, b"AMQP\0\0\x09\x01", &mut Vec::new()).unwrap().unwrap();
    server.start(NOW, &server.introduction(), &mut Vec::new()).unwrap();
    assert!(server.receive(NOW, &out, &mut Vec::new()).unwrap().is_some());
}

#[test]
fn a_password_is_in_no_log() {
    let shown = format!("{:?} {GUEST:?}", Login::plain("guest", "geheim"));
    assert!(shown.contains("guest") && !shown.contains("geheim"), "{shown}");
}
