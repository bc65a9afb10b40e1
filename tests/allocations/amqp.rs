//! AMQP.

use allocation_counter::measure;
use fourwire::amqp::{
    Assembler, BasicProperties, Channel, Client, Config, Decoder, DeliveryTag, Entry, Error, Event, Frame, Growing,
    Limits, Login, Method, Properties, Request, Server, Session, Slot, Slots, Table, Value, Violation, basic, channel,
    confirm, connection, queue, tx,
};
use fourwire::{Output, SliceOutput};

use super::{NOW, corpus, none, properties};

// --- the codec -------------------------------------------------------------------------------------------------------

#[test]
fn law_6_decoding_recordings() {
    for recording in corpus::recordings("amqp") {
        let mut decoder = properties::amqp::decoder();
        let mut frames = 0;
        none(&recording.name, || {
            let mut rest = &recording.bytes[..];
            // Some recordings end with what is wrong.
            while let Ok(Some((frame, used))) = decoder.decode(rest) {
                read(&frame);
                rest = &rest[used..];
                frames += 1;
            }
        });
        assert!(frames > 0, "{}", recording.name);
    }
}

/// Reads what is read lazily.
fn read(frame: &Frame<'_>) {
    match frame {
        Frame::Header(_, header) => {
            let properties = header.properties.get();
            assert_eq!(properties.headers, header.properties.headers());
            properties.headers.iter().for_each(find);
        }
        Frame::Method(_, Method::ConnectionStart(start)) => find(&start.server_properties),
        Frame::Method(_, Method::ConnectionStartOk(start_ok)) => find(&start_ok.client_properties),
        Frame::Method(_, Method::QueueDeclare(declare)) => find(&declare.arguments),
        Frame::Method(_, Method::BasicConsume(consume)) => find(&consume.arguments),
        _ => {}
    }
}

fn find(table: &Table<'_>) {
    assert_eq!(table.len(), table.iter().count());
    assert!(table.iter().eq(*table));
    for key in table.iter().filter_map(|entry| entry.key.as_str().ok()) {
        assert!(table.get(key).is_some());
    }
}

#[test]
fn law_6_encoding_into_room_that_is_there() {
    for recording in corpus::recordings("amqp") {
        let mut decoder = properties::amqp::decoder();
        let mut out = Vec::with_capacity(2 * recording.bytes.len() + 96);
        let mut room = vec![0; 2 * recording.bytes.len()];
        none(&recording.name, || {
            let mut slice = SliceOutput::new(&mut room);
            let mut rest = &recording.bytes[..];
            while let Ok(Some((frame, used))) = decoder.decode(rest) {
                frame.encode(0, &mut out).unwrap();
                frame.encode(0, &mut slice).unwrap();
                rest = &rest[used..];
            }
            assert_eq!(slice.written(), out);
        });
    }
}

/// A content header with a table of these bytes, whose length is told as this.
fn header(body_size: u64, table: &[u8], declared: u32) -> Vec<u8> {
    let start = [&[0, 60, 0, 0][..], &body_size.to_be_bytes(), &[0x20, 0]].concat();
    let payload = [&start[..], &declared.to_be_bytes(), table].concat();
    [&[2, 0, 1][..], &(u32::try_from(payload.len()).unwrap()).to_be_bytes(), &payload, &[0xCE]].concat()
}

/// Tables in tables.
fn nested(depth: usize) -> Vec<u8> {
    (1..depth).fold(Vec::new(), |inner, _| {
        [&b"\x01kF"[..], &u32::try_from(inner.len()).unwrap().to_be_bytes(), &inner].concat()
    })
}

/// A frame of four gibibytes is announced, and in a frame that is whole tables, strings, bodies and depths: nobody asks
/// for memory.
#[test]
fn law_6_declared_lengths() {
    const LONGEST: [u8; 4] = [0xFF; 4];
    let mut inputs = Vec::new();
    for kind in [1, 2, 3] {
        inputs.push([&[kind, 0, 1][..], &LONGEST].concat());
        inputs.push([&[kind, 0, 1][..], &LONGEST, &[0; 64]].concat());
    }
    for letter in *b"SxAF" {
        let entry = [&b"\x01k"[..], &[letter], &LONGEST, b"abc"].concat();
        inputs.push(header(u64::MAX, &entry, u32::try_from(entry.len()).unwrap()));
    }
    inputs.push(header(u64::MAX, b"\x01kV", u32::MAX));
    inputs.push(header(u64::MAX, b"\x01kV", 3));
    for depth in [2, 16, 17, 33, 10_000] {
        let table = nested(depth);
        inputs.push(header(0, &table, u32::try_from(table.len()).unwrap()));
    }
    // connection.start-ok with a response, and queue.declare with a name, that are longer than there is.
    inputs.push(vec![1, 0, 0, 0, 0, 0, 12, 0, 10, 0, 11, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xCE]);
    inputs.push(vec![1, 0, 1, 0, 0, 0, 8, 0, 50, 0, 10, 0, 0, 0xFF, b'q', 0xCE]);
    for input in &inputs {
        let mut machines = Pair::<[Slot; 2]>::open(|| [Slot::EMPTY; 2]);
        none("the codec and the machines", || {
            let _ = properties::amqp::decoder().decode(input);
            let _ = Decoder::with_limits(Limits { frame: 64, depth: 1 }).decode(input);
            let _ = machines.server.receive(NOW, input, &mut SliceOutput::new(&mut [0; 64]));
            let _ = machines.client.receive(NOW, input, &mut SliceOutput::new(&mut [0; 64]));
        });
    }
}

