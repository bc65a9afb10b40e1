//! DISCONNECT and ERROR.

use fourwire::stomp::{
    Event, Farewell, Header, HeaderName, Message, Request, SendError, Subscribe, Version, Violation, With,
};

use crate::stomp::support::{NOW, Pair, client, hears, reads, refuses, said, server, shown};

#[test]
fn disconnect_receipt() {
    for version in Version::ALL {
        let mut pair = Pair::connected(version);
        pair.client.send_with(NOW, &Message::to("/q", b"last"), &With::RECEIPT, &mut pair.up).unwrap();
        let sent = said(version, |out| {
            pair.client.disconnect(NOW, out).unwrap();
            pair.up.extend_from_slice(out);
        });
        assert_eq!(sent, "DISCONNECT receipt:2");
        assert!(!pair.client.is_closed() && !pair.client.is_connected());
        let receipts = [pair.server(|request| request.receipt()), pair.server(|request| request.receipt())];
        for receipt in receipts {
            assert!(!pair.server.is_closed());
            pair.server.receipt(NOW, receipt.unwrap(), &mut pair.down).unwrap();
        }
        assert!(pair.server.is_closed());
        pair.client(|event| assert!(matches!(event, Event::Receipt(_))));
        pair.client(|event| assert_eq!(event, Event::Disconnected));
        assert!(pair.client.is_closed());
    }
}

#[test]
fn disconnect_nothing_after() {
    for version in Version::ALL {
        let mut client = client(version);
        let mut out = Vec::new();
        let subscription = client.subscribe(NOW, &Subscribe::to("/q"), &mut out).unwrap();
        let transaction = client.begin(NOW, &mut out).unwrap();
        client.disconnect(NOW, &mut out).unwrap();
        out.clear();
        let no = SendError::NotConnected;
        assert_eq!(client.send(NOW, &Message::to("/q", b""), &mut out), Err(no));
        assert_eq!(client.subscribe(NOW, &Subscribe::to("/q"), &mut out), Err(no));
        assert_eq!(client.unsubscribe(NOW, subscription, &mut out), Err(no));
        assert_eq!(client.begin(NOW, &mut out), Err(no));
        assert_eq!(client.commit(NOW, transaction, &mut out), Err(no));
        assert_eq!(client.abort(NOW, transaction, &mut out), Err(no));
        assert_eq!(client.disconnect(NOW, &mut out), Err(no));
        // What is on its way still comes.
        let bytes = crate::stomp::support::message(version, "1", 1);
        let Event::Message(_, delivery) = hears(&mut client, &bytes) else { panic!() };
        assert_eq!(client.ack(NOW, delivery, &mut out), Err(no));
        assert!(out.is_empty());
    }
}

#[test]
fn disconnect_without_receipt() {
    for version in Version::ALL {
        let mut server = server(version);
        let receipt = reads(&mut server, b"SEND\ndestination:/q\nreceipt:1\n\n\0").receipt().unwrap();
        assert!(
            matches!(reads(&mut server, b"DISCONNECT\n\n\0"), Request::Disconnect(asked) if asked.receipt.is_none())
        );
        assert!(!server.is_closed(), "a receipt is owed");
        server.receipt(NOW, receipt, &mut Vec::new()).unwrap();
        assert!(server.is_closed());
        let mut other = crate::stomp::support::server(version);
        reads(&mut other, b"DISCONNECT\n\n\0");
        assert!(other.is_closed());
    }
}

/// Behind it nothing is read, nor delivered.
#[test]
fn disconnect_nothing_read() {
    for version in Version::ALL {
        let mut server = server(version);
        let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\n\n\0");
        let Request::Subscribe(subscription, ..) = request else { panic!("{request:?}") };
        let receipt = reads(&mut server, b"DISCONNECT\nreceipt:1\n\n\0").receipt().unwrap();
        assert_eq!(server.receive(NOW, b"SEND\ndestination:/q\n\n\0", &mut Vec::new()), Ok(None));
        let mut out = Vec::new();
        let late = server.deliver(NOW, subscription, &Message::to("/q", b""), &mut out);
        assert_eq!(late, Err(SendError::NotConnected));
        assert!(out.is_empty() && !server.is_closed());
        server.receipt(NOW, receipt, &mut out).unwrap();
        assert_eq!(shown(Some(version), &out), ["RECEIPT receipt-id:1"]);
    }
}

// --- ERROR -----------------------------------------------------------------------------------------------------------

