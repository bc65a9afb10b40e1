//! What must hold in every state, and at rest.

use fourwire::stomp::SendError;

use super::{FIRST_SENT, Fate, NOW, Word, World};

impl World {
    pub(super) fn holds(&self) -> Result<(), String> {
        self.all_are_somewhere()?;
        self.books_are_right()?;
        self.stale_is_stale()
    }

    /// Each message is in the queue, or delivered and not settled, or settled; none is in two places, none is lost.
    fn all_are_somewhere(&self) -> Result<(), String> {
        let mut all: Vec<u8> = self.queue.iter().chain(self.done.keys()).copied().collect();
        all.extend(self.server.clone().end().filter_map(|settled| settled.value));
        all.sort_unstable();
        let is_twice = all.windows(2).any(|two| two[0] == two[1]);
        let ours = all.iter().copied().filter(|number| *number < FIRST_SENT);
        if is_twice || !ours.eq(0..self.left.messages) { Err(format!("the messages are {all:?}")) } else { Ok(()) }
    }

    /// The client's machine knows what its application has said; and when the line is quiet the server knows the same.
    fn books_are_right(&self) -> Result<(), String> {
        if !self.client.awaited().eq(self.asked.iter().map(|(receipt, _)| *receipt)) {
            return Err("the client awaits other receipts than it has asked for".into());
        }
        let is_quiet = self.up.is_empty() && self.down.is_empty();
        if is_quiet && (self.subscriber != self.subscription || !self.uncommitted.keys().eq(&self.open)) {
            return Err("the two ends have other subscriptions, or transactions".into());
        }
        let Some(subscription) = self.subscription else { return Ok(()) };
        let ours: Vec<_> = self.client.unacknowledged(subscription).collect();
        let of_it = self.got.iter().filter(|got| got.delivery.subscription() == Some(subscription));
        let open = of_it.filter(|got| matches!(got.word, Word::None | Word::Held(..)));
        if !open.map(|got| got.delivery).eq(ours.iter().copied()) {
            return Err(format!("{ours:?} are outstanding to the client, of {:?}", self.got));
        }
        let theirs = self.server.unacknowledged_count(subscription);
        if is_quiet && theirs != ours.len() {
            return Err(format!("{} are outstanding to the client, and {theirs} to the server", ours.len()));
        }
        Ok(())
    }

    /// What is settled, or held, or of an earlier connection, is the caller's error, of which nothing is sent.
    fn stale_is_stale(&self) -> Result<(), String> {
        let (mut client, mut out) = (self.client.clone(), Vec::new());
        let said = self.got.iter().filter(|got| got.word != Word::None).map(|got| &got.delivery);
        for delivery in said.chain(&self.stale_deliveries) {
            if client.ack(NOW, *delivery, &mut out) != Err(SendError::StaleDelivery) {
                return Err(format!("{delivery:?} is acknowledged again"));
            }
        }
        for transaction in &self.stale_transactions {
            if client.commit(NOW, *transaction, &mut out) != Err(SendError::StaleTransaction) {
                return Err(format!("{transaction:?} is committed again"));
            }
        }
        for subscription in &self.stale_subscriptions {
            if client.unsubscribe(NOW, *subscription, &mut out) != Err(SendError::StaleSubscription) {
                return Err(format!("{subscription:?} ends again"));
            }
        }
        if out.is_empty() { Ok(()) } else { Err("what is stale is sent".into()) }
    }

    /// Every message is settled, every receipt has come; and what was sent counts, if it was for good and not cut.
    pub(super) fn is_at_rest(&self) -> Result<(), String> {
        let has_all = self.asked.is_empty() && self.forgone.is_empty();
        let is_idle = self.queue.is_empty() && self.open.is_empty() && has_all && self.up.is_empty();
        let outstanding = self.server.clone().end().count();
        let is_done = |number: u8| self.done.contains_key(&number);
        let heard = self.sent.iter().zip(FIRST_SENT..).skip(self.unsure);
        let counts =
            heard.filter(|(word, number)| (**word == Word::Said(Fate::Taken)) != is_done(*number)).count() == 0;
        if is_idle && outstanding == 0 && counts && (0..self.left.messages).all(is_done) {
            return Ok(());
        }
        Err(format!("it does not come to rest: {:?}, {:?}, {:?}", self.queue, self.done, self.sent))
    }
}
