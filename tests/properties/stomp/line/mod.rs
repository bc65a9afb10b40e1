//! Law 7: a client and a server over a line that delays, splits and cuts at any byte keep equal books.
//!
//! The bytes are the script: which application does what, what arrives, when an output is full, how the two clocks run,
//! when the line is cut. Each frame that is written is noted with what it says, and must be heard as that: every message is
//! settled once, as the client's last word was, or comes again; what was only said in a transaction that was not committed
//! does not count; every receipt comes once; heart-beats are sent in time, and nobody is given up before he is late.

mod client_acts;
mod client_hears;
mod clock;
mod said;
mod server_acts;
mod server_hears;

use std::collections::{BTreeMap, HashSet, VecDeque};

use fourwire::stomp::{
    Client, Config, Connect, Delivery, HeartBeat, Limits, Outcome, Receipt, Server, Session, Subscription, Transaction,
    Version, Versions,
};

use super::super::repeat::repeat;
use super::super::script::Script;
use super::books::{Books, Key};
use clock::{Asked, Clock};
use said::{Kind, Message, Said, Way};

/// Where all messages go: in 1.1 and 1.2 it needs escapes.
const DESTINATION: &str = "/queue/a:b\\c";

/// Runs one script to its end, mends the line, and sees that all is settled and the books are equal. What happened.
pub fn two_machines(data: &[u8]) -> Seen {
    let mut script = Script::new(data);
    let plan = Plan::read(&mut script);
    Rig::new(plan).run(script)
}

/// What does not change while a script runs.
#[derive(Clone, Copy, Debug)]
struct Plan {
    version: Version,
    client: Config,
    server: Config,
    /// The server gives the connection a name.
    is_named: bool,
    /// Large messages come in parts: to the client, to the server.
    parts: [bool; 2],
    /// How fast the client's clock runs, in percent of the server's.
    rate: u64,
}

impl Plan {
    fn read(script: &mut Script<'_>) -> Self {
        let [first, second, third] = [script.byte(), script.byte(), script.byte()];
        let version = [Version::V1_2, Version::V1_0, Version::V1_1, Version::V1_2][usize::from(first % 4)];
        let only = Versions::only(version);
        let parts = [first & 8 != 0, first & 16 != 0];
        let spans = |choice: u8| [0, 1000, 3000, 10_000][usize::from(choice % 4)];
        let beat = |choice: u8| HeartBeat {
            sends: core::time::Duration::from_millis(spans(choice)),
            wants: core::time::Duration::from_millis(spans(choice >> 2)),
        };
        let config = |window: u8, receipts: u8, beats: u8, versions, parts| Config {
            window: [65_535, 1, 2, 5][usize::from(window % 4)],
            receipts: [4096, 1, 2, 3][usize::from(receipts % 4)],
            subscriptions: 3,
            transactions: 3,
            heart_beat: beat(beats),
            versions,
            limits: if parts { Limits { body: 12, ..Limits::default() } } else { Limits::default() },
            ..Config::default()
        };
        Self {
            version,
            client: config(second, second >> 2, third, if first & 4 == 0 { only } else { Versions::ALL }, parts[0]),
            server: config(
                second >> 4,
                second >> 6,
                third >> 4,
                if first & 4 == 0 { Versions::ALL } else { only },
                parts[1],
            ),
            is_named: first & 32 != 0,
            parts,
            rate: [100, 90, 110, 101][usize::from(first >> 6)],
        }
    }
}

/// What outlives connections.
#[derive(Debug)]
struct Memory {
    plan: Plan,
    clock: Clock,
    messages: usize,
    /// The broker's messages that nobody has.
    queue: VecDeque<Message>,
    /// Those that are delivered, by number.
    delivered: BTreeMap<usize, Message>,
    done: BTreeMap<usize, Outcome>,
    /// Handles of what has ended.
    subscriptions: Vec<Subscription>,
    deliveries: Vec<Delivery>,
    transactions: Vec<Transaction>,
    receipts: Vec<Receipt>,
    seen: Seen,
}

/// What happened in a script: a test sees that all of it can.
#[derive(Debug, Default)]
pub struct Seen {
    /// The kinds of frames that were heard.
    pub heard: HashSet<Kind>,
    pub client_held_back: bool,
    pub server_held_back: bool,
    pub in_parts: bool,
    pub timeouts: usize,
    pub connections: usize,
}

