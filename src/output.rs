//! Where encoded bytes go: all the space of a packet first, then its bytes.

use core::fmt;

use crate::write::Writer;

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
/// Encoders and machines ask at once for all the [`space`](Output::space) that a packet needs, and then fill just that.
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
    /// Appends `n` bytes and lends them to be written over, and makes sure that `payload` more can be put behind them;
    /// or refuses, and appends nothing.
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full>;

    /// Appends the one large field of a unit, a message's payload or a piece of it, for which
    /// [`space`](Output::space) has made sure.
    ///
    /// An output that shares memory may keep a reference in place of a copy.
    fn put_payload(&mut self, bytes: &[u8]);

    /// Says in which shared memory the next payloads lie. Only an output that shares memory cares.
    #[cfg(feature = "bytes")]
    #[inline]
    fn lend(&mut self, memory: &bytes::Bytes) {
        let _ = memory;
    }
}

impl<O: Output + ?Sized> Output for &mut O {
    #[inline]
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        (**self).space(n, payload)
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
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        let end = self.len.checked_add(n).ok_or(Full)?;
        if end.checked_add(payload).is_none_or(|end| end > self.room.len()) {
            return Err(Full);
        }
        let space = self.room.get_mut(self.len..end).ok_or(Full)?;
        self.len = end;
        Ok(space)
    }

    /// Bytes that were not made sure of and do not fit are dropped.
    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        if let Ok(space) = self.space(bytes.len(), 0) {
            Writer::new(space).put(bytes);
        }
    }
}

#[cfg(feature = "alloc")]
const BLOCK: usize = 96;

#[cfg(feature = "alloc")]
impl Output for alloc::vec::Vec<u8> {
    #[inline]
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        let len = self.len();
        let wanted = n.saturating_add(payload);
        // Bytes must be there before they can be lent. A block of fixed length costs no call, where it fits.
        if n <= BLOCK && self.capacity().wrapping_sub(len) >= wanted.max(BLOCK) {
            self.extend_from_slice(&[0; BLOCK]);
            self.truncate(len.saturating_add(n));
            self.get_mut(len..).ok_or(Full)
        } else {
            append(self, n, wanted)
        }
    }

    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        // One byte, behind the payload proper, needs no call.
        match bytes {
            [byte] => self.push(*byte),
            _ => self.extend_from_slice(bytes),
        }
    }
}

/// Appends `n` bytes to where there is room for `wanted`. Apart from the way that nearly all take, which then needs no call.
#[cfg(feature = "alloc")]
#[inline(never)]
fn append(to: &mut alloc::vec::Vec<u8>, n: usize, wanted: usize) -> Result<&mut [u8], Full> {
    to.try_reserve(wanted).map_err(|_| Full)?;
    let len = to.len();
    to.resize(len.saturating_add(n), 0);
    to.get_mut(len..).ok_or(Full)
}

#[cfg(feature = "bytes")]
impl Output for bytes::BytesMut {
    #[inline]
    fn space(&mut self, n: usize, payload: usize) -> Result<&mut [u8], Full> {
        let len = self.len();
        self.reserve(n.checked_add(payload).ok_or(Full)?);
        self.resize(len.saturating_add(n), 0);
        self.get_mut(len..).ok_or(Full)
    }

    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
