//! What was found by trying to break the machines' promises.

use fourwire::amqp::{
    Channel, Client, Config, ContentHeader, DeliveryTag, Error, Event, Frame, Login, Method, MethodId, Properties,
    ReplyCode, Request, SendError, Server, Session, Slot, Violation, basic, channel, connection, queue, tx,
};

use super::support::{NOW, Pair, first_method, names};

fn deliver() -> basic::Deliver<'static> {
    basic::Deliver { consumer_tag: "c".into(), routing_key: "key".into(), ..Default::default() }
}

impl Pair {
    fn delivers(&mut self, theirs: Channel) -> DeliveryTag {
        self.server.deliver(NOW, theirs, &deliver(), false, Properties::EMPTY, b"", &mut self.down).unwrap();
        let tag = self.client(|event| match event {
            Event::Deliver(tag, _) => tag,
            other => panic!("{other:?}"),
        });
        self.client(|_| ());
        tag
    }

    /// The client reads this.
    fn client_gets<'a>(&mut self, method: impl Into<Method<'a>>) -> Result<bool, Error> {
        let mut bytes = Vec::new();
        Frame::Method(1, method.into()).encode(0, &mut bytes).unwrap();
        self.client.receive(NOW, &bytes, &mut self.up).map(|event| matches!(event, Some((Event::Answer(..), _))))
    }
}

// --- calls -----------------------------------------------------------------------------------------------------------

/// RabbitMQ 3.10 answers so when consume, qos, declare, cancel, qos are sent at once: consume-ok and cancel-ok come from
/// the queue's process, and the channel goes on meanwhile.
#[test]
fn rabbitmq_late_answers() {
    let (mut pair, ours, _) = Pair::open();
    let consume = basic::Consume { queue: "q".into(), ..Default::default() };
    let calls: [Method<'_>; 6] = [
        consume.into(),
        basic::Qos::default().into(),
        queue::Declare { queue: "q".into(), ..Default::default() }.into(),
        basic::Cancel::default().into(),
        basic::Qos::default().into(),
        consume.into(),
    ];
    for call in calls {
        pair.client.call(NOW, ours, call, &mut pair.up).unwrap();
    }
    let answers: [Method<'_>; 6] = [
        basic::QosOk {}.into(),
        queue::DeclareOk::default().into(),
        basic::QosOk {}.into(),
        basic::ConsumeOk::default().into(),
        basic::CancelOk::default().into(),
        basic::ConsumeOk::default().into(),
    ];
    for answer in answers {
        assert_eq!(pair.client_gets(answer), Ok(true), "{answer}");
    }
    // That was all.
    let violation = Violation::Unexpected(MethodId::BasicQosOk);
    assert_eq!(pair.client_gets(basic::QosOk {}), Err(violation.into()));
}

/// What RabbitMQ answers itself, it answers in order.
#[test]
fn other_answers_are_not_late() {
    let (mut pair, ours, _) = Pair::open();
    pair.client.call(NOW, ours, queue::Declare { queue: "q".into(), ..Default::default() }, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
    let violation = Violation::Unexpected(MethodId::BasicQosOk);
    assert_eq!(pair.client_gets(basic::QosOk {}), Err(violation.into()));
}

/// RabbitMQ closes the connection, "unexpected command while processing 'tx.commit'", if there are publishes to be written
/// to its disk: only a close of the channel may come.
#[test]
fn rabbitmq_nothing_behind_a_commit() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
    assert_eq!(pair.client_gets(tx::SelectOk {}), Ok(true));
    let tag = pair.delivers(theirs);
    pair.up.clear();
    pair.client.call(NOW, ours, tx::Commit {}, &mut pair.up).unwrap();
    let again = pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up);
    assert_eq!(again, Err(SendError::OutOfOrder));
    let publish = basic::Publish::default();
    let sent = pair.client.publish(NOW, ours, &publish, Properties::EMPTY, b"", &mut pair.up);
    assert_eq!(sent, Err(SendError::OutOfOrder));
    assert_eq!(pair.client.ack(NOW, tag, false, &mut pair.up), Err(SendError::OutOfOrder));
    assert_eq!(names(&pair.up), ["tx.commit"]);
    assert_eq!(pair.client_gets(tx::CommitOk {}), Ok(true));
    pair.client.ack(NOW, tag, false, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, tx::Commit {}, &mut pair.up).unwrap();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
}

