//! MQTT's lists, and the properties' getters.

use fourwire::mqtt::*;
use fourwire::{List, ListIter};

use crate::{entries, list};

list!('a, Property<'a>);
list!('a, Subscription<'a>);
list!('a, &'a str);
list!('a, ReasonCode);

entries! {
    fourwire::List = Properties<'a> {
        fn find<'a>(list: &Properties<'a>, id: PropertyId) -> Option<Property<'a>>;
        fn user_properties<'a>(list: &Properties<'a>) for (&'a str, &'a str);
        fn subscription_identifiers<'a>(list: &Properties<'a>) for u32;
        fn payload_format_indicator<'a>(list: &Properties<'a>) -> Option<bool>;
        fn message_expiry_interval<'a>(list: &Properties<'a>) -> Option<u32>;
        fn content_type<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn response_topic<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn correlation_data<'a>(list: &Properties<'a>) -> Option<&'a [u8]>;
        fn subscription_identifier<'a>(list: &Properties<'a>) -> Option<u32>;
        fn session_expiry_interval<'a>(list: &Properties<'a>) -> Option<u32>;
        fn assigned_client_identifier<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn server_keep_alive<'a>(list: &Properties<'a>) -> Option<u16>;
        fn authentication_method<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn authentication_data<'a>(list: &Properties<'a>) -> Option<&'a [u8]>;
        fn request_problem_information<'a>(list: &Properties<'a>) -> Option<bool>;
        fn will_delay_interval<'a>(list: &Properties<'a>) -> Option<u32>;
        fn request_response_information<'a>(list: &Properties<'a>) -> Option<bool>;
        fn response_information<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn server_reference<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn reason_string<'a>(list: &Properties<'a>) -> Option<&'a str>;
        fn receive_maximum<'a>(list: &Properties<'a>) -> Option<u16>;
        fn topic_alias_maximum<'a>(list: &Properties<'a>) -> Option<u16>;
        fn topic_alias<'a>(list: &Properties<'a>) -> Option<u16>;
        fn maximum_qos<'a>(list: &Properties<'a>) -> Option<QoS>;
        fn retain_available<'a>(list: &Properties<'a>) -> Option<bool>;
        fn maximum_packet_size<'a>(list: &Properties<'a>) -> Option<u32>;
        fn wildcard_subscription_available<'a>(list: &Properties<'a>) -> Option<bool>;
        fn subscription_identifier_available<'a>(list: &Properties<'a>) -> Option<bool>;
        fn shared_subscription_available<'a>(list: &Properties<'a>) -> Option<bool>;
    }
}
