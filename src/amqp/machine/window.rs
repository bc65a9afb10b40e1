//! Tags that are outstanding: publishes that await their confirm, deliveries that await their acknowledgement.

use super::words::{Word, Words};

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

/// The tags of one channel and direction: 1, 2, 3 …, and which of them are outstanding.
///
/// They are bits, in words for 64 tags each; a word in which none is outstanding takes no room. So one message that stays
/// unacknowledged for long is in nobody's way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<W> {
    /// The tag that comes next.
    next: u64,
    /// How many are outstanding, or were acknowledged in a transaction that is not committed.
    count: u32,
    /// The first word with tags that are outstanding; those before it have none.
    start: u32,
    words: W,
}

impl<W: Words> Window<W> {
    pub(super) const NEW: Self = Self { next: 1, count: 0, start: 0, words: W::NONE };

    /// The tag that comes next.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// How many are outstanding.
    pub(super) fn count(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    /// Makes room for one more that is outstanding, of at most `limit`.
    pub(super) fn reserve(&mut self, limit: u32) -> bool {
        if self.count >= limit {
            return false;
        }
        if self.words.all().last().is_some_and(|word| word.block == self.next / 64) {
            return true;
        }
        if !self.words.is_full() {
            return true;
        }
        self.words.drop_empty();
        self.start = 0;
        self.skip_settled();
        self.words.grow()
    }

    /// Takes the next tag. There is room for it, if it is to be outstanding: see [`reserve`](Self::reserve).
    pub(super) fn push(&mut self, outstanding: bool) -> u64 {
        let tag = self.next;
        self.next = tag.wrapping_add(1);
        if outstanding {
            let (block, bit) = (tag / 64, 1 << (tag % 64));
            match self.words.all_mut().last_mut() {
                Some(word) if word.block == block => word.bits |= bit,
                _ => self.words.push(Word { block, bits: bit, held: 0 }),
            }
            // Its bit may be in a word that was passed over when it was empty.
            let last = u32::try_from(self.words.all().len().saturating_sub(1)).unwrap_or(u32::MAX);
            self.start = self.start.min(last);
            self.count = self.count.saturating_add(1);
        }
        tag
    }

    /// Whether the tag is outstanding.
    pub(super) fn has(&self, tag: u64) -> bool {
        self.index(tag)
            .and_then(|index| self.words.all().get(index))
            .is_some_and(|word| word.bits >> (tag % 64) & 1 == 1)
    }

    /// Whether [`settle`](Self::settle) settles something.
    pub(super) fn settles(&self, tag: u64, multiple: bool) -> bool {
        if !multiple {
            return self.has(tag);
        }
        let last = self.last(tag);
        // In the first word some are outstanding.
        let first = self.words.all().get(self.start());
        last < self.next && first.is_some_and(|word| word.bits & word.up_to(last) != 0)
    }

    /// The last tag that a multiple means.
    const fn last(&self, tag: u64) -> u64 {
        if tag == 0 { self.next.wrapping_sub(1) } else { tag }
    }

    /// Those that are outstanding, in order; and those whose acknowledgement was not committed.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.words.all().iter().flat_map(|word| {
            let mut bits = word.bits | word.held;
            core::iter::from_fn(move || {
                let bit = bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
                (bit < 64).then(|| word.tag(bit))
            })
        })
    }

    /// Settles the tag; with `multiple` all outstanding ones up to it, and with the tag 0 all there are. In a transaction
    /// they are held until [`commit`](Self::commit) or [`roll_back`](Self::roll_back).
    ///
    /// `None` if that is nothing: the tag was never given, or was settled before. A multiple that reaches from tags that
    /// are settled to tags that are not settles the latter: so RabbitMQ means it.
    pub(super) fn settle(&mut self, tag: u64, multiple: bool, hold: bool) -> Option<Settled> {
        let settled = if multiple { self.settle_up_to(tag, hold) } else { self.settle_one(tag, hold) }?;
        if !hold {
            self.count = self.count.saturating_sub(settled.count);
        }
        self.skip_settled();
        Some(settled)
    }

    fn settle_one(&mut self, tag: u64, hold: bool) -> Option<Settled> {
        let index = self.index(tag)?;
        let word = self.words.all_mut().get_mut(index)?;
        let bit = 1 << (tag % 64);
        (word.take(bit, hold) != 0).then_some(Settled { first: tag, last: tag, count: 1 })
    }

    fn settle_up_to(&mut self, tag: u64, hold: bool) -> Option<Settled> {
        let last = self.last(tag);
        if last >= self.next {
            return None;
        }
        let mut settled: Option<Settled> = None;
        let start = self.start();
        for word in self.words.all_mut().get_mut(start..)? {
            if word.block > last / 64 {
                break;
            }
            let taken = word.take(word.up_to(last), hold);
            if taken != 0 {
                let first = word.tag(taken.trailing_zeros());
                let so_far = settled.get_or_insert(Settled { first, last: first, count: 0 });
                so_far.last = word.tag(63_u32.wrapping_sub(taken.leading_zeros()));
                so_far.count = so_far.count.saturating_add(taken.count_ones());
            }
        }
        settled
    }

    /// What was held is settled.
    pub(super) fn commit(&mut self) {
        for word in self.words.all_mut() {
            self.count = self.count.saturating_sub(word.held.count_ones());
            word.held = 0;
        }
        self.skip_settled();
    }

    /// What was held is outstanding again.
    pub(super) fn roll_back(&mut self) {
        for word in self.words.all_mut() {
            word.bits |= word.held;
            word.held = 0;
        }
        self.start = 0;
        self.skip_settled();
    }

    fn index(&self, tag: u64) -> Option<usize> {
        self.words.all().binary_search_by_key(&(tag / 64), |word| word.block).ok()
    }

    fn start(&self) -> usize {
        usize::try_from(self.start).unwrap_or(usize::MAX)
    }

    fn skip_settled(&mut self) {
        let rest = self.words.all().get(self.start()..).unwrap_or_default();
        let settled = rest.iter().take_while(|word| word.bits == 0);
        self.start = settled.fold(self.start, |n, _| n.saturating_add(1));
        if self.count == 0 {
            self.words.clear();
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Few;
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;

    /// Against two sets, of the outstanding tags and of those that are held: the plain way.
    fn settles_as_sets_do<W: Words>(limit: u32, seed: u64) {
        let mut state = seed;
        let mut dice = |n: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % n
        };
        let mut window = Window::<W>::NEW;
        let (mut set, mut held, mut next) = (BTreeSet::new(), BTreeSet::new(), 1);
        for _ in 0..200_000 {
            match dice(4) {
                0..=2 if window.reserve(limit) => {
                    let outstanding = dice(8) > 0;
                    assert_eq!(window.push(outstanding), next);
                    if outstanding {
                        set.insert(next);
                    }
                    next += 1;
                }
                _ if dice(20) == 0 => {
                    if dice(2) == 0 {
                        window.commit();
                    } else {
                        window.roll_back();
                        set.extend(&held);
                    }
                    held.clear();
                }
                _ => {
                    let tag = (next + 3).saturating_sub(dice(300));
                    let (multiple, hold) = (dice(10) == 0, dice(4) == 0);
                    let wanted: Vec<u64> = match (multiple, tag) {
                        (false, tag) => set.get(&tag).copied().into_iter().collect(),
                        (true, 0) => set.iter().copied().collect(),
                        (true, tag) if tag < next => set.range(..=tag).copied().collect(),
                        (true, _) => Vec::new(),
                    };
                    assert_eq!(window.has(tag), set.contains(&tag));
                    assert_eq!(window.settles(tag, multiple), !wanted.is_empty());
                    let settled = window.settle(tag, multiple, hold);
                    assert_eq!(settled.map(|settled| settled.count as usize).unwrap_or(0), wanted.len());
                    if let (Some(settled), [first, ..]) = (settled, &wanted[..]) {
                        assert_eq!((settled.first, Some(&settled.last)), (*first, wanted.last()));
                    }
                    for tag in wanted {
                        set.remove(&tag);
                        if hold {
                            held.insert(tag);
                        }
                    }
                }
            }
            assert_eq!(window.count(), set.len() + held.len());
            assert!(window.iter().eq(set.union(&held).copied()));
        }
        assert!(next > 20_000, "it does not stop");
    }

    #[test]
    fn few_words_settle_as_sets_do() {
        settles_as_sets_do::<Few>(u32::MAX, 88_172_645_463_325_252);
    }

    #[test]
    fn words_on_the_heap_settle_as_sets_do() {
        settles_as_sets_do::<Vec<Word>>(300, 3_141_592_653_589);
        settles_as_sets_do::<Vec<Word>>(20, 2_718_281_828_459);
    }

    /// RabbitMQ's own: nack of 2, then ack of 19 with multiple, which does not touch 2 again.
    #[test]
    fn a_multiple_over_tags_that_were_settled() {
        let mut window = Window::<Few>::NEW;
        for tag in 1..=19 {
            assert!(window.reserve(u32::MAX));
            assert_eq!(window.push(true), tag);
        }
        assert_eq!(window.settle(1, false, false), Some(Settled { first: 1, last: 1, count: 1 }));
        assert_eq!(window.settle(2, false, false), Some(Settled { first: 2, last: 2, count: 1 }));
        assert_eq!(window.settle(19, true, false), Some(Settled { first: 3, last: 19, count: 17 }));
        assert_eq!(window.settle(2, false, false), None);
    }

    /// A message that nobody acknowledges, while a million others come and go.
    fn one_is_stuck<W: Words>() -> usize {
        let mut window = Window::<W>::NEW;
        for tag in 1..=1_000_000 {
            assert!(window.reserve(16), "no room for {tag}");
            window.push(true);
            if tag > 1 {
                assert!(window.settle(tag, false, false).is_some());
            }
        }
        assert!(window.iter().eq([1]));
        window.words.all().len()
    }

    #[test]
    fn one_that_is_stuck_is_in_nobodys_way() {
        one_is_stuck::<Few>();
        let words = one_is_stuck::<Vec<Word>>();
        assert!(words <= 16, "{words} words for one tag");
    }

    /// The words on the heap are no more than the tags that are outstanding, whatever was settled between them.
    #[test]
    fn memory_is_bounded_by_what_is_outstanding() {
        let mut window = Window::<Vec<Word>>::NEW;
        for tag in 1..=640_000_u64 {
            assert!(window.reserve(100));
            window.push(true);
            if tag % 6400 != 0 {
                window.settle(tag, false, false);
            }
        }
        assert_eq!(window.count(), 100);
        assert!(window.words.all().len() <= 256, "{} words", window.words.all().len());
    }
}
