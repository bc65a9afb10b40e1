//! AMQP: the same frame through our decoder and through a peer's, and what the two say.

mod features;
mod peer;
mod text;

use fourwire::amqp::{Decoder, Frame, Limits};

use crate::verdict::variant;
pub use crate::verdict::{OTHER_VALUES, Verdict, Written};
pub use peer::Peer;
pub use text::{Numbers, text};

fn decode(bytes: &[u8]) -> Result<Option<Frame<'_>>, String> {
    let limits = Limits { frame: u32::MAX, depth: Limits::MAX_DEPTH };
    match Decoder::with_limits(limits).decode(bytes) {
        Ok(frame) => Ok(frame.map(|(frame, _)| frame)),
        Err(error) => Err(variant(&error.kind)),
    }
}

/// What our decoder says, and our encoder; the numbers as the peer tells them apart.
pub fn ours(peer: Peer, bytes: &[u8]) -> Verdict {
    match decode(bytes) {
        Ok(Some(frame)) => {
            let mut out = Vec::new();
            let written = match frame.encode(0, &mut out) {
                Ok(()) => Written::Bytes(out),
                Err(error) => Written::Nothing(format!("{error:?}")),
            };
            Verdict::Takes(text(peer.numbers(), &frame), written)
        }
        Ok(None) => Verdict::Waits,
        Err(kind) => Verdict::Refuses(kind),
    }
}

/// A class of disagreement: what we say, then what the peer says. `None` if both say the same; why a frame is refused is
/// not compared.
pub fn disagreement(peer: Peer, bytes: &[u8], theirs: &Verdict) -> Option<String> {
    let ours = ours(peer, bytes);
    let why = || decode(bytes).ok().flatten().map_or(String::new(), |frame| features::feature(peer, &frame, bytes));
    let class = match (&ours, theirs) {
        (Verdict::Refuses(_), Verdict::Refuses(_)) | (Verdict::Waits, Verdict::Waits) => return None,
        (Verdict::Takes(one, _), Verdict::Takes(other, _)) if one != other => {
            format!("{}: takes | {OTHER_VALUES}", why())
        }
        // What they write we must read as what they have read.
        (Verdict::Takes(one, _), Verdict::Takes(_, Written::Bytes(written))) => match self::ours(peer, written) {
            Verdict::Takes(other, _) if *one == other => return None,
            Verdict::Takes(..) => format!("{}: takes | writes other values", why()),
            verdict => format!("{}: {} | takes, writes this", why(), verdict.name()),
        },
        (Verdict::Takes(..), Verdict::Takes(_, Written::Nothing(reason))) => {
            format!("takes | takes, does not write: {reason}")
        }
        (Verdict::Takes(..), theirs) => format!("{}: takes | {}", why(), theirs.name()),
        (ours, theirs) => format!("{} | {}", ours.name(), theirs.name()),
    };
    Some(format!("{}: {class}", peer.name()))
}
