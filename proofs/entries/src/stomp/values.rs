//! Small values, errors and what they say.

use core::fmt::{Display, Formatter, Result as Written};

use fourwire::Full;
use fourwire::stomp::*;

use crate::entries;

entries! {
    fourwire::stomp::Limits: Default = Limits {
        fn default() -> Limits;
    }
    fourwire::stomp::Version = Version {
        fn as_str(version: Version) -> &'static str;
        fn subprotocol(version: Version) -> &'static str;
        fn from_name(name: &[u8]) -> Option<Version>;
    }
    fourwire::stomp::Version: Display = Version {
        fn fmt(version: &Version, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::Command = Command {
        fn as_str(command: Command) -> &'static str;
        fn from_name(name: &[u8]) -> Option<Command>;
        fn is_servers(command: Command) -> bool;
        fn is_in(command: Command, version: Version) -> bool;
        fn may_have_body(command: Command, version: Option<Version>) -> bool;
        fn is_raw(command: Command) -> bool;
        fn required_headers(command: Command, version: Option<Version>) -> &'static [HeaderName];
    }
    fourwire::stomp::Command: Display = Command {
        fn fmt(command: &Command, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::HeaderName = HeaderName {
        fn as_str(name: HeaderName) -> &'static str;
    }
    fourwire::stomp::HeaderName: Display = HeaderName {
        fn fmt(name: &HeaderName, f: &mut Formatter<'_>) -> Written;
    }

    fourwire::stomp::DecodeError: Display = DecodeError {
        fn fmt(error: &DecodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::ErrorKind: Display = ErrorKind {
        fn fmt(kind: &ErrorKind, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::EncodeError: Display = EncodeError {
        fn fmt(error: &EncodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::stomp::EncodeError: From<_> = EncodeError {
        fn from(full: Full) -> EncodeError;
        fn from(kind: ErrorKind) -> EncodeError;
    }
}
