//! Topics, small values, errors and what they say.

use core::fmt::{Display, Formatter, Result as Written};

use fourwire::Full;
use fourwire::mqtt::*;

use crate::{entries, free};

free!(fourwire::mqtt: check_topic_name(topic: &str) -> Result<(), ErrorKind>);

entries! {
    fourwire::mqtt::TopicFilter = TopicFilter<'_> {
        fn new(text: &str) -> Result<TopicFilter<'_>, ErrorKind>;
        fn as_str<'a>(filter: &TopicFilter<'a>) -> &'a str;
        fn share_name<'a>(filter: &TopicFilter<'a>) -> Option<&'a str>;
        fn filter<'a>(filter: &TopicFilter<'a>) -> &'a str;
        fn has_wildcards(filter: &TopicFilter<'_>) -> bool;
        fn matches(filter: &TopicFilter<'_>, topic: &str) -> bool;
    }
    fourwire::mqtt::TopicFilter: Display = TopicFilter<'_> {
        fn fmt(filter: &TopicFilter<'_>, f: &mut Formatter<'_>) -> Written;
    }

    fourwire::mqtt::Version = Version {
        fn protocol_name(version: Version) -> &'static str;
        fn protocol_level(version: Version) -> u8;
        fn is_v5(version: Version) -> bool;
    }
    fourwire::mqtt::Version: Display = Version {
        fn fmt(version: &Version, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::QoS = QoS {
        fn level(qos: QoS) -> u8;
        fn from_level(level: u8) -> Option<QoS>;
    }
    fourwire::mqtt::PacketType = PacketType {
        fn name(packet: PacketType) -> &'static str;
    }
    fourwire::mqtt::PacketType: Display = PacketType {
        fn fmt(packet: &PacketType, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::ReasonCode = ReasonCode {
        fn from_value(value: u8) -> Option<ReasonCode>;
        fn name(code: ReasonCode) -> &'static str;
        fn value(code: ReasonCode) -> u8;
        fn is_error(code: ReasonCode) -> bool;
        fn granted(qos: QoS) -> ReasonCode;
        fn granted_qos(code: ReasonCode) -> Option<QoS>;
        fn belongs_to(code: ReasonCode, packet: PacketType) -> bool;
        fn to_wire(code: ReasonCode, packet: PacketType, version: Version) -> Option<u8>;
    }
    fourwire::mqtt::ReasonCode: Display = ReasonCode {
        fn fmt(code: &ReasonCode, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::PropertyId = PropertyId {
        fn from_value(value: u8) -> Option<PropertyId>;
        fn name(id: PropertyId) -> &'static str;
    }
    fourwire::mqtt::PropertyId: Display = PropertyId {
        fn fmt(id: &PropertyId, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::Property = Property<'_> {
        fn id(property: &Property<'_>) -> PropertyId;
    }
    fourwire::mqtt::Field = Field {
        fn name(field: Field) -> &'static str;
    }
    fourwire::mqtt::Field: Display = Field {
        fn fmt(field: &Field, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::Limits: Default = Limits {
        fn default() -> Limits;
    }

    fourwire::mqtt::DecodeError = DecodeError {
        fn reason_code(error: &DecodeError) -> ReasonCode;
    }
    fourwire::mqtt::DecodeError: Display = DecodeError {
        fn fmt(error: &DecodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::ErrorKind = ErrorKind {
        fn reason_code(kind: ErrorKind) -> ReasonCode;
    }
    fourwire::mqtt::ErrorKind: Display = ErrorKind {
        fn fmt(kind: &ErrorKind, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::EncodeError: Display = EncodeError {
        fn fmt(error: &EncodeError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::EncodeError: From<_> = EncodeError {
        fn from(full: Full) -> EncodeError;
        fn from(kind: ErrorKind) -> EncodeError;
    }
    fourwire::mqtt::Error = Error {
        fn is_final(error: &Error) -> bool;
        fn reason_code(error: &Error) -> ReasonCode;
    }
    fourwire::mqtt::Error: Display = Error {
        fn fmt(error: &Error, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::Error: From<_> = Error {
        fn from(full: Full) -> Error;
        fn from(error: DecodeError) -> Error;
        fn from(violation: Violation) -> Error;
    }
    fourwire::mqtt::Violation: Display = Violation {
        fn fmt(violation: &Violation, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::Timeout: Display = Timeout {
        fn fmt(timeout: &Timeout, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::SendError = SendError {
        fn is_temporary(error: SendError) -> bool;
    }
    fourwire::mqtt::SendError: Display = SendError {
        fn fmt(error: &SendError, f: &mut Formatter<'_>) -> Written;
    }
    fourwire::mqtt::SendError: From<_> = SendError {
        fn from(error: EncodeError) -> SendError;
        fn from(full: Full) -> SendError;
    }
    fourwire::mqtt::RestoreError: Display = RestoreError {
        fn fmt(error: &RestoreError, f: &mut Formatter<'_>) -> Written;
    }
}