impl Memory {
    fn message(&mut self, script: &mut Script<'_>) -> Message {
        self.messages += 1;
        Message { number: self.messages, len: [0, 1, 5, 12, 13, 30, 700][script.below(7)] }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Handshake,
    Open,
    Closing,
    Closed,
}

/// One connection: both machines, and all that the applications know.
struct Line {
    client: Client,
    server: Server<usize>,
    client_state: State,
    server_state: State,
    up: Way,
    down: Way,
    ours: Books,
    theirs: Books,
    /// What the client has got, in order, and its words on it that count.
    got: Vec<Delivery>,
    words: BTreeMap<Key, Outcome>,
    /// The receipts that are awaited, and owed, by their numbers.
    asked: Vec<(usize, Receipt)>,
    owed: Vec<(usize, Receipt)>,
    /// That of the message whose body is coming in pieces.
    wanted: Option<Receipt>,
    /// How each was asked for.
    asked_at: Vec<Asked>,
    /// Those that were awaited when their transactions were aborted: they come, or not.
    forgone: Vec<(usize, Receipt)>,
    /// What the client has sent that the server has not counted yet, and in which transaction; none, if it counts.
    sent: BTreeMap<usize, Option<usize>>,
    /// What the server has heard in transactions that are open.
    uncommitted: Vec<(usize, Message)>,
}

struct Rig {
    memory: Memory,
    line: Option<Line>,
    sessions: Option<(Session, Session)>,
}

impl Rig {
    fn new(plan: Plan) -> Self {
        Self {
            memory: Memory {
                plan,
                clock: Clock::new(plan.rate),
                messages: 0,
                queue: VecDeque::new(),
                delivered: BTreeMap::new(),
                done: BTreeMap::new(),
                subscriptions: Vec::new(),
                deliveries: Vec::new(),
                transactions: Vec::new(),
                receipts: Vec::new(),
                seen: Seen::default(),
            },
            line: None,
            sessions: Some((Session::new(), Session::new())),
        }
    }

    fn run(mut self, mut script: Script<'_>) -> Seen {
        while !script.is_done() {
            self.step(&mut script);
        }
        self.settle(&mut script);
        self.memory.seen
    }

    fn step(&mut self, script: &mut Script<'_>) {
        let Some(line) = &mut self.line else { return self.connect(script) };
        let memory = &mut self.memory;
        match script.below(32) {
            0..=10 => line.client_acts(memory, script),
            11..=18 => line.server_acts(memory, script),
            19..=23 => line.arrives_up(memory, script),
            24..=28 => line.arrives_down(memory, script),
            29 => match script.below(8) {
                0 => line.client_closes(memory, script),
                1 => line.server_closes(memory, script),
                2 => return self.cut(),
                3 => line.idles(memory),
                _ => {}
            },
            _ => {
                memory.clock.advance(script.below(16) as u64 * 250);
                if !line.tick(memory, script) {
                    memory.seen.timeouts += 1;
                    return self.cut();
                }
            }
        }
        self.look();
    }

    /// Both ends know what they should; and if one of them has closed the line, and the other has heard all, it is cut.
    fn look(&mut self) {
        let Some(line) = &self.line else { return };
        line.compare();
        let server_is_gone = line.server_state == State::Closed && line.down.is_empty();
        if line.client_state == State::Closed || server_is_gone {
            self.cut();
        }
    }

    fn connect(&mut self, script: &mut Script<'_>) {
        let (client, server) = self.sessions.take().expect("no machine has them");
        let (plan, clock) = (self.memory.plan, &mut self.memory.clock);
        clock.begin();
        let mut line = Line {
            client: Client::new(plan.client, client),
            // The heart-beats of a server are those that it accepts the client with.
            server: Server::new(clock.server(), Config { heart_beat: HeartBeat::NONE, ..plan.server }, server),
            client_state: State::Handshake,
            server_state: State::Handshake,
            up: Way::default(),
            down: Way::default(),
            ours: Books::default(),
            theirs: Books::default(),
            got: Vec::new(),
            words: BTreeMap::new(),
            asked: Vec::new(),
            owed: Vec::new(),
            wanted: None,
            asked_at: Vec::new(),
            forgone: Vec::new(),
            sent: BTreeMap::new(),
            uncommitted: Vec::new(),
        };
        let connect = Connect::to("/").login("a:b", "c");
        repeat(&mut line.client, script, &mut line.up.wire, |client, out| {
            client.connect(clock.client(), &connect, out)
        })
        .unwrap();
        line.up.say(Said::Connect);
        self.memory.seen.connections += 1;
        self.line = Some(line);
    }

