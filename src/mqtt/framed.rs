//! A codec for `tokio_util::codec::Framed`.

use bytes::{Bytes, BytesMut};
use tokio_util::codec;

use super::{Decoder, EncodeError, Limits, Packet, PacketBuf, Version};

/// A codec for `tokio_util::codec::Framed`: receiving yields a [`PacketBuf`] of shared memory, sending borrows.
///
/// A server starts with any version, and learns the client's from CONNECT.
#[derive(Clone, Debug)]
pub struct PacketCodec {
    decoder: Decoder,
}

impl PacketCodec {
    /// A codec with the default limits.
    pub fn new(version: Version) -> Self {
        Self { decoder: Decoder::new(version) }
    }

    /// A codec with other limits.
    pub const fn with_limits(version: Version, limits: Limits) -> Self {
        Self { decoder: Decoder::with_limits(version, limits) }
    }

    /// The version in use.
    pub const fn version(&self) -> Version {
        self.decoder.version()
    }
}

impl codec::Decoder for PacketCodec {
    type Item = PacketBuf<Bytes>;
    /// A [`DecodeError`](super::DecodeError) is the source of an error of the kind `InvalidData`.
    type Error = std::io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Self::Item>, Self::Error> {
        let invalid = |error| std::io::Error::new(std::io::ErrorKind::InvalidData, error);
        let Some((_, used)) = self.decoder.decode(input).map_err(invalid)? else { return Ok(None) };
        Ok(Some(PacketBuf::validated(self.version(), input.split_to(used).freeze())))
    }
}

impl codec::Encoder<Packet<'_>> for PacketCodec {
    type Error = std::io::Error;

    fn encode(&mut self, packet: Packet<'_>, out: &mut BytesMut) -> Result<(), Self::Error> {
        if let Packet::Connect(connect) = &packet {
            self.decoder.set_version(connect.get().version);
        }
        packet.encode(self.version(), out).map_err(|error| match error {
            EncodeError::Full => std::io::ErrorKind::OutOfMemory.into(),
            error => std::io::Error::new(std::io::ErrorKind::InvalidInput, error),
        })
    }
}

impl<B: AsRef<[u8]>> codec::Encoder<&PacketBuf<B>> for PacketCodec {
    type Error = std::io::Error;

    /// Writes the bytes as they are, if they are of the version in use; else encodes anew.
    fn encode(&mut self, packet: &PacketBuf<B>, out: &mut BytesMut) -> Result<(), Self::Error> {
        if packet.version() == self.version() {
            out.extend_from_slice(packet.bytes().as_ref());
            return Ok(());
        }
        codec::Encoder::<Packet<'_>>::encode(self, packet.packet(), out)
    }
}
