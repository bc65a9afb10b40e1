//! What a codec says of bytes.

/// What one decoder says of a frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict<T = String> {
    /// A frame, told so that all peers tell it alike.
    Takes(T, Written),
    /// More bytes are asked for.
    Waits,
    /// What is wrong, in the decoder's own words.
    Refuses(String),
}

/// What a peer makes of a frame that it has read, when it sends it on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing, for this reason.
    Nothing(String),
    /// It does not write such frames.
    NotAsked,
}

impl<T> Verdict<T> {
    /// A word or two, for the names of classes.
    pub fn name(&self) -> &str {
        match self {
            Self::Takes(..) => "takes",
            Self::Waits => "waits",
            Self::Refuses(reason) => reason,
        }
    }
}

impl Written {
    /// As programs say it: bytes as hex, or `!` and the reason why there are none.
    pub(crate) fn from_line(written: &str) -> Self {
        match written.strip_prefix('!') {
            Some(reason) => Self::Nothing(reason.to_owned()),
            None => Self::Bytes(crate::process::unhex(written)),
        }
    }
}

/// What is said of a peer that takes a frame and makes something else of it.
pub const OTHER_VALUES: &str = "reads other values";

/// The name of an enum's variant, without what is in it.
pub(crate) fn variant(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split(['(', ' ']).next().unwrap_or_default().to_owned()
}
