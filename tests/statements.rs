//! Every normative statement has a test that bears its id, or a reason why it has none; and `docs/*-conformance.md` say
//! which.
//!
//! `UPDATE=1 cargo test --test statements` writes the tables anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A protocol's statements: `docs/<name>-statements.tsv` has them.
struct Protocol {
    name: &'static str,
    title: &'static str,
    /// The first column of the catalogue, in order; and where the tests of each are.
    sections: &'static [(&'static str, &'static str)],
    /// Whether a test's name, in this file, says that it is a statement's.
    claims: fn(file: &str, name: &str) -> bool,
}

const MQTT: Protocol = Protocol {
    name: "mqtt",
    title: "MQTT",
    sections: &[("5.0", "tests/mqtt/v5"), ("3.1.1", "tests/mqtt/v3")],
    claims: |_, name| name.starts_with("mqtt_") && !name.contains("_on_"),
};

const AMQP: Protocol = Protocol {
    name: "amqp",
    title: "AMQP 0-9-1",
    sections: &[
        ("wire", "tests/amqp"),
        ("content", "tests/amqp"),
        ("connection", "tests/amqp"),
        ("channel", "tests/amqp"),
        ("access", "tests/amqp"),
        ("exchange", "tests/amqp"),
        ("queue", "tests/amqp"),
        ("basic", "tests/amqp"),
        ("confirm", "tests/amqp"),
        ("tx", "tests/amqp"),
        ("rabbitmq", "tests/amqp"),
    ],
    claims: |file, _| file.contains("/rules/") || file.contains("/methods/"),
};

const STOMP: Protocol = Protocol {
    name: "stomp",
    title: "STOMP",
    sections: &[
        ("command", "tests/stomp"),
        ("line", "tests/stomp"),
        ("header", "tests/stomp"),
        ("escape", "tests/stomp"),
        ("body", "tests/stomp"),
        ("part", "tests/stomp"),
        ("between", "tests/stomp"),
        ("limit", "tests/stomp"),
        ("encode", "tests/stomp"),
        ("leniency", "tests/stomp"),
        ("connect", "tests/stomp"),
        ("heart-beat", "tests/stomp"),
        ("receipt", "tests/stomp"),
        ("subscribe", "tests/stomp"),
        ("ack", "tests/stomp"),
        ("transaction", "tests/stomp"),
        ("message", "tests/stomp"),
        ("disconnect", "tests/stomp"),
        ("error", "tests/stomp"),
    ],
    claims: |file, _| !file.contains("/flows/") && !file.ends_with("/owned.rs"),
};

#[test]
fn every_statement_of_mqtt_has_a_test_or_a_reason() {
    check(&MQTT);
}

#[test]
fn every_statement_of_amqp_has_a_test_or_a_reason() {
    check(&AMQP);
}

#[test]
fn every_statement_of_stomp_has_a_test_or_a_reason() {
    check(&STOMP);
}

/// Each method of RabbitMQ's and of the specification has a statement.
#[test]
#[cfg(feature = "amqp")]
fn every_method_of_amqp_has_a_statement() {
    let ids: BTreeSet<String> = statements(&AMQP).into_iter().map(|row| row.id).collect();
    let methods = fourwire::amqp::MethodId::ALL.iter().map(|id| id.name());
    let without: Vec<_> = methods.filter(|name| !ids.contains(*name)).collect();
    assert!(without.is_empty(), "no statement about {without:?}");
}

fn check(protocol: &Protocol) {
    let all = statements(protocol);
    let mut table = format!(
        "# {} conformance\n\nEach normative statement and the test that shows it. Written by `UPDATE=1 cargo test --test \
         statements`; the same test fails when a statement has neither a test nor a reason.\n",
        protocol.title
    );
    let mut without = Vec::new();
    for (section, folder) in protocol.sections {
        let tests = tests(folder);
        let rows: Vec<&Statement> = all.iter().filter(|row| row.section == *section).collect();
        let shown = rows.iter().filter(|row| tests.contains_key(&test_name(&row.id))).count();
        write!(table, "\n## {section}\n\n{} statements, {shown} with a test.\n\n", rows.len()).unwrap();
        table.push_str("| id | what it says, in short | shown by |\n|---|---|---|\n");
        for row in &rows {
            let name = test_name(&row.id);
            let shown_by = match tests.get(&name) {
                Some(file) => format!("`{name}` in {file}"),
                None if row.reason.is_empty() => {
                    without.push(format!("{section} {}", row.id));
                    continue;
                }
                None => format!("none: {}", row.reason),
            };
            writeln!(table, "| {} | {} | {shown_by} |", row.id, row.statement.replace('|', "\\|")).unwrap();
        }
        // Where sections share a folder, a test may be another section's.
        let here = all.iter().filter(|row| row.folder(protocol) == *folder);
        let ids: BTreeSet<String> = here.map(|row| test_name(&row.id)).collect();
        let claims = tests.iter().filter(|(name, file)| (protocol.claims)(file, name));
        let strangers: Vec<_> = claims.filter(|(name, _)| !ids.contains(*name)).collect();
        assert!(strangers.is_empty(), "tests of no statement in {section}: {strangers:?}");
    }
    assert!(without.is_empty(), "no test and no reason: {without:#?}");
    let file = root().join(format!("docs/{}-conformance.md", protocol.name));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert!(std::fs::read_to_string(&file).is_ok_and(|there| there == table), "{} is not up to date", file.display());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Statement {
    section: String,
    id: String,
    statement: String,
    reason: String,
}

impl Statement {
    fn folder(&self, protocol: &Protocol) -> &'static str {
        protocol.sections.iter().find(|(section, _)| *section == self.section).unwrap().1
    }
}

fn statements(protocol: &Protocol) -> Vec<Statement> {
    let text = std::fs::read_to_string(root().join(format!("docs/{}-statements.tsv", protocol.name))).unwrap();
    let rows: Vec<Statement> = text
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 5, "{line}");
            let field = |n: usize| fields[n].to_owned();
            Statement { section: field(0), id: field(1), statement: field(3), reason: field(4) }
        })
        .collect();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let _ = row.folder(protocol);
        assert!(seen.insert((&row.section, test_name(&row.id))), "{} is there twice", row.id);
    }
    rows
}

/// The name of the test for this id.
fn test_name(id: &str) -> String {
    id.to_lowercase().replace(['-', '.', ' '], "_")
}

/// The tests in a folder and the folders in it: by name, the file that has each.
fn tests(folder: &str) -> BTreeMap<String, String> {
    let mut tests = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut lines = text.lines().peekable();
            while let Some(line) = lines.next() {
                let name =
                    lines.peek().and_then(|next| next.strip_prefix("fn ")).and_then(|next| next.split('(').next());
                if let ("#[test]", Some(name)) = (line, name) {
                    let place = path.strip_prefix(root()).unwrap().display().to_string();
                    tests.insert(name.to_owned(), place);
                }
            }
        }
    }
    tests
}
