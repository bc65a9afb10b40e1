//! What the server's application hears.

use fourwire::amqp::{Channel, Method, MethodId, Request, Slots};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::books::{Phase, settled};
use super::calls::{breaks_a_rule, is_answered};
use super::said::{Fate, On, Said};
use super::{Line, Memory, State, some};

impl<S: Slots> Line<S> {
    pub(super) fn arrives_up(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        self.up.arrive(some(script));
        let inbox = core::mem::take(&mut self.up.inbox);
        let mut rest = &inbox[..];
        // The application may do something else before it reads on.
        while !script.one_in(16) {
            let request = repeat(&mut self.server, script, &mut self.down.wire, |server, out| {
                server.receive(memory.now, rest, out)
            });
            match request {
                Ok(Some((request, used))) => {
                    rest = &rest[used..];
                    let said = self.up.said.pop_front().expect("somebody has said it");
                    memory.seen.heard.insert(said.kind());
                    self.server_hears(memory, script, said, request);
                }
                Ok(None) => {
                    if self.server.is_held_back() {
                        self.server_holds_back();
                        memory.seen.server_held_back = true;
                    }
                    break;
                }
                Err(error) => panic!("a line that cuts and delays is no reason for {error:?}"),
            }
        }
        self.up.inbox = rest.to_vec();
    }

    /// A publish or a call too many; or what is to be answered while a body is being sent, or before an earlier call.
    fn server_holds_back(&self) {
        let Some(Said::On(life, on)) = self.up.said.front() else { panic!("nothing is to be held back") };
        let books = &self.lives[*life].server;
        let rightly = match on {
            On::Publish(..) => books.confirms && !books.unconfirmed.is_empty(),
            On::Call(Method::BasicRecover(_) | Method::ChannelFlow(_)) => {
                !books.calls.is_empty() || books.sending.is_some()
            }
            On::Call(call) if books.sending.is_some() && breaks_a_rule(books, call) => true,
            On::Call(call) => books.calls.len() >= 16 && is_answered(call),
            // Who acknowledges what is not outstanding loses the channel, but not in the middle of a body.
            On::Close | On::Settle(..) => books.sending.is_some(),
            _ => false,
        };
        assert!(rightly, "{on:?} is held back: {books:?}");
        assert_eq!(self.server_state, State::Open, "and will be for ever");
    }

