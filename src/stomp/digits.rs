//! Numbers in digits.

#[cfg(feature = "alloc")]
use super::Text;

/// A number in digits, at the end of the room.
pub(super) struct Digits {
    room: [u8; 20],
    start: usize,
}

impl Digits {
    #[inline]
    pub(super) fn of(mut number: u64) -> Self {
        let mut digits = Self { room: [b'0'; 20], start: 20 };
        loop {
            digits.start = digits.start.saturating_sub(1);
            if let Some(place) = digits.room.get_mut(digits.start) {
                *place = b'0' | u8::try_from(number % 10).unwrap_or_default();
            }
            number /= 10;
            if number == 0 {
                return digits;
            }
        }
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.room.get(self.start..).unwrap_or_default()
    }

    #[cfg(feature = "alloc")]
    pub(super) fn text(&self) -> Text<'_> {
        Text::new(self.as_bytes())
    }
}

#[cfg(feature = "alloc")]
/// The number that these digits are, as [`Digits`] writes it.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.first() == Some(&b'0') {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.is_ascii_digit().then_some(digit & 0x0F)?;
        sum.checked_mul(10)?.checked_add(digit.into())
    })
}
