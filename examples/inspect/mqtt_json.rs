//! MQTT packets as JSON objects, with the specification's terms in snake_case.
//!
//! `tests/recordings.rs` compares these objects with what another decoder made of the same bytes.

use fourwire::mqtt::{
    Ack, ConnAck, Connect, Packet, PacketType, Properties, Property, Publish, QoS, ReasonCode, ReasonCodes, Subscribe,
    Subscription, Version, Will,
};
use serde_json::{Map, Value, json};

use crate::hex;
use crate::mqtt_property::{self, PropertyValue};

/// The packet of `length` bytes at `offset` in the stream.
pub(crate) fn packet(offset: u64, length: usize, packet: &Packet<'_>, version: Version) -> Value {
    let packet_type = packet.packet_type();
    let object = Object::default().with("offset", offset).with("length", length).with("packet", packet_type.name());
    let v5 = version == Version::V5;
    let object = match packet {
        Packet::Connect(connect) => with_connect(object, &connect.get()),
        Packet::ConnAck(connack) => with_connack(object, connack, version),
        Packet::Publish(publish) => with_publish(object, publish, v5),
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => {
            with_ack(object, ack, v5)
        }
        Packet::Subscribe(subscribe) => with_subscribe(object, subscribe, v5),
        Packet::SubAck(suback) => object
            .with("packet_identifier", suback.packet_id.get())
            .with_properties(&suback.properties, v5)
            .with(if v5 { "reason_codes" } else { "return_codes" }, codes(&suback.reason_codes)),
        Packet::Unsubscribe(unsubscribe) => object
            .with("packet_identifier", unsubscribe.packet_id.get())
            .with_properties(&unsubscribe.properties, v5)
            .with("topic_filters", unsubscribe.filters.iter().collect::<Vec<_>>()),
        Packet::UnsubAck(unsuback) => object
            .with("packet_identifier", unsuback.packet_id.get())
            .with_properties(&unsuback.properties, v5)
            .with_if("reason_codes", v5.then(|| codes(&unsuback.reason_codes))),
        Packet::PingReq | Packet::PingResp => object,
        Packet::Disconnect(disconnect) => object
            .with_if("reason_code", v5.then(|| disconnect.reason_code.value()))
            .with_properties(&disconnect.properties, v5),
        Packet::Auth(auth) => {
            object.with("reason_code", auth.reason_code.value()).with_properties(&auth.properties, v5)
        }
    };
    object.0.into()
}

fn with_connect(object: Object, connect: &Connect<'_>) -> Object {
    let v5 = connect.version == Version::V5;
    object
        .with("protocol_name", connect.version.protocol_name())
        .with("protocol_level", connect.version.protocol_level())
        .with(if v5 { "clean_start" } else { "clean_session" }, connect.clean_start)
        .with("keep_alive", connect.keep_alive)
        .with_properties(&connect.properties, v5)
        .with("client_identifier", connect.client_id)
        .with_if("will", connect.will.as_ref().map(|it| will(it, v5)))
        .with_if("user_name", connect.user_name)
        .with_if("password", connect.password.map(hex::encode))
}

fn will(will: &Will<'_>, v5: bool) -> Value {
    Object::default()
        .with("qos", will.qos.level())
        .with("retain", will.retain)
        .with_properties(&will.properties, v5)
        .with("topic", will.topic)
        .with("payload", hex::encode(will.payload))
        .0
        .into()
}

fn with_connack(object: Object, connack: &ConnAck<'_>, version: Version) -> Object {
    let v5 = version == Version::V5;
    object
        .with("session_present", connack.session_present)
        .with(if v5 { "reason_code" } else { "return_code" }, connack.reason_code.to_wire(PacketType::ConnAck, version))
        .with_properties(&connack.properties, v5)
}

fn with_publish(object: Object, publish: &Publish<'_>, v5: bool) -> Object {
    let packet_id = publish.packet_id.filter(|_| publish.qos != QoS::AtMostOnce);
    object
        .with("dup", publish.dup)
        .with("qos", publish.qos.level())
        .with("retain", publish.retain)
        .with("topic_name", publish.topic)
        .with_if("packet_identifier", packet_id.map(|id| id.get()))
        .with_properties(&publish.properties, v5)
        .with("payload", hex::encode(publish.payload))
}

fn with_ack(object: Object, ack: &Ack<'_>, v5: bool) -> Object {
    object
        .with("packet_identifier", ack.packet_id.get())
        .with_if("reason_code", v5.then(|| ack.reason_code.value()))
        .with_properties(&ack.properties, v5)
}

fn with_subscribe(object: Object, subscribe: &Subscribe<'_>, v5: bool) -> Object {
    object
        .with("packet_identifier", subscribe.packet_id.get())
        .with_properties(&subscribe.properties, v5)
        .with("subscriptions", subscribe.subscriptions.iter().map(|it| subscription(&it, v5)).collect::<Vec<_>>())
}

fn subscription(subscription: &Subscription<'_>, v5: bool) -> Value {
    Object::default()
        .with("topic_filter", subscription.filter)
        .with("qos", subscription.qos.level())
        .with_if("no_local", v5.then_some(subscription.no_local))
        .with_if("retain_as_published", v5.then_some(subscription.retain_as_published))
        .with_if("retain_handling", v5.then_some(subscription.retain_handling as u8))
        .0
        .into()
}

fn codes(codes: &ReasonCodes<'_>) -> Vec<u8> {
    codes.iter().map(ReasonCode::value).collect()
}

/// Properties by name. Those that may be there many times are lists, also if they are there once.
fn properties(properties: &Properties<'_>) -> Value {
    let mut object = Map::new();
    for property in properties {
        let name = property.id().name().to_lowercase().replace(' ', "_");
        let value = match mqtt_property::value(property) {
            PropertyValue::Number(number) => number.into(),
            PropertyValue::Text(text) => text.into(),
            PropertyValue::Binary(bytes) => hex::encode(bytes).into(),
            PropertyValue::Pair(name, value) => json!([name, value]),
        };
        match property {
            Property::UserProperty(..) | Property::SubscriptionIdentifier(_) => {
                if let Value::Array(list) = object.entry(name).or_insert_with(|| json!([])) {
                    list.push(value);
                }
            }
            _ => {
                object.insert(name, value);
            }
        }
    }
    object.into()
}

/// An object in the making; members stay in order.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_if(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn with_properties(self, own: &Properties<'_>, v5: bool) -> Self {
        self.with_if("properties", v5.then(|| properties(own)))
    }
}
