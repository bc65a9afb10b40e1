//! One direction of the line: bytes that were sent and not yet taken. A socket's buffers, on other machines.

use fourwire::SliceOutput;

pub struct Wire {
    bytes: [u8; 256],
    len: usize,
}

impl Wire {
    pub const EMPTY: Self = Self { bytes: [0; 256], len: 0 };

    /// Lends the free end as an output.
    pub fn send<T, E>(&mut self, write: impl FnOnce(&mut SliceOutput<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut out = SliceOutput::new(self.bytes.get_mut(self.len..).unwrap_or_default());
        let result = write(&mut out);
        self.len += out.len();
        result
    }

    pub fn received(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Forgets bytes that were taken.
    pub fn take(&mut self, used: usize) {
        self.bytes.copy_within(used..self.len, 0);
        self.len -= used;
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}
