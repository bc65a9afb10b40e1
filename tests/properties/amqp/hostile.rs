//! Arbitrary bytes into machines whose application answers what it is asked.

use fourwire::Instant;
use fourwire::amqp::{
    Channel, Client, Config, Error, Event, Frame, Login, Method, MethodId, Properties, Request, Server, Session, Slot,
    Slots, basic, channel, confirm, connection, exchange, queue, tx,
};

use super::super::script::Script;
use super::super::strict::Strict;

const NOW: Instant = Instant::from_secs(1);
const SLOTS: usize = 3;

/// A server whose client has opened a virtual host takes anything without panic; what it answers is bounded by what it
/// is given; a full output changes nothing; after a final error it reads no more.
pub fn server_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    if script.byte() & 1 == 0 {
        server(Session::with_slots([Slot::EMPTY; SLOTS]), script);
    } else {
        server(Session::new(), script);
    }
}

/// The same for a client that has two channels, one of them with confirms, and calls that await their answers.
pub fn client_hostile(data: &[u8]) {
    let mut script = Script::new(data);
    if script.byte() & 1 == 0 {
        client(Session::with_slots([Slot::EMPTY; SLOTS]), script);
    } else {
        client(Session::new(), script);
    }
}

/// What was written by hand goes in whole.
fn feed_frames(frames: &[Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    frames.iter().for_each(|frame| frame.encode(0, &mut bytes).unwrap());
    bytes
}

fn server<S: Slots + Clone>(session: Session<S>, script: Script<'_>) {
    let mut server = Server::new(NOW, Config { channel_max: 5, ..Config::default() }, session);
    let out = &mut Strict::new();
    server.receive(NOW, b"AMQP\0\0\x09\x01", out).unwrap();
    let start = server.introduction();
    server.start(NOW, &start, out).unwrap();
    let login = feed_frames(&[Frame::Method(0, connection::StartOk::default().into())]);
    server.receive(NOW, &login, out).unwrap();
    server.tune(NOW, out).unwrap();
    let channel_max = if server.clone().into_session().capacity() < 5 { SLOTS as u16 } else { 5 };
    let tune_ok = connection::TuneOk { channel_max, frame_max: 4096, heartbeat: 0 };
    server.receive(NOW, &feed_frames(&[Frame::Method(0, tune_ok.into())]), out).unwrap();
    let open = connection::Open { virtual_host: "/".into() };
    server.receive(NOW, &feed_frames(&[Frame::Method(0, open.into())]), out).unwrap();
    server.accept(NOW, out).unwrap();
    for number in 1..=2 {
        server.receive(NOW, &feed_frames(&[Frame::Method(number, channel::Open {}.into())]), out).unwrap();
    }

    let input = script.rest();
    let (mut rest, mut written, mut next) = (input, 0, 0_u8);
    loop {
        // A full output consumes nothing and changes nothing: the answer is the same with room.
        let mut tight = server.clone();
        let full = tight.receive(NOW, rest, &mut Strict::with_room(0)).map(|some| some.map(|(_, used)| used));
        let mut reply = Strict::new();
        let answer = server.receive(NOW, rest, &mut reply);
        let answered = answer.map(|some| some.map(|(_, used)| used));
        if full == Err(Error::Full) {
            assert!(!tight.is_closed());
            let again = tight.receive(NOW, rest, &mut Strict::new()).map(|some| some.map(|(_, used)| used));
            assert_eq!(again, answered, "repeated with room");
        }
        match answer {
            Ok(Some((request, used))) => {
                assert!(used > 0 && used <= rest.len());
                next = next.wrapping_add(1);
                serve(&mut server, &request, next, &mut reply);
                rest = &rest[used..];
            }
            Ok(None) => break,
            Err(_) => {
                assert!(server.is_closed());
                assert_eq!(server.receive(NOW, rest, &mut Strict::new()), Ok(None));
                break;
            }
        }
        written += reply.bytes.len();
    }
    assert!(written <= 256 + 32 * input.len(), "{written} bytes answer {}", input.len());
    for number in 1..=5 {
        let _ = (server.deadline(), number);
    }
}

/// An application that answers calls, delivers a message now and then, and confirms.
fn serve<S: Slots>(server: &mut Server<S>, request: &Request<'_>, next: u8, out: &mut Strict) {
    match request {
        Request::Call(channel, call) => {
            if let Some(id) = call.id().answers().first() {
                if *id == MethodId::BasicGetOk {
                    let got = basic::GetOk::default();
                    let _ = server.get_ok(NOW, *channel, &got, next & 1 == 0, Properties::EMPTY, b"x", out);
                } else {
                    let _ = server.answer(NOW, *channel, answer(*id), out);
                }
            }
            if next % 4 == 0 {
                deliver(server, *channel, next, out);
            }
        }
        Request::Publish(channel, _, Some(number)) if next % 3 == 0 => {
            let _ = server.confirm(NOW, *channel, *number, next & 4 == 0, out);
        }
        Request::Open(_) => {
            let _ = server.accept(NOW, out);
        }
        Request::UpdateSecret(_) => {
            let _ = server.secret_updated(NOW, out);
        }
        _ => {}
    }
}

fn deliver<S: Slots>(server: &mut Server<S>, channel: Channel, next: u8, out: &mut Strict) {
    let deliver = basic::Deliver::default();
    let tag = server.deliver(NOW, channel, &deliver, next & 8 == 0, Properties::EMPTY, b"", out);
    if let Ok(tag) = tag {
        assert_eq!(tag.channel(), channel);
        let outstanding = server.unacknowledged(channel).count();
        assert_eq!(outstanding, server.unacknowledged_count(channel));
    }
}

/// The answer with this name, without a word more.
fn answer(id: MethodId) -> Method<'static> {
    match id {
        MethodId::ExchangeDeclareOk => exchange::DeclareOk {}.into(),
        MethodId::ExchangeDeleteOk => exchange::DeleteOk {}.into(),
        MethodId::ExchangeBindOk => exchange::BindOk {}.into(),
        MethodId::ExchangeUnbindOk => exchange::UnbindOk {}.into(),
        MethodId::QueueDeclareOk => queue::DeclareOk::default().into(),
        MethodId::QueueBindOk => queue::BindOk {}.into(),
        MethodId::QueueUnbindOk => queue::UnbindOk {}.into(),
        MethodId::QueuePurgeOk => queue::PurgeOk::default().into(),
        MethodId::QueueDeleteOk => queue::DeleteOk::default().into(),
        MethodId::BasicQosOk => basic::QosOk {}.into(),
        MethodId::BasicConsumeOk => basic::ConsumeOk::default().into(),
        MethodId::BasicCancelOk => basic::CancelOk::default().into(),
        MethodId::ConfirmSelectOk => confirm::SelectOk {}.into(),
        MethodId::TxSelectOk => tx::SelectOk {}.into(),
        MethodId::TxCommitOk => tx::CommitOk {}.into(),
        _ => tx::RollbackOk {}.into(),
    }
}

