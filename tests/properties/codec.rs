//! Laws of the decoder: bytes in, packets out.

use fourwire::mqtt::{DecodeError, Decoder, Limits, Packet, Part, Publish, Version};

/// What a stream of bytes decodes to: packets by their encoding, and how it ended.
#[derive(Debug, PartialEq)]
pub struct Stream {
    pub packets: Vec<Vec<u8>>,
    pub consumed: usize,
    /// With its offset in the stream.
    pub error: Option<DecodeError>,
}

/// Small, so that the limits are met.
const LIMITS: Limits = Limits { packet: 512, publish: 4096, payload_format: true };

pub fn version(byte: u8) -> Version {
    [Version::V3_1, Version::V3_1_1, Version::V5, Version::V5][usize::from(byte & 3)]
}

/// Law 5: nothing panics; no more is consumed than there is; an offset is in the input; what is decoded is not empty.
/// Law 1: a prefix has no other packets, and an error that is found early is the error of the whole.
pub fn any_bytes(data: &[u8]) {
    let Some((first, bytes)) = data.split_first() else { return };
    let fresh = || Decoder::with_limits(version(*first), LIMITS);
    let whole = fresh().decode(bytes).map(|unit| unit.map(|(_, used)| used));
    match whole {
        Ok(Some(used)) => assert!((2..=bytes.len()).contains(&used)),
        Ok(None) => {}
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
    let steps = if bytes.len() > 64 { 17 } else { 1 };
    for end in (0..bytes.len()).step_by(steps) {
        match fresh().decode(&bytes[..end]).map(|unit| unit.map(|(_, used)| used)) {
            Ok(None) => {}
            early => assert_eq!(early, whole, "the first {end} bytes"),
        }
    }
}

/// Decodes all of `bytes`, given in pieces of these sizes, over and over.
pub fn stream(bytes: &[u8], version: Version, sizes: &[u8]) -> Stream {
    let mut decoder = Decoder::with_limits(version, LIMITS);
    let mut result = Stream { packets: Vec::new(), consumed: 0, error: None };
    let (mut there, mut sizes) = (0, sizes.iter().cycle());
    loop {
        match decoder.decode(&bytes[result.consumed..there]) {
            Ok(Some((packet, used))) => {
                result.packets.push(round_trip(&packet, decoder.version()));
                result.consumed += used;
            }
            Ok(None) if there == bytes.len() => return result,
            Ok(None) => there = (there + usize::from(*sizes.next().unwrap_or(&1)).max(1)).min(bytes.len()),
            Err(error) => {
                result.error = Some(DecodeError { offset: result.consumed + error.offset, ..error });
                return result;
            }
        }
    }
}

/// Law 1: any chunking gives the same packets and the same error.
pub fn chunked(data: &[u8]) {
    let [first, a, b, c, bytes @ ..] = data else { return };
    let version = version(*first);
    let whole = stream(bytes, version, &[255]);
    assert_eq!(stream(bytes, version, &[*a & 15, *b & 15, *c & 15]), whole);
    assert_eq!(stream(bytes, version, &[1]), whole);
    parts(bytes, version, &[*a, *b, *c], &whole);
}

/// A PUBLISH in parts is the same PUBLISH.
fn parts(bytes: &[u8], version: Version, sizes: &[u8], whole: &Stream) {
    let limits = Limits { packet: 48, publish: 512, payload_format: true };
    let mut decoder = Decoder::with_limits(version, limits);
    let (mut packets, mut consumed, mut there) = (Vec::new(), 0, 0);
    let mut sizes = sizes.iter().cycle();
    let mut large: Option<(Vec<u8>, u32)> = None;
    loop {
        match decoder.decode_part(&bytes[consumed..there]) {
            Ok(Some((part, used))) => {
                assert!(used > 0 && used <= there - consumed);
                consumed += used;
                match part {
                    Part::Packet(packet) => packets.push(round_trip(&packet, decoder.version())),
                    Part::Head { publish, payload_len } => {
                        let mut head = Vec::new();
                        publish.encode_head(decoder.version(), payload_len, &mut head).unwrap();
                        assert!(large.is_none() && publish.payload.is_empty());
                        large = Some((head, payload_len));
                    }
                    Part::Payload { bytes, remaining } => {
                        let (packet, left) = large.as_mut().unwrap();
                        packet.extend_from_slice(bytes);
                        assert_eq!(*left as usize - bytes.len(), remaining as usize);
                        *left = remaining;
                        if remaining == 0 {
                            packets.push(large.take().unwrap().0);
                        }
                    }
                }
            }
            Ok(None) if there == bytes.len() => break,
            Ok(None) => there = (there + usize::from(*sizes.next().unwrap_or(&1)).max(1)).min(bytes.len()),
            Err(_) => break,
        }
    }
    // With smaller limits fewer packets come, never others.
    let same = packets.iter().zip(&whole.packets).take_while(|(part, whole)| part == whole).count();
    assert!(same == packets.len() || same == whole.packets.len(), "{packets:?} {whole:?}");
}

/// Laws 3 and 4: what was decoded encodes to `encoded_len` bytes that decode to the same.
pub fn round_trip(packet: &Packet<'_>, version: Version) -> Vec<u8> {
    let mut bytes = Vec::new();
    packet.encode(version, &mut bytes).unwrap_or_else(|error| panic!("{packet:?} does not encode: {error}"));
    assert_eq!(bytes.len(), packet.encoded_len(version), "{packet:?}");
    let limits = Limits { packet: Limits::MAX_PACKET, ..Limits::default() };
    let (again, used) = Decoder::with_limits(version, limits).decode(&bytes).expect("valid").expect("whole");
    assert_eq!((used, &again), (bytes.len(), packet));
    touch(&again);
    bytes
}

/// Reads all that is read lazily.
fn touch(packet: &Packet<'_>) {
    let text = format!("{packet:?}");
    assert!(!text.is_empty());
    if let Packet::Publish(Publish { properties, .. }) = packet {
        for property in properties {
            assert!(properties.find(property.id()).is_some());
        }
        assert_eq!(properties.len(), properties.iter().count());
    }
}
