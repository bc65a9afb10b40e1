//! Both ends of a connection: with the library's output, and with one of which nothing is known.

use fourwire::Instant;
use fourwire::amqp::*;

use crate::{Any, Slice, entries};

type Sent<T> = Result<T, SendError>;
type Received<T> = Result<Option<(T, usize)>, Error>;

macro_rules! session {
    ($slots:ty) => {
        entries! {
            fourwire::amqp::Session = Session<$slots> {
                fn with_slots(slots: $slots) -> Session<$slots>;
                fn capacity(session: &Session<$slots>) -> u16;
            }
        }
    };
}

macro_rules! both {
    ($path:path, $slots:ty, $machine:ty, $event:ident, $out:ty) => {
        entries! {
            $path = $machine {
                fn receive<'i>(
                    machine: &mut $machine, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<$event<'i>>;
                fn is_held_back(machine: &$machine) -> bool;
                fn close(
                    machine: &mut $machine, now: Instant, code: ReplyCode, text: ShortStr<'_>, out: &mut $out
                ) -> Sent<()>;
                fn into_session(machine: $machine) -> Session<$slots>;
                fn unconfirmed(machine: &$machine, channel: Channel) for u64;
                fn unconfirmed_count(machine: &$machine, channel: Channel) -> usize;
                fn unacknowledged(machine: &$machine, channel: Channel) for DeliveryTag;
                fn unacknowledged_count(machine: &$machine, channel: Channel) -> usize;
                fn deadline(machine: &$machine) -> Option<Instant>;
                fn timeout(machine: &mut $machine, now: Instant, out: &mut $out) -> Result<(), Error>;
                fn is_connected(machine: &$machine) -> bool;
                fn is_closed(machine: &$machine) -> bool;
                fn frame_max(machine: &$machine) -> u32;
            }
        }
    };
}

