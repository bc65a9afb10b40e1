//! STOMP codecs side by side. See README.md.

mod cases;
mod chunks;
mod floor;
mod forward;
mod looks;
#[cfg(feature = "ours")]
mod ours;
mod peers;
mod rows;
mod vectors;

fn main() {
    let Some(options) = harness::options::Options::parse() else { return };
    let peers = options.columns(peers::all());
    if options.strict {
        return harness::strict::print(&peers, &cases::cases());
    }
    options.show(vec![
        options.table("decode", &rows::decode(), &peers),
        options.table("encode", &rows::encode(), &peers),
        forward::table(&options.only, &options.rounds),
        chunks::table(&options.only, &options.rounds),
        looks::table(&options.only, &options.rounds),
    ]);
}
