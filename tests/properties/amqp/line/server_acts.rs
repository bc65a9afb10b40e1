//! What the server's application does.

use fourwire::amqp::{
    Channel, ContentHeader, DeliveryTag, Method, MethodId, Properties, ReplyCode, SendError, Slots, basic,
};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::books::{Phase, settled};
use super::calls::answer_to;
use super::said::{Fate, On, Said};
use super::{Line, Memory, PIECE, State};

impl<S: Slots> Line<S> {
    pub(super) fn server_acts(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let life = self.server_lives[script.below(self.server_lives.len())];
        let live = life.filter(|life| self.server_state == State::Open && self.lives[*life].server.is_live());
        let Some(life) = live else { return self.server_is_stale(memory, script) };
        match script.below(24) {
            0 => self.server_closes_channel(memory, life, script),
            1..=4 => self.deliver(memory, life, script),
            5 => self.deliver_head(memory, life, script),
            6..=8 => self.deliver_piece(memory, life, script),
            9..=12 => self.settle_publish(memory, life, script),
            13..=18 => self.answer(memory, life, script),
            19 => self.send_back(memory, life, script),
            20 => {
                let active = script.one_in(2);
                self.flow(memory, life, active, script);
            }
            21 => self.cancel(memory, life, script),
            22 => self.block(memory, script),
            _ => self.server_is_stale(memory, script),
        }
    }

