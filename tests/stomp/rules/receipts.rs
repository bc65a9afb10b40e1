//! The header `receipt`, and RECEIPT.

use fourwire::stomp::{
    AckMode, Client, Config, Connect, Event, Farewell, Header, HeaderName, Message, Request, SendError, Server,
    Session, Subscribe, Version, Violation, With,
};

use crate::stomp::support::{NOW, client, client_refuses, hears, message, reads, said, says, server, shown};

/// Each frame but CONNECT can ask for one, and no two ask for the same.
#[test]
fn receipt_asked() {
    let v = Version::V1_2;
    let mut client = client(v);
    let with = With::RECEIPT;
    let (receipt, sent) = says(v, |out| client.send_with(NOW, &Message::to("/q", b"x"), &with, out).unwrap());
    assert!(receipt.is_some());
    assert_eq!(sent, "SEND destination:/q receipt:1 [x]");
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    let ((subscription, receipt), sent) = says(v, |out| client.subscribe_with(NOW, &subscribe, &with, out).unwrap());
    assert!(receipt.is_some());
    assert_eq!(sent, "SUBSCRIBE ack:client-individual destination:/q id:1 receipt:2");
    let ((transaction, _), sent) = says(v, |out| client.begin_with(NOW, &with, out).unwrap());
    assert_eq!(sent, "BEGIN receipt:3 transaction:1");
    let mut deliveries = Vec::new();
    for n in 1..=2 {
        let bytes = message(v, "1", n);
        let Event::Message(_, delivery) = hears(&mut client, &bytes) else { panic!() };
        deliveries.push(delivery);
    }
    let sent = said(v, |out| client.ack_with(NOW, deliveries[0], &with, out).unwrap());
    assert_eq!(sent, "ACK id:a1 receipt:4");
    let sent = said(v, |out| client.nack_with(NOW, deliveries[1], &with, out).unwrap());
    assert_eq!(sent, "NACK id:a2 receipt:5");
    let sent = said(v, |out| client.commit_with(NOW, transaction, &with, out).unwrap());
    assert_eq!(sent, "COMMIT receipt:6 transaction:1");
    let transaction = client.begin(NOW, &mut Vec::new()).unwrap();
    let sent = said(v, |out| client.abort_with(NOW, transaction, &with, out).unwrap());
    assert_eq!(sent, "ABORT receipt:7 transaction:2");
    let sent = said(v, |out| client.unsubscribe_with(NOW, subscription, &with, out).unwrap());
    assert_eq!(sent, "UNSUBSCRIBE id:1 receipt:8");
    let sent = said(v, |out| client.disconnect(NOW, out).unwrap());
    assert_eq!(sent, "DISCONNECT receipt:9");
    assert_eq!(client.awaited().count(), 9);
}

#[test]
fn receipt_connect() {
    let headers = [Header::new("receipt", "1")];
    let connect = Connect { headers: (&headers).into(), ..Connect::to("/") };
    let refused = Client::new(Config::default(), Session::new()).connect(NOW, &connect, &mut Vec::new());
    assert_eq!(refused, Err(SendError::Header(HeaderName::Receipt)));
    // From another client it asks for nothing.
    let mut server: Server<u32> = Server::new(NOW, Config::default(), Session::new());
    assert_eq!(reads(&mut server, b"CONNECT\nreceipt:1\n\n\0").receipt(), None);
}

#[test]
fn receipt_sent() {
    for version in Version::ALL {
        let mut server = server(version);
        let mut receipts = Vec::new();
        for frame in [
            "SEND\ndestination:/q\nreceipt:message 1\n\n\0",
            "SUBSCRIBE\ndestination:/q\nid:0\nreceipt:\n\n\0",
            "BEGIN\ntransaction:t\nreceipt:message 1\n\n\0",
            "COMMIT\ntransaction:t\nreceipt:4\n\n\0",
            "UNSUBSCRIBE\nid:0\nreceipt:5\n\n\0",
        ] {
            receipts.push(reads(&mut server, frame.as_bytes()).receipt().expect("a receipt"));
        }
        assert_eq!(reads(&mut server, b"SEND\ndestination:/q\n\n\0").receipt(), None);
        // In any order.
        receipts.reverse();
        for (receipt, id) in receipts.into_iter().zip(["5", "4", "message 1", "", "message 1"]) {
            let sent = said(version, |out| server.receipt(NOW, receipt, out).unwrap());
            assert_eq!(sent, format!("RECEIPT receipt-id:{id}"));
            assert_eq!(server.receipt(NOW, receipt, &mut Vec::new()), Err(SendError::StaleReceipt));
        }
    }
}

