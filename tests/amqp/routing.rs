//! Headers exchanges with many arguments and headers, of strangers.

use fourwire::amqp::{Entry, Table, Value, routing::headers_match};

fn entries(keys: &[String]) -> Vec<Entry<'_>> {
    keys.iter().zip(0..).map(|(key, number)| Entry::new(key, Value::I32(number))).collect()
}

/// The plain way.
fn plainly(arguments: &[Entry<'_>], headers: &[Entry<'_>], any: bool) -> bool {
    let first = |key| headers.iter().find(|header| header.key == key).map(|header| header.value);
    let mut found =
        arguments.iter().filter(|entry| entry.key != "x-match").map(|entry| first(entry.key) == Some(entry.value));
    if any { found.any(|found| found) } else { found.all(|found| found) }
}

#[test]
fn many_arguments_and_headers() {
    let keys: Vec<String> = (0..300).map(|number| format!("key-{}", number * 7 % 300)).collect();
    let all = entries(&keys);
    let mut twice = all.clone();
    twice.splice(0..0, all.iter().take(40).map(|entry| Entry { value: Value::Void, ..*entry }));
    let backwards: Vec<_> = all.iter().rev().copied().collect();
    let less: Vec<_> = all.iter().skip(1).copied().collect();
    let none: Vec<_> = all.iter().map(|entry| Entry { value: Value::Bool(true), ..*entry }).collect();
    for headers in [&all, &backwards, &twice, &less, &none] {
        for any in [false, true] {
            for count in [0, 1, 16, 17, 18, 300] {
                let how = Entry::new("x-match", Value::text(if any { "any" } else { "all" }));
                let arguments: Vec<_> = [how].into_iter().chain(all.iter().take(count).copied()).collect();
                let matches = headers_match(&Table::new(&arguments), &Table::new(headers));
                assert_eq!(matches, plainly(&arguments, headers, any), "{count} {any} {}", headers.len());
            }
        }
    }
}

/// Two tables of 128 KiB of a stranger's: looking at all headers for each argument, this would take minutes here.
#[test]
fn as_many_as_a_frame_can_have() {
    let keys: Vec<String> = (0..20_000).map(|number| format!("{number:x}")).collect();
    let all = entries(&keys);
    let backwards: Vec<_> = all.iter().rev().copied().collect();
    assert!(headers_match(&Table::new(&all), &Table::new(&backwards)));
    let same = vec![Entry::new("a", Value::I32(1)); 20_000];
    let other = [vec![Entry::new("a", Value::I32(2))], same.clone()].concat();
    assert!(headers_match(&Table::new(&same), &Table::new(&same)));
    assert!(!headers_match(&Table::new(&same), &Table::new(&other)), "the first counts");
}
