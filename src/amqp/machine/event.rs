//! What machines tell their applications.

use super::channel::{Channel, DeliveryTag};
use super::window::Settled;
use crate::amqp::{ContentHeader, Method, ProtocolHeader, ReplyCode, ShortStr, basic, channel, connection};

/// What both roles' events have in common: what `line.rs`, which knows no role, makes in place.
pub(super) trait Meaning<'i>: Sized {
    fn header(channel: Channel, header: &ContentHeader<'i>) -> Self;
    fn body(channel: Channel, bytes: &'i [u8], remaining: u64) -> Self;
    fn flow(channel: Channel, active: bool) -> Self;
    fn channel_closed(channel: Channel, close: &channel::Close<'i>) -> Self;
    fn channel_ended(channel: Channel) -> Self;
    fn closed(close: &connection::Close<'i>) -> Self;
    fn ended() -> Self;
    fn heartbeat() -> Self;
    fn ignored() -> Self;
}

macro_rules! events {
    ($(#[$doc:meta])* $name:ident: $($(#[$own:meta])* $variant:ident $(($($ty:ty),+))?,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Debug)]
        #[non_exhaustive]
        pub enum $name<'i> {
            $($(#[$own])* $variant $(($($ty),+))?,)*
            /// What is said of the message before its body, and how long that is. With 0 bytes the message is complete.
            Header(Channel, ContentHeader<'i>),
            /// A piece of the body, and how many bytes are still to come. With 0 the message is complete.
            Body(Channel, &'i [u8], u64),
            /// The peer asks to stop sending content, or to go on; it was answered.
            Flow(Channel, bool),
            /// The peer has closed the channel, and says why; it was answered. The handle is of no use any more.
            ChannelClosed(Channel, channel::Close<'i>),
            /// The channel that we have closed is closed.
            ChannelEnded(Channel),
            /// The peer has closed the connection, and says why; it was answered. Close the socket once that is written.
            Closed(connection::Close<'i>),
            /// The connection that we have closed is closed. Close the socket.
            Ended,
            /// The peer is alive. Nothing is to be done.
            Heartbeat,
            /// Something for a channel that we have closed already. Nothing is to be done.
            Ignored,
        }

        impl<'i> Meaning<'i> for $name<'i> {
            fn header(channel: Channel, header: &ContentHeader<'i>) -> Self {
                Self::Header(channel, *header)
            }

            fn body(channel: Channel, bytes: &'i [u8], remaining: u64) -> Self {
                Self::Body(channel, bytes, remaining)
            }

            fn flow(channel: Channel, active: bool) -> Self {
                Self::Flow(channel, active)
            }

            fn channel_closed(channel: Channel, close: &channel::Close<'i>) -> Self {
                Self::ChannelClosed(channel, *close)
            }

            fn channel_ended(channel: Channel) -> Self {
                Self::ChannelEnded(channel)
            }

            fn closed(close: &connection::Close<'i>) -> Self {
                Self::Closed(*close)
            }

            fn ended() -> Self {
                Self::Ended
            }

            fn heartbeat() -> Self {
                Self::Heartbeat
            }

            fn ignored() -> Self {
                Self::Ignored
            }
        }
    };
}

events! {
    /// What a [`Client`](super::Client) tells the application.
    Event:
    /// The server speaks another protocol, and says which. The connection is over.
    VersionRefused(ProtocolHeader),
    /// The server introduces itself: answer with `login`.
    Start(connection::Start<'i>),
    /// The SASL mechanism asks for more: answer with `respond`.
    Secure(&'i [u8]),
    /// The server proposes limits, which are settled: answer with `open`.
    Tune(connection::Tune),
    /// The virtual host is open: channels can be.
    Connected,
    /// The server reads no more from those that publish, and says why.
    Blocked(ShortStr<'i>),
    /// It reads on.
    Unblocked,
    /// The server has taken the new secret.
    SecretUpdated,
    /// The channel is open. What was called on it before is on its way.
    ChannelOpened(Channel),
    /// The answer to a call on the channel: to the first that had none and is answered by this method. (RabbitMQ answers
    /// `basic.consume` and `basic.cancel` late: what was called after them may be answered before.)
    Answer(Channel, Method<'i>),
    /// A message for a consumer; header and body follow.
    Deliver(DeliveryTag, basic::Deliver<'i>),
    /// The message that `basic.get` asked for; header and body follow.
    Got(DeliveryTag, basic::GetOk<'i>),
    /// A message comes back that nobody takes; header and body follow. It has no number: what can be
    /// known of which it is, [`Outstanding::came_back`](super::super::Outstanding::came_back) says. Its confirm comes after
    /// it.
    Returned(Channel, basic::Return<'i>),
    /// Publishes are confirmed.
    Confirmed(Channel, Settled),
    /// Publishes are refused.
    Refused(Channel, Settled),
    /// The consumer with this tag gets no more: its queue is gone. It was answered.
    Cancelled(Channel, ShortStr<'i>),
}

events! {
    /// What a [`Server`](super::Server) tells the application: what a client asks for.
    Request:
    /// The client speaks another protocol; it was told which one we do. The connection is over.
    VersionRefused(ProtocolHeader),
    /// A client is there: answer with `start`.
    Hello,
    /// The client begins to authenticate: answer with `secure`, `tune` or `close`.
    Login(connection::StartOk<'i>),
    /// The SASL mechanism's next response: answer with `secure`, `tune` or `close`.
    Response(&'i [u8]),
    /// The limits are settled.
    Tuned(connection::TuneOk),
    /// The client wants this virtual host: answer with `accept` or `close`.
    Open(ShortStr<'i>),
    /// The client has opened a channel; it was answered.
    ChannelOpened(Channel),
    /// The client calls: answer with `answer`, `get_ok`, or `close_channel`, in the order of the calls. What has
    /// `no_wait` set is not answered.
    Call(Channel, Method<'i>),
    /// The client has a new secret: answer with `secret_updated` or `close`.
    UpdateSecret(connection::UpdateSecret<'i>),
    /// A message is published; header and body follow. With confirms it has a number, to be confirmed or refused by.
    Publish(Channel, basic::Publish<'i>, Option<u64>),
    /// Messages are acknowledged.
    Acknowledged(Channel, Settled),
    /// Messages are not taken, and are to be requeued, or dropped and dead-lettered.
    Rejected(Channel, Settled, bool),
    /// The client wants all that it has not acknowledged on this channel again: all those tags are settled,
    /// but for what it acknowledged in a transaction that is not committed: [`Server::unacknowledged`] still has that.
    ///
    /// [`Server::unacknowledged`]: super::Server::unacknowledged
    Recover(Channel, Option<Settled>),
    /// The client broke a rule for which the channel is closed: it was told. What it has not acknowledged is to be
    /// requeued.
    ChannelRefused(Channel, ReplyCode),
}
