//! What a client sends on its channels: calls, messages, acknowledgements.

use super::super::channel::{Channel, DeliveryTag, Phase, Selected, Slot, Slots};
use super::super::{SendError, State};
use super::Client;
use crate::amqp::{ContentHeader, Frame, Method, MethodId, Properties, ReplyCode, Sender, ShortStr, basic, channel};
use crate::{Instant, Output};

impl<S: Slots> Client<S> {
    // --- channels ------------------------------------------------------------------------------------------------

    /// Opens a channel: the one with the lowest number that is free. It can be called at once.
    pub fn open_channel(&mut self, now: Instant, out: &mut impl Output) -> Result<Channel, SendError> {
        if self.line.state != State::Open {
            return Err(SendError::NotConnected);
        }
        let slots = self.line.session.slots.all();
        let begin = self.line.none_free_below;
        // `position` can overflow, as far as the compiler knows, and would then panic.
        let taken = slots.iter().skip(begin).take_while(|slot| slot.phase != Phase::Free);
        let free = taken.fold(begin, |n, _| n.saturating_add(1));
        let number = u16::try_from(free.saturating_add(1)).ok().filter(|number| *number <= self.line.channel_max);
        let number = number.ok_or(SendError::NoChannel)?;
        if !self.line.session.slots.reach(number) {
            return Err(SendError::NoChannel);
        }
        Frame::Method(number, channel::Open {}.into()).encode(self.line.frame_max, out)?;
        self.line.last_sent = now;
        self.line.none_free_below = free;
        Ok(self.line.begin(number, Phase::Opening))
    }

    /// Closes a channel: [`ChannelEnded`](crate::amqp::Event::ChannelEnded) comes when the server has read it. In the
    /// middle of a body that ends it; RabbitMQ then closes the connection.
    pub fn close_channel(&mut self, now: Instant, channel: Channel, out: &mut impl Output) -> Result<(), SendError> {
        self.line.close_channel(now, channel, ReplyCode::Success, ShortStr::EMPTY, None, out)
    }

    /// Calls a method that is answered: [`Answer`](crate::amqp::Event::Answer) or [`Got`](crate::amqp::Event::Got)
    /// comes, in the order of the calls; with `no_wait` nothing does. And `basic.recover-async`, which has no answer.
    ///
    /// Behind `tx.commit` nothing is sent on the channel until it is answered: RabbitMQ closes the connection for that.
    pub fn call<'a>(
        &mut self,
        now: Instant,
        channel: Channel,
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = method.into();
        let id = method.id();
        let is_call = match id {
            MethodId::ChannelFlow | MethodId::BasicRecoverAsync => true,
            // The connection's and the channel's own have verbs.
            _ => !id.answers().is_empty() && id.class() >= 30,
        };
        if !is_call || id.sender() == Sender::Server {
            return Err(SendError::Method(id));
        }
        let slot = self.committed(channel)?;
        let awaited = !id.answers().is_empty() && !method.no_wait();
        if awaited && slot.calls.is_full() {
            return Err(SendError::WindowFull);
        }
        self.line.method(now, channel, method, out)?;
        let slot = self.line.live(channel)?;
        if awaited {
            slot.calls.push(id);
        }
        match method {
            Method::BasicConsume(basic::Consume { no_ack: true, .. })
            | Method::BasicGet(basic::Get { no_ack: true, .. }) => {
                slot.automatic = true;
            }
            Method::ConfirmSelect(_) => slot.selected.add(Selected::CONFIRMS),
            Method::TxSelect(_) => slot.selected.add(Selected::TRANSACTIONS),
            // The server does so before it reads what comes next; if it cannot, it closes the channel.
            Method::TxCommit(_) => slot.delivered.commit(),
            Method::TxRollback(_) => slot.delivered.roll_back(),
            // All that is outstanding will be delivered again.
            Method::BasicRecoverAsync(_) | Method::BasicRecover(_) => drop(slot.delivered.settle(0, true, false)),
            _ => {}
        }
        Ok(())
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Publishes a message. With confirms it has a number, under which it is
    /// [`Confirmed`](crate::amqp::Event::Confirmed) or [`Refused`](crate::amqp::Event::Refused).
    ///
    /// All frames of it are written, or none; an output that shares memory does not copy the body.
    ///
    /// # Errors
    ///
    /// `WindowFull` while too many are not confirmed, `Stopped` while the server has asked to stop, `OutOfOrder` while the
    /// body of another, or the answer to `tx.commit`, comes first: try again when an event has come. `StaleChannel` if the
    /// channel is closed; `Encode` if it cannot be sent as it is. A server that is [`Blocked`](crate::amqp::Event::Blocked)
    /// reads nothing: what is published then waits in the output.
    pub fn publish(
        &mut self,
        now: Instant,
        channel: Channel,
        publish: &basic::Publish<'_>,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<Option<u64>, SendError> {
        self.can_publish(channel)?;
        self.line.message(now, channel, publish, &properties, body, out)?;
        self.published(channel)
    }

