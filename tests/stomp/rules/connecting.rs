//! CONNECT, STOMP, CONNECTED, and what is agreed on.

use fourwire::stomp::{
    Accept, Client, Command, Config, Connect, Error, ErrorKind, Event, Farewell, Header, HeaderName, HeartBeat,
    Leniencies, Message, Request, SendError, Server, Session, Subscribe, Version, Versions, Violation,
};

use crate::stomp::support::{NOW, client_refuses, hears, reads, refuses, server, shown, violates};

/// These versions, and no heart-beats.
fn quiet(versions: Versions) -> Config {
    Config { versions, heart_beat: HeartBeat::NONE, ..Config::default() }
}

fn all() -> Config {
    quiet(Versions::ALL)
}

fn connect(versions: Versions, connect: &Connect<'_>) -> Result<String, SendError> {
    let mut out = Vec::new();
    Client::new(quiet(versions), Session::new()).connect(NOW, connect, &mut out)?;
    Ok(shown(None, &out).remove(0))
}

/// A server that has read this, and what it says when it accepts the client.
fn accepts(config: Config, bytes: &str, accept: &Accept<'_>) -> (Server<u32>, String) {
    let (mut server, mut out) = (Server::new(NOW, config, Session::new()), Vec::new());
    assert!(matches!(reads(&mut server, bytes.as_bytes()), Request::Connect(_)));
    server.accept(NOW, accept, &mut out).unwrap();
    let said = shown(None, &out).remove(0);
    (server, said)
}

fn new_server(versions: Versions) -> Server<u32> {
    Server::new(NOW, quiet(versions), Session::new())
}

// --- CONNECT ---------------------------------------------------------------------------------------------------------

#[test]
fn connect_first() {
    let (mut client, mut out) = (Client::new(all(), Session::new()), Vec::new());
    let refused = |client: &mut Client| {
        let mut out = Vec::new();
        let sent = client.send(NOW, &Message::to("/q", b""), &mut out);
        let subscribed = client.subscribe(NOW, &Subscribe::to("/q"), &mut out);
        let begun = client.begin(NOW, &mut out);
        let gone = client.disconnect(NOW, &mut out);
        assert_eq!(sent.and(subscribed.map(drop)).and(begun.map(drop)).and(gone), Err(SendError::NotConnected));
        assert!(out.is_empty());
    };
    refused(&mut client);
    client.connect(NOW, &Connect::to("/"), &mut out).unwrap();
    assert!(out.starts_with(b"CONNECT\n"));
    refused(&mut client);
    assert_eq!(client.connect(NOW, &Connect::to("/"), &mut out), Err(SendError::NotConnected));
    hears(&mut client, b"CONNECTED\nversion:1.2\n\n\0");
    client.send(NOW, &Message::to("/q", b""), &mut out).unwrap();
    assert_eq!(client.connect(NOW, &Connect::to("/"), &mut out), Err(SendError::NotConnected));
}

#[test]
fn connect_stomp() {
    let mut server = new_server(Versions::ALL);
    let request = reads(&mut server, b"STOMP\naccept-version:1.1\nhost:a\nlogin:me\npasscode:x\n\n\0");
    let Request::Connect(login) = request else { panic!("{request:?}") };
    assert_eq!((login.version, login.frame.command), (Version::V1_1, Command::Stomp));
    assert_eq!(
        (login.host(), login.login(), login.passcode()),
        (Some("a".into()), Some("me".into()), Some("x".into()))
    );
}

#[test]
fn connect_before() {
    let frames: [(&[u8], Command); 7] = [
        (b"SEND\ndestination:/q\n\n\0", Command::Send),
        (b"SUBSCRIBE\ndestination:/q\nid:0\n\n\0", Command::Subscribe),
        (b"ACK\nid:1-1\nmessage-id:1-1\n\n\0", Command::Ack),
        (b"BEGIN\ntransaction:1\n\n\0", Command::Begin),
        (b"DISCONNECT\n\n\0", Command::Disconnect),
        (b"CONNECTED\nversion:1.2\n\n\0", Command::Connected),
        (b"ERROR\n\n\0", Command::Error),
    ];
    for (bytes, command) in frames {
        violates(&mut new_server(Versions::ALL), bytes, Violation::Unexpected(command));
    }
    // Until the client is accepted, what follows is not read.
    let mut server = new_server(Versions::ALL);
    reads(&mut server, b"CONNECT\n\n\0");
    assert_eq!(server.receive(NOW, b"SEND\ndestination:/q\n\n\0", &mut Vec::new()), Ok(None));
    assert!(!server.is_connected() && !server.is_held_back());
}

