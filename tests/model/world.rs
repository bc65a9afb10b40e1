//! A client, a server, what is on the line between them, and two applications: one state of the model.

use std::collections::VecDeque;
use std::fmt::{self, Debug};

use fourwire::mqtt::{Client, Config, Connect, Properties, Property, Publish, QoS, Server, Session, Slots, Version};

use super::books::{Books, Fate, Sent};
use super::explore::Model;
use super::machine::{Machine, Meaning, NOW};

/// What is explored: who sends what, and what may go wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) version: Version,
    /// The messages that the client publishes, in order; and the server.
    pub(crate) up: &'static [QoS],
    pub(crate) down: &'static [QoS],
    /// How often the line is cut.
    pub(crate) cuts: u8,
    /// How often a session is lost: by the server, or by the client's wish.
    pub(crate) losses: u8,
    /// The receive maximum of both.
    pub(crate) window: u16,
    /// The applications acknowledge, in any order.
    pub(crate) manual: bool,
    /// A session that waits for a connection is saved, and restored by another process.
    pub(crate) saves: bool,
    pub(crate) fault: Option<Fault>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            version: Version::V5,
            up: &[],
            down: &[],
            cuts: 1,
            losses: 0,
            window: 2,
            manual: false,
            saves: false,
            fault: None,
        }
    }
}

/// What is wrong on purpose, to see that it is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    LineRepeats,
    LineLoses,
    ForgetsToResend,
    PublishesAnew,
    ReceiverForgets,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Connect,
    /// The client asks for a clean start.
    ConnectClean,
    /// The server has lost its session.
    ConnectLost,
    PublishUp,
    PublishDown,
    /// The packet that is first on the line arrives.
    ArriveUp,
    ArriveDown,
    /// The same packet will arrive once more, or never: what a line does not do.
    Repeat,
    Lose,
    AckUp(usize),
    AckDown(usize),
    ResumeUp,
    ResumeDown,
    Cut,
}

/// One end: its machine, or its session while there is none.
#[derive(Clone, Debug)]
struct End<M, S> {
    machine: Option<M>,
    session: Option<Session<S>>,
    books: Books,
    /// Packets on the line to the peer.
    line: VecDeque<Vec<u8>>,
}

#[derive(Clone)]
pub(crate) struct World<S> {
    plan: Plan,
    slots: fn() -> S,
    client: End<Client<S>, S>,
    server: End<Server<S>, S>,
    cuts: u8,
    losses: u8,
    faults: u8,
    /// How the client asked for the connection that is being made.
    clean: bool,
    steps: Vec<Step>,
}

impl<S: Slots + Clone + Debug> World<S> {
    pub(crate) fn new(plan: Plan, slots: fn() -> S) -> Self {
        let session = || Some(Session::with_slots(slots()));
        Self {
            client: End { machine: None, session: session(), books: Books::default(), line: VecDeque::new() },
            server: End { machine: None, session: session(), books: Books::default(), line: VecDeque::new() },
            cuts: plan.cuts,
            losses: plan.losses,
            faults: 1,
            clean: false,
            steps: Vec::new(),
            plan,
            slots,
        }
    }

    // --- the connection ------------------------------------------------------------------------------------------

    fn config(&self) -> Config {
        Config { manual_ack: self.plan.manual, ..Config::default() }
    }

