//! The peers: each is a program that reads frames, a line of hex each, and says of each what it is, on a line.

use super::text::Numbers;
use super::{Verdict, Written};
use crate::process::{Program, hex};

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
        self.program().answers(&lines).iter().map(|line| verdict(line)).collect()
    }

    const fn program(self) -> Program {
        match self {
            Self::RabbitMq => Program::erlang("rabbitmq.escript"),
            Self::Pamqp => Program::python("pamqp_peer.py"),
            Self::Amqplib => Program::javascript("amqplib.cjs"),
        }
    }
}

/// `takes TEXT HEX`, `takes TEXT !REASON`, `waits`, `refuses REASON`, with tabs between.
fn verdict(line: &str) -> Verdict {
    let parts: Vec<_> = line.split('\t').collect();
    match parts[..] {
        ["takes", text, written] => Verdict::Takes(text.to_owned(), Written::from_line(written)),
        ["waits"] => Verdict::Waits,
        ["refuses", reason] => Verdict::Refuses(reason.to_owned()),
        _ => panic!("not an answer: {line:?}"),
    }
}
