//! What comes back to a broker is not lost by one that takes it in several goes.

use fourwire::stomp::{Message, Outcome, Request, Server, Version};

use crate::stomp::support::{NOW, reads, server};

/// Three messages, which are acknowledged together.
fn three() -> Server<u32> {
    let mut server = server(Version::V1_2);
    let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\nack:client\n\n\0");
    let Request::Subscribe(subscription, ..) = request else { panic!("{request:?}") };
    for number in 1..=3 {
        let delivery = server.deliver(NOW, subscription, &Message::to("/q", b""), &mut Vec::new()).unwrap();
        assert_eq!(server.keep(delivery, number), None);
    }
    server
}

fn all(settled: impl Iterator<Item = fourwire::stomp::Settled<u32>>) -> Vec<(Outcome, u32)> {
    settled.map(|settled| (settled.outcome, settled.value.unwrap())).collect()
}

#[test]
fn in_several_goes() {
    let mut server = three();
    reads(&mut server, b"NACK\nid:1-2\n\n\0");
    assert_eq!(server.settled().next().unwrap().value, Some(1));
    assert_eq!(all(server.settled()), [(Outcome::Refused, 2)]);
    assert_eq!(all(server.settled()), []);
    assert_eq!(all(server.end()), [(Outcome::Returned, 3)]);
}

/// What was settled and not taken is not what comes back: its outcome says so.
#[test]
fn the_end_after_what_was_not_taken() {
    let mut server = three();
    reads(&mut server, b"ACK\nid:1-1\n\n\0");
    assert_eq!(server.end().next().unwrap().outcome, Outcome::Acknowledged);
    assert_eq!(all(server.end()), [(Outcome::Returned, 2), (Outcome::Returned, 3)]);
}
