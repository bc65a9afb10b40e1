//! Law 7: a client and a server over a line that delays and cuts at any byte keep equal books.
//!
//! The bytes are the script: which application does what, what arrives, when an output is full, when the line is cut and
//! who goes on with which session. Each frame that is written is noted with what it says, and must be heard as that:
//! every publish is confirmed or refused once, as was decided, or is unconfirmed when its channel ends; no
//! acknowledgement is heard twice or otherwise; and what is stale is the caller's error, of which nothing is written.

mod books;
mod calls;
mod client_acts;
mod client_hears;
mod said;
mod server_acts;
mod server_hears;

use core::time::Duration;
use std::collections::HashSet;

use fourwire::Instant;
use fourwire::amqp::{Channel, Client, Config, DeliveryTag, Error, Growing, ReplyCode, Server, Session, Slot, Slots};

use super::super::repeat::repeat;
use super::super::script::Script;
use books::{Life, Phase};
use said::{Kind, Message, Said, Way};

/// As many channels as there can be.
const CHANNELS: usize = 3;

/// The largest frame that both take.
const FRAME_MAX: u32 = 4096;

/// The most of a body in a frame.
const PIECE: usize = FRAME_MAX as usize - 8;

/// Runs one script to its end, mends the line, and sees that the books are equal and nothing is outstanding. What
/// happened.
pub fn two_machines(data: &[u8]) -> Seen {
    let mut script = Script::new(data);
    let choice = script.byte();
    let windows = [choice >> 1, choice >> 3].map(|choice| [65_535, 1, 2, 5][usize::from(choice % 4)]);
    let heartbeat = if choice & 0x20 == 0 { 0 } else { 10 };
    let [client, server] = windows.map(|window| Config {
        frame_max: FRAME_MAX,
        channel_max: CHANNELS as u16,
        heartbeat,
        window,
        ..Config::default()
    });
    if choice & 1 == 0 {
        Rig::new(client, server, || [Slot::EMPTY; CHANNELS]).run(script)
    } else {
        Rig::new(client, server, Growing::default).run(script)
    }
}

/// What outlives connections.
#[derive(Debug)]
struct Memory {
    now: Instant,
    messages: usize,
    /// Handles that are of no use any more.
    client_channels: Vec<Channel>,
    server_channels: Vec<Channel>,
    tags: Vec<DeliveryTag>,
    seen: Seen,
}

/// What happened in a script: a test sees that all of it can.
#[derive(Debug, Default)]
pub struct Seen {
    /// The kinds of frames that were heard.
    pub heard: HashSet<Kind>,
    pub client_held_back: bool,
    pub server_held_back: bool,
    pub connections: usize,
}

