//! Peers that are programs: each reads a file of lines, and answers each on a line.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A program in another language, and the script in `peers/` that it runs.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What is asked for another program than this one.
    pub variable: &'static str,
    /// What runs the script.
    pub name: &'static str,
    /// The script.
    pub script: &'static str,
}

impl Program {
    /// RabbitMQ's, without a broker.
    pub const fn erlang(script: &'static str) -> Self {
        Self { variable: "ESCRIPT", name: "escript", script }
    }

    /// A Python that has the peers.
    pub const fn python(script: &'static str) -> Self {
        Self { variable: "PYTHON", name: "python3", script }
    }

    /// A node; the script finds the peers itself.
    pub const fn javascript(script: &'static str) -> Self {
        Self { variable: "NODE", name: "node", script }
    }

    /// Its answers, one to each line.
    ///
    /// # Panics
    ///
    /// If the program cannot be run, or does not answer to each.
    pub fn answers(self, lines: &str) -> Vec<String> {
        let input = room().join(self.script).with_extension("in");
        fs::write(&input, lines).expect("a file for the frames");
        let program = env::var_os(self.variable).map_or_else(|| PathBuf::from(self.name), PathBuf::from);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(self.script);
        let output = Command::new(&program).args([script.as_os_str(), OsStr::new(&input)]).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}: tests/differential/run.sh", program.display()));
        assert!(output.status.success(), "{}: {}", self.script, String::from_utf8_lossy(&output.stderr));
        let answers: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        assert_eq!(answers.len(), lines.lines().count(), "{} does not answer to each line", self.script);
        answers
    }
}

/// Where files go that are read once.
fn room() -> PathBuf {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/frames");
    fs::create_dir_all(&room).expect("a folder");
    room
}

/// Adds these bytes in hex.
pub(crate) fn hex(all: &[u8], line: &mut String) {
    for byte in all {
        let _ = write!(line, "{byte:02X}");
    }
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let pair = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..digits.len()).step_by(2).map(|at| pair(at).expect("hex")).collect()
}
