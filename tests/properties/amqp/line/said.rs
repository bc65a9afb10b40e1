//! What is on the line: one entry a frame, in order, each of which must be heard as it was said.

use core::mem::{Discriminant, discriminant};
use std::collections::VecDeque;

use fourwire::amqp::{Method, MethodId, Settled};

/// One direction of the line.
#[derive(Debug, Default)]
pub struct Way {
    /// What was written, and has not arrived.
    pub wire: Vec<u8>,
    /// What has arrived, and was not consumed.
    pub inbox: Vec<u8>,
    /// What all of it says.
    pub said: VecDeque<Said>,
}

impl Way {
    /// A frame was written that says this.
    pub fn say(&mut self, said: Said) {
        self.said.push_back(said);
    }

    pub fn say_on(&mut self, life: usize, on: On) {
        self.say(Said::On(life, on));
    }

    /// The next bytes arrive.
    pub fn arrive(&mut self, most: usize) {
        self.inbox.extend(self.wire.drain(..most.min(self.wire.len())));
    }

    pub fn is_empty(&self) -> bool {
        let empty = self.wire.is_empty() && self.inbox.is_empty();
        assert!(!empty || self.said.is_empty(), "written off: {:?}", self.said);
        empty
    }

    /// The frames of a message, whose body is in pieces of this length.
    pub fn say_message(&mut self, life: usize, on: On, message: Message, most: usize) {
        self.say_on(life, on);
        self.say_on(life, On::Header(message));
        self.say_body(life, message, 0, message.len, most);
    }

    /// The frames of a piece of a body.
    pub fn say_body(&mut self, life: usize, message: Message, from: usize, len: usize, most: usize) {
        for at in (from..from + len).step_by(most) {
            self.say_on(life, On::Body(message, at, most.min(from + len - at)));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Said {
    Hello,
    Start,
    StartOk,
    Tune,
    TuneOk,
    Open,
    OpenOk,
    Close,
    CloseOk,
    Heartbeat,
    Blocked(bool),
    Secret,
    SecretOk,
    /// On a channel, in one of its lives.
    On(usize, On),
}

/// Which of them it is.
pub type Kind = (Discriminant<Said>, Option<Discriminant<On>>);

impl Said {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::On(_, on) => (discriminant(self), Some(discriminant(on))),
            _ => (discriminant(self), None),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum On {
    Open,
    OpenOk,
    Close,
    CloseOk,
    Flow(bool),
    FlowOk,
    Call(Method<'static>),
    Answer(MethodId),
    /// Its number, if there are confirms.
    Publish(Message, Option<u64>),
    /// Its tag, and whether it is to be acknowledged.
    Deliver(Message, u64, bool),
    Got(Message, u64, bool),
    Returned(Message),
    Header(Message),
    /// So many bytes from there on.
    Body(Message, usize, usize),
    /// Publishes are confirmed, or deliveries acknowledged; or not, and then perhaps requeued.
    Settle(Fate, Settled),
    Cancelled,
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Taken,
    Refused { requeue: bool },
}

/// A message by its number, which its routing key and its body show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    pub number: usize,
    pub len: usize,
}

impl Message {
    pub fn key(self) -> String {
        self.number.to_string()
    }

    pub fn body(self) -> Vec<u8> {
        (0..self.len).map(|at| (at ^ self.number) as u8).collect()
    }

    /// A piece of its body came, and so many bytes are missing.
    pub fn came(self, from: usize, len: usize, bytes: &[u8], remaining: u64) {
        assert_eq!(bytes, &self.body()[from..from + len]);
        assert_eq!(remaining, (self.len - from - len) as u64);
    }
}

impl On {
    pub const fn is_delivery(&self) -> bool {
        matches!(self, Self::Deliver(..) | Self::Got(..))
    }
}
