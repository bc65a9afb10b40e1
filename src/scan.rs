//! Looking for single bytes, eight at a time: the texts of protocol headers are short, and each is looked through.
//!
//! A *word* is eight bytes, the first in its lowest bits. A test of a word answers with the highest bit of each byte that
//! it looks for; [`any`] takes tests that are sure only of the lowest, which cost less.

const ONES: u64 = u64::from_le_bytes([1; 8]);
const LOWS: u64 = u64::from_le_bytes([0x7F; 8]);
pub(crate) const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// A test: whether there is a byte 0.
#[inline]
pub(crate) const fn nul(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// A test: whether there is a byte 0 or one that is not ASCII.
#[inline]
pub(crate) const fn nul_or_not_ascii(word: u64) -> u64 {
    (word.wrapping_sub(ONES) | word) & HIGHS
}

/// A test: whether there is a byte below `least`, which is ASCII, or one that is not ASCII.
#[inline]
pub(crate) const fn below_or_not_ascii(word: u64, least: u8) -> u64 {
    (word.wrapping_sub(u64::from_le_bytes([least; 8])) | word) & HIGHS
}

/// A test: whether there is a byte that is `one` or `other`, which differ in one bit.
#[inline]
pub(crate) const fn either(word: u64, one: u8, other: u8) -> u64 {
    nul(both(word, one, other))
}

/// The same, sure of each byte.
#[inline]
pub(crate) const fn each_of(word: u64, one: u8, other: u8) -> u64 {
    each_nul(both(word, one, other))
}

/// A test for 0, sure of each byte.
#[inline]
pub(crate) const fn each_nul(word: u64) -> u64 {
    !((word & LOWS).wrapping_add(LOWS) | word | LOWS)
}

/// 0 for each byte that is `one` or `other`.
#[inline]
const fn both(word: u64, one: u8, other: u8) -> u64 {
    (word | u64::from_le_bytes([one ^ other; 8])) ^ u64::from_le_bytes([one | other; 8])
}

/// A test: whether there is a byte that means something in a STOMP head (NUL, LF, CR, colon, backslash), or a control
/// character that looks like one.
#[inline]
pub(crate) const fn stomp_mark(word: u64) -> u64 {
    let controls = word.wrapping_sub(u64::from_le_bytes([b'\r' + 1; 8])) & !word & HIGHS;
    controls | is(word, b':') | is(word, b'\\')
}

/// Goes from one byte that may mean something in a STOMP head to the next: NUL, LF, CR, colon, backslash, other control
/// characters below them, and what is not ASCII. 32 bytes are looked at together, which compilers make a few instructions
/// of.
#[derive(Debug)]
pub(crate) struct Marks<'a> {
    bytes: &'a [u8],
    /// Where the block begins.
    base: usize,
    /// Where the one behind it does.
    behind: usize,
    /// Which bytes of the block are marks; those that were told are left out.
    bits: u32,
}

const BLOCK: usize = 32;

impl<'a> Marks<'a> {
    /// Those in `bytes`, from this place on.
    #[inline]
    pub(crate) const fn new(bytes: &'a [u8], from: usize) -> Self {
        Self { bytes, base: from, behind: from, bits: 0 }
    }

    /// Where the next one is.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            let rest = self.bytes.get(self.behind..)?;
            self.bits = match rest.first_chunk() {
                Some(block) => marks(block),
                None if rest.is_empty() => return None,
                None => marks_of_fewer(rest),
            };
            self.base = self.behind;
            self.behind = self.behind.wrapping_add(BLOCK);
        }
        let at = usize::try_from(self.bits.trailing_zeros()).unwrap_or_default();
        self.bits &= self.bits.wrapping_sub(1);
        Some(self.base.wrapping_add(at))
    }
}

/// Whether there is a mark in `bytes`. Sixteen are looked at together, which compilers make a few instructions of.
#[inline]
pub(crate) fn any_mark(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<16>() else {
        return any(bytes, |word| stomp_mark(word) | word & HIGHS);
    };
    let mut hits = [0; 16];
    let mut see =
        |block: &[u8; 16]| hits.iter_mut().zip(block).for_each(|(hit, byte)| *hit |= u8::from(is_mark(*byte)));
    see(last);
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_first_chunk() {
        see(block);
        rest = behind;
    }
    hits.iter().fold(false, |any, hit| any | (*hit != 0))
}

#[inline]
fn is_mark(byte: u8) -> bool {
    // What is not ASCII is below 0, too.
    i8::from_ne_bytes([byte]) <= 13 || byte == b':' || byte == b'\\'
}

