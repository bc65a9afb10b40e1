//! What applications say: commands in their parts.

use core::fmt;

use super::{AckMode, HeartBeat, Receipt, Transaction};
use crate::secret::Hidden;
use crate::stomp::{ContentLength, Frame, Headers, Text, Version};

/// Which versions one end speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Versions(u8);

impl Versions {
    /// All of them.
    pub const ALL: Self = Self(7);

    /// This one alone.
    pub const fn only(version: Version) -> Self {
        Self(1 << version as u8)
    }

    /// This one, too.
    #[must_use]
    pub const fn and(self, version: Version) -> Self {
        Self(self.0 | Self::only(version).0)
    }

    /// Whether this one is among them.
    pub const fn has(self, version: Version) -> bool {
        self.0 & Self::only(version).0 != 0
    }

    /// The newest that is also among those that the other end names: `1.0,1.1,1.2`. What we do not know is passed over.
    pub(super) fn newest_in(self, names: &[u8]) -> Option<Version> {
        let named =
            |version: &Version| names.split(|byte| *byte == b',').any(|name| name == version.as_str().as_bytes());
        Version::ALL.into_iter().rev().find(|version| self.has(*version) && named(version))
    }

    /// As the other end is told.
    pub(super) const fn as_str(self) -> &'static str {
        match self.0 {
            1 => "1.0",
            2 => "1.1",
            3 => "1.0,1.1",
            4 => "1.2",
            5 => "1.0,1.2",
            6 => "1.1,1.2",
            _ => "1.0,1.1,1.2",
        }
    }
}

/// A client's wish to be connected. (CONNECT)
///
/// ```
/// use fourwire::stomp::Connect;
///
/// let connect = Connect::to("/").login("guest", "guest");
/// ```
#[derive(Clone, Copy, PartialEq, Default)]
pub struct Connect<'a> {
    /// The virtual host. (1.1 and 1.2)
    pub host: Text<'a>,
    /// The user name.
    pub login: Option<Text<'a>>,
    /// The password. It is in no log: `Debug` leaves it out.
    pub passcode: Option<Text<'a>>,
    /// Further headers: `client-id`, which ActiveMQ knows durable subscribers by, and their like.
    pub headers: Headers<'a>,
}

impl<'a> Connect<'a> {
    /// Without a login.
    pub fn to(host: impl Into<Text<'a>>) -> Self {
        Self { host: host.into(), ..Self::default() }
    }

    /// The same, with a login.
    #[must_use]
    pub fn login(self, login: impl Into<Text<'a>>, passcode: impl Into<Text<'a>>) -> Self {
        Self { login: Some(login.into()), passcode: Some(passcode.into()), ..self }
    }
}

impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("host", &self.host)
            .field("login", &self.login)
            .field("passcode", &self.passcode.map(|passcode| Hidden(passcode.raw())))
            .field("headers", &self.headers)
            .finish()
    }
}

/// A message: to a server, or to a subscriber. (SEND, MESSAGE)
///
/// ```
/// use fourwire::stomp::{Header, Message};
///
/// let headers = [Header::new("content-type", "text/plain"), Header::new("persistent", "true")];
/// let message = Message { headers: (&headers).into(), ..Message::to("/queue/orders", b"two pounds of coffee") };
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Message<'a> {
    /// Where it goes, or was sent to.
    pub destination: Text<'a>,
    /// What it is.
    pub body: &'a [u8],
    /// Whether `content-length` is said. To ActiveMQ a message without one is text, and one with it is bytes.
    pub content_length: ContentLength,
    /// Further headers: `content-type`, what the broker knows, what the application wants.
    pub headers: Headers<'a>,
    /// Whether the headers are those of a frame that came. Then the ones that a machine says itself, or that were meant for
    /// this end, are left out: `destination`, `message-id`, `subscription`, `ack`, `content-length`, `receipt`,
    /// `transaction`. Else one that the machine says itself is [`SendError::Header`](super::SendError::Header).
    pub is_forwarded: bool,
}

impl<'a> Message<'a> {
    /// To this destination, and nothing more.
    pub fn to(destination: impl Into<Text<'a>>, body: &'a [u8]) -> Self {
        Self { destination: destination.into(), body, ..Self::default() }
    }

    /// What a SEND or a MESSAGE says, to be sent on as it is: by a server to subscribers, or by a client to another server,
    /// or elsewhere. Its length is said if it was said before; versions may differ, and what has to be is escaped anew.
    ///
    /// All headers go with it but those of [`is_forwarded`](Self::is_forwarded). So does what a broker has added
    /// (`redelivered`, `timestamp` …), which nothing tells apart from what the sender has said.
    ///
    /// ```
    /// use fourwire::Instant;
    /// use fourwire::stomp::{Client, Config, Connect, Event, Message, SendError, Session, Subscribe, With};
    ///
    /// /// A bridge: what one broker delivers goes to another, in the queue of the same name, and elsewhere.
    /// fn bridge(event: &Event<'_>, to: &mut Client, out: &mut Vec<u8>) -> Result<(), SendError> {
    ///     let Event::Message(message, _) = event else { return Ok(()) };
    ///     let message = Message::forward(message);
    ///     to.send(Instant::ZERO, &message, out)?;
    ///     let copy = Message { destination: "/topic/copies".into(), ..message };
    ///     to.send_with(Instant::ZERO, &copy, &With::RECEIPT, out).map(drop)
    /// }
    /// # fn connected(answer: &[u8]) -> Client {
    /// #     let mut client = Client::new(Config::default(), Session::new());
    /// #     client.connect(Instant::ZERO, &Connect::to("/"), &mut Vec::new()).unwrap();
    /// #     client.receive(Instant::ZERO, answer, &mut Vec::new()).unwrap().unwrap();
    /// #     client
    /// # }
    /// # let (mut one, mut other) = (connected(b"CONNECTED\nversion:1.2\n\n\0"), connected(b"CONNECTED\n\n\0"));
    ///
    /// // From a broker of 1.2 to one of 1.0.
    /// let (mut from, mut to) = (Vec::new(), Vec::new());
    /// one.subscribe(Instant::ZERO, &Subscribe::to("/queue/a"), &mut from)?;
    /// let input = b"MESSAGE\ndestination:/queue/a\nmessage-id:7\nsubscription:1\nhref:coap\\c//x\n\nhello\0";
    /// let Some((event, _)) = one.receive(Instant::ZERO, input, &mut from)? else { panic!("not a frame") };
    /// bridge(&event, &mut other, &mut to)?;
    /// assert_eq!(to, b"SEND\ndestination:/queue/a\nhref:coap://x\n\nhello\0\
    ///     SEND\ndestination:/topic/copies\nreceipt:1\nhref:coap://x\n\nhello\0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forward(frame: &Frame<'a>) -> Self {
        let is_counted = frame.get("content-length").is_some();
        Self {
            destination: frame.get("destination").unwrap_or_default(),
            body: frame.body,
            content_length: if is_counted { ContentLength::Always } else { ContentLength::WithNul },
            headers: frame.headers,
            is_forwarded: true,
        }
    }
}

