//! Every normative statement has a test that bears its id, or a reason why it has none; and `docs/mqtt-conformance.md`
//! says which.
//!
//! `UPDATE=1 cargo test --test statements` writes the table anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tests of a version: by name, the file that has each.
fn tests(folder: &str) -> BTreeMap<String, String> {
    let mut tests = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/mqtt").join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let name = lines.peek().and_then(|next| next.strip_prefix("fn ")).and_then(|next| next.split('(').next());
            if let ("#[test]", Some(name)) = (line, name) {
                let place = file.strip_prefix(root()).unwrap().display().to_string();
                tests.insert(name.to_owned(), place);
            }
        }
    }
    tests
}

struct Statement {
    version: String,
    id: String,
    statement: String,
    reason: String,
}

fn statements() -> Vec<Statement> {
    let text = std::fs::read_to_string(root().join("docs/mqtt-statements.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 5, "{line}");
        let field = |n: usize| fields[n].to_owned();
        Statement { version: field(0), id: field(1), statement: field(3), reason: field(4) }
    });
    rows.collect()
}

/// The name of the test for this id.
fn test_name(id: &str) -> String {
    id.to_lowercase().replace(['-', '.'], "_")
}

#[test]
fn every_statement_has_a_test_or_a_reason() {
    let all = statements();
    let mut table = String::from(
        "# MQTT conformance\n\nEach normative statement and the test that shows it. Written by `UPDATE=1 cargo test --test \
         statements`; the same test fails when a statement has neither a test nor a reason.\n",
    );
    let mut without = Vec::new();
    for (version, folder) in [("5.0", "v5"), ("3.1.1", "v3")] {
        let tests = tests(folder);
        let rows: Vec<&Statement> = all.iter().filter(|row| row.version == version).collect();
        let shown = rows.iter().filter(|row| tests.contains_key(&test_name(&row.id))).count();
        write!(table, "\n## {version}\n\n{} statements, {shown} with a test.\n\n", rows.len()).unwrap();
        table.push_str("| id | what it says, in short | shown by |\n|---|---|---|\n");
        for row in &rows {
            let name = test_name(&row.id);
            let shown_by = match tests.get(&name) {
                Some(file) => format!("`{name}` in {file}"),
                None if row.reason.is_empty() => {
                    without.push(format!("{version} {}", row.id));
                    continue;
                }
                None => format!("none: {}", row.reason),
            };
            writeln!(table, "| {} | {} | {shown_by} |", row.id, row.statement.replace('|', "\\|")).unwrap();
        }
        let ids: BTreeSet<String> = rows.iter().map(|row| test_name(&row.id)).collect();
        let strangers: Vec<&String> = tests
            .keys()
            .filter(|name| name.starts_with("mqtt_") && !name.contains("_on_") && !ids.contains(*name))
            .collect();
        assert!(strangers.is_empty(), "tests of no statement in {version}: {strangers:?}");
    }
    assert!(without.is_empty(), "no test and no reason: {without:?}");
    let file = root().join("docs/mqtt-conformance.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).is_ok_and(|there| there == table),
        "docs/mqtt-conformance.md is not up to date"
    );
}
