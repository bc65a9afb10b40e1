//! The broker.

use fourwire::stomp::{Delivery, Message, Outcome, Request, SendError};

use super::{FIRST_SENT, Fate, Fault, NOW, Word, World};

impl World {
    pub(super) fn deliver(&mut self) -> Result<(), SendError> {
        let (Some(subscriber), Some(number)) = (self.subscriber, self.queue.pop_front()) else { return Ok(()) };
        let mut out = Vec::new();
        let delivery = self.server.deliver(NOW, subscriber, &Message::to("/queue/a", &[number]), &mut out)?;
        assert_eq!(self.server.keep(delivery, number), None, "nothing was kept for it");
        self.send_down(&out);
        Ok(())
    }

    /// A receipt is sent; a second time it is stale.
    pub(super) fn answer(&mut self, at: usize) -> Result<(), SendError> {
        let receipt = self.owed.remove(at);
        let mut out = Vec::new();
        self.server.receipt(NOW, receipt, &mut out)?;
        let again = self.server.receipt(NOW, receipt, &mut out);
        assert_eq!(again, Err(SendError::StaleReceipt));
        self.send_down(&out);
        Ok(())
    }

    pub(super) fn arrive_up(&mut self) -> Result<(), String> {
        let Some(frame) = self.up.pop_front() else { return Ok(()) };
        let mut out = Vec::new();
        let request = self.server.receive(NOW, &frame, &mut out).map_err(|error| error.to_string())?;
        let Some((request, _)) = request else { return Err("a whole frame is not taken".into()) };
        match request {
            Request::Subscribe(subscription, mode, _) if mode == self.left.mode => {
                self.subscriber = Some(subscription);
            }
            Request::Unsubscribe(subscription, _) if self.subscriber == Some(subscription) => self.subscriber = None,
            Request::Ack(delivery, asked)
                if asked.transaction.is_some() && self.left.fault == Some(Fault::CountsAtOnce) =>
            {
                let value = self.server.keep(delivery, 0);
                self.settled(delivery, Fate::Taken, value)?;
            }
            Request::Ack(..) | Request::Nack(..) => {}
            Request::Send(asked) => match asked.transaction.map(|transaction| self.uncommitted.get_mut(&transaction)) {
                Some(sent) => sent.ok_or("it was not begun")?.push(asked.frame.body[0]),
                None => self.enqueue(asked.frame.body[0])?,
            },
            Request::Begin(transaction, _) => {
                if self.uncommitted.insert(transaction, Vec::new()).is_some() {
                    return Err("a transaction is begun twice".into());
                }
            }
            Request::Commit(transaction, _) => {
                let sent = self.uncommitted.remove(&transaction).ok_or("it was not begun")?;
                sent.into_iter().try_for_each(|number| self.enqueue(number))?;
            }
            Request::Abort(transaction, _) => drop(self.uncommitted.remove(&transaction).ok_or("it was not begun")?),
            other => return Err(format!("{other:?} is asked for")),
        }
        self.owed.extend(request.receipt());
        self.take_settled()?;
        if out.is_empty() { Ok(()) } else { Err("a server answers by itself".into()) }
    }

    fn take_settled(&mut self) -> Result<(), String> {
        let mut back = Vec::new();
        for settled in self.server.settled().collect::<Vec<_>>() {
            match settled.outcome {
                Outcome::Acknowledged => self.settled(settled.delivery, Fate::Taken, settled.value)?,
                Outcome::Refused => self.settled(settled.delivery, Fate::Refused, settled.value)?,
                Outcome::Returned => back.push(settled.value.ok_or("what was kept is lost")?),
            }
        }
        back.into_iter().rev().for_each(|number| self.queue.push_front(number));
        Ok(())
    }

    /// A delivery is settled: the client has said so, for good, and it is the first time.
    fn settled(&mut self, delivery: Delivery, fate: Fate, message: Option<u8>) -> Result<(), String> {
        let message = message.ok_or("what was kept is lost")?;
        let got = self.got.iter().find(|got| (got.delivery, got.message) == (delivery, message));
        let got = got.ok_or_else(|| format!("message {message} is settled, which the client does not have"))?;
        if got.word != Word::Said(fate) {
            return Err(format!("message {message} is settled as {fate:?}, and the word is {:?}", got.word));
        }
        match self.done.insert(message, fate) {
            None => Ok(()),
            Some(_) => Err(format!("message {message} is settled twice")),
        }
    }

    /// A message of the client's counts: it has said so, for good.
    fn enqueue(&mut self, number: u8) -> Result<(), String> {
        let word = self.sent.get(usize::from(number - FIRST_SENT));
        if word != Some(&Word::Said(Fate::Taken)) {
            return Err(format!("message {number} counts, and the word is {word:?}"));
        }
        self.queue.push_back(number);
        Ok(())
    }

    /// What was not acknowledged, or only in a transaction, goes back to the queue; what was sent in one is forgotten.
    pub(super) fn broker_is_cut(&mut self) -> Result<(), String> {
        for settled in self.server.end().collect::<Vec<_>>().into_iter().rev() {
            if settled.outcome != Outcome::Returned {
                return Err(format!("{settled:?} by a cut"));
            }
            if self.left.fault != Some(Fault::ForgetsToRequeue) {
                self.queue.push_front(settled.value.ok_or("what was kept is lost")?);
            }
        }
        self.subscriber = None;
        self.uncommitted.clear();
        self.owed.clear();
        Ok(())
    }
}
