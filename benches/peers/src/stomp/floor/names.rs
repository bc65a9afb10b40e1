//! Commands and the headers that they must have.

use super::decode::Wrong;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    Message,
    Send,
    Ack,
    Nack,
    Receipt,
    Error,
    Subscribe,
    Unsubscribe,
    Begin,
    Commit,
    Abort,
    Connect,
    Stomp,
    Connected,
    Disconnect,
}

use Command as C;

impl Command {
    /// The command, and where the headers begin.
    #[inline(always)]
    pub fn first(input: &[u8]) -> Result<Option<(Self, usize)>, Wrong> {
        if let Some(word) = input.first_chunk::<8>() {
            if word == b"MESSAGE\n" {
                return Ok(Some((C::Message, 8)));
            }
            if word.starts_with(b"SEND\n") {
                return Ok(Some((C::Send, 5)));
            }
            if word.starts_with(b"ACK\n") {
                return Ok(Some((C::Ack, 4)));
            }
        }
        Self::other(input)
    }

    fn other(input: &[u8]) -> Result<Option<(Self, usize)>, Wrong> {
        let window = &input[..input.len().min(13)];
        let Some(end) = window.iter().position(|byte| *byte == b'\n') else {
            let seen = window.strip_suffix(b"\r").unwrap_or(window);
            let may_be = NAMES.iter().any(|(name, _)| name.as_bytes().starts_with(seen));
            return if may_be { Ok(None) } else { Err(Wrong) };
        };
        let line = window[..end].strip_suffix(b"\r").unwrap_or(&window[..end]);
        let command = NAMES.iter().find(|(name, _)| name.as_bytes() == line).ok_or(Wrong)?.1;
        Ok(Some((command, end + 1)))
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, command)| *command == self).unwrap().0
    }

    #[inline(always)]
    pub fn is_raw(self) -> bool {
        matches!(self, C::Connect | C::Stomp | C::Connected)
    }

    #[inline(always)]
    pub fn has_body(self) -> bool {
        matches!(self, C::Send | C::Message | C::Error)
    }

    /// A bit for each header that must be there.
    #[inline(always)]
    pub fn required(self) -> u16 {
        match self {
            C::Message => DESTINATION | MESSAGE_ID | SUBSCRIPTION,
            C::Send => DESTINATION,
            C::Ack | C::Nack | C::Unsubscribe => ID,
            C::Subscribe => DESTINATION | ID,
            C::Begin | C::Commit | C::Abort => TRANSACTION,
            C::Receipt => RECEIPT_ID,
            C::Connect | C::Stomp => ACCEPT_VERSION | HOST,
            C::Connected => VERSION,
            C::Error | C::Disconnect => 0,
        }
    }
}

const NAMES: [(&str, Command); 15] = [
    ("MESSAGE", C::Message),
    ("SEND", C::Send),
    ("ACK", C::Ack),
    ("NACK", C::Nack),
    ("RECEIPT", C::Receipt),
    ("ERROR", C::Error),
    ("SUBSCRIBE", C::Subscribe),
    ("UNSUBSCRIBE", C::Unsubscribe),
    ("BEGIN", C::Begin),
    ("COMMIT", C::Commit),
    ("ABORT", C::Abort),
    ("CONNECT", C::Connect),
    ("STOMP", C::Stomp),
    ("CONNECTED", C::Connected),
    ("DISCONNECT", C::Disconnect),
];

const DESTINATION: u16 = 1;
const MESSAGE_ID: u16 = 2;
const SUBSCRIPTION: u16 = 4;
const ID: u16 = 8;
const TRANSACTION: u16 = 16;
const RECEIPT_ID: u16 = 32;
const ACCEPT_VERSION: u16 = 64;
const HOST: u16 = 128;
const VERSION: u16 = 256;
pub const CONTENT_LENGTH: u16 = 512;

/// The bit of a header that somebody asks for, or 0.
#[inline(always)]
pub fn bit(name: &[u8]) -> u16 {
    let (bit, wanted): (u16, &[u8]) = match name.len() {
        2 => (ID, b"id"),
        4 => (HOST, b"host"),
        7 => (VERSION, b"version"),
        10 if name[0] == b'm' => (MESSAGE_ID, b"message-id"),
        10 => (RECEIPT_ID, b"receipt-id"),
        11 if name[0] == b'd' => (DESTINATION, b"destination"),
        11 => (TRANSACTION, b"transaction"),
        12 => (SUBSCRIPTION, b"subscription"),
        14 if name[0] == b'c' => (CONTENT_LENGTH, b"content-length"),
        14 => (ACCEPT_VERSION, b"accept-version"),
        _ => return 0,
    };
    if name == wanted { bit } else { 0 }
}