/// An assembler keeps what came, not what was announced.
#[test]
fn law_6_declared_bodies() {
    let mut pair = Pair::<Growing>::open(Growing::default);
    let deliver = basic::Deliver::default();
    pair.server.deliver(NOW, pair.theirs.unwrap(), &deliver, true, Properties::EMPTY, b"", &mut Vec::new()).unwrap();
    let mut input = Vec::new();
    Frame::Method(1, basic::Deliver { delivery_tag: 1, ..deliver }.into()).encode(0, &mut input).unwrap();
    input.extend(header(1 << 40, b"", 0));
    Frame::Body(1, &[b'x'; 1000]).encode(0, &mut input).unwrap();
    let mut messages = Assembler::new(u64::MAX);
    let info = measure(|| {
        let mut rest = &input[..];
        while let Some((event, used)) = pair.client.receive(NOW, rest, &mut Vec::new()).unwrap() {
            rest = &rest[used..];
            assert_eq!(messages.event(&event), Ok(None));
        }
        assert!(rest.is_empty());
    });
    assert!((1000..4096).contains(&info.bytes_max), "{} bytes at once", info.bytes_max);
}

// --- the machines ----------------------------------------------------------------------------------------------------

/// A client and a server with a channel each, and two wires of fixed size.
struct Pair<S> {
    client: Client<S>,
    server: Server<S>,
    ours: Option<Channel>,
    theirs: Option<Channel>,
    up: [u8; 1024],
    down: [u8; 1024],
}

impl<S: Slots> Pair<S> {
    fn open(slots: fn() -> S) -> Self {
        let mut pair = Self {
            client: Client::new(Config::default(), Session::with_slots(slots())),
            server: Server::new(NOW, Config::default(), Session::with_slots(slots())),
            ours: None,
            theirs: None,
            up: [0; 1024],
            down: [0; 1024],
        };
        pair.run(|client, out| client.start(NOW, out).unwrap(), |_, _| {});
        assert!(pair.ours.is_some() && pair.theirs.is_some());
        pair
    }

