//! A packet that owns its bytes.

use core::fmt;

#[cfg(feature = "alloc")]
use super::EncodeError;
use super::{DecodeError, Decoder, ErrorKind, Limits, Packet, Version};

/// One validated packet in memory of its own, read again on demand.
///
/// With `Bytes` it is `'static`, `Send` and cheap to clone; with `Vec<u8>`, `Arc<[u8]>`, `[u8; N]` or a borrowed slice it
/// is what that is.
///
/// ```
/// use fourwire::mqtt::{Packet, PacketBuf, Publish, Version};
///
/// let buf = PacketBuf::encode(Version::V5, &Publish::new("room", b"hi").into())?;
/// let Packet::Publish(publish) = buf.packet() else { panic!("not a PUBLISH") };
/// assert_eq!(publish.topic, "room");
/// # Ok::<(), fourwire::mqtt::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct PacketBuf<B> {
    bytes: B,
    version: Version,
}

impl<B: AsRef<[u8]>> PacketBuf<B> {
    /// Checks that `bytes` are one whole packet.
    pub fn new(version: Version, bytes: B) -> Result<Self, DecodeError> {
        let given = bytes.as_ref();
        let truncated = DecodeError { kind: ErrorKind::Truncated(super::Field::RemainingLength), offset: given.len() };
        let (_, used) = decoder(version).decode(given)?.ok_or(truncated)?;
        if used < given.len() {
            return Err(DecodeError { kind: ErrorKind::TrailingBytes, offset: used });
        }
        Ok(Self { bytes, version })
    }

    /// Takes `bytes` for one whole packet, which the caller has decoded.
    #[cfg(feature = "tokio-util")]
    pub(super) const fn validated(version: Version, bytes: B) -> Self {
        Self { bytes, version }
    }

    /// The packet.
    ///
    /// It is read anew each time. If `B` gives other bytes than before, against its contract, this is a PINGREQ.
    pub fn packet(&self) -> Packet<'_> {
        match decoder(self.version).decode(self.bytes.as_ref()) {
            Ok(Some((packet, _))) => packet,
            _ => Packet::PingReq,
        }
    }

    /// The bytes.
    pub const fn bytes(&self) -> &B {
        &self.bytes
    }

    /// The bytes, for keeps.
    pub fn into_bytes(self) -> B {
        self.bytes
    }

    /// The version by which the bytes are read.
    pub const fn version(&self) -> Version {
        self.version
    }
}

#[cfg(feature = "alloc")]
impl PacketBuf<alloc::vec::Vec<u8>> {
    /// Writes `packet` into memory of its own.
    pub fn encode(version: Version, packet: &Packet<'_>) -> Result<Self, EncodeError> {
        let mut bytes = alloc::vec::Vec::with_capacity(packet.encoded_len(version));
        packet.encode(version, &mut bytes)?;
        Ok(Self { bytes, version })
    }

    /// The same packet with memory of another kind: `Bytes`, `Arc<[u8]>`, …
    pub fn into<B: From<alloc::vec::Vec<u8>>>(self) -> PacketBuf<B> {
        PacketBuf { bytes: self.bytes.into(), version: self.version }
    }
}

fn decoder(version: Version) -> Decoder {
    let limits = Limits { packet: Limits::MAX_PACKET, ..Limits::default() };
    Decoder::with_limits(version, limits)
}

impl<B: AsRef<[u8]>> PartialEq for PacketBuf<B> {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && self.bytes.as_ref() == other.bytes.as_ref()
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for PacketBuf<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.packet().fmt(f)
    }
}
