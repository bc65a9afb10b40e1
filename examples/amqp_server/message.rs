//! Messages: one copy, however many queues and consumers have it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use fourwire::amqp::{
    Array, Assembled, BasicProperties, ContentHeader, EncodeError, Entry, Frame, FrameBuf, Method, Properties, Table,
    Value,
};

/// A message, as it was published.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) exchange: String,
    /// Bytes, which need not be text.
    pub(crate) routing_key: Vec<u8>,
    /// The content header's frame, which keeps the properties.
    header: FrameBuf<Vec<u8>>,
    pub(crate) body: Bytes,
}

/// A message that was published, and what is to be done if nobody takes it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) message: Arc<Message>,
    pub(crate) mandatory: bool,
    /// What it is confirmed by, if the channel has confirms.
    pub(crate) number: Option<u64>,
}

impl Published {
    /// Keeps what the assembler lends. `None` if it is not a publish.
    pub(crate) fn new(whole: &Assembled<'_>) -> Option<Self> {
        let Method::BasicPublish(publish) = whole.method else { return None };
        let (key, body) = (publish.routing_key.as_bytes(), Bytes::copy_from_slice(whole.body));
        // What came can be written.
        let message = Message::new(publish.exchange.to_string(), key, whole.properties, body).ok()?;
        Some(Self { message: Arc::new(message), mandatory: publish.mandatory, number: whole.number })
    }
}

impl Message {
    fn new(exchange: String, key: &[u8], properties: Properties<'_>, body: Bytes) -> Result<Self, EncodeError> {
        let header = ContentHeader { body_size: body.len() as u64, properties };
        let header = FrameBuf::encode(&Frame::Header(1, header))?;
        Ok(Self { exchange, routing_key: key.to_vec(), header, body })
    }

    pub(crate) fn properties(&self) -> Properties<'_> {
        self.header.header().unwrap_or_default().properties
    }

    /// The message as it is dead-lettered: with the headers that say why it died, and where. The body is shared.
    ///
    /// `None` if it would go round for ever, since nobody but the clock sends it on.
    pub(crate) fn died(&self, reason: &str, queue: &str, exchange: &str, key: Option<&str>) -> Option<Self> {
        let properties = self.properties().get();
        let headers = properties.headers.unwrap_or_default();
        let before = match headers.get("x-death") {
            Some(Value::Array(before)) => before,
            _ => Array::EMPTY,
        };
        let says = |death: &Value<'_>, key: &str, text: &str| match death {
            Value::Table(death) => death.get(key).and_then(|value| value.as_text()) == Some(text),
            _ => false,
        };
        let here = |death: &Value<'_>| says(death, "queue", queue) && says(death, "reason", reason);
        let earlier = match before.iter().find(here) {
            Some(Value::Table(death)) => death.get("count").and_then(|count| count.as_i64()).unwrap_or_default(),
            _ => 0,
        };
        if earlier > 0 && !before.iter().any(|death| says(&death, "reason", "rejected")) {
            return None;
        }

        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let keys = [Value::LongStr(&self.routing_key)];
        let mut death = vec![
            Entry::new("count", Value::I64(earlier + 1)),
            Entry::new("reason", Value::text(reason)),
            Entry::new("queue", Value::text(queue)),
            Entry::new("time", Value::Timestamp(time)),
            Entry::new("exchange", Value::text(&self.exchange)),
            Entry::new("routing-keys", Value::Array(Array::new(&keys))),
        ];
        let expiration = properties.expiration.map(|expiration| Value::LongStr(expiration.as_bytes()));
        death.extend(expiration.map(|expiration| Entry::new("original-expiration", expiration)));
        // The newest death comes first; each queue and reason is there once.
        let others = before.iter().filter(|death| !here(death));
        let deaths: Vec<_> = [Value::Table(Table::new(&death))].into_iter().chain(others).collect();
        let mut entries: Vec<_> = headers.iter().filter(|entry| entry.key != "x-death").collect();
        entries.push(Entry::new("x-death", Value::Array(Array::new(&deaths))));
        if headers.get("x-first-death-queue").is_none() {
            entries.push(Entry::new("x-first-death-exchange", Value::text(&self.exchange)));
            entries.push(Entry::new("x-first-death-queue", Value::text(queue)));
            entries.push(Entry::new("x-first-death-reason", Value::text(reason)));
        }

        let properties = BasicProperties { headers: Some(Table::new(&entries)), expiration: None, ..properties };
        let key = key.map_or(self.routing_key.as_slice(), str::as_bytes);
        Self::new(exchange.to_owned(), key, (&properties).into(), self.body.clone()).ok()
    }
}
