//! AMQP: a channel with confirms and deliveries, both ends, and what each application has decided.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Client, Config, Decoder, DeliveryTag, Event, Login, Properties, Request, Server, Session, Settled, basic,
    confirm,
};

use super::explore::Model;

const NOW: Instant = Instant::from_secs(1);

/// What became of a publish, or of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Taken,
    Refused,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Publish,
    Deliver,
    /// The first frame on the line arrives.
    ArriveUp,
    ArriveDown,
    /// The server confirms or refuses a publish, perhaps with all before it.
    Settle(u64, bool, Fate),
    /// The client takes or refuses a delivery, perhaps with all before it.
    Acknowledge(DeliveryTag, bool, Fate),
}

#[derive(Clone)]
pub(crate) struct Confirms {
    client: Client,
    server: Server,
    ours: Channel,
    theirs: Channel,
    up: VecDeque<Vec<u8>>,
    down: VecDeque<Vec<u8>>,
    /// How many are still to be published, and delivered.
    publishes: u8,
    deliveries: u8,
    /// What the server's application has decided, and what the client's was told.
    decided: BTreeMap<u64, Fate>,
    told: BTreeMap<u64, Fate>,
    /// What the client's application has decided, and what the server's was told.
    acknowledged: BTreeMap<u64, Fate>,
    heard: BTreeMap<u64, Fate>,
    steps: Vec<Step>,
    /// The control: the server's application thinks that a multiple settles one.
    careless: bool,
}

impl Confirms {
    pub(crate) fn careless() -> Self {
        Self { careless: true, ..Self::new(2, 0) }
    }

    pub(crate) fn new(publishes: u8, deliveries: u8) -> Self {
        let mut client = Client::new(Config::default(), Session::new());
        let mut server = Server::new(NOW, Config::default(), Session::new());
        let (mut up, mut down) = (Vec::new(), Vec::new());
        client.start(NOW, &mut up).unwrap();
        let mut channel = None;
        let mut ours = None;
        // The handshake, a channel, and confirms: without choices.
        for _ in 0..12 {
            let (input, rest) = (std::mem::take(&mut up), &mut up);
            let mut at = 0;
            while let Some((request, used)) = server.receive(NOW, &input[at..], &mut down).unwrap() {
                at += used;
                match request {
                    Request::Hello => {
                        let start = server.introduction();
                        server.start(NOW, &start, &mut down).unwrap();
                    }
                    Request::Login(_) => server.tune(NOW, &mut down).unwrap(),
                    Request::Open(_) => server.accept(NOW, &mut down).unwrap(),
                    Request::ChannelOpened(opened) => channel = Some(opened),
                    Request::Call(channel, _) => {
                        server.answer(NOW, channel, confirm::SelectOk {}, &mut down).unwrap();
                    }
                    _ => {}
                }
            }
            rest.extend_from_slice(&input[at..]);
            let (input, rest) = (std::mem::take(&mut down), &mut down);
            let mut at = 0;
            while let Some((event, used)) = client.receive(NOW, &input[at..], &mut up).unwrap() {
                at += used;
                match event {
                    Event::Start(_) => client.login(NOW, &Login::external(), &mut up).unwrap(),
                    Event::Tune(_) => client.open(NOW, "/", &mut up).unwrap(),
                    Event::Connected => {
                        let opened = client.open_channel(NOW, &mut up).unwrap();
                        client.call(NOW, opened, confirm::Select::default(), &mut up).unwrap();
                        ours = Some(opened);
                    }
                    _ => {}
                }
            }
            rest.extend_from_slice(&input[at..]);
        }
        assert!(up.is_empty() && down.is_empty());
        Self {
            client,
            server,
            ours: ours.unwrap(),
            theirs: channel.unwrap(),
            up: VecDeque::new(),
            down: VecDeque::new(),
            publishes,
            deliveries,
            decided: BTreeMap::new(),
            told: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            heard: BTreeMap::new(),
            steps: Vec::new(),
            careless: false,
        }
    }

    fn arrive_up(&mut self) -> Result<(), String> {
        let frame = self.up.pop_front().unwrap();
        let before: Vec<u64> = self.server.unacknowledged(self.theirs).map(DeliveryTag::number).collect();
        let mut out = Vec::new();
        let answer = self.server.receive(NOW, &frame, &mut out).map_err(|error| error.to_string())?;
        let Some((request, _)) = answer else { return Err("a whole frame is not taken".into()) };
        let (fate, settled) = match request {
            Request::Acknowledged(_, settled) => (Fate::Taken, settled),
            Request::Rejected(_, settled, _) => (Fate::Refused, settled),
            Request::ChannelRefused(..) => return Err("the channel is refused".into()),
            _ => return Ok(()),
        };
        let after: Vec<u64> = self.server.unacknowledged(self.theirs).map(DeliveryTag::number).collect();
        settle(&before, &after, settled, fate, &self.acknowledged, &mut self.heard)
    }

    fn arrive_down(&mut self) -> Result<(), String> {
        let frame = self.down.pop_front().unwrap();
        let before: Vec<u64> = self.client.unconfirmed(self.ours).collect();
        let mut out = Vec::new();
        let answer = self.client.receive(NOW, &frame, &mut out).map_err(|error| error.to_string())?;
        let Some((event, _)) = answer else { return Err("a whole frame is not taken".into()) };
        let (fate, settled) = match event {
            Event::Confirmed(_, settled) => (Fate::Taken, settled),
            Event::Refused(_, settled) => (Fate::Refused, settled),
            Event::Ignored => return Err("a confirm settles nothing".into()),
            _ => return Ok(()),
        };
        let after: Vec<u64> = self.client.unconfirmed(self.ours).collect();
        settle(&before, &after, settled, fate, &self.decided, &mut self.told)
    }
}

