//! A codec for `tokio_util::codec::Framed`.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec;

use super::{Decoder, EncodeError, Frame, FrameBuf, Leniencies, Limits, Unit, Version};

/// A codec for `tokio_util::codec::Framed`: receiving yields a [`FrameBuf`] of shared memory, sending borrows.
///
/// Line ends between frames are passed over: who wants to see heart-beats, and to send them in time, takes a
/// [`Client`](super::Client) or a [`Server`](super::Server).
#[derive(Clone, Debug)]
pub struct FrameCodec {
    decoder: Decoder,
    leniencies: Leniencies,
}

impl FrameCodec {
    /// A codec for a connection that begins, with the default [`Limits`]. A client's learns the version from CONNECTED;
    /// a server [says it](Self::set_version).
    pub const fn new(limits: Limits) -> Self {
        Self { decoder: Decoder::with_limits(None, limits), leniencies: Leniencies::NONE }
    }

    /// The same, which takes some of what is against the rules.
    #[must_use]
    pub fn with_leniencies(self, leniencies: Leniencies) -> Self {
        Self { decoder: self.decoder.with_leniencies(leniencies), leniencies }
    }

    /// The version in use, in both directions.
    pub const fn version(&self) -> Option<Version> {
        self.decoder.version()
    }

    /// Sets the version, from the next frame on, in both directions.
    pub const fn set_version(&mut self, version: Option<Version>) {
        self.decoder.set_version(version);
    }

    /// Sets other limits, from the next frame on.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.decoder.set_limits(limits);
    }
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl codec::Decoder for FrameCodec {
    type Item = FrameBuf<Bytes>;
    /// A [`DecodeError`](super::DecodeError) is the source of an error of the kind `InvalidData`.
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Self::Item>, Self::Error> {
        loop {
            // CONNECTED itself is by the rules before.
            let version = self.decoder.version();
            let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
            match self.decoder.decode(input).map_err(invalid)? {
                None => return Ok(None),
                Some((Unit::EndOfLine, used)) => input.advance(used),
                Some((Unit::Frame(_), used)) => {
                    let bytes = input.split_to(used).freeze();
                    return Ok(Some(FrameBuf::validated(bytes, version, self.leniencies)));
                }
            }
        }
    }
}

impl codec::Encoder<Frame<'_>> for FrameCodec {
    type Error = io::Error;

    fn encode(&mut self, frame: Frame<'_>, out: &mut BytesMut) -> Result<(), Self::Error> {
        frame.encode(self.version(), out).map_err(refused)
    }
}

impl codec::Encoder<Unit<'_>> for FrameCodec {
    type Error = io::Error;

    /// Writes a frame, or a heart-beat.
    fn encode(&mut self, unit: Unit<'_>, out: &mut BytesMut) -> Result<(), Self::Error> {
        unit.encode(self.version(), out).map_err(refused)
    }
}

impl<B: AsRef<[u8]>> codec::Encoder<&FrameBuf<B>> for FrameCodec {
    type Error = io::Error;

    /// Writes the frame by the rules of the version in use.
    fn encode(&mut self, frame: &FrameBuf<B>, out: &mut BytesMut) -> Result<(), Self::Error> {
        frame.frame().encode(self.version(), out).map_err(refused)
    }
}

fn refused(error: EncodeError) -> io::Error {
    match error {
        EncodeError::Full => io::ErrorKind::OutOfMemory.into(),
        error => io::Error::new(io::ErrorKind::InvalidInput, error),
    }
}
