//! What a channel is switched to: transactions, flow; and the limits of what can be outstanding.

use std::time::Duration;

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Client, Config, DeliveryTag, Error, Event, Frame, Method, MethodId, Properties, ReplyCode, Request,
    SendError, Session, Settled, Slot, Timeout, basic, channel, confirm, tx,
};

use super::support::{NOW, Pair, first_method, names};

const QUIET: Config = Config {
    frame_max: 131_072,
    initial_frame_max: 4096,
    channel_max: 2047,
    heartbeat: 0,
    window: 65_535,
    depth: 16,
    dialect: fourwire::amqp::Dialect::RabbitMq,
    handshake_timeout: Duration::from_secs(30),
};

fn after(seconds: u64) -> Instant {
    NOW.after(Duration::from_secs(seconds))
}

impl Pair {
    fn delivery(&mut self, theirs: Channel) -> DeliveryTag {
        let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
        self.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut self.down).unwrap();
        let tag = self.client(|event| match event {
            Event::Deliver(tag, _) => tag,
            other => panic!("{other:?}"),
        });
        self.client(|_| ());
        tag
    }

    /// Calls, answers, and reads the answer.
    fn call(&mut self, ours: Channel, theirs: Channel, call: Method<'static>, answer: Method<'static>) {
        self.client.call(NOW, ours, call, &mut self.up).unwrap();
        self.server(|request| assert_eq!(request, Request::Call(theirs, call)));
        self.server.answer(NOW, theirs, answer, &mut self.down).unwrap();
        self.client(|event| assert_eq!(event, Event::Answer(ours, answer)));
    }

    fn books(&self, ours: Channel, theirs: Channel) -> (Vec<u64>, Vec<u64>) {
        let client = self.client.unacknowledged(ours).map(DeliveryTag::number).collect();
        (client, self.server.unacknowledged(theirs).map(DeliveryTag::number).collect())
    }
}

// --- transactions --------------------------------------------------------------------------------------------------

/// What is acknowledged in a transaction is outstanding until the commit, and takes room until then. (tx.commit)
#[test]
fn tx_commit_acknowledgements() {
    let (mut pair, ours, theirs) = Pair::open();
    assert!(!pair.server.has_transactions(theirs));
    pair.call(ours, theirs, tx::Select {}.into(), tx::SelectOk {}.into());
    assert!(pair.server.has_transactions(theirs));
    let tags: Vec<_> = (0..3).map(|_| pair.delivery(theirs)).collect();
    pair.client.ack(NOW, tags[1], true, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Acknowledged(theirs, Settled { first: 1, last: 2, count: 2 })));
    assert_eq!(pair.server.unacknowledged_count(theirs), 3, "they are not, before the commit");
    assert_eq!(pair.books(ours, theirs), (vec![1, 2, 3], vec![1, 2, 3]));
    // But not twice.
    assert_eq!(pair.client.ack(NOW, tags[0], false, &mut pair.up), Err(SendError::StaleDelivery));

    pair.call(ours, theirs, tx::Commit {}.into(), tx::CommitOk {}.into());
    assert_eq!(pair.server.unacknowledged_count(theirs), 1);
    assert_eq!(pair.books(ours, theirs), (vec![3], vec![3]));
}

/// What was acknowledged can be acknowledged again, in another way. (tx.rollback)
#[test]
fn tx_rollback_acknowledgements() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.call(ours, theirs, tx::Select {}.into(), tx::SelectOk {}.into());
    let tags: Vec<_> = (0..2).map(|_| pair.delivery(theirs)).collect();
    pair.client.ack(NOW, tags[0], false, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.call(ours, theirs, tx::Rollback {}.into(), tx::RollbackOk {}.into());
    pair.client.nack(NOW, tags[1], true, true, &mut pair.up).unwrap();
    pair.server(|request| {
        assert_eq!(request, Request::Rejected(theirs, Settled { first: 1, last: 2, count: 2 }, true));
    });
    pair.call(ours, theirs, tx::Commit {}.into(), tx::CommitOk {}.into());
    assert_eq!(pair.books(ours, theirs), (vec![], vec![]));
}

/// A channel that dies in a transaction gives back what was acknowledged in it.
#[test]
fn tx_lost() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.call(ours, theirs, tx::Select {}.into(), tx::SelectOk {}.into());
    let tag = pair.delivery(theirs);
    pair.client.ack(NOW, tag, false, &mut pair.up).unwrap();
    pair.server(|_| ());
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
    assert_eq!(pair.server.unacknowledged(theirs).map(DeliveryTag::number).collect::<Vec<_>>(), [1]);
}

