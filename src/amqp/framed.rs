//! A codec for `tokio_util::codec::Framed`.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio_util::codec;

use super::{Decoder, Dialect, EncodeError, Frame, FrameBuf, Limits, Message};

/// A codec for `tokio_util::codec::Framed`: receiving yields a [`FrameBuf`] of shared memory, sending borrows.
///
/// It takes and writes frames of at most [`Limits::frame`] bytes: that of [`FRAME_MIN_SIZE`](Limits::FRAME_MIN_SIZE) until
/// both ends have agreed on more, which is for you to say with [`set_limits`](Self::set_limits).
#[derive(Clone, Debug)]
pub struct FrameCodec {
    decoder: Decoder,
}

impl FrameCodec {
    /// A codec for a connection that begins.
    pub fn new() -> Self {
        Self::with_limits(Limits { frame: Limits::FRAME_MIN_SIZE, ..Limits::default() })
    }

    /// A codec with other limits.
    pub const fn with_limits(limits: Limits) -> Self {
        Self { decoder: Decoder::with_limits(limits) }
    }

    /// The same, for tables in another dialect than RabbitMQ's.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.decoder = self.decoder.with_dialect(dialect);
        self
    }

    /// Sets other limits, from the next frame on, in both directions: when both ends have agreed on a `frame-max`.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.decoder.set_limits(limits);
    }

    /// The limits in use.
    pub const fn limits(&self) -> &Limits {
        self.decoder.limits()
    }
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl codec::Decoder for FrameCodec {
    type Item = FrameBuf<Bytes>;
    /// A [`DecodeError`](super::DecodeError) is the source of an error of the kind `InvalidData`.
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Self::Item>, Self::Error> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let Some((_, used)) = self.decoder.decode(input).map_err(invalid)? else { return Ok(None) };
        Ok(Some(FrameBuf::validated(input.split_to(used).freeze(), self.decoder.dialect())))
    }
}

impl codec::Encoder<Frame<'_>> for FrameCodec {
    type Error = io::Error;

    fn encode(&mut self, frame: Frame<'_>, out: &mut BytesMut) -> Result<(), Self::Error> {
        frame.encode(self.limits().frame, out).map_err(refused)
    }
}

impl codec::Encoder<(u16, Message<'_>)> for FrameCodec {
    type Error = io::Error;

    /// Writes all frames of a message on a channel, or none.
    fn encode(&mut self, (channel, message): (u16, Message<'_>), out: &mut BytesMut) -> Result<(), Self::Error> {
        message.encode(channel, self.limits().frame, out).map_err(refused)
    }
}

impl<B: AsRef<[u8]>> codec::Encoder<&FrameBuf<B>> for FrameCodec {
    type Error = io::Error;

    /// Writes the bytes as they are, if they are not too many.
    fn encode(&mut self, frame: &FrameBuf<B>, out: &mut BytesMut) -> Result<(), Self::Error> {
        let bytes = frame.bytes().as_ref();
        if u32::try_from(bytes.len()).map_or(true, |len| len > self.limits().frame) {
            return Err(refused(EncodeError::FrameTooLarge));
        }
        out.extend_from_slice(bytes);
        Ok(())
    }
}

fn refused(error: EncodeError) -> io::Error {
    match error {
        EncodeError::Full => io::ErrorKind::OutOfMemory.into(),
        error => io::Error::new(io::ErrorKind::InvalidInput, error),
    }
}
