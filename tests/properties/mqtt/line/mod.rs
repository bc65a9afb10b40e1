//! Law 7: a client and a server over a line that delays and cuts at any byte keep the promises of each QoS.
//!
//! The bytes are the script: who publishes, what arrives, when the line is cut, when an output is full, when a session
//! is saved and restored or dropped. A TCP line neither loses nor doubles single bytes; what is lost and doubled are
//! packets, when the line is cut and messages are sent again.

mod end;
mod ledger;
mod side;

use core::time::Duration;

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, Limits, Properties, Property, ReasonCode, ReasonCodes, Server, Session, Slot, Slots,
    SubAck, UnsubAck, Version,
};

use super::super::script::Script;
use side::{Habits, Side, Todo};

use super::VERSIONS;

/// As many slots as a session has that does not grow.
const SLOTS: usize = 4;

/// Runs one script to its end, mends the line, and sees that every promise is kept.
pub fn two_machines(data: &[u8]) {
    let mut script = Script::new(data);
    let plan = Plan::read(&mut script);
    if plan.fixed {
        Rig::new(plan, || [Slot::EMPTY; SLOTS]).run(script);
    } else {
        Rig::new(plan, fourwire::mqtt::Growing::default).run(script);
    }
}

/// What does not change while a script runs.
#[derive(Debug)]
struct Plan {
    version: Version,
    fixed: bool,
    client: (Habits, u16),
    server: (Habits, u16),
    topic_aliases: u16,
}

impl Plan {
    fn read(script: &mut Script<'_>) -> Self {
        let version = VERSIONS[script.below(3)];
        let choice = script.byte();
        let v5 = version.is_v5();
        // A server keeps a slot for requests.
        let maximum = |choice: u8| [1, 2, 3, 3][usize::from(choice & 3)];
        Self {
            version,
            fixed: choice & 1 != 0,
            client: (Habits { manual: choice & 2 != 0, parts: choice & 4 != 0, v5 }, maximum(choice >> 6)),
            server: (Habits { manual: choice & 8 != 0, parts: choice & 16 != 0, v5 }, maximum(script.byte())),
            topic_aliases: if choice & 32 == 0 { 0 } else { 2 },
        }
    }

    fn config(&self, habits: Habits) -> Config {
        let packet = if habits.parts { 64 } else { 1 << 20 };
        Config {
            limits: Limits { packet, ..Limits::default() },
            manual_ack: habits.manual,
            topic_aliases: self.topic_aliases,
            ..Config::default()
        }
    }

    fn terms(&self, maximum: u16) -> Vec<Property<'static>> {
        if self.version.is_v5() {
            vec![
                Property::SessionExpiryInterval(u32::MAX),
                Property::ReceiveMaximum(maximum),
                Property::TopicAliasMaximum(3),
            ]
        } else {
            Vec::new()
        }
    }
}

struct Rig<S> {
    plan: Plan,
    slots: fn() -> S,
    now: Instant,
    client: Side<Client<S>>,
    server: Side<Server<S>>,
    /// While no machine has them.
    client_session: Option<Session<S>>,
    server_session: Option<Session<S>>,
    /// The next CONNECT asks for a clean start.
    want_clean: bool,
    clean: bool,
}

impl<S: Slots> Rig<S> {
    fn new(plan: Plan, slots: fn() -> S) -> Self {
        Self {
            client: Side::new(plan.client.0),
            server: Side::new(plan.server.0),
            plan,
            slots,
            now: Instant::from_secs(1),
            client_session: Some(Session::with_slots(slots())),
            server_session: Some(Session::with_slots(slots())),
            want_clean: false,
            clean: false,
        }
    }

    fn run(mut self, mut script: Script<'_>) {
        while !script.is_done() {
            self.step(&mut script);
        }
        self.settle(&mut script);
    }

