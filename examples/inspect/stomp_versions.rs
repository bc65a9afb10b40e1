//! Which version a recording of one direction is in.

use fourwire::stomp::{Command, DecodeError, Decoder, Frame, Unit, Version};

/// A decoder that learns the version of what a client sent, too: what CONNECTED says, only a server sends.
#[derive(Clone)]
pub(crate) struct Learning(pub(crate) Decoder);

/// A unit, and the version that it was decoded by.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) unit: Unit<'a>,
    pub(crate) version: Option<Version>,
}

impl Learning {
    pub(crate) fn decode<'i>(&mut self, input: &'i [u8]) -> Result<Option<(Said<'i>, usize)>, DecodeError> {
        let version = self.0.version();
        let Some((unit, used)) = self.0.decode(input)? else { return Ok(None) };
        match unit {
            Unit::Frame(frame) if version.is_none() && matches!(frame.command, Command::Connect | Command::Stomp) => {
                self.0.set_version(highest(&frame));
            }
            _ => {}
        }
        Ok(Some((Said { unit, version }, used)))
    }
}

/// The highest version that a client offers, if any is known; that is what servers choose.
fn highest(connect: &Frame<'_>) -> Option<Version> {
    let Some(offered) = connect.get("accept-version") else { return Some(Version::V1_0) };
    offered.raw().split(|byte| *byte == b',').filter_map(|name| Version::from_name(name.trim_ascii())).max()
}
