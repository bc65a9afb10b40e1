//! What the client's application does.

use fourwire::Instant;
use fourwire::stomp::{
    AckMode, Client, Header, Message as Frame, Outcome, Receipt, SendError, Subscribe, Version, With,
};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::super::super::strict::Strict;
use super::clock::{Asked, CLIENT};
use super::said::{Ask, Said};
use super::{DESTINATION, Line, Memory, State};

impl Line {
    pub(super) fn client_acts(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        if self.client_state != State::Open {
            return self.client_is_stale(memory, script);
        }
        match script.below(24) {
            0 | 1 => self.subscribe(memory, script),
            2 => self.unsubscribe(memory, script),
            3..=6 => self.send(memory, script),
            7..=15 => self.acknowledge(memory, script),
            16 | 17 => self.begin(memory, script),
            18..=20 => self.end(memory, script, true),
            21 | 22 => self.end(memory, script, false),
            _ => self.client_is_stale(memory, script),
        }
    }

    /// A command, and the receipt that it asks for, if it is taken.
    fn says<T>(
        &mut self,
        memory: &mut Memory,
        script: &mut Script<'_>,
        mut call: impl FnMut(&mut Client, Instant, &mut Strict) -> Result<T, SendError>,
    ) -> Result<T, SendError> {
        let (now, before) = (memory.clock.client(), self.up.wire.len());
        let answer = repeat(&mut self.client, script, &mut self.up.wire, |client, out| call(client, now, out));
        if self.up.wire.len() > before {
            memory.clock.sends(CLIENT);
        }
        if matches!(answer, Err(SendError::WindowFull)) {
            assert_eq!(self.asked.len(), memory.plan.client.receipts as usize);
        }
        answer
    }

    /// What was asked goes on the line, with the number of its receipt.
    fn asks(&mut self, memory: &Memory, ask: Ask, receipt: Option<Receipt>) {
        let number = receipt.map(|receipt| {
            self.asked.push((self.asked_at.len(), receipt));
            self.asked_at.push(match ask {
                Ask::Send(_, Some(transaction)) | Ask::Acknowledge(_, _, Some(transaction)) => Asked::In(transaction),
                _ => Asked::At(memory.clock.client()),
            });
            self.asked_at.len() - 1
        });
        self.up.say(Said::Asks(ask, number));
    }

    fn subscribe(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let mode = [AckMode::ClientIndividual, AckMode::Client, AckMode::Auto][script.below(3)];
        let name = format!("s:{}\\", self.ours.subscriptions());
        let id = script.one_in(3).then_some(name.as_str().into());
        let subscribe = Subscribe { id, ..Subscribe::to(DESTINATION).with_ack(mode) };
        let with = With { receipt: script.one_in(3), ..With::default() };
        let said = self.says(memory, script, |client, now, out| client.subscribe_with(now, &subscribe, &with, out));
        match said {
            Ok((subscription, receipt)) => {
                self.ours.subscribe(subscription, mode);
                self.asks(memory, Ask::Subscribe(mode), receipt);
            }
            Err(SendError::TooManySubscriptions) => {
                assert_eq!(self.ours.live().len(), memory.plan.client.subscriptions as usize);
            }
            Err(SendError::NotInThisVersion) => {
                assert_eq!((mode, memory.plan.version), (AckMode::ClientIndividual, Version::V1_0));
            }
            Err(error) => assert_eq!(error, SendError::WindowFull),
        }
    }

    fn unsubscribe(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let Some(number) = pick(&self.ours.live(), script) else { return };
        let (subscription, with) =
            (self.ours.subscription(number), With { receipt: script.one_in(3), ..With::default() });
        let said = self.says(memory, script, |client, now, out| client.unsubscribe_with(now, subscription, &with, out));
        if let Ok(receipt) = expect(said) {
            self.ours.unsubscribe(number);
            self.asks(memory, Ask::Unsubscribe(number), receipt);
        }
    }

