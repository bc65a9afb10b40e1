//! What the two ends agreed on.

use crate::mqtt::{Limits, Properties, QoS};

/// What one end takes at most; the other end keeps to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// QoS 1 and QoS 2 messages in flight at once.
    pub receive_maximum: u16,
    /// Bytes of a packet.
    pub maximum_packet_size: u32,
    /// The largest topic alias; 0 if there are none.
    pub topic_alias_maximum: u16,
}

impl Terms {
    /// What holds if nothing is said, and always before 5.0.
    pub const DEFAULT: Self =
        Self { receive_maximum: u16::MAX, maximum_packet_size: Limits::MAX_PACKET, topic_alias_maximum: 0 };

    /// What the properties of a CONNECT or CONNACK say.
    pub(super) fn from_properties(properties: &Properties<'_>) -> Self {
        let or = Self::DEFAULT;
        Self {
            receive_maximum: properties.receive_maximum().unwrap_or(or.receive_maximum),
            maximum_packet_size: properties.maximum_packet_size().unwrap_or(or.maximum_packet_size),
            topic_alias_maximum: properties.topic_alias_maximum().unwrap_or(or.topic_alias_maximum),
        }
    }
}

/// What the server is able to do, as its CONNACK said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Abilities {
    /// The highest QoS of a PUBLISH to the server.
    pub maximum_qos: QoS,
    /// Whether it keeps retained messages.
    pub retain: bool,
    /// Whether it has wildcard subscriptions.
    pub wildcard_subscriptions: bool,
    /// Whether it has subscription identifiers.
    pub subscription_identifiers: bool,
    /// Whether it has shared subscriptions.
    pub shared_subscriptions: bool,
}

impl Abilities {
    /// What holds if nothing is said, and always before 5.0.
    pub const DEFAULT: Self = Self {
        maximum_qos: QoS::ExactlyOnce,
        retain: true,
        wildcard_subscriptions: true,
        subscription_identifiers: true,
        shared_subscriptions: true,
    };

    /// What the properties of a CONNACK say.
    pub(super) fn from_properties(properties: &Properties<'_>) -> Self {
        Self {
            maximum_qos: properties.maximum_qos().unwrap_or(QoS::ExactlyOnce),
            retain: properties.retain_available().unwrap_or(true),
            wildcard_subscriptions: properties.wildcard_subscription_available().unwrap_or(true),
            subscription_identifiers: properties.subscription_identifier_available().unwrap_or(true),
            shared_subscriptions: properties.shared_subscription_available().unwrap_or(true),
        }
    }
}
