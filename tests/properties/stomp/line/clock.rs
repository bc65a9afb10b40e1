//! Two clocks, of which one is a little fast or slow; and what must be in time by them.

use core::time::Duration;

use fourwire::Instant;
use fourwire::stomp::{Error, HeartBeat, Timeout, Version};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::{Line, Memory, Plan, Said, State};

/// Milliseconds by each clock, and what happened when.
#[derive(Debug)]
pub struct Clock {
    rate: u64,
    /// By the server's clock.
    now: u64,
    /// When each end sent something last, and when something came, by its own clock: the client, the server.
    pub sent: [Instant; 2],
    pub heard: [Instant; 2],
    /// When the client read on that had held something back.
    pub resumed: Instant,
}

/// How a receipt is asked for: when, or in which transaction that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    At(Instant),
    In(usize),
}

pub const CLIENT: usize = 0;
pub const SERVER: usize = 1;

impl Clock {
    pub const fn new(rate: u64) -> Self {
        Self { rate, now: 1000, sent: [Instant::ZERO; 2], heard: [Instant::ZERO; 2], resumed: Instant::ZERO }
    }

    pub fn advance(&mut self, millis: u64) {
        self.now += millis;
    }

    pub fn client(&self) -> Instant {
        Instant::ZERO.after(Duration::from_micros(self.now * self.rate * 10 + 7))
    }

    pub fn server(&self) -> Instant {
        Instant::ZERO.after(Duration::from_millis(self.now))
    }

    /// Each by its own clock.
    pub fn of(&self, end: usize) -> Instant {
        if end == CLIENT { self.client() } else { self.server() }
    }

    /// A connection begins, for both.
    pub fn begin(&mut self) {
        self.sent = [self.client(), self.server()];
        self.heard = self.sent;
        self.resumed = Instant::ZERO;
    }

    pub fn sends(&mut self, end: usize) {
        self.sent[end] = self.of(end);
    }

    pub fn hears(&mut self, end: usize) {
        self.heard[end] = self.of(end);
    }
}

impl Plan {
    /// How often an end sends, and hears, at least. (1.1 and 1.2, Heart-beating)
    pub(super) fn agreed(&self, end: usize) -> HeartBeat {
        let [ours, theirs] = [self.client.heart_beat, self.server.heart_beat];
        let (ours, theirs) = if end == CLIENT { (ours, theirs) } else { (theirs, ours) };
        let larger = |sends: Duration, wants: Duration| {
            let is_none = sends.is_zero() || wants.is_zero() || self.version == Version::V1_0;
            if is_none { Duration::ZERO } else { sends.max(wants) }
        };
        HeartBeat { sends: larger(ours.sends, theirs.wants), wants: larger(theirs.sends, ours.wants) }
    }
}

impl Line {
    /// Both see the time. Whether both still think that the other is there.
    pub(super) fn tick(&mut self, memory: &mut Memory, script: &mut Script<'_>) -> bool {
        self.ticks(memory, CLIENT, script) && self.ticks(memory, SERVER, script)
    }

    fn ticks(&mut self, memory: &mut Memory, end: usize, script: &mut Script<'_>) -> bool {
        let (now, agreed) = (memory.clock.of(end), memory.plan.agreed(end));
        let (way, state) =
            if end == CLIENT { (&mut self.up, self.client_state) } else { (&mut self.down, self.server_state) };
        let late = |since: Instant, span: Duration| !span.is_zero() && since.after(span) <= now;
        let is_made = matches!(state, State::Open | State::Closing);
        // A server that has heard DISCONNECT reads no more, and so cannot know.
        let listens = if end == CLIENT {
            is_made && !self.client.is_held_back()
        } else {
            state == State::Open && !self.server.is_held_back()
        };
        let is_dead = listens && late(memory.clock.heard[end], agreed.wants * PATIENCE);
        // What is asked for in a transaction may come with its end: until then it is not late.
        let asked = self.asked.iter().filter_map(|(number, _)| match self.asked_at[*number] {
            Asked::At(at) => Some(at),
            Asked::In(_) => None,
        });
        let first = asked.min();
        let is_late = |asked: Instant| late(asked.max(memory.clock.resumed), RECEIPT);
        let receipt_is_late = end == CLIENT && listens && first.is_some_and(is_late);
        let connect_is_late = state == State::Handshake && late(memory.clock.heard[end], CONNECT);
        let beat_is_due = is_made && late(memory.clock.sent[end], agreed.sends / 2);

        let before = way.wire.len();
        let answer = if end == CLIENT {
            repeat(&mut self.client, script, &mut way.wire, |client, out| client.timeout(now, out))
        } else {
            repeat(&mut self.server, script, &mut way.wire, |server, out| server.timeout(now, out))
        };
        let deadline = if end == CLIENT { self.client.deadline() } else { self.server.deadline() };
        match answer {
            Ok(()) => {
                assert!(!is_dead && !receipt_is_late && !connect_is_late, "{end} at {now:?}: {:?}", memory.clock);
                assert_eq!(way.wire.len() - before, usize::from(beat_is_due), "{end} at {now:?}: {:?}", memory.clock);
                assert!(deadline.is_none_or(|deadline| deadline > now), "due again at once");
                if beat_is_due {
                    way.say(Said::HeartBeat);
                    memory.clock.sends(end);
                }
                return true;
            }
            Err(Error::Timeout(Timeout::HeartBeat)) => assert!(is_dead),
            Err(Error::Timeout(Timeout::Receipt)) => assert!(receipt_is_late),
            Err(Error::Timeout(Timeout::Connect)) => assert!(connect_is_late),
            Err(error) => panic!("{error:?}"),
        }
        assert_eq!(deadline, None, "it is over");
        false
    }

    /// Some time passes on a line that is prompt, and nobody says anything: both ends think that the other is there, though
    /// their clocks differ.
    pub(super) fn idles(&mut self, memory: &mut Memory) {
        let (nothing, is_open) = (&mut Script::new(&[]), self.client_state == State::Open);
        if !(is_open && self.server_state == State::Open && self.asked.is_empty()) {
            return;
        }
        self.arrives_up(memory, nothing);
        self.arrives_down(memory, nothing);
        // It was prompt before: CONNECTED may have been late.
        let fresh = |end: usize| {
            let wants = memory.plan.agreed(end).wants;
            wants.is_zero() || memory.clock.heard[end].after(wants / 2) >= memory.clock.of(end)
        };
        if !(fresh(CLIENT) && fresh(SERVER)) {
            return;
        }
        for _ in 0..16 {
            self.arrives_up(memory, nothing);
            self.arrives_down(memory, nothing);
            memory.clock.advance(250);
            assert!(self.tick(memory, nothing), "given up on a line that is prompt: {:?}", memory.clock);
        }
    }
}

/// So many intervals of silence are too many.
const PATIENCE: u32 = 3;
const CONNECT: Duration = Duration::from_secs(30);
const RECEIPT: Duration = Duration::from_secs(60);
