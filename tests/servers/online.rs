//! What MariaDB does online: each statement runs with the first `ALGORITHM` and `LOCK` that the server
//! takes for it, and these must be the ones that driftlint says.

use std::fmt::Write as _;

use driftlint::catalog::sizes::Sizes;
use driftlint::database::DatabaseSession;
use driftlint::lock::{Effect, Seen, effects};
use driftlint::source::{Source, Span};
use driftlint::sql::{Unit, on_big_stack, script};

use crate::replay::{Replay, versions};
use crate::server::{Engine, Server};

const SETUP: &str = include_str!("locks/mariadb-setup.sql");
const STATEMENTS: &str = include_str!("locks/mariadb.sql");

/// What driftlint says of a statement.
fn said(engine: Engine, sql: &str) -> Vec<Effect> {
    let mut replay = Replay::new(engine);
    replay.step(SETUP, true);
    let source = Source::new("statement.sql", sql);
    let whole = Span::new(0, sql.len());
    let versions = versions(engine);
    let read = on_big_stack(|| script(&source, whole, engine.dialect(), versions, Unit::Statement));
    let changes = read.statements.iter().flat_map(|it| &it.changes);
    changes
        .flat_map(|change| effects(change, &replay.catalog))
        .collect()
}

pub(crate) fn check(server: &Server) {
    let mut failures = String::new();
    drop(server.database("online"));
    let url = server.url(server.engine.base());
    let mut session = DatabaseSession::open(&url).expect("a connection");
    for sql in STATEMENTS.lines().filter(|line| !line.is_empty()) {
        let said = said(server.engine, sql);
        let again = "DROP DATABASE online; CREATE DATABASE online; USE online";
        session.execute(again).expect("a database");
        session.execute(SETUP).expect("the setup is taken");
        match session.traced(sql, false) {
            Ok(measured) if measured.seen != Seen::Mode || said.is_empty() => {
                let _ = writeln!(failures, "{sql}\n  not compared: {measured:?}");
            }
            Ok(measured) => {
                for mismatch in measured.mismatches(&said) {
                    let _ = writeln!(failures, "{sql}\n  {mismatch}");
                }
            }
            Err(error) => {
                let _ = writeln!(failures, "{sql}\n  {error}");
            }
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
