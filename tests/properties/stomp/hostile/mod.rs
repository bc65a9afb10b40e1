//! Arbitrary bytes into machines whose applications say something in between.

mod client;
mod server;

pub use client::client_hostile;
pub use server::server_hostile;

use core::time::Duration;

use fourwire::Instant;
use fourwire::stomp::{Command, Config, Decoder, HeartBeat, Leniencies, Limits, Unit, Version};

use super::super::script::{Script, Xorshift};

/// What the first bytes choose.
struct Plan {
    /// The version of a connection that is made; without one it is not.
    version: Option<Version>,
    /// Large messages come in parts.
    parts: bool,
    config: Config,
    /// What the application does, and in how many pieces the rest arrives.
    dice: Xorshift,
}

impl Plan {
    fn read(script: &mut Script<'_>) -> Self {
        let choice = script.byte();
        let is_lenient = choice & 0x10 != 0;
        let config = Config {
            leniencies: Leniencies {
                carriage_returns: is_lenient,
                raw_colons: is_lenient,
                no_blank_line: is_lenient,
                missing_headers: is_lenient,
            },
            heart_beat: if choice & 0x20 == 0 { HeartBeat::NONE } else { HeartBeat::default() },
            ..Config::default()
        };
        Self {
            version: super::VERSIONS[usize::from(choice % 4)],
            parts: choice & 4 != 0,
            config: if choice & 8 == 0 { config } else { small(config) },
            dice: Xorshift::new(script.byte().into()),
        }
    }
}

/// Limits that are soon reached.
fn small(config: Config) -> Config {
    Config {
        limits: Limits { headers: 6, line: 64, head: 200, body: 12, body_in_parts: 40 },
        window: 3,
        receipts: 2,
        subscriptions: 2,
        transactions: 2,
        longest_name: 4,
        ..config
    }
}

/// Input that arrives in pieces, each at its time.
struct Input<'i> {
    bytes: &'i [u8],
    start: usize,
    there: usize,
    now: Instant,
}

impl<'i> Input<'i> {
    const fn new(bytes: &'i [u8]) -> Self {
        Self { bytes, start: 0, there: 0, now: Instant::from_secs(1) }
    }

    /// What is there and was not consumed.
    fn rest(&self) -> &'i [u8] {
        &self.bytes[self.start..self.there]
    }

    fn consume(&mut self, used: usize) {
        assert!(used > 0 && self.start + used <= self.there, "{used} are consumed");
        self.start += used;
    }

    /// More arrives, after a while; nothing if all is there.
    fn arrive(&mut self, dice: &mut Xorshift) -> bool {
        self.now = self.now.after(Duration::from_millis(dice.below(3) as u64));
        let before = self.there;
        let most = [usize::MAX, 1, 7, 40][dice.below(4)];
        self.there = self.bytes.len().min(before.saturating_add(most));
        self.there > before
    }
}

/// All that a machine has written is frames and heart-beats, whole; whether the last of them is an ERROR.
fn is_well_formed(version: Option<Version>, mut bytes: &[u8]) -> bool {
    let mut decoder = Decoder::new(version);
    let mut is_error = false;
    while !bytes.is_empty() {
        match decoder.decode(bytes) {
            Ok(Some((unit, used))) => {
                is_error = matches!(unit, Unit::Frame(frame) if frame.command == Command::Error);
                bytes = &bytes[used..];
            }
            other => panic!("{:?} is written, which is read as {other:?}", bytes.escape_ascii().to_string()),
        }
    }
    is_error
}
