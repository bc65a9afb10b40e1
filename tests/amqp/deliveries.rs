//! A broker's books: what consumers have, how much more they take, what goes back.

use std::collections::{BTreeMap, VecDeque};

use fourwire::amqp::{
    Channel, ConsumeError, Consumer, Deliveries, DeliveryTag, Event, Method, Outstanding, Properties, ReplyCode,
    Request, Settled, basic, tx,
};

use super::support::{NOW, Pair};

fn consume(consumer_tag: &str, no_ack: bool) -> basic::Consume<'_> {
    basic::Consume { consumer_tag: consumer_tag.into(), no_ack, ..Default::default() }
}

const fn qos(prefetch_count: u16, global: bool) -> basic::Qos {
    basic::Qos { prefetch_size: 0, prefetch_count, global }
}

#[test]
fn basic_consume_consumer_tag_01() {
    let (_, _, channel) = Pair::open();
    let mut books = Deliveries::<u8>::new();
    let named = books.consume(channel, &consume("c", false), ()).unwrap();
    assert_eq!(books.consume(channel, &consume("c", false), ()), Err(ConsumeError::TagInUse));
    assert_eq!(ConsumeError::TagInUse.reply_code(), ReplyCode::NotAllowed);
    assert_eq!(books.consumer_tag(named).unwrap(), "c");

    // A tag of ours is not one that a client gave itself.
    let ours = books.consume(channel, &consume("", false), ()).unwrap();
    let tag = books.consumer_tag(ours).unwrap().to_string();
    books.cancel(channel, tag.as_str().into()).unwrap();
    let next = books.consume(channel, &consume("", true), ()).unwrap();
    let would_be_next = books.consumer_tag(next).unwrap().to_string();
    books.end(channel).for_each(drop);
    let mut books = Deliveries::<u8>::new();
    for tag in [&tag, &would_be_next] {
        books.consume(channel, &consume(tag, false), ()).unwrap();
    }
    let other = books.consume(channel, &consume("", false), ()).unwrap();
    let other = books.consumer_tag(other).unwrap().to_string();
    assert!(![tag, would_be_next].contains(&other), "{other}");
}

#[test]
fn consumers_are_limited() {
    let (_, _, channel) = Pair::open();
    let mut books = Deliveries::<u8>::with_limit(2);
    let first = books.consume(channel, &consume("", false), ()).unwrap();
    books.consume(channel, &consume("", false), ()).unwrap();
    assert_eq!(books.consume(channel, &consume("", false), ()), Err(ConsumeError::TooMany));
    assert_eq!(ConsumeError::TooMany.reply_code(), ReplyCode::ResourceError);
    let tag = books.consumer_tag(first).unwrap().to_string();
    assert_eq!(books.cancel(channel, tag.as_str().into()), Some((first, ())));
    assert_eq!((books.credit(first), books.consumer_tag(first)), (0, None), "it is no more");
    assert!(books.consume(channel, &consume("", false), ()).is_ok());
}

