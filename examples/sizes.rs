//! What things take in memory.

#![allow(clippy::arithmetic_side_effects, reason = "an example, for people")]

use fourwire::mqtt::{Client, DecodeError, Decoder, Event, Packet, Publish, Request, Server, Slot};

fn main() {
    let sizes = [
        ("Packet", size_of::<Packet<'_>>()),
        ("Publish", size_of::<Publish<'_>>()),
        ("what decode returns", size_of::<Result<Option<(Packet<'_>, usize)>, DecodeError>>()),
        ("DecodeError", size_of::<DecodeError>()),
        ("Decoder", size_of::<Decoder>()),
        ("Event", size_of::<Event<'_>>()),
        ("Request", size_of::<Request<'_>>()),
        ("Client without slots", size_of::<Client<[Slot; 0]>>()),
        ("Server without slots", size_of::<Server<[Slot; 0]>>()),
        ("Client", size_of::<Client>()),
        ("Server", size_of::<Server>()),
        ("Slot, for a message in flight each way", size_of::<Slot>()),
    ];
    for (what, bytes) in sizes {
        println!("{bytes:>5} bytes  {what}");
    }
}
