//! SEND and MESSAGE.

use fourwire::stomp::{
    Accept, Config, ContentLength, EncodeError, Event, Header, HeaderName, Message, Request, SendError, Server,
    Session, Subscribe, Subscription, Version, With,
};

use crate::stomp::support::{NOW, client, hears, reads, said, server};

#[track_caller]
fn subscribes(server: &mut Server<u32>, ack: &str) -> Subscription {
    match reads(server, format!("SUBSCRIBE\ndestination:/q\nid:0\nack:{ack}\n\n\0").as_bytes()) {
        Request::Subscribe(subscription, ..) => subscription,
        other => panic!("{other:?}"),
    }
}

/// What a subscriber is sent of this SEND.
#[track_caller]
fn forwarded(version: Version, send: &str) -> String {
    let mut server = server(version);
    let subscription = subscribes(&mut server, "auto");
    if send.contains("\ntransaction:t") {
        reads(&mut server, b"BEGIN\ntransaction:t\n\n\0");
    }
    let Request::Send(asked) = reads(&mut server, send.as_bytes()) else { panic!() };
    said(version, |out| server.deliver(NOW, subscription, &Message::forward(&asked.frame), out).unwrap())
}

// --- SEND ------------------------------------------------------------------------------------------------------------

#[test]
fn send_headers() {
    for version in Version::ALL {
        let mut client = client(version);
        let (one, other) = ([Header::new("content-type", "text/plain")], [Header::new("priority", "9")]);
        let message = Message { headers: (&one).into(), ..Message::to("/queue/a", b"hello") };
        let with = With { headers: (&other).into(), ..With::default() };
        let sent = said(version, |out| client.send_with(NOW, &message, &with, out).unwrap());
        assert_eq!(sent, "SEND content-type:text/plain destination:/queue/a priority:9 [hello]");
        for own in [HeaderName::Destination, HeaderName::Transaction, HeaderName::Receipt, HeaderName::ContentLength] {
            let headers = [Header::new(own.as_str(), "5")];
            let message = Message { headers: (&headers).into(), ..message };
            assert_eq!(client.send(NOW, &message, &mut Vec::new()), Err(SendError::Header(own)));
            let with = With { headers: (&headers).into(), ..With::default() };
            let sent = client.send_with(NOW, &Message::to("/q", b"hello"), &with, &mut Vec::new());
            assert_eq!(sent, Err(SendError::Header(own)));
        }
    }
}

/// It is said always, never, or where it must be.
#[test]
fn send_content_length() {
    for version in Version::ALL {
        let mut client = client(version);
        let mut sent = |body: &'static [u8], content_length| {
            let message = Message { content_length, ..Message::to("/q", body) };
            let mut out = Vec::new();
            client.send(NOW, &message, &mut out).map(|()| String::from_utf8(out).unwrap().contains("content-length:"))
        };
        assert_eq!(sent(b"abc", ContentLength::Always), Ok(true));
        assert_eq!(sent(b"", ContentLength::Always), Ok(true));
        assert_eq!(sent(b"abc", ContentLength::WithNul), Ok(false));
        assert_eq!(sent(b"a\0c", ContentLength::WithNul), Ok(true));
        assert_eq!(sent(b"abc", ContentLength::Never), Ok(false));
        assert!(sent(b"a\0c", ContentLength::Never).is_err());
    }
}

/// What a client was sent goes on to another server: as the sender said it, and to where the application says.
#[test]
fn send_forwarded() {
    for (from, to) in Version::ALL.into_iter().flat_map(|from| Version::ALL.map(|to| (from, to))) {
        let (mut one, mut other) = (client(from), client(to));
        one.subscribe(NOW, &Subscribe::to("/q"), &mut Vec::new()).unwrap();
        let colon = if from == Version::V1_0 { ":" } else { "\\c" };
        let own = "message-id:7\nsubscription:1\nack:9\nreceipt:3\ntransaction:t\n";
        let bytes =
            format!("MESSAGE\ndestination:/q{colon}a\n{own}x:1\nhref:coap{colon}\nx:2\ncontent-length:2\n\nhi\0");
        let Event::Message(frame, _) = hears(&mut one, bytes.as_bytes()) else { panic!() };
        let message = Message::forward(&frame);
        let sent = said(to, |out| other.send(NOW, &message, out).unwrap());
        assert_eq!(sent, "SEND content-length:2 destination:/q:a href:coap: x:1 x:2 [hi]", "{from} {to}");
        let message = Message { destination: "/copies".into(), content_length: ContentLength::Never, ..message };
        let sent = said(to, |out| other.send_with(NOW, &message, &With::RECEIPT, out).unwrap());
        assert_eq!(sent, "SEND destination:/copies href:coap: receipt:1 x:1 x:2 [hi]", "{from} {to}");

        // What is said with it is the application's own word, and is held to that.
        let receipt = [Header::new("receipt", "5")];
        let with = With { headers: (&receipt).into(), ..With::default() };
        assert_eq!(other.send_with(NOW, &message, &with, &mut Vec::new()), Err(SendError::Header(HeaderName::Receipt)));
    }

    // So goes what a server was sent; and what the other version cannot say is refused.
    let mut server = server(Version::V1_2);
    let frame = b"SEND\ndestination:/q\nreceipt:7\nx:a\\rb\n\nhi\0";
    let Request::Send(asked) = reads(&mut server, frame) else { panic!() };
    let message = Message::forward(&asked.frame);
    let mut to = client(Version::V1_2);
    assert_eq!(said(Version::V1_2, |out| to.send(NOW, &message, out).unwrap()), "SEND destination:/q x:a\rb [hi]");
    for version in [Version::V1_0, Version::V1_1] {
        let mut out = Vec::new();
        let refused = Err(SendError::Encode(EncodeError::Byte(b'\r')));
        assert_eq!((client(version).send(NOW, &message, &mut out), out.len()), (refused, 0));
    }
}

