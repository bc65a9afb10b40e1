//! The deliveries of one subscription that are not acknowledged.

use alloc::collections::VecDeque;

/// The deliveries of one subscription: 1, 2, 3 …; those that are not settled, each with what is kept for it.
#[derive(Clone, Debug)]
pub(super) struct Window<V> {
    /// In order. Some in the middle may be settled, but more than half of them are not.
    entries: VecDeque<Entry<V>>,
    /// The number of the delivery that comes next.
    next: u64,
    /// How many are not settled.
    count: usize,
    /// No delivery before this one is outstanding: those that are held need not be passed by each time.
    first_outstanding: u64,
}

#[derive(Clone, Debug)]
struct Entry<V> {
    number: u64,
    state: State,
    value: Option<V>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Outstanding,
    /// Acknowledged in a transaction that is neither committed nor aborted.
    Held,
    Settled,
}

/// Deliveries that were next to each other, from the first to the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl<V> Window<V> {
    pub(super) const fn new() -> Self {
        Self { entries: VecDeque::new(), next: 1, count: 0, first_outstanding: 1 }
    }

    /// How many are not settled, with those that are held.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The number of the delivery that comes next.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// The next delivery, which nobody will acknowledge.
    pub(super) const fn skip(&mut self) -> u64 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        number
    }

    /// The next delivery.
    pub(super) fn push(&mut self, value: Option<V>) -> u64 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        self.entries.push_back(Entry { number, state: State::Outstanding, value });
        self.count = self.count.saturating_add(1);
        number
    }

    fn index(&self, number: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |entry| entry.number).ok()
    }

    /// What is kept for a delivery that can be acknowledged; `None` if it cannot be.
    pub(super) fn get(&self, number: u64) -> Option<Option<&V>> {
        let entry = self.entries.get(self.index(number)?)?;
        (entry.state == State::Outstanding).then_some(entry.value.as_ref())
    }

    /// Keeps something for a delivery that is not settled, or gives it back.
    pub(super) fn keep(&mut self, number: u64, value: V) -> Option<V> {
        let entry = self.index(number).and_then(|index| self.entries.get_mut(index));
        match entry.filter(|entry| entry.state != State::Settled) {
            Some(entry) => entry.value.replace(value),
            None => Some(value),
        }
    }

    /// Settles those from `run` that are in this state, and tells of each.
    pub(super) fn settle(&mut self, state: State, run: Run, mut tell: impl FnMut(u64, Option<V>)) {
        self.each(run, state, |entry| {
            entry.state = State::Settled;
            tell(entry.number, entry.value.take());
        });
        self.tidy();
    }

    /// Settles one that is outstanding.
    pub(super) fn settle_one(&mut self, number: u64) {
        self.settle(State::Outstanding, Run { first: number, last: number }, |_, _| {});
    }

    /// Holds those from `run` that are outstanding, and tells of each run of them.
    pub(super) fn hold(&mut self, run: Run, mut tell: impl FnMut(Run)) {
        let mut held: Option<Run> = None;
        self.each(run, State::Outstanding, |entry| {
            entry.state = State::Held;
            held = Some(match held {
                Some(run) if run.last.wrapping_add(1) == entry.number => Run { last: entry.number, ..run },
                before => {
                    before.into_iter().for_each(&mut tell);
                    Run { first: entry.number, last: entry.number }
                }
            });
        });
        held.into_iter().for_each(tell);
    }

    /// A run that was held is outstanding again.
    pub(super) fn roll_back(&mut self, run: Run) {
        self.first_outstanding = self.first_outstanding.min(run.first);
        self.each(run, State::Held, |entry| entry.state = State::Outstanding);
    }

    /// Those that are not settled, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Option<&V>)> {
        let entries = self.entries.iter().filter(|entry| entry.state != State::Settled);
        entries.map(|entry| (entry.number, entry.value.as_ref()))
    }

    /// The first from this one on that is not settled and like this.
    pub(super) fn first_from(&self, number: u64, is_it: impl Fn(Option<&V>) -> bool) -> Option<u64> {
        let start = self.entries.partition_point(|entry| entry.number < number);
        let mut entries = self.entries.iter().skip(start).filter(|entry| entry.state != State::Settled);
        entries.find(|entry| is_it(entry.value.as_ref())).map(|entry| entry.number)
    }

    /// Those of a run that are in this state: `see` puts each into another.
    fn each(&mut self, run: Run, state: State, mut see: impl FnMut(&mut Entry<V>)) {
        let mut first = run.first;
        if state == State::Outstanding && first <= self.first_outstanding {
            first = self.first_outstanding;
            self.first_outstanding = first.max(run.last.saturating_add(1)).min(self.next);
        }
        let start = self.entries.partition_point(|entry| entry.number < first);
        let entries = self.entries.iter_mut().skip(start).take_while(|entry| entry.number <= run.last);
        entries.filter(|entry| entry.state == state).for_each(|entry| {
            see(entry);
            if entry.state == State::Settled {
                self.count = self.count.saturating_sub(1);
            }
        });
    }

    /// Forgets what is settled: at the front at once, in the middle when it is half of all. And gives memory back when most
    /// of it is free: there are many windows, and each may have been large for a moment.
    fn tidy(&mut self) {
        while self.entries.front().is_some_and(|entry| entry.state == State::Settled) {
            self.entries.pop_front();
        }
        if self.entries.len() / 2 > self.count {
            self.entries.retain(|entry| entry.state != State::Settled);
        }
        if self.entries.capacity() / 4 > self.entries.len().max(SMALL) {
            self.entries.shrink_to(self.entries.len().saturating_mul(2));
        }
    }

    /// No more will come.
    pub(super) fn close(&mut self) {
        self.entries.shrink_to_fit();
    }
}