macro_rules! client {
    ($slots:ty, $client:ty, $out:ty) => {
        both!(fourwire::amqp::Client, $slots, $client, Event, $out);
        entries! {
            fourwire::amqp::Client = $client {
                fn new(config: Config, session: Session<$slots>) -> $client;
                fn start(client: &mut $client, now: Instant, out: &mut $out) -> Sent<()>;
                fn login(client: &mut $client, now: Instant, login: &Login<'_>, out: &mut $out) -> Sent<()>;
                fn respond(client: &mut $client, now: Instant, response: &[u8], out: &mut $out) -> Sent<()>;
                fn open(client: &mut $client, now: Instant, virtual_host: ShortStr<'_>, out: &mut $out) -> Sent<()>;
                fn update_secret(
                    client: &mut $client, now: Instant, new_secret: &[u8], reason: ShortStr<'_>, out: &mut $out
                ) -> Sent<()>;
                fn open_channel(client: &mut $client, now: Instant, out: &mut $out) -> Sent<Channel>;
                fn close_channel(client: &mut $client, now: Instant, channel: Channel, out: &mut $out) -> Sent<()>;
                fn call(
                    client: &mut $client, now: Instant, channel: Channel, method: Method<'_>, out: &mut $out
                ) -> Sent<()>;
                fn publish(
                    client: &mut $client, now: Instant, channel: Channel, publish: &basic::Publish<'_>,
                    properties: Properties<'_>, body: &[u8], out: &mut $out
                ) -> Sent<Option<u64>>;
                fn publish_head(
                    client: &mut $client, now: Instant, channel: Channel, publish: &basic::Publish<'_>,
                    header: ContentHeader<'_>, out: &mut $out
                ) -> Sent<Option<u64>>;
                fn publish_piece(
                    client: &mut $client, now: Instant, channel: Channel, bytes: &[u8], out: &mut $out
                ) -> Sent<u64>;
                fn ack(
                    client: &mut $client, now: Instant, tag: DeliveryTag, multiple: bool, out: &mut $out
                ) -> Sent<()>;
                fn nack(
                    client: &mut $client, now: Instant, tag: DeliveryTag, multiple: bool, requeue: bool, out: &mut $out
                ) -> Sent<()>;
                fn reject(
                    client: &mut $client, now: Instant, tag: DeliveryTag, requeue: bool, out: &mut $out
                ) -> Sent<()>;
            }
        }
    };
}

macro_rules! server {
    ($slots:ty, $server:ty, $out:ty) => {
        both!(fourwire::amqp::Server, $slots, $server, Request, $out);
        entries! {
            fourwire::amqp::Server = $server {
                fn new(now: Instant, config: Config, session: Session<$slots>) -> $server;
                fn introduction(server: &$server) -> connection::Start<'static>;
                fn start(
                    server: &mut $server, now: Instant, start: &connection::Start<'_>, out: &mut $out
                ) -> Sent<()>;
                fn secure(server: &mut $server, now: Instant, challenge: &[u8], out: &mut $out) -> Sent<()>;
                fn tune(server: &mut $server, now: Instant, out: &mut $out) -> Sent<()>;
                fn accept(server: &mut $server, now: Instant, out: &mut $out) -> Sent<()>;
                fn block(
                    server: &mut $server, now: Instant, reason: Option<ShortStr<'_>>, out: &mut $out
                ) -> Sent<()>;
                fn secret_updated(server: &mut $server, now: Instant, out: &mut $out) -> Sent<()>;
                fn answer(
                    server: &mut $server, now: Instant, channel: Channel, method: Method<'_>, out: &mut $out
                ) -> Sent<()>;
                fn close_channel(
                    server: &mut $server, now: Instant, channel: Channel, code: ReplyCode, text: ShortStr<'_>,
                    about: Option<MethodId>, out: &mut $out
                ) -> Sent<()>;
                fn refuse_call(
                    server: &mut $server, now: Instant, channel: Channel, about: MethodId, code: ReplyCode,
                    text: ShortStr<'_>, out: &mut $out
                ) -> Sent<()>;
                fn flow(
                    server: &mut $server, now: Instant, channel: Channel, active: bool, out: &mut $out
                ) -> Sent<()>;
                fn cancel(
                    server: &mut $server, now: Instant, channel: Channel, consumer_tag: ShortStr<'_>, out: &mut $out
                ) -> Sent<()>;
                fn deliver(
                    server: &mut $server, now: Instant, channel: Channel, deliver: &basic::Deliver<'_>, no_ack: bool,
                    properties: Properties<'_>, body: &[u8], out: &mut $out
                ) -> Sent<DeliveryTag>;
                fn get_ok(
                    server: &mut $server, now: Instant, channel: Channel, got: &basic::GetOk<'_>, no_ack: bool,
                    properties: Properties<'_>, body: &[u8], out: &mut $out
                ) -> Sent<DeliveryTag>;
                fn send_back(
                    server: &mut $server, now: Instant, channel: Channel, returned: &basic::Return<'_>,
                    properties: Properties<'_>, body: &[u8], out: &mut $out
                ) -> Sent<()>;
                fn deliver_head(
                    server: &mut $server, now: Instant, channel: Channel, deliver: &basic::Deliver<'_>, no_ack: bool,
                    header: ContentHeader<'_>, out: &mut $out
                ) -> Sent<DeliveryTag>;
                fn piece(
                    server: &mut $server, now: Instant, channel: Channel, bytes: &[u8], out: &mut $out
                ) -> Sent<u64>;
                fn confirm(
                    server: &mut $server, now: Instant, channel: Channel, number: u64, multiple: bool, out: &mut $out
                ) -> Sent<()>;
                fn refuse(
                    server: &mut $server, now: Instant, channel: Channel, number: u64, multiple: bool, out: &mut $out
                ) -> Sent<()>;
                fn has_transactions(server: &$server, channel: Channel) -> bool;
            }
        }
    };
}

session!([Slot; 0]);
session!([Slot; 1]);
session!([Slot; 8]);
client!([Slot; 1], Client<[Slot; 1]>, Slice<'_>);
client!([Slot; 8], Client<[Slot; 8]>, Any<'_>);
server!([Slot; 1], Server<[Slot; 1]>, Slice<'_>);
server!([Slot; 8], Server<[Slot; 8]>, Any<'_>);