/// What was delivered before the server has heard of a recover is delivered again: its tag is of no use from the call on,
/// also if it comes after that; and an acknowledgement that is rolled back was not meant. (basic.recover)
#[test]
fn tags_are_void_while_all_is_recovered() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.call(ours, theirs, tx::Select {}.into(), tx::SelectOk {}.into());
    let tags: Vec<_> = (0..2).map(|_| pair.delivery(theirs)).collect();
    pair.client.ack(NOW, tags[0], false, &mut pair.up).unwrap();
    pair.client.call(NOW, ours, basic::Recover { requeue: true }, &mut pair.up).unwrap();
    assert_eq!(pair.client.ack(NOW, tags[1], false, &mut pair.up), Err(SendError::StaleDelivery));
    let late = pair.delivery(theirs);
    assert_eq!(pair.client.ack(NOW, late, false, &mut pair.up), Err(SendError::StaleDelivery));
    pair.client.call(NOW, ours, tx::Rollback {}, &mut pair.up).unwrap();

    pair.server(|request| assert!(matches!(request, Request::Acknowledged(..))));
    let all = Some(Settled { first: 2, last: 3, count: 2 });
    pair.server(|request| assert_eq!(request, Request::Recover(theirs, all)));
    pair.server(|request| assert!(matches!(request, Request::Call(_, Method::TxRollback(_)))));
    pair.server.answer(NOW, theirs, tx::RollbackOk {}, &mut pair.down).unwrap();
    (0..2).for_each(|_| pair.client(|_| ()));
    assert_eq!(pair.books(ours, theirs), (vec![1], vec![1]));
    let next = pair.delivery(theirs);
    pair.client.ack(NOW, next, true, &mut pair.up).unwrap();
    pair.server(|request| {
        assert_eq!(request, Request::Acknowledged(theirs, Settled { first: 1, last: 4, count: 2 }));
    });
}