/// What has to be escaped comes back as it was meant.
#[test]
fn receipt_escaped() {
    let mut server = server(Version::V1_2);
    let receipt = reads(&mut server, b"SEND\ndestination:/q\nreceipt:a\\cb\\r\\n\\\\\n\n\0").receipt().unwrap();
    let mut out = Vec::new();
    server.receipt(NOW, receipt, &mut out).unwrap();
    assert_eq!(out, b"RECEIPT\nreceipt-id:a\\cb\\r\\n\\\\\n\n\0");
}

/// It is for its own frame; those before were received, but perhaps not processed.
#[test]
fn receipt_alone() {
    for version in Version::ALL {
        let mut client = client(version);
        let mut ask =
            || client.send_with(NOW, &Message::to("/q", b""), &With::RECEIPT, &mut Vec::new()).unwrap().unwrap();
        let receipts = [ask(), ask(), ask()];
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:2\n\n\0"), Event::Receipt(receipts[1]));
        assert_eq!(client.awaited().collect::<Vec<_>>(), [receipts[0], receipts[2]]);
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:1\n\n\0"), Event::Receipt(receipts[0]));
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:3\n\n\0"), Event::Receipt(receipts[2]));
    }
}

#[test]
fn receipt_unknown() {
    for id in ["1", "3", "0", "01", "x", "", "-1", "99999999999999999999999"] {
        let mut client = client(Version::V1_2);
        for _ in 0..2 {
            client.send_with(NOW, &Message::to("/q", b""), &With::RECEIPT, &mut Vec::new()).unwrap();
        }
        assert!(matches!(hears(&mut client, b"RECEIPT\nreceipt-id:1\n\n\0"), Event::Receipt(_)));
        let error = client_refuses(&mut client, format!("RECEIPT\nreceipt-id:{id}\n\n\0").as_bytes());
        assert_eq!(error, Violation::UnknownReceipt.into(), "{id}");
    }
}

/// An ERROR may say whose receipt will not come.
#[test]
fn receipt_error() {
    let mut server = server(Version::V1_1);
    let request = reads(&mut server, b"SEND\ndestination:/nowhere\nreceipt:1\n\n\0");
    let Request::Send(asked) = request else { panic!("{request:?}") };
    let farewell = Farewell { receipt: asked.receipt, ..Farewell::new("no such queue") };
    let mut out = Vec::new();
    server.error(NOW, &farewell, &mut out).unwrap();
    assert_eq!(shown(server.version(), &out), ["ERROR message:no such queue receipt-id:1"]);
    let mut client = client(Version::V1_1);
    let receipt = client.send_with(NOW, &Message::to("/nowhere", b""), &With::RECEIPT, &mut Vec::new()).unwrap();
    let event = hears(&mut client, &out);
    assert!(matches!(event, Event::Error(_, of) if of == receipt), "{event:?}");
    assert_eq!(client.awaited().count(), 0);
}

/// When a frame in a transaction is processed the specification does not say: servers think that it is at once, or with
/// COMMIT, and with ABORT some think that it never is.
#[test]
fn receipt_transaction() {
    for version in Version::ALL {
        let mut client = client(version);
        let transactions = [(); 3].map(|()| client.begin(NOW, &mut Vec::new()).unwrap());
        let receipts = transactions.map(|transaction| {
            let with = With { receipt: true, ..With::transaction(transaction) };
            [(); 2].map(|()| client.send_with(NOW, &Message::to("/q", b""), &with, &mut Vec::new()).unwrap().unwrap())
        });
        let [[a, b], [c, d], [e, f]] = receipts;
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:1\n\n\0"), Event::Receipt(a));
        client.commit(NOW, transactions[0], &mut Vec::new()).unwrap();
        assert_eq!(client.awaited().collect::<Vec<_>>(), [b, c, d, e, f]);
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:2\n\n\0"), Event::Receipt(b));
        client.abort(NOW, transactions[1], &mut Vec::new()).unwrap();
        assert_eq!(client.awaited().collect::<Vec<_>>(), [e, f]);
        assert_eq!(hears(&mut client, b"RECEIPT\nreceipt-id:4\n\n\0"), Event::Receipt(d));
        client.abort(NOW, transactions[2], &mut Vec::new()).unwrap();
        assert_eq!((client.awaited_count(), client.receipts_left()), (0, 4096));
    }
}
