//! The migrations of every fixture project, on a real server and in memory.

use std::path::Path;
use std::process::Command;

use driftlint::project::worktree::Worktree;
use driftlint::project::{LoadOptions, MigrationSet, Project};
use serde_json::Value;

use crate::facts::{Spelling, difference, facts};
use crate::server::{Engine, Server};
use crate::session::Session;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// drizzle-kit writes `serial AUTO_INCREMENT`, which MySQL takes and MariaDB does not.
const MYSQL_ONLY: &str = "projects/drizzle-mysql/migrations";

/// They say NULLS NOT DISTINCT.
const SINCE_POSTGRES_15: &[&str] = &["projects/drizzle-postgres/drizzle", "roundtrip/postgres"];

/// Scripts that hold whatever can be printed.
const FOR_PRINTING: &str = "roundtrip/";

/// Every fixture's migrations give the catalog that the server has after them, and `driftlint
/// schema --format sql` makes it on another database.
pub(crate) fn check(server: &Server) {
    let dialect = server.engine.dialect();
    let project = Project::load(&Worktree::new(FIXTURES), &LoadOptions::default())
        .expect("the fixtures can be read");
    let takes = |set: &&MigrationSet| match server.engine {
        Engine::MariaDb if set.folder == MYSQL_ONLY => false,
        Engine::Postgres(..15) if SINCE_POSTGRES_15.contains(&set.folder.as_str()) => false,
        _ => set.dialect == dialect,
    };
    let sets: Vec<&MigrationSet> = project.sets.iter().filter(takes).collect();
    assert!(!sets.is_empty(), "no fixture is for {dialect:?}");
    let mut failures = String::new();
    for (number, set) in sets.iter().enumerate() {
        let found = one_set(server, set, &format!("fixture_{number}"));
        if !found.is_empty() {
            failures += &format!("{} on {:?}:\n{found}", set.folder, server.engine);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn one_set(server: &Server, set: &MigrationSet, database: &str) -> String {
    let dialect = server.engine.dialect();
    let mut session = server.database(database);
    for migration in &set.migrations {
        for part in &migration.up {
            // For the server of MySQL this line is no comment.
            let text = part
                .source
                .slice(part.span)
                .replace("--> statement-breakpoint", "\n");
            run(&mut session, &text, part.source.path());
        }
    }
    let held = session.catalog();
    let folder = Path::new(FIXTURES).join(&set.folder);
    let replayed = json(&schema(server.engine, &folder, "json"));
    let held = facts(&held, dialect, Spelling::Loose);
    let mut found = String::new();
    // Those hold what MariaDB and MySQL print differently, and a module's own tables.
    if !set.folder.starts_with(FOR_PRINTING) {
        found = difference(&held, &facts(&replayed, dialect, Spelling::Loose));
    }
    drop(session);
    if !set.folder.starts_with(FOR_PRINTING) {
        found += &crate::introspect::differences(server, database, &held);
    }
    found += &crate::dumps::differences(server, set, database);
    server.drop_database(database);

    let printed = format!("{database}_printed");
    let mut session = server.database(&printed);
    // What ends with a client's command needs a statement behind it.
    let sql = schema(server.engine, &folder, "sql") + "SELECT 1";
    run(
        &mut session,
        &sql,
        "what `driftlint schema --format sql` prints",
    );
    let other = difference(&held, &facts(&session.catalog(), dialect, Spelling::Loose));
    if !other.is_empty() {
        found += &format!("  made by --format sql, as \"driftlint\":\n{other}");
    }
    drop(session);
    server.drop_database(&printed);
    found
}

fn run(session: &mut Session, sql: &str, path: &str) {
    if let Err(error) = session.execute(sql) {
        panic!("{path} does not apply: {error}");
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("driftlint writes no JSON: {error}\n{text}"))
}

/// What `driftlint schema` prints.
fn schema(engine: Engine, path: &Path, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.arg("schema").arg(path).args([
        "--format",
        format,
        "--dialect",
        engine.dialect().name(),
    ]);
    if let Engine::Postgres(version) = engine {
        command.args(["--pg-version", &version.to_string()]);
    }
    let output = command
        .current_dir(FIXTURES)
        .output()
        .expect("driftlint can be run");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "`driftlint schema {} --format {format}` fails: {complaint}",
        path.display()
    );
    String::from_utf8(output.stdout).expect("driftlint writes UTF-8")
}
