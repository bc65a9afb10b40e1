//! What is taken though it is against the rules, by the names that the command line has for it.

use fourwire::{mqtt, stomp};

const PAYLOAD_FORMAT: &str = "payload-format";
const CARRIAGE_RETURNS: &str = "carriage-returns";
const RAW_COLONS: &str = "raw-colons";
const NO_BLANK_LINE: &str = "no-blank-line";
const MISSING_HEADERS: &str = "missing-headers";

/// Takes it in MQTT, if it is something there.
pub(crate) fn mqtt(limits: &mut mqtt::Limits, name: &str) -> Option<()> {
    (name == PAYLOAD_FORMAT).then(|| limits.payload_format = false)
}

/// Takes it in STOMP, if it is something there.
pub(crate) fn stomp(leniencies: &mut stomp::Leniencies, name: &str) -> Option<()> {
    let taken = match name {
        CARRIAGE_RETURNS => &mut leniencies.carriage_returns,
        RAW_COLONS => &mut leniencies.raw_colons,
        NO_BLANK_LINE => &mut leniencies.no_blank_line,
        MISSING_HEADERS => &mut leniencies.missing_headers,
        _ => return None,
    };
    *taken = true;
    Some(())
}

/// What would have taken this, for certain. What comes behind it may be wrong, too.
pub(crate) fn in_mqtt(kind: mqtt::ErrorKind) -> Option<&'static str> {
    (kind == mqtt::ErrorKind::PayloadFormat(mqtt::Field::Payload)).then_some(PAYLOAD_FORMAT)
}

/// What would have taken this, for certain. What comes behind it may be wrong, too.
pub(crate) const fn in_stomp(kind: stomp::ErrorKind) -> Option<&'static str> {
    match kind {
        stomp::ErrorKind::Colon => Some(RAW_COLONS),
        stomp::ErrorKind::MissingHeader(_) => Some(MISSING_HEADERS),
        // Of a NUL or a carriage return it cannot be said: it may stand in the middle of a line.
        _ => None,
    }
}
