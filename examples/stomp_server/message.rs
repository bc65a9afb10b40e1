//! Messages: one copy, however many queues and subscribers have it.

use bytes::Bytes;
use fourwire::stomp::{ContentLength, Frame, Header, Text};

/// A message, as it was sent.
#[derive(Debug)]
pub(crate) struct Message {
    /// Names and values, with escapes resolved: subscribers may speak another version.
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) body: Bytes,
    /// Whether it is said how long the body is.
    pub(crate) content_length: ContentLength,
}

impl Message {
    pub(crate) fn new(send: &Frame<'_>) -> Self {
        // Whether it comes again is ours to say.
        let headers = send.headers.iter().filter(|header| header.name != "redelivered");
        let is_counted = send.get("content-length").is_some();
        Self {
            headers: headers.map(|Header { name, value }| (bytes(name), bytes(value))).collect(),
            body: Bytes::copy_from_slice(send.body),
            content_length: if is_counted { ContentLength::Always } else { ContentLength::WithNul },
        }
    }

    pub(crate) fn destination(&self) -> Text<'_> {
        let destination = self.headers.iter().find(|(name, _)| name == b"destination");
        destination.map_or(Text::default(), |(_, value)| Text::new(value))
    }

    /// The headers for a subscriber. Those that were for us are among them: the machine leaves them out.
    pub(crate) fn headers(&self, redelivered: bool) -> Vec<Header<'_>> {
        let again = redelivered.then(|| Header::new("redelivered", "true"));
        let sent = self.headers.iter().map(|(name, value)| Header::new(Text::new(name), Text::new(value)));
        again.into_iter().chain(sent).collect()
    }
}

fn bytes(text: Text<'_>) -> Vec<u8> {
    text.to_cow().into_owned()
}
