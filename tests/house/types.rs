//! A name stands for one type: who reads `Reader` need not ask which.

use std::collections::BTreeMap;

use super::{assert_none, files, is_test};

/// Names that stand for several types on purpose, and why.
const CONVENTIONS: &[(&str, &str)] = &[
    ("Arguments", "clap's convention: every command has its own"),
    ("Format", "what `--format` of a command takes"),
    ("Error", "named by the standard library's traits, too"),
    ("IntoIter", "named by the standard library's traits"),
    ("Item", "named by the standard library's traits"),
    ("Output", "named by the standard library's traits"),
    ("Stream", "named by tokio-postgres' traits"),
    ("Target", "named by the standard library's traits"),
];

#[test]
fn a_name_is_one_type() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files("src", ".rs") {
        // A test's own helpers are seen by nobody else.
        if is_test(&path) {
            continue;
        }
        for name in text.lines().filter_map(defined) {
            places
                .entry(name.to_owned())
                .or_default()
                .push(path.clone());
        }
    }
    let mut failures = String::new();
    for (name, paths) in places {
        if paths.len() > 1 && CONVENTIONS.iter().all(|(known, _)| *known != name) {
            failures += &format!("`{name}` is defined in {}\n", paths.join(", "));
        }
    }
    assert_none(&failures);
}

/// The type that a line defines.
fn defined(line: &str) -> Option<&str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub"));
    let keyword = words.next()?;
    let is_definition = ["struct", "enum", "trait", "type"].contains(&keyword);
    let rest = words.next().filter(|_| is_definition)?;
    let end = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len());
    let name = &rest[..end];
    name.starts_with(|c: char| c.is_uppercase()).then_some(name)
}