    fn send(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let message = memory.message(script);
        let transaction = pick(&self.ours.open(), script);
        let handle = transaction.map(|number| self.ours.transaction(number));
        let with = With { transaction: handle, receipt: script.one_in(3), ..With::default() };
        let (name, body) = (message.name(), message.body());
        let headers = [Header::new("n", name.as_str())];
        let content_length = message.content_length();
        let frame = Frame { headers: (&headers).into(), content_length, ..Frame::to(DESTINATION, &body) };
        let said = self.says(memory, script, |client, now, out| client.send_with(now, &frame, &with, out));
        if let Ok(receipt) = expect(said) {
            self.sent.insert(message.number, transaction);
            self.asks(memory, Ask::Send(message, transaction), receipt);
        }
    }

    /// Acknowledges or refuses anything that came: a second time it is stale.
    fn acknowledge(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        if self.got.is_empty() {
            return;
        }
        let delivery = self.got[self.got.len() - 1 - script.below(self.got.len().min(8))];
        let transaction = pick(&self.ours.open(), script).filter(|_| !script.one_in(2));
        let handle = transaction.map(|number| self.ours.transaction(number));
        let with = With { transaction: handle, receipt: script.one_in(3), ..With::default() };
        let refuses = script.one_in(4) && memory.plan.version != Version::V1_0;
        let outcome = if refuses { Outcome::Refused } else { Outcome::Acknowledged };
        let before = self.up.wire.len();
        let said = self.says(memory, script, |client, now, out| match outcome {
            Outcome::Refused => client.nack_with(now, delivery, &with, out),
            _ => client.ack_with(now, delivery, &with, out),
        });
        match (said, self.ours.known(delivery)) {
            (Ok(receipt), Some(key)) => {
                let fates = self.ours.acknowledge(key, outcome, transaction);
                self.words.extend(fates.into_iter().map(|(key, outcome, _)| (key, outcome)));
                self.asks(memory, Ask::Acknowledge(key, outcome, transaction), receipt);
            }
            // In the mode auto, or of a subscription that had ended, there is nothing to say.
            (Ok(None), None) => assert!(!delivery.needs_ack() && self.up.wire.len() == before),
            (Err(SendError::StaleDelivery), None) => {}
            (Err(SendError::WindowFull), Some(_)) => {}
            (said, known) => panic!("{said:?}: {known:?}"),
        }
    }

    fn begin(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let with = With { receipt: script.one_in(3), ..With::default() };
        match self.says(memory, script, |client, now, out| client.begin_with(now, &with, out)) {
            Ok((transaction, receipt)) => {
                self.ours.begin(transaction);
                self.asks(memory, Ask::Begin, receipt);
            }
            Err(SendError::TooManyTransactions) => {
                assert_eq!(self.ours.open().len(), memory.plan.client.transactions as usize);
            }
            Err(error) => assert_eq!(error, SendError::WindowFull),
        }
    }

    fn end(&mut self, memory: &mut Memory, script: &mut Script<'_>, commits: bool) {
        let Some(number) = pick(&self.ours.open(), script) else { return };
        let (transaction, with) =
            (self.ours.transaction(number), With { receipt: script.one_in(3), ..With::default() });
        let said = self.says(memory, script, |client, now, out| match commits {
            true => client.commit_with(now, transaction, &with, out),
            false => client.abort_with(now, transaction, &with, out),
        });
        let Ok(receipt) = expect(said) else { return };
        if commits {
            let fates = self.ours.commit(number);
            self.words.extend(fates.into_iter().map(|(key, outcome, _)| (key, outcome)));
            self.sent.values_mut().filter(|sent| **sent == Some(number)).for_each(|sent| *sent = None);
            let inside = self.asked_at.iter_mut().filter(|asked| **asked == Asked::In(number));
            inside.for_each(|asked| *asked = Asked::At(memory.clock.client()));
            self.asks(memory, Ask::Commit(number), receipt);
        } else {
            self.ours.abort(number);
            self.sent.retain(|_, sent| *sent != Some(number));
            let asked = std::mem::take(&mut self.asked).into_iter();
            let (inside, others) = asked.partition(|(asked, _)| self.asked_at[*asked] == Asked::In(number));
            self.asked = others;
            self.forgone.extend::<Vec<_>>(inside);
            self.asks(memory, Ask::Abort(number), receipt);
        }
    }

