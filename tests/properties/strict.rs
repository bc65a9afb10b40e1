//! An output that holds its callers to the contract: what is put was reserved.

use fourwire::{Full, Output};

/// Grows up to `room` bytes, and panics if more is put than was reserved.
#[derive(Debug)]
pub struct Strict {
    pub bytes: Vec<u8>,
    room: usize,
    reserved: usize,
}

impl Strict {
    /// With as much room as is asked for.
    pub const fn new() -> Self {
        Self::with_room(usize::MAX)
    }

    /// With this much room.
    pub const fn with_room(room: usize) -> Self {
        Self { bytes: Vec::new(), room, reserved: 0 }
    }

    /// How many bytes were reserved and not put.
    pub const fn left(&self) -> usize {
        self.reserved
    }
}

impl Output for Strict {
    fn reserve(&mut self, n: usize) -> Result<(), Full> {
        if n > self.room - self.bytes.len() {
            return Err(Full);
        }
        self.reserved = self.reserved.max(n);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.reserved, "{} bytes are put, {} are reserved", bytes.len(), self.reserved);
        self.reserved -= bytes.len();
        self.bytes.extend_from_slice(bytes);
    }
}
