//! What things take in memory, and what they may.
//!
//! `sizes [LIMIT]` holds the machines to another limit than their own.

use std::process::ExitCode;

use fourwire::mqtt::{Client, DecodeError, Decoder, Event, Packet, PacketBuf, Publish, Request, Server, Session, Slot};

type Decoded<'i> = Result<Option<(Packet<'i>, usize)>, DecodeError>;

fn main() -> ExitCode {
    let machine = std::env::args().nth(1).map_or(255, |limit| limit.parse().expect("a limit is a number"));
    let sizes = [
        ("Packet", size_of::<Packet<'_>>(), 64),
        ("Result<Option<(Packet, usize)>, DecodeError>", size_of::<Decoded<'_>>(), 72),
        ("Publish", size_of::<Publish<'_>>(), 64),
        ("DecodeError", size_of::<DecodeError>(), 16),
        ("Event", size_of::<Event<'_>>(), 88),
        ("Request", size_of::<Request<'_>>(), 88),
        ("Decoder", size_of::<Decoder>(), 24),
        ("PacketBuf<&[u8]>", size_of::<PacketBuf<&[u8]>>(), 24),
        ("Session without slots", size_of::<Session<[Slot; 0]>>(), 104),
        ("Client without slots", size_of::<Client<[Slot; 0]>>(), machine),
        ("Server without slots", size_of::<Server<[Slot; 0]>>(), machine),
        ("Client with 8 slots", size_of::<Client<[Slot; 8]>>(), machine + 8 * 24),
        ("Slot", size_of::<Slot>(), 24),
    ];
    let mut all_fit = true;
    for (what, bytes, limit) in sizes {
        let fits = bytes <= limit;
        println!("{bytes:>6} bytes  {what}{}", if fits { String::new() } else { format!(": more than {limit}") });
        all_fit &= fits;
    }
    if all_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
