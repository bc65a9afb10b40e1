//! §4.2.7: heartbeats.

use fourwire::Instant;
use fourwire::amqp::{Config, Decoder, Error, ErrorKind, Event, Frame, Login, ReplyCode, Request, Timeout, basic};

use super::{both_close, frame};
use crate::amqp::support::{NOW, Pair, names};
use crate::hex;

fn after(seconds: u64) -> Instant {
    Instant::from_secs(1 + seconds)
}

/// Both want one every `client` and `server` seconds.
fn beating(client: u16, server: u16) -> Pair {
    let config = |heartbeat| Config { heartbeat, ..Config::default() };
    Pair::open_with(config(client), config(server)).0
}

#[test]
fn wire_heartbeat() {
    let bytes = hex("08 0000 00000000 CE");
    assert_eq!(Decoder::new().decode(&bytes), Ok(Some((Frame::Heartbeat, 8))));
    let mut out = Vec::new();
    Frame::Heartbeat.encode(0, &mut out).unwrap();
    assert_eq!(out, bytes);
}

/// 505, as RabbitMQ has it; §4.2.3 has 503, and §4.2.7 has 501.
#[test]
fn wire_heartbeat_channel() {
    for bytes in [frame(8, 1, b""), frame(8, 256, b""), b"\x08\0\x01".to_vec()] {
        match both_close(&bytes, ReplyCode::UnexpectedFrame) {
            Error::Decode(error) => assert_eq!((error.kind, error.offset), (ErrorKind::HeartbeatChannel, 1)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn wire_heartbeat_payload() {
    for bytes in [frame(8, 0, b"x"), b"\x08\0\0\0\0\0\x01".to_vec(), b"\x08\0\0\x01".to_vec()] {
        match both_close(&bytes, ReplyCode::FrameError) {
            Error::Decode(error) => assert_eq!((error.kind, error.offset), (ErrorKind::HeartbeatPayload, 3)),
            other => panic!("{other:?}"),
        }
    }
}

/// Half an interval after the last frame that was sent.
#[test]
fn wire_heartbeat_sent() {
    let mut pair = beating(10, 10);
    assert_eq!((pair.client.deadline(), pair.server.deadline()), (Some(after(5)), Some(after(5))));
    pair.client.timeout(after(4), &mut pair.up).unwrap();
    assert_eq!(pair.up, b"");
    pair.client.timeout(after(5), &mut pair.up).unwrap();
    pair.server.timeout(after(5), &mut pair.down).unwrap();
    assert_eq!((names(&pair.up), names(&pair.down)), (vec!["heartbeat".into()], vec!["heartbeat".into()]));
    pair.server(|request| assert_eq!(request, Request::Heartbeat));
    pair.client(|event| assert_eq!(event, Event::Heartbeat));
    assert_eq!(pair.client.deadline(), Some(after(10)));
}

/// Any other frame is as good.
#[test]
fn wire_heartbeat_traffic() {
    let (mut pair, ours, _) = Pair::open_with(Config { heartbeat: 10, ..Config::default() }, Config::default());
    pair.client.call(after(4), ours, basic::Qos::default(), &mut pair.up).unwrap();
    pair.up.clear();
    pair.client.timeout(after(8), &mut pair.up).unwrap();
    assert_eq!(pair.up, b"", "not before half an interval is over");
    pair.client.timeout(after(9), &mut pair.up).unwrap();
    assert_eq!(names(&pair.up), ["heartbeat"]);

    // And is heard as well: the client lives on at a time at which it would not.
    let qos_ok = super::method(1, "003C 000B");
    pair.client.receive(after(15), &qos_ok, &mut Vec::new()).unwrap();
    assert_eq!(pair.client.timeout(after(34), &mut Vec::new()), Ok(()));
    assert_eq!(pair.client.timeout(after(35), &mut Vec::new()), Err(Error::Timeout(Timeout::Heartbeat)));
}

/// Any octet counts, also in the middle of a frame that takes long. What was seen before does not.
#[test]
fn wire_heartbeat_octets() {
    let mut pair = beating(10, 10);
    let blocked = super::method(0, "000A 003C 03 6D656D");
    let mut hear = |second, octets: usize| {
        let heard = pair.client.receive(after(second), &blocked[..octets], &mut Vec::new()).unwrap();
        assert_eq!(heard.is_some(), octets == blocked.len());
        pair.client.timeout(after(second), &mut Vec::new()).unwrap();
    };
    (1..=blocked.len()).for_each(|octets| hear(15 * octets as u64, octets));
    let last = 15 * blocked.len() as u64;
    // Half a frame once, and nothing more of it.
    pair.client.receive(after(last + 1), &blocked[..5], &mut Vec::new()).unwrap();
    pair.client.receive(after(last + 19), &blocked[..5], &mut Vec::new()).unwrap();
    assert_eq!(pair.client.timeout(after(last + 20), &mut Vec::new()), Ok(()));
    assert_eq!(pair.client.timeout(after(last + 21), &mut Vec::new()), Err(Error::Timeout(Timeout::Heartbeat)));
}

/// After two intervals the connection is over, without a close.
#[test]
fn wire_heartbeat_silence() {
    let mut pair = beating(10, 10);
    assert_eq!(pair.client.timeout(after(19), &mut pair.up), Ok(()));
    pair.up.clear();
    assert_eq!(pair.client.timeout(after(20), &mut pair.up), Err(Error::Timeout(Timeout::Heartbeat)));
    assert_eq!(pair.server.timeout(after(20), &mut pair.down), Err(Error::Timeout(Timeout::Heartbeat)));
    assert!(pair.client.is_closed() && pair.server.is_closed());
    assert_eq!((pair.up, pair.down), (vec![], vec![]));
}

/// Taken before the connection is open, by both.
#[test]
fn wire_heartbeat_start() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    Frame::Heartbeat.encode(0, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Heartbeat));
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    Frame::Heartbeat.encode(0, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Heartbeat));
    pair.client(|_| ());
    pair.client.login(NOW, &Login::external(), &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Login(_))));
}

/// With an interval of 0 none are sent and none are missed; those that come are taken.
#[test]
fn wire_heartbeat_off() {
    let mut pair = beating(0, 0);
    assert_eq!((pair.client.deadline(), pair.server.deadline()), (None, None));
    assert_eq!(pair.client.timeout(after(1_000_000), &mut pair.up), Ok(()));
    assert_eq!(pair.up, b"");
    pair.up.extend(frame(8, 0, b""));
    pair.server(|request| assert_eq!(request, Request::Heartbeat));
}
