//! What both ends do alike: decoding, heart-beats, the end.

use core::time::Duration;

use super::{Config, Error, HeartBeat, SendError, State, Timeout};
use crate::stomp::{Decoder, Limits, Part, Version};
use crate::write::Writer;
use crate::{Instant, Output};

/// One end of a connection, whichever.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) decoder: Decoder,
    pub(super) config: Config,
    pub(super) state: State,
    /// Where the peer is to go on, and in time.
    awaits: State,
    /// The version that was agreed on.
    pub(super) version: Option<Version>,
    /// How often we send something; zero: only if there is something to say.
    sends: Duration,
    /// How often the peer does.
    hears: Duration,
    last_sent: Instant,
    /// When something came last; until the connection is made, when it began.
    last_received: Instant,
    /// How many of the bytes that were not consumed have been seen.
    seen: usize,
    /// The last frame was held back until the application settles something.
    pub(super) held_back: bool,
    /// When it was read again, the last time.
    pub(super) resumed: Instant,
}

impl Line {
    pub(super) const fn new(now: Instant, config: Config, limits: Limits, awaits: State) -> Self {
        Self {
            decoder: Decoder::with_limits(None, limits).with_leniencies(config.leniencies),
            config,
            state: State::New,
            awaits,
            version: None,
            sends: Duration::ZERO,
            hears: Duration::ZERO,
            last_sent: now,
            last_received: now,
            seen: 0,
            held_back: false,
            resumed: Instant::ZERO,
        }
    }

    // --- receiving -----------------------------------------------------------------------------------------------

    /// So many bytes are there. Any that are new are a sign of life, also in the middle of a frame.
    pub(super) fn heard(&mut self, now: Instant, there: usize) {
        if there > self.seen && matches!(self.state, State::Connected | State::Closing) {
            self.last_received = now;
        }
        self.goes_on(now);
        self.seen = there;
    }

    /// What was held back is no longer: from now on something can be heard.
    pub(super) const fn goes_on(&mut self, now: Instant) {
        if self.held_back {
            self.last_received = now;
            self.resumed = now;
        }
        self.held_back = false;
    }

    /// So many of them were consumed.
    pub(super) fn consumed(&mut self, used: usize) {
        self.seen = self.seen.saturating_sub(used);
    }

    /// Decodes the next unit, or part of one. A body that was begun in parts goes on in parts.
    #[inline]
    pub(super) fn decode<'i>(&mut self, input: &'i [u8], parts: bool) -> Result<Option<(Part<'i>, usize)>, Error> {
        if parts || self.decoder.is_in_body() {
            return Ok(self.decoder.decode_part(input)?);
        }
        Ok(self.decoder.decode(input)?.map(|(unit, used)| (Part::Unit(unit), used)))
    }

    // --- sending -------------------------------------------------------------------------------------------------

    pub(super) fn connected(&self) -> Result<(), SendError> {
        if self.state == State::Connected { Ok(()) } else { Err(SendError::NotConnected) }
    }

    pub(super) const fn sent(&mut self, now: Instant) {
        self.last_sent = now;
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// The wait for the peer's next step begins.
    pub(super) const fn waits(&mut self, now: Instant) {
        self.last_received = now;
    }

    /// Nothing more is read: so nothing has to come.
    pub(super) const fn hears_nothing(&mut self) {
        self.hears = Duration::ZERO;
    }

    /// The connection is made, and each end has said which heart-beats it can send, and wants.
    pub(super) fn begin(&mut self, now: Instant, version: Version, ours: HeartBeat, theirs: HeartBeat) {
        self.state = State::Connected;
        self.version = Some(version);
        self.decoder.set_version(self.version);
        self.decoder.set_limits(self.config.limits);
        if version != Version::V1_0 {
            let ours = ours.rounded();
            self.sends = ours.agreed(theirs);
            self.hears = theirs.agreed(ours);
        }
        self.last_sent = now;
        self.last_received = now;
    }

    /// How often heart-beats are sent, and come.
    pub(super) const fn heart_beat(&self) -> HeartBeat {
        HeartBeat { sends: self.sends, wants: self.hears }
    }

    /// When the peer is late, and with what.
    fn late(&self) -> Option<(Instant, Timeout)> {
        match self.state {
            State::New | State::Connecting if self.state == self.awaits => {
                Some((self.last_received.after(self.config.connect_timeout), Timeout::Connect))
            }
            // While nothing is read nothing can be heard.
            State::Connected | State::Closing if !self.held_back => {
                let hears = self.hears.saturating_mul(PATIENCE);
                (!hears.is_zero()).then(|| (self.last_received.after(hears), Timeout::HeartBeat))
            }
            _ => None,
        }
    }

    /// When a heart-beat is to be sent. Half as often would be in time if clocks and lines were perfect.
    fn beat(&self) -> Option<Instant> {
        let is_made = matches!(self.state, State::Connected | State::Closing);
        (is_made && !self.sends.is_zero()).then(|| self.last_sent.after(half(self.sends)))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.late().map(|(at, _)| at), self.beat()].into_iter().flatten().min()
    }

    /// Finds that the peer is gone, or sends a heart-beat, if that is due.
    pub(super) fn timeout(&mut self, now: Instant, out: &mut impl Output) -> Result<(), Error> {
        if let Some((_, timeout)) = self.late().filter(|(at, _)| *at <= now) {
            return Err(Error::Timeout(timeout));
        }
        if self.beat().is_some_and(|at| at <= now) {
            Writer::new(out.space(1, 0)?).put(b"\n");
            self.last_sent = now;
        }
        Ok(())
    }
}

/// After how many intervals of silence a peer is gone. ActiveMQ's first heart-beat comes after two.
const PATIENCE: u32 = 3;

fn half(span: Duration) -> Duration {
    span.checked_div(2).unwrap_or_default()
}
