//! The client's application.

use fourwire::stomp::{AckMode, Event, Message, Receipt, SendError, Subscribe, Transaction, With};

use super::{FIRST_SENT, Fate, Fault, Got, NOW, Step, Word, World};

impl World {
    /// One of the client's steps.
    pub(super) fn say(&mut self, step: Step) -> Result<(), SendError> {
        let mut transaction = None;
        let receipt = match step {
            Step::Acknowledge(_, _, at, receipt) => {
                transaction = at.map(|at| self.open[at]);
                self.acknowledge(step, &self.with(at, receipt))?
            }
            Step::Send(transaction) => self.send(&self.with(transaction, false)).map(|()| None)?,
            Step::Begin => self.begin().map(|()| None)?,
            Step::Commit(at, receipt) => self.end(at, true, &self.with(None, receipt))?,
            Step::Abort(at) => self.end(at, false, &With::default())?,
            Step::Unsubscribe(receipt) => self.unsubscribe(&self.with(None, receipt))?,
            _ => self.subscribe().map(|()| None)?,
        };
        if let Some(receipt) = receipt {
            self.left.receipts -= 1;
            self.asked.push((receipt, transaction));
        }
        Ok(())
    }

    fn with(&self, transaction: Option<usize>, receipt: bool) -> With<'static> {
        With { transaction: transaction.map(|at| self.open[at]), receipt, ..With::default() }
    }

    /// As the specification says it: what is meant is the message, and in the mode `client` all of its subscription before
    /// it; what was said before, and counts or may still count, stands.
    fn acknowledge(&mut self, step: Step, with: &With<'_>) -> Result<Option<Receipt>, SendError> {
        let Step::Acknowledge(delivery, fate, ..) = step else { return Ok(None) };
        let mut out = Vec::new();
        let receipt = match fate {
            Fate::Taken => self.client.ack_with(NOW, delivery, with, &mut out)?,
            Fate::Refused => self.client.nack_with(NOW, delivery, with, &mut out)?,
        };
        self.send_up(&out);
        self.left.refusals -= u8::from(fate == Fate::Refused);
        let word = with.transaction.map_or(Word::Said(fate), |transaction| Word::Held(transaction, fate));
        let all_before = self.left.mode == AckMode::Client;
        for got in self.got.iter_mut().filter(|got| got.word == Word::None) {
            let before = all_before && got.delivery.number() < delivery.number();
            if got.delivery == delivery || before && got.delivery.subscription() == delivery.subscription() {
                got.word = word;
            }
        }
        Ok(receipt)
    }

    fn send(&mut self, with: &With<'_>) -> Result<(), SendError> {
        let mut out = Vec::new();
        let body = [FIRST_SENT + self.sent.len() as u8];
        self.client.send_with(NOW, &Message::to("/queue/a", &body), with, &mut out)?;
        self.send_up(&out);
        self.left.sends -= 1;
        let word = with.transaction.map_or(Word::Said(Fate::Taken), |transaction| Word::Held(transaction, Fate::Taken));
        self.sent.push(word);
        Ok(())
    }

    fn begin(&mut self) -> Result<(), SendError> {
        let mut out = Vec::new();
        self.open.push(self.client.begin(NOW, &mut out)?);
        self.send_up(&out);
        self.left.transactions -= 1;
        Ok(())
    }

    fn end(&mut self, at: usize, commits: bool, with: &With<'_>) -> Result<Option<Receipt>, SendError> {
        let transaction = self.open.remove(at);
        let mut out = Vec::new();
        let receipt = if commits {
            self.client.commit_with(NOW, transaction, with, &mut out)?
        } else {
            self.client.abort_with(NOW, transaction, with, &mut out)?
        };
        self.send_up(&out);
        let counts = commits || self.left.fault == Some(Fault::AbortCounts);
        let end = |word: &mut Word, aborted: Word| match *word {
            Word::Held(held, fate) if held == transaction => *word = if counts { Word::Said(fate) } else { aborted },
            _ => {}
        };
        for got in &mut self.got {
            let has_ended = got.delivery.subscription() != self.subscription;
            end(&mut got.word, if has_ended { Word::Never } else { Word::None });
        }
        self.sent.iter_mut().for_each(|word| end(word, Word::Never));
        if !commits {
            let is_forgone = |(_, of): &(Receipt, Option<Transaction>)| *of == Some(transaction);
            self.forgone.extend(self.asked.iter().filter(|asked| is_forgone(asked)).map(|(receipt, _)| *receipt));
            self.asked.retain(|asked| !is_forgone(asked));
        }
        self.stale_transactions.push(transaction);
        Ok(receipt)
    }

    pub(super) fn subscribe(&mut self) -> Result<(), SendError> {
        let mut out = Vec::new();
        let subscribe = Subscribe::to("/queue/a").with_ack(self.left.mode);
        self.subscription = Some(self.client.subscribe(NOW, &subscribe, &mut out)?);
        self.send_up(&out);
        Ok(())
    }

    fn unsubscribe(&mut self, with: &With<'_>) -> Result<Option<Receipt>, SendError> {
        let Some(subscription) = self.subscription.take() else { return Ok(None) };
        let mut out = Vec::new();
        let receipt = self.client.unsubscribe_with(NOW, subscription, with, &mut out)?;
        self.send_up(&out);
        self.left.unsubscribes -= 1;
        // What was said in a transaction still counts with it, or not.
        for got in self.got.iter_mut().filter(|got| got.word == Word::None) {
            got.word = Word::Never;
        }
        self.stale_subscriptions.push(subscription);
        Ok(receipt)
    }

    pub(super) fn arrive_down(&mut self) -> Result<(), String> {
        let Some(frame) = self.down.pop_front() else { return Ok(()) };
        let mut out = Vec::new();
        match self.client.receive(NOW, &frame, &mut out).map_err(|error| error.to_string())? {
            Some((Event::Message(message, delivery), _)) if delivery.needs_ack() => {
                if delivery.subscription() != self.subscription {
                    return Err("a message comes for a subscription that has ended".into());
                }
                self.got.push(Got { delivery, message: message.body[0], word: Word::None });
            }
            // It was on its way when its subscription ended: whatever is said of it, nothing is sent.
            Some((Event::Message(_, delivery), _)) => {
                let acknowledged = self.client.ack(NOW, delivery, &mut out);
                if delivery.subscription().is_some() || acknowledged.is_err() {
                    return Err(format!("{delivery:?} is nobody's"));
                }
            }
            Some((Event::Receipt(receipt), _)) => {
                // If its transaction is aborted it may come, or not: this broker sends all.
                let forgone = self.forgone.iter().position(|forgone| *forgone == receipt);
                let asked = self.asked.iter().position(|(asked, _)| *asked == receipt);
                match (forgone, asked) {
                    (Some(at), None) => drop(self.forgone.remove(at)),
                    (None, Some(at)) => drop(self.asked.remove(at)),
                    _ => return Err("a receipt comes that nobody has asked for, or again".into()),
                }
            }
            other => return Err(format!("{other:?} comes")),
        }
        if out.is_empty() { Ok(()) } else { Err("a client answers by itself".into()) }
    }

    /// What it has got, it will get again; whether what it has sent was heard, it cannot know.
    pub(super) fn client_is_cut(&mut self) -> Result<(), String> {
        self.forgone.clear();
        if !self.client.awaited().eq(self.asked.drain(..).map(|(receipt, _)| receipt)) {
            return Err("the client awaits other receipts than it has asked for".into());
        }
        self.stale_deliveries.extend(self.got.drain(..).map(|got| got.delivery));
        self.stale_transactions.append(&mut self.open);
        self.stale_subscriptions.extend(self.subscription.take());
        for word in self.sent.iter_mut().filter(|word| matches!(word, Word::Held(..))) {
            *word = Word::Never;
        }
        self.unsure = self.sent.len();
        Ok(())
    }
}