/// What went from `before` to `after` is what was settled; it was decided so, and is told for the first time.
fn settle(
    before: &[u64],
    after: &[u64],
    settled: Settled,
    fate: Fate,
    decided: &BTreeMap<u64, Fate>,
    told: &mut BTreeMap<u64, Fate>,
) -> Result<(), String> {
    let gone: Vec<u64> = before.iter().copied().filter(|number| !after.contains(number)).collect();
    let said = (Some(&settled.first), Some(&settled.last), settled.count as usize);
    if (gone.first(), gone.last(), gone.len()) != said {
        return Err(format!("{settled:?} is said, and {gone:?} are settled"));
    }
    for number in gone {
        if decided.get(&number) != Some(&fate) {
            return Err(format!("{number} is told as {fate:?}, and was decided as {:?}", decided.get(&number)));
        }
        if told.insert(number, fate).is_some() {
            return Err(format!("{number} is told twice"));
        }
    }
    Ok(())
}

/// Puts what was written on the line, frame by frame.
fn send(line: &mut VecDeque<Vec<u8>>, bytes: &[u8]) {
    let (mut decoder, mut rest) = (Decoder::new(), bytes);
    while let Some((_, used)) = decoder.decode(rest).unwrap() {
        line.push_back(rest[..used].to_vec());
        rest = &rest[used..];
    }
}

impl Model for Confirms {
    type Step = Step;

    fn enabled(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if !self.up.is_empty() {
            steps.push(Step::ArriveUp);
        }
        if !self.down.is_empty() {
            steps.push(Step::ArriveDown);
        }
        if self.publishes > 0 {
            steps.push(Step::Publish);
        }
        if self.deliveries > 0 {
            steps.push(Step::Deliver);
        }
        for number in self.server.unconfirmed(self.theirs) {
            for multiple in [false, true] {
                steps.extend([Fate::Taken, Fate::Refused].map(|fate| Step::Settle(number, multiple, fate)));
            }
        }
        for tag in self.client.unacknowledged(self.ours) {
            for multiple in [false, true] {
                steps.extend([Fate::Taken, Fate::Refused].map(|fate| Step::Acknowledge(tag, multiple, fate)));
            }
        }
        steps
    }

    fn take(&mut self, step: Step) -> Result<(), String> {
        self.steps.push(step);
        let mut out = Vec::new();
        let broken = |error: fourwire::amqp::SendError| error.to_string();
        match step {
            Step::ArriveUp => return self.arrive_up(),
            Step::ArriveDown => return self.arrive_down(),
            Step::Publish => {
                self.publishes -= 1;
                let publish = basic::Publish::default();
                self.client.publish(NOW, self.ours, &publish, Properties::EMPTY, b"", &mut out).map_err(broken)?;
                send(&mut self.up, &out);
            }
            Step::Deliver => {
                self.deliveries -= 1;
                let deliver = basic::Deliver::default();
                let server = &mut self.server;
                server.deliver(NOW, self.theirs, &deliver, false, Properties::EMPTY, b"", &mut out).map_err(broken)?;
                send(&mut self.down, &out);
            }
            Step::Settle(number, multiple, fate) => {
                let all: Vec<u64> = self.server.unconfirmed(self.theirs).collect();
                let meant =
                    all.into_iter().filter(|other| *other == number || multiple && !self.careless && *other < number);
                self.decided.extend(meant.map(|number| (number, fate)));
                match fate {
                    Fate::Taken => self.server.confirm(NOW, self.theirs, number, multiple, &mut out),
                    Fate::Refused => self.server.refuse(NOW, self.theirs, number, multiple, &mut out),
                }
                .map_err(broken)?;
                send(&mut self.down, &out);
            }
            Step::Acknowledge(tag, multiple, fate) => {
                let all: Vec<DeliveryTag> = self.client.unacknowledged(self.ours).collect();
                let meant = all.into_iter().filter(|other| *other == tag || multiple && *other < tag);
                self.acknowledged.extend(meant.map(|tag| (tag.number(), fate)));
                match fate {
                    Fate::Taken => self.client.ack(NOW, tag, multiple, &mut out),
                    Fate::Refused => self.client.nack(NOW, tag, multiple, true, &mut out),
                }
                .map_err(broken)?;
                send(&mut self.up, &out);
            }
        }
        Ok(())
    }

    /// All frames arrive, and each application settles what it has: then the books of both sides are equal.
    fn comes_to_rest(mut self) -> Result<(), String> {
        for _ in 0..200 {
            let Some(step) = self.enabled().into_iter().next() else { break };
            self.take(step)?;
        }
        let open = self.client.unconfirmed(self.ours).count()
            + self.server.unconfirmed(self.theirs).count()
            + self.client.unacknowledged(self.ours).count()
            + self.server.unacknowledged(self.theirs).count();
        if open > 0 {
            return Err(format!("it does not come to rest: {open} are outstanding"));
        }
        if (&self.told, &self.heard) != (&self.decided, &self.acknowledged) {
            return Err("the books differ".into());
        }
        Ok(())
    }

    fn steps(&self) -> &[Step] {
        &self.steps
    }

    fn show(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        write!(to, "{:?}{:?}{:?}{:?}", self.client, self.server, self.up, self.down)?;
        write!(to, "{}{}{:?}{:?}", self.publishes, self.deliveries, self.decided, self.told)?;
        write!(to, "{:?}{:?}", self.acknowledged, self.heard)
    }
}
