//! The methods that are written most, with what they cannot do without; all else is as by default, which is nothing.
//!
//! ```
//! use fourwire::amqp::{basic, exchange, queue};
//!
//! let orders = queue::Declare { durable: true, ..queue::Declare::new("orders") };
//! let kind = exchange::Declare { durable: true, ..exchange::Declare::new("shop", "topic") };
//! let publish = basic::Publish { mandatory: true, ..basic::Publish::to("shop", "orders.new.eu") };
//! # let _ = (orders, kind, publish);
//! ```

use super::{ShortStr, basic, exchange, queue};

impl<'a> exchange::Declare<'a> {
    /// An exchange of this kind: `direct`, `fanout`, `topic`, `headers`, or one of a plug-in's.
    pub fn new(exchange: impl Into<ShortStr<'a>>, kind: impl Into<ShortStr<'a>>) -> Self {
        Self { exchange: exchange.into(), kind: kind.into(), ..Self::default() }
    }
}

impl<'a> queue::Declare<'a> {
    /// A queue of this name; without one, the server chooses it.
    pub fn new(queue: impl Into<ShortStr<'a>>) -> Self {
        Self { queue: queue.into(), ..Self::default() }
    }
}

impl<'a> queue::Bind<'a> {
    /// What comes to this exchange with this routing key is for this queue.
    pub fn new(
        queue: impl Into<ShortStr<'a>>,
        exchange: impl Into<ShortStr<'a>>,
        routing_key: impl Into<ShortStr<'a>>,
    ) -> Self {
        Self { queue: queue.into(), exchange: exchange.into(), routing_key: routing_key.into(), ..Self::default() }
    }
}

impl<'a> basic::Publish<'a> {
    /// To this exchange, with this routing key. The exchange without a name takes a queue's name as the key.
    pub fn to(exchange: impl Into<ShortStr<'a>>, routing_key: impl Into<ShortStr<'a>>) -> Self {
        Self { exchange: exchange.into(), routing_key: routing_key.into(), ..Self::default() }
    }
}

impl<'a> basic::Consume<'a> {
    /// The messages of this queue, which are to be acknowledged.
    pub fn of(queue: impl Into<ShortStr<'a>>) -> Self {
        Self { queue: queue.into(), ..Self::default() }
    }
}

impl<'a> basic::Get<'a> {
    /// One message of this queue, which is to be acknowledged.
    pub fn of(queue: impl Into<ShortStr<'a>>) -> Self {
        Self { queue: queue.into(), ..Self::default() }
    }
}

impl basic::Qos {
    /// At most so many that are not acknowledged, for each consumer from now on.
    pub const fn prefetch(prefetch_count: u16) -> Self {
        Self { prefetch_size: 0, prefetch_count, global: false }
    }
}
