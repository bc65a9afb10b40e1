//! Whole messages, out of methods, content headers and pieces of bodies.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::{Channel, ContentHeader, DeliveryTag, Event, Frame, FrameBuf, Message, Method, Request};

/// Puts messages together: for applications that want to see them whole.
///
/// Show it each event, or each request, as it comes. On every channel there can be one that is not whole yet. A body that
/// came in one frame is not copied; memory is used again from message to message.
///
/// ```
/// use fourwire::amqp::{Assembler, Client, Config, Event, Method, Session};
/// # use fourwire::Instant;
/// # let (now, input) = (Instant::ZERO, []);
/// # let (mut client, mut out) = (Client::new(Config::default(), Session::new()), Vec::new());
///
/// let mut messages = Assembler::new(1 << 20);
/// while let Some((event, used)) = client.receive(now, &input, &mut out)? {
///     match messages.event(&event) {
///         Ok(None) => {}
///         Ok(Some(whole)) => {
///             println!("{}: {} bytes", whole.method, whole.body.len());
///             // What came back has no tag.
///             if let Some(tag) = whole.tag {
///                 client.ack(now, tag, false, &mut out)?;
///             }
///         }
///         Err(large) => {
///             if let Some(tag) = large.tag {
///                 client.reject(now, tag, false, &mut out)?;
///             }
///         }
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assembler {
    limit: u64,
    parts: BTreeMap<Channel, Parts>,
}

/// A message that is whole, and what it is acknowledged or confirmed by.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Assembled<'m> {
    /// The channel that it came on.
    pub channel: Channel,
    /// For a client: what to acknowledge it by, if it was delivered and has not come back.
    pub tag: Option<DeliveryTag>,
    /// For a server: what to confirm it by, if the channel has confirms.
    pub number: Option<u64>,
    /// All of it.
    pub message: Message<'m>,
}

impl<'m> core::ops::Deref for Assembled<'m> {
    type Target = Message<'m>;

    fn deref(&self) -> &Message<'m> {
        &self.message
    }
}

/// A body that is larger than the limit. Its pieces are not kept; the message can still be acknowledged or refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TooLarge {
    /// The channel.
    pub channel: Channel,
    /// For a client: what to acknowledge it by, if it was delivered and has not come back.
    pub tag: Option<DeliveryTag>,
    /// For a server: what to confirm it by, if the channel has confirms.
    pub number: Option<u64>,
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
    id: Id,
    method: Option<FrameBuf<Vec<u8>>>,
    header: Option<FrameBuf<Vec<u8>>>,
    body: Vec<u8>,
    skipped: bool,
}

/// What it is acknowledged or confirmed by.
#[derive(Clone, Copy, Debug, Default)]
struct Id {
    tag: Option<DeliveryTag>,
    number: Option<u64>,
}

/// What an event has to do with messages.
enum Part<'i> {
    Method(Channel, Id, Method<'i>),
    Header(Channel, ContentHeader<'i>),
    Body(Channel, &'i [u8], u64),
    End(Channel),
    None,
}

impl Assembler {
    /// For bodies of up to `limit` bytes. [`default`](Self::default) takes 16 MiB, as RabbitMQ 4 does.
    pub const fn new(limit: u64) -> Self {
        Self { limit, parts: BTreeMap::new() }
    }

    /// The message that this event completes.
    pub fn event<'m>(&'m mut self, event: &Event<'m>) -> Result<Option<Assembled<'m>>, TooLarge> {
        let by = |tag| Id { tag: Some(tag), number: None };
        self.part(match *event {
            Event::Deliver(tag, deliver) => Part::Method(tag.channel(), by(tag), deliver.into()),
            Event::Got(tag, got) => Part::Method(tag.channel(), by(tag), got.into()),
            Event::Returned(channel, returned) => Part::Method(channel, Id::default(), returned.into()),
            Event::Header(channel, header) => Part::Header(channel, header),
            Event::Body(channel, bytes, remaining) => Part::Body(channel, bytes, remaining),
            Event::ChannelClosed(channel, _) | Event::ChannelEnded(channel) => Part::End(channel),
            _ => Part::None,
        })
    }

    /// The message that this request completes.
    pub fn request<'m>(&'m mut self, request: &Request<'m>) -> Result<Option<Assembled<'m>>, TooLarge> {
        self.part(match *request {
            Request::Publish(channel, publish, number) => {
                Part::Method(channel, Id { tag: None, number }, publish.into())
            }
            Request::Header(channel, header) => Part::Header(channel, header),
            Request::Body(channel, bytes, remaining) => Part::Body(channel, bytes, remaining),
            Request::ChannelClosed(channel, _) | Request::ChannelEnded(channel) => Part::End(channel),
            _ => Part::None,
        })
    }

    fn part<'m>(&'m mut self, part: Part<'m>) -> Result<Option<Assembled<'m>>, TooLarge> {
        match part {
            Part::Method(channel, id, method) => {
                let parts = self.parts.entry(channel).or_default();
                keep(&mut parts.method, &Frame::Method(channel.number(), method));
                parts.id = id;
                parts.body.clear();
                parts.skipped = false;
                Ok(None)
            }
            Part::Header(channel, header) => {
                let limit = self.limit;
                let parts = self.parts.entry(channel).or_default();
                if header.body_size > limit {
                    parts.skipped = true;
                    let Id { tag, number } = parts.id;
                    return Err(TooLarge { channel, tag, number, body_size: header.body_size });
                }
                keep(&mut parts.header, &Frame::Header(channel.number(), header));
                Ok(if header.body_size == 0 { parts.whole(channel, b"") } else { None })
            }
            Part::Body(channel, bytes, remaining) => {
                let parts = self.parts.entry(channel).or_default();
                if parts.skipped {
                    return Ok(None);
                }
                // One frame, and that was all: it stays where it is.
                if remaining == 0 && parts.body.is_empty() {
                    return Ok(parts.whole(channel, bytes));
                }
                parts.body.extend_from_slice(bytes);
                Ok(if remaining == 0 { parts.own(channel) } else { None })
            }
            Part::End(channel) => {
                self.parts.remove(&channel);
                Ok(None)
            }
            Part::None => Ok(None),
        }
    }
}

impl Default for Assembler {
    fn default() -> Self {
        Self::new(16 << 20)
    }
}

impl Parts {
    fn own(&self, channel: Channel) -> Option<Assembled<'_>> {
        self.whole(channel, &self.body)
    }

    fn whole<'m>(&'m self, channel: Channel, body: &'m [u8]) -> Option<Assembled<'m>> {
        let (method, header) = (self.method.as_ref()?.method()?, self.header.as_ref()?.header()?);
        let Id { tag, number } = self.id;
        Some(Assembled { channel, tag, number, message: Message { method, properties: header.properties, body } })
    }
}

/// Writes a frame into memory of its own. What came can be written.
fn keep(memory: &mut Option<FrameBuf<Vec<u8>>>, frame: &Frame<'_>) {
    match memory {
        Some(buf) => _ = buf.replace(frame),
        None => *memory = FrameBuf::encode(frame).ok(),
    }
}
