//! Small values, errors and what they say.

use core::fmt::{Debug, Display, Formatter, Result as Written};

use fourwire::Full;
use fourwire::amqp::*;

use crate::entries;

entries! {
    fourwire::amqp::Limits: Default = Limits {
        fn default() -> Limits;
    }
    fourwire::amqp::Config: Default = Config {
        fn default() -> Config;
    }
    fourwire::amqp::Login = Login<'_> {
        fn new<'a>(mechanism: Mechanism<'a>) -> Login<'a>;
        fn plain<'a>(user_name: &'a str, password: &'a str) -> Login<'a>;
        fn external() -> Login<'static>;
    }
    fourwire::amqp::Mechanism = Mechanism<'_> {
        fn name<'a>(mechanism: &'a Mechanism<'_>) -> ShortStr<'a>;
    }
    fourwire::amqp::Channel = Channel {
        fn number(channel: Channel) -> u16;
    }
    fourwire::amqp::DeliveryTag = DeliveryTag {
        fn channel(tag: DeliveryTag) -> Channel;
        fn number(tag: DeliveryTag) -> u64;
    }
    fourwire::amqp::Argument: From<_> = Argument<'_> {
        fn from(bit: bool) -> Argument<'static>;
        fn from(number: u8) -> Argument<'static>;
        fn from(number: u16) -> Argument<'static>;
        fn from(number: u32) -> Argument<'static>;
        fn from(number: u64) -> Argument<'static>;
        fn from(code: ReplyCode) -> Argument<'static>;
        fn from(text: ShortStr<'_>) -> Argument<'_>;
        fn from(bytes: &[u8]) -> Argument<'_>;
        fn from(table: Table<'_>) -> Argument<'_>;
    }

    fourwire::amqp::ReplyCode = ReplyCode {
        fn name(code: ReplyCode) -> &'static str;
        fn is_hard(code: ReplyCode) -> bool;
    }
    fourwire::amqp::ReplyCode: Display = ReplyCode {
        fn fmt(code: &ReplyCode, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::ReplyCode: Debug = ReplyCode {
        fn fmt(code: &ReplyCode, f: &mut Formatter<'_>) -> Written;
    }

    fourwire::amqp::DecodeError = DecodeError {
        fn reply_code(error: &DecodeError) -> ReplyCode;
    }
    fourwire::amqp::DecodeError: Display = DecodeError {
        fn fmt(error: &DecodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::ErrorKind = ErrorKind {
        fn reply_code(kind: &ErrorKind) -> ReplyCode;
    }
    fourwire::amqp::ErrorKind: Display = ErrorKind {
        fn fmt(kind: &ErrorKind, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::Unit: Display = Unit {
        fn fmt(unit: &Unit, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::EncodeError: Display = EncodeError {
        fn fmt(error: &EncodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::EncodeError: From<_> = EncodeError {
        fn from(full: Full) -> EncodeError;
    }
    fourwire::amqp::Error = Error {
        fn reply_code(error: Error) -> ReplyCode;
        fn is_final(error: &Error) -> bool;
    }
    fourwire::amqp::Error: Display = Error {
        fn fmt(error: &Error, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::Error: From<_> = Error {
        fn from(error: DecodeError) -> Error;
        fn from(violation: Violation) -> Error;
    }
    fourwire::amqp::Violation = Violation {
        fn reply_code(violation: Violation) -> ReplyCode;
        fn method(violation: Violation) -> Option<MethodId>;
    }
    fourwire::amqp::Violation: Display = Violation {
        fn fmt(violation: &Violation, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::Timeout: Display = Timeout {
        fn fmt(timeout: &Timeout, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::SendError = SendError {
        fn is_temporary(error: SendError) -> bool;
    }
    fourwire::amqp::SendError: Display = SendError {
        fn fmt(error: &SendError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::amqp::SendError: From<_> = SendError {
        fn from(error: EncodeError) -> SendError;
    }
}
