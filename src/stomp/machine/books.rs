//! What both ends keep of a connection: its subscriptions, what was delivered to them, and transactions.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::kept::Kept;
use super::named::Named;
use super::window::{Run, State, Window};
use super::{AckMode, Delivery, Outcome, Subscription};

/// Subscriptions, with a `V` for each delivery that is not settled; and transactions.
#[derive(Clone, Debug)]
pub(super) struct Books<V> {
    pub(super) subscriptions: Named<Subscribed<V>>,
    pub(super) transactions: Named<Held>,
    /// Of subscriptions that have ended: what is acknowledged in transactions that have not.
    ended: BTreeMap<u32, Window<V>>,
    /// How many deliveries are not settled, of all subscriptions.
    outstanding: usize,
    /// Of which connection these are.
    pub(super) epoch: u32,
}

/// A subscription.
#[derive(Clone, Debug)]
pub(super) struct Subscribed<V> {
    pub(super) mode: AckMode,
    pub(super) window: Window<V>,
}

/// What is acknowledged in a transaction.
pub(super) type Held = Vec<(u32, Run, Outcome)>;

impl<V> Books<V> {
    pub(super) const fn new(epoch: u32) -> Self {
        Self { subscriptions: Named::new(), transactions: Named::new(), ended: BTreeMap::new(), outstanding: 0, epoch }
    }

    /// How many deliveries are not settled.
    pub(super) const fn outstanding(&self) -> usize {
        self.outstanding
    }

    // --- subscriptions -------------------------------------------------------------------------------------------

    pub(super) fn subscribe(&mut self, name: Kept, mode: AckMode) -> u32 {
        self.subscriptions.insert(name, Subscribed { mode, window: Window::new() })
    }

    /// Ends a subscription, and tells of each delivery that comes back. What is acknowledged in a transaction does with it:
    /// all of that counts, or nothing.
    pub(super) fn unsubscribe(&mut self, number: u32, mut tell: impl FnMut(Delivery, Outcome, Option<V>)) {
        let (epoch, Some(Subscribed { mut window, .. })) = (self.epoch, self.subscriptions.remove(number)) else {
            return;
        };
        let before = window.count();
        window.settle(State::Outstanding, Run { first: 0, last: u64::MAX }, |delivery, value| {
            tell(Delivery { epoch, subscription: number, number: delivery }, Outcome::Returned, value);
        });
        let held = window.count();
        self.outstanding = self.outstanding.saturating_sub(before.saturating_sub(held));
        if held > 0 {
            window.close();
            self.ended.insert(number, window);
        }
    }

    // --- deliveries ----------------------------------------------------------------------------------------------

    /// A message is delivered to a subscription. In the mode auto it is settled with that.
    pub(super) fn deliver(&mut self, subscription: u32, value: Option<V>) -> Delivery {
        let mut delivery = Delivery { epoch: self.epoch, subscription, number: 0 };
        match self.subscriptions.get_mut(subscription) {
            Some(Subscribed { mode: AckMode::Auto, window }) => _ = window.skip(),
            Some(Subscribed { window, .. }) => {
                delivery.number = window.push(value);
                self.outstanding = self.outstanding.saturating_add(1);
            }
            None => {}
        }
        delivery
    }

    /// A message is delivered that cannot be acknowledged any more: it needs no room.
    pub(super) fn pass(&mut self, subscription: u32) -> Delivery {
        let number = self.subscriptions.get_mut(subscription).map_or(0, |subscribed| subscribed.window.skip());
        Delivery { epoch: self.epoch, subscription, number }
    }

    /// Keeps something for a delivery that is not settled, or gives it back.
    pub(super) fn keep(&mut self, delivery: Delivery, value: V) -> Option<V> {
        let ours = delivery.epoch == self.epoch;
        match self.unsettled_of(delivery.subscription).filter(|_| ours) {
            Some(window) => window.keep(delivery.number, value),
            None => Some(value),
        }
    }

    /// The deliveries of a subscription, also of one that has ended, if a transaction holds some.
    fn unsettled_of(&mut self, subscription: u32) -> Option<&mut Window<V>> {
        let (subscriptions, ended) = (&mut self.subscriptions, &mut self.ended);
        let subscribed = subscriptions.get_mut(subscription).map(|subscribed| &mut subscribed.window);
        subscribed.or_else(|| ended.get_mut(&subscription))
    }

