//! What RabbitMQ added, and what it answers where the specification says nothing.

use fourwire::amqp::{
    Config, Event, Login, Properties, ReplyCode, Request, SendError, Settled, basic, confirm, connection, tx,
};

use super::{client_closes, header, method, publish};
use crate::amqp::support::{NOW, Pair, names};

/// Publishes are numbered from 1 on, from `confirm.select` on.
#[test]
fn rabbitmq_confirms_numbers() {
    let (mut pair, ours, theirs) = Pair::open();
    let empty = basic::Publish::default();
    assert_eq!(pair.client.publish(NOW, ours, &empty, Properties::EMPTY, b"", &mut pair.up), Ok(None));
    pair.client.call(NOW, ours, confirm::Select::default(), &mut pair.up).unwrap();
    for number in 1..=3 {
        let sent = pair.client.publish(NOW, ours, &empty, Properties::EMPTY, b"", &mut pair.up);
        assert_eq!(sent, Ok(Some(number)));
    }
    pair.server(|request| assert_eq!(request, Request::Publish(theirs, empty, None)));
    pair.server(|_| ());
    pair.server(|request| assert!(matches!(request, Request::Call(..))));
    for number in 1..=3 {
        pair.server(|request| assert_eq!(request, Request::Publish(theirs, empty, Some(number))));
        pair.server(|_| ());
    }
    assert_eq!(pair.client.unconfirmed(ours).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(pair.server.unconfirmed(theirs).collect::<Vec<_>>(), [1, 2, 3]);
}

/// A second `confirm.select` is answered like the first, and counts on.
#[test]
fn rabbitmq_confirms_again() {
    let (mut pair, ours, theirs) = Pair::open();
    for number in 1..=2 {
        pair.client.call(NOW, ours, confirm::Select::default(), &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Call(..))));
        pair.server.answer(NOW, theirs, confirm::SelectOk {}, &mut pair.down).unwrap();
        pair.client(|event| assert_eq!(event, Event::Answer(ours, confirm::SelectOk {}.into())));
        let sent = pair.client.publish(NOW, ours, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up);
        assert_eq!(sent, Ok(Some(number)));
        pair.server(|_| ());
        pair.server(|_| ());
    }
}

/// What comes back does so before its confirm; it carries no number, and settles nothing.
#[test]
fn rabbitmq_confirms_return() {
    let (mut pair, ours, _) = Pair::open();
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    pair.client.publish(NOW, ours, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    // What RabbitMQ 3.10.8 sends for a mandatory message without a queue.
    let returned = method(1, "003C 0032 0138 08'NO_ROUTE' 00 08'nonesuch'");
    pair.down = [returned, header(1, 0), method(1, "003C 0050 0000000000000001 00")].concat();
    pair.client(|event| assert!(matches!(event, Event::Returned(_, back) if back.reply_code == ReplyCode::NoRoute)));
    pair.client(|_| ());
    assert_eq!(pair.client.unconfirmed(ours).count(), 1);
    pair.client(|event| assert_eq!(event, Event::Confirmed(ours, Settled { first: 1, last: 1, count: 1 })));
}

/// Confirms of what is not outstanding settle nothing, and cost nothing.
#[test]
fn rabbitmq_confirms_unknown() {
    let (mut pair, ..) = Pair::open();
    for payload in ["003C 0050 0000000000000009 00", "003C 0078 0000000000000009 01"] {
        pair.down = method(1, payload);
        pair.client(|event| assert_eq!(event, Event::Ignored));
    }
}

/// An answer that no call awaits, or that another call awaits first: 503.
#[test]
fn rabbitmq_answers_unasked() {
    client_closes(&[&method(1, "0032 000B 00 00000000 00000000")], ReplyCode::CommandInvalid);
    let (mut pair, ours, _) = Pair::open();
    pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
    pair.client_refuses_bytes(&method(1, "003C 000B"), |error, _| {
        assert_eq!(error.reply_code(), ReplyCode::CommandInvalid);
    });
}

/// A connection that is refused while the virtual host is asked for: the close says why.
#[test]
fn rabbitmq_open_refused() {
    let mut pair = Pair::new(Config::default(), Config::default());
    pair.client.start(NOW, &mut pair.up).unwrap();
    pair.server(|_| ());
    let start = connection::Start { mechanisms: b"EXTERNAL", ..pair.server.introduction() };
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    pair.client(|_| ());
    pair.client.login(NOW, &Login::external(), &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server.tune(NOW, &mut pair.down).unwrap();
    pair.client(|_| ());
    pair.client.open(NOW, "nope", &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.server(|request| assert_eq!(request, Request::Open("nope".into())));
    pair.server.close(NOW, ReplyCode::NotAllowed, "vhost nope not found", &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Closed(close) if close.reply_code == ReplyCode::NotAllowed)));
    assert_eq!(names(&pair.up), ["connection.close-ok"]);
    assert!(pair.client.is_closed());
    pair.server(|request| assert_eq!(request, Request::Ended));
}

/// `basic.cancel` from the server is answered only if it asks for that. RabbitMQ does not.
#[test]
fn rabbitmq_consumer_cancel_notify_answer() {
    for (payload, answers) in [("003C 001E 01'c' 01", 0), ("003C 001E 01'c' 00", 1)] {
        let (mut pair, ours, _) = Pair::open();
        pair.down = method(1, payload);
        pair.client(|event| assert_eq!(event, Event::Cancelled(ours, "c".into())));
        assert_eq!(names(&pair.up), vec!["basic.cancel-ok"; answers]);
    }
}

/// More calls than await their answers, and more publishes than await their confirms, wait in the stream: nothing is
/// refused.
#[test]
fn rabbitmq_pipelining() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..16 {
        pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
    }
    let more = pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up);
    assert_eq!(more, Err(SendError::WindowFull));
    for _ in 0..16 {
        pair.server(|request| assert!(matches!(request, Request::Call(..))));
    }
    for _ in 0..16 {
        pair.server.answer(NOW, theirs, basic::QosOk {}, &mut pair.down).unwrap();
        pair.client(|event| assert_eq!(event, Event::Answer(ours, basic::QosOk {}.into())));
    }
    pair.up = publish();
    pair.server(|request| assert!(matches!(request, Request::Publish(..))));
}
