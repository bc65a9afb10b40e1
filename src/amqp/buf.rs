//! A frame that owns its bytes.

use core::fmt;

use super::frame::HEADER;
#[cfg(feature = "alloc")]
use super::{Argument, EncodeError};
use super::{ContentHeader, DecodeError, Decoder, Dialect, ErrorKind, Frame, Limits, Method};

/// One validated frame in memory of its own, read again on demand.
///
/// With `Bytes` it is `'static`, `Send` and cheap to clone; with `Vec<u8>`, `Arc<[u8]>`, `[u8; N]` or a borrowed slice it
/// is what that is. So it keeps what borrows: a queue's arguments, or a message's properties.
///
/// ```
/// use fourwire::amqp::{Frame, FrameBuf, Method, queue};
///
/// let declare = queue::Declare { queue: "orders".into(), durable: true, ..Default::default() };
/// let buf = FrameBuf::encode(&Frame::Method(1, declare.into()))?;
/// let Frame::Method(1, Method::QueueDeclare(declare)) = buf.frame() else { panic!("not queue.declare") };
/// assert_eq!(declare.queue, "orders");
/// # Ok::<(), fourwire::amqp::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct FrameBuf<B> {
    bytes: B,
    dialect: Dialect,
}

impl<B: AsRef<[u8]>> FrameBuf<B> {
    /// Checks that `bytes` are one whole frame, of any size, with tables in RabbitMQ's dialect.
    pub fn new(bytes: B) -> Result<Self, DecodeError> {
        Self::in_dialect(bytes, Dialect::RabbitMq)
    }

    /// The same, with tables in this dialect.
    pub fn in_dialect(bytes: B, dialect: Dialect) -> Result<Self, DecodeError> {
        let given = bytes.as_ref().len();
        // A header's depth is no error: what a decoder has taken is taken here.
        let depth = if is_header(bytes.as_ref()) { Limits::default().depth } else { Limits::MAX_DEPTH };
        match decoder(dialect, depth).decode(bytes.as_ref())? {
            Some((_, used)) if used == given => {}
            // It goes on behind the frame, or ends before it does.
            other => {
                let offset = other.map_or(given, |(_, used)| used);
                return Err(DecodeError { kind: ErrorKind::NotOneFrame, offset });
            }
        }
        Ok(Self { bytes, dialect })
    }

    /// Takes `bytes` for one whole frame, which the caller has decoded.
    #[cfg(feature = "tokio-util")]
    pub(super) const fn validated(bytes: B, dialect: Dialect) -> Self {
        Self { bytes, dialect }
    }

    /// The frame.
    ///
    /// It is read anew each time. If `B` gives other bytes than before, against its contract, this is a heartbeat.
    pub fn frame(&self) -> Frame<'_> {
        // What is nested in a header was looked at before, as far as that decoder's limit went.
        let depth = if is_header(self.bytes.as_ref()) { 0 } else { Limits::MAX_DEPTH };
        match decoder(self.dialect, depth).decode(self.bytes.as_ref()) {
            Ok(Some((frame, _))) => frame,
            _ => Frame::Heartbeat,
        }
    }

    /// The method, if it is one's frame.
    pub fn method(&self) -> Option<Method<'_>> {
        match self.frame() {
            Frame::Method(_, method) => Some(method),
            _ => None,
        }
    }

    /// The content header, if it is one's frame.
    pub fn header(&self) -> Option<ContentHeader<'_>> {
        match self.frame() {
            Frame::Header(_, header) => Some(header),
            _ => None,
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
}

#[cfg(feature = "alloc")]
impl FrameBuf<alloc::vec::Vec<u8>> {
    /// Writes `frame` into memory of its own.
    pub fn encode(frame: &Frame<'_>) -> Result<Self, EncodeError> {
        let mut bytes = alloc::vec::Vec::with_capacity(frame.encoded_len());
        frame.encode(0, &mut bytes)?;
        Ok(Self { bytes, dialect: dialect(frame) })
    }

    /// Writes another frame into this one's memory. If it cannot be sent this one stays as it is.
    pub fn replace(&mut self, frame: &Frame<'_>) -> Result<(), EncodeError> {
        // Behind what there is, which an error leaves alone.
        let before = self.bytes.len();
        frame.encode(0, &mut self.bytes)?;
        let before = before.min(self.bytes.len());
        self.bytes.drain(..before);
        self.dialect = dialect(frame);
        Ok(())
    }

    /// The same frame with memory of another kind: `Bytes`, `Arc<[u8]>`, …
    pub fn into<B: From<alloc::vec::Vec<u8>>>(self) -> FrameBuf<B> {
        FrameBuf { bytes: self.bytes.into(), dialect: self.dialect }
    }
}

const fn decoder(dialect: Dialect, depth: u8) -> Decoder {
    Decoder::with_limits(Limits { frame: u32::MAX, depth }).with_dialect(dialect)
}

fn is_header(bytes: &[u8]) -> bool {
    bytes.first() == Some(&HEADER)
}

/// The dialect of the frame's table. No frame has two.
#[cfg(feature = "alloc")]
fn dialect(frame: &Frame<'_>) -> Dialect {
    let mut dialect = Dialect::RabbitMq;
    match frame {
        Frame::Method(_, method) => method.each_argument(&mut |_, argument| {
            if let Argument::Table(table) = argument {
                dialect = table.dialect();
            }
        }),
        Frame::Header(_, header) => dialect = header.properties.headers().unwrap_or_default().dialect(),
        _ => {}
    }
    dialect
}

impl<B: AsRef<[u8]>> PartialEq for FrameBuf<B> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.as_ref() == other.bytes.as_ref() && self.dialect == other.dialect
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for FrameBuf<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame().fmt(f)
    }
}
