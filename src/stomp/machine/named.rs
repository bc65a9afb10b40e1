//! What has a name on the wire, and a number in handles: subscriptions, transactions.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::kept::Kept;
use crate::stomp::head::size;

/// Things by number and by name. No number is given twice, and no name is kept twice.
#[derive(Clone, Debug)]
pub(super) struct Named<V> {
    by_number: BTreeMap<u32, (Kept, V)>,
    /// Their numbers, in the order of their names. To add one moves four bytes for each of those behind it.
    by_name: Vec<u32>,
    next: u32,
}

impl<V> Named<V> {
    pub(super) const fn new() -> Self {
        Self { by_number: BTreeMap::new(), by_name: Vec::new(), next: 1 }
    }

    /// Whether there are as many as can be; or all numbers were given.
    pub(super) fn is_full(&self, most: u32) -> bool {
        self.by_number.len() >= size(most) || self.next == u32::MAX
    }

    /// The number of the next one.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    /// Adds one whose name is not in use, and says its number.
    pub(super) fn insert(&mut self, name: Kept, value: V) -> u32 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        let (Ok(place) | Err(place)) = self.place(name.as_bytes());
        self.by_name.push(number);
        if let Some(behind @ [_, ..]) = self.by_name.get_mut(place..) {
            behind.rotate_right(1);
        }
        self.by_number.insert(number, (name, value));
        number
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        self.by_name.get(self.place(name).ok()?).copied()
    }

    /// Where its number is, or would be.
    fn place(&self, name: &[u8]) -> Result<usize, usize> {
        self.by_name.binary_search_by(|number| self.name(*number).map(Kept::as_bytes).cmp(&Some(name)))
    }

    pub(super) fn name(&self, number: u32) -> Option<&Kept> {
        self.by_number.get(&number).map(|(name, _)| name)
    }

    pub(super) fn get(&self, number: u32) -> Option<&V> {
        self.by_number.get(&number).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut V> {
        self.by_number.get_mut(&number).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<V> {
        let place = self.place(self.name(number)?.as_bytes());
        if let Some(behind @ [_, ..]) = place.ok().and_then(|place| self.by_name.get_mut(place..)) {
            behind.rotate_left(1);
            self.by_name.pop();
        }
        self.by_number.remove(&number).map(|(_, value)| value)
    }

    /// The only one, if there is only one.
    pub(super) fn only(&self) -> Option<u32> {
        let (number, _) = self.by_number.first_key_value()?;
        (self.by_number.len() == 1).then_some(*number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        self.by_number.iter().map(|(number, (_, value))| (*number, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_given_twice() {
        let mut named = Named { next: u32::MAX - 2, ..Named::new() };
        assert!(!named.is_full(3));
        let last = [b"a", b"b"].map(|name| named.insert(Kept::of([&name[..]].into_iter()), ()));
        assert_eq!(last, [u32::MAX - 2, u32::MAX - 1]);
        last.iter().for_each(|number| assert!(named.remove(*number).is_some()));
        assert!(named.is_full(3));
    }

    /// In whatever order they come and go.
    #[test]
    fn each_is_found_by_its_name() {
        let (mut named, mut known) = (Named::new(), BTreeMap::new());
        let name = |n: u32| n.wrapping_mul(0x9E37_79B9).to_be_bytes();
        for n in 1..200 {
            assert_eq!(named.insert(Kept::of([&name(n)[..]].into_iter()), n), n);
            known.insert(name(n), n);
            if n % 3 == 0 {
                assert_eq!(named.remove(n / 2), known.remove(&name(n / 2)));
                assert_eq!(named.remove(n / 2), None);
            }
            assert!(named.by_name.iter().eq(known.values()));
            (0..=n).for_each(|n| assert_eq!(named.find(&name(n)), known.get(&name(n)).copied()));
        }
    }

    #[test]
    fn the_only_one() {
        let mut named = Named::new();
        assert_eq!(named.only(), None);
        let one = named.insert(Kept::of([&b"a"[..]].into_iter()), ());
        assert_eq!(named.only(), Some(one));
        let other = named.insert(Kept::of([&b"b"[..]].into_iter()), ());
        assert_eq!((named.only(), named.find(b"b"), named.is_full(2)), (None, Some(other), true));
        named.remove(one);
        assert_eq!((named.only(), named.find(b"a")), (Some(other), None));
    }
}