/// A channel has confirms or transactions; and RabbitMQ closes it with 406 when one is asked for after the other.
#[test]
fn rabbitmq_modes() {
    let select = || Method::from(tx::Select {});
    let confirms = || Method::from(confirm::Select::default());
    let cases: [(&[Method<'_>], MethodId); 4] = [
        (&[select(), confirms()], MethodId::ConfirmSelect),
        (&[confirms(), select()], MethodId::TxSelect),
        (&[tx::Commit {}.into()], MethodId::TxCommit),
        (&[tx::Rollback {}.into()], MethodId::TxRollback),
    ];
    for (calls, refused) in cases {
        let (mut pair, ours, theirs) = Pair::open();
        for call in calls {
            Frame::Method(ours.number(), *call).encode(0, &mut pair.up).unwrap();
        }
        for _ in 1..calls.len() {
            pair.server(|request| assert!(matches!(request, Request::Call(..))));
        }
        pair.server(|request| assert_eq!(request, Request::ChannelRefused(theirs, ReplyCode::PreconditionFailed)));
        let Some(Method::ChannelClose(close)) = first_method(&pair.down) else { panic!("{:?}", names(&pair.down)) };
        assert_eq!(
            (close.reply_code, close.class_id, close.method_id),
            (ReplyCode::PreconditionFailed, refused.class(), refused.method())
        );
    }
}

// --- flow ----------------------------------------------------------------------------------------------------------

fn flow(pair: &mut Pair, ours: Channel, theirs: Channel, active: bool) {
    pair.server.flow(NOW, theirs, active, &mut pair.down).unwrap();
    pair.client(|event| assert_eq!(event, Event::Flow(ours, active)));
    let flow_ok = channel::FlowOk { active };
    assert_eq!(first_method(&pair.up), Some(flow_ok.into()));
    pair.server(|request| assert_eq!(request, Request::Ignored));
}

#[test]
fn channel_flow_throttling() {
    let (mut pair, ours, theirs) = Pair::open();
    let publish = basic::Publish::default();
    flow(&mut pair, ours, theirs, false);
    let sent = pair.client.publish(NOW, ours, &publish, Properties::EMPTY, b"", &mut pair.up);
    assert_eq!((sent, pair.up.len()), (Err(SendError::Stopped), 0));
    // All else goes on.
    pair.call(ours, theirs, basic::Qos::default().into(), basic::QosOk {}.into());
    flow(&mut pair, ours, theirs, true);
    assert_eq!(pair.client.publish(NOW, ours, &publish, Properties::EMPTY, b"", &mut pair.up), Ok(None));
}

/// Content that was begun is sent to its end, and nothing comes between: the answer waits. (channel.flow, §4.2.6)
#[test]
fn a_body_that_was_begun_is_not_stopped() {
    let (mut pair, ours, theirs) = Pair::open();
    let header = fourwire::amqp::ContentHeader { body_size: 1, properties: Properties::EMPTY };
    pair.client.publish_head(NOW, ours, &basic::Publish::default(), header, &mut pair.up).unwrap();
    pair.server.flow(NOW, theirs, false, &mut pair.down).unwrap();
    assert_eq!(pair.client.receive(NOW, &pair.down, &mut pair.up), Ok(None), "no answer in the middle of a body");
    assert_eq!(pair.client.publish_piece(NOW, ours, b"x", &mut pair.up), Ok(0));
    pair.client(|event| assert_eq!(event, Event::Flow(ours, false)));
    for _ in 0..3 {
        pair.server(|request| assert_ne!(request, Request::Ignored));
    }
    pair.server(|request| assert_eq!(request, Request::Ignored, "the answer"));
}

/// What the server's machine answers by itself does not come into a body either, nor before the answers to earlier calls.
#[test]
fn answers_come_in_order() {
    let calls = [channel::Flow { active: false }.into(), Method::from(basic::Recover { requeue: true })];
    for call in calls {
        let (mut pair, ours, theirs) = Pair::open();
        let header = fourwire::amqp::ContentHeader { body_size: 1, properties: Properties::EMPTY };
        pair.server.deliver_head(NOW, theirs, &basic::Deliver::default(), true, header, &mut pair.down).unwrap();
        pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
        pair.client.call(NOW, ours, call, &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Call(_, Method::BasicQos(_)))));
        let held_back = |pair: &mut Pair| {
            let input = pair.up.clone();
            assert_eq!(pair.server.receive(NOW, &input, &mut pair.down), Ok(None));
            assert!(pair.server.is_held_back());
        };
        held_back(&mut pair);
        pair.server.piece(NOW, theirs, b"x", &mut pair.down).unwrap();
        held_back(&mut pair);
        pair.server.answer(NOW, theirs, basic::QosOk {}, &mut pair.down).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Flow(..) | Request::Recover(..))));
        (0..3).for_each(|_| pair.client(|_| ()));
        for answer in [MethodId::BasicQosOk, call.id().answers()[0]] {
            pair.client(|event| assert!(matches!(event, Event::Answer(_, method) if method.id() == answer)));
        }
    }
}

#[test]
fn a_server_that_was_stopped_delivers_nothing() {
    let (mut pair, ours, theirs) = Pair::open();
    let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
    pair.client.call(NOW, ours, channel::Flow { active: false }, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Flow(theirs, false)));
    pair.client(|event| assert!(matches!(event, Event::Answer(_, Method::ChannelFlowOk(_)))));
    let sent = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down);
    assert_eq!((sent, pair.down.len()), (Err(SendError::Stopped), 0));

    // What is asked for is sent. (basic.get-ok is no delivery.)
    pair.client.call(NOW, ours, basic::Get { queue: "q".into(), no_ack: false }, &mut pair.up).unwrap();
    pair.server(|_| ());
    let got = basic::GetOk::default();
    pair.server.get_ok(NOW, theirs, &got, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    pair.client.call(NOW, ours, channel::Flow { active: true }, &mut pair.up).unwrap();
    pair.server(|request| assert_eq!(request, Request::Flow(theirs, true)));
    let sent = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down);
    assert_eq!(sent.map(DeliveryTag::number), Ok(2));
}

// --- windows -------------------------------------------------------------------------------------------------------

/// A server that delivers more than the client takes waits in the stream, which the client can tell from one that is short.
#[test]
fn a_delivery_too_many_is_held_back() {
    let (mut pair, ours, theirs) = Pair::open_with(Config { window: 2, ..Config::default() }, Config::default());
    let tags: Vec<_> = (0..2).map(|_| pair.delivery(theirs)).collect();
    let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
    pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    let input = pair.down.clone();
    assert_eq!(pair.client.receive(NOW, &input, &mut pair.up), Ok(None));
    assert!(pair.client.is_held_back());
    assert_eq!(pair.client.receive(NOW, &input[..5], &mut pair.up), Ok(None));
    assert!(!pair.client.is_held_back(), "this one is short");
    pair.client.ack(NOW, tags[0], false, &mut pair.up).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Deliver(tag, _) if tag.number() == 3)));
    assert!(!pair.client.is_held_back());
    let _ = ours;
}

