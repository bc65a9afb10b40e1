//! Valid packets out of a fuzzer's bytes, to fuzz an application of your own with.

use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::property::Place;
use super::{
    Ack, Auth, ConnAck, Connect, Disconnect, Packet, PacketBuf, PacketId, PacketType, Properties, Property, Publish,
    QoS, ReasonCode, SubAck, Subscribe, Subscription, TopicFilter, UnsubAck, Unsubscribe, Version, Will,
    check_topic_name,
};

/// A valid packet of any type and version: what passes every check of the codec, and may still be wrong where it comes.
impl<'a> Arbitrary<'a> for PacketBuf<Vec<u8>> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let version = Version::arbitrary(u)?;
        let all = [
            PacketType::Publish,
            PacketType::PubAck,
            PacketType::PubRec,
            PacketType::PubRel,
            PacketType::PubComp,
            PacketType::Connect,
            PacketType::ConnAck,
            PacketType::Subscribe,
            PacketType::SubAck,
            PacketType::Unsubscribe,
            PacketType::UnsubAck,
            PacketType::PingReq,
            PacketType::PingResp,
            PacketType::Disconnect,
            PacketType::Auth,
        ];
        // AUTH, the last one, is 5.0's.
        let kinds = if version.is_v5() { &all[..] } else { all.get(..14).unwrap_or_default() };
        let packet = *u.choose(kinds)?;
        encode(u, packet, version)
    }
}

fn encode(u: &mut Unstructured<'_>, packet: PacketType, version: Version) -> Result<PacketBuf<Vec<u8>>> {
    let properties = properties(u, version, Place::of(packet))?;
    let properties = Properties::new(&properties);
    let reason_code = code(u, packet, version)?;
    let packet_id = PacketId::new(u.arbitrary()?).unwrap_or(PacketId::MIN);
    let ack = Ack { packet_id, reason_code, properties };
    let written =
        |packet: Packet<'_>| PacketBuf::encode(version, &packet).map_err(|_| arbitrary::Error::IncorrectFormat);
    match packet {
        PacketType::Connect => connect(u, version, properties),
        PacketType::ConnAck => {
            let session_present = version != Version::V3_1 && reason_code == ReasonCode::Success && u.arbitrary()?;
            written(ConnAck { session_present, reason_code, properties }.into())
        }
        PacketType::Publish => {
            let (topic, qos) = (topic(u)?, QoS::arbitrary(u)?);
            let packet_id = (qos != QoS::AtMostOnce).then_some(packet_id);
            let (retain, dup) = (u.arbitrary()?, qos != QoS::AtMostOnce && u.arbitrary()?);
            // Whatever the format indicator says: text is bytes too.
            let payload = <&str>::arbitrary(u)?.as_bytes();
            written(Publish { topic: &topic, payload, properties, packet_id, qos, retain, dup }.into())
        }
        PacketType::PubAck => written(Packet::PubAck(ack)),
        PacketType::PubRec => written(Packet::PubRec(ack)),
        PacketType::PubRel => written(Packet::PubRel(ack)),
        PacketType::PubComp => written(Packet::PubComp(ack)),
        PacketType::Subscribe => {
            let filters = filters(u)?;
            let mut subscriptions = Vec::new();
            for filter in &filters {
                let mut subscription = Subscription::new(filter, QoS::arbitrary(u)?);
                if version.is_v5() {
                    subscription.no_local = u.arbitrary()? && !filter.starts_with("$share/");
                    subscription.retain_as_published = u.arbitrary()?;
                    subscription.retain_handling = u.arbitrary()?;
                }
                subscriptions.push(subscription);
            }
            written(Subscribe { packet_id, properties, subscriptions: subscriptions.as_slice().into() }.into())
        }
        PacketType::Unsubscribe => {
            let filters = filters(u)?;
            let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
            written(Unsubscribe { packet_id, properties, filters: filters.as_slice().into() }.into())
        }
        PacketType::SubAck => {
            let codes = codes(u, packet, version)?;
            written(SubAck { packet_id, properties, reason_codes: codes.as_slice().into() }.into())
        }
        PacketType::UnsubAck => {
            let codes = if version.is_v5() { codes(u, packet, version)? } else { Vec::new() };
            written(UnsubAck { packet_id, properties, reason_codes: codes.as_slice().into() }.into())
        }
        PacketType::PingReq => written(Packet::PingReq),
        PacketType::PingResp => written(Packet::PingResp),
        PacketType::Disconnect => written(Disconnect { reason_code, properties }.into()),
        PacketType::Auth => written(Auth { reason_code, properties }.into()),
    }
}

