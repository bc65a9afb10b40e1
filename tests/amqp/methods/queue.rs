//! The class `queue` (50).

use fourwire::amqp::{Entry, MethodId, Table, Value, queue};

use super::layout::layout;

const ARGUMENTS: &[Entry<'_>] = &[Entry::new("x", Value::Bool(true))];

#[test]
fn queue_declare() {
    let declare = queue::Declare {
        queue: "jobs".into(),
        durable: true,
        auto_delete: true,
        arguments: Table::new(ARGUMENTS),
        ..Default::default()
    };
    layout("0032 000A 0000 04'jobs' 0A 00000004 01'x' 't' 01", declare).sent_by_client(&[MethodId::QueueDeclareOk]);
    let declare = queue::Declare { passive: true, exclusive: true, no_wait: true, ..Default::default() };
    layout("0032 000A 0000 00 15 00000000", declare).sent_by_client(&[MethodId::QueueDeclareOk]);
}

#[test]
fn queue_declare_ok() {
    let declare_ok = queue::DeclareOk { queue: "jobs".into(), message_count: 0x0102_0304, consumer_count: 5 };
    layout("0032 000B 04'jobs' 01020304 00000005", declare_ok).answers(queue::Declare::default());
}

#[test]
fn queue_bind() {
    let bind = queue::Bind {
        queue: "jobs".into(),
        exchange: "logs".into(),
        routing_key: "a.#".into(),
        no_wait: true,
        arguments: Table::new(ARGUMENTS),
    };
    layout("0032 0014 0000 04'jobs' 04'logs' 03'a.#' 01 00000004 01'x' 't' 01", bind)
        .sent_by_client(&[MethodId::QueueBindOk]);
}

#[test]
fn queue_bind_ok() {
    layout("0032 0015", queue::BindOk {}).answers(queue::Bind::default());
}

#[test]
fn queue_purge() {
    let purge = queue::Purge { queue: "jobs".into(), no_wait: true };
    layout("0032 001E 0000 04'jobs' 01", purge).sent_by_client(&[MethodId::QueuePurgeOk]);
}

#[test]
fn queue_purge_ok() {
    layout("0032 001F 00000102", queue::PurgeOk { message_count: 258 }).answers(queue::Purge::default());
}

#[test]
fn queue_delete() {
    let delete = queue::Delete { queue: "jobs".into(), if_unused: true, if_empty: false, no_wait: true };
    layout("0032 0028 0000 04'jobs' 05", delete).sent_by_client(&[MethodId::QueueDeleteOk]);
    layout("0032 0028 0000 00 02", queue::Delete { if_empty: true, ..Default::default() })
        .sent_by_client(&[MethodId::QueueDeleteOk]);
}

#[test]
fn queue_delete_ok() {
    layout("0032 0029 00000102", queue::DeleteOk { message_count: 258 }).answers(queue::Delete::default());
}

/// It has no `no-wait`.
#[test]
fn queue_unbind() {
    let unbind = queue::Unbind {
        queue: "jobs".into(),
        exchange: "logs".into(),
        routing_key: "a.#".into(),
        arguments: Table::new(ARGUMENTS),
    };
    layout("0032 0032 0000 04'jobs' 04'logs' 03'a.#' 00000004 01'x' 't' 01", unbind)
        .sent_by_client(&[MethodId::QueueUnbindOk]);
}

#[test]
fn queue_unbind_ok() {
    layout("0032 0033", queue::UnbindOk {}).answers(queue::Unbind::default());
}
