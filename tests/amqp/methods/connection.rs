//! The classes `connection` (10) and `channel` (20).

use fourwire::amqp::{Entry, MethodId, ReplyCode, Table, Value, channel, connection};

use super::layout::layout;

const PROPERTIES: &[Entry<'_>] = &[Entry::new("product", Value::text("x"))];

#[test]
fn connection_start() {
    let server_properties = Table::new(PROPERTIES);
    let start = connection::Start {
        version_major: 0,
        version_minor: 9,
        server_properties,
        mechanisms: b"PLAIN AMQPLAIN",
        locales: b"en_US",
    };
    layout("000A 000A 00 09 0000000E 07'product' 'S' 00000001'x' 0000000E'PLAIN AMQPLAIN' 00000005'en_US'", start)
        .sent_by_server(&[MethodId::ConnectionStartOk]);
}

#[test]
fn connection_start_ok() {
    let client_properties = Table::new(PROPERTIES);
    let start_ok = connection::StartOk {
        client_properties,
        mechanism: "PLAIN".into(),
        response: b"\0a\0b",
        locale: "en_US".into(),
    };
    layout("000A 000B 0000000E 07'product' 'S' 00000001'x' 05'PLAIN' 00000004 00'a'00'b' 05'en_US'", start_ok)
        .sent_by_client(&[]);
}

#[test]
fn connection_secure() {
    let secure = connection::Secure { challenge: b"who?" };
    layout("000A 0014 00000004'who?'", secure).sent_by_server(&[MethodId::ConnectionSecureOk]);
}

#[test]
fn connection_secure_ok() {
    layout("000A 0015 00000002'me'", connection::SecureOk { response: b"me" }).sent_by_client(&[]);
}

#[test]
fn connection_tune() {
    let tune = connection::Tune { channel_max: 2047, frame_max: 131_072, heartbeat: 60 };
    layout("000A 001E 07FF 00020000 003C", tune).sent_by_server(&[MethodId::ConnectionTuneOk]);
}

#[test]
fn connection_tune_ok() {
    let tune_ok = connection::TuneOk { channel_max: 513, frame_max: 65_540, heartbeat: 258 };
    layout("000A 001F 0201 00010004 0102", tune_ok).sent_by_client(&[]);
}

#[test]
fn connection_open() {
    let open = connection::Open { virtual_host: "/v".into() };
    layout("000A 0028 02'/v' 00 00", open).sent_by_client(&[MethodId::ConnectionOpenOk]);
}

#[test]
fn connection_open_ok() {
    layout("000A 0029 00", connection::OpenOk {}).sent_by_server(&[]);
}

#[test]
fn connection_close() {
    let close = connection::Close {
        reply_code: ReplyCode::SyntaxError,
        reply_text: "why".into(),
        class_id: 0x3C,
        method_id: 0x28,
    };
    layout("000A 0032 01F6 03'why' 003C 0028", close).sent_by_both(&[MethodId::ConnectionCloseOk]);
}

#[test]
fn connection_close_ok() {
    layout("000A 0033", connection::CloseOk {}).sent_by_both(&[]);
}

#[test]
fn connection_blocked() {
    layout("000A 003C 03'low'", connection::Blocked { reason: "low".into() }).sent_by_server(&[]);
}

#[test]
fn connection_unblocked() {
    layout("000A 003D", connection::Unblocked {}).sent_by_server(&[]);
}

#[test]
fn connection_update_secret() {
    let update = connection::UpdateSecret { new_secret: b"token", reason: "old".into() };
    layout("000A 0046 00000005'token' 03'old'", update).sent_by_client(&[MethodId::ConnectionUpdateSecretOk]);
}

#[test]
fn connection_update_secret_ok() {
    layout("000A 0047", connection::UpdateSecretOk {}).sent_by_server(&[]);
}

#[test]
fn channel_open() {
    layout("0014 000A 00", channel::Open {}).sent_by_client(&[MethodId::ChannelOpenOk]);
}

#[test]
fn channel_open_ok() {
    layout("0014 000B 00000000", channel::OpenOk {}).sent_by_server(&[]);
}

#[test]
fn channel_flow() {
    layout("0014 0014 01", channel::Flow { active: true }).sent_by_both(&[MethodId::ChannelFlowOk]);
}

#[test]
fn channel_flow_ok() {
    layout("0014 0015 01", channel::FlowOk { active: true }).answers(channel::Flow { active: true });
}

#[test]
fn channel_close() {
    let close =
        channel::Close { reply_code: ReplyCode::NotFound, reply_text: "no q".into(), class_id: 0x32, method_id: 0x0A };
    layout("0014 0028 0194 04'no q' 0032 000A", close).sent_by_both(&[MethodId::ChannelCloseOk]);
}

#[test]
fn channel_close_ok() {
    layout("0014 0029", channel::CloseOk {}).sent_by_both(&[]);
}
