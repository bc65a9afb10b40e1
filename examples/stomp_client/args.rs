//! The command line.

use std::io::Read;
use std::time::Duration;

use fourwire::stomp::{AckMode, Header, HeartBeat, Version, Versions};

pub(crate) const USAGE: &str = "\
usage: stomp_client [--url stomp://user:password@host:port/vhost] COMMAND

  send DESTINATION MESSAGE      waits until the server has it; - is what the standard input has
  subscribe DESTINATION         prints and acknowledges

  --version V              speak 1.0, 1.1 or 1.2 (default: the newest that the server speaks)
  --heart-beat MS,MS       send something so often, and want something so often (default: 10000,10000)
  --connect NAME=VALUE     a header of CONNECT: client-id=me …
  --header NAME=VALUE      a header of the command: persistent=true …; prefetch-count=10, durable=true …
  --count N                send: so many times (default: 1); subscribe: so many messages (default: for ever)
  --batch N                send: so many in one transaction; subscribe: acknowledge so many at once (ack client)
  --abort                  send: take all transactions back
  --ack MODE               subscribe: auto (default), client, client-individual
  --id ID                  subscribe: the subscription's id, by which servers know it if it is durable
  --requeue TEXT           subscribe: refuse messages with this text in it, the first time
  --reject TEXT            subscribe: refuse them, and tell the server not to send them again
  --forward DESTINATION    subscribe: send each message there, in one transaction with its acknowledgement
  --abort-first TEXT       subscribe: with this text in it, take the first such transaction back and repeat it
  --unsubscribe            subscribe: end the subscription at last, also if it is durable";

pub(crate) struct Args {
    pub(crate) address: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) vhost: String,
    pub(crate) versions: Versions,
    pub(crate) heart_beat: HeartBeat,
    pub(crate) headers: Pairs,
    pub(crate) command: Command,
}

pub(crate) enum Command {
    Send(Send),
    Subscribe(Subscribe),
}

pub(crate) struct Send {
    pub(crate) destination: String,
    pub(crate) message: Vec<u8>,
    pub(crate) headers: Pairs,
    pub(crate) count: u64,
    /// How many go into one transaction; 0 is none.
    pub(crate) batch: u64,
    pub(crate) abort: bool,
}

pub(crate) struct Subscribe {
    pub(crate) destination: String,
    pub(crate) headers: Pairs,
    /// How many messages; 0 is for ever.
    pub(crate) count: u64,
    pub(crate) batch: u64,
    pub(crate) ack: AckMode,
    pub(crate) id: Option<String>,
    pub(crate) requeue: Option<String>,
    pub(crate) reject: Option<String>,
    pub(crate) forward: Option<String>,
    pub(crate) abort_first: Option<String>,
    pub(crate) unsubscribe: bool,
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

    pub(crate) fn headers(&self) -> Vec<Header<'_>> {
        self.0.iter().map(|(name, value)| Header::new(name.as_str(), value.as_str())).collect()
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

fn heart_beat(word: &str) -> Option<HeartBeat> {
    let (sends, wants) = word.split_once(',')?;
    let millis = |word: &str| word.parse().ok().map(Duration::from_millis);
    Some(HeartBeat { sends: millis(sends)?, wants: millis(wants)? })
}

fn ack_mode(word: &str) -> Option<AckMode> {
    [AckMode::Auto, AckMode::Client, AckMode::ClientIndividual].into_iter().find(|mode| mode.as_str() == word)
}

impl Args {
    /// `None` if it is not as [`USAGE`] says.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut url = "stomp://guest:guest@127.0.0.1:61613/".to_owned();
        let (mut versions, mut beat) = (Versions::ALL, HeartBeat::default());
        let (mut connect, mut headers) = (Pairs::default(), Pairs::default());
        let (mut count, mut batch, mut ack, mut id) = (None, 0, AckMode::Auto, None);
        let (mut requeue, mut reject, mut forward, mut abort_first) = (None, None, None, None);
        let (mut abort, mut unsubscribe) = (false, false);
        let mut plain = Vec::new();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--url" => url = words.next()?,
                "--version" => versions = Versions::only(Version::from_name(words.next()?.as_bytes())?),
                "--heart-beat" => beat = heart_beat(&words.next()?)?,
                "--connect" => connect.push(&words.next()?)?,
                "--header" => headers.push(&words.next()?)?,
                "--count" => count = Some(words.next()?.parse().ok()?),
                "--batch" => batch = words.next()?.parse().ok()?,
                "--abort" => abort = true,
                "--ack" => ack = ack_mode(&words.next()?)?,
                "--id" => id = Some(words.next()?),
                "--requeue" => requeue = Some(words.next()?),
                "--reject" => reject = Some(words.next()?),
                "--forward" => forward = Some(words.next()?),
                "--abort-first" => abort_first = Some(words.next()?),
                "--unsubscribe" => unsubscribe = true,
                option if option.starts_with("--") => return None,
                _ => plain.push(word),
            }
        }
        let mut plain = plain.into_iter();
        let (verb, destination) = (plain.next()?, plain.next()?);
        let command = match verb.as_str() {
            "send" => {
                let (message, count) = (message(plain.next()?)?, count.unwrap_or(1));
                Command::Send(Send { destination, message, headers, count, batch, abort })
            }
            "subscribe" => Command::Subscribe(Subscribe {
                destination,
                headers,
                count: count.unwrap_or(0),
                batch,
                ack,
                id,
                requeue,
                reject,
                forward,
                abort_first,
                unsubscribe,
            }),
            _ => return None,
        };
        if plain.next().is_some() {
            return None;
        }
        let rest = url.strip_prefix("stomp://")?;
        let (login, place) = rest.rsplit_once('@').unwrap_or(("guest:guest", rest));
        let (user, password) = login.split_once(':')?;
        let (host, vhost) = place.split_once('/').unwrap_or((place, ""));
        Some(Self {
            address: if host.contains(':') { host.to_owned() } else { format!("{host}:61613") },
            user: user.to_owned(),
            password: password.to_owned(),
            vhost: if vhost.is_empty() { "/".to_owned() } else { vhost.replace("%2F", "/").replace("%2f", "/") },
            versions,
            heart_beat: beat,
            headers: connect,
            command,
        })
    }
}