/// A client's wish for messages. (SUBSCRIBE)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Subscribe<'a> {
    /// Of which destination.
    pub destination: Text<'a>,
    /// Its `id`: brokers know durable subscriptions by it. Default: a number.
    ///
    /// One that is used again before the receipt of its UNSUBSCRIBE has come may get messages of the old subscription, which
    /// nothing tells apart. RabbitMQ repeats it in `message-id` and does not escape that: no colons, no backslashes.
    pub id: Option<Text<'a>>,
    /// How its messages are acknowledged.
    pub ack: AckMode,
    /// Further headers, that the broker knows: `prefetch-count`, `selector` …
    pub headers: Headers<'a>,
}

impl<'a> Subscribe<'a> {
    /// To this destination; its messages are not acknowledged.
    pub fn to(destination: impl Into<Text<'a>>) -> Self {
        Self { destination: destination.into(), ..Self::default() }
    }

    /// The same, and its messages are acknowledged in this way.
    #[must_use]
    pub const fn with_ack(self, ack: AckMode) -> Self {
        Self { ack, ..self }
    }
}

/// What may be said with any command of a client's: each verb has a twin that takes it.
///
/// ```
/// use fourwire::stomp::{Header, With};
///
/// let headers = [Header::new("requeue", "false")];
/// let with = With { headers: (&headers).into(), ..With::RECEIPT };
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct With<'a> {
    /// The transaction that it is a part of: a SEND, an ACK or a NACK. All others are in none, and do not look at it.
    pub transaction: Option<Transaction>,
    /// Whether the server is to say that it has it.
    pub receipt: bool,
    /// Further headers.
    pub headers: Headers<'a>,
}

impl With<'_> {
    /// The server is to say that it has it.
    pub const RECEIPT: Self = Self { receipt: true, transaction: None, headers: Headers::EMPTY };

    /// As a part of this transaction.
    pub const fn transaction(transaction: Transaction) -> Self {
        Self { transaction: Some(transaction), receipt: false, headers: Headers::EMPTY }
    }
}

/// A server's welcome. (CONNECTED)
///
/// ```
/// use std::time::Duration;
///
/// use fourwire::stomp::{Accept, HeartBeat, Login};
///
/// /// As often as the client would have it, but not more than once a second.
/// fn welcome(login: &Login<'_>) -> Accept<'static> {
///     let slower = |span: Duration| span.max(Duration::from_secs(1));
///     let HeartBeat { sends, wants } = login.heart_beat;
///     Accept { heart_beat: Some(HeartBeat { sends: slower(wants), wants: slower(sends) }), ..Accept::default() }
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Accept<'a> {
    /// What the connection is called. Every `message-id` begins with it.
    pub session: Option<Text<'a>>,
    /// Who the server is: `name/version comments`. (1.1 and 1.2)
    pub server: Option<Text<'a>>,
    /// The heart-beats that we can send to this client, and want of it. Default: those of
    /// [`Config::heart_beat`](super::Config::heart_beat). (1.1 and 1.2)
    pub heart_beat: Option<HeartBeat>,
    /// Further headers.
    pub headers: Headers<'a>,
}

/// A server's last words. (ERROR)
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Farewell<'a> {
    /// What is wrong, in short.
    pub message: Text<'a>,
    /// The same at length, if there is more to say.
    pub body: &'a [u8],
    /// The receipt that the frame had which is to blame.
    pub receipt: Option<Receipt>,
    /// Further headers: `content-type`, say.
    pub headers: Headers<'a>,
}

impl<'a> Farewell<'a> {
    /// Just these.
    pub fn new(message: impl Into<Text<'a>>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_in_common() {
        let both = Versions::only(Version::V1_0).and(Version::V1_1);
        assert_eq!(Versions::ALL.newest_in(b"1.0,1.1,2.0"), Some(Version::V1_1));
        assert_eq!(both.newest_in(b"1.2,1.1"), Some(Version::V1_1));
        assert_eq!(both.newest_in(b"1.2,1.3"), None);
        assert_eq!(both.newest_in(b""), None);
        assert_eq!(both.as_str(), "1.0,1.1");
        let all = (1..8).map(Versions).filter(|versions| versions.newest_in(versions.as_str().as_bytes()).is_some());
        assert_eq!(all.count(), 7);
    }
}
