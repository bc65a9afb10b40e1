//! Frames of every kind, written and not decoded: most are valid, some are nearly so.

use arbitrary::{Result, Unstructured};
use fourwire::amqp::{
    Array, BasicProperties, ContentHeader, Entry, Frame, Method, MethodId, ProtocolHeader, ReplyCode, ShortStr, Table,
    Value, access, basic, channel, confirm, connection, exchange, queue, tx,
};

use super::super::decoding::encodes;
use super::{Amqp, decoder};

/// Laws 3 and 4 for frames that were written: each is refused, and nothing is put, or decodes to an equal frame.
pub fn structured(u: &mut Unstructured<'_>) -> Result<()> {
    structured_frame(u, |frame| {
        let mut decoder = decoder();
        if let Some(bytes) = encodes::<Amqp>(&decoder, frame) {
            assert_eq!(decoder.decode(&bytes), Ok(Some((*frame, bytes.len()))));
        }
    })
}

/// Makes a frame, and hands it to `check`.
pub fn structured_frame(u: &mut Unstructured<'_>, check: impl FnOnce(&Frame<'_>)) -> Result<()> {
    // What is nested is made first, for tables borrow.
    let inner = entries(u, &[], &[])?;
    let values = values(u)?;
    let outer = entries(u, &inner, &values)?;
    let table = Table::new(&outer);
    let properties = properties(u, table)?;
    let channel = if rarely(u)? { 0 } else { u.int_in_range(1..=u16::MAX)? };
    let frame = match u.int_in_range(0..=9)? {
        0 => Frame::Heartbeat,
        1 => Frame::ProtocolHeader(ProtocolHeader {
            protocol_id: u.arbitrary()?,
            major: u.arbitrary()?,
            minor: u.arbitrary()?,
            revision: u.arbitrary()?,
        }),
        2 => Frame::Body(channel, u.arbitrary()?),
        3 | 4 => Frame::Header(channel, ContentHeader { body_size: u.arbitrary()?, properties: (&properties).into() }),
        _ => {
            let method = method(u, table)?;
            let connection = method.id().is_connection() != rarely(u)?;
            Frame::Method(if connection { 0 } else { channel }, method)
        }
    };
    check(&frame);
    Ok(())
}

/// What would often spoil the frame must be seldom.
fn rarely(u: &mut Unstructured<'_>) -> Result<bool> {
    Ok(u.arbitrary::<u8>()? == 0xA5)
}

/// Longer than a short string can be.
static LONG: [u8; 300] = [b'x'; 300];

/// What short strings hold as a rule.
const TEXTS: [&str; 6] = ["", "a", "x-message-ttl", "orders.*.#", "größer", "日本 🐇"];

fn short<'a>(u: &mut Unstructured<'a>) -> Result<ShortStr<'a>> {
    if rarely(u)? {
        return Ok(ShortStr::new(&LONG[..*u.choose(&[128, 129, 255, 256])?]));
    }
    // Bytes that are no text are seldom: RabbitMQ and others refuse most frames with such.
    Ok(ShortStr::new(match u.int_in_range(0..=15)? {
        0 => u.arbitrary()?,
        1..=7 => u.arbitrary::<&str>()?.as_bytes(),
        _ => u.choose(&TEXTS)?.as_bytes(),
    }))
}

fn scalar<'a>(u: &mut Unstructured<'a>) -> Result<Value<'a>> {
    Ok(match u.int_in_range(0..=14)? {
        0 => Value::Bool(u.arbitrary()?),
        1 => Value::I8(u.arbitrary()?),
        2 => Value::U8(u.arbitrary()?),
        3 => Value::I16(u.arbitrary()?),
        4 => Value::U16(u.arbitrary()?),
        5 => Value::I32(u.arbitrary()?),
        6 => Value::U32(u.arbitrary()?),
        7 => Value::I64(u.arbitrary()?),
        8 => Value::F32(u.arbitrary()?),
        9 => Value::F64(u.arbitrary()?),
        10 => Value::Decimal { scale: u.arbitrary()?, value: u.arbitrary()? },
        11 => Value::LongStr(u.arbitrary()?),
        12 => Value::Bytes(u.arbitrary()?),
        13 => Value::Timestamp(u.arbitrary()?),
        _ => Value::Void,
    })
}

fn values<'a>(u: &mut Unstructured<'a>) -> Result<Vec<Value<'a>>> {
    (0..u.int_in_range(0..=3)?).map(|_| scalar(u)).collect()
}

fn entries<'v, 'a: 'v>(
    u: &mut Unstructured<'a>,
    inner: &'v [Entry<'v>],
    values: &'v [Value<'v>],
) -> Result<Vec<Entry<'v>>> {
    let mut all = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let value = match u.int_in_range(0..=3)? {
            0 => Value::Table(Table::new(inner)),
            1 => Value::Array(Array::new(values)),
            _ => scalar(u)?,
        };
        all.push(Entry { key: short(u)?, value });
    }
    Ok(all)
}

