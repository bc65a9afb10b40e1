//! Each mistake of the caller's, which changes nothing; and each of the peer's, which ends the connection.

use std::fmt::Debug;

use fourwire::stomp::{
    Accept, AckMode, Client, Config, Connect, DecodeError, EncodeError, Error, ErrorKind, Event, Farewell, Header,
    HeaderName, Limits, Message, Request, SendError, Server, Session, Subscribe, Version, Violation, With,
};

use crate::stomp::support::{
    NOW, client, client_refuses, client_with, hears, message, reads, refuses, server, server_with, violates,
};

/// Refused with this; nothing is written, nothing is changed.
#[track_caller]
fn no<M: Debug, R: Debug>(
    machine: &mut M,
    error: SendError,
    call: impl FnOnce(&mut M, &mut Vec<u8>) -> Result<R, SendError>,
) {
    let (before, mut out) = (format!("{machine:?}"), Vec::new());
    match call(machine, &mut out) {
        Err(refused) => assert_eq!(refused, error),
        Ok(done) => panic!("{done:?}"),
    }
    assert!(out.is_empty());
    assert_eq!(format!("{machine:?}"), before);
    assert_eq!(error.is_temporary(), matches!(error, SendError::WindowFull | SendError::Encode(EncodeError::Full)));
    assert!(!error.to_string().is_empty());
}

/// One of each.
fn small() -> Config {
    Config { window: 1, receipts: 1, subscriptions: 1, transactions: 1, ..Config::default() }
}

#[test]
fn a_clients_mistakes() {
    let v = Version::V1_2;
    let mut client = client_with(v, small());
    let (message_, with) = (Message::to("/q", b"x"), With::RECEIPT);
    // What cannot be written.
    let nul = SendError::Encode(EncodeError::Byte(0));
    no(&mut client, nul, |client, out| client.send_with(NOW, &Message::to("a\0", b""), &with, out));
    no(&mut client, nul, |client, out| client.subscribe(NOW, &Subscribe::to("a\0"), out));
    let headers = [Header::new("x", "a\0")];
    let wrong = With { headers: (&headers).into(), ..with };
    no(&mut client, nul, |client, out| client.begin_with(NOW, &wrong, out));
    let headers = [Header::new("", "x")];
    let nameless = With { headers: (&headers).into(), ..with };
    let empty = SendError::Encode(EncodeError::Invalid(ErrorKind::EmptyName));
    no(&mut client, empty, |client, out| client.send_with(NOW, &message_, &nameless, out));

    let transaction = client.begin_with(NOW, &with, &mut Vec::new()).unwrap().0;
    let full = SendError::WindowFull;
    no(&mut client, full, |client, out| client.send_with(NOW, &message_, &with, out));
    no(&mut client, full, |client, out| client.commit_with(NOW, transaction, &with, out));
    no(&mut client, full, |client, out| client.subscribe_with(NOW, &Subscribe::to("/q"), &with, out));
    hears(&mut client, b"RECEIPT\nreceipt-id:1\n\n\0");
    no(&mut client, SendError::TooManyTransactions, |client, out| client.begin(NOW, out));
    let subscribe = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    let subscription = client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
    no(&mut client, SendError::TooManySubscriptions, |client, out| client.subscribe(NOW, &subscribe, out));

    let bytes = message(v, "1", 1);
    let Event::Message(_, delivery) = hears(&mut client, &bytes) else { panic!() };
    let own = [Header::new("id", "x")];
    let own = With { headers: (&own).into(), ..with };
    no(&mut client, SendError::Header(HeaderName::Id), |client, out| client.ack_with(NOW, delivery, &own, out));
    no(&mut client, SendError::Header(HeaderName::Id), |client, out| {
        client.unsubscribe_with(NOW, subscription, &own, out)
    });
    // Only SEND, ACK and NACK can be parts of a transaction.
    let inside = With { receipt: false, ..With::transaction(transaction) };
    let outside = SendError::NotInTransaction;
    no(&mut client, outside, |client, out| client.unsubscribe_with(NOW, subscription, &inside, out));
    no(&mut client, outside, |client, out| client.commit_with(NOW, transaction, &inside, out));
    no(&mut client, outside, |client, out| client.abort_with(NOW, transaction, &inside, out));
    let mut other = client_with(v, Config::default());
    let transaction = other.begin(NOW, &mut Vec::new()).unwrap();
    let inside = With::transaction(transaction);
    no(&mut other, outside, |other, out| other.begin_with(NOW, &inside, out));
    no(&mut other, outside, |other, out| other.subscribe_with(NOW, &Subscribe::to("/q"), &inside, out));
    client.ack(NOW, delivery, &mut Vec::new()).unwrap();
    no(&mut client, SendError::StaleDelivery, |client, out| client.ack(NOW, delivery, out));
    no(&mut client, SendError::StaleDelivery, |client, out| client.nack_with(NOW, delivery, &with, out));
    client.unsubscribe(NOW, subscription, &mut Vec::new()).unwrap();
    no(&mut client, SendError::StaleSubscription, |client, out| client.unsubscribe(NOW, subscription, out));
    client.abort(NOW, transaction, &mut Vec::new()).unwrap();
    let late = With { transaction: Some(transaction), ..with };
    let stale = SendError::StaleTransaction;
    no(&mut client, stale, |client, out| client.send_with(NOW, &message_, &late, out));
    no(&mut client, stale, |client, out| client.commit(NOW, transaction, out));
    no(&mut client, stale, |client, out| client.abort_with(NOW, transaction, &with, out));
    no(&mut client, SendError::NotConnected, |client, out| client.connect(NOW, &Connect::to("/"), out));
}

