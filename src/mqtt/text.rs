//! UTF-8 encoded strings (§1.5.3, 5.0: §1.5.4) and topics, read and checked.

use super::{EncodeError, ErrorKind, Field};
use crate::read::{Fault, Parsed, prefixed_u16};
use crate::scan;
use crate::write::Writer;

type Check = Result<(), (ErrorKind, usize)>;

/// Reads a string that is a topic name: no wildcards either. Whether it may be empty, the caller knows.
#[inline]
pub(super) fn topic_name(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, &str, ErrorKind> {
    move |input| {
        let (rest, bytes) = prefixed_u16(ErrorKind::Truncated(field))(input)?;
        match core::str::from_utf8(bytes) {
            Ok(text) if is_no_filter(bytes) => Ok((rest, text)),
            _ => Err(fault_in(bytes, field, no_wildcard, rest)),
        }
    }
}

/// Proves that there is a string, which will be read later.
#[inline]
pub(super) fn is_text(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, (), ErrorKind> {
    proof(field, scan::nul_or_not_ascii, no_nul)
}

/// Proves that there is a topic name, which will be read later.
#[inline]
pub(super) fn is_topic_name(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, (), ErrorKind> {
    proof(field, |word| scan::below_or_not_ascii(word, b'+' + 1), no_wildcard)
}

/// Proves a string: by `test` if that finds nothing, as in most, else byte by byte.
#[inline]
fn proof(
    field: Field,
    test: impl Fn(u64) -> u64,
    check: fn(&[u8], Field) -> Check,
) -> impl Fn(&[u8]) -> Parsed<'_, (), ErrorKind> {
    move |input| {
        let (rest, bytes) = prefixed_u16(ErrorKind::Truncated(field))(input)?;
        if scan::any(bytes, &test) && utf8(bytes, field).and_then(|()| check(bytes, field)).is_err() {
            return Err(fault_in(bytes, field, check, rest));
        }
        Ok((rest, ()))
    }
}

/// What is wrong with a string that is known to be wrong.
#[cold]
pub(super) fn fault_in(
    bytes: &[u8],
    field: Field,
    check: fn(&[u8], Field) -> Check,
    rest: &[u8],
) -> nom::Err<Fault<ErrorKind>> {
    let wrong = utf8(bytes, field).and_then(|()| check(bytes, field));
    let (kind, at) = wrong.err().unwrap_or((ErrorKind::Utf8(field), 0));
    let left = rest.len().saturating_add(bytes.len().saturating_sub(at));
    nom::Err::Error(Fault { kind, left })
}

fn utf8(bytes: &[u8], field: Field) -> Check {
    match core::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err((ErrorKind::Utf8(field), error.valid_up_to())),
    }
}

/// A test of a word: whether there is a wildcard.
#[inline]
const fn wildcards(word: u64) -> u64 {
    scan::either(word, b'+', b'#')
}

/// Whether there is neither U+0000 nor a wildcard.
#[inline]
fn is_no_filter(bytes: &[u8]) -> bool {
    // Letters, digits and the slash are all above the wildcards.
    !scan::any(bytes, |word| scan::below_or_not_ascii(word, b'+' + 1))
        || !scan::any(bytes, |word| scan::nul(word) | wildcards(word))
}

#[inline]
pub(super) fn no_nul(bytes: &[u8], field: Field) -> Check {
    if scan::any(bytes, scan::nul) {
        Err((ErrorKind::NulCharacter(field), position(bytes, |byte| byte == 0)))
    } else {
        Ok(())
    }
}

/// A topic name: no U+0000 and no wildcard. `[MQTT-3.3.2-2]`
#[inline]
pub(super) fn no_wildcard(bytes: &[u8], field: Field) -> Check {
    if is_no_filter(bytes) { Ok(()) } else { Err(wildcard_fault(bytes, field)) }
}

#[cold]
fn wildcard_fault(bytes: &[u8], field: Field) -> (ErrorKind, usize) {
    match no_nul(bytes, field) {
        Err(fault) => fault,
        Ok(()) => (ErrorKind::TopicWildcard(field), position(bytes, |byte| matches!(byte, b'+' | b'#'))),
    }
}

fn position(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| wanted(*byte)).unwrap_or_default()
}