fn properties<'v, 'a: 'v>(u: &mut Unstructured<'a>, table: Table<'v>) -> Result<BasicProperties<'v>> {
    let some = |u: &mut Unstructured<'a>| if u.arbitrary()? { short(u).map(Some) } else { Ok(None) };
    Ok(BasicProperties {
        content_type: some(u)?,
        content_encoding: some(u)?,
        headers: u.arbitrary::<bool>()?.then_some(table),
        delivery_mode: u.arbitrary()?,
        priority: u.arbitrary()?,
        correlation_id: some(u)?,
        reply_to: some(u)?,
        expiration: some(u)?,
        message_id: some(u)?,
        timestamp: u.arbitrary()?,
        kind: some(u)?,
        user_id: some(u)?,
        app_id: some(u)?,
        cluster_id: some(u)?,
    })
}

#[allow(clippy::too_many_lines)]
fn method<'v, 'a: 'v>(u: &mut Unstructured<'a>, arguments: Table<'v>) -> Result<Method<'v>> {
    let id = *u.choose(MethodId::ALL)?;
    let reply_code = ReplyCode(u.arbitrary()?);
    Ok(match id {
        MethodId::ConnectionStart => connection::Start {
            version_major: u.arbitrary()?,
            version_minor: u.arbitrary()?,
            server_properties: arguments,
            mechanisms: u.arbitrary()?,
            locales: u.arbitrary()?,
        }
        .into(),
        MethodId::ConnectionStartOk => connection::StartOk {
            client_properties: arguments,
            mechanism: short(u)?,
            response: u.arbitrary()?,
            locale: short(u)?,
        }
        .into(),
        MethodId::ConnectionSecure => connection::Secure { challenge: u.arbitrary()? }.into(),
        MethodId::ConnectionSecureOk => connection::SecureOk { response: u.arbitrary()? }.into(),
        MethodId::ConnectionTune => {
            connection::Tune { channel_max: u.arbitrary()?, frame_max: u.arbitrary()?, heartbeat: u.arbitrary()? }
                .into()
        }
        MethodId::ConnectionTuneOk => {
            connection::TuneOk { channel_max: u.arbitrary()?, frame_max: u.arbitrary()?, heartbeat: u.arbitrary()? }
                .into()
        }
        MethodId::ConnectionOpen => connection::Open { virtual_host: short(u)? }.into(),
        MethodId::ConnectionOpenOk => connection::OpenOk {}.into(),
        MethodId::ConnectionClose => {
            connection::Close { reply_code, reply_text: short(u)?, class_id: u.arbitrary()?, method_id: u.arbitrary()? }
                .into()
        }
        MethodId::ConnectionCloseOk => connection::CloseOk {}.into(),
        MethodId::ConnectionBlocked => connection::Blocked { reason: short(u)? }.into(),
        MethodId::ConnectionUnblocked => connection::Unblocked {}.into(),
        MethodId::ConnectionUpdateSecret => {
            connection::UpdateSecret { new_secret: u.arbitrary()?, reason: short(u)? }.into()
        }
        MethodId::ConnectionUpdateSecretOk => connection::UpdateSecretOk {}.into(),
        MethodId::ChannelOpen => channel::Open {}.into(),
        MethodId::ChannelOpenOk => channel::OpenOk {}.into(),
        MethodId::ChannelFlow => channel::Flow { active: u.arbitrary()? }.into(),
        MethodId::ChannelFlowOk => channel::FlowOk { active: u.arbitrary()? }.into(),
        MethodId::ChannelClose => {
            channel::Close { reply_code, reply_text: short(u)?, class_id: u.arbitrary()?, method_id: u.arbitrary()? }
                .into()
        }
        MethodId::ChannelCloseOk => channel::CloseOk {}.into(),
        MethodId::AccessRequest => access::Request {
            realm: short(u)?,
            exclusive: u.arbitrary()?,
            passive: u.arbitrary()?,
            active: u.arbitrary()?,
            write: u.arbitrary()?,
            read: u.arbitrary()?,
        }
        .into(),
        MethodId::AccessRequestOk => access::RequestOk { ticket: u.arbitrary()? }.into(),
        MethodId::ExchangeDeclare => exchange::Declare {
            exchange: short(u)?,
            kind: short(u)?,
            passive: u.arbitrary()?,
            durable: u.arbitrary()?,
            auto_delete: u.arbitrary()?,
            internal: u.arbitrary()?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::ExchangeDeclareOk => exchange::DeclareOk {}.into(),
        MethodId::ExchangeDelete => {
            exchange::Delete { exchange: short(u)?, if_unused: u.arbitrary()?, no_wait: u.arbitrary()? }.into()
        }
        MethodId::ExchangeDeleteOk => exchange::DeleteOk {}.into(),
        MethodId::ExchangeBind => exchange::Bind {
            destination: short(u)?,
            source: short(u)?,
            routing_key: short(u)?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::ExchangeBindOk => exchange::BindOk {}.into(),
        MethodId::ExchangeUnbind => exchange::Unbind {
            destination: short(u)?,
            source: short(u)?,
            routing_key: short(u)?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::ExchangeUnbindOk => exchange::UnbindOk {}.into(),
        MethodId::QueueDeclare => queue::Declare {
            queue: short(u)?,
            passive: u.arbitrary()?,
            durable: u.arbitrary()?,
            exclusive: u.arbitrary()?,
            auto_delete: u.arbitrary()?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::QueueDeclareOk => {
            queue::DeclareOk { queue: short(u)?, message_count: u.arbitrary()?, consumer_count: u.arbitrary()? }.into()
        }
        MethodId::QueueBind => queue::Bind {
            queue: short(u)?,
            exchange: short(u)?,
            routing_key: short(u)?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::QueueBindOk => queue::BindOk {}.into(),
        MethodId::QueuePurge => queue::Purge { queue: short(u)?, no_wait: u.arbitrary()? }.into(),
        MethodId::QueuePurgeOk => queue::PurgeOk { message_count: u.arbitrary()? }.into(),
        MethodId::QueueDelete => queue::Delete {
            queue: short(u)?,
            if_unused: u.arbitrary()?,
            if_empty: u.arbitrary()?,
            no_wait: u.arbitrary()?,
        }
        .into(),
        MethodId::QueueDeleteOk => queue::DeleteOk { message_count: u.arbitrary()? }.into(),
        MethodId::QueueUnbind => {
            queue::Unbind { queue: short(u)?, exchange: short(u)?, routing_key: short(u)?, arguments }.into()
        }
        MethodId::QueueUnbindOk => queue::UnbindOk {}.into(),
        MethodId::BasicQos => {
            basic::Qos { prefetch_size: u.arbitrary()?, prefetch_count: u.arbitrary()?, global: u.arbitrary()? }.into()
        }
        MethodId::BasicQosOk => basic::QosOk {}.into(),
        MethodId::BasicConsume => basic::Consume {
            queue: short(u)?,
            consumer_tag: short(u)?,
            no_local: u.arbitrary()?,
            no_ack: u.arbitrary()?,
            exclusive: u.arbitrary()?,
            no_wait: u.arbitrary()?,
            arguments,
        }
        .into(),
        MethodId::BasicConsumeOk => basic::ConsumeOk { consumer_tag: short(u)? }.into(),
        MethodId::BasicCancel => basic::Cancel { consumer_tag: short(u)?, no_wait: u.arbitrary()? }.into(),
        MethodId::BasicCancelOk => basic::CancelOk { consumer_tag: short(u)? }.into(),
        MethodId::BasicPublish => basic::Publish {
            exchange: short(u)?,
            routing_key: short(u)?,
            mandatory: u.arbitrary()?,
            immediate: u.arbitrary()?,
        }
        .into(),
        MethodId::BasicReturn => {
            basic::Return { reply_code, reply_text: short(u)?, exchange: short(u)?, routing_key: short(u)? }.into()
        }
        MethodId::BasicDeliver => basic::Deliver {
            consumer_tag: short(u)?,
            delivery_tag: u.arbitrary()?,
            redelivered: u.arbitrary()?,
            exchange: short(u)?,
            routing_key: short(u)?,
        }
        .into(),
        MethodId::BasicGet => basic::Get { queue: short(u)?, no_ack: u.arbitrary()? }.into(),
        MethodId::BasicGetOk => basic::GetOk {
            delivery_tag: u.arbitrary()?,
            redelivered: u.arbitrary()?,
            exchange: short(u)?,
            routing_key: short(u)?,
            message_count: u.arbitrary()?,
        }
        .into(),
        MethodId::BasicGetEmpty => basic::GetEmpty {}.into(),
        MethodId::BasicAck => basic::Ack { delivery_tag: u.arbitrary()?, multiple: u.arbitrary()? }.into(),
        MethodId::BasicReject => basic::Reject { delivery_tag: u.arbitrary()?, requeue: u.arbitrary()? }.into(),
        MethodId::BasicRecoverAsync => basic::RecoverAsync { requeue: u.arbitrary()? }.into(),
        MethodId::BasicRecover => basic::Recover { requeue: u.arbitrary()? }.into(),
        MethodId::BasicRecoverOk => basic::RecoverOk {}.into(),
        MethodId::BasicNack => {
            basic::Nack { delivery_tag: u.arbitrary()?, multiple: u.arbitrary()?, requeue: u.arbitrary()? }.into()
        }
        MethodId::ConfirmSelect => confirm::Select { no_wait: u.arbitrary()? }.into(),
        MethodId::ConfirmSelectOk => confirm::SelectOk {}.into(),
        MethodId::TxSelect => tx::Select {}.into(),
        MethodId::TxSelectOk => tx::SelectOk {}.into(),
        MethodId::TxCommit => tx::Commit {}.into(),
        MethodId::TxCommitOk => tx::CommitOk {}.into(),
        MethodId::TxRollback => tx::Rollback {}.into(),
        MethodId::TxRollbackOk => tx::RollbackOk {}.into(),
    })
}