    /// Both do something, and then read and answer what comes, until nothing does. What happened, by number: publishes
    /// confirmed, deliveries acknowledged, calls answered.
    fn run(
        &mut self,
        client_acts: impl FnOnce(&mut Client<S>, &mut SliceOutput<'_>),
        server_acts: impl FnOnce(&mut Server<S>, &mut SliceOutput<'_>),
    ) -> [u32; 3] {
        let (mut up, mut down) = (SliceOutput::new(&mut self.up), SliceOutput::new(&mut self.down));
        client_acts(&mut self.client, &mut up);
        server_acts(&mut self.server, &mut down);
        let mut done = [0; 3];
        while !(up.is_empty() && down.is_empty()) {
            let (mut next_up, mut next_down) = ([0; 1024], [0; 1024]);
            let (mut to_server, mut to_client) = (SliceOutput::new(&mut next_up), SliceOutput::new(&mut next_down));
            serve(&mut self.server, &mut self.theirs, up.written(), &mut to_client, &mut done);
            listen(&mut self.client, &mut self.ours, down.written(), &mut to_server, &mut done);
            up.clear();
            down.clear();
            up.space(to_server.len(), 0).unwrap().copy_from_slice(to_server.written());
            down.space(to_client.len(), 0).unwrap().copy_from_slice(to_client.written());
        }
        done
    }

    /// Messages both ways, with confirms and acknowledgements, a call of each kind, and a channel that comes and goes.
    fn exchange(&mut self) {
        let (ours, theirs) = (self.ours.unwrap(), self.theirs.unwrap());
        let entries = [Entry::new("a", Value::I32(1)), Entry::new("b", Value::text("c"))];
        let properties = BasicProperties { headers: Some(Table::new(&entries)), ..BasicProperties::default() };
        let done = self.run(
            |client, out| {
                let publish = basic::Publish { routing_key: "a.b".into(), ..Default::default() };
                client.call(NOW, ours, confirm::Select::default(), out).unwrap();
                for _ in 0..3 {
                    client.publish(NOW, ours, &publish, (&properties).into(), b"hello", out).unwrap();
                }
                client.call(NOW, ours, queue::Declare { queue: "q".into(), ..Default::default() }, out).unwrap();
                client.call(NOW, ours, basic::Get { queue: "q".into(), no_ack: false }, out).unwrap();
                let other = client.open_channel(NOW, out).unwrap();
                client.call(NOW, other, tx::Select {}, out).unwrap();
                client.close_channel(NOW, other, out).unwrap();
            },
            |server, out| {
                let deliver = basic::Deliver { consumer_tag: "c".into(), ..Default::default() };
                for _ in 0..3 {
                    server.deliver(NOW, theirs, &deliver, false, (&properties).into(), b"hello", out).unwrap();
                }
            },
        );
        assert_eq!(done, [3, 4, 3], "publishes, deliveries, calls");
        assert_eq!(self.client.unconfirmed_count(ours) + self.client.unacknowledged_count(ours), 0);
        assert_eq!(self.server.unconfirmed_count(theirs) + self.server.unacknowledged_count(theirs), 0);
    }
}

fn serve<S: Slots>(
    server: &mut Server<S>,
    theirs: &mut Option<Channel>,
    mut input: &[u8],
    out: &mut SliceOutput<'_>,
    done: &mut [u32; 3],
) {
    while let Some((request, used)) = server.receive(NOW, input, out).unwrap() {
        input = &input[used..];
        match request {
            Request::Hello => server.start(NOW, &server.introduction(), out).unwrap(),
            Request::Login(_) => server.tune(NOW, out).unwrap(),
            Request::Open(_) => server.accept(NOW, out).unwrap(),
            Request::ChannelOpened(channel) => *theirs = theirs.or(Some(channel)),
            Request::Publish(channel, _, Some(number)) => server.confirm(NOW, channel, number, false, out).unwrap(),
            Request::Acknowledged(_, settled) => done[1] += settled.count,
            Request::Call(channel, Method::BasicGet(_)) => {
                let got = basic::GetOk::default();
                server.get_ok(NOW, channel, &got, false, Properties::EMPTY, b"got", out).unwrap();
            }
            Request::Call(channel, Method::ConfirmSelect(_)) => {
                server.answer(NOW, channel, confirm::SelectOk {}, out).unwrap();
            }
            Request::Call(channel, Method::QueueDeclare(_)) => {
                server.answer(NOW, channel, queue::DeclareOk::default(), out).unwrap();
            }
            _ => {}
        }
    }
    assert!(input.is_empty());
}

fn listen<S: Slots>(
    client: &mut Client<S>,
    ours: &mut Option<Channel>,
    mut input: &[u8],
    out: &mut SliceOutput<'_>,
    done: &mut [u32; 3],
) {
    let mut tag: Option<DeliveryTag> = None;
    while let Some((event, used)) = client.receive(NOW, input, out).unwrap() {
        input = &input[used..];
        match event {
            Event::Start(_) => client.login(NOW, &Login::external(), out).unwrap(),
            Event::Tune(_) => client.open(NOW, "/", out).unwrap(),
            Event::Connected => *ours = Some(client.open_channel(NOW, out).unwrap()),
            Event::Confirmed(_, settled) => done[0] += settled.count,
            Event::Deliver(delivered, _) => tag = Some(delivered),
            Event::Got(got, _) => {
                done[2] += 1;
                tag = Some(got);
            }
            Event::Body(_, _, 0) => client.ack(NOW, tag.unwrap(), false, out).unwrap(),
            Event::Answer(..) => done[2] += 1,
            _ => {}
        }
    }
    assert!(input.is_empty());
}

#[test]
fn law_6_machines_in_steady_state() {
    let mut pair = Pair::<Growing>::open(Growing::default);
    pair.exchange();
    none("after the first exchange", || (0..1000).for_each(|_| pair.exchange()));
}

#[test]
fn law_6_machines_with_fixed_slots_from_the_first_byte_on() {
    none("with fixed slots", || {
        let mut pair = Pair::<[Slot; 2]>::open(|| [Slot::EMPTY; 2]);
        (0..100).for_each(|_| pair.exchange());
    });
}

// --- what a hostile peer can make us hold ----------------------------------------------------------------------------

/// A server whose client has opened a virtual host, with as many channels as there can be.
fn opened(config: Config) -> Server {
    let mut server = Server::new(NOW, config, Session::new());
    let out = &mut Vec::new();
    let frames = |methods: &[Method<'_>]| {
        let mut bytes = Vec::new();
        methods.iter().for_each(|method| Frame::Method(0, *method).encode(0, &mut bytes).unwrap());
        bytes
    };
    server.receive(NOW, b"AMQP\0\0\x09\x01", out).unwrap();
    server.start(NOW, &server.introduction(), out).unwrap();
    server.receive(NOW, &frames(&[connection::StartOk::default().into()]), out).unwrap();
    server.tune(NOW, out).unwrap();
    let Config { channel_max, frame_max, .. } = config;
    let tune_ok = connection::TuneOk { channel_max, frame_max, heartbeat: 0 };
    let rest = frames(&[tune_ok.into(), connection::Open { virtual_host: "/".into() }.into()]);
    let (_, used) = server.receive(NOW, &rest, out).unwrap().unwrap();
    server.receive(NOW, &rest[used..], out).unwrap();
    server.accept(NOW, out).unwrap();
    server
}

fn feed(server: &mut Server, frame: Frame<'_>) -> Result<(), Error> {
    let (mut room, mut answer) = ([0; 64], [0; 64]);
    let mut bytes = SliceOutput::new(&mut room);
    frame.encode(0, &mut bytes).unwrap();
    let request = server.receive(NOW, bytes.written(), &mut SliceOutput::new(&mut answer))?;
    assert!(request.is_some());
    Ok(())
}

/// Each channel number costs a slot, whether they come one by one or the highest at once; and no number above what was
/// agreed does.
#[test]
fn law_6_channels_without_end_are_bounded() {
    let open = |number| Frame::Method(number, channel::Open {}.into());
    for numbers in [1..=u16::MAX, u16::MAX..=u16::MAX] {
        let mut server = opened(Config { channel_max: u16::MAX, ..Config::default() });
        let info = measure(|| numbers.for_each(|number| feed(&mut server, open(number)).unwrap()));
        // 65,535 slots, and half as many while they are moved. One on the heap is smaller than one that needs none.
        let most = (65_535 + 32_768) * size_of::<Slot>() as u64 + 4096;
        assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
    }
    let mut server = opened(Config { channel_max: 10, ..Config::default() });
    none("a number that was not agreed", || {
        assert_eq!(feed(&mut server, open(u16::MAX)), Err(Error::Violation(Violation::ChannelMax)));
    });
}

/// Publishes that await their confirms, spread so that each takes a word of its own, up to the window; what is above is
/// held back. And with a window that is never full, there are more and more of them, but no more memory.
#[test]
fn law_6_publishes_without_end_are_bounded() {
    const WINDOW: u32 = 1000;
    let mut server = opened(Config { window: WINDOW, ..Config::default() });
    feed(&mut server, Frame::Method(1, channel::Open {}.into())).unwrap();
    feed(&mut server, Frame::Method(1, confirm::Select { no_wait: true }.into())).unwrap();
    let publish = |server: &mut Server| {
        let (mut room, mut answer) = ([0; 64], [0; 64]);
        let (mut bytes, mut answer) = (SliceOutput::new(&mut room), SliceOutput::new(&mut answer));
        Frame::Method(1, basic::Publish::default().into()).encode(0, &mut bytes).unwrap();
        let (request, _) = server.receive(NOW, bytes.written(), &mut answer).unwrap()?;
        let Request::Publish(channel, _, Some(number)) = request else { panic!("{request:?}") };
        bytes.clear();
        let header = fourwire::amqp::ContentHeader::default();
        Frame::Header(1, header).encode(0, &mut bytes).unwrap();
        server.receive(NOW, bytes.written(), &mut answer).unwrap();
        Some((channel, number))
    };
    let mut last = 0;
    let info = measure(|| {
        while let Some((channel, number)) = publish(&mut server) {
            if number % 64 != 0 {
                server.confirm(NOW, channel, number, false, &mut SliceOutput::new(&mut [0; 64])).unwrap();
            }
            last = number;
        }
    });
    assert!(server.is_held_back());
    assert_eq!(last, u64::from(WINDOW) * 64);
    // Three numbers a word; twice as much room as is used at most, and as much again while they are moved.
    let most = u64::from(WINDOW) * 24 * 3 + 4096;
    assert!(info.bytes_max <= most, "{} bytes at once, {most} at most", info.bytes_max);
}
