//! The class `basic` (60).

use fourwire::amqp::{Entry, MethodId, ReplyCode, Table, Value, basic};

use super::layout::layout;

const ARGUMENTS: &[Entry<'_>] = &[Entry::new("x", Value::Bool(true))];

#[test]
fn basic_qos() {
    let qos = basic::Qos { prefetch_size: 0x0102_0304, prefetch_count: 10, global: true };
    layout("003C 000A 01020304 000A 01", qos).sent_by_client(&[MethodId::BasicQosOk]);
}

#[test]
fn basic_qos_ok() {
    layout("003C 000B", basic::QosOk {}).answers(basic::Qos::default());
}

#[test]
fn basic_consume() {
    let consume = basic::Consume {
        queue: "jobs".into(),
        consumer_tag: "me".into(),
        no_ack: true,
        no_wait: true,
        arguments: Table::new(ARGUMENTS),
        ..Default::default()
    };
    layout("003C 0014 0000 04'jobs' 02'me' 0A 00000004 01'x' 't' 01", consume)
        .sent_by_client(&[MethodId::BasicConsumeOk]);
    layout(
        "003C 0014 0000 00 00 05 00000000",
        basic::Consume { no_local: true, exclusive: true, ..Default::default() },
    )
    .sent_by_client(&[MethodId::BasicConsumeOk]);
}

#[test]
fn basic_consume_ok() {
    layout("003C 0015 02'me'", basic::ConsumeOk { consumer_tag: "me".into() }).answers(basic::Consume::default());
}

#[test]
fn basic_cancel() {
    layout("003C 001E 02'me' 00", basic::Cancel { consumer_tag: "me".into(), no_wait: false })
        .sent_by_both(&[MethodId::BasicCancelOk]);
    layout("003C 001E 02'me' 01", basic::Cancel { consumer_tag: "me".into(), no_wait: true })
        .sent_by_both(&[MethodId::BasicCancelOk]);
}

#[test]
fn basic_cancel_ok() {
    layout("003C 001F 02'me'", basic::CancelOk { consumer_tag: "me".into() }).answers(basic::Cancel::default());
}

#[test]
fn basic_publish() {
    let publish =
        basic::Publish { exchange: "logs".into(), routing_key: "a.b".into(), mandatory: true, immediate: false };
    layout("003C 0028 0000 04'logs' 03'a.b' 01", publish).sent_by_client(&[]);
    layout("003C 0028 0000 00 00 02", basic::Publish { immediate: true, ..Default::default() }).sent_by_client(&[]);
}

#[test]
fn basic_return() {
    let returned = basic::Return {
        reply_code: ReplyCode::NoRoute,
        reply_text: "NO_ROUTE".into(),
        exchange: "logs".into(),
        routing_key: "a.b".into(),
    };
    layout("003C 0032 0138 08'NO_ROUTE' 04'logs' 03'a.b'", returned).sent_by_server(&[]);
}

#[test]
fn basic_deliver() {
    let deliver = basic::Deliver {
        consumer_tag: "me".into(),
        delivery_tag: 0x0102_0304_0506_0708,
        redelivered: true,
        exchange: "logs".into(),
        routing_key: "a.b".into(),
    };
    layout("003C 003C 02'me' 0102030405060708 01 04'logs' 03'a.b'", deliver).sent_by_server(&[]);
}

#[test]
fn basic_get() {
    let get = basic::Get { queue: "jobs".into(), no_ack: true };
    layout("003C 0046 0000 04'jobs' 01", get).sent_by_client(&[MethodId::BasicGetOk, MethodId::BasicGetEmpty]);
}

#[test]
fn basic_get_ok() {
    let got = basic::GetOk {
        delivery_tag: 1,
        redelivered: true,
        exchange: "logs".into(),
        routing_key: "a.b".into(),
        message_count: 0x0102_0304,
    };
    layout("003C 0047 0000000000000001 01 04'logs' 03'a.b' 01020304", got).answers(basic::Get::default());
}

#[test]
fn basic_get_empty() {
    layout("003C 0048 00", basic::GetEmpty {}).answers(basic::Get::default());
}

#[test]
fn basic_ack() {
    layout("003C 0050 0000000000000002 01", basic::Ack { delivery_tag: 2, multiple: true }).sent_by_both(&[]);
}

#[test]
fn basic_reject() {
    layout("003C 005A 0000000000000002 01", basic::Reject { delivery_tag: 2, requeue: true }).sent_by_client(&[]);
}

#[test]
fn basic_recover_async() {
    layout("003C 0064 01", basic::RecoverAsync { requeue: true }).sent_by_client(&[]);
}

#[test]
fn basic_recover() {
    layout("003C 006E 01", basic::Recover { requeue: true }).sent_by_client(&[MethodId::BasicRecoverOk]);
}

#[test]
fn basic_recover_ok() {
    layout("003C 006F", basic::RecoverOk {}).answers(basic::Recover { requeue: true });
}

#[test]
fn basic_nack() {
    layout("003C 0078 0000000000000002 01", basic::Nack { delivery_tag: 2, multiple: true, requeue: false })
        .sent_by_both(&[]);
    layout("003C 0078 0000000000000001 02", basic::Nack { delivery_tag: 1, multiple: false, requeue: true })
        .sent_by_both(&[]);
}
