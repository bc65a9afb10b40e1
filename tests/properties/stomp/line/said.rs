//! What is on the line: one entry a frame or heart-beat, in order, each of which must be heard as it was said.

use core::mem::{Discriminant, discriminant};
use std::collections::VecDeque;

use fourwire::stomp::{AckMode, ContentLength, Outcome};

use super::super::books::Key;

/// One direction of the line.
#[derive(Debug, Default)]
pub struct Way {
    /// What was written, and has not arrived.
    pub wire: Vec<u8>,
    /// What has arrived, and was not consumed.
    pub inbox: Vec<u8>,
    /// What all of it says.
    pub said: VecDeque<Said>,
    /// The message whose head was heard, and how much of its body.
    pub body: Option<(Message, usize)>,
    /// Something has arrived since the machine was shown it.
    is_fresh: bool,
}

impl Way {
    pub fn say(&mut self, said: Said) {
        self.said.push_back(said);
    }

    /// The next bytes arrive.
    pub fn arrive(&mut self, most: usize) {
        self.is_fresh |= !self.wire.is_empty();
        self.inbox.extend(self.wire.drain(..most.min(self.wire.len())));
    }

    /// Whether the machine is shown something new.
    pub fn take_fresh(&mut self) -> bool {
        core::mem::take(&mut self.is_fresh)
    }

    pub fn is_empty(&self) -> bool {
        let empty = self.wire.is_empty() && self.inbox.is_empty();
        assert!(!empty || self.said.is_empty() && self.body.is_none(), "written off: {:?}", self.said);
        empty
    }

    /// A piece of a body came.
    pub fn piece(&mut self, bytes: &[u8], is_last: bool) {
        let (message, from) = self.body.take().expect("a body is on its way");
        let end = from + bytes.len();
        assert_eq!(bytes, &message.body()[from..end]);
        // The NUL behind it may be missing yet.
        assert!(!is_last || end == message.len, "{end} of {}", message.len);
        self.body = (!is_last).then_some((message, end));
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Said {
    HeartBeat,
    Connect,
    Connected,
    /// A command of the client's, and the number of the receipt that it asks for.
    Asks(Ask, Option<usize>),
    /// A message for a subscription; its number there.
    Deliver(usize, u64, Message),
    Receipt(usize),
    /// The last words, perhaps on something that wanted this receipt.
    Error(Option<usize>),
}

/// Subscriptions and transactions by their numbers in the books.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Ask {
    Send(Message, Option<usize>),
    Subscribe(AckMode),
    Unsubscribe(usize),
    Acknowledge(Key, Outcome, Option<usize>),
    Begin,
    Commit(usize),
    Abort(usize),
    Disconnect,
}

/// Which of them it is.
pub type Kind = (Discriminant<Said>, Option<Discriminant<Ask>>);

impl Said {
    pub const fn is_heart_beat(&self) -> bool {
        matches!(self, Self::HeartBeat)
    }

    pub const fn kind(&self) -> Kind {
        match self {
            Self::Asks(ask, _) => (discriminant(self), Some(discriminant(ask))),
            _ => (discriminant(self), None),
        }
    }
}

/// A message by its number, which a header and its body show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Message {
    pub number: usize,
    pub len: usize,
}

impl Message {
    pub fn name(self) -> String {
        format!("{}:\\{}", self.number, self.len)
    }

    /// Many have a NUL.
    pub fn body(self) -> Vec<u8> {
        (0..self.len).map(|at| (at ^ self.number) as u8).collect()
    }

    /// How its length is said: some way that is allowed.
    pub fn content_length(self) -> ContentLength {
        match self.number % 3 {
            0 => ContentLength::Always,
            1 if !self.body().contains(&0) => ContentLength::Never,
            _ => ContentLength::WithNul,
        }
    }
}
