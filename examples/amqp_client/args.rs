//! The command line.

use std::io::Read;

use fourwire::amqp::{Entry, Value};

pub(crate) const USAGE: &str = "\
usage: amqp_client [--url amqp://user:password@host:port/vhost] COMMAND

  exchange NAME KIND                        direct, topic, fanout or headers
  queue NAME                                --arg x-message-ttl=60000, --arg x-max-priority=9, …
  bind EXCHANGE QUEUE [KEY]                 --arg x-match=any --arg colour=red, …
  bind-exchange SOURCE DESTINATION [KEY]
  publish EXCHANGE KEY MESSAGE              waits until it is confirmed; - is what the standard input has
  consume QUEUE                             prints and acknowledges

  --arg NAME=VALUE         exchange, queue, bind: an argument; a number or true or false is sent as such
  --transient              exchange, queue: they need not outlive the server
  --passive                exchange, queue: only look whether they are there
  --count N                publish: so many times (default: 1); consume: so many messages (default: for ever)
  --header NAME=VALUE      publish: a header
  --property NAME=VALUE    publish: content-type, priority, expiration, correlation-id, reply-to, type or app-id
  --sign SECRET            publish: with the body's HMAC in a header
  --verify SECRET          consume: reject what is not signed with it
  --prefetch N             consume: take so many ahead (default: 10)
  --requeue TEXT           consume: put messages with this text in it back, the first time
  --reject TEXT            consume: reject them, so that they are dropped or dead-lettered";

pub(crate) struct Args {
    pub(crate) address: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) vhost: String,
    pub(crate) command: Command,
}

pub(crate) enum Command {
    SetUp(SetUp),
    Publish(Publish),
    Consume(Consume),
}

pub(crate) struct SetUp {
    pub(crate) what: What,
    pub(crate) durable: bool,
    pub(crate) passive: bool,
    pub(crate) arguments: Pairs,
}

pub(crate) enum What {
    Exchange { name: String, kind: String },
    Queue { name: String },
    Binding { exchange: String, queue: String, key: String },
    BindingOfExchanges { source: String, destination: String, key: String },
}

pub(crate) struct Publish {
    pub(crate) exchange: String,
    pub(crate) key: String,
    pub(crate) message: Vec<u8>,
    pub(crate) count: u64,
    pub(crate) headers: Pairs,
    pub(crate) properties: Pairs,
    pub(crate) secret: Option<String>,
}

pub(crate) struct Consume {
    pub(crate) queue: String,
    /// How many messages; 0 is for ever.
    pub(crate) count: u64,
    pub(crate) prefetch: u16,
    pub(crate) requeue: Option<String>,
    pub(crate) reject: Option<String>,
    pub(crate) secret: Option<String>,
}

/// Names and values.
#[derive(Default)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn push(&mut self, pair: &str) -> Option<()> {
        let (name, value) = pair.split_once('=')?;
        self.0.push((name.to_owned(), value.to_owned()));
        Some(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The entries of a table.
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        self.0.iter().map(|(name, value)| Entry::new(name, typed(value))).collect()
    }
}

/// The message that a word stands for.
fn message(word: String) -> Option<Vec<u8>> {
    if word != "-" {
        return Some(word.into_bytes());
    }
    let mut message = Vec::new();
    std::io::stdin().read_to_end(&mut message).ok()?;
    Some(message)
}

/// The value that a text stands for.
fn typed(text: &str) -> Value<'_> {
    match (text, text.parse()) {
        ("true", _) => Value::Bool(true),
        ("false", _) => Value::Bool(false),
        (_, Ok(number)) => Value::I64(number),
        (_, Err(_)) => Value::text(text),
    }
}

impl Args {
    /// `None` if it is not as [`USAGE`] says.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut url = "amqp://guest:guest@127.0.0.1:5672/".to_owned();
        let (mut count, mut prefetch, mut durable, mut passive) = (None, 10, true, false);
        let (mut arguments, mut headers, mut properties) = (Pairs::default(), Pairs::default(), Pairs::default());
        let (mut secret, mut requeue, mut reject) = (None, None, None);
        let mut plain = Vec::new();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--url" => url = words.next()?,
                "--count" => count = Some(words.next()?.parse().ok()?),
                "--prefetch" => prefetch = words.next()?.parse().ok()?,
                "--transient" => durable = false,
                "--passive" => passive = true,
                "--arg" => arguments.push(&words.next()?)?,
                "--header" => headers.push(&words.next()?)?,
                "--property" => properties.push(&words.next()?)?,
                "--sign" | "--verify" => secret = Some(words.next()?),
                "--requeue" => requeue = Some(words.next()?),
                "--reject" => reject = Some(words.next()?),
                option if option.starts_with("--") => return None,
                _ => plain.push(word),
            }
        }
        let mut plain = plain.into_iter();
        let verb = plain.next()?;
        let mut next = || plain.next();
        let what = match verb.as_str() {
            "exchange" => Some(What::Exchange { name: next()?, kind: next()? }),
            "queue" => Some(What::Queue { name: next()? }),
            "bind" => Some(What::Binding { exchange: next()?, queue: next()?, key: next().unwrap_or_default() }),
            "bind-exchange" => {
                let (source, destination, key) = (next()?, next()?, next().unwrap_or_default());
                Some(What::BindingOfExchanges { source, destination, key })
            }
            _ => None,
        };
        let command = match (what, verb.as_str()) {
            (Some(what), _) => Command::SetUp(SetUp { what, durable, passive, arguments }),
            (None, "publish") => {
                let (exchange, key, message, count) = (next()?, next()?, message(next()?)?, count.unwrap_or(1));
                Command::Publish(Publish { exchange, key, message, count, headers, properties, secret })
            }
            (None, "consume") => {
                let (queue, count) = (next()?, count.unwrap_or(0));
                Command::Consume(Consume { queue, count, prefetch, requeue, reject, secret })
            }
            _ => return None,
        };
        if plain.next().is_some() {
            return None;
        }
        Self::with_url(&url, command)
    }

    fn with_url(url: &str, command: Command) -> Option<Self> {
        let rest = url.strip_prefix("amqp://")?;
        let (login, place) = rest.rsplit_once('@').unwrap_or(("guest:guest", rest));
        let (user, password) = login.split_once(':')?;
        let (host, vhost) = place.split_once('/').unwrap_or((place, ""));
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:5672") };
        let vhost = if vhost.is_empty() { "/".to_owned() } else { vhost.replace("%2F", "/").replace("%2f", "/") };
        Some(Self { address, user: user.to_owned(), password: password.to_owned(), vhost, command })
    }
}
