//! What a machine keeps of the peer's is not longer than its limit.

use fourwire::stomp::{AckMode, Config, Event, Subscribe, Version, Violation};

use crate::stomp::support::{NOW, client_refuses, client_with, hears, reads, server_with, violates};

const CONFIG: fn() -> Config = || Config { longest_name: 5, ..Config::default() };

/// With escapes resolved it is five bytes long, or six.
#[test]
fn limit_names() {
    for version in Version::ALL {
        let colon = if version == Version::V1_0 { ":" } else { "\\c" };
        let (fits, too_long) = (format!("{colon}234{colon}"), format!("{colon}2345{colon}"));
        let subscribe = "SUBSCRIBE\ndestination:/a/long/destination\nid:";
        let send = "SEND\ndestination:/a/long/destination\nx-long:0123456789\nreceipt:";
        for frame in [subscribe, send, "BEGIN\ntransaction:", "DISCONNECT\nreceipt:"] {
            reads(&mut server_with(version, CONFIG()), format!("{frame}{fits}\n\n\0").as_bytes());
            let mut server = server_with(version, CONFIG());
            violates(&mut server, format!("{frame}{too_long}\n\n\0").as_bytes(), Violation::NameTooLong);
        }
        // What is only looked for is not kept.
        let mut server = server_with(version, CONFIG());
        let unknown = format!("COMMIT\ntransaction:{too_long}\n\n\0");
        violates(&mut server, unknown.as_bytes(), Violation::UnknownTransaction);
    }
    // A subscription without an id is known by its destination.
    reads(&mut server_with(Version::V1_0, CONFIG()), b"SUBSCRIBE\ndestination:12345\n\n\0");
    let mut old = server_with(Version::V1_0, CONFIG());
    violates(&mut old, b"SUBSCRIBE\ndestination:123456\n\n\0", Violation::NameTooLong);
}

/// What acknowledges a message is kept by a client, if it is to be acknowledged; its own names are as long as it likes.
#[test]
fn limit_names_of_messages() {
    for version in Version::ALL {
        let by = if version == Version::V1_2 { "ack" } else { "message-id" };
        let message = |name: &str| {
            let other = if version == Version::V1_2 { "message-id:0123456789\n" } else { "" };
            format!("MESSAGE\ndestination:/a/long/destination\nsubscription:of ours\n{other}{by}:{name}\n\n\0")
                .into_bytes()
        };
        for mode in [AckMode::Auto, AckMode::Client] {
            let mut client = client_with(version, CONFIG());
            let subscribe = Subscribe { id: Some("of ours".into()), ..Subscribe::to("/q").with_ack(mode) };
            client.subscribe(NOW, &subscribe, &mut Vec::new()).unwrap();
            assert!(matches!(hears(&mut client, &message("12345")), Event::Message(..)));
            if mode == AckMode::Auto {
                assert!(matches!(hears(&mut client, &message("123456")), Event::Message(..)));
            } else {
                assert_eq!(client_refuses(&mut client, &message("123456")), Violation::NameTooLong.into());
            }
        }
    }
}
