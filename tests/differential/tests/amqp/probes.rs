//! Frames with one thing in them that decoders may see differently; and each letter that a value's type may have.

use fourwire_differential::amqp::{OTHER_VALUES, Peer, Verdict, ours};

/// A frame, and what is in it.
pub struct Probe {
    pub name: String,
    pub frame: Vec<u8>,
}

/// What one decoder says of all.
pub struct Column {
    probes: Vec<Verdict>,
    letters: Vec<Verdict>,
    /// What ours says, with numbers as this peer tells them.
    same: Vec<Verdict>,
}

impl Column {
    /// Ours.
    pub fn ours() -> Self {
        let say = |probes: &[Probe]| probes.iter().map(|probe| ours(Peer::RabbitMq, &probe.frame)).collect::<Vec<_>>();
        Self { probes: say(&all()), letters: say(&letters()), same: say(&all()) }
    }

    /// A peer's.
    pub fn of(peer: Peer, probes: &[Verdict], letters: &[Verdict]) -> Self {
        let same = all().iter().map(|probe| ours(peer, &probe.frame)).collect();
        Self { probes: probes.to_vec(), letters: letters.to_vec(), same }
    }

    fn probe(&self, at: usize) -> &str {
        match (&self.probes[at], &self.same[at]) {
            (Verdict::Takes(theirs, _), Verdict::Takes(ours, _)) if theirs != ours => OTHER_VALUES,
            (verdict, _) => verdict.name(),
        }
    }

    /// The value as it is read, if one of the frames with this letter is taken.
    fn letter(&self, letters: &[Probe], letter: &str) -> Option<&str> {
        let mut verdicts = letters.iter().zip(&self.letters).filter(|(probe, _)| probe.name == letter);
        verdicts.find_map(|(_, verdict)| match verdict {
            Verdict::Takes(text, _) => text.split_once("{6B=")?.1.strip_suffix(",}"),
            _ => None,
        })
    }
}

/// A row for each probe.
pub fn rows(probes: &[Probe], columns: &[Column]) -> String {
    let row = |(at, probe): (usize, &Probe)| {
        let cells: String = columns.iter().map(|column| format!(" {} |", column.probe(at))).collect();
        format!("| {} |{cells}\n", probe.name)
    };
    probes.iter().enumerate().map(row).collect()
}

/// A row for each letter that somebody takes.
pub fn letter_rows(letters: &[Probe], columns: &[Column]) -> String {
    let mut names: Vec<_> = letters.iter().map(|probe| &*probe.name).collect();
    names.dedup();
    let mut rows = String::new();
    for name in names {
        let values: Vec<_> = columns.iter().map(|column| column.letter(letters, name)).collect();
        if values.iter().any(Option::is_some) {
            let cells: String =
                values.iter().map(|value| value.map_or(" – |".into(), |value| format!(" `{value}` |"))).collect();
            rows += &format!("| {name} |{cells}\n");
        }
    }
    rows
}

/// Values behind each of the 256 letters, in a table under the key `k`: nothing, all bits set, lengths of 0, and 1.0.
pub fn letters() -> Vec<Probe> {
    let values: [&[u8]; 9] = [
        b"",
        &[0xFF],
        &[0xFF; 2],
        &[0xFF; 4],
        &[0xFF; 5],
        &[0xFF; 8],
        &[0; 4],
        b"\x3F\x80\0\0",
        b"\x3F\xF0\0\0\0\0\0\0",
    ];
    let probe = |letter: u8, value: &[u8]| {
        let name = if letter.is_ascii_alphabetic() { format!("`{}`", char::from(letter)) } else { format!("{letter}") };
        Probe { name, frame: declare(&[b"\x01k", &[letter][..], value].concat()) }
    };
    (0..=u8::MAX).flat_map(|letter| values.iter().map(move |value| probe(letter, value))).collect()
}

