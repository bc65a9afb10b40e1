//! Frames that are whole and wrong, and those that are unusual and right.

use crate::vectors::{self, CHANNEL, FRAME_MAX, Payload, V091};

pub type Case = harness::strict::Case<V091>;

/// All methods, with the least that their arguments can be.
const METHODS: [(u16, &[u16]); 8] = [
    (10, &[10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 70, 71]),
    (20, &[10, 11, 20, 21, 40, 41]),
    (30, &[10, 11]),
    (40, &[10, 11, 20, 21, 30, 31, 40, 51]),
    (50, &[10, 11, 20, 21, 30, 31, 40, 41, 50, 51]),
    (60, &[10, 11, 20, 21, 30, 31, 40, 50, 60, 70, 71, 72, 80, 90, 100, 110, 111, 120]),
    (85, &[10, 11]),
    (90, &[10, 11, 20, 21, 30, 31]),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut case = |good, name, packet: Vec<u8>| cases.push(Case { name, version: V091, packet, good });
    let empty = Payload::default;

    case(true, "protocol header", b"AMQP\0\0\x09\x01".to_vec());
    case(true, "heartbeat", vectors::heartbeat());
    case(true, "basic.deliver", vectors::deliver(1));
    case(true, "basic.ack", vectors::ack(1));
    case(true, "content header", vectors::header(1));
    case(true, "body", vectors::body(3));
    case(true, "body of no bytes", vectors::body(0));
    case(true, "queue.declare", vectors::queue_declare());
    let start = Payload::method(10, 10).u8(0).u8(9).table(empty().entry("a", b't', &[1]));
    case(true, "connection.start", start.long(b"PLAIN").long(b"en_US").frame(1, 0));
    case(true, "channel.close", Payload::method(20, 40).u16(404).short("no").u16(50).u16(10).frame(1, 1));

    // Whether zeros are enough says how long the arguments are; every other length is wrong.
    for (class, methods) in METHODS {
        for method in methods {
            let channel = if class == 10 { 0 } else { CHANNEL };
            let zeros = |len: usize| Payload::method(class, *method).raw(&vec![0; len]).frame(1, channel);
            case(true, "all zeros", zeros(least(class, *method)));
            case(false, "all zeros, and one", zeros(least(class, *method) + 1));
        }
    }
    case(false, "class 70", Payload::method(70, 10).u16(0).frame(1, 1));
    case(false, "basic 61", Payload::method(60, 61).u16(0).frame(1, 1));
    case(false, "method of three bytes", empty().raw(&[0, 60, 0]).frame(1, 1));

    case(false, "frame type 0", empty().frame(0, 0));
    case(false, "frame type 4", empty().frame(4, 0));
    case(false, "heartbeat on a channel", empty().frame(8, 1));
    case(false, "heartbeat with a payload", empty().u8(0).frame(8, 0));
    case(false, "body on channel 0", empty().u8(0).frame(3, 0));
    case(false, "method on channel 0", Payload::method(90, 10).frame(1, 0));
    case(false, "connection's method on a channel", Payload::method(10, 51).frame(1, 1));
    let mut end = vectors::ack(1);
    *end.last_mut().unwrap() = 0xcd;
    case(false, "no frame end", end);
    case(false, "too large a frame", vectors::body(FRAME_MAX as usize));

    let header = |class, weight, flags| empty().u16(class).u16(weight).u64(0).u16(flags);
    case(true, "no properties", header(60, 0, 0).frame(2, 1));
    let all = header(60, 0, 0xfffc).short("ct").short("ce").table(empty()).u8(2).u8(9).short("ci").short("rt");
    let all = all.short("60000").short("id").u64(1).short("kind").short("guest").short("app").short("cluster");
    case(true, "all properties", all.frame(2, 1));
    case(false, "class 50", header(50, 0, 0).frame(2, 1));
    case(false, "weight", header(60, 1, 0).frame(2, 1));
    case(true, "a flag that more follow", header(60, 0, 1).frame(2, 1));
    case(false, "more flags", header(60, 0, 1).u16(0).frame(2, 1));
    case(true, "a flag of no property", header(60, 0, 2).frame(2, 1));
    case(false, "a flag of no property, and one", header(60, 0, 2).short("a").frame(2, 1));
    case(false, "a property that is not there", header(60, 0, 1 << 15).frame(2, 1));
    case(false, "a header of eleven bytes", empty().u16(60).u64(0).u8(0).frame(2, 1));
    case(false, "bytes behind the properties", header(60, 0, 0).u8(0).frame(2, 1));
    case(true, "a property that is not UTF-8", header(60, 0, 1 << 15).raw(&[1, 0xff]).frame(2, 1));

    let table = |entries: Payload| header(60, 0, 1 << 13).table(entries).frame(2, 1);
    let types: [(u8, usize); 16] = [
        (b't', 1),
        (b'b', 1),
        (b'B', 1),
        (b's', 2),
        (b'U', 2),
        (b'u', 2),
        (b'I', 4),
        (b'i', 4),
        (b'l', 8),
        (b'L', 8),
        (b'f', 4),
        (b'd', 8),
        (b'D', 5),
        (b'T', 8),
        (b'S', 4),
        (b'x', 4),
    ];
    let every = types.iter().fold(empty(), |table, (letter, len)| table.entry("key", *letter, &vec![0; *len]));
    case(true, "a value of every type", table(every.entry("v", b'V', &[]).entry("a", b'A', &[0; 4])));
    let array = empty().u8(b'I').u32(7).u8(b'S').long(b"text").u8(b'F').table(empty().text("k", "v"));
    case(true, "an array", table(empty().short("a").u8(b'A').table(array)));
    case(false, "a value of no type", table(empty().entry("a", b'Z', &[])));
    case(false, "a key alone", table(empty().short("a")));
    case(false, "a value cut", table(empty().entry("a", b'I', &[0; 3])));
    case(false, "a string longer than its table", table(empty().short("a").u8(b'S').u32(2).u8(0)));
    case(false, "a table longer than its header", header(60, 0, 1 << 13).u32(1).frame(2, 1));
    let nested = |levels: usize| (1..levels).fold(empty(), |inner, _| empty().short("t").u8(b'F').table(inner));
    case(true, "tables in tables, 16", table(nested(16)));
    // What servers forward, and nobody does with arguments.
    case(true, "tables in tables, 17", table(nested(17)));
    case(false, "tables in tables, 17, in arguments", Payload::method(50, 10).u32(0).table(nested(17)).frame(1, 1));
    cases
}

/// How many zeros are good arguments.
fn least(class: u16, method: u16) -> usize {
    match (class, method) {
        (10, 10) => 14,
        (10, 11) => 10,
        (10, 20 | 21) | (20, 11) | (50, 31 | 41) => 4,
        (10, 30 | 31) => 8,
        (10, 40) => 3,
        (10, 41 | 60) | (20, 10 | 20 | 21) | (85, 10) => 1,
        (10, 50) | (20, 40) => 7,
        (10, 70) => 5,
        (30, 10) => 2,
        (30, 11) => 2,
        (40, 10) => 9,
        (40, 20) => 4,
        (40, 30 | 40) | (50, 20) => 10,
        (50, 10) => 8,
        (50, 11) => 9,
        (50, 30 | 40) => 4,
        (50, 50) => 9,
        (60, 10) => 7,
        (60, 20) => 9,
        (60, 21 | 31 | 72 | 100 | 110) => 1,
        (60, 30) => 2,
        (60, 40 | 50) => 5,
        (60, 60) => 12,
        (60, 70) => 4,
        (60, 71) => 15,
        (60, 80 | 90 | 120) => 9,
        _ => 0,
    }
}
