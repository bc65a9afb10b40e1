//! What frames and their answers are known by: small values to keep.

use super::kept::word;
use crate::stomp::{Text, Version};

/// A subscription of one connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Subscription {
    pub(super) epoch: u32,
    pub(super) number: u32,
}

/// The receipt of a message, with which it is acknowledged.
///
/// It belongs to one connection: a delivery of an earlier one is
/// [`SendError::StaleDelivery`](super::SendError::StaleDelivery), and the message comes again on the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Delivery {
    pub(super) epoch: u32,
    /// 0 if it is nobody's.
    pub(super) subscription: u32,
    /// 0 if it needs no acknowledgement.
    pub(super) number: u64,
}

impl Delivery {
    /// The subscription that it is for, if it is one that we know: brokers answer to temporary queues that nobody has
    /// subscribed to, and what we have ended may still be on its way.
    pub const fn subscription(&self) -> Option<Subscription> {
        match self.subscription {
            0 => None,
            number => Some(Subscription { epoch: self.epoch, number }),
        }
    }

    /// Whether it is to be acknowledged. In the mode `auto` it is not.
    pub const fn needs_ack(&self) -> bool {
        self.number != 0
    }

    /// Its place among those of its subscription that are to be acknowledged: from 1 on.
    pub const fn number(&self) -> u64 {
        self.number
    }
}

/// A transaction of one connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Transaction {
    pub(super) epoch: u32,
    pub(super) number: u32,
}

/// What the client wants to be told by a RECEIPT: that its frame was processed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Receipt {
    pub(super) epoch: u32,
    pub(super) number: u64,
}

/// How the messages of a subscription are acknowledged. (SUBSCRIBE ack Header)
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AckMode {
    /// Not at all: they are, as soon as they were sent.
    #[default]
    Auto,
    /// Each acknowledgement is for all messages of the subscription up to this one.
    Client,
    /// Each is for one message. (1.1 and 1.2)
    ClientIndividual,
}

impl AckMode {
    /// As the header `ack` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Client => "client",
            Self::ClientIndividual => "client-individual",
        }
    }

    /// The mode of this name, if the version has it.
    pub(super) fn from_name(name: Text<'_>, version: Option<Version>) -> Option<Self> {
        [Self::Auto, Self::Client, Self::ClientIndividual]
            .into_iter()
            .find(|mode| word(name, version) == mode.as_str() && mode.is_in(version))
    }

    pub(super) fn is_in(self, version: Option<Version>) -> bool {
        self != Self::ClientIndividual || version != Some(Version::V1_0)
    }
}

/// What became of a delivery: in the client's own words, also if they count only with a COMMIT, or for those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Outcome {
    /// The client has processed it. (ACK)
    Acknowledged,
    /// The client did not, and will not. What happens to it is the server's choice. (NACK)
    Refused,
    /// The client has not said: its subscription has ended.
    Returned,
}

/// A delivery that is settled, and what was kept for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled<T> {
    /// Which.
    pub delivery: Delivery,
    /// What became of it.
    pub outcome: Outcome,
    /// What [`Server::keep`](super::Server::keep) was given for it.
    pub value: Option<T>,
}
