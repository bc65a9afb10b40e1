//! Methods: what they are called, what makes each of them a [`Method`], and those that are written most.

use core::fmt::{Display, Formatter, Result as Written};

use fourwire::amqp::*;

use crate::entries;

entries! {
    fourwire::amqp::MethodId = MethodId {
        fn from_ids(class: u16, method: u16) -> Option<MethodId>;
        fn name(id: MethodId) -> &'static str;
        fn sender(id: MethodId) -> Sender;
        fn has_content(id: MethodId) -> bool;
        fn answers(id: MethodId) -> &'static [MethodId];
        fn class(id: MethodId) -> u16;
        fn method(id: MethodId) -> u16;
        fn is_connection(id: MethodId) -> bool;
    }
    fourwire::amqp::MethodId: Display = MethodId {
        fn fmt(id: &MethodId, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::Method = Method<'_> {
        fn id(method: &Method<'_>) -> MethodId;
        fn no_wait(method: &Method<'_>) -> bool;
        fn each_argument(method: &Method<'_>, see: &mut dyn FnMut(&'static str, Argument<'_>));
    }
    fourwire::amqp::Method: From<_> = Method<'_> {
        fn from(method: connection::Start<'_>) -> Method<'_>;
        fn from(method: connection::StartOk<'_>) -> Method<'_>;
        fn from(method: connection::Secure<'_>) -> Method<'_>;
        fn from(method: connection::SecureOk<'_>) -> Method<'_>;
        fn from(method: connection::Tune) -> Method<'static>;
        fn from(method: connection::TuneOk) -> Method<'static>;
        fn from(method: connection::Open<'_>) -> Method<'_>;
        fn from(method: connection::OpenOk) -> Method<'static>;
        fn from(method: connection::Close<'_>) -> Method<'_>;
        fn from(method: connection::CloseOk) -> Method<'static>;
        fn from(method: connection::Blocked<'_>) -> Method<'_>;
        fn from(method: connection::Unblocked) -> Method<'static>;
        fn from(method: connection::UpdateSecret<'_>) -> Method<'_>;
        fn from(method: connection::UpdateSecretOk) -> Method<'static>;
        fn from(method: channel::Open) -> Method<'static>;
        fn from(method: channel::OpenOk) -> Method<'static>;
        fn from(method: channel::Flow) -> Method<'static>;
        fn from(method: channel::FlowOk) -> Method<'static>;
        fn from(method: channel::Close<'_>) -> Method<'_>;
        fn from(method: channel::CloseOk) -> Method<'static>;
        fn from(method: access::Request<'_>) -> Method<'_>;
        fn from(method: access::RequestOk) -> Method<'static>;
        fn from(method: exchange::Declare<'_>) -> Method<'_>;
        fn from(method: exchange::DeclareOk) -> Method<'static>;
        fn from(method: exchange::Delete<'_>) -> Method<'_>;
        fn from(method: exchange::DeleteOk) -> Method<'static>;
        fn from(method: exchange::Bind<'_>) -> Method<'_>;
        fn from(method: exchange::BindOk) -> Method<'static>;
        fn from(method: exchange::Unbind<'_>) -> Method<'_>;
        fn from(method: exchange::UnbindOk) -> Method<'static>;
        fn from(method: queue::Declare<'_>) -> Method<'_>;
        fn from(method: queue::DeclareOk<'_>) -> Method<'_>;
        fn from(method: queue::Bind<'_>) -> Method<'_>;
        fn from(method: queue::BindOk) -> Method<'static>;
        fn from(method: queue::Purge<'_>) -> Method<'_>;
        fn from(method: queue::PurgeOk) -> Method<'static>;
        fn from(method: queue::Delete<'_>) -> Method<'_>;
        fn from(method: queue::DeleteOk) -> Method<'static>;
        fn from(method: queue::Unbind<'_>) -> Method<'_>;
        fn from(method: queue::UnbindOk) -> Method<'static>;
        fn from(method: basic::Qos) -> Method<'static>;
        fn from(method: basic::QosOk) -> Method<'static>;
        fn from(method: basic::Consume<'_>) -> Method<'_>;
        fn from(method: basic::ConsumeOk<'_>) -> Method<'_>;
        fn from(method: basic::Cancel<'_>) -> Method<'_>;
        fn from(method: basic::CancelOk<'_>) -> Method<'_>;
        fn from(method: basic::Publish<'_>) -> Method<'_>;
        fn from(method: basic::Return<'_>) -> Method<'_>;
        fn from(method: basic::Deliver<'_>) -> Method<'_>;
        fn from(method: basic::Get<'_>) -> Method<'_>;
        fn from(method: basic::GetOk<'_>) -> Method<'_>;
        fn from(method: basic::GetEmpty) -> Method<'static>;
        fn from(method: basic::Ack) -> Method<'static>;
        fn from(method: basic::Reject) -> Method<'static>;
        fn from(method: basic::RecoverAsync) -> Method<'static>;
        fn from(method: basic::Recover) -> Method<'static>;
        fn from(method: basic::RecoverOk) -> Method<'static>;
        fn from(method: basic::Nack) -> Method<'static>;
        fn from(method: confirm::Select) -> Method<'static>;
        fn from(method: confirm::SelectOk) -> Method<'static>;
        fn from(method: tx::Select) -> Method<'static>;
        fn from(method: tx::SelectOk) -> Method<'static>;
        fn from(method: tx::Commit) -> Method<'static>;
        fn from(method: tx::CommitOk) -> Method<'static>;
        fn from(method: tx::Rollback) -> Method<'static>;
        fn from(method: tx::RollbackOk) -> Method<'static>;
    }

    fourwire::amqp::exchange::Declare = exchange::Declare<'_> {
        fn new<'a>(exchange: &'a str, kind: ShortStr<'a>) -> exchange::Declare<'a>;
    }
    fourwire::amqp::queue::Declare = queue::Declare<'_> {
        fn new<'a>(queue: &'a str) -> queue::Declare<'a>;
    }
    fourwire::amqp::queue::Bind = queue::Bind<'_> {
        fn new<'a>(queue: &'a str, exchange: &'a [u8], routing_key: ShortStr<'a>) -> queue::Bind<'a>;
    }
    fourwire::amqp::basic::Publish = basic::Publish<'_> {
        fn to<'a>(exchange: &'a str, routing_key: ShortStr<'a>) -> basic::Publish<'a>;
    }
    fourwire::amqp::basic::Consume = basic::Consume<'_> {
        fn of<'a>(queue: &'a str) -> basic::Consume<'a>;
    }
    fourwire::amqp::basic::Get = basic::Get<'_> {
        fn of<'a>(queue: &'a str) -> basic::Get<'a>;
    }
    fourwire::amqp::basic::Qos = basic::Qos {
        fn prefetch(prefetch_count: u16) -> basic::Qos;
    }
}
