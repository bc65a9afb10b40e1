//! Our server in the place of RabbitMQ: told to do what that did, it reads all that recorded clients said, and answers
//! the same, frame for frame; and what RabbitMQ closes a connection for, it closes it for by itself.

use std::collections::{BTreeMap, VecDeque};

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Config, Decoder, Error, Frame, Method, MethodId, Properties, Request, SendError, Server, Session, basic,
    channel,
};

use crate::amqp::Amqp;
use crate::replay::{Recording, decode, recordings};

const NOW: Instant = Instant::ZERO;

#[test]
fn our_server_says_what_rabbitmq_said() {
    let all: BTreeMap<String, Recording<Amqp>> =
        recordings::<Amqp>().into_iter().map(|it| (it.name.clone(), it)).collect();
    let mut played = 0;
    for (name, recording) in all.iter().filter(|(name, _)| name.ends_with(".server.bin")) {
        let name = name.trim_end_matches(".server.bin");
        if DIFFERENT.contains(&name) {
            continue;
        }
        let said: Vec<_> = decode(&recording.wire, &recording.bytes).units.iter().map(|unit| unit.what).collect();
        let out = Play::new(name, &all[&format!("{name}.client.bin")].bytes).play(&said);
        let ours: Vec<_> = decode(&Amqp(Decoder::new()), &out).units.iter().map(|unit| unit.what).collect();
        let (said, ours) = (comparable(&said), comparable(&ours));
        for (said, ours) in said.iter().zip(&ours) {
            assert_eq!(ours, said, "{name}");
        }
        assert_eq!(ours.len(), said.len(), "{name}");
        played += 1;
    }
    assert!(played >= 60, "{played} recordings");
}

/// Where RabbitMQ crashes, refuses what it has not implemented or what bytes alone do not say, or counts otherwise (direct
/// replies have all the same tag); and where it matters what was said first, which recordings do not tell: the tag 0 is
/// all that was delivered until then.
const DIFFERENT: &[&str] = &[
    "amqplib-rpc",
    "prefetch",
    "error-unknown-class",
    "error-unknown-method",
    "error-table-truncated",
    "error-table-value-type",
    "error-flow-off",
    "error-immediate",
    "error-recover-without-requeue",
    "error-binding-not-utf-8",
];

/// Without heartbeats, the words for people, and what has no meaning in a server's basic.nack.
fn comparable<'f>(frames: &[Frame<'f>]) -> Vec<Frame<'f>> {
    let frames = frames.iter().filter(|frame| **frame != Frame::Heartbeat).copied();
    frames
        .map(|frame| match frame {
            Frame::Method(0, Method::ConnectionClose(close)) => {
                let code = close.reply_code;
                Frame::Method(0, fourwire::amqp::connection::Close { reply_code: code, ..Default::default() }.into())
            }
            Frame::Method(channel, Method::ChannelClose(close)) => {
                Frame::Method(channel, channel::Close { reply_text: "".into(), ..close }.into())
            }
            Frame::Method(channel, Method::BasicNack(nack)) => {
                Frame::Method(channel, basic::Nack { requeue: false, ..nack }.into())
            }
            other => other,
        })
        .collect()
}

/// A server, and what it has seen of the client's bytes.
struct Play<'s> {
    name: &'s str,
    server: Server,
    client: &'s [u8],
    out: Vec<u8>,
    channels: BTreeMap<u16, Channel>,
    /// Whether the messages of calls that are not answered yet are not to be acknowledged.
    consumes: VecDeque<bool>,
    gets: VecDeque<bool>,
    /// The same of consumers.
    consumers: BTreeMap<(u16, Vec<u8>), bool>,
    /// How many frames our server has written by itself.
    by_itself: usize,
}

impl<'s> Play<'s> {
    fn new(name: &'s str, client: &'s [u8]) -> Self {
        Self {
            name,
            server: Server::new(NOW, Config::default(), Session::new()),
            client,
            out: Vec::new(),
            channels: BTreeMap::new(),
            consumes: VecDeque::new(),
            gets: VecDeque::new(),
            consumers: BTreeMap::new(),
            by_itself: 0,
        }
    }