/// A bit for each byte that is a mark.
#[inline]
fn marks(block: &[u8; BLOCK]) -> u32 {
    let mut hits = [0; BLOCK];
    hits.iter_mut().zip(block).for_each(|(hit, byte)| *hit = u8::from(is_mark(*byte)));
    hits.chunks_exact(8).zip([0_u32, 8, 16, 24]).fold(0, |bits, (hits, shift)| {
        let hits = u64::from_le_bytes(hits.try_into().unwrap_or_default());
        // Brings the lowest bits of eight bytes together.
        let byte = hits.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | u32::try_from(byte).unwrap_or_default().wrapping_shl(shift)
    })
}

/// The same of fewer bytes than a block has.
#[inline(never)]
fn marks_of_fewer(bytes: &[u8]) -> u32 {
    let mut block = [0x7F; BLOCK];
    block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    marks(&block)
}

/// Where the first byte 0 is.
///
/// Bodies are long: 128 bytes are looked at together, which compilers make a few instructions of.
#[inline]
pub(crate) fn find_nul(bytes: &[u8]) -> Option<usize> {
    let mut start: usize = 0;
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_first_chunk::<128>() {
        // The least of every 32nd byte: where registers are that wide, it takes a quarter less.
        let mut least = [u8::MAX; 32];
        for bytes in block.chunks_exact(32) {
            least.iter_mut().zip(bytes).for_each(|(least, byte)| *least = (*least).min(*byte));
        }
        if least.iter().fold(false, |any, least| any | (*least == 0)) {
            break;
        }
        rest = behind;
        start = start.wrapping_add(128);
    }
    if rest.is_empty() {
        return None;
    }
    find_byte(rest, 0).map(|at| start.wrapping_add(at))
}

/// Where the first byte like this is, which is not 0x7F. Sixteen are looked at together.
#[inline]
pub(crate) fn find_byte(bytes: &[u8], wanted: u8) -> Option<usize> {
    let mut start: usize = 0;
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_first_chunk::<16>() {
        if block.iter().fold(false, |any, byte| any | (*byte == wanted)) {
            break;
        }
        rest = behind;
        start = start.wrapping_add(16);
    }
    find(rest, |word| is(word, wanted)).map(|at| start.wrapping_add(at))
}

/// Where `test` finds something first.
#[inline]
pub(crate) fn find(bytes: &[u8], test: impl Fn(u64) -> u64) -> Option<usize> {
    let mut start: usize = 0;
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk() {
        if let Some(at) = lowest(test(u64::from_le_bytes(*word))) {
            return Some(start.wrapping_add(at));
        }
        rest = behind;
        start = start.wrapping_add(8);
    }
    if rest.is_empty() { None } else { lowest(test(short(rest))).map(|at| start.wrapping_add(at)) }
}

/// The first place of the hits in a word: that one is sure.
#[inline]
fn lowest(hits: u64) -> Option<usize> {
    if hits == 0 { None } else { Some(usize::try_from(hits.trailing_zeros() / 8).unwrap_or_default()) }
}

/// A test: whether there is this byte, which is not 0x7F.
#[inline]
pub(crate) const fn is(word: u64, byte: u8) -> u64 {
    nul(word ^ u64::from_le_bytes([byte; 8]))
}

/// Whether `test` finds something in `bytes`.
#[inline]
pub(crate) fn any(bytes: &[u8], test: impl Fn(u64) -> u64) -> bool {
    // The last eight bytes are looked at twice, rather than a few of them one by one.
    let Some(last) = bytes.last_chunk() else { return test(short(bytes)) != 0 };
    let mut hits = test(u64::from_le_bytes(*last));
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk() {
        hits |= test(u64::from_le_bytes(*word));
        rest = behind;
    }
    hits != 0
}

/// Calls `found` with each place in `bytes` at which `test`, which must be sure of each byte, finds something, until it
/// answers an error; with some places twice.
#[inline]
pub(crate) fn each<E>(
    bytes: &[u8],
    mut test: impl FnMut(u64) -> u64,
    mut found: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    let mut all = |mut hits: u64, start: usize| {
        while hits != 0 {
            found(start.wrapping_add(usize::try_from(hits.trailing_zeros() / 8).unwrap_or_default()))?;
            hits &= hits.wrapping_sub(1);
        }
        Ok(())
    };
    let Some(last) = bytes.last_chunk() else { return all(test(short(bytes)), 0) };
    let mut rest = bytes;
    let mut start: usize = 0;
    while let Some((word, behind)) = rest.split_first_chunk() {
        all(test(u64::from_le_bytes(*word)), start)?;
        rest = behind;
        start = start.wrapping_add(8);
    }
    all(test(u64::from_le_bytes(*last)), bytes.len().wrapping_sub(8))
}

