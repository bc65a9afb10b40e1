//! What a server sends on its channels: answers, messages, confirms.

use super::super::SendError;
use super::super::channel::{Channel, DeliveryTag, Slot, Slots};
use super::Server;
use crate::amqp::{ContentHeader, Method, MethodId, Properties, ReplyCode, ShortStr, basic, channel};
use crate::{Instant, Output};

impl<S: Slots> Server<S> {
    // --- channels ------------------------------------------------------------------------------------------------

    /// Answers the first call on the channel that has no answer.
    pub fn answer<'a>(
        &mut self,
        now: Instant,
        channel: Channel,
        method: impl Into<Method<'a>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let method = method.into();
        let call = self.line.live(channel)?.calls.first().ok_or(SendError::OutOfOrder)?;
        if !call.answers().contains(&method.id()) || method.id().has_content() {
            return Err(SendError::Method(method.id()));
        }
        self.line.method(now, channel, method, out)?;
        self.answered(channel)
    }

    fn answered(&mut self, channel: Channel) -> Result<(), SendError> {
        self.line.live(channel)?.calls.pop();
        Ok(())
    }

    /// Closes a channel, and says why and about which call. [`ChannelEnded`](crate::amqp::Request::ChannelEnded) comes
    /// when the client has read it; what it sends until then is not looked at.
    pub fn close_channel<'s>(
        &mut self,
        now: Instant,
        channel: Channel,
        reply_code: ReplyCode,
        reply_text: impl Into<ShortStr<'s>>,
        about: Option<MethodId>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.close_channel(now, channel, reply_code, reply_text.into(), about, out)
    }

    /// Refuses what the client sent on a channel: closes the channel, or, if the reply code is a hard one, the connection,
    /// and says which method that was about. RabbitMQ's texts begin with the reply code's name.
    pub fn refuse_call<'s>(
        &mut self,
        now: Instant,
        channel: Channel,
        about: MethodId,
        reply_code: ReplyCode,
        reply_text: impl Into<ShortStr<'s>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if reply_code.is_hard() {
            self.line.live(channel)?;
            return self.line.close(now, reply_code, reply_text.into(), Some(about), out);
        }
        self.line.close_channel(now, channel, reply_code, reply_text.into(), Some(about), out)
    }

    /// Asks the client to send no content on this channel, or to go on. (channel.flow; RabbitMQ does without it)
    pub fn flow(
        &mut self,
        now: Instant,
        channel: Channel,
        active: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.method(now, channel, channel::Flow { active }, out)
    }

    /// Tells a consumer that it gets no more: its queue is gone. (RabbitMQ; only to clients that have the capability
    /// `consumer_cancel_notify`)
    pub fn cancel<'s>(
        &mut self,
        now: Instant,
        channel: Channel,
        consumer_tag: impl Into<ShortStr<'s>>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.method(now, channel, basic::Cancel { consumer_tag: consumer_tag.into(), no_wait: true }, out)
    }

    // --- messages ------------------------------------------------------------------------------------------------

    /// Delivers a message to a consumer; its `delivery_tag` is the machine's choice. With `no_ack` the client does not
    /// acknowledge it.
    ///
    /// All frames of it are written, or none; an output that shares memory does not copy the body.
    #[expect(clippy::too_many_arguments, reason = "a message has three parts")]
    pub fn deliver(
        &mut self,
        now: Instant,
        channel: Channel,
        deliver: &basic::Deliver<'_>,
        no_ack: bool,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        self.may_send(channel)?;
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let deliver = basic::Deliver { delivery_tag, ..*deliver };
        self.line.message(now, channel, &deliver, &properties, body, out)?;
        self.delivered(channel, no_ack)
    }

    /// Answers `basic.get` with a message; its `delivery_tag` is the machine's choice.
    #[expect(clippy::too_many_arguments, reason = "a message has three parts")]
    pub fn get_ok(
        &mut self,
        now: Instant,
        channel: Channel,
        got: &basic::GetOk<'_>,
        no_ack: bool,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        if self.line.live(channel)?.calls.first() != Some(MethodId::BasicGet) {
            return Err(SendError::OutOfOrder);
        }
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let got = basic::GetOk { delivery_tag, ..*got };
        self.line.message(now, channel, &got, &properties, body, out)?;
        self.answered(channel)?;
        self.delivered(channel, no_ack)
    }

    /// Sends a message back that nobody takes. With confirms that comes before its confirm.
    pub fn send_back(
        &mut self,
        now: Instant,
        channel: Channel,
        returned: &basic::Return<'_>,
        properties: Properties<'_>,
        body: &[u8],
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.line.message(now, channel, returned, &properties, body, out)
    }

    /// Begins to deliver a message whose body is not at hand as one: [`piece`](Self::piece) sends it.
    pub fn deliver_head(
        &mut self,
        now: Instant,
        channel: Channel,
        deliver: &basic::Deliver<'_>,
        no_ack: bool,
        header: ContentHeader<'_>,
        out: &mut impl Output,
    ) -> Result<DeliveryTag, SendError> {
        self.may_send(channel)?;
        let delivery_tag = self.next_tag(channel, no_ack)?;
        let method = basic::Deliver { delivery_tag, ..*deliver }.into();
        self.line.head(now, channel, method, header, out)?;
        self.delivered(channel, no_ack)
    }

    /// Sends a piece of a body, and says how many bytes are missing.
    pub fn piece(
        &mut self,
        now: Instant,
        channel: Channel,
        bytes: &[u8],
        out: &mut impl Output,
    ) -> Result<u64, SendError> {
        self.line.piece(now, channel, bytes, out)
    }

    /// What `basic.get` asked for is sent also while the client has asked to stop. (channel.flow)
    fn may_send(&mut self, channel: Channel) -> Result<(), SendError> {
        if self.line.live(channel)?.stopped { Err(SendError::Stopped) } else { Ok(()) }
    }

    fn next_tag(&mut self, channel: Channel, no_ack: bool) -> Result<u64, SendError> {
        let window = self.line.config.window;
        let slot = self.line.live(channel)?;
        if no_ack || slot.delivered.reserve(window) { Ok(slot.delivered.next()) } else { Err(SendError::WindowFull) }
    }

    fn delivered(&mut self, channel: Channel, no_ack: bool) -> Result<DeliveryTag, SendError> {
        let tag = self.line.live(channel)?.delivered.push(!no_ack);
        Ok(DeliveryTag { channel, tag })
    }

    /// Confirms a publish; with `multiple` all before it on its channel, too.
    pub fn confirm(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        self.settle(now, channel, number, multiple, basic::Ack { delivery_tag: number, multiple }.into(), out)
    }

    /// Refuses a publish; with `multiple` all before it on its channel, too.
    pub fn refuse(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        let nack = basic::Nack { delivery_tag: number, multiple, requeue: false };
        self.settle(now, channel, number, multiple, nack.into(), out)
    }

    fn settle(
        &mut self,
        now: Instant,
        channel: Channel,
        number: u64,
        multiple: bool,
        method: Method<'_>,
        out: &mut impl Output,
    ) -> Result<(), SendError> {
        if !self.line.live(channel)?.published.has(number) {
            return Err(SendError::StaleDelivery);
        }
        self.line.method(now, channel, method, out)?;
        self.line.live(channel)?.published.settle(number, multiple, false);
        Ok(())
    }

    /// Whether the channel has transactions: then what is published and acknowledged on it counts when `tx.commit` is
    /// called, and not if `tx.rollback` is.
    pub fn has_transactions(&self, channel: Channel) -> bool {
        self.line.known(channel).is_some_and(Slot::has_transactions)
    }
}
