//! Statements with the SQLSTATE that PostgreSQL 15 answers: the replay refuses what the server
//! refuses, and takes what it takes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use driftlint::project::runner::Runner;
use driftlint::replay::{Replay, Step};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Dialect, Versions, on_big_stack, script};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/refusals");

/// What differs in one file, a line each.
fn differences(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the folder's files can be read");
    let source = Source::new(path.to_string_lossy(), text.as_str());
    let versions = Versions::default();
    let script = script(
        &source,
        Span::new(0, text.len()),
        Dialect::Postgres,
        versions,
        Unit::Statement,
    );
    let mut replay = Replay::new(Dialect::Postgres, versions, Runner::Plain);
    let mut found = String::new();
    // A history is one migration for each statement outside of a transaction.
    let mut open = false;
    for (number, statement) in (0..).zip(&script.statements) {
        if !open {
            replay.begin(&Step::bare(number, &script.statements));
        }
        let rejections = replay.statement(0, statement);
        open = replay.transaction().open;
        let rest = text[statement.span.end..]
            .lines()
            .next()
            .unwrap_or_default();
        let wanted = rest.split_once("-- ").map_or("", |(_, code)| code.trim());
        let got = rejections.first().map_or("", |rejection| rejection.code);
        if wanted != got {
            let message = rejections
                .first()
                .map_or("", |rejection| rejection.message.as_str());
            let line = source.position(statement.span.start).line;
            let _ = writeln!(
                found,
                "{}:{line}: wanted `{wanted}`, got `{got}` {message}",
                path.display()
            );
        }
    }
    found
}

#[test]
fn the_replay_refuses_what_the_server_refuses() {
    let mut files: Vec<_> = fs::read_dir(FOLDER)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let found: String = on_big_stack(|| files.iter().map(|path| differences(path)).collect());
    assert!(found.is_empty(), "{found}");
}
