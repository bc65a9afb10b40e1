//! What has a name on the wire, and a number in handles: subscriptions, transactions.

use alloc::collections::BTreeMap;

use super::kept::Kept;
use crate::stomp::head::size;

/// Things by number and by name. No number is given twice.
#[derive(Clone, Debug)]
pub(super) struct Named<V> {
    by_number: BTreeMap<u32, (Kept, V)>,
    by_name: BTreeMap<Kept, u32>,
    next: u32,
}

impl<V> Named<V> {
    pub(super) const fn new() -> Self {
        Self { by_number: BTreeMap::new(), by_name: BTreeMap::new(), next: 1 }
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
        self.by_name.insert(name.clone(), number);
        self.by_number.insert(number, (name, value));
        number
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        self.by_name.get(name).copied()
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
        let (name, value) = self.by_number.remove(&number)?;
        self.by_name.remove(&name);
        Some(value)
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