/// What RabbitMQ makes of basic.qos: without `global` each consumer that comes, with it all of them together.
#[test]
fn rabbitmq_per_consumer_qos() {
    let (mut pair, _, channel) = Pair::open();
    let mut books = Deliveries::<u8>::new();
    let before = books.consume(channel, &consume("", false), ()).unwrap();
    books.qos(channel, &qos(2, false));
    let [one, two] = [(); 2].map(|()| books.consume(channel, &consume("", false), ()).unwrap());
    let automatic = books.consume(channel, &consume("", true), ()).unwrap();
    let credit = |books: &Deliveries<u8>| [before, one, two, automatic].map(|consumer| books.credit(consumer));
    assert_eq!(credit(&books), [usize::MAX, 2, 2, usize::MAX]);
    books.qos(channel, &qos(3, true));
    assert_eq!(credit(&books), [3, 2, 2, usize::MAX]);

    let mut deliver = |books: &mut Deliveries<u8>, consumer, value| {
        let (method, no_ack) = (basic::Deliver::default(), books.no_ack(consumer));
        let tag = pair.server.deliver(NOW, channel, &method, no_ack, Properties::EMPTY, b"", &mut pair.down).unwrap();
        books.delivered(consumer, tag, value);
        tag
    };
    deliver(&mut books, one, 1);
    deliver(&mut books, one, 2);
    deliver(&mut books, automatic, 3);
    assert_eq!(credit(&books), [1, 0, 1, usize::MAX]);
    let asked_for = deliver(&mut books, before, 4);
    assert_eq!(credit(&books), [0, 0, 0, usize::MAX]);
    assert_eq!(books.unacknowledged_by(one), 2);

    // A consumer that is cancelled has what it has, and it counts on.
    let tag = books.consumer_tag(one).unwrap().to_string();
    books.cancel(channel, tag.as_str().into());
    assert_eq!(credit(&books), [0, 0, 0, usize::MAX]);
    let settled = Settled { first: 1, last: 2, count: 2 };
    assert_eq!(books.settle(channel, settled).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(credit(&books), [2, 0, 2, usize::MAX]);

    // What basic.get asked for counts in no window.
    books.got(asked_for, 5);
    assert_eq!(credit(&books), [2, 0, 2, usize::MAX]);
}

/// Nobody looks at what was settled: it counts all the same.
#[test]
fn what_is_not_looked_at_gives_credit_back() {
    let (mut pair, _, channel) = Pair::open();
    let mut books = Deliveries::<u8>::new();
    books.qos(channel, &qos(2, false));
    books.qos(channel, &qos(3, true));
    let consumer = books.consume(channel, &consume("", false), ()).unwrap();
    for value in [1, 2] {
        let deliver = basic::Deliver::default();
        let tag = pair.server.deliver(NOW, channel, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
        books.delivered(consumer, tag, value);
    }
    assert_eq!(books.credit(consumer), 0);
    let mut settled = books.settle(channel, Settled { first: 1, last: 2, count: 2 });
    assert_eq!(settled.next(), Some(1));
    drop(settled);
    assert_eq!((books.credit(consumer), books.unacknowledged_by(consumer)), (2, 0));
    assert_eq!(books.unacknowledged(channel).count(), 0);
}

/// A client that takes all the tags that the broker would give next makes it look once, not each time.
#[test]
fn consumer_tags_that_a_client_took() {
    let (_, _, channel) = Pair::open();
    let mut books = Deliveries::<u8>::new();
    let taken = 1000;
    for number in 0..taken {
        books.consume(channel, &consume(&format!("amq.ctag-{}", taken + number), false), ()).unwrap();
    }
    let mut one_more = || {
        let consumer = books.consume(channel, &consume("", false), ()).unwrap();
        let tag = books.consumer_tag(consumer).unwrap().to_string();
        books.cancel(channel, tag.as_str().into()).unwrap();
    };
    one_more();
    let each = allocation_counter::measure(one_more);
    assert!(each.count_total < 20, "{each:?}");
}

/// A client and a broker that do anything at all, and the books beside a plain list that knows of the tags from the machine.
#[test]
fn basic_qos_prefetch_count_01() {
    for seed in 1..=8 {
        Trial::new(seed).run(1000);
    }
}

struct Trial {
    dice: u64,
    pair: Pair,
    /// The client's handle of each channel, and the broker's.
    channels: BTreeMap<u16, (Channel, Channel)>,
    books: Deliveries<u32>,
    list: Vec<(DeliveryTag, Option<Consumer>, u32)>,
    /// Each consumer's limit, and its channel's.
    each: BTreeMap<Consumer, u16>,
    next_each: BTreeMap<Channel, u16>,
    all: BTreeMap<Channel, u16>,
    queue: VecDeque<u32>,
    made: u32,
    done: Vec<u32>,
}

impl Trial {
    fn new(seed: u64) -> Self {
        let (pair, ours, theirs) = Pair::open();
        Self {
            dice: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            pair,
            channels: [(1, (ours, theirs))].into(),
            books: Deliveries::new(),
            list: Vec::new(),
            each: BTreeMap::new(),
            next_each: BTreeMap::new(),
            all: BTreeMap::new(),
            queue: VecDeque::new(),
            made: 0,
            done: Vec::new(),
        }
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice % sides
    }

    fn run(&mut self, steps: u32) {
        for _ in 0..steps {
            self.step();
            self.compare();
        }
        assert!(self.done.len() > 100, "it gets on: {}", self.done.len());
    }

    fn step(&mut self) {
        let number = u16::try_from(self.roll(3) + 1).unwrap();
        let Some((ours, theirs)) = self.channels.get(&number).copied() else { return self.open() };
        let (up, roll) = (&mut self.pair.up, self.dice >> 20);
        let client = &mut self.pair.client;
        let tags: Vec<DeliveryTag> = client.unacknowledged(ours).collect();
        let tag = tags.get(usize::try_from(roll % 97).unwrap() % tags.len().max(1)).copied();
        match (roll % 23, tag) {
            (0, _) => client.call(NOW, ours, consume("", roll & 64 != 0), up).unwrap(),
            (1, _) => client.call(NOW, ours, qos(u16::try_from(roll >> 10 & 7).unwrap(), roll & 64 != 0), up).unwrap(),
            (2, _) => client.call(NOW, ours, basic::Get { queue: "q".into(), no_ack: false }, up).unwrap(),
            (3, _) => client.call(NOW, ours, basic::Recover { requeue: true }, up).unwrap(),
            (4, _) if roll & 192 == 0 => {
                client.close_channel(NOW, ours, up).unwrap();
                self.channels.remove(&number);
            }
            (5, _) => {
                let consumer = self.books.consumers(theirs).last().map(|(consumer, ())| consumer);
                if let Some(tag) = consumer.and_then(|consumer| self.books.consumer_tag(consumer)) {
                    client.call(NOW, ours, basic::Cancel { consumer_tag: tag, no_wait: true }, up).unwrap();
                }
            }
            (6..=10, Some(tag)) => client.ack(NOW, tag, roll & 64 != 0, up).unwrap(),
            (11, Some(tag)) => client.nack(NOW, tag, roll & 64 != 0, true, up).unwrap(),
            (12, Some(tag)) => client.reject(NOW, tag, false, up).unwrap(),
            _ => {
                self.queue.push_back(self.made);
                self.made += 1;
            }
        }
        self.serve();
        self.deliver();
        self.listen();
    }

    fn open(&mut self) {
        let ours = self.pair.client.open_channel(NOW, &mut self.pair.up).unwrap();
        let theirs = self.pair.server(|request| match request {
            Request::ChannelOpened(channel) => channel,
            other => panic!("{other:?}"),
        });
        self.channels.insert(ours.number(), (ours, theirs));
        self.listen();
    }

    fn serve(&mut self) {
        while !self.pair.up.is_empty() {
            let input = std::mem::take(&mut self.pair.up);
            let (request, used) = self.pair.server.receive(NOW, &input, &mut self.pair.down).unwrap().unwrap();
            self.request(request);
            self.pair.up = input[used..].to_vec();
        }
    }

    fn request(&mut self, request: Request<'_>) {
        let Pair { server, down, .. } = &mut self.pair;
        match request {
            Request::Call(channel, Method::BasicQos(qos)) => {
                self.books.qos(channel, &qos);
                let limits = if qos.global { &mut self.all } else { &mut self.next_each };
                limits.insert(channel, qos.prefetch_count);
                server.answer(NOW, channel, basic::QosOk {}, down).unwrap();
            }
            Request::Call(channel, Method::BasicConsume(consume)) => {
                let consumer = self.books.consume(channel, &consume, ()).unwrap();
                let consumer_tag = self.books.consumer_tag(consumer).unwrap();
                server.answer(NOW, channel, basic::ConsumeOk { consumer_tag }, down).unwrap();
                self.each.insert(consumer, self.next_each.get(&channel).copied().unwrap_or_default());
            }
            Request::Call(channel, Method::BasicCancel(cancel)) => {
                self.books.cancel(channel, cancel.consumer_tag).unwrap();
            }
            Request::Call(channel, Method::BasicGet(_)) => match self.queue.pop_front() {
                Some(message) => {
                    let got = basic::GetOk::default();
                    let tag = server.get_ok(NOW, channel, &got, false, Properties::EMPTY, b"", down).unwrap();
                    self.books.got(tag, message);
                    self.list.push((tag, None, message));
                }
                None => server.answer(NOW, channel, basic::GetEmpty {}, down).unwrap(),
            },
            Request::Acknowledged(channel, settled) | Request::Rejected(channel, settled, false) => {
                self.done.extend(self.books.settle(channel, settled));
            }
            Request::Rejected(channel, settled, true) | Request::Recover(channel, Some(settled)) => {
                self.queue.extend(self.books.settle(channel, settled));
            }
            Request::ChannelClosed(channel, _) => {
                self.list.retain(|(tag, ..)| tag.channel() != channel);
                self.queue.extend(self.books.end(channel));
                assert_eq!(self.books.consumers(channel).count(), 0);
            }
            Request::Recover(_, None) | Request::Ignored => {}
            other => panic!("{other:?}"),
        }
    }

    fn deliver(&mut self) {
        for (_, theirs) in self.channels.values() {
            for consumer in self.books.consumers(*theirs).map(|(consumer, ())| consumer).collect::<Vec<_>>() {
                while self.books.credit(consumer) > 0 && !self.queue.is_empty() {
                    let message = self.queue.pop_front().unwrap();
                    let (deliver, no_ack) = (basic::Deliver::default(), self.books.no_ack(consumer));
                    let Pair { server, down, .. } = &mut self.pair;
                    let tag = server.deliver(NOW, *theirs, &deliver, no_ack, Properties::EMPTY, b"", down).unwrap();
                    self.books.delivered(consumer, tag, message);
                    if no_ack {
                        self.done.push(message);
                    } else {
                        self.list.push((tag, Some(consumer), message));
                    }
                }
            }
        }
    }

    fn listen(&mut self) {
        while !self.pair.down.is_empty() {
            self.pair.client(|_| ());
        }
    }

    /// The machine says which tags are outstanding; the rest is counting.
    fn compare(&mut self) {
        let server = &self.pair.server;
        self.list.retain(|(tag, ..)| server.unacknowledged(tag.channel()).any(|other| other == *tag));
        for (_, theirs) in self.channels.values() {
            let of_channel = self.list.iter().filter(|(tag, ..)| tag.channel() == *theirs);
            let wanted: Vec<_> = of_channel.clone().map(|(tag, by, message)| (tag.number(), *by, message)).collect();
            assert!(self.books.unacknowledged(*theirs).eq(wanted));
            let all = self.all.get(theirs).copied().unwrap_or_default();
            let has_all = of_channel.clone().filter(|(_, by, _)| by.is_some()).count();
            for (consumer, ()) in self.books.consumers(*theirs) {
                let has = of_channel.clone().filter(|(_, by, _)| *by == Some(consumer)).count();
                let left = |limit: u16, has: usize| match limit {
                    0 => usize::MAX,
                    limit => usize::from(limit).saturating_sub(has),
                };
                let credit = left(self.each[&consumer], has).min(left(all, has_all));
                let credit = if self.books.no_ack(consumer) { usize::MAX } else { credit };
                assert_eq!(self.books.credit(consumer), credit);
            }
        }
        let mut everywhere: Vec<u32> = self.queue.iter().chain(&self.done).copied().collect();
        everywhere.extend(self.list.iter().map(|(.., message)| message));
        everywhere.sort_unstable();
        assert!(everywhere.into_iter().eq(0..self.made), "each message is in one place");
    }
}

/// Whoever is ready gets one, in turns.
#[test]
fn consumers_take_turns() {
    let (mut pair, _, theirs) = Pair::open();
    let mut books = Deliveries::new();
    assert_eq!(books.ready().count(), 0);
    let [a, b, c] = ["a", "b", "c"].map(|tag| {
        let prefetch = if tag == "b" { 1 } else { 2 };
        books.qos(theirs, &qos(prefetch, false));
        books.consume(theirs, &consume(tag, false), ()).unwrap()
    });
    let mut turns = Vec::new();
    loop {
        let Some(consumer) = books.ready().next() else { break };
        let deliver = basic::Deliver::default();
        let tag = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
        books.delivered(consumer, tag, ());
        turns.push(consumer);
    }
    assert_eq!(turns, [a, b, c, a, c]);
    drop(books.settle(theirs, Settled { first: 2, last: 5, count: 4 }));
    // The last was the second of c: it is the last again.
    assert!(books.ready().eq([a, b, c]));
    books.cancel(theirs, "c".into());
    assert!(books.ready().eq([a, b]), "who is no more has no turn");
}

/// In a transaction what was acknowledged is not given again, though it may be between tags that are.
#[test]
fn recover_in_a_transaction() {
    let (mut pair, ours, theirs) = Pair::open();
    pair.client.call(NOW, ours, tx::Select {}, &mut pair.up).unwrap();
    pair.server(|_| ());
    let mut books = Deliveries::new();
    books.qos(theirs, &qos(3, false));
    let consumer = books.consume(theirs, &consume("a", false), ()).unwrap();
    let mut tags = Vec::new();
    for value in 1..=3 {
        let deliver = basic::Deliver::default();
        let tag = pair.server.deliver(NOW, theirs, &deliver, false, Properties::EMPTY, b"", &mut pair.down).unwrap();
        books.delivered(consumer, tag, value);
        tags.push(pair.client(|event| match event {
            Event::Deliver(tag, _) => tag,
            other => panic!("{other:?}"),
        }));
        pair.client(|_| ());
    }
    pair.client.ack(NOW, tags[1], false, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Acknowledged(..))));
    pair.client.call(NOW, ours, basic::RecoverAsync { requeue: true }, &mut pair.up).unwrap();
    pair.server(|request| assert!(matches!(request, Request::Recover(..))));
    assert_eq!(books.recover(theirs, pair.server.unacknowledged(theirs)), [1, 3]);
    assert_eq!((books.credit(consumer), books.unacknowledged(theirs).count()), (2, 1));
    assert!(books.settle(theirs, Settled { first: 2, last: 2, count: 1 }).eq([2]));
    assert!(books.recover(theirs, []).is_empty());
}