    /// What was on the line is lost, and what was not settled comes back; the next connection goes on with the sessions.
    fn cut(&mut self) {
        let (mut line, memory) = (self.line.take().expect("there is a line"), &mut self.memory);
        let told: Vec<_> = line.server.end().collect();
        let fates = line.theirs.cut();
        line.told(memory, told, &fates);
        assert!(memory.delivered.is_empty(), "{:?} are lost", memory.delivered);
        memory.subscriptions.extend((0..line.ours.subscriptions()).map(|number| line.ours.subscription(number)));
        memory.transactions.extend((0..line.ours.transactions()).map(|number| line.ours.transaction(number)));
        memory.deliveries.extend(line.got.iter().filter(|delivery| delivery.needs_ack()));
        memory.receipts.extend(line.owed.iter().map(|(_, receipt)| receipt));
        // Of very old ones the last tell as much.
        keep_last(&mut memory.subscriptions);
        keep_last(&mut memory.transactions);
        keep_last(&mut memory.deliveries);
        keep_last(&mut memory.receipts);
        self.sessions = Some((line.client.into_session(), line.server.into_session()));
    }

    /// The line is mended and the applications do what they owe, until nothing moves any more.
    fn settle(&mut self, script: &mut Script<'_>) {
        for _ in 0..2000 {
            let Some(line) = &mut self.line else {
                self.connect(script);
                continue;
            };
            line.arrives_up(&mut self.memory, script);
            line.arrives_down(&mut self.memory, script);
            line.client_finishes(&mut self.memory);
            line.server_finishes(&mut self.memory);
            if line.is_at_rest(&self.memory) {
                return line.compare();
            }
            self.look();
        }
        let line = self.line.as_ref().map(|line| (&line.up, &line.down, &line.ours, &line.theirs, line.client_state));
        panic!("it does not come to rest: {line:?} {:?}", self.memory);
    }
}

fn keep_last<T>(handles: &mut Vec<T>) {
    let old = handles.len().saturating_sub(8);
    handles.drain(..old);
}

impl Line {
    fn is_quiet(&self) -> bool {
        self.up.is_empty() && self.down.is_empty()
    }

    /// Each machine knows what its application does; and if nothing is on its way both know the same.
    fn compare(&self) {
        assert_eq!(self.client.is_connected(), self.client_state == State::Open);
        assert_eq!(self.client.is_closed(), self.client_state == State::Closed);
        assert_eq!(self.server.is_closed(), self.server_state == State::Closed);
        assert!(self.client.awaited().eq(self.asked.iter().map(|(_, receipt)| *receipt)));
        assert_eq!(self.client.awaited_count(), self.asked.len());
        for number in self.ours.open() {
            let inside = self.asked.iter().filter(|(asked, _)| self.asked_at[*asked] == Asked::In(number));
            assert!(self.client.awaited_in(self.ours.transaction(number)).eq(inside.map(|(_, receipt)| *receipt)));
        }
        for number in 0..self.ours.subscriptions() {
            let outstanding =
                self.client.unacknowledged(self.ours.subscription(number)).map(|delivery| delivery.number());
            assert!(outstanding.eq(self.ours.outstanding(number).map(|(_, number)| number)), "{:?}", self.ours);
        }
        for number in 0..self.theirs.subscriptions() {
            let outstanding = self.server.unacknowledged_count(self.theirs.subscription(number));
            assert_eq!(outstanding, self.theirs.outstanding(number).count(), "{:?}", self.theirs);
        }
        if self.is_quiet() && (self.client_state, self.server_state) == (State::Open, State::Open) {
            self.ours.same(&self.theirs);
            let numbers =
                |receipts: &[(usize, Receipt)]| receipts.iter().map(|(number, _)| *number).collect::<Vec<_>>();
            let mut all = numbers(&self.asked);
            all.extend(numbers(&self.forgone));
            all.sort_unstable();
            assert_eq!(all, numbers(&self.owed));
        }
    }

    /// Whether all is done that there was to do.
    fn is_at_rest(&self, memory: &Memory) -> bool {
        let are_open = (self.client_state, self.server_state) == (State::Open, State::Open);
        let has_all = self.asked.is_empty() && self.forgone.is_empty();
        let is_idle = has_all && self.ours.open().is_empty() && self.ours.outstanding_count() == 0;
        if !(are_open && self.is_quiet() && is_idle && memory.queue.is_empty() && memory.delivered.is_empty()) {
            return false;
        }
        assert!(self.sent.is_empty() && self.uncommitted.is_empty() && self.theirs.outstanding_count() == 0);
        true
    }
}

/// How many bytes arrive at once.
fn some(script: &mut Script<'_>) -> usize {
    [usize::MAX, usize::MAX, 1, 2, 5, 13, 30, 100][script.below(8)]
}
