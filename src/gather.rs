//! An output that does not copy payloads.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cmp::Ordering;

use bytes::{Buf, Bytes};

use crate::{Full, Output};

/// An output for vectored writes: headers are copied, large payloads are shared.
///
/// [`lend`](Output::lend) it the memory in which the next payloads lie; a payload of at least the threshold that lies in
/// there costs a reference count in place of a copy. So a broker sends one message to ten thousand subscribers with one
/// copy of its payload.
///
/// What was written is read through [`Buf`]: `chunks_vectored` for `write_vectored`, `advance` for what was taken.
///
/// ```
/// use bytes::{Buf, Bytes};
/// use fourwire::mqtt::{Publish, Version};
/// use fourwire::{Gather, Output};
///
/// let payload = Bytes::from(vec![b'x'; 4096]);
/// let mut out = Gather::new();
/// out.lend(&payload);
/// Publish::new("camera/1", &payload).encode(Version::V5, &mut out)?;
/// assert_eq!(out.remaining(), 4096 + 14);
///
/// assert_eq!(out.chunk().len(), 14, "the header, copied");
/// out.advance(14);
/// assert_eq!(out.chunk().as_ptr(), payload.as_ptr(), "the payload, shared");
/// # Ok::<(), fourwire::mqtt::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gather {
    /// What was copied, one after the other, from `start` on not yet taken.
    copied: Vec<u8>,
    start: usize,
    /// How many bytes were copied and taken, and are not in `copied` any more.
    gone: usize,
    /// The payloads, each with the place that it stands at among all that was copied.
    shared: VecDeque<(usize, Bytes)>,
    lent: Bytes,
    threshold: usize,
    len: usize,
}

impl Gather {
    /// Payloads of at least 1 KiB are shared; below that a copy is cheaper.
    pub const fn new() -> Self {
        Self::with_threshold(1024)
    }

    /// Payloads of at least `threshold` bytes are shared.
    pub const fn with_threshold(threshold: usize) -> Self {
        Self { copied: Vec::new(), start: 0, gone: 0, shared: VecDeque::new(), lent: Bytes::new(), threshold, len: 0 }
    }

    /// Whether there is nothing to write.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All that is to be written, in order.
    pub fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.shared.iter().map(|(at, _)| self.place(*at)).chain([self.copied.len()]);
        let starts = [self.start].into_iter().chain(self.shared.iter().map(|(at, _)| self.place(*at)));
        let copied = starts.zip(ends).map(|(start, end)| self.copied.get(start..end).unwrap_or_default());
        let shared = self.shared.iter().map(|(_, payload)| payload.as_ref()).chain([&[][..]]);
        copied.zip(shared).flat_map(|(copied, shared)| [copied, shared]).filter(|chunk| !chunk.is_empty())
    }

    /// Where in `copied` this place is.
    const fn place(&self, at: usize) -> usize {
        at.wrapping_sub(self.gone)
    }

    /// Drops what was taken once it is more than what is left, which is moved then: so an output that is never empty does
    /// not grow, and no more is moved than was taken.
    fn tidy(&mut self) {
        if self.start > self.copied.len() / 2 {
            self.copied.drain(..self.start.min(self.copied.len()));
            self.gone = self.gone.wrapping_add(self.start);
            self.start = 0;
        }
    }

    /// The part of the lent memory that `bytes` is, if it is one.
    fn shared_part(&self, bytes: &[u8]) -> Option<Bytes> {
        let start = bytes.as_ptr().addr().checked_sub(self.lent.as_ptr().addr())?;
        let end = start.checked_add(bytes.len())?;
        match (start, end.cmp(&self.lent.len())) {
            (0, Ordering::Equal) => Some(self.lent.clone()),
            (_, Ordering::Greater) => None,
            _ => Some(self.lent.slice(start..end)),
        }
    }
}

impl Default for Gather {
    fn default() -> Self {
        Self::new()
    }
}

impl Output for Gather {
    #[inline]
    fn space(&mut self, n: usize, _payload: usize) -> Result<&mut [u8], Full> {
        // The payload's share may never be needed: what is put asks for itself.
        let space = self.copied.space(n, 0)?;
        self.len = self.len.saturating_add(n);
        Ok(space)
    }

    #[inline]
    fn put_payload(&mut self, bytes: &[u8]) {
        self.len = self.len.saturating_add(bytes.len());
        if bytes.len() >= self.threshold {
            if let Some(part) = self.shared_part(bytes) {
                self.shared.push_back((self.copied.len().wrapping_add(self.gone), part));
                return;
            }
        }
        self.copied.extend_from_slice(bytes);
    }

    #[inline]
    fn lend(&mut self, memory: &Bytes) {
        // Often it is the same again: then the reference count is left alone.
        if (self.lent.as_ptr(), self.lent.len()) != (memory.as_ptr(), memory.len()) {
            self.lent = memory.clone();
        }
    }
}

impl Buf for Gather {
    fn remaining(&self) -> usize {
        self.len
    }

    fn chunk(&self) -> &[u8] {
        self.chunks().next().unwrap_or_default()
    }

    #[cfg(feature = "std")]
    fn chunks_vectored<'a>(&'a self, slices: &mut [std::io::IoSlice<'a>]) -> usize {
        let mut used: usize = 0;
        for (slice, chunk) in slices.iter_mut().zip(self.chunks()) {
            *slice = std::io::IoSlice::new(chunk);
            used = used.saturating_add(1);
        }
        used
    }

    /// Forgets the first `n` bytes. More than there are is all.
    fn advance(&mut self, n: usize) {
        if n >= self.len {
            self.copied.clear();
            self.shared.clear();
            (self.start, self.gone, self.len) = (0, 0, 0);
            return;
        }
        let mut left = n;
        self.len = self.len.saturating_sub(left);
        while left > 0 {
            let end = self.shared.front().map_or(self.copied.len(), |(at, _)| self.place(*at));
            let copied = left.min(end.saturating_sub(self.start));
            self.start = self.start.saturating_add(copied);
            left = left.saturating_sub(copied);
            let Some((_, payload)) = self.shared.front_mut() else { break };
            if left < payload.len() {
                payload.advance(left);
                break;
            }
            left = left.saturating_sub(payload.len());
            self.shared.pop_front();
        }
        self.tidy();
    }
}