/// Fewer than eight bytes as a word, filled up with a byte that nobody looks for: 0x7F.
#[inline]
pub(crate) fn short(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let filled = at(LOWS, len);
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | at(last.into(), len.wrapping_sub(4)) | filled;
    }
    match bytes {
        [] => filled,
        [byte] => u64::from(*byte) | filled,
        [first, second] => u64::from(*first) | at((*second).into(), 1) | filled,
        [first, second, .., last] => u64::from(*first) | at((*second).into(), 1) | at((*last).into(), 2) | filled,
    }
}

/// The word, moved up by so many bytes: fewer than eight.
#[inline]
const fn at(word: u64, bytes: usize) -> u64 {
    match bytes {
        0 => word,
        1 => word << 8,
        2 => word << 16,
        3 => word << 24,
        4 => word << 32,
        5 => word << 40,
        6 => word << 48,
        _ => word << 56,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// A place for each of `wanted`, the plain way.
    fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
        (0..bytes.len()).filter(|at| wanted.contains(&bytes[*at])).collect()
    }

    #[test]
    fn finds_what_is_there_at_every_place_of_every_length() {
        for len in 0..40 {
            for at in 0..len {
                for other in [b'a', 1, 0x7F, b'*', b'"', b'/'] {
                    for byte in [0, b'+', b'#', 0x80, 0xFF, b'b', 0x2C, 0x22, 1] {
                        let mut bytes = alloc::vec![other; len];
                        bytes[at] = byte;
                        assert_eq!(any(&bytes, nul), byte == 0, "{bytes:02x?}");
                        assert_eq!(any(&bytes, nul_or_not_ascii), byte == 0 || byte >= 0x80, "{bytes:02x?}");
                        let low = bytes.iter().any(|byte| !(0x2C..0x80).contains(byte));
                        assert_eq!(any(&bytes, |word| below_or_not_ascii(word, 0x2C)), low, "{bytes:02x?}");
                        let wild = byte == b'+' || byte == b'#';
                        assert_eq!(any(&bytes, |word| either(word, b'+', b'#')), wild, "{bytes:02x?}");
                    }
                }
            }
        }
        assert!(!any(&[], nul) && !any(&[], nul_or_not_ascii));
    }

    #[test]
    fn finds_the_first_nul() {
        for len in 0..200 {
            let mut bytes = alloc::vec![1; len];
            assert_eq!(find_nul(&bytes), None);
            for at in (0..len).rev() {
                bytes[at] = 0;
                assert_eq!(find_nul(&bytes), Some(at));
            }
        }
    }

    #[test]
    fn misses_no_mark() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[at] = byte;
                let hits = stomp_mark(u64::from_le_bytes(bytes));
                let first = hits.trailing_zeros() / 8;
                let wanted = byte < 14 || byte == b':' || byte == b'\\';
                assert_eq!(usize::try_from(first) == Ok(at), wanted, "{bytes:02x?}");
            }
        }
    }

    #[test]
    fn goes_from_mark_to_mark() {
        let is_mark = |byte: &u8| *byte < 14 || *byte == b':' || *byte == b'\\' || !byte.is_ascii();
        for len in 0..100_usize {
            for seed in 1..60_usize {
                let byte = |at: usize| u8::try_from(at * at * seed % 251 + at % 5).unwrap();
                let bytes: Vec<u8> = (0..len).map(|at| if at * seed % 7 < 4 { b'a' } else { byte(at) }).collect();
                for from in [0, 1, len / 2, len] {
                    let mut marks = Marks::new(&bytes, from);
                    let seen: Vec<usize> = core::iter::from_fn(|| marks.next()).collect();
                    let wanted: Vec<usize> = (from..len).filter(|at| is_mark(&bytes[*at])).collect();
                    assert_eq!(seen, wanted, "{bytes:02x?} from {from}");
                }
            }
        }
        assert_eq!(Marks::new(b"\n", 2).next(), None);
    }

    #[test]
    fn tells_each_place() {
        for len in 0..20 {
            for seed in 0..200_usize {
                let bytes: Vec<u8> = (0..len).map(|at| b"a+#/b"[(seed * 7 + at * at * seed) % 5]).collect();
                let mut seen = Vec::new();
                let all = each(
                    &bytes,
                    |word| each_of(word, b'+', b'#'),
                    |at| {
                        seen.push(at);
                        Ok::<(), ()>(())
                    },
                );
                seen.sort_unstable();
                seen.dedup();
                assert_eq!((all, seen), (Ok(()), places(&bytes, b"+#")), "{bytes:02x?}");
            }
        }
    }
}
