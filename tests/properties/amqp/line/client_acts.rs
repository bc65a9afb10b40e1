//! What the client's application does.

use fourwire::amqp::{
    Channel, ContentHeader, Method, Properties, SendError, Slots, basic, channel, confirm, queue, tx,
};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::books::{Books, Life, Phase, settled};
use super::calls::{breaks_a_rule, is_answered};
use super::said::{Fate, On, Said};
use super::{Line, Memory, PIECE, State};

impl<S: Slots> Line<S> {
    pub(super) fn client_acts(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let life = self.client_lives[script.below(self.client_lives.len())];
        let live = life.filter(|life| self.client_state == State::Open && self.lives[*life].client.is_live());
        let Some(life) = live else { return self.open_channel(memory, script) };
        match script.below(24) {
            0 => self.close_channel(memory, life, script),
            1..=4 => self.publish(memory, life, script),
            5 => self.publish_head(memory, life, script),
            6..=8 => self.publish_piece(memory, life, script),
            9..=14 => self.acknowledge(memory, life, script),
            15 => self.client_is_stale(memory, script),
            16 => self.update_secret(memory, script),
            _ => {
                let call = self.some_call(life, script);
                if let Some(call) = call {
                    self.call(memory, life, call, script);
                }
            }
        }
    }

    fn open_channel(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let opened =
            repeat(&mut self.client, script, &mut self.up.wire, |client, out| client.open_channel(memory.now, out));
        match opened {
            Ok(channel) => {
                let place = &mut self.client_lives[usize::from(channel.number()) - 1];
                assert!(place.is_none_or(|life| self.lives[life].client.phase == Phase::Ended), "it is in use");
                *place = Some(self.lives.len());
                self.up.say_on(self.lives.len(), On::Open);
                let (client, server) = (Books::new(Some(channel)), Books::new(None));
                self.lives.push(Life { client, server, tags: Vec::new() });
            }
            Err(SendError::NoChannel) => {
                let in_use =
                    |life: &Option<usize>| life.is_some_and(|life| self.lives[life].client.phase != Phase::Ended);
                assert!(self.client_lives.iter().all(in_use), "there is a channel");
            }
            Err(SendError::NotConnected) => assert_ne!(self.client_state, State::Open),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn close_channel(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.ours(life);
        repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.close_channel(memory.now, channel, out)
        })
        .unwrap();
        self.lives[life].client.phase = Phase::Closing;
        self.up.say_on(life, On::Close);
        memory.client_channels.push(channel);
        memory.tags.extend(self.lives[life].tags.last());
    }

