//! The bytes: one frame for each row, and the stream. By hand, after the specification.

/// STOMP 1.2: the only version that all peers speak.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct V12;

impl harness::peer::Version for V12 {
    /// Of frames that are right: the blank line, and behind it as many bytes as content-length says, or up to NUL.
    fn frame_len(input: &[u8]) -> Option<usize> {
        let head = input.windows(2).position(|pair| pair == b"\n\n")? + 2;
        let lines = input[..head].split(|byte| *byte == b'\n');
        let mut lengths = lines.filter_map(|line| line.strip_prefix(b"content-length:"));
        let body = match lengths.next() {
            Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
            None => input[head..].iter().position(|byte| *byte == 0)?,
        };
        (input.get(head + body) == Some(&0)).then_some(head + body + 1)
    }
}

/// A frame: the head's lines, and a body.
pub fn frame(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\n\n", body, b"\0"].concat()
}

pub fn body(len: usize) -> Vec<u8> {
    (0..len).map(|i| b'a' + (i % 26) as u8).collect()
}

pub fn send(len: usize) -> Vec<u8> {
    frame("SEND\ndestination:/queue/orders.eu\ncontent-type:text/plain", &body(len))
}

/// What an application adds, two of them with escapes.
const ADDED: &str =
    "content-type:text/plain;charset=utf-8\nx-source:https\\c//example.org\\c8443/a\nx-note:one\\ntwo\\\\three";

/// A SEND with eight headers.
pub fn send_8(len: usize) -> Vec<u8> {
    let head = format!("SEND\ndestination:/queue/orders.eu\nreceipt:r-4711\npriority:4\npersistent:true\n{ADDED}");
    frame(&format!("{head}\ncontent-length:{len}"), &body(len))
}

/// A MESSAGE with eight headers.
pub fn message(id: u64, len: usize) -> Vec<u8> {
    let head = format!("MESSAGE\nsubscription:orders\nmessage-id:T_orders@@session-Vh1kVvKNoxbYqpsFzOXuzg@@{id}");
    let head =
        format!("{head}\ndestination:/queue/orders.eu\nack:T_orders@@session-Vh1kVvKNoxbYqpsFzOXuzg@@{id}\n{ADDED}");
    frame(&format!("{head}\ncontent-length:{len}"), &body(len))
}

/// A MESSAGE of text, which NUL ends.
pub fn text(len: usize) -> Vec<u8> {
    frame("MESSAGE\nsubscription:orders\nmessage-id:4711\ndestination:/queue/orders.eu", &body(len))
}

pub fn ack() -> Vec<u8> {
    frame("ACK\nid:T_orders@@session-Vh1kVvKNoxbYqpsFzOXuzg@@4711", b"")
}

pub fn ack_in_transaction() -> Vec<u8> {
    frame("ACK\nid:T_orders@@session-Vh1kVvKNoxbYqpsFzOXuzg@@4711\ntransaction:tx-17", b"")
}

pub fn connected() -> Vec<u8> {
    let head = "CONNECTED\nversion:1.2\nsession:session-Vh1kVvKNoxbYqpsFzOXuzg\nserver:RabbitMQ/4.1.0";
    frame(&format!("{head}\nheart-beat:10000,10000"), b"")
}

/// A mebibyte of MESSAGEs: of ten, six have bodies of 16–127 bytes, three of 128–1023, one of 1–8 KiB.
pub fn stream() -> Vec<u8> {
    let mut stream = Vec::with_capacity(1 << 20);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    for id in 1.. {
        let len = match random(10) {
            0..6 => 16 + random(112),
            6..9 => 128 + random(896),
            _ => 1024 + random(7168),
        };
        let frame = message(id, len as usize);
        if stream.len() + frame.len() > 1 << 20 {
            break;
        }
        stream.extend_from_slice(&frame);
    }
    stream
}

/// What a frame of the rows holds: command, headers without their escapes, body.
pub fn parts(frame: &'static [u8]) -> (&'static str, Vec<(String, String)>, &'static [u8]) {
    let text = |bytes| std::str::from_utf8(bytes).unwrap();
    let end = frame.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let mut lines = text(&frame[..end]).split('\n');
    let command = lines.next().unwrap();
    let plain = |text: &str| text.replace("\\n", "\n").replace("\\c", ":").replace("\\\\", "\\");
    let headers = lines.map(|line| line.split_once(':').unwrap()).map(|(name, value)| (plain(name), plain(value)));
    (command, headers.collect(), &frame[end + 2..frame.len() - 1])
}

/// The value of the first header of this name, which is taken out.
pub fn take(headers: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = headers.iter().position(|(it, _)| it == name)?;
    Some(headers.remove(at).1)
}
