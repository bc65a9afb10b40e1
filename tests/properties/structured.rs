//! Laws of the encoder: values in, bytes out.

use arbitrary::{Arbitrary, Result, Unstructured};
use fourwire::SliceOutput;
use fourwire::mqtt::{
    Ack, Auth, ConnAck, Connect, Decoder, Disconnect, EncodeError, Limits, Packet, PacketId, Properties, Property,
    Publish, QoS, ReasonCode, ReasonCodes, SubAck, Subscribe, Subscription, Subscriptions, TopicFilters, UnsubAck,
    Unsubscribe, Version, Will,
};

/// Law 3: a packet encodes to bytes that decode to an equal one, or is refused and nothing is written. Law 4: the length
/// is exact. An output that is too small by one byte is full, and empty.
pub fn structured(data: &[u8]) {
    // Too little data makes no packet: that is no failure.
    let _ = build(&mut Unstructured::new(data));
}

fn build(data: &mut Unstructured<'_>) -> Result<()> {
    let version = Version::arbitrary(data)?;
    let (own, of_will) = (list::<Property<'_>>(data)?, list::<Property<'_>>(data)?);
    let properties = Properties::new(&own);
    let packet_id = PacketId::new(u16::arbitrary(data)?);
    let id = packet_id.unwrap_or(PacketId::MIN);
    let reason_code = ReasonCode::arbitrary(data)?;
    let qos = QoS::arbitrary(data)?;
    let (flag, dup) = (bool::arbitrary(data)?, bool::arbitrary(data)?);
    let ack = Ack { packet_id: id, reason_code, properties };
    let codes = list::<ReasonCode>(data)?;
    let filters = list::<&str>(data)?;
    let mut wanted = Vec::new();
    for filter in &filters {
        wanted.push(Subscription {
            filter,
            qos: QoS::arbitrary(data)?,
            no_local: bool::arbitrary(data)?,
            retain_as_published: bool::arbitrary(data)?,
            retain_handling: Arbitrary::arbitrary(data)?,
        });
    }
    let connect;
    let packet: Packet<'_> = match data.int_in_range(1..=15)? {
        1 => {
            let will = Will {
                topic: Arbitrary::arbitrary(data)?,
                payload: Arbitrary::arbitrary(data)?,
                qos,
                retain: flag,
                properties: Properties::new(&of_will),
            };
            connect = Connect {
                version,
                clean_start: dup,
                keep_alive: u16::arbitrary(data)?,
                properties,
                client_id: Arbitrary::arbitrary(data)?,
                will: bool::arbitrary(data)?.then_some(will),
                user_name: Arbitrary::arbitrary(data)?,
                password: Arbitrary::arbitrary(data)?,
            };
            (&connect).into()
        }
        2 => ConnAck { session_present: flag, reason_code, properties }.into(),
        4 => Packet::PubAck(ack),
        5 => Packet::PubRec(ack),
        6 => Packet::PubRel(ack),
        7 => Packet::PubComp(ack),
        8 => Subscribe { packet_id: id, properties, subscriptions: Subscriptions::new(&wanted) }.into(),
        9 => SubAck { packet_id: id, properties, reason_codes: ReasonCodes::new(&codes) }.into(),
        10 => Unsubscribe { packet_id: id, properties, filters: TopicFilters::new(&filters) }.into(),
        11 => UnsubAck { packet_id: id, properties, reason_codes: ReasonCodes::new(&codes) }.into(),
        12 => Packet::PingReq,
        13 => Packet::PingResp,
        14 => Disconnect { reason_code, properties }.into(),
        15 => Auth { reason_code, properties }.into(),
        _ => {
            // With QoS 0 the identifier is not written.
            let packet_id = packet_id.filter(|_| qos != QoS::AtMostOnce);
            let (topic, payload) = (Arbitrary::arbitrary(data)?, Arbitrary::arbitrary(data)?);
            Publish { topic, payload, properties, packet_id, qos, retain: flag, dup }.into()
        }
    };
    check(&packet, version);
    Ok(())
}

fn list<'a, T: Arbitrary<'a>>(data: &mut Unstructured<'a>) -> Result<Vec<T>> {
    (0..data.int_in_range(0..=4)?).map(|_| T::arbitrary(data)).collect()
}

fn check(packet: &Packet<'_>, version: Version) {
    let mut out = Vec::new();
    if let Err(error) = packet.encode(version, &mut out) {
        assert!(out.is_empty() && error != EncodeError::Full, "{packet:?}: {error}");
        return;
    }
    assert_eq!(out.len(), packet.encoded_len(version), "{packet:?}");
    let limits = Limits { packet: Limits::MAX_PACKET, ..Limits::default() };
    let (decoded, used) = Decoder::with_limits(version, limits)
        .decode(&out)
        .unwrap_or_else(|error| panic!("{packet:?} was encoded and is refused: {error}"))
        .expect("whole");
    assert_eq!((used, &decoded), (out.len(), packet));
    let mut room = vec![0; out.len() - 1];
    let mut small = SliceOutput::new(&mut room);
    assert_eq!(packet.encode(version, &mut small), Err(EncodeError::Full));
    assert!(small.is_empty());
}
