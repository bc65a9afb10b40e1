//! §4.7, §4.8: topic names, topic filters, shared subscriptions.

use fourwire::mqtt::{ErrorKind, Field, Publish, TopicFilter, Version, check_topic_name};

use crate::mqtt::support::*;

const V: Version = Version::V5;

fn matches(filter: &str, topic: &str) -> bool {
    TopicFilter::new(filter).expect("a valid filter").matches(topic)
}

fn is_filter(filter: &str) -> bool {
    let valid = TopicFilter::new(filter).is_ok();
    let subscribe = packet(0x82, &[&[0, 1, 0], &string(filter), &[0]]);
    assert_eq!(fourwire::mqtt::Decoder::new(V).decode(&subscribe).is_ok(), valid, "{filter} in SUBSCRIBE");
    valid
}

#[test]
fn mqtt_4_7_0_1() {
    for topic in ["+", "#", "a/+", "a/#", "a+"] {
        let wildcard = ErrorKind::TopicWildcard(Field::TopicName);
        assert_eq!(check_topic_name(topic), Err(wildcard));
        not_encoded(V, Publish::new(topic, b""), wildcard.into());
    }
}

#[test]
fn mqtt_4_7_1_1() {
    assert!(is_filter("#") && is_filter("sport/tennis/#") && is_filter("/#") && is_filter("+/#"));
    assert!(
        !is_filter("sport/tennis#") && !is_filter("sport/tennis/#/ranking") && !is_filter("##") && !is_filter("#/")
    );
    assert!(matches("sport/#", "sport") && matches("sport/#", "sport/") && matches("sport/#", "sport/tennis/player1"));
    assert!(!matches("sport/#", "sports") && matches("#", "a/b"));
}

#[test]
fn mqtt_4_7_1_2() {
    assert!(is_filter("+") && is_filter("+/tennis/#") && is_filter("sport/+/player1") && is_filter("/+"));
    assert!(!is_filter("sport+") && !is_filter("+a") && !is_filter("a/b+/c"));
    assert!(matches("sport/tennis/+", "sport/tennis/player1") && !matches("sport/tennis/+", "sport/tennis/a/b"));
    assert!(!matches("sport/+", "sport") && matches("sport/+", "sport/"));
    assert!(matches("+/+", "/finance") && matches("/+", "/finance") && !matches("+", "/finance"));
}

#[test]
fn mqtt_4_7_2_1() {
    assert!(!matches("#", "$SYS/uptime") && !matches("+/uptime", "$SYS/uptime"));
    assert!(matches("$SYS/#", "$SYS/uptime") && matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
    assert!(matches("#", "a/$SYS"));
}

#[test]
fn mqtt_4_7_3_1() {
    assert!(!is_filter(""));
    assert_eq!(check_topic_name(""), Err(ErrorKind::TopicEmpty(Field::TopicName)));
    refuses(V, &hex("30 03 0000 00"), ErrorKind::TopicEmpty(Field::TopicName), 2);
}

#[test]
fn mqtt_4_7_3_2() {
    assert!(!is_filter("a\0"));
    assert_eq!(check_topic_name("\0"), Err(ErrorKind::NulCharacter(Field::TopicName)));
}

#[test]
fn mqtt_4_7_3_3() {
    let long = "x".repeat(65_535);
    assert!(check_topic_name(&long).is_ok() && TopicFilter::new(&long).is_ok());
    let longer = long + "x";
    assert!(check_topic_name(&longer).is_err() && TopicFilter::new(&longer).is_err());
    not_encoded(V, Publish::new(&longer, b""), fourwire::mqtt::EncodeError::TooLong(Field::TopicName));
}

#[test]
fn mqtt_4_7_3_4() {
    // Matching normalizes nothing: these look alike, or differ in case only.
    assert!(
        !matches("caf\u{E9}", "cafe\u{301}") && !matches("A", "a") && !matches("a", "a/") && !matches("a//b", "a/b")
    );
    assert!(matches("a b/\u{E9}", "a b/\u{E9}"));
}

#[test]
fn mqtt_4_8_2_1() {
    assert_eq!(TopicFilter::new("$share/consumer1/sport/#").unwrap().share_name(), Some("consumer1"));
    assert!(!is_filter("$share//sport") && !is_filter("$share/"));
    assert!(is_filter("$shared/a") && TopicFilter::new("$shared/a").unwrap().share_name().is_none());
}

#[test]
fn mqtt_4_8_2_2() {
    assert!(!is_filter("$share/+/a") && !is_filter("$share/#/a") && !is_filter("$share/a+/b"));
    assert!(!is_filter("$share/name") && !is_filter("$share/name/"));
    assert!(matches("$share/name//finance", "/finance") && matches("$share/n/+", "x"));
}