    fn terms(&self) -> Vec<Property<'static>> {
        if !self.plan.version.is_v5() {
            return Vec::new();
        }
        vec![Property::SessionExpiryInterval(u32::MAX), Property::ReceiveMaximum(self.plan.window)]
    }

    fn connect(&mut self, clean: bool) {
        let session = self.client.session.take().unwrap();
        self.clean = clean || !session.is_established();
        if clean {
            self.client.books.drops();
            self.server.books.drops();
        }
        let mut client = Client::new(self.config(), session);
        let spare = Session::with_slots((self.slots)());
        self.server.machine = Some(Server::new(NOW, self.config(), spare));
        let terms = self.terms();
        let connect = Connect {
            version: self.plan.version,
            clean_start: self.clean,
            keep_alive: 0,
            client_id: "c",
            properties: Properties::new(&terms),
            ..Connect::default()
        };
        let mut out = Vec::new();
        client.connect(NOW, &connect, &mut out).unwrap();
        self.client.line.push_back(out);
        self.client.machine = Some(client);
    }

    /// The server goes on with the client's session.
    fn accept(&mut self) {
        let terms = self.terms();
        let server = self.server.machine.as_mut().unwrap();
        server.with_session(self.server.session.take().unwrap()).unwrap();
        let mut out = Vec::new();
        let present = server.accept(NOW, Properties::new(&terms), &mut out).unwrap();
        if !present {
            self.server.books.drops();
        }
        self.server.send(&out);
    }

    /// What is on the line is lost, and so are receipts. A packet that was cut in two is one that did not arrive: no
    /// machine takes the beginning of one.
    fn cut(&mut self) {
        let Some(client) = self.client.machine.take() else { return };
        self.client.session = Some(Machine::into_session(client));
        let server = self.server.machine.take().unwrap();
        // Unless it had accepted the client it has not taken its session.
        if self.server.session.is_none() {
            self.server.session = Some(Machine::into_session(server));
        }
        for line in [&mut self.client.line, &mut self.server.line] {
            line.clear();
        }
        self.client.books.owed.clear();
        self.server.books.owed.clear();
        if self.plan.saves {
            restore(&mut self.client.session, self.slots);
            restore(&mut self.server.session, self.slots);
        }
        match self.plan.fault {
            Some(Fault::PublishesAnew) => {
                self.client.session = Some(Session::with_slots((self.slots)()));
            }
            // The receiver's records are gone, and it says that they are there.
            Some(Fault::ReceiverForgets) if self.server.session.as_ref().is_some_and(Session::is_established) => {
                self.server.session = Some(established((self.slots)()));
            }
            _ => {}
        }
    }

    fn arrive_up(&mut self) -> Result<(), String> {
        let packet = self.client.line.pop_front().unwrap();
        if let Meaning::Connect = self.server.receive(&packet, &mut self.client.books, self.plan.manual)? {
            self.accept();
        }
        Ok(())
    }

    fn arrive_down(&mut self) -> Result<(), String> {
        let packet = self.server.line.pop_front().unwrap();
        if let Meaning::Connected(present) = self.client.receive(&packet, &mut self.server.books, self.plan.manual)? {
            if !present {
                self.client.books.drops();
                if self.plan.fault == Some(Fault::PublishesAnew) {
                    self.client.publish_anew()?;
                }
            }
        }
        Ok(())
    }
}

impl<S: Slots + Clone + Debug> Model for World<S> {
    type Step = Step;

    fn steps(&self) -> &[Step] {
        &self.steps
    }

    fn show(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        write!(to, "{:?}{:?}{}{}{}{}", self.client, self.server, self.cuts, self.losses, self.faults, self.clean)
    }

    fn enabled(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.client.machine.is_none() {
            steps.push(Step::Connect);
            if self.losses > 0 {
                steps.extend([Step::ConnectClean, Step::ConnectLost]);
            }
            return steps;
        }
        let mut may = |step, can: bool| {
            if can {
                steps.push(step);
            }
        };
        may(Step::ArriveUp, !self.client.line.is_empty());
        may(Step::ArriveDown, !self.server.line.is_empty());
        may(Step::PublishUp, self.client.can_publish(self.plan.up));
        may(Step::PublishDown, self.server.can_publish(self.plan.down));
        may(Step::ResumeUp, self.client.can_resume());
        may(Step::ResumeDown, self.server.can_resume());
        for at in 0..self.client.books.owed.len() {
            may(Step::AckUp(at), self.client.is_connected());
        }
        for at in 0..self.server.books.owed.len() {
            may(Step::AckDown(at), self.server.is_connected());
        }
        may(Step::Cut, self.cuts > 0);
        let mistake = self.faults > 0 && !self.client.line.is_empty() && self.client.is_connected();
        may(Step::Repeat, mistake && self.plan.fault == Some(Fault::LineRepeats));
        may(Step::Lose, mistake && self.plan.fault == Some(Fault::LineLoses));
        steps
    }