/// Who closes the connection can acknowledge nothing any more: then nothing is held back, and the answer is read.
#[test]
fn nothing_is_held_back_while_closing() {
    let least = Config { window: 1, ..Config::default() };
    let (mut pair, ours, theirs) = Pair::open_with(least, Config::default());
    for _ in 0..2 {
        let deliver = basic::Deliver::default();
        pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
    }
    (0..2).for_each(|_| pair.client(|_| ()));
    pair.client.close(NOW, ReplyCode::Success, "", &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Closed(_))));
    (0..2).for_each(|_| pair.client(|event| assert_eq!(event, Event::Ignored)));
    pair.client(|event| assert_eq!(event, Event::Ended));

    let (mut pair, ours_too, theirs) = Pair::open_with(Config::default(), least);
    assert_eq!(ours, ours_too);
    pair.client.call(NOW, ours_too, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    for _ in 0..2 {
        pair.client.publish(NOW, ours_too, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    }
    (0..3).for_each(|_| pair.server(|_| ()));
    pair.server.close(NOW, ReplyCode::ConnectionForced, "", &mut pair.down).unwrap();
    pair.client(|event| assert!(matches!(event, Event::Closed(_))));
    (0..2).for_each(|_| pair.server(|request| assert_eq!(request, Request::Ignored)));
    pair.server(|request| assert_eq!(request, Request::Ended));
    assert_eq!(pair.server.unconfirmed(theirs).count(), 1);
}

#[test]
fn a_publish_too_many_is_held_back() {
    let (mut pair, ours, theirs) = Pair::open_with(Config::default(), Config { window: 1, ..Config::default() });
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    for _ in 0..2 {
        pair.client.publish(NOW, ours, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    }
    for _ in 0..3 {
        pair.server(|_| ());
    }
    let input = pair.up.clone();
    assert_eq!(pair.server.receive(NOW, &input, &mut pair.down), Ok(None));
    assert!(pair.server.is_held_back());
    pair.server.confirm(NOW, theirs, 1, false, &mut pair.down).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Publish(_, _, Some(2)))));
}

/// More calls than a channel has room for wait, too; and none is lost.
#[test]
fn a_call_too_many_is_held_back() {
    let (mut pair, _, theirs) = Pair::open();
    for _ in 0..17 {
        Frame::Method(1, basic::Qos::default().into()).encode(0, &mut pair.up).unwrap();
    }
    for _ in 0..16 {
        pair.server(|request| assert!(matches!(request, Request::Call(..))));
    }
    let input = pair.up.clone();
    assert_eq!(pair.server.receive(NOW, &input, &mut pair.down), Ok(None));
    assert!(pair.server.is_held_back());
    pair.server.answer(NOW, theirs, basic::QosOk {}, &mut pair.down).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Call(..))));
}

/// What takes no place among them does not wait for one: the channel's close, and a call that asks for no answer.
#[test]
fn only_calls_are_held_back() {
    let (mut pair, ours, theirs) = Pair::open();
    for _ in 0..16 {
        pair.client.call(NOW, ours, basic::Qos::default(), &mut pair.up).unwrap();
        pair.server(|request| assert!(matches!(request, Request::Call(..))));
    }
    pair.client.call(NOW, ours, confirm::Select { no_wait: true }, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Call(_, Method::ConfirmSelect(_)))));
    pair.client.close_channel(NOW, ours, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::ChannelClosed(channel, _) if channel == theirs)));
}

/// What the application answers, and not the machine, is heard in the middle of a body: the answer can come behind it.
#[test]
fn calls_are_heard_in_the_middle_of_a_body() {
    let (mut pair, ours, theirs) = Pair::open();
    let header = fourwire::amqp::ContentHeader { body_size: 1, properties: Properties::EMPTY };
    pair.server.deliver_head(NOW, theirs, &basic::Deliver::default(), true, header, &mut pair.down).unwrap();
    pair.client.call(NOW, ours, basic::Cancel { consumer_tag: "c".into(), no_wait: false }, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Call(_, Method::BasicCancel(_)))));
    let cancel_ok = basic::CancelOk { consumer_tag: "c".into() };
    assert_eq!(pair.server.answer(NOW, theirs, cancel_ok, &mut pair.down), Err(SendError::OutOfOrder));
    assert_eq!(pair.server.piece(NOW, theirs, b"x", &mut pair.down), Ok(0));
    assert_eq!(pair.server.answer(NOW, theirs, cancel_ok, &mut pair.down), Ok(()));
}

