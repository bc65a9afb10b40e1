//! Enhanced authentication: the method of the CONNECT is that of every AUTH. (5.0 §4.12)

use crate::mqtt::Properties;

/// The authentication method of a connection, as a hash: no memory is needed to compare it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Method(Option<u64>);

impl Method {
    pub(super) const NONE: Self = Self(None);

    /// The method that the properties name.
    pub(super) fn of(properties: &Properties<'_>) -> Self {
        Self(properties.authentication_method().map(fnv))
    }

    /// Whether the properties name this method, or none if there is none. `[MQTT-4.12.0-5]` `[MQTT-4.12.0-6]`
    pub(super) fn is_that_of(self, properties: &Properties<'_>) -> bool {
        self == Self::of(properties)
    }

    pub(super) const fn is_some(self) -> bool {
        self.0.is_some()
    }
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}