    /// Takes a step. An error is a promise that is broken.
    fn take(&mut self, step: Step) -> Result<(), String> {
        self.steps.push(step);
        match step {
            Step::Connect => self.connect(false),
            Step::ConnectClean => {
                self.losses -= 1;
                self.connect(true);
            }
            Step::ConnectLost => {
                self.losses -= 1;
                self.server.session = Some(Session::with_slots((self.slots)()));
                self.server.books.drops();
                self.client.books.peer_forgets();
                self.connect(false);
            }
            Step::PublishUp => self.client.publish(self.plan.up)?,
            Step::PublishDown => self.server.publish(self.plan.down)?,
            Step::ArriveUp => self.arrive_up()?,
            Step::ArriveDown => self.arrive_down()?,
            Step::Repeat => {
                self.faults -= 1;
                let packet = self.client.line[0].clone();
                self.client.line.push_front(packet);
            }
            Step::Lose => {
                self.faults -= 1;
                self.client.line.pop_front();
            }
            Step::AckUp(at) => self.client.ack(at)?,
            Step::AckDown(at) => self.server.ack(at)?,
            Step::ResumeUp => self.client.resume(self.plan)?,
            Step::ResumeDown => self.server.resume(self.plan)?,
            Step::Cut => {
                self.cuts -= 1;
                self.cut();
            }
        }
        Ok(())
    }

    /// The line is mended, and the applications do what they owe: then all promises are kept and nothing is in flight.
    fn comes_to_rest(mut self) -> Result<(), String> {
        for _ in 0..200 {
            let step = self.enabled().into_iter().find(|step| {
                !matches!(step, Step::Cut | Step::Repeat | Step::Lose | Step::ConnectClean | Step::ConnectLost)
            });
            let Some(step) = step else { break };
            self.take(step)?;
        }
        self.client.is_at_rest(&self.server.books, self.plan.up)?;
        self.server.is_at_rest(&self.client.books, self.plan.down)
    }
}

impl<M: Machine<S>, S: Slots> End<M, S> {
    fn is_connected(&self) -> bool {
        self.machine.as_ref().is_some_and(M::is_connected)
    }

    /// Puts what a machine has written on the line, packet by packet.
    fn send(&mut self, mut bytes: &[u8]) {
        while let [_, len, ..] = bytes {
            assert!(*len < 0x80, "the model's packets are short");
            let (packet, rest) = bytes.split_at(usize::from(*len) + 2);
            self.line.push_back(packet.to_vec());
            bytes = rest;
        }
    }

    fn can_publish(&self, plan: &[QoS]) -> bool {
        let Some(qos) = plan.get(self.books.sent.len()) else { return false };
        // What is refused now is not a step: it may be one later.
        self.is_connected() && self.machine.clone().unwrap().publish(&message(*qos), &mut Vec::new()).is_ok()
    }

    fn publish(&mut self, plan: &[QoS]) -> Result<(), String> {
        let number = self.books.sent.len();
        let qos = plan[number];
        let mut out = Vec::new();
        let payload = [number as u8];
        let publish = Publish { payload: &payload, ..message(qos) };
        let id = self.machine.as_mut().unwrap().publish(&publish, &mut out).map_err(|error| error.to_string())?;
        self.books.publishes(qos, id.unwrap())?;
        self.send(&out);
        Ok(())
    }

