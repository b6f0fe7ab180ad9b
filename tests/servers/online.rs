//! What MariaDB does online: each statement runs with the `ALGORITHM` and `LOCK` that driftlint says,
//! and must be refused with those that would keep nobody waiting where driftlint says that somebody
//! waits.

use std::fmt::Write as _;

use driftlint::catalog::sizes::Sizes;
use driftlint::lock::{Algorithm, Blocks, Effect, Mode, effects};
use driftlint::source::{Source, Span};
use driftlint::sql::{Unit, on_big_stack, script};

use crate::replay::{Replay, versions};
use crate::server::{Engine, Server};

const SETUP: &str = include_str!("locks/mariadb-setup.sql");
const STATEMENTS: &str = include_str!("locks/mariadb.sql");

/// What driftlint says of a statement as a whole: its heaviest algorithm, and the most that wait.
fn said(engine: Engine, sql: &str) -> Option<(Algorithm, Blocks)> {
    let mut replay = Replay::new(engine);
    replay.step(SETUP, true);
    let source = Source::new("statement.sql", sql);
    let whole = Span::new(0, sql.len());
    let versions = versions(engine);
    let read = on_big_stack(|| script(&source, whole, engine.dialect(), versions, Unit::Statement));
    let changes = read.statements.iter().flat_map(|it| &it.changes);
    let found: Vec<Effect> = changes
        .flat_map(|change| effects(change, &replay.catalog))
        .collect();
    let locks = found.iter().flat_map(|effect| &effect.locks);
    let modes: Vec<(Algorithm, Blocks)> = locks
        .filter_map(|lock| match lock.mode {
            Mode::Online(algorithm, blocks) => Some((algorithm, blocks)),
            _ => None,
        })
        .collect();
    let algorithm = modes.iter().map(|(algorithm, _)| *algorithm).max()?;
    let blocks = modes.iter().map(|(_, blocks)| *blocks).max()?;
    Some((algorithm, blocks))
}

/// The statement with what is asked of the server.
fn asking(sql: &str, algorithm: &str, lock: &str) -> String {
    let alters = sql.starts_with("ALTER");
    let comma = if alters { "," } else { "" };
    if algorithm == "INSTANT" {
        format!("{sql}{comma} ALGORITHM=INSTANT")
    } else {
        format!("{sql}{comma} ALGORITHM={algorithm}{comma} LOCK={lock}")
    }
}

pub(crate) fn check(server: &Server) {
    let mut failures = String::new();
    let mut session = server.database("online");
    for sql in STATEMENTS.lines().filter(|line| !line.is_empty()) {
        let Some((algorithm, blocks)) = said(server.engine, sql) else {
            let _ = writeln!(failures, "{sql}\n  driftlint says nothing");
            continue;
        };
        let name = match algorithm {
            Algorithm::Instant => "INSTANT",
            Algorithm::InPlace => "INPLACE",
            Algorithm::Copy => "COPY",
        };
        let lock = if blocks == Blocks::Nothing {
            "NONE"
        } else {
            "SHARED"
        };
        let mut run = |sql: &str| {
            let again = "DROP DATABASE online; CREATE DATABASE online; USE online; SELECT 1";
            session.execute(again).expect("a database");
            session.execute(SETUP).expect("the setup is taken");
            session.execute(sql)
        };
        if let Err(error) = run(&asking(sql, name, lock)) {
            let _ = writeln!(failures, "{sql}\n  not {name}, {lock}: {error}");
        }
        if blocks > Blocks::Nothing && run(&asking(sql, "INPLACE", "NONE")).is_ok() {
            let _ = writeln!(
                failures,
                "{sql}\n  nobody waits, and driftlint says {name}, {lock}"
            );
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Runs the queries of the guide, and reads what they write.
pub(crate) fn sizes(server: &Server) {
    let guide = include_str!("../../docs/configuration.md");
    let start = match server.engine {
        Engine::Postgres(_) => "`psql -AtF, -c \"",
        _ => "`mysql -BNe \"",
    };
    let (_, rest) = guide.split_once(start).expect("the guide has a query");
    let query = rest.split('"').next().expect("and it ends");
    let mut session = server.database("sizes");
    session
        .execute("CREATE TABLE events (id int PRIMARY KEY); INSERT INTO events VALUES (1), (2)")
        .expect("a table");
    if matches!(server.engine, Engine::Postgres(_)) {
        session.execute("ANALYZE events").expect("it is counted");
    }
    let written = session.execute(query).expect("the query runs");
    let mut sizes = Sizes::default();
    sizes.read(&written).expect("driftlint reads it");
    assert!(written.contains("events"), "{written}");
}
