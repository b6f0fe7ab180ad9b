//! The lock table against real servers: each statement runs in an open transaction, and what the
//! server has locked, written again and scanned is compared with what driftlint says.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use driftlint::lock::{Effect, Mode, effects};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Statement, on_big_stack, script};

use crate::replay::{Replay, versions};
use crate::server::{Engine, Server};
use crate::session::Session;

const SETUP: &str = include_str!("locks/setup.sql");
const STATEMENTS: &str = include_str!("locks/statements.sql");

/// One statement, what has to be there before it, and the servers that know it.
struct Case<'a> {
    setup: Option<&'a str>,
    statement: &'a str,
    since: u16,
}

/// `-- setup: …` and `-- since: 17` stand in the line above the statement they belong to.
fn cases() -> Vec<Case<'static>> {
    let (mut setup, mut since) = (None, 0);
    let mut cases = Vec::new();
    for line in STATEMENTS.lines().filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("-- setup: ") {
            setup = Some(text);
        } else if let Some(text) = line.strip_prefix("-- since: ") {
            since = text.parse().expect("a major version");
        } else if !line.starts_with("--") {
            cases.push(Case {
                setup: setup.take(),
                statement: line,
                since: std::mem::take(&mut since),
            });
        }
    }
    cases
}

/// Locks, rewritten relations and scanned ones, as texts that can be compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    locks: BTreeSet<String>,
    rewrites: BTreeSet<String>,
    scans: BTreeSet<String>,
}

pub(crate) fn check(server: &Server) {
    let Engine::Postgres(major) = server.engine else {
        return;
    };
    let mut session = server.database("locks");
    session.execute(SETUP).expect("the setup is taken");
    let mut failures = String::new();
    let mut written = String::new();
    for case in cases().iter().filter(|case| case.since <= major) {
        let said = said(server.engine, case);
        let seen = seen(&mut session, case);
        let _ = writeln!(written, "{}", seen.line());
        if said != seen {
            let _ = writeln!(
                failures,
                "{}\n  driftlint: {said:?}\n  server:    {seen:?}",
                case.statement
            );
        }
    }
    // What the unit tests of the table compare it with, where there is no server.
    if major == 15 && std::env::var_os("BLESS").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/servers/locks/postgres-15.txt"
        );
        std::fs::write(path, written).expect("the repository can be written");
    }
    assert!(failures.is_empty(), "PostgreSQL {major}:\n{failures}");
}

impl Facts {
    /// On one line, as `src/lock/tests.rs` reads it.
    fn line(&self) -> String {
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let (locks, rewrites) = (list(&self.locks), list(&self.rewrites));
        format!("{locks} | {rewrites} | {}", list(&self.scans))
    }
}

/// What driftlint says.
fn said(engine: Engine, case: &Case) -> Facts {
    let mut replay = Replay::new(engine);
    replay.step(SETUP, true);
    if let Some(setup) = case.setup {
        replay.step(setup, true);
    }
    let catalog = &replay.catalog;
    let statements = statements(engine, case.statement);
    let changes = statements.iter().flat_map(|statement| &statement.changes);
    let found: Vec<Effect> = changes
        .flat_map(|change| effects(change, catalog))
        .collect();
    let mut facts = Facts::default();
    for effect in &found {
        for lock in &effect.locks {
            if let Mode::Table(level) = lock.mode {
                let name = &lock.relation.name;
                facts.locks.insert(format!("{name}: {}", level.name()));
            }
        }
        facts
            .rewrites
            .extend(effect.rewrites.iter().map(|name| name.name.clone()));
        facts
            .scans
            .extend(effect.scans.iter().map(|name| name.name.clone()));
    }
    facts
}

fn statements(engine: Engine, sql: &str) -> Vec<Statement> {
    let source = Source::new("statement.sql", sql);
    let whole = Span::new(0, sql.len());
    let versions = versions(engine);
    on_big_stack(|| script(&source, whole, engine.dialect(), versions, Unit::Statement)).statements
}

/// What the server does, in a transaction that is rolled back.
fn seen(session: &mut Session, case: &Case) -> Facts {
    let run = |session: &mut Session, sql: &str| {
        session
            .execute(sql)
            .unwrap_or_else(|error| panic!("{}: {error}\n{sql}", case.statement))
    };
    run(session, "BEGIN");
    if let Some(setup) = case.setup {
        // What it locks is not the statement's, so it is committed and taken back by hand.
        run(session, "ROLLBACK");
        run(session, setup);
        run(session, "BEGIN");
    }
    run(
        session,
        "CREATE TEMP TABLE before ON COMMIT DROP AS SELECT oid, relname, relkind, pg_relation_filenode(oid) AS file, coalesce(pg_stat_get_xact_numscans(oid), 0) AS scans, coalesce(pg_stat_get_xact_tuples_returned(oid), 0) AS rows FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );
    run(session, case.statement);
    let column = |answer: String| answer.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let locks = run(session, include_str!("locks/held.sql"));
    let rewrites = run(
        session,
        "SELECT DISTINCT before.relname FROM before JOIN pg_class c USING (oid) WHERE before.relkind IN ('r', 'm') AND pg_relation_filenode(before.oid) <> before.file",
    );
    let scans = run(
        session,
        "SELECT relname FROM before WHERE relkind IN ('r', 'm') AND coalesce(pg_stat_get_xact_tuples_returned(oid), 0) - rows > 100",
    );
    run(session, "ROLLBACK");
    if case.setup.is_some() {
        run(
            session,
            "DROP SCHEMA public CASCADE; DROP SCHEMA other CASCADE; CREATE SCHEMA public",
        );
        run(session, SETUP);
    }
    Facts {
        locks: column(locks),
        rewrites: column(rewrites),
        scans: column(scans),
    }
}
