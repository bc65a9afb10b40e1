//! Commands and versions.

use fourwire::stomp::{Command, EncodeError, ErrorKind, Frame, Header, Version};

use super::{ALL, OPEN, V1_0, V1_1, V1_2, frame, refused, written};

#[test]
fn command_names() {
    let all = "CONNECT STOMP CONNECTED SEND MESSAGE SUBSCRIBE UNSUBSCRIBE ACK NACK BEGIN COMMIT ABORT DISCONNECT RECEIPT \
               ERROR";
    let mut names: Vec<_> = all.split(' ').collect();
    for name in &names {
        let head = "accept-version:1.2\nhost:a\nversion:1.2\ndestination:a\nid:1\nmessage-id:1\nsubscription:1\n\
                    transaction:t\nreceipt-id:1\n";
        let bytes = format!("{name}\n{head}\n\0");
        for version in [OPEN, V1_1, V1_2] {
            let frame = frame(version, bytes.as_bytes());
            assert_eq!(frame.command.to_string(), *name);
            assert_eq!(written(version, &frame).unwrap(), bytes.as_bytes());
        }
    }
    let mut ours = Command::ALL.map(Command::as_str);
    names.sort_unstable();
    ours.sort_unstable();
    assert_eq!(names, ours);
}

#[test]
fn command_since_1_1() {
    for command in [Command::Nack, Command::Stomp] {
        let bytes = format!("{command}\n");
        assert_eq!(refused(V1_0, bytes.as_bytes()), (ErrorKind::NotInThisVersion(command), 0));
        let refused = written(V1_0, &Frame::new(command, &[]));
        assert_eq!(refused, Err(EncodeError::Invalid(ErrorKind::NotInThisVersion(command))));
    }
    assert_eq!(frame(V1_1, b"NACK\nmessage-id:1\nsubscription:1\n\n\0").command, Command::Nack);
}

#[test]
fn command_sender() {
    let servers: Vec<_> = Command::ALL.into_iter().filter(|command| command.is_servers()).collect();
    assert_eq!(servers, [Command::Message, Command::Receipt, Command::Connected, Command::Error]);
}

#[test]
fn command_required() {
    for version in ALL {
        let headers = [Header::new("a", "b")];
        let wrong = written(version, &Frame::new(Command::Send, &headers)).unwrap_err();
        assert_eq!(wrong.to_string(), "the header destination is missing");
    }
    let headers = [Header::new("message-id", "1"), Header::new("subscription", "0")];
    let ack = Frame::new(Command::Ack, &headers);
    assert_eq!(written(V1_1, &ack).unwrap(), b"ACK\nmessage-id:1\nsubscription:0\n\n\0");
    assert_eq!(written(V1_2, &ack).unwrap_err().to_string(), "the header id is missing");
}

#[test]
fn command_version_names() {
    for (version, name) in [(Version::V1_0, "1.0"), (Version::V1_1, "1.1"), (Version::V1_2, "1.2")] {
        assert_eq!((version.to_string().as_str(), Version::from_name(name.as_bytes())), (name, Some(version)));
    }
    assert_eq!(Version::from_name(b"1.3"), None);
    assert!(Version::V1_0 < Version::V1_1 && Version::V1_1 < Version::V1_2);
}
