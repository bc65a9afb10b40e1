//! Both ends of a connection: with the library's output, and with one of which nothing is known.

use fourwire::Instant;
use fourwire::stomp::*;

use crate::{Any, Slice, entries};

type Sent<T> = Result<T, SendError>;
type Received<T> = Result<Option<(T, usize)>, Error>;

entries! {
    fourwire::stomp::Session = Session {
        fn new() -> Session;
    }
}

macro_rules! both {
    ($path:path, $machine:ty, $event:ident, $out:ty) => {
        entries! {
            $path = $machine {
                fn receive<'i>(
                    machine: &mut $machine, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<$event<'i>>;
                fn receive_part<'i>(
                    machine: &mut $machine, now: Instant, input: &'i [u8], out: &mut $out
                ) -> Received<$event<'i>>;
                fn timeout(machine: &mut $machine, now: Instant, out: &mut $out) -> Result<(), Error>;
            }
        }
    };
}

/// What needs no output.
macro_rules! quiet {
    ($path:path, $machine:ty) => {
        entries! {
            $path = $machine {
                fn is_held_back(machine: &$machine) -> bool;
                fn deadline(machine: &$machine) -> Option<Instant>;
                fn unacknowledged(machine: &$machine, subscription: Subscription) for Delivery;
                fn unacknowledged_count(machine: &$machine, subscription: Subscription) -> usize;
                fn is_connected(machine: &$machine) -> bool;
                fn is_closed(machine: &$machine) -> bool;
                fn version(machine: &$machine) -> Option<Version>;
                fn heart_beat(machine: &$machine) -> HeartBeat;
                fn into_session(machine: $machine) -> Session;
            }
        }
    };
}

macro_rules! client {
    ($out:ty) => {
        both!(fourwire::stomp::Client, Client, Event, $out);
        entries! {
            fourwire::stomp::Client = Client {
                fn connect(client: &mut Client, now: Instant, connect: &Connect<'_>, out: &mut $out) -> Sent<()>;
                fn disconnect(client: &mut Client, now: Instant, out: &mut $out) -> Sent<()>;
                fn send(client: &mut Client, now: Instant, message: &Message<'_>, out: &mut $out) -> Sent<()>;
                fn send_with(
                    client: &mut Client, now: Instant, message: &Message<'_>, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
                fn ack(client: &mut Client, now: Instant, delivery: Delivery, out: &mut $out) -> Sent<()>;
                fn ack_with(
                    client: &mut Client, now: Instant, delivery: Delivery, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
                fn nack(client: &mut Client, now: Instant, delivery: Delivery, out: &mut $out) -> Sent<()>;
                fn nack_with(
                    client: &mut Client, now: Instant, delivery: Delivery, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
                fn subscribe(
                    client: &mut Client, now: Instant, subscribe: &Subscribe<'_>, out: &mut $out
                ) -> Sent<Subscription>;
                fn subscribe_with(
                    client: &mut Client, now: Instant, subscribe: &Subscribe<'_>, with: &With<'_>, out: &mut $out
                ) -> Sent<(Subscription, Option<Receipt>)>;
                fn unsubscribe(
                    client: &mut Client, now: Instant, subscription: Subscription, out: &mut $out
                ) -> Sent<()>;
                fn unsubscribe_with(
                    client: &mut Client, now: Instant, subscription: Subscription, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
                fn begin(client: &mut Client, now: Instant, out: &mut $out) -> Sent<Transaction>;
                fn begin_with(
                    client: &mut Client, now: Instant, with: &With<'_>, out: &mut $out
                ) -> Sent<(Transaction, Option<Receipt>)>;
                fn commit(client: &mut Client, now: Instant, transaction: Transaction, out: &mut $out) -> Sent<()>;
                fn commit_with(
                    client: &mut Client, now: Instant, transaction: Transaction, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
                fn abort(client: &mut Client, now: Instant, transaction: Transaction, out: &mut $out) -> Sent<()>;
                fn abort_with(
                    client: &mut Client, now: Instant, transaction: Transaction, with: &With<'_>, out: &mut $out
                ) -> Sent<Option<Receipt>>;
            }
        }
    };
}

macro_rules! server {
    ($server:ty, $out:ty) => {
        both!(fourwire::stomp::Server, $server, Request, $out);
        entries! {
            fourwire::stomp::Server = $server {
                fn accept(server: &mut $server, now: Instant, accept: &Accept<'_>, out: &mut $out) -> Sent<()>;
                fn refuse(server: &mut $server, now: Instant, farewell: &Farewell<'_>, out: &mut $out) -> Sent<()>;
                fn deliver(
                    server: &mut $server, now: Instant, subscription: Subscription, message: &Message<'_>,
                    out: &mut $out
                ) -> Sent<Delivery>;
                fn receipt(server: &mut $server, now: Instant, receipt: Receipt, out: &mut $out) -> Sent<()>;
                fn error(server: &mut $server, now: Instant, farewell: &Farewell<'_>, out: &mut $out) -> Sent<()>;
            }
        }
    };
}

client!(Slice<'_>);
client!(Any<'_>);
quiet!(fourwire::stomp::Client, Client);
entries! {
    fourwire::stomp::Client = Client {
        fn new(config: Config, session: Session) -> Client;
        fn awaited(client: &Client) for Receipt;
        fn awaited_count(client: &Client) -> usize;
        fn awaited_in(client: &Client, transaction: Transaction) for Receipt;
        fn receipts_left(client: &Client) -> usize;
    }
}

/// What a broker knows a message by.
type Number = u64;

server!(Server<Number>, Slice<'_>);
server!(Server<Number>, Any<'_>);
quiet!(fourwire::stomp::Server, Server<Number>);
entries! {
    fourwire::stomp::Server = Server<Number> {
        fn new(now: Instant, config: Config, session: Session) -> Server<Number>;
        fn keep(server: &mut Server<Number>, delivery: Delivery, value: Number) -> Option<Number>;
        fn settled(server: &mut Server<Number>) for Settled<Number>;
        fn end(server: &mut Server<Number>) for Settled<Number>;
    }
}
