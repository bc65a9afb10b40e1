//! The verbs that both ends have, written once. The two types differ in what `receive` answers.

use super::channel::{Channel, DeliveryTag, Slots};
use super::{Client, Error, Event, Request, SendError, Server, State, Violation};
use crate::amqp::{Frame, ReplyCode, Session, ShortStr};
use crate::{Instant, Output};

macro_rules! verbs {
    ($machine:ident, $event:ident, $peer:literal, $held:literal, $settle:literal) => {
        impl<S: Slots> $machine<S> {
            // --- receiving -------------------------------------------------------------------------------------------

            /// Takes the frame at the start of `input`: says what it meant, and how many bytes it took.
            ///
            /// `None` if the input ends before the frame does, or if what came before awaits the application's answer;
            #[doc = concat!("while ", $held, ";")]
            /// and until a body that was begun is sent whole, if the frame is to be answered on its channel: then
            /// [`is_held_back`](Self::is_held_back). Call again with the same bytes and more behind them. Answers
            /// are written to `out`; if it is full nothing was consumed, and the call can be repeated.
            #[inline]
            pub fn receive<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                self.line.held_back = false;
                if !self.listens() {
                    return Ok(None);
                }
                let before = self.line.decoder.clone();
                let event = self.next(now, input, out);
                match &event {
                    Ok(Some((_, used))) => self.line.seen = self.line.seen.saturating_sub(*used),
                    Ok(None) | Err(Error::Full) => self.line.decoder = before,
                    Err(error) => self.fail(*error, out),
                }
                event
            }

            fn next<'i>(
                &mut self,
                now: Instant,
                input: &'i [u8],
                out: &mut impl Output,
            ) -> Result<Option<($event<'i>, usize)>, Error> {
                self.line.heard(now, input.len());
                let Some((frame, used)) = self.line.decoder.decode(input)? else { return Ok(None) };
                self.line.held_back = self.line.interrupts(&frame) || self.must_wait(&frame);
                if self.line.held_back {
                    return Ok(None);
                }
                let event = match self.line.state {
                    State::Open | State::Closing => match (self.line.common(&frame, out)?, frame) {
                        (Some(event), _) => event,
                        (None, Frame::Method(0, method)) => Self::about_connection(&method)?,
                        (None, Frame::Method(number, method)) => self.on_channel(number, &method, out)?,
                        // All others are common.
                        (None, _) => return Err(Violation::UnexpectedFrame.into()),
                    },
                    _ => self.handshake(now, &frame, out)?,
                };
                Ok(Some((event, used)))
            }

            /// Whether the last call of [`receive`](Self::receive) held a frame back.
            ///
            #[doc = concat!("It does while ", $held, ", and until a body that was begun is sent whole.")]
            #[doc = concat!("More bytes do not help then: ", $settle, ".")]
            pub const fn is_held_back(&self) -> bool {
                self.line.held_back
            }

            // --- the end ---------------------------------------------------------------------------------------------

            #[doc = concat!("Closes the connection, at any point: [`Ended`](", stringify!($event), "::Ended) comes when the")]
            #[doc = concat!($peer, " has read it. Nothing can be sent any more.")]
            pub fn close<'s>(
                &mut self,
                now: Instant,
                reply_code: ReplyCode,
                reply_text: impl Into<ShortStr<'s>>,
                out: &mut impl Output,
            ) -> Result<(), SendError> {
                self.line.close(now, reply_code, reply_text.into(), None, out)
            }

            /// The connection is gone: gives the session back, for the next one.
            pub fn into_session(self) -> Session<S> {
                let mut session = self.line.session;
                session.clear();
                session
            }

            // --- what is outstanding ---------------------------------------------------------------------------------

            /// The publishes on a channel that are not confirmed, in order; also just after it was closed, when they may
            /// have been lost, and until its number is used again.
            pub fn unconfirmed(&self, channel: Channel) -> impl Iterator<Item = u64> + '_ {
                self.line.unconfirmed(channel)
            }

            /// How many publishes on a channel are not confirmed: none, when all have been.
            pub fn unconfirmed_count(&self, channel: Channel) -> usize {
                self.line.known(channel).map_or(0, |slot| slot.published.count())
            }

            /// The deliveries on a channel that are not acknowledged, in order; also just after it was closed, when a
            /// broker requeues them, and until its number is used again.
            pub fn unacknowledged(&self, channel: Channel) -> impl Iterator<Item = DeliveryTag> + '_ {
                self.line.unacknowledged(channel)
            }

            /// How many deliveries on a channel are not acknowledged: what a prefetch count limits. In a transaction
            /// those that were acknowledged count until it is committed.
            pub fn unacknowledged_count(&self, channel: Channel) -> usize {
                self.line.known(channel).map_or(0, |slot| slot.delivered.count())
            }

            // --- time, and what is known -----------------------------------------------------------------------------

            /// When [`timeout`](Self::timeout) is to be called, if nothing happens before.
            pub fn deadline(&self) -> Option<Instant> {
                self.line.deadline()
            }

            #[doc = concat!("Does what is due at `now`: sends a heartbeat, or finds that the ", $peer, " is gone.")]
            pub fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
                self.line.timeout(now, out)
            }

            /// Whether the virtual host is open.
            pub fn is_connected(&self) -> bool {
                self.line.state == State::Open
            }

            /// Whether the connection is over: close the socket once the output is written.
            pub fn is_closed(&self) -> bool {
                self.line.state == State::Closed
            }

            #[doc = concat!("The largest frame that the ", $peer, " takes, in bytes; 0 is no limit.")]
            pub const fn frame_max(&self) -> u32 {
                self.line.frame_max
            }
        }
    };
}

verbs!(
    Client,
    Event,
    "server",
    "a channel has as many deliveries outstanding as it can, which a prefetch count prevents, or a body is \
     being sent into which an answer would come",
    "acknowledge some, or send the rest"
);
verbs!(
    Server,
    Request,
    "client",
    "a channel has as many calls outstanding as it can, or with confirms publishes, or an answer of the \
     machine's own would come before an earlier call's, or into a body that is being sent",
    "answer or confirm some, or send the rest"
);
