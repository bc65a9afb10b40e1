//! Client, Server and Session: every command on a machine in any state.

use core::time::Duration;

use fourwire::mqtt::{
    Auth, Client, Config, ConnAck, Connect, Delivery, Disconnect, Event, PacketId, Properties, Property, Publish, QoS,
    ReasonCode, ReasonCodes, Request, Server, Session, Slot, SubAck, Subscription, UnsubAck, Will,
};
use fourwire::{Instant, SliceOutput};

use crate::{bytes, opaque, room, sink};

type Fixed = [Slot; 16];

/// What a caller may pass: nothing of it is known.
#[repr(C)]
struct Given {
    data: *const u8,
    len: usize,
    out: *mut u8,
    out_len: usize,
    now: u64,
    id: u16,
    command: u8,
    qos: u8,
    code: u8,
}

struct Args<'a> {
    input: &'a [u8],
    text: &'a str,
    now: Instant,
    id: PacketId,
    qos: QoS,
    code: ReasonCode,
}

unsafe fn args<'a>(given: &Given) -> (Args<'a>, SliceOutput<'a>) {
    let (input, out) = unsafe { (bytes(given.data, given.len), room(given.out, given.out_len)) };
    let args = Args {
        input,
        text: core::str::from_utf8(input).unwrap_or_default(),
        now: Instant::from_micros(given.now),
        id: PacketId::new(given.id).unwrap_or(PacketId::MIN),
        qos: QoS::from_level(given.qos).unwrap_or_default(),
        code: ReasonCode::from_value(given.code).unwrap_or_default(),
    };
    (args, SliceOutput::new(out))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn client(client: &mut Client<Fixed>, given: &Given, delivery: &mut Option<Delivery>) {
    let (args, mut out) = unsafe { args(given) };
    let Args { input, text, now, id, qos, code } = args;
    let out = &mut out;
    let list = opaque([Property::ReasonString(text)]);
    let properties = Properties::new(&list);
    let publish = Publish { properties, ..Publish::new(text, input).with_qos(qos) };
    match given.command {
        0 => {
            let will = Will { topic: text, payload: input, qos, ..Will::default() };
            let connect = Connect { client_id: text, will: Some(will), user_name: Some(text), properties, ..Connect::default() };
            sink(client.connect(now, &connect, out));
        }
        1 => sink(client.publish(now, &publish, out)),
        2 => sink(client.subscribe(now, &[Subscription::new(text, qos)], out)),
        3 => sink(client.unsubscribe(now, &[text], out)),
        4 => sink(client.resume(now, out)),
        5 => sink(client.resend(now, id, &publish, out)),
        6 => sink(client.abandon(now, id, out)),
        7 => sink(client.auth(now, &Auth { reason_code: code, properties }, out)),
        8 => sink(client.disconnect(now, &Disconnect { reason_code: code, properties }, out)),
        9 => sink(client.timeout(now, out)),
        10 => sink((client.deadline(), client.is_resuming(), client.is_closed(), client.is_connected())),
        11 => {
            if let Some(delivery) = *delivery {
                sink((client.ack(now, delivery, out), client.reject(now, delivery, code, out)));
            }
        }
        12 => {
            if let Ok(Some((Event::PublishHead(publish, receipt, _), _))) = client.receive_part(now, input, out) {
                *delivery = Some(receipt);
                sink(client.topic(&publish));
            }
        }
        _ => {
            if let Ok(Some((Event::Publish(publish, receipt), _))) = client.receive(now, input, out) {
                *delivery = Some(receipt);
                sink(client.topic(&publish));
            }
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn server(server: &mut Server<Fixed>, given: &Given, delivery: &mut Option<Delivery>) {
    let (args, mut out) = unsafe { args(given) };
    let Args { input, text, now, id, qos, code } = args;
    let out = &mut out;
    let list = opaque([Property::ReasonString(text)]);
    let properties = Properties::new(&list);
    let codes = opaque([code]);
    let publish = Publish { properties, ..Publish::new(text, input).with_qos(qos) };
    match given.command {
        0 => sink(server.accept(now, properties, out)),
        1 => sink(server.publish(now, &publish, out)),
        2 => {
            let suback = SubAck { packet_id: id, properties, reason_codes: ReasonCodes::new(&codes) };
            sink(server.suback(now, &suback, out));
        }
        3 => {
            let unsuback = UnsubAck { packet_id: id, properties, reason_codes: ReasonCodes::new(&codes) };
            sink(server.unsuback(now, &unsuback, out));
        }
        4 => sink(server.resume(now, out)),
        5 => sink(server.resend(now, id, &publish, out)),
        6 => sink(server.abandon(now, id, out)),
        7 => sink(server.auth(now, &Auth { reason_code: code, properties }, out)),
        8 => sink(server.disconnect(now, &Disconnect { reason_code: code, properties }, out)),
        9 => sink(server.timeout(now, out)),
        10 => sink((server.deadline(), server.is_resuming(), server.is_closed(), server.is_connected())),
        11 => {
            if let Some(delivery) = *delivery {
                sink((server.ack(now, delivery, out), server.reject(now, delivery, code, out)));
            }
        }
        12 => {
            if let Ok(Some((Request::PublishHead(publish, receipt, _), _))) = server.receive_part(now, input, out) {
                *delivery = Some(receipt);
                sink(server.topic(&publish));
            }
        }
        13 => sink(server.refuse(now, &ConnAck { session_present: false, reason_code: code, properties }, out)),
        14 => sink(server.with_session(Session::with_slots([Slot::EMPTY; 16])).is_ok()),
        _ => {
            if let Ok(Some((Request::Publish(publish, receipt), _))) = server.receive(now, input, out) {
                *delivery = Some(receipt);
                sink(server.topic(&publish));
            }
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn session(given: &Given, slots: *mut Slot, count: usize) {
    let (args, mut out) = unsafe { args(given) };
    let slots = unsafe { core::slice::from_raw_parts_mut(slots, count) };
    if let Ok(mut session) = Session::restore(args.input, slots) {
        sink(session.save(&mut out));
        session.in_flight().for_each(|message| sink(message));
        sink((session.in_flight_len(), session.saved_len(), session.capacity(), session.deadline()));
        sink(session.timeout(args.now));
        session.assume_established();
        session.clear();
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn whole_life(given: &Given) -> bool {
    let (args, _) = unsafe { args(given) };
    let config = Config { ping_timeout: Duration::from_secs(given.now), ..Config::default() };
    let client = Client::new(opaque(config), Session::with_slots([Slot::EMPTY; 16]));
    let server = Server::new(args.now, opaque(config), client.into_session(args.now));
    opaque(server).into_session(args.now).is_established()
}
