//! Law 6 for channels: thousands of them are cheap.
#![cfg(all(feature = "amqp", feature = "alloc"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use allocation_counter::measure;
use fourwire::amqp::{Client, Config, Event, Frame, Login, Session, connection};
use fourwire::{Instant, SliceOutput};

const NOW: Instant = Instant::from_secs(1);

#[test]
fn law_6_thousands_of_channels() {
    let mut steps = Vec::new();
    let tune = connection::Tune { channel_max: 2047, ..Default::default() };
    for method in [connection::Start::default().into(), tune.into(), connection::OpenOk {}.into()] {
        Frame::Method(0, method).encode(0, &mut steps).unwrap();
    }
    let mut client = Client::new(Config::default(), Session::new());
    let mut room = [0; 256];
    let out = &mut SliceOutput::new(&mut room);
    client.start(NOW, out).unwrap();
    let mut rest = &steps[..];
    while let Some((event, used)) = client.receive(NOW, rest, out).unwrap() {
        rest = &rest[used..];
        match event {
            Event::Start(_) => client.login(NOW, &Login::external(), out).unwrap(),
            Event::Tune(_) => client.open(NOW, "/", out).unwrap(),
            other => assert_eq!(other, Event::Connected),
        }
    }

    let info = measure(|| {
        for number in 1..=2047 {
            out.clear();
            assert_eq!(client.open_channel(NOW, out).unwrap().number(), number);
        }
    });
    // They are kept in one piece of memory, which doubles as it grows.
    let each = info.bytes_current / 2048;
    assert!((64..=144).contains(&each), "a channel that has nothing outstanding takes {each} bytes");
    assert!(info.count_total <= 12, "{} times", info.count_total);
}
