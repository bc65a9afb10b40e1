//! The classes `access` (30) and `exchange` (40).

use fourwire::amqp::{Entry, MethodId, Table, Value, access, exchange};

use super::layout::layout;

const ARGUMENTS: &[Entry<'_>] = &[Entry::new("x", Value::Bool(true))];

#[test]
fn access_request() {
    let request = access::Request { realm: "/data".into(), passive: true, write: true, ..Default::default() };
    layout("001E 000A 05'/data' 0A", request).sent_by_client(&[MethodId::AccessRequestOk]);
}

#[test]
fn access_request_ok() {
    layout("001E 000B 0102", access::RequestOk { ticket: 258 }).answers(access::Request::default());
}

#[test]
fn exchange_declare() {
    let declare = exchange::Declare {
        exchange: "logs".into(),
        kind: "topic".into(),
        durable: true,
        internal: true,
        arguments: Table::new(ARGUMENTS),
        ..Default::default()
    };
    layout("0028 000A 0000 04'logs' 05'topic' 0A 00000004 01'x' 't' 01", declare)
        .sent_by_client(&[MethodId::ExchangeDeclareOk]);
    let declare = exchange::Declare { passive: true, auto_delete: true, no_wait: true, ..Default::default() };
    layout("0028 000A 0000 00 00 15 00000000", declare).sent_by_client(&[MethodId::ExchangeDeclareOk]);
}

#[test]
fn exchange_declare_ok() {
    layout("0028 000B", exchange::DeclareOk {}).answers(exchange::Declare::default());
}

#[test]
fn exchange_delete() {
    let delete = exchange::Delete { exchange: "logs".into(), if_unused: true, no_wait: false };
    layout("0028 0014 0000 04'logs' 01", delete).sent_by_client(&[MethodId::ExchangeDeleteOk]);
    layout("0028 0014 0000 00 02", exchange::Delete { no_wait: true, ..Default::default() })
        .sent_by_client(&[MethodId::ExchangeDeleteOk]);
}

#[test]
fn exchange_delete_ok() {
    layout("0028 0015", exchange::DeleteOk {}).answers(exchange::Delete::default());
}

#[test]
fn exchange_bind() {
    let bind = exchange::Bind {
        destination: "to".into(),
        source: "from".into(),
        routing_key: "k".into(),
        no_wait: true,
        arguments: Table::new(ARGUMENTS),
    };
    layout("0028 001E 0000 02'to' 04'from' 01'k' 01 00000004 01'x' 't' 01", bind)
        .sent_by_client(&[MethodId::ExchangeBindOk]);
}

#[test]
fn exchange_bind_ok() {
    layout("0028 001F", exchange::BindOk {}).answers(exchange::Bind::default());
}

#[test]
fn exchange_unbind() {
    let unbind = exchange::Unbind {
        destination: "to".into(),
        source: "from".into(),
        routing_key: "k".into(),
        no_wait: true,
        arguments: Table::new(ARGUMENTS),
    };
    layout("0028 0028 0000 02'to' 04'from' 01'k' 01 00000004 01'x' 't' 01", unbind)
        .sent_by_client(&[MethodId::ExchangeUnbindOk]);
}

/// Its number is 51, and not 41: RabbitMQ sends it so.
#[test]
fn exchange_unbind_ok() {
    layout("0028 0033", exchange::UnbindOk {}).answers(exchange::Unbind::default());
}