    /// The fault: what was in flight is published under its old number, as if it were new.
    fn publish_anew(&mut self) -> Result<(), String> {
        for number in 0..self.books.sent.len() {
            let Sent { qos, fate, .. } = self.books.sent[number];
            if fate == Fate::Dropped {
                let mut out = Vec::new();
                let payload = [number as u8];
                let publish = Publish { payload: &payload, ..message(qos) };
                let id = self.machine.as_mut().unwrap().publish(&publish, &mut out).map_err(|e| e.to_string())?;
                self.books.sent[number].fate = Fate::InFlight(id.unwrap());
                self.send(&out);
            }
        }
        Ok(())
    }

    fn receive(&mut self, packet: &[u8], peer: &mut Books, manual: bool) -> Result<Meaning, String> {
        let mut out = Vec::new();
        let meaning = self.machine.as_mut().unwrap().receive(packet, &mut out)?;
        self.send(&out);
        match meaning {
            Meaning::Message { number, dup, delivery } => {
                self.books.delivered(number, dup, peer)?;
                if manual {
                    self.books.owed.push((number, delivery));
                } else {
                    self.books.takes(number);
                }
            }
            Meaning::Published(id) => self.books.published(id, peer)?,
            _ => {}
        }
        Ok(meaning)
    }

    fn ack(&mut self, at: usize) -> Result<(), String> {
        let (number, delivery) = self.books.owed.remove(at);
        let mut out = Vec::new();
        self.machine.as_mut().unwrap().ack(delivery, &mut out).map_err(|error| error.to_string())?;
        self.books.takes(number);
        self.send(&out);
        Ok(())
    }

    fn can_resume(&self) -> bool {
        let Some(machine) = self.machine.as_ref().filter(|machine| machine.is_connected() && machine.is_resuming())
        else {
            return false;
        };
        let mut out = Vec::new();
        // With the peer's window full there is nothing to send again yet.
        let due = machine.clone().resume(&mut out);
        due.is_ok_and(|id| id.is_some()) || !out.is_empty()
    }

    fn resume(&mut self, plan: Plan) -> Result<(), String> {
        let machine = self.machine.as_mut().unwrap();
        let mut out = Vec::new();
        if let Some(id) = machine.resume(&mut out).map_err(|error| error.to_string())? {
            let number = self.books.under(id).ok_or("what is to be sent again is unknown")?;
            let payload = [number];
            let publish = Publish { payload: &payload, ..message(self.books.sent[usize::from(number)].qos) };
            if plan.fault != Some(Fault::ForgetsToResend) {
                machine.resend(id, &publish, &mut out).map_err(|error| error.to_string())?;
            }
        }
        self.send(&out);
        Ok(())
    }

    fn is_at_rest(&self, peer: &Books, plan: &[QoS]) -> Result<(), String> {
        let all = self.books.sent.len() == plan.len();
        let over = self.books.sent.iter().all(|sent| !matches!(sent.fate, Fate::InFlight(_)));
        let free = self.machine.as_ref().is_some_and(|machine| machine.in_flight() == 0);
        if !(all && over && free && self.line.is_empty()) {
            return Err(format!("it does not come to rest: {:?}", self.books));
        }
        for (number, sent) in self.books.sent.iter().enumerate() {
            let times = peer.delivered.get(number).copied().unwrap_or_default();
            if sent.fate == Fate::Published && times == 0 {
                return Err(format!("message {number} was published and is lost"));
            }
        }
        Ok(())
    }
}

fn message(qos: QoS) -> Publish<'static> {
    Publish::new("t", b"\0").with_qos(qos)
}

fn restore<S: Slots>(session: &mut Option<Session<S>>, slots: fn() -> S) {
    let Some(old) = session.as_ref().filter(|session| session.is_established()) else { return };
    let mut bytes = Vec::new();
    old.save(&mut bytes).unwrap();
    *session = Some(Session::restore(&bytes, slots()).unwrap());
}

/// A session that was begun once and remembers nothing.
fn established<S: Slots>(slots: S) -> Session<S> {
    Session::restore(b"4wM\x01\0\0\0\0\0\0", slots).unwrap_or_else(|_| panic!("the format has changed"))
}
