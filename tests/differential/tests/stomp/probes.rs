//! Streams with one thing in them that decoders may see differently.

use fourwire::stomp::Version;
use fourwire_differential::stomp::{Peer, Stream, Verdict, in_short, ours};

/// A stream, and what is in it.
pub struct Probe {
    pub name: &'static str,
    pub stream: Stream,
}

/// A row for each probe, with what each peer says of it.
pub fn rows(probes: &[Probe], columns: &[(Peer, Vec<Option<Vec<Verdict>>>)]) -> String {
    let row = |(at, probe): (usize, &Probe)| {
        let ours = ours(&probe.stream);
        let ours = ours.first().map_or("hears nothing", |(_, verdict)| verdict.name());
        let cells: String =
            columns.iter().map(|(peer, said)| format!(" {} |", cell(*peer, probe, &said[at]))).collect();
        format!("| {} | {} | {ours} |{cells}\n", probe.stream.version, probe.name)
    };
    probes.iter().enumerate().map(row).collect()
}

fn cell(peer: Peer, probe: &Probe, said: &Option<Vec<Verdict>>) -> &'static str {
    said.as_ref().map_or("–", |said| in_short(peer, &probe.stream, said))
}

/// Those of a server, for all peers read these.
pub fn all() -> Vec<Probe> {
    use Version::{V1_0, V1_1, V1_2};
    let mut all = Vec::new();
    let mut add = |version, name, bytes: &[u8]| {
        all.push(Probe { name, stream: Stream::whole(version, true, bytes.to_vec()) });
    };
    let message = |headers: &[u8], body: &[u8]| {
        [b"MESSAGE\ndestination:d\nmessage-id:1\nsubscription:s\n", headers, b"\n", body, b"\0"].concat()
    };
    add(V1_2, "a MESSAGE", &message(b"", b"hello"));
    add(V1_2, "lines end with CR LF", b"RECEIPT\r\nreceipt-id:1\r\n\r\n\0");
    add(V1_2, "lines end with LF, the blank one with CR LF", b"ERROR\nmessage:m\n\r\nbody\0");
    add(V1_2, "CR in a value", &message(b"a:b\rc\n", b""));
    add(V1_1, "CR at the end of a value", &message(b"a:b\r\n", b""));
    add(V1_1, "lines end with CR LF, the blank one, too", b"RECEIPT\r\nreceipt-id:1\r\n\r\n\0");
    add(V1_2, "LF before it", &[b"\n", &message(b"", b"")[..]].concat());
    add(V1_2, "two LF before it", &[b"\n\n", &message(b"", b"")[..]].concat());
    add(V1_2, "two CR LF before it", &[b"\r\n\r\n", &message(b"", b"")[..]].concat());
    add(V1_2, "NUL before it", &[b"\0", &message(b"", b"")[..]].concat());
    add(V1_2, "no blank line", b"RECEIPT\nreceipt-id:1\n\0");
    add(V1_2, "no NUL", b"RECEIPT\nreceipt-id:1\n\n");
    add(V1_2, "a command in small letters", b"receipt\nreceipt-id:1\n\n\0");
    add(V1_2, "a command that nobody knows", b"HELLO\nreceipt-id:1\n\n\0");

    add(V1_2, "a line without a colon", &message(b"a\n", b""));
    add(V1_2, "an empty name", &message(b":a\n", b""));
    add(V1_2, "an empty value", &message(b"a:\n", b""));
    add(V1_2, "a colon in a value", &message(b"a:b:c\n", b""));
    add(V1_0, "a colon in a value", &message(b"a:b:c\n", b""));
    add(V1_2, "a colon in CONNECTED", b"CONNECTED\nversion:1.2\nsession:ID:a:1\n\n\0");
    add(V1_2, "a header twice", &message(b"a:1\na:2\n", b""));
    add(V1_2, "destination twice", &message(b"destination:e\n", b""));
    add(V1_2, "a blank behind the colon", &message(b"a: b\n", b""));
    add(V1_0, "a blank behind the colon", &message(b"a: b\n", b""));
    add(V1_2, "a no-break space at a value's end", &message("a:b\u{A0}\n".as_bytes(), b""));
    add(V1_2, "a byte order mark before a value", &message("a:\u{FEFF}b\n".as_bytes(), b""));
    add(V1_2, "a header of the name __proto__", &message(b"__proto__:a\n", b""));
    add(V1_2, "a value that is not UTF-8", &message(b"a:\xFF\n", b""));
    add(V1_0, "a value that is not UTF-8", &message(b"a:\xFF\n", b""));
    add(V1_2, "an overlong form in a value", &message(b"a:\xC1\xA1\n", b""));
    add(V1_2, "a surrogate in a value", &message(b"a:\xED\xA0\x80\n", b""));
    add(V1_2, "NUL in a value", &message(b"a:b\0c\n", b""));
    add(V1_2, "a required header is missing", b"RECEIPT\n\n\0");

    add(V1_2, "the four escapes", &message(b"a:\\r\\n\\c\\\\\n", b""));
    add(V1_2, "an escape in a name", &message(b"a\\cb:c\n", b""));
    add(V1_2, "an escaped backslash and an n", &message(b"a:\\\\n\n", b""));
    add(V1_2, "an escape that is none", &message(b"a:\\t\n", b""));
    add(V1_2, "a backslash at a value's end", &message(b"a:b\\\n", b""));
    add(V1_1, "`\\r`", &message(b"a:\\r\n", b""));
    add(V1_0, "`\\n`", &message(b"a:\\n\n", b""));
    add(V1_2, "`\\n` in CONNECTED", b"CONNECTED\nversion:1.2\nserver:a\\nb\n\n\0");
    add(V1_2, "`\\c` in a RECEIPT's header", b"RECEIPT\nreceipt-id:1\na:b\\cc\n\n\0");

    add(V1_2, "NUL in a body that is counted", &message(b"content-length:3\n", b"a\0b"));
    add(V1_2, "a length too small by one", &message(b"content-length:2\n", b"abc"));
    add(V1_2, "a length too large by one", &message(b"content-length:4\n", b"abc"));
    add(V1_2, "a length that is no number", &message(b"content-length:abc\n", b"abc"));
    add(V1_2, "a length that is negative", &message(b"content-length:-1\n", b"abc"));
    add(V1_2, "a length with a plus", &message(b"content-length:+3\n", b"abc"));
    add(V1_2, "a length with a blank before it", &message(b"content-length: 3\n", b"abc"));
    add(V1_0, "a length with a blank before it", &message(b"content-length: 3\n", b"abc"));
    add(V1_2, "an empty length", &message(b"content-length:\n", b"abc"));
    add(V1_2, "a second length that is wrong", &message(b"content-length:3\ncontent-length:9\n", b"abc"));
    add(V1_2, "a length of 0 in a RECEIPT", b"RECEIPT\nreceipt-id:1\ncontent-length:0\n\n\0");
    add(V1_1, "a length of 1 in a RECEIPT", b"RECEIPT\nreceipt-id:1\ncontent-length:1\n\n\0");
    add(V1_2, "a body in a RECEIPT", b"RECEIPT\nreceipt-id:1\n\na\0");
    add(V1_0, "a body in a RECEIPT", b"RECEIPT\nreceipt-id:1\n\na\0");
    all
}
