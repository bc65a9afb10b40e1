//! Declares and binds.

use fourwire::amqp::{Event, Method, Table, exchange, queue};

use crate::args::{SetUp, What};
use crate::{Line, Result, Work};

pub(crate) struct SettingUp<'a> {
    args: &'a SetUp,
}

impl<'a> SettingUp<'a> {
    pub(crate) const fn new(args: &'a SetUp) -> Self {
        Self { args }
    }
}

impl Work for SettingUp<'_> {
    fn begin(&mut self, line: &mut Line) -> Result<()> {
        let now = line.now();
        let channel = line.client.open_channel(now, &mut line.out)?;
        let (durable, passive, entries) = (self.args.durable, self.args.passive, self.args.arguments.entries());
        let arguments = Table::new(&entries);
        let call: Method<'_> = match &self.args.what {
            What::Exchange { name, kind } => {
                let (exchange, kind) = (name.as_str().into(), kind.as_str().into());
                exchange::Declare { exchange, kind, durable, passive, arguments, ..Default::default() }.into()
            }
            What::Queue { name } => {
                queue::Declare { queue: name.as_str().into(), durable, passive, arguments, ..Default::default() }.into()
            }
            What::Binding { exchange, queue, key } => {
                let (queue, exchange) = (queue.as_str().into(), exchange.as_str().into());
                queue::Bind { queue, exchange, routing_key: key.as_str().into(), no_wait: false, arguments }.into()
            }
            What::BindingOfExchanges { source, destination, key } => {
                let (source, destination) = (source.as_str().into(), destination.as_str().into());
                exchange::Bind { destination, source, routing_key: key.as_str().into(), no_wait: false, arguments }
                    .into()
            }
        };
        Ok(line.client.call(now, channel, call, &mut line.out)?)
    }

    fn event(&mut self, _: &mut Line, event: &Event<'_>) -> Result<bool> {
        let Event::Answer(_, answer) = event else { return Ok(false) };
        match answer {
            Method::QueueDeclareOk(is) => {
                println!("queue {}: {} messages, {} consumers", is.queue, is.message_count, is.consumer_count);
            }
            Method::ExchangeDeclareOk(_) => println!("the exchange is there"),
            _ => println!("bound"),
        }
        Ok(true)
    }
}