    pub(super) fn client_closes(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        let was_held_back = self.client.is_held_back();
        match self.says(memory, script, |client, now, out| client.disconnect(now, out)) {
            Ok(()) => {
                assert_eq!(self.client_state, State::Open);
                // Nothing is, behind it: from now on something can be heard.
                if was_held_back {
                    assert!(!self.client.is_held_back());
                    memory.clock.resumed = memory.clock.client();
                    memory.clock.hears(CLIENT);
                }
                self.client_state = State::Closing;
                let receipt = self.client.awaited().last();
                self.asks(memory, Ask::Disconnect, receipt);
            }
            // There is always room for its receipt.
            Err(error) => assert!(error == SendError::NotConnected && self.client_state != State::Open, "{error:?}"),
        }
    }

    /// What has ended, or was on another connection, cannot be used; and of that nothing is written.
    fn client_is_stale(&mut self, memory: &Memory, script: &mut Script<'_>) {
        let (now, out, is_open) = (memory.clock.client(), &mut Strict::new(), self.client_state == State::Open);
        let stale = |error| if is_open { error } else { SendError::NotConnected };
        let place = script.below(8);
        if let Some(delivery) = memory.deliveries.get(place).copied() {
            assert_eq!(self.client.ack(now, delivery, out), Err(stale(SendError::StaleDelivery)));
        }
        let ours = (0..self.ours.transactions()).rfind(|number| !self.ours.open().contains(number));
        let ours = ours.map(|number| self.ours.transaction(number));
        for transaction in memory.transactions.get(place).copied().into_iter().chain(ours) {
            let with = With::transaction(transaction);
            assert_eq!(self.client.abort(now, transaction, out), Err(stale(SendError::StaleTransaction)));
            let sent = self.client.send_with(now, &Frame::to("a", b""), &with, out);
            assert_eq!(sent, Err(stale(SendError::StaleTransaction)));
        }
        if let Some(subscription) = memory.subscriptions.get(place).copied() {
            assert_eq!(self.client.unsubscribe(now, subscription, out), Err(stale(SendError::StaleSubscription)));
            assert_eq!(self.client.unacknowledged(subscription).count(), 0);
        }
        assert_eq!(out.bytes, [0_u8; 0]);
    }

    /// Does what it owes: commits, takes what it has, and asks for the rest.
    pub(super) fn client_finishes(&mut self, memory: &mut Memory) {
        let nothing = &mut Script::new(&[]);
        if self.client_state != State::Open {
            return;
        }
        while !self.ours.open().is_empty() {
            self.end(memory, nothing, true);
        }
        for delivery in self.got.clone() {
            let Some(key) = self.ours.known(delivery) else { continue };
            self.says(memory, nothing, |client, now, out| client.ack(now, delivery, out)).unwrap();
            let fates = self.ours.acknowledge(key, Outcome::Acknowledged, None);
            self.words.extend(fates.into_iter().map(|(key, outcome, _)| (key, outcome)));
            self.asks(memory, Ask::Acknowledge(key, Outcome::Acknowledged, None), None);
        }
        if self.ours.live().is_empty() {
            let subscribe = Subscribe::to(DESTINATION).with_ack(AckMode::Client);
            let said = self.says(memory, nothing, |client, now, out| client.subscribe(now, &subscribe, out));
            self.ours.subscribe(said.unwrap(), AckMode::Client);
            self.asks(memory, Ask::Subscribe(AckMode::Client), None);
        }
    }
}

/// It was taken, or there is no room for one more receipt.
fn expect<T>(said: Result<T, SendError>) -> Result<T, ()> {
    said.map_err(|error| assert_eq!(error, SendError::WindowFull))
}

pub(super) fn pick<T: Copy>(from: &[T], script: &mut Script<'_>) -> Option<T> {
    if from.is_empty() { None } else { Some(from[script.below(from.len())]) }
}
