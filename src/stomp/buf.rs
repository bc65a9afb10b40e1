//! A frame that owns its bytes.

use core::fmt;

#[cfg(feature = "alloc")]
use super::EncodeError;
use super::{Command, DecodeError, Decoder, ErrorKind, Frame, Leniencies, Limits, Unit, Version};

/// One validated frame in memory of its own, read again on demand.
///
/// With `Bytes` it is `'static`, `Send` and cheap to clone; with `Vec<u8>`, `Arc<[u8]>`, `[u8; N]` or a borrowed slice it
/// is what that is. So a broker keeps what was sent to it, and delivers it with
/// [`Message::forward`](super::Message::forward).
///
/// ```
/// use fourwire::stomp::{FrameBuf, Version};
///
/// let kept = FrameBuf::new(b"SEND\ndestination:/queue/a\n\nhello\0", Version::V1_2)?;
/// assert_eq!(kept.frame().get("destination").unwrap(), "/queue/a");
/// # Ok::<(), fourwire::stomp::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct FrameBuf<B> {
    bytes: B,
    version: Option<Version>,
    leniencies: Leniencies,
}

impl<B: AsRef<[u8]>> FrameBuf<B> {
    /// Checks that `bytes` are one whole frame of this version, of any size.
    pub fn new(bytes: B, version: impl Into<Option<Version>>) -> Result<Self, DecodeError> {
        Self::with_leniencies(bytes, version, Leniencies::NONE)
    }

    /// The same, and takes some of what is against the rules.
    pub fn with_leniencies(
        bytes: B,
        version: impl Into<Option<Version>>,
        leniencies: Leniencies,
    ) -> Result<Self, DecodeError> {
        let buf = Self { bytes, version: version.into(), leniencies };
        let given = buf.bytes.as_ref().len();
        let offset = match buf.decoder().decode(buf.bytes.as_ref())? {
            Some((Unit::Frame(_), used)) if used == given => return Ok(buf),
            // It goes on behind the frame, or ends before it does, or there is none.
            Some((Unit::Frame(_), used)) => used,
            Some((Unit::EndOfLine, _)) => 0,
            None => given,
        };
        Err(DecodeError { kind: ErrorKind::NotOneFrame, offset })
    }

    /// Takes `bytes` for one whole frame, which the caller has decoded.
    #[cfg(feature = "tokio-util")]
    pub(super) const fn validated(bytes: B, version: Option<Version>, leniencies: Leniencies) -> Self {
        Self { bytes, version, leniencies }
    }

    /// The frame.
    ///
    /// It is read anew each time. If `B` gives other bytes than before, against its contract, this is an ERROR that says
    /// nothing.
    pub fn frame(&self) -> Frame<'_> {
        match self.decoder().decode(self.bytes.as_ref()) {
            Ok(Some((Unit::Frame(frame), _))) => frame,
            _ => Frame::new(Command::Error, [].as_slice()),
        }
    }

    /// The version by whose rules it is written; `None` is before one was agreed.
    pub const fn version(&self) -> Option<Version> {
        self.version
    }

    /// The bytes.
    pub const fn bytes(&self) -> &B {
        &self.bytes
    }

    /// The bytes, for keeps.
    pub fn into_bytes(self) -> B {
        self.bytes
    }

    const fn decoder(&self) -> Decoder {
        const MOST: u32 = u32::MAX;
        let limits = Limits { headers: MOST, line: MOST, head: MOST, body: MOST, body_in_parts: MOST };
        Decoder::with_limits(self.version, limits).with_leniencies(self.leniencies)
    }
}

#[cfg(feature = "alloc")]
impl FrameBuf<alloc::vec::Vec<u8>> {
    /// Writes `frame` into memory of its own, by this version's rules.
    pub fn encode(frame: &Frame<'_>, version: impl Into<Option<Version>>) -> Result<Self, EncodeError> {
        let version = version.into();
        let mut bytes = alloc::vec::Vec::with_capacity(frame.encoded_len(version));
        frame.encode(version, &mut bytes)?;
        Ok(Self { bytes, version, leniencies: Leniencies::NONE })
    }

    /// Writes another frame into this one's memory, by the same rules. If it cannot be sent this one stays as it is.
    pub fn replace(&mut self, frame: &Frame<'_>) -> Result<(), EncodeError> {
        // Behind what there is, which an error leaves alone.
        let before = self.bytes.len();
        frame.encode(self.version, &mut self.bytes)?;
        let before = before.min(self.bytes.len());
        self.bytes.drain(..before);
        self.leniencies = Leniencies::NONE;
        Ok(())
    }

    /// The same frame with memory of another kind: `Bytes`, `Arc<[u8]>`, …
    pub fn into<B: From<alloc::vec::Vec<u8>>>(self) -> FrameBuf<B> {
        FrameBuf { bytes: self.bytes.into(), version: self.version, leniencies: self.leniencies }
    }
}

impl<B: AsRef<[u8]>> PartialEq for FrameBuf<B> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.as_ref() == other.bytes.as_ref()
            && self.version == other.version
            && self.leniencies == other.leniencies
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for FrameBuf<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame().fmt(f)
    }
}
