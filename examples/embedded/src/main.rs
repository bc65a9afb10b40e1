//! An MQTT client on a Cortex-M4, without a heap and without an operating system.
//!
//! It connects, subscribes, publishes a reading with QoS 2, gets the reading back with QoS 2, and disconnects. In place of
//! the network there are two byte arrays, and behind them a broker made of the library's own server. `run.sh` runs this in
//! QEMU, and says what it takes of flash and RAM.

#![no_std]
#![no_main]

mod board;
mod broker;
mod failure;
mod wire;

use board::say;
use broker::Broker;
use cortex_m_rt::entry;
use failure::Failure;
use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, Disconnect, Event, Properties, Property, Publish, QoS, Session, Slot, Subscription,
};
use wire::Wire;

#[entry]
fn main() -> ! {
    board::paint_stack();
    let result = run();
    say!("stack: {} bytes at the deepest, which is all RAM that was used", board::stack_depth());
    if let Err(failure) = &result {
        say!("failed: {failure}");
    }
    board::exit(result.is_ok())
}

fn run() -> Result<(), Failure> {
    // The clock stands still; on hardware it is a timer, and `client.deadline()` says when to call `client.timeout`.
    let now = Instant::ZERO;

    // This is all the memory: four messages in flight each way, and what is under way on the line.
    let mut client = Client::new(Config::default(), Session::with_slots([Slot::EMPTY; 4]));
    let mut broker = Broker::new(now);
    let (mut up, mut down) = (Wire::EMPTY, Wire::EMPTY);
    say!("memory: client {} bytes, broker {}", size_of_val(&client), size_of_val(&broker));

    // The broker must not send more at once than there are slots.
    let window = [Property::ReceiveMaximum(4)];
    let connect = Connect { client_id: "sensor-7", properties: Properties::new(&window), ..Connect::default() };
    up.send(|out| client.connect(now, &connect, out))?;
    say!("client: connects");

    let mut came_back = false;
    while !client.is_closed() {
        if up.is_empty() {
            return Err(Failure::Stuck);
        }
        broker.poll(now, &mut up, &mut down)?;

        while let Some((event, used)) = up.send(|out| client.receive(now, down.received(), out))? {
            match event {
                Event::Connected(_) => {
                    say!("client: is connected");
                    let wanted = [Subscription::new("home/+/temperature", QoS::ExactlyOnce)];
                    up.send(|out| client.subscribe(now, &wanted, out))?;
                }
                Event::Subscribed(suback) => {
                    for code in suback.reason_codes {
                        say!("client: is subscribed: {}", code.name());
                    }
                    let reading = Publish::new("home/kitchen/temperature", b"21.5").with_qos(QoS::ExactlyOnce);
                    up.send(|out| client.publish(now, &reading, out))?;
                }
                Event::Published(ack) => say!("client: message {} is delivered", ack.packet_id),
                Event::Publish(publish, _) => {
                    came_back = publish.payload == b"21.5";
                    say!("client: {} is {}", publish.topic, core::str::from_utf8(publish.payload).unwrap_or("?"));
                }
                Event::Released(id) => {
                    say!("client: message {id} cannot come again");
                    up.send(|out| client.disconnect(now, &Disconnect::default(), out))?;
                }
                _ => {}
            }
            down.take(used);
        }
    }
    broker.poll(now, &mut up, &mut down)?;

    let in_flight = client.session().in_flight_count() + broker.in_flight_count();
    if came_back && in_flight == 0 { Ok(()) } else { Err(Failure::Lost) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    board::exit(false)
}
