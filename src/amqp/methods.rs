//! All methods of AMQP 0-9-1, with RabbitMQ's additions: this is the table; `method.rs` makes code of it.
//!
//! Fields have the specification's names and types; a bit is a `bool`, a long string is bytes.

use core::fmt;

use super::decode::{Decoded, no_method};
use super::encode::{self, Arguments};
use super::method::{Sender, methods};
use super::table::Rules;
use super::{Argument, EncodeError};
use crate::Output;

methods! {
    /// Connections: the handshake, and the end. (§2.2, class 10)
    connection 10 {
        /// The server introduces itself.
        ConnectionStart: Start<'a> 10 "connection.start" from Server answered by ConnectionStartOk {
            /// The protocol's major version: 0.
            version_major: u8,
            /// The protocol's minor version: 9.
            version_minor: u8,
            /// What the server is, and under `capabilities` what it can do.
            server_properties: Table<'a>,
            /// The names of SASL mechanisms, with spaces between them.
            mechanisms: &'a [u8],
            /// The names of locales for reply texts, with spaces between them.
            locales: &'a [u8],
        }
        /// The client chooses a mechanism, and begins to authenticate.
        ConnectionStartOk: StartOk<'a> 11 "connection.start-ok" from Client {
            /// What the client is, and under `capabilities` what it can do.
            client_properties: Table<'a>,
            /// The SASL mechanism.
            mechanism: ShortStr<'a>,
            /// The mechanism's first response.
            response: &'a [u8],
            /// The locale.
            locale: ShortStr<'a>,
        }
        /// The mechanism asks for more.
        ConnectionSecure: Secure<'a> 20 "connection.secure" from Server answered by ConnectionSecureOk {
            /// The mechanism's challenge.
            challenge: &'a [u8],
        }
        /// The mechanism's next response.
        ConnectionSecureOk: SecureOk<'a> 21 "connection.secure-ok" from Client {
            /// The response.
            response: &'a [u8],
        }
        /// The server proposes limits.
        ConnectionTune: Tune 30 "connection.tune" from Server answered by ConnectionTuneOk {
            /// The highest channel number; 0 is no limit.
            channel_max: u16,
            /// The largest frame in bytes; 0 is no limit.
            frame_max: u32,
            /// Seconds between heartbeats; 0 is none.
            heartbeat: u16,
        }
        /// The client settles them.
        ConnectionTuneOk: TuneOk 31 "connection.tune-ok" from Client {
            /// The highest channel number; 0 is no limit.
            channel_max: u16,
            /// The largest frame in bytes; 0 is no limit.
            frame_max: u32,
            /// Seconds between heartbeats; 0 is none.
            heartbeat: u16,
        }
        /// The client opens a virtual host.
        ConnectionOpen: Open<'a> 40 "connection.open" from Client answered by ConnectionOpenOk {
            /// The virtual host's name.
            virtual_host: ShortStr<'a>,
            (ShortStr<'_>, bool)
        }
        /// It is open.
        ConnectionOpenOk: OpenOk 41 "connection.open-ok" from Server {
            (ShortStr<'_>)
        }
        /// An end closes the connection, and says why.
        ConnectionClose: Close<'a> 50 "connection.close" from Both answered by ConnectionCloseOk {
            /// Why.
            reply_code: ReplyCode,
            /// Why, for people.
            reply_text: ShortStr<'a>,
            /// The class of the method that it was about, or 0.
            class_id: u16,
            /// That method, or 0.
            method_id: u16,
        }
        /// It is closed.
        ConnectionCloseOk: CloseOk 51 "connection.close-ok" from Both {}
        /// The server is out of memory or disk space: it reads no more from those that publish. (RabbitMQ)
        ConnectionBlocked: Blocked<'a> 60 "connection.blocked" from Server {
            /// Why, for people.
            reason: ShortStr<'a>,
        }
        /// It reads on. (RabbitMQ)
        ConnectionUnblocked: Unblocked 61 "connection.unblocked" from Server {}
        /// The client has a new secret, such as a token. (RabbitMQ)
        ConnectionUpdateSecret: UpdateSecret<'a> 70 "connection.update-secret" from Client
            answered by ConnectionUpdateSecretOk
        {
            /// The secret.
            new_secret: &'a [u8],
            /// Why, for people.
            reason: ShortStr<'a>,
        }
        /// The server has taken it. (RabbitMQ)
        ConnectionUpdateSecretOk: UpdateSecretOk 71 "connection.update-secret-ok" from Server {}
    }

    /// Channels, of which a connection has many. (§2.2, class 20)
    channel 20 {
        /// The client opens the channel.
        ChannelOpen: Open 10 "channel.open" from Client answered by ChannelOpenOk {
            (ShortStr<'_>)
        }
        /// It is open.
        ChannelOpenOk: OpenOk 11 "channel.open-ok" from Server {
            (&'_ [u8])
        }
        /// An end asks the other to stop sending content, or to go on.
        ChannelFlow: Flow 20 "channel.flow" from Both answered by ChannelFlowOk {
            /// Whether to send.
            active: bool,
        }
        /// It has stopped, or goes on.
        ChannelFlowOk: FlowOk 21 "channel.flow-ok" from Both {
            /// Whether it sends.
            active: bool,
        }
        /// An end closes the channel, and says why.
        ChannelClose: Close<'a> 40 "channel.close" from Both answered by ChannelCloseOk {
            /// Why.
            reply_code: ReplyCode,
            /// Why, for people.
            reply_text: ShortStr<'a>,
            /// The class of the method that it was about, or 0.
            class_id: u16,
            /// That method, or 0.
            method_id: u16,
        }
        /// It is closed.
        ChannelCloseOk: CloseOk 41 "channel.close-ok" from Both {}
    }

    /// Access tickets: of an older protocol, kept by RabbitMQ. (class 30)
    access 30 {
        /// The client asks for a ticket.
        AccessRequest: Request<'a> 10 "access.request" from Client answered by AccessRequestOk {
            /// To what.
            realm: ShortStr<'a>,
            /// Alone.
            exclusive: bool,
            /// To look whether it is there.
            passive: bool,
            /// To manage it.
            active: bool,
            /// To write.
            write: bool,
            /// To read.
            read: bool,
        }
        /// The ticket, which nobody looks at.
        AccessRequestOk: RequestOk 11 "access.request-ok" from Server {
            /// Its number.
            ticket: u16,
        }
    }

    /// Exchanges, which take messages and pass them on to queues. (§2.2, class 40)
    exchange 40 {
        /// The client makes an exchange, or makes sure that it is there.
        ExchangeDeclare: Declare<'a> 10 "exchange.declare" from Client answered by ExchangeDeclareOk {
            [u16]
            /// Its name.
            exchange: ShortStr<'a>,
            /// `direct`, `fanout`, `topic`, `headers`, or one of a plug-in's.
            kind: ShortStr<'a>,
            /// Only to find out whether it is there.
            passive: bool,
            /// It outlives the server's restart.
            durable: bool,
            /// It ends with its last binding.
            auto_delete: bool,
            /// It takes messages from other exchanges alone.
            internal: bool,
            /// No answer is wanted.
            no_wait: bool,
            /// More, by the server's own words.
            arguments: Table<'a>,
        }
        /// It is there.
        ExchangeDeclareOk: DeclareOk 11 "exchange.declare-ok" from Server {}
        /// The client ends an exchange.
        ExchangeDelete: Delete<'a> 20 "exchange.delete" from Client answered by ExchangeDeleteOk {
            [u16]
            /// Its name.
            exchange: ShortStr<'a>,
            /// Only if nothing is bound to it.
            if_unused: bool,
            /// No answer is wanted.
            no_wait: bool,
        }
        /// It is gone.
        ExchangeDeleteOk: DeleteOk 21 "exchange.delete-ok" from Server {}
        /// The client binds an exchange to another. (RabbitMQ)
        ExchangeBind: Bind<'a> 30 "exchange.bind" from Client answered by ExchangeBindOk {
            [u16]
            /// Where messages go.
            destination: ShortStr<'a>,
            /// Where they come from.
            source: ShortStr<'a>,
            /// Which ones.
            routing_key: ShortStr<'a>,
            /// No answer is wanted.
            no_wait: bool,
            /// Which ones, by headers.
            arguments: Table<'a>,
        }
        /// It is bound. (RabbitMQ)
        ExchangeBindOk: BindOk 31 "exchange.bind-ok" from Server {}
        /// The client ends such a binding. (RabbitMQ)
        ExchangeUnbind: Unbind<'a> 40 "exchange.unbind" from Client answered by ExchangeUnbindOk {
            [u16]
            /// Where messages went.
            destination: ShortStr<'a>,
            /// Where they came from.
            source: ShortStr<'a>,
            /// Which ones.
            routing_key: ShortStr<'a>,
            /// No answer is wanted.
            no_wait: bool,
            /// Which ones, by headers.
            arguments: Table<'a>,
        }
        /// It is ended. (RabbitMQ)
        ExchangeUnbindOk: UnbindOk 51 "exchange.unbind-ok" from Server {}
    }

    /// Queues, which keep messages for consumers. (§2.2, class 50)
    queue 50 {
        /// The client makes a queue, or makes sure that it is there.
        QueueDeclare: Declare<'a> 10 "queue.declare" from Client answered by QueueDeclareOk {
            [u16]
            /// Its name; if it is empty the server chooses one.
            queue: ShortStr<'a>,
            /// Only to find out whether it is there.
            passive: bool,
            /// It outlives the server's restart.
            durable: bool,
            /// It is this connection's alone, and ends with it.
            exclusive: bool,
            /// It ends with its last consumer.
            auto_delete: bool,
            /// No answer is wanted.
            no_wait: bool,
            /// More: `x-message-ttl`, `x-dead-letter-exchange`, …
            arguments: Table<'a>,
        }
        /// It is there.
        QueueDeclareOk: DeclareOk<'a> 11 "queue.declare-ok" from Server {
            /// Its name.
            queue: ShortStr<'a>,
            /// How many messages are ready in it.
            message_count: u32,
            /// How many consumers it has.
            consumer_count: u32,
        }
        /// The client binds a queue to an exchange.
        QueueBind: Bind<'a> 20 "queue.bind" from Client answered by QueueBindOk {
            [u16]
            /// The queue's name; if it is empty the last one declared on this channel.
            queue: ShortStr<'a>,
            /// The exchange.
            exchange: ShortStr<'a>,
            /// Which messages.
            routing_key: ShortStr<'a>,
            /// No answer is wanted.
            no_wait: bool,
            /// Which messages, by headers: `x-match` and others.
            arguments: Table<'a>,
        }
        /// It is bound.
        QueueBindOk: BindOk 21 "queue.bind-ok" from Server {}
        /// The client throws away what is ready in a queue.
        QueuePurge: Purge<'a> 30 "queue.purge" from Client answered by QueuePurgeOk {
            [u16]
            /// The queue.
            queue: ShortStr<'a>,
            /// No answer is wanted.
            no_wait: bool,
        }
        /// It is empty.
        QueuePurgeOk: PurgeOk 31 "queue.purge-ok" from Server {
            /// How many messages there were.
            message_count: u32,
        }
        /// The client ends a queue.
        QueueDelete: Delete<'a> 40 "queue.delete" from Client answered by QueueDeleteOk {
            [u16]
            /// The queue.
            queue: ShortStr<'a>,
            /// Only if it has no consumers.
            if_unused: bool,
            /// Only if it has no messages.
            if_empty: bool,
            /// No answer is wanted.
            no_wait: bool,
        }
        /// It is gone.
        QueueDeleteOk: DeleteOk 41 "queue.delete-ok" from Server {
            /// How many messages there were.
            message_count: u32,
        }
        /// The client ends a binding.
        QueueUnbind: Unbind<'a> 50 "queue.unbind" from Client answered by QueueUnbindOk {
            [u16]
            /// The queue.
            queue: ShortStr<'a>,
            /// The exchange.
            exchange: ShortStr<'a>,
            /// Which messages.
            routing_key: ShortStr<'a>,
            /// Which messages, by headers.
            arguments: Table<'a>,
        }
        /// It is ended.
        QueueUnbindOk: UnbindOk 51 "queue.unbind-ok" from Server {}
    }

    /// Messages. (§2.2, class 60)
    basic 60 {
        /// The client says how many unacknowledged messages it takes.
        BasicQos: Qos 10 "basic.qos" from Client answered by BasicQosOk {
            /// How many bytes of them; 0 is no limit, and all that RabbitMQ knows.
            prefetch_size: u32,
            /// How many of them; 0 is no limit.
            prefetch_count: u16,
            /// For all consumers of the channel together. For RabbitMQ; the specification means the connection.
            global: bool,
        }
        /// It is noted.
        BasicQosOk: QosOk 11 "basic.qos-ok" from Server {}
        /// The client wants the messages of a queue.
        BasicConsume: Consume<'a> 20 "basic.consume" from Client answered by BasicConsumeOk {
            [u16]
            /// The queue; if it is empty the last one declared on this channel.
            queue: ShortStr<'a>,
            /// The consumer's name; if it is empty the server chooses one.
            consumer_tag: ShortStr<'a>,
            /// None that this connection published. RabbitMQ does not know it.
            no_local: bool,
            /// They need not be acknowledged.
            no_ack: bool,
            /// Nobody else is to consume from the queue.
            exclusive: bool,
            /// No answer is wanted.
            no_wait: bool,
            /// More: `x-priority`, …
            arguments: Table<'a>,
        }
        /// They will come.
        BasicConsumeOk: ConsumeOk<'a> 21 "basic.consume-ok" from Server {
            /// The consumer's name.
            consumer_tag: ShortStr<'a>,
        }
        /// A consumer ends: the client wants no more, or, to clients that can take it, the server has no more. (RabbitMQ)
        BasicCancel: Cancel<'a> 30 "basic.cancel" from Both answered by BasicCancelOk {
            /// The consumer's name.
            consumer_tag: ShortStr<'a>,
            /// No answer is wanted.
            no_wait: bool,
        }
        /// It has ended.
        BasicCancelOk: CancelOk<'a> 31 "basic.cancel-ok" from Both {
            /// The consumer's name.
            consumer_tag: ShortStr<'a>,
        }
        /// The client publishes the message that follows.
        BasicPublish: Publish<'a> 40 "basic.publish" from Client with content {
            [u16]
            /// The exchange; the default one has no name.
            exchange: ShortStr<'a>,
            /// What the exchange decides by.
            routing_key: ShortStr<'a>,
            /// If nothing takes it, it is to come back.
            mandatory: bool,
            /// If nobody takes it at once, it is to come back. RabbitMQ refuses this.
            immediate: bool,
        }
        /// The message that follows comes back: nothing takes it.
        BasicReturn: Return<'a> 50 "basic.return" from Server with content {
            /// Why.
            reply_code: ReplyCode,
            /// Why, for people.
            reply_text: ShortStr<'a>,
            /// Where it was published.
            exchange: ShortStr<'a>,
            /// And how.
            routing_key: ShortStr<'a>,
        }
        /// The message that follows is for a consumer.
        BasicDeliver: Deliver<'a> 60 "basic.deliver" from Server with content {
            /// The consumer's name.
            consumer_tag: ShortStr<'a>,
            /// The delivery tag: what it is acknowledged by, on this channel.
            delivery_tag: u64,
            /// It may have been delivered before.
            redelivered: bool,
            /// Where it was published.
            exchange: ShortStr<'a>,
            /// And how.
            routing_key: ShortStr<'a>,
        }
        /// The client wants one message.
        BasicGet: Get<'a> 70 "basic.get" from Client answered by BasicGetOk | BasicGetEmpty {
            [u16]
            /// Of this queue.
            queue: ShortStr<'a>,
            /// It need not be acknowledged.
            no_ack: bool,
        }
        /// The message that follows is it.
        BasicGetOk: GetOk<'a> 71 "basic.get-ok" from Server with content {
            /// The delivery tag: what it is acknowledged by, on this channel.
            delivery_tag: u64,
            /// It may have been delivered before.
            redelivered: bool,
            /// Where it was published.
            exchange: ShortStr<'a>,
            /// And how.
            routing_key: ShortStr<'a>,
            /// How many messages are left.
            message_count: u32,
        }
        /// There is none.
        BasicGetEmpty: GetEmpty 72 "basic.get-empty" from Server {
            (ShortStr<'_>)
        }
        /// Messages are acknowledged: by a consumer, or, where confirms were selected, by the server. (§1.8.3.13, RabbitMQ)
        BasicAck: Ack 80 "basic.ack" from Both {
            /// Which.
            delivery_tag: u64,
            /// And all before it that are outstanding; with the tag 0 all.
            multiple: bool,
        }
        /// The client does not take a message.
        BasicReject: Reject 90 "basic.reject" from Client {
            /// Which.
            delivery_tag: u64,
            /// It is to be given to somebody else, and not to be dropped or dead-lettered.
            requeue: bool,
        }
        /// The client wants what it has not acknowledged again; no answer.
        BasicRecoverAsync: RecoverAsync 100 "basic.recover-async" from Client {
            /// Whoever may get it; else this consumer. RabbitMQ knows the former alone.
            requeue: bool,
        }
        /// The client wants what it has not acknowledged again.
        BasicRecover: Recover 110 "basic.recover" from Client answered by BasicRecoverOk {
            /// Whoever may get it; else this consumer. RabbitMQ knows the former alone.
            requeue: bool,
        }
        /// It will come.
        BasicRecoverOk: RecoverOk 111 "basic.recover-ok" from Server {}
        /// Messages are not taken: by a consumer, or, where confirms were selected, by the server. (RabbitMQ)
        BasicNack: Nack 120 "basic.nack" from Both {
            /// Which.
            delivery_tag: u64,
            /// And all before it that are outstanding; with the tag 0 all.
            multiple: bool,
            /// They are to be given to somebody else, and not to be dropped or dead-lettered.
            requeue: bool,
        }
    }

    /// Publisher confirms. (RabbitMQ, class 85)
    confirm 85 {
        /// The client wants each message that it publishes on this channel to be acknowledged.
        ConfirmSelect: Select 10 "confirm.select" from Client answered by ConfirmSelectOk {
            /// No answer is wanted.
            no_wait: bool,
        }
        /// They will be.
        ConfirmSelectOk: SelectOk 11 "confirm.select-ok" from Server {}
    }

    /// Transactions. (§2.2, class 90)
    tx 90 {
        /// The client wants transactions on this channel.
        TxSelect: Select 10 "tx.select" from Client answered by TxSelectOk {}
        /// It has them.
        TxSelectOk: SelectOk 11 "tx.select-ok" from Server {}
        /// What was published and acknowledged since the last one is to count.
        TxCommit: Commit 20 "tx.commit" from Client answered by TxCommitOk {}
        /// It does.
        TxCommitOk: CommitOk 21 "tx.commit-ok" from Server {}
        /// It is to be as if it had never been.
        TxRollback: Rollback 30 "tx.rollback" from Client answered by TxRollbackOk {}
        /// It is.
        TxRollbackOk: RollbackOk 31 "tx.rollback-ok" from Server {}
    }
}

