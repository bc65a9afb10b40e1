//! Where encoded bytes go: reserve, then write.

use core::fmt;

/// An output that cannot take the bytes. Nothing was written, no state was changed: make room and repeat the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the output is full")
    }
}

impl core::error::Error for Full {}

/// Takes encoded bytes.
///
/// Encoders and machines first [`reserve`](Output::reserve) all that one call will write, then write just that.
/// So an output that is full refuses before anything has happened, and the call can be repeated.
///
/// ```
/// use fourwire::mqtt::{Packet, Version};
/// use fourwire::{Output, SliceOutput};
///
/// let mut room = [0; 8];
/// let mut out = SliceOutput::new(&mut room);
/// Packet::PingReq.encode(Version::V5, &mut out)?;
/// assert_eq!(out.written(), [0xC0, 0]);
/// # Ok::<(), fourwire::mqtt::EncodeError>(())
/// ```
pub trait Output {
    /// Makes sure that `n` more bytes can be put, or refuses.
    fn reserve(&mut self, n: usize) -> Result<(), Full>;

    /// Appends `bytes`, which were reserved before.
    fn put(&mut self, bytes: &[u8]);

    /// Appends the one large field of a unit: a message's payload or a piece of it.
    ///
    /// An output that shares memory may keep a reference in place of a copy.
    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }

    /// Says in which shared memory the next payloads lie. Only an output that shares memory cares.
    #[cfg(feature = "bytes")]
    #[inline]
    fn lend(&mut self, memory: &bytes::Bytes) {
        let _ = memory;
    }
}

impl<O: Output + ?Sized> Output for &mut O {
    #[inline]
    fn reserve(&mut self, n: usize) -> Result<(), Full> {
        (**self).reserve(n)
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        (**self).put(bytes);
    }

    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        (**self).put_payload(bytes);
    }

    #[cfg(feature = "bytes")]
    #[inline]
    fn lend(&mut self, memory: &bytes::Bytes) {
        (**self).lend(memory);
    }
}

/// Writes into a borrowed slice: an output without an allocator.
#[derive(Debug)]
pub struct SliceOutput<'b> {
    room: &'b mut [u8],
    len: usize,
}

impl<'b> SliceOutput<'b> {
    /// An empty output over `room`.
    pub const fn new(room: &'b mut [u8]) -> Self {
        Self { room, len: 0 }
    }

    /// The bytes written so far.
    pub fn written(&self) -> &[u8] {
        self.room.get(..self.len).unwrap_or_default()
    }

    /// How many bytes were written so far.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written yet.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets what was written; the room is free again.
    pub const fn clear(&mut self) {
        self.len = 0;
    }
}

impl Output for SliceOutput<'_> {
    #[inline]
    fn reserve(&mut self, n: usize) -> Result<(), Full> {
        if n <= self.room.len().saturating_sub(self.len) { Ok(()) } else { Err(Full) }
    }

    /// Bytes that were not reserved and do not fit are dropped.
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(room) = self.room.get_mut(self.len..end) {
            room.copy_from_slice(bytes);
            self.len = end;
        }
    }
}

#[cfg(feature = "alloc")]
impl Output for alloc::vec::Vec<u8> {
    #[inline]
    fn reserve(&mut self, n: usize) -> Result<(), Full> {
        self.try_reserve(n).map_err(|_| Full)
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

#[cfg(feature = "bytes")]
impl Output for bytes::BytesMut {
    #[inline]
    fn reserve(&mut self, n: usize) -> Result<(), Full> {
        bytes::BytesMut::reserve(self, n);
        Ok(())
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