    fn server_closes_channel(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let (channel, code) = (self.theirs(life), ReplyCode::NotFound);
        repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.close_channel(memory.now, channel, code, "", Some(MethodId::BasicGet), out)
        })
        .unwrap();
        self.closing(memory, life);
    }

    pub(super) fn closing(&mut self, memory: &mut Memory, life: usize) {
        self.lives[life].server.phase = Phase::Closing;
        self.down.say_on(life, On::Close);
        memory.server_channels.push(self.theirs(life));
    }

    /// Whether what is delivered now need not be acknowledged.
    fn no_ack(&self, life: usize, script: &mut Script<'_>) -> bool {
        self.lives[life].server.automatic && script.one_in(2)
    }

    fn deliver(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        if self.recovers(life) {
            return;
        }
        let (channel, message, no_ack) = (self.theirs(life), memory.message(script), self.no_ack(life, script));
        let (key, body) = (message.key(), message.body());
        let deliver = basic::Deliver { routing_key: key.as_str().into(), ..Default::default() };
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.deliver(memory.now, channel, &deliver, no_ack, Properties::EMPTY, &body, out)
        });
        if let Some(tag) = self.delivered(life, no_ack, sent) {
            self.down.say_message(life, On::Deliver(message, tag, no_ack), message, PIECE);
        }
    }

    fn deliver_head(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        if self.recovers(life) {
            return;
        }
        let (channel, message, no_ack) = (self.theirs(life), memory.message(script), self.no_ack(life, script));
        let key = message.key();
        let deliver = basic::Deliver { routing_key: key.as_str().into(), ..Default::default() };
        let header = ContentHeader { body_size: message.len as u64, properties: Properties::EMPTY };
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.deliver_head(memory.now, channel, &deliver, no_ack, header, out)
        });
        if let Some(tag) = self.delivered(life, no_ack, sent) {
            self.down.say_on(life, On::Deliver(message, tag, no_ack));
            self.down.say_on(life, On::Header(message));
            self.lives[life].server.sending = (message.len > 0).then_some((message, 0));
        }
    }

    /// The tag of a delivery that was sent; or it was refused, rightly.
    fn delivered(&mut self, life: usize, no_ack: bool, sent: Result<DeliveryTag, SendError>) -> Option<u64> {
        let (books, window) = (&mut self.lives[life].server, self.server_window);
        let outstanding = books.outstanding().len();
        match sent {
            Ok(tag) => {
                assert!(books.sending.is_none() && (no_ack || outstanding < window));
                assert_eq!((Some(tag.channel()), tag.number()), (books.channel, books.delivered(!no_ack)));
                return Some(tag.number());
            }
            Err(SendError::Stopped) => assert!(books.stopped),
            // Without a heap they may be too far apart.
            Err(SendError::WindowFull) => assert!(!no_ack && outstanding > 0),
            Err(SendError::OutOfOrder) => assert!(books.sending.is_some()),
            Err(error) => panic!("{error:?}"),
        }
        None
    }

    fn deliver_piece(&mut self, memory: &Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.theirs(life);
        let Some((message, from)) = self.lives[life].server.sending else {
            let sent = self.server.piece(memory.now, channel, b"", &mut super::super::Strict::new());
            return assert_eq!(sent, Err(SendError::OutOfOrder));
        };
        let len = script.below(message.len - from + 1);
        let piece = &message.body()[from..from + len];
        let remaining = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.piece(memory.now, channel, piece, out)
        });
        assert_eq!(remaining, Ok((message.len - from - len) as u64));
        self.down.say_body(life, message, from, len, PIECE);
        self.lives[life].server.sending = (from + len < message.len).then_some((message, from + len));
    }

    /// Confirms or refuses any publish that there was, or that there was not.
    fn settle_publish(&mut self, memory: &Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.theirs(life);
        let books = &mut self.lives[life].server;
        let number = books.publish.saturating_sub(script.below(8) as u64);
        let (multiple, taken) = (script.one_in(3), !script.one_in(3));
        let known = books.unconfirmed.contains(&number);
        let answer = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            if taken {
                server.confirm(memory.now, channel, number, multiple, out)
            } else {
                server.refuse(memory.now, channel, number, multiple, out)
            }
        });
        match answer {
            Ok(()) => {
                assert!(known && books.sending.is_none());
                let fate = if taken { Fate::Taken } else { Fate::Refused { requeue: false } };
                let settled = settled(&books.confirm(number, multiple));
                self.down.say_on(life, On::Settle(fate, settled));
            }
            Err(SendError::StaleDelivery) => assert!(!known),
            Err(SendError::OutOfOrder) => assert!(books.sending.is_some()),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Answers the first call; or, now and then, one that nobody made.
    fn answer(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.theirs(life);
        let books = &self.lives[life].server;
        let (call, is_sending) = (books.calls.front().copied(), books.sending.is_some());
        if let Some(Method::BasicGet(get)) = call {
            if !script.one_in(3) && !self.recovers(life) {
                return self.get_ok(memory, life, get.no_ack, script);
            }
        }
        let answer = call.map_or(basic::QosOk {}.into(), |call| answer_to(call.id()));
        let answered = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.answer(memory.now, channel, answer, out)
        });
        match answered {
            Ok(()) => {
                assert!(call.is_some() && !is_sending);
                self.lives[life].server.calls.pop_front();
                self.down.say_on(life, On::Answer(answer.id()));
            }
            Err(SendError::OutOfOrder) => assert!(call.is_none() || is_sending),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn get_ok(&mut self, memory: &mut Memory, life: usize, no_ack: bool, script: &mut Script<'_>) {
        let (channel, message) = (self.theirs(life), memory.message(script));
        let (key, body) = (message.key(), message.body());
        let got = basic::GetOk { routing_key: key.as_str().into(), ..Default::default() };
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.get_ok(memory.now, channel, &got, no_ack, Properties::EMPTY, &body, out)
        });
        if let Some(tag) = self.delivered(life, no_ack, sent) {
            self.lives[life].server.calls.pop_front();
            self.down.say_message(life, On::Got(message, tag, no_ack), message, PIECE);
        }
    }

    fn send_back(&mut self, memory: &mut Memory, life: usize, script: &mut Script<'_>) {
        let (channel, message) = (self.theirs(life), memory.message(script));
        let (key, body) = (message.key(), message.body());
        let returned = basic::Return { routing_key: key.as_str().into(), ..Default::default() };
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.send_back(memory.now, channel, &returned, Properties::EMPTY, &body, out)
        });
        if self.sent(life, sent) {
            self.down.say_message(life, On::Returned(message), message, PIECE);
        }
    }

    fn flow(&mut self, memory: &Memory, life: usize, active: bool, script: &mut Script<'_>) {
        let channel = self.theirs(life);
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.flow(memory.now, channel, active, out)
        });
        if self.sent(life, sent) {
            self.down.say_on(life, On::Flow(active));
        }
    }

    fn cancel(&mut self, memory: &Memory, life: usize, script: &mut Script<'_>) {
        let channel = self.theirs(life);
        let sent = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.cancel(memory.now, channel, "c", out)
        });
        if self.sent(life, sent) {
            self.down.say_on(life, On::Cancelled);
        }
    }

    /// Whether it was sent; if not, a body is being sent.
    fn sent(&self, life: usize, sent: Result<(), SendError>) -> bool {
        let is_sending = self.lives[life].server.sending.is_some();
        assert_eq!(sent, if is_sending { Err(SendError::OutOfOrder) } else { Ok(()) });
        !is_sending
    }

    fn block(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let blocked = script.one_in(2);
        repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
            server.block(memory.now, blocked.then_some("memory".into()), out)
        })
        .unwrap();
        self.down.say(Said::Blocked(blocked));
    }

    /// What was closed, or was on another connection, cannot be used; and of that nothing is written.
    fn server_is_stale(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let (now, out) = (memory.now, &mut super::super::Strict::new());
        let Some(channel) = memory.server_channels.get(script.below(16)).copied() else { return };
        let stale = if self.server_state == State::Open { SendError::StaleChannel } else { SendError::NotConnected };
        let deliver = basic::Deliver::default();
        assert_eq!(self.server.deliver(now, channel, &deliver, true, Properties::EMPTY, b"x", out), Err(stale));
        assert_eq!(self.server.confirm(now, channel, 1, true, out), Err(stale));
        assert_eq!(self.server.answer(now, channel, basic::QosOk {}, out), Err(stale));
        assert_eq!(self.server.flow(now, channel, true, out), Err(stale));
        assert_eq!(out.bytes, [0_u8; 0]);
    }

    /// Does what it owes.
    pub(super) fn server_finishes(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        for life in self.server_lives.iter().flatten().copied().collect::<Vec<_>>() {
            if self.server_state != State::Open || !self.lives[life].server.is_live() {
                continue;
            }
            let channel = self.theirs(life);
            if let Some((message, from)) = self.lives[life].server.sending.take() {
                let rest = &message.body()[from..];
                assert_eq!(self.server.piece(memory.now, channel, rest, &mut self.down.wire), Ok(0));
                self.down.say_body(life, message, from, rest.len(), PIECE);
            }
            while !self.lives[life].server.calls.is_empty() {
                let answer = answer_to(self.lives[life].server.calls.pop_front().expect("a call").id());
                self.server.answer(memory.now, channel, answer, &mut self.down.wire).unwrap();
                self.down.say_on(life, On::Answer(answer.id()));
            }
            while let Some(number) = self.lives[life].server.unconfirmed.last().copied() {
                self.server.confirm(memory.now, channel, number, true, &mut self.down.wire).unwrap();
                let settled = settled(&self.lives[life].server.confirm(number, true));
                self.down.say_on(life, On::Settle(Fate::Taken, settled));
            }
            let asked = |said: &Said| matches!(said, Said::On(same, On::Flow(_)) if *same == life);
            if self.lives[life].client.stopped && !self.down.said.iter().any(asked) {
                self.flow(memory, life, true, script);
            }
        }
    }

    pub(super) fn theirs(&self, life: usize) -> Channel {
        self.lives[life].server.channel.expect("the server has heard of it")
    }
}
