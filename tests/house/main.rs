//! House rules that a machine can check.

mod layers;
mod rooms;
mod types;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use driftlint::rules;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder of the repository whose name ends so, relative to the root, with its
/// text.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push((relative(&path), fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .expect("inside the repository")
        .to_string_lossy()
        .replace('\\', "/")
}

fn assert_none(failures: &str) {
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let mut failures = String::new();
    for (path, text) in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let lines = text.lines().count();
        if lines > 500 {
            let _ = writeln!(
                failures,
                "{path} has {lines} lines; 400 are meant, 500 are the end"
            );
        }
        if !text.starts_with("//!") && !path.ends_with("/tests.rs") {
            let _ = writeln!(
                failures,
                "{path} does not say what it is for in a `//!` line"
            );
        }
    }
    for (path, text) in files("rules", ".md") {
        let lines = text.lines().count();
        if lines > 80 {
            let _ = writeln!(failures, "{path} has {lines} lines; a page has 80");
        }
    }
    assert!(
        fs::read_to_string(root().join("src/main.rs"))
            .expect("main.rs")
            .lines()
            .count()
            <= 40,
        "main.rs is a sentence"
    );
    assert_none(&failures);
}

#[test]
fn crates_stay_where_they_belong() {
    let places: [(&str, &[&str]); 8] = [
        ("git2::", &["src/project/"]),
        ("clap::", &["src/cli"]),
        ("sqlparser::", &["src/sql", "src/server/"]),
        ("oxc_parser::", &["src/tool/", "src/workflow/"]),
        ("oxc_ast::", &["src/tool/", "src/workflow/"]),
        ("oxc_ast_visit::", &["src/workflow/"]),
        ("saphyr::", &["src/project/", "src/tool/", "src/workflow/"]),
        (
            "toml::",
            &["src/config", "src/project/", "src/tool/", "src/workflow/"],
        ),
    ];
    let mut failures = String::new();
    for (path, text) in files("src", ".rs") {
        for (name, allowed) in &places {
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            if code.into_iter().any(|line| line.contains(name))
                && !allowed.iter().any(|place| path.starts_with(place))
            {
                let _ = writeln!(
                    failures,
                    "{path} uses {name}, which belongs to {}",
                    allowed.join(", ")
                );
            }
        }
    }
    assert_none(&failures);
}

/// Whether a file of `src` holds unit tests.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Whether a line of code compares dialects, or tells them apart by a pattern.
fn tells_servers_apart(line: &str) -> bool {
    let compares = ["== Dialect::", "!= Dialect::", "== crate::sql::Dialect::"];
    let matches = line.match_indices("Dialect::").any(|(at, found)| {
        let name = &line[at + found.len()..];
        let end = name
            .find(|char: char| !char.is_alphanumeric() && char != '_')
            .unwrap_or(name.len());
        let (name, rest) = name.split_at(end);
        let rest = rest.trim_start_matches([')', '(', '_', ',', ' ']);
        driftlint::sql::Dialect::ALL
            .iter()
            .any(|dialect| format!("{dialect:?}") == name)
            && ["=>", "|", "if "].iter().any(|next| rest.starts_with(next))
    });
    compares.iter().any(|words| line.contains(words))
        || matches
        || line.contains("matches!(") && line.contains("Dialect::")
}

#[test]
fn servers_are_asked_not_compared() {
    // A place that may tell servers apart, and why.
    let exceptions = [
        // What a tool writes for a server is the tool's own; an exhaustive `match` names what a new
        // server lacks.
        "src/tool/",
    ];
    let mut failures = String::new();
    for (path, text) in files("src", ".rs") {
        let own = path.starts_with("src/server/") || is_test(&path);
        if own || exceptions.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            if !line.trim_start().starts_with("//") && tells_servers_apart(line) {
                let _ = writeln!(
                    failures,
                    "{path}:{number} compares dialects; ask a question of src/server/questions.rs: {}",
                    line.trim()
                );
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled so that this file does not find itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let mut failures = String::new();
    for (path, text) in files("src", ".rs")
        .into_iter()
        .chain(files("tests", ".rs"))
        .chain(files("rules", ".md"))
    {
        for (number, line) in (1..).zip(text.lines()) {
            if words.iter().any(|word| line.contains(word)) {
                let _ = writeln!(failures, "{path}:{number}: {}", line.trim());
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn rules_came_with_a_release() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).expect("CHANGELOG.md");
    let releases: Vec<&str> = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## ")?.split_whitespace().next())
        .collect();
    let mut failures = String::new();
    for rule in rules::all() {
        if !releases.contains(&rule.meta.since) {
            let _ = writeln!(
                failures,
                "{} is from {}, which CHANGELOG.md does not know",
                rule.meta.name, rule.meta.since
            );
        }
    }
    assert_none(&failures);
}

#[test]
fn rules_and_tools_are_formatted() {
    // `cargo fmt` does not look into the macro that declares these modules.
    let mut command = std::process::Command::new("rustfmt");
    command
        .args(["--check", "--edition", "2024"])
        .current_dir(root());
    let declared = ["src/rules", "src/tool"].map(|folder| files(folder, ".rs"));
    command.args(declared.into_iter().flatten().map(|(path, _)| path));
    let output = command.output().expect("rustfmt is installed with Rust");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
