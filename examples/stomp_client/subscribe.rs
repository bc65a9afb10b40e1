//! Subscribes, prints, and acknowledges; and forwards, in transactions.

use fourwire::stomp::{AckMode, Delivery, Event, Frame, Header, Headers, Message, Subscription, With};

use crate::args::Subscribe;
use crate::{Line, Result};

/// Headers that servers add, or do not take off, and that say nothing of the message.
const ADDED: [&str; 13] = [
    "ack",
    "content-length",
    "content-type",
    "destination",
    "expires",
    "message-id",
    "persistent",
    "priority",
    "receipt",
    "redelivered",
    "subscription",
    "timestamp",
    "transaction",
];

/// Of these, what is not to be sent on: the next server says it of its own message.
const BROKERS: [&str; 3] = ["expires", "redelivered", "timestamp"];

pub(crate) struct Subscribing<'a> {
    args: &'a Subscribe,
    subscription: Option<Subscription>,
    seen: u64,
    aborted: bool,
}

/// What becomes of a message.
enum Verdict {
    Take,
    PutBack,
    Reject,
}

impl<'a> Subscribing<'a> {
    pub(crate) const fn new(args: &'a Subscribe) -> Self {
        Self { args, subscription: None, seen: 0, aborted: false }
    }

    /// Acknowledges a message; in the mode `client` only each so manieth, and with it those before.
    fn take(&self, line: &mut Line, delivery: Delivery) -> Result<()> {
        let is_last = self.seen == self.args.count;
        if self.args.ack != AckMode::Client || is_last || self.seen % self.args.batch.max(1) == 0 {
            line.client.ack(line.now(), delivery, &mut line.out)?;
        }
        Ok(())
    }

    /// Sends a message on, and acknowledges it: both or neither.
    fn forward(&mut self, line: &mut Line, to: &str, message: &Frame<'_>, delivery: Delivery) -> Result<()> {
        let now = line.now();
        // What was said by and to the machines is left out by them.
        let headers: Vec<_> = message.headers.iter().filter(|header| !is_one(header, &BROKERS)).collect();
        let sent = Message { destination: to.into(), headers: Headers::new(&headers), ..Message::forward(message) };
        loop {
            let transaction = line.client.begin(now, &mut line.out)?;
            let with = With::transaction(transaction);
            line.client.send_with(now, &sent, &with, &mut line.out)?;
            line.client.ack_with(now, delivery, &with, &mut line.out)?;
            if self.aborted || !has(&self.args.abort_first, message) {
                return Ok(line.client.commit(now, transaction, &mut line.out)?);
            }
            line.client.abort(now, transaction, &mut line.out)?;
            self.aborted = true;
        }
    }

    fn message(&mut self, line: &mut Line, message: &Frame<'_>, delivery: Delivery) -> Result<()> {
        let (now, verdict) = (line.now(), self.judge(message));
        self.seen += 1;
        println!("{}", shown(self.seen, message, &verdict));
        match (verdict, &self.args.forward) {
            (Verdict::Take, Some(to)) => self.forward(line, to, message, delivery)?,
            (Verdict::Take, None) => self.take(line, delivery)?,
            (Verdict::PutBack, _) => line.client.nack(now, delivery, &mut line.out)?,
            (Verdict::Reject, _) => {
                let headers = [Header::new("requeue", "false")];
                let with = With { headers: Headers::new(&headers), ..With::default() };
                line.client.nack_with(now, delivery, &with, &mut line.out)?;
            }
        }
        Ok(())
    }

    fn judge(&self, message: &Frame<'_>) -> Verdict {
        if has(&self.args.reject, message) {
            Verdict::Reject
        } else if has(&self.args.requeue, message) && !is_again(message) {
            Verdict::PutBack
        } else {
            Verdict::Take
        }
    }

    fn end(&self, line: &mut Line) -> Result<()> {
        if let (true, Some(subscription)) = (self.args.unsubscribe, self.subscription) {
            // What made it durable is said again: then the server forgets it.
            let headers = self.args.headers.headers();
            let with = With { headers: Headers::new(&headers), ..With::default() };
            line.client.unsubscribe_with(line.now(), subscription, &with, &mut line.out)?;
        }
        Ok(())
    }
}

impl crate::Work for Subscribing<'_> {
    fn begin(&mut self, line: &mut Line) -> Result<()> {
        let headers = self.args.headers.headers();
        let subscribe = fourwire::stomp::Subscribe {
            destination: self.args.destination.as_str().into(),
            id: self.args.id.as_deref().map(Into::into),
            ack: self.args.ack,
            headers: Headers::new(&headers),
        };
        let (subscription, _) = line.client.subscribe_with(line.now(), &subscribe, &With::RECEIPT, &mut line.out)?;
        self.subscription = Some(subscription);
        Ok(())
    }

    fn event(&mut self, line: &mut Line, event: &Event<'_>) -> Result<bool> {
        match event {
            Event::Receipt(_) => eprintln!("subscribed to {}", self.args.destination),
            Event::Message(message, delivery) => {
                self.message(line, message, *delivery)?;
                if self.seen == self.args.count {
                    self.end(line)?;
                    return Ok(true);
                }
            }
            _ => {}
        }
        Ok(false)
    }
}

fn has(text: &Option<String>, message: &Frame<'_>) -> bool {
    text.as_ref().is_some_and(|text| String::from_utf8_lossy(message.body).contains(text.as_str()))
}

fn is_again(message: &Frame<'_>) -> bool {
    message.get("redelivered").is_some_and(|redelivered| redelivered == "true")
}

fn is_one(header: &Header<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| header.name == **name)
}

/// A line about a message: which it is, its destination and headers, then its body.
fn shown(number: u64, message: &Frame<'_>, verdict: &Verdict) -> String {
    let mut line = format!("{number} {}", message.get("destination").unwrap_or_default());
    // Not all servers keep their order.
    let headers = message.headers.iter().filter(|header| !is_one(header, &ADDED));
    let mut headers: Vec<_> = headers.map(|header| format!(" {}={}", header.name, header.value)).collect();
    headers.sort();
    line += &headers.concat();
    line += &format!(": {}", String::from_utf8_lossy(message.body));
    match verdict {
        Verdict::PutBack => line += " (put back)",
        Verdict::Reject => line += " (rejected)",
        Verdict::Take if is_again(message) => line += " (again)",
        Verdict::Take => {}
    }
    line
}
