//! The leaf parsers under nom's combinators, and how a fault finds its offset.
//!
//! They are our own because nom's `take` and `length_data` with a run-time length keep a slice panic reachable. A fault
//! remembers how many bytes were *left* where it was found; whoever knows the length of the whole unit turns that into
//! an offset, and a parser of a sub-slice adds the bytes behind the sub-slice ([`Fault::behind`]).

use nom::error::{ErrorKind as NomKind, FromExternalError, ParseError};

/// Something wrong with the bytes: what, and how many bytes were left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault<K> {
    pub(crate) kind: K,
    pub(crate) left: usize,
}

/// What a parser returns: the rest and the value, or a fault.
pub(crate) type Parsed<'i, T, K> = Result<(&'i [u8], T), nom::Err<Fault<K>>>;

/// The fault `kind` at the start of `at`.
#[inline]
pub(crate) const fn fault<K>(kind: K, at: &[u8]) -> nom::Err<Fault<K>> {
    nom::Err::Error(Fault { kind, left: at.len() })
}

/// Takes the fault out of nom's wrapping, and counts `tail` more bytes behind the slice that was parsed.
#[inline]
pub(crate) fn behind<K: Default>(error: nom::Err<Fault<K>>, tail: usize) -> nom::Err<Fault<K>> {
    let Fault { kind, left } = unwrap(error);
    nom::Err::Error(Fault { kind, left: left.saturating_add(tail) })
}

/// Takes the fault out of nom's wrapping. Our parsers are complete parsers: they never answer `Incomplete`.
#[inline]
pub(crate) fn unwrap<K: Default>(error: nom::Err<Fault<K>>) -> Fault<K> {
    match error {
        nom::Err::Error(fault) | nom::Err::Failure(fault) => fault,
        nom::Err::Incomplete(_) => Fault { kind: K::default(), left: 0 },
    }
}

// nom's own error kinds are never shown: each combinator in use gets its kind from one of our leaves.
impl<K: Default> ParseError<&[u8]> for Fault<K> {
    fn from_error_kind(input: &[u8], _: NomKind) -> Self {
        Self { kind: K::default(), left: input.len() }
    }

    fn append(_: &[u8], _: NomKind, other: Self) -> Self {
        other
    }
}

/// `map_res` with a function that answers our kind: the fault is where the value began.
impl<K> FromExternalError<&[u8], K> for Fault<K> {
    fn from_external_error(input: &[u8], _: NomKind, kind: K) -> Self {
        Self { kind, left: input.len() }
    }
}

/// One byte, or `short`.
#[inline]
pub(crate) fn be_u8<K: Copy>(short: K) -> impl Fn(&[u8]) -> Parsed<'_, u8, K> {
    move |input| match input {
        [byte, rest @ ..] => Ok((rest, *byte)),
        [] => Err(fault(short, input)),
    }
}

/// Two bytes, big-endian, or `short`.
#[inline]
pub(crate) fn be_u16<K: Copy>(short: K) -> impl Fn(&[u8]) -> Parsed<'_, u16, K> {
    move |input| match input.split_first_chunk() {
        Some((bytes, rest)) => Ok((rest, u16::from_be_bytes(*bytes))),
        None => Err(fault(short, input)),
    }
}

/// Four bytes, big-endian, or `short`.
#[inline]
pub(crate) fn be_u32<K: Copy>(short: K) -> impl Fn(&[u8]) -> Parsed<'_, u32, K> {
    move |input| match input.split_first_chunk() {
        Some((bytes, rest)) => Ok((rest, u32::from_be_bytes(*bytes))),
        None => Err(fault(short, input)),
    }
}

/// `n` bytes, or `short`.
#[inline]
pub(crate) fn take<K: Copy>(n: usize, short: K) -> impl Fn(&[u8]) -> Parsed<'_, &[u8], K> {
    move |input| match input.split_at_checked(n) {
        Some((bytes, rest)) => Ok((rest, bytes)),
        None => Err(fault(short, input)),
    }
}

/// Bytes behind their own length in two bytes, or `short`.
#[inline]
pub(crate) fn prefixed_u16<K: Copy>(short: K) -> impl Fn(&[u8]) -> Parsed<'_, &[u8], K> {
    move |input| {
        let Some((len, rest)) = input.split_first_chunk() else { return Err(fault(short, input)) };
        match rest.split_at_checked(usize::from(u16::from_be_bytes(*len))) {
            Some((bytes, rest)) => Ok((rest, bytes)),
            None => Err(fault(short, input)),
        }
    }
}

/// Whether one of `wanted` is among `bytes`: eight bytes at a time, for the short texts of protocol headers.
#[inline]
pub(crate) fn contains_any<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    let (words, tail) = bytes.as_chunks_8();
    let mut hit = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        for byte in wanted {
            let zero = word ^ ONES.wrapping_mul(u64::from(byte));
            hit |= zero.wrapping_sub(ONES) & !zero & HIGHS;
        }
    }
    hit != 0 || tail.iter().any(|byte| wanted.contains(byte))
}

/// Calls `found` with each place in `bytes` that has one of `wanted`, in order, until it answers an error.
#[inline]
pub(crate) fn for_each_of<const N: usize, E>(
    bytes: &[u8],
    wanted: [u8; N],
    mut found: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    const LOWS: u64 = u64::from_le_bytes([0x7F; 8]);
    let (words, tail) = bytes.as_chunks_8();
    let mut start: usize = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let mut hits = 0;
        for byte in wanted {
            // The high bit of each byte that is `byte`, exactly.
            let zero = word ^ u64::from_le_bytes([byte; 8]);
            hits |= !((zero & LOWS).wrapping_add(LOWS) | zero | LOWS);
        }
        while hits != 0 {
            found(start.saturating_add(usize::try_from(hits.trailing_zeros() / 8).unwrap_or_default()))?;
            hits &= hits.wrapping_sub(1);
        }
        start = start.saturating_add(8);
    }
    for byte in tail {
        if wanted.contains(byte) {
            found(start)?;
        }
        start = start.saturating_add(1);
    }
    Ok(())
}

/// `slice::as_chunks::<8>` for compilers before 1.88.
trait AsChunks {
    fn as_chunks_8(&self) -> (impl Iterator<Item = &[u8; 8]>, &[u8]);
}

impl AsChunks for [u8] {
    #[inline]
    fn as_chunks_8(&self) -> (impl Iterator<Item = &[u8; 8]>, &[u8]) {
        let chunks = self.chunks_exact(8);
        let tail = chunks.remainder();
        (chunks.filter_map(|chunk| chunk.first_chunk()), tail)
    }
}
