//! STOMP.

use allocation_counter::measure;
use fourwire::SliceOutput;
use fourwire::stomp::{
    Accept, AckMode, Client, Command, Config, Connect, ContentLength, Decoder, Event, Frame, Header, Limits, Message,
    Outcome, Request, Server, Session, Subscribe, Subscription, Unit, Version, With,
};

use super::{NOW, corpus, none, properties};

const STREAM: &[u8] = b"CONNECTED\nversion:1.2\nsession:a:b\n\n\0\r\n\nMESSAGE\nsubscription:0\nmessage-id:7\n\
    destination:/queue/a\\cb\ncontent-length:5\n\na\0b\0c\0RECEIPT\nreceipt-id:1\n\n\0ERROR\nmessage:\\\\\\n\n\nno\0";

#[test]
fn law_6_decoding_and_encoding() {
    let mut room = [0; 512];
    let mut units = 0;
    none("units", || {
        let mut decoder = Decoder::new(None);
        let mut out = SliceOutput::new(&mut room);
        let (mut start, mut there) = (0, 0);
        while there < STREAM.len() {
            there += 1;
            while let Some((unit, used)) = decoder.decode(&STREAM[start..there]).unwrap() {
                unit.encode(decoder.version(), &mut out).unwrap();
                read(&unit);
                (start, units) = (start + used, units + 1);
            }
        }
        assert_eq!(start, STREAM.len());
    });
    assert_eq!(units, 6);
}

#[test]
fn law_6_decoding_and_encoding_recordings() {
    let mut units = 0;
    for recording in corpus::recordings("stomp") {
        let mut decoder = Decoder::new(recording.stomp_version());
        let mut room = vec![0; 2 * recording.bytes.len()];
        none(&recording.name, || {
            let mut out = SliceOutput::new(&mut room);
            let mut rest = &recording.bytes[..];
            // Some recordings end with what is wrong, and two begin with it.
            while let Ok(Some((unit, used))) = decoder.decode(rest) {
                unit.encode(decoder.version(), &mut out).unwrap();
                read(&unit);
                rest = &rest[used..];
                units += 1;
            }
        });
    }
    assert!(units > 3000, "{units}");
}

/// Reads what is read lazily.
fn read(unit: &Unit<'_>) {
    let Unit::Frame(frame) = unit else { return };
    for header in frame.headers {
        assert!(header.value.chunks().flatten().count() <= header.value.raw().len());
        assert!(header.name != "x");
        let _ = (header.name.as_str().and_then(|name| frame.get(name)), header.value.as_str());
    }
}

#[test]
fn law_6_encoding_what_was_written() {
    let headers = [Header::new("destination", "a:b\n"), Header::new("größer", "\\")];
    let frame = Frame { body: b"a\0b", ..Frame::new(Command::Send, &headers) };
    let mut room = [0; 256];
    none("frames", || {
        let mut out = SliceOutput::new(&mut room);
        for content_length in [ContentLength::Always, ContentLength::WithNul, ContentLength::Never] {
            let frame = Frame { content_length, ..frame };
            let written = frame.encode(Version::V1_2, &mut out).is_ok();
            assert_eq!(written, content_length != ContentLength::Never);
            assert!(frame.encode(Version::V1_0, &mut out).is_err());
        }
    });
}

/// A decoder that takes bodies of any size allocates nothing for one that is only announced, nor for anything else.
#[test]
fn law_6_declared_lengths() {
    for version in properties::stomp::VERSIONS {
        for length in ["1000000000", "4294967295", "4294967296", "18446744073709551615", "99999999999999999999999"] {
            let input = format!("SEND\ndestination:a\ncontent-length:{length}\n\nabc");
            none(length, || {
                let mut decoder = Decoder::with_limits(version, Limits { body: u32::MAX, ..Limits::default() });
                let _ = decoder.decode(input.as_bytes());
                let _ = Decoder::new(version).decode(input.as_bytes());
            });
        }
    }
}