/// The class whose methods are on channel 0.
pub(super) const CONNECTION: u16 = 10;

impl MethodId {
    /// The number of its class.
    pub const fn class(self) -> u16 {
        self as u16 >> 8
    }

    /// Its number in the class.
    pub const fn method(self) -> u16 {
        self as u16 & 0xFF
    }

    /// Whether it is about the connection, and so on channel 0.
    pub const fn is_connection(self) -> bool {
        self.class() == CONNECTION
    }
}

impl fmt::Display for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Method<'_> {
    /// Whether it calls for something and wants no answer.
    pub const fn no_wait(&self) -> bool {
        match self {
            Self::ExchangeDeclare(call) => call.no_wait,
            Self::ExchangeDelete(call) => call.no_wait,
            Self::ExchangeBind(call) => call.no_wait,
            Self::ExchangeUnbind(call) => call.no_wait,
            Self::QueueDeclare(call) => call.no_wait,
            Self::QueueBind(call) => call.no_wait,
            Self::QueuePurge(call) => call.no_wait,
            Self::QueueDelete(call) => call.no_wait,
            Self::BasicConsume(call) => call.no_wait,
            Self::BasicCancel(call) => call.no_wait,
            Self::ConfirmSelect(call) => call.no_wait,
            _ => false,
        }
    }
}
