//! Markdown tables with aligned columns, and JSON.

use std::fmt::Write as _;

use crate::measure::Cell;

pub struct Table {
    pub title: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<(&'static str, Vec<Cell>)>,
}

impl Table {
    pub fn print(&self) {
        let rows = |cell: fn(&Cell, f64) -> String| {
            self.rows
                .iter()
                .map(|(name, cells)| {
                    let base = cells.iter().find_map(time).unwrap_or(1.0);
                    let cells = cells.iter().map(|c| cell(c, base));
                    std::iter::once((*name).to_owned()).chain(cells).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        println!("## {}: ns, [allocations]\n", self.title);
        self.aligned(rows(|cell, _| text(cell)));
        println!("## {}: ratio to {}\n", self.title, self.columns.first().unwrap_or(&""));
        self.aligned(rows(|cell, base| time(cell).map_or_else(|| text(cell), |ns| format!("{:.2}", ns / base))));
    }

    fn aligned(&self, rows: Vec<Vec<String>>) {
        let head = std::iter::once("").chain(self.columns.iter().copied()).map(str::to_owned).collect::<Vec<_>>();
        let width = |i: usize| {
            let cells = rows.iter().chain([&head]).filter_map(|row| row.get(i));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let line = |row: &[String]| {
            let mut line = String::from("|");
            for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let _ = if i == 0 { write!(line, " {cell:<width$} |") } else { write!(line, " {cell:>width$} |") };
            }
            println!("{line}");
        };
        line(&head);
        let rule: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(i, w)| if i == 0 { "-".repeat(*w) } else { "-".repeat(w - 1) + ":" })
            .collect();
        line(&rule);
        rows.iter().for_each(|row| line(row));
        println!();
    }

    /// A line for each row: ours, the floor, and the fastest peer. The first column is ours, floors have their names.
    pub fn summary(&self) {
        println!("| {}, ns | fourwire | of the floor | fastest peer | its time | as many times |", self.title);
        println!("|---|--:|--:|---|--:|--:|");
        for (name, cells) in &self.rows {
            let all = || self.columns.iter().zip(cells).filter_map(|(column, cell)| Some((*column, time(cell)?)));
            let of = |wanted| all().find(|(column, _)| *column == wanted).map(|(_, ns)| ns);
            let Some(ours) = of("fourwire") else { continue };
            let floor = of("floor").map_or("–".to_owned(), |floor| format!("{:.2}", ours / floor));
            let peers = all().filter(|(column, _)| !["fourwire", "floor", "unchecked"].contains(column));
            let fastest = peers.min_by(|(_, one), (_, other)| one.total_cmp(other));
            let fastest = fastest
                .map_or("– | – | –".to_owned(), |(column, ns)| format!("{column} | {ns:.1} | {:.2}", ns / ours));
            println!("| {name} | {ours:.1} | {floor} | {fastest} |");
        }
        println!();
    }

    /// An object for each cell that has a time.
    pub fn json(&self, out: &mut Vec<String>) {
        for (name, cells) in &self.rows {
            for (column, cell) in self.columns.iter().zip(cells) {
                let line = match cell {
                    Cell::Time { ns, allocations, .. } => format!(r#""ns": {ns:.3}, "allocations": {allocations:.3}"#),
                    Cell::Fails(why) => format!(r#""fails": "{why}""#),
                    Cell::None => continue,
                };
                out.push(format!(r#"  {{"table": "{}", "row": "{name}", "column": "{column}", {line}}}"#, self.title));
            }
        }
    }
}

fn time(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Time { ns, .. } => Some(*ns),
        _ => None,
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::None => "–".to_owned(),
        Cell::Fails(why) => (*why).to_owned(),
        Cell::Time { ns, allocations, note } => {
            let mut text = if *ns < 100.0 { format!("{ns:.1}") } else { format!("{ns:.0}") };
            // Less than a twentieth is the buffer's own, once for the stream.
            if *allocations >= 0.05 {
                let digits = usize::from((allocations - allocations.round()).abs() >= 0.05);
                let _ = write!(text, " [{allocations:.digits$}]");
            }
            text + note
        }
    }
}
