//! STOMP: the same stream through our decoder and through a peer's, and what the two say.

mod async_stomp;
mod features;
mod peer;
mod told;

use fourwire::stomp::{Decoder, Frame, Unit, Version};

use crate::verdict::variant;
pub use crate::verdict::{OTHER_VALUES, Written};
pub use peer::Peer;
pub use told::Told;

/// What one decoder says of a frame.
pub type Verdict = crate::verdict::Verdict<Told>;

/// What one end sends, in the pieces in which it arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream {
    /// The version that was agreed.
    pub version: Version,
    /// Whether a server sends it.
    pub is_servers: bool,
    /// The bytes.
    pub pieces: Vec<Vec<u8>>,
}

impl Stream {
    /// What arrives at once.
    pub fn whole(version: Version, is_servers: bool, bytes: Vec<u8>) -> Self {
        Self { version, is_servers, pieces: vec![bytes] }
    }

    /// All of its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// What our decoder says, and our encoder: of each frame where it begins. The last is not of a frame if the stream ends
/// in the middle of one, or if one is refused. Line ends are left out, for peers do not tell all of them.
///
/// # Panics
///
/// If it says something else when all arrives at once.
pub fn ours(stream: &Stream) -> Vec<(usize, Verdict)> {
    let bytes = stream.bytes();
    let verdicts = in_pieces(stream.version, &bytes, stream.pieces.iter().map(Vec::len));
    assert_eq!(verdicts, in_pieces(stream.version, &bytes, [bytes.len()].into_iter()), "{stream:?}");
    verdicts
}

fn in_pieces(version: Version, bytes: &[u8], pieces: impl Iterator<Item = usize>) -> Vec<(usize, Verdict)> {
    let mut decoder = Decoder::new(Some(version));
    let (mut at, mut end) = (0, 0);
    let mut verdicts = Vec::new();
    for piece in pieces {
        end += piece;
        loop {
            match decoder.decode(&bytes[at..end]) {
                Ok(None) => break,
                Ok(Some((unit, used))) => {
                    if let Unit::Frame(frame) = unit {
                        verdicts.push((at, takes(version, &frame)));
                    }
                    at += used;
                }
                Err(error) => {
                    verdicts.push((at, Verdict::Refuses(variant(&error.kind))));
                    return verdicts;
                }
            }
        }
    }
    if !matches!(bytes[at..], [] | [b'\r']) {
        verdicts.push((at, Verdict::Waits));
    }
    verdicts
}

fn takes(version: Version, frame: &Frame<'_>) -> Verdict {
    let mut out = Vec::new();
    let written = match frame.encode(version, &mut out) {
        Ok(()) => Written::Bytes(out),
        Err(error) => Written::Nothing(format!("{error:?}")),
    };
    Verdict::Takes(Told::of(frame), written)
}

/// What two say of the same stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The frames that both take and read the same, and that are written so that we read the same again.
    pub same: Vec<Told>,
    /// The class of the first disagreement, if there is one: what we say, then what the peer says. Why a frame is refused
    /// is not compared.
    pub class: Option<String>,
}

/// What we say of it, and what the peer says.
pub fn compare(peer: Peer, stream: &Stream, theirs: &[Verdict]) -> Compared {
    let ours = ours(stream);
    let mut same = Vec::new();
    while let (Some((_, Verdict::Takes(told, _))), Some(verdict)) = (ours.get(same.len()), theirs.get(same.len())) {
        if taken(peer, stream.version, told, verdict).is_some() {
            break;
        }
        same.push(told.clone());
    }
    let class = class(peer, stream, ours.get(same.len()), theirs.get(same.len()));
    let class = class.map(|class| format!("{}: {class}", peer.name()));
    Compared { same, class }
}

fn class(peer: Peer, stream: &Stream, ours: Option<&(usize, Verdict)>, theirs: Option<&Verdict>) -> Option<String> {
    let name = theirs.map_or("hears nothing", peers_name);
    match (ours, theirs) {
        (None, None)
        | (Some((_, Verdict::Refuses(_))), Some(Verdict::Refuses(_)))
        | (Some((_, Verdict::Waits)), Some(Verdict::Waits)) => None,
        (Some((start, Verdict::Takes(told, _))), theirs) => {
            let what = theirs.and_then(|theirs| taken(peer, stream.version, told, theirs)).unwrap_or(name);
            Some(format!("{}: takes | {what}", features::feature(peer, stream, *start, what == SOMETHING_ELSE)))
        }
        // What is wrong we say at once; who waits may say it later. But of a length that is no number nobody can.
        (Some((_, Verdict::Refuses(kind))), Some(Verdict::Waits))
            if peer == Peer::StompJs && kind == "ContentLength" =>
        {
            Some(format!("{kind} | {name}"))
        }
        (Some((_, Verdict::Refuses(_))), None | Some(Verdict::Waits)) => Some(format!("refuses | {name}")),
        (ours, _) => Some(format!("{} | {name}", ours.map_or("hears nothing", |(_, verdict)| verdict.name()))),
    }
}

/// What the peer says of a frame that we take, if that is something else.
fn taken(peer: Peer, version: Version, told: &Told, theirs: &Verdict) -> Option<&'static str> {
    let told = told.as_told_by(peer);
    match theirs {
        Verdict::Takes(other, _) if told != other.as_told_by(peer) => Some(OTHER_VALUES),
        Verdict::Takes(_, Written::NotAsked) => None,
        Verdict::Takes(_, Written::Nothing(_)) => Some("does not write it"),
        // What they write we must read as what they have read, but that they may say how long the body is.
        Verdict::Takes(_, Written::Bytes(written)) => {
            match &in_pieces(version, written, [written.len()].into_iter())[..] {
                [(0, Verdict::Takes(other, _))] if told.without_length() == other.as_told_by(peer).without_length() => {
                    None
                }
                _ => Some(SOMETHING_ELSE),
            }
        }
        theirs => Some(peers_name(theirs)),
    }
}

/// What is said of a peer that writes something else than it has read.
const SOMETHING_ELSE: &str = "writes something else";

/// Peers have many words for what they refuse, and not all mean what is wrong.
fn peers_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Takes(..) => "takes",
        Verdict::Waits => "waits",
        Verdict::Refuses(_) => "refuses",
    }
}

/// What a peer says of a stream that is one frame, in a word or two.
pub fn in_short(peer: Peer, stream: &Stream, theirs: &[Verdict]) -> &'static str {
    match (&ours(stream)[..], theirs) {
        ([(_, Verdict::Takes(told, _))], [verdict, ..]) => {
            taken(peer, stream.version, told, verdict).unwrap_or("takes")
        }
        (_, [verdict, ..]) => peers_name(verdict),
        (_, []) => "hears nothing",
    }
}
