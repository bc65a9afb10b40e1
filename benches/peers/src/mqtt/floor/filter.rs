//! Topic filters and the list of them.

use super::error::{Error, Kind};
use super::reader::Reader;

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Filter<'a> {
    pub filter: &'a str,
    pub options: u8,
}

/// Filters with their options, proved.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Filters<'a> {
    bytes: &'a [u8],
}

impl<'a> Filters<'a> {
    pub fn iter(self) -> impl Iterator<Item = Filter<'a>> {
        let mut left = Reader::new(self.bytes, self.bytes.len());
        std::iter::from_fn(move || {
            let bytes = left.bytes().ok()?;
            let filter = left.utf8(bytes).ok()?;
            Some(Filter { filter, options: left.u8().ok()? })
        })
    }

    /// Reads all that is left.
    #[inline(never)]
    pub(super) fn read(input: Reader<'a>, v5: bool) -> Result<Self, Error> {
        let mut left = input;
        if left.rest.is_empty() {
            return Err(left.error(Kind::NoFilter));
        }
        while !left.rest.is_empty() {
            let filter = left.bytes()?;
            let shared = v5 && filter.starts_with(b"$") && is_shared(filter);
            if let Some(kind) = fault(filter).or_else(|| if shared { share_fault(filter) } else { None }) {
                return Err(left.error_in(filter, kind));
            }
            let options = left.u8()?;
            if !options_are_good(options, v5, shared) {
                return Err(Error { kind: Kind::SubscriptionOptions, offset: left.offset() - 1 });
            }
        }
        Ok(Self { bytes: input.rest })
    }
}

#[inline]
fn options_are_good(options: u8, v5: bool, shared: bool) -> bool {
    if v5 {
        options & 0xc0 == 0 && options & 3 != 3 && options & 0x30 != 0x30 && !(shared && options & 4 != 0)
    } else {
        options <= 2
    }
}

/// Whether a filter and its options can be sent.
#[inline]
pub(super) fn is_good(filter: &[u8], options: u8, v5: bool) -> bool {
    let shared = v5 && filter.starts_with(b"$") && is_shared(filter);
    fault(filter).is_none() && !(shared && share_fault(filter).is_some()) && options_are_good(options, v5, shared)
}

/// What is wrong with a topic filter.
#[inline]
fn fault(filter: &[u8]) -> Option<Kind> {
    if filter.is_empty() {
        return Some(Kind::TopicFilter);
    }
    let mut ascii = true;
    for (i, &byte) in filter.iter().enumerate() {
        // Letters, digits and the slash lie between.
        if !(b'+' + 1..0x80).contains(&byte) {
            let first = i == 0 || filter[i - 1] == b'/';
            match byte {
                0 => return Some(Kind::Nul),
                b'#' if !first || i + 1 != filter.len() => return Some(Kind::TopicFilter),
                b'+' if !first || filter.get(i + 1).is_some_and(|&b| b != b'/') => return Some(Kind::TopicFilter),
                0x80.. => ascii = false,
                _ => {}
            }
        }
    }
    (!ascii && std::str::from_utf8(filter).is_err()).then_some(Kind::Utf8)
}

#[cold]
fn is_shared(filter: &[u8]) -> bool {
    filter == b"$share" || filter.starts_with(b"$share/")
}

/// What is wrong with a shared subscription: `$share/name/filter`.
#[cold]
fn share_fault(filter: &[u8]) -> Option<Kind> {
    let rest = filter.strip_prefix(b"$share/").unwrap_or_default();
    let mut parts = rest.splitn(2, |&b| b == b'/');
    let (name, filter) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let good = !name.is_empty() && !filter.is_empty() && !name.contains(&b'+') && !name.contains(&b'#');
    (!good).then_some(Kind::SharedSubscription)
}
