//! Heart-beats. (1.1 and 1.2, Heart-beating)

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use super::Violation;
use crate::stomp::Text;

/// The heart-beats that one end can send, and wants. In milliseconds on the wire; 0 is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct HeartBeat {
    /// It can send something at least this often.
    pub sends: Duration,
    /// It wants something at least this often.
    pub wants: Duration,
}

impl HeartBeat {
    /// None, in either direction.
    pub const NONE: Self = Self { sends: Duration::ZERO, wants: Duration::ZERO };

    /// Something every so often, in both directions.
    pub const fn every(span: Duration) -> Self {
        Self { sends: span, wants: span }
    }

    /// As it can be said: in whole milliseconds. What is less than one is none only if it was none.
    pub(super) fn rounded(self) -> Self {
        let round = |span: Duration| {
            Duration::from_millis(u64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX))
        };
        Self { sends: round(self.sends), wants: round(self.wants) }
    }

    /// The value of the header.
    pub(super) fn text(self) -> String {
        let Self { sends, wants } = self.rounded();
        format!("{},{}", sends.as_millis(), wants.as_millis())
    }

    /// How often this end sends, if it is connected to `other`. Zero: not at all.
    pub(super) fn agreed(self, other: Self) -> Duration {
        if self.sends.is_zero() || other.wants.is_zero() { Duration::ZERO } else { self.sends.max(other.wants) }
    }

    /// What a `heart-beat` says. Without one nothing is sent or wanted.
    pub(super) fn read(value: Option<Text<'_>>) -> Result<Self, Violation> {
        let Some(value) = value else { return Ok(Self::NONE) };
        let mut numbers = [0_u64; 2];
        let (mut place, mut digits) = (0_usize, 0_u32);
        for byte in value.chunks().flatten() {
            match (byte, numbers.get_mut(place)) {
                (b'0'..=b'9', Some(number)) => {
                    *number = number.saturating_mul(10).saturating_add(u64::from(byte & 0x0F));
                    digits = digits.saturating_add(1);
                }
                (b',', _) if place == 0 && digits > 0 => (place, digits) = (1, 0),
                _ => return Err(Violation::HeartBeat),
            }
        }
        if place == 0 || digits == 0 {
            return Err(Violation::HeartBeat);
        }
        let [sends, wants] = numbers.map(Duration::from_millis);
        Ok(Self { sends, wants })
    }
}

impl Default for HeartBeat {
    fn default() -> Self {
        Self::every(Duration::from_secs(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let read = |value: &str| HeartBeat::read(Some(value.into()));
        let millis = Duration::from_millis;
        assert_eq!(read("0,0"), Ok(HeartBeat::NONE));
        assert_eq!(read("5000,10"), Ok(HeartBeat { sends: millis(5000), wants: millis(10) }));
        for wrong in ["", ",", "1", "1,", ",1", "1,2,3", "1, 2", "-1,2", "1.5,2"] {
            assert_eq!(read(wrong), Err(Violation::HeartBeat), "{wrong}");
        }
        assert!(read("99999999999999999999999,1").is_ok_and(|beat| beat.sends > Duration::from_secs(1 << 40)));
    }

    #[test]
    fn the_slower_of_the_two() {
        let beat =
            |sends, wants| HeartBeat { sends: Duration::from_millis(sends), wants: Duration::from_millis(wants) };
        assert_eq!(beat(10, 0).agreed(beat(0, 20)), Duration::from_millis(20));
        assert_eq!(beat(30, 0).agreed(beat(0, 20)), Duration::from_millis(30));
        assert_eq!(beat(0, 10).agreed(beat(0, 20)), Duration::ZERO);
        assert_eq!(beat(10, 10).agreed(beat(5, 0)), Duration::ZERO);
    }
}
