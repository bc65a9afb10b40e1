//! The decoder and the packets.

use fourwire::mqtt::*;

use crate::{Any, Slice, entries};

type Decoded<T> = Result<Option<(T, usize)>, DecodeError>;
type Encoded = Result<(), EncodeError>;
type Buf<'b> = PacketBuf<&'b [u8]>;

entries! {
    fourwire::mqtt::Decoder = Decoder {
        fn new(version: Version) -> Decoder;
        fn with_limits(version: Version, limits: Limits) -> Decoder;
        fn version(decoder: &Decoder) -> Version;
        fn set_version(decoder: &mut Decoder, version: Version);
        fn limits(decoder: &Decoder) -> &Limits;
        fn set_limits(decoder: &mut Decoder, limits: Limits);
        fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Decoded<Packet<'i>>;
        fn decode_part<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Decoded<Part<'i>>;
    }
    fourwire::mqtt::PacketBuf = Buf<'_> {
        fn new<'b>(version: Version, bytes: &'b [u8]) -> Result<Buf<'b>, DecodeError>;
        fn packet<'b>(buf: &'b Buf<'_>) -> Packet<'b>;
        fn bytes<'b>(buf: &'b Buf<'b>) -> &'b &'b [u8];
        fn into_bytes(buf: Buf<'_>) -> &[u8];
        fn version(buf: &Buf<'_>) -> Version;
    }
    fourwire::mqtt::PacketBuf: PartialEq = Buf<'_> {
        fn eq(one: &Buf<'_>, other: &Buf<'_>) -> bool;
    }
    fourwire::mqtt::Packet = Packet<'_> {
        fn packet_type(packet: &Packet<'_>) -> PacketType;
        fn encoded_len(packet: &Packet<'_>, version: Version) -> usize;
        fn encode(packet: &Packet<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Packet<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Packet: From<_> = Packet<'_> {
        fn from(packet: ConnAck<'_>) -> Packet<'_>;
        fn from(packet: Publish<'_>) -> Packet<'_>;
        fn from(packet: Subscribe<'_>) -> Packet<'_>;
        fn from(packet: SubAck<'_>) -> Packet<'_>;
        fn from(packet: Unsubscribe<'_>) -> Packet<'_>;
        fn from(packet: UnsubAck<'_>) -> Packet<'_>;
        fn from(packet: Disconnect<'_>) -> Packet<'_>;
        fn from(packet: Auth<'_>) -> Packet<'_>;
        fn from<'a>(packet: &'a Connect<'a>) -> Packet<'a>;
        fn from(packet: ConnectView<'_>) -> Packet<'_>;
    }

    fourwire::mqtt::Connect = Connect<'_> {
        fn encoded_len(connect: &Connect<'_>) -> usize;
        fn encode(connect: &Connect<'_>, out: &mut Slice<'_>) -> Encoded;
        fn encode(connect: &Connect<'_>, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Connect: Default = Connect<'_> {
        fn default() -> Connect<'static>;
    }
    fourwire::mqtt::ConnectView = ConnectView<'_> {
        fn get<'a>(view: &ConnectView<'a>) -> Connect<'a>;
        fn encoded_len(view: &ConnectView<'_>) -> usize;
        fn encode(view: &ConnectView<'_>, out: &mut Slice<'_>) -> Encoded;
        fn encode(view: &ConnectView<'_>, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::ConnectView: From<_> = ConnectView<'_> {
        fn from<'a>(connect: &'a Connect<'a>) -> ConnectView<'a>;
    }
    fourwire::mqtt::ConnectView: PartialEq = ConnectView<'_> {
        fn eq(one: &ConnectView<'_>, other: &ConnectView<'_>) -> bool;
    }
    fourwire::mqtt::ConnAck = ConnAck<'_> {
        fn refuse(reason_code: ReasonCode) -> ConnAck<'static>;
        fn encoded_len(packet: &ConnAck<'_>, version: Version) -> usize;
        fn encode(packet: &ConnAck<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &ConnAck<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Publish = Publish<'_> {
        fn new<'a>(topic: &'a str, payload: &'a [u8]) -> Publish<'a>;
        fn with_qos(publish: Publish<'_>, qos: QoS) -> Publish<'_>;
        fn encoded_len(packet: &Publish<'_>, version: Version) -> usize;
        fn encode(packet: &Publish<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Publish<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
        fn encode_head(packet: &Publish<'_>, version: Version, payload_len: u32, out: &mut Slice<'_>) -> Encoded;
        fn encode_head(packet: &Publish<'_>, version: Version, payload_len: u32, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Ack = Ack<'_> {
        fn new(id: PacketId) -> Ack<'static>;
        fn with_reason(id: PacketId, reason_code: ReasonCode) -> Ack<'static>;
        fn encoded_len(ack: &Ack<'_>, version: Version) -> usize;
    }
    fourwire::mqtt::Subscribe = Subscribe<'_> {
        fn encoded_len(packet: &Subscribe<'_>, version: Version) -> usize;
        fn encode(packet: &Subscribe<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Subscribe<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Subscription = Subscription<'_> {
        fn new(filter: &str, qos: QoS) -> Subscription<'_>;
    }
    fourwire::mqtt::SubAck = SubAck<'_> {
        fn encoded_len(packet: &SubAck<'_>, version: Version) -> usize;
        fn encode(packet: &SubAck<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &SubAck<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Unsubscribe = Unsubscribe<'_> {
        fn encoded_len(packet: &Unsubscribe<'_>, version: Version) -> usize;
        fn encode(packet: &Unsubscribe<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Unsubscribe<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::UnsubAck = UnsubAck<'_> {
        fn encoded_len(packet: &UnsubAck<'_>, version: Version) -> usize;
        fn encode(packet: &UnsubAck<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &UnsubAck<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Disconnect = Disconnect<'_> {
        fn with_reason(reason_code: ReasonCode) -> Disconnect<'static>;
        fn encoded_len(packet: &Disconnect<'_>, version: Version) -> usize;
        fn encode(packet: &Disconnect<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Disconnect<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::mqtt::Auth = Auth<'_> {
        fn encoded_len(packet: &Auth<'_>) -> usize;
        fn encode(packet: &Auth<'_>, version: Version, out: &mut Slice<'_>) -> Encoded;
        fn encode(packet: &Auth<'_>, version: Version, out: &mut Any<'_>) -> Encoded;
    }
}
