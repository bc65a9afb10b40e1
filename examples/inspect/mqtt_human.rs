//! MQTT packets as people read them.

use fourwire::mqtt::{
    Connect, Packet, PacketType, Properties, Property, PropertyId, Publish, QoS, ReasonCode, RetainHandling, Subscribe,
    Subscription, Version, Will,
};

use crate::block::{Block, Line};
use crate::mqtt_property::{self, PropertyValue};
use crate::paint::{Paint, Style};
use crate::text::{bytes, quoted};

pub(crate) fn block(packet: &Packet<'_>, version: Version, paint: Paint) -> Block {
    let page = Page { paint, packet_type: packet.packet_type(), version };
    let mut lines = vec![page.first(packet)];
    lines.extend(page.properties(own_properties(packet)));
    match packet {
        Packet::Connect(connect) => lines.extend(page.below_connect(&connect.get())),
        Packet::Subscribe(subscribe) => lines.extend(page.subscriptions(subscribe)),
        Packet::Unsubscribe(unsubscribe) => lines.extend(unsubscribe.filters.iter().map(|it| page.filter(it))),
        _ => {}
    }
    Block { name: page.packet_type.name(), style: style(page.packet_type), lines }
}

const fn style(packet: PacketType) -> Style {
    match packet {
        PacketType::Connect | PacketType::ConnAck | PacketType::Auth => Style::Cyan,
        PacketType::Publish => Style::Green,
        PacketType::PubAck | PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => Style::Blue,
        PacketType::Subscribe | PacketType::SubAck | PacketType::Unsubscribe | PacketType::UnsubAck => Style::Yellow,
        PacketType::PingReq | PacketType::PingResp => Style::Dim,
        PacketType::Disconnect => Style::Magenta,
    }
}

fn own_properties<'a>(packet: &Packet<'a>) -> Properties<'a> {
    match packet {
        Packet::Connect(connect) => connect.get().properties,
        Packet::ConnAck(connack) => connack.properties,
        Packet::Publish(publish) => publish.properties,
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => ack.properties,
        Packet::Subscribe(subscribe) => subscribe.properties,
        Packet::SubAck(suback) => suback.properties,
        Packet::Unsubscribe(unsubscribe) => unsubscribe.properties,
        Packet::UnsubAck(unsuback) => unsuback.properties,
        Packet::PingReq | Packet::PingResp => Properties::EMPTY,
        Packet::Disconnect(disconnect) => disconnect.properties,
        Packet::Auth(auth) => auth.properties,
    }
}

/// What all lines of one packet need to know.
struct Page {
    paint: Paint,
    packet_type: PacketType,
    version: Version,
}

impl Page {
    fn line(&self) -> Line {
        Line::new(self.paint)
    }

    fn headed(&self, heading: &str) -> Line {
        Line::headed(self.paint, heading)
    }

    /// The line beside the packet's name.
    fn first(&self, packet: &Packet<'_>) -> Line {
        let line = self.line();
        match packet {
            Packet::Connect(connect) => connect_line(line, &connect.get()),
            Packet::ConnAck(connack) => {
                self.code(line, connack.reason_code).flag(connack.session_present, "session present")
            }
            Packet::Publish(publish) => publish_line(line, publish),
            Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => {
                self.code_of_5(line.field("packet identifier", ack.packet_id), ack.reason_code)
            }
            Packet::Subscribe(subscribe) => line.field("packet identifier", subscribe.packet_id),
            Packet::SubAck(suback) => {
                let line = line.field("packet identifier", suback.packet_id);
                suback.reason_codes.iter().fold(line, |line, code| self.code(line, code))
            }
            Packet::Unsubscribe(unsubscribe) => line.field("packet identifier", unsubscribe.packet_id),
            Packet::UnsubAck(unsuback) => {
                let line = line.field("packet identifier", unsuback.packet_id);
                unsuback.reason_codes.iter().fold(line, |line, code| self.code(line, code))
            }
            Packet::PingReq | Packet::PingResp => line,
            Packet::Disconnect(disconnect) => self.code_of_5(line, disconnect.reason_code),
            Packet::Auth(auth) => self.code(line, auth.reason_code),
        }
    }