// --- the machines ----------------------------------------------------------------------------------------------------

/// A client with a subscription in each mode that its version has, a server, and a wire.
struct Pair {
    client: Client,
    server: Server<u32>,
    /// Of each mode: as the client knows it, and the server.
    subscriptions: Vec<(AckMode, Subscription, Subscription)>,
    wire: [u8; 4096],
}

impl Pair {
    fn connected(version: Version) -> Self {
        let config = Config { versions: fourwire::stomp::Versions::only(version), ..Config::default() };
        let (mut client, mut out) = (Client::new(config, Session::new()), Vec::new());
        client.connect(NOW, &Connect::to("/"), &mut out).unwrap();
        let mut server: Server<u32> = Server::new(NOW, Config::default(), Session::new());
        server.receive(NOW, &out, &mut Vec::new()).unwrap().unwrap();
        out.clear();
        // Longer than numbers are: so are those of brokers.
        let accept = Accept { session: Some("ID:host-40651-1606219001-2:17".into()), ..Accept::default() };
        server.accept(NOW, &accept, &mut out).unwrap();
        client.receive(NOW, &out, &mut Vec::new()).unwrap().unwrap();
        let mut pair = Self { client, server, subscriptions: Vec::new(), wire: [0; 4096] };
        for mode in [AckMode::Auto, AckMode::Client, AckMode::ClientIndividual] {
            let mut out = Vec::new();
            let Ok(ours) = pair.client.subscribe(NOW, &Subscribe::to("/q").with_ack(mode), &mut out) else { continue };
            let (request, _) = pair.server.receive(NOW, &out, &mut Vec::new()).unwrap().unwrap();
            let Request::Subscribe(theirs, ..) = request else { panic!("{request:?}") };
            pair.subscriptions.push((mode, ours, theirs));
        }
        pair
    }

