//! Our client in the place of pika and amqplib: told to do what they did, it reads all that RabbitMQ answered, and says
//! the same, frame for frame.

use std::collections::BTreeMap;

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Client, Config, ContentHeader, Decoder, DeliveryTag, Event, Frame, Login, Mechanism, Method, SendError,
    Session, basic, connection,
};

use crate::amqp::Amqp;
use crate::replay::{Recording, decode, recordings};

const NOW: Instant = Instant::ZERO;

#[test]
fn our_client_says_what_recorded_clients_said() {
    let all: BTreeMap<String, Recording<Amqp>> =
        recordings::<Amqp>().into_iter().map(|it| (it.name.clone(), it)).collect();
    let mut played = 0;
    for (name, recording) in all.iter().filter(|(name, _)| name.ends_with(".client.bin")) {
        let name = name.trim_end_matches(".client.bin");
        if name.starts_with("error-") || CANNOT.contains(&name) {
            continue;
        }
        let said: Vec<_> = decode(&recording.wire, &recording.bytes).units.iter().map(|unit| unit.what).collect();
        let out = Play::new(name, &said, &all[&format!("{name}.server.bin")].bytes).play(&said);
        let ours: Vec<_> = decode(&Amqp(Decoder::new()), &out).units.iter().map(|unit| unit.what).collect();
        let (said, ours) = (comparable(&said), comparable(&ours));
        for (said, ours) in said.iter().zip(&ours) {
            assert_eq!(ours, said, "{name}");
        }
        assert_eq!(ours.len(), said.len(), "{name}");
        played += 1;
    }
    assert!(played >= 39, "{played} recordings");
}

/// What our client does not let its application do: choose a channel's number, acknowledge what is unknown, or all by the
/// tag 0; send frames between the pieces of a body; speak another protocol.
const CANNOT: &[&str] = &["channels", "channel-errors", "nack-reject", "prefetch", "pieces", "other-protocol-header"];

/// What our client chooses itself is not compared: limits, the words of channel.close, when it sends heartbeats; and that
/// it answers connection.close, where pika only ends.
fn comparable<'f>(frames: &[Frame<'f>]) -> Vec<Frame<'f>> {
    let own = |frame: &Frame<'_>| {
        matches!(
            frame,
            Frame::Heartbeat
                | Frame::Method(
                    _,
                    Method::ConnectionTuneOk(_) | Method::ChannelClose(_) | Method::ConnectionCloseOk(_)
                )
        )
    };
    frames.iter().filter(|frame| !own(frame)).copied().collect()
}

/// A client, and what it has seen of the server's bytes.
struct Play<'s> {
    name: &'s str,
    client: Client,
    server: &'s [u8],
    out: Vec<u8>,
    channels: BTreeMap<u16, Channel>,
    tags: BTreeMap<(u16, u64), DeliveryTag>,
}

/// Whether a frame could be said; if not, the server has something to say first.
enum Said {
    Yes,
    NotYet,
}

