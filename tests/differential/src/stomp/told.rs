//! A frame as programs in other languages tell it.

use fourwire::stomp::{Frame, Text};

use super::Peer;
use crate::process::unhex;

/// What a decoder has read: bytes, with escapes resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// What the frame is for.
    pub command: Vec<u8>,
    /// Names and values, in order.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Told {
    /// What we have read.
    pub fn of(frame: &Frame<'_>) -> Self {
        let bytes = |text: Text<'_>| text.to_cow().into_owned();
        Self {
            command: frame.command.as_str().as_bytes().to_vec(),
            headers: frame.headers.iter().map(|header| (bytes(header.name), bytes(header.value))).collect(),
            body: frame.body.to_vec(),
        }
    }

    /// `COMMAND;NAME=VALUE;NAME=VALUE|BODY`, all of it in hex.
    pub(super) fn from_line(line: &str) -> Option<Self> {
        let (head, body) = line.split_once('|')?;
        let mut parts = head.split(';');
        let command = unhex(parts.next()?);
        let header = |part: &str| part.split_once('=').map(|(name, value)| (unhex(name), unhex(value)));
        Some(Self { command, headers: parts.map(header).collect::<Option<_>>()?, body: unhex(body) })
    }

    /// What is left of it in the types of the peer: most have one value of each name, the first, in no order.
    #[must_use]
    pub fn as_told_by(&self, peer: Peer) -> Self {
        let mut told = self.clone();
        if !peer.tells_order(&told.command) {
            told.headers.sort_by(|one, other| one.0.cmp(&other.0));
            told.headers.dedup_by(|one, other| one.0 == other.0);
        }
        told
    }

    /// Without its content-length.
    #[must_use]
    pub fn without_length(mut self) -> Self {
        self.headers.retain(|(name, _)| name != b"content-length");
        self
    }
}