/// What is not looked at is settled all the same; and a channel's end leaves the others alone.
#[test]
fn values_are_settled_in_order() {
    let (mut pair, one, _) = Pair::open();
    let two = pair.client.open_channel(NOW, &mut pair.up).unwrap();
    let mut sent = Outstanding::new();
    for tag in 1..=5 {
        assert_eq!(sent.insert(one, tag, tag * 10), None);
        sent.insert(two, tag, tag * 100);
    }
    assert_eq!(sent.insert(two, 5, 7), Some(500));
    let settled = Settled { first: 2, last: 4, count: 3 };
    assert_eq!(sent.settle(one, settled).next(), Some((2, 20)));
    assert_eq!(sent.iter(one).collect::<Vec<_>>(), [(1, &10), (5, &50)]);
    assert_eq!((sent.get(one, 3), sent.get(two, 3), sent.len()), (None, Some(&300), 7));
    assert_eq!(sent.end(two).map(|(tag, _)| tag).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(sent.settle(one, Settled { first: 5, last: 1, count: 0 }).count(), 0, "no range");
    assert_eq!(sent.clone().into_values().collect::<Vec<_>>(), [10, 50]);
    sent.end(one);
    assert!(sent.is_empty());
}

/// What is known about a consumer stays until it is no more.
#[test]
fn consumers_are_known_by_what_you_like() {
    let (_, ours, theirs) = Pair::open();
    let mut books = Deliveries::<(), &str>::new();
    let [a, b] = ["a", "b"].map(|tag| books.consume(theirs, &consume(tag, false), tag).unwrap());
    assert!(books.all().eq([(a, &"a"), (b, &"b")]) && books.consumers(theirs).eq(books.all()));
    assert_eq!((books.get(a), books.consumers(ours).count()), (Some(&"a"), usize::from(ours == theirs) * 2));
    assert_eq!(books.remove(a), Some((b"a".to_vec(), "a")));
    assert_eq!((books.remove(a), books.cancel(theirs, "a".into())), (None, None));
    assert_eq!(books.get(a), None);
    // Its tag is free again.
    let again = books.consume(theirs, &consume("a", false), "again").unwrap();
    assert!(again != a && books.cancel(theirs, "a".into()) == Some((again, "again")));
    assert_eq!(books.cancel(theirs, "b".into()), Some((b, "b")));
}
