//! What connections of the server example share: subscriptions, retained messages, and sessions without a connection.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::mpsc::{Receiver, Sender, channel};

use fourwire::Instant;
use fourwire::mqtt::{
    Message, Outbox, Packet, PacketBuf, Publish, QoS, RetainHandling, Session, SessionEvent, Subscription, TopicFilter,
};

/// What reaches a connection from others.
pub(crate) enum Incoming {
    Message(Message),
    /// The same client has connected again.
    TakenOver,
}

/// A session whose client is away.
pub(crate) struct Away {
    pub(crate) session: Session,
    pub(crate) outbox: Outbox,
    pub(crate) connect: Option<PacketBuf<Vec<u8>>>,
}

/// A client that is known: connected, or away.
struct Member {
    /// To the connection; while the client is away the messages wait in the channel.
    sender: Sender<Incoming>,
    filters: BTreeMap<String, Granted>,
    /// Its session, while it is away.
    away: Option<(Away, Receiver<Incoming>)>,
}

#[derive(Clone, Copy)]
struct Granted {
    qos: QoS,
    no_local: bool,
    retain_as_published: bool,
}

#[derive(Default)]
pub(crate) struct Broker {
    members: HashMap<String, Member>,
    retained: BTreeMap<String, Message>,
    names: u64,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

impl Broker {
    /// A name for a client without one.
    pub(crate) fn new_name(&mut self) -> String {
        self.names += 1;
        format!("auto-{}", self.names)
    }

    /// A client has connected: hands over its session, if it has one, and the channel for its messages.
    ///
    /// `None` if an older connection of the client is still there: it is asked to end, so try again.
    pub(crate) fn arrive(&mut self, client_id: &str, clean: bool) -> Option<(Option<Away>, Receiver<Incoming>)> {
        if let Some(member) = self.members.get(client_id).filter(|member| member.away.is_none()) {
            // It may be ending already, and then does not listen.
            let _ = member.sender.send(Incoming::TakenOver);
            return None;
        }
        let earlier = self.members.remove(client_id).filter(|_| !clean);
        let (sender, receiver) = channel();
        let (filters, away) = match earlier {
            Some(Member { filters, away: Some((mut away, waiting)), .. }) => {
                messages(&waiting).for_each(|message| away.outbox.push(message));
                (filters, Some(away))
            }
            _ => (BTreeMap::new(), None),
        };
        self.members.insert(client_id.to_owned(), Member { sender, filters, away: None });
        Some((away, receiver))
    }

    /// A connection is gone. If the session outlives it, it waits here.
    pub(crate) fn leave(&mut self, client_id: &str, mut away: Away, incoming: Receiver<Incoming>, now: Instant) {
        messages(&incoming).for_each(|message| away.outbox.push(message));
        while let Some(event) = away.session.timeout(now) {
            match event {
                SessionEvent::Will => self.publish_will(away.connect.as_ref(), client_id),
                SessionEvent::Expired => {
                    self.members.remove(client_id);
                    return;
                }
            }
        }
        if let Some(member) = self.members.get_mut(client_id) {
            member.away = Some((away, incoming));
        }
    }

    /// Does what has become due in the sessions whose clients are away: wills with a delay, and expiries.
    pub(crate) fn timeout(&mut self, now: Instant) {
        let mut wills = Vec::new();
        self.members.retain(|client_id, member| {
            let Some((away, _)) = &mut member.away else { return true };
            while let Some(event) = away.session.timeout(now) {
                match event {
                    SessionEvent::Will => wills.push((client_id.clone(), away.connect.clone())),
                    SessionEvent::Expired => return false,
                }
            }
            true
        });
        wills.into_iter().for_each(|(client_id, connect)| self.publish_will(connect.as_ref(), &client_id));
    }

    fn publish_will(&mut self, connect: Option<&PacketBuf<Vec<u8>>>, client_id: &str) {
        let Some(Packet::Connect(connect)) = connect.map(PacketBuf::packet) else { return };
        let Some(will) = connect.get().will else { return };
        let publish = Publish { retain: will.retain, ..Publish::new(will.topic, will.payload) }.with_qos(will.qos);
        // A will was checked with its CONNECT: as a message it can be encoded.
        let _ = self.publish(&publish, client_id);
    }

    /// Sends a message to all who subscribe to its topic, each with the QoS that was granted, and keeps it if it is to
    /// be retained.
    pub(crate) fn publish(&mut self, publish: &Publish<'_>, from: &str) -> Result<()> {
        let message = Message::new(publish)?;
        if publish.retain {
            match publish.payload {
                [] => self.retained.remove(publish.topic),
                _ => self.retained.insert(publish.topic.to_owned(), message.clone()),
            };
        }
        for (client_id, member) in &self.members {
            let granted = member
                .filters
                .iter()
                .filter(|(filter, granted)| matches(filter, publish.topic) && !(granted.no_local && client_id == from));
            // Overlapping subscriptions bring the message once, with the highest QoS.
            let Some(best) = granted.map(|(_, granted)| *granted).max_by_key(|granted| granted.qos) else { continue };
            let retain = publish.retain && best.retain_as_published;
            // A connection that is just ending has closed its channel.
            let _ = member.sender.send(Incoming::Message(message.clone().at_most(best.qos).with_retain(retain)));
        }
        Ok(())
    }

    /// Adds or replaces a subscription, and says which retained messages it brings.
    pub(crate) fn subscribe(&mut self, client_id: &str, wanted: &Subscription<'_>) -> Vec<Message> {
        let Some(member) = self.members.get_mut(client_id) else { return Vec::new() };
        let granted =
            Granted { qos: wanted.qos, no_local: wanted.no_local, retain_as_published: wanted.retain_as_published };
        let is_new = member.filters.insert(wanted.filter.to_owned(), granted).is_none();
        let send = match wanted.retain_handling {
            RetainHandling::Send => true,
            RetainHandling::SendIfNew => is_new,
            RetainHandling::DoNotSend => false,
        };
        let retained = self.retained.iter().filter(|(topic, _)| send && matches(wanted.filter, topic));
        retained.map(|(_, message)| message.clone().at_most(wanted.qos).with_retain(true)).collect()
    }

    /// Ends a subscription, and says whether there was one.
    pub(crate) fn unsubscribe(&mut self, client_id: &str, filter: &str) -> bool {
        self.members.get_mut(client_id).is_some_and(|member| member.filters.remove(filter).is_some())
    }
}

fn messages(incoming: &Receiver<Incoming>) -> impl Iterator<Item = Message> + '_ {
    incoming.try_iter().filter_map(|incoming| match incoming {
        Incoming::Message(message) => Some(message),
        Incoming::TakenOver => None,
    })
}

fn matches(filter: &str, topic: &str) -> bool {
    TopicFilter::new(filter).is_ok_and(|filter| filter.matches(topic))
}
