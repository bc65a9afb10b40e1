//! Shows what is in a recording of a protocol: `inspect PROTOCOL [options] [FILE]`. See [`args::USAGE`].

mod amqp;
mod amqp_human;
mod amqp_json;
mod args;
mod block;
mod hex;
mod lenient;
mod mqtt;
mod mqtt_human;
mod mqtt_json;
mod mqtt_property;
mod paint;
mod shown;
mod stomp;
mod stomp_human;
mod stomp_json;
mod stomp_versions;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod wrong;

use std::fs::File;
use std::io::{self, BufWriter, Cursor, IsTerminal, Read, Write};
use std::process::ExitCode;

use args::{Arguments, Colour, Options, Protocol};
use paint::Paint;
use shown::Shown;
use stream::End;

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        // The reader has seen enough, as in `inspect … | head`.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            // If not even that can be said, the exit status says it.
            let _ = writeln!(io::stderr(), "inspect: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run() -> Result<u8, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let options = match args::parse(std::env::args_os().skip(1)).map_err(Failure::Usage)? {
        Arguments::Help => {
            out.write_all(args::USAGE.as_bytes())?;
            out.flush()?;
            return Ok(0);
        }
        Arguments::Inspect(options) => options,
    };
    let input = open(&options)?;
    let end = stream::run(protocol(&options).as_mut(), input, options.chunk, &mut out)?;
    out.flush()?;
    Ok(match end {
        End::Clean => 0,
        End::Wrong => 1,
        End::Incomplete => 2,
    })
}

fn protocol(options: &Options) -> Box<dyn stream::Protocol> {
    let format = format(options);
    match options.protocol {
        Protocol::Mqtt(version, limits) => Box::new(Shown::new(mqtt::Mqtt::new(version, limits), format)),
        Protocol::Amqp(dialect) => Box::new(Shown::new(amqp::Amqp::new(dialect), format)),
        Protocol::Stomp(version, leniencies) => Box::new(Shown::new(stomp::Stomp::new(version, leniencies), format)),
    }
}

/// The bytes to inspect. Hex text is small, and is read as a whole; raw bytes are read as they come.
fn open(options: &Options) -> Result<Box<dyn Read>, Failure> {
    let mut source: Box<dyn Read> = match &options.file {
        Some(path) => Box::new(File::open(path).map_err(|error| Failure::Open(path.display().to_string(), error))?),
        None => Box::new(io::stdin().lock()),
    };
    if !options.hex {
        return Ok(source);
    }
    let mut text = Vec::new();
    source.read_to_end(&mut text)?;
    Ok(Box::new(Cursor::new(hex::decode(&text).map_err(Failure::Hex)?)))
}

fn format(options: &Options) -> stream::Format {
    if options.json {
        stream::Format::Json
    } else if options.reencode {
        stream::Format::Reencoded { hex: options.hex }
    } else {
        let coloured = match options.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
        };
        stream::Format::People(Paint::new(coloured))
    }
}

/// Why there is nothing to show, or no more.
enum Failure {
    Usage(String),
    Hex(hex::NotHex),
    Open(String, io::Error),
    Io(io::Error),
}

impl Failure {
    /// The numbers of BSD's `sysexits.h`.
    const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 64,
            Self::Hex(_) => 65,
            Self::Open(..) => 66,
            Self::Io(_) => 74,
        }
    }
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Usage(problem) => write!(f, "{problem}\n\n{}", args::USAGE.trim_end()),
            Self::Hex(problem) => problem.fmt(f),
            Self::Open(path, error) => write!(f, "{path}: {error}"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
