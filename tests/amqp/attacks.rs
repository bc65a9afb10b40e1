//! What was found by trying to break the machines' promises.

use fourwire::amqp::{
    Channel, DeliveryTag, Error, Event, Frame, Method, Properties, SendError, Violation, basic, queue, tx,
};

use super::support::{NOW, Pair, names};

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
    let violation = Violation::Unexpected(fourwire::amqp::MethodId::BasicQosOk);
    assert_eq!(pair.client_gets(basic::QosOk {}), Err(violation.into()));
}

/// What RabbitMQ answers itself, it answers in order.
#[test]
fn other_answers_are_not_late() {
    let (mut pair, ours, _) = Pair::open();
    pair.client.call(NOW, ours, queue::Declare { queue: "q".into(), ..Default::default() }, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
    let violation = Violation::Unexpected(fourwire::amqp::MethodId::BasicQosOk);
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
