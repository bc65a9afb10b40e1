//! Laws 1 to 5 for any decoder.

use super::protocol::Protocol;
use super::script::Xorshift;
use super::strict::Strict;

/// Up to this length every prefix is tried; of more bytes the first, the last, and some between.
const EVERY_PREFIX: usize = 192;

/// Laws 1 and 5: no panic; no more is consumed than was given, and something is; an error's offset is within the input;
/// of each unit every prefix is incomplete, or has the error that the whole has; what is behind a unit does not matter.
pub fn any_bytes<P: Protocol>(decoder: &P::Decoder, bytes: &[u8]) {
    let mut decoder = decoder.clone();
    let mut rest = bytes;
    loop {
        let before = decoder.clone();
        let whole = P::decode(&mut decoder, rest);
        let end = match &whole {
            Ok(Some((_, used))) => {
                assert!(*used > 0, "no progress");
                assert!(*used <= rest.len(), "consumed {used} of {}", rest.len());
                *used
            }
            Ok(None) => rest.len(),
            Err((kind, offset)) => {
                assert!(*offset <= rest.len(), "{kind:?} at {offset} of {}", rest.len());
                rest.len()
            }
        };
        let mut failed = false;
        for at in prefixes(end) {
            match (P::decode(&mut before.clone(), &rest[..at]), &whole) {
                (Ok(None), _) => assert!(!failed, "an error at fewer than {at} bytes is none here"),
                (Err(seen), Err(error)) => {
                    assert_eq!(seen, *error, "{at} bytes");
                    failed = true;
                }
                (seen, _) => panic!("{at} of {end} bytes: {seen:?}, and the whole: {whole:?}"),
            }
        }
        let Ok(Some((unit, used))) = whole else { return };
        match P::decode(&mut before.clone(), &rest[..used]) {
            Ok(Some((alone, same))) if same == used && P::same(&alone, &unit) => {}
            other => panic!("alone: {other:?}, with more behind it: {unit:?}"),
        }
        rest = &rest[used..];
    }
}

/// Proper prefixes of `len` bytes, in order.
fn prefixes(len: usize) -> impl Iterator<Item = usize> {
    let step = if len <= EVERY_PREFIX { 1 } else { len / 64 };
    (0..len).filter(move |at| *at < 32 || len - at < 8 || at % step == 0)
}

/// Where a stream stopped: at a unit that is not whole, or at an error.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct End<K> {
    pub offset: usize,
    pub error: Option<(K, usize)>,
}

/// All units of a stream with their offsets, and where it stopped; offsets count from the stream's start.
pub type Units<'i, P> = (Vec<(usize, <P as Protocol>::Unit<'i>)>, End<<P as Protocol>::Kind>);

/// Decodes a stream that is there whole.
pub fn units<'i, P: Protocol>(decoder: &P::Decoder, bytes: &'i [u8]) -> Units<'i, P> {
    pieces::<P>(decoder, bytes, core::iter::once(bytes.len()))
}

/// The same, with the stream arriving in pieces of these sizes.
fn pieces<'i, P: Protocol>(decoder: &P::Decoder, bytes: &'i [u8], sizes: impl Iterator<Item = usize>) -> Units<'i, P> {
    let mut decoder = decoder.clone();
    let mut units = Vec::new();
    let (mut start, mut there) = (0, 0);
    for size in sizes {
        there = bytes.len().min(there + size);
        loop {
            match P::decode(&mut decoder, &bytes[start..there]) {
                Ok(Some((unit, used))) => {
                    units.push((start, unit));
                    start += used;
                }
                Ok(None) => break,
                Err((kind, offset)) => return (units, End { offset: start, error: Some((kind, start + offset)) }),
            }
        }
        if there == bytes.len() {
            break;
        }
    }
    (units, End { offset: start, error: None })
}