#[test]
fn error_message() {
    for version in Version::ALL {
        let mut server = server(version);
        let headers = [Header::new("content-type", "text/plain")];
        let farewell = Farewell { body: b"the disk", headers: (&headers).into(), ..Farewell::new("full") };
        let sent = said(version, |out| server.error(NOW, &farewell, out).unwrap());
        assert_eq!(sent, "ERROR content-type:text/plain message:full [the disk]");
        for own in [HeaderName::Message, HeaderName::ReceiptId, HeaderName::Version, HeaderName::ContentLength] {
            let mut server = crate::stomp::support::server(version);
            let headers = [Header::new(own.as_str(), "x")];
            let farewell = Farewell { headers: (&headers).into(), ..Farewell::default() };
            assert_eq!(server.error(NOW, &farewell, &mut Vec::new()), Err(SendError::Header(own)));
            assert!(server.is_connected());
        }
    }
}

/// It is the last frame.
#[test]
fn error_closed() {
    for version in Version::ALL {
        let mut server = server(version);
        let receipt = reads(&mut server, b"SEND\ndestination:/q\nreceipt:1\n\n\0").receipt().unwrap();
        server.error(NOW, &Farewell::new("full"), &mut Vec::new()).unwrap();
        assert!(server.is_closed());
        let mut out = Vec::new();
        assert_eq!(server.receipt(NOW, receipt, &mut out), Err(SendError::NotConnected));
        assert_eq!(server.error(NOW, &Farewell::new("full"), &mut out), Err(SendError::NotConnected));
        assert_eq!(server.receive(NOW, b"SEND\ndestination:/q\n\n\0", &mut out), Ok(None));
        assert!(out.is_empty());
    }
}

/// A frame that is to blame is named by its receipt.
#[test]
fn error_receipt_id() {
    for version in Version::ALL {
        let bytes = b"COMMIT\ntransaction:t\nreceipt:message-1\n\n\0";
        let (error, sent) = refuses(&mut server(version), bytes);
        assert_eq!(error, Violation::UnknownTransaction.into());
        assert_eq!(sent, "ERROR message:there is no such transaction receipt-id:message-1");
        // Bytes that are no frame have none.
        let (_, sent) = refuses(&mut server(version), b"COMMIT\nreceipt:message-1\n\n\0");
        assert_eq!(sent, "ERROR message:the header transaction is missing, at byte 25");
    }
}

/// Bytes that are no frame are answered, too, before and after CONNECT.
#[test]
fn error_bytes() {
    for version in Version::ALL {
        let (_, sent) = refuses(&mut server(version), b"GET / HTTP/1.1\r\n");
        assert_eq!(sent, "ERROR message:nobody knows this command, at byte 0");
    }
    let mut new = fourwire::stomp::Server::new(NOW, Default::default(), fourwire::stomp::Session::new());
    let (_, sent) = refuses(&mut new, b"GET / HTTP/1.1\r\n");
    assert_eq!(sent, "ERROR message:nobody knows this command, at byte 0");
}

/// From 1.1 on the connection is over with it, for the client as well.
#[test]
fn error_client() {
    for version in [Version::V1_1, Version::V1_2] {
        let mut client = client(version);
        assert!(matches!(hears(&mut client, b"ERROR\nmessage:full\n\nthe disk\0"), Event::Error(_, None)));
        assert!(client.is_closed());
        assert_eq!(client.send(NOW, &Message::to("/q", b""), &mut Vec::new()), Err(SendError::NotConnected));
        assert_eq!(client.receive(NOW, b"\n", &mut Vec::new()), Ok(None));
    }
}

/// 1.0 does not say so: it goes on.
#[test]
fn error_1_0() {
    let mut client = client(Version::V1_0);
    let receipt = client.send_with(NOW, &Message::to("/q", b""), &With::RECEIPT, &mut Vec::new()).unwrap();
    let event = hears(&mut client, b"ERROR\nmessage:full\nreceipt-id:1\n\nthe disk\0");
    assert!(matches!(event, Event::Error(_, of) if of == receipt));
    assert!(client.is_connected() && client.awaited().count() == 0);
    client.disconnect(NOW, &mut Vec::new()).unwrap();
    hears(&mut client, b"ERROR\nmessage:full\n\n\0");
    assert!(!client.is_closed());
    // But not if it is in place of the last RECEIPT.
    hears(&mut client, b"ERROR\nmessage:full\nreceipt-id:2\n\n\0");
    assert!(client.is_closed());
}
