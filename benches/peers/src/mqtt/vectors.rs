//! The bytes: one packet for each row, and the mixed streams.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    V4,
    V5,
}

pub const TOPIC: &str = "site/7/line/3/temp/c4";

/// A packet under construction: the body.
#[derive(Default)]
pub struct Body(Vec<u8>);

impl Body {
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.raw(&(text.len() as u16).to_be_bytes()).raw(text.as_bytes())
    }

    /// A list of properties with its length.
    pub fn properties(mut self, list: Self) -> Self {
        put_varint(list.0.len(), &mut self.0);
        self.raw(&list.0)
    }

    /// The packet.
    pub fn packet(self, first: u8) -> Vec<u8> {
        let mut packet = vec![first];
        put_varint(self.0.len(), &mut packet);
        packet.extend_from_slice(&self.0);
        packet
    }
}

fn put_varint(mut value: usize, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Letters, so that a payload format indicator may say UTF-8.
fn payload(len: usize) -> Vec<u8> {
    (0..len).map(|i| b'a' + (i % 26) as u8).collect()
}

/// Properties in the order of their identifiers, which most encoders keep.
fn four_properties() -> Body {
    Body::default()
        .raw(&[1, 1])
        .raw(&[2, 0, 0, 14, 16])
        .raw(&[3])
        .text("application/json")
        .raw(&[38])
        .text("trace")
        .text("4bf92f3577b34da6")
}

pub fn publish(version: Version, qos: u8, payload_len: usize, properties: Option<Body>) -> Vec<u8> {
    publish_id(version, qos, 4711, payload_len, properties)
}

fn publish_id(version: Version, qos: u8, id: u16, payload_len: usize, properties: Option<Body>) -> Vec<u8> {
    let mut body = Body::default().text(TOPIC);
    if qos > 0 {
        body = body.raw(&id.to_be_bytes());
    }
    if version == Version::V5 {
        body = body.properties(properties.unwrap_or_default());
    }
    body.raw(&payload(payload_len)).packet(0x30 | qos << 1)
}

pub fn publish_4_properties(payload_len: usize) -> Vec<u8> {
    publish(Version::V5, 1, payload_len, Some(four_properties()))
}

pub fn puback() -> Vec<u8> {
    vec![0x40, 2, 0x12, 0x67]
}

/// With a reason code and no properties: the shortest form has neither.
pub fn puback_5() -> Vec<u8> {
    vec![0x40, 4, 0x12, 0x67, 0x10, 0]
}

pub fn connect_5() -> Vec<u8> {
    let properties = Body::default()
        .raw(&[17, 0, 0, 14, 16])
        .raw(&[33, 0, 100])
        .raw(&[38])
        .text("agent")
        .text("bench/1.0")
        .raw(&[39, 0, 1, 0, 0]);
    let will = Body::default().raw(&[1, 1]).raw(&[3]).text("text/plain").raw(&[24, 0, 0, 0, 5]);
    Body::default()
        .text("MQTT")
        .raw(&[5, 0b1110_1110, 0, 60])
        .properties(properties)
        .text("sensor-0017-berlin")
        .properties(will)
        .text("site/7/line/3/status")
        .text("offline")
        .text("user-0017")
        .text("correct horse")
        .packet(0x10)
}

pub const FILTERS: [&str; 8] = [
    "site/7/line/3/temp/c4",
    "site/+/line/3/temp",
    "site/7/#",
    "device/0017/command",
    "device/0017/config/+",
    "broadcast/all",
    "firmware/+/stable",
    "alarm/#",
];

pub fn subscribe(version: Version, filters: &[&str]) -> Vec<u8> {
    let mut body = Body::default().raw(&[0x12, 0x68]);
    if version == Version::V5 {
        body = body.properties(Body::default());
    }
    for (i, filter) in filters.iter().enumerate() {
        body = body.text(filter).raw(&[(i % 3) as u8]);
    }
    body.packet(0x82)
}

/// A mebibyte of 60 % PUBLISH QoS 0 and 20 % QoS 1 with 16–127 bytes, 12 % PUBACK, 3 % SUBSCRIBE with 1–3 filters, 5 %
/// PUBLISH QoS 1 with 512–2047 bytes; in 5.0 half of the PUBLISHes have four properties and a third of the PUBACKs a reason.
pub fn mixed(version: Version) -> Vec<u8> {
    let mut stream = Vec::with_capacity(1 << 20);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    loop {
        let id = random(65535) as u16 + 1;
        let properties = (version == Version::V5 && random(2) == 0).then(four_properties);
        let packet = match random(100) {
            0..60 => publish_id(version, 0, id, 16 + random(112) as usize, properties),
            60..80 => publish_id(version, 1, id, 16 + random(112) as usize, properties),
            80..92 => {
                let [high, low] = id.to_be_bytes();
                if version == Version::V5 && random(3) == 0 {
                    vec![0x40, 4, high, low, 0x10, 0]
                } else {
                    vec![0x40, 2, high, low]
                }
            }
            92..95 => {
                let at = random(6) as usize;
                subscribe(version, &FILTERS[at..at + 1 + random(3) as usize])
            }
            _ => publish_id(version, 1, id, 512 + random(1536) as usize, properties),
        };
        if stream.len() + packet.len() > 1 << 20 {
            return stream;
        }
        stream.extend_from_slice(&packet);
    }
}

impl harness::peer::Version for Version {
    /// The mixture of a length and a look-up that such a peer's user has to write.
    #[inline]
    fn frame_len(input: &[u8]) -> Option<usize> {
        let mut len = 0;
        for i in 0..4 {
            let byte = *input.get(1 + i)?;
            len |= usize::from(byte & 0x7f) << (7 * i);
            if byte < 0x80 {
                return Some(2 + i + len);
            }
        }
        None
    }
}

/// The same without the trait.
#[inline]
pub fn frame_len(input: &[u8]) -> Option<usize> {
    <Version as harness::peer::Version>::frame_len(input)
}
