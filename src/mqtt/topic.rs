//! Topic filters, and which topics they match. (§4.7, 5.0: §4.8)

use core::fmt;

use super::{ErrorKind, Field, text};

/// A valid topic filter, perhaps of a shared subscription.
///
/// ```
/// use fourwire::mqtt::TopicFilter;
///
/// let filter = TopicFilter::new("home/+/temperature")?;
/// assert!(filter.matches("home/kitchen/temperature"));
/// assert!(!filter.matches("home/kitchen/light"));
///
/// let shared = TopicFilter::new("$share/workers/jobs/#")?;
/// assert_eq!(shared.share_name(), Some("workers"));
/// assert!(shared.matches("jobs/17"));
/// # Ok::<(), fourwire::mqtt::ErrorKind>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TopicFilter<'a> {
    text: &'a str,
}

impl<'a> TopicFilter<'a> {
    /// Checks `text` by the rules of 5.0: a filter that begins with `$share/` is a shared subscription's.
    ///
    /// A filter is up to 65,535 bytes, not empty, without U+0000; `+` and `#` stand alone in their level, and `#` stands
    /// last. `[MQTT-4.7.1-1]` `[MQTT-4.7.1-2]` `[MQTT-4.7.3-1]` `[MQTT-4.7.3-2]` `[MQTT-4.8.2-1]` `[MQTT-4.8.2-2]`
    pub fn new(text: &'a str) -> Result<Self, ErrorKind> {
        if text.len() > 0xFFFF {
            return Err(ErrorKind::Truncated(Field::TopicFilter));
        }
        text::filter(text.as_bytes(), true).map_err(|(kind, _)| kind)?;
        Ok(Self { text })
    }

    /// The whole filter, as it was given.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The share name, if this is a shared subscription's filter.
    pub fn share_name(&self) -> Option<&'a str> {
        self.shared().map(|(name, _)| name)
    }

    /// The filter that topics are matched with: all of it, or what follows the share name.
    pub fn filter(&self) -> &'a str {
        self.shared().map_or(self.text, |(_, filter)| filter)
    }

    fn shared(&self) -> Option<(&'a str, &'a str)> {
        let rest = self.text.strip_prefix("$share/")?;
        let slash = rest.as_bytes().iter().position(|byte| *byte == b'/')?;
        Some((rest.get(..slash)?, rest.get(slash.saturating_add(1)..)?))
    }

    /// Whether the filter has wildcards.
    pub fn has_wildcards(&self) -> bool {
        self.filter().bytes().any(|byte| matches!(byte, b'+' | b'#'))
    }

    /// Whether a message published to `topic` is one of this subscription's.
    ///
    /// A filter that begins with a wildcard does not match a topic that begins with `$`. `[MQTT-4.7.2-1]`
    pub fn matches(&self, topic: &str) -> bool {
        // Bytes, because the searcher of `str::split` keeps a panic reachable.
        let (filter, topic) = (self.filter().as_bytes(), topic.as_bytes());
        if topic.first() == Some(&b'$') && matches!(filter.first(), Some(b'+' | b'#')) {
            return false;
        }
        let level = |byte: &u8| *byte == b'/';
        let mut levels = topic.split(level);
        for wanted in filter.split(level) {
            // `#` also matches the level above it.
            if wanted == b"#" {
                return true;
            }
            match levels.next() {
                Some(level) if wanted == b"+" || wanted == level => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }
}

impl fmt::Display for TopicFilter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// Checks a topic name: 1 to 65,535 bytes, without U+0000, `+` and `#`. `[MQTT-3.3.2-2]` `[MQTT-4.7.3-1]`
pub fn check_topic_name(topic: &str) -> Result<(), ErrorKind> {
    match topic.len() {
        0 => Err(ErrorKind::TopicEmpty(Field::TopicName)),
        1..=0xFFFF => text::no_wildcard(topic.as_bytes(), Field::TopicName).map_err(|(kind, _)| kind),
        _ => Err(ErrorKind::Truncated(Field::TopicName)),
    }
}
