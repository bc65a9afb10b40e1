//! What things take in memory.

use fourwire::{amqp, mqtt};

fn main() {
    let sizes = [
        ("MQTT", "", 0),
        ("", "Packet", size_of::<mqtt::Packet<'_>>()),
        ("", "Publish", size_of::<mqtt::Publish<'_>>()),
        ("", "what decode returns", size_of::<Result<Option<(mqtt::Packet<'_>, usize)>, mqtt::DecodeError>>()),
        ("", "DecodeError", size_of::<mqtt::DecodeError>()),
        ("", "Decoder", size_of::<mqtt::Decoder>()),
        ("", "Event", size_of::<mqtt::Event<'_>>()),
        ("", "Request", size_of::<mqtt::Request<'_>>()),
        ("", "Client without slots", size_of::<mqtt::Client<[mqtt::Slot; 0]>>()),
        ("", "Server without slots", size_of::<mqtt::Server<[mqtt::Slot; 0]>>()),
        ("", "Client", size_of::<mqtt::Client>()),
        ("", "Server", size_of::<mqtt::Server>()),
        ("", "Slot, for a message in flight each way", size_of::<mqtt::Slot>()),
        ("AMQP", "", 0),
        ("", "Frame", size_of::<amqp::Frame<'_>>()),
        ("", "what decode returns", size_of::<Result<Option<(amqp::Frame<'_>, usize)>, amqp::DecodeError>>()),
        ("", "DecodeError", size_of::<amqp::DecodeError>()),
        ("", "Decoder", size_of::<amqp::Decoder>()),
        ("", "Event", size_of::<amqp::Event<'_>>()),
        ("", "Request", size_of::<amqp::Request<'_>>()),
        ("", "Client without slots", size_of::<amqp::Client<[amqp::Slot; 0]>>()),
        ("", "Server without slots", size_of::<amqp::Server<[amqp::Slot; 0]>>()),
        ("", "Client", size_of::<amqp::Client>()),
        ("", "Server", size_of::<amqp::Server>()),
        ("", "Slot, for a channel", size_of::<amqp::Slot>()),
    ];
    for (protocol, what, bytes) in sizes {
        if what.is_empty() {
            println!("{protocol}");
        } else {
            println!("{bytes:>5} bytes  {what}");
        }
    }
}
