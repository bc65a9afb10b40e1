//! The library without std and without an allocator: that this links is the proof. That it also runs is shown by a
//! client and a server that talk, of each protocol.
//!
//! Of the C library it takes what moves memory, `write` and `_exit`.

#![no_std]
#![no_main]

mod amqp;
mod board;
#[path = "../../../examples/embedded/src/broker.rs"]
mod broker;
#[path = "../../../examples/embedded/src/failure.rs"]
mod failure;
mod mqtt;
mod stomp;
#[path = "../../../examples/embedded/src/wire.rs"]
mod wire;

use core::fmt::Display;

use board::say;

extern "C" fn main() -> ! {
    #[cfg(feature = "control")]
    core::hint::black_box(fourwire::mqtt::Session::new());

    let all_well = works("MQTT", mqtt::run()) & works("AMQP", amqp::run()) & works("STOMP", stomp::run());
    board::exit(i32::from(!all_well))
}

fn works(protocol: &str, result: Result<(), impl Display>) -> bool {
    if let Err(failure) = &result {
        say!("{protocol} failed: {failure}");
    }
    result.is_ok()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    board::exit(101)
}