/// Law 1: pieces of any size give the same units, and the same error at the same offset of the stream.
pub fn chunked<P: Protocol>(decoder: &P::Decoder, bytes: &[u8]) {
    let mut dice = Xorshift::new(seed(bytes));
    let largest = 1 + dice.below(40);
    chunked_by::<P>(decoder, bytes, core::iter::repeat_with(move || 1 + dice.below(largest)));
}

/// Of the same bytes the same dice.
pub fn seed(bytes: &[u8]) -> u64 {
    bytes.iter().fold(7, |seed, byte| seed.wrapping_mul(31) ^ u64::from(*byte))
}

/// The same with pieces of these sizes, the last of which is the rest.
pub fn chunked_by<P: Protocol>(decoder: &P::Decoder, bytes: &[u8], sizes: impl IntoIterator<Item = usize>) {
    let (whole, end) = units::<P>(decoder, bytes);
    let (cut, cut_end) = pieces::<P>(decoder, bytes, sizes.into_iter().chain([bytes.len()]));
    assert_eq!(cut_end, end, "{} units, {} in pieces", whole.len(), cut.len());
    assert_eq!(whole.len(), cut.len());
    for ((at, unit), (cut_at, cut)) in whole.iter().zip(&cut) {
        assert_eq!(at, cut_at);
        assert!(P::same(unit, cut), "byte {at}: {unit:?}, in pieces {cut:?}");
    }
}

/// Laws 3 and 4: what was decoded is encoded, in as many bytes as was said, and decodes to the same; and the encoder's
/// own bytes come out again.
pub fn round_trip<P: Protocol>(decoder: &P::Decoder, bytes: &[u8]) {
    let mut decoder = decoder.clone();
    let mut rest = bytes;
    // Each is read again where it was read first: some can only be at the beginning.
    let mut before = decoder.clone();
    while let Ok(Some((unit, used))) = P::decode(&mut decoder, rest) {
        rest = &rest[used..];
        let Some(first) = encodes::<P>(&decoder, &unit) else { panic!("decoded, but not encoded: {unit:?}") };
        match P::decode(&mut before, &first) {
            Ok(Some((again, len))) if len == first.len() && P::same(&again, &unit) => {
                assert_eq!(encodes::<P>(&decoder, &again).as_deref(), Some(&first[..]), "{unit:?}");
            }
            other => panic!("{unit:?} comes back as {other:?}"),
        }
        before = decoder.clone();
    }
}

/// Law 4: encodes a unit, or sees that it is refused. All space that was asked for is written over, and nothing else; a
/// refusal writes nothing; one byte of room too few is `Full`, and writes nothing either.
pub fn encodes<P: Protocol>(decoder: &P::Decoder, unit: &P::Unit<'_>) -> Option<Vec<u8>> {
    let len = P::encoded_len(decoder, unit);
    let mut out = Strict::new();
    match P::encode(decoder, unit, &mut out) {
        None => {
            assert_eq!(out.bytes, [0_u8; 0], "refused, but written: {unit:?}");
            return None;
        }
        Some(Err(_)) => panic!("there was room: {unit:?}"),
        Some(Ok(())) => {}
    }
    assert_eq!((out.bytes.len(), out.owed()), (len, 0), "encoded_len is not exact: {unit:?}");
    let mut other = Strict::filled(0x5A);
    assert!(matches!(P::encode(decoder, unit, &mut other), Some(Ok(()))));
    assert_eq!(other.bytes, out.bytes, "space is left as it was: {unit:?}");
    let mut small = Strict::with_room(len - 1);
    assert!(matches!(P::encode(decoder, unit, &mut small), Some(Err(_))), "{len} bytes fit into one less: {unit:?}");
    assert_eq!(small.bytes, [0_u8; 0], "full, but written: {unit:?}");
    let mut exact = Strict::with_room(len);
    assert!(matches!(P::encode(decoder, unit, &mut exact), Some(Ok(()))), "{len} bytes do not fit: {unit:?}");
    assert_eq!(exact.bytes, out.bytes);
    Some(out.bytes)
}