fn client<S: Slots + Clone>(session: Session<S>, script: Script<'_>) {
    let mut client = Client::new(Config::default(), session);
    let out = &mut Strict::new();
    client.start(NOW, out).unwrap();
    client.receive(NOW, &feed_frames(&[Frame::Method(0, connection::Start::default().into())]), out).unwrap();
    client.login(NOW, &Login::external(), out).unwrap();
    let tune = connection::Tune { channel_max: 5, frame_max: 4096, heartbeat: 0 };
    client.receive(NOW, &feed_frames(&[Frame::Method(0, tune.into())]), out).unwrap();
    client.open(NOW, "/", out).unwrap();
    client.receive(NOW, &feed_frames(&[Frame::Method(0, connection::OpenOk {}.into())]), out).unwrap();
    let channels = [client.open_channel(NOW, out).unwrap(), client.open_channel(NOW, out).unwrap()];
    let opened: Vec<_> = (1..=2).map(|number| Frame::Method(number, channel::OpenOk {}.into())).collect();
    let opened = feed_frames(&opened);
    let (_, used) = client.receive(NOW, &opened, out).unwrap().unwrap();
    client.receive(NOW, &opened[used..], out).unwrap();
    client.call(NOW, channels[0], confirm::Select { no_wait: true }, out).unwrap();
    for _ in 0..5 {
        client.publish(NOW, channels[0], &basic::Publish::default(), Properties::EMPTY, b"x", out).unwrap();
        client.call(NOW, channels[1], basic::Get::default(), out).unwrap();
    }
    client.call(NOW, channels[1], queue::Declare::default(), out).unwrap();

    let input = script.rest();
    let (mut rest, mut written, mut tags) = (input, 0, Vec::new());
    loop {
        let mut tight = client.clone();
        let full = tight.receive(NOW, rest, &mut Strict::with_room(0)).map(|some| some.map(|(_, used)| used));
        let mut reply = Strict::new();
        let answer = client.receive(NOW, rest, &mut reply);
        if full == Err(Error::Full) {
            assert!(!tight.is_closed());
            assert_eq!(tight.receive(NOW, rest, &mut Strict::new()), answer, "repeated with room");
        }
        match answer {
            Ok(Some((event, used))) => {
                assert!(used > 0 && used <= rest.len());
                match event {
                    Event::Deliver(tag, _) | Event::Got(tag, _) => tags.push(tag),
                    Event::Heartbeat | Event::Header(..) => {
                        // Acknowledged once or twice: the second time is refused, unless nobody knows any more.
                        if let Some(tag) = tags.pop() {
                            let multiple = tags.len() & 1 == 0;
                            let _ = client.ack(NOW, tag, multiple, &mut Strict::new());
                        }
                    }
                    _ => {}
                }
                rest = &rest[used..];
            }
            Ok(None) => break,
            Err(_) => {
                assert!(client.is_closed());
                assert_eq!(client.receive(NOW, rest, &mut Strict::new()), Ok(None));
                break;
            }
        }
        written += reply.bytes.len();
    }
    assert!(written <= 64 + 2 * input.len(), "{written} bytes answer {}", input.len());
    assert!(client.unconfirmed(channels[0]).count() <= 5);
}