/// RabbitMQ knows the tag no more, and closes the channel with 406.
#[test]
fn rabbitmq_no_acknowledgement_behind_recover() {
    let (mut pair, ours, theirs) = Pair::open();
    let tag = pair.delivers(theirs);
    pair.client.call(NOW, ours, basic::Recover { requeue: true }, &mut pair.up).unwrap();
    // This one was on its way, and is taken back, too.
    let late = pair.delivers(theirs);
    for tag in [tag, late] {
        assert_eq!(pair.client.ack(NOW, tag, true, &mut pair.up), Err(SendError::StaleDelivery));
    }
    pair.server(|_| ());
    pair.client(|_| ());
    let again = pair.delivers(theirs);
    pair.client.ack(NOW, again, false, &mut pair.up).unwrap();
    assert_eq!((pair.client.unacknowledged_count(ours), pair.client.unacknowledged(ours).count()), (0, 0));
}

/// What the server's machine answers itself has its turn, too.
#[test]
fn answers_of_the_machine_are_in_order() {
    let own: [(Method<'_>, &str); 2] = [
        (basic::Recover { requeue: true }.into(), "basic.recover-ok"),
        (channel::Flow { active: false }.into(), "channel.flow-ok"),
    ];
    for (call, answer) in own {
        let (mut pair, ours, theirs) = Pair::open();
        pair.client.call(NOW, ours, queue::Purge { queue: "q".into(), ..Default::default() }, &mut pair.up).unwrap();
        pair.client.call(NOW, ours, call, &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Call(..))));
        assert_eq!(pair.server.receive(NOW, &pair.up.clone(), &mut pair.down), Ok(None));
        assert!(pair.server.is_held_back() && pair.down.is_empty());
        pair.server.answer(NOW, theirs, queue::PurgeOk::default(), &mut pair.down).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Recover(..) | Request::Flow(..))));
        assert_eq!(names(&pair.down), ["queue.purge-ok", answer]);
    }
}

/// As many calls as can be wait for their answers: what has none is read.
#[test]
fn what_is_not_answered_does_not_wait() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..16 {
        pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
        pair.server(|_| ());
    }
    let quiet = queue::Declare { queue: "q".into(), no_wait: true, ..Default::default() };
    pair.client.call(NOW, ours, quiet, &mut pair.up).unwrap();
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Call(theirs, quiet.into())));
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(c, _) if c == theirs)));
}

/// A close of the channel that the machine sends is not in the middle of a body.
#[test]
fn a_channel_is_refused_behind_the_body() {
    let wrong: [Method<'_>; 5] = [
        basic::Ack { delivery_tag: 2, multiple: false }.into(),
        basic::Nack { delivery_tag: 2, multiple: true, requeue: true }.into(),
        basic::Reject { delivery_tag: u64::MAX, requeue: true }.into(),
        tx::Commit {}.into(),
        tx::Rollback {}.into(),
    ];
    for wrong in wrong {
        let (mut pair, ours, theirs) = Pair::open();
        let header = ContentHeader { body_size: 5, properties: Properties::EMPTY };
        pair.server.deliver_head(NOW, theirs, &deliver(), false, header, &mut pair.down).unwrap();
        // What is right is read meanwhile.
        for method in [basic::Ack { delivery_tag: 1, multiple: false }.into(), wrong] {
            Frame::Method(ours.number(), method).encode(0, &mut pair.up).unwrap();
        }
        pair.server(|request| assert!(matches!(request, Request::Acknowledged(..))));
        assert_eq!(pair.server.receive(NOW, &pair.up.clone(), &mut pair.down), Ok(None), "{wrong}");
        assert!(pair.server.is_held_back());
        pair.server.piece(NOW, theirs, b"hello", &mut pair.down).unwrap();
        pair.server(|request| assert!(matches!(request, Request::ChannelRefused(..))));
        assert_eq!(names(&pair.down), ["basic.deliver", "header of 5", "body of 5", "channel.close"]);
    }
}

