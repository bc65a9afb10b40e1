//! Receipts that are asked for in transactions: when they are late, and what becomes of them.

use core::time::Duration;

use fourwire::Instant;
use fourwire::stomp::{
    Client, Config, Error, Event, HeartBeat, Message, Receipt, SendError, Timeout, Transaction, Version, Violation,
    With,
};

use crate::stomp::support::{NOW, client_refuses, client_with, hears};

const LATE: Duration = Duration::from_secs(60);

fn at(seconds: u64) -> Instant {
    NOW.after(Duration::from_secs(seconds))
}

fn client(receipts: u32) -> Client {
    client_with(Version::V1_2, Config { receipts, heart_beat: HeartBeat::NONE, ..Config::default() })
}

/// Sends something that is to have a receipt.
#[track_caller]
fn asks(client: &mut Client, now: Instant, transaction: Option<Transaction>) -> Receipt {
    let with = With { transaction, ..With::RECEIPT };
    client.send_with(now, &Message::to("/q", b"x"), &with, &mut Vec::new()).unwrap().unwrap()
}

fn receipt(number: usize) -> Vec<u8> {
    format!("RECEIPT\nreceipt-id:{number}\n\n\0").into_bytes()
}

/// RabbitMQ sends no receipts of what was aborted: that is no reason to have no room for others one day.
#[test]
fn what_is_aborted_gives_back_its_room() {
    let mut client = client(2);
    let outside = asks(&mut client, NOW, None);
    for round in 1..=1000 {
        let transaction = client.begin(at(round), &mut Vec::new()).unwrap();
        let inside = asks(&mut client, at(round), Some(transaction));
        assert!(client.awaited_in(transaction).eq([inside]) && client.awaited().eq([outside, inside]));
        assert_eq!((client.awaited_count(), client.receipts_left()), (2, 0));
        let full = client.commit_with(at(round), transaction, &With::RECEIPT, &mut Vec::new());
        assert_eq!(full, Err(SendError::WindowFull));
        client.abort(at(round), transaction, &mut Vec::new()).unwrap();
        assert!(client.awaited_in(transaction).next().is_none() && client.awaited().eq([outside]));
        assert_eq!((client.awaited_count(), client.receipts_left()), (1, 1));
    }
    // And none of them is late.
    assert_eq!(client.deadline(), Some(NOW.after(LATE)));
    assert_eq!(hears(&mut client, &receipt(1)), Event::Receipt(outside));
    assert_eq!(client.deadline(), None);
}

/// ActiveMQ sends them at once: they may be on the line when the transaction is aborted.
#[test]
fn what_is_aborted_may_have_its_receipt() {
    let mut client = client(10);
    let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
    let receipts = [(); 3].map(|()| asks(&mut client, NOW, Some(transaction)));
    assert_eq!(hears(&mut client, &receipt(1)), Event::Receipt(receipts[0]));
    client.abort(NOW, transaction, &mut Vec::new()).unwrap();
    assert_eq!(hears(&mut client, &receipt(3)), Event::Receipt(receipts[2]));
    // Once, as all others; and what was not asked for is still nobody's.
    for number in [1, 3, 4] {
        let error = client_refuses(&mut client.clone(), &receipt(number));
        assert_eq!(error, Violation::UnknownReceipt.into());
    }
    let error = b"ERROR\nmessage:no\nreceipt-id:2\n\n\0";
    assert!(matches!(hears(&mut client, error), Event::Error(_, of) if of == Some(receipts[1])));
}

/// Only so many are remembered, but none is an error.
#[test]
fn the_receipts_of_many_that_were_aborted() {
    let mut client = client(2);
    let mut receipts = Vec::new();
    for _ in 0..10 {
        let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
        receipts.push(asks(&mut client, NOW, Some(transaction)));
        client.abort(NOW, transaction, &mut Vec::new()).unwrap();
    }
    for number in [1, 10, 5, 9, 8, 2] {
        assert_eq!(hears(&mut client, &receipt(number)), Event::Receipt(receipts[number - 1]));
    }
    for number in [0, 9, 10, 11] {
        let error = client_refuses(&mut client.clone(), &receipt(number));
        assert_eq!(error, Violation::UnknownReceipt.into(), "{number}");
    }
}

/// What was committed has to have its receipt, a while after.
#[test]
fn what_is_committed_is_late_from_then_on() {
    for (committed, outside) in [(50, 10), (50, 55), (5, 10)] {
        let mut client = client(10);
        let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
        asks(&mut client, NOW, Some(transaction));
        assert_eq!((client.deadline(), client.timeout(at(10_000), &mut Vec::new())), (None, Ok(())));
        let mut steps = [(committed, true), (outside, false)];
        steps.sort_unstable();
        for (second, commits) in steps {
            match commits {
                true => client.commit(at(second), transaction, &mut Vec::new()).unwrap(),
                false => _ = asks(&mut client, at(second), None),
            }
        }
        // The first of the two, whichever was asked for first; then the other.
        assert_eq!(client.deadline(), Some(at(committed.min(outside)).after(LATE)));
        let first = if committed < outside { 1 } else { 2 };
        hears(&mut client, &receipt(first));
        let due = at(committed.max(outside)).after(LATE);
        assert_eq!(client.deadline(), Some(due));
        assert_eq!(client.clone().timeout(due, &mut Vec::new()), Err(Error::Timeout(Timeout::Receipt)));
        hears(&mut client, &receipt(3 - first));
        assert_eq!(client.deadline(), None);
    }
}

/// Transactions are told apart, also from those of another connection.
#[test]
fn receipts_in_several_transactions() {
    let mut client = client(10);
    let [one, two] = [(); 2].map(|()| client.begin(NOW, &mut Vec::new()).unwrap());
    let a = asks(&mut client, NOW, Some(one));
    let b = asks(&mut client, NOW, Some(two));
    let c = asks(&mut client, NOW, Some(one));
    assert!(client.awaited_in(one).eq([a, c]) && client.awaited_in(two).eq([b]));
    client.abort(NOW, one, &mut Vec::new()).unwrap();
    client.commit(NOW, two, &mut Vec::new()).unwrap();
    assert!(client.awaited_in(one).next().is_none() && client.awaited_in(two).eq([b]) && client.awaited().eq([b]));
    let next = Client::new(Config::default(), client.into_session());
    assert!(next.awaited_in(two).next().is_none());
}
