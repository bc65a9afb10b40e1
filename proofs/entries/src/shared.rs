//! What the protocols share: outputs, time, and lists, of which each protocol has its own.

use core::fmt::{Display, Formatter, Result as Written};
use core::time::Duration;

use fourwire::{Full, Instant, Output};

use crate::{Any, Slice, entries};

/// The entries of a list of these items. A list is decoded or written: the compiler does not know which.
#[macro_export]
macro_rules! list {
    ($a:lifetime, $item:ty) => {
        $crate::entries! {
            fourwire::List = List<$a, $item> {
                fn new<$a>(items: &$a [$item]) -> List<$a, $item>;
                fn is_empty<$a>(list: &List<$a, $item>) -> bool;
                fn wire<$a>(list: &List<$a, $item>) -> Option<&$a [u8]>;
                fn iter<$a>(list: &List<$a, $item>) for $item;
                fn len<$a>(list: &List<$a, $item>) -> usize;
            }
            fourwire::List: Default = List<$a, $item> {
                fn default<$a>() -> List<$a, $item>;
            }
            fourwire::List: From<_> = List<$a, $item> {
                fn from<$a>(items: &$a [$item]) -> List<$a, $item>;
                fn from<$a>(items: &$a [$item; 3]) -> List<$a, $item>;
            }
            fourwire::List: IntoIterator = List<$a, $item> {
                fn into_iter<$a>(list: List<$a, $item>) -> ListIter<$a, $item>;
            }
            fourwire::List: IntoIterator = &List<$a, $item> {
                fn into_iter<$a>(list: &List<$a, $item>) -> ListIter<$a, $item>;
            }
            fourwire::List: PartialEq = List<$a, $item> {
                fn eq<$a>(one: &List<$a, $item>, other: &List<$a, $item>) -> bool;
            }
            fourwire::ListIter: Iterator = ListIter<$a, $item> {
                fn next<$a>(iter: &mut ListIter<$a, $item>) -> Option<$item>;
            }
        }
    };
}

entries! {
    fourwire::Full: Display = Full {
        fn fmt(full: &Full, f: &mut Formatter<'_>) -> Written;
    }

    fourwire::SliceOutput = Slice<'_> {
        fn new(room: &mut [u8]) -> Slice<'_>;
        fn written<'b>(out: &'b Slice<'_>) -> &'b [u8];
        fn len(out: &Slice<'_>) -> usize;
        fn is_empty(out: &Slice<'_>) -> bool;
        fn clear(out: &mut Slice<'_>);
    }
    fourwire::SliceOutput: Output = Slice<'_> {
        fn space<'b>(out: &'b mut Slice<'_>, n: usize, payload: usize) -> Result<&'b mut [u8], Full>;
        fn put_payload(out: &mut Slice<'_>, bytes: &[u8]);
    }
    fourwire::Output = Any<'_> {
        fn space<'b>(out: &'b mut Any<'_>, n: usize, payload: usize) -> Result<&'b mut [u8], Full>;
        fn put_payload(out: &mut Any<'_>, bytes: &[u8]);
    }
    fourwire::Instant = Instant {
        fn from_micros(micros: u64) -> Instant;
        fn from_secs(secs: u64) -> Instant;
        fn from_elapsed(elapsed: Duration) -> Instant;
        fn as_micros(instant: Instant) -> u64;
        fn after(instant: Instant, span: Duration) -> Instant;
        fn since(instant: Instant, earlier: Instant) -> Duration;
    }
}

#[cfg(feature = "alloc")]
type Bytes = alloc::vec::Vec<u8>;

#[cfg(feature = "alloc")]
entries! {
    fourwire::Output = Bytes {
        fn space<'b>(out: &'b mut Bytes, n: usize, payload: usize) -> Result<&'b mut [u8], Full>;
        fn put_payload(out: &mut Bytes, bytes: &[u8]);
    }
}
