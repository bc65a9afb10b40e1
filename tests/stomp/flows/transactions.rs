//! Several transactions at once, which hold acknowledgements.

use fourwire::stomp::{
    AckMode, Config, Delivery, Event, Message, Outcome, Request, SendError, Subscribe, Subscription, Transaction,
    Version, With,
};

use crate::stomp::support::{NOW, Pair};

/// Both ends of a subscription, and how its messages are known there.
struct Rig {
    pair: Pair,
    ours: Subscription,
    theirs: Subscription,
    deliveries: Vec<Delivery>,
}

impl Rig {
    /// So many messages were delivered: to the server they are 1, 2, 3 …
    fn new(version: Version, ack: AckMode, count: u32) -> Self {
        let mut pair = Pair::connected(version);
        let ours = pair.client.subscribe(NOW, &Subscribe::to("/q").with_ack(ack), &mut pair.up).unwrap();
        let theirs = pair.server(|request| match request {
            Request::Subscribe(subscription, ..) => subscription,
            other => panic!("{other:?}"),
        });
        let mut deliveries = Vec::new();
        for n in 1..=count {
            let sent = pair.server.deliver(NOW, theirs, &Message::to("/q", b"x"), &mut pair.down).unwrap();
            pair.server.keep(sent, n);
            pair.client(|event| match event {
                Event::Message(_, delivery) => deliveries.push(delivery),
                other => panic!("{other:?}"),
            });
        }
        Self { pair, ours, theirs, deliveries }
    }

    fn begin(&mut self) -> Transaction {
        let transaction = self.pair.client.begin(NOW, &mut self.pair.up).unwrap();
        self.pair.server(|request| assert!(matches!(request, Request::Begin(..)), "{request:?}"));
        transaction
    }

    /// Acknowledges the nth message.
    fn ack(&mut self, n: usize, transaction: Option<Transaction>) -> Result<Vec<(Outcome, u32)>, SendError> {
        let (pair, with) = (&mut self.pair, With { transaction, ..With::default() });
        pair.client.ack_with(NOW, self.deliveries[n - 1], &with, &mut pair.up)?;
        Ok(self.settled())
    }

    fn nack(&mut self, n: usize, transaction: Option<Transaction>) -> Result<Vec<(Outcome, u32)>, SendError> {
        let (pair, with) = (&mut self.pair, With { transaction, ..With::default() });
        pair.client.nack_with(NOW, self.deliveries[n - 1], &with, &mut pair.up)?;
        Ok(self.settled())
    }

    fn commit(&mut self, transaction: Transaction) -> Vec<(Outcome, u32)> {
        self.pair.client.commit(NOW, transaction, &mut self.pair.up).unwrap();
        self.settled()
    }

    fn abort(&mut self, transaction: Transaction) -> Vec<(Outcome, u32)> {
        self.pair.client.abort(NOW, transaction, &mut self.pair.up).unwrap();
        self.settled()
    }

    /// The server reads one frame: what that settles. And the two ends agree on what is left.
    fn settled(&mut self) -> Vec<(Outcome, u32)> {
        self.pair.server(|_| ());
        let settled = self.pair.server.settled().map(|settled| (settled.outcome, settled.value.unwrap())).collect();
        assert_eq!(
            self.pair.client.unacknowledged(self.ours).count(),
            self.pair.server.unacknowledged_count(self.theirs)
        );
        settled
    }
}

fn acked(numbers: &[u32]) -> Vec<(Outcome, u32)> {
    numbers.iter().map(|n| (Outcome::Acknowledged, *n)).collect()
}

const NONE: Vec<(Outcome, u32)> = Vec::new();

/// Each holds what came since the last, and they end in another order.
#[test]
fn three_at_once_cumulative() {
    for version in Version::ALL {
        let mut rig = Rig::new(version, AckMode::Client, 9);
        let [one, two, three] = [rig.begin(), rig.begin(), rig.begin()];
        assert_eq!(rig.ack(3, Some(one)), Ok(NONE));
        assert_eq!(rig.ack(5, Some(two)), Ok(NONE));
        assert_eq!(rig.ack(8, Some(three)), Ok(NONE));
        assert_eq!(rig.pair.server.unacknowledged_count(rig.theirs), 9);
        // What is held is no other's.
        assert_eq!(rig.ack(4, Some(one)), Err(SendError::StaleDelivery));
        assert_eq!(rig.ack(4, None), Err(SendError::StaleDelivery));
        assert_eq!(rig.commit(two), acked(&[4, 5]));
        assert_eq!(rig.abort(one), NONE);
        // 1, 2 and 3 are free again; what is held by the third is passed over.
        assert_eq!(rig.ack(9, None), Ok(acked(&[1, 2, 3, 9])));
        assert_eq!(rig.commit(three), acked(&[6, 7, 8]));
        assert_eq!(rig.pair.server.unacknowledged_count(rig.theirs), 0);
    }
}

