//! What the server's application hears.

use fourwire::stomp::{Accept, Asked, Outcome, Request, Version};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::clock::SERVER;
use super::said::{Ask, Message, Said};
use super::{DESTINATION, Line, Memory, State, some};

impl Line {
    pub(super) fn arrives_up(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        self.up.arrive(some(script));
        let inbox = core::mem::take(&mut self.up.inbox);
        let mut rest = &inbox[..];
        // The application may do something else before it reads on.
        while !script.one_in(16) {
            let (now, was_held_back) = (memory.clock.server(), self.server.is_held_back());
            if (self.up.take_fresh() || was_held_back) && self.server_state == State::Open {
                memory.clock.hears(SERVER);
            }
            let mut out = Vec::new();
            let request = if memory.plan.parts[SERVER] {
                self.server.receive_part(now, rest, &mut out)
            } else {
                self.server.receive(now, rest, &mut out)
            };
            match request {
                Ok(Some((request, used))) => {
                    rest = &rest[used..];
                    self.server_hears(memory, script, request);
                }
                Ok(None) => {
                    if self.server.is_held_back() {
                        assert_eq!(self.owed.len(), memory.plan.server.receipts as usize);
                        assert_eq!(self.server_state, State::Open, "and will be for ever");
                        memory.seen.server_held_back = true;
                    }
                    break;
                }
                Err(error) => panic!("a line that cuts and delays is no reason for {error:?}"),
            }
            assert!(out.is_empty(), "a server does not answer by itself");
        }
        // When the server reads no more there may be heart-beats, or the rest of a body.
        if matches!(self.server_state, State::Closing | State::Closed) && self.up.said.iter().all(Said::is_heart_beat) {
            rest = &[];
            self.up.wire.clear();
            self.up.said.clear();
            self.up.body = None;
        }
        self.up.inbox = rest.to_vec();
    }

    fn server_hears(&mut self, memory: &mut Memory, script: &mut Script<'_>, request: Request<'_>) {
        if let Request::Body { bytes, is_last, receipt } = request {
            memory.seen.in_parts = true;
            assert_eq!(receipt, if is_last { self.wanted.take() } else { None });
            assert_eq!(request.receipt(), receipt);
            return self.up.piece(bytes, is_last);
        }
        let said = self.up.said.pop_front().expect("somebody has said it");
        memory.seen.heard.insert(said.kind());
        match (said, request) {
            (Said::HeartBeat, Request::HeartBeat) => {}
            (Said::Connect, Request::Connect(login)) => {
                assert_eq!(login.version, memory.plan.version);
                assert!(login.login().is_some_and(|login| login == "a:b"));
                let session = memory.plan.is_named.then_some("a:\\b".into());
                if memory.plan.version != Version::V1_0 {
                    assert_eq!(login.heart_beat, memory.plan.client.heart_beat);
                }
                let heart_beat = Some(memory.plan.server.heart_beat);
                let (accept, now) = (Accept { session, heart_beat, ..Accept::default() }, memory.clock.server());
                repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.accept(now, &accept, out))
                    .unwrap();
                assert_eq!(self.server.heart_beat(), memory.plan.agreed(SERVER));
                memory.clock.sends(SERVER);
                memory.clock.hears(SERVER);
                self.down.say(Said::Connected);
                self.server_state = State::Open;
            }
            (Said::Asks(ask, number), request) => {
                let mut receipt = request.receipt();
                if let Request::SendHead(asked, _) = request {
                    // It is owed, and said with the last piece.
                    assert_eq!(receipt, None);
                    (receipt, self.wanted) = (asked.receipt, asked.receipt);
                }
                assert_eq!(number.is_some(), receipt.is_some());
                self.owed.extend(number.zip(receipt));
                self.server_hears_ask(memory, ask, request);
            }
            (said, request) => panic!("{said:?} is heard as {request:?}"),
        }
        assert_eq!(self.server.settled().next(), None, "settled out of the blue");
    }

    fn server_hears_ask(&mut self, memory: &mut Memory, ask: Ask, request: Request<'_>) {
        let fates = match (ask, request) {
            (Ask::Send(message, transaction), Request::Send(asked)) => {
                assert_eq!(asked.frame.body, message.body());
                self.sends(memory, message, transaction, &asked);
                Vec::new()
            }
            (Ask::Send(message, transaction), Request::SendHead(asked, len)) => {
                assert!(memory.plan.parts[SERVER]);
                self.up.head(message, len);
                self.sends(memory, message, transaction, &asked);
                Vec::new()
            }
            (Ask::Subscribe(mode), Request::Subscribe(subscription, heard, _)) => {
                assert_eq!(mode, heard);
                self.theirs.subscribe(subscription, mode);
                Vec::new()
            }
            (Ask::Unsubscribe(number), Request::Unsubscribe(subscription, _)) => {
                assert_eq!(self.theirs.find(subscription), Some(number));
                self.theirs.unsubscribe(number)
            }
            (
                Ask::Acknowledge(key, outcome, transaction),
                Request::Ack(delivery, asked) | Request::Nack(delivery, asked),
            ) => {
                assert_eq!(outcome == Outcome::Acknowledged, matches!(request, Request::Ack(..)));
                assert_eq!((self.theirs.known(delivery), self.transaction(&asked)), (Some(key), transaction));
                self.theirs.acknowledge(key, outcome, transaction)
            }
            (Ask::Begin, Request::Begin(transaction, _)) => {
                self.theirs.begin(transaction);
                Vec::new()
            }
            (Ask::Commit(number), Request::Commit(transaction, _)) => {
                assert_eq!(self.theirs.find_transaction(transaction), Some(number));
                let (counts, rest) = self.uncommitted.drain(..).partition(|(of, _)| *of == number);
                self.uncommitted = rest;
                Vec::into_iter(counts).for_each(|(_, message)| self.enqueue(memory, message));
                self.theirs.commit(number)
            }
            (Ask::Abort(number), Request::Abort(transaction, _)) => {
                assert_eq!(self.theirs.find_transaction(transaction), Some(number));
                self.uncommitted.retain(|(of, _)| *of != number);
                self.theirs.abort(number)
            }
            (Ask::Disconnect, Request::Disconnect(_)) => {
                self.server_state = State::Closing;
                Vec::new()
            }
            (ask, request) => panic!("{ask:?} is heard as {request:?}"),
        };
        let told: Vec<_> = self.server.settled().collect();
        self.told(memory, told, &fates);
    }

    fn sends(&mut self, memory: &mut Memory, message: Message, transaction: Option<usize>, asked: &Asked<'_>) {
        assert!(asked.frame.get("n").is_some_and(|name| name == *message.name()));
        assert!(asked.frame.get("destination").is_some_and(|destination| destination == *DESTINATION));
        assert_eq!(self.transaction(asked), transaction);
        match transaction {
            Some(number) => self.uncommitted.push((number, message)),
            None => self.enqueue(memory, message),
        }
    }

    fn transaction(&self, asked: &Asked<'_>) -> Option<usize> {
        asked.transaction.map(|handle| self.theirs.find_transaction(handle).expect("it was begun"))
    }

    /// A message of the client's counts: it was sent for good, and has not counted before.
    fn enqueue(&mut self, memory: &mut Memory, message: Message) {
        assert_eq!(self.sent.remove(&message.number), Some(None), "{message:?}");
        memory.queue.push_back(message);
    }
}
