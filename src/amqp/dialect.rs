//! What letters mean in tables.

use super::Limits;
use crate::list::Spelling;

const SPECIFICATION: u32 = 0x80;
/// It is in a content header: what is nested too deep was not proved.
const TOLERATED: u32 = 0x40;

/// Which letter stands for which type in field tables and arrays.
///
/// The printed specification and what servers and clients do have come apart, before either was in wide use. Everybody
/// speaks RabbitMQ's dialect, which was Qpid's before. The specification's is for peers that keep to its letters.
///
/// | letter | RabbitMQ | specification |
/// |---|---|---|
/// | `s` | [`I16`](super::Value::I16) | [`ShortStr`](super::Value::ShortStr) |
/// | `U` | read as `s` | [`I16`](super::Value::I16) |
/// | `l` | [`I64`](super::Value::I64) | [`U64`](super::Value::U64) |
/// | `L` | read as `l` | [`I64`](super::Value::I64) |
/// | `x` | [`Bytes`](super::Value::Bytes) | nothing |
///
/// All others are the same. A table knows its dialect: set it in [`Config`](super::Config), or with
/// [`Decoder::with_dialect`](super::Decoder::with_dialect), and for tables that you write with
/// [`Table::in_dialect`](super::Table::in_dialect).
///
/// ```
/// use fourwire::amqp::{Decoder, Dialect, Entry, Frame, Table, Value, queue};
///
/// let entries = [Entry::new("x-overflow", Value::ShortStr("reject-publish".into()))];
/// let arguments = Table::in_dialect(&entries, Dialect::Specification);
/// let declare = queue::Declare { arguments, ..queue::Declare::default() };
/// let (frame, mut out) = (Frame::Method(1, declare.into()), Vec::new());
/// frame.encode(0, &mut out)?;
/// let mut decoder = Decoder::new().with_dialect(Dialect::Specification);
/// assert_eq!(decoder.decode(&out), Ok(Some((frame, out.len()))));
/// # Ok::<(), fourwire::amqp::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Dialect {
    /// RabbitMQ's, and nearly everybody's.
    #[default]
    RabbitMq,
    /// The specification's. (§4.2.1, field-value)
    Specification,
}

impl Dialect {
    /// The number by which lists know it. The lower bits count how deep a list is nested.
    pub(super) const fn spelling(self) -> Spelling {
        match self {
            Self::RabbitMq => Spelling::USUAL,
            Self::Specification => Spelling(SPECIFICATION),
        }
    }

    #[inline]
    pub(super) const fn of(spelling: Spelling) -> Self {
        if spelling.0 & SPECIFICATION == 0 { Self::RabbitMq } else { Self::Specification }
    }

    /// That of what is nested in a list of this one, if it is not too deep.
    #[inline]
    pub(super) const fn deeper(spelling: Spelling) -> Option<Spelling> {
        let inner = spelling.0.wrapping_add(1);
        if inner & !(SPECIFICATION | TOLERATED) < Limits::MAX_DEPTH as u32 { Some(Spelling(inner)) } else { None }
    }

    /// That of a list whose nested parts may be anything.
    pub(super) const fn tolerated(self) -> Spelling {
        Spelling(self.spelling().0 | TOLERATED)
    }

    pub(super) const fn is_tolerated(spelling: Spelling) -> bool {
        spelling.0 & TOLERATED != 0
    }
}
