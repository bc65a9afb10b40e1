//! What the laws need to know of a protocol. A protocol joins them by one `impl`.

use core::fmt::Debug;

use fourwire::Full;

use super::strict::Strict;

/// A decoder of one protocol and the units that it cuts a stream into.
pub trait Protocol {
    /// A decoder, in the middle of a stream.
    type Decoder: Clone;
    /// One unit on the wire.
    type Unit<'i>: Copy + Debug;
    /// What is wrong with bytes.
    type Kind: Copy + PartialEq + Debug;

    /// The decoder's own verb; an error as its kind and its offset.
    #[expect(clippy::type_complexity, reason = "it is the shape of every decoder")]
    fn decode<'i>(
        decoder: &mut Self::Decoder,
        input: &'i [u8],
    ) -> Result<Option<(Self::Unit<'i>, usize)>, (Self::Kind, usize)>;

    /// Whether two units are equal, wherever they were read from.
    fn same(one: &Self::Unit<'_>, other: &Self::Unit<'_>) -> bool;

    /// How many bytes the unit takes, as the decoder's version writes it.
    fn encoded_len(decoder: &Self::Decoder, unit: &Self::Unit<'_>) -> usize;

    /// Writes the unit. `None` if the encoder refuses it, `Some(Err(Full))` if there was no room.
    fn encode(decoder: &Self::Decoder, unit: &Self::Unit<'_>, out: &mut Strict) -> Option<Result<(), Full>>;
}
