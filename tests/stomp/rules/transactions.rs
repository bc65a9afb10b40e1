//! BEGIN, COMMIT and ABORT.

use fourwire::stomp::{
    AckMode, Event, Message, Outcome, Request, SendError, Server, Subscribe, Transaction, Version, Violation, With,
};

use crate::stomp::support::{NOW, client, hears, message, reads, said, says, server, violates};

#[track_caller]
fn begins(server: &mut Server<u32>, name: &str) -> Transaction {
    match reads(server, format!("BEGIN\ntransaction:{name}\n\n\0").as_bytes()) {
        Request::Begin(transaction, _) => transaction,
        other => panic!("{other:?}"),
    }
}

/// A server with a subscription whose messages are acknowledged one by one, and three of them.
fn delivers() -> Server<u32> {
    let mut server = server(Version::V1_2);
    let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\nack:client-individual\n\n\0");
    let Request::Subscribe(subscription, ..) = request else { panic!("{request:?}") };
    for n in 1..=3 {
        let delivery = server.deliver(NOW, subscription, &Message::to("/q", b""), &mut Vec::new()).unwrap();
        server.keep(delivery, n);
    }
    server
}

#[track_caller]
fn settles(server: &mut Server<u32>, frame: &str) -> Vec<(Outcome, u32)> {
    reads(server, frame.as_bytes());
    server.settled().map(|settled| (settled.outcome, settled.value.unwrap())).collect()
}

#[test]
fn transaction_name() {
    for version in Version::ALL {
        let mut client = client(version);
        let (one, sent) = says(version, |out| client.begin(NOW, out).unwrap());
        assert_eq!(sent, "BEGIN transaction:1");
        let (two, sent) = says(version, |out| client.begin(NOW, out).unwrap());
        assert_eq!(sent, "BEGIN transaction:2");
        assert_eq!(said(version, |out| client.commit(NOW, two, out).unwrap()), "COMMIT transaction:2");
        assert_eq!(said(version, |out| client.abort(NOW, one, out).unwrap()), "ABORT transaction:1");
        assert_eq!(said(version, |out| client.begin(NOW, out).unwrap()), "BEGIN transaction:3");
        for gone in [one, two] {
            assert_eq!(client.commit(NOW, gone, &mut Vec::new()), Err(SendError::StaleTransaction));
            assert_eq!(client.abort(NOW, gone, &mut Vec::new()), Err(SendError::StaleTransaction));
        }
    }
}

#[test]
fn transaction_name_in_use() {
    for version in Version::ALL {
        let mut server = server(version);
        begins(&mut server, "t");
        begins(&mut server, "T");
        violates(&mut server, b"BEGIN\ntransaction:t\n\n\0", Violation::TransactionInUse);
    }
}

/// A name can be used again once its transaction has ended.
#[test]
fn transaction_name_again() {
    for (version, end) in Version::ALL.into_iter().zip(["COMMIT", "ABORT", "COMMIT"]) {
        let mut server = server(version);
        let one = begins(&mut server, "t");
        let request = reads(
            &mut server,
            if end == "COMMIT" { b"COMMIT\ntransaction:t\n\n\0" } else { b"ABORT\ntransaction:t\n\n\0" },
        );
        assert!(matches!(request, Request::Commit(ended, _) | Request::Abort(ended, _) if ended == one));
        assert_ne!(begins(&mut server, "t"), one);
    }
}

#[test]
fn transaction_unknown() {
    for version in Version::ALL {
        for frame in ["COMMIT\n", "ABORT\n", "SEND\ndestination:/q\n"] {
            let mut server = server(version);
            begins(&mut server, "u");
            violates(&mut server, format!("{frame}transaction:t\n\n\0").as_bytes(), Violation::UnknownTransaction);
        }
    }
    for command in ["ACK", "NACK"] {
        let bytes = format!("{command}\nid:1-1\ntransaction:t\n\n\0");
        violates(&mut delivers(), bytes.as_bytes(), Violation::UnknownTransaction);
    }
}

