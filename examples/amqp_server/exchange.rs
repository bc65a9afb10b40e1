//! Exchanges: what passes messages on, and to where.

use fourwire::amqp::routing::{headers_match, topic_matches};
use fourwire::amqp::{EncodeError, Frame, FrameBuf, Method, ShortStr, exchange, queue};

use crate::message::Message;
use crate::refusal::{Refusal, Result};

/// The kinds that there are.
pub(crate) const KINDS: [&str; 4] = ["direct", "topic", "fanout", "headers"];

#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) kind: String,
    pub(crate) durable: bool,
    pub(crate) auto_delete: bool,
    pub(crate) internal: bool,
    pub(crate) bindings: Vec<Binding>,
}

/// What an exchange passes on, and to where.
#[derive(PartialEq, Debug)]
pub(crate) struct Binding {
    /// To a queue, and not to another exchange.
    pub(crate) to_queue: bool,
    /// The method that made it, which keeps the arguments.
    bind: FrameBuf<Vec<u8>>,
}

impl Exchange {
    pub(crate) fn new(declare: &exchange::Declare<'_>) -> Self {
        let exchange::Declare { kind, durable, auto_delete, internal, .. } = *declare;
        Self { kind: kind.to_string(), durable, auto_delete, internal, bindings: Vec::new() }
    }

    /// Whether it is what another wants to declare.
    pub(crate) fn check(&self, name: &str, wanted: &Self) -> Result<()> {
        let flags = [
            ("durable", wanted.durable, self.durable),
            ("auto_delete", wanted.auto_delete, self.auto_delete),
            ("internal", wanted.internal, self.internal),
        ];
        let flags = flags.map(|(arg, wanted, is)| (arg, wanted.to_string(), is.to_string()));
        let kind = ("type", wanted.kind.clone(), self.kind.clone());
        match [kind].into_iter().chain(flags).find(|(_, wanted, is)| wanted != is) {
            None => Ok(()),
            Some((arg, wanted, is)) => {
                let (wanted, is) = (format!("'{wanted}'"), format!("'{is}'"));
                Err(Refusal::inequivalent(arg, &format!("exchange '{name}'"), wanted, is))
            }
        }
    }

    /// The bindings that pass a message on.
    pub(crate) fn takes(&self, message: &Message) -> impl Iterator<Item = &Binding> {
        let key = ShortStr::new(&message.routing_key);
        let headers = message.properties().headers().unwrap_or_default();
        self.bindings.iter().filter(move |binding| {
            let bind = binding.get();
            match self.kind.as_str() {
                "fanout" => true,
                "topic" => topic_matches(bind.routing_key, key),
                "headers" => headers_match(&bind.arguments, &headers),
                _ => bind.routing_key == key,
            }
        })
    }
}

impl Binding {
    pub(crate) fn to_queue(name: &str, bind: &queue::Bind<'_>) -> std::result::Result<Self, EncodeError> {
        let bind = queue::Bind { queue: name.into(), no_wait: false, ..*bind };
        Ok(Self { to_queue: true, bind: FrameBuf::encode(&Frame::Method(1, bind.into()))? })
    }

    pub(crate) fn to_exchange(bind: &exchange::Bind<'_>) -> std::result::Result<Self, EncodeError> {
        let exchange::Bind { destination, source, routing_key, arguments, .. } = *bind;
        let bind = queue::Bind { queue: destination, exchange: source, routing_key, no_wait: false, arguments };
        Ok(Self { to_queue: false, bind: FrameBuf::encode(&Frame::Method(1, bind.into()))? })
    }

    pub(crate) fn get(&self) -> queue::Bind<'_> {
        match self.bind.frame() {
            Frame::Method(_, Method::QueueBind(bind)) => bind,
            _ => queue::Bind::default(),
        }
    }
}