    /// The client says something, and the server reads it all.
    fn up(
        &mut self,
        say: impl FnOnce(&mut Client, &mut SliceOutput<'_>),
        mut see: impl FnMut(&mut Server<u32>, &Request<'_>),
    ) {
        let mut out = SliceOutput::new(&mut self.wire);
        say(&mut self.client, &mut out);
        let (mut input, mut none) = (out.written(), SliceOutput::new(&mut []));
        while let Some((request, used)) = self.server.receive(NOW, input, &mut none).unwrap() {
            input = &input[used..];
            see(&mut self.server, &request);
        }
        assert!(input.is_empty());
    }

    /// The server says something, and the client reads it all.
    fn down(
        &mut self,
        say: impl FnOnce(&mut Server<u32>, &mut SliceOutput<'_>),
        mut see: impl FnMut(&mut Client, &Event<'_>),
    ) {
        let mut out = SliceOutput::new(&mut self.wire);
        say(&mut self.server, &mut out);
        let (mut input, mut none) = (out.written(), SliceOutput::new(&mut []));
        while let Some((event, used)) = self.client.receive(NOW, input, &mut none).unwrap() {
            input = &input[used..];
            see(&mut self.client, &event);
        }
        assert!(input.is_empty());
    }

    /// Messages from the client, of which each wants a receipt, and gets it.
    fn sends(&mut self, receipt: bool) {
        let headers = [Header::new("content-type", "text/plain"), Header::new("priority", "4")];
        let message = Message { headers: (&headers).into(), ..Message::to("/q", b"hello") };
        let (mut owed, mut done) = ([None; 8], 0);
        self.up(
            |client, out| {
                let with = With { receipt, ..With::default() };
                (0..8).for_each(|_| assert!(client.send_with(NOW, &message, &with, out).is_ok()));
            },
            |_, request| {
                owed[done] = request.receipt();
                done += 1;
            },
        );
        assert_eq!((done, owed[7].is_some()), (8, receipt));
        self.down(
            |server, out| owed.into_iter().flatten().for_each(|receipt| server.receipt(NOW, receipt, out).unwrap()),
            |_, event| {
                assert!(matches!(event, Event::Receipt(_)));
                done -= 1;
            },
        );
        assert_eq!(done, if receipt { 0 } else { 8 });
    }

    /// Messages to one subscription, the headers as they came from a sender, and what acknowledges them.
    fn delivers(&mut self, (mode, ours, theirs): (AckMode, Subscription, Subscription)) {
        let mut deliveries = [None; 8];
        let mut done = 0;
        let input = b"SEND\ndestination:/q\ncontent-type:text/plain\nreceipt:7\n\nhello\0";
        let version = self.server.version();
        let Ok(Some((Unit::Frame(send), _))) = Decoder::new(version).decode(input) else { panic!() };
        self.down(
            |server, out| {
                for value in 0..8 {
                    let delivery = server.deliver(NOW, theirs, &Message::forward(&send), out).unwrap();
                    server.keep(delivery, value);
                }
            },
            |_, event| {
                let Event::Message(_, delivery) = event else { panic!("{event:?}") };
                assert_eq!(delivery.subscription(), Some(ours));
                deliveries[done] = Some(*delivery);
                done += 1;
            },
        );
        assert_eq!(done, 8);
        let deliveries = deliveries.map(Option::unwrap);
        let mut settled = 0;
        self.up(
            |client, out| match mode {
                AckMode::Auto => {}
                AckMode::Client => {
                    client.ack(NOW, deliveries[3], out).unwrap();
                    client.ack(NOW, deliveries[7], out).unwrap();
                }
                // From behind, and not one that is in nobody's way.
                AckMode::ClientIndividual => {
                    deliveries.iter().rev().for_each(|delivery| client.ack(NOW, *delivery, out).unwrap());
                }
            },
            |server, _| {
                let done = server.settled().filter(|settled| settled.outcome == Outcome::Acknowledged);
                settled += done.filter(|settled| settled.value.is_some()).count();
            },
        );
        assert_eq!(settled, if mode == AckMode::Auto { 0 } else { 8 });
    }

    /// A message of each mode that is acknowledged in a transaction.
    fn transaction(&mut self) {
        let mut transaction = None;
        self.up(|client, out| transaction = client.begin(NOW, out).ok(), |_, _| {});
        for (_, _, theirs) in self.subscriptions.clone() {
            let mut delivery = None;
            self.down(
                |server, out| assert!(server.deliver(NOW, theirs, &Message::to("/q", b""), out).is_ok()),
                |_, event| {
                    let Event::Message(_, one) = event else { panic!("{event:?}") };
                    delivery = Some(*one);
                },
            );
            let with = With { transaction, ..With::default() };
            self.up(|client, out| assert!(client.ack_with(NOW, delivery.unwrap(), &with, out).is_ok()), |_, _| {});
        }
        self.up(|client, out| client.commit(NOW, transaction.unwrap(), out).unwrap(), |_, _| {});
    }
}

/// After some of these, a hundred more allocate nothing.
fn each(what: &str, version: Version, mut body: impl FnMut(&mut Pair)) {
    let mut pair = Pair::connected(version);
    (0..3).for_each(|_| body(&mut pair));
    none(what, || (0..100).for_each(|_| body(&mut pair)));
}

#[test]
fn law_6_machines_send_in_steady_state() {
    for version in Version::ALL {
        each("send", version, |pair| pair.sends(false));
        each("send with receipts", version, |pair| pair.sends(true));
    }
}

#[test]
fn law_6_machines_deliver_in_steady_state() {
    for version in Version::ALL {
        for n in 0..Pair::connected(version).subscriptions.len() {
            each("deliver", version, |pair| pair.delivers(pair.subscriptions[n]));
        }
    }
}

#[test]
fn law_6_machines_beat_in_steady_state() {
    let mut pair = Pair::connected(Version::V1_2);
    none("heart-beats", || {
        let (mut now, mut room) = (NOW, [0; 2]);
        for _ in 0..100 {
            now = now.after(pair.client.heart_beat().sends / 2);
            let mut out = SliceOutput::new(&mut room);
            pair.client.timeout(now, &mut out).unwrap();
            pair.server.timeout(now, &mut out).unwrap();
            assert_eq!(out.written(), b"\n\n");
            assert!(pair.server.receive(now, b"\n", &mut out).is_ok_and(|request| request.is_some()));
            assert!(pair.client.receive(now, b"\n", &mut out).is_ok_and(|event| event.is_some()));
        }
    });
}

/// Begun anew, a transaction takes memory as a subscription does; what it took it gives back.
#[test]
fn law_6_machines_keep_nothing_of_transactions() {
    for version in Version::ALL {
        let mut pair = Pair::connected(version);
        (0..100).for_each(|_| pair.transaction());
        let info = measure(|| (0..100).for_each(|_| pair.transaction()));
        assert_eq!((info.count_current, info.bytes_current), (0, 0));
    }
}

// --- what a hostile peer can make us hold ----------------------------------------------------------------------------

fn small() -> Config {
    Config { window: 1000, receipts: 200, subscriptions: 200, transactions: 200, ..Config::default() }
}

/// What `Config` says of the memory that a machine takes: for each name, and for each delivery, with which a client keeps a
/// name, and a server a value.
fn most(config: Config, names: u32, deliveries: u32, value: u32) -> u64 {
    u64::from(names * (config.longest_name + 1536) + deliveries * (512 + value))
}

/// A name as long as may be.
fn name(n: u32) -> String {
    format!("{n:0>width$}", width = small().longest_name as usize)
}

fn accepted<T>(config: Config) -> Server<T> {
    let mut server = Server::new(NOW, config, Session::new());
    server.receive(NOW, b"STOMP\naccept-version:1.2\nhost:a\n\n\0", &mut Vec::new()).unwrap().unwrap();
    server.accept(NOW, &Accept::default(), &mut Vec::new()).unwrap();
    server
}

/// The server takes these frames, and has nothing to say.
#[track_caller]
fn takes<T>(server: &mut Server<T>, frames: &str) {
    let (mut input, mut none) = (frames.as_bytes(), SliceOutput::new(&mut []));
    while let Some((_, used)) = server.receive(NOW, input, &mut none).unwrap() {
        input = &input[used..];
    }
    assert!(input.is_empty());
}

#[track_caller]
fn subscribes<T>(server: &mut Server<T>, frame: &str) -> Subscription {
    match server.receive(NOW, frame.as_bytes(), &mut SliceOutput::new(&mut [])) {
        Ok(Some((Request::Subscribe(subscription, ..), _))) => subscription,
        other => panic!("{other:?}"),
    }
}

/// As many names as there may be, and as long, and one more: of subscriptions, transactions, receipts. Each is kept once.
#[test]
fn law_6_names_without_end_are_bounded() {
    for frame in ["SUBSCRIBE\ndestination:a\nid:", "BEGIN\ntransaction:", "SEND\ndestination:a\nreceipt:"] {
        let mut server: Server = accepted(small());
        let frames: Vec<_> = (0..=200).map(|n| format!("{frame}{}\n\n\0", name(n))).collect();
        let mut taken = 0;
        let info = measure(|| {
            let mut none = SliceOutput::new(&mut []);
            while let Ok(Some(_)) = server.receive(NOW, frames[taken].as_bytes(), &mut none) {
                taken += 1;
            }
        });
        assert_eq!(taken, 200, "{frame}");
        assert!(server.is_held_back() || server.is_closed());
        let most = 200 * (2 * u64::from(small().longest_name));
        assert!(info.bytes_max < most, "{frame}: {} bytes at once", info.bytes_max);
    }
}

/// The most that a client can make a server keep, at every moment: each subscription has the whole window for a while; then
/// there is a subscription for each delivery, which has ended, and its acknowledgement waits for a COMMIT.
#[test]
fn law_6_what_a_server_keeps_is_bounded() {
    let config = small();
    let (subscriptions, window) = (config.subscriptions, config.window);
    let subscribe = |n| format!("SUBSCRIBE\ndestination:a\nack:client\nid:{}\n\n\0", name(n));
    let begin: String = (0..config.transactions).map(|n| format!("BEGIN\ntransaction:{}\n\n\0", name(n))).collect();
    let send: String =
        (1..config.receipts).map(|n| format!("SEND\ndestination:a\nreceipt:{}\n\n\0", name(n))).collect();
    let ack = |n, last| format!("ACK\nid:{}-{last}\n\n\0", n + 1);
    let all: Vec<_> = (0..subscriptions).map(|n| (subscribe(n), [ack(n, window), ack(n, window + 8)])).collect();
    let end = format!("UNSUBSCRIBE\nid:{}\n\n\0", name(0));
    let end_held = |n| format!("ACK\ntransaction:{}\nid:{}-1\n\n\0{end}", name(n % 200), subscriptions + 1 + n);
    let held: Vec<_> = (0..window).map(|n| (subscribe(0), end_held(n))).collect();
    let mut server: Server<[u8; 64]> = accepted(config);
    let mut room = [0; 512];
    let info = measure(|| {
        takes(&mut server, &begin);
        takes(&mut server, &send);
        let mut deliver = |server: &mut Server<_>, subscription, times| {
            for _ in 0..times {
                let mut out = SliceOutput::new(&mut room);
                let delivery = server.deliver(NOW, subscription, &Message::to("a", b""), &mut out).unwrap();
                server.keep(delivery, [0_u8; 64]);
            }
        };
        for (subscribe, acks) in &all {
            let subscription = subscribes(&mut server, subscribe);
            for (times, ack) in [window, 8].into_iter().zip(acks) {
                deliver(&mut server, subscription, times);
                takes(&mut server, ack);
            }
        }
        takes(&mut server, &end);
        for (subscribe, rest) in &held {
            let subscription = subscribes(&mut server, subscribe);
            deliver(&mut server, subscription, 1);
            takes(&mut server, rest);
        }
    });
    let names = subscriptions + config.transactions + config.receipts;
    let most = most(config, names, window, 6 * 64) + u64::from(8 * subscriptions * 64);
    assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
}

/// The most that a server can make a client keep: names of messages; and receipts that never come.
#[test]
fn law_6_what_a_client_keeps_is_bounded() {
    let config = small();
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    let message = |n| format!("MESSAGE\ndestination:a\nmessage-id:1\nsubscription:1\nack:{}\n\n\0", name(n));
    let messages: Vec<_> = (0..config.window).map(message).collect();
    let (mut client, mut room) = (Client::new(config, Session::new()), [0; 512]);
    client.connect(NOW, &Connect::to("/"), &mut Vec::new()).unwrap();
    client.receive(NOW, b"CONNECTED\nversion:1.2\n\n\0", &mut Vec::new()).unwrap().unwrap();
    let info = measure(|| {
        let mut none = SliceOutput::new(&mut []);
        client.subscribe(NOW, &subscribe, &mut SliceOutput::new(&mut room)).unwrap();
        for round in 0..3 {
            for _ in 0..config.transactions {
                let mut out = SliceOutput::new(&mut room);
                let transaction = client.begin(NOW, &mut out).unwrap();
                let with = With { transaction: Some(transaction), ..With::RECEIPT };
                client.send_with(NOW, &Message::to("/q", b""), &with, &mut out).unwrap();
                if round < 2 {
                    client.abort(NOW, transaction, &mut SliceOutput::new(&mut room)).unwrap();
                }
            }
        }
        for message in &messages {
            assert!(client.receive(NOW, message.as_bytes(), &mut none).is_ok_and(|event| event.is_some()));
        }
    });
    assert_eq!((client.receipts_left(), client.awaited_count()), (0, 200));
    let (names, window) = (config.subscriptions + config.transactions + config.receipts, config.window);
    let most = most(config, names, window, config.longest_name);
    assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
}
