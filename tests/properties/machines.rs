//! Laws of the machines: two of them over a bad line, and one against anything.

use std::collections::{BTreeMap, VecDeque};

use fourwire::mqtt::{
    Client, Config, Connect, Delivery, Error, Event, Growing, Properties, Property, Publish, QoS, Request, SendError,
    Server, Session, Slot, Version,
};
use fourwire::{Instant, SliceOutput};

use super::codec::version;

/// Law 5: a server (or client) takes any bytes without panic, and after a final error no more.
pub fn hostile(data: &[u8]) {
    let [first, bytes @ ..] = data else { return };
    let config = Config { manual_ack: first & 4 != 0, ..Config::default() };
    let slots = [Slot::EMPTY; 4];
    let announced = [Property::ReceiveMaximum(3), Property::TopicAliasMaximum(2), Property::MaximumPacketSize(4096)];
    let properties =
        |version: Version| if version == Version::V5 { Properties::new(&announced) } else { Properties::EMPTY };
    let now = Instant::from_secs(9);
    let connect = Connect {
        version: version(*first),
        client_id: "c",
        properties: properties(version(*first)),
        ..Connect::default()
    };

    let mut server = Server::new(now, config, Session::with_slots(slots));
    let (mut hello, mut out) = (Vec::new(), Vec::new());
    connect.encode(&mut hello).expect("valid");
    server.receive(now, &hello, &mut out).expect("valid");
    server.accept(now, properties(connect.version), &mut out).expect("valid");
    drain(bytes, |input, out| server.receive_part(now, input, out).map(|unit| unit.map(|(_, used)| used)));

    let mut client = Client::new(config, Session::with_slots(slots));
    let mut hello = Vec::new();
    client.connect(now, &connect, &mut hello).expect("valid");
    if first & 8 != 0 {
        let connack: &[u8] = if connect.version == Version::V5 { b"\x20\x03\0\0\0" } else { b"\x20\x02\0\0" };
        client.receive(now, connack, &mut out).expect("valid");
    }
    drain(bytes, |input, out| client.receive_part(now, input, out).map(|unit| unit.map(|(_, used)| used)));
}