/// Four times as many entries are kept room for, though there be none.
const SMALL: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn window(deliveries: u64) -> Window<u64> {
        let mut window = Window::new();
        (1..=deliveries).for_each(|number| assert_eq!(window.push(Some(number)), number));
        window
    }

    fn numbers(window: &Window<u64>) -> Vec<u64> {
        window.iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn what_is_held_is_not_settled_by_others() {
        let mut window = window(6);
        let mut held = Vec::new();
        window.hold(Run { first: 2, last: 2 }, |run| held.push(run));
        window.hold(Run { first: 4, last: 5 }, |run| held.push(run));
        assert_eq!(held, [Run { first: 2, last: 2 }, Run { first: 4, last: 5 }]);
        let mut settled = Vec::new();
        window.settle(State::Outstanding, Run { first: 1, last: 5 }, |number, value| settled.push((number, value)));
        assert_eq!(settled, [(1, Some(1)), (3, Some(3))]);
        assert_eq!(numbers(&window), [2, 4, 5, 6]);
        window.roll_back(held[1]);
        assert_eq!(window.get(4), Some(Some(&4)));
        assert_eq!(window.get(2), None);
        window.settle(State::Held, held[0], |number, value| settled.push((number, value)));
        assert_eq!(settled.last(), Some(&(2, Some(2))));
        assert_eq!((numbers(&window), window.count()), (alloc::vec![4, 5, 6], 3));
    }

    /// One message that nobody acknowledges is in nobody's way.
    #[test]
    fn what_is_settled_behind_others_is_forgotten() {
        let mut window = window(1);
        for _ in 0..10_000 {
            let number = window.push(None);
            window.settle_one(number);
            assert!(window.entries.len() <= 3);
        }
        assert_eq!(numbers(&window), [1]);
        assert_eq!(window.get(2), None);
    }

    /// Who holds many acknowledges one more without passing by all of them.
    #[test]
    fn what_is_held_is_passed_by_once() {
        let mut window = window(6);
        let mut held = Vec::new();
        window.hold(Run { first: 0, last: 4 }, |run| held.push(run));
        assert_eq!(window.first_outstanding, 5);
        window.settle(State::Outstanding, Run { first: 0, last: u64::MAX }, |_, _| {});
        assert_eq!(window.first_outstanding, 7);
        assert_eq!(window.push(Some(7)), 7);
        window.roll_back(held[0]);
        assert_eq!(window.first_outstanding, 1);
        let mut settled = Vec::new();
        window.settle(State::Outstanding, Run { first: 3, last: 3 }, |number, _| settled.push(number));
        window.settle(State::Outstanding, Run { first: 0, last: 7 }, |number, _| settled.push(number));
        assert_eq!(settled, [3, 1, 2, 4, 7]);
    }

    /// What was a large window is a small one when it is empty; and one that goes up and down does not allocate each time.
    #[test]
    fn memory_is_given_back() {
        let mut window = window(1000);
        assert!(window.entries.capacity() >= 1000);
        window.settle(State::Outstanding, Run { first: 0, last: 990 }, |_, _| {});
        assert!(window.entries.capacity() < 50, "{}", window.entries.capacity());
        assert_eq!(numbers(&window), (991..=1000).collect::<Vec<_>>());
        window.settle(State::Outstanding, Run { first: 0, last: 1000 }, |_, _| {});
        assert_eq!(window.entries.capacity(), 0);
        for first in 0..100 {
            (0..8).for_each(|n| assert_eq!(window.push(None), 1001 + first * 8 + n));
            window.settle(State::Outstanding, Run { first: 0, last: u64::MAX }, |_, _| {});
            assert_eq!(window.entries.capacity(), 8);
        }
        window.close();
        assert_eq!(window.entries.capacity(), 0);
    }

    #[test]
    fn runs_are_told_apart_where_something_is_between() {
        let mut window = window(5);
        window.settle_one(3);
        let mut held = Vec::new();
        window.hold(Run { first: 1, last: 9 }, |run| held.push(run));
        assert_eq!(held, [Run { first: 1, last: 2 }, Run { first: 4, last: 5 }]);
    }
}