fn connect(u: &mut Unstructured<'_>, version: Version, own: Properties<'_>) -> Result<PacketBuf<Vec<u8>>> {
    let (will_topic, will_properties) = (topic(u)?, properties(u, version, Place::WILL)?);
    let will = Will {
        topic: &will_topic,
        payload: <&str>::arbitrary(u)?.as_bytes(),
        qos: u.arbitrary()?,
        retain: u.arbitrary()?,
        properties: Properties::new(&will_properties),
    };
    let (client_id, user_name) = (text(u)?, text(u)?);
    let has_user_name = u.arbitrary()?;
    let has_password = (has_user_name || version.is_v5()) && u.arbitrary()?;
    let connect = Connect {
        version,
        clean_start: u.arbitrary()?,
        keep_alive: u.arbitrary()?,
        properties: own,
        client_id: if client_id.is_empty() && !version.is_v5() { "c" } else { &client_id },
        will: if u.arbitrary()? { Some(will) } else { None },
        user_name: has_user_name.then_some(user_name.as_str()),
        password: if has_password { Some(u.arbitrary()?) } else { None },
    };
    PacketBuf::encode(version, &(&connect).into()).map_err(|_| arbitrary::Error::IncorrectFormat)
}

/// Some properties, each of which may be where it is.
fn properties<'a>(u: &mut Unstructured<'a>, version: Version, place: Place) -> Result<Vec<Property<'a>>> {
    let mut all = Vec::new();
    if version.is_v5() {
        if place == Place::of(PacketType::Auth) {
            all.push(Property::AuthenticationMethod("method"));
        }
        for _ in 0..u.int_in_range(0..=4)? {
            all.push(u.arbitrary()?);
            if Properties::new(&all).measure(version, place).is_err() {
                all.pop();
            }
        }
    }
    Ok(all)
}

fn code(u: &mut Unstructured<'_>, packet: PacketType, version: Version) -> Result<ReasonCode> {
    let code = ReasonCode::arbitrary(u)?;
    let fits = |code: &ReasonCode| code.to_wire(packet, version).is_some();
    // What has no code of its own has success.
    Ok(Some(code).filter(fits).unwrap_or_default())
}

fn codes(u: &mut Unstructured<'_>, packet: PacketType, version: Version) -> Result<Vec<ReasonCode>> {
    (0..u.int_in_range(1..=4)?).map(|_| code(u, packet, version)).collect()
}

/// Text without U+0000.
fn text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(<&str>::arbitrary(u)?.chars().filter(|c| *c != '\0').collect())
}

fn topic(u: &mut Unstructured<'_>) -> Result<String> {
    let topic: String = text(u)?.chars().filter(|c| !matches!(c, '+' | '#')).collect();
    Ok(if check_topic_name(&topic).is_ok() { topic } else { "a/b".into() })
}

fn filters(u: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let filter = |u: &mut Unstructured<'_>| {
        let filter = match u.int_in_range(0..=3)? {
            0 => String::from(*u.choose(&["#", "+", "a/+/b", "+/#", "$share/g/a", "$share/g/#"])?),
            _ => text(u)?,
        };
        Ok(if TopicFilter::new(&filter).is_ok() { filter } else { "a/#".into() })
    };
    (0..u.int_in_range(1..=4)?).map(|_| filter(u)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made::made;

    /// Bytes that are there are a packet; all types come up, and all versions.
    #[test]
    fn all_packets_are_valid() {
        let mut seen = [0_u32; 16];
        for packet in made::<PacketBuf<Vec<u8>>>(4000) {
            PacketBuf::new(packet.version(), packet.bytes().clone()).expect("valid");
            seen[packet.packet().packet_type() as usize] |= 1 << packet.version() as u32;
        }
        assert_eq!(seen[1..15], [0b111; 14]);
        assert_eq!(seen[15], 0b100, "AUTH is 5.0's");
    }
}