/// Without a heap, too, one message that stays is in nobody's way; and the room that there is for others is known.
#[test]
fn one_delivery_that_stays_without_a_heap() {
    let mut slots = [Slot::EMPTY; 2];
    slots[0] = Slot::EMPTY;
    let (mut client, mut out) = (Client::new(Config::default(), Session::with_slots(slots)), Vec::new());
    let (mut helper, ours, theirs) = open_client(&mut client);
    let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
    for number in 1..=10_000_u64 {
        let mut down = Vec::new();
        helper.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut down).unwrap();
        let (event, used) = client.receive(NOW, &down, &mut out).unwrap().expect("room");
        let Event::Deliver(tag, _) = event else { panic!("{event:?}") };
        client.receive(NOW, &down[used..], &mut out).unwrap().expect("a header");
        if number > 1 {
            client.ack(NOW, tag, false, &mut out).unwrap();
        }
        let mut rest = &out[..];
        while let Some((_, used)) = helper.server.receive(NOW, rest, &mut down).unwrap() {
            rest = &rest[used..];
        }
        out.clear();
    }
    assert_eq!(client.unacknowledged(ours).map(DeliveryTag::number).collect::<Vec<_>>(), [1]);
    assert_eq!(helper.server.unacknowledged_count(theirs), 1);
}

/// Brings this client to an open channel, with the server of a pair.
fn open_client<S: fourwire::amqp::Slots>(client: &mut Client<S>) -> (Pair, Channel, Channel) {
    let mut pair = Pair::new(Config::default(), Config::default());
    let mut up = Vec::new();
    client.start(NOW, &mut up).unwrap();
    let (mut ours, mut theirs) = (None, None);
    while ours.is_none() || theirs.is_none() || !pair.down.is_empty() {
        pair.up.append(&mut up);
        while !pair.up.is_empty() {
            let step = pair.server(|request| match request {
                Request::Hello => 1,
                Request::Login(_) => 2,
                Request::Open(_) => 3,
                Request::ChannelOpened(channel) => {
                    theirs = Some(channel);
                    0
                }
                _ => 0,
            });
            let start = pair.server.introduction();
            match step {
                1 => pair.server.start(NOW, &start, &mut pair.down).unwrap(),
                2 => pair.server.tune(NOW, &mut pair.down).unwrap(),
                3 => pair.server.accept(NOW, &mut pair.down).unwrap(),
                _ => {}
            }
        }
        let down = std::mem::take(&mut pair.down);
        let mut rest = &down[..];
        while let Some((event, used)) = client.receive(NOW, rest, &mut up).unwrap() {
            rest = &rest[used..];
            match event {
                Event::Start(_) => client.login(NOW, &fourwire::amqp::Login::external(), &mut up).unwrap(),
                Event::Tune(_) => client.open(NOW, "/", &mut up).unwrap(),
                Event::Connected => ours = Some(client.open_channel(NOW, &mut up).unwrap()),
                _ => {}
            }
        }
        assert!(rest.is_empty());
    }
    (pair, ours.unwrap(), theirs.unwrap())
}

// --- time ----------------------------------------------------------------------------------------------------------

/// The handshake has one deadline, which what comes does not put off: not even heartbeats.
#[test]
fn a_handshake_that_takes_too_long() {
    let mut pair = Pair::new(QUIET, QUIET);
    assert_eq!(pair.server.deadline(), Some(after(30)));
    pair.up.extend(b"AMQP\0\0\x09\x01");
    pair.server(|_| ());
    let start = pair.server.introduction();
    pair.server.start(NOW, &start, &mut pair.down).unwrap();
    for second in 1..30 {
        let input = [8, 0, 0, 0, 0, 0, 0, 0xCE];
        let heard = pair.server.receive(after(second), &input, &mut pair.down).unwrap();
        assert_eq!(heard, Some((Request::Heartbeat, 8)));
        assert_eq!(pair.server.timeout(after(second), &mut pair.down), Ok(()));
    }
    assert_eq!(pair.server.timeout(after(30), &mut pair.down), Err(Error::Timeout(Timeout::Handshake)));
    assert!(pair.server.is_closed());

    pair.client.start(after(5), &mut pair.up).unwrap();
    assert_eq!(pair.client.deadline(), Some(after(35)));
    assert_eq!(pair.client.timeout(after(35), &mut pair.up), Err(Error::Timeout(Timeout::Handshake)));
}

