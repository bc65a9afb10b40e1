//! What the client's application hears.

use fourwire::amqp::{Channel, Event, Login, MethodId, Slots};

use super::super::super::repeat::repeat;
use super::super::super::script::Script;
use super::books::{Life, Phase, settled};
use super::said::{Fate, On, Said};
use super::{Line, Memory, State, some};

impl<S: Slots> Line<S> {
    pub(super) fn arrives_down(&mut self, memory: &mut Memory, script: &mut Script<'_>) {
        self.down.arrive(some(script));
        let inbox = core::mem::take(&mut self.down.inbox);
        let mut rest = &inbox[..];
        // The application may do something else before it reads on.
        while !script.one_in(16) {
            let event = repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
                client.receive(memory.now, rest, out)
            });
            match event {
                Ok(Some((event, used))) => {
                    rest = &rest[used..];
                    let said = self.down.said.pop_front().expect("somebody has said it");
                    memory.seen.heard.insert(said.kind());
                    self.client_hears(memory, script, said, event);
                }
                Ok(None) => {
                    if self.client.is_held_back() {
                        self.client_holds_back();
                        memory.seen.client_held_back = true;
                    }
                    break;
                }
                Err(error) => panic!("a line that cuts and delays is no reason for {error:?}"),
            }
        }
        self.down.inbox = rest.to_vec();
    }

    /// A delivery too many; or what must be answered while a body is being sent.
    fn client_holds_back(&self) {
        let Some(Said::On(life, on)) = self.down.said.front() else { panic!("nothing is to be held back") };
        let books = &self.lives[*life].client;
        let full = on.is_delivery() && !books.outstanding().is_empty();
        assert!(full || books.sending.is_some(), "{on:?} is held back: {books:?}");
        assert_eq!(self.client_state, State::Open, "and will be for ever");
    }

    fn client_hears(&mut self, memory: &mut Memory, script: &mut Script<'_>, said: Said, event: Event<'_>) {
        let now = memory.now;
        match (said, event) {
            (Said::Heartbeat, Event::Heartbeat) => {}
            (Said::Close, Event::Closed(_)) => {
                self.up.say(Said::CloseOk);
                self.client_state = State::Closed;
            }
            (Said::CloseOk, Event::Ended) if self.client_state == State::Closing => self.client_state = State::Closed,
            (_, Event::Ignored) if self.client_state == State::Closing => {}
            (Said::Start, Event::Start(_)) => {
                repeat(&mut self.client, script, &mut self.up.wire, |client, out| {
                    client.login(now, &Login::external(), out)
                })
                .unwrap();
                self.up.say(Said::StartOk);
            }
            (Said::Tune, Event::Tune(_)) => {
                repeat(&mut self.client, script, &mut self.up.wire, |client, out| client.open(now, "/", out)).unwrap();
                self.up.say(Said::TuneOk);
                self.up.say(Said::Open);
            }
            (Said::OpenOk, Event::Connected) => self.client_state = State::Open,
            (Said::Blocked(true), Event::Blocked(_)) | (Said::Blocked(false), Event::Unblocked) => {}
            (Said::SecretOk, Event::SecretUpdated) => {}
            (Said::On(life, on), event) => self.client_hears_on(memory, life, on, event),
            (said, event) => panic!("{said:?} is heard as {event:?}"),
        }
    }

    fn client_hears_on(&mut self, memory: &mut Memory, life: usize, on: On, event: Event<'_>) {
        let ours = self.ours(life);
        let Life { client: books, tags, .. } = &mut self.lives[life];
        let on_channel = |channel: Channel| assert_eq!(channel, ours);
        match (on, event) {
            (On::Close, Event::Ignored) if books.phase == Phase::Closing => self.up.say_on(life, On::CloseOk),
            (On::CloseOk, Event::ChannelEnded(channel)) if books.phase == Phase::Closing => {
                on_channel(channel);
                books.phase = Phase::Ended;
            }
            (_, Event::Ignored) if books.phase == Phase::Closing => {}
            (On::OpenOk, Event::ChannelOpened(channel)) => {
                on_channel(channel);
                books.phase = Phase::Open;
            }
            (On::Close, Event::ChannelClosed(channel, _)) => {
                on_channel(channel);
                books.phase = Phase::Ended;
                self.up.say_on(life, On::CloseOk);
                memory.client_channels.push(channel);
                memory.tags.extend(tags.last());
            }
            (On::Flow(active), Event::Flow(channel, heard)) => {
                on_channel(channel);
                assert_eq!(active, heard);
                books.stopped = !active;
                self.up.say_on(life, On::FlowOk);
            }
            (On::Answer(id), Event::Answer(channel, answer)) => {
                on_channel(channel);
                assert_eq!(id, answer.id());
                let call = books.calls.pop_front().expect("it was called");
                assert!(call.id().answers().contains(&id), "{call:?} is answered with {id:?}");
            }
            (On::Deliver(message, tag, no_ack), Event::Deliver(heard, deliver)) => {
                on_channel(heard.channel());
                assert_eq!((tag, deliver.routing_key.as_bytes()), (heard.number(), message.key().as_bytes()));
                let void = no_ack || books.is_recovering();
                assert_eq!(books.delivered(!void), tag);
                tags.push(heard);
            }
            (On::Got(message, tag, no_ack), Event::Got(heard, got)) => {
                on_channel(heard.channel());
                assert_eq!((tag, got.routing_key.as_bytes()), (heard.number(), message.key().as_bytes()));
                let call = books.calls.pop_front().expect("it was called");
                assert_eq!(call.id(), MethodId::BasicGet);
                let void = no_ack || books.is_recovering();
                assert_eq!(books.delivered(!void), tag);
                tags.push(heard);
            }
            (On::Returned(message), Event::Returned(channel, returned)) => {
                on_channel(channel);
                assert_eq!(returned.routing_key.as_bytes(), message.key().as_bytes());
            }
            (On::Header(message), Event::Header(channel, header)) => {
                on_channel(channel);
                assert_eq!(header.body_size, message.len as u64);
            }
            (On::Body(message, from, len), Event::Body(channel, bytes, remaining)) => {
                on_channel(channel);
                message.came(from, len, bytes, remaining);
            }
            (On::Settle(fate, decided), Event::Confirmed(channel, heard) | Event::Refused(channel, heard)) => {
                on_channel(channel);
                assert_eq!((fate == Fate::Taken, decided), (matches!(event, Event::Confirmed(..)), heard));
                let multiple = decided.count > 1;
                assert_eq!(settled(&books.confirm(decided.last, multiple)), decided);
            }
            (On::Cancelled, Event::Cancelled(channel, consumer_tag)) => {
                on_channel(channel);
                assert_eq!(consumer_tag, "c");
            }
            (on, event) => panic!("{on:?} is heard as {event:?}: {books:?}"),
        }
    }
}
