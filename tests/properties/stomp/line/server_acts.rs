//! What the server's application does.

use fourwire::Instant;
use fourwire::stomp::{Farewell, Header, Message as Frame, Outcome, SendError, Server, Settled};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::super::super::strict::Strict;
use super::super::books::Fate;
use super::client_acts::pick;
use super::clock::SERVER;
use super::said::Said;
use super::{DESTINATION, Line, Memory, State};

impl Line {
    pub(super) fn server_acts(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        match script.below(16) {
            0..=8 => self.deliver(memory, script),
            9..=14 => self.answer(memory, script),
            _ => self.server_is_stale(memory, script),
        }
    }

    fn tells<T>(
        &mut self,
        memory: &mut Memory,
        script: &mut Script<'_>,
        mut call: impl FnMut(&mut Server<usize>, Instant, &mut Strict) -> Result<T, SendError>,
    ) -> Result<T, SendError> {
        let (now, before) = (memory.clock.server(), self.down.wire.len());
        let answer = repeat(&mut self.server, script, &mut self.down.wire, |server, out| call(server, now, out));
        assert_eq!(answer.is_ok(), self.down.wire.len() > before);
        if answer.is_ok() {
            memory.clock.sends(SERVER);
        }
        answer
    }

    /// The first message of the queue, or a new one.
    fn deliver(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let Some(to) = pick(&self.theirs.live(), script) else { return };
        let message = memory.queue.pop_front().unwrap_or_else(|| memory.message(script));
        let (name, body, subscription) = (message.name(), message.body(), self.theirs.subscription(to));
        let headers = [Header::new("n", name.as_str()), Header::new("receipt", "not this one")];
        let content_length = message.content_length();
        let frame = Frame { headers: (&headers).into(), is_forwarded: true, ..Frame::to(DESTINATION, &body) };
        let frame = Frame { content_length, ..frame };
        let told = self.tells(memory, script, |server, now, out| server.deliver(now, subscription, &frame, out));
        let is_full = self.theirs.outstanding_count() >= memory.plan.server.window as usize;
        match told {
            Ok(delivery) => {
                assert!(self.server_state == State::Open && !(delivery.needs_ack() && is_full));
                self.theirs.deliver(delivery, message.number);
                let back = self.server.keep(delivery, message.number);
                if delivery.needs_ack() {
                    assert_eq!(back, None);
                    memory.delivered.insert(message.number, message);
                }
                return self.down.say(Said::Deliver(to, delivery.number(), message));
            }
            Err(SendError::WindowFull) => assert!(is_full),
            Err(SendError::NotConnected) => assert_ne!(self.server_state, State::Open),
            Err(error) => panic!("{error:?}"),
        }
        memory.queue.push_front(message);
    }

    /// Any receipt that is owed.
    fn answer(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let Some((number, receipt)) = pick(&self.owed, script) else { return };
        match self.tells(memory, script, |server, now, out| server.receipt(now, receipt, out)) {
            Ok(()) => {
                self.owed.retain(|(other, _)| *other != number);
                self.down.say(Said::Receipt(number));
                memory.receipts.push(receipt);
                if self.server_state == State::Closing && self.owed.is_empty() {
                    self.server_state = State::Closed;
                }
            }
            Err(error) => assert!(error == SendError::NotConnected && self.server_state == State::Closed),
        }
    }

    pub(super) fn server_closes(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let owed = pick(&self.owed, script).filter(|_| script.one_in(2));
        let farewell = Farewell { receipt: owed.map(|(_, receipt)| receipt), ..Farewell::new("enough: it is") };
        let is_open = matches!(self.server_state, State::Open | State::Closing);
        let told = self.tells(memory, script, |server, now, out| server.error(now, &farewell, out));
        assert_eq!(told, if is_open { Ok(()) } else { Err(SendError::NotConnected) });
        if is_open {
            self.server_state = State::Closed;
            self.down.say(Said::Error(owed.map(|(number, _)| number)));
        }
    }

    /// What has ended, or was on another connection, cannot be used; and of that nothing is written.
    fn server_is_stale(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let (now, out, place) = (memory.clock.server(), &mut Strict::new(), script.below(8));
        let is_open = matches!(self.server_state, State::Open | State::Closing);
        if let Some(receipt) = memory.receipts.get(place).copied() {
            let stale = if is_open { SendError::StaleReceipt } else { SendError::NotConnected };
            assert_eq!(self.server.receipt(now, receipt, out), Err(stale));
        }
        if let Some(subscription) = memory.subscriptions.get(place).copied() {
            let is_open = self.server_state == State::Open;
            let stale = if is_open { SendError::StaleSubscription } else { SendError::NotConnected };
            assert_eq!(self.server.deliver(now, subscription, &Frame::to("a", b""), out), Err(stale));
            assert_eq!(self.server.unacknowledged_count(subscription), 0);
        }
        if let Some(delivery) = memory.deliveries.get(place).copied() {
            assert_eq!(self.server.keep(delivery, 7), Some(7), "kept for a stranger");
        }
        assert_eq!(out.bytes, [0_u8; 0]);
    }

    /// What the machine tells of its settled deliveries is what the books say, in their order, each with what was kept.
    pub(super) fn told(&self, memory: &mut Memory, told: Vec<Settled<usize>>, fates: &[Fate]) {
        assert_eq!(told.len(), fates.len(), "{told:?}, {fates:?}");
        for (told, (key, outcome, message)) in told.iter().zip(fates) {
            assert_eq!(told.delivery.subscription(), Some(self.theirs.subscription(key.0)));
            assert_eq!((told.delivery.number(), told.outcome, told.value), (key.1, *outcome, Some(*message)));
        }
        for (key, outcome, number) in fates.iter().rev() {
            let message = memory.delivered.remove(number).expect("it was delivered");
            if *outcome == Outcome::Returned {
                memory.queue.push_front(message);
            } else {
                assert_eq!(self.words.get(key), Some(outcome), "it is not what the client has said");
                assert_eq!(memory.done.insert(*number, *outcome), None, "it is settled twice");
            }
        }
    }

    /// Does what it owes.
    pub(super) fn server_finishes(&mut self, memory: &mut Memory) {
        let nothing = &mut Script::new(&[]);
        while !self.owed.is_empty() && self.server_state != State::Closed {
            self.answer(memory, nothing);
        }
        let has_room = |line: &Self| line.theirs.outstanding_count() < memory.plan.server.window as usize;
        let (is_open, has_room) = (self.server_state == State::Open, has_room(self));
        if is_open && has_room && !self.theirs.live().is_empty() && !memory.queue.is_empty() {
            self.deliver(memory, nothing);
        }
    }
}