#[test]
fn transaction_send() {
    for version in Version::ALL {
        let mut client = client(version);
        let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
        let with = With::transaction(transaction);
        let sent = said(version, |out| client.send_with(NOW, &Message::to("/q", b"x"), &with, out).unwrap());
        assert_eq!(sent, "SEND destination:/q transaction:1 [x]");
        client.commit(NOW, transaction, &mut Vec::new()).unwrap();
        let late = client.send_with(NOW, &Message::to("/q", b"x"), &with, &mut Vec::new());
        assert_eq!(late, Err(SendError::StaleTransaction));
        let mut server = server(version);
        let transaction = begins(&mut server, "1");
        let request = reads(&mut server, b"SEND\ndestination:/q\ntransaction:1\n\nx\0");
        assert!(matches!(request, Request::Send(asked) if asked.transaction == Some(transaction)));
        let request = reads(&mut server, b"SEND\ndestination:/q\n\nx\0");
        assert!(matches!(request, Request::Send(asked) if asked.transaction.is_none()));
    }
}

#[test]
fn transaction_ack() {
    let v = Version::V1_2;
    let mut client = client(v);
    client.subscribe(NOW, &Subscribe::to("/q").with_ack(AckMode::ClientIndividual), &mut Vec::new()).unwrap();
    let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
    let mut deliveries = Vec::new();
    for n in 1..=2 {
        let bytes = message(v, "1", n);
        let Event::Message(_, delivery) = hears(&mut client, &bytes) else { panic!() };
        deliveries.push(delivery);
    }
    let with = With::transaction(transaction);
    let sent = said(v, |out| client.ack_with(NOW, deliveries[0], &with, out).unwrap());
    assert_eq!(sent, "ACK id:a1 transaction:1");
    let sent = said(v, |out| client.nack_with(NOW, deliveries[1], &with, out).unwrap());
    assert_eq!(sent, "NACK id:a2 transaction:1");
}

/// What was acknowledged counts with COMMIT, and not before.
#[test]
fn transaction_commit() {
    let mut server = delivers();
    begins(&mut server, "t");
    assert_eq!(settles(&mut server, "ACK\nid:1-2\ntransaction:t\n\n\0"), []);
    assert_eq!(settles(&mut server, "NACK\nid:1-1\ntransaction:t\n\n\0"), []);
    let settled = settles(&mut server, "COMMIT\ntransaction:t\n\n\0");
    assert_eq!(settled, [(Outcome::Acknowledged, 2), (Outcome::Refused, 1)]);
    violates(&mut server, b"ACK\nid:1-2\n\n\0", Violation::UnknownMessage);
}

#[test]
fn transaction_abort() {
    let mut server = delivers();
    begins(&mut server, "t");
    settles(&mut server, "ACK\nid:1-2\ntransaction:t\n\n\0");
    assert_eq!(settles(&mut server, "ABORT\ntransaction:t\n\n\0"), []);
    // It can be acknowledged again.
    assert_eq!(settles(&mut server, "ACK\nid:1-2\n\n\0"), [(Outcome::Acknowledged, 2)]);
}

/// While it is held, nobody else acknowledges it.
#[test]
fn transaction_held() {
    let mut server = delivers();
    begins(&mut server, "t");
    begins(&mut server, "u");
    settles(&mut server, "ACK\nid:1-2\ntransaction:t\n\n\0");
    violates(&mut server, b"ACK\nid:1-2\ntransaction:u\n\n\0", Violation::UnknownMessage);
}

/// A subscription that ends takes nothing out of a transaction: all of it counts, or nothing.
#[test]
fn transaction_unsubscribe() {
    for (end, settled) in [("COMMIT", (Outcome::Acknowledged, 2)), ("ABORT", (Outcome::Returned, 2))] {
        let mut server = delivers();
        begins(&mut server, "t");
        settles(&mut server, "ACK\nid:1-2\ntransaction:t\n\n\0");
        let returned = settles(&mut server, "UNSUBSCRIBE\nid:0\n\n\0");
        assert_eq!(returned, [1, 3].map(|n| (Outcome::Returned, n)));
        assert_eq!(settles(&mut server, &format!("{end}\ntransaction:t\n\n\0")), [settled]);
        assert_eq!(server.end().count(), 0);
    }
}

/// Transactions that are open when the connection ends are aborted.
#[test]
fn transaction_connection() {
    for disconnects in [false, true] {
        let mut server = delivers();
        begins(&mut server, "t");
        settles(&mut server, "ACK\nid:1-1\n\n\0");
        settles(&mut server, "ACK\nid:1-2\ntransaction:t\n\n\0");
        if disconnects {
            reads(&mut server, b"DISCONNECT\n\n\0");
            assert!(server.is_closed());
        }
        let back: Vec<_> = server.end().map(|settled| (settled.outcome, settled.value)).collect();
        assert_eq!(back, [2, 3].map(|n| (Outcome::Returned, Some(n))));
    }
}