/// Feeds all bytes; a full output now and then changes nothing but the answer.
fn drain(bytes: &[u8], mut take: impl FnMut(&[u8], &mut SliceOutput<'_>) -> Result<Option<usize>, Error>) {
    let (mut at, mut room) = (0, [0; 64]);
    while let Some(input) = bytes.get(at..).filter(|input| !input.is_empty()) {
        let full = take(input, &mut SliceOutput::new(&mut []));
        let taken = if full == Err(Error::Full) { take(input, &mut SliceOutput::new(&mut room)) } else { full };
        match taken {
            Ok(Some(used)) => {
                assert!(used > 0 && used <= input.len());
                at += used;
            }
            Ok(None) => return,
            Err(Error::Full) => panic!("64 bytes are enough for any answer"),
            Err(_) => {
                assert_eq!(take(input, &mut SliceOutput::new(&mut room)), Ok(None), "nothing is read after the end");
                return;
            }
        }
    }
}

/// Saved sessions: any bytes are refused or taken without panic, and what is taken is saved again as it was.
pub fn saved(data: &[u8]) {
    let Ok(session) = Session::restore(data, Growing::default()) else { return };
    let mut again = Vec::new();
    session.save(&mut again).expect("room");
    assert_eq!(again, data);
}

// --- law 7 -----------------------------------------------------------------------------------------------------------

/// One end's application: what it has sent and not seen acknowledged, what it has got, what it owes.
#[derive(Default)]
struct App {
    /// By packet identifier: the message's number.
    sent: BTreeMap<u16, u32>,
    /// How often each message was reported published.
    published: BTreeMap<u32, u32>,
    /// The messages it has got, by number: how often.
    got: BTreeMap<u32, u32>,
    /// Those it has acknowledged (manual), by number.
    acknowledged: BTreeMap<u32, u32>,
    owed: VecDeque<(Delivery, u32)>,
    inbox: Vec<u8>,
}

/// Law 7: over a line that cuts and delays at any byte, QoS 1 arrives at least once and QoS 2 exactly once.
///
/// The bytes are the script: what each end does next, how many bytes the line lets through, when it is cut.
pub fn two_machines(data: &[u8]) {
    let [first, script @ ..] = data else { return };
    let mut pair = Pair::new(version(*first), first & 4 != 0, first & 8 != 0);
    let mut script = script.iter().copied();
    pair.connect();
    while let Some(step) = script.next() {
        pair.step(step, script.next().unwrap_or_default());
    }
    pair.finish();
}

struct Pair {
    version: Version,
    manual: bool,
    window: bool,
    client: Client,
    server: Server,
    at_client: App,
    at_server: App,
    number: u32,
    qos: BTreeMap<u32, QoS>,
    now: Instant,
}

macro_rules! send {
    ($pair:ident, $machine:ident, $app:ident, $other:ident, $qos:expr) => {{
        let number = $pair.number;
        let payload = number.to_be_bytes();
        let message = Publish::new("topic", &payload).with_qos($qos);
        match $pair.$machine.publish($pair.now, &message, &mut $pair.$other.inbox) {
            Ok(id) => {
                $pair.number += 1;
                $pair.qos.insert(number, $qos);
                if let Some(id) = id {
                    let before = $pair.$app.sent.insert(id.get(), number);
                    assert_eq!(before, None, "an identifier in use is given again");
                }
            }
            Err(SendError::WindowFull | SendError::Resuming | SendError::NotConnected) => {}
            Err(error) => panic!("{error}"),
        }
    }};
}

macro_rules! receive {
    ($pair:ident, $machine:ident, $app:ident, $other:ident, $event:ident, $bytes:expr) => {{
        let bytes: Vec<u8> = $pair.$app.inbox.drain(..$bytes.min($pair.$app.inbox.len())).collect();
        let mut input = bytes.as_slice();
        loop {
            // An output without room first: it changes nothing.
            let full = $pair.$machine.receive($pair.now, input, &mut SliceOutput::new(&mut []));
            let taken = match full {
                Err(Error::Full) => $pair.$machine.receive($pair.now, input, &mut $pair.$other.inbox),
                taken => taken,
            };
            let Some((event, used)) = taken.expect("a line that only cuts and delays breaks no rule") else { break };
            input = &input[used..];
            match event {
                $event::Publish(publish, delivery) => {
                    let number = u32::from_be_bytes(publish.payload.try_into().unwrap());
                    *$pair.$app.got.entry(number).or_default() += 1;
                    if $pair.manual && publish.qos != QoS::AtMostOnce {
                        assert!(
                            publish.qos == QoS::AtLeastOnce || !$pair.$app.acknowledged.contains_key(&number),
                            "a QoS 2 message comes again that was acknowledged"
                        );
                        $pair.$app.owed.push_back((delivery, number));
                    }
                }
                $event::Published(ack) => {
                    let number = $pair.$app.sent.remove(&ack.packet_id.get()).expect("it was sent");
                    *$pair.$app.published.entry(number).or_default() += 1;
                }
                _ => {}
            }
        }
        // What is left is the beginning of a packet.
        let rest = input.to_vec();
        $pair.$app.inbox.splice(0..0, rest);
    }};
}

macro_rules! acknowledge {
    ($pair:ident, $machine:ident, $app:ident, $other:ident, $which:expr) => {{
        let at = $which % $pair.$app.owed.len().max(1);
        if let Some((delivery, number)) = $pair.$app.owed.remove(at) {
            match $pair.$machine.ack($pair.now, delivery, &mut $pair.$other.inbox) {
                Ok(()) => *$pair.$app.acknowledged.entry(number).or_default() += 1,
                Err(SendError::StaleDelivery | SendError::NotConnected) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }};
}

macro_rules! resume {
    ($pair:ident, $machine:ident, $app:ident, $other:ident) => {{
        if $pair.$machine.is_connected() {
            while let Some(id) = $pair.$machine.resume($pair.now, &mut $pair.$other.inbox).unwrap() {
                let payload = $pair.$app.sent[&id.get()].to_be_bytes();
                let message = Publish::new("topic", &payload);
                $pair.$machine.resend($pair.now, id, &message, &mut $pair.$other.inbox).unwrap();
            }
        }
    }};
}

impl Pair {
    fn new(version: Version, manual: bool, window: bool) -> Self {
        let config = Config { manual_ack: manual, ..Config::default() };
        let now = Instant::from_secs(1);
        Self {
            version,
            manual,
            window,
            client: Client::new(config, Session::new()),
            server: Server::new(now, config, Session::new()),
            at_client: App::default(),
            at_server: App::default(),
            number: 0,
            qos: BTreeMap::new(),
            now,
        }
    }

    /// Makes the connection, with the sessions where they stopped.
    fn connect(&mut self) {
        let two = [Property::ReceiveMaximum(2), Property::SessionExpiryInterval(1000)];
        let list = if self.window { &two[..] } else { &two[1..] };
        let v5 = self.version == Version::V5;
        let properties = if v5 { Properties::new(list) } else { Properties::EMPTY };
        let connect =
            Connect { version: self.version, client_id: "c", clean_start: false, properties, ..Connect::default() };
        let (mut up, mut down) = (Vec::new(), Vec::new());
        self.client.connect(self.now, &connect, &mut up).unwrap();
        let (request, used) = self.server.receive(self.now, &up, &mut down).unwrap().unwrap();
        assert!(matches!(request, Request::Connect(_)) && used == up.len());
        self.server.accept(self.now, properties, &mut down).unwrap();
        let (event, used) = self.client.receive(self.now, &down, &mut up).unwrap().unwrap();
        assert!(matches!(event, Event::Connected(_)) && used == down.len());
    }

    fn step(&mut self, step: u8, more: u8) {
        let qos = QoS::from_level(more % 3).unwrap();
        let bytes = usize::from(more);
        match step % 10 {
            0 | 1 => send!(self, client, at_client, at_server, qos),
            2 | 3 => send!(self, server, at_server, at_client, qos),
            4 => receive!(self, client, at_client, at_server, Event, bytes),
            5 => receive!(self, server, at_server, at_client, Request, bytes),
            6 => acknowledge!(self, client, at_client, at_server, bytes),
            7 => acknowledge!(self, server, at_server, at_client, bytes),
            8 => {
                resume!(self, client, at_client, at_server);
                resume!(self, server, at_server, at_client);
            }
            _ => self.cut(more & 1 != 0),
        }
    }

    /// The line is cut, and made again; what was on it is lost.
    fn cut(&mut self, other_process: bool) {
        let config = Config { manual_ack: self.manual, ..Config::default() };
        let mut sessions = [
            std::mem::replace(&mut self.client, Client::new(config, Session::new())).into_session(self.now),
            std::mem::replace(&mut self.server, Server::new(self.now, config, Session::new())).into_session(self.now),
        ];
        if other_process {
            sessions = sessions.map(|session| {
                let mut saved = Vec::new();
                session.save(&mut saved).unwrap();
                Session::restore(&saved, Growing::default()).expect("what was saved")
            });
        }
        let [mine, theirs] = sessions;
        self.client = Client::new(config, mine);
        self.server = Server::new(self.now, config, theirs);
        self.at_client.inbox.clear();
        self.at_server.inbox.clear();
        self.connect();
    }

    /// The line holds now: everything comes to its end.
    fn finish(mut self) {
        for _ in 0..self.number * 4 + 20 {
            resume!(self, client, at_client, at_server);
            resume!(self, server, at_server, at_client);
            receive!(self, client, at_client, at_server, Event, usize::MAX);
            receive!(self, server, at_server, at_client, Request, usize::MAX);
            while !self.at_client.owed.is_empty() {
                acknowledge!(self, client, at_client, at_server, 0);
            }
            while !self.at_server.owed.is_empty() {
                acknowledge!(self, server, at_server, at_client, 0);
            }
        }
        for (session, app) in [(self.client.session(), &self.at_client), (self.server.session(), &self.at_server)] {
            assert_eq!(session.in_flight_len(), 0, "all is acknowledged");
            assert!(app.sent.is_empty() && app.inbox.is_empty());
        }
        for (number, qos) in &self.qos {
            let got = [&self.at_client, &self.at_server].map(|app| app.got.get(number).copied().unwrap_or(0));
            let published =
                [&self.at_client, &self.at_server].map(|app| app.published.get(number).copied().unwrap_or(0));
            let (got, published) = (got[0] + got[1], published[0] + published[1]);
            match qos {
                QoS::AtMostOnce => assert!(got <= 1),
                QoS::AtLeastOnce => assert!(got >= 1 && published == 1, "QoS 1: got {got}, published {published}"),
                QoS::ExactlyOnce if self.manual => assert!(got >= 1 && published == 1),
                QoS::ExactlyOnce => assert!(got == 1 && published == 1, "QoS 2: got {got}, published {published}"),
            }
        }
    }
}
