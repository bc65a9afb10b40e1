//! Topic aliases, which live as long as the connection. (5.0 §3.3.2.3.4)

use super::{SendError, Violation};
use crate::mqtt::Publish;

/// The aliases of both directions. Takes memory only when one is used, and only with the feature `alloc`.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases {
    #[cfg(feature = "alloc")]
    tables: Option<alloc::boxed::Box<Tables>>,
}

#[cfg(feature = "alloc")]
#[derive(Clone, Debug, Default)]
struct Tables {
    /// The peer's: topics by alias.
    incoming: alloc::vec::Vec<Option<alloc::boxed::Box<str>>>,
    /// Bytes of the topics in `incoming`.
    bytes: usize,
    /// Ours: aliases by topic, those that were sent.
    outgoing: alloc::collections::BTreeMap<alloc::boxed::Box<str>, u16>,
    /// Ours that the application chose itself: whether they stand for a topic.
    chosen: alloc::collections::BTreeSet<u16>,
}

#[cfg(feature = "alloc")]
impl Aliases {
    pub(super) const NONE: Self = Self { tables: None };
    /// Whether there is memory for aliases at all.
    pub(super) const AVAILABLE: bool = true;

    /// Keeps the topic of a PUBLISH that sets an alias; checks that an alias without a topic stands for one.
    #[inline]
    pub(super) fn receive(&mut self, publish: &Publish<'_>, maximum: u16, memory: u32) -> Result<(), Violation> {
        if publish.properties.is_empty() {
            return Ok(());
        }
        let Some(alias) = publish.properties.topic_alias() else { return Ok(()) };
        if alias > maximum {
            return Err(Violation::TopicAliasInvalid);
        }
        if publish.topic.is_empty() {
            return self.topic(alias).map(drop).ok_or(Violation::TopicAliasUnknown);
        }
        let tables = self.tables.get_or_insert_default();
        let at = usize::from(alias);
        if tables.incoming.len() <= at {
            tables.incoming.resize(at.saturating_add(1), None);
        }
        let Some(entry) = tables.incoming.get_mut(at) else { return Err(Violation::TopicAliasInvalid) };
        if entry.as_deref() == Some(publish.topic) {
            return Ok(());
        }
        let before = entry.as_ref().map_or(0, |topic| topic.len());
        let bytes = tables.bytes.saturating_sub(before).saturating_add(publish.topic.len());
        if bytes > usize::try_from(memory).unwrap_or(usize::MAX) {
            return Err(Violation::TopicAliasMemory);
        }
        tables.bytes = bytes;
        *entry = Some(publish.topic.into());
        Ok(())
    }

    /// The topic that the peer's alias stands for.
    pub(super) fn topic(&self, alias: u16) -> Option<&str> {
        self.tables.as_ref()?.incoming.get(usize::from(alias))?.as_deref()
    }

    /// What to send in place of the topic: an alias, and whether it already stands for the topic.
    pub(super) fn choose(&self, topic: &str, maximum: u16) -> Option<(u16, bool)> {
        if maximum == 0 || topic.is_empty() {
            return None;
        }
        let Some(tables) = &self.tables else { return Some((1, false)) };
        if let Some(alias) = tables.outgoing.get(topic) {
            return Some((*alias, true));
        }
        let next = u16::try_from(tables.outgoing.len()).ok()?.checked_add(1)?;
        (next <= maximum).then_some((next, false))
    }

    /// The alias was sent with its topic.
    pub(super) fn chosen(&mut self, topic: &str, alias: u16) {
        self.tables.get_or_insert_default().outgoing.insert(topic.into(), alias);
    }

    /// Whether an alias that the application set itself can be sent.
    pub(super) fn check_own(&self, publish: &Publish<'_>, maximum: u16) -> Result<Option<u16>, SendError> {
        let Some(alias) = publish.properties.topic_alias() else { return Ok(None) };
        let known = || self.tables.as_ref().is_some_and(|tables| tables.chosen.contains(&alias));
        if alias > maximum || publish.topic.is_empty() && !known() {
            return Err(SendError::TopicAlias);
        }
        Ok(Some(alias))
    }

    /// An alias that the application set itself was sent with its topic.
    pub(super) fn own_sent(&mut self, alias: u16) {
        self.tables.get_or_insert_default().chosen.insert(alias);
    }
}

#[cfg(not(feature = "alloc"))]
impl Aliases {
    pub(super) const NONE: Self = Self {};
    pub(super) const AVAILABLE: bool = false;

    pub(super) fn receive(&mut self, publish: &Publish<'_>, _: u16, _: u32) -> Result<(), Violation> {
        if publish.properties.topic_alias().is_some() { Err(Violation::TopicAliasInvalid) } else { Ok(()) }
    }

    pub(super) fn topic(&self, _: u16) -> Option<&str> {
        None
    }

    pub(super) fn choose(&self, _: &str, _: u16) -> Option<(u16, bool)> {
        None
    }

    pub(super) fn chosen(&mut self, _: &str, _: u16) {}

    /// Without memory only an alias beside its topic is known to be right.
    pub(super) fn check_own(&self, publish: &Publish<'_>, maximum: u16) -> Result<Option<u16>, SendError> {
        match publish.properties.topic_alias() {
            Some(alias) if alias > maximum || publish.topic.is_empty() => Err(SendError::TopicAlias),
            alias => Ok(alias),
        }
    }

    pub(super) fn own_sent(&mut self, _: u16) {}
}
