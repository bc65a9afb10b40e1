//! UTF-8 encoded strings (§1.5.3, 5.0: §1.5.4) and topics, read and checked.

use super::{EncodeError, ErrorKind, Field};
use crate::read::{Fault, Parsed, contains_any, for_each_of, prefixed_u16};
use crate::write::Writer;

type Check = Result<(), (ErrorKind, usize)>;

/// Reads a string: well-formed UTF-8 without U+0000.
#[inline]
pub(super) fn text(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, &str, ErrorKind> {
    checked(field, move |bytes| no_nul(bytes, field))
}

/// Reads a string that is a topic name: no wildcards either. Whether it may be empty, the caller knows.
#[inline]
pub(super) fn topic_name(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, &str, ErrorKind> {
    checked(field, move |bytes| no_wildcard(bytes, field))
}

/// Reads a string, and passes it to `check` once it is known to be UTF-8.
#[inline]
pub(super) fn checked(field: Field, check: impl Fn(&[u8]) -> Check) -> impl Fn(&[u8]) -> Parsed<'_, &str, ErrorKind> {
    move |input| {
        let (rest, bytes) = prefixed_u16(ErrorKind::Truncated(field))(input)?;
        match utf8(bytes, field).and_then(|text| check(bytes).map(|()| text)) {
            Ok(text) => Ok((rest, text)),
            Err((kind, at)) => {
                let left = rest.len().saturating_add(bytes.len().saturating_sub(at));
                Err(nom::Err::Error(Fault { kind, left }))
            }
        }
    }
}

#[inline]
fn utf8(bytes: &[u8], field: Field) -> Result<&str, (ErrorKind, usize)> {
    core::str::from_utf8(bytes).map_err(|error| (ErrorKind::Utf8(field), error.valid_up_to()))
}

/// Binary data behind its length. (5.0 §1.5.6)
#[inline]
pub(super) fn binary(field: Field) -> impl Fn(&[u8]) -> Parsed<'_, &[u8], ErrorKind> {
    prefixed_u16(ErrorKind::Truncated(field))
}

#[inline]
pub(super) fn no_nul(bytes: &[u8], field: Field) -> Check {
    if contains_any(bytes, [0]) {
        Err((ErrorKind::NulCharacter(field), position(bytes, |byte| byte == 0)))
    } else {
        Ok(())
    }
}

/// A topic name: no U+0000 and no wildcard. `[MQTT-3.3.2-2]`
#[inline]
pub(super) fn no_wildcard(bytes: &[u8], field: Field) -> Check {
    if contains_any(bytes, [0, b'+', b'#']) { Err(wildcard_fault(bytes, field)) } else { Ok(()) }
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

/// A topic filter: not empty, no U+0000, each wildcard alone in its level, `#` last; in 5.0 a shared subscription's
/// parts. `[MQTT-4.7.1-2]` `[MQTT-4.7.1-3]` `[MQTT-4.7.3-1]`; 5.0 `[MQTT-4.7.1-1]` `[MQTT-4.7.1-2]` `[MQTT-4.8.2-1]`
/// `[MQTT-4.8.2-2]`
#[inline]
pub(super) fn filter(bytes: &[u8], shared: bool) -> Check {
    if bytes.is_empty() {
        return Err((ErrorKind::TopicEmpty(Field::TopicFilter), 0));
    }
    for_each_of(bytes, [0, b'+', b'#'], |at| wildcard(bytes, at))?;
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

/// Whether a field can be sent: as long as its length can say.
#[inline]
pub(super) const fn sendable(bytes: &[u8], field: Field) -> Result<(), EncodeError> {
    if bytes.len() > 0xFFFF { Err(EncodeError::TooLong(field)) } else { Ok(()) }
}

/// Whether a string can be sent: as long as its length can say, without U+0000.
#[inline]
pub(super) fn sendable_text(text: &str, field: Field) -> Result<(), EncodeError> {
    sendable(text.as_bytes(), field)?;
    no_nul(text.as_bytes(), field).map_err(|(kind, _)| kind.into())
}

/// Bytes that a string or binary data take on the wire.
#[inline]
pub(super) const fn prefixed_len(bytes: &[u8]) -> usize {
    bytes.len().saturating_add(2)
}

/// Puts a string or binary data behind its length. [`sendable`] was asked before.
#[inline]
pub(super) fn put_prefixed(bytes: &[u8], out: &mut Writer<'_>) {
    let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.put(&len.to_be_bytes());
    out.put(bytes);
}
