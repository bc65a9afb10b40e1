//! Which publish it is that comes back.

use fourwire::amqp::{CameBack, Channel, Event, Outstanding, Properties, Settled, basic, confirm};

use super::support::{NOW, Pair};

/// Publishes with confirms, to these routing keys.
fn publishes(keys: &[&'static str]) -> (Pair, Channel, Channel, Outstanding<&'static str>) {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    pair.server(|_| ());
    let mut sent = Outstanding::new();
    for key in keys {
        let publish = basic::Publish { routing_key: (*key).into(), mandatory: true, ..Default::default() };
        let number = pair.client.publish(NOW, ours, &publish, Properties::EMPTY, b"", &mut pair.up).unwrap();
        assert_eq!(sent.insert(ours, number.unwrap(), *key), None);
        pair.server(|_| ());
        pair.server(|_| ());
    }
    (pair, ours, theirs, sent)
}

/// The server sends one back with this routing key.
fn back(pair: &mut Pair, theirs: Channel, key: &str, sent: &mut Outstanding<&'static str>) -> CameBack {
    let returned = basic::Return { routing_key: key.into(), ..Default::default() };
    pair.server.send_back(NOW, theirs, &returned, Properties::EMPTY, b"", &mut pair.down).unwrap();
    let came_back = pair.client(|event| {
        let Event::Returned(channel, returned) = event else { panic!("{event:?}") };
        sent.came_back(channel, |key| returned.routing_key == *key)
    });
    pair.client(|event| assert!(matches!(event, Event::Header(..))));
    came_back
}

#[test]
fn one_that_is_like_no_other() {
    let (mut pair, _, theirs, mut sent) = publishes(&["a", "b", "c"]);
    assert_eq!(back(&mut pair, theirs, "b", &mut sent), CameBack::This(2));
    // Once.
    assert_eq!(back(&mut pair, theirs, "b", &mut sent), CameBack::Unknown);
    // They come in order: an earlier one would have come before.
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::Unknown);
    assert_eq!(back(&mut pair, theirs, "c", &mut sent), CameBack::This(3));
}

#[test]
fn several_that_are_alike() {
    let (mut pair, ours, theirs, mut sent) = publishes(&["a", "b", "a", "a"]);
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::OneOf { first: 1, last: 4, count: 3 });
    // Whichever it was, the next is not the first; and what is confirmed comes back no more.
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::OneOf { first: 3, last: 4, count: 2 });
    pair.server.confirm(NOW, theirs, 3, true, &mut pair.down).unwrap();
    pair.client(|event| {
        let settled = Settled { first: 1, last: 3, count: 3 };
        assert_eq!(event, Event::Confirmed(ours, settled));
        drop(sent.settle(ours, settled));
    });
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::This(4));
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::Unknown);
}

#[test]
fn channels_do_not_meet() {
    let (mut pair, ours, theirs, mut sent) = publishes(&["a"]);
    let other = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    sent.insert(other, 1, "a");
    assert_eq!(back(&mut pair, theirs, "a", &mut sent), CameBack::This(1));
    assert_eq!(sent.came_back(other, |key| *key == "a"), CameBack::This(1));
    drop(sent.end(ours));
    assert_eq!((sent.len(), sent.came_back(ours, |_| true)), (1, CameBack::Unknown));
}
