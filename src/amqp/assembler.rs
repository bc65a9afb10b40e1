//! Whole messages, out of methods, content headers and pieces of bodies.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::{Channel, ContentHeader, Event, Frame, FrameBuf, Message, Method, Request};

/// Puts messages together: for applications that want to see them whole.
///
/// Show it each event, or each request, as it comes. On every channel there can be one that is not whole yet. A body that
/// came in one frame is not copied; memory is used again from message to message.
///
/// ```
/// use fourwire::amqp::{Assembler, Client, Config, Event, Session};
/// # let (mut client, input, mut out) = (Client::new(Config::default(), Session::new()), [], Vec::new());
///
/// let mut messages = Assembler::new(1 << 20);
/// while let Some((event, used)) = client.receive(fourwire::Instant::ZERO, &input, &mut out)? {
///     if let Event::Deliver(tag, _) = event {
///         // … remember what to acknowledge
///     }
///     if let Some(message) = messages.event(&event)? {
///         println!("{}: {} bytes", message.method, message.body.len());
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assembler {
    limit: u64,
    parts: BTreeMap<Channel, Parts>,
}

/// A body that is larger than the limit. Its pieces are not kept; the message can still be acknowledged or refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TooLarge {
    /// The channel.
    pub channel: Channel,
    /// How large the body is.
    pub body_size: u64,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a message of {} bytes is larger than the limit", self.body_size)
    }
}

impl core::error::Error for TooLarge {}

/// What there is of a message.
#[derive(Clone, Debug, Default)]
struct Parts {
    method: Option<FrameBuf<Vec<u8>>>,
    header: Option<FrameBuf<Vec<u8>>>,
    body: Vec<u8>,
    skipped: bool,
}

/// What an event has to do with messages.
enum Part<'i> {
    Method(Channel, Method<'i>),
    Header(Channel, ContentHeader<'i>),
    Body(Channel, &'i [u8], u64),
    End(Channel),
    None,
}

impl Assembler {
    /// For bodies of up to `limit` bytes.
    pub const fn new(limit: u64) -> Self {
        Self { limit, parts: BTreeMap::new() }
    }

    /// The message that this event completes.
    pub fn event<'m>(&'m mut self, event: &Event<'m>) -> Result<Option<Message<'m>>, TooLarge> {
        self.part(match *event {
            Event::Deliver(tag, deliver) => Part::Method(tag.channel(), deliver.into()),
            Event::Got(tag, got) => Part::Method(tag.channel(), got.into()),
            Event::Returned(channel, returned) => Part::Method(channel, returned.into()),
            Event::Header(channel, header) => Part::Header(channel, header),
            Event::Body(channel, bytes, remaining) => Part::Body(channel, bytes, remaining),
            Event::ChannelClosed(channel, _) | Event::ChannelEnded(channel) => Part::End(channel),
            _ => Part::None,
        })
    }

    /// The message that this request completes.
    pub fn request<'m>(&'m mut self, request: &Request<'m>) -> Result<Option<Message<'m>>, TooLarge> {
        self.part(match *request {
            Request::Publish(channel, publish, _) => Part::Method(channel, publish.into()),
            Request::Header(channel, header) => Part::Header(channel, header),
            Request::Body(channel, bytes, remaining) => Part::Body(channel, bytes, remaining),
            Request::ChannelClosed(channel, _) | Request::ChannelEnded(channel) => Part::End(channel),
            _ => Part::None,
        })
    }

    fn part<'m>(&'m mut self, part: Part<'m>) -> Result<Option<Message<'m>>, TooLarge> {
        match part {
            Part::Method(channel, method) => {
                let parts = self.parts.entry(channel).or_default();
                keep(&mut parts.method, &Frame::Method(channel.number(), method));
                parts.body.clear();
                parts.skipped = false;
                Ok(None)
            }
            Part::Header(channel, header) => {
                let limit = self.limit;
                let parts = self.parts.entry(channel).or_default();
                if header.body_size > limit {
                    parts.skipped = true;
                    return Err(TooLarge { channel, body_size: header.body_size });
                }
                keep(&mut parts.header, &Frame::Header(channel.number(), header));
                Ok(if header.body_size == 0 { parts.message(b"") } else { None })
            }
            Part::Body(channel, bytes, remaining) => {
                let parts = self.parts.entry(channel).or_default();
                if parts.skipped {
                    return Ok(None);
                }
                // One frame, and that was all: it stays where it is.
                if remaining == 0 && parts.body.is_empty() {
                    return Ok(parts.message(bytes));
                }
                parts.body.extend_from_slice(bytes);
                Ok(if remaining == 0 { parts.own() } else { None })
            }
            Part::End(channel) => {
                self.parts.remove(&channel);
                Ok(None)
            }
            Part::None => Ok(None),
        }
    }
}

impl Parts {
    fn own(&self) -> Option<Message<'_>> {
        self.message(&self.body)
    }

    fn message<'m>(&'m self, body: &'m [u8]) -> Option<Message<'m>> {
        let (Frame::Method(_, method), Frame::Header(_, header)) =
            (self.method.as_ref()?.frame(), self.header.as_ref()?.frame())
        else {
            return None;
        };
        Some(Message { method, properties: header.properties, body })
    }
}

/// Writes a frame into memory of its own. What came can be written.
fn keep(memory: &mut Option<FrameBuf<Vec<u8>>>, frame: &Frame<'_>) {
    match memory {
        Some(buf) => _ = buf.replace(frame),
        None => *memory = FrameBuf::encode(frame).ok(),
    }
}
