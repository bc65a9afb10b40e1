//! The decoder, units, and what is in their headers.

use core::fmt::{Display, Formatter, Result as Written};

use fourwire::stomp::*;
use fourwire::{List, ListIter};

use crate::{Any, Slice, entries, list};

type Decoded<T> = Result<Option<(T, usize)>, DecodeError>;
type Encoded = Result<(), EncodeError>;
type Buf<'b> = FrameBuf<&'b [u8]>;

list!('a, Header<'a>);

entries! {
    fourwire::stomp::Decoder = Decoder {
        fn new(version: Option<Version>) -> Decoder;
        fn with_limits(version: Option<Version>, limits: Limits) -> Decoder;
        fn with_leniencies(decoder: Decoder, leniencies: Leniencies) -> Decoder;
        fn version(decoder: &Decoder) -> Option<Version>;
        fn leniencies(decoder: &Decoder) -> Leniencies;
        fn set_version(decoder: &mut Decoder, version: Option<Version>);
        fn limits(decoder: &Decoder) -> &Limits;
        fn set_limits(decoder: &mut Decoder, limits: Limits);
        fn decode<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Decoded<Unit<'i>>;
        fn decode_part<'i>(decoder: &mut Decoder, input: &'i [u8]) -> Decoded<Part<'i>>;
    }
    fourwire::stomp::Unit = Unit<'_> {
        fn encoded_len(unit: &Unit<'_>, version: Option<Version>) -> usize;
        fn encode(unit: &Unit<'_>, version: Option<Version>, out: &mut Slice<'_>) -> Encoded;
        fn encode(unit: &Unit<'_>, version: Option<Version>, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::stomp::Unit: From<_> = Unit<'_> {
        fn from(frame: Frame<'_>) -> Unit<'_>;
    }
    fourwire::stomp::Frame = Frame<'_> {
        fn new<'a>(command: Command, headers: &'a [Header<'a>]) -> Frame<'a>;
        fn get<'a>(frame: &Frame<'a>, name: &str) -> Option<Text<'a>>;
        fn encoded_len(frame: &Frame<'_>, version: Option<Version>) -> usize;
        fn encode(frame: &Frame<'_>, version: Option<Version>, out: &mut Slice<'_>) -> Encoded;
        fn encode(frame: &Frame<'_>, version: Option<Version>, out: &mut Any<'_>) -> Encoded;
    }
    fourwire::stomp::FrameBuf = Buf<'_> {
        fn new<'b>(bytes: &'b [u8], version: Option<Version>) -> Result<Buf<'b>, DecodeError>;
        fn with_leniencies<'b>(
            bytes: &'b [u8], version: Option<Version>, leniencies: Leniencies
        ) -> Result<Buf<'b>, DecodeError>;
        fn frame<'b>(buf: &'b Buf<'_>) -> Frame<'b>;
        fn version(buf: &Buf<'_>) -> Option<Version>;
        fn bytes<'b>(buf: &'b Buf<'b>) -> &'b &'b [u8];
        fn into_bytes(buf: Buf<'_>) -> &[u8];
    }
    fourwire::stomp::FrameBuf: PartialEq = Buf<'_> {
        fn eq(one: &Buf<'_>, other: &Buf<'_>) -> bool;
    }

    fourwire::List = Headers<'_> {
        fn get<'a>(headers: &Headers<'a>, name: &str) -> Option<Text<'a>>;
    }
    fourwire::stomp::Header = Header<'_> {
        fn new<'a>(name: &'a str, value: &'a str) -> Header<'a>;
    }
    fourwire::stomp::Text = Text<'_> {
        fn new(bytes: &[u8]) -> Text<'_>;
        fn raw(text: Text<'_>) -> &[u8];
        fn is_empty(text: Text<'_>) -> bool;
        fn chunks<'a>(text: Text<'a>) for &'a [u8];
        fn as_str(text: Text<'_>) -> Option<&str>;
    }
    fourwire::stomp::Text: From<_> = Text<'_> {
        fn from(text: &str) -> Text<'_>;
        fn from(bytes: &[u8]) -> Text<'_>;
    }
    fourwire::stomp::Text: PartialEq = Text<'_> {
        fn eq(one: &Text<'_>, other: &Text<'_>) -> bool;
    }
    fourwire::stomp::Text: PartialEq<str> = Text<'_> {
        fn eq(text: &Text<'_>, other: &str) -> bool;
    }
    fourwire::stomp::Text: PartialEq<&str> = Text<'_> {
        fn eq(text: &Text<'_>, other: &&str) -> bool;
    }
    fourwire::stomp::Text: Display = Text<'_> {
        fn fmt(text: &Text<'_>, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::Chunks: Iterator = Chunks<'_> {
        fn next<'a>(chunks: &mut Chunks<'a>) -> Option<&'a [u8]>;
    }
}
