//! The command line, which is the same for every protocol.

use crate::measure::{self, Rounds};
use crate::peer::{Peer, Version};
use crate::rows::Row;
use crate::table::Table;

pub struct Options {
    pub rounds: Rounds,
    /// Only rows with this in their names.
    pub only: String,
    pub strict: bool,
    columns: Option<String>,
    json: Option<String>,
    summary: bool,
}

impl Options {
    /// What was asked for, if it can be understood.
    pub fn parse() -> Option<Self> {
        let mut options = Self {
            rounds: Rounds { count: 60, micros: 2000 },
            only: String::new(),
            strict: false,
            columns: None,
            json: None,
            summary: false,
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.rounds = Rounds { count: 12, micros: 1000 },
                "--row" => options.only = args.next().expect("--row SUBSTRING"),
                "--columns" => options.columns = Some(args.next().expect("--columns NAME,NAME")),
                "--json" => options.json = Some(args.next().expect("--json FILE")),
                "--strict" => options.strict = true,
                "--summary" => options.summary = true,
                _ => {
                    eprintln!(
                        "usage: [--quick] [--summary] [--row SUBSTRING] [--columns NAME,NAME] [--json FILE] [--strict]"
                    );
                    return None;
                }
            }
        }
        Some(options)
    }

    /// The columns that were asked for.
    pub fn columns<V: Version>(&self, mut peers: Vec<Peer<V>>) -> Vec<Peer<V>> {
        if let Some(columns) = &self.columns {
            peers.retain(|peer| columns.split(',').any(|name| name == peer.name));
        }
        peers
    }

    /// Times the rows that were asked for.
    pub fn table<V: Version>(&self, title: &'static str, rows: &[Row<V>], peers: &[Peer<V>]) -> Table {
        let rows = rows.iter().filter(|row| row.name.contains(&self.only));
        let rows = rows.map(|row| (row.name, measure::row(row, peers, &self.rounds))).collect();
        Table { title, columns: peers.iter().map(|peer| peer.name).collect(), rows }
    }

    pub fn show(&self, mut tables: Vec<Table>) {
        tables.retain(|table| !table.rows.is_empty());
        tables.iter().for_each(if self.summary { Table::summary } else { Table::print });
        if let Some(file) = &self.json {
            let mut lines = Vec::new();
            tables.iter().for_each(|table| table.json(&mut lines));
            std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n"))).expect("the file can be written");
        }
    }
}