    fn step(&mut self, script: &mut Script<'_>) {
        let now = self.now;
        if self.client.machine.is_none() {
            match script.below(8) {
                0 => self.save_and_restore(script),
                1 => self.drop_session(script),
                2 => self.now = now.after(Duration::from_millis(100)),
                _ => self.connect(script),
            }
            return;
        }
        match script.below(24) {
            0..=3 => self.client.publish(now, script),
            4..=7 => self.server.publish(now, script),
            8..=10 => self.arrive(script, true),
            11..=13 => self.arrive(script, false),
            14 => self.client.ack(now, script, &mut self.server.sent),
            15 => self.server.ack(now, script, &mut self.client.sent),
            16 => self.client.resume(now, script, true),
            17 => self.server.resume(now, script, true),
            18 => self.cut(),
            19 => {
                let subscribe = script.one_in(2);
                self.client.ask(now, script, subscribe);
            }
            20 => self.answer(script),
            21 => self.tick(script),
            22 => self.client.ack_stale(now, script),
            _ => self.server.ack_stale(now, script),
        }
    }

    // --- the connection ------------------------------------------------------------------------------------------

    fn connect(&mut self, script: &mut Script<'_>) {
        let session = self.client_session.take().unwrap();
        // Who has no session asks for none.
        self.clean = core::mem::take(&mut self.want_clean) || !session.is_established();
        if self.clean {
            self.client.drop_in_flight();
            self.server.drop_in_flight();
        }
        self.client.machine = Some(Client::new(self.plan.config(self.plan.client.0), session));
        let spare = Session::with_slots((self.slots)());
        self.server.machine = Some(Server::new(self.now, self.plan.config(self.plan.server.0), spare));
        let terms = self.plan.terms(self.plan.client.1);
        let connect = Connect {
            version: self.plan.version,
            clean_start: self.clean,
            keep_alive: 10,
            client_id: "c",
            properties: Properties::new(&terms),
            ..Connect::default()
        };
        let now = self.now;
        let sent = self.client.call(script, |client, out| client.connect(now, &connect, out));
        assert_eq!(sent, Some(Ok(())));
    }

    /// The server goes on with the client's session.
    fn accept(&mut self, script: &mut Script<'_>) {
        let session = self.server_session.take().unwrap();
        self.server.machine.as_mut().unwrap().with_session(session).unwrap();
        let terms = self.plan.terms(self.plan.server.1);
        let now = self.now;
        let present = self.server.call(script, |server, out| server.accept(now, Properties::new(&terms), out));
        assert_eq!(present, Some(Ok(!self.clean)), "the server has a session if the client has one");
    }

    fn connected(&self, present: bool) {
        let said = self.plan.version != Version::V3_1;
        assert_eq!(present, said && !self.clean);
    }

    fn cut(&mut self) {
        let Some(client) = self.client.machine.take() else { return };
        let mut session = client.into_session(self.now);
        if expired(&mut session, self.now) {
            self.client.drop_in_flight();
        }
        self.client_session = Some(session);
        let server = self.server.machine.take().unwrap();
        // Unless it was asked for a connection it has not taken the session.
        if self.server_session.is_none() {
            let mut session = server.into_session(self.now);
            if expired(&mut session, self.now) {
                self.server.drop_in_flight();
            }
            self.server_session = Some(session);
        }
        self.client.cut();
        self.server.cut();
    }

    fn save_and_restore(&mut self, script: &mut Script<'_>) {
        if script.one_in(2) {
            restore(&mut self.client_session, self.slots);
            self.client.forget_receipts();
        } else {
            restore(&mut self.server_session, self.slots);
            self.server.forget_receipts();
        }
    }

    /// The application of one end wants to start anew; the server's may have lost what it had.
    fn drop_session(&mut self, script: &mut Script<'_>) {
        self.want_clean = true;
        if script.one_in(2) {
            self.server_session = Some(Session::with_slots((self.slots)()));
            self.server.forget_receipts();
            self.server.drop_in_flight();
        }
    }

    // --- on the line ---------------------------------------------------------------------------------------------

