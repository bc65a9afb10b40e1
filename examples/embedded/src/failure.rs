//! What can go wrong.

use core::fmt;

use fourwire::mqtt::{Error, SendError};

pub enum Failure {
    /// A command was refused.
    Send(SendError),
    /// What the other end sent is wrong.
    Receive(Error),
    /// Both ends wait for each other.
    Stuck,
    /// A message did not come back, or is still in flight.
    Lost,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(error) => error.fmt(f),
            Self::Receive(error) => error.fmt(f),
            Self::Stuck => f.write_str("both ends wait for each other"),
            Self::Lost => f.write_str("a message was lost"),
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Receive(error)
    }
}
