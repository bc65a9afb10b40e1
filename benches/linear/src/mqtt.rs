//! MQTT's streams.

use std::hint::black_box;

use fourwire::mqtt::{
    Decoder, Limits, Packet, PacketId, Properties, Property, Publish, QoS, Subscribe, Subscription, Subscriptions,
    Version,
};

/// What takes the next unit of the input, and says how long it was.
pub(crate) fn decoder(what: &str) -> Box<dyn FnMut(&[u8]) -> Option<usize>> {
    let packet = if what == "parts" { 256 } else { Limits::MAX_PACKET };
    let mut decoder = Decoder::with_limits(Version::V5, Limits { packet, ..Limits::default() });
    if what == "parts" {
        return Box::new(move |input| {
            let (part, used) = decoder.decode_part(black_box(input)).expect("valid")?;
            black_box(part);
            Some(used)
        });
    }
    let rescans = what == "rescan";
    Box::new(move |input| {
        if rescans {
            // The control: what a decoder costs that reads all of it each time.
            black_box(input.iter().fold(0_u8, |sum, byte| sum ^ byte));
        }
        let (packet, used) = decoder.decode(black_box(input)).expect("valid")?;
        black_box(packet);
        Some(used)
    })
}

pub(crate) fn stream(what: &str, size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut put = |packet: Packet<'_>| packet.encode(Version::V5, &mut out).expect("valid");
    match what {
        // One large message, of which nothing but the length is looked at; the same in parts.
        "publish" | "parts" | "rescan" => put(Publish::new("a/b", &vec![b'x'; size]).into()),
        // One large message whose payload is proved to be UTF-8.
        "text" => {
            let text = [Property::PayloadFormatIndicator(true)];
            put(Publish { properties: Properties::new(&text), ..Publish::new("a/b", &vec![b'x'; size]) }.into());
        }
        // One message with very many properties.
        "properties" => {
            let many = vec![Property::UserProperty("name", "value"); size / 14];
            put(Publish { properties: Properties::new(&many), ..Publish::new("a/b", b"") }.into());
        }
        // One request with very many filters.
        "filters" => {
            let many = vec![Subscription::new("a/+/c", QoS::AtLeastOnce); size / 8];
            let subscriptions = Subscriptions::new(&many);
            put(Subscribe { packet_id: PacketId::MIN, properties: Properties::EMPTY, subscriptions }.into());
        }
        // Very many small messages.
        "small" => (0..size / 16).for_each(|_| put(Publish::new("a/b/c", b"payload").into())),
        other => panic!("{other} is not known"),
    }
    out
}
