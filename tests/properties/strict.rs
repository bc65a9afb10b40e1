//! An output that holds its callers to the contract: all space is written over, and a payload was made sure of.

use fourwire::{Full, Output};

/// Grows up to `room` bytes. What is lent is filled with `fill`: who leaves a byte as it was writes something else into
/// an output with another `fill`.
#[derive(Debug)]
pub struct Strict {
    pub bytes: Vec<u8>,
    room: usize,
    fill: u8,
    payload: usize,
}

impl Strict {
    /// With as much room as is asked for.
    pub const fn new() -> Self {
        Self::with_room(usize::MAX)
    }

    /// With this much room.
    pub const fn with_room(room: usize) -> Self {
        Self { bytes: Vec::new(), room, fill: 0xA5, payload: 0 }
    }

    /// With all the room, which holds other bytes before it is written over.
    pub const fn filled(fill: u8) -> Self {
        Self { bytes: Vec::new(), room: usize::MAX, fill, payload: 0 }
    }

    /// How many bytes of payload were made sure of and not put.
    pub const fn owed(&self) -> usize {
        self.payload
    }
}

impl Output for Strict {
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        assert_eq!(self.payload, 0, "the payload of the packet before is missing");
        let len = self.bytes.len();
        if n.saturating_add(payload) > self.room - len {
            return Err(Full);
        }
        // Asking for room without space is only a question.
        self.payload = if n == 0 { 0 } else { payload };
        self.bytes.resize(len + n, self.fill);
        Ok(&mut self.bytes[len..])
    }

    fn put_payload(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.payload, "{} bytes are put, {} were made sure of", bytes.len(), self.payload);
        self.payload -= bytes.len();
        self.bytes.extend_from_slice(bytes);
    }
}
