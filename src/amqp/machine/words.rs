//! The memory of a [`Window`](super::window::Window): words of bits.

/// Which of 64 tags in a row are outstanding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// Their number divided by 64.
    pub(super) block: u64,
    /// Those that are outstanding.
    pub(super) bits: u64,
    /// Those that were acknowledged in a transaction that is not committed.
    pub(super) held: u64,
}

impl Word {
    pub(super) const fn tag(&self, bit: u32) -> u64 {
        self.block.wrapping_mul(64).wrapping_add(bit as u64)
    }

    /// The bits of all tags up to this one.
    pub(super) fn up_to(&self, last: u64) -> u64 {
        match self.block.cmp(&(last / 64)) {
            core::cmp::Ordering::Less => u64::MAX,
            core::cmp::Ordering::Equal => u64::MAX >> 63_u64.wrapping_sub(last % 64),
            core::cmp::Ordering::Greater => 0,
        }
    }

    /// Settles those of `bits` that are outstanding, and says which they were.
    pub(super) const fn take(&mut self, bits: u64, hold: bool) -> u64 {
        let taken = self.bits & bits;
        self.bits &= !taken;
        if hold {
            self.held |= taken;
        }
        taken
    }

    const fn is_empty(&self) -> bool {
        self.bits | self.held == 0
    }
}

/// Words in the order of their blocks.
pub trait Words: Clone + core::fmt::Debug {
    #[doc(hidden)]
    const NONE: Self;
    #[doc(hidden)]
    fn all(&self) -> &[Word];
    #[doc(hidden)]
    fn all_mut(&mut self) -> &mut [Word];
    /// Whether there is no room for one more.
    #[doc(hidden)]
    fn is_full(&self) -> bool;
    /// Makes room for one more after the empty ones were dropped, if it can be had.
    #[doc(hidden)]
    fn grow(&mut self) -> bool;
    /// Adds one, for which there is room.
    #[doc(hidden)]
    fn push(&mut self, word: Word);
    /// Drops those that are empty.
    #[doc(hidden)]
    fn drop_empty(&mut self);
    #[doc(hidden)]
    fn clear(&mut self);
}

/// Five words, without a heap: for 256 tags in a row, or for as many as are in five blocks of 64.
#[derive(Clone, Copy, Debug)]
pub struct Few {
    words: [Word; 5],
    len: usize,
}

impl Words for Few {
    const NONE: Self = Self { words: [Word { block: 0, bits: 0, held: 0 }; 5], len: 0 };

    fn all(&self) -> &[Word] {
        self.words.get(..self.len).unwrap_or_default()
    }

    fn all_mut(&mut self) -> &mut [Word] {
        self.words.get_mut(..self.len).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.len >= self.words.len()
    }

    fn grow(&mut self) -> bool {
        !self.is_full()
    }

    fn push(&mut self, word: Word) {
        if let Some(free) = self.words.get_mut(self.len) {
            *free = word;
            self.len = self.len.saturating_add(1);
        }
    }

    fn drop_empty(&mut self) {
        let words = core::mem::replace(self, Self::NONE);
        words.all().iter().filter(|word| !word.is_empty()).for_each(|word| self.push(*word));
    }

    fn clear(&mut self) {
        self.len = 0;
    }
}

#[cfg(feature = "alloc")]
impl Words for alloc::vec::Vec<Word> {
    const NONE: Self = Self::new();

    fn all(&self) -> &[Word] {
        self
    }

    fn all_mut(&mut self) -> &mut [Word] {
        self
    }

    fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// Unless half of them were dropped there is room for as many again: so the next look at all of them is far away.
    fn grow(&mut self) -> bool {
        let half_empty = self.len() < self.capacity() / 2;
        half_empty || self.try_reserve(self.len().max(4)).is_ok()
    }

    /// Does nothing without the room, so that no memory is asked for that could be missing.
    fn push(&mut self, word: Word) {
        if !self.is_full() {
            Self::push(self, word);
        }
    }

    fn drop_empty(&mut self) {
        self.retain(|word| !word.is_empty());
    }

    fn clear(&mut self) {
        Self::clear(self);
    }
}