    /// What is kept for a delivery that can be acknowledged; `None` if it cannot be.
    pub(super) fn get(&self, delivery: Delivery) -> Option<Option<&V>> {
        if delivery.epoch != self.epoch {
            return None;
        }
        self.subscriptions.get(delivery.subscription)?.window.get(delivery.number)
    }

    /// Acknowledges a delivery, or refuses it, which can be; and with it those before it, if the subscription is in that
    /// mode. In a transaction they are held. Tells of each that is settled.
    pub(super) fn settle(
        &mut self,
        delivery: Delivery,
        transaction: Option<u32>,
        outcome: Outcome,
        mut tell: impl FnMut(Delivery, Outcome, Option<V>),
    ) {
        let Delivery { subscription, number: last, .. } = delivery;
        let Some(subscribed) = self.subscriptions.get_mut(subscription) else { return };
        let run = Run { first: if subscribed.mode == AckMode::Client { 0 } else { last }, last };
        match transaction {
            Some(transaction) => {
                let Some(held) = self.transactions.get_mut(transaction) else { return };
                subscribed.window.hold(run, |run| held.push((subscription, run, outcome)));
            }
            None => {
                let before = subscribed.window.count();
                subscribed.window.settle(State::Outstanding, run, |number, value| {
                    tell(Delivery { number, ..delivery }, outcome, value)
                });
                let settled = before.saturating_sub(subscribed.window.count());
                self.outstanding = self.outstanding.saturating_sub(settled);
            }
        }
    }

    // --- transactions --------------------------------------------------------------------------------------------

    /// What was acknowledged in a transaction is settled.
    pub(super) fn commit(&mut self, transaction: u32, mut tell: impl FnMut(Delivery, Outcome, Option<V>)) {
        for (subscription, run, outcome) in self.transactions.remove(transaction).unwrap_or_default() {
            self.settle_held(subscription, run, outcome, &mut tell);
        }
    }

    /// What was acknowledged in a transaction was not. Tells of what comes back, as its subscription has ended.
    pub(super) fn abort(&mut self, transaction: u32, mut tell: impl FnMut(Delivery, Outcome, Option<V>)) {
        for (subscription, run, _) in self.transactions.remove(transaction).unwrap_or_default() {
            match self.subscriptions.get_mut(subscription) {
                Some(subscribed) => subscribed.window.roll_back(run),
                None => self.settle_held(subscription, run, Outcome::Returned, &mut tell),
            }
        }
    }

    fn settle_held(
        &mut self,
        subscription: u32,
        run: Run,
        outcome: Outcome,
        tell: &mut impl FnMut(Delivery, Outcome, Option<V>),
    ) {
        let epoch = self.epoch;
        let Some(window) = self.unsettled_of(subscription) else { return };
        let before = window.count();
        window.settle(State::Held, run, |number, value| tell(Delivery { epoch, subscription, number }, outcome, value));
        let left = window.count();
        self.outstanding = self.outstanding.saturating_sub(before.saturating_sub(left));
        if left == 0 {
            self.ended.remove(&subscription);
        }
    }

    // --- what is known -------------------------------------------------------------------------------------------

    /// The number of a subscription of this connection that has not ended.
    pub(super) fn number(&self, subscription: Subscription) -> Option<u32> {
        let ours = subscription.epoch == self.epoch;
        self.subscriptions.get(subscription.number).filter(|_| ours).map(|_| subscription.number)
    }

    /// The deliveries of such a one.
    pub(super) fn window(&self, subscription: Subscription) -> Option<&Window<V>> {
        self.subscriptions.get(self.number(subscription)?).map(|subscribed| &subscribed.window)
    }

    /// Those that are not settled, in order.
    pub(super) fn unsettled(&self, subscription: Subscription) -> impl Iterator<Item = Delivery> {
        let Subscription { epoch, number } = subscription;
        let unsettled = self.window(subscription).into_iter().flat_map(Window::iter);
        unsettled.map(move |(delivery, _)| Delivery { epoch, subscription: number, number: delivery })
    }
}
