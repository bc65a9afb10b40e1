//! async-stomp's codec.

use async_stomp::client::ClientCodec;
use async_stomp::{AckMode, FromServer, Message, ToServer};
use bytes::BytesMut;
use fourwire::stomp::Version;
use tokio_util::codec::{Decoder as _, Encoder as _};

use super::{Stream, Told, Verdict, Written, ours};

/// What it reads of what a server sends; of what a client sends in 1.2, how it writes what we read.
pub(super) fn verdicts(stream: &Stream) -> Option<Vec<Verdict>> {
    if stream.is_servers {
        return Some(read(stream));
    }
    // It has no other version, and no STOMP.
    let ours: Vec<_> = ours(stream).into_iter().map(|(_, verdict)| written(verdict)).collect();
    let is_its = |verdict: &Verdict| !matches!(verdict, Verdict::Takes(told, _) if told.command == b"STOMP");
    (stream.version == Version::V1_2 && ours.iter().all(is_its)).then_some(ours)
}

fn read(stream: &Stream) -> Vec<Verdict> {
    let (mut codec, mut buffer) = (ClientCodec::new(), BytesMut::new());
    let mut verdicts = Vec::new();
    for piece in &stream.pieces {
        buffer.extend_from_slice(piece);
        loop {
            match codec.decode(&mut buffer) {
                Ok(None) => break,
                Ok(Some(message)) => verdicts.push(Verdict::Takes(told(message), Written::NotAsked)),
                Err(error) => {
                    verdicts.push(Verdict::Refuses(reason(&error.to_string()).to_owned()));
                    return verdicts;
                }
            }
        }
    }
    if !buffer.is_empty() {
        verdicts.push(Verdict::Waits);
    }
    verdicts
}

/// A word or two for what is wrong: its text names the value.
fn reason(error: &str) -> &'static str {
    let words = [
        ("Parse failed", "Parse failed"),
        ("Expected header", "Expected header missing"),
        ("Frame not recognized", "Frame not recognized"),
        ("UTF-8", "not valid UTF-8"),
    ];
    words.iter().find(|(part, _)| error.contains(part)).map_or("another error", |(_, word)| word)
}

/// Its fields, then what it has no field for.
fn told(message: Message<FromServer>) -> Told {
    let mut fields: Vec<(&str, Option<String>)> = Vec::new();
    let mut all = Vec::new();
    let (command, body) = match message.content {
        FromServer::Connected { version, session, server, heartbeat } => {
            fields =
                vec![("version", Some(version)), ("session", session), ("server", server), ("heart-beat", heartbeat)];
            ("CONNECTED", None)
        }
        // Here all are in one list, too.
        FromServer::Message { headers, body, .. } => {
            all = headers.into_iter().map(|(name, value)| (name.into_bytes(), value.into_bytes())).collect();
            ("MESSAGE", body)
        }
        FromServer::Receipt { receipt_id } => {
            fields = vec![("receipt-id", Some(receipt_id))];
            ("RECEIPT", None)
        }
        FromServer::Error { message, body } => {
            fields = vec![("message", message)];
            ("ERROR", body)
        }
    };
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.into(), value?.into_bytes())));
    let mut headers: Vec<_> = there.collect();
    headers.append(&mut all);
    if command != "MESSAGE" {
        headers.extend(message.extra_headers);
    }
    Told { command: command.into(), headers, body: body.unwrap_or_default() }
}

/// How it writes what we have read.
fn written(verdict: Verdict) -> Verdict {
    let Verdict::Takes(told, _) = verdict else { return verdict };
    let mut out = BytesMut::new();
    let written = match to_server(&told) {
        Some(message) => match ClientCodec::new().encode(message, &mut out) {
            Ok(()) => Written::Bytes(out.to_vec()),
            Err(error) => Written::Nothing(error.to_string()),
        },
        None => Written::Nothing("not in its types".into()),
    };
    Verdict::Takes(told, written)
}

fn to_server(told: &Told) -> Option<Message<ToServer>> {
    let mut rest = told.headers.clone();
    let mut field = |name: &str| {
        let at = rest.iter().position(|(other, _)| other == name.as_bytes())?;
        // The first one counts.
        let (_, value) = rest.remove(at);
        rest.retain(|(other, _)| other != name.as_bytes());
        String::from_utf8(value).ok()
    };
    let body = Some(told.body.clone()).filter(|body| !body.is_empty());
    let content = match &*told.command {
        b"CONNECT" => ToServer::Connect {
            accept_version: field("accept-version")?,
            host: field("host")?,
            login: field("login"),
            passcode: field("passcode"),
            heartbeat: None,
        },
        b"SEND" => ToServer::Send {
            destination: field("destination")?,
            transaction: field("transaction"),
            headers: None,
            body,
        },
        b"SUBSCRIBE" => ToServer::Subscribe {
            destination: field("destination")?,
            id: field("id")?,
            ack: match field("ack").as_deref() {
                None => None,
                Some("auto") => Some(AckMode::Auto),
                Some("client") => Some(AckMode::Client),
                Some("client-individual") => Some(AckMode::ClientIndividual),
                Some(_) => return None,
            },
        },
        b"UNSUBSCRIBE" => ToServer::Unsubscribe { id: field("id")? },
        b"ACK" => ToServer::Ack { id: field("id")?, transaction: field("transaction") },
        b"NACK" => ToServer::Nack { id: field("id")?, transaction: field("transaction") },
        b"BEGIN" => ToServer::Begin { transaction: field("transaction")? },
        b"COMMIT" => ToServer::Commit { transaction: field("transaction")? },
        b"ABORT" => ToServer::Abort { transaction: field("transaction")? },
        b"DISCONNECT" => ToServer::Disconnect { receipt: field("receipt") },
        _ => return None,
    };
    Some(Message { content, extra_headers: rest })
}
