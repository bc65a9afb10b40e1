//! MQTT codecs side by side. See README.md.

mod alloc;
mod bench;
mod fanout;
mod floor;
mod flow;
mod measure;
#[cfg(feature = "ours")]
mod ours;
mod peers;
mod rows;
mod strict;
mod table;
mod vectors;

use measure::Rounds;
use table::Table;

fn main() {
    let mut rounds = Rounds { count: 60, micros: 2000 };
    let (mut only, mut columns, mut json, mut judge, mut short) = (String::new(), None, None, false, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => rounds = Rounds { count: 12, micros: 1000 },
            "--row" => only = args.next().expect("--row SUBSTRING"),
            "--columns" => columns = Some(args.next().expect("--columns NAME,NAME")),
            "--json" => json = Some(args.next().expect("--json FILE")),
            "--strict" => judge = true,
            "--summary" => short = true,
            _ => {
                return eprintln!(
                    "usage: peers [--quick] [--summary] [--row SUBSTRING] [--columns NAME,NAME] [--json FILE] [--strict]"
                );
            }
        }
    }
    let mut peers = peers::all();
    if let Some(columns) = columns {
        peers.retain(|peer| columns.split(',').any(|name| name == peer.name));
    }
    if judge {
        return strict::print(&peers);
    }

    let mut tables = Vec::new();
    for (title, all) in [("decode", rows::decode()), ("encode", rows::encode())] {
        let rows = all.iter().filter(|row| row.name.contains(&only));
        let rows = rows.map(|row| (row.name, measure::row(row, &peers, &rounds))).collect();
        tables.push(Table { title, columns: peers.iter().map(|peer| peer.name).collect(), rows });
    }
    tables.push(flow::table(&only, &rounds));
    tables.push(fanout::table(&only, &rounds));

    tables.retain(|table| !table.rows.is_empty());
    if short {
        tables.iter().for_each(Table::summary);
    } else {
        tables.iter().for_each(Table::print);
    }
    if let Some(file) = json {
        let mut lines = Vec::new();
        tables.iter().for_each(|table| table.json(&mut lines));
        std::fs::write(&file, format!("[\n{}\n]\n", lines.join(",\n"))).expect("the file can be written");
    }
}
