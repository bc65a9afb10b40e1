//! What things take in memory, and what they may.
//!
//! `sizes [LIMIT]` holds the machines to another limit than their own.

use std::process::ExitCode;

use fourwire::{amqp, mqtt, stomp};

/// What it is, how many bytes it takes, and how many it may.
type Size = (&'static str, usize, usize);

fn main() -> ExitCode {
    let machine = std::env::args().nth(1).map(|limit| limit.parse().expect("a limit is a number"));
    let protocols = [
        ("MQTT", mqtt_sizes(machine.unwrap_or(255))),
        ("AMQP", amqp_sizes(machine.unwrap_or(128))),
        ("STOMP", stomp_sizes(machine.unwrap_or(768))),
    ];
    let mut all_fit = true;
    for (protocol, sizes) in protocols {
        for (what, bytes, limit) in sizes {
            let fits = bytes <= limit;
            let verdict = if fits { String::new() } else { format!(": more than {limit}") };
            println!("{bytes:>6} bytes  {protocol} {what}{verdict}");
            all_fit &= fits;
        }
    }
    if all_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn mqtt_sizes(machine: usize) -> Vec<Size> {
    use mqtt::*;
    type Decoded<'i> = Result<Option<(Packet<'i>, usize)>, DecodeError>;
    vec![
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
    ]
}

fn amqp_sizes(machine: usize) -> Vec<Size> {
    use amqp::*;
    type Decoded<'i> = Result<Option<(Frame<'i>, usize)>, DecodeError>;
    vec![
        ("Frame", size_of::<Frame<'_>>(), 96),
        ("Result<Option<(Frame, usize)>, DecodeError>", size_of::<Decoded<'_>>(), 104),
        ("Method", size_of::<Method<'_>>(), 88),
        ("MethodId", size_of::<MethodId>(), 2),
        ("Value", size_of::<Value<'_>>(), 32),
        ("DecodeError", size_of::<DecodeError>(), 16),
        ("Event", size_of::<Event<'_>>(), 96),
        ("Request", size_of::<Request<'_>>(), 96),
        ("Decoder", size_of::<Decoder>(), 12),
        ("FrameBuf<&[u8]>", size_of::<FrameBuf<&[u8]>>(), 24),
        ("Channel", size_of::<Channel>(), 8),
        ("DeliveryTag", size_of::<DeliveryTag>(), 16),
        ("Client without slots", size_of::<Client<[Slot; 0]>>(), machine),
        ("Server without slots", size_of::<Server<[Slot; 0]>>(), machine),
        ("Client with one channel", size_of::<Client<[Slot; 1]>>(), machine + 352),
        ("Slot: a channel, with windows of 256", size_of::<Slot>(), 352),
    ]
}

/// Its machines keep on the heap what others keep in slots.
fn stomp_sizes(machine: usize) -> Vec<Size> {
    use stomp::*;
    type Decoded<'i> = Result<Option<(Unit<'i>, usize)>, DecodeError>;
    vec![
        ("Unit", size_of::<Unit<'_>>(), 48),
        ("Result<Option<(Unit, usize)>, DecodeError>", size_of::<Decoded<'_>>(), 56),
        ("Part", size_of::<Part<'_>>(), 64),
        ("Frame", size_of::<Frame<'_>>(), 48),
        ("Command", size_of::<Command>(), 1),
        ("Header", size_of::<Header<'_>>(), 48),
        ("Text", size_of::<Text<'_>>(), 24),
        ("DecodeError", size_of::<DecodeError>(), 16),
        ("Event", size_of::<Event<'_>>(), 80),
        ("Request", size_of::<Request<'_>>(), 112),
        ("Decoder", size_of::<Decoder>(), 128),
        ("FrameBuf<&[u8]>", size_of::<FrameBuf<&[u8]>>(), 24),
        ("Subscription", size_of::<Subscription>(), 8),
        ("Delivery", size_of::<Delivery>(), 16),
        ("Client without what it keeps on the heap", size_of::<Client>(), machine),
        ("Server without what it keeps on the heap", size_of::<Server>(), machine),
    ]
}