impl Memory {
    fn message(&mut self, script: &mut Script<'_>) -> Message {
        self.messages += 1;
        let len = if script.one_in(32) { PIECE - 1 + script.below(3) } else { script.below(6) };
        Message { number: self.messages, len }
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
struct Line<S> {
    client: Client<S>,
    server: Server<S>,
    client_state: State,
    server_state: State,
    up: Way,
    down: Way,
    lives: Vec<Life>,
    /// By number less one: the channel's last life that the client began, and that the server has heard of.
    client_lives: [Option<usize>; CHANNELS],
    server_lives: [Option<usize>; CHANNELS],
    client_window: usize,
    server_window: usize,
}

struct Rig<S> {
    configs: (Config, Config),
    memory: Memory,
    line: Option<Line<S>>,
    sessions: Option<(Session<S>, Session<S>)>,
}

impl<S: Slots> Rig<S> {
    fn new(client: Config, server: Config, slots: fn() -> S) -> Self {
        Self {
            configs: (client, server),
            memory: Memory {
                now: Instant::from_secs(1),
                messages: 0,
                client_channels: Vec::new(),
                server_channels: Vec::new(),
                tags: Vec::new(),
                seen: Seen::default(),
            },
            line: None,
            sessions: Some((Session::with_slots(slots()), Session::with_slots(slots()))),
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
        match script.below(24) {
            0..=7 => line.client_acts(memory, script),
            8..=15 => line.server_acts(memory, script),
            16..=18 => line.arrives_up(memory, script),
            19..=21 => line.arrives_down(memory, script),
            22 => match script.below(8) {
                0 => line.client_closes(memory.now, script),
                1 => line.server_closes(memory.now, script),
                2 => return self.cut(),
                _ => {}
            },
            _ => {
                memory.now = memory.now.after(Duration::from_secs(script.below(8) as u64));
                if !line.tick(memory.now, script) {
                    return self.cut();
                }
            }
        }
        line.compare();
        if (line.client_state, line.server_state) == (State::Closed, State::Closed) {
            self.cut();
        }
    }

    fn connect(&mut self, script: &mut Script<'_>) {
        let (client, server) = self.sessions.take().expect("no machine has them");
        let now = self.memory.now;
        let mut line = Line {
            client: Client::new(self.configs.0, client),
            server: Server::new(now, self.configs.1, server),
            client_state: State::Handshake,
            server_state: State::Handshake,
            up: Way::default(),
            down: Way::default(),
            lives: Vec::new(),
            client_lives: [None; CHANNELS],
            server_lives: [None; CHANNELS],
            client_window: self.configs.0.window as usize,
            server_window: self.configs.1.window as usize,
        };
        repeat(&mut line.client, script, &mut line.up.wire, |client, out| client.start(now, out)).unwrap();
        line.up.say(Said::Hello);
        self.memory.seen.connections += 1;
        self.line = Some(line);
    }

    /// What was on the line is lost; the next connection goes on with the sessions.
    fn cut(&mut self) {
        let line = self.line.take().expect("there is a line");
        for life in &line.lives {
            self.memory.client_channels.extend(life.client.channel);
            self.memory.server_channels.extend(life.server.channel);
            self.memory.tags.extend(&life.tags);
        }
        // Of very old ones the last tell as much.
        let old = self.memory.tags.len().saturating_sub(16);
        self.memory.tags.drain(..old);
        self.sessions = Some((line.client.into_session(), line.server.into_session()));
    }

    /// The line is mended and the applications do what they owe, until nothing moves any more.
    fn settle(&mut self, script: &mut Script<'_>) {
        for _ in 0..1000 {
            let Some(line) = &mut self.line else {
                self.connect(script);
                continue;
            };
            line.arrives_up(&mut self.memory, script);
            line.arrives_down(&mut self.memory, script);
            line.client_finishes(&mut self.memory, script);
            line.server_finishes(&mut self.memory, script);
            line.compare();
            if (line.client_state, line.server_state) == (State::Closed, State::Closed) {
                self.cut();
            } else if line.is_quiet() && line.client_state == State::Open {
                return line.nothing_is_outstanding();
            }
        }
        let line = self.line.as_ref().map(|line| (&line.up, &line.down, &line.lives));
        panic!("it does not come to rest: {line:?}");
    }
}

impl<S: Slots> Line<S> {
    fn is_quiet(&self) -> bool {
        self.up.is_empty() && self.down.is_empty()
    }

    /// Each machine knows what its application does; and if nothing is on its way both know the same.
    fn compare(&self) {
        for life in self.client_lives.iter().flatten() {
            let books = &self.lives[*life].client;
            let channel = books.channel.expect("the client has opened it");
            assert!(self.client.unconfirmed(channel).eq(books.unconfirmed.iter().copied()), "{books:?}");
            assert_eq!(self.client.unconfirmed_count(channel), books.unconfirmed.len());
            if !books.automatic {
                let tags = self.client.unacknowledged(channel).map(DeliveryTag::number);
                assert!(tags.eq(books.outstanding()), "{books:?}");
            }
        }
        for life in self.server_lives.iter().flatten() {
            let books = &self.lives[*life].server;
            let channel = books.channel.expect("the server has heard of it");
            assert!(self.server.unconfirmed(channel).eq(books.unconfirmed.iter().copied()), "{books:?}");
            assert_eq!(self.server.unacknowledged_count(channel), books.outstanding().len());
            let tags = self.server.unacknowledged(channel).map(DeliveryTag::number);
            assert!(tags.eq(books.outstanding()), "{books:?}");
        }
        if self.is_quiet() && (self.client_state, self.server_state) == (State::Open, State::Open) {
            assert_eq!(self.client_lives, self.server_lives);
            for life in self.client_lives.iter().flatten().map(|life| &self.lives[*life]) {
                if life.client.phase != Phase::Ended {
                    life.client.same(&life.server);
                }
            }
        }
    }

    fn nothing_is_outstanding(&self) {
        assert_eq!(self.server_state, State::Open);
        for life in self.client_lives.iter().flatten().map(|life| &self.lives[*life]) {
            for books in [&life.client, &life.server].into_iter().filter(|books| books.phase != Phase::Ended) {
                assert_eq!(books.phase, Phase::Open);
                assert!(books.unconfirmed.is_empty() && books.outstanding().is_empty(), "{books:?}");
                assert!(books.calls.is_empty() && books.sending.is_none() && !books.stopped, "{books:?}");
            }
        }
    }

    fn client_closes(&mut self, now: Instant, script: &mut Script<'_>) {
        let close = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.close(now, ReplyCode::Success, "", out)
        });
        assert_eq!(close.is_ok(), matches!(self.client_state, State::Handshake | State::Open));
        if close.is_ok() {
            self.client_state = State::Closing;
            self.up.say(Said::Close);
        }
    }

    /// Before the client has said a word there is nobody to tell.
    fn server_closes(&mut self, now: Instant, script: &mut Script<'_>) {
        let close = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.close(now, ReplyCode::ConnectionForced, "", out)
        });
        if close.is_ok() {
            assert!(matches!(self.server_state, State::Handshake | State::Open));
            self.server_state = State::Closing;
            self.down.say(Said::Close);
        } else {
            assert_ne!(self.server_state, State::Open);
        }
    }

    /// Both see the time. Whether both still think that the other is there.
    fn tick(&mut self, now: Instant, script: &mut Script<'_>) -> bool {
        let before = self.up.wire.len();
        let client = repeat(&mut self.client, script, &mut self.up.wire, |client, out| client.timeout(now, out));
        if self.up.wire.len() > before {
            self.up.say(Said::Heartbeat);
        }
        let before = self.down.wire.len();
        let server = repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.timeout(now, out));
        if self.down.wire.len() > before {
            self.down.say(Said::Heartbeat);
        }
        for (answer, deadline) in [(client, self.client.deadline()), (server, self.server.deadline())] {
            match answer {
                Ok(()) => assert!(deadline.is_none_or(|deadline| deadline > now), "due again at once"),
                Err(Error::Timeout(_)) => return false,
                Err(error) => panic!("{error:?}"),
            }
        }
        true
    }
}

/// How many bytes arrive at once.
fn some(script: &mut Script<'_>) -> usize {
    [usize::MAX, usize::MAX, 1, 2, 5, 13, 30, 100][script.below(8)]
}
