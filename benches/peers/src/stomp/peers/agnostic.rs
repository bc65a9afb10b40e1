//! stomp-agnostic 0.10: async-stomp's parser over a transport of one's own, for both ends.
//!
//! Its decoder is private: so here is a transport that has the frames already, one for each read.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use harness::alloc::uncounted;
use harness::peer::Version;
use stomp_agnostic::{
    ClientStompHandle, ClientTransport, FromServer, Message, ReadData, ReadError, ServerStompHandle, ServerTransport,
    ToServer, WriteError,
};

use super::{ALL, Peer, is_servers};
use crate::vectors::{V12, frame, parts, take};
use harness::bench::{Encode, Job, Verdict, encode_owned_new};

pub const PEER: Peer = Peer { name: "stomp-agnostic", versions: ALL, verdict, decode, encode, gather: None };

/// What is still to be read.
struct Lines(VecDeque<Bytes>);

impl Lines {
    fn next(&mut self) -> Result<ReadData<()>, ReadError> {
        self.0.pop_front().map(ReadData::Binary).ok_or(ReadError::ConnectionClosed)
    }
}

#[async_trait]
impl ClientTransport for Lines {
    type ProtocolSideChannel = ();

    async fn write(&mut self, _: Message<ToServer>) -> Result<(), WriteError> {
        Ok(())
    }

    async fn read(&mut self) -> Result<ReadData<()>, ReadError> {
        self.next()
    }
}

#[async_trait]
impl ServerTransport for Lines {
    type ProtocolSideChannel = ();

    async fn write(&mut self, _: Message<FromServer>) -> Result<(), WriteError> {
        Ok(())
    }

    async fn read(&mut self) -> Result<ReadData<()>, ReadError> {
        self.next()
    }
}

/// Nothing here waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// An end that is connected.
enum End {
    Client(ClientStompHandle<Lines>),
    Server(ServerStompHandle<Lines>),
}

impl End {
    fn new(is_client: bool) -> Self {
        let other = match is_client {
            true => frame("CONNECTED\nversion:1.2", b""),
            false => frame("CONNECT\naccept-version:1.2\nhost:a", b""),
        };
        let lines = Lines(VecDeque::from([other.into()]));
        if is_client {
            return Self::Client(now(ClientStompHandle::connect(lines, "a".into(), None, None, vec![])).unwrap());
        }
        let server = ServerStompHandle::wait_for_connection(lines, Box::new(|_, _| true), Box::new(|| None));
        match now(server) {
            Ok(server) => Self::Server(server),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn lines(&mut self) -> &mut Lines {
        match self {
            Self::Client(client) => client.as_mut_transport(),
            Self::Server(server) => server.as_mut_transport(),
        }
    }

    /// Reads one message, and shows it.
    fn read(&mut self) -> Result<(), ReadError> {
        match self {
            Self::Client(client) => now(client.read_response()).map(|it| _ = std::hint::black_box(&it)),
            Self::Server(server) => now(server.read_data()).map(|it| _ = std::hint::black_box(&it)),
        }
    }
}

fn verdict(_: V12, packet: &[u8]) -> Verdict {
    let mut end = End::new(is_servers(packet));
    end.lines().0.push_back(Bytes::copy_from_slice(packet));
    match end.read() {
        Ok(()) => Verdict::Packet(V12::frame_len(packet).unwrap_or(packet.len())),
        Err(ReadError::ConnectionClosed) => Verdict::Incomplete,
        Err(_) => Verdict::Error,
    }
}

fn decode(_: V12, stream: &'static [u8], _: bool) -> Job {
    let mut end = End::new(is_servers(stream));
    let (mut frames, mut left) = (Vec::new(), stream);
    while let Some(len) = V12::frame_len(left) {
        frames.push(Bytes::from_static(&left[..len]));
        left = &left[len..];
    }
    repeat(move || {
        uncounted(|| end.lines().0.extend(frames.iter().cloned()));
        let start = Instant::now();
        while !end.lines().0.is_empty() {
            end.read().unwrap();
        }
        start.elapsed()
    })
}

/// The body in 1 KiB pieces.
pub fn pieces(stream: &'static [u8]) -> Job {
    let mut end = End::new(true);
    repeat(move || {
        end.lines().0.extend(stream.chunks(1024).map(Bytes::from_static));
        let start = Instant::now();
        end.read().unwrap();
        start.elapsed()
    })
}

fn repeat(mut once: impl FnMut() -> std::time::Duration + 'static) -> Job {
    Box::new(move |n| (0..n).map(|_| once()).sum())
}

/// What a server sends, or a client.
fn encode(_: V12, packet: &'static [u8]) -> Encode {
    if let Some(message) = from_server(packet) {
        let make = move || Message { content: message.clone(), extra_headers: vec![] };
        return encode_owned_new(make, Message::<FromServer>::into_bytes);
    }
    let Some(message) = to_server(packet) else { return Encode::none() };
    encode_owned_new(move || Message::from(message.clone()), Message::<ToServer>::into_bytes)
}

fn from_server(packet: &'static [u8]) -> Option<FromServer> {
    let (command, mut headers, body) = parts(packet);
    let mut take = |name| take(&mut headers, name);
    Some(match command {
        "MESSAGE" => FromServer::Message {
            subscription: take("subscription")?,
            message_id: take("message-id")?,
            destination: take("destination")?,
            headers,
            body: Some(body.to_vec()),
        },
        "CONNECTED" => FromServer::Connected {
            version: take("version")?,
            session: take("session"),
            server: take("server"),
            heartbeat: take("heart-beat"),
        },
        _ => return None,
    })
}

fn to_server(packet: &'static [u8]) -> Option<ToServer> {
    let (command, mut headers, body) = parts(packet);
    let mut take = |name| take(&mut headers, name);
    Some(match command {
        "SEND" => ToServer::Send {
            destination: take("destination")?,
            transaction: None,
            headers: Some(headers),
            body: Some(body.to_vec()),
        },
        "ACK" => ToServer::Ack { id: take("id")?, transaction: take("transaction") },
        _ => return None,
    })
}
