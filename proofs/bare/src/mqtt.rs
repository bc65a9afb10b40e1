//! MQTT: a message goes to the broker of `examples/embedded`, and comes back.

use fourwire::Instant;
use fourwire::mqtt::{
    Client, Config, Connect, Disconnect, Event, Properties, Property, Publish, QoS, Session, Slot, Subscription,
};

use crate::broker::Broker;
use crate::failure::Failure;
use crate::wire::Wire;

pub fn run() -> Result<(), Failure> {
    let now = Instant::ZERO;
    let mut client = Client::new(Config::default(), Session::with_slots([Slot::EMPTY; 4]));
    let mut broker = Broker::new(now);
    let (mut up, mut down) = (Wire::EMPTY, Wire::EMPTY);
    let mut came_back = false;

    let window = [Property::ReceiveMaximum(4)];
    let connect = Connect { client_id: "bare", properties: Properties::new(&window), ..Connect::default() };
    up.send(|out| client.connect(now, &connect, out))?;
    while !client.is_closed() {
        if up.is_empty() {
            return Err(Failure::Stuck);
        }
        broker.poll(now, &mut up, &mut down)?;
        while let Some((event, used)) = up.send(|out| client.receive(now, down.received(), out))? {
            match event {
                Event::Connected(_) => {
                    let wanted = [Subscription::new("home/+/temperature", QoS::ExactlyOnce)];
                    up.send(|out| client.subscribe(now, &wanted, out)).map(drop)?;
                }
                Event::Subscribed(_) => {
                    let message = Publish::new("home/kitchen/temperature", b"21.5").with_qos(QoS::ExactlyOnce);
                    up.send(|out| client.publish(now, &message, out)).map(drop)?;
                }
                Event::Publish(publish, _) => came_back = publish.payload == b"21.5",
                Event::Released(_) => up.send(|out| client.disconnect(now, &Disconnect::default(), out))?,
                _ => {}
            }
            down.take(used);
        }
    }
    broker.poll(now, &mut up, &mut down)?;
    if came_back && broker.in_flight_count() == 0 { Ok(()) } else { Err(Failure::Lost) }
}
