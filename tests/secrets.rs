//! What a peer authenticates by is in no log: neither `Debug` nor `Serialize` says more than how long it is.
#![cfg(all(feature = "mqtt", feature = "amqp", feature = "stomp", feature = "alloc"))]
#![allow(clippy::unwrap_used, missing_docs)]

use fourwire::amqp::{Frame, connection};
use fourwire::mqtt::{Auth, Connect, Packet, Properties, Property};
use fourwire::{mqtt, stomp};

/// What must be nowhere, as text, and as the numbers of its bytes.
const SECRET: &str = "hunter2";
const NUMBERS: &str = "104,117,110";

/// What the unit looks like, in each way.
#[cfg(not(feature = "serde"))]
fn shown(unit: &impl core::fmt::Debug) -> Vec<String> {
    vec![format!("{unit:?}")]
}

#[cfg(feature = "serde")]
fn shown(unit: &(impl core::fmt::Debug + serde::Serialize)) -> Vec<String> {
    vec![format!("{unit:?}"), serde_json::to_string(unit).unwrap()]
}

#[track_caller]
fn is_hidden(shown: Vec<String>) {
    for it in shown {
        assert!(!it.contains(SECRET) && !it.replace(' ', "").contains(NUMBERS), "{it}");
        assert!(it.contains("<7 bytes>"), "{it}");
    }
}

#[test]
fn mqtt_passwords_are_not_shown() {
    let connect = Connect { user_name: Some("ada"), password: Some(SECRET.as_bytes()), ..Connect::default() };
    is_hidden(shown(&connect));
    is_hidden(shown(&Packet::Connect((&connect).into())));
    assert!(shown(&Connect::default()).iter().all(|it| !it.contains("bytes>")));
}

#[test]
fn mqtt_authentication_data_is_not_shown() {
    let properties = [Property::AuthenticationMethod("PLAIN"), Property::AuthenticationData(SECRET.as_bytes())];
    let auth = Auth { properties: Properties::new(&properties), ..Auth::default() };
    is_hidden(shown(&Packet::Auth(auth)));
    let mut bytes = Vec::new();
    Packet::Auth(auth).encode(mqtt::Version::V5, &mut bytes).unwrap();
    let (read, _) = mqtt::Decoder::new(mqtt::Version::V5).decode(&bytes).unwrap().unwrap();
    is_hidden(shown(&read));
}

#[test]
fn amqp_responses_and_secrets_are_not_shown() {
    let response = SECRET.as_bytes();
    let start_ok = connection::StartOk { mechanism: "PLAIN".into(), response, ..Default::default() };
    is_hidden(shown(&Frame::Method(0, start_ok.into())));
    is_hidden(shown(&connection::Secure { challenge: response }));
    is_hidden(shown(&connection::SecureOk { response }));
    is_hidden(shown(&connection::UpdateSecret { new_secret: response, ..Default::default() }));
}

#[test]
fn stomp_passcodes_are_not_shown() {
    let headers = [stomp::Header::new("login", "ada"), stomp::Header::new("passcode", SECRET)];
    let frame = stomp::Frame::new(stomp::Command::Stomp, &headers);
    is_hidden(shown(&frame));
    is_hidden(shown(&stomp::Unit::Frame(frame)));
    let bytes = b"CONNECT\naccept-version:1.2\nhost:a\npasscode:hunter2\n\n\0";
    let (read, _) = stomp::Decoder::new(None).decode(bytes).unwrap().unwrap();
    is_hidden(shown(&read));
}

/// All else is there.
#[cfg(feature = "serde")]
#[test]
fn what_is_serialized() {
    let user = Property::UserProperty("a", "b");
    assert_eq!(serde_json::to_string(&user).unwrap(), r#"{"UserProperty":["a","b"]}"#);
    let method = Property::AuthenticationMethod("PLAIN");
    assert_eq!(serde_json::to_string(&method).unwrap(), r#"{"AuthenticationMethod":"PLAIN"}"#);
    let tune = connection::Tune { channel_max: 1, frame_max: 2, heartbeat: 3 };
    assert_eq!(serde_json::to_string(&tune).unwrap(), r#"{"channel_max":1,"frame_max":2,"heartbeat":3}"#);
    assert_eq!(serde_json::to_string(&connection::CloseOk {}).unwrap(), "{}");
    let header = stomp::Header::new("host", "a");
    assert_eq!(serde_json::to_string(&header).unwrap(), r#"{"name":"host","value":"a"}"#);
}