#[test]
fn a_clients_mistakes_elsewhere() {
    let mut unconnected = Client::new(Config::default(), Session::new());
    no(&mut unconnected, SendError::NotConnected, |client, out| client.send(NOW, &Message::to("/q", b""), out));
    no(&mut unconnected, SendError::NotConnected, |client, out| client.disconnect(NOW, out));
    let injected = SendError::Encode(EncodeError::Byte(b'\n'));
    no(&mut unconnected, injected, |client, out| client.connect(NOW, &Connect::to("a\nb"), out));
    let own = [Header::new("host", "x")];
    let connect = Connect { headers: (&own).into(), ..Connect::to("/") };
    no(&mut unconnected, SendError::Header(HeaderName::Host), |client, out| client.connect(NOW, &connect, out));

    let mut old = client(Version::V1_0);
    let individual = Subscribe::to("/q").with_ack(AckMode::ClientIndividual);
    no(&mut old, SendError::NotInThisVersion, |client, out| client.subscribe(NOW, &individual, out));
    let named = Subscribe { id: Some("a".into()), ..Subscribe::to("/q") };
    old.subscribe(NOW, &named, &mut Vec::new()).unwrap();
    no(&mut old, SendError::SubscriptionInUse, |client, out| client.subscribe(NOW, &named, out));
    for version in [Version::V1_0, Version::V1_1] {
        let injected = SendError::Encode(EncodeError::Byte(b'\r'));
        no(&mut client(version), injected, |client, out| client.send(NOW, &Message::to("a\r", b""), out));
    }
}

#[test]
fn a_servers_mistakes() {
    let mut server = Server::<u32>::new(NOW, small(), Session::new());
    no(&mut server, SendError::NotConnected, |server, out| server.accept(NOW, &Accept::default(), out));
    no(&mut server, SendError::NotConnected, |server, out| server.refuse(NOW, &Farewell::default(), out));
    no(&mut server, SendError::NotConnected, |server, out| server.error(NOW, &Farewell::default(), out));
    reads(&mut server, b"CONNECT\naccept-version:1.1\nhost:/\n\n\0");
    let injected = SendError::Encode(EncodeError::Byte(b'\n'));
    let accept = Accept { session: Some("a\nb".into()), ..Accept::default() };
    no(&mut server, injected, |server, out| server.accept(NOW, &accept, out));
    no(&mut server, injected, |server, out| server.refuse(NOW, &Farewell::new("a\nb"), out));
    server.accept(NOW, &Accept::default(), &mut Vec::new()).unwrap();
    no(&mut server, SendError::NotConnected, |server, out| server.accept(NOW, &Accept::default(), out));
    no(&mut server, SendError::NotConnected, |server, out| server.refuse(NOW, &Farewell::default(), out));

    let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\nack:client\nreceipt:1\n\n\0");
    let Request::Subscribe(subscription, _, asked) = request else { panic!("{request:?}") };
    let send = Message::to("/q", b"");
    let injected = SendError::Encode(EncodeError::Byte(b'\r'));
    no(&mut server, injected, |server, out| server.deliver(NOW, subscription, &Message::to("a\r", b""), out));
    server.deliver(NOW, subscription, &send, &mut Vec::new()).unwrap();
    no(&mut server, SendError::WindowFull, |server, out| server.deliver(NOW, subscription, &send, out));
    let receipt = asked.receipt.unwrap();
    server.receipt(NOW, receipt, &mut Vec::new()).unwrap();
    no(&mut server, SendError::StaleReceipt, |server, out| server.receipt(NOW, receipt, out));
    let farewell = Farewell { receipt: Some(receipt), ..Farewell::default() };
    no(&mut server, SendError::StaleReceipt, |server, out| server.error(NOW, &farewell, out));
    let own = [Header::new("version", "x")];
    let farewell = Farewell { headers: (&own).into(), ..Farewell::default() };
    no(&mut server, SendError::Header(HeaderName::Version), |server, out| server.error(NOW, &farewell, out));
    reads(&mut server, b"UNSUBSCRIBE\nid:0\n\n\0");
    no(&mut server, SendError::StaleSubscription, |server, out| server.deliver(NOW, subscription, &send, out));
    server.error(NOW, &Farewell::default(), &mut Vec::new()).unwrap();
    no(&mut server, SendError::NotConnected, |server, out| server.deliver(NOW, subscription, &send, out));
    no(&mut server, SendError::NotConnected, |server, out| server.receipt(NOW, receipt, out));
}

