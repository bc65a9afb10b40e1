//! What the client's application hears.

use fourwire::stomp::{ContentLength, Delivery, Event, Frame, Receipt, Version};

use super::super::super::script::Script;
use super::clock::CLIENT;
use super::said::{Message, Said};
use super::{DESTINATION, Line, Memory, State, some};

impl Line {
    pub(super) fn arrives_down(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        self.down.arrive(some(script));
        let inbox = core::mem::take(&mut self.down.inbox);
        let mut rest = &inbox[..];
        // The application may do something else before it reads on.
        while !script.one_in(16) {
            let (now, was_held_back) = (memory.clock.client(), self.client.is_held_back());
            if was_held_back {
                memory.clock.resumed = now;
            }
            if (self.down.take_fresh() || was_held_back) && matches!(self.client_state, State::Open | State::Closing) {
                memory.clock.hears(CLIENT);
            }
            let mut out = Vec::new();
            let event = if memory.plan.parts[CLIENT] {
                self.client.receive_part(now, rest, &mut out)
            } else {
                self.client.receive(now, rest, &mut out)
            };
            assert!(out.is_empty(), "a client does not answer by itself");
            match event {
                Ok(Some((event, used))) => {
                    rest = &rest[used..];
                    self.client_hears(memory, event);
                }
                Ok(None) => {
                    if self.client.is_held_back() {
                        assert!(matches!(self.down.said.front(), Some(Said::Deliver(..))));
                        assert_eq!(self.ours.outstanding_count(), memory.plan.client.window as usize);
                        assert_eq!(self.client_state, State::Open, "and will be for ever");
                        memory.seen.client_held_back = true;
                    }
                    break;
                }
                Err(error) => panic!("a line that cuts and delays is no reason for {error:?}"),
            }
        }
        self.down.inbox = rest.to_vec();
    }

    fn client_hears(&mut self, memory: &mut Memory, event: Event<'_>) {
        if let Event::Body { bytes, is_last } = event {
            memory.seen.in_parts = true;
            return self.down.piece(bytes, is_last);
        }
        let said = self.down.said.pop_front().expect("somebody has said it");
        memory.seen.heard.insert(said.kind());
        match (said, event) {
            (Said::HeartBeat, Event::HeartBeat) => {}
            (Said::Connected, Event::Connected(frame)) => {
                assert_eq!(self.client.version(), Some(memory.plan.version));
                assert_eq!(frame.get("session").is_some(), memory.plan.is_named);
                assert_eq!(self.client.heart_beat(), memory.plan.agreed(CLIENT));
                self.client_state = State::Open;
                memory.clock.hears(CLIENT);
                memory.clock.sends(CLIENT);
            }
            (Said::Deliver(to, number, message), Event::Message(frame, delivery)) => {
                assert_eq!(frame.body, message.body());
                self.got(memory, (to, number, message), frame, delivery);
            }
            (Said::Deliver(to, number, message), Event::MessageHead(frame, delivery, len)) => {
                assert!(memory.plan.parts[CLIENT]);
                self.down.head(message, len);
                self.got(memory, (to, number, message), frame, delivery);
            }
            (Said::Receipt(number), Event::Receipt(receipt)) => {
                assert!(self.client_state == State::Open || Some(number) != self.asked_at.len().checked_sub(1));
                self.answered(number, receipt);
            }
            (Said::Receipt(number), Event::Disconnected) if self.client_state == State::Closing => {
                let (last, receipt) = *self.asked.last().expect("it was asked for");
                assert_eq!(last, number);
                self.answered(number, receipt);
                self.client_state = State::Closed;
            }
            (Said::Error(number), Event::Error(frame, receipt)) => {
                assert!(frame.get("message").is_some_and(|message| message == "enough: it is"));
                assert_eq!(number.is_some(), receipt.is_some());
                let is_last = self.client_state == State::Closing && number == Some(self.asked_at.len() - 1);
                number.into_iter().zip(receipt).for_each(|(number, receipt)| self.answered(number, receipt));
                if is_last || memory.plan.version != Version::V1_0 {
                    self.client_state = State::Closed;
                }
            }
            (said, event) => panic!("{said:?} is heard as {event:?}"),
        }
    }

    /// A message for a subscription; it may have ended. When the client has said its last word, no word on it counts.
    fn got(
        &mut self,
        memory: &Memory,
        (to, number, message): (usize, u64, Message),
        frame: Frame<'_>,
        delivery: Delivery,
    ) {
        assert!(frame.get("n").is_some_and(|name| name == *message.name()));
        assert!(frame.get("destination").is_some_and(|destination| destination == *DESTINATION));
        if self.ours.is_live(to) {
            assert_eq!(delivery.subscription(), Some(self.ours.subscription(to)));
            assert_eq!(delivery.number(), number);
            if self.client_state == State::Open {
                self.ours.deliver(delivery, message.number);
            }
        } else {
            assert!(delivery.subscription().is_none() && !delivery.needs_ack());
        }
        assert!(self.ours.outstanding_count() <= memory.plan.client.window as usize);
        self.got.push(delivery);
    }

    fn answered(&mut self, number: usize, receipt: Receipt) {
        let is_it = |asked: &(usize, Receipt)| *asked == (number, receipt);
        let from = if self.forgone.iter().any(is_it) { &mut self.forgone } else { &mut self.asked };
        let at = from.iter().position(is_it);
        from.remove(at.expect("it was asked for, and has not come"));
    }
}

impl super::said::Way {
    /// The head of a message came, and its body is to follow.
    pub(super) fn head(&mut self, message: Message, len: Option<usize>) {
        let is_counted = match message.content_length() {
            ContentLength::Always => true,
            ContentLength::WithNul => message.body().contains(&0),
            ContentLength::Never => false,
        };
        assert_eq!(len, is_counted.then_some(message.len));
        self.body = Some((message, 0));
    }
}
