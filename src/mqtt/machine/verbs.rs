//! The verbs that both ends have, written once. The two types differ in what `receive` answers.

use super::{Client, Delivery, Error, Event, Request, SendError, Server, State};
use crate::mqtt::{PacketId, Publish, ReasonCode, Session, Slots, Version};
use crate::{Instant, Output};

macro_rules! verbs {
    ($machine:ident, $event:ident, $connected:literal, $peer:literal) => {
        impl<S: Slots> $machine<S> {
            // --- receiving -------------------------------------------------------------------------------------------

            /// Takes the packet at the start of `input`: says what it meant, and how many bytes it took.
            ///
            /// `None` if the input ends before the packet does, or if what came before awaits the application's answer
            /// (a CONNECT, or as many requests as a server has slots for): call again with the same bytes and more
            /// behind them. Answers are written to `out`; if it is full nothing was consumed, and the call can be
            /// repeated.
            #[inline]
            pub fn receive<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                self.take(now, input, false, out)
            }

            /// Like [`receive`](Self::receive), but a PUBLISH larger than
            /// [`Limits::packet`](super::super::Limits::packet) comes as its head and pieces of its payload, as they
            /// are there. It is acknowledged with its last piece.
            pub fn receive_part<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                self.take(now, input, true, out)
            }

            #[inline]
            fn take<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                parts: bool,
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                if !self.listens(input) {
                    return Ok(None);
                }
                let before = self.line.decoder.clone();
                let event = self.next(now, input, parts, out);
                match &event {
                    Ok(_) => {}
                    Err(Error::Full) => self.line.decoder = before,
                    Err(error) => self.fail(*error, input, out),
                }
                event
            }

            // --- messages --------------------------------------------------------------------------------------------

            /// Acknowledges a message, if [`Config::manual_ack`](super::Config::manual_ack) is set. With QoS 0 there is
            /// nothing to do.
            ///
            /// Acknowledgements leave in the order in which the messages came: one that is early is held until its turn.
            /// `[MQTT-4.6.0-2]` `[MQTT-4.6.0-3]`
            pub fn ack(&mut self, now: Instant, delivery: Delivery, out: &mut impl Output) -> Result<(), SendError> {
                self.line.acknowledge(now, delivery, ReasonCode::Success, out)
            }

            /// Acknowledges a message with a reason code, perhaps a refusal (5.0).
            pub fn reject(
                &mut self,
                now: Instant,
                delivery: Delivery,
                reason_code: ReasonCode,
                out: &mut impl Output,
            ) -> Result<(), SendError> {
                self.line.acknowledge(now, delivery, reason_code, out)
            }

            #[doc = concat!("After ", $connected, " with a session present: sends PUBREL again where that is due, and names")]
            /// the first message that is to be sent again with [`resend`](Self::resend). Ask until it is `None`.
            ///
            #[doc = concat!("`None` while [`is_resuming`](Self::is_resuming) means that the ", $peer, " takes no more at once:")]
            #[doc = concat!("ask again when a message was [`Published`](", stringify!($event), "::Published). `[MQTT-4.4.0-1]`")]
            /// `[MQTT-4.6.0-1]`
            pub fn resume(&mut self, now: Instant, out: &mut impl Output) -> Result<Option<PacketId>, SendError> {
                self.line.resume(now, out)
            }

            /// Sends the message that [`resume`](Self::resume) named again: with DUP, under its packet identifier, with
            /// the QoS that it had.
            pub fn resend(
                &mut self,
                now: Instant,
                id: PacketId,
                publish: &Publish<'_>,
                out: &mut impl Output,
            ) -> Result<(), SendError> {
                self.line.resend(now, id, publish, out)
            }

            /// Gives up the message that [`resume`](Self::resume) named, because its body is lost.
            pub fn abandon(&mut self, now: Instant, id: PacketId, out: &mut impl Output) -> Result<(), SendError> {
                self.line.abandon(now, id, out)
            }

            /// Whether messages of an earlier connection are still to be sent again; new ones with QoS 1 and 2 must wait.
            pub const fn is_resuming(&self) -> bool {
                self.line.flow.session.is_resuming()
            }

            // --- what is known ---------------------------------------------------------------------------------------

            /// Whether the connection was accepted and is not over.
            pub fn is_connected(&self) -> bool {
                self.line.state == State::Connected
            }

            /// Whether the connection is over: close the socket once the output is written.
            pub fn is_closed(&self) -> bool {
                self.line.state == State::Closed
            }

            /// The topic of a message: its own, or what its topic alias stands for.
            pub fn topic<'t>(&'t self, publish: &Publish<'t>) -> &'t str {
                self.line.topic(publish)
            }

            /// Seconds of keep alive in use: the server's word counts. `[MQTT-3.1.2-21]`
            pub const fn keep_alive(&self) -> u16 {
                self.line.keep_alive
            }

            /// The version in use: the client chooses it.
            pub const fn version(&self) -> Version {
                self.line.flow.version
            }

            /// The session.
            pub const fn session(&self) -> &Session<S> {
                &self.line.flow.session
            }
        }
    };
}

verbs!(Client, Event, "[`Connected`](Event::Connected)", "server");
verbs!(Server, Request, "[`accept`](Self::accept)", "client");
