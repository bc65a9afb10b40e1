//! A client alone, to see what it takes: it connects, publishes a reading with QoS 1 and waits for the acknowledgement.
//!
//! The "network" is bytes in RAM that nobody fills: this is for linking, not for running.

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use fourwire::mqtt::{Client, Config, Connect, Disconnect, Event, Publish, QoS, Session, Slot};
use fourwire::{Instant, SliceOutput};

#[entry]
fn main() -> ! {
    let (mut sent, received) = ([0_u8; 256], [0_u8; 256]);
    let mut client = Client::new(Config::default(), Session::with_slots([Slot::EMPTY; 1]));
    let mut now = Instant::ZERO;

    let mut out = SliceOutput::new(&mut sent);
    let mut done = client.connect(now, &Connect { client_id: "sensor-7", ..Connect::default() }, &mut out).is_err();
    loop {
        // A radio would send the output, fill the input and tell the time.
        black_box(out.written());
        out.clear();
        let mut input = black_box(&received[..]);
        now = black_box(now);

        done |= client.timeout(now, &mut out).is_err();
        while let Ok(Some((event, used))) = client.receive(now, input, &mut out) {
            input = input.get(used..).unwrap_or_default();
            done |= match event {
                Event::Connected(_) => {
                    let reading = Publish::new("home/kitchen/temperature", b"21.5").with_qos(QoS::AtLeastOnce);
                    client.publish(now, &reading, &mut out).is_err()
                }
                Event::Published(_) => client.disconnect(now, &Disconnect::default(), &mut out).is_ok(),
                _ => false,
            };
        }
        black_box(done || client.is_closed());
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
