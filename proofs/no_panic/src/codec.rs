//! Decoder, encoders, lists, topics.

use fourwire::SliceOutput;
use fourwire::mqtt::{
    Decoder, Limits, Packet, PacketBuf, PacketType, Part, Properties, Property, PropertyId, Publish, QoS, ReasonCode,
    TopicFilter, Version, check_topic_name,
};

use crate::{bytes, opaque, room, sink};

#[unsafe(no_mangle)]
unsafe extern "C" fn decode(data: *const u8, len: usize, out: *mut u8, out_len: usize) -> usize {
    let (input, out) = unsafe { (bytes(data, len), room(out, out_len)) };
    let mut decoder = Decoder::with_limits(opaque(Version::V5), opaque(Limits::default()));
    decoder.set_limits(opaque(Limits::default()));
    match decoder.decode(input) {
        Ok(Some((packet, used))) => {
            encode(&packet, out);
            used
        }
        Ok(None) => 0,
        Err(error) => opaque(error.reason_code()) as usize,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn decode_part(data: *const u8, len: usize, state: &mut Decoder, out: *mut u8, out_len: usize) -> usize {
    let (input, out) = unsafe { (bytes(data, len), room(out, out_len)) };
    match state.decode_part(input) {
        Ok(Some((Part::Packet(packet), used))) => {
            encode(&packet, out);
            used
        }
        Ok(Some((Part::Head { publish, payload_len }, used))) => {
            sink(publish.encode_head(opaque(Version::V5), payload_len, &mut SliceOutput::new(out)));
            used
        }
        Ok(Some((Part::Payload { bytes, .. }, _))) => bytes.len(),
        _ => 0,
    }
}

/// All that can be asked of a packet.
fn encode(packet: &Packet<'_>, out: &mut [u8]) {
    let version = opaque(Version::V5);
    let mut out = SliceOutput::new(out);
    opaque(packet.encoded_len(version));
    sink(packet.encode(version, &mut out));
    opaque(out.written().len());
    sink(packet.packet_type().name());
    match packet {
        Packet::Connect(view) => {
            let connect = view.get();
            read(&connect.properties);
            sink(connect.encode(&mut out));
            if let Some(will) = connect.will {
                read(&will.properties);
            }
        }
        Packet::ConnAck(packet) => read(&packet.properties),
        Packet::Publish(packet) => read(&packet.properties),
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => read(&ack.properties),
        Packet::Subscribe(packet) => packet.subscriptions.iter().for_each(|item| sink(item)),
        Packet::Unsubscribe(packet) => packet.filters.iter().for_each(|item| sink(item)),
        Packet::SubAck(packet) => packet.reason_codes.iter().for_each(|item| sink(item)),
        Packet::UnsubAck(packet) => sink(packet.reason_codes.len()),
        Packet::Disconnect(packet) => read(&packet.properties),
        Packet::Auth(packet) => read(&packet.properties),
        Packet::PingReq | Packet::PingResp => {}
    }
    sink(*packet == Packet::PingReq);
}

fn read(properties: &Properties<'_>) {
    properties.iter().for_each(|property| sink(property));
    properties.user_properties().for_each(|property| sink(property));
    properties.subscription_identifiers().for_each(|property| sink(property));
    sink(properties.find(opaque(PropertyId::TopicAlias)));
    sink((properties.topic_alias(), properties.reason_string(), properties.correlation_data()));
    sink((properties.len(), properties.is_empty(), properties.wire()));
}

#[unsafe(no_mangle)]
unsafe extern "C" fn written(data: *const u8, len: usize, out: *mut u8, out_len: usize, number: u32) {
    let (input, out) = unsafe { (bytes(data, len), room(out, out_len)) };
    let text = core::str::from_utf8(input).unwrap_or_default();
    let list = opaque([
        Property::UserProperty(text, text),
        Property::SubscriptionIdentifier(number),
        Property::CorrelationData(input),
        Property::ResponseTopic(text),
    ]);
    let publish = Publish { properties: Properties::new(&list), ..Publish::new(text, input) };
    encode(&publish.with_qos(opaque(QoS::AtLeastOnce)).into(), out);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn topics(data: *const u8, len: usize, topic: *const u8, topic_len: usize) -> bool {
    let text = |bytes| core::str::from_utf8(bytes).unwrap_or_default();
    let (filter, topic) = unsafe { (text(bytes(data, len)), text(bytes(topic, topic_len))) };
    sink(check_topic_name(topic));
    TopicFilter::new(filter).is_ok_and(|filter| {
        sink((filter.share_name(), filter.filter(), filter.has_wildcards(), filter.as_str()));
        filter.matches(topic)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn owned(data: *const u8, len: usize) -> usize {
    match PacketBuf::new(opaque(Version::V3_1), unsafe { bytes(data, len) }) {
        Ok(buf) => buf.packet().packet_type() as usize,
        Err(error) => error.offset,
    }
}

#[unsafe(no_mangle)]
extern "C" fn codes(value: u8, level: u8) -> u8 {
    let code = ReasonCode::from_value(value).unwrap_or_default();
    let qos = QoS::from_level(level).unwrap_or_default();
    sink((code.name(), code.is_error(), code.granted_qos(), ReasonCode::granted(qos)));
    sink(code.belongs_to(opaque(PacketType::Auth)));
    code.to_wire(opaque(PacketType::ConnAck), opaque(Version::V3_1_1)).unwrap_or_default()
}