/// Those that no statement speaks of; the others are in `rules`.
#[test]
fn a_client_that_wants_too_much() {
    let mut server = server_with(Version::V1_2, small());
    reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:0\n\n\0");
    violates(&mut server, b"SUBSCRIBE\ndestination:/q\nid:1\n\n\0", Violation::TooManySubscriptions);
    let mut server = server_with(Version::V1_2, small());
    reads(&mut server, b"BEGIN\ntransaction:a\n\n\0");
    violates(&mut server, b"BEGIN\ntransaction:b\n\n\0", Violation::TooManyTransactions);
}

/// Before it is accepted, a client may say little.
#[test]
fn a_client_that_says_too_much() {
    let large = |what: &str| format!("CONNECT\naccept-version:1.2\nhost:/\n{what}\n\0");
    let too = |what: &str| match refuses(&mut Server::new(NOW, Config::default(), Session::new()), what.as_bytes()) {
        (Error::Decode(DecodeError { kind, .. }), _) => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(too(&large(&"a:b\n".repeat(20))), ErrorKind::TooManyHeaders);
    assert_eq!(too(&large(&format!("a:{}\n", "b".repeat(2000)))), ErrorKind::HeaderTooLong);
    // And is held to what was configured behind it.
    let small = Config { limits: Limits { headers: 2, ..Limits::default() }, ..Config::default() };
    let mut server = server_with(Version::V1_2, small);
    let (error, _) = refuses(&mut server, b"SEND\ndestination:/q\na:b\nc:d\n\n\0");
    assert!(matches!(error, Error::Decode(DecodeError { kind: ErrorKind::TooManyHeaders, .. })));
    let mut server = self::server(Version::V1_2);
    let many = format!("SEND\ndestination:/q\n{}\n\0", "a:b\n".repeat(200));
    reads(&mut server, many.as_bytes());
}

/// What must be sent back cannot be read if it cannot be written: CR, in 1.0 and 1.1.
#[test]
fn what_cannot_be_sent_back() {
    let kind = ErrorKind::CarriageReturn;
    for version in [Version::V1_0, Version::V1_1] {
        for frame in [
            "SUBSCRIBE\ndestination:/q\nid:a\r\n\n\0",
            "SEND\ndestination:/q\nreceipt:a\r\n\n\0",
            "DISCONNECT\nreceipt:a\r\n\n\0",
        ] {
            let (error, said) = refuses(&mut server(version), frame.as_bytes());
            assert!(matches!(error, Error::Decode(error) if error.kind == kind), "{error}");
            assert!(said.starts_with("ERROR message:"), "{said}");
        }
        // A frame that is wrong for other reasons is answered, too.
        let frame = b"COMMIT\ntransaction:t\nreceipt:a\r\n\n\0";
        assert_eq!(refuses(&mut server(version), frame).1, "ERROR message:there is no such transaction");
        let mut client = client(version);
        client.subscribe(NOW, &Subscribe::to("/q").with_ack(AckMode::Client), &mut Vec::new()).unwrap();
        let bytes = b"MESSAGE\ndestination:/q\nsubscription:1\nmessage-id:1\r\n\n\0";
        let error = client_refuses(&mut client, bytes);
        assert!(matches!(error, Error::Decode(error) if error.kind == kind), "{error}");
    }
    // In 1.2 it is escaped.
    let mut server = server(Version::V1_2);
    reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:a\\r\nreceipt:a\\r\n\n\0");
}

/// Passwords are in no log.
#[test]
fn secrets() {
    let mut server = Server::<u32>::new(NOW, Config::default(), Session::new());
    let request = reads(&mut server, b"CONNECT\nlogin:me\npasscode:hunter2\n\n\0");
    assert!(format!("{request:?}").contains("me") && !format!("{request:?}").contains("hunter2"), "{request:?}");
    let connect = Connect::to("/").login("me", "hunter2");
    assert!(!format!("{connect:?}").contains("hunter2"));
    let Request::Connect(login) = request else { panic!() };
    assert_eq!(login.passcode().unwrap(), "hunter2");
}