/// COMMIT tells of each what was said of it, though acknowledgements and refusals are for all before them.
#[test]
fn acknowledged_and_refused_in_one() {
    let refused = |numbers: &[u32]| numbers.iter().map(|n| (Outcome::Refused, *n)).collect::<Vec<_>>();
    for version in [Version::V1_1, Version::V1_2] {
        let mut rig = Rig::new(version, AckMode::Client, 9);
        let [one, two] = [rig.begin(), rig.begin()];
        assert_eq!(rig.ack(2, Some(one)), Ok(NONE));
        assert_eq!(rig.nack(4, Some(one)), Ok(NONE));
        assert_eq!(rig.nack(5, Some(two)), Ok(NONE));
        assert_eq!(rig.ack(6, Some(one)), Ok(NONE));
        assert_eq!(rig.nack(7, None), Ok(refused(&[7])));
        assert_eq!(rig.commit(one), [acked(&[1, 2]), refused(&[3, 4]), acked(&[6])].concat());
        assert_eq!(rig.abort(two), NONE);
        // The last word is the one that counts.
        assert_eq!(rig.ack(5, None), Ok(acked(&[5])));
        assert_eq!(rig.nack(9, None), Ok(refused(&[8, 9])));
    }
}

/// One that was acknowledged between leaves two runs.
#[test]
fn a_hole_in_what_is_held() {
    for version in [Version::V1_1, Version::V1_2] {
        let mut rig = Rig::new(version, AckMode::Client, 6);
        let [one, two] = [rig.begin(), rig.begin()];
        assert_eq!(rig.ack(2, Some(one)), Ok(NONE));
        assert_eq!(rig.nack(4, Some(two)), Ok(NONE));
        assert_eq!(rig.abort(one), NONE);
        assert_eq!(rig.ack(6, Some(two)), Ok(NONE));
        let refused = [(Outcome::Refused, 3), (Outcome::Refused, 4)];
        let rest = [(Outcome::Acknowledged, 1), (Outcome::Acknowledged, 2), (Outcome::Acknowledged, 5)];
        let settled = rig.commit(two);
        assert_eq!(settled, [&refused[..], &rest, &[(Outcome::Acknowledged, 6)]].concat());
    }
}

#[test]
fn one_by_one() {
    for version in [Version::V1_1, Version::V1_2] {
        let mut rig = Rig::new(version, AckMode::ClientIndividual, 5);
        let [one, two] = [rig.begin(), rig.begin()];
        for n in [5, 1] {
            assert_eq!(rig.ack(n, Some(one)), Ok(NONE));
        }
        assert_eq!(rig.nack(3, Some(two)), Ok(NONE));
        assert_eq!(rig.ack(2, None), Ok(acked(&[2])));
        assert_eq!(rig.commit(one), acked(&[5, 1]));
        assert_eq!(rig.abort(two), NONE);
        assert_eq!(rig.nack(3, None), Ok(vec![(Outcome::Refused, 3)]));
        assert_eq!(rig.ack(4, None), Ok(acked(&[4])));
    }
}

/// A transaction outlives a subscription of which it has something, on both ends.
#[test]
fn a_subscription_ends_before_its_transaction() {
    for commits in [true, false] {
        let mut rig = Rig::new(Version::V1_2, AckMode::ClientIndividual, 3);
        let transaction = rig.begin();
        assert_eq!(rig.ack(2, Some(transaction)), Ok(NONE));
        rig.pair.client.unsubscribe(NOW, rig.ours, &mut rig.pair.up).unwrap();
        assert_eq!(rig.settled(), [(Outcome::Returned, 1), (Outcome::Returned, 3)]);
        assert_eq!(rig.ack(1, None), Err(SendError::StaleDelivery));
        let settled = if commits { rig.commit(transaction) } else { rig.abort(transaction) };
        assert_eq!(settled, [(if commits { Outcome::Acknowledged } else { Outcome::Returned }, 2)]);
    }
}

/// What such a transaction holds takes room until it ends, so nobody can make it hold more and more.
#[test]
fn what_is_held_is_bounded() {
    let config = Config { window: 5, ..Config::default() };
    let mut pair = Pair::connected_with(Version::V1_2, Config::default(), config);
    let transaction = pair.client.begin(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    let mut held = 0;
    loop {
        let subscribe = Subscribe::to("/q").with_ack(AckMode::Client);
        let ours = pair.client.subscribe(NOW, &subscribe, &mut pair.up).unwrap();
        let theirs = pair.server(|request| match request {
            Request::Subscribe(subscription, ..) => subscription,
            other => panic!("{other:?}"),
        });
        match pair.server.deliver(NOW, theirs, &Message::to("/q", b""), &mut pair.down) {
            Ok(delivery) => pair.server.keep(delivery, held),
            Err(error) => {
                assert_eq!(error, SendError::WindowFull);
                break;
            }
        };
        let delivery = pair.client(|event| match event {
            Event::Message(_, delivery) => delivery,
            other => panic!("{other:?}"),
        });
        pair.client.ack_with(NOW, delivery, &With::transaction(transaction), &mut pair.up).unwrap();
        pair.server(|_| ());
        pair.client.unsubscribe(NOW, ours, &mut pair.up).unwrap();
        pair.server(|_| ());
        assert_eq!(pair.server.settled().count(), 0);
        held += 1;
    }
    assert_eq!(held, 5);
    // The connection is gone, and with it the transaction.
    let back: Vec<_> = pair.server.end().map(|settled| (settled.outcome, settled.value.unwrap())).collect();
    assert_eq!(back, [0, 1, 2, 3, 4].map(|n| (Outcome::Returned, n)));
}
