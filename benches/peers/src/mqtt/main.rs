//! MQTT codecs side by side. See README.md.

mod fanout;
mod floor;
mod flow;
#[cfg(feature = "ours")]
mod ours;
mod peers;
mod rows;
mod strict;
mod vectors;

use harness::{alloc, bench, measure, table};

fn main() {
    let Some(options) = harness::options::Options::parse() else { return };
    let peers = options.columns(peers::all());
    if options.strict {
        return harness::strict::print(&peers, &strict::cases());
    }
    options.show(vec![
        options.table("decode", &rows::decode(), &peers),
        options.table("encode", &rows::encode(), &peers),
        flow::table(&options.only, &options.rounds),
        fanout::table(&options.only, &options.rounds),
    ]);
}
