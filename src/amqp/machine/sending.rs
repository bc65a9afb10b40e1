//! What both ends send: frames about the connection, methods, messages whole and in pieces.

use super::channel::{Channel, Slots};
use super::line::Line;
use super::{Error, SendError, State};
use crate::amqp::encode::{self, Arguments};
use crate::amqp::{ContentHeader, EncodeError, Frame, Method, Properties};
use crate::{Instant, Output};

impl<S: Slots> Line<S> {
    /// Puts a frame of the machine's own, of which nothing but room can be missing.
    pub(super) fn put(&self, frame: &Frame<'_>, out: &mut impl Output) -> Result<(), Error> {
        frame.encode(self.frame_max, out).map_err(|_| Error::Full)
    }

    /// Sends a method about the connection, which is in one of these states.
    pub(super) fn about_connection<'a>(
        &mut self,
        now: Instant,
        states: &[State],
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if !states.contains(&self.state) {
            return Err(SendError::NotConnected);
        }
        Frame::Method(0, method.into()).encode(self.frame_max, out)?;
        self.last_sent = now;
        Ok(())
    }

    /// Sends two frames, or none.
    pub(super) fn both(
        &mut self,
        now: Instant,
        frames: [Frame<'_>; 2],
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let mut len: usize = 0;
        for frame in &frames {
            len = len.saturating_add(frame.measure(self.frame_max)?);
        }
        out.space(0, len).map_err(EncodeError::from)?;
        for frame in &frames {
            frame.encode(self.frame_max, out)?;
        }
        self.last_sent = now;
        Ok(())
    }

    /// Sends a message whole. All of it, or nothing.
    #[inline]
    pub(super) fn message<A: Arguments>(
        &mut self,
        now: Instant,
        channel: Channel,
        arguments: &A,
        properties: &Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let frame_max = self.frame_max;
        if self.live(channel)?.sending != 0 {
            return Err(SendError::OutOfOrder);
        }
        encode::message(channel.number, arguments, properties, body, frame_max, out)?;
        self.last_sent = now;
        Ok(())
    }

    /// Sends the beginning of a message, whose body follows in pieces.
    pub(super) fn head(
        &mut self,
        now: Instant,
        channel: Channel,
        method: Method<'_>,
        header: ContentHeader<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if self.live(channel)?.sending != 0 {
            return Err(SendError::OutOfOrder);
        }
        self.both(now, [Frame::Method(channel.number, method), Frame::Header(channel.number, header)], out)?;
        self.live(channel)?.sending = header.body_size;
        Ok(())
    }

    /// Sends a piece of the body that was begun, and says how many bytes are missing.
    pub(super) fn piece(
        &mut self,
        now: Instant,
        channel: Channel,
        bytes: &[u8],
        out: &mut impl Output,
    ) -> Result<u64, SendError> {
        let frame_max = self.frame_max;
        let wanted = self.live(channel)?.sending;
        if wanted == 0 {
            return Err(SendError::OutOfOrder);
        }
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let remaining = wanted.checked_sub(len).ok_or(SendError::OutOfOrder)?;
        Frame::encode_body(channel.number, bytes, frame_max, out)?;
        self.last_sent = now;
        self.live(channel)?.sending = remaining;
        Ok(remaining)
    }

    /// Sends a method without content.
    pub(super) fn method<'a>(
        &mut self,
        now: Instant,
        channel: Channel,
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let frame_max = self.frame_max;
        if self.live(channel)?.sending != 0 {
            return Err(SendError::OutOfOrder);
        }
        Frame::Method(channel.number, method.into()).encode(frame_max, out)?;
        self.last_sent = now;
        Ok(())
    }
}
