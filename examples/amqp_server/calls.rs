//! What clients call: an arm for each method.

use std::sync::Arc;

use fourwire::amqp::{Channel, ConsumeError, Method, ReplyCode, ShortStr, access, basic, confirm, exchange, queue, tx};
use fourwire::{Instant, Output};

use crate::broker::Broker;
use crate::connection::Connection;
use crate::exchange::Binding;
use crate::refusal::{Refusal, Result};

impl Connection {
    pub(crate) fn call(
        &mut self,
        now: Instant,
        broker: &mut Broker,
        channel: Channel,
        call: &Method<'_>,
    ) -> Result<()> {
        let name;
        let answer: Method<'_> = match *call {
            Method::ExchangeDeclare(call) => {
                broker.declare_exchange(&call)?;
                exchange::DeclareOk {}.into()
            }
            Method::ExchangeDelete(call) => {
                broker.delete_exchange(&call)?;
                exchange::DeleteOk {}.into()
            }
            Method::ExchangeBind(call) => {
                broker.bind(Binding::to_exchange(&call))?;
                exchange::BindOk {}.into()
            }
            Method::ExchangeUnbind(call) => {
                let exchange::Unbind { destination, source, routing_key, no_wait, arguments } = call;
                broker.unbind(Binding::to_exchange(&exchange::Bind {
                    destination,
                    source,
                    routing_key,
                    no_wait,
                    arguments,
                }));
                exchange::UnbindOk {}.into()
            }
            Method::QueueDeclare(call) => {
                name = broker.declare_queue(self.id, &call)?;
                self.declared.insert(channel, name.clone());
                let queue = broker.queue(self.id, &name)?;
                let consumer_count = queue.subscribers().len() as u32;
                queue::DeclareOk { queue: name.as_str().into(), message_count: queue.len(), consumer_count }.into()
            }
            Method::QueueBind(call) => {
                let name = self.named(channel, call.queue)?;
                // Without any name, the key is the queue's.
                let nameless = call.queue.is_empty() && call.routing_key.is_empty();
                let routing_key = if nameless { name.as_str().into() } else { call.routing_key };
                // RabbitMQ looks for the exchange first.
                let binding = Binding::to_queue(&name, &queue::Bind { routing_key, ..call });
                broker.exchange(&call.exchange.to_string())?;
                broker.queue(self.id, &name)?;
                broker.bind(binding)?;
                queue::BindOk {}.into()
            }
            Method::QueueUnbind(call) => {
                let queue::Unbind { queue, exchange, routing_key, arguments } = call;
                let name = self.named(channel, queue)?;
                broker.unbind(Binding::to_queue(
                    &name,
                    &queue::Bind { queue, exchange, routing_key, no_wait: false, arguments },
                ));
                queue::UnbindOk {}.into()
            }
            Method::QueuePurge(call) => {
                let name = self.named(channel, call.queue)?;
                queue::PurgeOk { message_count: broker.queue(self.id, &name)?.purge() }.into()
            }
            Method::QueueDelete(call) => {
                let name = self.named(channel, call.queue)?;
                queue::DeleteOk { message_count: broker.delete_queue(self.id, &name, &call)? }.into()
            }
            Method::BasicQos(basic::Qos { prefetch_size: size @ 1.., .. }) => {
                return Err(Refusal::new(ReplyCode::NotImplemented, format_args!("prefetch_size!=0 ({size})")));
            }
            Method::BasicQos(call) => {
                self.deliveries.qos(channel, &call);
                basic::QosOk {}.into()
            }
            Method::BasicConsume(call) => {
                let name = self.named(channel, call.queue)?;
                let queue = broker.queue(self.id, &name)?;
                queue.can_subscribe(call.exclusive)?;
                let about = Arc::clone(&queue.name);
                let consumer = self.deliveries.consume(channel, &call, about).map_err(|error| match error {
                    ConsumeError::TagInUse => {
                        let why = format!("attempt to reuse consumer tag '{}'", call.consumer_tag);
                        Refusal::new(error.reply_code(), why)
                    }
                    _ => Refusal::new(error.reply_code(), error),
                })?;
                queue.subscribe((self.id, consumer), call.exclusive);
                let consumer_tag = self.deliveries.consumer_tag(consumer).unwrap_or_default();
                basic::ConsumeOk { consumer_tag }.into()
            }
            Method::BasicCancel(call) => {
                if let Some((consumer, queue)) = self.deliveries.cancel(channel, call.consumer_tag) {
                    broker.unsubscribe(&queue, (self.id, consumer));
                }
                basic::CancelOk { consumer_tag: call.consumer_tag }.into()
            }
            Method::BasicGet(call) => {
                let name = self.named(channel, call.queue)?;
                let queue = broker.queue(self.id, &name)?;
                match queue.take() {
                    None => basic::GetEmpty {}.into(),
                    Some(held) => {
                        let (message, message_count) = (&held.stored.message, queue.len());
                        let got = basic::GetOk {
                            redelivered: held.stored.redelivered,
                            exchange: message.exchange.as_str().into(),
                            routing_key: ShortStr::new(&message.routing_key),
                            message_count,
                            ..Default::default()
                        };
                        let (properties, out) = (message.properties(), &mut self.out);
                        out.lend(&message.body);
                        let tag =
                            self.server.get_ok(now, channel, &got, call.no_ack, properties, &message.body, out)?;
                        if !call.no_ack {
                            self.deliveries.got(tag, held);
                        }
                        return Ok(());
                    }
                }
            }
            Method::ConfirmSelect(_) => confirm::SelectOk {}.into(),
            Method::TxSelect(_) => tx::SelectOk {}.into(),
            Method::TxCommit(_) => {
                for step in self.uncommitted.remove(&channel).unwrap_or_default() {
                    self.take_step(now, broker, channel, step)?;
                }
                tx::CommitOk {}.into()
            }
            Method::TxRollback(_) => {
                self.uncommitted.remove(&channel);
                tx::RollbackOk {}.into()
            }
            Method::AccessRequest(_) => access::RequestOk { ticket: 1 }.into(),
            other => return Err(Refusal::new(ReplyCode::NotImplemented, other.id())),
        };
        if !call.no_wait() {
            self.server.answer(now, channel, answer, &mut self.out)?;
        }
        Ok(())
    }

    /// The queue's name, or that of the one which the channel declared last.
    fn named(&self, channel: Channel, queue: ShortStr<'_>) -> Result<String> {
        if !queue.is_empty() {
            return Ok(queue.to_string());
        }
        let last = self.declared.get(&channel);
        last.cloned().ok_or_else(|| Refusal::new(ReplyCode::NotFound, "no previously declared queue"))
    }
}