#[test]
fn connect_twice() {
    for version in Version::ALL {
        let bytes = b"CONNECT\naccept-version:1.0,1.1,1.2\nhost:/\n\n\0";
        violates(&mut server(version), bytes, Violation::Unexpected(Command::Connect));
    }
    let bytes = b"STOMP\naccept-version:1.2\nhost:/\n\n\0";
    violates(&mut server(Version::V1_2), bytes, Violation::Unexpected(Command::Stomp));
}

#[test]
fn connect_accept_version() {
    let [one, two, three] = Version::ALL.map(Versions::only);
    let both = one.and(Version::V1_1);
    let said = |versions| connect(versions, &Connect::to("/")).unwrap();
    assert_eq!(said(Versions::ALL), "CONNECT accept-version:1.0,1.1,1.2 heart-beat:0,0 host:/");
    assert_eq!(said(both), "CONNECT accept-version:1.0,1.1 heart-beat:0,0 host:/");
    assert_eq!(said(two), "CONNECT accept-version:1.1 heart-beat:0,0 host:/");
    assert_eq!(said(three), "CONNECT accept-version:1.2 heart-beat:0,0 host:/");
    // 1.0 has none.
    assert_eq!(said(one), "CONNECT host:/");
    assert_eq!(connect(one, &Connect::default()).unwrap(), "CONNECT");
}

#[test]
fn connect_host() {
    let said = connect(Versions::ALL, &Connect::to("stomp.example.org")).unwrap();
    assert!(said.ends_with(" host:stomp.example.org"), "{said}");
    // It has to be said, though there is nothing to say.
    let said = connect(Versions::only(Version::V1_2), &Connect::default()).unwrap();
    assert_eq!(said, "CONNECT accept-version:1.2 heart-beat:0,0 host:");
}

#[test]
fn connect_host_missing() {
    let missing =
        Error::Decode(fourwire::stomp::DecodeError { kind: ErrorKind::MissingHeader(HeaderName::Host), offset: 0 });
    for versions in ["1.1", "1.2", "1.0,1.1", "1.0,1.1,1.2"] {
        let connect = format!("CONNECT\naccept-version:{versions}\n\n\0");
        let (error, said) = refuses(&mut new_server(Versions::ALL), connect.as_bytes());
        assert!(error == missing && said.contains("host"), "{said}");
        let leniencies = Leniencies { missing_headers: true, ..Leniencies::default() };
        accepts(Config { leniencies, ..all() }, &connect, &Accept::default());
    }
    // 1.0 has no virtual hosts.
    accepts(all(), "CONNECT\naccept-version:1.0\n\n\0", &Accept::default());
    accepts(quiet(Versions::only(Version::V1_0)), "CONNECT\naccept-version:1.0,1.2\n\n\0", &Accept::default());
}

#[test]
fn connect_login() {
    let said = connect(Versions::ALL, &Connect::to("/").login("guest", "")).unwrap();
    assert_eq!(said, "CONNECT accept-version:1.0,1.1,1.2 heart-beat:0,0 host:/ login:guest passcode:");
    let mut server = new_server(Versions::ALL);
    let request = reads(&mut server, b"CONNECT\nlogin:guest\n\n\0");
    let Request::Connect(login) = request else { panic!("{request:?}") };
    assert_eq!((login.login(), login.passcode(), login.host()), (Some("guest".into()), None, None));
}