// --- limits ----------------------------------------------------------------------------------------------------------

/// Frames that are too small for anything: nothing could be sent, not even a close. (connection.tune.frame-max)
#[test]
fn a_server_that_proposes_tiny_frames() {
    for frame_max in [1, 7, 8, 9, 4095] {
        let mut client = Client::new(Config::default(), Session::new());
        let (mut up, mut down) = (Vec::new(), Vec::new());
        client.start(NOW, &mut up).unwrap();
        let start = connection::Start { mechanisms: b"PLAIN", version_minor: 9, ..Default::default() };
        Frame::Method(0, start.into()).encode(0, &mut down).unwrap();
        client.receive(NOW, &down, &mut up).unwrap().unwrap();
        client.login(NOW, &Login::plain("a", "b"), &mut up).unwrap();
        let (mut tune, mut out) = (Vec::new(), Vec::new());
        let limits = connection::Tune { frame_max, ..Default::default() };
        Frame::Method(0, limits.into()).encode(0, &mut tune).unwrap();
        assert_eq!(client.receive(NOW, &tune, &mut out), Err(Violation::Tune.into()), "{frame_max}");
        assert!(client.is_closed() && out.is_empty(), "before the limits are settled there is no close");
    }
}

/// 0 is no limit on both sides, and frames of any size pass.
#[test]
fn frames_without_a_limit() {
    let none = Config { frame_max: 0, channel_max: 0, ..Config::default() };
    let (mut pair, ours, theirs) = Pair::open_with(none, none);
    let publish = basic::Publish::default();
    pair.client.publish(NOW, ours, &publish, Properties::EMPTY, &[0; 300_000], &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Publish(theirs, publish, None)));
    pair.server(|request| assert!(matches!(request, Request::Header(..))));
    pair.server(|request| assert!(matches!(request, Request::Body(_, body, 0) if body.len() == 300_000)));
}

/// No limit that is wanted, but room for four: that is what is said.
#[test]
fn a_server_without_a_heap_says_how_many_channels_it_has() {
    let config = Config { channel_max: 0, ..Config::default() };
    let mut server = Server::new(NOW, config, Session::with_slots([Slot::EMPTY; 4]));
    let (mut up, mut down) = (b"AMQP\0\0\x09\x01".to_vec(), Vec::new());
    server.receive(NOW, &up, &mut down).unwrap().unwrap();
    server.start(NOW, &server.introduction(), &mut down).unwrap();
    up.clear();
    Frame::Method(0, connection::StartOk::default().into()).encode(0, &mut up).unwrap();
    server.receive(NOW, &up, &mut down).unwrap().unwrap();
    down.clear();
    server.tune(NOW, &mut down).unwrap();
    let Some(Method::ConnectionTune(tune)) = first_method(&down) else { panic!("not connection.tune") };
    assert_eq!(tune.channel_max, 4);
}

/// Behind a close nothing is sent but close-ok, also to a peer that is wrong then. (connection.close)
#[test]
fn no_second_close() {
    let (mut pair, _, _) = Pair::open();
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    let mut out = Vec::new();
    assert!(pair.client.receive(NOW, b"\x09", &mut out).is_err());
    assert!(pair.client.is_closed() && out.is_empty(), "{:?}", names(&out));
}
