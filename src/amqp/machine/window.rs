//! Tags that are outstanding: publishes that await their confirm, deliveries that await their acknowledgement.

/// How many tags can be outstanding at once on a channel, in each direction.
pub(super) const WINDOW: u64 = 256;

/// What one acknowledgement settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Settled {
    /// The first tag that it settled.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// How many: tags between them that were settled before do not count, and are not meant.
    pub count: u32,
}

/// A ring of bits, of which each that is set is a tag that is outstanding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// No tag before this one is outstanding.
    first: u64,
    /// The tag that comes next; the first one is 1.
    next: u64,
    bits: [u64; 4],
}

impl Window {
    pub(super) const NEW: Self = Self { first: 1, next: 1, bits: [0; 4] };

    /// Whether a tag more would not fit.
    pub(super) const fn is_full(&self) -> bool {
        self.next.wrapping_sub(self.first) >= WINDOW
    }

    /// The tag that comes next.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Takes the next tag. [`is_full`](Self::is_full) was asked, if it is to be outstanding.
    pub(super) fn push(&mut self, outstanding: bool) -> u64 {
        let tag = self.next;
        self.next = tag.wrapping_add(1);
        if outstanding {
            if let Some((word, bit)) = self.place(tag) {
                *word |= bit;
            }
        } else if self.first == tag {
            self.first = self.next;
        }
        tag
    }

    /// Whether the tag is outstanding.
    pub(super) fn has(&self, tag: u64) -> bool {
        (self.first..self.next).contains(&tag) && self.bit(tag)
    }

    /// How many are outstanding.
    pub(super) fn count(&self) -> u32 {
        self.bits.iter().fold(0, |sum: u32, word| sum.saturating_add(word.count_ones()))
    }

    /// Those that are outstanding, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let mut tag = self.first;
        core::iter::from_fn(move || {
            while tag < self.next {
                let this = tag;
                tag = tag.wrapping_add(1);
                if self.bit(this) {
                    return Some(this);
                }
            }
            None
        })
    }

    /// Settles the tag; with `multiple` all outstanding ones up to it, and with the tag 0 all there are.
    ///
    /// `None` if that is nothing: the tag was never given, or was settled before. A multiple that reaches from tags that
    /// are settled to tags that are not settles the latter: so RabbitMQ means it.
    pub(super) fn settle(&mut self, tag: u64, multiple: bool) -> Option<Settled> {
        if !multiple {
            if !self.has(tag) {
                return None;
            }
            self.clear(tag);
            self.advance();
            return Some(Settled { first: tag, last: tag, count: 1 });
        }
        let last = if tag == 0 { self.next.wrapping_sub(1) } else { tag };
        if last >= self.next || last < self.first {
            return None;
        }
        let mut settled: Option<Settled> = None;
        for tag in Span(self.first, last) {
            if self.bit(tag) {
                self.clear(tag);
                let so_far = settled.get_or_insert(Settled { first: tag, last: tag, count: 0 });
                so_far.last = tag;
                so_far.count = so_far.count.saturating_add(1);
            }
        }
        self.first = last.wrapping_add(1);
        self.advance();
        settled
    }

    fn advance(&mut self) {
        while self.first < self.next && !self.bit(self.first) {
            self.first = self.first.wrapping_add(1);
        }
    }

    fn bit(&self, tag: u64) -> bool {
        let word = self.bits.get(usize::try_from(tag / 64 % 4).unwrap_or_default());
        word.is_some_and(|word| word & 1 << (tag % 64) != 0)
    }

    fn clear(&mut self, tag: u64) {
        if let Some((word, bit)) = self.place(tag) {
            *word &= !bit;
        }
    }

    fn place(&mut self, tag: u64) -> Option<(&mut u64, u64)> {
        let word = self.bits.get_mut(usize::try_from(tag / 64 % 4).unwrap_or_default())?;
        Some((word, 1 << (tag % 64)))
    }
}

/// From one tag to another, both included; there are never more than [`WINDOW`].
struct Span(u64, u64);

impl Iterator for Span {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let this = self.0;
        if this > self.1 {
            return None;
        }
        self.0 = this.wrapping_add(1);
        Some(this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    /// Against a set of the outstanding tags: the plain way.
    #[test]
    fn settles_as_a_set_does() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut dice = |n: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % n
        };
        let (mut window, mut set, mut next) = (Window::NEW, BTreeSet::new(), 1);
        for _ in 0..200_000 {
            match dice(3) {
                0 | 1 if !window.is_full() => {
                    let outstanding = dice(8) > 0;
                    assert_eq!(window.push(outstanding), next);
                    if outstanding {
                        set.insert(next);
                    }
                    next += 1;
                }
                _ => {
                    let tag = (next + 3).saturating_sub(dice(300));
                    let multiple = dice(4) == 0;
                    let wanted: alloc::vec::Vec<u64> = match (multiple, tag) {
                        (false, tag) => set.get(&tag).copied().into_iter().collect(),
                        (true, 0) => set.iter().copied().collect(),
                        (true, tag) if tag < next => set.range(..=tag).copied().collect(),
                        (true, _) => alloc::vec::Vec::new(),
                    };
                    let settled = window.settle(tag, multiple);
                    assert_eq!(settled.map(|settled| settled.count as usize).unwrap_or(0), wanted.len());
                    if let (Some(settled), [first, ..]) = (settled, &wanted[..]) {
                        assert_eq!((settled.first, Some(&settled.last)), (*first, wanted.last()));
                    }
                    for tag in wanted {
                        set.remove(&tag);
                    }
                }
            }
            assert_eq!(window.count() as usize, set.len());
            assert!(window.iter().eq(set.iter().copied()));
        }
    }

    /// RabbitMQ's own: nack of 2, then ack of 19 with multiple, which does not touch 2 again.
    #[test]
    fn a_multiple_over_tags_that_were_settled() {
        let mut window = Window::NEW;
        (1..=19).for_each(|tag| assert_eq!(window.push(true), tag));
        assert_eq!(window.settle(1, false), Some(Settled { first: 1, last: 1, count: 1 }));
        assert_eq!(window.settle(2, false), Some(Settled { first: 2, last: 2, count: 1 }));
        assert_eq!(window.settle(19, true), Some(Settled { first: 3, last: 19, count: 17 }));
        assert_eq!(window.settle(2, false), None);
    }
}