    fn arrive(&mut self, script: &mut Script<'_>, at_server: bool) {
        let most = [usize::MAX, 1, 2, 4, 16, 64, 256, 1024][script.below(8)];
        if self.client.machine.is_none() {
            return;
        }
        let now = self.now;
        let (wire, inbox) = if at_server {
            (&mut self.client.wire, &mut self.server.inbox)
        } else {
            (&mut self.server.wire, &mut self.client.inbox)
        };
        inbox.extend(wire.drain(..most.min(wire.len())));
        loop {
            let todo = if at_server {
                self.server.receive(now, script, &mut self.client.sent)
            } else {
                self.client.receive(now, script, &mut self.server.sent)
            };
            match todo {
                None => return,
                Some(Todo::Connect) => self.accept(script),
                Some(Todo::Connected(present)) => self.connected(present),
                Some(Todo::Nothing) => {}
            }
            // The application may do something else before it reads on.
            if script.one_in(16) {
                return;
            }
        }
    }

    fn answer(&mut self, script: &mut Script<'_>) {
        if self.server.owed.is_empty() {
            return;
        }
        let (subscribe, packet_id, count) = self.server.owed.swap_remove(script.below(self.server.owed.len()));
        let codes = [ReasonCode::Success; 8];
        let reason_codes: ReasonCodes<'_> = (&codes[..count]).into();
        let properties = Properties::EMPTY;
        let now = self.now;
        let answer = self.server.call(script, |server, out| {
            if subscribe {
                server.suback(now, &SubAck { packet_id, properties, reason_codes }, out)
            } else {
                server.unsuback(now, &UnsubAck { packet_id, properties, reason_codes }, out)
            }
        });
        assert_eq!(answer, Some(Ok(())));
    }

    fn tick(&mut self, script: &mut Script<'_>) {
        self.now = self.now.after(Duration::from_secs(script.below(8) as u64));
        let client = self.client.tick(self.now, script);
        let server = self.server.tick(self.now, script);
        if !(client && server) {
            self.cut();
        }
    }

    /// The line is mended and the applications do what they owe, until nothing moves any more.
    fn settle(mut self, script: &mut Script<'_>) {
        for _ in 0..10_000 {
            if self.client.machine.is_none() {
                self.connect(script);
            }
            self.arrive(script, true);
            self.arrive(script, false);
            while self.server.is_connected() && !self.server.owed.is_empty() {
                self.answer(script);
            }
            while self.client.is_connected() && self.client.has_deliveries() {
                self.client.ack(self.now, script, &mut self.server.sent);
            }
            while self.server.is_connected() && self.server.has_deliveries() {
                self.server.ack(self.now, script, &mut self.client.sent);
            }
            self.client.resume(self.now, script, false);
            self.server.resume(self.now, script, false);
            if self.client.is_connected() && !self.has_input(true) && !self.has_input(false) {
                break;
            }
        }
        self.client.settle();
        self.server.settle();
    }

    fn has_input(&self, at_server: bool) -> bool {
        if at_server {
            !self.client.wire.is_empty() || !self.server.inbox.is_empty()
        } else {
            !self.server.wire.is_empty() || !self.client.inbox.is_empty()
        }
    }
}

/// Does what is due in a session without a connection. Whether it ended.
fn expired<S: Slots>(session: &mut Session<S>, now: Instant) -> bool {
    let mut expired = false;
    while session.timeout(now).is_some() {
        expired = true;
    }
    expired
}

fn restore<S: Slots>(session: &mut Option<Session<S>>, slots: fn() -> S) {
    let Some(old) = session.as_ref().filter(|session| session.is_established()) else { return };
    let before = end::in_flight(old);
    let mut bytes = Vec::new();
    old.save(&mut bytes).unwrap();
    assert_eq!(bytes.len(), old.saved_len());
    let new = Session::restore(&bytes, slots()).unwrap();
    assert_eq!(end::in_flight(&new), before);
    *session = Some(new);
}
