//! Consumes with a prefetch count, prints, and acknowledges.

use fourwire::amqp::{Assembler, DeliveryTag, Event, Message, Method, Value, basic};

use crate::args::Consume;
use crate::{Line, Result, Work, signature};

pub(crate) struct Consuming<'a> {
    args: &'a Consume,
    incoming: Assembler,
    seen: u64,
}

/// What becomes of a message.
enum Verdict {
    Take,
    PutBack,
    Reject(&'static str),
}

impl<'a> Consuming<'a> {
    pub(crate) const fn new(args: &'a Consume) -> Self {
        Self { args, incoming: Assembler::new(1 << 27), seen: 0 }
    }
}

impl Work for Consuming<'_> {
    fn begin(&mut self, line: &mut Line) -> Result<()> {
        let now = line.now();
        let channel = line.client.open_channel(now, &mut line.out)?;
        let qos = basic::Qos { prefetch_count: self.args.prefetch, ..Default::default() };
        line.client.call(now, channel, qos, &mut line.out)?;
        let consume = basic::Consume { queue: self.args.queue.as_str().into(), ..Default::default() };
        Ok(line.client.call(now, channel, consume, &mut line.out)?)
    }

    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool> {
        if let Event::Cancelled(..) = event {
            line.fail(format!("queue {} is gone", self.args.queue))?;
        }
        let now = line.now();
        let whole = match self.incoming.event(event) {
            Ok(whole) => whole,
            // It is not kept: so it is for somebody else, or for nobody.
            Err(large) => {
                println!("{large}");
                if let Some(tag) = large.tag {
                    line.client.reject(now, tag, false, &mut line.out)?;
                }
                return Ok(false);
            }
        };
        let Some(whole) = whole else { return Ok(false) };
        let (message, Some(tag)) = (whole.message, whole.tag) else { return Ok(false) };
        let verdict = judge(self.args, &message);
        println!("{}", shown(tag, &message, &verdict));
        match verdict {
            Verdict::Take => line.client.ack(now, tag, false, &mut line.out)?,
            Verdict::PutBack => line.client.nack(now, tag, false, true, &mut line.out)?,
            Verdict::Reject(_) => line.client.reject(now, tag, false, &mut line.out)?,
        }
        self.seen += 1;
        Ok(self.seen == self.args.count)
    }
}

fn judge(args: &Consume, message: &Message<'_>) -> Verdict {
    let body = String::from_utf8_lossy(message.body);
    let has = |text: &Option<String>| text.as_ref().is_some_and(|text| body.contains(text.as_str()));
    let headers = message.properties.headers().unwrap_or_default();
    let signed = headers.get(signature::HEADER);
    let is_signed = |secret: &String| match signed {
        Some(Value::LongStr(signature)) => signature::verify(secret, message.body, signature),
        _ => false,
    };
    if args.secret.as_ref().is_some_and(|secret| !is_signed(secret)) {
        Verdict::Reject("rejected: its signature is not right")
    } else if has(&args.reject) {
        Verdict::Reject("rejected")
    } else if has(&args.requeue) && !is_redelivered(message) {
        Verdict::PutBack
    } else {
        Verdict::Take
    }
}

fn is_redelivered(message: &Message<'_>) -> bool {
    matches!(message.method, Method::BasicDeliver(basic::Deliver { redelivered: true, .. }))
}

/// A line about a message: its tag, routing key and headers, then its body.
fn shown(tag: DeliveryTag, message: &Message<'_>, verdict: &Verdict) -> String {
    let mut line = tag.number().to_string();
    if let Method::BasicDeliver(deliver) = message.method {
        line += &format!(" {}", deliver.routing_key);
    }
    for header in &message.properties.headers().unwrap_or_default() {
        let value = match header.value {
            Value::Bool(value) => value.to_string(),
            Value::LongStr(text) => String::from_utf8_lossy(text).into_owned(),
            value => value.as_i64().map_or_else(|| "…".to_owned(), |number| number.to_string()),
        };
        line += &format!(" {}={value}", header.key);
    }
    line += &format!(": {}", String::from_utf8_lossy(message.body));
    match verdict {
        Verdict::PutBack => line += " (put back)",
        Verdict::Reject(why) => line += &format!(" ({why})"),
        Verdict::Take if is_redelivered(message) => line += " (again)",
        Verdict::Take => {}
    }
    line
}
