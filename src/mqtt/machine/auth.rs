//! Enhanced authentication: the method of the CONNECT is that of every AUTH. (5.0 §4.12)

use crate::mqtt::Properties;

/// The authentication method of a connection, as a hash, so that no memory is needed to compare it; 0 is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Method(u64);

impl Method {
    pub(super) const NONE: Self = Self(0);

    /// The method that the properties name.
    pub(super) fn of(properties: &Properties<'_>) -> Self {
        Self(properties.authentication_method().map_or(0, |method| fnv(method).max(1)))
    }

    /// Whether the properties name this method, or none if there is none. `[MQTT-4.12.0-5]` `[MQTT-4.12.0-6]`
    pub(super) fn is_that_of(self, properties: &Properties<'_>) -> bool {
        self == Self::of(properties)
    }

    pub(super) const fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}
