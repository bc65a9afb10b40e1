//! The command line.

use core::num::NonZeroUsize;
use std::ffi::OsString;
use std::path::PathBuf;

use fourwire::{amqp, mqtt, stomp};

use crate::lenient;

pub(crate) const USAGE: &str = "\
usage: inspect PROTOCOL [options] [FILE]

Shows what is in a recording of one direction of a connection, from FILE or standard input.

PROTOCOL
  mqtt             MQTT; the version is learned from CONNECT, and is 3.1.1 until then
  mqtt31           MQTT 3.1    } for what a server sent,
  mqtt3            MQTT 3.1.1  } where no CONNECT
  mqtt5            MQTT 5.0    } tells the version
  amqp             AMQP 0-9-1; tables as RabbitMQ and nearly everybody spells them
  amqp-spec        AMQP 0-9-1; tables as the specification spells them
  stomp            STOMP; the version is learned from CONNECTED, or is the highest that CONNECT offers
  stomp10          STOMP 1.0  } for what was sent
  stomp11          STOMP 1.1  } where neither
  stomp12          STOMP 1.2  } tells the version

options
  --json           one JSON object per line
  --hex            the input is hex text (white space ignored) in place of raw bytes
  --reencode       write the bytes of the packets, encoded again; as hex with --hex
  --lenient WHAT   take what is against the rules; may be said again
                     mqtt    payload-format    a payload that is said to be UTF-8 and is not
                     stomp   carriage-returns  CR LF at the end of a line before 1.2
                             raw-colons        a colon in a header's value that is not escaped
                             no-blank-line     NUL directly behind the headers
                             missing-headers   a frame without a header that it must have
  --chunk N        take N bytes at a time, as if from a slow network; shows the same
  --color WHEN     auto (the default), always or never
  --help           this text

exit status
  0 all was decoded, 1 an error in the bytes, 2 the last packet is incomplete,
  64 wrong usage, 65 the input is not hex, 66 FILE cannot be opened, 74 reading or writing failed
";

pub(crate) enum Arguments {
    Help,
    Inspect(Options),
}

pub(crate) struct Options {
    pub(crate) protocol: Protocol,
    pub(crate) json: bool,
    pub(crate) hex: bool,
    pub(crate) reencode: bool,
    pub(crate) chunk: Option<NonZeroUsize>,
    pub(crate) colour: Colour,
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    Mqtt(mqtt::Version, mqtt::Limits),
    Amqp(amqp::Dialect),
    Stomp(Option<stomp::Version>, stomp::Leniencies),
}

#[derive(Clone, Copy)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

/// Reads the arguments, or says what is wrong with them.
pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Arguments, String> {
    let (mut json, mut hex, mut reencode) = (false, false, false);
    let (mut chunk, mut colour) = (None, Colour::Auto);
    let (mut lenient, mut operands) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        let text = argument.to_str().unwrap_or_default();
        let (name, mut value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        match name {
            "--json" if value.is_none() => json = true,
            "--hex" if value.is_none() => hex = true,
            "--reencode" if value.is_none() => reencode = true,
            "--help" | "-h" if value.is_none() => return Ok(Arguments::Help),
            "--lenient" => lenient.push(own_or_next(&mut value, &mut arguments)),
            "--chunk" => chunk = Some(size(&own_or_next(&mut value, &mut arguments))?),
            "--color" | "--colour" => colour = when(&own_or_next(&mut value, &mut arguments))?,
            "--" if value.is_none() => operands.extend(arguments.by_ref()),
            _ if text.starts_with('-') && text != "-" => return Err(format!("there is no option {text}")),
            _ => operands.push(argument),
        }
    }
    if json && reencode {
        return Err("--json and --reencode exclude each other".to_owned());
    }
    let mut operands = operands.into_iter().map(PathBuf::from);
    let mut protocol = protocol(operands.next())?;
    lenient.iter().try_for_each(|what| protocol.take(what))?;
    let file = operands.next().filter(|name| name.as_os_str() != "-");
    if let Some(more) = operands.next() {
        return Err(format!("there is one FILE at most, and then {}", more.display()));
    }
    Ok(Arguments::Inspect(Options { protocol, json, hex, reencode, chunk, colour, file }))
}

/// An option's value: behind `=`, or the next argument.
fn own_or_next(own: &mut Option<String>, arguments: &mut impl Iterator<Item = OsString>) -> String {
    own.take().or_else(|| arguments.next()?.into_string().ok()).unwrap_or_default()
}

fn size(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "--chunk wants a number of bytes, 1 or more".to_owned())
}

fn when(text: &str) -> Result<Colour, String> {
    match text {
        "auto" => Ok(Colour::Auto),
        "always" => Ok(Colour::Always),
        "never" => Ok(Colour::Never),
        _ => Err("--color wants auto, always or never".to_owned()),
    }
}

fn protocol(name: Option<PathBuf>) -> Result<Protocol, String> {
    let mqtt = |version| Protocol::Mqtt(version, crate::mqtt::LIMITS);
    let stomp = |version| Protocol::Stomp(version, stomp::Leniencies::default());
    let name = name.ok_or("PROTOCOL is missing")?;
    match name.to_str() {
        Some("mqtt" | "mqtt3") => Ok(mqtt(mqtt::Version::V3_1_1)),
        Some("mqtt31") => Ok(mqtt(mqtt::Version::V3_1)),
        Some("mqtt5") => Ok(mqtt(mqtt::Version::V5)),
        Some("amqp") => Ok(Protocol::Amqp(amqp::Dialect::RabbitMq)),
        Some("amqp-spec") => Ok(Protocol::Amqp(amqp::Dialect::Specification)),
        Some("stomp") => Ok(stomp(None)),
        Some("stomp10") => Ok(stomp(Some(stomp::Version::V1_0))),
        Some("stomp11") => Ok(stomp(Some(stomp::Version::V1_1))),
        Some("stomp12") => Ok(stomp(Some(stomp::Version::V1_2))),
        _ => Err(format!("there is no protocol {}", name.display())),
    }
}

impl Protocol {
    /// Takes what is against the rules.
    fn take(&mut self, what: &str) -> Result<(), String> {
        let taken = match self {
            Self::Mqtt(_, limits) => lenient::mqtt(limits, what),
            Self::Amqp(_) => None,
            Self::Stomp(_, leniencies) => lenient::stomp(leniencies, what),
        };
        taken.ok_or_else(|| format!("--lenient has no {what} for this protocol"))
    }
}