/// One thing each.
pub fn all() -> Vec<Probe> {
    let mut all = Vec::new();
    let mut add = |name: &str, frame: Vec<u8>| all.push(Probe { name: name.to_owned(), frame });

    add("table: a key twice", declare(b"\x01kV\x01kt\x01"));
    add("table: an empty key", declare(b"\0V"));
    add("table: a key of 129 bytes", declare(&[&[129][..], &[b'k'; 129], b"V"].concat()));
    add("table: a key of 255 bytes", declare(&[&[255][..], &[b'k'; 255], b"V"].concat()));
    add("table: a key that is not UTF-8", declare(b"\x01\xFFV"));
    add("table: a long string that is not UTF-8", declare(b"\x01kS\0\0\0\x01\xFF"));
    add("table: a bool of 2", declare(b"\x01kt\x02"));
    add("table: NaN", declare(b"\x01kd\x7F\xF8\0\0\0\0\0\0"));
    add("table: infinity", declare(b"\x01kf\x7F\x80\0\0"));
    add("table: minus 0.0", declare(b"\x01kf\x80\0\0\0"));
    add("table: a decimal of 2³¹", declare(b"\x01kD\x02\x80\0\0\0"));
    add("table: the timestamp 2³²", declare(b"\x01kT\0\0\0\x01\0\0\0\0"));
    add("table: the timestamp 2⁶⁴ − 1", declare(b"\x01kT\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
    add("table: an unknown type", declare(b"\x01kz\0\0\0\0"));
    add("table: a value past the table's end", declare(b"\x01kS\0\0\0\x02a"));
    add("table: a value past its inner table's end", declare(b"\x01kF\0\0\0\x04\x01jI\0\0\0\x01\0"));
    add("table: a key without a value", declare(b"\x01k"));
    for depth in [16, 32, 33, 100, 1_000] {
        add(&format!("table: nested {depth} deep"), declare(&nested(depth)));
    }

    add("method: a byte behind the last argument", frame(1, 1, b"\0\x3C\0\x50\0\0\0\0\0\0\0\x07\0\0"));
    add("method: an argument short by a byte", frame(1, 1, b"\0\x3C\0\x50\0\0\0\0\0\0\0\x07"));
    add("method: bits that have no meaning", frame(1, 1, b"\0\x3C\0\x50\0\0\0\0\0\0\0\x07\xFE"));
    add("method: a delivery tag of 2⁶³", frame(1, 1, b"\0\x3C\0\x50\x80\0\0\0\0\0\0\0\0"));
    add("method: a delivery tag of 2⁵³ + 1", frame(1, 1, b"\0\x3C\0\x50\0\x20\0\0\0\0\0\x01\0"));
    add("method: a queue's name that is not UTF-8", frame(1, 1, b"\0\x32\0\x1E\0\0\x01\xFF\0"));
    add("method: a queue's name with an overlong form", frame(1, 1, b"\0\x32\0\x1E\0\0\x02\xC0\x80\0"));
    add("method: a queue's name with a surrogate", frame(1, 1, b"\0\x32\0\x1E\0\0\x03\xED\xA0\x80\0"));
    add("method: a routing key that is not UTF-8", frame(1, 1, b"\0\x3C\0\x28\0\0\0\x01\xFF\0"));
    add("method: too short for its numbers", frame(1, 1, b"\0\x3C\0"));
    add("method: nobody knows it", frame(1, 1, b"\0\x3C\0\x79"));
    add("method: `basic.credit`, RabbitMQ's own", frame(1, 1, b"\0\x3C\0\xC8\0\0\0\0\x01\0"));
    add("method: `access.request`", frame(1, 1, b"\0\x1E\0\x0A\0\0"));
    add("method: `basic.ack` on channel 0", frame(1, 0, b"\0\x3C\0\x50\0\0\0\0\0\0\0\x07\0"));
    add("method: `connection.close-ok` on channel 1", frame(1, 1, b"\0\x0A\0\x33"));

    add("header: a byte behind the last property", header(0, 0, b"\0"));
    add("header: a property short by a byte", header(0, 0x8000, b"\x02a"));
    add("header: the lowest flag but one", header(0, 2, b""));
    add("header: flags that go on, with no more", header(0, 1, b""));
    add("header: flags that go on, with none set", header(0, 1, b"\0\0"));
    add("header: flags that go on, and a property", header(0, 0x1001, b"\0\0\x02"));
    add("header: a property that is not UTF-8", header(0, 0x8000, b"\x01\xFF"));
    add("header: an empty property", header(0, 0x8000, b"\0"));
    add("header: a body of 2⁶⁴ − 1 bytes", header(u64::MAX, 0, b""));
    add("header: a weight of 1", frame(2, 1, b"\0\x3C\0\x01\0\0\0\0\0\0\0\0\0\0"));
    add("header: of class `queue`", frame(2, 1, b"\0\x32\0\0\0\0\0\0\0\0\0\0\0\0"));
    add("header: on channel 0", frame(2, 0, b"\0\x3C\0\0\0\0\0\0\0\0\0\0\0\0"));

    add("body: on channel 0", frame(3, 0, b"a"));
    add("body: of 0 bytes", frame(3, 1, b""));
    add("heartbeat: on channel 1", frame(8, 1, b""));
    add("heartbeat: with a payload", frame(8, 0, b"a"));
    add("frame: of type 4", frame(4, 1, b""));
    add("frame: another byte at its end", b"\x03\0\x01\0\0\0\x01a\0".to_vec());
    all
}

fn frame(kind: u8, channel: u16, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap();
    [&[kind][..], &channel.to_be_bytes(), &len.to_be_bytes(), payload, &[0xCE]].concat()
}

/// A `queue.declare` with these arguments.
fn declare(table: &[u8]) -> Vec<u8> {
    let len = u32::try_from(table.len()).unwrap();
    frame(1, 1, &[b"\0\x32\0\x0A\0\0\0\0", &len.to_be_bytes()[..], table].concat())
}

fn header(size: u64, flags: u16, properties: &[u8]) -> Vec<u8> {
    frame(2, 1, &[b"\0\x3C\0\0", &size.to_be_bytes()[..], &flags.to_be_bytes(), properties].concat())
}

/// The entries of a table, in which there are others, so deep that the innermost is at this depth.
fn nested(depth: usize) -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 1..depth {
        let len = u32::try_from(inner.len()).unwrap();
        inner = [b"\x01kF", &len.to_be_bytes()[..], &inner].concat();
    }
    inner
}