    /// The will, and who the client says it is.
    fn below_connect(&self, connect: &Connect<'_>) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(will) = &connect.will {
            lines.push(will_line(self.headed("will"), will));
            lines.extend(self.properties(will.properties));
        }
        if connect.user_name.is_some() || connect.password.is_some() {
            let line = self.headed("login").field_if("user name", connect.user_name.map(quoted));
            lines.push(line.field_if("password", connect.password.map(bytes)));
        }
        lines
    }

    /// A line for each subscription, the options in a column.
    fn subscriptions(&self, subscribe: &Subscribe<'_>) -> Vec<Line> {
        let width = |filter: &str| quoted(filter).chars().count();
        let widest = subscribe.subscriptions.iter().map(|it| width(it.filter)).max().unwrap_or_default();
        let padding = |filter: &str| " ".repeat(widest.saturating_sub(width(filter)));
        let line = |it: Subscription<'_>| {
            let options = format!("{}{}", padding(it.filter), qos(it.qos));
            let line = self.filter(it.filter).word(Style::Plain, options);
            line.flag(it.no_local, "no local").flag(it.retain_as_published, "retain as published").flag(
                it.retain_handling != RetainHandling::Send,
                match it.retain_handling {
                    RetainHandling::Send => "",
                    RetainHandling::SendIfNew => "retained messages if new",
                    RetainHandling::DoNotSend => "no retained messages",
                },
            )
        };
        subscribe.subscriptions.iter().map(line).collect()
    }

    fn filter(&self, filter: &str) -> Line {
        self.headed("filter").word(Style::Bold, quoted(filter))
    }

    /// The properties, if there are any, in as many lines as they need.
    fn properties(&self, properties: Properties<'_>) -> Vec<Line> {
        if properties.is_empty() {
            return Vec::new();
        }
        let mut full = Vec::new();
        let mut line = self.headed("properties");
        for property in properties {
            if line.is_full() {
                full.push(core::mem::replace(&mut line, self.headed("")));
            }
            line = line.field(property.id().name(), property_value(property));
        }
        full.push(line);
        full
    }

    /// The reason code by name, with its number on the wire.
    fn code(&self, line: Line, code: ReasonCode) -> Line {
        let style = if code.is_error() { Style::Red } else { Style::Plain };
        let name = match (self.packet_type, code) {
            (PacketType::SubAck, ReasonCode::Success) => "Granted QoS 0",
            (PacketType::Disconnect, ReasonCode::Success) => "Normal disconnection",
            _ => code.name(),
        };
        match code.to_wire(self.packet_type, self.version) {
            Some(number) => line.word(style, format_args!("{name} (0x{number:02X})")),
            None => line.word(style, name),
        }
    }

    /// The reason code of a packet that has none before 5.0.
    fn code_of_5(&self, line: Line, code: ReasonCode) -> Line {
        if self.version == Version::V5 { self.code(line, code) } else { line }
    }
}

fn connect_line(line: Line, connect: &Connect<'_>) -> Line {
    let clean = if connect.version == Version::V5 { "clean start" } else { "clean session" };
    let keep_alive = match connect.keep_alive {
        0 => "off".to_owned(),
        seconds => format!("{seconds} s"),
    };
    line.word(Style::Bold, connect.version)
        .field("client identifier", quoted(connect.client_id))
        .field("keep alive", keep_alive)
        .flag(connect.clean_start, clean)
}

fn will_line(line: Line, will: &Will<'_>) -> Line {
    line.word(Style::Plain, qos(will.qos))
        .styled("topic", Style::Bold, quoted(will.topic))
        .flag(will.retain, "retain")
        .field("payload", bytes(will.payload))
}

fn publish_line(line: Line, publish: &Publish<'_>) -> Line {
    line.word(Style::Plain, qos(publish.qos))
        .styled("topic name", Style::Bold, quoted(publish.topic))
        .field_if("packet identifier", publish.packet_id)
        .flag(publish.dup, "dup")
        .flag(publish.retain, "retain")
        .field("payload", bytes(publish.payload))
}

fn qos(qos: QoS) -> String {
    format!("QoS {}", qos.level())
}

/// A property's value, with its unit where it has one.
fn property_value(property: Property<'_>) -> String {
    use PropertyId as Id;
    match (mqtt_property::value(property), property.id()) {
        (PropertyValue::Number(u32::MAX), Id::SessionExpiryInterval) => "never".to_owned(),
        (
            PropertyValue::Number(seconds),
            Id::SessionExpiryInterval | Id::MessageExpiryInterval | Id::WillDelayInterval | Id::ServerKeepAlive,
        ) => format!("{seconds} s"),
        (PropertyValue::Number(size), Id::MaximumPacketSize) => format!("{size} bytes"),
        (PropertyValue::Number(number), _) => number.to_string(),
        (PropertyValue::Text(text), _) => quoted(text),
        (PropertyValue::Binary(data), _) => bytes(data),
        (PropertyValue::Pair(name, value), _) => format!("{}: {}", quoted(name), quoted(value)),
    }
}