// --- MESSAGE ---------------------------------------------------------------------------------------------------------

#[test]
fn message_headers() {
    for version in Version::ALL {
        for mode in ["auto", "client"] {
            let mut server = server(version);
            let subscription = subscribes(&mut server, mode);
            let message = Message::to("/topic/x", b"hello");
            let sent = said(version, |out| server.deliver(NOW, subscription, &message, out).unwrap());
            // 1.2: and by what it is acknowledged, if it is.
            let ack = if version == Version::V1_2 && mode == "client" { "ack:1-1 " } else { "" };
            assert_eq!(sent, format!("MESSAGE {ack}destination:/topic/x message-id:1-1 subscription:0 [hello]"));
        }
    }
}

/// No two messages of a connection have the same `message-id`; and with a session none of two connections.
#[test]
fn message_id() {
    for version in Version::ALL {
        let mut server: Server<u32> = Server::new(NOW, Config::default(), Session::new());
        reads(&mut server, format!("CONNECT\naccept-version:{version}\nhost:/\n\n\0").as_bytes());
        let accept = Accept { session: Some("s-1:x".into()), ..Accept::default() };
        server.accept(NOW, &accept, &mut Vec::new()).unwrap();
        let auto = subscribes(&mut server, "auto");
        let request = reads(&mut server, b"SUBSCRIBE\ndestination:/q\nid:1\nack:client\n\n\0");
        let Request::Subscribe(client, ..) = request else { panic!("{request:?}") };
        let mut ids = Vec::new();
        for subscription in [auto, client, auto, client] {
            let message = Message::to("/q", b"");
            let sent = said(version, |out| server.deliver(NOW, subscription, &message, out).unwrap());
            ids.push(sent.split(' ').find_map(|word| word.strip_prefix("message-id:")).unwrap().to_owned());
        }
        assert_eq!(ids, ["s-1:x-1-1", "s-1:x-2-1", "s-1:x-1-2", "s-1:x-2-2"]);
        // And it is what 1.0 and 1.1 acknowledge by.
        if version != Version::V1_2 {
            let id = if version == Version::V1_1 { "s-1\\cx-2-2" } else { "s-1:x-2-2" };
            let ack = format!("ACK\nsubscription:1\nmessage-id:{id}\n\n\0");
            assert!(matches!(reads(&mut server, ack.as_bytes()), Request::Ack(..)));
            assert_eq!(server.settled().count(), 2);
        }
    }
}

/// What the sender's application says is for the receiver's.
#[test]
fn message_user_headers() {
    let send = "SEND\ndestination:/q\ncontent-type:text/plain;charset=utf-8\nx:1\nx:2\ny:\n\nhi\0";
    let sent =
        "MESSAGE content-type:text/plain;charset=utf-8 destination:/q message-id:1-1 subscription:0 x:1 x:2 y: [hi]";
    for version in Version::ALL {
        assert_eq!(forwarded(version, send), sent);
    }
    let sent = forwarded(Version::V1_2, "SEND\ndestination:/q\\ca\na\\cb:c\\nd\n\n\0");
    assert_eq!(sent, "MESSAGE a:b:c\nd destination:/q:a message-id:1-1 subscription:0");
}

/// What was said to the server is not.
#[test]
fn message_server_headers() {
    for version in Version::ALL {
        let own = "receipt:7\ntransaction:t\nack:x\nmessage-id:x\nsubscription:x\n";
        let send = format!("SEND\n{own}destination:/q\nmine:1\n\nhi\0");
        assert_eq!(forwarded(version, &send), "MESSAGE destination:/q message-id:1-1 mine:1 subscription:0 [hi]");
    }
}

/// A server that writes a message of its own says none of those that the machine does.
#[test]
fn message_own_headers() {
    let mut server = server(Version::V1_2);
    let subscription = subscribes(&mut server, "client");
    for own in [
        HeaderName::Destination,
        HeaderName::MessageId,
        HeaderName::Subscription,
        HeaderName::Ack,
        HeaderName::ContentLength,
        HeaderName::Receipt,
        HeaderName::Transaction,
    ] {
        let headers = [Header::new("x", "1"), Header::new(own.as_str(), "5")];
        let mut message = Message { headers: (&headers).into(), ..Message::to("/q", b"hello") };
        let mut out = Vec::new();
        assert_eq!(server.deliver(NOW, subscription, &message, &mut out), Err(SendError::Header(own)));
        assert!(out.is_empty());
        message.is_forwarded = true;
        let sent = said(Version::V1_2, |out| server.deliver(NOW, subscription, &message, out).unwrap());
        assert!(sent.contains(" x:1 ") && !sent.contains(&format!("{own}:5")), "{sent}");
    }
}

/// The length is said if it was, and if it has to be.
#[test]
fn message_content_length() {
    for version in Version::ALL {
        let sent = forwarded(version, "SEND\ndestination:/q\ncontent-length:3\n\na\0b\0");
        assert_eq!(sent, "MESSAGE content-length:3 destination:/q message-id:1-1 subscription:0 [a\\x00b]");
        let sent = forwarded(version, "SEND\ndestination:/q\ncontent-length:2\n\nab\0");
        assert_eq!(sent, "MESSAGE content-length:2 destination:/q message-id:1-1 subscription:0 [ab]");
        let sent = forwarded(version, "SEND\ndestination:/q\n\nab\0");
        assert_eq!(sent, "MESSAGE destination:/q message-id:1-1 subscription:0 [ab]");
    }
}