#[test]
fn connect_headers() {
    let headers = [Header::new("client-id", "me")];
    let said = connect(Versions::only(Version::V1_0), &Connect { headers: (&headers).into(), ..Connect::to("/") });
    assert_eq!(said.unwrap(), "CONNECT client-id:me host:/");
    for own in
        [HeaderName::AcceptVersion, HeaderName::Host, HeaderName::Login, HeaderName::Passcode, HeaderName::HeartBeat]
    {
        let headers = [Header::new(own.as_str(), "x")];
        let said = connect(Versions::ALL, &Connect { headers: (&headers).into(), ..Connect::to("/") });
        assert_eq!(said, Err(SendError::Header(own)));
    }
}

#[test]
fn connect_unescaped() {
    for versions in [Versions::ALL, Versions::only(Version::V1_2)] {
        let (mut client, mut out) = (Client::new(quiet(versions), Session::new()), Vec::new());
        client.connect(NOW, &Connect::to("a:b").login("x\\y", ":\\c"), &mut out).unwrap();
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(text.contains("\nhost:a:b\nlogin:x\\y\npasscode::\\c\n"), "{text}");
        let mut server = new_server(Versions::ALL);
        let Request::Connect(login) = reads(&mut server, &out) else { panic!("{text}") };
        assert_eq!((login.host(), login.passcode()), (Some("a:b".into()), Some(":\\c".into())));
        // And so nothing can be put in.
        let refused = client.clone().into_session();
        let mut client = Client::new(quiet(versions), refused);
        assert!(client.connect(NOW, &Connect::to("/").login("x\nhost:evil", ""), &mut out).is_err());
    }
}

// --- what is agreed on -----------------------------------------------------------------------------------------------

#[test]
fn connected_version() {
    for (named, chosen) in [
        ("1.0", Version::V1_0),
        ("1.1", Version::V1_1),
        ("1.2,1.1,1.0", Version::V1_2),
        ("1.0,1.1", Version::V1_1),
        ("2.0,1.1,x", Version::V1_1),
    ] {
        let connect = format!("CONNECT\naccept-version:{named}\nhost:/\n\n\0");
        let (server, said) = accepts(all(), &connect, &Accept::default());
        assert_eq!(server.version(), Some(chosen));
        assert!(said.ends_with(&format!(" version:{chosen}")), "{said}");
    }
    let old = Versions::only(Version::V1_0).and(Version::V1_1);
    let (_, said) = accepts(quiet(old), "CONNECT\naccept-version:1.1,1.2\nhost:/\n\n\0", &Accept::default());
    assert_eq!(said, "CONNECTED heart-beat:0,0 version:1.1");
}

#[test]
fn connected_version_none() {
    let (server, said) = accepts(all(), "CONNECT\nlogin:me\n\n\0", &Accept::default());
    assert_eq!((server.version(), said.as_str()), (Some(Version::V1_0), "CONNECTED"));
}

#[test]
fn connected_version_refused() {
    let both = Versions::only(Version::V1_1).and(Version::V1_2);
    for connect in ["CONNECT\naccept-version:1.0,2.0\nhost:/\n\n\0", "CONNECT\n\n\0", "CONNECT\naccept-version:\n\n\0"]
    {
        let (error, said) = refuses(&mut new_server(both), connect.as_bytes());
        assert_eq!(error, Violation::Version.into());
        assert_eq!(said, "ERROR message:the two ends have no version in common version:1.1,1.2");
    }
}

