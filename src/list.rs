//! Lists that are validated once and read lazily.

use core::fmt;
use core::marker::PhantomData;

use crate::write::Writer;

/// One entry of a [`List`].
///
/// `next` takes the first item of bytes that decoding has validated. It still returns an option, since nothing here may
/// panic; for validated bytes it is `None` only at the end.
pub trait Item<'a>: Copy + PartialEq + fmt::Debug + sealed::Sealed {
    #[doc(hidden)]
    fn next(wire: &mut &'a [u8], spelling: Spelling) -> Option<Self>;
    #[doc(hidden)]
    fn encoded_len(&self) -> usize;
    #[doc(hidden)]
    fn put(&self, spelling: Spelling, out: &mut Writer<'_>);
}

/// How items are written on the wire, of those that can be in several ways: a number that their own module gives.
///
/// Nobody outside can name it; it is `pub` for the sealed [`Item`]. A type of the item's would make lists invariant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spelling(pub(crate) u32);

impl Spelling {
    /// Of all others the only one.
    pub(crate) const USUAL: Self = Self(0);
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A list that is either *bytes already on the wire*, validated by decoding, or *values that you wrote*; both read
/// alike.
///
/// [`iter`](List::iter) never fails. Sending a received list on is one copy of its bytes.
#[derive(Clone, Copy)]
pub struct List<'a, T> {
    repr: Repr<'a, T>,
}

#[derive(Clone, Copy)]
enum Repr<'a, T> {
    Wire(&'a [u8], Spelling, PhantomData<T>),
    Written(&'a [T], Spelling),
}

impl<'a, T> List<'a, T> {
    /// The list of no items.
    pub const EMPTY: Self = Self { repr: Repr::Wire(&[], Spelling::USUAL, PhantomData) };

    /// The list of `items`.
    pub const fn new(items: &'a [T]) -> Self {
        Self::new_in(items, Spelling::USUAL)
    }

    /// The list of `items`, to be spelled in this way.
    pub(crate) const fn new_in(items: &'a [T], spelling: Spelling) -> Self {
        Self { repr: Repr::Written(items, spelling) }
    }

    /// The list in `wire`, which the caller has validated.
    #[inline]
    pub(crate) const fn from_wire(wire: &'a [u8]) -> Self {
        Self::from_wire_in(wire, Spelling::USUAL)
    }

    /// The same, spelled in this way.
    #[inline]
    pub(crate) const fn from_wire_in(wire: &'a [u8], spelling: Spelling) -> Self {
        Self { repr: Repr::Wire(wire, spelling, PhantomData) }
    }

    /// How the list is spelled on the wire.
    #[inline]
    pub(crate) const fn spelled(&self) -> Spelling {
        match self.repr {
            Repr::Wire(_, spelling, _) | Repr::Written(_, spelling) => spelling,
        }
    }

    /// Whether the list has no items.
    pub const fn is_empty(&self) -> bool {
        match self.repr {
            Repr::Wire(wire, ..) => wire.is_empty(),
            Repr::Written(items, _) => items.is_empty(),
        }
    }

    /// The bytes, if the list was decoded: all items as they were on the wire, without any length before them.
    pub const fn wire(&self) -> Option<&'a [u8]> {
        match self.repr {
            Repr::Wire(wire, ..) => Some(wire),
            Repr::Written(..) => None,
        }
    }

    /// The items, if the list was written.
    #[inline]
    pub(crate) const fn written(&self) -> Option<&'a [T]> {
        match self.repr {
            Repr::Wire(..) => None,
            Repr::Written(items, _) => Some(items),
        }
    }
}

impl<'a, T: Item<'a>> List<'a, T> {
    /// The items in order.
    #[inline]
    pub const fn iter(&self) -> ListIter<'a, T> {
        ListIter { rest: self.repr }
    }

    /// How many items the list has. Received lists are counted by walking them.
    pub fn len(&self) -> usize {
        match self.repr {
            // `count` can overflow, as far as the compiler knows, and would then panic.
            Repr::Wire(..) => self.iter().fold(0, |n: usize, _| n.saturating_add(1)),
            Repr::Written(items, _) => items.len(),
        }
    }

    /// How many bytes the items take on the wire.
    #[inline]
    pub(crate) fn encoded_len(&self) -> usize {
        match self.repr {
            Repr::Wire(wire, ..) => wire.len(),
            Repr::Written(items, _) => items.iter().fold(0, |sum, item| sum.saturating_add(item.encoded_len())),
        }
    }

    /// The sum of what `measure` says of each item, or its first error.
    #[inline]
    pub(crate) fn sum<E>(&self, measure: impl Fn(&T) -> Result<usize, E>) -> Result<usize, E> {
        let mut sum: usize = 0;
        self.each(|item| {
            sum = sum.saturating_add(measure(item)?);
            Ok(())
        })?;
        Ok(sum)
    }

    /// Shows each item, until there is an error. Those that were written are not copied, as by an iterator.
    #[inline]
    pub(crate) fn each<E>(&self, mut see: impl FnMut(&T) -> Result<(), E>) -> Result<(), E> {
        match self.repr {
            Repr::Wire(..) => self.iter().try_for_each(|item| see(&item)),
            Repr::Written(items, _) => items.iter().try_for_each(see),
        }
    }

    #[inline]
    pub(crate) fn put(&self, out: &mut Writer<'_>) {
        match self.repr {
            Repr::Wire(wire, ..) => out.put(wire),
            Repr::Written(items, spelling) => items.iter().for_each(|item| item.put(spelling, out)),
        }
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(items: &'a [T]) -> Self {
        Self::new(items)
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for List<'a, T> {
    fn from(items: &'a [T; N]) -> Self {
        Self::new(items)
    }
}

impl<'a, T: Item<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Item<'a>> IntoIterator for &List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Two lists are equal if they hold equal items in the same order, wherever they come from.
impl<'a, T: Item<'a>> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, T: Item<'a>> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(feature = "serde")]
impl<'a, T: Item<'a> + serde::Serialize> serde::Serialize for List<'a, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The items of a [`List`], in order.
#[derive(Clone)]
pub struct ListIter<'a, T> {
    rest: Repr<'a, T>,
}

impl<'a, T> ListIter<'a, T> {
    /// What is left of the bytes, if the list was decoded.
    pub(crate) const fn wire(&self) -> Option<&'a [u8]> {
        match self.rest {
            Repr::Wire(wire, ..) => Some(wire),
            Repr::Written(..) => None,
        }
    }
}

impl<'a, T: Item<'a>> Iterator for ListIter<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.rest {
            Repr::Wire(wire, spelling, _) => {
                let item = T::next(wire, *spelling);
                if item.is_none() {
                    *wire = &[];
                }
                item
            }
            Repr::Written(items, _) => {
                let (first, rest) = items.split_first()?;
                *items = rest;
                Some(*first)
            }
        }
    }
}

impl<'a, T: Item<'a>> core::iter::FusedIterator for ListIter<'a, T> {}

impl<'a, T: Item<'a>> fmt::Debug for ListIter<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
