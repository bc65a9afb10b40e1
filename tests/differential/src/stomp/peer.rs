//! The peers: a crate, and three programs that read streams and say of each what is in it.

use super::{Stream, Told, Verdict, Written, async_stomp};
use crate::process::{Program, hex};

/// Somebody else's codec.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Peer {
    /// RabbitMQ's own, in Erlang.
    RabbitMq,
    /// stomp.py, in Python.
    StompPy,
    /// StompJs, in JavaScript.
    StompJs,
    /// async-stomp, in Rust. A client's: it reads what servers send, and writes what clients do.
    AsyncStomp,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RabbitMq, Self::StompPy, Self::StompJs, Self::AsyncStomp];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RabbitMq => "RabbitMQ",
            Self::StompPy => "stomp.py",
            Self::StompJs => "StompJs",
            Self::AsyncStomp => "async-stomp",
        }
    }

    /// Whether the headers of such a frame come as a list, with those that are repeated.
    pub(super) fn tells_order(self, command: &[u8]) -> bool {
        self == Self::AsyncStomp && command == b"MESSAGE"
    }

    /// What it says of each of these, if it has a say in it.
    ///
    /// # Panics
    ///
    /// If the program cannot be run, or does not answer to each.
    pub fn verdicts(self, streams: &[Stream]) -> Vec<Option<Vec<Verdict>>> {
        let program = match self {
            Self::RabbitMq => Program::erlang("rabbitmq_stomp.escript"),
            Self::StompPy => Program::python("stomp_py_peer.py"),
            Self::StompJs => Program::javascript("stompjs.mjs"),
            Self::AsyncStomp => return streams.iter().map(async_stomp::verdicts).collect(),
        };
        let mut lines = String::new();
        for stream in streams {
            lines += stream.version.as_str();
            for piece in &stream.pieces {
                lines.push(' ');
                hex(piece, &mut lines);
            }
            lines.push('\n');
        }
        program.answers(&lines).iter().map(|line| Some(verdicts(line))).collect()
    }
}

/// `takes TOLD HEX`, `takes TOLD !REASON`, `waits`, `refuses REASON`, with tabs between.
fn verdicts(line: &str) -> Vec<Verdict> {
    line.split('\t').filter(|verdict| !verdict.is_empty()).map(verdict).collect()
}

fn verdict(line: &str) -> Verdict {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("takes", rest) => {
            let told = rest.split_once(' ').and_then(|(told, written)| Some((Told::from_line(told)?, written)));
            let (told, written) = told.unwrap_or_else(|| panic!("not an answer: {line:?}"));
            Verdict::Takes(told, Written::from_line(written))
        }
        ("waits", _) => Verdict::Waits,
        ("refuses", reason) => Verdict::Refuses(reason.to_owned()),
        _ => panic!("not an answer: {line:?}"),
    }
}
