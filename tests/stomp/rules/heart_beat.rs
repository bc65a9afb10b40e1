//! Heart-beats.

use core::time::Duration;

use fourwire::Instant;
use fourwire::stomp::{
    Accept, Client, Config, Connect, Error, Event, HeartBeat, Message, Request, Server, Session, Timeout, Version,
    Versions, Violation,
};

use crate::stomp::support::{NOW, Pair, client_refuses, reads, refuses, shown};

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn at(millis: u64) -> Instant {
    NOW.after(ms(millis))
}

fn config(sends: u64, wants: u64) -> Config {
    Config { heart_beat: HeartBeat { sends: ms(sends), wants: ms(wants) }, ..Config::default() }
}

/// A client that has read this CONNECTED.
fn client(config: Config, connected: &str) -> Client {
    let mut client = Client::new(config, Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    let event = client.receive(NOW, connected.as_bytes(), &mut Vec::new()).unwrap();
    assert!(matches!(event, Some((Event::Connected(_), _))));
    client
}

/// A server that has accepted the client with this header.
fn server(config: Config, heart_beat: &str) -> Server<u32> {
    let mut server = Server::new(NOW, config, Session::new());
    let connect = format!("CONNECT\naccept-version:1.1\nhost:/\n{heart_beat}\n\0");
    assert!(matches!(reads(&mut server, connect.as_bytes()), Request::Connect(_)));
    server.accept(NOW, &Accept::default(), &mut Vec::new()).unwrap();
    server
}

#[test]
fn heart_beat_header() {
    let mut client = Client::new(config(5000, 10), Session::new());
    let mut out = Vec::new();
    client.connect(NOW, &Connect::to("/"), &mut out).unwrap();
    assert_eq!(shown(None, &out), ["CONNECT accept-version:1.0,1.1,1.2 heart-beat:5000,10 host:/"]);
    let mut server: Server<u32> = Server::new(NOW, config(0, 1), Session::new());
    reads(&mut server, &out);
    out.clear();
    server.accept(NOW, &Accept::default(), &mut out).unwrap();
    assert_eq!(shown(None, &out), ["CONNECTED heart-beat:0,1 version:1.2"]);
}

/// A server knows what the client has said, and answers each as it likes.
#[test]
fn heart_beat_accepted() {
    for (version, theirs) in [(Version::V1_1, (700, 300)), (Version::V1_2, (700, 300)), (Version::V1_0, (0, 0))] {
        let mut server: Server<u32> = Server::new(NOW, config(10, 10), Session::new());
        let connect = format!("CONNECT\naccept-version:{version}\nhost:/\nheart-beat:700,300\n\n\0");
        let Request::Connect(login) = reads(&mut server, connect.as_bytes()) else { panic!() };
        assert_eq!(login.heart_beat, HeartBeat { sends: ms(theirs.0), wants: ms(theirs.1) });
        let ours = HeartBeat { sends: ms(400), wants: ms(500) };
        let mut out = Vec::new();
        server.accept(NOW, &Accept { heart_beat: Some(ours), ..Accept::default() }, &mut out).unwrap();
        let (said, agreed) = match version {
            Version::V1_0 => ("CONNECTED version:1.0".into(), HeartBeat::NONE),
            _ => (
                format!("CONNECTED heart-beat:400,500 version:{version}"),
                HeartBeat { sends: ms(400), wants: ms(700) },
            ),
        };
        assert_eq!((shown(None, &out), server.heart_beat()), (vec![said], agreed));
        // Half of 400 ms; a silence of thrice 700 ms.
        let beats = version != Version::V1_0;
        assert_eq!(server.deadline(), beats.then_some(at(200)));
        assert_eq!(server.timeout(at(2099), &mut out), Ok(()));
        let late = if beats { Err(Error::Timeout(Timeout::HeartBeat)) } else { Ok(()) };
        assert_eq!(server.timeout(at(2100), &mut out), late);
    }
    // Who asked for none is told none, if that is all the same to the server.
    let mut server: Server<u32> = Server::new(NOW, config(10, 10), Session::new());
    let Request::Connect(login) = reads(&mut server, b"CONNECT\naccept-version:1.2\nhost:/\n\n\0") else { panic!() };
    assert_eq!(login.heart_beat, HeartBeat::NONE);
    let mut out = Vec::new();
    server.accept(NOW, &Accept { heart_beat: Some(HeartBeat::NONE), ..Accept::default() }, &mut out).unwrap();
    assert_eq!((shown(None, &out), server.deadline()), (vec!["CONNECTED heart-beat:0,0 version:1.2".into()], None));
}

/// Less than a millisecond cannot be said; and 0 would say something else.
#[test]
fn heart_beat_milliseconds() {
    let span = Duration::from_micros(300);
    let ours = Config { heart_beat: HeartBeat::every(span), ..Config::default() };
    let mut client = Client::new(ours, Session::new());
    let mut out = Vec::new();
    client.connect(NOW, &Connect::to("/"), &mut out).unwrap();
    assert_eq!(shown(None, &out), ["CONNECT accept-version:1.0,1.1,1.2 heart-beat:1,1 host:/"]);
    let mut server: Server<u32> = Server::new(NOW, ours, Session::new());
    reads(&mut server, &out);
    out.clear();
    server.accept(NOW, &Accept::default(), &mut out).unwrap();
    assert_eq!(shown(None, &out), ["CONNECTED heart-beat:1,1 version:1.2"]);
    client.receive(NOW, &out, &mut Vec::new()).unwrap().unwrap();
    assert_eq!((client.heart_beat(), server.heart_beat()), (HeartBeat::every(ms(1)), HeartBeat::every(ms(1))));
}

#[test]
fn heart_beat_missing() {
    let client = client(config(10, 10), "CONNECTED\nversion:1.2\n\n\0");
    let server = server(config(10, 10), "");
    assert_eq!((client.heart_beat(), server.heart_beat()), (HeartBeat::NONE, HeartBeat::NONE));
    assert_eq!((client.deadline(), server.deadline()), (None, None));
}

#[test]
fn heart_beat_wrong() {
    for wrong in ["", "1", "1,", "1,2,3", "a,b", "-1,0", "1 ,2", "1.5,2"] {
        let mut client = Client::new(Config::default(), Session::new());
        client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
        let connected = format!("CONNECTED\nversion:1.2\nheart-beat:{wrong}\n\n\0");
        assert_eq!(client_refuses(&mut client, connected.as_bytes()), Violation::HeartBeat.into(), "{wrong}");
        let mut server: Server<u32> = Server::new(NOW, Config::default(), Session::new());
        let connect = format!("CONNECT\naccept-version:1.2\nhost:/\nheart-beat:{wrong}\n\n\0");
        let (error, said) = refuses(&mut server, connect.as_bytes());
        assert_eq!(error, Violation::HeartBeat.into(), "{wrong}");
        assert_eq!(said, "ERROR message:heart-beat is not two numbers");
    }
}

#[test]
fn heart_beat_zero() {
    // The other end wants none, cannot send any, or neither; nor do we.
    for (ours, theirs, sends, wants) in [
        ((10, 10), "0,0", 0, 0),
        ((10, 10), "0,20", 20, 0),
        ((10, 10), "20,0", 0, 20),
        ((0, 10), "20,20", 0, 20),
        ((10, 0), "20,20", 20, 0),
        ((0, 0), "20,20", 0, 0),
    ] {
        let agreed = HeartBeat { sends: ms(sends), wants: ms(wants) };
        let client = client(config(ours.0, ours.1), &format!("CONNECTED\nversion:1.1\nheart-beat:{theirs}\n\n\0"));
        let server = server(config(ours.0, ours.1), &format!("heart-beat:{theirs}\n"));
        assert_eq!((client.heart_beat(), server.heart_beat()), (agreed, agreed), "{ours:?} {theirs}");
        assert_eq!(client.deadline().is_none(), agreed == HeartBeat::NONE);
    }
}

#[test]
fn heart_beat_rate() {
    // From the client: the slower of what it can and what the server wants; from the server likewise.
    for (ours, theirs, sends, wants) in
        [((10, 20), "30,40", 40, 30), ((40, 30), "20,10", 40, 30), ((7, 7), "7,7", 7, 7)]
    {
        let agreed = HeartBeat { sends: ms(sends), wants: ms(wants) };
        let client = client(config(ours.0, ours.1), &format!("CONNECTED\nversion:1.2\nheart-beat:{theirs}\n\n\0"));
        let server = server(config(ours.0, ours.1), &format!("heart-beat:{theirs}\n"));
        assert_eq!((client.heart_beat(), server.heart_beat()), (agreed, agreed), "{ours:?} {theirs}");
    }
}

/// Something is sent within the interval, reckoned from the last that was; a frame will do.
#[test]
fn heart_beat_sent() {
    let mut client = client(config(1000, 0), "CONNECTED\nversion:1.2\nheart-beat:0,1000\n\n\0");
    let mut out = Vec::new();
    let due = client.deadline().unwrap();
    assert!(due > NOW && due < at(1000), "{due:?}");
    client.timeout(NOW, &mut out).unwrap();
    assert!(out.is_empty(), "too early");
    client.timeout(due, &mut out).unwrap();
    assert_eq!(out, b"\n");
    client.timeout(due, &mut out).unwrap();
    assert_eq!(out, b"\n", "once");
    let next = client.deadline().unwrap();
    assert!(next > due && next.since(due) < ms(1000));
    client.send(next, &Message::to("/q", b""), &mut out).unwrap();
    assert!(client.deadline().unwrap() > next);
    out.clear();
    client.timeout(next, &mut out).unwrap();
    assert!(out.is_empty(), "the frame was sign enough");
}

#[test]
fn heart_beat_octets() {
    // A frame in pieces of one byte, each just in time; and line ends.
    let mut client = client(config(0, 1000), "CONNECTED\nversion:1.2\nheart-beat:1000,0\n\n\0");
    let input = b"\nMESSAGE\ndestination:/q\nmessage-id:1\nsubscription:9\n\nbody\0\r\n";
    let (mut start, mut now) = (0, 0);
    for end in 1..=input.len() {
        now += 2900;
        if let Some((_, used)) = client.receive(at(now), &input[start..end], &mut Vec::new()).unwrap() {
            start += used;
        }
        client.timeout(at(now), &mut Vec::new()).unwrap();
    }
    assert_eq!(start, input.len());
    // The same bytes again are no sign of life.
    for _ in 0..3 {
        now += 1000;
        assert_eq!(client.receive(at(now), b"", &mut Vec::new()), Ok(None));
    }
    assert_eq!(client.timeout(at(now), &mut Vec::new()), Err(Error::Timeout(Timeout::HeartBeat)));
}

#[test]
fn heart_beat_margin() {
    let late = Err(Error::Timeout(Timeout::HeartBeat));
    let mut client = client(config(0, 1000), "CONNECTED\nversion:1.2\nheart-beat:1000,0\n\n\0");
    let mut server = server(config(0, 1000), "heart-beat:1000,0\n");
    let mut out = Vec::new();
    // A peer whose clock is slow by a half.
    let mut now = 0;
    for _ in 0..10 {
        now += 1500;
        client.timeout(at(now), &mut out).unwrap();
        server.timeout(at(now), &mut out).unwrap();
        assert!(matches!(client.receive(at(now), b"\n", &mut out), Ok(Some((Event::HeartBeat, 1)))));
        assert!(matches!(server.receive(at(now), b"\n", &mut out), Ok(Some((Request::HeartBeat, 1)))));
    }
    assert_eq!((client.deadline(), server.deadline()), (Some(at(now + 3000)), Some(at(now + 3000))));
    assert!(out.is_empty());
    assert_eq!(client.timeout(at(now + 3000), &mut out), late);
    assert!(client.is_closed() && out.is_empty() && client.deadline().is_none());
    assert_eq!(server.timeout(at(now + 3000), &mut out), late);
    assert!(server.is_closed() && server.deadline().is_none());
    assert_eq!(shown(server.version(), &out), ["ERROR message:nothing came for three times as long as was agreed"]);
}

#[test]
fn heart_beat_1_0() {
    let mut pair = Pair::connected_with(Version::V1_0, config(10, 10), config(10, 10));
    assert_eq!((pair.client.heart_beat(), pair.server.heart_beat()), (HeartBeat::NONE, HeartBeat::NONE));
    assert_eq!((pair.client.deadline(), pair.server.deadline()), (None, None));
    // But a line end is none the less between frames.
    pair.down.push(b'\n');
    pair.client(|event| assert_eq!(event, Event::HeartBeat));
    let mut out = Vec::new();
    let versions = Versions::only(Version::V1_0);
    Client::new(Config { versions, ..config(10, 10) }, Session::new())
        .connect(NOW, &Connect::to("/"), &mut out)
        .unwrap();
    assert_eq!(shown(None, &out), ["CONNECT host:/"]);
}

/// Not before the connection is made.
#[test]
fn heart_beat_connected() {
    let mut client = Client::new(config(10, 10), Session::new());
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    let mut out = Vec::new();
    client.timeout(at(20_000), &mut out).unwrap();
    let mut server: Server<u32> = Server::new(NOW, config(10, 10), Session::new());
    server.timeout(at(20_000), &mut out).unwrap();
    reads(&mut server, b"CONNECT\naccept-version:1.2\nhost:/\nheart-beat:10,10\n\n\0");
    server.timeout(at(20_000), &mut out).unwrap();
    assert!(out.is_empty());
    server.accept(at(20_000), &Accept::default(), &mut Vec::new()).unwrap();
    assert_eq!(server.heart_beat(), HeartBeat { sends: ms(10), wants: ms(10) });
    server.timeout(at(20_005), &mut out).unwrap();
    assert_eq!(out, b"\n");
}
