//! The lock table against real servers: each statement runs in an open transaction, and what the
//! server has locked, written again and scanned is compared with what driftlint says.

use std::fmt::Write as _;

use driftlint::database::{DatabaseSession, ServerError};
use driftlint::lock::{Effect, Measured, effects};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Statement, on_big_stack, script};

use crate::replay::{Replay, versions};
use crate::server::{Engine, Server};
use crate::verify::Project;
use serde_json::json;

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

pub(crate) fn check(server: &Server) {
    let Engine::Postgres(major) = server.engine else {
        return;
    };
    let mut clients = server.database("locks");
    clients.execute(SETUP).expect("the setup is taken");
    let mut session = DatabaseSession::open(&server.url("locks")).expect("a connection");
    let mut failures = String::new();
    for case in cases().iter().filter(|case| case.since <= major) {
        let mismatches = seen(&mut session, case).mismatches(&said(server.engine, case));
        if !mismatches.is_empty() {
            let _ = writeln!(
                failures,
                "{}\n  {}",
                case.statement,
                mismatches.join("\n  ")
            );
        }
    }
    assert!(failures.is_empty(), "PostgreSQL {major}:\n{failures}");
}

/// What driftlint says.
fn said(engine: Engine, case: &Case) -> Vec<Effect> {
    let mut replay = Replay::new(engine);
    replay.step(SETUP, true);
    if let Some(setup) = case.setup {
        replay.step(setup, true);
    }
    let catalog = &replay.catalog;
    let statements = statements(engine, case.statement);
    let changes = statements.iter().flat_map(|statement| &statement.changes);
    changes
        .flat_map(|change| effects(change, catalog))
        .collect()
}

fn statements(engine: Engine, sql: &str) -> Vec<Statement> {
    let source = Source::new("statement.sql", sql);
    let whole = Span::new(0, sql.len());
    let versions = versions(engine);
    on_big_stack(|| script(&source, whole, engine.dialect(), versions, Unit::Statement)).statements
}

/// What the server does, in a transaction that is rolled back.
fn seen(session: &mut DatabaseSession, case: &Case) -> Measured {
    let taken = |result: Result<_, ServerError>| {
        result.unwrap_or_else(|error| panic!("{}: {error}", case.statement));
    };
    if let Some(setup) = case.setup {
        // What it locks is not the statement's, so it is committed and taken back by hand.
        taken(session.execute(setup));
    }
    taken(session.execute("BEGIN"));
    let measured = session.traced(case.statement, true);
    let measured = measured.unwrap_or_else(|error| panic!("{}: {error}", case.statement));
    taken(session.execute("ROLLBACK"));
    if case.setup.is_some() {
        taken(session.execute(
            "DROP SCHEMA public CASCADE; DROP SCHEMA other CASCADE; CREATE SCHEMA public",
        ));
        taken(session.execute(SETUP));
    }
    measured
}

/// A whole run, from the command line: what is in the report, and that server and table agree.
pub(crate) fn trace(server: &Server) {
    let project = Project::of(server.engine, &TRACED);
    let url = server.url_text(server.engine.base());
    let arguments = [
        "--trace",
        "db/2_more.up.sql",
        "--rows",
        "3000",
        "--url",
        &url,
    ];
    let report = project.json(&arguments);
    let statements = report["verified"][0]["statements"]
        .as_array()
        .expect("statements");
    let of = |at: usize| &statements[at]["measured"];
    assert_eq!(statements.len(), 5, "{report:#}");
    for statement in statements {
        assert_eq!(statement["measured"]["mismatches"], json!([]), "{report:#}");
    }
    assert_eq!(report["verified"][0]["faults"], json!([]));
    assert_eq!(of(0)["locks"][0]["mode"], "ACCESS EXCLUSIVE");
    assert_eq!(of(0)["rewrites"], json!(["public.users"]));
    assert_eq!(of(1)["builds_index"], json!(["public.users"]));
    // The first statement of the transaction holds its lock while the second one runs.
    assert!(of(0)["held_ms"].as_f64() >= of(1)["took_ms"].as_f64());
    assert_eq!(of(2)["rewrites"], json!([]));
    assert_eq!(statements[3]["understood"], true);
    let (status, page) = project.verify(&[&arguments[..], &["--format", "markdown"]].concat());
    assert_eq!(status, Some(0), "{page}");
    assert!(
        page.contains("| Held | Measured |") && page.contains("rewrote public.users"),
        "{page}"
    );
}

const TRACED: [(&str, &str); 3] = [
    (
        "1_users.up.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY, email text, age int);\n",
    ),
    (
        "2_more.up.sql",
        "BEGIN;\nALTER TABLE users ALTER COLUMN age TYPE bigint;\nCREATE INDEX users_email ON users (email);\nALTER TABLE users ADD COLUMN bio text;\nCREATE TABLE posts (author bigint REFERENCES users);\nUPDATE users SET bio = '';\nCOMMIT;\n",
    ),
    (
        "3_online.up.sql",
        "CREATE INDEX CONCURRENTLY users_bio ON users (bio);\n",
    ),
];
