//! Publishes with confirms, and says what became of each message.

use std::collections::{BTreeMap, VecDeque};

use fourwire::amqp::{
    Assembler, BasicProperties, Channel, Entry, Event, Method, Outstanding, SendError, ShortStr, Table, Value, basic,
    confirm,
};

use crate::args::Publish;
use crate::{Line, Result, Work, signature};

/// How many bytes are written at once, at least.
const BATCH: usize = 1 << 16;

pub(crate) struct Publishing<'a> {
    args: &'a Publish,
    channel: Option<Channel>,
    /// The messages, by number, that are still to be sent.
    waiting: VecDeque<u64>,
    /// Those that were sent and are not confirmed.
    sent: Outstanding<u64>,
    /// Those of them that came back, and why.
    returned: BTreeMap<u64, String>,
    incoming: Assembler,
    confirmed: u64,
    failed: u64,
}

impl<'a> Publishing<'a> {
    pub(crate) fn new(args: &'a Publish) -> Self {
        Self {
            args,
            channel: None,
            waiting: (1..=args.count).collect(),
            sent: Outstanding::new(),
            returned: BTreeMap::new(),
            incoming: Assembler::new(1 << 27),
            confirmed: 0,
            failed: 0,
        }
    }

    /// Sends as much as the server takes now.
    fn send(&mut self, line: &mut Line) -> Result<()> {
        let Some(channel) = self.channel else { return Ok(()) };
        let args = self.args;
        let publish = basic::Publish {
            exchange: args.exchange.as_str().into(),
            routing_key: args.key.as_str().into(),
            mandatory: true,
            ..Default::default()
        };
        let signature = args.secret.as_ref().map(|secret| signature::sign(secret, &args.message));
        let mut headers = args.headers.entries();
        headers.extend(signature.as_ref().map(|signature| Entry::new(signature::HEADER, Value::text(signature))));
        let property = |name| args.properties.get(name).map(ShortStr::from);
        while !line.blocked && line.out.len() < BATCH {
            let Some(number) = self.waiting.front() else { break };
            // What comes back is known again by its message-id.
            let message_id = number.to_string();
            let properties = BasicProperties {
                content_type: property("content-type").or(Some("text/plain".into())),
                headers: (!headers.is_empty()).then_some(Table::new(&headers)),
                delivery_mode: Some(BasicProperties::PERSISTENT),
                priority: args.properties.get("priority").map(str::parse).transpose()?,
                correlation_id: property("correlation-id"),
                reply_to: property("reply-to"),
                expiration: property("expiration"),
                message_id: Some(message_id.as_str().into()),
                kind: property("type"),
                app_id: property("app-id"),
                ..Default::default()
            };
            let (now, body) = (line.now(), &args.message);
            match line.client.publish(now, channel, &publish, (&properties).into(), body, &mut line.out) {
                Ok(Some(tag)) => drop(self.sent.insert(channel, tag, *number)),
                Ok(None) => {}
                // It goes on when some are confirmed, or when the server says so.
                Err(SendError::WindowFull | SendError::Stopped) => break,
                Err(error) => return Err(error.into()),
            }
            self.waiting.pop_front();
        }
        Ok(())
    }
}

impl Work for Publishing<'_> {
    fn begin(&mut self, line: &mut Line) -> Result<()> {
        // What was sent on an earlier connection, and not confirmed, may be lost: it is sent again.
        let mut again: Vec<_> = std::mem::take(&mut self.sent).into_values().collect();
        again.extend(std::mem::take(&mut self.waiting));
        self.waiting = again.into();
        let channel = line.client.open_channel(line.now(), &mut line.out)?;
        line.client.call(line.now(), channel, confirm::Select::default(), &mut line.out)?;
        self.channel = Some(channel);
        Ok(())
    }

    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool> {
        match event {
            Event::Confirmed(channel, settled) => {
                for (_, number) in self.sent.settle(*channel, *settled) {
                    match self.returned.remove(&number) {
                        None => self.confirmed += 1,
                        Some(why) => {
                            println!("message {number} came back: {why}");
                            self.failed += 1;
                        }
                    }
                }
            }
            Event::Refused(channel, settled) => {
                for (_, number) in self.sent.settle(*channel, *settled) {
                    println!("message {number} is refused");
                    self.failed += 1;
                }
            }
            _ => {}
        }
        // A message comes back before its confirm.
        if let Some(back) = self.incoming.event(event)? {
            if let (Method::BasicReturn(returned), Some(id)) = (back.method, back.properties.message_id()) {
                self.returned.insert(id.as_str()?.parse()?, returned.reply_text.to_string());
            }
        }
        self.send(line)?;
        let done = self.channel.is_some() && self.waiting.is_empty() && self.sent.is_empty();
        if done {
            println!("{} of {} messages are confirmed", self.confirmed, self.args.count);
        }
        Ok(done)
    }

    fn end(&self) -> bool {
        self.failed == 0
    }
}
