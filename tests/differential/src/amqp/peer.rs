//! The peers: each is a program that reads frames, a line of hex each, and says of each what it is, on a line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::text::{Numbers, hex};
use super::{Verdict, Written};

/// Somebody else's codec.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Peer {
    /// RabbitMQ's own, in Erlang.
    RabbitMq,
    /// pamqp, in Python.
    Pamqp,
    /// amqplib, in JavaScript.
    Amqplib,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::RabbitMq, Self::Pamqp, Self::Amqplib];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RabbitMq => "RabbitMQ",
            Self::Pamqp => "pamqp",
            Self::Amqplib => "amqplib",
        }
    }

    pub(super) const fn numbers(self) -> Numbers {
        match self {
            Self::RabbitMq => Numbers::Exact,
            Self::Pamqp => Numbers::Python,
            Self::Amqplib => Numbers::JavaScript,
        }
    }

    /// What it says of each of these.
    ///
    /// # Panics
    ///
    /// If the program cannot be run, or does not answer to each.
    pub fn verdicts(self, frames: &[Vec<u8>]) -> Vec<Verdict> {
        let mut lines = String::new();
        for frame in frames {
            hex(frame, &mut lines);
            lines.push('\n');
        }
        let input = room().join(format!("{}.hex", self.name()));
        fs::write(&input, lines).expect("a file for the frames");
        let (program, script) = self.program();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script);
        let mut command = Command::new(&program);
        let output = command.arg(script).arg(&input).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}: tests/differential/run.sh", program.display()));
        assert!(output.status.success(), "{}: {}", self.name(), String::from_utf8_lossy(&output.stderr));
        let answers: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(verdict).collect();
        assert_eq!(answers.len(), frames.len(), "{} does not answer to each frame", self.name());
        answers
    }

    fn program(self) -> (PathBuf, &'static str) {
        let (variable, program, script) = match self {
            Self::RabbitMq => ("ESCRIPT", "escript", "rabbitmq.escript"),
            Self::Pamqp => ("PYTHON", "python3", "pamqp_peer.py"),
            Self::Amqplib => ("NODE", "node", "amqplib.cjs"),
        };
        (env::var_os(variable).map_or_else(|| program.into(), PathBuf::from), script)
    }
}

/// Where files go that are read once.
fn room() -> PathBuf {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/amqp");
    fs::create_dir_all(&room).expect("a folder");
    room
}

/// `takes TEXT HEX`, `takes TEXT !REASON`, `waits`, `refuses REASON`, with tabs between.
fn verdict(line: &str) -> Verdict {
    let parts: Vec<_> = line.split('\t').collect();
    match parts[..] {
        ["takes", text, written] => Verdict::Takes(
            text.to_owned(),
            match written.strip_prefix('!') {
                Some(reason) => Written::Nothing(reason.to_owned()),
                None => Written::Bytes(unhex(written)),
            },
        ),
        ["waits"] => Verdict::Waits,
        ["refuses", reason] => Verdict::Refuses(reason.to_owned()),
        _ => panic!("not an answer: {line:?}"),
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    let pair = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..digits.len()).step_by(2).map(|at| pair(at).expect("hex")).collect()
}