    /// Begins to publish a message whose body is not at hand as one: [`publish_piece`](Self::publish_piece) sends it.
    pub fn publish_head(
        &mut self,
        now: Instant,
        channel: Channel,
        publish: &basic::Publish<'_>,
        header: ContentHeader<'_>,
        out: &mut impl Output,
    ) -> Result<Option<u64>, SendError> {
        self.can_publish(channel)?;
        self.line.head(now, channel, (*publish).into(), header, out)?;
        self.published(channel)
    }

    /// Sends a piece of a body, and says how many bytes are missing.
    pub fn publish_piece(
        &mut self,
        now: Instant,
        channel: Channel,
        bytes: &[u8],
        out: &mut impl Output,
    ) -> Result<u64, SendError> {
        self.line.piece(now, channel, bytes, out)
    }

    /// The slot of a channel that does not await the answer to tx.commit.
    fn committed(&mut self, channel: Channel) -> Result<&mut Slot<S::Words>, SendError> {
        let slot = self.line.live(channel)?;
        if slot.calls.has(MethodId::TxCommit) { Err(SendError::OutOfOrder) } else { Ok(slot) }
    }

    fn can_publish(&mut self, channel: Channel) -> Result<(), SendError> {
        let window = self.line.config.window;
        let slot = self.committed(channel)?;
        if slot.stopped {
            Err(SendError::Stopped)
        } else if slot.has_confirms() && !slot.published.reserve(window) {
            Err(SendError::WindowFull)
        } else {
            Ok(())
        }
    }

    fn published(&mut self, channel: Channel) -> Result<Option<u64>, SendError> {
        let slot = self.line.live(channel)?;
        Ok(slot.has_confirms().then(|| slot.published.push(true)))
    }

    /// Acknowledges a delivery; with `multiple` all before it on its channel, too.
    pub fn ack(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, multiple, basic::Ack { delivery_tag: tag.tag, multiple }.into(), out)
    }

    /// Does not take a delivery; with `multiple` none before it on its channel, too. It is requeued, or dropped and
    /// dead-lettered. (RabbitMQ)
    pub fn nack(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        requeue: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, multiple, basic::Nack { delivery_tag: tag.tag, multiple, requeue }.into(), out)
    }

    /// Does not take a delivery. It is requeued, or dropped and dead-lettered.
    pub fn reject(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        requeue: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, tag, false, basic::Reject { delivery_tag: tag.tag, requeue }.into(), out)
    }

    fn settle(
        &mut self,
        now: Instant,
        tag: DeliveryTag,
        multiple: bool,
        method: Method<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let slot = self.committed(tag.channel)?;
        // Looked at before anything is sent: a tag that is not outstanding would cost the channel. What came before the
        // answer to basic.recover was taken back.
        if slot.recovers() || !slot.automatic && !slot.delivered.has(tag.tag) {
            return Err(SendError::StaleDelivery);
        }
        self.line.method(now, tag.channel, method, out)?;
        let slot = self.line.live(tag.channel)?;
        slot.delivered.settle(tag.tag, multiple, slot.has_transactions());
        Ok(())
    }
}
