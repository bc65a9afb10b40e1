//! What has a name on the wire, and a number in handles: subscriptions, transactions.

use alloc::collections::BTreeMap;

use super::kept::Kept;

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

    pub(super) fn len(&self) -> usize {
        self.by_number.len()
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
        (self.len() == 1).then_some(*number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        self.by_number.iter().map(|(number, (_, value))| (*number, value))
    }
}