/// When it is through, it has none; and without heartbeats nothing else has.
#[test]
fn an_open_connection_has_no_deadline() {
    let (pair, ..) = Pair::open_with(QUIET, QUIET);
    assert_eq!((pair.client.deadline(), pair.server.deadline()), (None, None));
}

/// The peer must not keep a connection open by saying nothing to its end, or something else.
#[test]
fn a_close_that_is_not_answered() {
    let (mut pair, ours, _) = Pair::open_with(QUIET, QUIET);
    pair.server.close(after(10), ReplyCode::ConnectionForced, "", &mut pair.down).unwrap();
    assert_eq!(pair.server.deadline(), Some(after(40)));
    pair.client.publish(NOW, ours, &basic::Publish::default(), Properties::EMPTY, b"", &mut pair.up).unwrap();
    let input = pair.up.clone();
    pair.server.receive(after(39), &input, &mut pair.down).unwrap();
    assert_eq!(pair.server.timeout(after(40), &mut pair.down), Err(Error::Timeout(Timeout::Close)));
    assert!(pair.server.is_closed());
}

/// Channels are found by the lowest number that is free, however many there are.
#[test]
fn the_lowest_free_number_is_taken() {
    let config = Config { channel_max: 0, ..Config::default() };
    let mut pair = Pair::new(config, config);
    pair.handshake();
    let channels: Vec<Channel> = (0..20_000).map(|_| pair.client.open_channel(NOW, &mut pair.up).unwrap()).collect();
    assert!(channels.iter().map(|channel| usize::from(channel.number())).eq(1..=20_000));
    while !pair.up.is_empty() {
        let input = std::mem::take(&mut pair.up);
        let mut rest = &input[..];
        while let Some((_, used)) = pair.server.receive(NOW, rest, &mut pair.down).unwrap() {
            rest = &rest[used..];
        }
        let input = std::mem::take(&mut pair.down);
        let mut rest = &input[..];
        while let Some((_, used)) = pair.client.receive(NOW, rest, &mut pair.up).unwrap() {
            rest = &rest[used..];
        }
    }
    for gone in [7_000, 30, 500] {
        pair.client.close_channel(NOW, channels[gone - 1], &mut pair.up).unwrap();
        pair.server(|_| ());
        pair.client(|event| assert!(matches!(event, Event::ChannelEnded(_))));
    }
    for lowest in [30, 500, 7_000, 20_001] {
        assert_eq!(pair.client.open_channel(NOW, &mut pair.up).unwrap().number(), lowest);
    }
}

/// One verb for what a server refuses: the reply code says how much of it ends.
#[test]
fn a_call_is_refused() {
    let about = MethodId::QueueDeclare;
    let (mut pair, ours, theirs) = Pair::open();
    pair.server.refuse_call(NOW, theirs, about, ReplyCode::NotFound, "no", &mut pair.down).unwrap();
    pair.client(|event| {
        let Event::ChannelClosed(channel, close) = event else { panic!("{event:?}") };
        assert_eq!((channel, close.reply_code, close.class_id, close.method_id), (ours, ReplyCode::NotFound, 50, 10));
    });
    let again = pair.server.refuse_call(NOW, theirs, about, ReplyCode::NotAllowed, "no", &mut pair.down);
    assert_eq!(again, Err(SendError::StaleChannel));

    let (mut pair, _, theirs) = Pair::open();
    pair.server.refuse_call(NOW, theirs, about, ReplyCode::NotAllowed, "no", &mut pair.down).unwrap();
    pair.client(|event| {
        let Event::Closed(close) = event else { panic!("{event:?}") };
        assert_eq!((close.reply_code, close.class_id, close.method_id), (ReplyCode::NotAllowed, 50, 10));
    });
}

/// What is worth another try, and what is a mistake.
#[test]
fn errors_that_pass() {
    let passes = [SendError::WindowFull, SendError::Stopped, SendError::OutOfOrder, SendError::NoChannel];
    assert!(passes.iter().all(|error| error.is_temporary()));
    let stays = [SendError::StaleChannel, SendError::StaleDelivery, SendError::NotConnected];
    assert!(!stays.iter().any(|error| error.is_temporary()));
}
