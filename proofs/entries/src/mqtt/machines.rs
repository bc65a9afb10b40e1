//! Both ends of a connection: with a window of their own and the library's output, and with a lent window and an output
//! of which nothing is known.

use fourwire::Instant;
use fourwire::mqtt::*;

use crate::{Any, Slice, entries};

type Sent<T> = Result<T, SendError>;
type Received<T> = Result<Option<(T, usize)>, Error>;
type Lent<'s> = &'s mut [Slot];

macro_rules! both {
    ($path:path, $slots:ty, $machine:ty, $out:ty) => {
        entries! {
            $path = $machine {
                fn auth(machine: &mut $machine, now: Instant, auth: &Auth<'_>, out: &mut $out) -> Sent<()>;
                fn disconnect(machine: &mut $machine, now: Instant, packet: &Disconnect<'_>, out: &mut $out) -> Sent<()>;
                fn publish(
                    machine: &mut $machine, now: Instant, publish: &Publish<'_>, out: &mut $out
                ) -> Sent<Option<PacketId>>;
                fn ack(machine: &mut $machine, now: Instant, delivery: Delivery, out: &mut $out) -> Sent<()>;
                fn reject(
                    machine: &mut $machine, now: Instant, delivery: Delivery, reason_code: ReasonCode, out: &mut $out
                ) -> Sent<()>;
                fn resume(machine: &mut $machine, now: Instant, out: &mut $out) -> Sent<Option<PacketId>>;
                fn resend(
                    machine: &mut $machine, now: Instant, id: PacketId, publish: &Publish<'_>, out: &mut $out
                ) -> Sent<()>;
                fn abandon(machine: &mut $machine, now: Instant, id: PacketId, out: &mut $out) -> Sent<()>;
                fn is_resuming(machine: &$machine) -> bool;
                fn deadline(machine: &$machine) -> Option<Instant>;
                fn timeout(machine: &mut $machine, now: Instant, out: &mut $out) -> Result<(), Error>;
                fn is_connected(machine: &$machine) -> bool;
                fn is_closed(machine: &$machine) -> bool;
                fn topic<'t>(machine: &'t $machine, publish: &Publish<'t>) -> &'t str;
                fn keep_alive(machine: &$machine) -> u16;
                fn version(machine: &$machine) -> Version;
                fn session<'t>(machine: &'t $machine) -> &'t Session<$slots>;
                fn into_session(machine: $machine, now: Instant) -> Session<$slots>;
            }
        }
    };
}

macro_rules! client {
    ($slots:ty, $client:ty, $out:ty) => {
        both!(fourwire::mqtt::Client, $slots, $client, $out);
        entries! {
            fourwire::mqtt::Client = $client {
                fn new(config: Config, session: Session<$slots>) -> $client;
                fn connect(client: &mut $client, now: Instant, connect: &Connect<'_>, out: &mut $out) -> Sent<()>;
                fn subscribe(
                    client: &mut $client, now: Instant, list: Subscriptions<'_>, out: &mut $out
                ) -> Sent<PacketId>;
                fn subscribe_with(
                    client: &mut $client, now: Instant, list: Subscriptions<'_>, own: Properties<'_>, out: &mut $out
                ) -> Sent<PacketId>;
                fn unsubscribe(
                    client: &mut $client, now: Instant, list: TopicFilters<'_>, out: &mut $out
                ) -> Sent<PacketId>;
                fn unsubscribe_with(
                    client: &mut $client, now: Instant, list: TopicFilters<'_>, own: Properties<'_>, out: &mut $out
                ) -> Sent<PacketId>;
                fn receive<'i>(
                    client: &mut $client, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<Event<'i>>;
                fn receive_part<'i>(
                    client: &mut $client, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<Event<'i>>;
                fn server_terms(client: &$client) -> Terms;
                fn abilities(client: &$client) -> Abilities;
            }
        }
    };
}

macro_rules! server {
    ($slots:ty, $server:ty, $out:ty) => {
        both!(fourwire::mqtt::Server, $slots, $server, $out);
        entries! {
            fourwire::mqtt::Server = $server {
                fn new(now: Instant, config: Config, session: Session<$slots>) -> $server;
                fn with_session(server: &mut $server, session: Session<$slots>) -> Sent<Session<$slots>>;
                fn accept(server: &mut $server, now: Instant, own: Properties<'_>, out: &mut $out) -> Sent<bool>;
                fn refuse(server: &mut $server, now: Instant, connack: &ConnAck<'_>, out: &mut $out) -> Sent<()>;
                fn suback(server: &mut $server, now: Instant, packet: &SubAck<'_>, out: &mut $out) -> Sent<()>;
                fn unsuback(server: &mut $server, now: Instant, packet: &UnsubAck<'_>, out: &mut $out) -> Sent<()>;
                fn receive<'i>(
                    server: &mut $server, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<Request<'i>>;
                fn receive_part<'i>(
                    server: &mut $server, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<Request<'i>>;
                fn client_terms(server: &$server) -> Terms;
            }
        }
    };
}

client!([Slot; 8], Client<[Slot; 8]>, Slice<'_>);
client!(Lent<'static>, Client<Lent<'static>>, Any<'_>);
server!([Slot; 8], Server<[Slot; 8]>, Slice<'_>);
server!(Lent<'static>, Server<Lent<'static>>, Any<'_>);

entries! {
    fourwire::mqtt::Config: Default = Config {
        fn default() -> Config;
    }
    fourwire::mqtt::Delivery = Delivery {
        fn packet_id(delivery: &Delivery) -> Option<PacketId>;
    }
}
