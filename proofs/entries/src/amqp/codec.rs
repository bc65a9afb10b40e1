//! The decoder, frames, messages, and what a content header says.

use fourwire::amqp::*;

use crate::{Any, Slice, entries};

type Decoded<T> = Result<Option<(T, usize)>, DecodeError>;
type Encoded = Result<(), EncodeError>;
type Buf<'b> = FrameBuf<&'b [u8]>;

entries! {
    fourwire::amqp::Decoder = Decoder {
        fn new() -> Decoder;
        fn with_limits(limits: Limits) -> Decoder;
        fn with_dialect(decoder: Decoder, dialect: Dialect) -> Decoder;
        fn dialect(decoder: &Decoder) -> Dialect;
        fn limits(decoder: &Decoder) -> &Limits;
        fn set_limits(decoder: &mut Decoder, limits: Limits);
        fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Decoded<Frame<'i>>;
    }
    fourwire::amqp::Decoder: Default = Decoder {
        fn default() -> Decoder;
    }
    fourwire::amqp::FrameBuf = Buf<'_> {
        fn new<'b>(bytes: &'b [u8]) -> Result<Buf<'b>, DecodeError>;
        fn in_dialect<'b>(bytes: &'b [u8], dialect: Dialect) -> Result<Buf<'b>, DecodeError>;
        fn frame<'b>(buf: &'b Buf<'_>) -> Frame<'b>;
        fn method<'b>(buf: &'b Buf<'_>) -> Option<Method<'b>>;
        fn header<'b>(buf: &'b Buf<'_>) -> Option<ContentHeader<'b>>;
        fn bytes<'b>(buf: &'b Buf<'b>) -> &'b &'b [u8];
        fn into_bytes(buf: Buf<'_>) -> &[u8];
    }
    fourwire::amqp::FrameBuf: PartialEq = Buf<'_> {
        fn eq(one: &Buf<'_>, other: &Buf<'_>) -> bool;
    }
    fourwire::amqp::Frame = Frame<'_> {
        fn channel(frame: &Frame<'_>) -> u16;
        fn encoded_len(frame: &Frame<'_>) -> usize;
        fn encode(frame: &Frame<'_>, frame_max: u32, out: &mut Slice<'_>) -> Encoded;
        fn encode(frame: &Frame<'_>, frame_max: u32, out: &mut Any<'_>) -> Encoded;
        fn encode_body(channel: u16, body: &[u8], frame_max: u32, out: &mut Slice<'_>) -> Encoded;
        fn encode_body(channel: u16, body: &[u8], frame_max: u32, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::amqp::Message = Message<'_> {
        fn encoded_len(message: &Message<'_>, frame_max: u32) -> usize;
        fn encode(message: &Message<'_>, channel: u16, frame_max: u32, out: &mut Slice<'_>) -> Encoded;
        fn encode(message: &Message<'_>, channel: u16, frame_max: u32, out: &mut Any<'_>) -> Encoded;
    }

    fourwire::amqp::Properties = Properties<'_> {
        fn content_type<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn content_encoding<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn headers<'a>(properties: &Properties<'a>) -> Option<Table<'a>>;
        fn delivery_mode(properties: &Properties<'_>) -> Option<u8>;
        fn priority(properties: &Properties<'_>) -> Option<u8>;
        fn correlation_id<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn reply_to<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn expiration<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn message_id<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn timestamp(properties: &Properties<'_>) -> Option<u64>;
        fn kind<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn user_id<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn app_id<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn cluster_id<'a>(properties: &Properties<'a>) -> Option<ShortStr<'a>>;
        fn get<'a>(properties: &Properties<'a>) -> BasicProperties<'a>;
        fn is_persistent(properties: &Properties<'_>) -> bool;
    }
    fourwire::amqp::Properties: Default = Properties<'_> {
        fn default() -> Properties<'static>;
    }
    fourwire::amqp::Properties: From<_> = Properties<'_> {
        fn from<'a>(written: &'a BasicProperties<'a>) -> Properties<'a>;
    }
    fourwire::amqp::Properties: PartialEq = Properties<'_> {
        fn eq(one: &Properties<'_>, other: &Properties<'_>) -> bool;
    }
    fourwire::amqp::BasicProperties = BasicProperties<'_> {
        fn each(properties: &BasicProperties<'_>, see: &mut dyn FnMut(&'static str, Argument<'_>));
    }

    fourwire::amqp::Capabilities = Capabilities {
        fn of(properties: &Table<'_>) -> Capabilities;
    }
    fourwire::amqp::Credentials = Credentials<'_> {
        fn from_start_ok<'a>(start_ok: &connection::StartOk<'a>) -> Option<Credentials<'a>>;
        fn from_plain(response: &[u8]) -> Option<Credentials<'_>>;
        fn from_amqplain(response: &[u8]) -> Option<Credentials<'_>>;
    }
}
