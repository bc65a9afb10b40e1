//! Time as an argument.

use core::time::Duration;

/// A point on a monotonic clock of the caller's choice, in microseconds since any fixed moment.
///
/// The machines have no clock; every call that depends on time takes `now`.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use fourwire::Instant;
/// let start = std::time::Instant::now();
/// let now = || Instant::from_elapsed(start.elapsed());
/// assert!(now() <= now());
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The moment from which the clock counts.
    pub const ZERO: Self = Self(0);

    /// The moment `micros` microseconds after [`ZERO`](Self::ZERO).
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The moment `secs` seconds after [`ZERO`](Self::ZERO).
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The moment `elapsed` after [`ZERO`](Self::ZERO).
    pub const fn from_elapsed(elapsed: Duration) -> Self {
        Self::ZERO.after(elapsed)
    }

    /// Microseconds since [`ZERO`](Self::ZERO).
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// This moment and `span` more, at most the end of the clock.
    #[must_use]
    pub const fn after(self, span: Duration) -> Self {
        let micros = span.as_secs().saturating_mul(1_000_000).saturating_add(span.subsec_micros() as u64);
        Self(self.0.saturating_add(micros))
    }

    /// The span from `earlier` to this moment; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}
