//! Frames of 1.2 that are whole and wrong, and those that are unusual and right.

use crate::vectors::{self, V12, frame};

pub type Case = harness::strict::Case<V12>;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut case = |good, name, packet: Vec<u8>| cases.push(Case { name, version: V12, packet, good });

    case(true, "SEND", vectors::send(64));
    case(true, "SEND with eight headers", vectors::send_8(16));
    case(true, "MESSAGE", vectors::message(1, 16));
    case(true, "MESSAGE of text", vectors::text(16));
    case(true, "ACK", vectors::ack());
    case(true, "ACK in a transaction", vectors::ack_in_transaction());
    case(true, "CONNECTED", vectors::connected());
    for (name, head, required) in [
        ("CONNECT", "CONNECT", "accept-version:1.2\nhost:a"),
        ("STOMP", "STOMP", "accept-version:1.2\nhost:a"),
        ("SUBSCRIBE", "SUBSCRIBE", "destination:a\nid:0"),
        ("UNSUBSCRIBE", "UNSUBSCRIBE", "id:0"),
        ("NACK", "NACK", "id:1"),
        ("BEGIN", "BEGIN", "transaction:t"),
        ("COMMIT", "COMMIT", "transaction:t"),
        ("ABORT", "ABORT", "transaction:t"),
        ("RECEIPT", "RECEIPT", "receipt-id:1"),
    ] {
        case(true, name, frame(&format!("{head}\n{required}"), b""));
        case(false, "a required header is missing", frame(&format!("{head}\nx:1"), b""));
        let long = format!("{head}\n{required}\ncontent-length:1");
        case(false, "a body where none may be", frame(&format!("{head}\n{required}"), b"x"));
        case(false, "a counted body where none may be", frame(&long, b"x"));
    }
    case(true, "DISCONNECT", frame("DISCONNECT\nreceipt:1", b""));
    case(true, "DISCONNECT without headers", frame("DISCONNECT", b""));
    case(true, "ERROR", frame("ERROR\nmessage:no", b"because"));
    case(true, "ERROR without headers", frame("ERROR", b""));

    // MESSAGE has the most readers: most of what follows is one.
    const HEAD: &str = "MESSAGE\nsubscription:0\nmessage-id:1\ndestination:a";
    let with = |header: &str, body: &[u8]| frame(&format!("{HEAD}\n{header}"), body);
    let bytes = |header: &[u8]| [HEAD.as_bytes(), b"\n", header, b"\n\n\0"].concat();
    case(true, "every escape", with("x:\\r\\n\\c\\\\", b""));
    case(true, "escapes in a name", with("\\c\\n:1", b""));
    case(
        true,
        "backslashes in pairs, over the end of a block",
        with("x:\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n", b""),
    );
    case(true, "an empty value", with("x:", b""));
    case(true, "spaces count", with(" x : 1 ", b""));
    case(true, "control characters", with("x:\t\u{1}\u{b}", b""));
    case(true, "the first of two counts", with("content-length:1\ncontent-length:9", b"x"));
    case(true, "UTF-8", with("x:é\u{1f980}", b""));
    case(true, "CR LF", b"MESSAGE\r\nsubscription:0\r\nmessage-id:1\r\ndestination:a\r\n\r\nx\0".to_vec());
    case(true, "a body with NUL", with("content-length:3", b"\0\0\0"));
    case(true, "an empty body, counted", with("content-length:0", b""));
    case(true, "a length with zeros before it", with("content-length:01", b"x"));
    case(true, "LF in the body", with("x:1", b"\n\n"));
    case(true, "raw colons in CONNECTED", frame("CONNECTED\nversion:1.2\nsession:ID:a:1", b""));
    case(true, "a backslash in CONNECTED", frame("CONNECTED\nversion:1.2\nsession:a\\tb", b""));
    case(true, "a backslash in CONNECT", frame("CONNECT\naccept-version:1.2\nhost:a\nlogin:a\\b", b""));

    case(false, "an undefined escape", with("x:\\t", b""));
    case(false, "a backslash at the end", with("x:a\\", b""));
    case(false, "an undefined escape in a name", with("\\t:a", b""));
    case(false, "a raw colon", with("x:a:b", b""));
    case(false, "CR alone", with("x:a\rb", b""));
    case(false, "CR twice", with("x:a\r\r", b""));
    case(false, "NUL in a header", with("x:a\0b", b""));
    case(false, "no blank line", b"ERROR\nmessage:no\0\n\n\0".to_vec());
    case(false, "a header without a colon", with("x", b""));
    case(false, "a header without a name", with(":1", b""));
    case(false, "a value that is not UTF-8", bytes(b"x:\xff"));
    case(false, "a name that is not UTF-8", bytes(b"\xc3:1"));
    case(false, "an overlong character", bytes(b"x:\xc0\xaf"));
    case(false, "half a surrogate", bytes(b"x:\xed\xa0\x80"));
    case(false, "a length that is none", with("content-length:abc", b"x"));
    case(false, "an empty length", with("content-length:", b"x"));
    case(false, "a length with a sign", with("content-length:+1", b"x"));
    case(false, "a length with a space", with("content-length: 1", b"x"));
    case(false, "no NUL behind the length", with("content-length:1", b"xy"));
    case(false, "a command in small letters", frame("disconnect\nreceipt:1", b""));
    case(false, "a command that nobody knows", frame("PUBLISH\nreceipt:1", b""));
    case(false, "a space behind the command", frame("DISCONNECT \nreceipt:1", b""));
    case(false, "CR in the command", b"DIS\rCONNECT\n\n\0".to_vec());
    case(false, "CR between frames", b"\rDISCONNECT\n\n\0".to_vec());
    cases
}

/// What some limit of ours refuses, and what it just takes: for the floor, which has the same.
#[cfg(test)]
pub fn limits() -> Vec<Case> {
    let case = |good, name, packet: Vec<u8>| Case { name, version: V12, packet, good };
    let headers = |count| frame(&format!("ERROR{}", "\nx:1".repeat(count)), b"");
    let line = |len: usize| frame(&format!("ERROR\nx:{}", "a".repeat(len - 3)), b"");
    // Lines of 1 KiB, and one that fills up.
    let head = |len: usize| {
        let line = format!("\nx:{}", "a".repeat(1021));
        let lines = line.repeat(62);
        let rest = len - 6 - lines.len() - 1;
        frame(&format!("ERROR{lines}\nx:{}", "a".repeat(rest - 3)), b"")
    };
    let body = |len: usize| frame("ERROR", &vec![b'x'; len]);
    let counted = |len: usize| frame(&format!("ERROR\ncontent-length:{len}"), &vec![b'x'; len]);
    vec![
        case(true, "256 headers", headers(256)),
        case(false, "257 headers", headers(257)),
        case(true, "a line of 16 KiB", line(1 << 14)),
        case(false, "a line of 16 KiB and a byte", line((1 << 14) + 1)),
        case(true, "a head of 64 KiB", head(1 << 16)),
        case(false, "a head of 64 KiB and a byte", head((1 << 16) + 1)),
        case(true, "a body of 1 MiB", body(1 << 20)),
        case(false, "a body of 1 MiB and a byte", body((1 << 20) + 1)),
        case(true, "a counted body of 1 MiB", counted(1 << 20)),
        case(false, "a counted body of 1 MiB and a byte", counted((1 << 20) + 1)),
    ]
}