    fn publish(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let (channel, message) = (self.ours(life), memory.message(script));
        let (key, body) = (message.key(), message.body());
        let publish = basic::Publish { routing_key: key.as_str().into(), ..Default::default() };
        let sent = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.publish(memory.now, channel, &publish, Properties::EMPTY, &body, out)
        });
        if let Some(number) = self.published(life, sent) {
            self.up.say_message(life, On::Publish(message, number), message, PIECE);
        }
    }

    fn publish_head(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let (channel, message) = (self.ours(life), memory.message(script));
        let key = message.key();
        let publish = basic::Publish { routing_key: key.as_str().into(), ..Default::default() };
        let header = ContentHeader { body_size: message.len as u64, properties: Properties::EMPTY };
        let sent = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.publish_head(memory.now, channel, &publish, header, out)
        });
        if let Some(number) = self.published(life, sent) {
            self.up.say_on(life, On::Publish(message, number));
            self.up.say_on(life, On::Header(message));
            self.lives[life].client.sending = (message.len > 0).then_some((message, 0));
        }
    }

    /// The number of a publish that was sent; or it was refused, rightly.
    fn published(&mut self, life: usize, sent: Result<Option<u64>, SendError>) -> Option<Option<u64>> {
        let (books, window) = (&mut self.lives[life].client, self.client_window);
        let full = books.confirms && books.unconfirmed.len() >= window;
        match sent {
            Ok(number) => {
                assert!(!books.stopped && !full && books.sending.is_none());
                assert_eq!(number, books.published());
                return Some(number);
            }
            Err(SendError::Stopped) => assert!(books.stopped),
            // Without a heap they may be too far apart.
            Err(SendError::WindowFull) => assert!(full || books.confirms && !books.unconfirmed.is_empty()),
            Err(SendError::OutOfOrder) => assert!(books.is_busy()),
            Err(error) => panic!("{error:?}"),
        }
        None
    }

    fn publish_piece(&mut self, memory: &Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.ours(life);
        let Some((message, from)) = self.lives[life].client.sending else {
            let sent = self.client.publish_piece(memory.now, channel, b"", &mut super::super::Strict::new());
            return assert_eq!(sent, Err(SendError::OutOfOrder));
        };
        let len = script.below(message.len - from + 1);
        let piece = &message.body()[from..from + len];
        let remaining = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.publish_piece(memory.now, channel, piece, out)
        });
        assert_eq!(remaining, Ok((message.len - from - len) as u64));
        self.up.say_body(life, message, from, len, PIECE);
        self.lives[life].client.sending = (from + len < message.len).then_some((message, from + len));
    }

    /// Acknowledges any delivery that there was, or refuses it.
    fn acknowledge(&mut self, memory: &Memory, life: usize, script: &mut Script<'_>) {
        let Life { client: books, tags, .. } = &mut self.lives[life];
        if tags.is_empty() {
            return;
        }
        let tag = tags[tags.len() - 1 - script.below(tags.len())];
        let choice = script.byte();
        let (is_reject, requeue) = (choice & 3 == 3, choice & 4 != 0);
        let multiple = choice & 8 != 0 && !is_reject;
        let fate = if choice & 3 < 2 { Fate::Taken } else { Fate::Refused { requeue } };
        let known = books.unacknowledged.contains(&tag.number());
        if books.automatic && !known {
            // The machine cannot know, and the server would close the channel.
            return;
        }
        let answer = repeat(&mut self.client, script, &mut self.up.wire, |client, out| match fate {
            Fate::Taken => client.ack(memory.now, tag, multiple, out),
            Fate::Refused { requeue } if is_reject => client.reject(memory.now, tag, requeue, out),
            Fate::Refused { requeue } => client.nack(memory.now, tag, multiple, requeue, out),
        });
        match answer {
            Ok(()) => {
                assert!(known && books.sending.is_none());
                let taken = books.acknowledge(tag.number(), multiple);
                self.up.say_on(life, On::Settle(fate, settled(&taken)));
            }
            Err(SendError::StaleDelivery) => assert!(!known || books.is_recovering()),
            Err(SendError::OutOfOrder) => assert!(books.is_busy()),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// A call that is right here, as a rule.
    fn some_call(&self, life: usize, script: &mut Script<'_>) -> Option<Method<'static>> {
        let books = &self.lives[life].client;
        let (queue, consumer_tag) = ("q".into(), "c".into());
        let (choice, no_wait) = (script.below(16), script.one_in(3));
        let no_ack = choice == 6 && script.one_in(8);
        let call = match choice {
            0 | 1 => confirm::Select { no_wait }.into(),
            2 => tx::Select {}.into(),
            3 => tx::Commit {}.into(),
            4 => tx::Rollback {}.into(),
            5..=7 => basic::Get { queue, no_ack }.into(),
            8 => basic::Consume { queue, consumer_tag, no_ack: script.one_in(8), no_wait, ..Default::default() }.into(),
            9 => basic::Cancel { consumer_tag, no_wait }.into(),
            10 => basic::Qos { prefetch_count: 3, ..Default::default() }.into(),
            11 => basic::Recover { requeue: true }.into(),
            12 => basic::RecoverAsync { requeue: true }.into(),
            13 => channel::Flow { active: script.one_in(2) }.into(),
            _ => queue::Declare { queue, no_wait, ..Default::default() }.into(),
        };
        // Whether what is on its way was delivered before the server has heard of it cannot be known.
        let on_its_way = || {
            self.down.said.iter().any(|said| matches!(said, Said::On(same, on) if *same == life && on.is_delivery()))
        };
        let unknown = matches!(call, Method::BasicRecoverAsync(_)) && (on_its_way() || self.recovers(life));
        (!unknown && (!breaks_a_rule(books, &call) || script.one_in(8))).then_some(call)
    }

    /// Whether the server is about to hear that all is to be delivered again.
    pub(super) fn recovers(&self, life: usize) -> bool {
        self.up
            .said
            .iter()
            .any(|said| matches!(said, Said::On(same, On::Call(Method::BasicRecoverAsync(_))) if *same == life))
    }

    fn call(&mut self, memory: &Memory, life: usize, call: Method<'static>, script: &mut Script<'_>) {
        let channel = self.ours(life);
        let answer = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.call(memory.now, channel, call, out)
        });
        let books = &mut self.lives[life].client;
        match answer {
            Ok(()) => {
                assert!(books.sending.is_none());
                if is_answered(&call) {
                    books.calls.push_back(call);
                }
                books.called(&call);
                self.up.say_on(life, On::Call(call));
            }
            Err(SendError::WindowFull) => assert!(books.calls.len() >= 16),
            Err(SendError::OutOfOrder) => assert!(books.is_busy()),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn update_secret(&mut self, memory: &Memory, script: &mut Script<'_>) {
        repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
            client.update_secret(memory.now, b"secret", "", out)
        })
        .unwrap();
        self.up.say(Said::Secret);
    }

    /// What was closed, or was on another connection, cannot be used; and of that nothing is written.
    fn client_is_stale(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let (now, out) = (memory.now, &mut super::super::Strict::new());
        if let Some(channel) = memory.client_channels.get(script.below(16)).copied() {
            let stale = Err(SendError::StaleChannel);
            let publish = basic::Publish::default();
            assert_eq!(self.client.publish(now, channel, &publish, Properties::EMPTY, b"x", out), stale.map(|()| None));
            assert_eq!(self.client.call(now, channel, tx::Commit {}, out), stale);
            assert_eq!(self.client.close_channel(now, channel, out), stale);
            assert_eq!(self.client.unconfirmed(channel).count(), self.last_of(channel));
        }
        if let Some(tag) = memory.tags.get(script.below(16)).copied() {
            assert_eq!(self.client.ack(now, tag, true, out), Err(SendError::StaleChannel));
            assert_eq!(self.client.reject(now, tag, true, out), Err(SendError::StaleChannel));
        }
        assert_eq!(out.bytes, [0_u8; 0]);
    }

    /// How many publishes are unconfirmed on a channel that was closed; none, if its number is in use again.
    fn last_of(&self, channel: Channel) -> usize {
        let life = self.client_lives[usize::from(channel.number()) - 1].map(|life| &self.lives[life].client);
        life.filter(|books| books.channel == Some(channel)).map_or(0, |books| books.unconfirmed.len())
    }

    /// Does what it owes.
    pub(super) fn client_finishes(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        for life in self.client_lives.iter().flatten().copied().collect::<Vec<_>>() {
            if self.client_state != State::Open || !self.lives[life].client.is_live() {
                continue;
            }
            while self.lives[life].client.sending.is_some() {
                self.send_rest(memory, life);
            }
            if self.lives[life].client.is_busy() {
                // The answer to tx.commit comes first. Behind a delivery for which there is no room it does not come.
                if self.client.is_held_back() {
                    self.close_channel(memory, life, script);
                }
                continue;
            }
            while let Some(tag) = self.lives[life].client.unacknowledged.last().copied() {
                let tag = self.lives[life].tags[tag as usize - 1];
                self.client.ack(memory.now, tag, true, &mut self.up.wire).unwrap();
                let taken = self.lives[life].client.acknowledge(tag.number(), true);
                self.up.say_on(life, On::Settle(Fate::Taken, settled(&taken)));
            }
            let books = &self.lives[life].client;
            if !books.held.is_empty() && books.calls.len() < 16 {
                self.call(memory, life, tx::Commit {}.into(), script);
            } else if !books.held.is_empty() && self.client.is_held_back() {
                // It has called as often as it can, and will not hear that the server has closed the channel: that is behind
                // a delivery for which there is no room until it commits once more. The way out is to close it, too.
                self.close_channel(memory, life, script);
                continue;
            }
            // Whether the server was asked to stop, and it still would be.
            let server = &self.lives[life].server;
            let asked = |said: &Said| matches!(said, Said::On(same, On::Call(Method::ChannelFlow(_))) if *same == life);
            if server.stopped && !self.up.said.iter().any(asked) && self.lives[life].client.calls.len() < 16 {
                self.call(memory, life, channel::Flow { active: true }.into(), script);
            }
        }
    }

    fn send_rest(&mut self, memory: &Memory, life: usize) {
        let channel = self.ours(life);
        let Some((message, from)) = self.lives[life].client.sending.take() else { return };
        let rest = &message.body()[from..];
        assert_eq!(self.client.publish_piece(memory.now, channel, rest, &mut self.up.wire), Ok(0));
        self.up.say_body(life, message, from, rest.len(), PIECE);
    }

    pub(super) fn ours(&self, life: usize) -> Channel {
        self.lives[life].client.channel.expect("the client has opened it")
    }
}