/// Proves a topic filter, which will be read later.
#[inline]
pub(super) fn is_filter(shared: bool) -> impl Fn(&[u8]) -> Parsed<'_, &[u8], ErrorKind> {
    move |input| {
        let (rest, bytes) = prefixed_u16(ErrorKind::Truncated(Field::TopicFilter))(input)?;
        let mut all = 0;
        let right = filter_words(bytes, shared, |word| all |= word).is_ok();
        if right && (all & scan::HIGHS == 0 || core::str::from_utf8(bytes).is_ok()) {
            return Ok((rest, bytes));
        }
        let check = if shared { |bytes: &_, _| filter(bytes, true) } else { |bytes: &_, _| filter(bytes, false) };
        Err(fault_in(bytes, Field::TopicFilter, check, rest))
    }
}

/// A topic filter: not empty, no U+0000, each wildcard alone in its level, `#` last; in 5.0 a shared subscription's
/// parts. `[MQTT-4.7.1-2]` `[MQTT-4.7.1-3]` `[MQTT-4.7.3-1]`; 5.0 `[MQTT-4.7.1-1]` `[MQTT-4.7.1-2]` `[MQTT-4.8.2-1]`
/// `[MQTT-4.8.2-2]`
#[inline]
pub(super) fn filter(bytes: &[u8], shared: bool) -> Check {
    filter_words(bytes, shared, |_| {})
}

/// The same, and shows each word that has something unusual to `see`.
#[inline]
fn filter_words(bytes: &[u8], shared: bool, mut see: impl FnMut(u64)) -> Check {
    if bytes.is_empty() {
        return Err((ErrorKind::TopicEmpty(Field::TopicFilter), 0));
    }
    let test = |word| {
        // Letters, digits and the slash are all above the wildcards.
        if scan::below_or_not_ascii(word, b'+' + 1) == 0 {
            return 0;
        }
        see(word);
        scan::each_of(word, b'+', b'#') | scan::each_nul(word)
    };
    scan::each(bytes, test, |at| wildcard(bytes, at))?;
    if shared && bytes.first() == Some(&b'$') { share(bytes) } else { Ok(()) }
}

/// Whether the wildcard at `at` stands alone in its level, and `#` last; U+0000 stands nowhere.
#[inline]
fn wildcard(bytes: &[u8], at: usize) -> Check {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let after = bytes.get(at.saturating_add(1));
    let alone = matches!(before, None | Some(b'/'));
    match bytes.get(at) {
        Some(b'+') if alone && matches!(after, None | Some(b'/')) => Ok(()),
        Some(b'#') if alone && after.is_none() => Ok(()),
        Some(0) => Err((ErrorKind::NulCharacter(Field::TopicFilter), at)),
        _ => Err((ErrorKind::TopicFilter, level_start(bytes, at))),
    }
}

/// Where the level begins that has the byte at `at`.
#[cold]
fn level_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash.saturating_add(1))
}

/// `$share/{share name}/{filter}`.
fn share(bytes: &[u8]) -> Check {
    // `$share` alone is an ordinary filter.
    let Some(rest) = bytes.strip_prefix(b"$share/") else { return Ok(()) };
    let name = rest.split(|byte| *byte == b'/').next().unwrap_or_default();
    let filter = rest.get(name.len().saturating_add(1)..).unwrap_or_default();
    if name.is_empty() || name.iter().any(|byte| matches!(byte, b'+' | b'#')) || filter.is_empty() {
        return Err((ErrorKind::SharedSubscription, b"$share/".len()));
    }
    Ok(())
}

/// Whether a field can be sent, as long as its length can say; and the bytes that it takes.
#[inline]
pub(super) const fn sendable(bytes: &[u8], field: Field) -> Result<usize, EncodeError> {
    if bytes.len() > 0xFFFF { Err(EncodeError::TooLong(field)) } else { Ok(prefixed_len(bytes)) }
}

/// Whether a string can be sent: as long as its length can say, without U+0000; and the bytes that it takes.
#[inline]
pub(super) fn sendable_text(text: &str, field: Field) -> Result<usize, EncodeError> {
    let len = sendable(text.as_bytes(), field)?;
    if scan::any(text.as_bytes(), scan::nul) {
        return Err(ErrorKind::NulCharacter(field).into());
    }
    Ok(len)
}

/// Bytes that a string or binary data take on the wire.
#[inline]
pub(super) const fn prefixed_len(bytes: &[u8]) -> usize {
    // No slice is longer than half of the address space.
    bytes.len().wrapping_add(2)
}

/// Puts a string or binary data behind its length. [`sendable`] was asked before.
#[inline]
pub(super) fn put_prefixed(bytes: &[u8], out: &mut Writer<'_>) {
    out.put_behind_length(bytes);
}