#[test]
fn connected_version_fall_back() {
    let mut client = Client::new(Config::default(), Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    // 1.0 has no heart-beats, whatever this server means.
    assert!(matches!(hears(&mut client, b"CONNECTED\nsession:77\nheart-beat:x\n\n\0"), Event::Connected(_)));
    assert_eq!((client.version(), client.heart_beat()), (Some(Version::V1_0), HeartBeat::NONE));
}

#[test]
fn connected_version_other() {
    for (ours, theirs) in [
        (Version::V1_2, "version:1.1\n"),
        (Version::V1_2, "version:1.3\n"),
        (Version::V1_1, ""),
        (Version::V1_0, "version:1.2\n"),
    ] {
        let mut client = Client::new(quiet(Versions::only(ours)), Session::new());
        client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
        let error = client_refuses(&mut client, format!("CONNECTED\n{theirs}\n\0").as_bytes());
        assert_eq!(error, Violation::Version.into());
    }
}

#[test]
fn connected_headers() {
    let headers = [Header::new("user-name", "me")];
    let (session, name) = (Some("s1".into()), Some("fourwire/1".into()));
    let accept = Accept { session, server: name, headers: (&headers).into(), ..Accept::default() };
    let (_, said) = accepts(all(), "CONNECT\naccept-version:1.2\nhost:/\n\n\0", &accept);
    assert_eq!(said, "CONNECTED heart-beat:0,0 server:fourwire/1 session:s1 user-name:me version:1.2");
    for own in [HeaderName::Version, HeaderName::Session, HeaderName::Server, HeaderName::HeartBeat] {
        let headers = [Header::new(own.as_str(), "x")];
        let (mut server, mut out) = (new_server(Versions::ALL), Vec::new());
        reads(&mut server, b"CONNECT\n\n\0");
        let accept = Accept { headers: (&headers).into(), ..Accept::default() };
        assert_eq!(server.accept(NOW, &accept, &mut out), Err(SendError::Header(own)));
        assert!(out.is_empty() && !server.is_connected() && !server.is_closed());
    }
}

#[test]
fn connected_refused() {
    let (mut server, mut out) = (new_server(Versions::ALL), Vec::new());
    assert_eq!(server.refuse(NOW, &Farewell::new("no"), &mut out), Err(SendError::NotConnected));
    reads(&mut server, b"CONNECT\naccept-version:1.2\nhost:/\n\n\0");
    server.refuse(NOW, &Farewell { body: b"at all", ..Farewell::new("no") }, &mut out).unwrap();
    assert_eq!(shown(None, &out), ["ERROR message:no [at all]"]);
    assert!(server.is_closed());
    assert_eq!(server.accept(NOW, &Accept::default(), &mut out), Err(SendError::NotConnected));
    let mut client = Client::new(all(), Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    let event = hears(&mut client, &out);
    assert!(matches!(event, Event::Error(frame, None) if frame.body == b"at all"), "{event:?}");
    assert!(client.is_closed());
}

#[test]
fn connected_before() {
    let frames: [(&[u8], Command); 3] = [
        (b"MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:1\n\n\0", Command::Message),
        (b"RECEIPT\nreceipt-id:1\n\n\0", Command::Receipt),
        (b"SEND\ndestination:/q\n\n\0", Command::Send),
    ];
    for (bytes, command) in frames {
        let mut client = Client::new(all(), Session::new());
        assert_eq!(client.receive(NOW, bytes, &mut Vec::new()), Ok(None), "nothing is read before CONNECT");
        client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
        assert_eq!(client_refuses(&mut client, bytes), Violation::Unexpected(command).into());
    }
}

#[test]
fn connected_twice() {
    for version in Version::ALL {
        let mut client = crate::stomp::support::client(version);
        let error = client_refuses(&mut client, format!("CONNECTED\nversion:{version}\n\n\0").as_bytes());
        assert_eq!(error, Violation::Unexpected(Command::Connected).into());
    }
}

#[test]
fn connected_sender() {
    for version in Version::ALL {
        for (bytes, command) in [
            ("CONNECTED\nversion:1.2\n\n\0", Command::Connected),
            ("MESSAGE\ndestination:/q\nmessage-id:1\nsubscription:1\n\n\0", Command::Message),
            ("RECEIPT\nreceipt-id:1\n\n\0", Command::Receipt),
            ("ERROR\n\n\0", Command::Error),
        ] {
            violates(&mut server(version), bytes.as_bytes(), Violation::Unexpected(command));
        }
        for (bytes, command) in [
            ("CONNECT\naccept-version:1.2\nhost:/\n\n\0", Command::Connect),
            ("SEND\ndestination:/q\n\n\0", Command::Send),
            ("ACK\nid:1\nmessage-id:1\nsubscription:1\n\n\0", Command::Ack),
            ("DISCONNECT\n\n\0", Command::Disconnect),
        ] {
            let mut client = crate::stomp::support::client(version);
            assert_eq!(client_refuses(&mut client, bytes.as_bytes()), Violation::Unexpected(command).into());
        }
    }
}
