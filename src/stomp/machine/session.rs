//! What outlives the socket.

/// What outlives a connection: how many there have been.
///
/// STOMP resumes nothing. But handles of an old connection's subscriptions and deliveries may still be about; a new
/// connection that goes on with the session knows them for what they are, and an old delivery cannot acknowledge a
/// stranger's message.
///
/// Handles of two connections that do not follow each other, as a bridge has them, are not told apart: both count from 1.
/// Keep them with their machines.
#[derive(Clone, Debug, Default)]
pub struct Session {
    pub(super) epoch: u32,
}

impl Session {
    /// A new session.
    pub const fn new() -> Self {
        Self { epoch: 0 }
    }

    /// That of the next connection.
    pub(super) const fn next(self) -> Self {
        Self { epoch: self.epoch.wrapping_add(1) }
    }
}