    fn server_hears(&mut self, memory: &mut Memory, script: &mut Script<'_>, said: Said, request: Request<'_>) {
        let now = memory.now;
        match (said, request) {
            (Said::Heartbeat, Request::Heartbeat) => {}
            (Said::Close, Request::Closed(_)) => {
                self.down.say(Said::CloseOk);
                self.server_state = State::Closed;
            }
            (Said::CloseOk, Request::Ended) if self.server_state == State::Closing => self.server_state = State::Closed,
            (_, Request::Ignored) if self.server_state == State::Closing => {}
            (Said::Hello, Request::Hello) => {
                let start = self.server.introduction();
                repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.start(now, &start, out))
                    .unwrap();
                self.down.say(Said::Start);
            }
            (Said::StartOk, Request::Login(_)) => {
                repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.tune(now, out)).unwrap();
                self.down.say(Said::Tune);
            }
            (Said::TuneOk, Request::Tuned(_)) => {}
            (Said::Open, Request::Open(_)) => {
                repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.accept(now, out)).unwrap();
                self.down.say(Said::OpenOk);
                self.server_state = State::Open;
            }
            (Said::Secret, Request::UpdateSecret(update)) => {
                assert_eq!(update.new_secret, b"secret");
                repeat(&mut self.server, script, &mut self.down.wire, |server, out| server.secret_updated(now, out))
                    .unwrap();
                self.down.say(Said::SecretOk);
            }
            (Said::On(life, on), request) => self.server_hears_on(memory, life, on, request),
            (said, request) => panic!("{said:?} is heard as {request:?}"),
        }
    }

    fn server_hears_on(&mut self, memory: &mut Memory, life: usize, on: On, request: Request<'_>) {
        if let (On::Open, Request::ChannelOpened(channel)) = (on, request) {
            let place = &mut self.server_lives[usize::from(channel.number()) - 1];
            assert!(place.is_none_or(|life| self.lives[life].server.phase == Phase::Ended), "it is in use");
            *place = Some(life);
            let books = &mut self.lives[life].server;
            (books.channel, books.phase) = (Some(channel), Phase::Open);
            return self.down.say_on(life, On::OpenOk);
        }
        let theirs = self.theirs(life);
        let books = &mut self.lives[life].server;
        let on_channel = |channel: Channel| assert_eq!(channel, theirs);
        match (on, request) {
            (On::Close, Request::Ignored) if books.phase == Phase::Closing => self.down.say_on(life, On::CloseOk),
            (On::CloseOk, Request::ChannelEnded(channel)) if books.phase == Phase::Closing => {
                on_channel(channel);
                books.phase = Phase::Ended;
            }
            (_, Request::Ignored) if books.phase == Phase::Closing => {}
            (On::Close, Request::ChannelClosed(channel, _)) => {
                on_channel(channel);
                books.phase = Phase::Ended;
                self.down.say_on(life, On::CloseOk);
                memory.server_channels.push(channel);
            }
            (On::FlowOk, Request::Ignored) => {}
            (On::Call(call), Request::ChannelRefused(channel, _)) => {
                on_channel(channel);
                assert!(breaks_a_rule(books, &call), "{call:?} breaks no rule: {books:?}");
                self.closing(memory, life);
            }
            (On::Call(Method::ChannelFlow(flow)), Request::Flow(channel, active)) => {
                on_channel(channel);
                assert_eq!(active, flow.active);
                books.stopped = !active;
                self.down.say_on(life, On::Answer(MethodId::ChannelFlowOk));
            }
            (
                On::Call(call @ (Method::BasicRecover(_) | Method::BasicRecoverAsync(_))),
                Request::Recover(channel, all),
            ) => {
                on_channel(channel);
                let outstanding: Vec<u64> = books.unacknowledged.iter().copied().collect();
                assert_eq!(all, (!outstanding.is_empty()).then(|| settled(&outstanding)));
                books.called(&call);
                if is_answered(&call) {
                    self.down.say_on(life, On::Answer(MethodId::BasicRecoverOk));
                }
            }
            (On::Call(call), Request::Call(channel, heard)) => {
                on_channel(channel);
                assert!(call == heard && !breaks_a_rule(books, &call));
                if is_answered(&call) {
                    books.calls.push_back(call);
                }
                books.called(&call);
            }
            (On::Publish(message, number), Request::Publish(channel, publish, heard)) => {
                on_channel(channel);
                assert_eq!((number, publish.routing_key.as_bytes()), (heard, message.key().as_bytes()));
                assert_eq!(books.published(), number);
            }
            (On::Header(message), Request::Header(channel, header)) => {
                on_channel(channel);
                assert_eq!(header.body_size, message.len as u64);
            }
            (On::Body(message, from, len), Request::Body(channel, bytes, remaining)) => {
                on_channel(channel);
                message.came(from, len, bytes, remaining);
            }
            (On::Settle(fate, decided), Request::Acknowledged(channel, heard)) => {
                on_channel(channel);
                assert_eq!((fate, decided), (Fate::Taken, heard));
                assert_eq!(settled(&books.acknowledge(decided.last, decided.count > 1)), decided);
            }
            (On::Settle(fate, decided), Request::Rejected(channel, heard, requeue)) => {
                on_channel(channel);
                assert_eq!((fate, decided), (Fate::Refused { requeue }, heard));
                assert_eq!(settled(&books.acknowledge(decided.last, decided.count > 1)), decided);
            }
            (on, request) => panic!("{on:?} is heard as {request:?}: {books:?}"),
        }
    }
}
