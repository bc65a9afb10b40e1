//! What each decoder says to packets that are whole and wrong, and to those that are unusual and right.

use crate::vectors::{self, Body, Version};

pub type Case = harness::strict::Case<Version>;

pub fn cases() -> Vec<Case> {
    use Version::{V4, V5};
    let mut cases = Vec::new();
    let mut case = |good, version, name, packet: Vec<u8>| cases.push(Case { name, version, packet, good });
    let body = Body::default;
    let raw = |bytes: &[u8]| Body::default().raw(bytes);

    for version in [V4, V5] {
        let empty: &[u8] = if version == V5 { &[0] } else { &[] };
        case(true, version, "PUBLISH QoS 0", vectors::publish(version, 0, 64, None));
        case(true, version, "PUBLISH QoS 2", vectors::publish(version, 2, 64, None));
        case(true, version, "PUBLISH without a payload", vectors::publish(version, 0, 0, None));
        case(true, version, "SUBSCRIBE", vectors::subscribe(version, &vectors::FILTERS));
        case(true, version, "PUBACK", vectors::puback());
        case(true, version, "PUBREL", vec![0x62, 2, 0, 1]);

        let topic = |bytes: &[u8]| raw(&(bytes.len() as u16).to_be_bytes()).raw(bytes).raw(empty).packet(0x30);
        case(true, version, "topic of four-byte characters", topic("\u{1f980}/\u{10ffff}".as_bytes()));
        case(true, version, "topic with U+FEFF", topic("\u{feff}a".as_bytes()));
        case(false, version, "topic with U+0000", topic(b"a\0b"));
        case(false, version, "topic with a surrogate", topic(b"a\xed\xa0\x80"));
        case(false, version, "topic with an overlong character", topic(b"a\xc0\xaf"));
        case(false, version, "topic cut within a character", topic(b"a\xe2\x82"));
        case(false, version, "topic with +", topic(b"a/+"));
        case(false, version, "topic with #", topic(b"a#b"));
        case(false, version, "empty topic", topic(b""));
        case(false, version, "topic longer than the packet", raw(&[0, 9, b'a']).packet(0x30));
        case(false, version, "PUBLISH without a topic", raw(&[0]).packet(0x30));
        case(false, version, "PUBLISH QoS 3", body().text("a").raw(&[0, 1]).raw(empty).packet(0x36));
        case(false, version, "DUP with QoS 0", body().text("a").raw(empty).packet(0x38));
        case(false, version, "PUBLISH packet identifier 0", body().text("a").raw(&[0, 0]).raw(empty).packet(0x32));
        case(false, version, "PUBLISH cut in its packet identifier", body().text("a").raw(&[0]).packet(0x32));

        case(false, version, "PUBACK flags", vec![0x42, 2, 0, 1]);
        case(false, version, "PUBREL flags", vec![0x60, 2, 0, 1]);
        case(false, version, "SUBSCRIBE flags", raw(&[0, 1]).raw(empty).text("a").raw(&[0]).packet(0x80));
        case(false, version, "packet type 0", vec![0, 0]);
        case(false, version, "remaining length of five bytes", vec![0x30, 0x80, 0x80, 0x80, 0x80, 1]);
        case(false, version, "PUBACK packet identifier 0", vec![0x40, 2, 0, 0]);
        case(false, version, "PUBACK of one byte", vec![0x40, 1, 0]);
        case(false, version, "PUBACK of no bytes", vec![0x40, 0]);
        case(false, version, "PINGREQ with a body", vec![0xc0, 1, 0]);

        let filter = |filter: &str| raw(&[0, 1]).raw(empty).text(filter).raw(&[1]).packet(0x82);
        for good in ["+", "#", "/", "+/+", "/+", "a/+/b", "a/#", "+/#", "//", "$SYS/#"] {
            case(true, version, "topic filter", filter(good));
        }
        for (name, bad) in [
            ("filter a+", "a+"),
            ("filter +a", "+a"),
            ("filter a/+b/c", "a/+b/c"),
            ("filter a#", "a#"),
            ("filter #/a", "#/a"),
            ("filter a/#/b", "a/#/b"),
            ("filter ##", "##"),
            ("filter ++", "++"),
            ("empty filter", ""),
            ("filter with U+0000", "a\0"),
        ] {
            case(false, version, name, filter(bad));
        }
        case(
            false,
            version,
            "filter with a surrogate",
            raw(&[0, 1]).raw(empty).raw(&[0, 3, 0xed, 0xa0, 0x80, 0]).packet(0x82),
        );
        case(false, version, "SUBSCRIBE without a filter", raw(&[0, 1]).raw(empty).packet(0x82));
        case(false, version, "SUBSCRIBE without options", raw(&[0, 1]).raw(empty).text("a").packet(0x82));
        case(false, version, "SUBSCRIBE with a cut filter", raw(&[0, 1]).raw(empty).raw(&[0, 9, b'a']).packet(0x82));
        case(false, version, "SUBSCRIBE packet identifier 0", raw(&[0, 0]).raw(empty).text("a").raw(&[0]).packet(0x82));
        case(false, version, "SUBSCRIBE QoS 3", raw(&[0, 1]).raw(empty).text("a").raw(&[3]).packet(0x82));
        case(
            false,
            version,
            "subscription options' reserved bits",
            raw(&[0, 1]).raw(empty).text("a").raw(&[0x40]).packet(0x82),
        );

        let level = if version == V5 { 5 } else { 4 };
        let connect =
            |name: &str, level: u8, flags: u8| body().text(name).raw(&[level, flags, 0, 60]).raw(empty).text("id");
        case(true, version, "CONNECT", connect("MQTT", level, 2).packet(0x10));
        case(
            true,
            version,
            "CONNECT, will QoS 2",
            connect("MQTT", level, 0x16).raw(empty).text("w").text("").packet(0x10),
        );
        case(false, version, "CONNECT protocol name", connect("MQTX", level, 2).packet(0x10));
        case(false, version, "CONNECT protocol level", connect("MQTT", 6, 2).packet(0x10));
        case(false, version, "CONNECT reserved flag", connect("MQTT", level, 3).packet(0x10));
        case(
            false,
            version,
            "CONNECT will QoS 3",
            connect("MQTT", level, 0x1e).raw(empty).text("w").text("").packet(0x10),
        );
        case(false, version, "CONNECT will QoS without a will", connect("MQTT", level, 0x0a).packet(0x10));
        case(false, version, "CONNECT will retain without a will", connect("MQTT", level, 0x22).packet(0x10));
        case(
            false,
            version,
            "CONNECT will topic with #",
            connect("MQTT", level, 6).raw(empty).text("#").text("").packet(0x10),
        );
        case(
            false,
            version,
            "CONNECT empty will topic",
            connect("MQTT", level, 6).raw(empty).text("").text("").packet(0x10),
        );
        case(false, version, "CONNECT trailing bytes", connect("MQTT", level, 2).raw(&[0]).packet(0x10));
        case(false, version, "CONNECT cut user name", connect("MQTT", level, 0x82).raw(&[0, 5, b'a']).packet(0x10));
        case(false, version, "CONNECT user name with U+0000", connect("MQTT", level, 0x82).text("\0").packet(0x10));
        case(false, version, "CONNECT cut in its flags", body().text("MQTT").raw(&[level]).packet(0x10));
    }

    // 3.1.1 alone.
    case(true, V4, "longer remaining length than needed", vec![0x40, 0x82, 0, 0, 1]);
    case(true, V4, "$share is a topic like others", raw(&[0, 1]).text("$share/a").raw(&[0]).packet(0x82));
    case(false, V4, "PUBACK of three bytes", vec![0x40, 3, 0, 1, 0]);
    case(
        false,
        V4,
        "CONNECT password without a user name",
        body().text("MQTT").raw(&[4, 0x42, 0, 0]).text("id").text("p").packet(0x10),
    );
    case(
        false,
        V4,
        "CONNECT no client identifier, no clean session",
        body().text("MQTT").raw(&[4, 0, 0, 0]).text("").packet(0x10),
    );

    // 5.0 alone.
    case(true, V5, "PUBLISH with four properties", vectors::publish_4_properties(256));
    case(true, V5, "CONNECT with everything", vectors::connect_5());
    case(true, V5, "PUBACK with a reason, without properties", vec![0x40, 3, 0, 1, 0x10]);
    case(true, V5, "PUBACK with a reason and no properties", vectors::puback_5());
    case(true, V5, "PUBCOMP 0x92", vec![0x70, 3, 0, 1, 0x92]);
    case(
        true,
        V5,
        "CONNECT password without a user name",
        body().text("MQTT").raw(&[5, 0x42, 0, 0, 0]).text("").text("p").packet(0x10),
    );
    case(true, V5, "Topic Alias Maximum 0", connect_with(raw(&[34, 0, 0])));
    case(false, V5, "longer remaining length than needed", vec![0x40, 0x82, 0, 0, 1]);
    case(false, V5, "PUBACK reason code", vec![0x40, 3, 0, 1, 0x01]);
    case(false, V5, "PUBACK reason code of PUBREL", vec![0x40, 3, 0, 1, 0x92]);
    case(false, V5, "PUBCOMP reason code of PUBACK", vec![0x70, 3, 0, 1, 0x10]);
    case(false, V5, "PUBACK trailing bytes", vec![0x40, 5, 0, 1, 0, 0, 0]);
    case(false, V5, "PUBACK properties' length", vec![0x40, 4, 0, 1, 0, 9]);

    let with = |list: Body| body().text("a").properties(list).raw(b"x").packet(0x30);
    case(true, V5, "user property twice", with(raw(&[38]).text("a").text("b").raw(&[38]).text("a").text("c")));
    case(true, V5, "PUBLISH with two subscription identifiers", with(raw(&[11, 1, 11, 2])));
    case(true, V5, "topic alias instead of a topic", body().text("").properties(raw(&[35, 0, 1])).packet(0x30));
    case(true, V5, "correlation data that is not text", with(raw(&[9, 0, 2, 0, 0xff])));
    case(false, V5, "unknown property", with(raw(&[4, 0])));
    case(false, V5, "property of CONNECT in PUBLISH", with(raw(&[33, 0, 1])));
    case(false, V5, "property of CONNACK in CONNECT", connect_with(raw(&[36, 1])));
    case(false, V5, "message expiry twice", with(raw(&[2, 0, 0, 0, 1, 2, 0, 0, 0, 1])));
    case(false, V5, "content type twice", with(raw(&[3]).text("a").raw(&[3]).text("a")));
    case(false, V5, "payload format 2", with(raw(&[1, 2])));
    case(false, V5, "topic alias 0", with(raw(&[35, 0, 0])));
    case(false, V5, "subscription identifier 0", with(raw(&[11, 0])));
    case(false, V5, "subscription identifier, longer than needed", with(raw(&[11, 0x81, 0])));
    case(false, V5, "response topic with +", with(raw(&[8]).text("a/+")));
    case(false, V5, "empty response topic", with(raw(&[8]).text("")));
    case(false, V5, "content type with U+0000", with(raw(&[3]).text("\0")));
    case(false, V5, "content type that is not UTF-8", with(raw(&[3, 0, 1, 0xff])));
    case(false, V5, "user property without a value", with(raw(&[38]).text("a")));
    case(false, V5, "property cut by its list's end", with(raw(&[2, 0, 0])));
    case(false, V5, "properties longer than the packet", body().text("a").raw(&[99, 1]).packet(0x30));
    case(false, V5, "properties' length, longer than needed", body().text("a").raw(&[0x80, 0]).packet(0x30));
    case(
        false,
        V5,
        "properties' length of five bytes",
        body().text("a").raw(&[0x80, 0x80, 0x80, 0x80, 0]).packet(0x30),
    );
    case(false, V5, "no properties' length", body().text("a").packet(0x30));
    case(
        false,
        V5,
        "payload that is not the UTF-8 it says",
        body().text("a").properties(raw(&[1, 1])).raw(&[0xff]).packet(0x30),
    );

    case(false, V5, "receive maximum 0", connect_with(raw(&[33, 0, 0])));
    case(false, V5, "maximum packet size 0", connect_with(raw(&[39, 0, 0, 0, 0])));
    case(false, V5, "request problem information 2", connect_with(raw(&[23, 2])));
    case(false, V5, "receive maximum twice", connect_with(raw(&[33, 0, 1, 33, 0, 1])));
    case(false, V5, "authentication data without a method", connect_with(raw(&[22, 0, 1, 0])));
    let will = |list: Body, payload: &[u8]| {
        let start = body().text("MQTT").raw(&[5, 6, 0, 0, 0]).text("id").properties(list).text("w");
        start.raw(&(payload.len() as u16).to_be_bytes()).raw(payload).packet(0x10)
    };
    case(true, V5, "will with a delay", will(raw(&[24, 0, 0, 0, 1]), b"x"));
    case(false, V5, "topic alias in the will", will(raw(&[35, 0, 1]), b"x"));
    case(false, V5, "will payload that is not the UTF-8 it says", will(raw(&[1, 1]), &[0xff]));

    let subscribe =
        |list: Body, filter: &str, options: u8| raw(&[0, 1]).properties(list).text(filter).raw(&[options]).packet(0x82);
    case(true, V5, "shared subscription", subscribe(body(), "$share/group/a/+", 0));
    case(true, V5, "all subscription options", subscribe(body(), "a", 0x2e));
    case(true, V5, "SUBSCRIBE with a subscription identifier", subscribe(raw(&[11, 0xff, 0xff, 0xff, 0x7f]), "a", 0));
    case(false, V5, "SUBSCRIBE with two subscription identifiers", subscribe(raw(&[11, 1, 11, 2]), "a", 0));
    case(false, V5, "retain handling 3", subscribe(body(), "a", 0x30));
    case(false, V5, "no local on a shared subscription", subscribe(body(), "$share/group/a", 4));
    case(false, V5, "shared subscription without a filter", subscribe(body(), "$share/group", 0));
    case(false, V5, "shared subscription with an empty filter", subscribe(body(), "$share/group/", 0));
    case(false, V5, "shared subscription without a name", subscribe(body(), "$share//a", 0));
    case(false, V5, "shared subscription with a wildcard name", subscribe(body(), "$share/+/a", 0));
    cases
}

fn connect_with(list: Body) -> Vec<u8> {
    Body::default().text("MQTT").raw(&[5, 2, 0, 60]).properties(list).text("id").packet(0x10)
}
