//! The values of MQTT 5.0's properties by their type, for whoever writes all of them alike.

use fourwire::mqtt::Property;

/// A property's value.
#[derive(Clone, Copy)]
pub(crate) enum PropertyValue<'a> {
    /// A number, or a flag as 0 or 1.
    Number(u32),
    Text(&'a str),
    Binary(&'a [u8]),
    Pair(&'a str, &'a str),
}

pub(crate) fn value(property: Property<'_>) -> PropertyValue<'_> {
    use Property as P;
    match property {
        P::PayloadFormatIndicator(flag)
        | P::RequestProblemInformation(flag)
        | P::RequestResponseInformation(flag)
        | P::RetainAvailable(flag)
        | P::WildcardSubscriptionAvailable(flag)
        | P::SubscriptionIdentifierAvailable(flag)
        | P::SharedSubscriptionAvailable(flag) => PropertyValue::Number(flag.into()),
        P::MaximumQoS(qos) => PropertyValue::Number(qos.level().into()),
        P::ServerKeepAlive(number)
        | P::ReceiveMaximum(number)
        | P::TopicAliasMaximum(number)
        | P::TopicAlias(number) => PropertyValue::Number(number.into()),
        P::MessageExpiryInterval(number)
        | P::SubscriptionIdentifier(number)
        | P::SessionExpiryInterval(number)
        | P::WillDelayInterval(number)
        | P::MaximumPacketSize(number) => PropertyValue::Number(number),
        P::ContentType(text)
        | P::ResponseTopic(text)
        | P::AssignedClientIdentifier(text)
        | P::AuthenticationMethod(text)
        | P::ResponseInformation(text)
        | P::ServerReference(text)
        | P::ReasonString(text) => PropertyValue::Text(text),
        P::CorrelationData(bytes) | P::AuthenticationData(bytes) => PropertyValue::Binary(bytes),
        P::UserProperty(name, value) => PropertyValue::Pair(name, value),
    }
}
