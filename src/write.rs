//! Writing into space that was asked for in one piece.

/// What is left of the space.
///
/// Nobody outside can name it; it is `pub` for the sealed [`Item`](crate::Item).
#[derive(Debug, Default)]
pub struct Writer<'w> {
    rest: &'w mut [u8],
}

impl<'w> Writer<'w> {
    #[inline]
    pub(crate) const fn new(space: &'w mut [u8]) -> Self {
        Self { rest: space }
    }

    /// Parts the first bytes from the rest: for what is known only when that is written.
    #[inline]
    pub(crate) fn split_first_chunk<const N: usize>(self) -> Option<(&'w mut [u8; N], Self)> {
        let (first, rest) = self.rest.split_first_chunk_mut()?;
        Some((first, Self { rest }))
    }

    /// Writes `bytes`. The space was measured before: what does not fit, and that is nothing, is dropped.
    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        if let Some((space, rest)) = rest.split_at_mut_checked(bytes.len()) {
            copy(space, bytes);
            self.rest = rest;
        }
    }

    /// Writes one byte and behind it these.
    #[inline]
    pub(crate) fn put_behind<const N: usize>(&mut self, byte: u8, bytes: [u8; N]) {
        self.put_head([byte], &bytes);
    }

    /// Writes `bytes` behind their length in two bytes.
    #[inline]
    pub(crate) fn put_behind_length(&mut self, bytes: &[u8]) {
        let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.put_head(len.to_be_bytes(), bytes);
    }

    /// Writes one byte, and behind it `bytes` behind their length in two bytes.
    #[inline]
    pub(crate) fn put_field(&mut self, byte: u8, bytes: &[u8]) {
        let [high, low] = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
        self.put_head([byte, high, low], bytes);
    }

    /// Writes what `put` puts, behind its length in four bytes.
    #[inline]
    pub(crate) fn put_counted(&mut self, put: impl FnOnce(&mut Self)) {
        if let Some((to, space)) = core::mem::take(&mut self.rest).split_first_chunk_mut() {
            let room = space.len();
            self.rest = space;
            put(self);
            let len = room.saturating_sub(self.rest.len());
            *to = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
        }
    }

    /// Writes `head` and `bytes`, for which one look at the space is enough.
    #[inline]
    pub(crate) fn put_head<const N: usize>(&mut self, head: [u8; N], bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        if let Some((space, rest)) = rest.split_at_mut_checked(bytes.len().wrapping_add(N)) {
            if let Some((to, space)) = space.split_first_chunk_mut() {
                *to = head;
                copy(space, bytes);
            }
            self.rest = rest;
        }
    }
}

/// Copies without a call where `bytes` are as short as most texts: two copies of fixed size, which may overlap.
#[inline]
fn copy(space: &mut [u8], bytes: &[u8]) {
    match bytes.len() {
        8..=16 => ends::<8>(space, bytes),
        17..=32 => ends::<16>(space, bytes),
        4..=7 => ends::<4>(space, bytes),
        1..=3 => space.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
        _ if space.len() == bytes.len() => space.copy_from_slice(bytes),
        _ => {}
    }
}

#[inline]
fn ends<const N: usize>(space: &mut [u8], bytes: &[u8]) {
    if let (Some(to), Some(from)) = (space.first_chunk_mut::<N>(), bytes.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (space.last_chunk_mut::<N>(), bytes.last_chunk::<N>()) {
        *to = *from;
    }
}
