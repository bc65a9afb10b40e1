//! STOMP 1.0, 1.1 and 1.2.
//!
//! The codec: [`Decoder`], [`Unit`], [`Frame`], [`Headers`], for tools, proxies, and machines of your own.
//!
//! What differs from version to version:
//!
//! | | 1.0 | 1.1 | 1.2 |
//! |---|---|---|---|
//! | a line ends with | LF | LF | LF or CR LF |
//! | escapes | none | `\n` `\c` `\\` | `\r` `\n` `\c` `\\` |
//! | in CONNECT, STOMP, CONNECTED | none | none | none |
//! | headers are | bytes | UTF-8 | UTF-8 |
//! | bodies are in | any frame | SEND, MESSAGE, ERROR | SEND, MESSAGE, ERROR |
//! | `content-length` counts in | these three | these three | any frame |
//!
//! Of a header that is repeated, the first counts, in all three. Before a version was agreed ([`Decoder::version`] is
//! `None`) the rules are 1.2's but for escapes, of which there are none, also in an ERROR; and headers are required that
//! all versions require.

mod command;
mod decode;
mod encode;
mod error;
mod frame;
mod head;
mod headers;
mod limits;
mod name;
mod spelling;
mod text;
mod version;

pub use command::Command;
pub use decode::{Decoder, Part};
pub use error::{DecodeError, EncodeError, ErrorKind};
pub use frame::{ContentLength, Frame, Unit};
pub use headers::{Header, Headers};
pub use limits::{Leniencies, Limits};
pub use name::HeaderName;
pub use text::{Chunks, Text};
pub use version::Version;
