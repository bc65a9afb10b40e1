//! What is in no log.

use core::fmt;

/// Bytes that a peer authenticates by: of them `Debug` and `Serialize` say only how many there are. Who needs them reads
/// the field; that they come into a file by accident would be worse.
pub(crate) struct Hidden<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Hidden<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

/// Serializes a field that holds a secret, perhaps.
#[cfg(all(feature = "serde", feature = "mqtt"))]
pub(crate) fn serialize<S: serde::Serializer>(secret: &Option<&[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&secret.map(Hidden), serializer)
}
