//! Lists, their iterators, and the properties' getters. A list is decoded or written: the compiler does not know which.

use fourwire::mqtt::*;
use fourwire::{List, ListIter};

use crate::entries;

macro_rules! list {
    ($a:lifetime, $item:ty) => {
        entries! {
            fourwire::List = List<$a, $item> {
                fn new<$a>(items: &$a [$item]) -> List<$a, $item>;
                fn is_empty<$a>(list: &List<$a, $item>) -> bool;
                fn wire<$a>(list: &List<$a, $item>) -> Option<&$a [u8]>;
                fn iter<$a>(list: &List<$a, $item>) for $item;
                fn len<$a>(list: &List<$a, $item>) -> usize;
            }
            fourwire::List: Default = List<$a, $item> {
                fn default<$a>() -> List<$a, $item>;
            }
            fourwire::List: From<_> = List<$a, $item> {
                fn from<$a>(items: &$a [$item]) -> List<$a, $item>;
                fn from<$a>(items: &$a [$item; 3]) -> List<$a, $item>;
            }
            fourwire::List: IntoIterator = List<$a, $item> {
                fn into_iter<$a>(list: List<$a, $item>) -> ListIter<$a, $item>;
            }
            fourwire::List: IntoIterator = &List<$a, $item> {
                fn into_iter<$a>(list: &List<$a, $item>) -> ListIter<$a, $item>;
            }
            fourwire::List: PartialEq = List<$a, $item> {
                fn eq<$a>(one: &List<$a, $item>, other: &List<$a, $item>) -> bool;
            }
            fourwire::ListIter: Iterator = ListIter<$a, $item> {
                fn next<$a>(iter: &mut ListIter<$a, $item>) -> Option<$item>;
            }
        }
    };
}

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