    /// All that our server has said at the end.
    fn play(mut self, said: &[Frame<'_>]) -> Vec<u8> {
        let mut said = said;
        while let [frame, rest @ ..] = said {
            said = rest;
            let mut pieces = 0;
            let mut body = Vec::new();
            let mut properties = Properties::EMPTY;
            if let [Frame::Header(_, header), behind @ ..] = rest {
                properties = header.properties;
                for piece in
                    behind.iter().map_while(|frame| if let Frame::Body(_, it) = frame { Some(*it) } else { None })
                {
                    body.extend_from_slice(piece);
                    pieces += 1;
                }
                said = &behind[pieces..];
            }
            while !self.say(frame, properties, &body) {
                assert!(self.listen(), "{}: {frame:?} cannot be said", self.name);
            }
        }
        while self.listen() {}
        self.out
    }

    /// Whether the frame, and the message that it may begin, could be said; if not, the client has something to say
    /// first.
    fn say(&mut self, frame: &Frame<'_>, properties: Properties<'_>, body: &[u8]) -> bool {
        let (server, out) = (&mut self.server, &mut self.out);
        let Frame::Method(number, method) = frame else { return *frame == Frame::Heartbeat || self.itself() };
        let channel = self.channels.get(number).copied();
        let sent: Result<(), SendError> = match (*method, channel) {
            (Method::ConnectionStart(start), _) => server.start(NOW, &start, out),
            (Method::ConnectionSecure(secure), _) => server.secure(NOW, secure.challenge, out),
            (Method::ConnectionTune(_), _) => server.tune(NOW, out),
            (Method::ConnectionOpenOk(_), _) => server.accept(NOW, out),
            (Method::ConnectionBlocked(blocked), _) => server.block(NOW, Some(blocked.reason), out),
            (Method::ConnectionUnblocked(_), _) => server.block(NOW, None, out),
            (Method::ConnectionUpdateSecretOk(_), _) => server.secret_updated(NOW, out),
            (Method::ConnectionClose(close), _) if !self.name.starts_with("error-") => {
                // It is about what the client has said.
                if close.class_id == 0 && self.name != "closed-by-operator" && !self.client.is_empty() {
                    return false;
                }
                server.close(NOW, close.reply_code, close.reply_text, out)
            }
            (_, None) => return self.itself(),
            (Method::ChannelClose(close), Some(channel)) => {
                let about = MethodId::from_ids(close.class_id, close.method_id);
                server.close_channel(NOW, channel, close.reply_code, close.reply_text, about, out)
            }
            (
                Method::ChannelOpenOk(_)
                | Method::ChannelCloseOk(_)
                | Method::ChannelFlowOk(_)
                | Method::BasicRecoverOk(_),
                _,
            ) => return self.itself(),
            (Method::BasicDeliver(deliver), Some(channel)) => {
                let Some(no_ack) = self.consumers.get(&(*number, deliver.consumer_tag.as_bytes().to_vec())) else {
                    return false;
                };
                server.deliver(NOW, channel, &deliver, *no_ack, properties, body, out).map(drop)
            }
            (Method::BasicGetOk(got), Some(channel)) => {
                let Some(no_ack) = self.gets.front() else { return false };
                let sent = server.get_ok(NOW, channel, &got, *no_ack, properties, body, out).map(drop);
                self.gets.pop_front();
                sent
            }
            (Method::BasicReturn(returned), Some(channel)) => {
                server.send_back(NOW, channel, &returned, properties, body, out)
            }
            (Method::BasicAck(ack), Some(channel)) => server.confirm(NOW, channel, ack.delivery_tag, ack.multiple, out),
            (Method::BasicNack(nack), Some(channel)) => {
                server.refuse(NOW, channel, nack.delivery_tag, nack.multiple, out)
            }
            (Method::BasicCancel(cancel), Some(channel)) => server.cancel(NOW, channel, cancel.consumer_tag, out),
            (answer, Some(channel)) => {
                let sent = server.answer(NOW, channel, answer, out);
                match answer {
                    Method::BasicConsumeOk(ok) if sent.is_ok() => {
                        let no_ack = self.consumes.pop_front().unwrap();
                        self.consumers.insert((*number, ok.consumer_tag.as_bytes().to_vec()), no_ack);
                    }
                    Method::BasicGetEmpty(_) if sent.is_ok() => drop(self.gets.pop_front()),
                    _ => {}
                }
                sent
            }
        };
        sent.is_ok()
    }

    /// A frame that our server writes without being told: whether it has.
    fn itself(&mut self) -> bool {
        self.by_itself.checked_sub(1).map(|left| self.by_itself = left).is_some()
    }

    /// Reads a frame, if there is one.
    fn listen(&mut self) -> bool {
        let before = self.out.len();
        let event = self.server.receive(NOW, self.client, &mut self.out);
        self.by_itself += decode(&Amqp(Decoder::new()), &self.out[before..]).units.len();
        let (request, used) = match event {
            Ok(Some(some)) => some,
            Ok(None) => return false,
            Err(error) => return self.closed(error),
        };
        self.client = &self.client[used..];
        match request {
            Request::ChannelOpened(channel) => drop(self.channels.insert(channel.number(), channel)),
            Request::Call(channel, Method::BasicConsume(consume)) if consume.no_wait => {
                let tag = consume.consumer_tag.as_bytes().to_vec();
                self.consumers.insert((channel.number(), tag), consume.no_ack);
            }
            Request::Call(_, Method::BasicConsume(consume)) => self.consumes.push_back(consume.no_ack),
            Request::Call(_, Method::BasicGet(get)) => self.gets.push_back(get.no_ack),
            _ => {}
        }
        true
    }

    /// The client broke a rule, and was told.
    fn closed(&mut self, error: Error) -> bool {
        assert!(self.name.starts_with("error-"), "{}: {error}", self.name);
        assert!(self.server.is_closed());
        self.client = &[];
        true
    }
}
