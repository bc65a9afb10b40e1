//! What machines are told, and tell: commands, events, what they are known by, errors.

use core::fmt::{Display, Formatter, Result as Written};
use core::time::Duration;

use fourwire::Full;
use fourwire::stomp::*;

use crate::entries;

entries! {
    fourwire::stomp::Config: Default = Config {
        fn default() -> Config;
    }
    fourwire::stomp::HeartBeat = HeartBeat {
        fn every(span: Duration) -> HeartBeat;
    }
    fourwire::stomp::HeartBeat: Default = HeartBeat {
        fn default() -> HeartBeat;
    }
    fourwire::stomp::Versions = Versions {
        fn only(version: Version) -> Versions;
        fn and(versions: Versions, version: Version) -> Versions;
        fn has(versions: Versions, version: Version) -> bool;
    }
    fourwire::stomp::AckMode = AckMode {
        fn as_str(mode: AckMode) -> &'static str;
    }

    fourwire::stomp::Connect = Connect<'_> {
        fn to<'a>(host: &'a str) -> Connect<'a>;
        fn login<'a>(connect: Connect<'a>, login: &'a str, passcode: &'a str) -> Connect<'a>;
    }
    fourwire::stomp::Message = Message<'_> {
        fn to<'a>(destination: &'a str, body: &'a [u8]) -> Message<'a>;
        fn forward<'a>(frame: &Frame<'a>) -> Message<'a>;
    }
    fourwire::stomp::Subscribe = Subscribe<'_> {
        fn to<'a>(destination: &'a str) -> Subscribe<'a>;
        fn with_ack<'a>(subscribe: Subscribe<'a>, ack: AckMode) -> Subscribe<'a>;
    }
    fourwire::stomp::With = With<'_> {
        fn transaction(transaction: Transaction) -> With<'static>;
    }
    fourwire::stomp::Farewell = Farewell<'_> {
        fn new<'a>(message: &'a str) -> Farewell<'a>;
    }

    fourwire::stomp::Request = Request<'_> {
        fn receipt(request: &Request<'_>) -> Option<Receipt>;
    }
    fourwire::stomp::Login = Login<'_> {
        fn host<'i>(login: &Login<'i>) -> Option<Text<'i>>;
        fn login<'i>(login: &Login<'i>) -> Option<Text<'i>>;
        fn passcode<'i>(login: &Login<'i>) -> Option<Text<'i>>;
    }
    fourwire::stomp::Delivery = Delivery {
        fn subscription(delivery: &Delivery) -> Option<Subscription>;
        fn needs_ack(delivery: &Delivery) -> bool;
        fn number(delivery: &Delivery) -> u64;
    }

    fourwire::stomp::Error = Error {
        fn is_final(error: &Error) -> bool;
    }
    fourwire::stomp::Error: Display = Error {
        fn fmt(error: &Error, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::Error: From<_> = Error {
        fn from(full: Full) -> Error;
        fn from(error: DecodeError) -> Error;
        fn from(violation: Violation) -> Error;
    }
    fourwire::stomp::Violation: Display = Violation {
        fn fmt(violation: &Violation, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::Timeout: Display = Timeout {
        fn fmt(timeout: &Timeout, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::SendError = SendError {
        fn is_temporary(error: SendError) -> bool;
    }
    fourwire::stomp::SendError: Display = SendError {
        fn fmt(error: &SendError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::SendError: From<_> = SendError {
        fn from(error: EncodeError) -> SendError;
        fn from(full: Full) -> SendError;
    }
}