impl<'s> Play<'s> {
    fn new(name: &'s str, said: &[Frame<'_>], server: &'s [u8]) -> Self {
        let tune = said.iter().find_map(|frame| match frame {
            Frame::Method(_, Method::ConnectionTuneOk(tune)) => Some(*tune),
            _ => None,
        });
        let connection::TuneOk { channel_max, frame_max, heartbeat } =
            tune.unwrap_or(connection::TuneOk { channel_max: 0, frame_max: 131_072, heartbeat: 0 });
        let config = Config { channel_max, frame_max, heartbeat, ..Config::default() };
        let client = Client::new(config, Session::new());
        Self { name, client, server, out: Vec::new(), channels: BTreeMap::new(), tags: BTreeMap::new() }
    }

    /// All that our client has said at the end.
    fn play(mut self, said: &[Frame<'_>]) -> Vec<u8> {
        let mut said = said;
        while let [frame, rest @ ..] = said {
            said = rest;
            if let Frame::Method(channel, Method::BasicPublish(publish)) = frame {
                said = self.publish(*channel, publish, said);
                continue;
            }
            while let Said::NotYet = self.say(frame) {
                assert!(self.listen(), "{}: {frame:?} cannot be said", self.name);
            }
        }
        while self.listen() {}
        assert!(self.server.is_empty(), "{}: {} bytes are not read", self.name, self.server.len());
        self.out
    }

    fn say(&mut self, frame: &Frame<'_>) -> Said {
        let (client, out) = (&mut self.client, &mut self.out);
        let Frame::Method(number, method) = frame else {
            return match frame {
                Frame::ProtocolHeader(_) => said(client.start(NOW, out)),
                _ => Said::Yes,
            };
        };
        match *method {
            Method::ConnectionStartOk(connection::StartOk { client_properties, mechanism, response, locale }) => {
                said(client.login(
                    NOW,
                    &Login { client_properties, mechanism: Mechanism::Other { name: mechanism, response }, locale },
                    out,
                ))
            }
            Method::ConnectionSecureOk(secure) => said(client.respond(NOW, secure.response, out)),
            // It comes with connection.open.
            Method::ConnectionTuneOk(_) => Said::Yes,
            Method::ConnectionOpen(open) => said(client.open(NOW, open.virtual_host, out)),
            Method::ConnectionUpdateSecret(update) => {
                said(client.update_secret(NOW, update.new_secret, update.reason, out))
            }
            Method::ConnectionClose(close) => said(client.close(NOW, close.reply_code, close.reply_text, out)),
            Method::ConnectionCloseOk(_) => {
                if client.is_closed() {
                    Said::Yes
                } else {
                    Said::NotYet
                }
            }
            Method::ChannelOpen(_) => match client.clone().open_channel(NOW, &mut Vec::new()) {
                Ok(channel) if channel.number() == *number => {
                    self.channels.insert(*number, client.open_channel(NOW, out).unwrap());
                    Said::Yes
                }
                _ => Said::NotYet,
            },
            Method::ChannelClose(_) => said(client.close_channel(NOW, self.channels[number], out)),
            Method::ChannelCloseOk(_) => {
                if self.channels.contains_key(number) {
                    Said::NotYet
                } else {
                    Said::Yes
                }
            }
            Method::BasicAck(basic::Ack { delivery_tag, multiple }) => match self.tag(*number, delivery_tag) {
                Some(tag) => said(self.client.ack(NOW, tag, multiple, &mut self.out)),
                None => Said::NotYet,
            },
            Method::BasicNack(basic::Nack { delivery_tag, multiple, requeue }) => match self.tag(*number, delivery_tag)
            {
                Some(tag) => said(self.client.nack(NOW, tag, multiple, requeue, &mut self.out)),
                None => Said::NotYet,
            },
            Method::BasicReject(basic::Reject { delivery_tag, requeue }) => match self.tag(*number, delivery_tag) {
                Some(tag) => said(self.client.reject(NOW, tag, requeue, &mut self.out)),
                None => Said::NotYet,
            },
            call => said(client.call(NOW, self.channels[number], call, out)),
        }
    }

    /// A message, of which each piece is a frame as it was; what follows it.
    fn publish<'f, 'i>(&mut self, number: u16, publish: &basic::Publish<'_>, said: &'f [Frame<'i>]) -> &'f [Frame<'i>] {
        let [Frame::Header(_, header), rest @ ..] = said else { panic!("{}: no header", self.name) };
        let (channel, header): (Channel, ContentHeader<'_>) = (self.channels[&number], *header);
        while let Err(error) = self.client.publish_head(NOW, channel, publish, header, &mut self.out) {
            assert!(self.listen(), "{}: {publish:?}: {error}", self.name);
        }
        let mut rest = rest;
        while let [Frame::Body(_, piece), behind @ ..] = rest {
            self.client.publish_piece(NOW, channel, piece, &mut self.out).unwrap();
            rest = behind;
        }
        rest
    }

    /// The delivery with this tag, if it has come.
    fn tag(&self, number: u16, tag: u64) -> Option<DeliveryTag> {
        self.tags.get(&(number, tag)).copied()
    }

    /// Reads a frame, if there is one.
    fn listen(&mut self) -> bool {
        let event = self.client.receive(NOW, self.server, &mut self.out);
        let event = event.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let Some((event, used)) = event else { return false };
        self.server = &self.server[used..];
        match event {
            Event::Deliver(tag, basic::Deliver { delivery_tag, .. })
            | Event::Got(tag, basic::GetOk { delivery_tag, .. }) => {
                self.tags.insert((tag.channel().number(), delivery_tag), tag);
            }
            Event::ChannelClosed(channel, _) | Event::ChannelEnded(channel) => {
                self.channels.remove(&channel.number());
            }
            _ => {}
        }
        true
    }
}

fn said(sent: Result<(), SendError>) -> Said {
    if sent.is_ok() { Said::Yes } else { Said::NotYet }
}
