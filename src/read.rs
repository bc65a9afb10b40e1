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

// What was validated is read again without an error to tell: `None` only where the bytes end.

/// Takes the next `N` bytes.
#[inline]
pub(crate) fn next_chunk<'i, const N: usize>(input: &mut &'i [u8]) -> Option<&'i [u8; N]> {
    let (chunk, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(chunk)
}

/// Takes the next byte.
#[inline]
pub(crate) fn next_u8(input: &mut &[u8]) -> Option<u8> {
    next_chunk(input).map(|[byte]| *byte)
}

/// Takes the bytes behind their own length in two bytes.
#[inline]
pub(crate) fn next_prefixed_u16<'i>(input: &mut &'i [u8]) -> Option<&'i [u8]> {
    let (len, rest) = input.split_first_chunk()?;
    let (bytes, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    *input = rest;
    Some(bytes)
}

/// The same for text.
#[inline]
pub(crate) fn next_text_u16<'i>(input: &mut &'i [u8]) -> Option<&'i str> {
    core::str::from_utf8(next_prefixed_u16(input)?).ok()
}
