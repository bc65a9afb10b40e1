//! The verbs that both ends have, written once. The two types differ in what `receive` answers.

use super::window::Window;
use super::{Client, Delivery, Error, Event, HeartBeat, Request, Server, Session, State, Subscription};
use crate::stomp::Version;
use crate::{Instant, Output};

macro_rules! verbs {
    ($machine:ident $(<$t:ident>)?, $event:ident, $held:literal) => {
        impl $(<$t>)? $machine $(<$t>)? {
            // --- receiving -------------------------------------------------------------------------------------------

            /// Takes the frame at the start of `input`, or the line end: says what it meant, and how many bytes it took.
            ///
            #[doc = concat!("`None` if the input ends before the frame does, and ", $held, ": call again with the same")]
            /// bytes and more behind them.
            #[inline]
            pub fn receive<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                self.take(now, input, false, out)
            }

            /// Like [`receive`](Self::receive), but a message whose body is larger than
            /// [`Limits::body`](super::super::Limits::body) comes as its head and pieces of its body, as they are there.
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
                if !self.listens() {
                    self.line.held_back = false;
                    return Ok(None);
                }
                self.line.heard(now, input.len());
                if self.must_wait(input) {
                    self.line.held_back = true;
                    return Ok(None);
                }
                match self.line.decode(input, parts) {
                    Ok(None) => Ok(None),
                    Ok(Some((part, used))) => match self.next(now, &part) {
                        Ok(event) => {
                            self.line.consumed(used);
                            Ok(Some((event, used)))
                        }
                        Err(error) => {
                            self.fail(now, error, Some(&part), out);
                            Err(error)
                        }
                    },
                    Err(error) => {
                        self.fail(now, error, None, out);
                        Err(error)
                    }
                }
            }

            /// Whether the last call of [`receive`](Self::receive) held a frame back.
            pub const fn is_held_back(&self) -> bool {
                self.line.held_back
            }

            // --- what is known ---------------------------------------------------------------------------------------

            /// Whether the connection is made and not over.
            pub fn is_connected(&self) -> bool {
                self.line.state == State::Connected
            }

            /// Whether the connection is over: close the socket once the output is written.
            pub fn is_closed(&self) -> bool {
                self.line.state == State::Closed
            }

            /// The version in use, once the connection is made.
            pub const fn version(&self) -> Option<Version> {
                self.line.version
            }

            /// The heart-beats that were agreed on: what we send, and what comes.
            pub const fn heart_beat(&self) -> HeartBeat {
                self.line.heart_beat()
            }

            /// The deliveries of a subscription that the client has not acknowledged, or not for good, in order.
            pub fn unacknowledged(&self, subscription: Subscription) -> impl Iterator<Item = Delivery> {
                self.books.unsettled(subscription)
            }

            /// How many they are: to be compared with how many the client is to have at once.
            pub fn unacknowledged_count(&self, subscription: Subscription) -> usize {
                self.books.window(subscription).map_or(0, Window::count)
            }

            /// The connection is gone: gives the session back, for the next one.
            pub fn into_session(self) -> Session {
                Session { epoch: self.books.epoch }.next()
            }
        }
    };
}

verbs!(
    Client,
    Event,
    "while as many deliveries are outstanding as can be ([`is_held_back`](Self::is_held_back); acknowledge some)"
);
verbs!(
    Server<T>,
    Request,
    "until the application has answered a CONNECT, and while as many receipts are owed as can be (then it \
     [`is_held_back`](Self::is_held_back): send some)"
);
