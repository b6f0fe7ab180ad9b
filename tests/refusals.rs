//! Statements with the SQLSTATE that PostgreSQL 15 answers: the replay refuses what the server
//! refuses, and takes what it takes. A file whose name begins with `sqlite` or `mariadb` is of that
//! server, and the states are those of the same meaning.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use driftlint::replay::{Replay, Step};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Dialect, Versions, on_big_stack, script};
use driftlint::tool::Tool;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/refusals");

/// What differs in one file, a line each. With many tables beside those of the file, the replay
/// looks up by an index what it finds otherwise by asking every table.
fn differences(path: &Path, tables: usize) -> String {
    let text = fs::read_to_string(path).expect("the folder's files can be read");
    let source = Source::new(path.to_string_lossy(), text.as_str());
    let versions = Versions::default();
    let dialect = dialect_of(path);
    let script = script(
        &source,
        Span::new(0, text.len()),
        dialect,
        versions,
        Unit::Statement,
    );
    let mut replay = Replay::new(dialect, versions, Tool::Plain);
    let others: String = (0..tables)
        .map(|number| format!("CREATE TABLE beside{number} (a int);\n"))
        .collect();
    replay_all(&others, dialect, &mut replay);
    let mut found = String::new();
    // A history is one migration for each statement outside of a transaction.
    let mut open = false;
    for (number, statement) in (1..).zip(&script.statements) {
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

/// The server that a file is about.
fn dialect_of(path: &Path) -> Dialect {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("sqlite") {
        Dialect::Sqlite
    } else if name.starts_with("mariadb") {
        Dialect::MySql
    } else {
        Dialect::Postgres
    }
}

fn replay_all(text: &str, dialect: Dialect, replay: &mut Replay) {
    let source = Source::new("beside.sql", text);
    let whole = Span::new(0, text.len());
    let script = script(
        &source,
        whole,
        dialect,
        Versions::default(),
        Unit::Statement,
    );
    replay.begin(&Step::bare(0, &script.statements));
    for statement in &script.statements {
        assert!(replay.statement(0, statement).is_empty());
    }
}

#[test]
fn the_replay_refuses_what_the_server_refuses() {
    let mut files: Vec<_> = fs::read_dir(FOLDER)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for tables in [0, 80] {
        let found = || files.iter().map(|path| differences(path, tables)).collect();
        let found: String = on_big_stack(found);
        assert!(found.is_empty(), "beside {tables} tables:\n{found}");
    }
}
